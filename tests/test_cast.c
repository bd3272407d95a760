/*
 * A cast, played: after each event the player's screen is the grid, from the beginning and from any whole picture on.
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

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_cast.h"
#include "tui/cast.h"

#define BEGAN INT64_C(1700000000123)

static uint64_t seed = UINT64_C(88172645463325252);

static unsigned
dice(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 11) % n;
}

struct rig {
	struct cast cast;
	struct grid grid;
	struct lib_cast player;
	int64_t at_ms;
};

static void
rig_open(struct rig *r, enum color_depth depth, int rows, int cols)
{
	const struct cast_options o = {.depth = depth, .began_ms = BEGAN, .title = "drifttop \"demo\" \\ \u6f22"};

	memset(r, 0, sizeof(*r));
	cast_init(&r->cast, &o);
	assert_int_equal(grid_init(&r->grid, rows, cols, GLYPHS_BRAILLE, NULL), 0);
	lib_cast_init(&r->player);
}

static void
rig_close(struct rig *r)
{
	cast_release(&r->cast);
	grid_release(&r->grid);
	lib_cast_release(&r->player);
}

/* What has been written since the last call; it stays in the cast's memory until the next one writes. */
static struct slice
taken(struct rig *r)
{
	struct slice s = slice_make(r->cast.out.p, r->cast.out.n);

	r->cast.out.n = 0;
	return s;
}

static void
play(struct rig *r)
{
	struct slice s = taken(r);

	lib_cast_play(&r->player, s.p, s.n);
}

static void
begins(const struct rig *r, const char *with)
{
	if (r->cast.out.n < strlen(with) || memcmp(r->cast.out.p, with, strlen(with)) != 0)
		fail_msg("%.*s", (int)r->cast.out.n, r->cast.out.p);
}

static const char *const words[] = {"fraud-card", "p99 ", "12.5", " ", "\u25b2 CRIT", "\u2581\u2582\u2583\u2584\u2585",
    "\u2588\u2588\u2588", "\u2500\u2500\u2500", "0.41 \u2248", "\u28ff\u2847", "missing 12 %", "     ", "\u6f22\u5b57",
    "\ud55c\uad6d", "\u30c7\u30fc\u30bf x", "\033]0;x\007\x9b\xff\"\\"};

static void
scribble(struct grid *g, int strokes)
{
	struct rect all = grid_rect(g);
	int i;

	for (i = 0; i < strokes; i++) {
		int y = (int)dice((unsigned)g->rows), x = (int)dice((unsigned)g->cols + 4) - 4;

		switch (dice(8)) {
		case 0:
			grid_ground(g, all, y, x, 1 + (int)dice(60), dice(2) ? ROLE_CURSOR : ROLE_TEXT);
			break;
		case 1:
			grid_attr(g, all, y, x, 1 + (int)dice(9), (uint8_t)dice(16));
			break;
		case 2:
			grid_fill(g, (struct rect){y, x, 1 + (int)dice(3), 1 + (int)dice(90)},
			    dice(2) ? ROLE_TEXT : (enum role)dice(ROLE_COUNT), ' ');
			break;
		default:
			grid_str(g, all, y, x, (enum role)dice(ROLE_COUNT), words[dice(16)]);
		}
	}
}

/* ---- the head -------------------------------------------------------------------------------- */

static void
the_head_says_what_a_player_needs_and_nothing_of_the_machine(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, DEPTH_256, 24, 80);
	cast_frame(&r.cast, &r.grid, &theme_dark, 0);
	begins(&r,
	    "{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":1700000000,"
	    "\"title\":\"drifttop \\\"demo\\\" \\\\ \u6f22\",\"env\":{\"TERM\":\"xterm-256color\"},"
	    "\"theme\":{\"fg\":\"#");
	play(&r);
	assert_int_equal(r.player.head_cols, 80);
	assert_int_equal(r.player.head_rows, 24);
	assert_true(r.player.head_time == 1700000000);
	rig_close(&r);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static void
run_frames(const struct theme *theme, enum color_depth depth, int frames, size_t *pictures, size_t *whole)
{
	struct rig r;
	int i;

	rig_open(&r, depth, 24, 80);
	for (i = 0; i < frames; i++) {
		if (dice(20) == 0)
			grid_clear(&r.grid);
		if (dice(25) == 0)
			assert_int_equal(grid_resize(&r.grid, 1 + (int)dice(40), 1 + (int)dice(140), NULL), 0);
		scribble(&r.grid, (int)dice(30));
		r.at_ms += dice(2000);
		cast_frame(&r.cast, &r.grid, theme, r.at_ms);
		play(&r);
		lib_cast_is(&r.player, &r.grid, theme, depth);
	}
	*pictures += r.player.pictures;
	*whole += r.player.whole;
	rig_close(&r);
}

static void
after_each_frame_the_players_screen_is_the_grid(void **state)
{
	size_t pictures = 0, whole = 0, runs = 0;
	int i;

	(void)state;
	for (i = 0; themes[i]; i++) {
		run_frames(themes[i], DEPTH_256, 400, &pictures, &whole);
		run_frames(themes[i], DEPTH_16, 100, &pictures, &whole);
		run_frames(themes[i], DEPTH_MONO, 100, &pictures, &whole);
		runs += 3;
	}
	/* One frame in 25 is of another size, one in 60 comes a minute behind the last whole one: 0.06 of some 600 a
	 * theme, and one for each beginning. Twice that is never. */
	assert_true(whole > runs);
	assert_true(whole - runs < pictures / 8);
}

static void
a_file_can_be_cut_in_front_of_any_whole_picture(void **state)
{
	struct lib_cast cut = {0};
	struct rig r;
	size_t cuts = 0;
	int i;

	(void)state;
	rig_open(&r, DEPTH_256, 24, 80);
	for (i = 0; i < 1000; i++) {
		size_t whole = r.player.whole;
		struct slice s;

		if (i == 300)
			assert_int_equal(grid_resize(&r.grid, 40, 120, NULL), 0);
		scribble(&r.grid, 3);
		r.at_ms += 1000;
		cast_frame(&r.cast, &r.grid, &theme_dark, r.at_ms);
		s = taken(&r);
		lib_cast_play(&r.player, s.p, s.n);
		if (r.player.whole > whole && i > 0) {
			/* Only the head would be put in front of these lines: its size is the first one. */
			lib_cast_release(&cut);
			lib_cast_init_cut(&cut, 24, 80);
			cuts++;
		}
		if (cut.vt) {
			lib_cast_play(&cut, s.p, s.n);
			lib_cast_is(&cut, &r.grid, &theme_dark, DEPTH_256);
		}
	}
	/* One a minute, and one for the new size, behind which minutes are counted anew. */
	assert_int_equal(cuts, 5 + 11);
	lib_cast_release(&cut);
	rig_close(&r);
}

static void
a_screen_at_rest_is_painted_anew_each_minute_and_otherwise_costs_nothing(void **state)
{
	struct rig r;
	int64_t at;

	(void)state;
	rig_open(&r, DEPTH_256, 24, 80);
	scribble(&r.grid, 50);
	cast_tick(&r.cast, 0);
	assert_int_equal(r.cast.out.n, 0);
	for (at = 0; at <= 300000; at += 1000) {
		if (at < 100000)
			cast_frame(&r.cast, &r.grid, &theme_light, at);
		else
			cast_tick(&r.cast, at);
		assert_true(r.cast.out.n == 0 || at % 60000 == 0);
		play(&r);
		lib_cast_is(&r.player, &r.grid, &theme_light, DEPTH_256);
	}
	assert_int_equal(r.player.whole, 6);
	assert_true(r.player.whole_at == 300);
	rig_close(&r);
}

/* A move, a colour and four digits, as JSON: ESC takes six characters there. */
static void
a_figure_that_changes_costs_a_few_bytes(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, DEPTH_256, 24, 80);
	scribble(&r.grid, 200);
	cast_frame(&r.cast, &r.grid, &theme_dark, 0);
	grid_str(&r.grid, grid_rect(&r.grid), 10, 20, ROLE_TEXT, "12.5 ms");
	cast_frame(&r.cast, &r.grid, &theme_dark, 1000);
	play(&r);
	grid_str(&r.grid, grid_rect(&r.grid), 10, 20, ROLE_TEXT, "18.3");
	cast_frame(&r.cast, &r.grid, &theme_dark, 2000);
	assert_in_range(r.cast.out.n, 20, 60);
	play(&r);
	/* What lies between two changes is written again where that is shorter than a move. */
	grid_str(&r.grid, grid_rect(&r.grid), 10, 20, ROLE_TEXT, "28.4");
	cast_frame(&r.cast, &r.grid, &theme_dark, 3000);
	begins(&r, "[3,\"o\",\"\\u001b[11;21H28.4\"]\n");
	play(&r);
	lib_cast_is(&r.player, &r.grid, &theme_dark, DEPTH_256);
	rig_close(&r);
}

/* ---- beside pictures ------------------------------------------------------------------------- */

static void
markers_have_their_times_and_no_bytes_that_are_not_for_a_screen(void **state)
{
	static const char every[] = "\001\033[2J\r\n\t\"\\\x7f\xc2\x9b\xff\xe2\x80\xae \u6f22";
	char lengthy[1000];
	struct rig r;
	size_t i;

	(void)state;
	rig_open(&r, DEPTH_256, 24, 80);
	cast_marker(&r.cast, slice_of("too early"), 0);
	assert_int_equal(r.cast.out.n, 0);
	cast_frame(&r.cast, &r.grid, &theme_dark, 0);
	cast_marker(&r.cast, slice_of("crit: card-fraud amount drift"), 1500);
	cast_marker(&r.cast, slice_make(every, sizeof(every) - 1), 1250);
	memset(lengthy, 'x', sizeof(lengthy));
	cast_marker(&r.cast, slice_make(lengthy, sizeof(lengthy)), 90000);
	play(&r);
	assert_int_equal(r.player.nmarkers, 3);
	assert_true(r.player.markers[0].at == 1.5);
	assert_string_equal(r.player.markers[0].label, "crit: card-fraud amount drift");
	/* Time does not go back. */
	assert_true(r.player.markers[1].at == 1.5);
	assert_string_equal(
	    r.player.markers[1].label, "\u00b7\u00b7[2J\u00b7\u00b7\u00b7\"\\\u00b7\u00b7\u00b7\u00b7 \u6f22");
	assert_in_range(strlen(r.player.markers[2].label), CAST_LABEL_BYTES - 4, CAST_LABEL_BYTES);
	for (i = 0; r.player.markers[2].label[i]; i++)
		assert_int_equal(r.player.markers[2].label[i], 'x');
	rig_close(&r);
}

static void
a_new_size_is_told_before_its_first_picture(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, DEPTH_256, 24, 80);
	cast_frame(&r.cast, &r.grid, &theme_dark, 0);
	play(&r);
	assert_int_equal(grid_resize(&r.grid, 30, 100, NULL), 0);
	scribble(&r.grid, 20);
	cast_frame(&r.cast, &r.grid, &theme_dark, 2500);
	begins(&r, "[2.5,\"r\",\"100x30\"]\n[2.5,\"o\",\"\\u001b[?25l");
	play(&r);
	assert_int_equal(r.player.sizes, 1);
	lib_cast_is(&r.player, &r.grid, &theme_dark, DEPTH_256);
	rig_close(&r);
}

static void
halves_of_wide_characters_that_have_lost_the_other_one_do_no_harm(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, DEPTH_256, 2, 6);
	/* No painting does that; a picture of it is still of that width. */
	r.grid.cells[0].ch = 0;
	r.grid.cells[2].ch = 0x6f22;
	r.grid.cells[5].ch = 0x5b57;
	r.grid.cells[6].ch = 0;
	cast_frame(&r.cast, &r.grid, &theme_dark, 0);
	play(&r);
	r.grid.cells[0].ch = r.grid.cells[6].ch = ' ';
	r.grid.cells[2].ch = r.grid.cells[5].ch = 0xb7;
	lib_cast_is(&r.player, &r.grid, &theme_dark, DEPTH_256);
	rig_close(&r);
}

/* ---- memory ---------------------------------------------------------------------------------- */

#define PAGES 6

static struct grid album[PAGES];

static int
make_album(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < PAGES; i++) {
		assert_int_equal(grid_init(&album[i], i < 4 ? 24 : 9, i < 4 ? 80 : 50, GLYPHS_BRAILLE, NULL), 0);
		scribble(&album[i], 60);
	}
	return 0;
}

static int
drop_album(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < PAGES; i++)
		grid_release(&album[i]);
	return 0;
}

static void
show_album(struct cast *c)
{
	int64_t i;

	for (i = 0; i < PAGES; i++) {
		cast_frame(c, &album[i], &theme_dark, 1000 * i);
		cast_marker(c, slice_of("warn: a"), 1000 * i + 10);
	}
	cast_tick(c, 70000);
}

static int
make_cast(void *ctx, struct err *err)
{
	const struct cast_options o = {.depth = DEPTH_256};
	struct cast c;

	(void)ctx;
	(void)err;
	cast_init(&c, &o);
	show_album(&c);
	cast_release(&c);
	return 0;
}

struct refusal {
	size_t seen, refused;
};

static bool
refuse_one(void *ctx, size_t bytes)
{
	struct refusal *f = ctx;

	(void)bytes;
	return ++f->seen != f->refused;
}

/* What memory did not suffice for is not there, and what is there is whole: the next picture is right again. */
static void
a_picture_that_memory_was_short_for_is_made_up_for_by_the_next_one(void **state)
{
	const struct cast_options o = {.depth = DEPTH_256};
	size_t n = alloc_survive_each(make_cast, NULL), i;

	(void)state;
	assert_true(n > 20);
	for (i = 1; i <= n; i++) {
		struct refusal f = {0, i};
		struct lib_cast player;
		struct cast c;

		cast_init(&c, &o);
		mem_set_hook(refuse_one, &f);
		show_album(&c);
		mem_set_hook(NULL, NULL);
		cast_frame(&c, &album[PAGES - 2], &theme_dark, 80000);
		lib_cast_init(&player);
		lib_cast_play(&player, c.out.p, c.out.n);
		lib_cast_is(&player, &album[PAGES - 2], &theme_dark, DEPTH_256);
		lib_cast_release(&player);
		cast_release(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_head_says_what_a_player_needs_and_nothing_of_the_machine),
	    cmocka_unit_test(after_each_frame_the_players_screen_is_the_grid),
	    cmocka_unit_test(a_file_can_be_cut_in_front_of_any_whole_picture),
	    cmocka_unit_test(a_screen_at_rest_is_painted_anew_each_minute_and_otherwise_costs_nothing),
	    cmocka_unit_test(a_figure_that_changes_costs_a_few_bytes),
	    cmocka_unit_test(markers_have_their_times_and_no_bytes_that_are_not_for_a_screen),
	    cmocka_unit_test(a_new_size_is_told_before_its_first_picture),
	    cmocka_unit_test(halves_of_wide_characters_that_have_lost_the_other_one_do_no_harm),
	    cmocka_unit_test_setup_teardown(
		a_picture_that_memory_was_short_for_is_made_up_for_by_the_next_one, make_album, drop_album),
	};

	return cmocka_run_group_tests_name("cast", tests, NULL, NULL);
}
