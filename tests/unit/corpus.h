/* corpus.h - the shared collections of hostile inputs, for tests.
 *
 * The folder is $BIZOSAAS_SHARED, else ../shared beside the source tree.
 */
#ifndef TESTS_CORPUS_H
#define TESTS_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct CorpusItem {
    const char *id, *source, *expect; /* "" when not given */
    const char *bytes;                /* NUL-terminated after length */
    size_t length;
} CorpusItem;

/* Calls visit for each item of data/hostile/NAME.jsonl and returns how many there were.  Without
 * the folder: prints "not run: needs shared data" and skips the test. */
size_t Corpus_each(const char *name, void (*visit)(const CorpusItem *item, void *context),
                   void *context);

#endif
