/*
 * What outlives the process: it comes back as it was, it goes on as if nothing had been in between, rows count once,
 * and bytes that are not what was written are told from those that are.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/baseline_bytes.h"
#include "core/figures.h"
#include "core/mem.h"
#include "core/saved.h"
#include "core/store_impl.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define DAY_MS	 INT64_C(86400000)
#define MIDNIGHT INT64_C(1699920000000) /* a Tuesday */
#define PROGRAM	 "1.2.3"

/* ---- bytes ----------------------------------------------------------------------------------- */

static void
test_numbers_come_back_and_small_ones_are_short(void **state)
{
	static const int64_t ints[] = {0, 1, -1, 63, -64, 64, 8191, INT64_MAX, INT64_MIN};
	static const double doubles[] = {0, -0.0, 1.5, -1e308, 5e-324, INFINITY, NAN};
	struct bytes b;
	struct bytes_reader r;
	size_t i;

	(void)state;
	bytes_init(&b);
	for (i = 0; i < 9; i++)
		bytes_put_int(&b, ints[i]);
	for (i = 0; i < 7; i++)
		bytes_put_double(&b, doubles[i]);
	bytes_put_uint(&b, UINT64_MAX);
	bytes_put_text(&b, slice_of("x\xff"));
	bytes_read(&r, slice_make(b.p, b.n));
	for (i = 0; i < 9; i++)
		assert_true(bytes_get_int(&r) == ints[i]);
	for (i = 0; i < 7; i++) {
		double x = bytes_get_double(&r);

		assert_memory_equal(&x, &doubles[i], sizeof(x));
	}
	assert_true(bytes_get_uint(&r, UINT64_MAX) == UINT64_MAX);
	assert_true(slice_is(bytes_get_text(&r, 2), "x\xff"));
	assert_true(bytes_at_end(&r));
	bytes_release(&b);
	bytes_put_int(&b, -64);
	assert_int_equal(b.n, 1);
	bytes_release(&b);
}

static void
test_what_is_not_there_or_too_large_fails_and_stays_failed(void **state)
{
	static const char endless[] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
	struct bytes_reader r;

	(void)state;
	bytes_read(&r, slice_make("\x05", 1));
	assert_int_equal(bytes_get_uint(&r, 4), 0);
	assert_true(r.failed);
	bytes_read(&r, slice_make("\x80", 1)); /* goes on behind the end */
	assert_int_equal(bytes_get_uint(&r, UINT64_MAX), 0);
	assert_true(r.failed);
	bytes_read(&r, slice_make(endless, sizeof(endless) - 1));
	assert_int_equal(bytes_get_uint(&r, UINT64_MAX), 0);
	assert_true(r.failed);
	bytes_read(&r, slice_make("\x7f" "abc", 4)); /* a hundred things in three bytes */
	assert_int_equal(bytes_get_count(&r, 1000), 0);
	assert_true(r.failed);
	assert_int_equal(bytes_get_fixed32(&r), 0);
	assert_false(bytes_at_end(&r));
}

/* The check value that the catalogue of CRCs gives for CRC-32C: of the nine digits. */
static void
test_the_checksum_is_the_published_one_also_in_pieces(void **state)
{
	(void)state;
	assert_int_equal(bytes_crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(bytes_crc32c(bytes_crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
}

/* ---- a stream -------------------------------------------------------------------------------- */

struct row {
	int64_t ts_ms, arrival_ms;
	double x;
	uint8_t k, missing, quiet;
};

struct script {
	struct row *rows;
	size_t n;
};

/* One in fifty comes up to two minutes late; a second model gets one in forty. */
static struct script
script_make(uint64_t seed, int64_t step_ms, unsigned days)
{
	struct script sc = {NULL, (size_t)(days * DAY_MS / step_ms)};
	size_t i;

	sc.rows = calloc(sc.n, sizeof(*sc.rows));
	assert_non_null(sc.rows);
	for (i = 0; i < sc.n; i++) {
		struct row *r = &sc.rows[i];

		r->arrival_ms = MIDNIGHT + (int64_t)i * step_ms;
		r->ts_ms = rng_below(&seed, 50) || i < 1000 ? r->arrival_ms
						: r->arrival_ms - (int64_t)rng_below(&seed, 120000);
		r->x = rng_normal(&seed);
		r->k = (uint8_t)rng_below(&seed, 5);
		r->missing = rng_below(&seed, 40) == 0;
		r->quiet = rng_below(&seed, 40) == 0;
	}
	return sc;
}

static void
ingest(struct store *s, const struct row *r)
{
	static const char *const names[] = {"a", "b", "c", "d", "e"};
	struct maker mk;

	event_make(&mk, r->quiet ? "quiet" : "busy", r->ts_ms);
	mk.ev.arrival_ms = r->arrival_ms;
	mk.ev.latency_ms = 2 + fabs(r->x);
	if (!r->missing)
		feature_add(&mk, "x", number(r->x));
	feature_add(&mk, "k", text(names[r->k]));
	mk.ev.prediction = number(r->x > 0);
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

/* Rows [from, to), with a tick every so many. */
static void
play(struct store *s, const struct script *sc, size_t from, size_t to, size_t step)
{
	size_t i;

	for (i = from; i < to; i++) {
		ingest(s, &sc->rows[i]);
		if (i % step == 0)
			assert_int_equal(store_tick(s, sc->rows[i].arrival_ms, NULL), 0);
	}
	assert_int_equal(store_tick(s, sc->rows[to - 1].arrival_ms, NULL), 0);
}

/* ---- files ----------------------------------------------------------------------------------- */

struct files {
	char *binning, *model;
	size_t nbinning, nmodel;
};

static struct files
save(const struct store *s, const char *model)
{
	const struct model *m = store_model_find(s, slice_of(model));
	struct files f = {0};

	assert_non_null(m);
	assert_int_equal(saved_write_binning(s, m->index, &f.binning, &f.nbinning, NULL), 0);
	assert_int_equal(saved_write_model(s, m->index, PROGRAM, 77, &f.model, &f.nmodel, NULL), 0);
	return f;
}

static void
files_free(struct files *f)
{
	mem_free(f->binning);
	mem_free(f->model);
}

static int
give(struct store *s, const struct files *f, struct err *err)
{
	const struct fact fact = {.kind = FACT_SAVED,
	    .u.saved = {slice_make(f->binning, f->nbinning), slice_make(f->model, f->nmodel)}};

	return store_apply(s, &fact, err);
}

static struct store *
restart(struct store *s, const char *const *models, size_t n)
{
	struct store *next = store_make(true);
	size_t i;

	for (i = 0; i < n; i++) {
		struct files f;

		if (store_model_find(s, slice_of(models[i]))->learning)
			continue;
		f = save(s, models[i]);
		assert_int_equal(give(next, &f, NULL), 0);
		files_free(&f);
	}
	store_free(s);
	return next;
}

/* Rows that are in no window yet. */
static uint64_t
pending(const struct model *m)
{
	const struct evalwin *w = &m->evalwin;
	uint64_t rows = w->carried && !w->given ? w->carried->tally.rows : 0;
	unsigned i;

	for (i = 0; i < w->nopen; i++)
		rows += w->open[i]->tally.rows;
	return rows;
}

static void
assert_growth_equal(const struct store *a, const struct store *b, const char *model)
{
	const struct model *x = store_model_find(a, slice_of(model)), *y = store_model_find(b, slice_of(model));
	size_t i, n;

	assert_non_null(x);
	assert_non_null(y);
	assert_int_equal(x->growth.rows, y->growth.rows);
	assert_int_equal(x->growth.events, y->growth.events);
	assert_int_equal(x->growth.latency_ns, y->growth.latency_ns);
	assert_int_equal(x->growth.windows, y->growth.windows);
	assert_int_equal(x->growth.days, y->growth.days);
	assert_memory_equal(x->growth.latency, y->growth.latency, LATENCY_BUCKETS * sizeof(*x->growth.latency));
	assert_memory_equal(x->growth.traffic, y->growth.traffic, sizeof(x->growth.traffic));
	assert_int_equal(x->nwatches, y->nwatches);
	for (i = 0; i < x->nwatches; i++) {
		int64_t *p, *q;

		n = growth_column_ints(&x->growth.columns[i]);
		assert_int_equal(n, growth_column_ints(&y->growth.columns[i]));
		p = calloc(2 * n + 1, sizeof(*p));
		assert_non_null(p);
		q = p + n;
		growth_column_encode(&x->growth.columns[i], p);
		growth_column_encode(&y->growth.columns[i], q);
		assert_memory_equal(p, q, n * sizeof(*p));
		free(p);
		assert_int_equal(x->watches[i].made, y->watches[i].made);
		assert_int_equal(x->watches[i].evidence.total, y->watches[i].evidence.total);
		assert_int_equal(x->watches[i].evidence.seen, y->watches[i].evidence.seen);
		assert_memory_equal(x->watches[i].evidence.level, y->watches[i].evidence.level,
		    sizeof(x->watches[i].evidence.level));
	}
}

/* ---- coming back ----------------------------------------------------------------------------- */

static void
test_what_is_saved_of_what_was_restored_is_the_same_file(void **state)
{
	static const char *const models[] = {"busy", "quiet"};
	struct script sc = script_make(1, 5000, 16);
	struct store *s = store_make(true);
	struct files one, two;
	struct model *m;
	struct maker mk;
	int i;

	(void)state;
	play(s, &sc, 0, sc.n, 200);
	s = restart(s, models, 2);
	for (i = 0; i < 2; i++) {
		event_make(&mk, models[i], sc.rows[sc.n - 1].ts_ms);
		mk.ev.latency_ms = 2;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	/* Known of some columns only. */
	m = s->models[store_model_find(s, slice_of("busy"))->index];
	m->baseline->features[0].frozen->phi.segment = m->watches[1].phi.segment = 2.5;
	m->baseline->features[0].frozen->phi.segment_blocks = m->watches[1].phi.segment_blocks = 44;
	one = save(s, "busy");
	assert_true(store_model_find(s, slice_of("busy"))->armed > 0);
	assert_int_equal(store_model_find(s, slice_of("busy"))->baseline->kind, BASELINE_SAVED);
	s = restart(s, models, 2);
	event_make(&mk, "busy", sc.rows[sc.n - 1].ts_ms);
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	m = s->models[store_model_find(s, slice_of("busy"))->index];
	assert_true(m->baseline->features[0].frozen->phi.segment == 2.5 && m->watches[1].phi.segment == 2.5);
	assert_true(m->baseline->features[0].frozen->phi.segment_blocks == 44);
	assert_true(m->watches[1].phi.segment_blocks == 44 && m->watches[0].phi.segment_blocks == 0);
	two = save(s, "busy");
	assert_int_equal(one.nbinning, two.nbinning);
	assert_memory_equal(one.binning, two.binning, one.nbinning);
	assert_int_equal(one.nmodel, two.nmodel);
	assert_memory_equal(one.model, two.model, one.nmodel);
	files_free(&one);
	files_free(&two);
	store_free(s);
	free(sc.rows);
}

/* Two hours are read again, which the quiet model's windows of fifty rows do not fit into: what began before them is
 * lost, and nothing counts twice. */
static void
test_after_a_restart_in_the_middle_rows_count_once(void **state)
{
	static const char *const models[] = {"busy", "quiet"};
	struct script sc = script_make(2, 4000, 4);
	struct store *whole = store_make(true), *cut = store_make(true);
	const struct model *q;
	size_t at, again = 2 * 3600000 / 4000, k, begun = sc.n * 6 / 10;

	(void)state;
	history_ends(whole);
	history_ends(cut);
	play(whole, &sc, 0, sc.n, 137);
	play(cut, &sc, 0, begun, 137);
	for (k = 0, at = begun; k < 5; k++) {
		size_t to = at + (sc.n - at) / 2 + 17;

		cut = restart(cut, models, 2);
		play(cut, &sc, at - again, k == 4 ? sc.n : to, 61 + 10 * k);
		at = to;
	}
	assert_growth_equal(whole, cut, "busy");
	q = store_model_find(cut, slice_of("quiet"));
	assert_true(q->growth.rows > 0);
	assert_true(q->growth.rows + pending(q) <= store_model_find(whole, slice_of("quiet"))->growth.rows +
		pending(store_model_find(whole, slice_of("quiet"))));
	store_free(whole);
	store_free(cut);
	free(sc.rows);
}

static void
test_a_saved_baseline_is_used_from_the_first_event_on(void **state)
{
	static const char *const models[] = {"busy"};
	struct script sc = script_make(4, 5000, 1);
	struct store *s = store_make(true);
	struct model_figures f;
	char name[200];

	(void)state;
	play(s, &sc, 0, sc.n, 200);
	figures_model(s, 0, WINDOW_AUTO, &f);
	snprintf(name, sizeof(name), "%.*s", (int)f.baseline.name.n, f.baseline.name.p);
	assert_int_equal(f.baseline.kind, BASELINE_LEARNED);
	s = restart(s, models, 1);
	assert_int_equal(store_model_count(s), 0); /* one that is not there takes no row */
	ingest(s, &sc.rows[sc.n - 1]);
	assert_int_equal(store_tick(s, sc.rows[sc.n - 1].arrival_ms, NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &f);
	assert_int_equal(f.baseline.kind, BASELINE_SAVED);
	assert_true(slice_is(f.baseline.name, name));
	assert_int_equal(f.rows, 1); /* none is set apart for learning */
	assert_int_equal(f.baseline.learning_rows, 0);
	store_free(s);
	free(sc.rows);
}

/* What was frozen of an earlier run takes the place of what a model is watched by: no evidence of the old one stays. */
static void
test_a_reference_given_to_a_watched_model_is_the_one_it_is_held_against(void **state)
{
	struct script sc = script_make(6, 5000, 16);
	struct store *s = store_make(true);
	struct fact f = {.kind = FACT_SAVED};
	const struct model *m;
	struct files files;
	size_t i, made = 0;

	(void)state;
	play(s, &sc, 0, sc.n - 3000, 200);
	files = save(s, "busy");
	play(s, &sc, sc.n - 3000, sc.n, 200);
	m = store_model_find(s, slice_of("busy"));
	assert_true(m->armed > 0);
	for (i = 0; i < m->nwatches; i++)
		made += m->watches[i].made_for != 0;
	assert_true(made > 0);
	f.u.saved = (struct fact_saved){
	    slice_make(files.binning, files.nbinning), slice_make(files.model, files.nmodel), true};
	assert_int_equal(store_apply(s, &f, NULL), 0);
	for (i = 0, made = 0; i < m->nwatches; i++) {
		assert_int_equal(m->watches[i].made_for, 0);
		assert_int_equal(m->watches[i].evidence.total, 0);
		made += m->baseline->features[i].frozen != NULL;
	}
	assert_int_equal(m->armed, made);
	play(s, &sc, sc.n - 1000, sc.n, 200);
	files_free(&files);
	store_free(s);
	free(sc.rows);
}

/* ---- alerts ---------------------------------------------------------------------------------- */

/* An hour in which every second event fails, after two that were well. */
static void
play_failures(struct store *s, const char *model, int64_t from_ms, int64_t to_ms)
{
	struct maker mk;
	int64_t t;

	for (t = from_ms; t < to_ms; t += 1000) {
		event_make(&mk, model, T0 + t);
		mk.ev.latency_ms = 3;
		feature_add(&mk, "x", number((double)(t / 1000 % 97)));
		mk.ev.failed = t >= 7200000 && t / 1000 % 2;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		if (t % 5000 == 0)
			assert_int_equal(store_tick(s, T0 + t, NULL), 0);
	}
	assert_int_equal(store_tick(s, T0 + to_ms, NULL), 0);
}

static const struct alert *
find_alert(const struct store *s, const char *model, const char *rule)
{
	const struct alerts *a = store_alerts(s);
	size_t i;

	for (i = 0; i < a->n; i++)
		if (slice_is(a->list[i]->key.model, model) && slice_is(a->list[i]->key.rule, rule))
			return a->list[i];
	return NULL;
}

static struct store *
fleet_to(const struct store *s)
{
	struct fact f = {.kind = FACT_SAVED_FLEET};
	struct store *next = store_make(true);
	char *file;
	size_t n;

	assert_int_equal(saved_write_fleet(s, PROGRAM, &file, &n, NULL), 0);
	f.u.saved_fleet = slice_make(file, n);
	assert_int_equal(store_apply(next, &f, NULL), 0);
	mem_free(file);
	return next;
}

static void
test_an_alert_goes_on_with_what_was_said_about_it(void **state)
{
	struct store *s = store_make(true), *next, *third;
	const struct alert *al;
	struct fact ack = {.kind = FACT_ACK}, hush = {.kind = FACT_SILENCE};
	uint64_t id, changes;
	int64_t from_ms;

	(void)state;
	play_failures(s, "m", 0, 10800000);
	al = find_alert(s, "m", "error_rate");
	assert_non_null(al);
	assert_int_equal(al->state, ALERT_FIRING);
	id = al->id;
	from_ms = al->from_ms;
	ack.u.ack = (struct fact_ack){id, slice_of("anna"), T0 + 10800000};
	hush.u.silence = (struct fact_silence){id, T0 + 20000000, slice_of("being repaired"), slice_of("ben")};
	assert_int_equal(store_apply(s, &ack, NULL), 0);
	assert_int_equal(store_apply(s, &hush, NULL), 0);
	next = fleet_to(s);
	store_free(s);
	assert_null(find_alert(next, "m", "error_rate")); /* its model has not been seen */
	third = fleet_to(next); /* and is not lost for that */
	store_free(next);
	/* Two hours are read again, the first of which was well: that is no end of the alert, and no second one. */
	changes = store_alerts(third)->changes;
	play_failures(third, "m", 3600000, 10800000);
	al = find_alert(third, "m", "error_rate");
	assert_non_null(al);
	assert_true(al->id == id && al->from_ms == from_ms && al->raised == 1);
	assert_int_equal(al->state, ALERT_FIRING);
	assert_string_equal(al->acked_by, "anna");
	assert_string_equal(al->silence_reason, "being repaired");
	assert_int_equal(al->silenced_to_ms, T0 + 20000000);
	assert_int_equal(store_alerts(third)->changes, changes);
	/* It ends when the failures do. */
	feed(third, "m", T0 + 10801000, 1000, 1800, 0, 1);
	assert_int_equal(store_tick(third, T0 + 12700000, NULL), 0);
	assert_int_equal(find_alert(third, "m", "error_rate")->state, ALERT_CLEARED);
	store_free(third);
}

static void
test_streams_of_before_that_are_gone_are_known(void **state)
{
	struct store *s = store_make(true), *next;
	struct fact so = {.kind = FACT_SOURCE}, st = {.kind = FACT_STREAM};
	struct slice names[2];

	(void)state;
	so.u.source.url = slice_of("redis://h:6379");
	assert_int_equal(store_apply(s, &so, NULL), 0);
	st.u.stream.key = slice_of("ml:a");
	st.u.stream.entries = 5;
	assert_int_equal(store_apply(s, &st, NULL), 0);
	st.u.stream.stream = 1;
	st.u.stream.key = slice_of("ml:b");
	assert_int_equal(store_apply(s, &st, NULL), 0);
	next = fleet_to(s);
	assert_int_equal(store_apply(next, &so, NULL), 0);
	st.u.stream.stream = 0;
	assert_int_equal(store_apply(next, &st, NULL), 0);
	assert_int_equal(store_streams_missing(next, names, 2), 0); /* perhaps it has not been found yet */
	history_ends(next);
	assert_int_equal(store_streams_missing(next, names, 2), 1);
	assert_true(slice_is(names[0], "redis://h:6379 ml:a"));
	store_free(s);
	s = fleet_to(next);
	history_ends(s);
	assert_int_equal(store_streams_missing(s, names, 2), 2);
	store_free(s);
	store_free(next);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static struct files
small_files(void)
{
	struct store *s = store_make(true);
	struct files f;

	feed(s, "m", T0, 1000, 4000, 0, 1);
	history_ends(s);
	feed(s, "m", T0 + 4000000, 1000, 4000, 0, 2);
	assert_int_equal(store_tick(s, T0 + 8000000, NULL), 0);
	f = save(s, "m");
	store_free(s);
	return f;
}

/* A flipped bit, wherever it is, is found; so is every torn end. */
static void
test_a_flipped_bit_or_a_torn_end_is_refused_with_a_sentence(void **state)
{
	struct files f = small_files();
	struct bytes_reader r;
	struct saved_head head;
	struct err err = {0};
	size_t i;

	(void)state;
	assert_int_equal(saved_open_model(&r, slice_make(f.model, f.nmodel), &head, NULL), 0);
	assert_true(slice_is(head.program, PROGRAM) && slice_is(head.model, "m"));
	for (i = 0; i < f.nmodel; i++) {
		f.model[i] ^= (char)(1 << i % 8);
		assert_int_not_equal(saved_open_model(&r, slice_make(f.model, f.nmodel), &head, &err), 0);
		assert_true(err.msg[0] != '\0');
		f.model[i] ^= (char)(1 << i % 8);
	}
	for (i = 0; i < f.nmodel; i++)
		assert_int_not_equal(saved_open_model(&r, slice_make(f.model, i), &head, &err), 0);
	files_free(&f);
}

static void
reseal(char *p, size_t n)
{
	uint32_t crc = bytes_crc32c(0, p, n - 4);
	size_t i;

	for (i = 0; i < 4; i++)
		p[n - 4 + i] = (char)(crc >> 8 * i);
}

/* Format 1 is what format 2 is where nothing is known of segments. */
static void
test_an_earlier_format_is_read(void **state)
{
	struct files f = small_files();
	struct store *s = store_make(true);
	struct err err = {0};

	(void)state;
	f.model[15] = f.binning[15] = 1;
	reseal(f.model, f.nmodel);
	reseal(f.binning, f.nbinning);
	assert_int_equal(give(s, &f, &err), 0);
	store_free(s);
	f.model[15] = 0;
	reseal(f.model, f.nmodel);
	s = store_make(true);
	assert_int_equal(give(s, &f, &err), ERR_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "there is no such format"));
	store_free(s);
	files_free(&f);
}

static void
test_a_newer_format_is_refused_with_a_sentence(void **state)
{
	struct files f = small_files();
	struct store *s = store_make(true);
	struct err err = {0};

	(void)state;
	f.model[15] = SAVED_FORMAT + 1;
	reseal(f.model, f.nmodel);
	assert_int_equal(give(s, &f, &err), ERR_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "a newer drifttop wrote it"));
	store_free(s);
	files_free(&f);
}

/* With a checksum that fits: whatever is in it, nothing crashes, and the model learns where it cannot be used. */
static void
test_content_that_cannot_be_is_survived_even_with_the_right_checksum(void **state)
{
	struct files f = small_files();
	uint64_t seed = 5;
	size_t k, refused = 0;

	(void)state;
	for (k = 0; k < 400; k++) {
		struct store *s = store_make(true);
		bool binning = k % 2 == 0;
		char *p = binning ? f.binning : f.model;
		size_t n = binning ? f.nbinning : f.nmodel, at = 17 + rng_below(&seed, n - 21);
		char was = p[at];

		p[at] ^= (char)(1 + rng_below(&seed, 255));
		reseal(p, n);
		if (give(s, &f, NULL) == 0) {
			feed(s, "m", T0 + 8000000, 1000, 700, 0, 3);
			assert_int_equal(store_tick(s, T0 + 9000000, NULL), 0);
			refused += store_saved_why(s)[0] != '\0';
		}
		p[at] = was;
		reseal(p, n);
		store_free(s);
	}
	assert_true(refused > 50); /* most changes of a number leave a number, but not all do */
	files_free(&f);
}

static int
restore_once(void *ctx, struct err *err)
{
	struct store_options o = {.learn = true};
	struct store *s = NULL;
	struct maker mk;
	int rc = store_new(&s, &o, err);

	if (!rc)
		rc = give(s, ctx, err);
	event_make(&mk, "m", T0 + 8000000);
	if (!rc)
		rc = store_ingest(s, &mk.ev, err);
	store_free(s);
	return rc;
}

static void
test_without_memory_a_restore_fails_whole_and_leaks_nothing(void **state)
{
	struct files f = small_files();

	(void)state;
	assert_true(alloc_survive_each(restore_once, &f) > 0);
	files_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers_come_back_and_small_ones_are_short),
	    cmocka_unit_test(test_what_is_not_there_or_too_large_fails_and_stays_failed),
	    cmocka_unit_test(test_the_checksum_is_the_published_one_also_in_pieces),
	    cmocka_unit_test(test_what_is_saved_of_what_was_restored_is_the_same_file),
	    cmocka_unit_test(test_after_a_restart_in_the_middle_rows_count_once),
	    cmocka_unit_test(test_a_saved_baseline_is_used_from_the_first_event_on),
	    cmocka_unit_test(test_a_reference_given_to_a_watched_model_is_the_one_it_is_held_against),
	    cmocka_unit_test(test_an_alert_goes_on_with_what_was_said_about_it),
	    cmocka_unit_test(test_streams_of_before_that_are_gone_are_known),
	    cmocka_unit_test(test_a_flipped_bit_or_a_torn_end_is_refused_with_a_sentence),
	    cmocka_unit_test(test_an_earlier_format_is_read),
	    cmocka_unit_test(test_a_newer_format_is_refused_with_a_sentence),
	    cmocka_unit_test(test_content_that_cannot_be_is_survived_even_with_the_right_checksum),
	    cmocka_unit_test(test_without_memory_a_restore_fails_whole_and_leaks_nothing),
	};

	return cmocka_run_group_tests_name("saved", tests, NULL, NULL);
}
