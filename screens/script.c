/* script.c - keys from a file instead of a terminal: for tests and for showing how.
 *
 * A line is: words that are key names ("Down Down Enter g l"), text in double quotes, or a command:
 *   :save-display FILE   the picture as text       :save-styles FILE   the styles as letters
 *   :size COLSxROWS      another size              :theme NAME
 *   :settle              take the engine's answers (done before every command too)
 * "#" begins a comment.  FILE "-" is standard output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "screens/app.h"

enum { SCRIPT_BYTES_MAX = 1024 * 1024, SETTLE_MS = 120 };

static bool fail_line(int line, const char *message)
{
    fprintf(stderr, "script line %d: %s\n", line, message);
    return false;
}

static void settle(App *app)
{
    bool ready = true;

    while (ready && app->client && !app->gone) {
        Terminal_wait_for(app->terminal, Client_descriptor(app->client),
                          app->pending_count > 0 ? SETTLE_MS * 20 : SETTLE_MS / 4, &ready);
        Link_receive(app);
        Link_tick(app);
        App_draw(app); /* drawing may ask for more */
        ready = ready || app->pending_count > 0;
    }
    App_draw(app);
}

static bool save(App *app, const char *path, bool styles)
{
    Buffer out = BUFFER_EMPTY;
    Error error = ERROR_NONE;
    bool done = true;

    settle(app);
    if (styles)
        Frame_dump_styles(&app->frame, &out);
    else
        Frame_dump(&app->frame, &out);
    if (strcmp(path, "-") == 0)
        fwrite(Buffer_text(&out), 1, out.length, stdout);
    else
        done = Paths_write_file(path, Buffer_text(&out), out.length, 0644, &error);
    Buffer_free(&out);
    if (!done)
        fprintf(stderr, "%s\n", error.message);
    return done;
}

static void take_keys(App *app)
{
    Key key;
    bool ready;

    while (!app->quitting && Terminal_wait(app->terminal, -1, 0, &key, &ready) == TERMINAL_KEY) {
        if (key.code == KEYCODE_PASTE)
            App_paste(app, Buffer_text(Terminal_paste(app->terminal)),
                      Terminal_paste(app->terminal)->length);
        else
            App_key(app, &key);
        if (app->dirty)
            App_draw(app);
    }
}

static bool command(App *app, const char *text, int line)
{
    int columns = 0, rows = 0;

    if (strncmp(text, ":save-display ", 14) == 0)
        return save(app, text + 14, false) || fail_line(line, "cannot write");
    if (strncmp(text, ":save-styles ", 13) == 0)
        return save(app, text + 13, true) || fail_line(line, "cannot write");
    if (sscanf(text, ":size %dx%d", &columns, &rows) == 2) {
        Terminal_set_size(app->terminal, columns, rows);
        Frame_resize(&app->frame, columns, rows);
    } else if (strncmp(text, ":theme ", 7) == 0 && Theme_find(text + 7)) {
        app->theme = Theme_find(text + 7);
    } else if (strcmp(text, ":settle") != 0) {
        return fail_line(line, "unknown command");
    }
    settle(app);
    return true;
}

/* One word of a line: a key name or "quoted text". */
static bool feed_word(App *app, const char *word, size_t length, int line)
{
    char name[32];
    Key key;

    if (length >= sizeof name)
        return fail_line(line, "no such key");
    memcpy(name, word, length);
    name[length] = '\0';
    if (!Key_parse(name, &key))
        return fail_line(line, "no such key");
    App_key(app, &key);
    settle(app);
    return true;
}

static bool run_line(App *app, char *text, int line)
{
    while (*text == ' ')
        text++;
    if (*text == '#' || *text == '\0')
        return true;
    if (*text == ':' && text[1] >= 'a' && text[1] <= 'z')
        return command(app, text, line);
    while (*text && !app->quitting) {
        char *end = *text == '"' ? strchr(text + 1, '"') : NULL;
        size_t length = strcspn(text, " ");
        if (end) {
            Terminal_feed(app->terminal, text + 1, (size_t)(end - text - 1));
            take_keys(app);
            settle(app);
            length = (size_t)(end - text) + 1;
        } else if (length > 0 && !feed_word(app, text, length, line)) {
            return false;
        }
        text += length;
        while (*text == ' ')
            text++;
    }
    return true;
}

int Script_run(App *app, const char *path)
{
    Error error = ERROR_NONE;
    size_t length = 0;
    char *text = Paths_read_file(path, SCRIPT_BYTES_MAX, &length, &error);
    int line = 0;
    bool done = text != NULL;

    if (!text)
        fprintf(stderr, "%s\n", error.message);
    settle(app);
    for (char *at = text; done && at && *at && !app->quitting;) {
        char *end = strchr(at, '\n');
        if (end)
            *end = '\0';
        done = run_line(app, at, ++line);
        at = end ? end + 1 : NULL;
    }
    free(text);
    return done ? app->exit_code : 1;
}
