/*
 * The real program on any terminal: types known and unknown, with and without colours and UTF-8, of every size, on dark
 * and on light ground. It shows what can be shown, says what cannot, and refuses only where a cursor cannot be moved.
 *
 * What it shows is a recording at its end: nothing on the screen depends on a clock.
 */
#include <inttypes.h>
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
#include <uv.h>
#include <unistd.h>

#include "core/slice.h"
#include "tests/lib_pty.h"
#include "tests/lib_run.h"

#define RECORDING "tests/fixtures/recording-1.dtr"

#define LIMIT_MS 20000

static const char *argv_plain[] = {NULL, "replay", "--utc", "--at", "-1s", RECORDING, NULL};

static void
start(struct pty *p, const struct pty_options *o)
{
	struct pty_options all = *o;

	argv_plain[0] = lib_run_program();
	if (!all.rows) {
		all.rows = 24;
		all.cols = 80;
	}
	if (!all.argv)
		all.argv = argv_plain;
	pty_start(p, &all);
}

/* ---- types, colours, characters -------------------------------------------------------------- */

struct type {
	const char *term; /* as for the environment */
	int colors;	  /* by its description */
	bool unknown, modern;
};

static const struct type types[] = {
    {"TERM", 8, true, false}, /* not set */
    {"TERM=never-heard-of", 8, true, false},
    {"TERM=vt100", 0, false, false},
    {"TERM=linux", 8, false, false},
    {"TERM=xterm", 8, false, true},
    {"TERM=xterm-256color", 256, false, true},
    {"TERM=tmux-256color", 256, false, true},
    {"TERM=screen", 8, false, true},
    {"TERM=xterm-never-heard-of", 256, true, true},
};

/* What the parameters of a sequence that sets colours ask for: 0 nothing, 8, 16 or 256. */
static int
sgr_colors(const char *at, const char *end)
{
	int most = 0;

	while (at < end) {
		int value = atoi(at);

		if (value == 38 || value == 48)
			return 256;
		if (((value >= 30 && value <= 37) || (value >= 40 && value <= 47)) && most < 8)
			most = 8;
		if ((value >= 90 && value <= 97) || (value >= 100 && value <= 107))
			most = 16;
		while (at < end && *at++ != ';')
			;
	}
	return most;
}

static int
colors_used(const struct pty *p)
{
	const char *end = p->log + p->log_n;
	int most = 0;

	/* The log has a NUL behind it as long as it is not full: what is counted here ends before it. */
	for (const char *at = p->log; at + 40 < end; at++) {
		size_t n = at[0] == '\033' && at[1] == '[' ? strspn(at + 2, "0123456789;") : 0;
		int used = n && at[2 + n] == 'm' ? sgr_colors(at + 2, at + 2 + n) : 0;

		most = used > most ? used : most;
	}
	return most;
}

static bool
ascii_only(const struct pty *p)
{
	for (size_t i = 0; i < p->log_n; i++)
		if ((unsigned char)p->log[i] >= 0x80)
			return false;
	return true;
}

static void
one_type(const struct type *t, bool utf8, bool color)
{
	const char *env[5] = {t->term, "DRIFTTOP_FRAME_MARKS=1", utf8 ? "LC_ALL=C.UTF-8" : "LC_ALL=C",
	    color ? "NO_COLOR" : "NO_COLOR=1", NULL};
	struct pty p;

	start(&p, &(struct pty_options){.env = env});
	pty_wait(&p, "REPLAY");
	pty_wait(&p, "fraud");
	/* The last line says what could not be had; the next key takes it away. */
	assert_true((pty_shows(&p, "is not known here: taken for ") || pty_shows(&p, "TERM is not set: taken for ")) ==
		    t->unknown);
	if (!t->unknown)
		assert_true(pty_shows(&p, "drawn in ASCII") == !utf8);
	pty_send(&p, "\r");
	pty_wait(&p, "Inputs ");
	assert_false(pty_shows(&p, "taken for "));
	assert_true(ascii_only(&p) == (!utf8 || strcmp(t->term, "TERM=vt100") == 0));
	if (!color || !t->colors)
		assert_int_equal(colors_used(&p), 0);
	else
		assert_in_range(colors_used(&p), 8, t->colors);
	/* What a terminal may not understand is asked of none that may not. */
	assert_true(pty_logged(&p, "\033]11;?") == (t->modern && color));
	pty_leave(&p);
}

static void
every_type_with_and_without_colours_and_utf8_shows_the_same_program(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		for (int k = 0; k < 4; k++)
			one_type(&types[i], k & 1, k & 2);
}

static void
where_no_cursor_can_be_moved_one_line_names_the_ways_out(void **state)
{
	const char *env[] = {"TERM=dumb", NULL};
	const char *args[] = {"docs/examples/storms.events.ndjson.gz", NULL};
	struct lib_run r;
	struct pty p;
	int status;

	(void)state;
	start(&p, &(struct pty_options){.env = env, .rows = 24, .cols = 200});
	status = pty_wait_exit(&p);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_true(pty_shows(&p, "`drifttop report`") && pty_shows(&p, "`drifttop --plain`"));
	assert_false(pty_logged(&p, "\033"));
	assert_int_equal(strcspn(strchr(pty_text(&p), '\n') + 1, "\n"), 0); /* one line, and nothing below it */
	assert_true(pty_modes_as_found(&p));
	pty_free(&p);
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 1);
	assert_int_equal(r.nout, 0);
	assert_non_null(strstr(r.err, "`drifttop report`"));
	assert_non_null(strstr(r.err, "`drifttop --plain`"));
	assert_ptr_equal(strchr(r.err, '\n'), r.err + r.nerr - 1);
	lib_run_free(&r);
}

/* ---- the ground ------------------------------------------------------------------------------ */

static uint64_t
color_number(VTermColor c)
{
	if (VTERM_COLOR_IS_INDEXED(&c))
		return c.indexed.idx;
	return UINT64_C(256) + ((uint64_t)c.rgb.red << 16 | (uint64_t)c.rgb.green << 8 | c.rgb.blue);
}

/* The colours of the whole screen. Ink on a blank is not seen, and stays what it was. */
static uint64_t
colors_of(struct pty *p)
{
	uint64_t h = 0;

	for (int y = 0; y < 24; y++)
		for (int x = 0; x < 80; x++) {
			VTermScreenCell cell;
			uint64_t parts[3];

			vterm_screen_get_cell(p->screen, (VTermPos){y, x}, &cell);
			parts[0] = h;
			parts[1] = cell.chars[0] && cell.chars[0] != ' ' ? color_number(cell.fg) : 0;
			parts[2] = color_number(cell.bg);
			h = slice_hash(slice_make((const char *)parts, sizeof(parts)));
		}
	return h;
}

static uint64_t
colors_with(const char *theme, const char *ground, const char *fgbg, const char *term, bool deaf)
{
	const char *env[] = {term, "DRIFTTOP_FRAME_MARKS=1", fgbg, NULL};
	const char *argv[] = {lib_run_program(), "replay", "--utc", "--at", "-1s", RECORDING, "--theme", theme, NULL};
	struct pty p;
	uint64_t h;

	if (!theme)
		argv[6] = NULL;
	start(&p, &(struct pty_options){.env = env, .argv = argv, .background = ground, .deaf = deaf});
	pty_wait(&p, "fraud");
	/* Behind the answer, which came before that of the first frame. */
	pty_send(&p, "?");
	pty_wait_gone(&p, "fraud");
	pty_send(&p, "\x1b");
	pty_wait(&p, "fraud");
	h = colors_of(&p);
	pty_leave(&p);
	return h;
}

static void
the_ground_is_found_out_or_said_and_no_answer_costs_nothing(void **state)
{
	static const char *const terms[] = {"TERM=xterm-256color", "TERM=xterm"};
	static const char light[] = "rgb:ffff/fff0/f000", dark[] = "rgb:10/10/20";

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *t = terms[i];
		uint64_t on_light = colors_with("light", dark, "COLORFGBG", t, false);
		uint64_t on_dark = colors_with("dark", light, "COLORFGBG", t, false);

		assert_true(on_light != on_dark);
		assert_true(colors_with(NULL, light, "COLORFGBG", t, false) == on_light);
		assert_true(colors_with(NULL, dark, "COLORFGBG", t, false) == on_dark);
		/* What it answers comes before what the environment was told once. */
		assert_true(colors_with(NULL, light, "COLORFGBG=15;0", t, false) == on_light);
		assert_true(colors_with(NULL, dark, "COLORFGBG=0;15", t, false) == on_dark);
		/* It does not know, or answers nothing at all: then that. */
		assert_true(colors_with(NULL, NULL, "COLORFGBG=0;15", t, false) == on_light);
		assert_true(colors_with(NULL, NULL, "COLORFGBG=15;default;0", t, false) == on_dark);
		assert_true(colors_with(NULL, NULL, "COLORFGBG=0;default;15", t, true) == on_light);
		assert_true(colors_with(NULL, NULL, "COLORFGBG", t, true) == on_dark);
	}
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static const int sizes[][2] = {{1, 1}, {1, 2}, {2, 1}, {1, 300}, {100, 1}, {2, 2}, {3, 10}, {5, 20}, {10, 40}, {24, 80},
    {40, 120}, {60, 200}, {100, 300}};

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static const char *const frame_marks[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};

/* A frame for each key, whatever the size. */
static void
press(struct pty *p, const char *key)
{
	pty_send(p, key);
	if (!pty_next_frame(p, LIMIT_MS))
		fail_msg("no frame after a key; the screen:\n%s", pty_text(p));
}

static void
it_starts_and_is_walked_through_at_every_size(void **state)
{
	static const char *const keys[] = {"\r", "\t", "\r", "\r", "a", "i", "z", "?", "\x1b[B", ":", "x",
	    "\r", "/", "f"};
	struct pty p;

	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		start(&p,
		    &(struct pty_options){.env = frame_marks, .rows = sizes[i][0], .cols = sizes[i][1]});
		assert_true(pty_next_frame(&p, LIMIT_MS));
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			press(&p, keys[k]);
		/* The prompt is open: Esc leaves it, and 40 ms later it is a key of its own. */
		press(&p, "\x1b");
		pty_leave(&p);
	}
}

/*
 * What a timer brings is drawn before the loop waits again. A recording that stands still wakes once a second and no
 * more: six Escs that are drawn with the next waking take between five and six seconds, six of 40 ms each a quarter.
 */
static void
an_esc_alone_is_answered_before_anything_else_happens(void **state)
{
	uint64_t start_ms, took_ms;
	struct pty p;

	(void)state;
	start(&p, &(struct pty_options){.env = frame_marks});
	pty_wait(&p, "fraud");
	start_ms = uv_hrtime() / 1000000;
	for (int i = 0; i < 6; i++) {
		press(&p, "?");
		press(&p, "\x1b");
	}
	took_ms = uv_hrtime() / 1000000 - start_ms;
	if (took_ms > 3000)
		fail_msg("six Escs took %" PRIu64 " ms", took_ms);
	pty_leave(&p);
}

static void
it_goes_from_every_size_to_every_other_and_back(void **state)
{
	static char before[PTY_TEXT_BYTES];
	struct pty p;

	(void)state;
	start(&p, &(struct pty_options){.env = frame_marks});
	pty_wait(&p, "fraud");
	pty_send(&p, "j");
	pty_wait(&p, " fraud \u2500");
	snprintf(before, sizeof(before), "%s", pty_text(&p));
	for (size_t i = 0; i < SIZES; i++)
		for (size_t k = 0; k < SIZES; k += 1 + i % 3) {
			pty_resize(&p, sizes[i][0], sizes[i][1]);
			pty_resize(&p, sizes[k][0], sizes[k][1]);
			assert_true(pty_next_frame(&p, LIMIT_MS));
		}
	pty_resize(&p, 1, 1);
	assert_true(pty_next_frame(&p, LIMIT_MS));
	pty_resize(&p, 24, 80);
	for (int i = 0; i < 20 && strcmp(before, pty_text(&p)) != 0; i++)
		(void)pty_next_frame(&p, 1000);
	if (strcmp(before, pty_text(&p)) != 0)
		fail_msg("it was:\n%s\nand is:\n%s", before, pty_text(&p));
	pty_leave(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_type_with_and_without_colours_and_utf8_shows_the_same_program),
	    cmocka_unit_test(where_no_cursor_can_be_moved_one_line_names_the_ways_out),
	    cmocka_unit_test(the_ground_is_found_out_or_said_and_no_answer_costs_nothing),
	    cmocka_unit_test(it_starts_and_is_walked_through_at_every_size),
	    cmocka_unit_test(an_esc_alone_is_answered_before_anything_else_happens),
	    cmocka_unit_test(it_goes_from_every_size_to_every_other_and_back),
	};

	return cmocka_run_group_tests_name("terminals", tests, NULL, NULL);
}
