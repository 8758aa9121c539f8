#include "model/exchange/sniff.h"

#include <string.h>

#include "model/exchange/csv_read.h"

#define RECORDS_LOOKED_AT 100

static const char CANDIDATES[] = {',', ';', '\t', '|'};

typedef struct Verdict {
    size_t columns; /* of the header */
    int agreeing, records;
} Verdict;

static Verdict judge(const char *text, size_t length, bool whole, char delimiter)
{
    CsvMemory memory = {.text = text, .length = length};
    CsvReader *reader = CsvReader_new(delimiter, Csv_fill_memory, &memory);
    Verdict verdict = {0};
    CsvRecord record;
    Error ignored = ERROR_NONE;

    if (!reader)
        return verdict;
    while (verdict.records < RECORDS_LOOKED_AT &&
           CsvReader_next(reader, &record, &ignored) == CSV_RECORD) {
        if (record.blank)
            continue;
        /* The last record of a beginning is cut somewhere. */
        if (!whole && memory.position == length && verdict.records > 1)
            break;
        if (verdict.columns == 0)
            verdict.columns = record.count;
        verdict.agreeing += record.count == verdict.columns && !record.malformed;
        verdict.records++;
    }
    CsvReader_free(reader);
    return verdict;
}

static bool better(const Verdict *a, const Verdict *b)
{
    double share_a = a->records ? (double)a->agreeing / a->records : 0;
    double share_b = b->records ? (double)b->agreeing / b->records : 0;

    if (a->columns < 2 || b->columns < 2)
        return a->columns > b->columns;
    if (share_a != share_b)
        return share_a > share_b;
    return a->columns > b->columns;
}

char Sniff_delimiter(const char *text, size_t length, bool whole, size_t *skip)
{
    Verdict best;
    char chosen = ',';

    *skip = 0;
    if (length >= 5 && strncasecmp(text, "sep=", 4) == 0 && strchr(",;\t|", text[4]) && text[4] &&
        (length == 5 || text[5] == '\r' || text[5] == '\n')) {
        const char *end = memchr(text, '\n', length);

        *skip = end ? (size_t)(end - text) + 1 : length;
        return text[4];
    }
    best = judge(text, length, whole, ',');
    for (size_t i = 1; i < sizeof CANDIDATES; i++) {
        Verdict verdict = judge(text, length, whole, CANDIDATES[i]);

        if (better(&verdict, &best)) {
            best = verdict;
            chosen = CANDIDATES[i];
        }
    }
    return chosen;
}
