/* bulk.h - what a long run of writes inside one transaction need not do for each record: the head
 * of the change chain, the count of the batch and the next number are kept here and written once by
 * ModelBulk_finish().
 *
 * Plain data: who rolls back to a savepoint puts a copy taken before it back.  Nothing else may
 * write to the tenant's chain meanwhile, which the one writer sees to.
 */
#ifndef MODEL_BULK_H
#define MODEL_BULK_H

#include "model/model.h"

#define BULK_HASH_BYTES 32

typedef struct ModelBulk {
    bool head_known, head_changed;
    int64_t entries;
    unsigned char hash[BULK_HASH_BYTES];
    int64_t batch_first, batch_last, batch_entries;
    char sequence_key[64]; /* "" = none kept */
    char sequence_pattern[128], sequence_reset[16];
    int64_t sequence_id, sequence_next, sequence_last_reset;
    bool sequence_has_reset, sequence_changed;
} ModelBulk;

/* Writes what context->bulk holds and leaves context->bulk NULL. */
bool ModelBulk_finish(ModelContext *context, Error *error);
bool Change_flush(ModelContext *context, Error *error);   /* change.c */
bool Sequence_flush(ModelContext *context, Error *error); /* sequence.c */

#endif
