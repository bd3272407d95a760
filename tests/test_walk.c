/*
 * A walk through the real program on a pseudo-terminal: from the fleet to a raw event and back, at several
 * sizes. After each key the emulator's screen must be, character for character, what `drifttop snapshot` says
 * of the same keys; so the whole way from the grid over curses and the queue to the terminal is held to the
 * grid itself.
 *
 * The source is a file, read to its end: nothing on the screen depends on a clock. Every snapshot reads it anew, so it
 * is no longer than a baseline and as many rows behind it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "collectors/lines.h"
#include "tests/lib_pty.h"
#include "tests/lib_tmp.h"
#include "tui/key.h"

#define EXAMPLE "docs/examples/storms.events.ndjson.gz"
#define EVENTS 2000
#define PATH_BYTES 400
#define KEY_BYTES_MAX 300 /* what a key that moves the cursor may cost on average at 80x24 */
#define MARK_BYTES 17     /* ESC]7770;frame=N ESC\ is there in tests only */

/* The oldest rows of the example, in a file of this program's own. */
static int
setup(void **state)
{
	char *path = calloc(1, PATH_BYTES);
	struct lines *lines;
	struct slice line;
	struct err err = {0};
	bool end = false;
	FILE *to;
	int i;

	assert_non_null(path);
	lib_tmp_file(path, PATH_BYTES, "walk");
	to = fopen(path, "w");
	assert_non_null(to);
	assert_int_equal(lines_open(&lines, EXAMPLE, &err), 0);
	for (i = 0; i < EVENTS; i++) {
		assert_int_equal(lines_next(lines, &line, &end, &err), 0);
		assert_false(end);
		fprintf(to, "%.*s\n", (int)line.n, line.p);
	}
	lines_close(lines);
	assert_int_equal(fclose(to), 0);
	*state = path;
	return 0;
}

static int
teardown(void **state)
{
	lib_tmp_remove(*state);
	free(*state);
	return 0;
}

static const char *
program(void)
{
	const char *path = getenv("DRIFTTOP");

	return path && *path ? path : "./drifttop";
}

static void
start(struct pty *p, const char *events, int rows, int cols, const char *const *extra_env)
{
	const char *argv[] = {program(), "--utc", events, NULL};
	static const char *const env[] = {"DRIFTTOP_FRAME_MARKS=full", NULL};

	pty_start(p, &(struct pty_options){
			 .rows = rows, .cols = cols, .argv = argv, .env = extra_env ? extra_env : env});
}

/* What the screen has to be after these keys. The caller frees it. */
static char *
snapshot(const char *events, int rows, int cols, const char *keys)
{
	static char text[1 << 17];
	char command[1500];
	size_t n;
	FILE *f;

	snprintf(command, sizeof(command), "LC_ALL=C.UTF-8 TZ=UTC0 %s snapshot --utc --size %dx%d %s%s%s %s",
	    program(), cols, rows, *keys ? "--keys '" : "", keys, *keys ? "'" : "", events);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	assert_int_equal(pclose(f), 0);
	return text;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Frames until the screen is that text. */
static void
wait_screen(struct pty *p, const char *want, const char *keys)
{
	int64_t end = now_ms() + PTY_LIMIT_MS;

	while (strcmp(pty_text(p), want) != 0) {
		int64_t left = end - now_ms();

		if (left <= 0 || !pty_next_frame(p, (int)left)) {
			if (strcmp(pty_text(p), want) == 0)
				return;
			printf("after the keys \"%s\" the grid is:\n%s\n", keys, want);
			printf("the terminal shows:\n%s\n", pty_text(p));
			fail_msg("the terminal does not show the grid");
		}
	}
}

/* The bytes a terminal sends for one key of a script. */
static const char *
key_bytes(uint32_t code, char buf[8])
{
	static const struct {
		uint32_t code;
		const char *bytes;
	} rows[] = {{KEYCODE_UP, "\033[A"}, {KEYCODE_DOWN, "\033[B"}, {KEYCODE_RIGHT, "\033[C"},
	    {KEYCODE_LEFT, "\033[D"}, {KEYCODE_PGUP, "\033[5~"}, {KEYCODE_PGDN, "\033[6~"},
	    {KEYCODE_BACKSPACE, "\x7f"}};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].code == code)
			return rows[i].bytes;
	}
	assert_true(code < 0x80);
	buf[0] = (char)code;
	buf[1] = '\0';
	return buf;
}

/* Key by key; behind each one the screen is compared with the snapshot of all keys so far. */
static void
walk(struct pty *p, const char *events, int rows, int cols, const char *script)
{
	struct slice left = slice_of(script);
	struct err err = {0};
	char sofar[256];

	wait_screen(p, snapshot(events, rows, cols, ""), "");
	for (;;) {
		char buf[8];
		uint32_t code;

		assert_int_equal(key_parse(&left, &code, &err), 0);
		if (code == KEYCODE_NONE)
			return;
		snprintf(sofar, sizeof(sofar), "%.*s", (int)(left.p - script), script);
		pty_send(p, key_bytes(code, buf));
		wait_screen(p, snapshot(events, rows, cols, sofar), sofar);
	}
}

static void
quit(struct pty *p)
{
	int status;

	pty_send(p, "Q");
	status = pty_wait_exit(p);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_false(p->altscreen);
	assert_true(p->cursor_visible);
	assert_true(pty_modes_as_found(p));
	pty_free(p);
}

static void
from_the_fleet_to_an_event_and_back_the_terminal_shows_the_grid(void **state)
{
	struct pty p;

	start(&p, *state, 24, 80, NULL);
	walk(&p, *state, 24, 80, "<Enter>jjjj<Up><Enter><Enter>j<Esc><Esc><Esc>?<Esc>i<Esc>");
	quit(&p);
}

static void
in_a_large_terminal_too(void **state)
{
	struct pty p;

	start(&p, *state, 40, 120, NULL);
	walk(&p, *state, 40, 120, "<Enter><Tab>e<Esc><Tab><Tab>jjj");
	quit(&p);
}

static void
in_a_tiny_one_too(void **state)
{
	struct pty p;

	start(&p, *state, 10, 40, NULL);
	walk(&p, *state, 10, 40, "<Enter>jjj<Enter><Esc>");
	quit(&p);
}

static void
sizes_change_in_the_middle_of_it(void **state)
{
	static const int sizes[][2] = {{30, 100}, {60, 200}, {24, 80}};
	struct pty p;
	size_t i;

	start(&p, *state, 24, 80, NULL);
	walk(&p, *state, 24, 80, "<Enter>j");
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		pty_resize(&p, sizes[i][0], sizes[i][1]);
		wait_screen(&p, snapshot(*state, sizes[i][0], sizes[i][1], "<Enter>j"), "<Enter>j");
	}
	/* Through the smallest, where the table scrolls to keep its cursor; `g` takes it back to the top. */
	pty_resize(&p, 1, 1);
	pty_send(&p, "j");
	pty_resize(&p, 3, 9);
	pty_send(&p, "g");
	pty_resize(&p, 24, 80);
	pty_send(&p, "\014");
	wait_screen(&p, snapshot(*state, 24, 80, "<Enter>g"), "<Enter>g");
	quit(&p);
}

static void
a_key_that_moves_the_cursor_costs_few_bytes(void **state)
{
	struct pty p;
	char keys[64] = "<Enter>";
	size_t bytes = 0;
	int i;

	start(&p, *state, 24, 80, NULL);
	walk(&p, *state, 24, 80, keys);
	for (i = 0; i < 5; i++) {
		snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys), "j");
		pty_send(&p, "j");
		/* The text stays the same, only the ground moves: the frame itself is waited for. */
		assert_true(pty_next_frame(&p, PTY_LIMIT_MS));
		wait_screen(&p, snapshot(*state, 24, 80, keys), keys);
		bytes += p.bytes_in_frame - MARK_BYTES;
	}
	if (bytes > 5 * KEY_BYTES_MAX)
		fail_msg("five keys cost %zu bytes, at most %d each are allowed", bytes, KEY_BYTES_MAX);
	quit(&p);
}

static void
without_colour_and_without_utf8_it_shows_the_same_words(void **state)
{
	static const char *const env[] = {"DRIFTTOP_FRAME_MARKS=full", "LC_ALL=C", "NO_COLOR=1", NULL};
	struct pty p;

	start(&p, *state, 24, 80, env);
	pty_wait(&p, "storm-wind");
	pty_send(&p, "\r");
	pty_wait(&p, "Inputs");
	assert_false(pty_logged(&p, "38;5;"));
	assert_false(pty_logged(&p, "\xe2"));
	quit(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(from_the_fleet_to_an_event_and_back_the_terminal_shows_the_grid),
	    cmocka_unit_test(in_a_large_terminal_too),
	    cmocka_unit_test(in_a_tiny_one_too),
	    cmocka_unit_test(sizes_change_in_the_middle_of_it),
	    cmocka_unit_test(a_key_that_moves_the_cursor_costs_few_bytes),
	    cmocka_unit_test(without_colour_and_without_utf8_it_shows_the_same_words),
	};

	return cmocka_run_group_tests_name("walk", tests, setup, teardown);
}
