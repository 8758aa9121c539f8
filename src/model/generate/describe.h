/* describe.h - one file of data/resources read into the same ResourceDef that the engine uses.
 *
 * The generator prints these as C; `bizosaas check` only reads them.  Everything lives in the
 * arena. A mistake is an Error with line and column; the caller adds the path.
 */
#ifndef MODEL_GENERATE_DESCRIBE_H
#define MODEL_GENERATE_DESCRIBE_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/error.h"
#include "base/yaml_tree.h"
#include "model/resource.h"

enum { DESCRIBE_FIELDS_MAX = 160, DESCRIBE_CHILDREN_MAX = 24, DESCRIBE_TRANSITIONS_MAX = 120 };

/* What the files say about a field beyond FieldDef. */
typedef struct FieldSource {
    int line, column;
} FieldSource;

typedef struct Described Described;
struct Described {
    ResourceDef def; /* fields points at `fields`; children is filled by the generator */
    const char *path;
    int line, column;   /* of the name */
    const char *c_name; /* unique among all tables: "lead", "lead_contact_point" */
    FieldDef *fields;
    FieldSource *sources; /* parallel to fields */
    Described **children;
    TransitionDef *transitions;
    UniqueDef *uniques;
    const char *const **indexes; /* each a NULL-terminated list of field names, "-" = descending */
    int index_count;
    Described *parent;
};

/* Reads one file.  NULL + error on the first mistake. */
Described *Describe_file(Arena *arena, const char *path, Error *error);

/* Across files: references, public id prefixes, search numbers, table names.  *culprit (may be
 * NULL) is the description with the mistake. */
bool Describe_link(Described *const *all, int count, const Described **culprit, Error *error);

/* ---- parts of the reader ------------------------------------------------------------------ */

/* Fields, title, list and the rest, once the names are known. */
bool Describe_shape(Arena *arena, Described *into, const YamlNode *root, Error *error);
/* Appends the fields of a mapping `fields`, composite types expanded. */
bool Describe_fields(Arena *arena, Described *into, const YamlNode *mapping, Error *error);
bool Describe_add(Described *into, const FieldDef *field, int line, int column, Error *error);
void Describe_base(Arena *arena, Described *into); /* the columns every table has */
bool Describe_mixins(Arena *arena, Described *into, const YamlNode *sequence, Error *error);
bool Describe_transitions(Arena *arena, Described *into, const YamlNode *mapping, Error *error);
/* Columns, aliases, labels, currencies: what follows from the whole list of fields. */
bool Describe_finish(Arena *arena, Described *into, Error *error);
int Describe_field(const Described *described, const char *name); /* by name; -1 */
/* ERROR_REFERENCE naming the nearest field unless the field exists. */
bool Describe_need_field(const Described *described, const char *name, const YamlNode *at,
                         Error *error);
/* A NULL-terminated list of texts; a single scalar counts as a list of one. */
const char *const *Describe_list(Arena *arena, const YamlNode *node, Error *error);

/* ---- names -------------------------------------------------------------------------------- */

/* "utm_source" -> "UTM source", "company_id" -> "Company". */
const char *Label_of_field(Arena *arena, const char *name);
const char *Label_of_choice(Arena *arena, const char *key); /* "web_form" -> "Web form" */
const char *Label_of_words(Arena *arena, const char *name); /* nothing stripped */
bool Name_is_valid(const char *name);                       /* a-z, then a-z 0-9 _ */
const char *Name_in_sql(Arena *arena, const char *name);    /* "." -> "_"; reserved words get "_" */

#endif
