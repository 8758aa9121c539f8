/* Trees made by hand, and trees back to text. */
#include <string.h>

#include "base/filter.h"
#include "base/filter_lexer.h"

FilterNode *Filter_and(Arena *arena, FilterNode *left, FilterNode *right)
{
    if (!left || left->kind == FILTER_ALL)
        return right;
    if (!right || right->kind == FILTER_ALL)
        return left;
    FilterNode *node = ARENA_NEW(arena, FilterNode);
    if (!node)
        return NULL;
    node->kind = FILTER_AND;
    node->left = left;
    node->right = right;
    return node;
}

FilterNode *Filter_compare(Arena *arena, const char *field, FilterOperator operation,
                           const char *value)
{
    FilterNode *node = ARENA_NEW(arena, FilterNode);
    if (!node)
        return NULL;
    node->kind = FILTER_COMPARE;
    node->operation = operation;
    node->field = Arena_strdup(arena, field);
    if (!node->field)
        return NULL;
    if (operation == FILTER_EMPTY || operation == FILTER_NOT_EMPTY)
        return node;
    node->values = ARENA_NEW(arena, FilterValue);
    if (!node->values)
        return NULL;
    node->value_count = 1;
    node->values->text = Arena_strdup(arena, value ? value : "");
    if (!node->values->text)
        return NULL;
    node->values->quoted = !FilterLexer_is_bare(node->values->text);
    return node;
}

static void print_value(Buffer *out, const FilterValue *value)
{
    if (!value->quoted && FilterLexer_is_bare(value->text)) {
        Buffer_puts(out, value->text);
        return;
    }
    Buffer_putc(out, '"');
    for (const char *at = value->text; *at; at++) {
        if (*at == '"' || *at == '\\')
            Buffer_putc(out, '\\');
        Buffer_putc(out, *at);
    }
    Buffer_putc(out, '"');
}

static void print_comparison(Buffer *out, const FilterNode *node)
{
    Buffer_puts(out, node->field);
    const char *sign = FilterLexer_sign(node->operation);
    if (sign) {
        Buffer_printf(out, " %s ", sign);
        print_value(out, node->values);
    } else if (node->operation == FILTER_EMPTY) {
        Buffer_puts(out, " is empty");
    } else if (node->operation == FILTER_NOT_EMPTY) {
        Buffer_puts(out, " is not empty");
    } else {
        Buffer_puts(out, node->operation == FILTER_IN ? " in (" : " not in (");
        for (size_t i = 0; i < node->value_count; i++) {
            if (i > 0)
                Buffer_puts(out, ", ");
            print_value(out, &node->values[i]);
        }
        Buffer_putc(out, ')');
    }
}

/* How tightly a node holds together: or, and, not, comparison. */
static int strength(const FilterNode *node)
{
    switch (node->kind) {
    case FILTER_OR:
        return 0;
    case FILTER_AND:
        return 1;
    case FILTER_NOT:
        return 2;
    default:
        return 3;
    }
}

static void print_inside(Buffer *out, const FilterNode *node, int least)
{
    bool group = strength(node) < least;
    if (group)
        Buffer_putc(out, '(');
    Filter_print(out, node);
    if (group)
        Buffer_putc(out, ')');
}

void Filter_print(Buffer *out, const FilterNode *node)
{
    if (!node)
        return;
    switch (node->kind) {
    case FILTER_AND:
    case FILTER_OR:
        print_inside(out, node->left, strength(node));
        Buffer_puts(out, node->kind == FILTER_AND ? " and " : " or ");
        print_inside(out, node->right, strength(node) + 1);
        break;
    case FILTER_NOT:
        Buffer_puts(out, "not ");
        print_inside(out, node->left, 2);
        break;
    case FILTER_COMPARE:
        print_comparison(out, node);
        break;
    case FILTER_ALL:
        break;
    }
}
