/* text.h - UTF-8 text: cleaning, folding, width.  Unicode data comes from utf8proc.
 *
 * Text_clean() is the one choke point: every datum shown on a terminal, printed by the command
 * line, written to stderr or a log passes it.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buffer.h"

/* Decodes one code point from at most `length` bytes.  Returns bytes used (1..4); a byte that
 * starts no valid sequence gives U+FFFD and 1.  length 0 gives 0. */
size_t Text_decode(const char *text, size_t length, int32_t *code_point);
size_t Text_encode(int32_t code_point, char out[4]);
bool Text_is_utf8(const char *text, size_t length); /* also false for NUL bytes */
size_t Text_code_points(const char *text);

typedef enum TextCleanFlag {
    TEXT_CLEAN_LINE = 0,      /* one line: newline and tab become visible marks or a space */
    TEXT_CLEAN_MULTILINE = 1, /* newline and tab pass */
    TEXT_CLEAN_ASCII = 2 /* for a terminal without UTF-8: other characters become ? or \u{..} */
} TextCleanFlag;

/* Appends a harmless picture of text: invalid UTF-8 -> U+FFFD; C0 and DEL -> control pictures
 * (U+2400..), C1 -> <U+XXXX>; bidi controls, zero-width, tag and other invisible characters ->
 * <U+XXXX>; private use and unassigned -> U+FFFD; at most 8 combining marks on one base.  CR before
 * LF, the joiner between two emoji and one variation selector on a base are dropped.  Cleaning a
 * clean text changes nothing. */
void Text_clean(Buffer *out, const char *text, size_t length, unsigned flags);
/* The same into an arena; never NULL unless the arena is exhausted. */
char *Text_cleaned(Arena *arena, const char *text, unsigned flags);

/* Folded form for search and comparison: NFKD, no marks, case folded, ß -> ss, ø -> o, ł -> l and
 * the like, white space runs to one space, trimmed.  Appends to out. */
void Text_fold(Buffer *out, const char *text, size_t length);
char *Text_folded(Arena *arena, const char *text);

/* Cells that (already clean) text takes on a terminal. */
int Text_width(const char *text, size_t length);
int Text_code_point_width(int32_t code_point); /* 0, 1 or 2; controls 0 */
/* Bytes of the longest prefix of whole graphemes that fits `cells`; *used (may be NULL) = its
 * cells. */
size_t Text_fit(const char *text, size_t length, int cells, int *used);
/* Bytes of the next grapheme cluster. */
size_t Text_grapheme(const char *text, size_t length);

/* Edit distance with transpositions (optimal string alignment); limit + 1 stands for anything over
 * limit.  Words count by their first 128 code points. */
int Text_distance(const char *a, const char *b, int limit);
/* The nearest of `count` names, folded, within distance 1 + length/4; NULL if none. */
const char *Text_nearest(const char *word, const char *const *names, size_t count);
bool Text_equal_folded(const char *a, const char *b);
/* Compares ignoring case, space, hyphen, underscore (enumeration keys and headers). */
bool Text_equal_loose(const char *a, const char *b);
/* Removes NUL and control characters except newline and tab; sets *removed (may be NULL) if it did.
 * A CR before LF goes without being told. */
char *Text_without_controls(Arena *arena, const char *text, size_t length, bool *removed);

#endif
