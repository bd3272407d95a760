/* Casts of a recording: exported, and of a session on a terminal; and which moments become markers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collectors/recording.h"
#include "tests/lib_cast.h"
#include "tests/lib_pty.h"
#include "tests/lib_recording.h"
#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/cast.h"
#include "tui/cast_marks.h"
#include "tui/replay.h"

/* From 22:13:20 on; trouble from the tenth minute to the fifteenth. */
#define MINUTES 30
#define LIMIT_MS 60000

/* ---- markers --------------------------------------------------------------------------------- */

struct labels {
	char text[4 * LIB_CAST_MARKERS][CAST_LABEL_BYTES];
	size_t n;
	struct cast_marks marks;
};

static struct lib_recording whole;
static struct labels live; /* what was told while the recording was made */
static char dir[256], path[300];

static void
keep_label(void *ctx, struct slice label)
{
	struct labels *l = ctx;

	assert_true(l->n < sizeof(l->text) / sizeof(l->text[0]));
	snprintf(l->text[l->n++], CAST_LABEL_BYTES, "%.*s", (int)label.n, label.p);
}

static void
look(void *ctx, const struct store *s, enum frame_type type, int64_t time_ms)
{
	struct labels *l = ctx;

	(void)time_ms;
	if (type == FRAME_STEP)
		cast_marks_live(&l->marks, s);
}

static int
make_whole(void **state)
{
	struct recording_head head = lib_recording_head();

	(void)state;
	cast_marks_init(&live.marks, LIB_RECORDING_BEGIN, keep_label, &live);
	lib_recording_init(&whole, &head);
	lib_recording_fleet(&whole, MINUTES, look, &live);
	lib_recording_end(&whole, LIB_RECORDING_BEGIN + MINUTES * INT64_C(60000));
	cast_marks_release(&live.marks);
	lib_tmp_make(dir, sizeof(dir), "cast");
	snprintf(path, sizeof(path), "%s/incident.dtr", dir);
	lib_recording_save(whole.out.p, whole.out.n, path);
	return 0;
}

static int
remove_whole(void **state)
{
	(void)state;
	lib_recording_release(&whole);
	lib_tmp_remove(dir);
	return 0;
}

static void
open_replay(struct recording **rec, struct replay **r)
{
	const struct replay_options o = {.name = "incident.dtr"};

	assert_int_equal(recording_open(rec, path, NULL), 0);
	assert_int_equal(replay_open(r, *rec, &o, NULL), 0);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Step by step, as a session would be seen. */
static void
a_recording_tells_the_markers_that_were_told_when_it_was_made(void **state)
{
	struct labels *past = calloc(1, sizeof(*past));
	int64_t at, to, from = LIB_RECORDING_BEGIN - 1;
	struct recording *rec;
	struct replay *r;
	size_t i;

	(void)state;
	assert_non_null(past);
	open_replay(&rec, &r);
	cast_marks_init(&past->marks, LIB_RECORDING_BEGIN, keep_label, past);
	recording_range(rec, &at, &to);
	for (; from < to; from = at, at += 5000)
		cast_marks_past(&past->marks, rec, replay_store(r), from, at);
	assert_true(live.n > 10);
	assert_int_equal(past->n, live.n);
	/* Within one moment their order is nobody's business. */
	qsort(past->text, past->n, sizeof(past->text[0]), by_text);
	qsort(live.text, live.n, sizeof(live.text[0]), by_text);
	for (i = 0; i < live.n; i++)
		assert_string_equal(past->text[i], live.text[i]);
	cast_marks_release(&past->marks);
	replay_close(r);
	recording_close(rec);
	free(past);
}

static void
a_jump_over_much_is_told_in_few_markers_and_one_back_in_none(void **state)
{
	struct labels *past = calloc(1, sizeof(*past));
	struct recording *rec;
	struct replay *r;
	int64_t from, to;

	(void)state;
	assert_non_null(past);
	open_replay(&rec, &r);
	cast_marks_init(&past->marks, LIB_RECORDING_BEGIN, keep_label, past);
	recording_range(rec, &from, &to);
	cast_marks_past(&past->marks, rec, replay_store(r), to, from);
	assert_int_equal(past->n, 0);
	cast_marks_past(&past->marks, rec, replay_store(r), from, to);
	assert_true(live.n > CAST_MARKS_AT_ONCE + 1);
	/* The note, the first so many alerts, and how many more there were. */
	assert_int_equal(past->n, CAST_MARKS_AT_ONCE + 2);
	assert_string_equal(past->text[CAST_MARKS_AT_ONCE], "note: rolled back");
	assert_memory_equal(past->text[CAST_MARKS_AT_ONCE + 1], "and ", 4);
	assert_non_null(strstr(past->text[CAST_MARKS_AT_ONCE + 1], " more changes of alerts"));
	cast_marks_release(&past->marks);
	replay_close(r);
	recording_close(rec);
	free(past);
}

/* ---- exported -------------------------------------------------------------------------------- */

static void
export(struct lib_run *r, int status, const char *const *more)
{
	const char *args[LIB_RUN_ARGS] = {"export", path, "--utc", NULL};
	size_t n = 3;

	while (*more)
		args[n++] = *more++;
	args[n] = NULL;
	lib_run(r, args, NULL, NULL, LIMIT_MS);
	if (r->status != status)
		fail_msg("%d %s", r->status, r->err);
}

static size_t
find_marker(const struct lib_cast *p, const char *label)
{
	size_t i;

	for (i = 0; i < p->nmarkers; i++)
		if (strcmp(p->markers[i].label, label) == 0)
			return i;
	fail_msg("there is no marker '%s'", label);
	return 0;
}

/* Times are those of the recording, by the speed: half of 30 minutes, eight times as fast, to a tenth of a second. */
static void
a_recording_becomes_a_cast_whose_times_are_its_own_by_the_speed(void **state)
{
	static const char *const args[] = {"--format", "cast", "--speed", "8", "--size", "120x40", NULL};
	struct lib_cast p;
	struct lib_run r, again;

	(void)state;
	export(&r, 0, args);
	lib_cast_init(&p);
	lib_cast_play(&p, r.out, r.nout);
	assert_int_equal(p.head_cols, 120);
	assert_int_equal(p.head_rows, 40);
	assert_true(p.head_time == LIB_RECORDING_BEGIN / 1000);
	assert_string_equal(p.title, "incident.dtr");
	assert_true(p.at > 225 - 5.0 / 8 && p.at < 225.2);
	assert_true(p.markers[find_marker(&p, "note: rolled back")].at >= 112.5);
	assert_true(p.markers[find_marker(&p, "note: rolled back")].at < 112.5 + 5.0 / 8 + 0.2);
	assert_true(p.whole >= 4);
	assert_true(lib_cast_shows(&p, "REPLAY 8x 2023-11-14 22:43:20 UTC"));
	lib_cast_release(&p);
	export(&again, 0, args);
	assert_int_equal(again.nout, r.nout);
	assert_memory_equal(again.out, r.out, r.nout);
	lib_run_free(&r);
	lib_run_free(&again);
}

static void
a_part_of_it_with_keys_pressed_and_without_colours(void **state)
{
	static const char *const args[] = {"--format", "cast", "--from", "2023-11-14T22:24Z", "--to",
	    "2023-11-14T22:26Z", "--keys", "<Enter>", "--no-color", "--ascii", NULL};
	struct lib_cast p;
	struct lib_run r;
	size_t i;

	(void)state;
	export(&r, 0, args);
	for (i = 0; i < r.nout; i++)
		assert_in_range(r.out[i], '\n', '~');
	assert_null(strstr(r.out, "38;5;"));
	lib_cast_init(&p);
	lib_cast_play(&p, r.out, r.nout);
	assert_int_equal(p.head_cols, 80);
	assert_true(p.head_time == (LIB_RECORDING_BEGIN + 640000) / 1000);
	assert_true(p.at > 114 && p.at <= 120);
	assert_true(lib_cast_shows(&p, "fleet > "));
	assert_true(lib_cast_shows(&p, "REPLAY 1x"));
	lib_cast_release(&p);
	lib_run_free(&r);
}

static void
check_refused(const char *a, const char *b, const char *c, const char *d, const char *says)
{
	const char *const args[] = {a, b, c, d, NULL};
	struct lib_run r;

	export(&r, 2, args);
	if (!strstr(r.err, says))
		fail_msg("%s", r.err);
	assert_int_equal(r.nout, 0);
	lib_run_free(&r);
}

static void
options_of_a_screen_are_refused_where_there_is_none(void **state)
{
	(void)state;
	check_refused("--size", "100x30", NULL, NULL, "--size is an option of --format cast alone");
	check_refused("--format", "csv", "--speed", "4", "--speed is an option of --format cast alone");
	check_refused("--format", "cast", "--what", "alerts", "--what is no option of a cast");
	check_refused("--format", "cast", "--keys", "<Nokey>", "--keys");
	check_refused("--format", "cast", "--from", "2030-01-01T00:00Z", "nothing of the recording between");
}

/* A file that its writer never ended: the cast ends where it ends. */
static void
a_recording_that_was_cut_off_ends_its_cast(void **state)
{
	static const char *const args[] = {"--format", "cast", "--speed", "64", NULL};
	struct lib_cast p;
	struct lib_run r;

	(void)state;
	lib_recording_save(whole.out.p, whole.out.n / 2, path);
	export(&r, 0, args);
	lib_recording_save(whole.out.p, whole.out.n, path);
	lib_cast_init(&p);
	lib_cast_play(&p, r.out, r.nout);
	assert_true(p.at > 3 && p.at < 28);
	lib_cast_release(&p);
	lib_run_free(&r);
}

/* ---- on a terminal --------------------------------------------------------------------------- */

static void
start(struct pty *p, const char *const *argv)
{
	static const char *const marks[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};
	const struct pty_options o = {.rows = 24, .cols = 100, .argv = argv, .env = marks};

	pty_start(p, &o);
}

static void
leave(struct pty *p, int want)
{
	int status;

	pty_send(p, "Q");
	status = pty_wait_exit(p);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), want);
	assert_true(pty_modes_as_found(p));
	pty_free(p);
}

static void
a_walk_through_a_recording_is_seen_again_in_its_cast(void **state)
{
	char cast[300];
	const char *argv[] = {lib_run_program(), "replay", path, "--utc", "--cast", cast, NULL};
	struct stat st;
	struct lib_cast c;
	struct pty p;

	(void)state;
	snprintf(cast, sizeof(cast), "%s/walk.cast", dir);
	start(&p, argv);
	pty_wait(&p, "REPLAY PAUSED");
	pty_send(&p, "b22:25\r");
	pty_wait(&p, "22:25:00 UTC, 18m to the end");
	pty_resize(&p, 30, 120);
	pty_send(&p, "\r");
	pty_wait(&p, "fleet > ");
	pty_send(&p, "b22:35\r");
	pty_wait(&p, "22:35:00 UTC");
	leave(&p, 0);
	assert_int_equal(stat(cast, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	lib_cast_init(&c);
	lib_cast_play_file(&c, cast);
	assert_int_equal(c.head_cols, 100);
	assert_int_equal(c.cols, 120);
	assert_true(lib_cast_shows(&c, "fleet > "));
	assert_true(lib_cast_shows(&c, "22:35:00 UTC"));
	find_marker(&c, "note: rolled back");
	lib_cast_release(&c);
	/* Once there, it stays. */
	start(&p, argv);
	assert_int_equal(WEXITSTATUS(pty_wait_exit(&p)), 1);
	assert_true(pty_logged(&p, "it is there already, and no cast is written over it"));
	pty_free(&p);
}

/* A disk that is full for this program alone: the shell's limit, and the signal that it would send ignored. */
static void
a_full_disk_is_told_in_the_last_line_and_the_session_goes_on(void **state)
{
	char cast[300];
	const char *argv[] = {"/bin/sh", "-c",
	    "trap '' XFSZ; ulimit -f 40; exec \"$0\" replay \"$1\" --utc --cast \"$2\" --speed 16", lib_run_program(),
	    path, cast, NULL};
	struct lib_cast c;
	struct pty p;

	(void)state;
	snprintf(cast, sizeof(cast), "%s/full.cast", dir);
	start(&p, argv);
	pty_wait(&p, "the cast ends here: ");
	pty_send(&p, "b22:42\r");
	pty_wait(&p, "22:42:");
	leave(&p, 1);
	lib_cast_init(&c);
	/* A limit in blocks of 512 bytes or of 1024, as the shell has it. */
	assert_in_range(lib_cast_play_file(&c, cast), 10 * 512, 40 * 1024);
	lib_cast_release(&c);
}

static void
a_live_session_goes_into_its_cast_with_what_is_noted(void **state)
{
	struct lib_redis r;
	char cast[300];
	const char *argv[] = {
	    lib_run_program(), "-s", "ml:*", "--state", "none", "--utc", "--cast", cast, r.url, NULL};
	struct lib_cast c;
	struct pty p;

	(void)state;
	if (!lib_redis_available())
		skip();
	snprintf(cast, sizeof(cast), "%s/live.cast", dir);
	lib_redis_start(&r, NULL);
	lib_redis_do(&r, "XADD ml:first:events * model first amount 4 latency_ms 2");
	start(&p, argv);
	pty_wait(&p, "LIVE");
	pty_wait(&p, "first");
	pty_send(&p, "mhello \"x\"\r");
	/* The marker comes with the first picture that was drawn behind it. */
	pty_wait(&p, "noted");
	pty_send(&p, "?");
	pty_wait(&p, "help");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, "> help");
	leave(&p, 0);
	lib_cast_init(&c);
	lib_cast_play_file(&c, cast);
	find_marker(&c, "note: hello \"x\"");
	assert_true(lib_cast_shows(&c, "first"));
	lib_cast_release(&c);
	lib_redis_stop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_recording_tells_the_markers_that_were_told_when_it_was_made),
	    cmocka_unit_test(a_jump_over_much_is_told_in_few_markers_and_one_back_in_none),
	    cmocka_unit_test(a_recording_becomes_a_cast_whose_times_are_its_own_by_the_speed),
	    cmocka_unit_test(a_part_of_it_with_keys_pressed_and_without_colours),
	    cmocka_unit_test(options_of_a_screen_are_refused_where_there_is_none),
	    cmocka_unit_test(a_recording_that_was_cut_off_ends_its_cast),
	    cmocka_unit_test(a_walk_through_a_recording_is_seen_again_in_its_cast),
	    cmocka_unit_test(a_full_disk_is_told_in_the_last_line_and_the_session_goes_on),
	    cmocka_unit_test(a_live_session_goes_into_its_cast_with_what_is_noted),
	};

	return cmocka_run_group_tests_name("cast_run", tests, make_whole, remove_whole);
}
