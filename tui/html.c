#include "tui/html.h"

#include <limits.h>
#include <stdint.h>

#include "widgets/charset.h"

/*
 * More than a terminal may show: letters of every direction, and what combines with them; a page has no columns to be
 * broken. Not what is seen only by what it does to others: controls, marks and overrides of direction, separators of
 * lines, what has no width, private and unassigned planes.
 */
static uint32_t
filter(uint32_t ch)
{
	static const struct {
		uint32_t from, to;
	} hidden[] = {{0x0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c}, {0x180e, 0x180e}, {0x200b, 0x200f},
	    {0x2028, 0x202e}, {0x2060, 0x206f}, {0xd800, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
	    {0xfff0, 0xffff}, {0xe0000, UINT32_MAX}};
	size_t i;

	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (ch >= hidden[i].from && ch <= hidden[i].to)
			return CHARSET_REPLACEMENT;
	return (ch & 0xfffe) == 0xfffe ? CHARSET_REPLACEMENT : ch;
}

/* What a terminal cannot show takes about as much room as what it can. */
static int
width_of(uint32_t ch)
{
	int width = charset_width(ch);

	return width > 0 ? width : 1;
}

static void
put_char(FILE *to, uint32_t ch)
{
	char bytes[CHARSET_UTF8_MAX];

	switch (ch) {
	case '&':
		fputs("&amp;", to);
		break;
	case '<':
		fputs("&lt;", to);
		break;
	case '>':
		fputs("&gt;", to);
		break;
	case '"':
		fputs("&quot;", to);
		break;
	case '\'':
		fputs("&#39;", to);
		break;
	default:
		fwrite(bytes, 1, charset_encode(ch, bytes), to);
	}
}

static int
columns_of(struct slice text)
{
	int total = 0;

	while (text.n && total < INT_MAX / 2)
		total += width_of(filter(charset_decode(&text)));
	return total;
}

void
html_put(FILE *to, struct slice text)
{
	while (text.n)
		put_char(to, filter(charset_decode(&text)));
}

void
html_puts(FILE *to, const char *text)
{
	html_put(to, slice_of(text));
}

void
html_put_cut(FILE *to, struct slice text, int columns)
{
	bool cut = columns_of(text) > columns;
	int room = cut ? columns - 1 : columns, used = 0;

	while (text.n) {
		uint32_t ch = filter(charset_decode(&text));

		used += width_of(ch);
		if (used > room)
			break;
		put_char(to, ch);
	}
	if (cut)
		fputs("\xe2\x80\xa6", to);
}

void
html_put_name(FILE *to, struct slice text)
{
	fputs("<bdi>", to);
	html_put(to, text);
	fputs("</bdi>", to);
}
