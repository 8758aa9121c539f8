#include "engine/system_store.h"

#include <stdio.h>
#include <string.h>

static const char FIRST_TABLES[] =
    "CREATE TABLE tenant ("
    " id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, slug TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL, state TEXT NOT NULL, key_wrapped BLOB NOT NULL,"
    " created_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE login ("
    " id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, login TEXT NOT NULL UNIQUE,"
    " email_norm TEXT NOT NULL, password_hash TEXT, os_uid INTEGER, state TEXT NOT NULL,"
    " failed INTEGER NOT NULL DEFAULT 0, locked_until INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX login_os_uid ON login (os_uid) WHERE os_uid IS NOT NULL;"
    "CREATE INDEX login_email ON login (email_norm);"
    "CREATE TABLE login_tenant ("
    " login_id INTEGER NOT NULL REFERENCES login (id),"
    " tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
    " last_used_at INTEGER NOT NULL, PRIMARY KEY (login_id, tenant_id)) STRICT;";

const Migration SYSTEM_MIGRATIONS[] = {
    {.version = 1, .name = "tenants and logins", .sql = FIRST_TABLES},
};
const size_t SYSTEM_MIGRATION_COUNT = sizeof SYSTEM_MIGRATIONS / sizeof *SYSTEM_MIGRATIONS;

#define LOGIN_COLUMNS                                                                              \
    "id, uid, login, email_norm, password_hash, os_uid, state, failed, locked_until"

static void copy_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

static void read_uid(Statement *row, int column, Uid *uid)
{
    const void *bytes = Statement_blob(row, column);

    *uid = (Uid){{0}};
    if (bytes && Statement_bytes(row, column) == UID_BYTES)
        memcpy(uid->bytes, bytes, UID_BYTES);
}

static void read_login(Statement *row, Login *login)
{
    login->id = Statement_int(row, 0);
    read_uid(row, 1, &login->uid);
    copy_text(login->login, sizeof login->login, Statement_text(row, 2));
    copy_text(login->email, sizeof login->email, Statement_text(row, 3));
    copy_text(login->password_hash, sizeof login->password_hash, Statement_text(row, 4));
    login->os_uid = Statement_is_null(row, 5) ? -1 : Statement_int(row, 5);
    copy_text(login->state, sizeof login->state, Statement_text(row, 6));
    login->failed = Statement_int(row, 7);
    login->locked_until = Statement_int(row, 8);
}

static bool one_login(Statement *statement, Login *login, Error *error)
{
    bool found = Statement_step(statement, error) == STEP_ROW;

    if (found)
        read_login(statement, login);
    Statement_reset(statement);
    return found;
}

bool Login_by_name(Connection *connection, const char *name, Login *login, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "SELECT " LOGIN_COLUMNS " FROM login WHERE login = ?1 OR email_norm = lower(?1)"
        " ORDER BY login = ?1 DESC, id LIMIT 1", error);

    if (!statement)
        return false;
    Statement_bind_text(statement, 1, name);
    return one_login(statement, login, error);
}

bool Login_by_uid(Connection *connection, const Uid *uid, Login *login, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "SELECT " LOGIN_COLUMNS " FROM login WHERE uid = ?1", error);

    if (!statement)
        return false;
    Statement_bind_blob(statement, 1, uid->bytes, UID_BYTES);
    return one_login(statement, login, error);
}

int Logins_of_peer(Connection *connection, unsigned os_uid, Login *login, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "SELECT " LOGIN_COLUMNS " FROM login"
        " WHERE os_uid = ?1 AND state = 'active' ORDER BY id", error);
    int count = 0;

    if (!statement)
        return 0;
    Statement_bind_int(statement, 1, os_uid);
    while (Statement_step(statement, error) == STEP_ROW) {
        if (count++ == 0)
            read_login(statement, login);
    }
    Statement_reset(statement);
    return count;
}

static void bind_login(Statement *statement, const Login *login)
{
    Statement_bind_blob(statement, 1, login->uid.bytes, UID_BYTES);
    Statement_bind_text(statement, 2, login->login);
    Statement_bind_text(statement, 3, login->email);
    Statement_bind_text(statement, 4, login->password_hash[0] ? login->password_hash : NULL);
    if (login->os_uid < 0)
        Statement_bind_null(statement, 5);
    else
        Statement_bind_int(statement, 5, login->os_uid);
    Statement_bind_text(statement, 6, login->state);
    Statement_bind_int(statement, 7, login->failed);
    Statement_bind_int(statement, 8, login->locked_until);
}

bool Login_insert(Connection *connection, Login *login, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "INSERT INTO login (uid, login, email_norm, password_hash, os_uid, state,"
        " failed, locked_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", error);

    if (!statement)
        return false;
    bind_login(statement, login);
    if (!Statement_run(statement, error))
        return false;
    login->id = Connection_last_id(connection);
    return true;
}

bool Login_update(Connection *connection, const Login *login, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "UPDATE login SET login = ?2, email_norm = ?3, password_hash = ?4, os_uid = ?5,"
        " state = ?6, failed = ?7, locked_until = ?8 WHERE uid = ?1", error);

    if (!statement)
        return false;
    bind_login(statement, login);
    return Statement_run(statement, error);
}

bool Login_enter(Connection *connection, int64_t login_id, int64_t tenant_id, int64_t now,
                 Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "INSERT INTO login_tenant (login_id, tenant_id, last_used_at)"
        " VALUES (?1, ?2, ?3) ON CONFLICT (login_id, tenant_id)"
        " DO UPDATE SET last_used_at = excluded.last_used_at", error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, login_id);
    Statement_bind_int(statement, 2, tenant_id);
    Statement_bind_int(statement, 3, now);
    return Statement_run(statement, error);
}

#define TENANT_COLUMNS "t.id, t.uid, t.slug, t.name, t.state, t.key_wrapped, t.created_at"

static bool one_tenant(Statement *statement, TenantRow *row, Error *error)
{
    bool found = Statement_step(statement, error) == STEP_ROW;

    if (found) {
        row->id = Statement_int(statement, 0);
        read_uid(statement, 1, &row->uid);
        copy_text(row->slug, sizeof row->slug, Statement_text(statement, 2));
        copy_text(row->name, sizeof row->name, Statement_text(statement, 3));
        copy_text(row->state, sizeof row->state, Statement_text(statement, 4));
        row->key_bytes = Statement_bytes(statement, 5);
        if (row->key_bytes > sizeof row->key)
            row->key_bytes = 0;
        const void *key = Statement_blob(statement, 5);
        if (key && row->key_bytes)
            memcpy(row->key, key, row->key_bytes);
        row->created_at = Statement_int(statement, 6);
    }
    Statement_reset(statement);
    return found;
}

bool TenantRow_by_slug(Connection *connection, const char *slug, TenantRow *row, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "SELECT " TENANT_COLUMNS " FROM tenant t WHERE t.slug = ?1", error);

    if (!statement)
        return false;
    Statement_bind_text(statement, 1, slug);
    return one_tenant(statement, row, error);
}

bool TenantRow_of_login(Connection *connection, int64_t login_id, const char *slug, TenantRow *row,
                        Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "SELECT " TENANT_COLUMNS " FROM login_tenant l"
        " JOIN tenant t ON t.id = l.tenant_id"
        " WHERE l.login_id = ?1 AND (?2 IS NULL OR t.slug = ?2) AND t.state <> 'closed'"
        " ORDER BY l.last_used_at DESC, t.id LIMIT 1", error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, login_id);
    Statement_bind_text(statement, 2, slug);
    return one_tenant(statement, row, error);
}

bool TenantRow_insert(Connection *connection, TenantRow *row, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "INSERT INTO tenant (uid, slug, name, state, key_wrapped, created_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);

    if (!statement)
        return false;
    Statement_bind_blob(statement, 1, row->uid.bytes, UID_BYTES);
    Statement_bind_text(statement, 2, row->slug);
    Statement_bind_text(statement, 3, row->name);
    Statement_bind_text(statement, 4, row->state);
    Statement_bind_blob(statement, 5, row->key, row->key_bytes);
    Statement_bind_int(statement, 6, row->created_at);
    if (!Statement_run(statement, error))
        return false;
    row->id = Connection_last_id(connection);
    return true;
}

Json *TenantRows_json(Connection *connection, int64_t login_id, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "SELECT t.slug, t.name FROM login_tenant l JOIN tenant t ON t.id = l.tenant_id"
        " WHERE l.login_id = ?1 AND t.state <> 'closed' ORDER BY t.name", error);
    Json *rows = json_object_new_array();

    if (!statement)
        return rows;
    Statement_bind_int(statement, 1, login_id);
    while (Statement_step(statement, error) == STEP_ROW) {
        Json *row = json_object_new_object();
        Json_set_text(row, "slug", Statement_text(statement, 0));
        Json_set_text(row, "name", Statement_text(statement, 1));
        json_object_array_add(rows, row);
    }
    Statement_reset(statement);
    return rows;
}
