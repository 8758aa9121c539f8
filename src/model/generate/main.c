/* resource-generator: the files of data/resources -> C.
 *
 *   resource-generator --source DIR --output DIR FILE...   files relative to --source
 *   resource-generator --words --source DIR --output DIR FILE...   data/translations
 *   resource-generator --check FILE...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/paths.h"
#include "model/generate/check.h"
#include "model/generate/emit.h"
#include "model/generate/words.h"

static int report(const char *path, const Error *error)
{
    if (error->line)
        fprintf(stderr, "%s:%d:%d: %s", path, error->line, error->column, error->message);
    else
        fprintf(stderr, "%s: %s", path, error->message);
    fprintf(stderr, "%s%s\n", error->hint[0] ? " " : "", error->hint);
    return 1;
}

/* FNV-1a, 64 bits: tells descriptions apart, protects nothing. */
static uint64_t mix(uint64_t hash, const Buffer *text)
{
    for (size_t i = 0; i < text->length; i++)
        hash = (hash ^ (unsigned char)text->data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Leaves a file alone that already has this content, so that nothing is compiled for nothing. */
static bool write_output(const char *folder, const char *name, const Buffer *text, Error *error)
{
    char path[PATHS_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (text->failed)
        return Error_set(error, ERROR_LIMIT, "out of memory");
    size_t length = 0;
    Error ignored = ERROR_NONE;
    char *old = Paths_read_file(path, 64 * 1024 * 1024, &length, &ignored);
    bool same = old && length == text->length && memcmp(old, text->data, length) == 0;
    free(old);
    return same || Paths_write_file(path, text->data, text->length, 0644, error);
}

static void emit_schema_header(const Catalog *catalog, Buffer *out)
{
    Buffer_puts(out, "/* Generated from data/resources. */\n"
                     "#ifndef MODEL_GENERATED_SCHEMA_H\n#define MODEL_GENERATED_SCHEMA_H\n\n");
    for (int i = 0; i < catalog->count; i++)
        Buffer_printf(out, "extern const char SCHEMA_%s[];\n",
                      Emit_upper(catalog->arena, catalog->all[i]->c_name));
    Buffer_puts(out, "\n#endif\n");
}

static bool generate(const Catalog *catalog, const char *folder, Error *error)
{
    Buffer fields = BUFFER_EMPTY, accessors = BUFFER_EMPTY, schema = BUFFER_EMPTY;
    Buffer header = BUFFER_EMPTY, resources = BUFFER_EMPTY;
    char checksum[17];
    Emit_fields(catalog, &fields);
    Emit_accessors(catalog, &accessors);
    Emit_schema(catalog, &schema);
    emit_schema_header(catalog, &header);
    Emit_resources(catalog, "", &resources);
    uint64_t hash = mix(mix(UINT64_C(0xcbf29ce484222325), &schema), &resources);
    snprintf(checksum, sizeof checksum, "%016llx", (unsigned long long)hash);
    Buffer_reset(&resources);
    Emit_resources(catalog, checksum, &resources);
    bool done = write_output(folder, "fields.h", &fields, error) &&
                write_output(folder, "accessors.h", &accessors, error) &&
                write_output(folder, "schema.c", &schema, error) &&
                write_output(folder, "schema.h", &header, error) &&
                write_output(folder, "resources.c", &resources, error);
    Buffer_free(&fields);
    Buffer_free(&accessors);
    Buffer_free(&schema);
    Buffer_free(&header);
    Buffer_free(&resources);
    return done;
}

static int by_name(const void *a, const void *b)
{
    const Described *left = *(Described *const *)a, *right = *(Described *const *)b;
    return strcmp(left->def.name, right->def.name);
}

static bool is_listed(const char *name, char *const *files, int count)
{
    for (int i = 0; i < count; i++) {
        const char *slash = strrchr(files[i], '/');
        if (strcmp(slash ? slash + 1 : files[i], name) == 0)
            return true;
    }
    return false;
}

/* A file that somebody added but forgot to list would be silently left out. */
static bool all_listed(const char *source, char *const *files, int count)
{
    char path[PATHS_MAX];
    snprintf(path, sizeof path, "%s/data/resources", source);
    DIR *directory = opendir(path);
    struct dirent *entry;
    bool listed = true;
    while (directory && (entry = readdir(directory))) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot && strcmp(dot, ".yaml") == 0 && !is_listed(entry->d_name, files, count)) {
            fprintf(stderr, "%s/%s is not listed in src/model/resources.mk\n", path, entry->d_name);
            listed = false;
        }
    }
    if (directory)
        closedir(directory);
    return listed;
}

static int run(const char *source, const char *output, char *const *files, int count)
{
    Arena *arena = Arena_new(0);
    Described **resources = arena ? ARENA_ARRAY(arena, Described *, (size_t)count + 1) : NULL;
    Error error = ERROR_NONE;
    Catalog catalog = {.arena = arena};
    int status = 1;
    if (!resources || !all_listed(source, files, count))
        goto end;
    for (int i = 0; i < count; i++) {
        const char *path = Arena_printf(arena, "%s/%s", source, files[i]);
        if (!(resources[i] = Describe_file(arena, path, &error))) {
            report(path, &error);
            goto end;
        }
        catalog.count += 1 + resources[i]->def.child_count;
    }
    qsort(resources, (size_t)count, sizeof *resources, by_name);
    const Described *culprit = NULL;
    if (!Describe_link(resources, count, &culprit, &error)) {
        report(culprit ? culprit->path : source, &error);
        goto end;
    }
    catalog.all = ARENA_ARRAY(arena, Described *, (size_t)catalog.count + 1);
    catalog.count = 0;
    for (int i = 0; catalog.all && i < count; i++) {
        catalog.all[catalog.count++] = resources[i];
        for (int c = 0; c < resources[i]->def.child_count; c++)
            catalog.all[catalog.count++] = resources[i]->children[c];
    }
    status = generate(&catalog, output, &error) ? 0 : report(output, &error);
end:
    Arena_free(arena);
    return status;
}

static int run_words(const char *source, const char *output, char *const *files, int count)
{
    Arena *arena = Arena_new(0);
    const char **paths = arena ? ARENA_ARRAY(arena, const char *, (size_t)count + 1) : NULL;
    const char *culprit = source;
    Error error = ERROR_NONE;
    Buffer out = BUFFER_EMPTY;
    for (int i = 0; paths && i < count; i++)
        paths[i] = Arena_printf(arena, "%s/%s", source, files[i]);
    bool done = paths && Words_emit(arena, paths, count, &out, &culprit, &error) &&
                write_output(output, "translations.c", &out, &error);
    int status = done ? 0 : report(culprit, &error);
    Buffer_free(&out);
    Arena_free(arena);
    return status;
}

static int check(char *const *files, int count)
{
    int status = 0;
    for (int i = 0; i < count; i++) {
        Error error = ERROR_NONE;
        if (!ResourceCheck_file(files[i], &error))
            status = report(files[i], &error);
    }
    return status;
}

int main(int count, char **arguments)
{
    bool words = count > 1 && strcmp(arguments[1], "--words") == 0;
    char **rest = arguments + 1 + words;
    int left = count - 1 - words;
    if (!words && left > 1 && strcmp(rest[0], "--check") == 0)
        return check(rest + 1, left - 1);
    if (left > 4 && strcmp(rest[0], "--source") == 0 && strcmp(rest[2], "--output") == 0)
        return words ? run_words(rest[1], rest[3], rest + 4, left - 4)
                     : run(rest[1], rest[3], rest + 4, left - 4);
    fprintf(stderr, "usage: resource-generator [--words] --source DIR --output DIR FILE...\n"
                    "       resource-generator --check FILE...\n");
    return 2;
}
