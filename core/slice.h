/* Borrowed bytes, and the hash that every table of the program uses. */
#ifndef CORE_SLICE_H
#define CORE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes owned by somebody else; not NUL-terminated. p may be NULL where n is 0. */
struct slice {
	const char *p;
	size_t n;
};

static inline struct slice
slice_of(const char *cstr)
{
	return (struct slice){cstr, cstr ? strlen(cstr) : 0};
}

static inline struct slice
slice_make(const char *p, size_t n)
{
	return (struct slice){p, n};
}

static inline bool
slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The same without a call: for names, which are short. Overlapping words cover what is not a whole number of them. */
static inline bool
slice_eq_short(struct slice a, struct slice b)
{
	uint64_t x, y;
	uint32_t u, v, w, z;
	size_t i;

	if (a.n != b.n)
		return false;
	if (a.n < 4)
		return a.n == 0 || (a.p[0] == b.p[0] && a.p[a.n / 2] == b.p[a.n / 2] && a.p[a.n - 1] == b.p[a.n - 1]);
	if (a.n < 8) {
		memcpy(&u, a.p, 4);
		memcpy(&v, b.p, 4);
		memcpy(&w, a.p + a.n - 4, 4);
		memcpy(&z, b.p + b.n - 4, 4);
		return u == v && w == z;
	}
	for (i = 0; i + 8 < a.n; i += 8) {
		memcpy(&x, a.p + i, 8);
		memcpy(&y, b.p + i, 8);
		if (x != y)
			return false;
	}
	memcpy(&x, a.p + a.n - 8, 8);
	memcpy(&y, b.p + b.n - 8, 8);
	return x == y;
}

static inline bool
slice_is(struct slice a, const char *cstr)
{
	return slice_eq(a, slice_of(cstr));
}

/* Order by bytes, shorter first where one is the other's prefix: <0, 0, >0. */
int slice_cmp(struct slice a, struct slice b);

/*
 * Glob over whole text: `*` any run, `?` one byte, `[a-z]`, `[^a]` sets, `\` takes the next byte
 * literally (the rules of Redis patterns). Linear in time for patterns with few stars.
 */
bool slice_glob(struct slice pattern, struct slice text);

/* A number that often tells a few short texts apart: for guesses that are looked at. */
static inline unsigned
slice_mark(struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	return s.n ? p[0] + 3u * p[s.n / 2] + 7u * p[s.n - 1] : 0;
}

/* 64-bit hash, the same on every machine and in every run. */
uint64_t slice_hash(struct slice s);

#endif
