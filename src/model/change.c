/* change.c - the change log: append-only, one hash chain per tenant and lane.
 *
 * hash = H(previous hash | metadata | content digest), content digest = H(salt | label | reason |
 * before | after): what may have to be erased stands only in the digest, so that erasure leaves the
 * chain valid.  Whether a change was undone is no part of it and has a table of its own.
 */
#include <sodium.h>
#include <string.h>
#include "model/bulk.h"
#include "model/internal.h"

#define HASH_BYTES 32
#define SALT_BYTES 16
#define LANE 0

const char *const ACTOR_KIND_NAMES[] = {"user",     "api_key", "agent",
                                        "workflow", "import",  "system"};

const char *const CHANGE_SCHEMA =
    "CREATE TABLE change(id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, lane INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL, at INTEGER NOT NULL, actor_kind TEXT NOT NULL, user_id INTEGER,"
    " actor_name TEXT, on_behalf_of INTEGER, session TEXT, operation TEXT NOT NULL,"
    " kind TEXT NOT NULL, event TEXT, resource TEXT, record_uid BLOB, record_id INTEGER,"
    " batch BLOB, undoes INTEGER, label TEXT, reason TEXT, before TEXT, after TEXT, salt BLOB,"
    " content_digest BLOB NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;\n"
    "CREATE INDEX change_record ON change(tenant_id, record_uid) WHERE record_uid IS NOT NULL;\n"
    "CREATE INDEX change_user ON change(tenant_id, user_id) WHERE batch IS NULL;\n"
    "CREATE TRIGGER change_no_delete BEFORE DELETE ON change BEGIN"
    " SELECT RAISE(ABORT, 'the change log is append-only'); END;\n"
    "CREATE TRIGGER change_no_update BEFORE UPDATE ON change WHEN NOT (NEW.salt IS NULL"
    " AND NEW.before IS NULL AND NEW.after IS NULL AND NEW.label IS NULL AND NEW.reason IS NULL"
    " AND NEW.id = OLD.id AND NEW.tenant_id = OLD.tenant_id AND NEW.lane = OLD.lane"
    " AND NEW.sequence = OLD.sequence AND NEW.at = OLD.at AND NEW.actor_kind = OLD.actor_kind"
    " AND NEW.user_id IS OLD.user_id AND NEW.actor_name IS OLD.actor_name"
    " AND NEW.on_behalf_of IS OLD.on_behalf_of AND NEW.session IS OLD.session"
    " AND NEW.operation = OLD.operation AND NEW.kind = OLD.kind AND NEW.event IS OLD.event"
    " AND NEW.resource IS OLD.resource AND NEW.record_uid IS OLD.record_uid"
    " AND NEW.record_id IS OLD.record_id AND NEW.batch IS OLD.batch"
    " AND NEW.undoes IS OLD.undoes AND NEW.content_digest = OLD.content_digest"
    " AND NEW.prev_hash = OLD.prev_hash AND NEW.hash = OLD.hash) BEGIN"
    " SELECT RAISE(ABORT, 'the change log is append-only'); END;\n"
    "CREATE TABLE change_head(tenant_id INTEGER NOT NULL, lane INTEGER NOT NULL,"
    " entries INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(tenant_id, lane)) STRICT;\n"
    "CREATE TABLE change_undo(change_id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL,"
    " undone_by INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;\n"
    "CREATE TABLE change_batch(uid BLOB PRIMARY KEY, tenant_id INTEGER NOT NULL, user_id INTEGER,"
    " undoes INTEGER, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,"
    " entries INTEGER NOT NULL) STRICT;\n"
    "CREATE INDEX change_batch_user ON change_batch(tenant_id, user_id, last_id);\n";

/* All columns of an entry, in the order they are hashed and inserted. */
enum Column {
    COLUMN_ID, COLUMN_TENANT, COLUMN_LANE, COLUMN_SEQUENCE, COLUMN_AT, COLUMN_ACTOR_KIND,
    COLUMN_USER, COLUMN_ACTOR_NAME, COLUMN_BEHALF, COLUMN_SESSION, COLUMN_OPERATION, COLUMN_KIND,
    COLUMN_EVENT, COLUMN_RESOURCE, COLUMN_RECORD_UID, COLUMN_RECORD_ID, COLUMN_BATCH,
    COLUMN_UNDOES, /* metadata ends here */
    COLUMN_LABEL, COLUMN_REASON, COLUMN_BEFORE, COLUMN_AFTER, COLUMN_SALT, COLUMN_DIGEST,
    COLUMN_PREVIOUS, COLUMN_HASH, COLUMN_COUNT
};

#define ALL_COLUMNS                                                                                \
    "id, tenant_id, lane, sequence, at, actor_kind, user_id, actor_name, on_behalf_of, session,"   \
    " operation, kind, event, resource, record_uid, record_id, batch, undoes, label, reason,"      \
    " before, after, salt, content_digest, prev_hash, hash"

static void hash_value(crypto_generichash_state *state, const Value *value)
{
    unsigned char head[9] = {(unsigned char)(Value_given(value) ? value->kind : VALUE_NULL)};
    uint64_t number = value->kind == VALUE_INT ? (uint64_t)value->integer : value->length;
    if (head[0] == VALUE_NULL)
        number = 0;
    for (int i = 0; i < 8; i++)
        head[1 + i] = (unsigned char)(number >> (56 - 8 * i));
    crypto_generichash_update(state, head, sizeof head);
    if (value->kind == VALUE_TEXT || value->kind == VALUE_BLOB)
        crypto_generichash_update(state, (const unsigned char *)value->text, value->length);
}

static void content_digest(const Value *entry, unsigned char out[HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    hash_value(&state, &entry[COLUMN_SALT]);
    for (int i = COLUMN_LABEL; i <= COLUMN_AFTER; i++)
        hash_value(&state, &entry[i]);
    crypto_generichash_final(&state, out, HASH_BYTES);
}

static void entry_hash(const Value *entry, unsigned char out[HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    hash_value(&state, &entry[COLUMN_PREVIOUS]);
    for (int i = COLUMN_ID; i <= COLUMN_UNDOES; i++)
        hash_value(&state, &entry[i]);
    hash_value(&state, &entry[COLUMN_DIGEST]);
    crypto_generichash_final(&state, out, HASH_BYTES);
}

/* ---- the head ----------------------------------------------------------------------------- */

static bool read_head(ModelContext *context, int64_t *entries, unsigned char hash[HASH_BYTES],
                      Error *error)
{
    *entries = 0;
    memset(hash, 0, HASH_BYTES);
    if (context->bulk && context->bulk->head_known) {
        *entries = context->bulk->entries;
        memcpy(hash, context->bulk->hash, HASH_BYTES);
        return true;
    }
    Statement *statement = Connection_prepare(
        context->connection,
        "SELECT entries, hash FROM change_head WHERE tenant_id = ?1 AND lane = ?2", error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, context->tenant->id);
    Statement_bind_int(statement, 2, LANE);
    StepResult step = Statement_step(statement, error);
    if (step == STEP_ROW && Statement_bytes(statement, 1) == HASH_BYTES) {
        *entries = Statement_int(statement, 0);
        memcpy(hash, Statement_blob(statement, 1), HASH_BYTES);
    }
    Statement_reset(statement);
    return step != STEP_FAILED;
}

static bool write_head(ModelContext *context, int64_t entries,
                       const unsigned char hash[HASH_BYTES], Error *error)
{
    if (context->bulk) {
        context->bulk->entries = entries;
        memcpy(context->bulk->hash, hash, HASH_BYTES);
        context->bulk->head_known = context->bulk->head_changed = true;
        return true;
    }
    Statement *statement = Connection_prepare(
        context->connection,
        "INSERT INTO change_head(tenant_id, lane, entries, hash) VALUES(?1, ?2, ?3, ?4)"
        " ON CONFLICT(tenant_id, lane) DO UPDATE SET entries = excluded.entries,"
        " hash = excluded.hash",
        error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, context->tenant->id);
    Statement_bind_int(statement, 2, LANE);
    Statement_bind_int(statement, 3, entries);
    Statement_bind_blob(statement, 4, hash, HASH_BYTES);
    return Statement_run(statement, error);
}

/* ---- appending ---------------------------------------------------------------------------- */

static Value optional_id(int64_t id)
{
    return id ? Value_int(id) : Value_null();
}

static void describe_entry(ModelContext *context, const ChangeEntry *entry, Value *out)
{
    const char *operation = entry->operation ? entry->operation : context->operation;
    if (!operation)
        operation = Arena_printf(context->arena, "%s.%s",
                                 entry->resource ? entry->resource->name : "tenant", entry->kind);
    out[COLUMN_TENANT] = Value_int(context->tenant->id);
    out[COLUMN_LANE] = Value_int(LANE);
    out[COLUMN_AT] = Value_int(context->now);
    out[COLUMN_ACTOR_KIND] = Value_text(ACTOR_KIND_NAMES[context->actor_kind]);
    out[COLUMN_USER] = optional_id(context->user_id);
    out[COLUMN_ACTOR_NAME] = Value_text(context->actor_name);
    out[COLUMN_BEHALF] = optional_id(context->on_behalf_of);
    out[COLUMN_SESSION] = Value_text(context->session_uid);
    out[COLUMN_OPERATION] = Value_text(operation);
    out[COLUMN_KIND] = Value_text(entry->kind);
    out[COLUMN_EVENT] = Value_text(entry->event);
    out[COLUMN_RESOURCE] = Value_text(entry->resource ? entry->resource->name : NULL);
    if (entry->uid && !Uid_is_zero(entry->uid))
        out[COLUMN_RECORD_UID] = Value_blob(entry->uid->bytes, UID_BYTES);
    out[COLUMN_RECORD_ID] = optional_id(entry->record_id);
    if (!Uid_is_zero(&context->batch))
        out[COLUMN_BATCH] = Value_blob(context->batch.bytes, UID_BYTES);
    out[COLUMN_UNDOES] = optional_id(entry->undoes);
    out[COLUMN_LABEL] = Value_text(entry->label);
    out[COLUMN_REASON] = Value_text(context->reason);
    out[COLUMN_BEFORE] = Value_text(entry->before);
    out[COLUMN_AFTER] = Value_text(entry->after);
}

static bool count_batch(ModelContext *context, int64_t first, int64_t last, int64_t entries,
                        int64_t undoes, Error *error)
{
    Statement *statement = Connection_prepare(
        context->connection,
        "INSERT INTO change_batch(uid, tenant_id, user_id, undoes, first_id, last_id, entries)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(uid) DO UPDATE SET"
        " last_id = excluded.last_id, entries = entries + excluded.entries",
        error);
    if (!statement)
        return false;
    Statement_bind_blob(statement, 1, context->batch.bytes, UID_BYTES);
    Statement_bind_int(statement, 2, context->tenant->id);
    if (context->user_id)
        Statement_bind_int(statement, 3, context->user_id);
    if (undoes)
        Statement_bind_int(statement, 4, undoes);
    Statement_bind_int(statement, 5, first);
    Statement_bind_int(statement, 6, last);
    Statement_bind_int(statement, 7, entries);
    return Statement_run(statement, error);
}

static bool touch_batch(ModelContext *context, int64_t id, int64_t undoes, Error *error)
{
    ModelBulk *bulk = context->bulk;
    if (!bulk || undoes)
        return count_batch(context, id, id, 1, undoes, error);
    if (bulk->batch_entries++ == 0)
        bulk->batch_first = id;
    bulk->batch_last = id;
    return true;
}

bool Change_flush(ModelContext *context, Error *error)
{
    ModelBulk bulk = *context->bulk;
    context->bulk = NULL;
    return (!bulk.head_changed || write_head(context, bulk.entries, bulk.hash, error)) &&
           (!bulk.batch_entries || count_batch(context, bulk.batch_first, bulk.batch_last,
                                               bulk.batch_entries, 0, error));
}

static bool insert_entry(ModelContext *context, const Value *row, Error *error)
{
    Statement *statement = Connection_prepare(
        context->connection,
        "INSERT INTO change(" ALL_COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
        " ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
        error);
    for (int i = 0; statement && i < COLUMN_COUNT; i++)
        Statement_bind_value(statement, i + 1, &row[i]);
    return statement && Statement_run(statement, error);
}

bool Change_append(ModelContext *context, const ChangeEntry *entry, int64_t *id, Error *error)
{
    Value row[COLUMN_COUNT] = {{0}};
    unsigned char salt[SALT_BYTES], digest[HASH_BYTES], previous[HASH_BYTES], hash[HASH_BYTES];
    int64_t entries;
    if (!read_head(context, &entries, previous, error))
        return false;
    describe_entry(context, entry, row);
    randombytes_buf(salt, sizeof salt);
    row[COLUMN_SALT] = Value_blob(salt, sizeof salt);
    row[COLUMN_SEQUENCE] = Value_int(entries + 1);
    /* A file holds one tenant and one lane: the place in the chain is the id too. */
    row[COLUMN_ID] = Value_int(entries + 1);
    row[COLUMN_PREVIOUS] = Value_blob(previous, sizeof previous);
    content_digest(row, digest);
    row[COLUMN_DIGEST] = Value_blob(digest, sizeof digest);
    entry_hash(row, hash);
    row[COLUMN_HASH] = Value_blob(hash, sizeof hash);
    if (!insert_entry(context, row, error) || !write_head(context, entries + 1, hash, error))
        return false;
    if (id)
        *id = entries + 1;
    return Uid_is_zero(&context->batch) || touch_batch(context, entries + 1, entry->undoes, error);
}

bool Change_erase(ModelContext *context, const Uid *uid, Error *error)
{
    Statement *statement = Connection_prepare(
        context->connection,
        "UPDATE change SET label = NULL, reason = NULL, before = NULL, after = NULL, salt = NULL"
        " WHERE tenant_id = ?1 AND record_uid = ?2 AND salt IS NOT NULL",
        error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, context->tenant->id);
    Statement_bind_blob(statement, 2, uid->bytes, UID_BYTES);
    return Statement_run(statement, error);
}

bool Model_log(ModelContext *context, const ResourceDef *resource, const Uid *uid, const char *label,
               const char *operation, const Json *before, const Json *after, Error *error)
{
    ChangeEntry entry = {
        .kind = "log",
        .operation = operation,
        .resource = resource,
        .uid = uid,
        .label = label,
        .before = before ? Json_serialise(before, NULL) : NULL,
        .after = after ? Json_serialise(after, NULL) : NULL,
    };
    return Change_append(context, &entry, NULL, error);
}

/* ---- verifying ---------------------------------------------------------------------------- */

static const char *check_entry(const Value *row, int64_t sequence,
                               const unsigned char previous[HASH_BYTES],
                               unsigned char hash[HASH_BYTES])
{
    unsigned char digest[HASH_BYTES];
    if (row[COLUMN_SEQUENCE].integer != sequence || row[COLUMN_ID].integer != sequence)
        return "an entry before it is missing or entries changed places";
    if (row[COLUMN_PREVIOUS].length != HASH_BYTES || row[COLUMN_HASH].length != HASH_BYTES ||
        row[COLUMN_DIGEST].length != HASH_BYTES)
        return "its hashes are damaged";
    if (memcmp(row[COLUMN_PREVIOUS].text, previous, HASH_BYTES) != 0)
        return "it does not follow from the entry before it";
    if (Value_given(&row[COLUMN_SALT])) {
        content_digest(row, digest);
        if (memcmp(row[COLUMN_DIGEST].text, digest, HASH_BYTES) != 0)
            return "its content was changed";
    } else {
        for (int i = COLUMN_LABEL; i <= COLUMN_AFTER; i++) {
            if (Value_given(&row[i]))
                return "its content was changed";
        }
    }
    entry_hash(row, hash);
    return memcmp(row[COLUMN_HASH].text, hash, HASH_BYTES) == 0 ? NULL
                                                                : "its description was changed";
}

/* Borrowed values, valid until the next step. */
static Value borrow(Statement *statement, int column)
{
    static const bool is_text[COLUMN_COUNT] = {
        [COLUMN_ACTOR_KIND] = true, [COLUMN_ACTOR_NAME] = true, [COLUMN_SESSION] = true,
        [COLUMN_OPERATION] = true,  [COLUMN_KIND] = true,       [COLUMN_EVENT] = true,
        [COLUMN_RESOURCE] = true,   [COLUMN_LABEL] = true,      [COLUMN_REASON] = true,
        [COLUMN_BEFORE] = true,     [COLUMN_AFTER] = true,
    };
    static const bool is_blob[COLUMN_COUNT] = {
        [COLUMN_RECORD_UID] = true, [COLUMN_BATCH] = true,    [COLUMN_SALT] = true,
        [COLUMN_DIGEST] = true,     [COLUMN_PREVIOUS] = true, [COLUMN_HASH] = true,
    };
    if (Statement_is_null(statement, column))
        return Value_null();
    if (is_text[column])
        return (Value){.kind = VALUE_TEXT,
                       .text = Statement_text(statement, column),
                       .length = Statement_bytes(statement, column)};
    if (is_blob[column])
        return Value_blob(Statement_blob(statement, column), Statement_bytes(statement, column));
    return Value_int(Statement_int(statement, column));
}

static bool broken(Error *error, int64_t entry, const char *why)
{
    Error_set(error, ERROR_STORAGE, "The change log is broken at entry %lld: %s.",
              (long long)entry, why);
    return Error_hint(error, "Compare with a backup; entries before %lld are intact.",
                      (long long)entry);
}

static bool walk(ModelContext *context, Statement *statement, int64_t *entries,
                 unsigned char hash[HASH_BYTES], Error *error)
{
    unsigned char previous[HASH_BYTES] = {0};
    StepResult step;
    while ((step = Statement_step(statement, error)) == STEP_ROW) {
        Value row[COLUMN_COUNT];
        for (int i = 0; i < COLUMN_COUNT; i++)
            row[i] = borrow(statement, i);
        const char *why = check_entry(row, *entries + 1, previous, hash);
        if (why)
            return broken(error, *entries + 1, why);
        memcpy(previous, hash, HASH_BYTES);
        ++*entries;
    }
    memcpy(hash, previous, HASH_BYTES);
    return step == STEP_DONE;
}

bool Model_verify_chain(ModelContext *context, int64_t *entries, Error *error)
{
    unsigned char head[HASH_BYTES], hash[HASH_BYTES] = {0};
    int64_t expected, seen = 0;
    if (!read_head(context, &expected, head, error))
        return false;
    Statement *statement = Connection_prepare(
        context->connection, "SELECT " ALL_COLUMNS " FROM change ORDER BY id", error);
    if (!statement)
        return false;
    bool fine = walk(context, statement, &seen, hash, error);
    Statement_reset(statement);
    if (!fine)
        return false;
    if (seen < expected)
        return broken(error, seen + 1, "it and what followed it were removed");
    if (seen > expected || memcmp(head, hash, HASH_BYTES) != 0)
        return broken(error, expected, "the head of the chain does not match the last entry");
    if (entries)
        *entries = seen;
    return true;
}
