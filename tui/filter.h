/*
 * What `/` takes: the language of core/expr.h with words allowed. Words must occur in a row's texts, ASCII letters in
 * any case, everything else byte for byte; comparisons are of the figures that the screen shows: metrics, or, where
 * rows are nothing that has any, names of the screen's own. docs/CONFIG.md, "Expressions" and "Filters",
 * says it to people.
 */
#ifndef TUI_FILTER_H
#define TUI_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/expr.h"
#include "core/metric.h"
#include "core/slice.h"

#define FILTER_BYTES 120

struct filter {
	char text[FILTER_BYTES + 1]; /* as typed; empty: no filter */
	size_t n;
	struct expr expr; /* what rows pass, without nodes all; while the text is wrong that of the text before */
	bool wrong;
	size_t at;     /* the byte of text where it is wrong */
	char why[320]; /* and why */
};

/* Names of a screen's own, and what a row has under each: unknown is what look_up leaves. */
struct filter_name {
	struct expr_name name;
	const char *about; /* one line */
};

struct filter_own {
	const struct filter_name *names;
	size_t n; /* 0: rows have words alone, in which < > = are bytes as others are */
	void (*look_up)(const void *row, size_t name, struct expr_value *out);
	const char *example; /* a comparison, for the prompt; empty: none */
};

/*
 * Takes the text; one longer than FILTER_BYTES is cut and wrong. scope: enum metric_scope, what a row is; a metric that
 * is never known of one is wrong; of events other names are their fields. An all-zero struct lets everything through.
 */
void filter_set(struct filter *f, struct slice text, unsigned scope);

/* The same, of rows with names of their own. */
void filter_set_own(struct filter *f, struct slice text, const struct filter_own *own);

/* A comparison such as rows of either kind are compared by. */
const char *filter_example(unsigned scope, const struct filter_own *own);

/* The name from *i on that rows of either kind can be compared by; *i is set behind it. NULL: no more. */
const struct expr_name *filter_next_name(unsigned scope, const struct filter_own *own, size_t *i, const char **about);

static inline bool
filter_active(const struct filter *f)
{
	return f->expr.nnodes > 0;
}

/*
 * Whether a row described by these texts passes: a word may occur in any of them. A row whose figure is not known does
 * not pass a comparison of it.
 */
bool filter_match(const struct filter *f, const struct slice *texts, size_t n, const struct metric_subject *subject);

/* As filter_match, of a row with names of its own, which look_up is given. */
bool filter_match_own(const struct filter *f, const struct slice *texts, size_t n, const struct filter_own *own,
    const void *row);

/* The words to pick out in rows, each of a|b, none that must not occur. They are the filter's. Returns how many. */
#define FILTER_WORDS 8
size_t filter_words(const struct filter *f, struct slice words[FILTER_WORDS]);

/* What an event has in a field that is no metric; an unknown value where it has none. */
struct filter_fields {
	const void *ctx;
	void (*look_up)(const void *ctx, struct slice name, struct expr_value *out);
};

/* As filter_match, of an event; fields may be NULL: nothing is known of them. */
bool filter_match_event(const struct filter *f, const struct slice *texts, size_t n,
    const struct metric_subject *subject, const struct filter_fields *fields);

/* Whether it asks for any field. */
bool filter_has_fields(const struct filter *f);

/*
 * A name, or a value as what it is to be equal to, as it stands in a filter: in quotes where it would be something
 * else. False where it cannot be written, or `cap` is too little.
 */
bool filter_quote_name(char *out, size_t cap, struct slice name);
bool filter_quote_value(char *out, size_t cap, struct slice value);

#endif
