#include "core/slice.h"

int
slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

/* Matches one set at p (just behind the bracket); *end is set behind its closing bracket. */
static bool
glob_set(const char *p, const char *stop, unsigned char c, const char **end)
{
	bool negate = p < stop && *p == '^';
	bool hit = false;

	if (negate)
		p++;
	for (; p < stop && *p != ']'; p++) {
		unsigned char lo, hi;

		if (*p == '\\' && p + 1 < stop)
			p++;
		lo = hi = (unsigned char)*p;
		if (p + 2 < stop && p[1] == '-' && p[2] != ']') {
			hi = (unsigned char)p[2];
			p += 2;
		}
		if (lo > hi) {
			unsigned char swap = lo;

			lo = hi;
			hi = swap;
		}
		hit |= c >= lo && c <= hi;
	}
	*end = p < stop ? p + 1 : p;
	return hit != negate;
}

/* Greedy with one remembered star: on a mismatch the latest star swallows one byte more. */
bool
slice_glob(struct slice pattern, struct slice text)
{
	const char *p = pattern.p, *pend = pattern.p + pattern.n;
	const char *t = text.p, *tend = text.p + text.n;
	const char *star = NULL, *mark = NULL;

	while (t < tend) {
		const char *next = p + 1;
		bool hit = false;

		if (p < pend && *p == '*') {
			star = ++p;
			mark = t;
			continue;
		}
		if (p < pend && *p == '[') {
			hit = glob_set(p + 1, pend, (unsigned char)*t, &next);
		} else if (p < pend && *p == '?') {
			hit = true;
		} else if (p < pend) {
			const char *lit = *p == '\\' && p + 1 < pend ? p + 1 : p;

			hit = *lit == *t;
			next = lit + 1;
		}
		if (hit) {
			p = next;
			t++;
		} else if (star) {
			p = star;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (p < pend && *p == '*')
		p++;
	return p == pend;
}

/* Little-endian by construction; written so that compilers turn it into one load. */
static uint64_t
load32(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24;
}

static uint64_t
load64(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
	    (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

/* The last left < 8 bytes of a text of n, as load64 would have them; they are read together with what lies before. */
static uint64_t
load_tail(const char *p, size_t left, size_t n)
{
	const unsigned char *b = (const unsigned char *)p;

	if (left == 0)
		return 0;
	if (n >= 8)
		return load64(p + left - 8) >> (64 - 8 * left);
	if (left >= 4)
		return load32(p) | load32(p + left - 4) << (8 * (left - 4));
	return (uint64_t)b[0] | (uint64_t)b[left / 2] << (8 * (left / 2)) | (uint64_t)b[left - 1] << (8 * (left - 1));
}

__extension__ typedef unsigned __int128 u128;

static uint64_t
fold(uint64_t a, uint64_t b)
{
	u128 wide = (u128)a * b;

	return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

/* Multiply and fold, eight bytes a step; the constants are the fractional bits of the square roots of 2, 3 and 5. */
uint64_t
slice_hash(struct slice s)
{
	uint64_t h = UINT64_C(0x6a09e667f3bcc908) ^ s.n;
	const char *p = s.p;
	size_t left = s.n;

	for (; left >= 8; p += 8, left -= 8)
		h = fold(h ^ load64(p), UINT64_C(0xbb67ae8584caa73b));
	h = fold(h ^ load_tail(p, left, s.n), UINT64_C(0x3c6ef372fe94f82b));
	return h ^ h >> 32;
}
