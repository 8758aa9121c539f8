/* theme_choice.c - the theme that was chosen here: it suits a terminal, so it is kept beside it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/paths.h"
#include "screens/app.h"

/* $XDG_CONFIG_HOME/bizosaas, else ~/.config/bizosaas; false when neither is known. */
static bool folder(char *out, size_t size)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int length = 0;

    if (config && *config == '/')
        length = snprintf(out, size, "%s/bizosaas", config);
    else if (home && *home == '/')
        length = snprintf(out, size, "%s/.config/bizosaas", home);
    return length > 0 && (size_t)length < size;
}

static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool good = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!good)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

const Theme *ThemeChoice_read(void)
{
    char path[PATHS_MAX], file[PATHS_MAX + 16];
    Error error = ERROR_NONE;
    size_t length = 0;

    if (!folder(path, sizeof path))
        return NULL;
    snprintf(file, sizeof file, "%s/theme", path);
    char *text = Paths_read_file(file, 64, &length, &error);
    if (!text)
        return NULL;
    char name[65];
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    name[strcspn(name, "\r\n")] = '\0';
    free(text);
    return Theme_find(name);
}

bool ThemeChoice_write(const Theme *theme)
{
    char path[PATHS_MAX], file[PATHS_MAX + 16], text[64];
    Error error = ERROR_NONE;

    if (!folder(path, sizeof path) || !make_folders(path))
        return false;
    snprintf(file, sizeof file, "%s/theme", path);
    int length = snprintf(text, sizeof text, "%s\n", theme->name);
    return Paths_write_file(file, text, (size_t)length, 0600, &error);
}
