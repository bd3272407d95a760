/*
 * The dashboard and the demo on a pseudo-terminal, as their user meets them: the way down to a raw
 * event and back, a server that is not there yet, and every way of leaving.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib_demo.h"
#include "tests/lib_pty.h"
#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tui/env.h"

#define LIMIT_MS 30000

static const char *const marks[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};

static const char *
tmpdir(void)
{
	return getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
}

static void
start(struct pty *p, const char *const *argv, int rows, int cols)
{
	const struct pty_options o = {.rows = rows, .cols = cols, .argv = argv, .env = marks};

	pty_start(p, &o);
}

static void
leave(struct pty *p, const char *keys)
{
	int status;

	pty_send(p, keys);
	status = pty_wait_exit(p);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(pty_modes_as_found(p));
	pty_free(p);
}

/* ---- the dashboard --------------------------------------------------------------------------- */

static void
enter_leads_from_the_fleet_to_a_raw_event_and_esc_back(void **state)
{
	struct lib_redis r;
	const char *argv[] = {lib_run_program(), "-s", "ml:*", r.url, NULL};
	struct pty p;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_demo_play(r.url, 60);
	start(&p, argv, 40, 120);
	pty_wait(&p, "LIVE");
	pty_wait(&p, "card-fraud");
	pty_wait(&p, "birdstrike-damage");
	/* Which of the two is worse changes while the incident fades: a filter leaves the one that is meant. */
	pty_send(&p, "/fraud\r");
	pty_wait_gone(&p, "chicago-ridership");
	pty_send(&p, "g\r");
	pty_wait(&p, "fleet > card-fraud");
	pty_wait(&p, "ip_risk");
	pty_send(&p, "\r"); /* whichever of its inputs is the worst by now */
	pty_wait(&p, "card-fraud > ");
	pty_send(&p, "\r");
	pty_wait(&p, "latency_ms");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, "latency_ms");
	pty_wait(&p, "card-fraud > ");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, "card-fraud > ");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, "fleet > card-fraud");
	/* Esc never quits; q at the fleet does. */
	pty_send(&p, "\x1b");
	assert_true(pty_next_frame(&p, LIMIT_MS));
	leave(&p, "q");
	lib_redis_stop(&r);
}

static void
a_server_that_is_down_is_a_state_and_not_an_end(void **state)
{
	struct lib_redis r;
	const char *argv[] = {lib_run_program(), r.url, NULL};
	struct pty p;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_redis_kill(&r, SIGTERM);
	start(&p, argv, 24, 80);
	pty_wait(&p, "fleet");
	pty_wait(&p, "retry");
	lib_redis_again(&r);
	lib_redis_do(&r, "XADD ml:late:events * amount 5 latency_ms 2");
	pty_wait(&p, "LIVE");
	pty_wait(&p, "late");
	leave(&p, "Q");
	lib_redis_stop(&r);
}

static void
a_new_model_appears_by_itself_and_a_size_is_followed(void **state)
{
	struct lib_redis r;
	const char *argv[] = {lib_run_program(), r.url, NULL};
	struct pty p;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_redis_do(&r, "XADD ml:first:events * amount 5 latency_ms 2");
	start(&p, argv, 24, 80);
	pty_wait(&p, "first");
	pty_resize(&p, 10, 40);
	assert_true(pty_next_frame(&p, LIMIT_MS));
	pty_wait(&p, "first");
	pty_resize(&p, 60, 200);
	pty_wait(&p, "first");
	leave(&p, "\x03");
	lib_redis_stop(&r);
}

static void
a_file_stays_on_the_screen_when_it_has_been_read(void **state)
{
	const char *argv[] = {lib_run_program(), "docs/examples/storms.events.ndjson.gz",
	    "--baseline", "docs/examples/storms.train.ndjson.gz", "--utc", NULL};
	struct pty p;

	(void)state;
	start(&p, argv, 24, 80);
	pty_wait(&p, "END");
	pty_wait(&p, "storm-wind");
	pty_send(&p, "\r");
	pty_wait(&p, "fleet > storm-wind");
	/* What is pasted is for the filter while that is open, and no key at any other time. */
	pty_send(&p, "\x1b[200~QQQ\x1b[201~");
	pty_send(&p, "/\x1b[200~press\x1b[201~");
	pty_wait(&p, "press");
	pty_wait(&p, "pressure");
	pty_wait_gone(&p, "hurricane");
	pty_send(&p, "\r");
	leave(&p, "Q");
}

/* ---- the demo -------------------------------------------------------------------------------- */

/* Directories of demos below TMPDIR, which belongs to this test alone when it runs among others. */
static int
demos_left(void)
{
	DIR *d = opendir(tmpdir());
	struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)))
		n += strncmp(e->d_name, "drifttop-demo", 13) == 0;
	closedir(d);
	return n;
}

static bool
none_left(int before)
{
	int64_t deadline = env_mono_ms() + LIMIT_MS;

	while (demos_left() > before) {
		if (env_mono_ms() > deadline)
			return false;
		poll(NULL, 0, 5);
	}
	return true;
}

static void
the_demo_shows_four_models_and_leaves_nothing(void **state)
{
	const char *argv[] = {lib_run_program(), "demo", NULL};
	int before = demos_left();
	int64_t began;
	struct pty p;

	(void)state;
	if (!lib_redis_available())
		skip();
	start(&p, argv, 40, 120);
	assert_true(pty_next_frame(&p, LIMIT_MS));
	began = env_mono_ms();
	pty_wait(&p, "birdstrike-damage");
	pty_wait(&p, "storm-wind");
	pty_wait(&p, "chicago-ridership");
	pty_wait(&p, "card-fraud");
	pty_wait(&p, "4 ok");
	/* Ten seconds is what the user was promised. */
	assert_true(env_mono_ms() - began < 10000);
	assert_int_equal(demos_left(), before + 1);
	leave(&p, "q");
	assert_int_equal(demos_left(), before);
}

static void
a_demo_ended_by_a_signal_leaves_nothing(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGKILL};
	const char *argv[] = {lib_run_program(), "demo", NULL};
	int before = demos_left();
	struct pty p;
	size_t i;

	(void)state;
	if (!lib_redis_available())
		skip();
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		start(&p, argv, 24, 80);
		pty_wait(&p, "card-fraud");
		kill(p.pid, signals[i]);
		pty_wait_exit(&p);
		/* Nobody can restore a terminal after SIGKILL; all else does. */
		if (signals[i] != SIGKILL)
			assert_true(pty_modes_as_found(&p));
		pty_free(&p);
		if (!none_left(before))
			fail_msg("signal %d left a directory", signals[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(enter_leads_from_the_fleet_to_a_raw_event_and_esc_back),
	    cmocka_unit_test(a_server_that_is_down_is_a_state_and_not_an_end),
	    cmocka_unit_test(a_new_model_appears_by_itself_and_a_size_is_followed),
	    cmocka_unit_test(a_file_stays_on_the_screen_when_it_has_been_read),
	    cmocka_unit_test(the_demo_shows_four_models_and_leaves_nothing),
	    cmocka_unit_test(a_demo_ended_by_a_signal_leaves_nothing),
	};

	return cmocka_run_group_tests_name("dash", tests, NULL, NULL);
}
