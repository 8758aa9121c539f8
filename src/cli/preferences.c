#include "cli/preferences.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"

#define CONFIG_BYTES_MAX (64 * 1024)

static const char *const KEYS[] = {"theme", "language", "tenant", "ascii"};
#define KEY_COUNT (sizeof KEYS / sizeof *KEYS)

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool copy_value(char *out, size_t size, const char *key, const char *value, Error *error)
{
    if (strlen(value) >= size)
        return Error_set_field(error, ERROR_TOO_LONG, key, "The value of %s is too long.", key);
    memcpy(out, value, strlen(value) + 1);
    return true;
}

static bool set_value(Config *config, const char *key, const char *value, Error *error)
{
    if (strcmp(key, "theme") == 0)
        return copy_value(config->theme, sizeof config->theme, key, value, error);
    if (strcmp(key, "language") == 0)
        return copy_value(config->language, sizeof config->language, key, value, error);
    if (strcmp(key, "tenant") == 0)
        return copy_value(config->tenant, sizeof config->tenant, key, value, error);
    if (strcmp(key, "ascii") == 0) {
        bool yes = strcmp(value, "yes") == 0 || strcmp(value, "true") == 0;
        bool no = strcmp(value, "no") == 0 || strcmp(value, "false") == 0;
        if (!yes && !no)
            return Error_set_field(error, ERROR_ENUM, key, "ascii is yes or no.");
        config->ascii = yes;
        return true;
    }
    Error_set_field(error, ERROR_SYNTAX, key, "There is no setting \"%s\".", key);
    const char *nearest = Text_nearest(key, KEYS, KEY_COUNT);
    if (nearest)
        Error_hint(error, "Did you mean \"%s\"?", nearest);
    return false;
}

static bool read_line(Config *config, char *line, Error *error)
{
    line = trim(line);
    if (*line == '\0' || *line == '#')
        return true;
    char *equals = strchr(line, '=');
    if (!equals)
        return Error_set(error, ERROR_SYNTAX, "A line is `name = value` or a comment after #.");
    *equals = '\0';
    return set_value(config, trim(line), trim(equals + 1), error);
}

static bool read_file(Config *config, const char *path, Error *error)
{
    if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return true;
    if (strcmp(path, "/dev/null") == 0)
        return true;
    size_t length = 0;
    char *text = Paths_read_file(path, CONFIG_BYTES_MAX, &length, error);
    if (!text)
        return false;
    bool good = true;
    int number = 0;
    for (char *line = text; good && line; ) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        number++;
        good = read_line(config, line, error);
        line = end;
    }
    free(text);
    if (!good && error) {
        char message[sizeof error->message];
        memcpy(message, error->message, sizeof message);
        snprintf(error->message, sizeof error->message, "%.150s, line %d: %.200s", path, number,
                 message);
        Error_at(error, number, 0);
    }
    return good;
}

bool Config_read(Config *config, Error *error)
{
    *config = (Config){.ascii = false};
    const char *chosen = getenv("BIZOSAAS_CONFIG");
    if (chosen && *chosen)
        return read_file(config, chosen, error);
    if (!read_file(config, "/etc/bizosaas/bizosaas.conf", error))
        return false;
    char path[PATHS_MAX];
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *user_home = getenv("HOME");
    if (folder && *folder == '/')
        snprintf(path, sizeof path, "%s/bizosaas/bizosaas.conf", folder);
    else if (user_home && *user_home)
        snprintf(path, sizeof path, "%s/.config/bizosaas/bizosaas.conf", user_home);
    else
        return true;
    return read_file(config, path, error);
}
