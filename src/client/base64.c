#include "client/base64.h"

#include <stdint.h>
#include <string.h>

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void Base64_encode(Buffer *out, const unsigned char *bytes, size_t length)
{
    Buffer_reserve(out, (length + 2) / 3 * 4);
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (left > 1)
            group |= (uint32_t)bytes[i + 1] << 8;
        if (left > 2)
            group |= bytes[i + 2];
        char digits[4] = {DIGITS[group >> 18], DIGITS[group >> 12 & 63],
                          left > 1 ? DIGITS[group >> 6 & 63] : '=',
                          left > 2 ? DIGITS[group & 63] : '='};
        Buffer_append(out, digits, sizeof digits);
    }
}

static int digit_of(char digit)
{
    const char *place = digit ? strchr(DIGITS, digit) : NULL;
    return place ? (int)(place - DIGITS) : -1;
}

bool Base64_decode(Buffer *out, const char *text, size_t length)
{
    if (length % 4 != 0)
        return false;
    Buffer_reserve(out, length / 4 * 3);
    for (size_t i = 0; i < length; i += 4) {
        bool last = i + 4 == length;
        int padding = last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
        uint32_t group = 0;
        for (int d = 0; d < 4; d++) {
            int digit = d >= 4 - padding ? 0 : digit_of(text[i + (size_t)d]);
            if (digit < 0)
                return false;
            group = group << 6 | (uint32_t)digit;
        }
        unsigned char bytes[3] = {(unsigned char)(group >> 16), (unsigned char)(group >> 8),
                                  (unsigned char)group};
        Buffer_append(out, bytes, (size_t)(3 - padding));
    }
    return true;
}
