#include "base/document_math.h"

#include <string.h>
#include "base/money.h"

#define PPM INT64_C(1000000)
#define QUANTITY_TIMES_PRICE INT64_C(100000000) /* both are scaled by 10^4 */

bool DocumentMath_tax(int64_t amount_minor, int64_t rate, bool includes_tax, LineAmounts *amounts)
{
    if (rate < 0 || rate > INT64_MAX - PPM)
        return false;
    amounts->amount_minor = amount_minor;
    if (includes_tax) {
        amounts->gross_minor = amount_minor;
        return Money_muldiv(amount_minor, PPM, PPM + rate, &amounts->net_minor) &&
               Money_add(amount_minor, -amounts->net_minor, &amounts->tax_minor);
    }
    amounts->net_minor = amount_minor;
    return Money_apply_rate(amount_minor, rate, &amounts->tax_minor) &&
           Money_add(amount_minor, amounts->tax_minor, &amounts->gross_minor);
}

bool DocumentMath_line(const LineInput *line, LineAmounts *amounts)
{
    int64_t amount, after;
    if (line->discount_minor == INT64_MIN ||
        !Money_muldiv(line->quantity_e4, line->unit_price_e4, QUANTITY_TIMES_PRICE, &amount) ||
        !Money_add(amount, -line->discount_minor, &after) ||
        !DocumentMath_tax(after, line->tax_rate, line->includes_tax, amounts))
        return false;
    amounts->amount_minor = amount;
    return true;
}

bool DocumentMath_add(DocumentSums *sums, const LineAmounts *line, int64_t discount_minor)
{
    int64_t before;
    return Money_add(line->net_minor, discount_minor, &before) &&
           Money_add(sums->subtotal_minor, before, &sums->subtotal_minor) &&
           Money_add(sums->discount_minor, discount_minor, &sums->discount_minor) &&
           Money_add(sums->tax_minor, line->tax_minor, &sums->tax_minor) &&
           Money_add(sums->total_minor, line->gross_minor, &sums->total_minor);
}

static bool same_name(const char *left, const char *right)
{
    return strcmp(left ? left : "", right ? right : "") == 0;
}

bool TaxTable_add(TaxTable *table, const char *name, int64_t rate, int64_t base_minor,
                  int64_t tax_minor)
{
    int row = 0;
    while (row < table->count &&
           (table->rows[row].rate != rate || !same_name(table->rows[row].name, name)))
        row++;
    if (row == TAX_ROWS_MAX)
        return false;
    if (row == table->count)
        table->rows[table->count++] = (struct TaxRow){.name = name, .rate = rate};
    return Money_add(table->rows[row].base_minor, base_minor, &table->rows[row].base_minor) &&
           Money_add(table->rows[row].tax_minor, tax_minor, &table->rows[row].tax_minor);
}
