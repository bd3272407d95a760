#include "tui/textbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "widgets/charset.h"

void
textbuf_add(struct textbuf *b, const char *bytes, size_t n)
{
	char *p;

	if (b->failed || n == 0)
		return;
	p = mem_grow(b->p, &b->cap, b->n + n, 1);
	if (!p) {
		b->failed = true;
		return;
	}
	b->p = p;
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
}

void
textbuf_str(struct textbuf *b, const char *text)
{
	textbuf_add(b, text, strlen(text));
}

void
textbuf_char(struct textbuf *b, uint32_t ch)
{
	char bytes[CHARSET_UTF8_MAX];

	textbuf_add(b, bytes, charset_encode(ch, bytes));
}

void
textbuf_printf(struct textbuf *b, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	textbuf_str(b, text);
}

void
textbuf_release(struct textbuf *b)
{
	mem_free(b->p);
	*b = (struct textbuf){0};
}
