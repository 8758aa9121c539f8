/* columns.h - what the cells of one column look like, gathered over the whole file in the first
 * pass. */
#ifndef MODEL_EXCHANGE_COLUMNS_H
#define MODEL_EXCHANGE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/number.h"

#define DISTINCT_MAX 256
#define DISTINCT_SLOTS 1024 /* power of two, larger than DISTINCT_MAX */

typedef struct ColumnFacts {
    int64_t filled;  /* cells that are not blank */
    int64_t classed; /* cells (of repeated ones the first) that went into the counts below */
    int64_t integers, decimals, booleans, zero_one, emails, phones, urls, own_ids, times, percents;
    int64_t leading_zero; /* "0049", "01234": not a number */
    int64_t lists;        /* JSON arrays */
    bool many_lines;
    size_t longest; /* bytes */
    NumberGuess numbers;
    DateGuess dates;
    const char **distinct; /* in the arena of the caller, in order of appearance */
    size_t distinct_count;
    bool distinct_overflow; /* more than DISTINCT_MAX */
    uint16_t slots[DISTINCT_SLOTS];
} ColumnFacts;

/* prefix: of public ids of the resource ("lead"). cell is trimmed by the look only. */
void ColumnFacts_see(ColumnFacts *facts, Arena *arena, const char *cell, const char *prefix);

/* Type of a custom field that can hold every cell: a word of custom_field.type. */
const char *ColumnFacts_custom_type(const ColumnFacts *facts);
/* 1, 0; -1 = not a word for yes or no in any shipped language. */
int Column_boolean(const char *text);
bool Column_looks_email(const char *text);

#endif
