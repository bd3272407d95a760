/*
 * What `/` takes: words that must all occur, `!word` that must not. ASCII letters match in any case, everything else
 * byte for byte. A filter is a list of terms, each with a kind, so that comparisons of figures can be further kinds.
 */
#ifndef TUI_FILTER_H
#define TUI_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/slice.h"

#define FILTER_BYTES 120
#define FILTER_TERMS 16

enum filter_kind { FILTER_WORD, FILTER_NOT_WORD };

struct filter_term {
	enum filter_kind kind;
	size_t at, n; /* bytes of filter.text */
};

struct filter {
	char text[FILTER_BYTES + 1]; /* as typed; empty: no filter */
	size_t n;
	struct filter_term terms[FILTER_TERMS];
	size_t nterms;
};

/* Takes the text (cut at FILTER_BYTES) apart. An all-zero struct lets everything through. */
void filter_set(struct filter *f, struct slice text);
static inline bool
filter_active(const struct filter *f)
{
	return f->nterms > 0;
}

/* Whether a row described by these texts passes: a word may occur in any of them. */
bool filter_match(const struct filter *f, const struct slice *texts, size_t n);

/* The first word that must occur, to pick out in texts; empty if there is none. */
struct slice filter_needle(const struct filter *f);

#endif
