/* output.h - data to stdout, messages to stderr, nothing raw.
 *
 * JSON is exact: characters that a terminal must never see are written as \uXXXX.  Everything else
 * passes Text_clean().
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>
#include "base/buffer.h"
#include "base/json_value.h"

void Output_open(void);            /* once, in Cli_main() */
void Output_use_ascii(void);       /* as if the locale were not UTF-8 */
bool Output_is_terminal(void);     /* stdout */
bool Output_messages_on_terminal(void); /* stderr */
bool Output_utf8(void);            /* the locale shows UTF-8 */
unsigned Output_clean_flags(void); /* TEXT_CLEAN_* for this terminal */
int Output_width(void);            /* cells of the terminal; 80 when unknown */

/* One JSON document and a newline. */
void Output_json(FILE *stream, const Json *value);
/* Appends json text with the dangerous characters escaped. */
void Output_escape_json(Buffer *out, const char *text, size_t length);
/* Bytes as they are, to stdout. */
void Output_bytes(const void *bytes, size_t length);
/* One cleaned line to stdout. */
void Output_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One cleaned line for people to stderr. */
void Output_message(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* stdout can take no more: stop producing. */
bool Output_broken(void);
/* Flushes; a full disk or closed pipe becomes the exit code. */
int Output_close(int exit_code);

#endif
