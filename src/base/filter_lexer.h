/* filter_lexer.h - words and signs of the filter language; for filter.h only. */
#ifndef BASE_FILTER_LEXER_H
#define BASE_FILTER_LEXER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/filter.h"

typedef enum FilterTokenKind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_QUOTED,
    TOKEN_OPERATOR,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_MISTAKE /* error is set */
} FilterTokenKind;

typedef struct FilterToken {
    FilterTokenKind kind;
    const char *text; /* in the arena; of an operator its sign */
    FilterOperator operation;
    int column; /* 1-based code point */
} FilterToken;

typedef struct FilterLexer {
    Arena *arena;
    const char *at;
    int column; /* of at */
    Error *error;
} FilterLexer;

FilterToken FilterLexer_next(FilterLexer *lexer);
/* ERROR_SYNTAX with the column; the token it returns ends parsing. */
FilterToken FilterLexer_mistake(FilterLexer *lexer, int column, const char *message);
/* and, or, not, in, is, empty in any case */
bool FilterLexer_is_keyword(const char *text);
/* Whether text, unquoted, is read back as the same one value. */
bool FilterLexer_is_bare(const char *text);
const char *FilterLexer_sign(FilterOperator operation); /* "=", ... NULL for in and is */

#endif
