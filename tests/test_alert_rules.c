/* The default rules at their exact limits, through a real store; and that nothing else fires. */
#include "core/store.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/alert_json.h"
#include "core/figures.h"
#include "core/mem.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define START (T0 - T0 % 86400000) /* midnight */
#define BASE_MS INT64_C(2000000)   /* of history before anything happens */

/* Fed by a live source, caught up from START on. */
static void
tell_source(struct store *s, enum feed_state state, bool from_file)
{
	struct fact f = {.kind = FACT_SOURCE};

	f.u.source.url = slice_of(from_file ? "events.ndjson" : "redis://h");
	f.u.source.state = state;
	f.u.source.from_file = from_file;
	assert_int_equal(store_apply(s, &f, NULL), 0);
}

static const struct alert *
find(const struct store *s, const char *rule)
{
	const struct alerts *a = store_alerts(s);
	size_t i;

	for (i = a->n; i-- > 0;)
		if (slice_is(a->list[i]->key.rule, rule) && a->list[i]->state == ALERT_FIRING)
			return a->list[i];
	return NULL;
}

static enum severity
severity_of(const struct store *s, const char *rule)
{
	const struct alert *al = find(s, rule);

	return al ? al->severity : SEVERITY_OK;
}

/* That fire or have fired; provisional ones wake nobody. */
static size_t
alarms(const struct store *s)
{
	const struct alerts *a = store_alerts(s);
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		n += !a->list[i]->provisional && a->list[i]->state != ALERT_PENDING;
	return n;
}

static void
print_alerts(const struct store *s)
{
	const struct alerts *a = store_alerts(s);
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct alert *al = a->list[i];

		print_error("%s%s %s %.*s %.*s: %s\n", al->provisional ? "provisional " : "",
		    alert_state_names[al->state], severity_names[al->severity], (int)al->key.rule.n, al->key.rule.p,
		    (int)al->key.feature.n, al->key.feature.p, al->sentence);
	}
}

struct shape {
	int failed_of_1000; /* the first so many of each thousand fail */
	double latency_ms, slow_ms;
	int slow_of_1000;
	int64_t step_ms;
	bool constant, absent;
	int outlier; /* the number of an event with a value that is no measurement; 0: none */
};

static const struct shape well = {0, 10, 20, 50, 100, false, false, 0};

/* Events from *at on; the number i goes on through calls. */
static void
run(struct store *s, const struct shape *sh, int64_t *at, int n, int *i, bool ticks)
{
	struct maker mk;
	int k;

	for (k = 0; k < n; k++, (*i)++) {
		event_make(&mk, "m", *at);
		mk.ev.has_features = true;
		if (!sh->absent)
			feature_add(&mk, "x",
			    number(sh->constant ? 7 : *i && *i == sh->outlier ? 1e308 : (*i * 37) % 101));
		mk.ev.failed = *i % 1000 < sh->failed_of_1000;
		mk.ev.latency_ms = (*i * 7) % 1000 < sh->slow_of_1000 ? sh->slow_ms : sh->latency_ms;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		*at += sh->step_ms;
		if (ticks && (*at - START) / 1000 != (*at - sh->step_ms - START) / 1000)
			assert_int_equal(store_tick(s, *at, NULL), 0);
	}
}

/* A model that is known and well: 20,000 events of 100 ms, half an hour, a quarter of it its baseline. */
static struct store *
known(int64_t *at, int *i)
{
	struct store *s = store_make(true);

	*at = START;
	*i = 0;
	tell_source(s, FEED_LIVE, false);
	run(s, &well, at, 10000, i, false);
	history_ends(s);
	run(s, &well, at, 10000, i, true);
	if (alarms(s)) {
		print_alerts(s);
		fail();
	}
	return s;
}

static const char *
sentence_of(const struct store *s, enum window w)
{
	static char text[200];
	struct feature_figures f;

	figures_feature(s, 0, figures_feature_find(s, 0, slice_of("x")), w, &f);
	snprintf(text, sizeof(text), "%s", f.drift.sentence);
	return text;
}

static void
a_sentence_says_what_is_now_while_it_begins_and_when_it_is_over(void **state)
{
	struct shape gone = well;
	struct model_figures m;
	int64_t at;
	int i;
	struct store *s = known(&at, &i);

	(void)state;
	gone.absent = true;
	/* Two minutes of five: 1,200 of the rows of 59 whole panes and the one that has just begun, 2,950. */
	run(s, &gone, &at, 1200, &i, true);
	assert_string_equal(sentence_of(s, WINDOW_5M), "missing 40.7% of 5 min, now 100% (base 0.0%)");
	/* The alert and the model say the same, to the letter. */
	assert_non_null(find(s, "missing"));
	assert_string_equal(find(s, "missing")->sentence, sentence_of(s, WINDOW_AUTO));
	figures_model_brief(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.why.n, strlen("x: ") + strlen(sentence_of(s, WINDOW_AUTO)));
	assert_memory_equal(m.why.p + strlen("x: "), sentence_of(s, WINDOW_AUTO), m.why.n - strlen("x: "));
	/* It is over for a minute; half a minute is what now is. */
	run(s, &well, &at, 600, &i, true);
	assert_string_equal(sentence_of(s, WINDOW_5M), "missing 40.7% of 5 min, now 0.0% (base 0.0%)");
	/* After all of it there is nothing that now could be other than. */
	run(s, &gone, &at, 3600, &i, true);
	assert_string_equal(sentence_of(s, WINDOW_5M), "missing 100% of 5 min (base 0.0%)");
	store_free(s);
}

static void
an_alert_that_waits_to_clear_says_what_holds_now(void **state)
{
	struct shape gone = well;
	int64_t at;
	int i;
	struct store *s = known(&at, &i);

	(void)state;
	gone.absent = true;
	run(s, &gone, &at, 1200, &i, true);
	/* Near five minutes later next to nothing of it is left in the window: it is true no more, and fires on for the
	 * minute that clearing takes. */
	run(s, &well, &at, 2900, &i, true);
	assert_non_null(find(s, "missing"));
	assert_string_equal(find(s, "missing")->sentence, sentence_of(s, WINDOW_AUTO));
	assert_memory_equal(find(s, "missing")->sentence, "missing 1.7% of 5 min", 21);
	store_free(s);
}

/* So many failures among the events of the last five minutes. */
static enum severity
failures(int n, int events)
{
	struct shape sh = well;
	enum severity severity;
	int64_t at;
	int i;
	struct store *s = known(&at, &i);

	at += 10 * 60000; /* the window holds nothing of before */
	store_tick(s, at, NULL);
	sh.step_ms = 200000 / events;
	at -= at % 5000;
	run(s, &sh, &at, events - n, &i, false);
	i = 0;
	sh.failed_of_1000 = 1000; /* last, so that no share before is larger */
	run(s, &sh, &at, n, &i, false);
	store_tick(s, at, NULL);
	severity = severity_of(s, "error_rate");
	if (severity) {
		assert_true(find(s, "error_rate")->value == (double)n / events);
		assert_int_equal(find(s, "error_rate")->history, false);
		assert_true(find(s, "error_rate")->trusted);
	}
	store_free(s);
	return severity;
}

static void
errors_need_twenty_failures_and_one_and_five_percent(void **state)
{
	(void)state;
	assert_int_equal(failures(19, 1000), SEVERITY_OK);
	assert_int_equal(failures(20, 1000), SEVERITY_WARN);
	assert_int_equal(failures(20, 2000), SEVERITY_WARN); /* 1 % */
	assert_int_equal(failures(20, 2020), SEVERITY_OK);
	assert_int_equal(failures(49, 1000), SEVERITY_WARN);
	assert_int_equal(failures(50, 1000), SEVERITY_CRIT); /* 5 % */
	assert_int_equal(failures(19, 25), SEVERITY_OK);
	assert_int_equal(failures(20, 25), SEVERITY_CRIT);
}

static void
latency_must_be_high_for_two_minutes_over_a_thousand_rows(void **state)
{
	struct shape slow = well;
	int64_t at, began;
	int i;
	struct store *s = known(&at, &i);

	(void)state;
	slow.slow_ms = 31; /* p99 20 -> 31: more than 1.5 times and 5 ms, each bucket within 0.8 % */
	began = at;
	while (severity_of(s, "latency") == SEVERITY_OK) {
		run(s, &slow, &at, 10, &i, true);
		assert_true(at - began < 600000);
	}
	assert_int_equal(severity_of(s, "latency"), SEVERITY_WARN);
	/* A hundredth of the window is 30 rows; one row in twenty is slow, so that they come in 60 s, but for how they
	 * fall; each pane is judged when it is over. */
	assert_in_range(at - began, 120000 + 50000, 120000 + 60000 + 2 * 5000 + 1000);
	assert_int_equal(find(s, "latency")->fired_ms - find(s, "latency")->from_ms, 120000);
	slow.slow_ms = 51; /* 2.5 times and more */
	began = at;
	while (severity_of(s, "latency") != SEVERITY_CRIT) {
		run(s, &slow, &at, 10, &i, true);
		assert_true(at - began < 600000);
	}
	assert_true(at - began >= 120000);
	began = at;
	while (find(s, "latency")) {
		run(s, &well, &at, 10, &i, true);
		assert_true(at - began < 900000);
	}
	store_free(s);

	s = known(&at, &i); /* 1.5 times, but less than 5 ms; and, with few rows, anything */
	at += 600000;
	slow = well;
	slow.slow_ms = 500;
	slow.step_ms = 400; /* 750 in five minutes */
	run(s, &slow, &at, 1500, &i, true);
	assert_int_equal(severity_of(s, "latency"), SEVERITY_OK);
	store_free(s);
}

static void
silence_is_told_at_three_and_six_times_the_longest_gap(void **state)
{
	struct shape sparse = well;
	int64_t at, last;
	int i;
	struct store *s = known(&at, &i);

	(void)state;
	sparse.step_ms = 30000;
	run(s, &sparse, &at, 20, &i, false); /* the longest gap is 30 s now */
	last = at - sparse.step_ms;
	store_tick(s, last, NULL);
	store_tick(s, last + 89999, NULL);
	assert_int_equal(severity_of(s, "silence"), SEVERITY_OK);
	store_tick(s, last + 90000, NULL);
	assert_int_equal(severity_of(s, "silence"), SEVERITY_WARN);
	store_tick(s, last + 179999, NULL);
	assert_int_equal(severity_of(s, "silence"), SEVERITY_WARN);
	store_tick(s, last + 180000, NULL);
	assert_int_equal(severity_of(s, "silence"), SEVERITY_CRIT);
	at = last + 185000;
	run(s, &well, &at, 700, &i, true);
	assert_null(find(s, "silence"));
	store_free(s);
	s = known(&at, &i); /* gaps of 100 ms, but no alarm before a minute */
	last = at - well.step_ms;
	store_tick(s, last + 59999, NULL);
	assert_int_equal(severity_of(s, "silence"), SEVERITY_OK);
	store_tick(s, last + 65000, NULL);
	assert_int_equal(severity_of(s, "silence"), SEVERITY_CRIT);
	store_free(s);
}

static void
while_a_source_is_away_nobody_is_silent_and_the_feed_is_an_alert_after_a_minute(void **state)
{
	int64_t at;
	int i;
	struct store *s = known(&at, &i);

	(void)state;
	tell_source(s, FEED_WAITING, false);
	store_tick(s, at, NULL);
	store_tick(s, at + 59999, NULL);
	assert_null(find(s, "feed"));
	store_tick(s, at + 600000, NULL);
	assert_null(find(s, "silence"));
	assert_int_equal(severity_of(s, "feed"), SEVERITY_WARN);
	assert_int_equal(find(s, "feed")->model, ALERT_NO_MODEL);
	assert_true(slice_is(find(s, "feed")->key.source, "redis://h"));
	store_free(s);
}

static void
an_alert_on_a_feed_that_lost_entries_says_so(void **state)
{
	struct fact f = {.kind = FACT_STREAM};
	struct shape sh = well;
	int64_t at;
	int i;
	struct store *s = known(&at, &i);

	(void)state;
	f.u.stream.key = slice_of("ml:m");
	f.u.stream.trimmed = 1;
	store_apply(s, &f, NULL);
	sh.failed_of_1000 = 200;
	run(s, &sh, &at, 2000, &i, true);
	assert_non_null(find(s, "error_rate"));
	assert_false(find(s, "error_rate")->trusted);
	store_free(s);
}

static void
one_value_alone_is_critical_from_500_rows(void **state)
{
	struct shape sh = well;
	int64_t at;
	int i;
	struct store *s = known(&at, &i);

	(void)state;
	at += 86400000;
	at -= at % 86400000; /* no window but the total holds anything of before */
	store_tick(s, at, NULL);
	sh.constant = true;
	run(s, &sh, &at, 499, &i, false);
	store_tick(s, at, NULL);
	assert_int_equal(severity_of(s, "constant"), SEVERITY_OK);
	run(s, &sh, &at, 1, &i, false);
	store_tick(s, at + 5000, NULL);
	assert_int_equal(severity_of(s, "constant"), SEVERITY_CRIT);
	assert_string_equal(
	    find(s, "constant")->sentence, "one value alone in 5 min (base 101 values)");
	store_free(s);
}

/* One row of 1e308 among 5,000 makes the baseline's sd 1e306, in whose 4096th part every sane value is the same. */
static void
an_outlier_in_the_baseline_makes_no_alert_of_values_that_are_as_ever(void **state)
{
	struct shape sh = well;
	struct store *s = store_make(true);
	int64_t at = START;
	int i = 0;

	(void)state;
	sh.outlier = 100;
	tell_source(s, FEED_LIVE, false);
	run(s, &sh, &at, 10000, &i, false);
	history_ends(s);
	run(s, &sh, &at, 20000, &i, true);
	if (alarms(s)) {
		print_alerts(s);
		fail();
	}
	store_free(s);
}

static void
traffic_below_half_of_what_is_usual_at_this_hour_is_told_after_ten_minutes(void **state)
{
	struct shape sh = {0, 10, 20, 50, 2000, false, false, 0};
	struct store *s = store_make(true);
	int64_t at = START, began;
	int i = 0;

	(void)state;
	tell_source(s, FEED_LIVE, false);
	run(s, &sh, &at, 43200, &i, false); /* a day, 30 a minute */
	history_ends(s);
	run(s, &sh, &at, 43200 + 1800, &i, true); /* another, and an hour */
	assert_int_equal(alarms(s), 0);
	began = at;
	sh.step_ms = 3500; /* 17 a minute are more than half */
	run(s, &sh, &at, 17 * 20, &i, true);
	assert_int_equal(severity_of(s, "traffic"), SEVERITY_OK);
	sh.step_ms = 4500; /* 13 */
	began = at;
	while (severity_of(s, "traffic") == SEVERITY_OK) {
		run(s, &sh, &at, 1, &i, true);
		assert_true(at - began < 1200000);
	}
	assert_int_equal(severity_of(s, "traffic"), SEVERITY_WARN);
	assert_false(find(s, "traffic")->provisional);
	assert_in_range(at - began, 600000, 600000 + 60000 + 2 * 5000 + 1000);
	store_free(s);
}

static void
a_version_that_ends_while_the_model_goes_on_is_a_mark_and_no_alert(void **state)
{
	struct store *s = store_make(true);
	const struct fact_mark *mark;
	struct maker mk;
	int i;

	(void)state;
	tell_source(s, FEED_LIVE, false);
	for (i = 0; i < 30000; i++) {
		event_make(&mk, "m", START + i * 500);
		mk.ev.version = slice_of(i < 20000 ? "1" : "2");
		feature_add(&mk, "x", number((i * 37) % 101));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		if (i == 5000)
			history_ends(s);
		if (i % 20 == 0)
			store_tick(s, START + i * 500, NULL);
	}
	store_tick(s, START + i * 500, NULL);
	if (alarms(s))
		print_alerts(s);
	assert_int_equal(alarms(s), 0);
	assert_int_equal(store_mark_count(s), 2);
	mark = store_mark(s, 0);
	assert_int_equal(mark->kind, MARK_VERSION_ENDED);
	assert_int_equal(mark->at_ms, START + INT64_C(19999) * 500);
	mark = store_mark(s, 1);
	assert_int_equal(mark->kind, MARK_VERSION_BEGAN);
	assert_true(slice_is(mark->text, "2"));
	assert_int_equal(mark->at_ms, START + INT64_C(20000) * 500);
	store_free(s);
}

static void
what_was_before_the_start_is_history_and_what_follows_is_not(void **state)
{
	struct store_options o = {.learn = true};
	struct shape sh = well;
	struct store *s;
	int64_t at = START;
	int i = 0, k;

	(void)state;
	for (k = 0; k < 2; k++) {
		at = START;
		i = 0;
		o.start_ms = START + 1500000 + (k ? 0 : INT64_C(86400000));
		assert_int_equal(store_new(&s, &o, NULL), 0);
		tell_source(s, FEED_LIVE, false);
		run(s, &well, &at, 10000, &i, false);
		history_ends(s);
		run(s, &well, &at, 10000, &i, true);
		sh.failed_of_1000 = 200;
		run(s, &sh, &at, 2000, &i, true);
		assert_int_equal(find(s, "error_rate")->history, k == 0);
		store_free(s);
	}
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Everything about every alert, as text. */
static char *
everything(const struct store *s)
{
	const struct alerts *a = store_alerts(s);
	const struct alert **order = calloc(a->n + 1, sizeof(*order));
	struct jsonw w;
	size_t i, n = alerts_order(a, order, a->n);

	jsonw_init(&w);
	jsonw_open_array(&w);
	for (i = 0; i < n; i++)
		alert_json(&w, order[i], NULL);
	jsonw_close(&w);
	free(order);
	return jsonw_take(&w, &n, NULL);
}

/* An hour with a slow, a failing, a missing and a shifted stretch, out of order by up to 20 s, in two versions. */
static void
file_event(struct maker *mk, int i)
{
	uint64_t seed = (uint64_t)i + 1;
	int t = i / 10;
	double u = rng_uniform(&seed), v = rng_uniform(&seed);

	event_make(mk, i % 3 ? "m" : "n", START + (int64_t)i * 100 + (int64_t)(rng_uniform(&seed) * 20000));
	mk->ev.version = slice_of(i % 7 ? "1" : "2");
	feature_add(mk, "x", t > 2400 && t < 2700 ? (struct value){VALUE_MISSING, 0, {NULL, 0}} : number(u));
	feature_add(mk, "y", number(t > 3000 && t < 3300 ? 0.8 + v / 5 : v));
	mk->ev.failed = t > 1500 && t < 1600 && u < 0.3;
	mk->ev.latency_ms = 5 + 5 * v + (t > 1700 && t < 2100 ? 30 : 0);
}

static char *
read_file(int batch)
{
	struct store *s = store_make(true);
	struct maker mk;
	char *text;
	int i;

	tell_source(s, FEED_CATCHING_UP, true);
	for (i = 0; i < 36000; i++) {
		file_event(&mk, i);
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		if (i == 12000)
			history_ends(s); /* so that there is a baseline before the end */
		if (batch && i % batch == 0)
			assert_int_equal(store_tick(s, START + i * 100, NULL), 0);
	}
	tell_source(s, FEED_ENDED, true);
	assert_int_equal(store_tick(s, START + i * 100, NULL), 0);
	text = everything(s);
	assert_non_null(text);
	store_free(s);
	return text;
}

static void
a_file_gives_the_same_alerts_whatever_the_size_of_reads(void **state)
{
	static const int batches[] = {1, 7, 100, 999, 20000};
	static const char *const expected[] = {"error_rate", "latency", "missing", "drift", "cleared"};
	char *want = read_file(0);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		if (!strstr(want, expected[i]))
			fail_msg("no '%s' in %s", expected[i], want);
	for (i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		char *got = read_file(batches[i]);

		if (strcmp(got, want) != 0)
			fail_msg("batch of %d:\n%s\nand whole:\n%s", batches[i], got, want);
		mem_free(got);
	}
	mem_free(want);
}

/* The screen makes a baseline in slices: the last rows behind it are counted when no event comes any more. */
static void
a_short_file_is_judged_when_the_last_row_behind_its_baseline_is_counted(void **state)
{
	const struct store_options o = {.learn = true, .sliced = true};
	struct store *s = NULL;
	struct maker mk;
	int i;

	(void)state;
	assert_int_equal(store_new(&s, &o, NULL), 0);
	tell_source(s, FEED_CATCHING_UP, true);
	for (i = 0; i < 2000; i++) {
		event_make(&mk, "m", START + i * 1000);
		feature_add(&mk, "k", number(i % 101));
		if (i < 1000)
			feature_add(&mk, "x", number((i * 37) % 101));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, START + i * 1000, NULL), 0);
	tell_source(s, FEED_ENDED, true);
	history_ends(s);
	for (i = 0; i == 0 || (store_busy(s) && i < 1000); i++)
		assert_int_equal(store_tick(s, store_now_ms(s), NULL), 0);
	assert_int_equal(severity_of(s, "missing"), SEVERITY_CRIT);
	store_free(s);
}

/* ---- a quiet week ---------------------------------------------------------------------------- */

static void
a_quiet_week_with_days_and_nights_stays_quiet(void **state)
{
	struct store *s = store_make(true);
	const struct value none = {VALUE_MISSING, 0, {NULL, 0}};
	const int64_t week = 7 * INT64_C(86400000);
	int64_t at = START, ticked = START;
	uint64_t seed = 7, n = 0;
	struct maker mk;

	(void)state;
	tell_source(s, FEED_LIVE, false);
	while (at < START + week) {
		double day = 0.25 * (1 + 0.7 * sin((double)(at % 86400000) / 86400000 * 6.283185307179586));

		at += (int64_t)(-log(rng_uniform(&seed)) / day * 1000) + 1;
		for (; ticked + 5000 <= at; ticked += 5000)
			assert_int_equal(store_tick(s, ticked, NULL), 0);
		event_make(&mk, "m", at);
		feature_add(&mk, "x", number(rng_normal(&seed)));
		feature_add(&mk, "y", rng_uniform(&seed) < 0.02 ? none : number(exp(rng_normal(&seed))));
		feature_add(&mk, "k", text(rng_uniform(&seed) < 0.3 ? "a" : rng_uniform(&seed) < 0.9 ? "b" : "c"));
		mk.ev.prediction = number(rng_uniform(&seed) < 0.1);
		mk.ev.latency_ms = 10 * exp(0.5 * rng_normal(&seed));
		mk.ev.failed = rng_uniform(&seed) < 0.004;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		if (++n == 2000)
			history_ends(s);
	}
	/* Evidence against a baseline of some minutes may well be wrong: it is provisional, and wakes nobody. */
	if (alarms(s)) {
		print_alerts(s);
		fail_msg("%zu alarms in %llu events", alarms(s), (unsigned long long)n);
	}
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_says_what_is_now_while_it_begins_and_when_it_is_over),
		cmocka_unit_test(an_alert_that_waits_to_clear_says_what_holds_now),
	    cmocka_unit_test(errors_need_twenty_failures_and_one_and_five_percent),
	    cmocka_unit_test(latency_must_be_high_for_two_minutes_over_a_thousand_rows),
	    cmocka_unit_test(silence_is_told_at_three_and_six_times_the_longest_gap),
	    cmocka_unit_test(while_a_source_is_away_nobody_is_silent_and_the_feed_is_an_alert_after_a_minute),
	    cmocka_unit_test(an_alert_on_a_feed_that_lost_entries_says_so),
	    cmocka_unit_test(one_value_alone_is_critical_from_500_rows),
	    cmocka_unit_test(an_outlier_in_the_baseline_makes_no_alert_of_values_that_are_as_ever),
	    cmocka_unit_test(traffic_below_half_of_what_is_usual_at_this_hour_is_told_after_ten_minutes),
	    cmocka_unit_test(a_version_that_ends_while_the_model_goes_on_is_a_mark_and_no_alert),
	    cmocka_unit_test(what_was_before_the_start_is_history_and_what_follows_is_not),
	    cmocka_unit_test(a_file_gives_the_same_alerts_whatever_the_size_of_reads),
	    cmocka_unit_test(a_short_file_is_judged_when_the_last_row_behind_its_baseline_is_counted),
	    cmocka_unit_test(a_quiet_week_with_days_and_nights_stays_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
