/* Text that grows in memory; running out of memory sticks and is asked for once, at the end. */
#ifndef TUI_TEXTBUF_H
#define TUI_TEXTBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct textbuf {
	char *p; /* from core/mem.h; not NUL-terminated */
	size_t n, cap;
	bool failed;
};

void textbuf_add(struct textbuf *b, const char *bytes, size_t n);
void textbuf_str(struct textbuf *b, const char *text);
void textbuf_char(struct textbuf *b, uint32_t ch);				 /* as UTF-8 */
void textbuf_printf(struct textbuf *b, const char *fmt, ...) ERR_PRINTF(2, 3); /* at most 255 bytes a call */
void textbuf_release(struct textbuf *b);

#endif
