/*
 * What a key that moves the cursor costs on the terminal, on every screen that has a list, and what pictures cost:
 * frames are made by the program's own curses and counted, with the question that goes behind each.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/alert.h"
#include "tests/lib_desk.h"
#include "tui/screen.h"
#include "tui/term_curses.h"
#include "tui/whatif.h"

#define LIMIT	     300 /* bytes a key */
#define LIMIT_ONE    340 /* of a single one: a row of many colours between two that are not */
#define LIMIT_SCROLL 450 /* of one that scrolls: a row more, and another by which all move */
#define QUESTION    4	/* ESC[5n */
#define KEYS	    24
#define MINUTE	    INT64_C(60000)
#define WHATIF_ROWS 6

static const struct ui_options options = {
    .utc = true, .zone = "UTC", .endpoint = "redis://127.0.0.1:6379", .version = "0", .user = "someone"};

struct way {
	const char *name;
	enum fleet_scene scene;
	enum screen_id id;
	const char *keys;
	/* Its rows are pictures, or what stands beside them is of the selected one: it may cost more on a fast link. */
	bool beside;
	const char *next, *back;
};

static const struct way lists[] = {
    {"Fleet", FLEET_ALERTS, SCREEN_FLEET, "", false, "j", "k"},
    {"Fleet, groups", FLEET_GROUPS, SCREEN_FLEET, "FF", false, "j", "k"},
    {"Model, inputs", FLEET_ALERTS, SCREEN_MODEL, "<Enter>", false, "j", "k"},
    {"Model, outputs", FLEET_ALERTS, SCREEN_MODEL, "<Enter>2", true, "j", "k"},
    {"Model, alerts", FLEET_ALERTS, SCREEN_MODEL, "<Enter>7", false, "j", "k"},
    {"Feature, values", FLEET_ALERTS, SCREEN_FEATURE, "<Enter>j<Enter>", false, "j", "k"},
    {"Feature, bins", FLEET_ALERTS, SCREEN_FEATURE, "j<Enter><Enter>", false, "<Right>", "<Left>"},
    {"Events", FLEET_ALERTS, SCREEN_EVENTS, "<Enter>E", true, "j", "k"},
    {"Alerts", FLEET_ALERTS, SCREEN_ALERTS, "a", true, "j", "k"},
    {"Compare", FLEET_ALERTS, SCREEN_COMPARE, "cjc", false, "j", "k"},
    {"Timeline", FLEET_ALERTS, SCREEN_TIMELINE, "z", false, "j", "k"},
    {"Versions", FLEET_CANARY, SCREEN_VERSIONS, "/flight<Enter><Enter>v", true, "j", "k"},
    {"Sources", FLEET_ALERTS, SCREEN_SOURCES, "i", true, "j", "k"},
    {"Setup", FLEET_ALERTS, SCREEN_SETUP, "S", false, "j", "k"},
    {"Choose", FLEET_ALERTS, SCREEN_CHOOSE, "<Enter>B", true, "j", "k"},
    {"Help", FLEET_ALERTS, SCREEN_HELP, "?", false, "j", "k"},
    {"What-if", FLEET_ALERTS, SCREEN_WHATIF, "", true, "j", "k"},
};

/* In a replay of which it was asked. */
static void
look_at_whatif(struct desk *d)
{
	static struct whatif_row rows[WHATIF_ROWS];
	static const struct whatif held = {.rows = rows, .n = WHATIF_ROWS, .only = {2, 2}, .both = 2};
	static struct ui_past past;
	int64_t from_ms = d->now_ms - 50 * MINUTE;

	for (int i = 0; i < WHATIF_ROWS; i++) {
		bool was = i % 3 != 0, is = i % 3 != 1;

		rows[i] = (struct whatif_row){.rule = slice_of(i % 2 ? "error_rate" : "missing"),
		    .model = slice_of(i % 2 ? "churn" : "flight-delay"),
		    .worst = {was ? SEVERITY_WARN : SEVERITY_OK, is ? SEVERITY_CRIT : SEVERITY_OK}, .in = {was, is},
		    .fired_ms = {was ? from_ms + i * MINUTE : ALERT_NEVER, is ? from_ms + 2 * i * MINUTE : ALERT_NEVER},
		    .ended_ms = {ALERT_NEVER, ALERT_NEVER},
		    .sentence = slice_of(i % 2 ? "errors 7.1% of 5 min (base 0.2%)"
					       : "missing 41.0% of 5 min (base 0.1%)")};
	}
	past = (struct ui_past){.name = "incident.dtr", .speed = 4, .at_ms = d->now_ms, .from_ms = from_ms,
	    .to_ms = from_ms + 60 * MINUTE, .live_ms = from_ms + 61 * MINUTE, .place = 1, .whatif = &held};
	ui_set_past(d->ui, &past);
	ui_open_whatif(d->ui);
	desk_draw(d);
}

/* A desk and the bytes of its terminal. */
struct meter {
	struct desk *d;
	struct term_curses *curses;
};

static size_t
frame(struct meter *m)
{
	struct slice bytes;

	assert_int_equal(term_curses_draw(m->curses, &m->d->g, &theme_dark, &bytes, NULL), 0);
	return bytes.n + (bytes.n ? QUESTION : 0);
}

static void
meter_open(struct meter *m, const struct way *way, int rows, int cols, bool spare)
{
	const struct term_curses_options co = {.term = "xterm-256color"};

	m->d = desk_open(way->scene, &options);
	desk_size(m->d, rows, cols, GLYPHS_BLOCKS);
	m->d->g.spare = spare;
	if (way->id == SCREEN_WHATIF)
		look_at_whatif(m->d);
	desk_press(m->d, way->keys);
	assert_int_equal(ui_view(m->d->ui)->screen->id, way->id);
	assert_int_equal(term_curses_open(&m->curses, &co, rows, cols, NULL), 0);
	(void)frame(m);
}

static void
meter_close(struct meter *m)
{
	term_curses_free(m->curses);
	desk_close(m->d);
}

/* The frame that answers one key; then what gave way to it. */
static size_t
key_costs(struct meter *m, const char *key)
{
	size_t bytes;

	desk_press(m->d, key);
	bytes = frame(m);
	if (term_curses_rest(m->curses)) {
		desk_draw(m->d);
		(void)frame(m);
	}
	assert_false(term_curses_rest(m->curses));
	return bytes;
}

struct cost {
	size_t mean, most, scroll;
};

/* To the end of the list and back. Keys at an end move nothing. */
static struct cost
list_costs(const struct way *way, int rows, int cols, bool spare)
{
	struct cost c = {0, 0, 0};
	bool along = way->id == SCREEN_HELP || way->next[0] == '<';
	size_t moved = 0, sum = 0;
	struct meter m;

	meter_open(&m, way, rows, cols, spare);
	for (int i = 0; i < 2 * KEYS; i++) {
		int row = m.d->g.cursor_row;
		size_t bytes = key_costs(&m, i < KEYS ? way->next : way->back);

		if (!bytes)
			continue;
		/* The cursor of bins, and a text that is read, has no row of its own. */
		if (m.d->g.cursor_row == row && !along) {
			c.scroll = bytes > c.scroll ? bytes : c.scroll;
			continue;
		}
		sum += bytes;
		moved++;
		c.most = bytes > c.most ? bytes : c.most;
	}
	meter_close(&m);
	assert_true(moved >= 2);
	c.mean = sum / moved;
	return c;
}

static void
a_key_that_moves_the_cursor_costs_few_bytes_on_every_list(void **state)
{
	(void)state;
	print_message("%-16s %20s  %20s\n", "bytes a key", "mean, most, scroll", "on a slow link");
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct cost fast = list_costs(&lists[i], 24, 80, false), slow = list_costs(&lists[i], 24, 80, true);

		print_message("%-16s %8zu %5zu %5zu  %8zu %5zu %5zu\n", lists[i].name, fast.mean, fast.most,
		    fast.scroll, slow.mean, slow.most, slow.scroll);
		if (slow.mean > LIMIT || slow.most > LIMIT_ONE || slow.scroll > LIMIT_SCROLL)
			fail_msg("%s: too much on a slow link", lists[i].name);
		if (!lists[i].beside && fast.mean > LIMIT)
			fail_msg("%s: too much", lists[i].name);
	}
}

/* The bars of a histogram beside each other, each with shade on both sides, are the most that any screen sends. */
static void
on_a_slow_link_a_histogram_is_a_third_less(void **state)
{
	static const struct way way = {"", FLEET_ALERTS, SCREEN_FEATURE, "j<Enter><Enter>", false, "", ""};
	size_t bytes[2];

	(void)state;
	for (int spare = 0; spare < 2; spare++) {
		struct meter m;

		meter_open(&m, &way, 24, 80, spare);
		assert_true(desk_shows(m.d, spare ? "solid now, line" : "solid now, shade"));
		term_curses_invalidate(m.curses);
		bytes[spare] = frame(&m);
		meter_close(&m);
	}
	print_message("all of Feature: %zu bytes, on a slow link %zu\n", bytes[0], bytes[1]);
	assert_true(bytes[1] * 3 <= bytes[0] * 2 + 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_that_moves_the_cursor_costs_few_bytes_on_every_list),
	    cmocka_unit_test(on_a_slow_link_a_histogram_is_a_third_less),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests_name("key_bytes", tests, NULL, NULL);
}
