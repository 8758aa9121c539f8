/* number_date_text.h - a date as written, taken apart before its order is known; for number.h only.
 */
#ifndef BASE_NUMBER_DATE_TEXT_H
#define BASE_NUMBER_DATE_TEXT_H

#include <stdbool.h>
#include "base/datetime.h"

/* What stood where the date should be. */
typedef struct DateParts {
    int numbers[3], digits[3]; /* as written, from left to right */
    int count;
    int month;    /* 1..12 when written as a word, else 0 */
    int month_at; /* how many numbers stood before the word */
    char separator;
} DateParts;

typedef struct DateText {
    DateParts parts;
    CivilTime clock;
    bool has_time, has_offset;
    int offset; /* seconds east of UTC */
} DateText;

/* false: not the picture of one date, with or without a clock time. */
bool DateText_read(const char *text, DateText *date);

#endif
