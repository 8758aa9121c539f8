/* formula.c - custom fields that are computed: + - * / and parentheses over numbers and numeric
 * fields.
 *
 * Everything is counted in 1/10000: whole numbers and quantities as they are, money in main units,
 * rates as fractions (20% = 0.2).  An empty operand or a division by zero makes the result empty.
 * Names are fields of the same record or keys of its custom fields.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "model/internal.h"

#define FORMULA_DEPTH 32
#define FORMULA_BYTES 1000
#define ONE INT64_C(10000)

typedef struct Formula {
    ModelContext *context;
    const ResourceDef *resource;
    const Record *record; /* NULL: only check */
    const Json *custom;
    const char *text, *at;
    int depth;
    bool empty;
    Error *error;
} Formula;

static bool sum(Formula *formula, int64_t *result);

static bool mistake(Formula *formula, const char *message)
{
    Error_set_field(formula->error, ERROR_SYNTAX, "formula", "The formula is not right: %s.",
                    message);
    return Error_at(formula->error, 1, (int)(formula->at - formula->text) + 1);
}

static void skip_space(Formula *formula)
{
    while (*formula->at == ' ' || *formula->at == '\n' || *formula->at == '\t')
        formula->at++;
}

static bool is_number(const FieldDef *field)
{
    return field->type == FIELD_INT || field->type == FIELD_BOOL || field->type == FIELD_MONEY ||
           field->type == FIELD_RATE || field->type == FIELD_QUANTITY;
}

/* Into 1/10000. */
static bool scale_value(Formula *formula, const FieldDef *field, int64_t stored, int64_t *result)
{
    const char *currency = formula->context->tenant->currency;
    int64_t divisor = 1;
    if (field->type == FIELD_QUANTITY) {
        *result = stored;
        return true;
    }
    if (field->type == FIELD_RATE)
        return Money_muldiv(stored, ONE, 1000000, result);
    if (field->type == FIELD_MONEY) {
        int index =
            field->currency_field ? Resource_field(formula->resource, field->currency_field) : -1;
        const char *own = index >= 0 ? Record_text(formula->record, index) : NULL;
        int exponent = Money_exponent(own ? own : currency);
        for (int i = 0; i < (exponent < 0 ? 2 : exponent); i++)
            divisor *= 10;
    }
    return Money_muldiv(stored, ONE, divisor, result);
}

static bool name_value(Formula *formula, const char *name, int64_t *result)
{
    Error ignored = ERROR_NONE;
    const char *key = strncmp(name, "custom.", 7) == 0 ? name + 7 : name;
    int index = key == name ? Model_field(formula->resource, name) : -1;
    CustomFields *fields = index < 0 ? Custom_of(formula->context, &ignored) : NULL;
    const FieldDef *field = index >= 0 ? &formula->resource->fields[index]
                            : fields   ? CustomFields_find(fields, formula->resource, key)
                                       : NULL;
    *result = 0;
    if (!field)
        return mistake(formula, "it names a field that is not there");
    if (!is_number(field))
        return mistake(formula, "it names a field that is not a number");
    if (!formula->record)
        return true;
    int64_t stored = 0;
    if (index >= 0) {
        formula->empty = formula->empty || !Value_given(&formula->record->values[index]);
        stored = Record_int(formula->record, index, 0);
    } else {
        Json *member = formula->custom ? Json_get(formula->custom, key) : NULL;
        formula->empty = formula->empty || !member;
        stored = member ? json_object_get_int64(member) : 0;
    }
    return scale_value(formula, field, stored, result) || mistake(formula, "a value is too large");
}

static bool operand(Formula *formula, int64_t *result)
{
    char word[96];
    size_t length = 0;
    skip_space(formula);
    if (*formula->at == '(') {
        formula->at++;
        if (++formula->depth > FORMULA_DEPTH)
            return mistake(formula, "it is nested too deeply");
        if (!sum(formula, result))
            return false;
        skip_space(formula);
        formula->depth--;
        return *formula->at == ')' ? (formula->at++, true)
                                   : mistake(formula, "a closing parenthesis is missing");
    }
    if (*formula->at == '-') {
        formula->at++;
        if (++formula->depth > FORMULA_DEPTH)
            return mistake(formula, "it is nested too deeply");
        bool fine = operand(formula, result) && Money_muldiv(*result, -1, 1, result);
        formula->depth--;
        if (!fine && !Error_present(formula->error))
            mistake(formula, "a value is too large");
        return fine;
    }
    bool digits = isdigit((unsigned char)*formula->at);
    while ((isalnum((unsigned char)*formula->at) || *formula->at == '_' || *formula->at == '.') &&
           length + 1 < sizeof word)
        word[length++] = *formula->at++;
    word[length] = '\0';
    if (!length)
        return mistake(formula, "a number or a field is missing");
    if (digits)
        return Number_parse_plain(word, 4, result) || mistake(formula, "a number cannot be read");
    return name_value(formula, word, result);
}

static bool product(Formula *formula, int64_t *result)
{
    if (!operand(formula, result))
        return false;
    for (;;) {
        int64_t right;
        skip_space(formula);
        char sign = *formula->at;
        if (sign != '*' && sign != '/')
            return true;
        formula->at++;
        if (!operand(formula, &right))
            return false;
        if (sign == '/' && right == 0) {
            formula->empty = true;
            right = ONE;
        }
        bool fine = sign == '*' ? Money_muldiv(*result, right, ONE, result)
                                : Money_muldiv(*result, ONE, right, result);
        if (!fine)
            return mistake(formula, "a value is too large");
    }
}

static bool sum(Formula *formula, int64_t *result)
{
    if (!product(formula, result))
        return false;
    for (;;) {
        int64_t right;
        skip_space(formula);
        char sign = *formula->at;
        if (sign != '+' && sign != '-')
            return true;
        formula->at++;
        if (!product(formula, &right))
            return false;
        if (!Money_muldiv(right, sign == '+' ? 1 : -1, 1, &right) ||
            !Money_add(*result, right, result))
            return mistake(formula, "a value is too large");
    }
}

static bool evaluate(Formula *formula, int64_t *result)
{
    if (strlen(formula->text) > FORMULA_BYTES)
        return mistake(formula, "it is too long");
    if (!sum(formula, result))
        return false;
    skip_space(formula);
    return *formula->at == '\0' || mistake(formula, "something is left over");
}

bool Formula_compute(ModelContext *context, const char *text, const Record *record,
                     const Json *custom, int64_t *result_e4, bool *empty, Error *error)
{
    Formula formula = {.context = context,
                       .resource = record->resource,
                       .record = record,
                       .custom = custom,
                       .text = text,
                       .at = text,
                       .error = error};
    bool fine = evaluate(&formula, result_e4);
    *empty = formula.empty;
    return fine;
}

bool Formula_check(ModelContext *context, const ResourceDef *resource, const char *text,
                   Error *error)
{
    int64_t ignored;
    Formula formula = {
        .context = context, .resource = resource, .text = text, .at = text, .error = error};
    return evaluate(&formula, &ignored);
}
