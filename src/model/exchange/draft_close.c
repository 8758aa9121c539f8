#include <stdio.h>
#include <string.h>

#include "model/exchange/draft.h"
#include "model/internal.h"

/* The international form of phones typed without a country code. */
static void complete_phones(Conversion *conversion, Draft *draft, Record *record)
{
    const char *country =
        conversion->country[0] ? conversion->country : conversion->tenant->country;

    for (int i = 0; i < record->resource->field_count; i++) {
        const FieldDef *field = &record->resource->fields[i];
        const char *typed, *number;
        char name[96];
        int twin;

        if (field->type != FIELD_PHONE || !(typed = Record_text(record, i)))
            continue;
        snprintf(name, sizeof name, "%s_e164", field->name);
        twin = Resource_field(record->resource, name);
        number = Phone_e164(conversion->arena, typed, country);
        if (number && twin >= 0)
            Record_set_text(record, twin, number);
        else if (!number)
            Import_tally(conversion->import, field->label,
                         "is no phone number that can be dialled; "
                         "kept as written",
                         typed, conversion->row);
    }
}

static bool set_constants(Conversion *conversion, Draft *draft)
{
    const Preset *preset = conversion->plan->preset;
    const YamlNode *constants = preset ? Yaml_get(preset->root, "constants") : NULL;

    for (size_t i = 0; constants && i < constants->count; i++) {
        ImportColumn column = {.header = constants->items[i]->key};

        if (!Target_resolve(conversion->arena, draft->record->resource, constants->items[i]->key,
                            &column.target) ||
            column.target.kind != TARGET_FIELD || Record_set(draft->record, column.target.field))
            continue;
        column.numbers = (NumberFormat){'.', 0};
        Draft_set_value(conversion, draft, draft->record, column.target.field, &column,
                        constants->items[i]->text);
    }
    return true;
}

/* Amounts need the currency they were read in. */
static bool set_currency(Conversion *conversion, Record *record)
{
    int currency = Resource_field(record->resource, "currency");
    bool amounts = false;

    if (currency < 0 || Record_set(record, currency))
        return false;
    for (int i = 0; i < record->resource->field_count && !amounts; i++)
        amounts = (record->resource->fields[i].type == FIELD_MONEY ||
                   record->resource->fields[i].type == FIELD_UNIT_PRICE) &&
                  Value_given(&record->values[i]);
    if (amounts)
        Record_set_text(record, currency,
                        conversion->currency[0] ? conversion->currency
                                                : conversion->tenant->currency);
    return amounts;
}

static void close_lists(Conversion *conversion, Draft *draft)
{
    if (!draft->lists)
        return;
    json_object_object_foreach(draft->lists, name, holder)
    {
        int field = Resource_field(draft->record->resource, name);

        json_object_object_foreach(holder, list_name, list)
        {
            (void)list_name;
            for (size_t i = 0; i < json_object_array_length(list); i++)
                json_object_object_del(json_object_array_get_idx(list, i), "row");
        }
        if (field >= 0 && !Record_set(draft->record, field))
            Record_set_text(draft->record, field,
                            Arena_strdup(conversion->arena, Json_serialise(holder, NULL)));
    }
}

bool Draft_close(Conversion *conversion, Draft *draft)
{
    Record *record = draft->record;

    set_constants(conversion, draft);
    draft->currency_assumed = set_currency(conversion, record);
    complete_phones(conversion, draft, record);
    for (int i = 0; i < record->child_count; i++) {
        set_currency(conversion, record->children[i]);
        complete_phones(conversion, draft, record->children[i]);
    }
    close_lists(conversion, draft);
    if (draft->custom.length > 0 && record->resource->first_own > BASE_CUSTOM)
        Record_set_text(record, BASE_CUSTOM,
                        Arena_printf(conversion->arena, "{%s}", Buffer_text(&draft->custom)));
    Buffer_free(&draft->custom);
    json_object_put(draft->lists);
    draft->lists = NULL;
    return !Arena_exhausted(conversion->arena);
}
