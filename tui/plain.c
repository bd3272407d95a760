#include "tui/plain.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "widgets/charset.h"

/* The next character as it may be shown. Takes it off *text; *width gets its columns. */
static uint32_t
next_char(struct slice *text, bool utf8, int *width)
{
	uint32_t ch = charset_filter(charset_decode(text));

	if (!utf8 && ch >= 0x80)
		ch = charset_ascii(ch);
	*width = ch < 0x80 ? 1 : charset_width(ch);
	return ch;
}

static int
width_of(struct slice text, bool utf8)
{
	int total = 0, w;

	while (text.n && total < INT_MAX / 2) {
		next_char(&text, utf8, &w);
		total += w;
	}
	return total;
}

static void
put_char(FILE *to, uint32_t ch)
{
	char bytes[CHARSET_UTF8_MAX];

	fwrite(bytes, 1, charset_encode(ch, bytes), to);
}

int
plain_put(FILE *to, struct slice text, int width, bool utf8)
{
	bool cut = width_of(text, utf8) > width;
	int room = cut ? width - 1 : width, used = 0, w;

	while (text.n) {
		uint32_t ch = next_char(&text, utf8, &w);

		if (used + w > room)
			break;
		put_char(to, ch);
		used += w;
	}
	if (cut && width > 0) {
		fputs(utf8 ? "\xe2\x80\xa6" : "~", to);
		used++;
	}
	return used;
}

void
plain_pad(FILE *to, struct slice text, int width, bool utf8)
{
	int want = width < 0 ? -width : width, w;

	if (width < 0) {
		w = width_of(text, utf8);
		fprintf(to, "%*s", w < want ? want - w : 0, "");
		plain_put(to, text, want, utf8);
		return;
	}
	w = plain_put(to, text, want, utf8);
	fprintf(to, "%*s", want - w, "");
}

size_t
plain_copy(char *out, size_t cap, struct slice text, bool utf8)
{
	size_t used = 0;
	int w;

	while (text.n) {
		char bytes[CHARSET_UTF8_MAX];
		size_t n = charset_encode(next_char(&text, utf8, &w), bytes);

		if (n > cap - used)
			break;
		memcpy(out + used, bytes, n);
		used += n;
	}
	return used;
}

void
plain_complain(const char *sentence, bool utf8)
{
	fputs("drifttop: ", stderr);
	plain_put(stderr, slice_of(sentence), INT_MAX / 2, utf8);
	fputc('\n', stderr);
}
