#include "model/exchange/mapping.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "model/exchange/countries.h"
#include "model/exchange/header_words.h"
#include "model/internal.h"

/* ---- do the cells fit the field? ------------------------------------------------------------ */

const char *Mapping_choice(const ImportPlan *plan, const Target *target, const char *text)
{
    const FieldDef *field = Target_field(target);
    const char *key = plan->preset ? Preset_enum(plan->preset, target->path, text) : NULL;

    if (key || !field)
        return key;
    for (int i = 0; i < field->choice_count; i++)
        if (strcmp(field->choices[i].key, text) == 0)
            return field->choices[i].key;
    for (int i = 0; i < field->choice_count; i++)
        if (Text_equal_loose(field->choices[i].key, text) ||
            Text_equal_loose(field->choices[i].label, text))
            return field->choices[i].key;
    return ChoiceWords_find(field, text);
}

/* lead.source takes any text: an unknown one becomes `other` with the text beside it. */
static bool takes_other(const ImportPlan *plan, const Target *target)
{
    return target->kind == TARGET_FIELD && strcmp(Target_field(target)->name, "source") == 0 &&
           Resource_field(plan->options.resource, "source_detail") >= 0;
}

static bool half_match(const ImportPlan *plan, const Target *target, const ColumnFacts *facts)
{
    const FieldDef *field = Target_field(target);
    size_t known = 0;

    for (size_t i = 0; i < facts->distinct_count; i++)
        known += field->type == FIELD_COUNTRY
                     ? Country_find(facts->distinct[i]) != NULL
                     : Mapping_choice(plan, target, facts->distinct[i]) != NULL;
    return known * 2 >= facts->distinct_count && (known > 0 || facts->distinct_count == 0);
}

bool Mapping_fits(const ImportPlan *plan, const Target *target, const ColumnFacts *facts)
{
    const FieldDef *field = Target_field(target);

    if (!field || facts->filled == 0 || (target->kind == TARGET_CHILD && target->field == CHILD_ID))
        return true;
    switch (field->type) {
    case FIELD_ENUM:
        return takes_other(plan, target) || half_match(plan, target, facts);
    case FIELD_COUNTRY:
        return half_match(plan, target, facts);
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_UNIT_PRICE:
    case FIELD_RATE:
    case FIELD_QUANTITY:
        return facts->numbers.unreadable * 2 <= facts->classed;
    case FIELD_TIME:
    case FIELD_DATE:
        return facts->dates.unreadable * 2 <= facts->classed &&
               facts->integers * 2 <= facts->classed;
    case FIELD_BOOL:
        return facts->booleans * 2 >= facts->classed;
    case FIELD_EMAIL:
        return facts->emails * 2 >= facts->classed;
    default:
        return true;
    }
}

/* ---- candidates ----------------------------------------------------------------------------- */

/* Columns of our own exports that a record makes itself. */
static bool is_made_by_us(const ResourceDef *resource, const char *header)
{
    int field = Resource_field(resource, header);
    size_t length = strlen(header);

    /* "company_id.label" only helps people to read the reference beside it. */
    if (length > 6 && strcmp(header + length - 6, ".label") == 0)
        return true;
    if (field < 0 || strcmp(resource->fields[field].name, header) != 0)
        return false;
    return field < resource->first_own && field != BASE_CREATED_AT && field != BASE_ID;
}

static bool is_taken(const ImportPlan *plan, size_t before, const Target *target)
{
    for (size_t i = 0; i < before; i++) {
        const Target *other = &plan->columns[i].target;

        if (other->kind != TARGET_IGNORED && other->path && strcmp(other->path, target->path) == 0)
            return true;
        if (other->kind == target->kind && target->kind == TARGET_FIELD &&
            other->field == target->field)
            return true;
    }
    return false;
}

/* Takes the path when it exists and is free.  check: the cells must fit too. */
static bool try_path(ImportPlan *plan, size_t index, const char *path, const ColumnFacts *facts,
                     bool check, bool *misfit)
{
    Target target;

    if (!path || !Target_resolve(plan->arena, plan->options.resource, path, &target) ||
        is_taken(plan, index, &target))
        return false;
    if (check && !Mapping_fits(plan, &target, facts)) {
        *misfit = true;
        return false;
    }
    plan->columns[index].target = target;
    return true;
}

static char *underscored(Arena *arena, const char *header)
{
    char *name = Arena_strdup(arena, header);

    for (char *at = name; at && *at; at++)
        *at = *at == ' ' || *at == '-' ? '_' : (char)tolower((unsigned char)*at);
    return name;
}

/* The field, child or path that the header names itself. */
static bool try_name(ImportPlan *plan, size_t index, const ColumnFacts *facts, bool *misfit)
{
    const ResourceDef *resource = plan->options.resource;
    const char *header = plan->columns[index].header;
    const char *name = underscored(plan->arena, header);
    int field = name ? Resource_field(resource, name) : -1;

    if (!name)
        return false;
    if (field >= 0)
        return try_path(plan, index, name, facts, strcmp(resource->fields[field].name, name) != 0,
                        misfit);
    if (try_path(plan, index, name, facts, true, misfit))
        return true;
    for (field = resource->first_own; field < resource->field_count; field++)
        if (Text_equal_loose(resource->fields[field].label, header))
            return try_path(plan, index,
                            resource->fields[field].alias ? resource->fields[field].alias
                                                          : resource->fields[field].name,
                            facts, true, misfit);
    return false;
}

static bool try_synonyms(ImportPlan *plan, size_t index, const ColumnFacts *facts, bool *misfit)
{
    const char *path;
    int start = 0;

    while ((path = HeaderWords_target(plan->arena, plan->options.resource,
                                      plan->columns[index].header, &start)) != NULL)
        if (try_path(plan, index, path, facts, true, misfit))
            return true;
    return false;
}

static bool try_content(ImportPlan *plan, size_t index, const ColumnFacts *facts)
{
    bool misfit = false;

    if (facts->classed == 0)
        return false;
    if (facts->emails * 5 >= facts->classed * 4)
        return try_path(plan, index, "email", facts, true, &misfit);
    if (facts->phones * 5 >= facts->classed * 4 && facts->dates.unreadable * 2 > facts->classed)
        return try_path(plan, index, "phone", facts, true, &misfit);
    if (facts->urls * 5 >= facts->classed * 4)
        return try_path(plan, index, "website", facts, true, &misfit);
    return false;
}

/* `id`: our own when every cell is one of ours, else the other system's. */
static bool try_id(ImportPlan *plan, size_t index, const ColumnFacts *facts)
{
    bool misfit = false;

    if (!Text_equal_loose(plan->columns[index].header, "id"))
        return false;
    if (facts->classed > 0 && facts->own_ids == facts->classed)
        return try_path(plan, index, "@id", facts, false, &misfit);
    return try_path(plan, index, "external_ref", facts, false, &misfit) ||
           try_path(plan, index, "external_id", facts, false, &misfit) ||
           try_path(plan, index, "custom.external_id", facts, false, &misfit);
}

/* ---- one column after the other ------------------------------------------------------------- */

static bool map_explicitly(ImportPlan *plan, size_t index, bool *mapped, Error *error)
{
    ImportColumn *column = &plan->columns[index];
    const char *path = plan->options.map ? Json_text(plan->options.map, column->header) : NULL;

    *mapped = path != NULL;
    if (!path)
        return true;
    if (!Target_resolve(plan->arena, plan->options.resource, path, &column->target)) {
        const char *nearest = Resource_nearest_field(plan->options.resource, path);

        Error_set_field(error, ERROR_USAGE, column->header,
                        "The map sends \"%.60s\" to \"%.60s\", "
                        "which %s does not have.",
                        column->header, path, plan->options.resource->label_plural);
        return nearest ? Error_hint(error, "Did you mean %s?", nearest) : false;
    }
    if (column->target.kind != TARGET_IGNORED && is_taken(plan, index, &column->target))
        return Error_set_field(error, ERROR_USAGE, column->header,
                               "The map sends two columns to \"%.60s\".", path);
    return true;
}

static bool handle_extra(ModelContext *context, ImportPlan *plan, size_t index,
                         const ColumnFacts *facts, Error *error)
{
    ImportColumn *column = &plan->columns[index];

    column->fits_nothing = true;
    if (plan->options.extra == EXTRA_REFUSE) {
        Error_set_field(error, ERROR_INVALID, column->header,
                        "The column \"%.80s\" fits no field of %s.", column->header,
                        plan->options.resource->label_plural);
        return Error_hint(error, "Map it with --map, or allow it with --extra custom or ignore.");
    }
    if (plan->options.extra == EXTRA_IGNORE || facts->filled == 0)
        return true;
    return Mapping_make_custom(context, plan, index, facts, error);
}

static bool is_repeated(const ImportPlan *plan, size_t index)
{
    const char *header = plan->columns[index].header;
    const char *mark = strrchr(header, '(');

    for (size_t i = 0; mark && i < index; i++) {
        size_t length = strlen(plan->columns[i].header);

        if (length + 1 == (size_t)(mark - header) &&
            strncasecmp(plan->columns[i].header, header, length) == 0)
            return true;
    }
    for (size_t i = 0; i < index; i++)
        if (strcasecmp(plan->columns[i].header, header) == 0)
            return true;
    return false;
}

static bool map_column(ModelContext *context, ImportPlan *plan, size_t index,
                       const ColumnFacts *facts, Error *error)
{
    ImportColumn *column = &plan->columns[index];
    bool mapped, misfit = false;
    const char *path;

    if (!map_explicitly(plan, index, &mapped, error))
        return false;
    if (!mapped && is_repeated(plan, index)) {
        ImportPlan_warn(plan, "The header \"%s\" stands twice: the first column was taken.",
                        column->header);
        return handle_extra(context, plan, index, facts, error);
    }
    path = plan->preset ? Preset_target(plan->preset, column->header) : NULL;
    mapped = mapped || (path && strcmp(path, "-") == 0) ||
             is_made_by_us(plan->options.resource, column->header) ||
             try_path(plan, index, path, facts, false, &misfit) || try_id(plan, index, facts);
    if (!mapped)
        mapped = try_name(plan, index, facts, &misfit) ||
                 try_synonyms(plan, index, facts, &misfit) || try_content(plan, index, facts);
    if (!mapped && misfit)
        ImportPlan_warn(plan,
                        "Most cells of \"%s\" do not fit the field of that name; the column was "
                        "not mapped to it.",
                        column->header);
    if (!mapped)
        return handle_extra(context, plan, index, facts, error);
    if (column->target.kind == TARGET_CUSTOM)
        return Mapping_make_custom(context, plan, index, facts, error);
    Mapping_plan_rest(plan, index, facts);
    return true;
}

/* A corrected error file comes back with our five columns in front. */
static size_t error_columns(const ImportPlan *plan)
{
    static const char *const OWN[] = {"row", "column", "value", "code", "message"};
    size_t count = sizeof OWN / sizeof OWN[0];

    for (size_t i = 0; i < count; i++)
        if (i >= plan->column_count || strcmp(plan->columns[i].header, OWN[i]) != 0)
            return 0;
    return count;
}

bool Mapping_propose(ModelContext *context, ImportPlan *plan, ColumnFacts *const *facts,
                     Error *error)
{
    for (size_t i = error_columns(plan); i < plan->column_count; i++)
        if (!map_column(context, plan, i, facts[i], error))
            return false;
    return true;
}

/* ---- notation ------------------------------------------------------------------------------- */

static bool wants_number(const ImportColumn *column)
{
    const FieldDef *field = Target_field(&column->target);

    if (column->target.kind == TARGET_CUSTOM)
        return strcmp(column->custom_type, "decimal") == 0 ||
               strcmp(column->custom_type, "money") == 0;
    return field && (field->type == FIELD_INT || field->type == FIELD_MONEY ||
                     field->type == FIELD_UNIT_PRICE || field->type == FIELD_RATE ||
                     field->type == FIELD_QUANTITY || field->type == FIELD_FX);
}

static bool wants_date(const ImportColumn *column)
{
    const FieldDef *field = Target_field(&column->target);

    if (column->target.kind == TARGET_CUSTOM)
        return strncmp(column->custom_type, "date", 4) == 0;
    return column->target.kind == TARGET_FACT ||
           (field && (field->type == FIELD_DATE || field->type == FIELD_TIME));
}

void Mapping_decide_notation(const ModelContext *context, ImportPlan *plan,
                             ColumnFacts *const *facts)
{
    const char *locale = plan->options.locale;
    const char *country = context->tenant->country[0] ? context->tenant->country : "US";
    bool own = false; /* our own exports write 1234.5 and 2026-11-22 */

    for (size_t i = 0; i < plan->column_count; i++)
        own |= plan->columns[i].target.kind == TARGET_OWN_ID;
    for (size_t i = 0; i < plan->column_count; i++) {
        ImportColumn *column = &plan->columns[i];

        column->numbers = Number_format_of_locale(locale ? locale : country);
        column->order = Number_date_order_of_locale(locale ? locale : country);
        if (own) {
            column->numbers = (NumberFormat){'.', '\0'};
            column->order = DATE_YMD;
        }
        if (locale || own)
            continue;
        if (facts[i]->numbers.seen > 0 &&
            !NumberGuess_decide(&facts[i]->numbers, &column->numbers)) {
            column->numbers = plan->facts.kind == FILE_JSON ? (NumberFormat){'.', '\0'}
                                                            : Number_format_of_locale(country);
            if (wants_number(column) && facts[i]->numbers.undecided > 0)
                ImportPlan_warn(plan,
                                "\"%s\" does not show which sign is the decimal one; read as in "
                                "%s. --locale settles it.",
                                column->header, country);
        }
        if (facts[i]->dates.seen > 0 && !DateGuess_decide(&facts[i]->dates, &column->order)) {
            column->order = Number_date_order_of_locale(country);
            if (wants_date(column) && facts[i]->dates.ambiguous > 0)
                ImportPlan_warn(plan,
                                "\"%s\" does not show whether the day or the month comes first; "
                                "read as in %s. --locale settles it.",
                                column->header, country);
        }
    }
}
