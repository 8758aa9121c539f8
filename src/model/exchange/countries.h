/* countries.h - a country by code (two or three letters), by its name in English, German, French,
 * Spanish or Portuguese, or by a common variant; case and accents do not matter. */
#ifndef MODEL_EXCHANGE_COUNTRIES_H
#define MODEL_EXCHANGE_COUNTRIES_H

/* Two letters, or NULL.  Thread-safe. */
const char *Country_find(const char *text);

#endif
