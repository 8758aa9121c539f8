/* import.h - an import from a plan to its result, batch by batch.
 *
 *   plan = ImportPlan_make(reader, ...)         first pass; refuses what cannot be read to its end
 *   import = Import_open(plan, ...)
 *   Import_prepare(import, writer)              in the writer: custom fields
 *   while ((batch = Import_read(import, n)))    any thread, no database
 *       Import_write(import, writer, batch)     in the writer, all or nothing; see
 * Import_wants_again() Import_result(import)
 *
 * Undo needs no rows of its own: every write carries the import's uid as batch, so the change log
 * can take the whole import back, custom fields included.
 */
#ifndef MODEL_EXCHANGE_IMPORT_H
#define MODEL_EXCHANGE_IMPORT_H

#include "model/exchange/plan.h"

typedef struct Import Import;
typedef struct DraftBatch DraftBatch;

/* Takes the plan.  tenant must outlive the import.  errors_path: where failed rows are written as
 * CSV; NULL = nowhere. */
Import *Import_open(ImportPlan *plan, const TenantInfo *tenant, int64_t now,
                    const char *errors_path, Error *error);
void Import_close(Import *import); /* NULL is fine */
const ImportPlan *Import_plan(const Import *import);

/* Makes the custom fields (not in a dry run) and learns their definitions.  Before the first read.
 */
bool Import_prepare(Import *import, ModelContext *context, Error *error);
/* Goes on behind what a cursor says is done. */
bool Import_resume(Import *import, const Json *cursor, Error *error);
/* Up to `limit` records; NULL at the end of the file (no error) or when reading fails. */
DraftBatch *Import_read(Import *import, size_t limit, Error *error);
/* Writes the records; a bad one fails alone.  false: nothing of the batch may be kept, roll back.
 * A dry run leaves no trace.  cursor (may be NULL) gets what Import_resume() needs. */
bool Import_write(Import *import, ModelContext *context, DraftBatch *batch, Json *cursor,
                  Error *error);
/* After Import_write() failed and was rolled back: call it once more with the same batch, in a new
 * transaction; it will then take more care. */
bool Import_wants_again(const Import *import);
void Import_free_batch(DraftBatch *batch); /* NULL is fine */
int64_t Import_done(const Import *import); /* file rows behind us */
/* {"import","total","rows","created","updated","skipped","failed","warnings","unmapped","errors"};
 * caller json_object_put()s. */
Json *Import_result(const Import *import, const char *uid);
bool Import_all_failed(const Import *import);

#endif
