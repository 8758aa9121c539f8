/* Filter text -> tree, by recursive descent. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/filter.h"
#include "base/filter_lexer.h"
#include "base/text.h"

#define BYTES_MAX ((size_t)16 * 1024)
#define NODES_MAX 256
#define DEPTH_MAX 32
#define LIST_MAX 1000

typedef struct Parser {
    FilterLexer lexer;
    FilterToken token; /* not yet used */
    int nodes, depth;
} Parser;

static FilterNode *parse_or(Parser *parser);

static void advance(Parser *parser)
{
    if (parser->token.kind != TOKEN_MISTAKE)
        parser->token = FilterLexer_next(&parser->lexer);
}

static bool at_word(const Parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_WORD && strcasecmp(parser->token.text, word) == 0;
}

/* The first mistake stays. */
static FilterNode *mistake(Parser *parser, int column, const char *message)
{
    if (parser->token.kind != TOKEN_MISTAKE)
        parser->token = FilterLexer_mistake(&parser->lexer, column, message);
    return NULL;
}

static FilterNode *limit(Parser *parser, const char *message)
{
    if (parser->token.kind != TOKEN_MISTAKE) {
        Error_set(parser->lexer.error, ERROR_LIMIT, "The filter is too large: %s.", message);
        Error_at(parser->lexer.error, 0, parser->token.column);
        parser->token.kind = TOKEN_MISTAKE;
    }
    return NULL;
}

static FilterNode *new_node(Parser *parser, FilterKind kind, int column)
{
    if (++parser->nodes > NODES_MAX)
        return limit(parser, "more than 256 conditions and connections");
    FilterNode *node = ARENA_NEW(parser->lexer.arena, FilterNode);
    if (!node)
        return limit(parser, "out of memory");
    node->kind = kind;
    node->column = column;
    return node;
}

/* Letters, digits and underscores, with dots between the parts. */
static bool is_field(const char *text)
{
    bool start = true;
    for (const char *at = text; *at; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || *at == '_';
        bool digit = *at >= '0' && *at <= '9';
        if (*at == '.') {
            if (start)
                return false;
            start = true;
            continue;
        }
        if (!letter && (start || !digit))
            return false;
        start = false;
    }
    return !start;
}

static bool expected_value(Parser *parser, const char *after)
{
    const FilterToken found = parser->token;
    char message[64];
    snprintf(message, sizeof(message), "expected a value after %s", after);
    mistake(parser, found.column, message);
    if (found.kind == TOKEN_WORD && strcasecmp(found.text, "empty") == 0)
        Error_hint(parser->lexer.error, "Write: field is empty.");
    else if (found.kind == TOKEN_WORD)
        Error_hint(parser->lexer.error, "A word of the filter language as a value needs quotes.");
    return false;
}

static bool take_value(Parser *parser, FilterValue *value, const char *after)
{
    const FilterToken *token = &parser->token;
    bool keyword = token->kind == TOKEN_WORD && FilterLexer_is_keyword(token->text);
    if ((token->kind != TOKEN_WORD && token->kind != TOKEN_QUOTED) || keyword)
        return expected_value(parser, after);
    value->text = token->text;
    value->quoted = token->kind == TOKEN_QUOTED;
    value->column = token->column;
    advance(parser);
    return true;
}

static FilterNode *parse_list(Parser *parser, FilterNode *node)
{
    if (parser->token.kind != TOKEN_OPEN)
        return mistake(parser, parser->token.column, "expected ( after in");
    advance(parser);
    size_t capacity = 0;
    const char *after = "(";
    for (;;) {
        if (node->value_count == LIST_MAX)
            return limit(parser, "more than 1,000 values in one list");
        if (node->value_count == capacity) {
            capacity = capacity ? capacity * 2 : 8;
            FilterValue *values = ARENA_ARRAY(parser->lexer.arena, FilterValue, capacity);
            if (!values)
                return limit(parser, "out of memory");
            if (node->value_count)
                memcpy(values, node->values, node->value_count * sizeof(*values));
            node->values = values;
        }
        if (!take_value(parser, &node->values[node->value_count], after))
            return NULL;
        node->value_count++;
        if (parser->token.kind == TOKEN_CLOSE)
            break;
        if (parser->token.kind != TOKEN_COMMA)
            return mistake(parser, parser->token.column, "expected , or ) in the list");
        advance(parser);
        after = ",";
    }
    advance(parser);
    return node;
}

static FilterNode *parse_is(Parser *parser, FilterNode *node)
{
    advance(parser);
    node->operation = FILTER_EMPTY;
    if (at_word(parser, "not")) {
        node->operation = FILTER_NOT_EMPTY;
        advance(parser);
    }
    if (!at_word(parser, "empty"))
        return mistake(parser, parser->token.column, "expected empty or not empty after is");
    advance(parser);
    return node;
}

static FilterNode *parse_comparison(Parser *parser)
{
    const FilterToken field = parser->token;
    if (field.kind != TOKEN_WORD || FilterLexer_is_keyword(field.text) || !is_field(field.text))
        return mistake(parser, field.column, "expected the name of a field");
    FilterNode *node = new_node(parser, FILTER_COMPARE, field.column);
    if (!node)
        return NULL;
    node->field = field.text;
    advance(parser);
    if (parser->token.kind == TOKEN_OPERATOR) {
        const char *sign = parser->token.text;
        node->operation = parser->token.operation;
        node->values = ARENA_NEW(parser->lexer.arena, FilterValue);
        if (!node->values)
            return limit(parser, "out of memory");
        advance(parser);
        node->value_count = 1;
        return take_value(parser, node->values, sign) ? node : NULL;
    }
    if (at_word(parser, "is"))
        return parse_is(parser, node);
    node->operation = FILTER_IN;
    if (at_word(parser, "not")) {
        node->operation = FILTER_NOT_IN;
        advance(parser);
    }
    if (at_word(parser, "in")) {
        advance(parser);
        return parse_list(parser, node);
    }
    if (node->operation == FILTER_NOT_IN)
        return mistake(parser, parser->token.column, "expected in after not");
    mistake(parser, parser->token.column,
            "expected =, !=, <, <=, >, >=, ~, in or is after a field");
    return NULL;
}

static FilterNode *parse_group(Parser *parser)
{
    int column = parser->token.column;
    advance(parser);
    FilterNode *node = parse_or(parser);
    if (node && parser->token.kind != TOKEN_CLOSE)
        return mistake(parser, parser->token.kind == TOKEN_END ? column : parser->token.column,
                       parser->token.kind == TOKEN_END ? "the closing ) is missing"
                                                       : "expected and, or, or )");
    advance(parser);
    return node;
}

static FilterNode *parse_not(Parser *parser)
{
    if (parser->depth >= DEPTH_MAX)
        return limit(parser, "nested more than 32 deep");
    parser->depth++;
    FilterNode *node;
    if (at_word(parser, "not")) {
        int column = parser->token.column;
        advance(parser);
        FilterNode *left = parse_not(parser);
        node = left ? new_node(parser, FILTER_NOT, column) : NULL;
        if (node)
            node->left = left;
    } else if (parser->token.kind == TOKEN_OPEN) {
        node = parse_group(parser);
    } else {
        node = parse_comparison(parser);
    }
    parser->depth--;
    return node;
}

static FilterNode *parse_chain(Parser *parser, FilterKind kind, const char *word,
                               FilterNode *(*parse_part)(Parser *))
{
    FilterNode *left = parse_part(parser);
    while (left && at_word(parser, word)) {
        int column = parser->token.column;
        advance(parser);
        FilterNode *right = parse_part(parser);
        FilterNode *node = right ? new_node(parser, kind, column) : NULL;
        if (!node)
            return NULL;
        node->left = left;
        node->right = right;
        left = node;
    }
    return left;
}

static FilterNode *parse_and(Parser *parser)
{
    return parse_chain(parser, FILTER_AND, "and", parse_not);
}

static FilterNode *parse_or(Parser *parser)
{
    return parse_chain(parser, FILTER_OR, "or", parse_and);
}

FilterNode *Filter_parse(Arena *arena, const char *text, Error *error)
{
    Parser parser = {
        .lexer = {.arena = arena, .at = text ? text : "", .column = 1, .error = error}};
    size_t length = strlen(parser.lexer.at);
    if (length > BYTES_MAX)
        return limit(&parser, "more than 16 KiB of text");
    if (!Text_is_utf8(parser.lexer.at, length))
        return mistake(&parser, 1, "it is not valid UTF-8 text");
    advance(&parser);
    if (parser.token.kind == TOKEN_END)
        return new_node(&parser, FILTER_ALL, 1);
    FilterNode *node = parse_or(&parser);
    if (node && parser.token.kind != TOKEN_END)
        mistake(&parser, parser.token.column, "expected and, or, or the end");
    return parser.token.kind == TOKEN_END ? node : NULL;
}
