/*
 * The real program behind a bad link: 16 kbit/s with 40 ms each way and the buffers of sshd and TCP, and a terminal
 * that takes nothing at all. Keys are answered, and collecting goes on.
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
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib_pty.h"
#include "tests/lib_redis.h"
#include "tests/lib_relay.h"
#include "tests/lib_run.h"
#include "tui/env.h"

#define BYTES_PER_S 2000 /* 16 kbit/s */
#define DELAY_MS 40
#define KEYS 12
#define QUIET_FRAMES 4 /* one more than a fast link is told by */
/*
 * A key waits for the frame in flight and comes with the next one. A frame of changed figures is at most 800 bytes at
 * 80x24 where nothing else changes: 2 x 400 ms, twice the way there and back, and half a second for a busy machine.
 * Without pacing, 256 KiB would stand in front of it: 131 s.
 */
#define KEY_MS (2 * 400 + 4 * DELAY_MS + 500)
#define LIMIT_MS 30000

static const char *const env[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};

/* Frames until the cursor is in another row. Returns the ms that took. */
static int64_t
move(struct pty *p, const char *key)
{
	int64_t began = env_mono_ms();
	int row = p->cursor.row;

	pty_send(p, key);
	while (p->cursor.row == row) {
		if (env_mono_ms() - began > LIMIT_MS || !pty_next_frame(p, LIMIT_MS))
			fail_msg("'%s' moves nothing; the screen:\n%s", key, pty_text(p));
	}
	return env_mono_ms() - began;
}

static int
ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
behind_16_kbits_it_says_so_draws_less_and_answers_keys(void **state)
{
	const char *argv[] = {lib_run_program(), "demo", "--utc", NULL};
	struct lib_relay link = {.argv = argv, .bytes_per_s = BYTES_PER_S, .delay_ms = DELAY_MS};
	const struct pty_options o = {.rows = 24, .cols = 80, .child = lib_relay_run, .ctx = &link, .env = env};
	int64_t ms[KEYS], began;
	size_t bytes;
	struct pty p;
	int i;

	(void)state;
	if (!lib_redis_available())
		skip();
	pty_start(&p, &o);
	pty_wait(&p, "card-fraud");
	pty_wait(&p, "slow");
	for (i = 0; i < KEYS; i++)
		ms[i] = move(&p, i % 2 ? "k" : "j");
	qsort(ms, KEYS, sizeof(ms[0]), ascending);
	print_message("a key through 16 kbit/s: median %lld ms, longest %lld ms\n", (long long)ms[KEYS / 2],
	    (long long)ms[KEYS - 1]);
	/* One in twelve may meet the large frame of an alert, or of five seconds that are over. */
	assert_true(ms[KEYS - 2] <= KEY_MS);
	/* What comes by itself leaves most of the link free. */
	bytes = p.log_n;
	began = env_mono_ms();
	while (env_mono_ms() - began < 8000)
		(void)pty_next_frame(&p, 500);
	bytes = (p.log_n - bytes) * 1000 / (size_t)(env_mono_ms() - began);
	print_message("%zu bytes a second at 80x24\n", bytes);
	assert_true(bytes <= BYTES_PER_S / 2);
	/* Where little is sent, answers come soon: Help has the clock in line 1, and no more. */
	pty_send(&p, "?");
	pty_wait_gone(&p, "card-fraud");
	for (i = 0; i < QUIET_FRAMES; i++)
		assert_true(pty_next_frame(&p, LIMIT_MS));
	assert_true(pty_shows(&p, "slow"));
	pty_send(&p, "Q");
	assert_int_equal(WEXITSTATUS(pty_wait_exit(&p)), 0);
	pty_free(&p);
}

static void
slow_can_be_asked_for_and_keys_are_answered_at_once_all_the_same(void **state)
{
	const char *const argvs[2][5] = {
	    {lib_run_program(), "docs/examples/storms.events.ndjson.gz", "--utc", "--slow", NULL},
	    {lib_run_program(), "docs/examples/storms.events.ndjson.gz", "--utc", NULL}};
	struct pty p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct pty_options o = {.rows = 24, .cols = 80, .argv = argvs[i], .env = env};

		pty_start(&p, &o);
		pty_wait(&p, "storm-wind");
		if (i == 0)
			pty_wait(&p, "slow");
		/* A key does not wait for two seconds to be over. */
		pty_send(&p, "?");
		pty_wait_gone(&p, "storm-wind");
		if (i == 1)
			assert_false(pty_shows(&p, "slow: every"));
		pty_send(&p, "Q");
		assert_int_equal(WEXITSTATUS(pty_wait_exit(&p)), 0);
		pty_free(&p);
	}
}

/* ---- a terminal that takes nothing ------------------------------------------------------------ */

static long long
bytes_served(struct lib_redis *r)
{
	static char info[16384];
	const char *at;

	lib_redis_text(r, info, sizeof(info), "INFO stats");
	at = strstr(info, "total_net_output_bytes:");
	assert_non_null(at);
	return atoll(at + strlen("total_net_output_bytes:"));
}

/* 0 where the system does not say. */
static long
resident_kib(pid_t pid)
{
	char path[64];
	long all = 0, pages = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (fscanf(f, "%ld %ld", &all, &pages) != 2)
		pages = 0;
	fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

#define ENTRIES 30000
#define GROWN_KIB 16384 /* raw events that are kept are 8 MiB */

static void
a_terminal_that_takes_nothing_holds_up_no_collecting(void **state)
{
	struct lib_redis r;
	const char *argv[] = {lib_run_program(), "--state=none", r.url, NULL};
	const struct pty_options o = {.rows = 60, .cols = 200, .argv = argv, .env = env};
	int64_t end = env_mono_ms() + LIMIT_MS;
	uint64_t frame;
	long long before;
	long kib;
	struct pty p;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_redis_fill(&r, "ml:flood:events", 0, 2000, 0);
	pty_start(&p, &o);
	pty_wait(&p, "flood");
	pty_wait(&p, "LIVE");
	frame = p.frame;
	kib = resident_kib(p.pid);
	/* From here on nobody reads, and keys ask for whole screens. */
	for (int i = 0; i < 50; i++)
		pty_send(&p, i % 2 ? "\x1b[24~z" : "\x1b?");
	before = bytes_served(&r);
	lib_redis_fill(&r, "ml:flood:events", 2000, ENTRIES, 0);
	/* An entry of one field is more than 30 bytes of a reply. */
	while (bytes_served(&r) - before < 30LL * ENTRIES) {
		assert_true(env_mono_ms() < end);
		poll(NULL, 0, 20);
	}
	kib = resident_kib(p.pid) - kib;
	print_message("%d entries read while the terminal takes nothing; memory grew by %ld KiB\n", ENTRIES, kib);
#if !defined(__SANITIZE_ADDRESS__)
	assert_true(kib < GROWN_KIB);
#endif
	pty_send(&p, "\x1b\x1b");
	pty_wait(&p, "LIVE");
	/* Some were in the terminal's buffers, one in ours; those that were asked for meanwhile were never made. */
	assert_true(p.frame - frame < 10);
	pty_send(&p, "Q");
	assert_int_equal(WEXITSTATUS(pty_wait_exit(&p)), 0);
	assert_true(pty_modes_as_found(&p));
	pty_free(&p);
	lib_redis_stop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(behind_16_kbits_it_says_so_draws_less_and_answers_keys),
	    cmocka_unit_test(slow_can_be_asked_for_and_keys_are_answered_at_once_all_the_same),
	    cmocka_unit_test(a_terminal_that_takes_nothing_holds_up_no_collecting),
	};

	return cmocka_run_group_tests_name("slow", tests, NULL, NULL);
}
