/* base64.h - bytes as text, as files travel over the wire. */
#ifndef CLIENT_BASE64_H
#define CLIENT_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"

void Base64_encode(Buffer *out, const unsigned char *bytes, size_t length);
bool Base64_decode(Buffer *out, const char *text, size_t length); /* false: not base64 */

#endif
