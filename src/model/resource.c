#include "model/resource.h"

#include <string.h>
#include "base/text.h"

enum { NAMES_MAX = 512 };

static bool is_called(const ResourceDef *resource, const char *name)
{
    return Text_equal_loose(resource->name, name) || Text_equal_loose(resource->plural, name) ||
           Text_equal_loose(resource->label, name) ||
           Text_equal_loose(resource->label_plural, name);
}

/* The exact name first: most callers give it. */
static const ResourceDef *find_exact(const char *name)
{
    int low = 0, high = RESOURCE_COUNT - 1;
    while (low <= high) {
        int middle = (low + high) / 2;
        int order = strcmp(name, RESOURCES[middle]->name);
        if (order == 0)
            return RESOURCES[middle];
        if (order < 0)
            high = middle - 1;
        else
            low = middle + 1;
    }
    return NULL;
}

const ResourceDef *Resource_find(const char *name)
{
    if (!name || !*name)
        return NULL;
    const ResourceDef *found = find_exact(name);
    for (int i = 0; !found && i < RESOURCE_COUNT; i++)
        if (is_called(RESOURCES[i], name))
            found = RESOURCES[i];
    for (int i = 0; !found && i < CHILD_RESOURCE_COUNT; i++)
        if (CHILD_RESOURCES[i]->addressable && (Text_equal_loose(CHILD_RESOURCES[i]->name, name) ||
                                                Text_equal_loose(CHILD_RESOURCES[i]->plural, name)))
            found = CHILD_RESOURCES[i];
    return found;
}

const ResourceDef *Resource_find_child(const ResourceDef *parent, const char *name)
{
    for (int i = 0; name && i < parent->child_count; i++) {
        const ResourceDef *child = parent->children[i];
        if (strcmp(child->plural, name) == 0 || strcmp(child->name, name) == 0)
            return child;
    }
    return NULL;
}

const ResourceDef *Resource_find_prefix(const char *prefix)
{
    const ResourceDef *found = prefix ? find_exact(prefix) : NULL;
    for (int i = 0; prefix && !found && i < CHILD_RESOURCE_COUNT; i++)
        if (CHILD_RESOURCES[i]->addressable && strcmp(CHILD_RESOURCES[i]->prefix, prefix) == 0)
            found = CHILD_RESOURCES[i];
    return found;
}

const char *Resource_nearest(const char *name)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (int i = 0; i < RESOURCE_COUNT && count + 2 <= NAMES_MAX; i++) {
        names[count++] = RESOURCES[i]->name;
        names[count++] = RESOURCES[i]->plural;
    }
    return name ? Text_nearest(name, names, count) : NULL;
}
