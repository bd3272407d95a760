/* A column under evidence with its reference, for tests. */
#ifndef TESTS_LIB_EVIDENCE_H
#define TESTS_LIB_EVIDENCE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "core/evidence.h"

#define BINS_MAX EVIDENCE_BINS_MAX

/* A column with its reference. */
struct column {
	struct evidence_ref ref;
	struct evidence ev;
	struct evidence_phi phi;
	double log_c;
	int64_t next;
};

static inline void
column_make(struct column *c, const struct evidence_spec *spec, double log_c)
{
	struct err err;

	assert_int_equal(evidence_ref_init(&c->ref, spec, &err), 0);
	assert_int_equal(evidence_init(&c->ev, spec->nbins, &err), 0);
	c->phi = evidence_phi_none;
	c->log_c = log_c;
	c->next = 0;
}

static inline void
column_release(struct column *c)
{
	evidence_ref_release(&c->ref);
	evidence_release(&c->ev);
}

static inline enum evidence_change
feed(struct column *c, const uint64_t *counts)
{
	struct evidence_sample s = {.counts = counts, .index = c->next++};

	return evidence_window(&c->ev, &c->ref, &c->phi, &s, c->log_c);
}

static inline enum evidence_change
feed_rate(struct column *c, enum evidence_rate which, uint64_t hits, uint64_t rows)
{
	uint64_t none[BINS_MAX] = {0};
	struct evidence_sample s = {.counts = none, .index = c->next++};

	s.rate[which] = (struct evidence_count){hits, rows};
	return evidence_window(&c->ev, &c->ref, &c->phi, &s, c->log_c);
}

static inline double
level(const struct column *c, unsigned k)
{
	return (double)c->ev.level[k].nats / EVIDENCE_UNIT;
}

static const double line[BINS_MAX] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
	23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39};

/* n bins of `each` rows on a line. */
static inline void
column_even(struct column *c, size_t n, uint64_t each, double log_c)
{
	uint64_t counts[BINS_MAX];
	size_t i;

	for (i = 0; i < n; i++)
		counts[i] = each;
	column_make(c, &(struct evidence_spec){.counts = counts, .positions = line, .nbins = n}, log_c);
}

#endif
