/* sniff.h - which separator a file of values uses, from its first lines. */
#ifndef MODEL_EXCHANGE_SNIFF_H
#define MODEL_EXCHANGE_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

/* text: the beginning of the file as UTF-8; whole: it is all of it.  *skip = bytes of a leading
 * "sep=;" line.  One column only, or nothing to decide by, gives ','. */
char Sniff_delimiter(const char *text, size_t length, bool whole, size_t *skip);

#endif
