/* target.h - where a column goes, written as a path and resolved against the resource.
 *
 *   email                     a field, by name or alias (budget: major units; budget_minor: minor
 * ones) address.city              a field of that name, else a field of the child `address`
 *   contact_point.mobile      the child of that kind; its field `value`
 *   variant.price             a field of a child; in grouped files one child a row
 *   variants                  whole children as a JSON array
 *   company_id                a reference, found by id, number, name, e-mail or domain
 *   company_id.website        a field of the record that the reference names, when it has to be
 * made custom.KEY                a custom field external.images.src       a list of objects inside
 * a JSON field
 *   @id                       our own public id
 *   @full_name                first and last name in one
 *   @paid_at ...              facts for which the resource has a finisher (finish.h)
 *   -                         ignored
 */
#ifndef MODEL_EXCHANGE_TARGET_H
#define MODEL_EXCHANGE_TARGET_H

#include <stdbool.h>
#include "base/arena.h"
#include "model/resource.h"

typedef enum TargetKind {
    TARGET_IGNORED,
    TARGET_FIELD,
    TARGET_CUSTOM,
    TARGET_CHILD,
    TARGET_CHILDREN,
    TARGET_LINKED,
    TARGET_LIST,
    TARGET_OWN_ID,
    TARGET_FULL_NAME,
    TARGET_FACT
} TargetKind;

typedef struct Target {
    TargetKind kind;
    const char *path;         /* as written */
    const ResourceDef *owner; /* whose field it is: resource, child or linked resource */
    int field;                /* FIELD, CHILD, LINKED: of owner; LIST: JSON field of the resource */
    int through;              /* LINKED: reference field of the resource */
    int kind_field;           /* CHILD with a slot: the field `kind`, else -1 */
    const char *slot;         /* CHILD: "mobile", "billing"; "" = the first or only one */
    const char *key;          /* CUSTOM: key; LIST: key in the objects; FACT: name */
    const char *list;         /* LIST: name of the list */
    bool major;               /* amounts are in major units */
} Target;

/* false: the path names nothing of this resource.  Strings go to the arena. */
bool Target_resolve(Arena *arena, const ResourceDef *resource, const char *path, Target *target);
/* The field a value must be readable as; NULL for CUSTOM, FACT, LIST and the like. */
const FieldDef *Target_field(const Target *target);

#endif
