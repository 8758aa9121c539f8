/* emit.h - the descriptions printed as C. */
#ifndef MODEL_GENERATE_EMIT_H
#define MODEL_GENERATE_EMIT_H

#include "base/buffer.h"
#include "model/generate/describe.h"

/* All descriptions, resources sorted by name, each followed by its children. */
typedef struct Catalog {
    Arena *arena;
    Described **all;
    int count;
} Catalog;

void Emit_schema(const Catalog *catalog, Buffer *out);                          /* schema.c */
void Emit_resources(const Catalog *catalog, const char *checksum, Buffer *out); /* resources.c */
void Emit_fields(const Catalog *catalog, Buffer *out);                          /* fields.h */
void Emit_accessors(const Catalog *catalog, Buffer *out);                       /* accessors.h */

/* CREATE TABLE and its indexes. */
void Emit_sql(Arena *arena, const Described *described, Buffer *sql);
void Emit_string(Buffer *out, const char *text);        /* C string literal; NULL for NULL */
const char *Emit_upper(Arena *arena, const char *name); /* "lead" -> "LEAD"; "." -> "_" */

#endif
