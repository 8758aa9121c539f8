#include <string.h>
#include "base/text.h"
#include "model/generate/describe.h"

enum { NAMES_MAX = 512 };

typedef struct Linker {
    const Described *all[NAMES_MAX]; /* resources and children */
    int count, resources;
    const Described *culprit;
    Error *error;
} Linker;

static bool fail(Linker *linker, const Described *described, int line, int column)
{
    linker->culprit = described;
    return Error_at(linker->error, line ? line : described->line,
                    line ? column : described->column);
}

static const Described *find_target(const Linker *linker, const char *name)
{
    for (int i = 0; i < linker->count; i++) {
        const Described *other = linker->all[i];
        if ((!other->parent || other->def.addressable) && strcmp(other->def.name, name) == 0)
            return other;
    }
    return NULL;
}

static bool unknown_target(Linker *linker, const Described *described, int index)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    const char *reference = described->fields[index].reference;
    bool child = false;
    for (int i = 0; i < linker->count; i++) {
        if (!linker->all[i]->parent || linker->all[i]->def.addressable)
            names[count++] = linker->all[i]->def.name;
        else
            child = child || strcmp(linker->all[i]->def.name, reference) == 0;
    }
    Error_set(linker->error, ERROR_REFERENCE, "\"%s\" refers to unknown resource \"%s\"",
              described->fields[index].name, reference);
    const char *nearest = Text_nearest(reference, names, count);
    if (child)
        Error_hint(linker->error, "The child \"%s\" needs a title to be referred to.", reference);
    else if (nearest)
        Error_hint(linker->error, "Did you mean \"%s\"?", nearest);
    return fail(linker, described, described->sources[index].line,
                described->sources[index].column);
}

static bool check_references(Linker *linker, const Described *described)
{
    for (int i = described->def.first_own; i < described->def.field_count; i++) {
        const FieldDef *field = &described->fields[i];
        bool refers =
            field->type == FIELD_REFERENCE || (field->type == FIELD_JSON && field->reference);
        if (refers && !find_target(linker, field->reference))
            return unknown_target(linker, described, i);
    }
    return true;
}

static bool check_names(Linker *linker, int index)
{
    const Described *described = linker->all[index];
    bool public_name = !described->parent || described->def.addressable;
    for (int i = 0; i < index; i++) {
        const Described *other = linker->all[i];
        const char *twin = NULL;
        if (strcmp(other->def.table, described->def.table) == 0)
            twin = described->def.table;
        else if (public_name && (!other->parent || other->def.addressable) &&
                 (strcmp(other->def.name, described->def.name) == 0 ||
                  strcmp(other->def.plural, described->def.plural) == 0))
            twin = described->def.name;
        if (!twin)
            continue;
        Error_set(linker->error, ERROR_DUPLICATE,
                  "the name \"%s\" (table or plural) is taken by %s", twin, other->path);
        if (described->parent)
            Error_hint(linker->error, "Give the child a table of its own: table: %s_%s.",
                       described->parent->def.name, described->def.name);
        return fail(linker, described, 0, 0);
    }
    return true;
}

/* Numbers of searchable resources are stored with the search tables: never reused or moved. */
static bool check_search(Linker *linker, int index)
{
    const Described *described = linker->all[index];
    for (int i = 0; described->def.search_id && i < index; i++)
        if (linker->all[i]->def.search_id == described->def.search_id) {
            Error_set(linker->error, ERROR_DUPLICATE, "search_id %u is taken by \"%s\"",
                      (unsigned)described->def.search_id, linker->all[i]->def.name);
            return fail(linker, described, 0, 0);
        }
    return true;
}

bool Describe_link(Described *const *all, int count, const Described **culprit, Error *error)
{
    Linker linker = {.error = error};
    bool done = true;
    for (int i = 0; i < count; i++) {
        for (int c = -1; c < all[i]->def.child_count; c++) {
            if (linker.count == NAMES_MAX)
                return Error_set(error, ERROR_LIMIT, "more than %d tables", NAMES_MAX);
            linker.all[linker.count++] = c < 0 ? all[i] : all[i]->children[c];
        }
    }
    for (int i = 0; done && i < linker.count; i++)
        done = check_names(&linker, i) && check_search(&linker, i) &&
               check_references(&linker, linker.all[i]);
    if (culprit)
        *culprit = linker.culprit;
    return done;
}
