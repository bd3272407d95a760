/* A recording on a pseudo-terminal, as a reviewer walks through it; and what is no recording. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/wait.h>

#include "tests/lib_demo.h"
#include "tests/lib_pty.h"
#include "tests/lib_recording.h"
#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

/* From 22:13:20 on; trouble from the tenth minute to the fifteenth. */
#define MINUTES 30
#define LIMIT_MS 20000

static struct lib_recording whole; /* made once, read by all */
static char dir[256], path[300];

static int
make_whole(void **state)
{
	struct recording_head head = lib_recording_head();

	(void)state;
	lib_recording_init(&whole, &head);
	lib_recording_fleet(&whole, MINUTES, NULL, NULL);
	lib_recording_end(&whole, LIB_RECORDING_BEGIN + MINUTES * INT64_C(60000));
	lib_tmp_make(dir, sizeof(dir), "replay");
	snprintf(path, sizeof(path), "%s/incident.dtr", dir);
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
start(struct pty *p, const char *const *argv, int rows, int cols)
{
	static const char *const marks[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};
	const struct pty_options o = {.rows = rows, .cols = cols, .argv = argv, .env = marks};

	pty_start(p, &o);
}

static void
a_reviewer_walks_through_a_recording(void **state)
{
	const char *argv[] = {lib_run_program(), "replay", path, NULL};
	struct pty p;

	(void)state;
	lib_recording_save(whole.out.p, whole.out.n, path);
	start(&p, argv, 24, 100);
	pty_wait(&p, "REPLAY PAUSED");
	pty_wait(&p, "incident.dtr");
	pty_wait(&p, "paused at the beginning: Space plays, ] first alert, L end");
	assert_false(pty_shows(&p, "no events yet"));
	pty_send(&p, "]");
	pty_wait(&p, "1 of ");
	pty_send(&p, "b22:25\r");
	pty_wait(&p, "22:25:00 UTC, 18m to the end");
	pty_wait(&p, " crit");
	pty_send(&p, "T");
	pty_wait(&p, "22:24:55 UTC");
	pty_send(&p, "\r");
	pty_wait(&p, "fleet > ");
	pty_send(&p, "..");
	pty_wait(&p, "22:25:05 UTC");
	pty_send(&p, "b26:00\r");
	pty_wait(&p, "hours go from 0 to 23");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, "go to:");
	pty_send(&p, "b22:37\r}}}}}}p");
	pty_wait(&p, "REPLAY 64x");
	pty_resize(&p, 10, 40);
	pty_wait(&p, "REPLAY");
	pty_resize(&p, 40, 120);
	/* Six minutes at 64 times are six seconds. */
	pty_wait(&p, "REPLAY PAUSED 2023-11-14 22:43:");
	pty_wait(&p, "at the end");
	pty_leave(&p);
}

static void
a_recording_that_is_being_written_is_followed(void **state)
{
	const char *argv[] = {lib_run_program(), path, "--utc", NULL};
	size_t half = whole.out.n / 2;
	struct pty p;
	FILE *f;

	(void)state;
	lib_recording_save(whole.out.p, half, path);
	start(&p, argv, 24, 100);
	pty_wait(&p, "REPLAY PAUSED");
	pty_send(&p, "L");
	pty_wait(&p, "waits for more");
	f = fopen(path, "ab");
	assert_non_null(f);
	assert_int_equal(fwrite(whole.out.p + half, 1, whole.out.n - half, f), whole.out.n - half);
	assert_int_equal(fclose(f), 0);
	pty_wait(&p, "22:43:20 UTC, at the end");
	pty_leave(&p);
}

static void
check_refused(const char *command, const char *says)
{
	const char *args[] = {command, path, NULL};
	struct lib_run r;

	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 1);
	assert_int_equal(r.nout, 0);
	if (!strstr(r.err, says) || strchr(r.err, '\n') != r.err + r.nerr - 1)
		fail_msg("%s", r.err);
	lib_run_free(&r);
}

static void
what_is_no_recording_gets_one_sentence(void **state)
{
	(void)state;
	lib_recording_save("", 0, path);
	check_refused("replay", "incident.dtr");
	check_refused("snapshot", "incident.dtr");
	lib_recording_save("a line of text\n", 15, path);
	check_refused("replay", "incident.dtr");
	/* The head of one alone. */
	lib_recording_save(whole.out.p, 200, path);
	check_refused("snapshot", "incident.dtr");
}

static void
a_screen_of_any_moment_can_be_printed(void **state)
{
	const char *args[] = {
	    "snapshot", path, "--at", "22:25", "--keys", "<Enter>,", "--utc", "--size", "100x30", NULL};
	struct lib_run r;

	(void)state;
	lib_recording_save(whole.out.p, whole.out.n, path);
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	if (r.status != 0 || !strstr(r.out, "REPLAY PAUSED 2023-11-14 22:24:55 UTC, 18m to the end") ||
	    !strstr(r.out, "fleet > "))
		fail_msg("%d %s %s", r.status, r.err, r.out);
	lib_run_free(&r);
}

/* ---- a live session, frozen ----------------------------------------------------------------- */

static void
a_frozen_session_is_walked_back_through_while_collecting_goes_on(void **state)
{
	struct lib_redis r;
	const char *argv[] = {lib_run_program(), "-s", "ml:*", "--state", "none", "--utc", r.url, NULL};
	struct pty p;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_demo_play(r.url, 90);
	lib_redis_do(&r, "XADD ml:first:events * model first amount 4 latency_ms 2");
	start(&p, argv, 30, 120);
	pty_wait(&p, "LIVE");
	pty_wait(&p, "card-fraud");
	/* Until there is a state to go back to, the figures alone are held. */
	for (int i = 0; i < 40 && !pty_shows(&p, "Space resume"); i++) {
		pty_send(&p, "T");
		if (!pty_next_frame(&p, LIMIT_MS) || !pty_next_frame(&p, LIMIT_MS))
			fail_msg("no frame, wait status %d, the screen:\n%s", p.eof ? pty_wait_exit(&p) : -1,
			    pty_text(&p));
	}
	pty_wait(&p, "FROZEN");
	/* What comes now is not of that moment, and what is opened is. */
	lib_redis_do(&r, "XADD ml:first:events * model late amount 5 latency_ms 2");
	pty_send(&p, "\r");
	pty_wait(&p, "fleet > ");
	pty_wait(&p, "FROZEN");
	pty_send(&p, "b-1h\r");
	/* What is older comes from the streams, which have the last minutes. */
	pty_wait(&p, "READ AGAIN");
	pty_wait(&p, "the oldest entry in the streams is of");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, "fleet > ");
	assert_false(pty_shows(&p, "late"));
	pty_send(&p, " ");
	pty_wait(&p, "LIVE");
	pty_wait(&p, "late");
	/* An alert: Enter goes to when it fired, Esc comes back to now; l opens what it is about as it is now. */
	pty_send(&p, "a");
	pty_wait(&p, "fleet > alerts");
	pty_wait(&p, "card-fraud");
	pty_send(&p, "\r");
	pty_wait(&p, "when it fired");
	pty_wait(&p, "alerts > card-fraud");
	pty_wait(&p, "FROZEN");
	pty_send(&p, "\x1b");
	pty_send(&p, "\x1b");
	pty_wait(&p, "fleet > alerts");
	pty_wait(&p, "LIVE");
	pty_send(&p, "l");
	pty_wait(&p, "alerts > card-fraud");
	assert_true(pty_shows(&p, "LIVE"));
	pty_leave(&p);
	lib_redis_stop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_reviewer_walks_through_a_recording),
	    cmocka_unit_test(a_recording_that_is_being_written_is_followed),
	    cmocka_unit_test(a_frozen_session_is_walked_back_through_while_collecting_goes_on),
	    cmocka_unit_test(what_is_no_recording_gets_one_sentence),
	    cmocka_unit_test(a_screen_of_any_moment_can_be_printed),
	};

	return cmocka_run_group_tests_name("replay_pty", tests, make_whole, remove_whole);
}
