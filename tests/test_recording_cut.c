/* verify and cut, as a user runs them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "collectors/player.h"
#include "collectors/recording_cut.h"
#include "core/fact_bytes.h"
#include "core/state_hash.h"
#include "tests/lib_recording.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

#define MINUTES	 150
#define MINUTE	 60000
#define LIMIT_MS 40000

static struct lib_recording small;
static char dir[256], path[300], out[300], notes[320];

static void
put_note(void)
{
	struct recording_head head = lib_recording_head();
	struct fact f = {.kind = FACT_MARK};
	struct lib_recording w;
	struct bytes payload;

	f.u.mark.model = SIZE_MAX;
	f.u.mark.at_ms = LIB_RECORDING_BEGIN + 81 * MINUTE;
	f.u.mark.text = slice_of("ada: called the bank");
	lib_recording_init(&w, &head);
	bytes_init(&payload);
	bytes_put_uint(&payload, 1);
	fact_write(&f, &payload);
	lib_recording_frame(&w, FRAME_MARK, f.u.mark.at_ms, 0, slice_make(payload.p, payload.n));
	bytes_release(&payload);
	lib_recording_save(w.out.p, w.out.n, notes);
	lib_recording_release(&w);
}

/* Two base keys: the second an hour behind the first. */
static int
make_small(void **state)
{
	struct recording_head head = lib_recording_head();

	(void)state;
	lib_recording_init(&small, &head);
	lib_recording_fleet(&small, MINUTES, NULL, NULL);
	lib_recording_end(&small, LIB_RECORDING_BEGIN + MINUTES * MINUTE);
	lib_tmp_make(dir, sizeof(dir), "cut");
	snprintf(path, sizeof(path), "%s/a.dtr", dir);
	snprintf(notes, sizeof(notes), "%s%s", path, RECORDING_NOTES);
	snprintf(out, sizeof(out), "%s/b.dtr", dir);
	lib_recording_save(small.out.p, small.out.n, path);
	put_note();
	return 0;
}

static int
remove_small(void **state)
{
	(void)state;
	lib_recording_release(&small);
	lib_tmp_remove(dir);
	return 0;
}

static void
run(struct lib_run *r, const char *a, const char *b, const char *c, const char *d, const char *e, const char *f)
{
	const char *args[16] = {a, b, c, d, e, f, NULL, NULL, NULL};

	if (strcmp(a, "cut") == 0) {
		args[6] = "-o";
		args[7] = out;
	}
	lib_run(r, args, NULL, NULL, LIMIT_MS);
}

static void
verify(const char *file, int status, const char *part)
{
	const char *args[] = {"verify", file, "--utc", NULL};
	struct lib_run r;

	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	if (r.status != status || !strstr(status == 1 && r.nerr ? r.err : r.out, part))
		fail_msg("exit status %d: %s%s", r.status, r.out, r.err);
	lib_run_free(&r);
}

/* ---- verify ---------------------------------------------------------------------------------- */

static void
a_whole_one_is_said_to_be_whole(void **state)
{
	(void)state;
	verify(path, 0, "it is whole");
	verify(path, 0, "of redis://cache:6379");
	verify(path, 0, "from 2023-11-14 22:13:20 to 2023-11-15 00:43:20 (2h)");
	verify(path, 0, "it was ended by its writer");
	verify(path, 0, "2 marks and notes");
	verify(path, 0, "budgets of alarms");
}

static void
what_is_damaged_is_named_with_its_time(void **state)
{
	char *copy = malloc(small.out.n);
	struct recording *r = NULL;
	size_t step;

	(void)state;
	assert_non_null(copy);
	memcpy(copy, small.out.p, small.out.n);
	assert_int_equal(recording_open(&r, path, NULL), 0);
	step = recording_last(r, FRAME_STEP, LIB_RECORDING_BEGIN + 30 * MINUTE);
	copy[recording_frame(r, step)->frame.at + FRAME_BYTES] ^= 1;
	recording_close(r);
	lib_recording_save(copy, small.out.n, out);
	verify(out, 1, "2023-11-14 22:43:15 to 2023-11-14 22:43:20");
	verify(out, 1, "1 place is damaged");
	/* Cut off in the middle of a frame. */
	lib_recording_save(small.out.p, small.out.n / 2, out);
	verify(out, 1, "was not written whole");
	verify(out, 1, "it was not ended");
	lib_recording_save("hello\n", 6, out);
	verify(out, 1, "it looks like text");
	lib_tmp_remove(out);
	free(copy);
}

/* ---- cut ------------------------------------------------------------------------------------- */

static uint64_t
hash_at(const char *file, int64_t at)
{
	struct recording *r = NULL;
	struct player *p = NULL;
	struct err err = {0};
	uint64_t hash;

	if (recording_open(&r, file, &err) || player_open(&p, r, NULL, false, &err) || player_seek(p, at, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(player_gaps(p), 0);
	hash = state_hash(player_store(p), NULL);
	player_close(p);
	recording_close(r);
	return hash;
}

/* Its keys rest on one that stays behind; the last ones, on a base of their own. */
static void
a_part_is_whole_and_plays_as_it_did(void **state)
{
	int64_t at = LIB_RECORDING_BEGIN + 50 * MINUTE;
	struct recording *r = NULL;
	struct lib_run run1;
	struct stat st;
	int64_t from, to;

	(void)state;
	run(&run1, "cut", path, "--from", "2023-11-14T23:03:20Z", "--to", "2023-11-15T00:23:20Z");
	assert_int_equal(run1.status, 0);
	lib_run_free(&run1);
	verify(out, 0, "it is whole");
	assert_int_equal(stat(out, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true((size_t)st.st_size < small.out.n * 3 / 4);
	for (; at < LIB_RECORDING_BEGIN + 130 * MINUTE; at += 9 * MINUTE + 1000)
		assert_true(hash_at(path, at) == hash_at(out, at));
	assert_int_equal(recording_open(&r, out, NULL), 0);
	recording_range(r, &from, &to);
	assert_int_equal(from, LIB_RECORDING_BEGIN + 50 * MINUTE);
	assert_int_equal(to, LIB_RECORDING_BEGIN + 130 * MINUTE);
	assert_int_equal(recording_marks(r), 2);
	assert_true(slice_is(recording_mark(r, 1)->text, "ada: called the bank"));
	assert_true(slice_is(recording_head(r)->endpoint, "redis://cache:6379"));
	assert_true(recording_ended(r));
	recording_close(r);
	lib_tmp_remove(out);
}

static void
nothing_is_written_over_and_nothing_is_left_behind(void **state)
{
	struct lib_run r;
	struct stat st;

	(void)state;
	lib_recording_save("mine", 4, out);
	run(&r, "cut", path, "--from", "-15m", "--to", "-5m");
	assert_int_equal(r.status, 1);
	assert_non_null(strstr(r.err, "is there already"));
	lib_run_free(&r);
	assert_int_equal(stat(out, &st), 0);
	assert_int_equal(st.st_size, 4);
	lib_tmp_remove(out);
	run(&r, "cut", path, "--from", "2030-01-01", "--to", "2030-01-02");
	assert_int_equal(r.status, 1);
	assert_non_null(strstr(r.err, "nothing was recorded between"));
	lib_run_free(&r);
	run(&r, "cut", path, "--from", "-5m", "--to", "-15m");
	assert_int_equal(r.status, 2);
	lib_run_free(&r);
	run(&r, "cut", path, "--from", "teatime", "--to", "-15m");
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.err, "--from"));
	lib_run_free(&r);
	assert_int_not_equal(stat(out, &st), 0);
}

/* What is missing in it must not look as if it had never been. */
static void
damage_is_known_in_the_part_too(void **state)
{
	char *copy = malloc(small.out.n);
	struct recording *r = NULL;
	struct recording_cut cut;
	size_t step;
	int rc;

	(void)state;
	assert_non_null(copy);
	memcpy(copy, small.out.p, small.out.n);
	assert_int_equal(recording_open(&r, path, NULL), 0);
	step = recording_last(r, FRAME_STEP, LIB_RECORDING_BEGIN + 75 * MINUTE);
	copy[recording_frame(r, step)->frame.at + FRAME_BYTES] ^= 1;
	recording_close(r);
	lib_recording_save(copy, small.out.n, path);
	assert_int_equal(recording_open(&r, path, NULL), 0);
	rc = recording_cut(r, out, LIB_RECORDING_BEGIN + 60 * MINUTE, LIB_RECORDING_BEGIN + 90 * MINUTE, &cut, NULL);
	assert_int_equal(rc, 0);
	assert_int_equal(cut.left, 1);
	recording_close(r);
	verify(out, 1, "frames are missing");
	lib_recording_save(small.out.p, small.out.n, path);
	lib_tmp_remove(out);
	free(copy);
}

/* What was learned from is no picture that lacks something: the screen says what it is. */
static void
before_the_first_baseline_a_replay_says_what_it_has(void **state)
{
	const char *args[] = {"snapshot", path, "--utc", "--at", "22:13:35", "--goto", "fraud", "--size", "80x24",
	    NULL};
	struct lib_run r;

	(void)state;
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	if (!strstr(r.out, "no baseline yet: rows are counted, a recording has none of their values") ||
	    !strstr(r.out, " of 200 rows") || strstr(r.out, "learning: 0 of"))
		fail_msg("%s", r.out);
	lib_run_free(&r);
}

/* Nothing is joined, and who looks is told so. */
static void
two_recordings_of_one_time_are_not_joined(void **state)
{
	const char *two[] = {"report", path, path, NULL};
	char *both = malloc(2 * small.out.n);
	struct lib_run r;

	(void)state;
	assert_non_null(both);
	memcpy(both, small.out.p, small.out.n);
	memcpy(both + small.out.n, small.out.p, small.out.n);
	snprintf(out, sizeof(out), "%s/both.dtr", dir);
	lib_recording_save(both, 2 * small.out.n, out);
	verify(out, 0, "2 recordings in one file, which overlap");
	verify(out, 0, "from 2023-11-14 22:13:20 to 2023-11-15 00:43:20 (2h)");
	lib_tmp_remove(out);
	snprintf(out, sizeof(out), "%s/b.dtr", dir);
	lib_run(&r, two, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.err, "two are not joined"));
	lib_run_free(&r);
	free(both);
}

/* Twenty to eleven to ten to, said in all ways: by clock, by day, by date, as an epoch, before the end. */
static void
times_are_said_as_to_the_key_that_jumps(void **state)
{
	static const char *const said[][2] = {{"22:40", "22:50"}, {"2240", "2250"},
	    {"yesterday 22:40", "yesterday 22:50"}, {"2023-11-14T22:40:00Z", "2023-11-14 22:50"},
	    {"1700001600", "1700002200000"}, {"-123m20s", "113m20s ago"}};
	struct lib_run first, r;
	size_t i;

	(void)state;
	(void)remove(out);
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		const char *cut[] = {"cut", path, "--utc", "--from", said[i][0], "--to", said[i][1], "-o", out, NULL};
		const char *report[] = {"report", path, "--utc", "--format", "md", "--from", said[i][0], "--to",
		    said[i][1], NULL};
		const char *export[] = {"export", path, "--utc", "--from", said[i][0], "--to", said[i][1], NULL};

		lib_run(&r, cut, NULL, NULL, LIMIT_MS);
		if (r.status || !strstr(r.err, "2023-11-14 22:33:20 to 2023-11-14 22:50:00"))
			fail_msg("cut --from '%s' --to '%s': %s", said[i][0], said[i][1], r.err);
		lib_run_free(&r);
		lib_tmp_remove(out);
		lib_run(&r, report, NULL, NULL, LIMIT_MS);
		if (r.status || !strstr(r.out, "2023-11-14 22:40:00 to 2023-11-14 22:50:00"))
			fail_msg("report --from '%s' --to '%s': %s%s", said[i][0], said[i][1], r.out, r.err);
		lib_run_free(&r);
		lib_run(&r, export, NULL, NULL, LIMIT_MS);
		if (r.status || r.nout < 1000)
			fail_msg("export --from '%s' --to '%s': %s", said[i][0], said[i][1], r.err);
		if (i) {
			assert_string_equal(r.out, first.out);
			lib_run_free(&r);
		} else {
			first = r;
		}
	}
	lib_run_free(&first);
}

/* Of every tick that changed alerts: a file that begins with its key. Of the same change nobody is told twice. */
static void
a_file_that_begins_when_an_alert_fires_has_that_alert(void **state)
{
	struct recording_head head = lib_recording_head();
	struct recording *r = NULL, *part = NULL;
	struct lib_recording w;
	struct recording_cut cut;
	size_t i, n, frames = 0, at = SIZE_MAX;

	(void)state;
	lib_recording_init(&w, &head);
	w.key_ms = 1; /* behind every step */
	lib_recording_fleet(&w, 6, NULL, NULL);
	lib_recording_end(&w, LIB_RECORDING_BEGIN + 6 * MINUTE);
	snprintf(out, sizeof(out), "%s/keys.dtr", dir);
	lib_recording_save(w.out.p, w.out.n, out);
	lib_recording_release(&w);
	assert_int_equal(recording_open(&r, out, NULL), 0);
	snprintf(out, sizeof(out), "%s/b.dtr", dir);
	n = recording_alerts(r);
	assert_true(n >= 6);
	while ((at = recording_behind(r, FRAME_ALERT, at)) != SIZE_MAX)
		frames++;
	assert_true(frames > n);
	for (i = 0; i < n; i++) {
		const struct recording_alert *a = recording_alert(r, i), *b;

		if (i && a->time_ms == recording_alert(r, i - 1)->time_ms)
			continue;
		(void)remove(out);
		assert_int_equal(recording_cut(r, out, a->time_ms, a->time_ms + 20000, &cut, NULL), 0);
		assert_int_equal(cut.from_ms, a->time_ms);
		assert_int_equal(recording_open(&part, out, NULL), 0);
		assert_true(recording_alerts(part) > 0);
		b = recording_alert(part, 0);
		assert_int_equal(b->time_ms, a->time_ms);
		assert_int_equal(b->alert->id, a->alert->id);
		assert_int_equal(b->kind, a->kind);
		recording_close(part);
	}
	recording_close(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_one_is_said_to_be_whole),
		cmocka_unit_test(what_is_damaged_is_named_with_its_time),
		cmocka_unit_test(a_part_is_whole_and_plays_as_it_did),
		cmocka_unit_test(nothing_is_written_over_and_nothing_is_left_behind),
		cmocka_unit_test(damage_is_known_in_the_part_too),
		cmocka_unit_test(before_the_first_baseline_a_replay_says_what_it_has),
		cmocka_unit_test(two_recordings_of_one_time_are_not_joined),
		cmocka_unit_test(times_are_said_as_to_the_key_that_jumps),
		cmocka_unit_test(a_file_that_begins_when_an_alert_fires_has_that_alert),
	};

	return cmocka_run_group_tests(tests, make_small, remove_small);
}
