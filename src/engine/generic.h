/* generic.h - small helpers of the operations that every resource has. */
#ifndef ENGINE_GENERIC_H
#define ENGINE_GENERIC_H

#include "engine/context.h"
#include "engine/engine.h"

#define PARAMETERS(table) .parameters = table, .parameter_count = sizeof table / sizeof *table
#define EMBEDDED_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define REGISTER(rows) Operations_register(rows, sizeof rows / sizeof *rows)
#define REGISTER_GENERIC(rows) Operations_register_generic(rows, sizeof rows / sizeof *rows)

/* Parameter "id" (or another name) of a request as row id.  0 + error. */
int64_t Generic_id(OperationContext *context, const ResourceDef *resource, const Json *params,
                   const char *name, Error *error);
/* RESOURCE.list of context->resource, for operations that answer in two ways. */
bool Generic_list(OperationContext *context, const Json *params, Json **result, Error *error);
/* Parameter "resource" of a request.  NULL + error. */
const ResourceDef *Generic_resource(const Json *params, const char *name, Error *error);
/* Parameter "filter", parsed and checked; *filter NULL when absent. */
bool Generic_filter(OperationContext *context, const ResourceDef *resource, const Json *params,
                    const FilterNode **filter, Error *error);
/* A list of names: a JSON array, or one text with commas.  NULL when absent. */
bool Generic_names(OperationContext *context, const Json *params, const char *name,
                   const char *const **names, Error *error);
/* The record with all fields and children as JSON.  NULL + error. */
Json *Generic_record(OperationContext *context, const ResourceDef *resource, int64_t id, bool deleted,
                     Error *error);
/* [{id,version,...}] */
Json *Generic_records(OperationContext *context, const ListPage *page, const char *const *columns,
                      Error *error);
/* A copy of params without the names of the list (NULL-terminated); new reference. */
Json *Generic_without(const Json *params, const char *const *names);
/* The resource of a public id ("lead_01J...").  NULL if none. */
const ResourceDef *Generic_resource_of_id(const char *id);
/* May the asking user read the resource?  Sets scope and masks. */
bool Generic_may_read(OperationContext *context, const ResourceDef *resource);

#endif
