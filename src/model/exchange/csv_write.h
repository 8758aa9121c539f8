/* csv_write.h - cells out: RFC 4180 quoting, CRLF, and the guard against formulas.
 *
 * A cell that begins with = + - @ tab or CR (plain numbers and phone numbers excepted) would be run
 * by a spreadsheet: it gets one leading apostrophe.  So does one that begins with an apostrophe and
 * one of these, and the two characters \N, which mean "empty this field" when read; reading takes
 * exactly one such apostrophe away, so every text survives the round.
 */
#ifndef MODEL_EXCHANGE_CSV_WRITE_H
#define MODEL_EXCHANGE_CSV_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"

/* Appends one cell; first = no delimiter before it.  guard: put the apostrophe where it is due. */
void Csv_append_cell(Buffer *out, const char *text, bool first, bool guard);
void Csv_end_record(Buffer *out);
/* The text behind the apostrophe that Csv_append_cell() set, or text itself. */
const char *Csv_unguarded(const char *text);
bool Csv_needs_guard(const char *text);

#endif
