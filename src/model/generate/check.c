#include "model/generate/check.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include "model/generate/describe.h"

enum { FILES_MAX = 256 };

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Paths of the other .yaml files in the folder of path, sorted. */
static int siblings(Arena *arena, const char *path, const char **out)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? Arena_strndup(arena, path, (size_t)(slash - path) + 1) : "./";
    const char *own = slash ? slash + 1 : path;
    DIR *directory = folder ? opendir(folder) : NULL;
    int count = 0;
    struct dirent *entry;
    while (directory && count < FILES_MAX && (entry = readdir(directory))) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot && strcmp(dot, ".yaml") == 0 && strcmp(entry->d_name, own) != 0)
            out[count++] = Arena_printf(arena, "%s%s", folder, entry->d_name);
    }
    if (directory)
        closedir(directory);
    qsort(out, (size_t)count, sizeof *out, by_name);
    return count;
}

bool ResourceCheck_file(const char *path, Error *error)
{
    Arena *arena = Arena_new(0);
    Described *all[FILES_MAX + 1];
    const char *paths[FILES_MAX];
    int count = 0;
    bool done = false;
    if (!arena)
        return Error_set(error, ERROR_LIMIT, "out of memory");
    Described *own = Describe_file(arena, path, error);
    if (!own)
        goto end;
    int others = siblings(arena, path, paths);
    for (int i = 0; i < others; i++) {
        Error ignored = ERROR_NONE;
        Described *other = Describe_file(arena, paths[i], &ignored);
        if (other && strcmp(other->def.name, own->def.name) != 0)
            all[count++] = other;
    }
    all[count++] = own;
    const Described *culprit = NULL;
    Error inner = ERROR_NONE;
    done = Describe_link(all, count, &culprit, &inner);
    if (!done && culprit && strcmp(culprit->path, path) != 0)
        done = true; /* somebody else's mistake */
    if (!done && error)
        *error = inner;
end:
    Arena_free(arena);
    return done;
}
