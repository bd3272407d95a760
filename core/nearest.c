#include "core/nearest.h"

#include <stdint.h>
#include <string.h>

#define WORD_MAX 32

/* Edits (insert, delete, replace, swap of neighbours) between two words; words longer than WORD_MAX are far away. */
static size_t
distance(struct slice a, struct slice b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];
	size_t i, j;

	if (a.n > WORD_MAX || b.n > WORD_MAX)
		return WORD_MAX;
	for (i = 0; i <= a.n; i++)
		d[i][0] = i;
	for (j = 0; j <= b.n; j++)
		d[0][j] = j;
	for (i = 1; i <= a.n; i++) {
		for (j = 1; j <= b.n; j++) {
			size_t best = d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]);

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[a.n][b.n];
}

void
nearest_init(struct nearest *n, struct slice word)
{
	*n = (struct nearest){word, NULL, WORD_MAX};
}

void
nearest_offer(struct nearest *n, const char *name)
{
	struct slice s = slice_of(name);
	size_t d = distance(n->word, s);

	/* A word cut short ("stre") is meant as much as one mistyped. */
	if (n->word.n >= 3 && n->word.n < s.n && memcmp(n->word.p, name, n->word.n) == 0)
		d = 1;
	if (d < n->least) {
		n->least = d;
		n->best = name;
	}
}

const char *
nearest_name(const struct nearest *n)
{
	return n->least <= (n->word.n < 4 ? 1 : 1 + n->word.n / 3) ? n->best : NULL;
}
