/*
 * The recorder: memory is bounded, and what could not be followed is a gap; what must not be written is not; whatever
 * goes wrong with a file ends that recording and nothing else.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "collectors/record_ring.h"
#include "core/mem.h"
#include "core/state_hash.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"
#include "tests/lib_studio.h"
#include "tests/lib_tmp.h"

/* ---- memory ---------------------------------------------------------------------------------- */

static void
the_flight_recorder_is_saved_and_read(void **state)
{
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES, .key_ms = 2 * MINUTE};
	struct recorder_view *v = NULL;
	struct record_to to = {.prefix = "flight-h"};
	struct studio st;
	struct reel *reel;
	struct err err = {0};
	uint64_t hash;

	(void)state;
	studio_open(&st, true, &o);
	to.dir = st.dir;
	assert_int_equal(recorder_save(st.r, &to, &err), ERR_NOT_FOUND);
	studio_run(&st, 12 * MINUTE);
	hash = studio_settle(&st);
	assert_int_equal(recorder_view_take(&v, st.r, NULL), 0);
	assert_int_equal(recorder_save(st.r, &to, NULL), 0);
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	assert_int_equal(studio_told(&st)->saves, 1);
	assert_true(studio_told(&st)->saved.n > 0);
	reel = reel_read(studio_told(&st)->saved.p);
	studio_plays(reel, 0, hash);
	studio_plays(reel, 3, hash);
	assert_int_equal(reel->frames[reel->n - 1].frame.type, FRAME_END);
	reel_free(reel);
	studio_run(&st, MINUTE);
	reel = reel_of_view(v);
	studio_plays(reel, 2, hash);
	reel_free(reel);
	recorder_view_free(v);
	to.dir = "/proc/nowhere";
	assert_int_equal(recorder_save(st.r, &to, NULL), 0);
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	assert_int_equal(studio_told(&st)->saves, 2);
	assert_true(studio_told(&st)->save_failed.n > 0);
	assert_int_equal(studio_told(&st)->state, RECORDING_FLIGHT);
	studio_close(&st);
}

static void
the_flight_recorder_never_holds_more_than_it_may(void **state)
{
	const size_t limit = 300000;
	const struct recorder_options o = {.flight_bytes = limit, .key_ms = 2 * MINUTE};
	struct recorder_view *v = NULL;
	struct studio st;
	struct reel *reel;
	uint64_t hash;
	size_t most = 0;
	int i;

	(void)state;
	studio_open(&st, false, &o);
	for (i = 0; i < 60; i++) {
		studio_run(&st, MINUTE);
		assert_in_range(studio_told(&st)->flight_bytes, 0, limit);
		most = studio_told(&st)->flight_bytes > most ? studio_told(&st)->flight_bytes : most;
	}
	assert_true(most > limit / 2);
	assert_true(studio_told(&st)->flight_ms > STUDIO_BEGIN + 10 * MINUTE);
	hash = studio_settle(&st);
	assert_int_equal(recorder_view_take(&v, st.r, NULL), 0);
	reel = reel_of_view(v);
	assert_int_equal(reel->frames[0].frame.type, FRAME_KEY);
	studio_plays(reel, 0, hash);
	reel_free(reel);
	recorder_view_free(v);
	studio_close(&st);
}

static struct record_block *
make_block(struct record_pack *p, enum frame_type type, int64_t time_ms, size_t bytes)
{
	struct record_block *b = NULL;
	uint64_t seed = (uint64_t)time_ms;
	char *raw = mem_alloc(bytes);
	size_t i;

	assert_non_null(raw);
	for (i = 0; i < bytes; i++)
		raw[i] = (char)rng_next(&seed);
	p->want_base = true;
	assert_int_equal(record_pack_frame(p, &b, type, time_ms, 0, raw, bytes, NULL), 0);
	return b;
}

/* A base key every ten minutes, a kilobyte a minute. */
static void
fill(struct record_ring *ring, struct record_pack *p, int from_min, int to_min, int64_t alert_ms)
{
	int i;

	for (i = from_min; i < to_min; i++) {
		struct record_block *b =
		    make_block(p, i % 10 ? FRAME_STEP : FRAME_KEY, STUDIO_BEGIN + i * MINUTE, 1000);

		(void)record_ring_add(ring, b, alert_ms);
		record_block_unref(b);
		assert_true(ring->bytes <= ring->limit);
	}
}

static void
what_led_to_an_alert_stays_in_memory(void **state)
{
	struct record_ring ring;
	struct record_pack p;
	size_t i, gaps = 0;

	(void)state;
	record_ring_init(&ring, 120000);
	record_pack_init(&p, 0);
	fill(&ring, &p, 0, 150, RECORD_RING_NO_ALERT);
	assert_true(ring.blocks[0]->frame.time_ms > STUDIO_BEGIN + 20 * MINUTE);
	fill(&ring, &p, 150, 600, STUDIO_BEGIN + 120 * MINUTE);
	assert_int_equal(ring.blocks[0]->frame.type, FRAME_KEY);
	assert_true(ring.blocks[0]->frame.time_ms <= STUDIO_BEGIN + 105 * MINUTE);
	assert_true(ring.blocks[0]->frame.time_ms >= STUDIO_BEGIN + 90 * MINUTE);
	for (i = 1; i < ring.n; i++) {
		gaps += ring.blocks[i]->frame.type == FRAME_GAP;
		assert_true(ring.blocks[i]->frame.time_ms >= ring.blocks[i - 1]->frame.time_ms);
		if (ring.blocks[i - 1]->frame.type == FRAME_GAP)
			assert_int_equal(ring.blocks[i]->frame.type, FRAME_KEY);
	}
	assert_int_equal(gaps, 1);
	assert_true(ring.blocks[ring.n - 1]->frame.time_ms == STUDIO_BEGIN + 599 * MINUTE);
	fill(&ring, &p, 600, 700, RECORD_RING_NO_ALERT);
	assert_true(ring.blocks[0]->frame.time_ms > STUDIO_BEGIN + 500 * MINUTE);
	record_ring_release(&ring);
	record_pack_release(&p);
}

static void
what_cannot_be_followed_is_a_gap_and_then_a_key(void **state)
{
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES, .waiting_bytes = 20000};
	struct studio st;
	struct reel *reel;
	uint64_t hash;
	size_t gap;

	(void)state;
	studio_open(&st, true, &o);
	studio_run(&st, 2 * MINUTE);
	studio_start(&st);
	studio_run(&st, MINUTE);
	/* Nobody turns the loop: what is packed is not taken, and nothing is handed on. */
	st.pool = false;
	studio_run(&st, 30 * MINUTE);
	st.pool = true;
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	studio_run(&st, 2 * MINUTE);
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	assert_true(studio_told(&st)->dropped > 100);
	hash = studio_settle(&st);
	studio_stop(&st);
	reel = reel_read(st.file);
	gap = reel_find(reel, FRAME_GAP, 0);
	assert_true(gap != SIZE_MAX);
	assert_int_equal(reel->frames[gap + 1].frame.type, FRAME_KEY);
	assert_int_equal(reel->damages, 0);
	studio_plays(reel, 0, hash);
	reel_free(reel);
	studio_close(&st);
}

/* ---- what must not be written ---------------------------------------------------------------------- */

static void
masked_values_are_nowhere_in_a_file(void **state)
{
	char pattern[] = "one.city", all[] = "two.c*";
	char *masks[] = {pattern, all};
	struct config config;
	struct recorder_options o = {.config = &config, .all_events = true, .key_ms = 2 * MINUTE};
	struct studio st;
	struct reel *reel;
	struct recording_head head;

	(void)state;
	assert_int_equal(config_init(&config, NULL), 0);
	config.masks = masks;
	config.nmasks = 2;
	studio_open(&st, false, &o);
	st.secret = true;
	studio_start(&st);
	studio_run(&st, 30 * MINUTE);
	studio_stop(&st);
	reel = reel_read(st.file);
	assert_true(reel->count[FRAME_EVENTS] > 100);
	assert_false(reel_has(reel, "secret-"));
	assert_false(reel_has(reel, "hidden-"));
	assert_true(reel_has(reel, "city"));
	assert_int_equal(
	    recording_head_read(&head, slice_make(reel->frames[0].raw, reel->frames[0].frame.raw), NULL), 0);
	assert_true(head.masked.n > 0);
	assert_non_null(strstr(head.masked.p, "one.city"));
	reel_free(reel);
	studio_close(&st);
	config.masks = NULL;
	config.nmasks = 0;
	config_release(&config);
}

static void
what_is_not_masked_is_there(void **state)
{
	const struct recorder_options o = {.all_events = true};
	struct studio st;
	struct reel *reel;

	(void)state;
	studio_open(&st, false, &o);
	st.secret = true;
	studio_start(&st);
	studio_run(&st, 30 * MINUTE);
	studio_stop(&st);
	reel = reel_read(st.file);
	assert_true(reel_has(reel, "hidden-")); /* once it is known to be a value */
	assert_false(reel_has(reel, "secret-"));
	reel_free(reel);
	studio_close(&st);
}

/* ---- trouble --------------------------------------------------------------------------------- */

static void
a_full_disk_ends_the_recording_and_nothing_else(void **state)
{
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES};
	struct rlimit before, small;
	struct studio st;
	struct reel *reel;
	uint64_t events, hash;

	(void)state;
	studio_open(&st, true, &o);
	studio_run(&st, MINUTE);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 100000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	studio_start(&st);
	studio_run(&st, 30 * MINUTE);
	(void)recorder_wait(st.r, NULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(studio_told(&st)->state, RECORDING_FAILED);
	assert_non_null(strstr(studio_told(&st)->sentence.p, strerror(EFBIG)));
	assert_false(recorder_writes(st.r));
	events = store_events(st.s);
	reel = reel_read(st.file);
	assert_int_equal(reel->damages, 0);
	assert_true(reel->count[FRAME_STEP] > 5);
	reel_free(reel);
	studio_start(&st); /* asked again */
	studio_run(&st, 2 * MINUTE);
	assert_int_equal(studio_told(&st)->state, RECORDING_WRITING);
	assert_int_equal(store_events(st.s), events + 2 * 1200);
	hash = studio_settle(&st);
	studio_stop(&st);
	reel = reel_read(st.file);
	studio_plays(reel, 0, hash);
	reel_free(reel);
	studio_close(&st);
}

static void
another_store_is_behind_a_gap(void **state)
{
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES};
	struct studio st;
	struct reel *reel;
	struct store *old;
	uint64_t hash;
	size_t gap;

	(void)state;
	studio_open(&st, true, &o);
	studio_run(&st, 2 * MINUTE);
	studio_start(&st);
	studio_run(&st, 2 * MINUTE);
	assert_int_equal(recorder_attach(st.r, NULL, NULL), 0);
	old = st.s;
	st.s = studio_store();
	store_free(old);
	assert_int_equal(recorder_attach(st.r, st.s, NULL), 0);
	studio_run(&st, 2 * MINUTE);
	hash = studio_settle(&st);
	studio_stop(&st);
	reel = reel_read(st.file);
	gap = reel_find(reel, FRAME_GAP, 0);
	assert_true(gap != SIZE_MAX);
	assert_int_equal(reel->frames[gap + 1].frame.type, FRAME_KEY);
	studio_plays(reel, 0, hash);
	reel_free(reel);
	studio_close(&st);
}

struct alloc_case {
	char dir[256];
};

static int
record_once(void *ctx, struct err *err)
{
	struct alloc_case *c = ctx;
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES, .key_ms = 10000};
	struct record_to to = {.dir = c->dir, .prefix = "a", .keep_bytes = 1};
	struct store_options so = {.learn = false};
	struct recorder *r = NULL;
	struct recorder_view *v = NULL;
	struct store *s = NULL;
	int64_t at;
	int rc = store_new(&s, &so, err);

	if (!rc)
		rc = recorder_new(&r, NULL, &o, NULL, err);
	if (!rc)
		rc = recorder_attach(r, s, err);
	if (!rc)
		rc = recorder_start(r, &to, err);
	for (at = STUDIO_BEGIN; !rc && at < STUDIO_BEGIN + 60000; at += 5000) {
		struct maker mk;

		event_make(&mk, "m", at);
		feature_add(&mk, "x", number(1));
		(void)store_ingest(s, &mk.ev, NULL);
		(void)store_tick(s, at, NULL);
		recorder_tick(r, STUDIO_WALL);
	}
	if (!rc && recorder_view_take(&v, r, NULL) == 0)
		recorder_view_free(v);
	(void)recorder_close(r, NULL);
	store_free(s);
	return rc;
}

static void
without_memory_it_goes_on(void **state)
{
	struct alloc_case c;

	(void)state;
	lib_tmp_make(c.dir, sizeof(c.dir), "recorder");
	assert_true(alloc_survive_each(record_once, &c) > 100);
	lib_tmp_remove(c.dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_flight_recorder_is_saved_and_read),
		cmocka_unit_test(the_flight_recorder_never_holds_more_than_it_may),
		cmocka_unit_test(what_led_to_an_alert_stays_in_memory),
		cmocka_unit_test(what_cannot_be_followed_is_a_gap_and_then_a_key),
		cmocka_unit_test(masked_values_are_nowhere_in_a_file),
		cmocka_unit_test(what_is_not_masked_is_there),
		cmocka_unit_test(a_full_disk_ends_the_recording_and_nothing_else),
		cmocka_unit_test(another_store_is_behind_a_gap),
		cmocka_unit_test(without_memory_it_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
