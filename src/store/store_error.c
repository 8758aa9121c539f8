/* store_error.c - from the database's failures to sentences for people. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "store/store_private.h"

typedef struct ErrorRow {
    int result; /* extended result first, then primary ones */
    const char *code;
    const char *message;
    const char *hint; /* followed by the path of the database; NULL = none */
} ErrorRow;

#define KEPT "Nothing of this change was saved; everything saved before is kept."
#define HINT_SPACE "Free some space on the disk of the data folder, then try again"
#define HINT_DAMAGED "Run `bizosaas doctor`; `bizosaas restore` brings back the newest backup"

static const ErrorRow FULL_ROW = {SQLITE_FULL, ERROR_STORAGE, "The disk is full. " KEPT,
                                  HINT_SPACE};

static const ErrorRow ERROR_ROWS[] = {
    {SQLITE_READONLY, ERROR_STORAGE,
     "The database cannot be written: it, its folder or the disk is read-only. " KEPT,
     "Check the permissions of the file and its folder, and how the disk is mounted"},
    {SQLITE_IOERR, ERROR_STORAGE, "The disk reported an error. " KEPT,
     "Look for disk errors in the system log, then run `bizosaas doctor`"},
    {SQLITE_CANTOPEN, ERROR_STORAGE,
     "The database or the files beside it cannot be opened. Nothing was changed.",
     "Check that the file and its folder exist and may be read and written"},
    {SQLITE_CORRUPT, ERROR_STORAGE, "The database file is damaged. " KEPT, HINT_DAMAGED},
    {SQLITE_NOTADB, ERROR_STORAGE,
     "The file is not a database of this program. Nothing was changed.",
     "Check whether it is the right file; `bizosaas restore` brings back a backup"},
    {SQLITE_BUSY, ERROR_AGAIN, "Another program is using the database. Nothing was changed.",
     "Try again in a moment; close other programs that have the file open"},
    {SQLITE_LOCKED, ERROR_AGAIN, "The database is in use. Nothing was changed.",
     "Try again in a moment"},
    {SQLITE_NOMEM, ERROR_LIMIT, "There is not enough memory for this. " KEPT, NULL},
    {SQLITE_TOOBIG, ERROR_TOO_LONG, "A value is larger than the database takes. " KEPT, NULL},
};

static const struct {
    const char *prefix; /* of the database's own message */
    const char *code;
    const char *message; /* followed by the columns */
} CONSTRAINT_ROWS[] = {
    {"UNIQUE constraint failed: ", ERROR_DUPLICATE, "The value is already taken"},
    {"NOT NULL constraint failed: ", ERROR_RULE, "A value is missing"},
    {"CHECK constraint failed: ", ERROR_RULE, "The value breaks a rule"},
    {"FOREIGN KEY constraint failed", ERROR_REFERENCE,
     "The record refers to one that does not exist, or is still referred to"},
    {"cannot store ", ERROR_TYPE, "The value has the wrong type"},
};

/* The last column of "a.b, a.c", the name in "index 'name'", or the word after "column ". */
static const char *field_of(const char *columns, char *out, size_t size)
{
    const char *from = columns, *found;
    size_t length;

    if ((found = strstr(columns, " column ")))
        from = found + strlen(" column ");
    else if ((found = strrchr(columns, ',')))
        from = found + strspn(found, ", ");
    else if (strncmp(columns, "index '", 7) == 0)
        from = columns + 7;
    length = strcspn(from, "' ");
    snprintf(out, size, "%.*s", (int)length, from);
    return out;
}

static bool set_constraint(Error *error, const char *text)
{
    char field[64];

    for (size_t i = 0; i < sizeof CONSTRAINT_ROWS / sizeof CONSTRAINT_ROWS[0]; i++) {
        size_t length = strlen(CONSTRAINT_ROWS[i].prefix);
        const char *columns = text + length;
        if (strncmp(text, CONSTRAINT_ROWS[i].prefix, length) != 0)
            continue;
        field_of(columns, field, sizeof field);
        Error_set(error, CONSTRAINT_ROWS[i].code, columns[0] ? "%s (%s)." : "%s%s.",
                  CONSTRAINT_ROWS[i].message, columns);
        if (error)
            snprintf(error->field, sizeof error->field, "%s", field);
        return false;
    }
    return Error_set(error, ERROR_RULE, "%s", text); /* RAISE() of a trigger of ours */
}

static bool set_row(Error *error, const ErrorRow *row, Connection *connection)
{
    Error_set(error, row->code, "%s", row->message);
    if (row->hint)
        Error_hint(error, "%s (%s).", row->hint, connection->store->path);
    return false;
}

static bool set_stopped(Error *error, Connection *connection)
{
    if (!connection->timed_out)
        return Error_set(error, ERROR_CANCELLED, "The work was cancelled.");
    Error_set(error, ERROR_CANCELLED, "The work was stopped: it took longer than %d ms.",
              connection->deadline_ms);
    return Error_hint(error, "Narrow it down: a filter on indexed fields or a shorter period.");
}

static bool is_space_error(int number)
{
    return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

/* Did an I/O error come from a disk or a quota that is full?  The log and the database file know.
 */
static bool lacks_space(sqlite3 *handle)
{
    sqlite3_file *log = NULL;
    int of_file = 0, of_log = 0;

    sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &of_file);
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log && log->pMethods)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &of_log);
    return is_space_error(of_file) || is_space_error(of_log) ||
           is_space_error(sqlite3_system_errno(handle));
}

bool StoreError_set(Error *error, Connection *connection, int result)
{
    sqlite3 *handle = connection->handle;

    if ((result & 0xff) == SQLITE_CONSTRAINT)
        return set_constraint(error, sqlite3_errmsg(handle));
    if ((result & 0xff) == SQLITE_INTERRUPT)
        return set_stopped(error, connection);
    if ((result & 0xff) == SQLITE_FULL || ((result & 0xff) == SQLITE_IOERR && lacks_space(handle)))
        return set_row(error, &FULL_ROW, connection);
    for (size_t i = 0; i < sizeof ERROR_ROWS / sizeof ERROR_ROWS[0]; i++)
        if (ERROR_ROWS[i].result == (result & 0xff))
            return set_row(error, &ERROR_ROWS[i], connection);
    return Error_set(error, ERROR_INTERNAL, "The database refused a statement: %s",
                     sqlite3_errmsg(handle));
}

bool StoreError_system(Error *error, const char *path, const char *what, int number)
{
    Error_set(error, ERROR_STORAGE, "%s cannot be %s: %s. Nothing was changed.", path, what,
              strerror(number));
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return Error_hint(error, "Free some space on that disk, then try again.");
    case EROFS:
    case EACCES:
    case EPERM:
        return Error_hint(error, "Check the owner and the permissions of the file and its folder.");
    default:
        return Error_hint(error, "Check the path and the disk, then try again.");
    }
}
