#include "cli/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "cli/output.h"

#define COLUMN_GAP 2
#define COLUMN_MINIMUM 6

typedef struct Column {
    char *title;
    bool right, kept;
    int width;
} Column;

struct Table {
    Column *columns;
    int column_count;
    char **cells;
    size_t cell_count, cell_capacity;
    bool titled, failed;
};

static char *cleaned(const char *text)
{
    Buffer out = BUFFER_EMPTY;
    if (text)
        Text_clean(&out, text, strlen(text), Output_clean_flags());
    if (!out.data && !out.failed)
        return strdup("");
    return Buffer_take(&out);
}

Table *Table_new(int columns)
{
    Table *table = calloc(1, sizeof *table);
    if (!table)
        return NULL;
    table->columns = calloc((size_t)columns, sizeof *table->columns);
    table->column_count = table->columns ? columns : 0;
    if (!table->columns) {
        free(table);
        return NULL;
    }
    return table;
}

static void forget_rows(Table *table)
{
    for (size_t i = 0; i < table->cell_count; i++)
        free(table->cells[i]);
    table->cell_count = 0;
}

void Table_free(Table *table)
{
    if (!table)
        return;
    forget_rows(table);
    for (int i = 0; i < table->column_count; i++)
        free(table->columns[i].title);
    free(table->cells);
    free(table->columns);
    free(table);
}

static void widen(Column *column, const char *text)
{
    int width = Text_width(text, strlen(text));
    if (width > column->width)
        column->width = width;
}

void Table_title(Table *table, int column, const char *title, bool right)
{
    if (!table || column >= table->column_count)
        return;
    Column *place = &table->columns[column];
    place->right = right;
    if (!title)
        return;
    free(place->title);
    place->title = cleaned(title);
    if (place->title)
        widen(place, place->title);
    table->titled = true;
}

void Table_keep(Table *table, int column)
{
    if (table && column < table->column_count)
        table->columns[column].kept = true;
}

void Table_cell(Table *table, const char *text)
{
    if (!table || table->failed)
        return;
    if (table->cell_count == table->cell_capacity) {
        size_t capacity = table->cell_capacity ? table->cell_capacity * 2 : 64;
        char **cells = realloc(table->cells, capacity * sizeof *cells);
        if (!cells) {
            table->failed = true;
            return;
        }
        table->cells = cells;
        table->cell_capacity = capacity;
    }
    char *cell = cleaned(text);
    if (!cell) {
        table->failed = true;
        return;
    }
    widen(&table->columns[table->cell_count % (size_t)table->column_count], cell);
    table->cells[table->cell_count++] = cell;
}

/* Takes from the widest column until the line fits. */
static void fit_columns(Table *table, int width)
{
    int total = (table->column_count - 1) * COLUMN_GAP;
    for (int i = 0; i < table->column_count; i++)
        total += table->columns[i].width;
    while (total > width) {
        Column *widest = NULL;
        for (int i = 0; i < table->column_count; i++) {
            Column *column = &table->columns[i];
            if (!column->kept && (!widest || column->width > widest->width))
                widest = column;
        }
        if (!widest || widest->width <= COLUMN_MINIMUM)
            return;
        widest->width--;
        total--;
    }
}

static void append_spaces(Buffer *line, int count)
{
    for (int i = 0; i < count; i++)
        Buffer_putc(line, ' ');
}

static void append_cell(Buffer *line, const Column *column, const char *text, bool last)
{
    size_t length = strlen(text);
    int width = Text_width(text, length);
    const char *mark = "";
    if (width > column->width) {
        mark = Output_utf8() ? "\u2026" : ".";
        length = Text_fit(text, length, column->width - 1, &width);
        width++;
    }
    if (column->right)
        append_spaces(line, column->width - width);
    Buffer_append(line, text, length);
    Buffer_puts(line, mark);
    if (!column->right && !last)
        append_spaces(line, column->width - width);
    if (!last)
        append_spaces(line, COLUMN_GAP);
}

static void print_line(const Table *table, Buffer *line, char *const *cells, int width)
{
    Buffer_reset(line);
    for (int i = 0; i < table->column_count; i++)
        append_cell(line, &table->columns[i], cells[i], i == table->column_count - 1);
    size_t length = Text_fit(Buffer_text(line), line->length, width, NULL);
    while (length && line->data[length - 1] == ' ')
        length--;
    Output_bytes(Buffer_text(line), length);
    Output_bytes("\n", 1);
}

void Table_print(Table *table, int width)
{
    if (!table)
        return;
    fit_columns(table, width);
    Buffer line = BUFFER_EMPTY;
    if (table->titled) {
        char **titles = calloc((size_t)table->column_count, sizeof *titles);
        char empty[] = "";
        for (int i = 0; titles && i < table->column_count; i++)
            titles[i] = table->columns[i].title ? table->columns[i].title : empty;
        if (titles)
            print_line(table, &line, titles, width);
        free(titles);
    }
    size_t columns = (size_t)table->column_count;
    for (size_t row = 0; row + columns <= table->cell_count; row += columns)
        print_line(table, &line, table->cells + row, width);
    Buffer_free(&line);
    forget_rows(table);
}
