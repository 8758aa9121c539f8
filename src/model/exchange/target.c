#include "model/exchange/target.h"

#include <string.h>

/* Facts that finishers understand; kept short on purpose. */
static const char *const FACTS[] = {
    "paid_at", "payment_method", "payment_reference", "payment_id",     "refunded",      "option1",
    "option2", "option3",        "fulfilled_at",      "customer_email", "customer_name", NULL};

const FieldDef *Target_field(const Target *target)
{
    switch (target->kind) {
    case TARGET_FIELD:
    case TARGET_CHILD:
    case TARGET_LINKED:
        return &target->owner->fields[target->field];
    default:
        return NULL;
    }
}

/* By name, alias or NAME_id; sets whether amounts are in major units. */
static bool find_field(const ResourceDef *resource, const char *name, int *field, bool *major)
{
    *field = Resource_field(resource, name);
    if (*field < 0)
        return false;
    *major = strcmp(resource->fields[*field].name, name) != 0;
    return true;
}

static bool resolve_special(const char *path, Target *target)
{
    if (strcmp(path, "-") == 0)
        return true;
    if (*path != '@')
        return false;
    if (strcmp(path, "@id") == 0) {
        target->kind = TARGET_OWN_ID;
        return true;
    }
    if (strcmp(path, "@full_name") == 0) {
        target->kind = TARGET_FULL_NAME;
        return true;
    }
    for (const char *const *fact = FACTS; *fact; fact++)
        if (strcmp(path + 1, *fact) == 0) {
            target->kind = TARGET_FACT;
            target->key = *fact;
            return true;
        }
    return false;
}

/* rest: behind "CHILD."; a field, a kind, or KIND.FIELD. */
static bool resolve_child(Arena *arena, const ResourceDef *child, const char *rest, Target *target)
{
    int kind = Resource_field(child, "kind");
    size_t length = strcspn(rest, ".");
    const char *slot;

    target->kind = TARGET_CHILD;
    target->owner = child;
    target->slot = "";
    target->kind_field = -1;
    if (find_field(child, rest, &target->field, &target->major))
        return true;
    if (kind < 0)
        return false;
    slot = Arena_strndup(arena, rest, length);
    if (!slot || !Field_has_choice(&child->fields[kind], slot))
        return false;
    target->slot = slot;
    target->kind_field = kind;
    return find_field(child, rest[length] ? rest + length + 1 : "value", &target->field,
                      &target->major);
}

static bool resolve_dotted(Arena *arena, const ResourceDef *resource, const char *path,
                           Target *target)
{
    const char *dot = strchr(path, '.');
    const char *head = Arena_strndup(arena, path, (size_t)(dot - path));
    const ResourceDef *child;
    bool ignored;
    int field;

    if (!head)
        return false;
    if (strcmp(head, "custom") == 0 && dot[1]) {
        target->kind = TARGET_CUSTOM;
        target->key = dot + 1;
        return true;
    }
    child = Resource_find_child(resource, head);
    if (child)
        return resolve_child(arena, child, dot + 1, target);
    if (!find_field(resource, head, &field, &ignored))
        return false;
    if (resource->fields[field].type == FIELD_REFERENCE) {
        target->kind = TARGET_LINKED;
        target->through = field;
        target->owner = Resource_find(resource->fields[field].reference);
        return target->owner && find_field(target->owner, dot + 1, &target->field, &target->major);
    }
    if (resource->fields[field].type == FIELD_JSON && strchr(dot + 1, '.')) {
        const char *second = strchr(dot + 1, '.');

        target->kind = TARGET_LIST;
        target->field = field;
        target->list = Arena_strndup(arena, dot + 1, (size_t)(second - dot - 1));
        target->key = second + 1;
        return target->list != NULL;
    }
    return false;
}

bool Target_resolve(Arena *arena, const ResourceDef *resource, const char *path, Target *target)
{
    const ResourceDef *child;

    *target = (Target){.path = Arena_strdup(arena, path), .owner = resource, .kind_field = -1};
    if (!target->path)
        return false;
    path = target->path;
    if (*path == '@' || strcmp(path, "-") == 0)
        return resolve_special(path, target);
    target->kind = TARGET_FIELD;
    if (find_field(resource, path, &target->field, &target->major))
        return true;
    if (strchr(path, '.'))
        return resolve_dotted(arena, resource, path, target);
    child = Resource_find_child(resource, path);
    if (child && strcmp(child->plural, path) == 0) {
        target->kind = TARGET_CHILDREN;
        target->owner = child;
        return true;
    }
    /* phone, mobile and fax of a resource that keeps them as contact points */
    child = Resource_find_child(resource, "contact_point");
    return child && resolve_child(arena, child, path, target) && target->slot[0];
}
