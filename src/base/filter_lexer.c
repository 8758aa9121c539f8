#include "base/filter_lexer.h"

#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "base/text.h"

/* Longer signs first. */
static const struct {
    const char *sign;
    FilterOperator operation;
} signs[] = {
    {"!=", FILTER_NOT_EQUAL}, {"<=", FILTER_LESS_EQUAL}, {">=", FILTER_GREATER_EQUAL},
    {"=", FILTER_EQUAL},      {"<", FILTER_LESS},        {">", FILTER_GREATER},
    {"~", FILTER_CONTAINS},
};

const char *FilterLexer_sign(FilterOperator operation)
{
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
        if (signs[i].operation == operation)
            return signs[i].sign;
    return NULL;
}

bool FilterLexer_is_keyword(const char *text)
{
    static const char *const keywords[] = {"and", "or", "not", "in", "is", "empty"};
    for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
        if (strcasecmp(text, keywords[i]) == 0)
            return true;
    return false;
}

/* Letters, digits and marks of any script, and the signs of ids, times and addresses. */
static bool is_word_character(int32_t code_point)
{
    if (code_point < 0x80)
        return (code_point >= '0' && code_point <= '9') ||
               (code_point >= 'A' && code_point <= 'Z') ||
               (code_point >= 'a' && code_point <= 'z') ||
               (code_point > 0 && strchr("_-.:+@", code_point));
    utf8proc_category_t category = utf8proc_category(code_point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* Bytes of the word at text; a percent sign may end it.  *columns (may be NULL) = code points. */
static size_t word_length(const char *text, int *columns)
{
    size_t length = strlen(text), used = 0;
    int count = 0;
    while (used < length) {
        int32_t code_point;
        size_t bytes = Text_decode(text + used, length - used, &code_point);
        if (!is_word_character(code_point))
            break;
        used += bytes;
        count++;
    }
    if (used > 0 && text[used] == '%') {
        used++;
        count++;
    }
    if (columns)
        *columns = count;
    return used;
}

bool FilterLexer_is_bare(const char *text)
{
    return *text && word_length(text, NULL) == strlen(text) && !FilterLexer_is_keyword(text);
}

FilterToken FilterLexer_mistake(FilterLexer *lexer, int column, const char *message)
{
    Error_set(lexer->error, ERROR_SYNTAX, "The filter has a mistake at column %d: %s.", column,
              message);
    Error_at(lexer->error, 0, column);
    return (FilterToken){.kind = TOKEN_MISTAKE, .column = column};
}

static FilterToken no_memory(FilterLexer *lexer, int column)
{
    Error_set(lexer->error, ERROR_LIMIT, "The filter needs too much memory.");
    return (FilterToken){.kind = TOKEN_MISTAKE, .column = column};
}

static FilterToken read_quoted(FilterLexer *lexer)
{
    FilterToken token = {.kind = TOKEN_QUOTED, .column = lexer->column};
    const char *at = lexer->at + 1;
    char *out = Arena_alloc(lexer->arena, strlen(at) + 1);
    if (!out)
        return no_memory(lexer, token.column);
    token.text = out;
    int column = lexer->column + 1;
    for (; *at && *at != '"'; at++) {
        if (*at == '\\') {
            if (at[1] != '"' && at[1] != '\\')
                return FilterLexer_mistake(lexer, column,
                                           "only \\\" and \\\\ may follow a backslash");
            at++;
            column++;
        }
        column += (*at & 0xC0) != 0x80;
        *out++ = *at;
    }
    if (!*at)
        return FilterLexer_mistake(lexer, token.column, "the closing quote is missing");
    lexer->at = at + 1;
    lexer->column = column + 1;
    return token;
}

static FilterToken read_sign(FilterLexer *lexer)
{
    FilterToken token = {.column = lexer->column};
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        size_t length = strlen(signs[i].sign);
        if (strncmp(lexer->at, signs[i].sign, length) != 0)
            continue;
        token.kind = TOKEN_OPERATOR;
        token.text = signs[i].sign;
        token.operation = signs[i].operation;
        lexer->at += length;
        lexer->column += (int)length;
        return token;
    }
    char shown[64];
    int32_t code_point;
    char bytes[4];
    size_t length = Text_decode(lexer->at, strlen(lexer->at), &code_point);
    length = Text_encode(code_point, bytes);
    memcpy(shown, bytes, length);
    strcpy(shown + length, " belongs in quotes, or does not belong here");
    return FilterLexer_mistake(lexer, token.column, shown);
}

FilterToken FilterLexer_next(FilterLexer *lexer)
{
    while (*lexer->at == ' ' || *lexer->at == '\t' || *lexer->at == '\n' || *lexer->at == '\r') {
        lexer->at++;
        lexer->column++;
    }
    FilterToken token = {.column = lexer->column};
    static const struct {
        char sign;
        FilterTokenKind kind;
    } single[] = {{'(', TOKEN_OPEN}, {')', TOKEN_CLOSE}, {',', TOKEN_COMMA}};
    if (!*lexer->at)
        return token;
    for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
        if (*lexer->at == single[i].sign) {
            token.kind = single[i].kind;
            lexer->at++;
            lexer->column++;
            return token;
        }
    }
    if (*lexer->at == '"')
        return read_quoted(lexer);
    int columns;
    size_t length = word_length(lexer->at, &columns);
    if (length == 0)
        return read_sign(lexer);
    token.kind = TOKEN_WORD;
    token.text = Arena_strndup(lexer->arena, lexer->at, length);
    lexer->at += length;
    lexer->column += columns;
    return token.text ? token : no_memory(lexer, token.column);
}
