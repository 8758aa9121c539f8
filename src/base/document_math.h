/* document_math.h - the amounts of lines of orders, invoices and quotes.
 *
 * Pure integer arithmetic: quantity * unit price, less discount, then tax, each rounded half away
 * from zero once per line.  A document is the sum of its lines, so that subtotal - discount + tax =
 * total holds always, whether prices include tax or not.  All functions return false on overflow or
 * a tax rate below zero.
 */
#ifndef BASE_DOCUMENT_MATH_H
#define BASE_DOCUMENT_MATH_H

#include <stdbool.h>
#include <stdint.h>

typedef struct LineInput {
    int64_t quantity_e4;
    int64_t unit_price_e4; /* 1/10000 of a minor unit; with tax when includes_tax */
    int64_t discount_minor;
    int64_t tax_rate; /* parts per million */
    bool includes_tax;
} LineInput;

typedef struct LineAmounts {
    int64_t amount_minor;                      /* quantity * unit price, before the discount */
    int64_t net_minor, tax_minor, gross_minor; /* after the discount; net + tax = gross */
} LineAmounts;

bool DocumentMath_line(const LineInput *line, LineAmounts *amounts);
/* The tax on (or in) one amount; amount_minor stays what was given. */
bool DocumentMath_tax(int64_t amount_minor, int64_t rate, bool includes_tax, LineAmounts *amounts);

typedef struct DocumentSums {
    int64_t subtotal_minor, discount_minor, tax_minor, total_minor;
} DocumentSums;

bool DocumentMath_add(DocumentSums *sums, const LineAmounts *line, int64_t discount_minor);

#define TAX_ROWS_MAX 32

/* Taxes of a document by rate and name. */
typedef struct TaxTable {
    struct TaxRow {
        const char *name; /* borrowed; may be NULL */
        int64_t rate, base_minor, tax_minor;
    } rows[TAX_ROWS_MAX];
    int count;
} TaxTable;

/* Adds to the row of this rate and name; also false when there are too many different ones. */
bool TaxTable_add(TaxTable *table, const char *name, int64_t rate, int64_t base_minor,
                  int64_t tax_minor);

#endif
