/* query_sort.c - "-score,last_name" as keys of an order, and cursors into it.
 *
 * NULL is smaller than every value.  Text sorts by its folded key, a choice by its stored key, a
 * reference by the label of what it refers to.  The row id settles ties, in the direction of the
 * last key.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/query.h"

static bool cannot_sort(const FieldDef *field, const char *name, Error *error)
{
    return Error_set_field(error, ERROR_SYNTAX, name, "Cannot sort by %s.", field->label);
}

/* The label of the far row, in one look-up by its id. */
static const char *reference_key(Arena *arena, const FieldDef *field, const ResourceDef *target,
                                 int number)
{
    if (Model_label_field(target) < 0)
        return NULL;
    const FieldDef *label = &target->fields[Model_label_field(target)];
    char *far = Arena_printf(arena, "s%d", number);
    return Arena_printf(arena, "(SELECT %s FROM %s %s WHERE %s.id = t.%s)",
                        Query_expression(arena, far, label), target->table, far, far,
                        field->column);
}

static bool is_never_null(const ResourceDef *resource, int index)
{
    if (index < 0 || resource->parent)
        return false;
    return index == BASE_ID || index == BASE_LABEL || index == BASE_CREATED_AT ||
           index == BASE_UPDATED_AT || index == BASE_VERSION;
}

static bool add_key(ModelContext *context, const ResourceDef *resource, const char *name,
                    bool descending, SortOrder *order, Error *error)
{
    int index;
    const FieldDef *field = Query_field(context, resource, name, 0, &index, error);
    if (!field)
        return false;
    if (field->flags & FIELD_LIST || field->type == FIELD_JSON || field->type == FIELD_SECRET ||
        field->type == FIELD_BLOB || field->type == FIELD_RECORD)
        return cannot_sort(field, name, error);
    const char *expression = Query_expression(context->arena, "t", field);
    const ResourceDef *target =
        field->type == FIELD_REFERENCE && index >= 0 ? Model_resource(field->reference) : NULL;
    if (target)
        expression = reference_key(context->arena, field, target, order->count + 1);
    if (!expression)
        return cannot_sort(field, name, error);
    if (order->count == SORT_KEYS_MAX)
        return Error_set_field(error, ERROR_LIMIT, name, "At most %d fields to sort by.",
                               SORT_KEYS_MAX);
    if (order->count == 0 && index >= 0 && !target)
        order->first = field;
    order->keys[order->count++] = (SortKey){expression, descending, !is_never_null(resource, index),
                                            target || Field_storage(field) == VALUE_TEXT};
    return true;
}

bool Sort_parse(ModelContext *context, const ResourceDef *resource, const char *spec,
                SortOrder *order, Error *error)
{
    *order = (SortOrder){.spec = spec && spec[0] ? spec : resource->sort};
    if (!order->spec || !order->spec[0])
        order->spec = resource->parent ? "id" : "-updated_at";
    for (const char *at = order->spec; *at;) {
        char name[96];
        size_t length = strcspn(at, ",");
        at += strspn(at, " ");
        bool descending = *at == '-';
        at += *at == '-' || *at == '+';
        length = strcspn(at, ",");
        if (!length || length >= sizeof name)
            return Error_set_field(error, ERROR_SYNTAX, "sort", "A field to sort by is missing.");
        memcpy(name, at, length);
        while (length && name[length - 1] == ' ')
            length--;
        name[length] = '\0';
        if (!add_key(context, resource, name, descending, order, error))
            return false;
        at += strcspn(at, ",");
        at += *at == ',';
    }
    return true;
}

/* ---- cursors ------------------------------------------------------------------------------ */

/* Binds a cursor to the list that gave it. */
static void fingerprint(const ResourceDef *resource, const SortOrder *order, char out[17])
{
    unsigned char digest[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    crypto_generichash_update(&state, (const unsigned char *)resource->name,
                              strlen(resource->name) + 1);
    crypto_generichash_update(&state, (const unsigned char *)order->spec, strlen(order->spec));
    crypto_generichash_final(&state, digest, sizeof digest);
    sodium_bin2hex(out, 17, digest, 8);
}

char *Cursor_write(Arena *arena, const ResourceDef *resource, const SortOrder *order,
                   const Cursor *cursor)
{
    Buffer text = BUFFER_EMPTY;
    char print[17];
    fingerprint(resource, order, print);
    Buffer_printf(&text, "[\"%s\",%lld", print, (long long)cursor->id);
    for (int i = 0; i < order->count; i++) {
        const Value *key = &cursor->keys[i];
        Buffer_putc(&text, ',');
        if (key->kind == VALUE_INT)
            Buffer_printf(&text, "%lld", (long long)key->integer);
        else if (key->kind == VALUE_TEXT)
            Json_append_string(&text, key->text, key->length);
        else
            Buffer_puts(&text, "null");
    }
    Buffer_putc(&text, ']');
    size_t room = sodium_base64_encoded_len(text.length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = text.failed ? NULL : Arena_alloc(arena, room);
    if (out)
        sodium_bin2base64(out, room, (const unsigned char *)text.data, text.length,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    Buffer_free(&text);
    return out;
}

static bool read_keys(Arena *arena, const SortOrder *order, Json *list, Cursor *cursor)
{
    if (json_object_array_length(list) != (size_t)order->count + 2)
        return false;
    cursor->id = json_object_get_int64(json_object_array_get_idx(list, 1));
    for (int i = 0; i < order->count; i++) {
        Json *item = json_object_array_get_idx(list, (size_t)i + 2);
        if (json_object_is_type(item, json_type_string))
            cursor->keys[i] = Value_text(Arena_strdup(arena, json_object_get_string(item)));
        else if (json_object_is_type(item, json_type_int))
            cursor->keys[i] = Value_int(json_object_get_int64(item));
        else
            cursor->keys[i] = Value_null();
    }
    return true;
}

bool Cursor_read(Arena *arena, const ResourceDef *resource, const SortOrder *order,
                 const char *text, Cursor *cursor, Error *error)
{
    char print[17];
    size_t length = strlen(text), used = 0;
    char *plain = length < 65536 ? Arena_alloc(arena, length + 1) : NULL;
    Error ignored = ERROR_NONE;
    Json *list = NULL;
    if (plain && sodium_base642bin((unsigned char *)plain, length, text, length, NULL, &used, NULL,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0)
        list = Json_parse(plain, used, JSON_BYTES_MAX, &ignored);
    fingerprint(resource, order, print);
    bool fine = json_object_is_type(list, json_type_array) && json_object_array_length(list) > 2 &&
                json_object_is_type(json_object_array_get_idx(list, 0), json_type_string) &&
                strcmp(json_object_get_string(json_object_array_get_idx(list, 0)), print) == 0 &&
                read_keys(arena, order, list, cursor);
    json_object_put(list);
    if (fine)
        return true;
    Error_set_field(error, ERROR_INVALID, "after", "The cursor does not belong to this list.");
    return Error_hint(error, "Ask for the first page again, with the same sort order.");
}
