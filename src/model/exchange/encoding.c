#include "model/exchange/encoding.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/world.h"

#define BLOCK (64u * 1024)

const char *const TEXT_ENCODING_NAMES[] = {"UTF-8", "UTF-16LE", "UTF-16BE", "WINDOWS-1252",
                                           "ISO-8859-15"};

/* ---- what is certainly no text -------------------------------------------------------------- */

typedef struct Magic {
    const char *bytes;
    size_t length, offset;
    const char *name;
} Magic;

static const Magic MAGICS[] = {
    {"%PDF-", 5, 0, "a PDF document"},
    {"\x1f\x8b", 2, 0, "a gzip archive"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, 0, "an old Office document (.xls, .doc)"},
    {"\x89PNG\r\n\x1a\n", 8, 0, "a PNG image"},
    {"\xff\xd8\xff", 3, 0, "a JPEG image"},
    {"GIF8", 4, 0, "a GIF image"},
    {"\x7f"
     "ELF",
     4, 0, "a program"},
    {"MZ\x90", 3, 0, "a Windows program"},
    {"SQLite format 3", 15, 0, "an SQLite database"},
    {"7z\xbc\xaf\x27\x1c", 6, 0, "a 7-Zip archive"},
    {"Rar!\x1a\x07", 6, 0, "a RAR archive"},
    {"BZh", 3, 0, "a bzip2 archive"},
    {"\xfd"
     "7zXZ",
     5, 0, "an XZ archive"},
    {"\x28\xb5\x2f\xfd", 4, 0, "a Zstandard archive"},
    {"ustar", 5, 257, "a tar archive"},
    {"PAR1", 4, 0, "a Parquet file"},
};

static bool contains(const char *bytes, size_t length, const char *word)
{
    return memmem(bytes, length, word, strlen(word)) != NULL;
}

static bool refuse_binary(const char *head, size_t length, Error *error)
{
    if (length >= 4 && memcmp(head, "PK\x03\x04", 4) == 0) {
        if (contains(head, length, "xl/") || contains(head, length, "[Content_Types].xml")) {
            Error_set(error, ERROR_NOT_CONNECTED,
                      "The file is a spreadsheet (XLSX); spreadsheets need the media helper, which "
                      "is not installed.");
            return Error_hint(error, "Save it as CSV and import that.");
        }
        Error_set(error, ERROR_TYPE, "The file is a ZIP archive, not a table.");
        return Error_hint(error, "Unpack it and import the files inside.");
    }
    for (size_t i = 0; i < sizeof MAGICS / sizeof MAGICS[0]; i++) {
        const Magic *magic = &MAGICS[i];

        if (length >= magic->offset + magic->length &&
            memcmp(head + magic->offset, magic->bytes, magic->length) == 0) {
            Error_set(error, ERROR_TYPE, "The file is %s, not a table.", magic->name);
            return Error_hint(error, "CSV, TSV, JSON, JSON Lines and vCard can be imported.");
        }
    }
    return true;
}

/* ---- counting what the bytes could be ------------------------------------------------------- */

typedef struct ByteCount {
    int64_t bytes, nul_even, nul_odd, controls;
    int64_t sequences; /* well-formed UTF-8 sequences of two bytes or more */
    int64_t broken;    /* bytes that are not UTF-8 */
    int broken_line;   /* of the first */
    bool undefined_1252, c1, currency_sign;
    int line;
    int need;          /* continuation bytes that must follow */
    uint8_t low, high; /* range of the next one */
} ByteCount;

static void broken_byte(ByteCount *count)
{
    if (count->broken++ == 0)
        count->broken_line = count->line;
    count->need = 0;
}

static void start_sequence(ByteCount *count, uint8_t byte)
{
    count->low = 0x80;
    count->high = 0xbf;
    if (byte >= 0xc2 && byte <= 0xdf) {
        count->need = 1;
    } else if (byte >= 0xe0 && byte <= 0xef) {
        count->need = 2;
        if (byte == 0xe0)
            count->low = 0xa0;
        if (byte == 0xed)
            count->high = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
        count->need = 3;
        if (byte == 0xf0)
            count->low = 0x90;
        if (byte == 0xf4)
            count->high = 0x8f;
    } else {
        broken_byte(count);
    }
}

static void see_high_byte(ByteCount *count, uint8_t byte)
{
    if (byte < 0xa0)
        count->c1 = true;
    if (byte == 0x81 || byte == 0x8d || byte == 0x8f || byte == 0x90 || byte == 0x9d)
        count->undefined_1252 = true;
    if (byte == 0xa4)
        count->currency_sign = true;
    if (count->need > 0 && (byte < count->low || byte > count->high))
        broken_byte(count);
    if (count->need > 0) {
        count->low = 0x80;
        count->high = 0xbf;
        if (--count->need == 0)
            count->sequences++;
        return;
    }
    start_sequence(count, byte);
}

static void see_bytes(ByteCount *count, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = (uint8_t)bytes[i];

        if (byte >= 0x80) {
            see_high_byte(count, byte);
            continue;
        }
        if (count->need > 0)
            broken_byte(count);
        if (byte >= 0x20)
            continue;
        if (byte == '\n')
            count->line++;
        else if (byte == 0)
            *((count->bytes + (int64_t)i) % 2 ? &count->nul_odd : &count->nul_even) += 1;
        else if (byte != '\t' && byte != '\r')
            count->controls++;
    }
    count->bytes += (int64_t)length;
}

static bool refuse_broken(const ByteCount *count, Error *error)
{
    Error_set(error, ERROR_SYNTAX, "Line %d holds bytes that are not UTF-8.", count->broken_line);
    Error_hint(error, "Nothing was imported. Save the file again as UTF-8.");
    return Error_at(error, count->broken_line, 0);
}

static bool refuse_bytes(Error *error)
{
    Error_set(error, ERROR_TYPE, "The file is binary, not a table.");
    return Error_hint(error, "CSV, TSV, JSON, JSON Lines and vCard can be imported.");
}

/* Every second byte zero is UTF-16 without a mark; more than stray zeros otherwise is binary. */
static bool decide_encoding(const ByteCount *count, FileFacts *facts, Error *error)
{
    if (facts->encoding != ENCODING_UTF8)
        return true;
    if (count->nul_odd * 10 > count->bytes * 3 && count->nul_even * 20 < count->bytes) {
        facts->encoding = ENCODING_UTF16LE;
        return true;
    }
    if (count->nul_even * 10 > count->bytes * 3 && count->nul_odd * 20 < count->bytes) {
        facts->encoding = ENCODING_UTF16BE;
        return true;
    }
    if ((count->nul_even + count->nul_odd + count->controls) * 10 > count->bytes &&
        count->bytes > 16)
        return refuse_bytes(error);
    if (count->broken == 0 && count->need == 0)
        return true;
    if (facts->bom || count->sequences > count->broken)
        return refuse_broken(count, error);
    if (!count->c1 && count->currency_sign)
        facts->encoding = ENCODING_LATIN9;
    else if (count->undefined_1252)
        return refuse_broken(count, error);
    else
        facts->encoding = ENCODING_WINDOWS_1252;
    return true;
}

static void see_mark(const char *head, size_t length, FileFacts *facts)
{
    if (length >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0) {
        facts->bom = 3;
    } else if (length >= 2 && memcmp(head, "\xff\xfe", 2) == 0) {
        facts->bom = 2;
        facts->encoding = ENCODING_UTF16LE;
    } else if (length >= 2 && memcmp(head, "\xfe\xff", 2) == 0) {
        facts->bom = 2;
        facts->encoding = ENCODING_UTF16BE;
    }
}

static bool count_bytes(int fd, FileFacts *facts, ByteCount *count, Error *error)
{
    char block[BLOCK];
    ssize_t got;
    bool first = true;

    while ((got = read(fd, block, sizeof block)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return Error_set(error, ERROR_STORAGE, "The file cannot be read: %s.", strerror(errno));
        if (first) {
            if (!refuse_binary(block, (size_t)got, error))
                return false;
            see_mark(block, (size_t)got, facts);
            first = false;
        }
        see_bytes(count, block, (size_t)got);
    }
    facts->bytes = count->bytes;
    if (first || count->bytes == facts->bom)
        return Error_set(error, ERROR_TYPE, "The file is empty.");
    return true;
}

/* ---- the kind, by the first characters ------------------------------------------------------ */

static FileKind kind_of(const char *text)
{
    text += strspn(text, " \t\r\n");
    if (strncasecmp(text, "BEGIN:VCARD", 11) == 0)
        return FILE_VCARD;
    if (*text == '{' || *text == '[') {
        const char *next = text + 1 + strspn(text + 1, " \t\r\n");

        if (*text == '{' && (*next == '"' || *next == '}'))
            return FILE_JSON;
        if (*text == '[' && (*next == '{' || *next == ']' || *next == '\0'))
            return FILE_JSON;
    }
    return FILE_SEPARATED;
}

bool Encoding_examine(const char *path, FileFacts *facts, Error *error)
{
    ByteCount count = {.line = 1};
    TextStream *stream;
    char head[512];
    ptrdiff_t got;
    int fd;
    bool done;

    *facts = (FileFacts){0};
    fd = World_get()->open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return Error_set(error, ERROR_NOT_FOUND, "The file cannot be opened: %s.", strerror(errno));
    done = count_bytes(fd, facts, &count, error) && decide_encoding(&count, facts, error);
    close(fd);
    if (!done)
        return false;
    stream = TextStream_open(path, facts, error);
    if (!stream)
        return false;
    got = TextStream_read(stream, head, sizeof head - 1, error);
    TextStream_close(stream);
    if (got < 0)
        return false;
    head[got] = '\0';
    facts->kind = kind_of(head);
    return true;
}

/* ---- the text as UTF-8 ---------------------------------------------------------------------- */

struct TextStream {
    int fd;
    bool converts, ended;
    iconv_t converter;
    char raw[BLOCK];
    size_t begin, length; /* bytes of raw not yet converted */
    int line;
};

TextStream *TextStream_open(const char *path, const FileFacts *facts, Error *error)
{
    TextStream *stream = calloc(1, sizeof *stream);

    if (!stream) {
        Error_set(error, ERROR_LIMIT, "Not enough memory to read the file.");
        return NULL;
    }
    stream->line = 1;
    stream->fd = World_get()->open(path, O_RDONLY | O_CLOEXEC, 0);
    if (stream->fd < 0 || lseek(stream->fd, facts->bom, SEEK_SET) < 0) {
        Error_set(error, ERROR_STORAGE, "The file cannot be read: %s.", strerror(errno));
        goto fail;
    }
    if (facts->encoding != ENCODING_UTF8) {
        stream->converter = iconv_open("UTF-8", TEXT_ENCODING_NAMES[facts->encoding]);
        if (stream->converter == (iconv_t)-1) {
            Error_set(error, ERROR_INTERNAL, "The system cannot convert from %s.",
                      TEXT_ENCODING_NAMES[facts->encoding]);
            goto fail;
        }
        stream->converts = true;
    }
    return stream;
fail:
    TextStream_close(stream);
    return NULL;
}

void TextStream_close(TextStream *stream)
{
    if (!stream)
        return;
    if (stream->converts)
        iconv_close(stream->converter);
    if (stream->fd >= 0)
        close(stream->fd);
    free(stream);
}

static ssize_t read_bytes(int fd, char *into, size_t capacity, Error *error)
{
    ssize_t got;

    do {
        got = read(fd, into, capacity);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        Error_set(error, ERROR_STORAGE, "The file cannot be read: %s.", strerror(errno));
    return got;
}

static ptrdiff_t fail_conversion(const TextStream *stream, Error *error)
{
    Error_set(error, ERROR_SYNTAX, "The text of line %d is broken in its encoding.", stream->line);
    Error_hint(error, "Nothing was imported. Save the file again as UTF-8.");
    Error_at(error, stream->line, 0);
    return -1;
}

static ptrdiff_t convert(TextStream *stream, char *into, size_t capacity, Error *error)
{
    char *in = stream->raw + stream->begin, *out = into;
    size_t in_left = stream->length, out_left = capacity;
    size_t result = iconv(stream->converter, &in, &in_left, &out, &out_left);

    stream->begin = (size_t)(in - stream->raw);
    stream->length = in_left;
    for (const char *at = into; at < out; at++)
        stream->line += *at == '\n';
    if (result == (size_t)-1 && errno == EILSEQ && out == into)
        return fail_conversion(stream, error);
    if (result == (size_t)-1 && errno == EINVAL && stream->ended && out == into)
        return fail_conversion(stream, error);
    return out - into;
}

ptrdiff_t TextStream_read(void *source, char *into, size_t capacity, Error *error)
{
    TextStream *stream = source;

    if (!stream->converts)
        return read_bytes(stream->fd, into, capacity, error);
    for (;;) {
        ptrdiff_t made = stream->length > 0 ? convert(stream, into, capacity, error) : 0;
        ssize_t got;

        if (made != 0)
            return made;
        if (stream->ended)
            return 0;
        memmove(stream->raw, stream->raw + stream->begin, stream->length);
        stream->begin = 0;
        got = read_bytes(stream->fd, stream->raw + stream->length, BLOCK - stream->length, error);
        if (got < 0)
            return -1;
        stream->ended = got == 0;
        stream->length += (size_t)got;
    }
}
