/* table.h - rows aligned for a terminal: cells cleaned, cut to the width, numbers to the right. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>

typedef struct Table Table;

Table *Table_new(int columns); /* NULL without memory; every function takes NULL */
void Table_free(Table *table);
/* right: numbers, money, times of the same length.  The title is copied; NULL = no title line. */
void Table_title(Table *table, int column, const char *title, bool right);
/* The column is never cut: half an id is none. */
void Table_keep(Table *table, int column);
/* Fills the next cell, row by row; text is cleaned and copied, NULL = empty. */
void Table_cell(Table *table, const char *text);
/* Writes to stdout, at most `width` cells a line; then forgets the rows. */
void Table_print(Table *table, int width);

#endif
