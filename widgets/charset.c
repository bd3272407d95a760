#include "widgets/charset.h"

/*
 * Rising and disjoint. What is left out inside a block is unassigned, zero-width (soft hyphen, ZWSP, joiners),
 * a direction mark, or an emoji that some terminals draw two columns wide.
 */
static const struct range {
	uint32_t first, last;
	uint8_t columns;
} ranges[] = {
    {0x20, 0x7e, 1},   /* ASCII */
    {0xa1, 0xac, 1},   /* Latin-1, without NBSP and the soft hyphen */
    {0xae, 0x2ff, 1},  /* Latin Extended, IPA, modifier letters */
    {0x370, 0x377, 1}, /* Greek */
    {0x37a, 0x37f, 1}, {0x384, 0x38a, 1}, {0x38c, 0x38c, 1}, {0x38e, 0x3a1, 1},
    {0x3a3, 0x482, 1},   /* Greek, Coptic, Cyrillic */
    {0x48a, 0x52f, 1},   /* Cyrillic */
    {0x1e00, 0x1eff, 1}, /* Latin Extended Additional */
    {0x2010, 0x2027, 1}, /* dashes, quotes, bullet, ellipsis */
    {0x2030, 0x205e, 1}, /* per mille, primes */
    {0x20a0, 0x20bf, 1}, /* currency */
    {0x2190, 0x21ff, 1}, /* arrows */
    {0x2200, 0x22ff, 1}, /* mathematical operators */
    {0x2500, 0x259f, 1}, /* box drawing, blocks */
    {0x25a0, 0x25cf, 1}, /* squares, triangles, circles */
    {0x2800, 0x28ff, 1}, /* braille */
    {0x3041, 0x3096, 2}, /* Hiragana */
    {0x30a1, 0x30fa, 2}, /* Katakana */
    {0x4e00, 0x9fcc, 2}, /* CJK ideographs */
    {0xac00, 0xd7a3, 2}, /* Hangul syllables */
};

/* What our own screens and ordinary names use most; letters with accents fall through to `?`. */
static const struct alike {
	uint16_t ch;
	char ascii;
} alikes[] = {
    {0xb0, 'o'},
    {0xb1, '~'},
    {0xb2, '2'},
    {0xb3, '3'},
    {0xb5, 'u'},
    {0xb7, '.'},
    {0xd7, 'x'},
    {0x3bc, 'u'},
    {0x3c3, 's'},
    {0x2010, '-'},
    {0x2011, '-'},
    {0x2012, '-'},
    {0x2013, '-'},
    {0x2014, '-'},
    {0x2018, '\''},
    {0x2019, '\''},
    {0x201c, '"'},
    {0x201d, '"'},
    {0x2022, '*'},
    {0x2026, '~'},
    {0x2190, '<'},
    {0x2191, '^'},
    {0x2192, '>'},
    {0x2193, 'v'},
    {0x2206, 'd'},
    {0x2211, 'S'},
    {0x2212, '-'},
    {0x2248, '~'},
    {0x2260, '!'},
    {0x2264, '<'},
    {0x2265, '>'},
    {0x2500, '-'},
    {0x2502, '|'},
    {0x250c, '+'},
    {0x2510, '+'},
    {0x2514, '+'},
    {0x2518, '+'},
    {0x251c, '+'},
    {0x2524, '+'},
    {0x252c, '+'},
    {0x2534, '+'},
    {0x253c, '+'},
    {0x2588, '#'},
    {0x2591, '.'},
    {0x2592, ':'},
    {0x2593, '#'},
    {0x25a0, '#'},
    {0x25b2, '^'},
    {0x25b6, '>'},
    {0x25ba, '>'},
    {0x25bc, 'v'},
    {0x25c0, '<'},
    {0x25c4, '<'},
    {0x25cb, 'o'},
    {0x25cf, '*'},
};

int
charset_width(uint32_t ch)
{
	size_t lo = 0, hi = sizeof(ranges) / sizeof(ranges[0]);

	if (ch >= 0x20 && ch <= 0x7e)
		return 1;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ch < ranges[mid].first)
			hi = mid;
		else if (ch > ranges[mid].last)
			lo = mid + 1;
		else
			return ranges[mid].columns;
	}
	return 0;
}

uint32_t
charset_filter(uint32_t ch)
{
	return charset_width(ch) ? ch : CHARSET_REPLACEMENT;
}

uint32_t
charset_ascii(uint32_t ch)
{
	size_t i;

	if (ch < 0x7f)
		return ch;
	for (i = 0; i < sizeof(alikes) / sizeof(alikes[0]); i++) {
		if (alikes[i].ch == ch)
			return (unsigned char)alikes[i].ascii;
	}
	return '?';
}

uint32_t
charset_decode(struct slice *text)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)text->p;
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	uint32_t ch = n < 2 ? p[0] : p[0] & (0xffu >> (n + 1));
	size_t i;

	if (n == 0 || n > text->n)
		goto invalid;
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			goto invalid;
		ch = ch << 6 | (p[i] & 0x3f);
	}
	if (ch < least[n] || ch > 0x10ffff || (ch >= 0xd800 && ch <= 0xdfff))
		goto invalid;
	text->p += n;
	text->n -= n;
	return ch;
invalid:
	text->p++;
	text->n--;
	return UINT32_MAX;
}

size_t
charset_encode(uint32_t ch, char out[CHARSET_UTF8_MAX])
{
	if (ch < 0x80) {
		out[0] = (char)ch;
		return 1;
	}
	if (ch < 0x800) {
		out[0] = (char)(0xc0 | ch >> 6);
		out[1] = (char)(0x80 | (ch & 0x3f));
		return 2;
	}
	if (ch < 0x10000) {
		out[0] = (char)(0xe0 | ch >> 12);
		out[1] = (char)(0x80 | (ch >> 6 & 0x3f));
		out[2] = (char)(0x80 | (ch & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | ch >> 18);
	out[1] = (char)(0x80 | (ch >> 12 & 0x3f));
	out[2] = (char)(0x80 | (ch >> 6 & 0x3f));
	out[3] = (char)(0x80 | (ch & 0x3f));
	return 4;
}
