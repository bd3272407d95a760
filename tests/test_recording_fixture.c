/*
 * A recording of each format that is kept for good: whatever this program becomes, it reads it and says the same of it.
 *
 * tests/fixtures/recording-1.dtr, recording-1.1.dtr and recording-1.3.dtr were written once, by lib_recording_fleet.
 * WRITE=FILE writes another one like the last.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/config_text.h"
#include "collectors/player.h"
#include "core/alert.h"
#include "core/config.h"
#include "core/model.h"
#include "tests/lib_recording.h"

#define FILE_1	"tests/fixtures/recording-1.dtr"
#define FILE_11 "tests/fixtures/recording-1.1.dtr" /* raw events say which entry they were */
#define FILE_13 "tests/fixtures/recording-1.3.dtr" /* rules, a budget and levels are told on the way */
#define MINUTES 6
#define MINUTE	60000

static const struct fact_levels levels[] = {
    {{"fraud", 5}, {"amount", 6}, 6, 7}, {{"churn", 5}, {"country", 7}, 0, 0.5}};

static void
write_one(const char *path)
{
	static const char text[] = "{\"rules\": [{\"name\": \"latency\", \"warn\": null, \"crit\": \"p99 > 4ms\"}]}";
	struct recording_head head = lib_recording_head();
	struct lib_recording w;
	struct config c;
	struct err why = {0};

	assert_int_equal(config_text_parse(&c, slice_of(text), &why, NULL), 0);
	head.masked = slice_of("the input country, ids");
	lib_recording_init(&w, &head);
	w.key_ms = 2 * MINUTE;
	w.mask = true;
	w.rules = &c.rules;
	w.budget = 3;
	w.levels = levels;
	w.nlevels = sizeof(levels) / sizeof(*levels);
	lib_recording_fleet(&w, MINUTES, NULL, NULL);
	lib_recording_end(&w, LIB_RECORDING_BEGIN + MINUTES * MINUTE);
	lib_recording_save(w.out.p, w.out.n, path);
	lib_recording_release(&w);
	config_release(&c);
}

static struct recording *
open_it(void)
{
	struct recording *r = NULL;
	struct err err = {0};

	if (recording_open(&r, FILE_1, &err))
		fail_msg("%s", err.msg);
	return r;
}

static void
its_head_says_who_wrote_it(void **state)
{
	struct recording *r = open_it();
	const struct recording_head *h = recording_head(r);

	(void)state;
	assert_int_equal(h->major, 1);
	assert_int_equal(h->minor, 0);
	assert_true(slice_is(h->program, "0.1.0"));
	assert_true(slice_is(h->host, "jump-1"));
	assert_true(slice_is(h->endpoint, "redis://cache:6379"));
	assert_true(slice_is(h->masked, "the input country, ids"));
	assert_int_equal(h->started_ms, LIB_RECORDING_BEGIN);
	assert_true(h->alarms_per_week == 1);
	recording_close(r);
}

static void
its_frames_are_all_there(void **state)
{
	static const size_t counts[FRAME_END + 1] = {
	    [FRAME_HEADER] = 1,
	    [FRAME_KEY] = 4,
	    [FRAME_KEY_MODEL] = 6,
	    [FRAME_STEP] = 72,
	    [FRAME_EVENTS] = 24,
	    [FRAME_ALERT] = 15,
	    [FRAME_MARK] = 1,
	    [FRAME_INDEX] = 1,
	    [FRAME_END] = 1,
	};
	struct recording *r = open_it();
	size_t type;
	int64_t from, to;

	(void)state;
	assert_int_equal(recording_check(r, NULL), 0);
	assert_int_equal(recording_damages(r), 0);
	assert_true(recording_ended(r));
	recording_range(r, &from, &to);
	assert_int_equal(from, LIB_RECORDING_BEGIN);
	assert_int_equal(to, LIB_RECORDING_BEGIN + MINUTES * MINUTE);
	for (type = FRAME_HEADER; type <= FRAME_END; type++) {
		size_t i = SIZE_MAX, n = 0;

		while ((i = recording_behind(r, (enum frame_type)type, i)) != SIZE_MAX)
			n++;
		if (n != counts[type])
			fail_msg("%zu frames of type %zu", n, type);
	}
	recording_close(r);
}

static void
its_lists_say_what_they_said(void **state)
{
	struct recording *r = open_it();
	size_t n = recording_alerts(r), i, fired = 0;

	(void)state;
	for (i = 0; i < n; i++) {
		const struct recording_alert *a = recording_alert(r, i);

		fired += a->kind == ALERT_CHANGE_FIRED && slice_is(a->alert->key.model, "fraud");
	}
	assert_true(fired > 0);
	assert_int_equal(recording_marks(r), 1);
	assert_true(slice_is(recording_mark(r, 0)->text, "rolled back"));
	recording_close(r);
}

/* Counts, which mean the same for ever; figures made of them may be told better one day. */
static void
played_to_its_end_it_has_counted_what_was_counted(void **state)
{
	struct recording *r = open_it();
	struct player *p = NULL;
	struct raw_event ev;
	struct err err = {0};

	(void)state;
	if (player_open(&p, r, NULL, false, &err) || player_seek(p, INT64_MAX, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(player_gaps(p), 0);
	assert_string_equal(player_why(p), "");
	assert_int_equal(store_model_count(player_store(p)), 2);
	assert_int_equal(store_events(player_store(p)), MINUTES * 600);
	assert_non_null(store_model_find(player_store(p), slice_of("fraud")));
	assert_non_null(store_model_find(player_store(p), slice_of("churn")));
	assert_int_equal(store_mark_count(player_store(p)), 1);
	assert_true(store_raw_before(player_store(p), SIZE_MAX, UINT64_MAX, &ev));
	assert_true(ev.raw.n > 20);
	player_close(p);
	recording_close(r);
}

/* From the first key on step by step: a key on the way says nothing new. */
static void
every_step_of_it_can_be_done(void **state)
{
	struct recording *r = open_it();
	struct player *p = NULL;
	size_t steps = 0;

	(void)state;
	assert_int_equal(player_open(&p, r, NULL, false, NULL), 0);
	for (; !player_at_end(p); steps++) {
		assert_int_equal(player_step(p, 1, NULL), 0);
		assert_int_equal(player_gaps(p), 0);
	}
	assert_int_equal(steps, 72);
	assert_int_equal(store_events(player_store(p)), MINUTES * 600);
	player_close(p);
	recording_close(r);
}

static void
what_was_masked_is_in_no_raw_event(void **state)
{
	struct recording *r = open_it();
	struct player *p = NULL;
	struct raw_event ev;
	uint64_t seq = UINT64_MAX;
	size_t n = 0;

	(void)state;
	assert_int_equal(player_open(&p, r, NULL, false, NULL), 0);
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	for (; store_raw_before(player_store(p), SIZE_MAX, seq, &ev); seq = ev.seq, n++) {
		char raw[1024];

		snprintf(raw, sizeof(raw), "%.*s", (int)ev.raw.n, ev.raw.p);
		assert_non_null(strstr(raw, "\"country\":\"(masked)\""));
		assert_null(strstr(raw, "\"DE\""));
	}
	assert_true(n > 20);
	player_close(p);
	recording_close(r);
}

/* The newer format says more, and the same of all else. */
static void
an_entry_can_be_found_again_from_format_1_1_on(void **state)
{
	static const char *const files[2] = {FILE_1, FILE_11};
	struct recording *r = NULL;
	struct player *p = NULL;
	struct raw_event ev;
	size_t i, n;

	(void)state;
	for (i = 0; i < 2; i++) {
		uint64_t seq = UINT64_MAX;

		assert_int_equal(recording_open(&r, files[i], NULL), 0);
		assert_int_equal(recording_head(r)->major, 1);
		assert_int_equal(recording_head(r)->minor, i);
		assert_int_equal(recording_check(r, NULL), 0);
		assert_int_equal(player_open(&p, r, NULL, false, NULL), 0);
		assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
		assert_int_equal(store_events(player_store(p)), MINUTES * 600);
		for (n = 0; store_raw_before(player_store(p), SIZE_MAX, seq, &ev); seq = ev.seq, n++) {
			assert_int_equal(ev.of_entry, i);
			if (!i)
				continue;
			assert_int_equal(ev.entry_seq, ev.arrival_ms % 7);
			assert_true(slice_is(store_stream(player_store(p), ev.source, ev.stream)->key, "ml:fraud"));
		}
		assert_true(n > 20);
		player_close(p);
		recording_close(r);
	}
}

/* From the second key on they are in each; a file may begin with any. */
static void
what_was_told_on_the_way_is_there_from_format_1_3_on(void **state)
{
	struct recording *r = NULL;
	struct player *p = NULL;
	const struct model *m;
	size_t keys = 0;

	(void)state;
	assert_int_equal(recording_open(&r, FILE_13, NULL), 0);
	assert_int_equal(recording_head(r)->minor, 3);
	assert_int_equal(recording_check(r, NULL), 0);
	assert_int_equal(player_open(&p, r, NULL, false, NULL), 0);
	assert_int_equal(store_levels_count(player_store(p)), 0);
	for (size_t i = recording_behind(r, FRAME_KEY, SIZE_MAX); i != SIZE_MAX;
	     i = recording_behind(r, FRAME_KEY, i), keys++) {
		assert_int_equal(player_seek(p, recording_frame(r, i)->frame.time_ms, NULL), 0);
		assert_int_equal(store_levels_count(player_store(p)), keys < 2 ? 0 : 2);
		assert_int_equal(store_rules_told(player_store(p)), keys >= 2);
		assert_true(store_budget(player_store(p)) == (keys < 2 ? 1 : 3));
	}
	assert_int_equal(keys, 4);
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	assert_int_equal(player_gaps(p), 0);
	assert_int_equal(store_events(player_store(p)), MINUTES * 600);
	for (size_t i = 0; i < 2; i++) {
		const struct fact_levels *f = store_levels_told(player_store(p), i);

		assert_true(slice_eq(f->model, levels[i].model) && slice_eq(f->feature, levels[i].feature));
		assert_true(f->watch == levels[i].watch && f->drift == levels[i].drift);
	}
	m = store_model_find(player_store(p), slice_of("fraud"));
	assert_true(m->features[FID_INPUT].watch == 6 && m->features[FID_INPUT].drift == 7);
	player_close(p);
	recording_close(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_head_says_who_wrote_it),
		cmocka_unit_test(its_frames_are_all_there),
		cmocka_unit_test(its_lists_say_what_they_said),
		cmocka_unit_test(played_to_its_end_it_has_counted_what_was_counted),
		cmocka_unit_test(every_step_of_it_can_be_done),
		cmocka_unit_test(what_was_masked_is_in_no_raw_event),
		cmocka_unit_test(an_entry_can_be_found_again_from_format_1_1_on),
		cmocka_unit_test(what_was_told_on_the_way_is_there_from_format_1_3_on),
	};

	if (getenv("WRITE"))
		write_one(getenv("WRITE"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
