/* system_store.h - rows of system.db: tenants, logins and which login may enter which tenant. */
#ifndef ENGINE_SYSTEM_STORE_H
#define ENGINE_SYSTEM_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"
#include "base/json_value.h"
#include "base/uid.h"
#include "store/store.h"

extern const Migration SYSTEM_MIGRATIONS[];
extern const size_t SYSTEM_MIGRATION_COUNT;

typedef struct Login {
    int64_t id;
    Uid uid;
    char login[128];
    char email[256];
    char password_hash[192]; /* "" = none: the operating system's word is enough */
    int64_t os_uid;          /* -1 = none */
    char state[16];          /* invited, active, locked, disabled */
    int64_t failed, locked_until;
} Login;

typedef struct TenantRow {
    int64_t id;
    Uid uid;
    char slug[64], name[128], state[16];
    uint8_t key[256];
    size_t key_bytes;
    int64_t created_at;
} TenantRow;

/* false with an empty error: no such row. */
bool Login_by_name(Connection *connection, const char *name, Login *login, Error *error);
bool Login_by_uid(Connection *connection, const Uid *uid, Login *login, Error *error);
/* Active logins of an OS user; *login is the first. */
int Logins_of_peer(Connection *connection, unsigned os_uid, Login *login, Error *error);
bool Login_insert(Connection *connection, Login *login, Error *error); /* sets login->id */
bool Login_update(Connection *connection, const Login *login, Error *error);
bool Login_enter(Connection *connection, int64_t login_id, int64_t tenant_id, int64_t now,
                 Error *error); /* makes or refreshes the row of login_tenant */

bool TenantRow_by_slug(Connection *connection, const char *slug, TenantRow *row, Error *error);
/* The tenant a login used last.  false with an empty error: it has none. */
bool TenantRow_of_login(Connection *connection, int64_t login_id, const char *slug, TenantRow *row,
                        Error *error);
bool TenantRow_insert(Connection *connection, TenantRow *row, Error *error); /* sets row->id */
Json *TenantRows_json(Connection *connection, int64_t login_id, Error *error); /* [{slug,name}] */

#endif
