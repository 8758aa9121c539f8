/* sequence.c - document numbers.
 *
 * A pattern holds {YYYY} {YY} {MM} {DD} and one {SEQ} or {SEQ:6} (zero-padded).  Numbers are taken
 * inside the writer's transaction, so that a failed operation leaves no gap.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "model/bulk.h"
#include "model/internal.h"

static const struct DefaultSequence {
    const char *key, *pattern;
    bool gap_free;
} DEFAULTS[] = {
    {"lead", "L-{SEQ}", false},
    {"opportunity", "O-{SEQ}", false},
    {"quote", "Q-{SEQ}", false},
    {"ticket", "T-{SEQ}", false},
    {"campaign", "C-{SEQ}", false},
    {"order", "{SEQ:5}", false},
    {"purchase_order", "PO-{SEQ:5}", false},
    {"shipment", "S-{SEQ:5}", false},
    {"return", "R-{SEQ:5}", false},
    {"refund", "RF-{SEQ:5}", false},
    {"payment", "P-{SEQ:6}", false},
    {"subscription", "SUB-{SEQ:5}", false},
    {"invoice", "INV-{YYYY}-{SEQ:5}", true},
    {"credit_note", "CN-{YYYY}-{SEQ:5}", true},
};

static const struct DefaultSequence *default_of(const char *key)
{
    for (size_t i = 0; i < sizeof DEFAULTS / sizeof DEFAULTS[0]; i++) {
        if (strcmp(DEFAULTS[i].key, key) == 0)
            return &DEFAULTS[i];
    }
    return NULL;
}

typedef struct Sequence {
    int64_t id, next;
    const char *pattern, *reset;
    int64_t last_reset;
    bool has_reset;
} Sequence;

static bool insert_default(ModelContext *context, const ResourceDef *resource, const char *key,
                           Error *error)
{
    const struct DefaultSequence *known = default_of(key);
    Record *row = Record_new(context->arena, resource);
    if (!row)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Record_set_text(row, Resource_field(resource, "key"), key);
    Record_set_text(row, Resource_field(resource, "pattern"),
                    known ? known->pattern
                          : Arena_printf(context->arena, "%c-{SEQ}", toupper((unsigned char)*key)));
    Record_set_int(row, Resource_field(resource, "next"), 1);
    Record_set_int(row, Resource_field(resource, "gap_free"), known && known->gap_free);
    Record_set_text(row, Resource_field(resource, "reset"), "never");
    Row_stamp(context, row);
    Label_compose(context, row);
    return Row_insert(context, row, error);
}

static StepResult read_sequence(ModelContext *context, const char *key, Sequence *sequence,
                                Error *error)
{
    const ResourceDef *resource = Model_resource("number_sequence");
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id, %s, %s, %s, %s FROM %s WHERE tenant_id = ",
               Model_column(resource, "next"), Model_column(resource, "pattern"),
               Model_column(resource, "reset"), Model_column(resource, "last_reset"),
               resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_printf(&sql, " AND %s_key = ", Model_column(resource, "key"));
    Sql_bind_text(&sql, key);
    Sql_puts(&sql, " AND deleted_at IS NULL");
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return STEP_FAILED;
    StepResult step = Statement_step(statement, error);
    if (step == STEP_ROW) {
        const char *pattern = Statement_text(statement, 2), *reset = Statement_text(statement, 3);
        sequence->id = Statement_int(statement, 0);
        sequence->next = Statement_int(statement, 1);
        sequence->pattern = Arena_strdup(context->arena, pattern ? pattern : "{SEQ}");
        sequence->reset = Arena_strdup(context->arena, reset ? reset : "never");
        sequence->has_reset = !Statement_is_null(statement, 4);
        sequence->last_reset = Statement_int(statement, 4);
    }
    Statement_reset(statement);
    return step;
}

/* The sequence that a long run of writes holds. */
static bool take_kept(const ModelBulk *bulk, const char *key, Sequence *sequence)
{
    if (!bulk || strcmp(bulk->sequence_key, key) != 0)
        return false;
    *sequence = (Sequence){.id = bulk->sequence_id,
                           .next = bulk->sequence_next,
                           .pattern = bulk->sequence_pattern,
                           .reset = bulk->sequence_reset,
                           .last_reset = bulk->sequence_last_reset,
                           .has_reset = bulk->sequence_has_reset};
    return true;
}

/* Keeps one sequence; others are read and written as ever. */
static void keep(ModelBulk *bulk, const char *key, const Sequence *sequence)
{
    if (!bulk || bulk->sequence_key[0] || strlen(key) >= sizeof bulk->sequence_key ||
        strlen(sequence->pattern) >= sizeof bulk->sequence_pattern ||
        strlen(sequence->reset) >= sizeof bulk->sequence_reset)
        return;
    snprintf(bulk->sequence_key, sizeof bulk->sequence_key, "%s", key);
    snprintf(bulk->sequence_pattern, sizeof bulk->sequence_pattern, "%s", sequence->pattern);
    snprintf(bulk->sequence_reset, sizeof bulk->sequence_reset, "%s", sequence->reset);
    bulk->sequence_id = sequence->id;
    bulk->sequence_next = sequence->next;
    bulk->sequence_last_reset = sequence->last_reset;
    bulk->sequence_has_reset = sequence->has_reset;
}

static bool find_sequence(ModelContext *context, const char *key, Sequence *sequence, Error *error)
{
    if (take_kept(context->bulk, key, sequence))
        return true;
    StepResult step = read_sequence(context, key, sequence, error);
    if (step == STEP_DONE) {
        if (!insert_default(context, Model_resource("number_sequence"), key, error))
            return false;
        step = read_sequence(context, key, sequence, error);
    }
    if (step == STEP_ROW)
        keep(context->bulk, key, sequence);
    return step == STEP_ROW;
}

static bool store_next(ModelContext *context, const Sequence *sequence, int64_t next, Error *error)
{
    ModelBulk *bulk = context->bulk;
    if (bulk && bulk->sequence_key[0] && bulk->sequence_id == sequence->id) {
        bulk->sequence_next = next;
        bulk->sequence_last_reset = sequence->last_reset;
        bulk->sequence_has_reset = sequence->has_reset;
        bulk->sequence_changed = true;
        return true;
    }
    const ResourceDef *resource = Model_resource("number_sequence");
    Value reset = sequence->has_reset ? Value_int(sequence->last_reset) : Value_null();
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "UPDATE %s SET %s = ", resource->table, Model_column(resource, "next"));
    Sql_bind_int(&sql, next);
    Sql_printf(&sql, ", %s = ", Model_column(resource, "last_reset"));
    Sql_bind(&sql, &reset);
    Sql_puts(&sql, " WHERE id = ");
    Sql_bind_int(&sql, sequence->id);
    return Sql_run(&sql, context->connection, error);
}

bool Sequence_flush(ModelContext *context, Error *error)
{
    ModelBulk *bulk = context->bulk;
    Sequence sequence;
    if (!bulk || !bulk->sequence_changed || !take_kept(bulk, bulk->sequence_key, &sequence))
        return true;
    context->bulk = NULL;
    bool done = store_next(context, &sequence, bulk->sequence_next, error);
    context->bulk = bulk;
    return done;
}

/* Starts again at 1 when the year or month of the tenant has changed. */
static void maybe_restart(Sequence *sequence, const CivilTime *now)
{
    bool yearly = strcmp(sequence->reset, "yearly") == 0;
    if (!yearly && strcmp(sequence->reset, "monthly") != 0)
        return;
    int32_t today = Date_from_civil(now->year, yearly ? 1 : now->month, 1);
    if (sequence->has_reset && sequence->last_reset < today)
        sequence->next = 1;
    if (!sequence->has_reset || sequence->last_reset < today)
        sequence->last_reset = today;
    sequence->has_reset = true;
}

static char *format_number(Arena *arena, const char *pattern, int64_t number, const CivilTime *now)
{
    Sql out; /* text under construction */
    Sql_begin(&out, arena);
    while (*pattern) {
        size_t plain = strcspn(pattern, "{");
        if (plain) {
            Sql_printf(&out, "%.*s", (int)plain, pattern);
            pattern += plain;
            continue;
        }
        size_t length = strcspn(pattern, "}");
        if (strncmp(pattern, "{SEQ}", 5) == 0)
            Sql_printf(&out, "%lld", (long long)number);
        else if (strncmp(pattern, "{SEQ:", 5) == 0)
            Sql_printf(&out, "%0*lld", (int)(strtol(pattern + 5, NULL, 10) % 19), (long long)number);
        else if (strncmp(pattern, "{YYYY}", 6) == 0)
            Sql_printf(&out, "%04d", now->year);
        else if (strncmp(pattern, "{YY}", 4) == 0)
            Sql_printf(&out, "%02d", now->year % 100);
        else if (strncmp(pattern, "{MM}", 4) == 0)
            Sql_printf(&out, "%02d", now->month);
        else if (strncmp(pattern, "{DD}", 4) == 0)
            Sql_printf(&out, "%02d", now->day);
        pattern += length + (pattern[length] == '}');
    }
    return out.text;
}

const char *Model_next_number(ModelContext *context, const char *key, Error *error)
{
    Sequence sequence = {0};
    CivilTime now;
    if (!find_sequence(context, key, &sequence, error))
        return NULL;
    DateTime_to_civil(context->now, context->tenant->zone, &now);
    maybe_restart(&sequence, &now);
    if (!store_next(context, &sequence, sequence.next + 1, error))
        return NULL;
    return format_number(context->arena, sequence.pattern, sequence.next, &now);
}

/* The {SEQ} part of a number that follows the pattern; -1 if it does not. */
static int64_t sequence_part(const char *pattern, const char *number)
{
    int64_t found = -1;
    while (*pattern) {
        if (*pattern != '{') {
            if (*pattern++ != *number++)
                return -1;
            continue;
        }
        bool is_sequence = strncmp(pattern, "{SEQ", 4) == 0;
        size_t digits = is_sequence ? strspn(number, "0123456789")
                        : strncmp(pattern, "{YYYY}", 6) == 0 ? 4
                                                            : 2;
        if (!digits || digits > 18 || strspn(number, "0123456789") < digits)
            return -1;
        if (is_sequence)
            found = strtoll(number, NULL, 10);
        number += digits;
        size_t length = strcspn(pattern, "}");
        pattern += length + (pattern[length] == '}');
    }
    return *number ? -1 : found;
}

bool Sequence_note(ModelContext *context, const char *key, const char *number, Error *error)
{
    Sequence sequence = {0};
    if (!find_sequence(context, key, &sequence, error))
        return false;
    int64_t part = sequence_part(sequence.pattern, number);
    if (part < sequence.next)
        return true;
    return store_next(context, &sequence, part + 1, error);
}
