/*
 * What a canary's difference is called: the words say no less than the figures beside them. A difference beyond noise
 * that has too little evidence for a verdict is neither "none" nor an alarm.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/versions_part.h"

#define COLUMNS 5

static const struct compare_pair none = {.diff = NAN, .se = NAN, .stable = NAN, .canary = NAN};

struct made {
	struct versions_held v;
	struct compare_feature f[COLUMNS];
	size_t order[COLUMNS];
};

/* Columns whose means are as far apart as noise goes, and no further: 3.8 standard errors. */
static void
pair_make(struct made *p)
{
	static const char *const names[COLUMNS] = {"score", "amount", "age", "country", "channel"};

	memset(p, 0, sizeof(*p));
	p->v.pair = (struct compare_figures){
	    .active = true, .events = {900, 100}, .errors = none, .p50 = none, .p99 = none};
	p->v.features = p->f;
	p->v.order = p->order;
	p->v.nfeatures = COLUMNS;
	p->v.nversions = 2;
	for (size_t i = 0; i < COLUMNS; i++) {
		p->f[i] = (struct compare_feature){.name = slice_of(names[i]),
		    .type = i > 2 ? FEATURE_CATEGORICAL : FEATURE_NUMERIC,
		    .role = FROLE_VALUE,
		    .state = COMPARE_SAME,
		    .missing = none,
		    .mean = none,
		    .share = i > 2 ? (struct compare_pair){.diff = 0.038, .se = 0.01} : none,
		    .shift_sd = i > 2 ? NAN : -0.38,
		    .shift_se = i > 2 ? NAN : 0.1,
		    .psi = 0.01,
		    .psi_floor = 0.02,
		    .evidence = 1.25,
		    .evidence_limit = 10.5};
		p->order[i] = i;
	}
}

static void
where_all_is_within_noise_it_is_said(void **state)
{
	struct made p;
	char buf[240];

	(void)state;
	pair_make(&p);
	assert_string_equal(versions_headline(&p.v, buf, sizeof(buf)), "no difference beyond noise");
	for (size_t i = 0; i < COLUMNS; i++)
		assert_string_equal(versions_sentence(&p.f[i], buf, sizeof(buf)),
		    "no difference beyond noise, PSI 0.01 (floor 0.02)");
}

/* A mean, a share, missing values, a distribution: whichever is beyond its noise. */
static void
what_is_beyond_noise_and_not_beyond_doubt_is_named(void **state)
{
	static const char words[] = "beyond noise, not yet beyond doubt: evidence 1.2 of 10.5, judged each 5 minutes";
	struct made p;
	char buf[240];

	(void)state;
	pair_make(&p);
	p.f[0].shift_sd = -0.4;
	assert_string_equal(versions_headline(&p.v, buf, sizeof(buf)), "beyond noise, not yet beyond doubt: score");
	assert_string_equal(versions_sentence(&p.f[0], buf, sizeof(buf)), words);
	p.f[1].psi = 0.021;
	p.f[2].missing = (struct compare_pair){.diff = 0.05, .se = 0.01};
	p.f[3].share.diff = -0.04;
	p.v.pair.p99 = (struct compare_pair){.diff = 40, .se = 10};
	assert_string_equal(versions_headline(&p.v, buf, sizeof(buf)),
	    "beyond noise, not yet beyond doubt: p99, score, amount and 2 more");
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(versions_sentence(&p.f[i], buf, sizeof(buf)), words);
	/* A verdict of one column is all that is said. */
	p.f[0].state = COMPARE_DIFFERS;
	p.v.pair.differs = 1;
	assert_string_equal(versions_headline(&p.v, buf, sizeof(buf)), "the canary differs from the stable version");
}

static void
of_few_rows_and_of_a_split_that_is_not_random_it_is_not_said(void **state)
{
	struct made p;
	char buf[240];

	(void)state;
	pair_make(&p);
	p.f[0].shift_sd = p.f[1].shift_sd = 9;
	p.f[0].state = COMPARE_THIN;
	p.f[1].state = COMPARE_UNSPLIT;
	assert_string_equal(versions_headline(&p.v, buf, sizeof(buf)), "no difference beyond noise");
	assert_string_equal(versions_sentence(&p.f[0], buf, sizeof(buf)), "fewer than 50 rows on a side");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_all_is_within_noise_it_is_said),
		cmocka_unit_test(what_is_beyond_noise_and_not_beyond_doubt_is_named),
		cmocka_unit_test(of_few_rows_and_of_a_split_that_is_not_random_it_is_not_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
