/* file_save.c - a file of the company onto this machine: asks where, never overwrites unasked. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "client/base64.h"
#include "screens/app.h"
#include "screens/field_value.h"
#include "tui/words.h"

/* The file being asked about; one question at a time. */
static struct {
    char attachment[80];
    char path[PATHS_MAX];
} asked;

/* Pieces one after another; the number of bytes, or -1 and error. */
static int64_t fetch(App *app, const char *file, int descriptor, Error *error)
{
    int64_t offset = 0;
    bool last = false;
    Buffer bytes = BUFFER_EMPTY;

    while (!last && !Error_present(error)) {
        Json *piece = NULL, *params = json_object_new_object();
        Json_set_text(params, "file", file);
        Json_set_int(params, "offset", offset);
        bool good = Link_call(app, "file.read", params, &piece, error);
        const char *data = good ? Json_text(piece, "data") : NULL;
        Buffer_reset(&bytes);
        if (good && (!data || !Base64_decode(&bytes, data, strlen(data))))
            good = Error_set(error, ERROR_INTERNAL, "%s",
                             Ui_text("The engine sent a piece that is no data."));
        for (size_t at = 0; good && at < bytes.length;) {
            ssize_t wrote = write(descriptor, bytes.data + at, bytes.length - at);
            if (wrote < 0 && errno != EINTR)
                good = Error_set(error, ERROR_STORAGE, "%s", strerror(errno));
            at += wrote > 0 ? (size_t)wrote : 0;
        }
        last = good && Json_bool(piece, "last", bytes.length == 0);
        offset += (int64_t)bytes.length;
        json_object_put(piece);
        if (!good)
            break;
    }
    Buffer_free(&bytes);
    return last ? offset : -1;
}

/* Beside its place first, then under its name: whole or not at all. */
static void save(App *app, bool overwrite)
{
    Json *params = json_object_new_object(), *opened = NULL;
    Error error = ERROR_NONE;
    char temporary[PATHS_MAX + 16];
    int64_t bytes = -1;

    Json_set_text(params, "attachment", asked.attachment);
    bool found = Link_call(app, "attachment.open", params, &opened, &error);
    const char *file = found ? Json_text(opened, "file") : NULL;
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", asked.path);
    int descriptor = file ? mkostemp(temporary, O_CLOEXEC) : -1; /* made with 0600 */
    if (descriptor >= 0) {
        bytes = fetch(app, file, descriptor, &error);
        bool kept = bytes >= 0 && fsync(descriptor) == 0 &&
                    (overwrite ? rename(temporary, asked.path) : link(temporary, asked.path)) == 0;
        if (!kept && !Error_present(&error))
            Error_set(&error, ERROR_STORAGE, "%s: %s", asked.path, strerror(errno));
        close(descriptor);
        if (!kept || !overwrite)
            unlink(temporary);
    } else if (file) {
        Error_set(&error, ERROR_STORAGE, "%s: %s", asked.path, strerror(errno));
    } else if (!Error_present(&error)) {
        Error_set(&error, ERROR_NOT_FOUND, "%s", Ui_text("The attachment has no file."));
    }
    if (Error_present(&error))
        App_error(app, &error);
    else
        App_notice(app, STYLE_GOOD, Ui_text("Saved as %s."), asked.path);
    json_object_put(opened);
}

static void overwrite_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    (void)context;
    (void)typed;
    if (chosen && chosen->value == 'y')
        save(app, true);
}

static void path_typed(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    const char *home = getenv("HOME");

    (void)context;
    (void)chosen;
    if (!*typed)
        return;
    if (typed[0] == '~' && typed[1] == '/' && home)
        snprintf(asked.path, sizeof asked.path, "%s%s", home, typed + 1);
    else
        snprintf(asked.path, sizeof asked.path, "%s", typed);
    if (access(asked.path, F_OK) != 0) {
        save(app, false);
        return;
    }
    Picker *picker = App_ask(app, Ui_text("Overwrite?"), asked.path);
    Picker_add(picker, Ui_text("no, keep it"), "", "n", 'n');
    Picker_add(picker, Ui_text("yes, overwrite"), "", "y", 'y');
    App_show(app, NULL, overwrite_chosen, NULL);
}

/* The name comes from somebody else: no folders, nothing hidden. */
static void append_name(Buffer *out, const char *name)
{
    while (*name == '.')
        name++;
    for (; *name; name++)
        Buffer_putc(out, *name == '/' || (unsigned char)*name < ' ' ? '_' : *name);
    if (out->length == 0)
        Buffer_puts(out, "file");
}

void FileSave_ask(App *app, const char *attachment, const char *name)
{
    Picker *picker = App_picker(app, Ui_text("Save the file as"));
    Buffer safe = BUFFER_EMPTY;

    snprintf(asked.attachment, sizeof asked.attachment, "%s", attachment);
    append_name(&safe, name ? name : "");
    picker->typing = picker->live = true;
    snprintf(picker->hint, sizeof picker->hint, "%s", Ui_text("Enter saves; Esc leaves it."));
    LineEditor_set(&picker->query, Buffer_text(&safe));
    App_show(app, NULL, path_typed, NULL);
    Buffer_free(&safe);
}
