/* schema.c - the tables of a tenant's file. */
#include "model/internal.h"

static bool create_resource(Connection *connection, const ResourceDef *resource, Error *error)
{
    Buffer search = BUFFER_EMPTY;
    if (!Connection_script(connection, resource->create_sql, error))
        return false;
    if (resource->search_id)
        Search_schema(&search, resource);
    bool fine = !search.length || Connection_script(connection, Buffer_text(&search), error);
    Buffer_free(&search);
    return fine;
}

static bool first_tables(Connection *connection, Error *error)
{
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        if (!RESOURCES[i]->system && !create_resource(connection, RESOURCES[i], error))
            return false;
    }
    for (int i = 0; i < CHILD_RESOURCE_COUNT; i++) {
        const ResourceDef *child = CHILD_RESOURCES[i];
        if (!child->parent->system && !Connection_script(connection, child->create_sql, error))
            return false;
    }
    return Connection_script(connection, CHANGE_SCHEMA, error);
}

const Migration TENANT_MIGRATIONS[] = {
    {.version = 1, .name = "first tables", .apply = first_tables},
};
const size_t TENANT_MIGRATION_COUNT = sizeof TENANT_MIGRATIONS / sizeof TENANT_MIGRATIONS[0];
