/* encoding.h - what a file is, by its bytes, and its text as a stream of UTF-8.
 *
 * The name of a file is never trusted: a ZIP named .csv is refused as a ZIP.  A whole pass over the
 * bytes decides the encoding, so that a late umlaut cannot surprise the second pass.
 */
#ifndef MODEL_EXCHANGE_ENCODING_H
#define MODEL_EXCHANGE_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

typedef enum FileKind { FILE_SEPARATED, FILE_JSON, FILE_VCARD } FileKind;

typedef enum TextEncoding {
    ENCODING_UTF8,
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
    ENCODING_WINDOWS_1252,
    ENCODING_LATIN9
} TextEncoding;
extern const char *const TEXT_ENCODING_NAMES[]; /* as iconv and people know them */

typedef struct FileFacts {
    FileKind kind;
    TextEncoding encoding;
    int bom;       /* bytes of the byte order mark; 0 = none */
    int64_t bytes; /* size of the file */
} FileFacts;

/* ERROR_TYPE: binary or empty; ERROR_NOT_CONNECTED: a spreadsheet; ERROR_SYNTAX with line: broken
 * text. */
bool Encoding_examine(const char *path, FileFacts *facts, Error *error);

typedef struct TextStream TextStream;
TextStream *TextStream_open(const char *path, const FileFacts *facts, Error *error);
void TextStream_close(TextStream *stream); /* NULL is fine */
/* Up to `capacity` (at least 16) bytes of UTF-8; 0 = end; -1 = failed.  Fits CsvFill. */
ptrdiff_t TextStream_read(void *stream, char *into, size_t capacity, Error *error);

#endif
