#include <stdio.h>
#include <string.h>
#include "base/log.h"
#include "base/text.h"
#include "engine/guards.h"
#include "engine/own_operations.h"
#include "engine/registry.h"

#define TABLES_MAX 64

typedef struct Table {
    const OperationDef *rows;
    int count;
} Table;

static Table named[TABLES_MAX], generic[TABLES_MAX];
static int named_count, generic_count;

static void add(Table *tables, int *count, const OperationDef *rows, int row_count)
{
    if (*count < TABLES_MAX)
        tables[(*count)++] = (Table){rows, row_count};
    else
        LOG_ERROR("too many operation tables");
}

void Operations_register(const OperationDef *rows, int count)
{
    add(named, &named_count, rows, count);
}

void Operations_register_generic(const OperationDef *rows, int count)
{
    add(generic, &generic_count, rows, count);
}

static const OperationDef *look(const Table *tables, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < tables[i].count; j++) {
            if (strcmp(tables[i].rows[j].name, name) == 0)
                return &tables[i].rows[j];
        }
    }
    return NULL;
}

/* What only the engine itself writes, and the one record about the company. */
static bool is_kept_by_engine(const char *resource, const char *verb)
{
    static const char *const KEPT[] = {"job", "session", "outbox_event", "merge_record"};

    if (strcmp(resource, "tenant") == 0)
        return strcmp(verb, "update") != 0;
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
        if (strcmp(KEPT[i], resource) == 0)
            return true;
    }
    return false;
}

/* Append-only resources are not changed; transitions need a state. */
bool Operation_fits(const OperationDef *row, const ResourceDef *resource)
{
    static const char *const CHANGING[] = {"create", "update", "delete", "restore", "archive",
                                           "unarchive", "merge"};

    if (strcmp(row->name, "transition") == 0)
        return resource->transition_count > 0;
    for (size_t i = 0; i < sizeof CHANGING / sizeof *CHANGING; i++) {
        if (strcmp(row->name, CHANGING[i]) == 0)
            return !resource->append_only && !is_kept_by_engine(resource->name, row->name);
    }
    return true;
}

static bool has_event(const ResourceDef *resource, const char *event)
{
    for (int i = 0; i < resource->transition_count; i++) {
        if (strcmp(resource->transitions[i].name, event) == 0)
            return true;
    }
    return false;
}

/* The verb nearest to what was written, among those of the resource and the named operations. */
static const char *suggest(const char *name, const ResourceDef *resource, const char *verb)
{
    static _Thread_local char text[128];
    const char *best = NULL;
    int distance = 1 + (int)strlen(name) / 4;

    /* A verb of every resource: then the resource is what was misspelt. */
    if (!resource && verb && look(generic, generic_count, verb)) {
        char word[64];
        snprintf(word, sizeof word, "%.*s", (int)(verb - 1 - name), name);
        const char *near = Resource_nearest(word);
        if (near) {
            snprintf(text, sizeof text, "%s.%s", near, verb);
            return text;
        }
    }
    for (int i = 0; i < named_count; i++) {
        for (int j = 0; j < named[i].count; j++) {
            int far = Text_distance(name, named[i].rows[j].name, distance + 1);
            if (far < distance + 1 && !(named[i].rows[j].flags & OPERATION_HIDDEN)) {
                distance = far - 1;
                best = named[i].rows[j].name;
            }
        }
    }
    for (int i = 0; resource && i < generic_count; i++) {
        for (int j = 0; j < generic[i].count; j++) {
            int far = Text_distance(verb, generic[i].rows[j].name, distance + 1);
            if (far < distance + 1 && Operation_fits(&generic[i].rows[j], resource)) {
                distance = far - 1;
                snprintf(text, sizeof text, "%s.%s", resource->name, generic[i].rows[j].name);
                best = text;
            }
        }
    }
    return best;
}

const OperationDef *Operations_find(const char *name, const ResourceDef **resource,
                                    const char **nearest)
{
    char word[64];
    const char *dot = strrchr(name, '.');
    const OperationDef *row = look(named, named_count, name);

    *resource = NULL;
    if (nearest)
        *nearest = NULL;
    if (row || !dot || dot - name >= (ptrdiff_t)sizeof word) {
        /* "lead.score" concerns leads although it is a row of its own; "engine" is no resource, and the
         * loose search that would find that out costs more than the operation. */
        if (row && dot && dot - name < (ptrdiff_t)sizeof word) {
            snprintf(word, sizeof word, "%.*s", (int)(dot - name), name);
            *resource = Resource_find_prefix(word);
        }
        if (!row && nearest)
            *nearest = suggest(name, NULL, NULL);
        return row;
    }
    snprintf(word, sizeof word, "%.*s", (int)(dot - name), name);
    *resource = Resource_find(word);
    if (*resource) {
        row = look(generic, generic_count, dot + 1);
        if (row && !Operation_fits(row, *resource))
            row = NULL;
        if (!row && has_event(*resource, dot + 1))
            row = look(generic, generic_count, "transition");
    }
    if (!row && nearest)
        *nearest = suggest(name, *resource, dot + 1);
    return row;
}

void Operations_each(void (*visit)(void *argument, const OperationDef *row, bool is_generic),
                     void *argument)
{
    for (int i = 0; i < named_count; i++) {
        for (int j = 0; j < named[i].count; j++)
            visit(argument, &named[i].rows[j], false);
    }
    for (int i = 0; i < generic_count; i++) {
        for (int j = 0; j < generic[i].count; j++)
            visit(argument, &generic[i].rows[j], true);
    }
}

void Operations_register_own(void)
{
    Guards_register();
    SessionOperations_register();
    ReadOperations_register();
    WriteOperations_register();
    DescribeOperations_register();
    RelatedOperations_register();
    HistoryOperations_register();
    TagOperations_register();
    FileOperations_register();
    BulkOperations_register();
    JobOperations_register();
}
