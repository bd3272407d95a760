/*
 * --plain: lines in place of a screen, as a log or a screen reader gets them, and the output that never waits for who
 * reads them.
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
#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tui/env.h"
#include "tui/lineout.h"

#define LIMIT_MS 30000
#define RECORDING "tests/fixtures/recording-1.dtr"

/* ---- a line ---------------------------------------------------------------------------------- */

static const char *const words[] = {"follows", "summary", "model", "mark", "version-begins", "version-ends",
    "alert-fires", "alert-begins", "alert-rises", "alert-again", "alert-clears", "silence-broken", "feed-lost",
    "feed-back", "feed-untrusted", "feed-trusted"};

/* "2026-01-31T14:05:09Z WORD REST", printable. */
static void
is_line(const char *line, size_t n)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ ";
	size_t i, k = sizeof(shape) - 1;
	bool known = false;

	assert_true(n > k);
	for (i = 0; i < k; i++)
		assert_true(shape[i] == 'd' ? isdigit((unsigned char)line[i]) : line[i] == shape[i]);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		known |= strncmp(line + k, words[i], strlen(words[i])) == 0 && line[k + strlen(words[i])] == ' ';
	if (!known)
		fail_msg("no word of the list: %.*s", (int)n, line);
	for (i = 0; i < n; i++)
		assert_true((unsigned char)line[i] >= 0x20 && line[i] != 0x7f);
}

static size_t
are_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; lines++) {
		size_t n = strcspn(text, "\n");

		is_line(text, n);
		assert_int_equal(text[n], '\n');
		text += n + 1;
	}
	return lines;
}

/* How often `what` stands there. */
static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static void
a_file_is_told_as_lines_and_ends_well_without_any_terminal(void **state)
{
	const char *args[] = {"--plain", "--utc", "docs/examples/storms.events.ndjson.gz", "--baseline",
	    "docs/examples/storms.train.ndjson.gz", NULL};
	const char *env[] = {"TERM=dumb", "PATH=/usr/bin:/bin", NULL};
	struct lib_run r;

	(void)state;
	lib_run(&r, args, env, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.nerr, 0);
	assert_true(are_lines(r.out) > 10);
	assert_non_null(strstr(r.out, "Z follows docs/examples/storms.events.ndjson.gz; Ctrl-C ends it\n"));
	assert_non_null(strstr(r.out, "Z model storm-wind: "));
	assert_non_null(strstr(r.out, "Z version-begins storm-wind: 2, at "));
	assert_non_null(strstr(r.out, "Z alert-begins crit storm-wind "));
	lib_run_free(&r);
}

static void
a_recording_is_told_from_its_beginning_to_its_end_the_same_each_time(void **state)
{
	const char *args[] = {"replay", "--plain", "--utc", RECORDING, NULL};
	struct lib_run r, again;

	(void)state;
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.nerr, 0);
	are_lines(r.out);
	assert_int_equal(count(r.out, "Z mark rolled back\n"), 1);
	assert_int_equal(count(r.out, "Z model fraud: unknown: learning"), 1);
	/* An alert that clears has begun before. */
	assert_true(count(r.out, " alert-begins ") >= count(r.out, " alert-clears "));
	assert_true(count(r.out, " alert-clears ") > 0);
	lib_run(&again, args, NULL, NULL, LIMIT_MS);
	assert_string_equal(r.out, again.out);
	lib_run_free(&r);
	lib_run_free(&again);
}

static void
options_of_a_screen_are_wrong_usage(void **state)
{
	const char *const lines[][5] = {{"--plain", "--cast", "x", NULL}, {"--plain", "--slow", NULL},
	    {"replay", "--plain", "--speed=2", RECORDING}};
	struct lib_run r;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		lib_run(&r, lines[i], NULL, NULL, LIMIT_MS);
		assert_int_equal(r.status, 2);
		assert_non_null(strstr(r.err, "--plain"));
		assert_int_equal(r.nout, 0);
		lib_run_free(&r);
	}
}

/* Reads on until `what` has come. */
static void
read_until(int fd, char *buf, size_t bytes, const char *what)
{
	int64_t end = env_mono_ms() + LIMIT_MS;
	size_t n = strlen(buf);

	while (!strstr(buf, what)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t k = 0;

		if (env_mono_ms() > end)
			fail_msg("no '%s' in:\n%s", what, buf);
		if (poll(&p, 1, 100) > 0)
			k = read(fd, buf + n, bytes - n - 1);
		n += k > 0 ? (size_t)k : 0;
		buf[n] = '\0';
	}
}

static void
a_server_that_goes_and_comes_is_told_and_an_interrupt_ends_it_well(void **state)
{
	struct lib_redis r;
	const char *args[] = {"--plain", "--utc", "--state=none", r.url, NULL};
	struct lib_run_begun b;
	struct lib_run done;
	static char text[65536];

	(void)state;
	if (!lib_redis_available())
		skip();
	text[0] = '\0';
	lib_redis_start(&r, NULL);
	lib_redis_do(&r, "XADD ml:%s:events * amount 5 latency_ms 2", "a\x1b[31mb\nc");
	lib_run_begin(&b, args, NULL, NULL, LIMIT_MS);
	read_until(b.out, text, sizeof(text), " model a");
	lib_redis_do(&r, "XADD ml:%s:events * model late amount 5", "a\x1b[31mb\nc");
	read_until(b.out, text, sizeof(text), " model late: unknown");
	lib_redis_kill(&r, SIGTERM);
	read_until(b.out, text, sizeof(text), " feed-lost ");
	lib_redis_again(&r);
	read_until(b.out, text, sizeof(text), " feed-back ");
	assert_int_equal(kill(b.pid, SIGINT), 0);
	lib_run_end(&b, &done);
	assert_int_equal(done.status, 0);
	assert_int_equal(done.nerr, 0);
	are_lines(text);
	are_lines(done.out);
	assert_non_null(strstr(done.out, "Z summary 2 models"));
	lib_run_free(&done);
	lib_redis_stop(&r);
}

static void
a_reader_that_goes_away_ends_it_without_a_word(void **state)
{
	struct lib_redis r;
	const char *args[] = {"--plain", "--state=none", r.url, NULL};
	struct lib_run_begun b;
	static char text[65536];
	int64_t end = env_mono_ms() + LIMIT_MS;
	int status = 0;

	(void)state;
	if (!lib_redis_available())
		skip();
	text[0] = '\0';
	lib_redis_start(&r, NULL);
	lib_redis_do(&r, "XADD ml:all:events * amount 5");
	lib_run_begin(&b, args, NULL, NULL, LIMIT_MS);
	read_until(b.out, text, sizeof(text), "summary");
	close(b.out);
	/* It is found out by the next line. */
	for (int i = 0; waitpid(b.pid, &status, WNOHANG) == 0; i++) {
		assert_true(env_mono_ms() < end);
		lib_redis_do(&r, "XADD ml:all:events * model m%d amount 5", i % 500);
		poll(NULL, 0, 50);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(read(b.err, text, sizeof(text)), 0);
	close(b.err);
	lib_redis_stop(&r);
}

/* ---- output that never waits ----------------------------------------------------------------- */

static void
lines_that_nobody_takes_are_kept_and_then_counted(void **state)
{
	static struct lineout l;
	static char got[400000];
	const char line[] = "a line of forty bytes, its end included\n";
	size_t n = 0, lines = 0, kept, i;
	unsigned long long left = 0;
	int fds[2];
	ssize_t k;
	char *told;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	lineout_init(&l, fds[1]);
	for (i = 0; i < 10000; i++)
		lineout_put(&l, line, sizeof(line) - 1);
	assert_int_equal(l.error, 0);
	assert_true(l.dropped > 0);
	kept = 10000 - (size_t)l.dropped;
	/* More than fits in here alone: the pipe has the rest. */
	assert_true(kept > LINEOUT_BYTES / (sizeof(line) - 1));
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	while ((k = read(fds[0], got + n, sizeof(got) - 1 - n)) > 0 || l.from < l.n) {
		n += k > 0 ? (size_t)k : 0;
		lineout_pump(&l);
	}
	lineout_put(&l, line, sizeof(line) - 1);
	assert_true(lineout_finish(&l, 1000));
	k = read(fds[0], got + n, sizeof(got) - 1 - n);
	assert_true(k > 0);
	got[n + (size_t)k] = '\0';
	lines = count(got, line);
	told = strstr(got, "# ");
	assert_non_null(told);
	assert_int_equal(sscanf(told, "# %llu lines left out", &left), 1);
	assert_int_equal(lines, kept + 1);
	assert_int_equal(left + kept, 10000);
	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	lineout_put(&l, line, sizeof(line) - 1);
	assert_int_not_equal(l.error, 0);
	lineout_put(&l, line, sizeof(line) - 1);
	close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_told_as_lines_and_ends_well_without_any_terminal),
	    cmocka_unit_test(a_recording_is_told_from_its_beginning_to_its_end_the_same_each_time),
	    cmocka_unit_test(options_of_a_screen_are_wrong_usage),
	    cmocka_unit_test(a_server_that_goes_and_comes_is_told_and_an_interrupt_ends_it_well),
	    cmocka_unit_test(a_reader_that_goes_away_ends_it_without_a_word),
	    cmocka_unit_test(lines_that_nobody_takes_are_kept_and_then_counted),
	};

	return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
