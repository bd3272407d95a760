/*
 * What waits for a label outlives the process: joined later, the figures are those of a run that never ended, to the
 * count, whatever of the history is read again.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/counts_bytes.h"
#include "core/figures_quality.h"
#include "core/mem.h"
#include "core/saved.h"
#include "core/store_impl.h"
#include "core/tape.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define MINUTE INT64_C(60000)
#define HOUR   INT64_C(3600000)

/* ---- a stream -------------------------------------------------------------------------------- */

#define PREDICTIONS 2400 /* a minute apart: 40 hours */
#define END	    (T0 + 71 * HOUR) /* nothing comes that late */
#define NOW	    (T0 + 45 * HOUR)
#define EVENTS_MAX  (3 * PREDICTIONS)

enum kind { PREDICTION, LABEL, BOTH };

struct told {
	int64_t ts_ms;
	unsigned id;
	enum kind kind;
	unsigned wrong; /* another value than the first of its kind has */
};

struct script {
	struct told events[EVENTS_MAX];
	size_t n;
};

static int
by_time(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	if (x->ts_ms != y->ts_ms)
		return x->ts_ms < y->ts_ms ? -1 : 1;
	return x->id != y->id ? (x->id < y->id ? -1 : 1) : (int)x->kind - (int)y->kind;
}

/*
 * Most labels come one to thirty hours later, some before, some with the event, some never. odd: also two labels, ones
 * that contradict, ids that are predicted for twice.
 */
static struct script *
script_make(bool odd)
{
	struct script *sc = calloc(1, sizeof(*sc));
	uint64_t seed = 5;
	unsigned i;

	assert_non_null(sc);
	for (i = 0; i < PREDICTIONS; i++) {
		int64_t at = T0 + i * MINUTE;
		unsigned dice = (unsigned)rng_below(&seed, 20);
		int64_t late = dice == 1 ? -HOUR : HOUR + (int64_t)rng_below(&seed, 29) * HOUR;

		sc->events[sc->n++] = (struct told){at, i, dice == 0 ? BOTH : PREDICTION, 0};
		if (dice > 0 && dice < 17)
			sc->events[sc->n++] = (struct told){at + late, i, LABEL, 0};
		if (odd && dice >= 13 && dice < 16)
			sc->events[sc->n++] = (struct told){at + late + 7 * MINUTE, i, LABEL, dice - 13};
		if (odd && dice == 18)
			sc->events[sc->n++] = (struct told){at + 3 * HOUR, i, PREDICTION, 1};
	}
	qsort(sc->events, sc->n, sizeof(sc->events[0]), by_time);
	return sc;
}

/* The predicted class is right in four of five; a second version comes after a third of the time. */
static int
ingest_told(struct store *s, const struct told *e, struct err *err)
{
	static const char *const classes[] = {"no", "yes", "maybe"};
	char id[24];
	struct maker mk;

	event_make(&mk, "m", e->ts_ms);
	snprintf(id, sizeof(id), "r-%u", e->id);
	mk.ev.id = slice_of(id);
	mk.ev.version = slice_of(e->id >= PREDICTIONS / 3 && e->id % 3 == 0 ? "2" : "1");
	if (e->kind != LABEL) {
		mk.ev.prediction = text(classes[(e->id + (e->id % 5 == 0) + e->wrong) % 3]);
		mk.ev.score = number((double)(e->id * 7919 % 1000) / 1000);
		mk.ev.latency_ms = 2;
	}
	if (e->kind != PREDICTION)
		mk.ev.label = text(classes[(e->id + e->wrong) % 3]);
	return store_ingest(s, &mk.ev, err);
}

/* Those of [from_ms, to_ms). */
static void
play(struct store *s, const struct script *sc, int64_t from_ms, int64_t to_ms)
{
	size_t i;

	for (i = 0; i < sc->n; i++) {
		if (sc->events[i].ts_ms < from_ms || sc->events[i].ts_ms >= to_ms)
			continue;
		assert_int_equal(ingest_told(s, &sc->events[i], NULL), 0);
		if (i % 100 == 0)
			assert_int_equal(store_tick(s, sc->events[i].ts_ms, NULL), 0);
	}
	assert_int_equal(store_tick(s, to_ms, NULL), 0);
}

static struct store *
store_of(size_t label_bytes)
{
	struct store_options o = {.label_bytes = label_bytes};
	struct store *s = NULL;

	assert_int_equal(store_new(&s, &o, NULL), 0);
	return s;
}

/* ---- files ----------------------------------------------------------------------------------- */

struct file {
	char *bytes;
	size_t n;
};

static struct file
save(const struct store *s)
{
	struct file f = {NULL, 0};

	assert_int_equal(saved_write_labels(s, 0, "1.2.3", 77, &f.bytes, &f.n, NULL), 0);
	return f;
}

static int
give(struct store *s, const struct file *f, struct err *err)
{
	const struct fact fact = {.kind = FACT_SAVED_LABELS, .u.saved_labels = slice_make(f->bytes, f->n)};

	return store_apply(s, &fact, err);
}

static struct store *
restart(struct store *s)
{
	struct store *next = store_of(0);
	struct file f = save(s);

	assert_int_equal(give(next, &f, NULL), 0);
	mem_free(f.bytes);
	store_free(s);
	return next;
}

/* ---- what is compared ------------------------------------------------------------------------ */

static void
put_part(struct bytes *to, const struct quality *sums, const uint64_t *cover)
{
	int i;

	for (i = 0; i < COVER_COUNT; i++)
		bytes_put_uint(to, cover[i]);
	counts_put_quality(to, sums);
}

/* Every sum there is of the model's quality: total, hours, versions. */
static struct bytes
sums(const struct store *s)
{
	const struct quality_panes *p = store_model(s, 0)->quality;
	struct bytes b;
	size_t i;

	assert_non_null(p);
	bytes_init(&b);
	put_part(&b, &p->total, p->cover);
	put_part(&b, &p->reference, p->reference_cover);
	bytes_put_int(&b, p->newest);
	for (i = 0; i < QUALITY_HOURS; i++) {
		bytes_put_int(&b, p->hours[i].hour);
		put_part(&b, &p->hours[i].sums, p->hours[i].cover);
	}
	for (i = 0; p->versions && i < QUALITY_PARTS; i++)
		put_part(&b, &quality_versions_part(p->versions, i)->sums,
		    quality_versions_part(p->versions, i)->cover);
	assert_false(b.failed);
	return b;
}

static void
assert_same_sums(const struct store *a, const struct store *b)
{
	struct bytes x = sums(a), y = sums(b);

	assert_int_equal(x.n, y.n);
	assert_memory_equal(x.p, y.p, x.n);
	bytes_release(&x);
	bytes_release(&y);
}

static void
assert_same_numbers(const struct store *a, const struct store *b)
{
	/* A model of which only labels have come has no clock, and so no 24 hours. */
	int span, spans = store_model(b, 0)->newest_ms == INT64_MIN ? 1 : 2;

	for (span = 0; span < spans; span++) {
		struct quality_figures x, y;

		figures_quality(a, 0, span ? SPAN_24H : SPAN_ALL, &x);
		figures_quality(b, 0, span ? SPAN_24H : SPAN_ALL, &y);
		assert_int_equal(x.predicted, y.predicted);
		assert_memory_equal(&x.numbers, &y.numbers, sizeof(x.numbers));
		assert_true(x.numbers.labelled > 300 && x.numbers.accuracy > 0.7);
		assert_true(x.numbers.labelled < x.predicted);
	}
}

static void
assert_same_waiting(const struct store *a, const struct store *b)
{
	const struct labels *x = &store_model(a, 0)->labels, *y = &store_model(b, 0)->labels;

	assert_int_equal(x->waiting, y->waiting);
	assert_int_equal(x->early, y->early);
	assert_int_equal(x->count, y->count);
	assert_int_equal(x->halvings, y->halvings);
}

/* ---- coming back ----------------------------------------------------------------------------- */

static void
labels_that_come_after_a_restart_give_the_figures_of_a_run_without_one(void **state)
{
	static const int64_t cuts[] = {0, 13 * HOUR + 17 * MINUTE, 40 * HOUR, 42 * HOUR};
	struct script *sc = script_make(false);
	struct store *whole = store_of(0);
	size_t i;

	(void)state;
	play(whole, sc, 0, NOW);
	for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct store *cut = store_of(0);

		play(cut, sc, 0, T0 + cuts[i]);
		cut = restart(cut);
		play(cut, sc, T0 + cuts[i], NOW);
		assert_string_equal(store_saved_why(cut), "");
		assert_same_sums(whole, cut);
		assert_same_waiting(whole, cut);
		assert_same_numbers(whole, cut);
		store_free(cut);
	}
	store_free(whole);
	free(sc);
}

/* From the very beginning, from within, from a moment after the cut; each with two restarts more. */
static void
history_that_is_read_again_is_not_counted_again(void **state)
{
	static const int64_t back[] = {0, 5 * MINUTE, HOUR, 11 * HOUR, 40 * HOUR};
	struct script *sc = script_make(true);
	struct store *whole = store_of(0);
	size_t i;

	(void)state;
	play(whole, sc, 0, NOW);
	for (i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		struct store *cut = store_of(0);
		const uint64_t *x, *y;
		int k;

		play(cut, sc, 0, T0 + 20 * HOUR);
		for (k = 1; k <= 3; k++) {
			cut = restart(cut);
			play(cut, sc, T0 + (19 + k) * HOUR - back[i], k == 3 ? NOW : T0 + (20 + k) * HOUR);
		}
		assert_same_sums(whole, cut);
		assert_same_waiting(whole, cut);
		assert_same_numbers(whole, cut);
		x = store_model(whole, 0)->quality->told;
		y = store_model(cut, 0)->quality->told;
		assert_true(x[LABELS_DUPLICATE] > 100 && x[LABELS_CONFLICTING] > 50 && x[LABELS_REPEATED] > 50);
		if (back[i] == 40 * HOUR)
			assert_memory_equal(x, y, LABELS_COUNT * sizeof(*x));
		assert_true(y[LABELS_DUPLICATE] <= x[LABELS_DUPLICATE]);
		assert_int_equal(y[LABELS_ORPHAN], x[LABELS_ORPHAN]);
		store_free(cut);
	}
	store_free(whole);
	free(sc);
}

/* Ten days of history behind three that were kept: all of it is joined, nothing is taken for too old. */
static void
history_older_than_what_was_kept_is_joined_as_ever(void **state)
{
	struct store *whole = store_of(0), *cut = store_of(0);
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		struct store *s = round == 0 ? whole : cut;
		int day, i;

		if (round == 2)
			cut = s = restart(cut);
		for (day = 0; day < 10; day++)
			for (i = 0; i < 40; i++) {
				int64_t at = T0 + day * 24 * HOUR + i * 10 * MINUTE;
				const struct told p = {at, (unsigned)(day * 40 + i), PREDICTION, 0};
				const struct told l = {at + 5 * MINUTE, p.id, LABEL, 0};

				assert_int_equal(ingest_told(s, &p, NULL), 0);
				if (i % 2)
					assert_int_equal(ingest_told(s, &l, NULL), 0);
			}
		assert_int_equal(store_tick(s, T0 + 240 * HOUR, NULL), 0);
	}
	assert_same_sums(whole, cut);
	assert_same_waiting(whole, cut);
	assert_memory_equal(store_model(whole, 0)->quality->told, store_model(cut, 0)->quality->told,
	    LABELS_COUNT * sizeof(uint64_t));
	store_free(whole);
	store_free(cut);
}

static void
after_longer_than_labels_wait_all_has_expired(void **state)
{
	struct script *sc = script_make(false);
	struct store *s = store_of(0);
	const struct told late = {T0 + 200 * HOUR, PREDICTIONS + 1, PREDICTION, 0};
	uint64_t waited, early;

	(void)state;
	play(s, sc, 0, T0 + 30 * HOUR);
	waited = store_model(s, 0)->labels.waiting;
	early = store_model(s, 0)->labels.early;
	assert_true(waited > 100 && early > 0);
	s = restart(s);
	assert_int_equal(ingest_told(s, &late, NULL), 0);
	assert_int_equal(store_tick(s, late.ts_ms, NULL), 0);
	assert_int_equal(store_model(s, 0)->labels.count, 1);
	assert_int_equal(store_model(s, 0)->quality->told[LABELS_EXPIRED], waited);
	assert_int_equal(store_model(s, 0)->quality->told[LABELS_ORPHAN], early);
	store_free(s);
	free(sc);
}

/* Numbers, whole and not, texts that are no class, booleans: whatever a truth can be. */
static void
every_kind_of_truth_comes_back(void **state)
{
	const struct value values[] = {number(0), number(-3), number(0.125), number(1e15), text("1.0"),
	    text("12345678901234567890"), text("true"), {VALUE_BOOL, 1, {NULL, 0}}, text(""), number(-0.0)};
	enum { VALUES = sizeof(values) / sizeof(values[0]) };
	struct store *whole = store_of(0), *cut = store_of(0);
	struct maker mk;
	char id[32];
	int half, i;

	(void)state;
	for (half = 0; half < 2; half++) {
		if (half)
			cut = restart(cut);
		for (i = 0; i < 200; i++) {
			event_make(&mk, "m", T0 + half * HOUR + i * 1000);
			snprintf(id, sizeof(id), "%d", i);
			mk.ev.id = slice_of(id);
			if (half)
				mk.ev.label = values[i * 7 % VALUES];
			else
				mk.ev.prediction = i < 100 ? values[i % VALUES] : number(i * 1.5);
			assert_int_equal(store_ingest(whole, &mk.ev, NULL), 0);
			assert_int_equal(store_ingest(cut, &mk.ev, NULL), 0);
		}
	}
	assert_int_equal(store_tick(whole, T0 + 2 * HOUR, NULL), 0);
	assert_int_equal(store_tick(cut, T0 + 2 * HOUR, NULL), 0);
	assert_int_equal(store_model(whole, 0)->quality->total.counts[QUALITY_LABELLED], 200);
	assert_same_sums(whole, cut);
	store_free(whole);
	store_free(cut);
}

/* ---- bounds ---------------------------------------------------------------------------------- */

/* What is counted is the pairs of the ids that are in the sample, as in a run that had that sample all along. */
static void
a_file_larger_than_the_pool_is_sampled(void **state)
{
	struct script *sc = script_make(false);
	struct store *s = store_of(0), *small = store_of(40000);
	uint64_t predicted = 0, matched = 0;
	const struct labels *t;
	struct file f;
	unsigned i;

	(void)state;
	play(s, sc, 0, T0 + 40 * HOUR);
	f = save(s);
	assert_int_equal(give(small, &f, NULL), 0);
	play(small, sc, T0 + 40 * HOUR, END);
	t = &store_model(small, 0)->labels;
	assert_true(small->labels.bytes <= 40000);
	assert_in_range(t->halvings, 1, 5);
	for (i = 0; i < sc->n; i++) {
		char id[24];
		int n = snprintf(id, sizeof(id), "r-%u", sc->events[i].id);
		bool in = slice_hash(slice_make(id, (size_t)n)) >> (64 - t->halvings) == 0;

		predicted += in && sc->events[i].kind != LABEL;
		matched += in && sc->events[i].kind != PREDICTION;
	}
	assert_int_equal(store_model(small, 0)->quality->cover[COVER_PREDICTED], predicted);
	assert_int_equal(store_model(small, 0)->quality->cover[COVER_LABELLED], matched);
	mem_free(f.bytes);
	/* And the sample outlives the process, too. */
	f = save(small);
	store_free(s);
	s = store_of(0);
	assert_int_equal(give(s, &f, NULL), 0);
	play(s, sc, T0 + 60 * HOUR, END);
	assert_int_equal(store_model(s, 0)->labels.halvings, t->halvings);
	assert_int_equal(store_model(s, 0)->labels.count, t->count);
	mem_free(f.bytes);
	store_free(s);
	store_free(small);
	free(sc);
}

/* ---- what is no such file -------------------------------------------------------------------- */

static void
seal(struct file *f)
{
	uint32_t crc = bytes_crc32c(0, f->bytes, f->n - 4);
	int i;

	for (i = 0; i < 4; i++)
		f->bytes[f->n - 4 + (size_t)i] = (char)(crc >> 8 * i);
}

static void
a_torn_or_changed_file_is_refused(void **state)
{
	struct script *sc = script_make(false);
	struct store *s = store_of(0);
	struct file f;
	struct err err;
	size_t n;

	(void)state;
	play(s, sc, 0, T0 + HOUR);
	f = save(s);
	for (n = 0; n < f.n; n++) {
		struct file torn = {f.bytes, n};

		assert_int_equal(give(s, &torn, &err), ERR_FORMAT);
		f.bytes[n] ^= 16;
		assert_int_equal(give(s, &f, &err), ERR_FORMAT);
		f.bytes[n] ^= 16;
	}
	f.bytes[15] = SAVED_FORMAT + 1;
	seal(&f);
	assert_int_equal(give(s, &f, &err), ERR_UNSUPPORTED);
	mem_free(f.bytes);
	store_free(s);
	free(sc);
}

/* Somebody else's idea of it, with a checksum that holds: what can be read counts, the rest is a sentence. */
static void
nonsense_with_a_valid_checksum_does_no_harm(void **state)
{
	struct script *sc = script_make(false);
	const struct told next = {T0 + 2 * HOUR, PREDICTIONS + 1, PREDICTION, 0};
	struct store *s = store_of(0);
	uint64_t seed = 3, failed = 0;
	struct file f;
	int i;

	(void)state;
	play(s, sc, 0, T0 + HOUR);
	f = save(s);
	store_free(s);
	for (i = 0; i < 400; i++) {
		size_t at = 16 + rng_below(&seed, f.n - 20), k;
		char was[3];

		s = store_of(0);
		memcpy(was, f.bytes + at, 3);
		for (k = 0; k < 3 && at + k < f.n - 4; k++)
			f.bytes[at + k] = (char)rng_next(&seed);
		seal(&f);
		if (give(s, &f, NULL) == 0) {
			assert_int_equal(ingest_told(s, &next, NULL), 0);
			assert_int_equal(store_tick(s, next.ts_ms, NULL), 0);
			failed += store_saved_why(s)[0] != '\0';
		}
		memcpy(f.bytes + at, was, 3);
		store_free(s);
	}
	assert_true(failed > 20);
	mem_free(f.bytes);
	free(sc);
}

struct refusal {
	struct file file;
	struct script *sc;
};

static int
restore_once(void *ctx, struct err *err)
{
	const struct refusal *r = ctx;
	struct store_options o = {0};
	struct store *s = NULL;
	int rc = store_new(&s, &o, err);

	if (!rc)
		rc = give(s, &r->file, err);
	if (!rc)
		rc = ingest_told(s, &r->sc->events[r->sc->n / 2], err);
	if (!rc)
		rc = store_tick(s, r->sc->events[r->sc->n / 2].ts_ms, err);
	if (!rc && !store_saved_why(s)[0]) /* all of it, or a sentence */
		assert_true(store_model(s, 0)->labels.changes > 100);
	store_free(s);
	return rc;
}

static void
without_memory_it_goes_on_with_less_and_says_so(void **state)
{
	struct refusal r = {.sc = script_make(false)};
	struct store *s = store_of(0);

	(void)state;
	play(s, r.sc, 0, T0 + 34 * HOUR); /* more hours than a delta has */
	r.file = save(s);
	store_free(s);
	assert_true(alloc_survive_each(restore_once, &r) > 0);
	mem_free(r.file.bytes);
	free(r.sc);
}

/* ---- recordings ------------------------------------------------------------------------------ */

struct reel {
	enum frame_type type[4096];
	struct file frames[4096];
	size_t n;
};

static void
keep(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload)
{
	struct reel *r = ctx;

	(void)time_ms;
	(void)model;
	assert_true(r->n < 4096);
	r->type[r->n] = type;
	r->frames[r->n].bytes = mem_dup(payload.p, payload.n);
	r->frames[r->n++].n = payload.n;
}

static void
a_recording_has_what_was_restored(void **state)
{
	struct reel *r = calloc(1, sizeof(*r));
	struct tape_options o = {.key_ms = INT64_C(1000) * HOUR, .frame = keep, .ctx = r};
	struct script *sc = script_make(false);
	struct store *s = store_of(0), *again = store_of(0);
	struct tape *t = NULL;
	size_t i, models;

	(void)state;
	assert_non_null(r);
	play(s, sc, 0, T0 + 40 * HOUR);
	s = restart(s);
	assert_int_equal(tape_new(&t, &o, NULL), 0);
	store_set_journal(s, tape_journal(t));
	assert_int_equal(store_tick(s, T0 + 40 * HOUR, NULL), 0);
	play(s, sc, T0 + 40 * HOUR, END);
	tape_flush(t, s);
	for (i = 0; i < r->n; i++) {
		struct slice payload = slice_make(r->frames[i].bytes, r->frames[i].n);

		if (r->type[i] == FRAME_KEY)
			assert_int_equal(tape_read_key(again, payload, &models, NULL), 0);
		if (r->type[i] == FRAME_KEY_MODEL)
			assert_int_equal(tape_read_key_model(again, payload, NULL), 0);
		if (r->type[i] == FRAME_STEP)
			assert_int_equal(tape_play_step(again, payload, NULL), 0);
		mem_free(r->frames[i].bytes);
	}
	assert_same_sums(s, again);
	assert_same_numbers(s, again);
	store_set_journal(s, NULL);
	tape_free(t);
	store_free(s);
	store_free(again);
	free(sc);
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(labels_that_come_after_a_restart_give_the_figures_of_a_run_without_one),
	    cmocka_unit_test(history_that_is_read_again_is_not_counted_again),
	    cmocka_unit_test(history_older_than_what_was_kept_is_joined_as_ever),
	    cmocka_unit_test(after_longer_than_labels_wait_all_has_expired),
	    cmocka_unit_test(every_kind_of_truth_comes_back),
	    cmocka_unit_test(a_file_larger_than_the_pool_is_sampled),
	    cmocka_unit_test(a_torn_or_changed_file_is_refused),
	    cmocka_unit_test(nonsense_with_a_valid_checksum_does_no_harm),
	    cmocka_unit_test(without_memory_it_goes_on_with_less_and_says_so),
	    cmocka_unit_test(a_recording_has_what_was_restored),
	};

	return cmocka_run_group_tests_name("saved_labels", tests, NULL, NULL);
}
