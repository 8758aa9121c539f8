/* own_operations.h - the engine's own rows; registry.c's Operations_register_own() adds them all. */
#ifndef ENGINE_OWN_OPERATIONS_H
#define ENGINE_OWN_OPERATIONS_H

void SessionOperations_register(void);
void ReadOperations_register(void);     /* list, get, count, search, aggregate, search.all */
void WriteOperations_register(void);    /* create, update, delete, restore, archive, merge ... */
void DescribeOperations_register(void); /* resource.list, resource.describe, operations.list */
void RelatedOperations_register(void);  /* timeline, related */
void HistoryOperations_register(void);  /* history, undo, audit */
void TagOperations_register(void);      /* tag.add, tag.remove */
void FileOperations_register(void);     /* upload, file, attachment */
void BulkOperations_register(void);     /* bulk.update, bulk.delete */
void JobOperations_register(void);      /* job.status, job.list, job.cancel, job.retry */

#endif
