/* number_scan.h - one cell taken apart: sign, currency, percent and the digits with their
 * separators; for number.h only. */
#ifndef BASE_NUMBER_SCAN_H
#define BASE_NUMBER_SCAN_H

#include <stdbool.h>

#define NUMBER_CORE_MAX 64

typedef struct NumberScan {
    char core[NUMBER_CORE_MAX]; /* digits and . , ' and space, as written; other spaces are ' ' */
    char currency[4];           /* ISO code, or "" */
    bool negative, plus, percent;
} NumberScan;

/* false: not the picture of one number. */
bool NumberScan_read(const char *text, NumberScan *scan);
/* Takes a currency sign, code or word off the beginning of text; 0 = none there. */
int NumberScan_currency(const char *text, char code[4]);

/* What the separators of a core say. */
typedef enum NumberEvidence {
    NUMBER_PLAIN, /* no separator that matters: reads the same in every notation */
    NUMBER_DOT_DECIMAL,
    NUMBER_COMMA_DECIMAL,
    NUMBER_EITHER, /* 1.234 or 1,234 */
    NUMBER_RUBBISH
} NumberEvidence;
NumberEvidence NumberScan_evidence(const char *core);
/* Whether core is well formed with that decimal sign ('.' or ','). */
bool NumberScan_fits(const char *core, char decimal);

#endif
