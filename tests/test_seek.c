/*
 * Live equals replay, bit for bit: a thousand frames of a recording with all that may come in one, picked at random and
 * jumped to in no order, have the state that was live at their time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/player.h"
#include "core/choice.h"
#include "core/model.h"
#include "core/state_hash.h"
#include "core/tape.h"
#include "tests/lib_maker.h"
#include "tests/lib_often.h"
#include "tests/lib_recording.h"
#include "tests/lib_rng.h"
#include "tests/lib_tmp.h"

#define MINUTE	INT64_C(60000)
#define MINUTES 100
#define BEGIN	LIB_RECORDING_BEGIN
#define STATES	4096
#define PICKS	OFTEN(1000, 100)
#define LABELS	4096 /* that are still to come */

/* ---- live ------------------------------------------------------------------------------------ */

struct moment {
	int64_t time_ms;
	uint64_t hash, changes;
};

struct live {
	struct lib_recording w;
	struct store *s;
	struct tape *tape;
	uint64_t seed, ids;
	struct {
		int64_t at_ms;
		uint64_t id;
		bool truth;
	} labels[LABELS];
	size_t nlabels;
	struct moment moments[STATES]; /* by rising time: at each step or key */
	size_t n;
};

static void
note(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload)
{
	struct live *l = ctx;

	lib_recording_frame(&l->w, type, time_ms, model, payload);
	if (type != FRAME_STEP && type != FRAME_KEY)
		return;
	if (l->n && l->moments[l->n - 1].time_ms == time_ms)
		l->n--;
	assert_in_range(l->n, 0, STATES - 1);
	l->moments[l->n++] = (struct moment){time_ms, state_hash(l->s, NULL), store_alerts(l->s)->changes};
}

static void
apply(struct live *l, const struct fact *f)
{
	assert_int_equal(store_apply(l->s, f, NULL), 0);
}

/* Between the 35th and the 45th minute, and again between the 70th and the 76th. */
static bool
is_trouble(int64_t at)
{
	int64_t minute = (at - BEGIN) / MINUTE;

	return (minute >= 35 && minute < 45) || (minute >= 70 && minute < 76);
}

/* A second version from the 20th minute on, which is slower; the first ends at the 60th. */
static const char *
version_at(struct live *l, int64_t at)
{
	int64_t minute = (at - BEGIN) / MINUTE;

	return minute >= 60 || (minute >= 20 && rng_below(&l->seed, 3) == 0) ? "2" : "1";
}

static void
add_inputs(struct live *l, struct maker *mk, bool trouble)
{
	uint64_t *seed = &l->seed;

	if (!trouble || rng_below(seed, 3))
		feature_add(mk, "amount", number(rng_normal(seed) + (trouble ? 1 : 0)));
	feature_add(mk, "country", text(rng_below(seed, 3) ? "DE" : trouble ? "XX" : "FR"));
	if (mk->ev.ts_ms >= BEGIN + 15 * MINUTE)
		feature_add(mk, "later", number((double)rng_below(seed, 9)));
}

/* Nine in ten get their truth, up to five minutes later. */
static void
expect_label(struct live *l, int64_t at, uint64_t id, bool truth)
{
	if (rng_below(&l->seed, 10) == 0 || l->nlabels == LABELS)
		return;
	l->labels[l->nlabels].at_ms = at + (int64_t)rng_below(&l->seed, 5 * MINUTE);
	l->labels[l->nlabels].id = id;
	l->labels[l->nlabels++].truth = truth;
}

static void
ingest(struct live *l, const char *model, int64_t at)
{
	bool trouble = is_trouble(at), yes = rng_below(&l->seed, 2), slow;
	char id[24];
	struct maker mk;

	event_make(&mk, model, at - (rng_below(&l->seed, 50) ? 0 : (int64_t)rng_below(&l->seed, 100000)));
	mk.ev.arrival_ms = at;
	mk.ev.version = slice_of(version_at(l, at));
	slow = slice_is(mk.ev.version, "2");
	snprintf(id, sizeof(id), "%llu", (unsigned long long)++l->ids);
	mk.ev.id = slice_of(id);
	add_inputs(l, &mk, trouble);
	mk.ev.prediction = number(yes);
	mk.ev.score = number((double)rng_below(&l->seed, 1000) / 1000);
	mk.ev.latency_ms = (3 + (double)rng_below(&l->seed, 100) / 50) * (trouble ? 4 : slow ? 1.5 : 1);
	mk.ev.failed = trouble && rng_below(&l->seed, 4) == 0;
	assert_int_equal(store_ingest(l->s, &mk.ev, NULL), 0);
	expect_label(l, at, l->ids, rng_below(&l->seed, 10) ? yes : !yes);
}

static void
ingest_labels(struct live *l, int64_t at)
{
	struct maker mk;
	char id[24];
	size_t i;

	for (i = 0; i < l->nlabels;) {
		if (l->labels[i].at_ms > at) {
			i++;
			continue;
		}
		event_make(&mk, "fraud", at);
		mk.ev.version = slice_of("");
		snprintf(id, sizeof(id), "%llu", (unsigned long long)l->labels[i].id);
		mk.ev.id = slice_of(id);
		mk.ev.label = number(l->labels[i].truth);
		assert_int_equal(store_ingest(l->s, &mk.ev, NULL), 0);
		l->labels[i] = l->labels[--l->nlabels];
	}
}

static void
choose(struct live *l, size_t model, enum choice_kind kind, int64_t at)
{
	struct fact f = {.kind = FACT_CHOICE};
	struct err err = {0};

	f.u.choice.model = model;
	f.u.choice.kind = kind;
	f.u.choice.window = WINDOW_5M;
	f.u.choice.from_ms = at - 30 * MINUTE;
	f.u.choice.to_ms = at - 10 * MINUTE;
	if (store_apply(l->s, &f, &err))
		fail_msg("choice %d: %s", (int)kind, err.msg);
}

/* Another binning: everything counted on the one before goes. */
static void
rebin(struct live *l, const char *model, int64_t at)
{
	struct fact f = {.kind = FACT_BASELINE};
	struct rows rows;
	struct maker mk;
	int i;

	rows_init(&rows);
	for (i = 0; i < 2000; i++) {
		event_make(&mk, model, at - 2000 + i);
		add_inputs(l, &mk, false);
		assert_int_equal(rows_add(&rows, &mk.ev, 0, NULL), 0);
	}
	assert_int_equal(baseline_from_rows(&f.u.baseline.baseline, slice_of(model), &rows, 0, rows.count,
			     BASELINE_FILE, "by hand", NULL), 0);
	rows_release(&rows);
	apply(l, &f);
}

/* What somebody before the screen does in that minute. */
static void
meddle(struct live *l, int64_t minute, int64_t at)
{
	struct fact f = {.kind = FACT_MARK};

	if (minute % 9 == 0) {
		f.u.mark = (struct fact_mark){MARK_NOTE, minute % 2 ? 0 : SIZE_MAX, at, slice_of("seen")};
		apply(l, &f);
	}
	if (minute == 40 && store_alerts(l->s)->n) {
		f = (struct fact){.kind = FACT_ACK};
		f.u.ack.alert = store_alerts(l->s)->list[0]->id;
		f.u.ack.by = slice_of("ann");
		f.u.ack.at_ms = at;
		apply(l, &f);
	}
	if (minute == 50)
		choose(l, 0, CHOICE_NOW, at);
	if (minute == 62)
		choose(l, 0, CHOICE_VERSION, at);
	if (minute == 66)
		choose(l, 2, CHOICE_SLICE, at);
	if (minute == 78)
		rebin(l, "new", at);
	if (minute == 85)
		choose(l, 0, CHOICE_LEARNED, at);
}

static void
begin(struct live *l)
{
	struct fact f = {.kind = FACT_SOURCE};
	struct recording_head head = lib_recording_head();
	struct tape_options o = {.key_ms = 7 * MINUTE, .frame = note, .ctx = l};

	lib_recording_init(&l->w, &head);
	l->s = store_make(true);
	assert_int_equal(tape_new(&l->tape, &o, NULL), 0);
	store_set_journal(l->s, tape_journal(l->tape));
	f.u.source.url = slice_of("redis://cache:6379");
	f.u.source.state = FEED_LIVE;
	apply(l, &f);
	history_ends(l->s);
}

static struct live *
record(void)
{
	struct live *l = calloc(1, sizeof(*l));
	int64_t at, end = BEGIN + MINUTES * MINUTE;

	assert_non_null(l);
	l->seed = 20;
	begin(l);
	for (at = BEGIN; at <= end; at += 200) {
		if (at % 1000 == 0)
			assert_int_equal(store_tick(l->s, at, NULL), 0);
		if ((at - BEGIN) % MINUTE == 0)
			meddle(l, (at - BEGIN) / MINUTE, at);
		ingest(l, "fraud", at);
		if (rng_below(&l->seed, 2))
			ingest(l, at < BEGIN + 30 * MINUTE ? "churn" : "new", at);
		ingest_labels(l, at);
	}
	lib_recording_end(&l->w, end);
	assert_int_equal(tape_failures(l->tape), 0);
	return l;
}

static void
release(struct live *l)
{
	store_set_journal(l->s, NULL);
	tape_free(l->tape);
	store_free(l->s);
	lib_recording_release(&l->w);
	free(l);
}

/* ---- jumped to ------------------------------------------------------------------------------- */

/* It is no proof where nothing of the kind was there. */
static void
assert_has_it_all(const struct live *l)
{
	const struct model *m = store_model(l->s, 0);

	assert_true(store_alerts(l->s)->changes > 8);
	assert_int_equal(m->nversions, 2);
	assert_true(store_mark_count(l->s) > 10);
	assert_true(m->revision >= 5);
	assert_non_null(m->quality);
	assert_int_equal(store_model_count(l->s), 3);
}

static void
a_thousand_frames_at_random_are_what_was_live(void **state)
{
	struct live *l = record();
	struct recording *r = NULL;
	struct player *p = NULL;
	char dir[256], path[300];
	uint64_t seed = 4;
	int i;

	(void)state;
	assert_has_it_all(l);
	lib_tmp_make(dir, sizeof(dir), "seek");
	snprintf(path, sizeof(path), "%s/a.dtr", dir);
	lib_recording_save(l->w.out.p, l->w.out.n, path);
	assert_int_equal(recording_open(&r, path, NULL), 0);
	assert_int_equal(player_open(&p, r, NULL, false, NULL), 0);
	for (i = 0; i < PICKS; i++) {
		const struct moment *m = &l->moments[rng_below(&seed, l->n)];

		assert_int_equal(player_seek(p, m->time_ms, NULL), 0);
		assert_int_equal(player_time_ms(p), m->time_ms);
		if (state_hash(player_store(p), NULL) != m->hash)
			fail_msg("pick %d, %lld s: it is not what it was", i, (long long)(m->time_ms - BEGIN) / 1000);
		assert_int_equal(store_alerts(player_store(p))->changes, m->changes);
		assert_int_equal(player_gaps(p), 0);
	}
	print_message("%zu frames to pick from, %llu changes of alerts, %zu bytes\n", l->n,
	    (unsigned long long)store_alerts(l->s)->changes, l->w.out.n);
	player_close(p);
	recording_close(r);
	lib_tmp_remove(dir);
	release(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_frames_at_random_are_what_was_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
