/* sql.c - statements from constant text and numbered parameters. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "model/internal.h"

void Sql_begin(Sql *sql, Arena *arena)
{
    *sql = (Sql){.arena = arena};
}

static bool grow(Sql *sql, size_t more)
{
    if (sql->failed)
        return false;
    if (sql->length + more + 1 <= sql->capacity)
        return true;
    size_t capacity = sql->capacity ? sql->capacity * 2 : 1024;
    while (capacity < sql->length + more + 1)
        capacity *= 2;
    char *text = Arena_alloc(sql->arena, capacity);
    if (!text) {
        sql->failed = true;
        return false;
    }
    if (sql->length)
        memcpy(text, sql->text, sql->length);
    sql->text = text;
    sql->capacity = capacity;
    return true;
}

void Sql_puts(Sql *sql, const char *text)
{
    size_t length = strlen(text);
    if (!grow(sql, length))
        return;
    memcpy(sql->text + sql->length, text, length + 1);
    sql->length += length;
}

void Sql_printf(Sql *sql, const char *format, ...)
{
    char small[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (length < 0) {
        sql->failed = true;
        return;
    }
    if ((size_t)length < sizeof small) {
        Sql_puts(sql, small);
        return;
    }
    if (!grow(sql, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(sql->text + sql->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    sql->length += (size_t)length;
}

void Sql_bind(Sql *sql, const Value *value)
{
    if (sql->count == sql->room) {
        int room = sql->room ? sql->room * 2 : 32;
        Value *binds = ARENA_ARRAY(sql->arena, Value, (size_t)room);
        if (!binds) {
            sql->failed = true;
            return;
        }
        if (sql->count)
            memcpy(binds, sql->binds, sizeof(Value) * (size_t)sql->count);
        sql->binds = binds;
        sql->room = room;
    }
    sql->binds[sql->count++] = *value;
    char mark[16] = "?", *at = mark + sizeof mark - 1;
    int number = sql->count;
    for (*at = '\0'; number; number /= 10)
        *--at = (char)('0' + number % 10);
    *--at = '?';
    Sql_puts(sql, at);
}

void Sql_bind_int(Sql *sql, int64_t value)
{
    Value bound = Value_int(value);
    Sql_bind(sql, &bound);
}

void Sql_bind_text(Sql *sql, const char *text)
{
    Value bound = Value_text(text);
    Sql_bind(sql, &bound);
}

Statement *Sql_prepare(Sql *sql, Connection *connection, Error *error)
{
    if (sql->failed || !sql->text) {
        Error_set(error, ERROR_LIMIT, "The request needs more memory than one request may take.");
        return NULL;
    }
    Statement *statement = Connection_prepare(connection, sql->text, error);
    if (!statement)
        return NULL;
    for (int i = 0; i < sql->count; i++)
        Statement_bind_value(statement, i + 1, &sql->binds[i]);
    return statement;
}

bool Sql_run(Sql *sql, Connection *connection, Error *error)
{
    Statement *statement = Sql_prepare(sql, connection, error);
    return statement && Statement_run(statement, error);
}

int64_t Sql_scalar(Sql *sql, Connection *connection, int64_t fallback, Error *error)
{
    Statement *statement = Sql_prepare(sql, connection, error);
    return statement ? Statement_scalar(statement, fallback, error) : fallback;
}
