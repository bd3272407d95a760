/* Text as bytes: what is a character, and whole numbers as people read them. */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Length in bytes of the well-formed UTF-8 sequence at p, of which left > 0 bytes may be looked at; 0 if there is none:
 * no overlong forms, no surrogates, nothing above U+10FFFF. A NUL is a character like any other.
 * Source: The Unicode Standard, table 3-7.
 */
size_t text_utf8_length(const unsigned char *p, size_t left);

/* The same, 0 also for control characters: U+0000 to U+001F, U+007F to U+009F. */
size_t text_printable_length(const unsigned char *p, size_t left);

/* With separators, whatever the locale: "14,210". buf has TEXT_COUNT_BYTES. Returns buf. */
#define TEXT_COUNT_BYTES 27
char *text_count(char *buf, uint64_t n);

#endif
