/*
 * The characters that may reach a terminal, and their widths.
 *
 * Names, values and messages come from strangers: a stream's key, an error text, a recorded file. What is
 * allowed here is a list of code points on whose width (1 or 2 columns) the C library and the common terminals
 * agree; no control, no bidirectional override, no combining or zero-width character, no emoji, no private use
 * is in it. A list of what is forbidden would have to know every future Unicode; this one need not.
 */
#ifndef WIDGETS_CHARSET_H
#define WIDGETS_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/slice.h"

#define CHARSET_REPLACEMENT 0xb7 /* the middle dot, for everything that is not on the list */
#define CHARSET_UTF8_MAX 4       /* bytes that charset_encode writes at most */

/* Columns of a code point on the list, 1 or 2; 0 if it is not on the list. O(log n). */
int charset_width(uint32_t ch);

/* ch itself if it is on the list, else CHARSET_REPLACEMENT. */
uint32_t charset_filter(uint32_t ch);

/* What stands for ch where only ASCII can be shown: a look-alike or `?`. ch is on the list. */
uint32_t charset_ascii(uint32_t ch);

/*
 * Takes the next code point off *text, strictly (overlong forms, surrogates and anything above U+10FFFF are
 * invalid): an invalid byte is taken alone and gives UINT32_MAX. text->n must not be 0.
 */
uint32_t charset_decode(struct slice *text);

/* UTF-8 of any code point below U+110000; returns the bytes written, no NUL. */
size_t charset_encode(uint32_t ch, char out[CHARSET_UTF8_MAX]);

#endif
