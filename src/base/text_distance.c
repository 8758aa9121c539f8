/* Edit distance, for "did you mean". */
#include <string.h>

#include "base/text.h"

#define WORD_MAX 128

/* Code points of a folded word; longer words are compared by their beginning. */
static int decode_word(const char *word, size_t length, int32_t out[WORD_MAX])
{
    int count = 0;
    for (size_t i = 0; i < length && count < WORD_MAX; count++)
        i += Text_decode(word + i, length - i, &out[count]);
    return count;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const int32_t *a, int length_a, const int32_t *b, int length_b, int limit)
{
    int rows[3][WORD_MAX + 1];
    int *two_back = rows[0], *previous = rows[1], *row = rows[2];
    if (length_a - length_b > limit || length_b - length_a > limit)
        return limit + 1;
    for (int j = 0; j <= length_b; j++)
        previous[j] = j;
    memset(two_back, 0, sizeof(rows[0]));
    for (int i = 1; i <= length_a; i++) {
        int best = row[0] = i;
        for (int j = 1; j <= length_b; j++) {
            int cost = a[i - 1] != b[j - 1];
            int value = smaller(smaller(previous[j], row[j - 1]) + 1, previous[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                value = smaller(value, two_back[j - 2] + 1);
            row[j] = value;
            best = smaller(best, value);
        }
        if (best > limit)
            return limit + 1;
        int *free_row = two_back;
        two_back = previous;
        previous = row;
        row = free_row;
    }
    return smaller(previous[length_b], limit + 1);
}

int Text_distance(const char *a, const char *b, int limit)
{
    int32_t left[WORD_MAX], right[WORD_MAX];
    int left_count = decode_word(a, strlen(a), left);
    int right_count = decode_word(b, strlen(b), right);
    return distance(left, left_count, right, right_count, limit);
}

const char *Text_nearest(const char *word, const char *const *names, size_t count)
{
    int32_t wanted[WORD_MAX], other[WORD_MAX];
    Buffer folded = BUFFER_EMPTY;
    Text_fold(&folded, word, strlen(word));
    int wanted_count = decode_word(Buffer_text(&folded), folded.length, wanted);
    int best = 1 + wanted_count / 4;
    const char *nearest = NULL;
    for (size_t i = 0; i < count && wanted_count > 0; i++) {
        Buffer_reset(&folded);
        Text_fold(&folded, names[i], strlen(names[i]));
        int other_count = decode_word(Buffer_text(&folded), folded.length, other);
        int found = distance(wanted, wanted_count, other, other_count, best);
        if (found <= best && other_count > found) {
            nearest = names[i];
            best = found - 1;
        }
        if (best < 0)
            break;
    }
    Buffer_free(&folded);
    return nearest;
}
