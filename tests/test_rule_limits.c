/*
 * Each default rule at its limits: just short of one nothing is said, on it it is. First by figures alone, then by
 * events through a store, for what must hold for minutes and for how many rows there must be.
 *
 * The shares in here are quotients of whole numbers, so that a limit can be met exactly.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/baseline.h"
#include "core/figures.h"
#include "core/metric.h"
#include "core/rule.h"
#include "tests/lib_maker.h"

#define DAY_MS	  INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)
#define START	  (T0 - T0 % DAY_MS) /* midnight */

/* ---- by figures ------------------------------------------------------------------------------ */

/* What the rule says at once, without its durations. */
static enum severity
says(const struct rules *rules, const char *name, const struct metric_subject *subject)
{
	const struct rule *rule = rules_parent(rules, slice_of(name));
	struct expr_subject es = {subject, metric_look_up, NULL, NULL};

	assert_non_null(rule);
	if (rule->has_crit && expr_eval(&rule->crit, &es) == EXPR_TRUE)
		return SEVERITY_CRIT;
	return rule->has_warn && expr_eval(&rule->warn, &es) == EXPR_TRUE ? SEVERITY_WARN : SEVERITY_OK;
}

struct errors_case {
	unsigned failed, of;	       /* now */
	unsigned base_failed, base_of; /* of 0: no baseline */
	enum severity want;
};

static const struct errors_case errors_cases[] = {
    {19, 100, 0, 1000, SEVERITY_OK}, /* twenty failures at least */
    {20, 100, 0, 1000, SEVERITY_CRIT},
    {20, 2001, 0, 1000, SEVERITY_OK}, /* 1 % */
    {20, 2000, 0, 1000, SEVERITY_WARN},
    {20, 401, 0, 1000, SEVERITY_WARN}, /* 5 % */
    {20, 400, 0, 1000, SEVERITY_CRIT},
    {23, 1000, 12, 1000, SEVERITY_OK}, /* twice */
    {24, 1000, 12, 1000, SEVERITY_WARN},
    {13, 100, 7, 100, SEVERITY_OK},
    {299, 1000, 100, 1000, SEVERITY_WARN}, /* three times */
    {300, 1000, 100, 1000, SEVERITY_CRIT},
    {149, 1000, 50, 1000, SEVERITY_WARN},
    {150, 1000, 50, 1000, SEVERITY_CRIT},
    {2099, 10000, 700, 10000, SEVERITY_WARN},
    {2100, 10000, 700, 10000, SEVERITY_CRIT},
    {49, 1000, 16, 1000, SEVERITY_WARN}, /* three times, but not 5 % */
    {20, 400, 0, 0, SEVERITY_CRIT},	 /* held against none where there is no baseline */
    {20, 401, 0, 0, SEVERITY_WARN},
};

static void
errors_by_their_share_ratio_and_number(void **state)
{
	struct rules rules;
	size_t i;

	(void)state;
	assert_int_equal(rules_init(&rules, NULL), 0);
	for (i = 0; i < sizeof(errors_cases) / sizeof(errors_cases[0]); i++) {
		const struct errors_case *c = &errors_cases[i];
		struct model_figures f = {.window_errors = c->failed,
		    .window_events = c->of,
		    .window_error_rate_frac = (double)c->failed / c->of,
		    .baseline_error_rate_frac = c->base_of ? (double)c->base_failed / c->base_of : NAN};
		const struct metric_subject subject = {.model = &f};

		if (says(&rules, "error_rate", &subject) != c->want)
			fail_msg("%u of %u, was %u of %u: %s", c->failed, c->of, c->base_failed, c->base_of,
			    severity_names[says(&rules, "error_rate", &subject)]);
	}
	rules_release(&rules);
}

struct latency_case {
	double now_ms, was_ms;
	uint64_t was_of;
	enum severity want;
};

static const struct latency_case latency_cases[] = {
    {149.9, 100, 1000, SEVERITY_OK},
    {150, 100, 1000, SEVERITY_WARN},
    {150, 100, 999, SEVERITY_OK}, /* a p99 of fewer rows is no baseline */
    {249.9, 100, 1000, SEVERITY_WARN},
    {250, 100, 1000, SEVERITY_CRIT},
    {8.9, 4, 1000, SEVERITY_OK}, /* more than twice, but not 5 ms */
    {9, 4, 1000, SEVERITY_WARN},
    {6.9, 2, 1000, SEVERITY_OK},
    {7, 2, 1000, SEVERITY_CRIT},
    {0.9, 0.3, 1000, SEVERITY_OK},
    {0.3 * 2.5 + 5, 0.3, 1000, SEVERITY_CRIT},
};

static void
latency_by_its_ratio_and_its_rise(void **state)
{
	struct rules rules;
	size_t i;

	(void)state;
	assert_int_equal(rules_init(&rules, NULL), 0);
	for (i = 0; i < sizeof(latency_cases) / sizeof(latency_cases[0]); i++) {
		const struct latency_case *c = &latency_cases[i];
		struct model_figures f = {.window_latency = {.count = 1000,
						.p99 = c->now_ms,
						.baseline_p99 = c->was_ms,
						.baseline_count = c->was_of}};
		const struct metric_subject subject = {.model = &f};

		if (says(&rules, "latency", &subject) != c->want)
			fail_msg("%g ms, was %g in %llu: %s", c->now_ms, c->was_ms, (unsigned long long)c->was_of,
			    severity_names[says(&rules, "latency", &subject)]);
	}
	rules_release(&rules);
}

static void
traffic_by_its_share_of_what_is_usual(void **state)
{
	static const struct {
		double events, usual; /* in ten minutes */
		enum severity want;
	} cases[] = {{50, 100, SEVERITY_OK}, {49, 100, SEVERITY_WARN}, {20, 100, SEVERITY_WARN},
	    {19, 100, SEVERITY_CRIT}, {0, 100, SEVERITY_CRIT}, {0, 20, SEVERITY_CRIT}, {0, 19, SEVERITY_OK},
	    {7, 14, SEVERITY_OK}, {35, 70, SEVERITY_OK}, {34, 70, SEVERITY_WARN}, {14, 70, SEVERITY_WARN},
	    {13, 70, SEVERITY_CRIT}};
	struct rules rules;
	size_t i;

	(void)state;
	assert_int_equal(rules_init(&rules, NULL), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct model_figures f = {
		    .rate_per_s = cases[i].events / 600, .expected_rate_per_s = cases[i].usual / 600};
		const struct metric_subject subject = {.model = &f};

		if (says(&rules, "traffic", &subject) != cases[i].want)
			fail_msg("%g of %g: %s", cases[i].events, cases[i].usual,
			    severity_names[says(&rules, "traffic", &subject)]);
	}
	rules_release(&rules);
}

static void
silence_by_its_length_and_the_longest_gap(void **state)
{
	static const struct {
		int64_t silent_ms, gap_ms;
		enum severity want;
	} cases[] = {{59999, 1000, SEVERITY_OK}, {60000, 1000, SEVERITY_CRIT}, {60000, 20000, SEVERITY_WARN},
	    {60000, 20001, SEVERITY_OK}, {60000, 10000, SEVERITY_CRIT}, {60000, 10001, SEVERITY_WARN},
	    {3 * 3600000 - 1, 3600000, SEVERITY_OK}, {3 * 3600000, 3600000, SEVERITY_WARN},
	    {6 * 3600000 - 1, 3600000, SEVERITY_WARN}, {6 * 3600000, 3600000, SEVERITY_CRIT}};
	struct rules rules;
	size_t i;

	(void)state;
	assert_int_equal(rules_init(&rules, NULL), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct model_figures f = {.stale_ms = cases[i].silent_ms, .longest_gap_ms = cases[i].gap_ms};
		const struct metric_subject subject = {.model = &f};

		if (says(&rules, "silence", &subject) != cases[i].want)
			fail_msg("%lld ms, the longest gap was %lld: %s", (long long)cases[i].silent_ms,
			    (long long)cases[i].gap_ms, severity_names[says(&rules, "silence", &subject)]);
	}
	rules_release(&rules);
}

static void
drift_by_size_and_by_evidence(void **state)
{
	static const struct {
		double evidence, limit;
		bool alarm;
		enum severity want;
	} cases[] = {{8.49, 17, false, SEVERITY_OK}, {8.5, 17, false, SEVERITY_WARN},
	    {16.99, 17, false, SEVERITY_WARN}, {17, 17, true, SEVERITY_CRIT},
	    {17, 17, false, SEVERITY_WARN},	      /* no effect that matters */
	    {9, 17, true, SEVERITY_CRIT},	      /* it keeps until it clears */
	    {NAN, NAN, false, SEVERITY_OK}};
	struct feature_figures f = {.drift = {.state = DRIFT_OK, .psi = 0.1}};
	const struct metric_subject subject = {.feature = &f};
	struct rules rules;
	size_t i;

	(void)state;
	assert_int_equal(rules_init(&rules, NULL), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f.drift.evidence = cases[i].evidence;
		f.drift.evidence_limit = cases[i].limit;
		f.drift.alarm = cases[i].alarm;
		if (says(&rules, "drift", &subject) != cases[i].want)
			fail_msg("evidence %g of %g: %s", cases[i].evidence, cases[i].limit,
			    severity_names[says(&rules, "drift", &subject)]);
	}
	f.drift.evidence = NAN;
	f.drift.state = DRIFT_WATCH;
	f.drift.causes = CAUSE_SIZE;
	assert_int_equal(says(&rules, "drift", &subject), SEVERITY_OK);
	f.drift.state = DRIFT_DRIFT;
	f.drift.drift_causes = CAUSE_SIZE;
	assert_int_equal(says(&rules, "drift", &subject), SEVERITY_WARN);
	f.drift.causes = f.drift.drift_causes = CAUSE_MISSING; /* has a rule of its own */
	assert_int_equal(says(&rules, "drift", &subject), SEVERITY_OK);
	rules_release(&rules);
}

/* ---- by events: one column ------------------------------------------------------------------- */

#define BASE 10000

/* What the column `x` is in row i of the baseline or of now, so many of which are different. */
typedef struct value row_fn(int i, int special);

static struct value
none(void)
{
	return (struct value){VALUE_MISSING, 0, {NULL, 0}};
}

static struct value
numbers_some_missing(int i, int special)
{
	return i < special ? none() : number(i % 101);
}

/* Ten common texts, and `special` that occur once each; texts of one time are none of the other. */
static struct value
texts_some_once(int i, int special)
{
	static char buf[16];

	snprintf(buf, sizeof(buf), i < special ? "once-%d" : "common-%d", i < special ? i : i % 10);
	return text(buf);
}

static struct value
texts_some_new(int i, int special)
{
	return i < special ? text("new") : texts_some_once(i, 0);
}

static struct value
numbers_some_beyond(int i, int special)
{
	return number(i < special ? 1000 : i % 101);
}

static struct value
so_many_numbers(int i, int special)
{
	return number(i % special);
}

static struct value
so_many_texts(int i, int special)
{
	static char buf[24];

	snprintf(buf, sizeof(buf), "common-%d", i % special);
	return text(buf);
}

static struct value
two_texts(int i, int special)
{
	return text(i < special ? "a" : "b");
}

static struct baseline *
baseline_of(row_fn *row, int special, int64_t span_ms)
{
	struct baseline *b = NULL;
	struct maker mk;
	struct rows rows;
	int i;

	rows_init(&rows);
	for (i = 0; i < BASE; i++) {
		/* Spread, since what a feature is is told by its first rows. */
		event_make(&mk, "m", START - DAY_MS - span_ms + i * span_ms / (BASE - 1));
		feature_add(&mk, "x", row((int)((int64_t)i * 7919 % BASE), special));
		assert_int_equal(rows_add(&rows, &mk.ev, 0, NULL), 0);
	}
	assert_int_equal(
	    baseline_from_rows(&b, slice_of("m"), &rows, 0, rows.count, BASELINE_FILE, "by hand", NULL), 0);
	rows_release(&rows);
	return b;
}

static struct store *
store_spanning(row_fn *row, int special, int64_t span_ms)
{
	struct store *s = store_make(false);
	struct fact source = {.kind = FACT_SOURCE}, base = {.kind = FACT_BASELINE};

	source.u.source.url = slice_of("redis://h");
	source.u.source.state = FEED_LIVE;
	base.u.baseline.baseline = baseline_of(row, special, span_ms);
	assert_int_equal(store_apply(s, &source, NULL), 0);
	assert_int_equal(store_apply(s, &base, NULL), 0);
	history_ends(s);
	return s;
}

static struct store *
store_with(row_fn *row, int special)
{
	return store_spanning(row, special, DAY_MS);
}

/* Rows of one pane, so that nothing is judged half-way. */
static void
rows_at_once(struct store *s, row_fn *row, int special, int n)
{
	struct maker mk;
	int i;

	for (i = 0; i < n; i++) {
		event_make(&mk, "m", START);
		feature_add(&mk, "x", row(i, special));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
}

static enum severity
severity_of(const struct store *s, const char *rule)
{
	const struct alerts *a = store_alerts(s);
	size_t i;

	for (i = a->n; i-- > 0;)
		if (slice_is(a->list[i]->key.rule, rule) && a->list[i]->state == ALERT_FIRING)
			return a->list[i]->severity;
	return SEVERITY_OK;
}

struct column_case {
	const char *rule;
	row_fn *was, *is;
	int was_special;    /* of 10,000 rows */
	int special, n;     /* now */
	enum severity want; /* in the end */
	int64_t after_ms;   /* it is told so long after it is first true, and not before */
};

#define TEN (10 * MINUTE_MS)

/* clang-format off */
static const struct column_case column_cases[] = {
    /* Missing, watch: from +1 point and 1.5 times, or +5 points; told after ten minutes. */
    {"missing", numbers_some_missing, numbers_some_missing, 100, 199, 10000, SEVERITY_OK, 0},
    {"missing", numbers_some_missing, numbers_some_missing, 100, 200, 10000, SEVERITY_WARN, TEN},
    {"missing", numbers_some_missing, numbers_some_missing, 400, 599, 10000, SEVERITY_OK, 0},
    {"missing", numbers_some_missing, numbers_some_missing, 400, 600, 10000, SEVERITY_WARN, TEN},
    {"missing", numbers_some_missing, numbers_some_missing, 2000, 2499, 10000, SEVERITY_OK, 0},
    {"missing", numbers_some_missing, numbers_some_missing, 2000, 2500, 10000, SEVERITY_WARN, TEN},
    /* Drift: from +5 points and twice, or where those present halve; told at once. */
    {"missing", numbers_some_missing, numbers_some_missing, 200, 699, 10000, SEVERITY_WARN, TEN},
    {"missing", numbers_some_missing, numbers_some_missing, 200, 700, 10000, SEVERITY_CRIT, 0},
    {"missing", numbers_some_missing, numbers_some_missing, 800, 1599, 10000, SEVERITY_WARN, TEN},
    {"missing", numbers_some_missing, numbers_some_missing, 800, 1600, 10000, SEVERITY_CRIT, 0},
    {"missing", numbers_some_missing, numbers_some_missing, 6000, 7999, 10000, SEVERITY_WARN, TEN},
    {"missing", numbers_some_missing, numbers_some_missing, 6000, 8000, 10000, SEVERITY_CRIT, 0},
    /* What falls is a warning at most; and of a handful nothing is said. */
    {"missing", numbers_some_missing, numbers_some_missing, 2000, 0, 10000, SEVERITY_WARN, TEN},
    {"missing", numbers_some_missing, numbers_some_missing, 0, 4, 60, SEVERITY_OK, 0},
    {"missing", numbers_some_missing, numbers_some_missing, 0, 5, 60, SEVERITY_CRIT, 0},
    /* Not beyond 3.9 standard errors: 1 % and 2 % of 1,000 are 3.0 of them apart, 1 % and 2.4 % are 4.1. */
    {"missing", numbers_some_missing, numbers_some_missing, 100, 20, 1000, SEVERITY_OK, 0},
    {"missing", numbers_some_missing, numbers_some_missing, 100, 24, 1000, SEVERITY_WARN, TEN},
    /* Unseen, against values that occur once there. */
    {"unseen", texts_some_once, texts_some_new, 100, 199, 10000, SEVERITY_OK, 0},
    {"unseen", texts_some_once, texts_some_new, 100, 200, 10000, SEVERITY_WARN, TEN},
    {"unseen", texts_some_once, texts_some_new, 200, 699, 10000, SEVERITY_WARN, TEN},
    {"unseen", texts_some_once, texts_some_new, 200, 700, 10000, SEVERITY_CRIT, 0},
    {"unseen", texts_some_once, texts_some_new, 0, 99, 10000, SEVERITY_OK, 0},
    {"unseen", texts_some_once, texts_some_new, 0, 100, 10000, SEVERITY_WARN, TEN},
    {"unseen", texts_some_once, texts_some_new, 0, 499, 10000, SEVERITY_WARN, TEN},
    {"unseen", texts_some_once, texts_some_new, 0, 500, 10000, SEVERITY_CRIT, 0},
    {"unseen", texts_some_once, texts_some_new, 0, 4, 60, SEVERITY_OK, 0},
    {"unseen", texts_some_once, texts_some_new, 0, 5, 60, SEVERITY_CRIT, 0},
    {"unseen", texts_some_once, texts_some_new, 1000, 0, 10000, SEVERITY_OK, 0},
    /* Of range, against 2 / 10,001, so that the limits are 1.02 % and 5.02 %. */
    {"range", numbers_some_beyond, numbers_some_beyond, 0, 101, 10000, SEVERITY_OK, 0},
    {"range", numbers_some_beyond, numbers_some_beyond, 0, 102, 10000, SEVERITY_WARN, TEN},
    {"range", numbers_some_beyond, numbers_some_beyond, 0, 501, 10000, SEVERITY_WARN, TEN},
    {"range", numbers_some_beyond, numbers_some_beyond, 0, 502, 10000, SEVERITY_CRIT, 0},
    {"range", numbers_some_beyond, numbers_some_beyond, 0, 4, 60, SEVERITY_OK, 0},
    {"range", numbers_some_beyond, numbers_some_beyond, 0, 5, 60, SEVERITY_CRIT, 0},
    /* One value alone in 500 rows, where there were ten. */
    {"constant", so_many_numbers, so_many_numbers, 10, 1, 499, SEVERITY_OK, 0},
    {"constant", so_many_numbers, so_many_numbers, 10, 1, 500, SEVERITY_CRIT, 0},
    {"constant", so_many_numbers, so_many_numbers, 9, 1, 500, SEVERITY_OK, 0},
    {"constant", so_many_numbers, so_many_numbers, 10, 2, 500, SEVERITY_OK, 0},
    {"constant", so_many_texts, so_many_texts, 10, 1, 499, SEVERITY_OK, 0},
    {"constant", so_many_texts, so_many_texts, 10, 1, 500, SEVERITY_CRIT, 0},
    {"constant", so_many_texts, so_many_texts, 9, 1, 500, SEVERITY_OK, 0},
    {"constant", so_many_texts, so_many_texts, 10, 2, 500, SEVERITY_OK, 0},
};
/* clang-format on */

static void
tick(struct store *s, int64_t at_ms)
{
	assert_int_equal(store_tick(s, at_ms, NULL), 0);
}

/* Ticks pane by pane until just before `after_ms`, and then at it. */
static void
told_after(struct store *s, const struct column_case *c, const char *what)
{
	int64_t at;

	for (at = 0; at < c->after_ms; at += 5000) {
		tick(s, START + at);
		if (severity_of(s, c->rule))
			fail_msg("%s: %s after %lld ms, and not after %lld", what,
			    severity_names[severity_of(s, c->rule)], (long long)at, (long long)c->after_ms);
	}
	tick(s, START + c->after_ms);
	if (severity_of(s, c->rule) != c->want)
		fail_msg("%s: %s", what, severity_names[severity_of(s, c->rule)]);
	tick(s, START + c->after_ms + 2 * TEN);
	if (severity_of(s, c->rule) != c->want)
		fail_msg("%s: %s later", what, severity_names[severity_of(s, c->rule)]);
}

static void
columns_by_their_rates(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(column_cases) / sizeof(column_cases[0]); i++) {
		const struct column_case *c = &column_cases[i];
		struct store *s = store_with(c->was, c->was_special);
		char what[100];

		snprintf(what, sizeof(what), "%s, row %zu of the table: %d of %d, was %d", c->rule, i, c->special, c->n,
		    c->was_special);
		rows_at_once(s, c->is, c->special, c->n);
		told_after(s, c, what);
		store_free(s);
	}
}

/* What a baseline of less than a day never had is a warning, at once; nine of ten rows are critical. What is missing
 * is as it was. */
static void
a_young_baseline_calls_nobody_for_new_values(void **state)
{
	static const struct column_case cases[] = {
	    {"unseen", texts_some_once, texts_some_new, 0, 500, 10000, SEVERITY_WARN, 0},
	    {"unseen", texts_some_once, texts_some_new, 0, 8999, 10000, SEVERITY_WARN, 0},
	    {"unseen", texts_some_once, texts_some_new, 0, 9000, 10000, SEVERITY_CRIT, 0},
	    {"range", numbers_some_beyond, numbers_some_beyond, 0, 502, 10000, SEVERITY_WARN, 0},
	    {"range", numbers_some_beyond, numbers_some_beyond, 0, 9000, 10000, SEVERITY_CRIT, 0},
	    {"missing", numbers_some_missing, numbers_some_missing, 200, 700, 10000, SEVERITY_CRIT, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct store *s = store_spanning(cases[i].was, cases[i].was_special, DAY_MS - 1);

		rows_at_once(s, cases[i].is, cases[i].special, cases[i].n);
		told_after(s, &cases[i], cases[i].rule);
		store_free(s);
	}
}

/* PSI of two values, with half a row added to each count. */
static double
psi_of_two(int was, int was_n, int is, int is_n)
{
	double p = (was + 0.5) / (was_n + 1), q = (is + 0.5) / (is_n + 1);

	return (q - p) * log(q / p) + (p - q) * log((1 - q) / (1 - p));
}

static void
drift_by_size_is_told_above_a_quarter(void **state)
{
	struct column_case c = {"drift", two_texts, two_texts, BASE / 2, BASE / 2, BASE, SEVERITY_OK, 0};
	int k;

	(void)state;
	while (psi_of_two(BASE / 2, BASE, c.special, BASE) <= 0.25)
		c.special++;
	for (k = -1; k <= 0; k++) {
		struct store *s = store_with(c.was, c.was_special);

		c.want = k ? SEVERITY_OK : SEVERITY_WARN; /* without evidence no more than that */
		rows_at_once(s, c.is, c.special + k, c.n);
		told_after(s, &c, "size");
		store_free(s);
	}
}

/* ---- by events: models ----------------------------------------------------------------------- */

/* Latency of rows of the baseline and of now, each all alike; the window holds n rows. */
static enum severity
latency_after(double was_ms, double is_ms, int n, int64_t after_ms)
{
	struct store *s = store_make(true);
	struct fact source = {.kind = FACT_SOURCE};
	enum severity severity;
	struct maker mk;
	int64_t at;
	int i;

	source.u.source.url = slice_of("redis://h");
	source.u.source.state = FEED_LIVE;
	assert_int_equal(store_apply(s, &source, NULL), 0);
	for (i = 0; i < 20000; i++) {
		event_make(&mk, "m", START - DAY_MS + i * 100);
		feature_add(&mk, "x", number(i % 101));
		mk.ev.latency_ms = was_ms;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	history_ends(s);
	for (i = 0; i < n; i++) {
		event_make(&mk, "m", START);
		feature_add(&mk, "x", number(i % 101));
		mk.ev.latency_ms = is_ms;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	for (at = 0; at <= after_ms; at += 5000)
		tick(s, START + at);
	severity = severity_of(s, "latency");
	store_free(s);
	return severity;
}

/* The p99 of the histogram is the middle of a bucket: 16 ms is in [16, 16.25), 24 in [24, 24.25). */
static void
latency_for_two_minutes_over_a_thousand_rows(void **state)
{
	const int64_t two = 2 * MINUTE_MS;

	(void)state;
	assert_int_equal(latency_after(16, 24.2, 1000, two), SEVERITY_OK);
	assert_int_equal(latency_after(16, 24.3, 1000, two), SEVERITY_WARN);
	assert_int_equal(latency_after(16, 24.3, 1000, two - 5000), SEVERITY_OK);
	assert_int_equal(latency_after(16, 24.3, 999, two), SEVERITY_OK);
	assert_int_equal(latency_after(16, 40.2, 1000, two), SEVERITY_WARN);
	assert_int_equal(latency_after(16, 40.6, 1000, two), SEVERITY_CRIT);
	assert_int_equal(latency_after(16, 40.6, 1000, two - 5000), SEVERITY_OK);
	assert_int_equal(latency_after(16, 40.6, 999, two), SEVERITY_OK);
	assert_int_equal(latency_after(4, 8.9, 1000, two), SEVERITY_OK); /* not 5 ms */
	assert_int_equal(latency_after(4, 9.3, 1000, two), SEVERITY_WARN);
}

/* One event each step_ms from *at on, and ticks of a second. */
static void
pass(struct store *s, int64_t *at, int64_t step_ms, int64_t until_ms, bool ticks)
{
	struct maker mk;
	int64_t second;

	for (; *at < until_ms; *at += step_ms) {
		event_make(&mk, "m", *at);
		feature_add(&mk, "x", number((double)(*at / 1000 % 101)));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		for (second = *at / 1000 * 1000; ticks && second < *at + step_ms; second += 1000)
			tick(s, second);
	}
}

/*
 * Sixty a minute are usual. The minute of the rate is up to a pane shorter, so that regular steps count one event more
 * or less: the limits are kept clear of by that.
 */
static void
traffic_for_ten_minutes(void **state)
{
	static const struct {
		int64_t step_ms;
		enum severity want;
	} cases[] = {{1850, SEVERITY_OK}, {2300, SEVERITY_WARN}, {4200, SEVERITY_WARN}, {6000, SEVERITY_CRIT}};
	const int64_t hours = 60 * MINUTE_MS, longest = MINUTE_MS + 2 * 5000 + 6000; /* the rate, panes, a step */
	struct fact source = {.kind = FACT_SOURCE};
	struct store *s = store_make(true);
	int64_t at = START, began;
	size_t i;

	(void)state;
	source.u.source.url = slice_of("redis://h");
	source.u.source.state = FEED_LIVE;
	assert_int_equal(store_apply(s, &source, NULL), 0);
	pass(s, &at, 1000, START + 2 * DAY_MS, false);
	history_ends(s);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* Each in an hour of its own, which has been quiet so far. */
		pass(s, &at, 1000, START + 2 * DAY_MS + (int64_t)(i + 1) * hours, true);
		assert_int_equal(severity_of(s, "traffic"), SEVERITY_OK);
		began = at;
		pass(s, &at, cases[i].step_ms, began + 10 * MINUTE_MS - cases[i].step_ms, true);
		assert_int_equal(severity_of(s, "traffic"), SEVERITY_OK);
		pass(s, &at, cases[i].step_ms, began + 10 * MINUTE_MS + longest, true);
		if (severity_of(s, "traffic") != cases[i].want)
			fail_msg("an event each %lld ms: %s", (long long)cases[i].step_ms,
			    severity_names[severity_of(s, "traffic")]);
	}
	store_free(s);
}

/* ---- by labels ------------------------------------------------------------------------------- */

/* Of each `of` predictions `wrong` are wrong; a regression is off by `off` each time. */
struct answers {
	int wrong, of;
	double off; /* not 0: a regression */
};

static void
labelled(struct store *s, int64_t at_ms, int64_t step_ms, int n, struct answers t)
{
	struct maker mk;
	int i;

	for (i = 0; i < n; i++) {
		bool wrong = i % t.of < t.wrong;

		event_make(&mk, "m", at_ms + i * step_ms);
		feature_add(&mk, "x", number(i % 101));
		mk.ev.prediction = t.off > 0 ? number(i % 101 + 0.5) : text(i % 3 ? "no" : "yes");
		mk.ev.label = t.off > 0 ? number(i % 101 + 0.5 + t.off) : text((i % 3 == 0) != wrong ? "yes" : "no");
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
}

static void
quality_by_points_and_by_parts(void **state)
{
	static const struct {
		struct answers was, is;
		enum severity want;
	} cases[] = {
	    {{10, 100, 0}, {149, 1000, 0}, SEVERITY_OK}, /* accuracy 90 %, 5 points */
	    {{10, 100, 0}, {150, 1000, 0}, SEVERITY_WARN},
	    {{5, 100, 0}, {100, 1000, 0}, SEVERITY_WARN},
	    {{20, 100, 0}, {250, 1000, 0}, SEVERITY_WARN},
	    {{10, 100, 0}, {199, 1000, 0}, SEVERITY_WARN}, /* 10 points */
	    {{10, 100, 0}, {200, 1000, 0}, SEVERITY_CRIT},
	    {{5, 100, 0}, {150, 1000, 0}, SEVERITY_CRIT},
	    {{20, 100, 0}, {300, 1000, 0}, SEVERITY_CRIT},
	    {{10, 100, 0}, {50, 1000, 0}, SEVERITY_OK}, /* better */
	    {{0, 1, 4}, {0, 1, 4.999}, SEVERITY_OK},    /* MAE, 25 % */
	    {{0, 1, 4}, {0, 1, 5}, SEVERITY_WARN},
	    {{0, 1, 4}, {0, 1, 5.999}, SEVERITY_WARN}, /* 50 % */
	    {{0, 1, 4}, {0, 1, 6}, SEVERITY_CRIT},
	    {{0, 1, 0.7}, {0, 1, 0.875}, SEVERITY_WARN},
	    {{0, 1, 0.7}, {0, 1, 1.05}, SEVERITY_CRIT},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct store *s = store_make(true);

		/* The baseline is the first quarter of an hour, 9,000 rows. */
		labelled(s, START - 2 * DAY_MS, 100, 18000, cases[i].was);
		history_ends(s);
		tick(s, START - 2 * DAY_MS + 18000 * 100);
		assert_int_equal(severity_of(s, "quality"), SEVERITY_OK);
		/* No day before holds any; at once, and looked at five minutes later. */
		labelled(s, START, 0, 10000, cases[i].is);
		tick(s, START);
		tick(s, START + 5 * MINUTE_MS);
		if (severity_of(s, "quality") != cases[i].want)
			fail_msg("row %zu of the table: %s", i, severity_names[severity_of(s, "quality")]);
		store_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(errors_by_their_share_ratio_and_number),
	    cmocka_unit_test(latency_by_its_ratio_and_its_rise),
	    cmocka_unit_test(traffic_by_its_share_of_what_is_usual),
	    cmocka_unit_test(silence_by_its_length_and_the_longest_gap),
	    cmocka_unit_test(drift_by_size_and_by_evidence),
	    cmocka_unit_test(columns_by_their_rates),
	    cmocka_unit_test(a_young_baseline_calls_nobody_for_new_values),
	    cmocka_unit_test(drift_by_size_is_told_above_a_quarter),
	    cmocka_unit_test(latency_for_two_minutes_over_a_thousand_rows),
	    cmocka_unit_test(traffic_for_ten_minutes),
	    cmocka_unit_test(quality_by_points_and_by_parts),
	};

	return cmocka_run_group_tests_name("rule_limits", tests, NULL, NULL);
}
