/* label.c - the readable name of a record, and the values that follow from others. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "model/internal.h"

/* What a field says in a label; "" when empty. */
static const char *field_words(ModelContext *context, const Record *record, int index)
{
    const FieldDef *field = &record->resource->fields[index];
    const Value *value = &record->values[index];
    char small[48];
    if (!Value_given(value))
        return "";
    if (field->type == FIELD_REFERENCE) {
        const ResourceDef *target = Model_resource(field->reference);
        return target ? Label_of_row(context, target, value->integer) : "";
    }
    if (field->type == FIELD_ENUM)
        return Field_choice_label(field, value->text);
    if (field->type == FIELD_DATE)
        return Arena_strdup(context->arena, Date_format((int32_t)value->integer, small));
    if (field->type == FIELD_TIME) {
        DateTime_format(value->integer, small);
        small[10] = '\0';
        return Arena_strdup(context->arena, small);
    }
    if (value->kind == VALUE_INT)
        return Arena_printf(context->arena, "%lld", (long long)value->integer);
    return value->kind == VALUE_TEXT ? value->text : "";
}

static char *join_fields(ModelContext *context, const Record *record, const char *alternative)
{
    Sql words;
    char name[96];
    Sql_begin(&words, context->arena);
    while (*alternative) {
        size_t length = strcspn(alternative, "+");
        snprintf(name, sizeof name, "%.*s", (int)length, alternative);
        int index = Model_field(record->resource, name);
        const char *text = index < 0 ? NULL : field_words(context, record, index);
        if (text && text[0]) {
            if (words.length)
                Sql_puts(&words, " ");
            Sql_puts(&words, text);
        }
        alternative += length + (alternative[length] == '+');
    }
    return words.length ? words.text : NULL;
}

/* One line, at most 200 code points. */
static char *shorten(Arena *arena, char *text)
{
    size_t length = strlen(text), used = 0;
    int points = 0;
    text = Arena_strdup(arena, text);
    while (text && used < length && points < 200) {
        int32_t point;
        used += Text_decode(text + used, length - used, &point);
        points++;
    }
    if (!text)
        return NULL;
    text[used] = '\0';
    for (char *c = text; *c; c++) {
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    }
    return text;
}

static char *compose(ModelContext *context, const Record *record)
{
    const char *const *title = record->resource->title;
    for (int i = 0; title && title[i]; i++) {
        char *text = join_fields(context, record, title[i]);
        if (text)
            return shorten(context->arena, text);
    }
    return NULL;
}

void Label_compose(ModelContext *context, Record *record)
{
    int label = Model_label_field(record->resource);
    if (label < 0)
        return;
    char *text = compose(context, record);
    if (!text) {
        char uid_text[UID_TEXT_SIZE];
        Uid uid = Record_uid(record);
        Uid_format(&uid, "x", uid_text);
        text = Arena_printf(context->arena, "%s %s", record->resource->label,
                            uid_text + 2 + UID_DIGITS - 6);
    }
    record->values[label] = Value_text(text);
}

static const char *child_label(ModelContext *context, const ResourceDef *child, int64_t id)
{
    Error error = ERROR_NONE;
    Record *record = Row_read(context, child, id, &error);
    const char *text = record ? compose(context, record) : NULL;
    if (!record)
        return "";
    if (text)
        return text;
    static const char *const usual[] = {"name", "title", "label", "code", "key"};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        text = Record_text(record, Resource_field(child, usual[i]));
        if (text)
            return text;
    }
    return Arena_printf(context->arena, "%s %lld", child->label, (long long)id);
}

const char *Label_of_row(ModelContext *context, const ResourceDef *resource, int64_t id)
{
    if (Model_label_field(resource) < 0)
        return child_label(context, resource, id);
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT label FROM %s WHERE id = ?1 AND tenant_id = ?2", resource->table);
    Error error = ERROR_NONE;
    Statement *statement = Sql_prepare(&sql, context->connection, &error);
    if (!statement)
        return "";
    Statement_bind_int(statement, 1, id);
    Statement_bind_int(statement, 2, context->tenant->id);
    const char *label = "";
    if (Statement_step(statement, &error) == STEP_ROW && Statement_text(statement, 0))
        label = Arena_strdup(context->arena, Statement_text(statement, 0));
    Statement_reset(statement);
    return label ? label : "";
}

const char *Model_label(ModelContext *context, const ResourceDef *resource, int64_t id)
{
    return id ? Label_of_row(context, resource, id) : "";
}

/* ---- values that follow from others ------------------------------------------------------- */

/* +49 30 1234 -> +49301234; a number without its country stays unknown here. */
static Value phone_e164(Arena *arena, const Value *typed)
{
    char digits[20] = "+";
    size_t length = 1;
    if (!Value_given(typed))
        return Value_null();
    const char *text = typed->text;
    while (*text == ' ')
        text++;
    if (text[0] == '0' && text[1] == '0')
        text += 2;
    else if (*text++ != '+')
        return Value_null();
    for (; *text; text++) {
        if (isdigit((unsigned char)*text)) {
            if (length > 15)
                return Value_null();
            digits[length++] = *text;
        } else if (!strchr(" -()./", *text)) {
            return Value_null();
        }
    }
    return length > 7 && digits[1] != '0' ? Value_text(Arena_strdup(arena, digits)) : Value_null();
}

/* The field that a derived twin follows: phone of phone_e164, email of email_norm; -1. */
static int followed(const ResourceDef *resource, int twin)
{
    const char *name = resource->fields[twin].name;
    size_t length = strlen(name);
    char own[96];
    if (length < 6 || length >= sizeof own ||
        (strcmp(name + length - 5, "_e164") != 0 && strcmp(name + length - 5, "_norm") != 0))
        return -1;
    /* usually its neighbour */
    if (twin > 0 && strlen(resource->fields[twin - 1].name) == length - 5 &&
        strncmp(resource->fields[twin - 1].name, name, length - 5) == 0)
        return twin - 1;
    snprintf(own, sizeof own, "%.*s", (int)(length - 5), name);
    return Resource_field(resource, own);
}

static void derive_twin(ModelContext *context, const Record *old, Record *record, int twin)
{
    int index = followed(record->resource, twin);
    if (index < 0)
        return;
    const FieldDef *field = &record->resource->fields[index];
    const Value *value = &record->values[index];
    if (!Value_given(value) && !old)
        return;
    if (old && Value_equal(&old->values[index], value))
        return;
    if (field->type == FIELD_PHONE) {
        /* what an import worked out from the country of the row stays */
        Value number = phone_e164(context->arena, value);
        if (Value_given(&number) || !Value_given(&record->values[twin]) ||
            (old && Value_equal(&old->values[twin], &record->values[twin])))
            record->values[twin] = number;
    } else if (field->type == FIELD_EMAIL) {
        char *normal = NULL;
        if (Value_given(value))
            Email_normalise(context->arena, value->text, &normal);
        record->values[twin] = Value_text(normal);
    } else if (field->type == FIELD_TEXT) {
        record->values[twin] = Field_key_value(context->arena, value);
    }
}

/* A person without a name of its own is called by name, company or e-mail. */
static void derive_display_name(ModelContext *context, Record *record)
{
    const ResourceDef *resource = record->resource;
    int display = Resource_field(resource, "display_name");
    int company = Resource_field(resource, "company_id");
    if (display < 0 || Value_given(&record->values[display]))
        return;
    char *name = join_fields(context, record, "first_name+last_name");
    if (!name && company >= 0)
        name = join_fields(context, record, "company_id");
    if (!name && Resource_field(resource, "email") >= 0)
        name = join_fields(context, record, "email");
    if (name)
        record->values[display] = Value_text(shorten(context->arena, name));
}

/* A name that was made from first and last name follows them. */
static void refresh_display_name(ModelContext *context, const Record *old, Record *record)
{
    int display = Resource_field(record->resource, "display_name");
    if (!old || display < 0 || !Value_given(&old->values[display]) ||
        !Value_equal(&old->values[display], &record->values[display]))
        return;
    Record *blank = Record_copy(context->arena, old);
    if (!blank)
        return;
    blank->values[display] = Value_null();
    derive_display_name(context, blank);
    if (Value_equal(&blank->values[display], &old->values[display]))
        record->values[display] = Value_null();
}

void Derive_values(ModelContext *context, const Record *old, Record *record)
{
    for (int i = record->resource->first_own; i < record->resource->field_count; i++) {
        if (record->resource->fields[i].flags & FIELD_DERIVED)
            derive_twin(context, old, record, i);
    }
    refresh_display_name(context, old, record);
    derive_display_name(context, record);
}
