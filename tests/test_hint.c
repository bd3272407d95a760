/* A key that does nothing here says what it is for; none is met with silence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/screen.h"

/* Under sanitizers a key takes ten times as long. */
#if defined(__SANITIZE_ADDRESS__)
#define CASES 2
#else
#define CASES 5
#endif

static const struct ui_options options = {.zone = "UTC", .endpoint = "test", .user = "someone"};

/* The way to each screen that a fleet leads to. */
static const struct {
	enum screen_id id;
	const char *way;
} ways[] = {
    {SCREEN_FLEET, ""},
    {SCREEN_MODEL, "<Enter>"},
    {SCREEN_FEATURE, "<Enter><Enter>"},
    {SCREEN_EVENTS, "<Enter>E"},
    {SCREEN_SOURCES, "i"},
    {SCREEN_ALERTS, "a"},
    {SCREEN_CHOOSE, "<Enter>B"},
    {SCREEN_VERSIONS, "<Enter>v"},
    {SCREEN_COMPARE, "cjc"},
    {SCREEN_TIMELINE, "z"},
    {SCREEN_SETUP, "S"},
    {SCREEN_HELP, "?"},
};

static void
go(struct desk *d, const char *way)
{
	ui_free(d->ui);
	d->ui = NULL;
	assert_int_equal(ui_new(&d->ui, &options, NULL), 0);
	desk_draw(d);
	desk_press(d, way);
}

/* The same by keys that come faster than frames. */
static void
go_undrawn(struct desk *d, const char *way)
{
	struct slice rest = slice_of(way);
	uint32_t key;

	ui_free(d->ui);
	d->ui = NULL;
	assert_int_equal(ui_new(&d->ui, &options, NULL), 0);
	while (rest.n > 0) {
		assert_int_equal(key_parse(&rest, &key, NULL), 0);
		desk_key(d, key);
	}
}

static bool
row_has(const struct keymap_row *row, uint32_t key)
{
	for (size_t k = 0; k < KEYMAP_KEYS && row->keys[k]; k++)
		if (row->keys[k] == key)
			return true;
	return false;
}

static bool
works(uint32_t key, enum screen_id screen)
{
	for (size_t i = 0; i < keymap_rows; i++)
		if (keymap_holds(&keymap[i], screen, false) && row_has(&keymap[i], key))
			return true;
	return false;
}

static void
no_key_of_the_table_is_met_with_silence_where_it_does_nothing(void **state)
{
	struct desk *d = desk_open(FLEET_ALERTS, &options);
	int seen = 0;

	(void)state;
	for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
		for (size_t i = 0; i < keymap_rows; i++)
			for (size_t k = 0; k < KEYMAP_KEYS && keymap[i].keys[k]; k++) {
				char name[16];

				if (works(keymap[i].keys[k], ways[w].id))
					continue;
				go_undrawn(d, ways[w].way);
				desk_key(d, keymap[i].keys[k]);
				key_name(keymap[i].keys[k], name, sizeof name);
				if (strncmp(ui_said(d->ui), name, strlen(name)) != 0)
					fail_msg("'%s' after '%s' says '%s'", name, ways[w].way, ui_said(d->ui));
				seen++;
			}
	assert_true(seen > 100);
	desk_close(d);
}

/* All cells, to be compared with; the cursor is in them. */
static struct cell *
cells_of(const struct desk *d)
{
	size_t bytes = sizeof(struct cell) * (size_t)d->g.rows * (size_t)d->g.cols;
	struct cell *copy = malloc(bytes);

	assert_non_null(copy);
	return memcpy(copy, d->g.cells, bytes);
}

static bool
cells_are(const struct desk *d, const struct cell *old)
{
	return memcmp(old, d->g.cells, sizeof *old * (size_t)d->g.rows * (size_t)d->g.cols) == 0;
}

/* At an end, and in a panel of one row, there is nowhere to move to. */
static bool
only_moves(enum action action)
{
	return action >= ACTION_UP && action <= ACTION_END;
}

/* On one screen, in each panel of it. *seen counts keys; returns how many were met with silence. */
static int
silent_keys(struct desk *d, size_t way, int rows, int cols, const struct ui_past *past, int *seen)
{
	int silent = 0;

	for (unsigned panel = 0, panels = 1; panel < panels; panel++)
		for (size_t i = 0; i < keymap_rows; i++) {
			char to[80], name[16];
			struct cell *old;

			if (!keymap_holds(&keymap[i], ways[way].id, past != NULL) || only_moves(keymap[i].action))
				continue;
			snprintf(to, sizeof to, panel ? "%s%u" : "%s", ways[way].way, panel + 1);
			go_undrawn(d, to);
			ui_set_past(d->ui, past);
			desk_size(d, rows, cols, GLYPHS_ASCII);
			if (ui_view(d->ui)->screen->id != ways[way].id) /* nothing leads there */
				return silent;
			panels = ui_view(d->ui)->screen->panels;
			old = cells_of(d);
			desk_key(d, keymap[i].keys[0]);
			desk_draw(d);
			if (cells_are(d, old) && !*ui_said(d->ui) && d->last.kind == UI_REQUEST_NONE) {
				key_name(keymap[i].keys[0], name, sizeof name);
				print_error("%dx%d: '%s' after '%s' is met with silence\n", cols, rows, name, to);
				silent++;
			}
			free(old);
			++*seen;
		}
	return silent;
}

static void
each_key_of_a_screen_changes_what_is_shown_or_says_why_not(void **state)
{
	static const struct {
		enum fleet_scene scene;
		int rows, cols;
		bool past;
	} cases[] = {{FLEET_NOTHING, 24, 80, false}, {FLEET_ALERTS, 12, 40, false}, {FLEET_CANARY, 50, 160, false},
	    {FLEET_ALERTS, 24, 80, true}, {FLEET_ALERTS, 24, 80, false}};
	int silent = 0, seen = 0;

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct desk *d = desk_open(cases[i].scene, &options);
		const struct ui_past past = {.name = "a.dtr", .at_ms = d->now_ms, .from_ms = d->now_ms - 60000,
		    .to_ms = d->now_ms, .place = 1, .speed = 1};

		for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
			silent += silent_keys(
			    d, w, cases[i].rows, cases[i].cols, cases[i].past ? &past : NULL, &seen);
		desk_close(d);
	}
	assert_true(seen > 1000);
	assert_int_equal(silent, 0);
}

static void
what_a_key_is_for_is_said_by_screen_and_by_time(void **state)
{
	static const struct {
		const char *way, *key, *said;
	} cases[] = {
	    {"S", "v", "v (versions) is for fleet, model, feature, events"},
	    {"", "+", "+ (zoom-in) is for model, feature, timeline"},
	    {"S", "<Enter>", "Enter (open) does nothing here"},
	    {"", "%", "% (what-if) is for the past: T goes back in time"},
	    {"<Space>", "w", "w (save-past) is for what is live, not for the past"},
	    {"", "x", "x is no key of drifttop"},
	};
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct ui_past past = {
		    .at_ms = d->now_ms, .from_ms = d->now_ms - 60000, .to_ms = d->now_ms, .place = 1, .speed = 1};

		go(d, *cases[i].way == '<' ? "" : cases[i].way);
		if (*cases[i].way == '<')
			ui_set_past(d->ui, &past);
		desk_press(d, cases[i].key);
		assert_string_equal(ui_said(d->ui), cases[i].said);
	}
	desk_close(d);
}

/* At 80 columns what is said is all there, and the next key takes it away. */
static void
what_is_said_of_a_key_fits_and_goes_with_the_next(void **state)
{
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	desk_press(d, "<Tab>");
	assert_true(desk_row_shows(d, 23, "Tab (next-panel) is for model, feature, events, sources, alerts, versions"));
	desk_press(d, "j");
	assert_false(desk_row_shows(d, 23, "next-panel"));
	desk_close(d);
}

/* Where there is nowhere to go to that is said, too. */
static void
a_search_that_finds_nothing_and_a_panel_that_is_not_there_say_so(void **state)
{
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	desk_press(d, "/flight-delay<Enter>n");
	assert_string_equal(ui_said(d->ui), "this is the only one");
	go(d, "");
	desk_press(d, "n");
	assert_string_equal(ui_said(d->ui), "");
	go(d, "<Enter>9");
	assert_string_equal(ui_said(d->ui), "there are 7 panels here");
	desk_press(d, "7");
	assert_string_equal(ui_said(d->ui), "");
	desk_close(d);
}

static void
events_and_versions_of_a_model_are_one_key_from_the_fleet_and_the_model_is_behind_them(void **state)
{
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	desk_press(d, "jE");
	assert_int_equal(ui_view(d->ui)->screen->id, SCREEN_EVENTS);
	desk_press(d, "<Esc>");
	assert_int_equal(ui_view(d->ui)->screen->id, SCREEN_MODEL);
	go(d, "v");
	assert_int_equal(ui_view(d->ui)->screen->id, SCREEN_VERSIONS);
	desk_press(d, "<Enter>");
	assert_string_equal(ui_said(d->ui), "no two versions run beside each other: c in panel 2 compares any two");
	desk_close(d);
	d = desk_open(FLEET_CROWD, &options);
	desk_press(d, "v<Enter>");
	assert_string_equal(ui_said(d->ui), "there is one version, and no other beside it: nothing to open");
	desk_close(d);
}

static void
the_head_of_a_panel_in_place_of_others_names_the_way_to_them(void **state)
{
	static const struct {
		const char *way, *shows;
	} cases[] = {{"<Enter>", "4 traffic"}, {"<Enter>4", "1 inputs 2 outputs"}, {"<Enter>5", "1 inputs"},
	    {"<Enter>6", "1 inputs"}, {"<Enter>7", "1 inputs"}, {"<Enter><Enter>4", "1 distribution"},
	    {"<Enter><Enter>5", "1 distribution"}, {"<Enter><Enter>5e", "1 distribution"},
	    {"<Enter><Enter>2", "4 waterfall"}};
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		go(d, cases[i].way);
		if (!desk_shows(d, cases[i].shows))
			fail_msg("'%s': no '%s': %s", cases[i].way, cases[i].shows, desk_row(d, 4));
	}
	desk_close(d);
}

/* ---- the last line at every width ---------------------------------------------------------------- */

#define COLS_MOST 200
#define BAR_ITEMS 40

/* What the keys of a screen say where there is room for all of them, two blanks apart. */
static size_t
bar_items(struct desk *d, char items[BAR_ITEMS][40])
{
	char row[COLS_MOST + 1];
	size_t n = 0;

	desk_size(d, 24, COLS_MOST, GLYPHS_ASCII);
	snprintf(row, sizeof row, "%s", desk_row(d, 23));
	for (char *p = row; *p; n++) {
		char *end;

		p += strspn(p, " ");
		end = strstr(p, "  ");
		end = end ? end : p + strlen(p);
		if (p == end)
			break;
		assert_true(n < BAR_ITEMS);
		snprintf(items[n], sizeof items[n], "%.*s", (int)(end - p), p);
		p = end;
	}
	return n;
}

/* Whether text is items and blanks. */
static bool
is_of_items(const char *text, char items[BAR_ITEMS][40], size_t n)
{
	size_t i = 0;

	while (*(text += strspn(text, " "))) {
		for (i = 0; i < n; i++) {
			size_t len = strlen(items[i]);

			if (strncmp(text, items[i], len) == 0 && (text[len] == ' ' || !text[len]))
				break;
		}
		if (i == n)
			return false;
		text += strlen(items[i]);
	}
	return true;
}

static void
a_hint_is_there_whole_or_not_at_all_at_every_width(void **state)
{
	static const char *const bars[] = {"", "<Enter>", "i", "a", "S", "?"};
	struct desk *d = desk_open(FLEET_ALERTS, &options);
	char items[BAR_ITEMS][40];

	(void)state;
	for (size_t w = 0; w < sizeof bars / sizeof *bars; w++) {
		size_t n;

		go(d, bars[w]);
		n = bar_items(d, items);
		assert_true(n > 1);
		for (int cols = 1; cols <= COLS_MOST; cols++) {
			static const char *const said[] = {"", "F", "n", "%"};

			for (size_t k = 0; k < sizeof said / sizeof *said; k++) {
				size_t message;

				go(d, bars[w]);
				desk_size(d, 24, cols, GLYPHS_ASCII);
				desk_press(d, said[k]);
				message = strlen(ui_said(d->ui));
				/* A longer one has rows of its own. */
				if (message + 1 > (size_t)cols)
					continue;
				if (message && strncmp(desk_row(d, 23) + 1, ui_said(d->ui), message) != 0)
					fail_msg("%d columns: '%s' is not all of '%s'", cols, desk_row(d, 23),
					    ui_said(d->ui));
				if (!is_of_items(desk_row(d, 23) + 1 + message, items, n))
					fail_msg("%d columns after '%s%s': '%s'", cols, bars[w], said[k],
					    desk_row(d, 23));
			}
		}
	}
	desk_close(d);
}

/* Whether a row has that as a word; a mark of what is cut may stand behind it. */
static bool
has_word(const char *row, const char *word, size_t n)
{
	for (const char *p = row; (p = strstr(p, " ")); p++)
		if (strncmp(p + 1, word, n) == 0 && (p[1 + n] == ' ' || !p[1 + n]))
			return true;
	return false;
}

/* What is asked for, and what is wrong with the answer. */
static void
beside_what_is_typed_stand_whole_words_at_every_width(void **state)
{
	static const char *const asks[] = {"as", "as2x<Enter>", "m", ":", "/"};
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		char all[COLS_MOST + 1];
		int shown = 0;

		go(d, asks[i]);
		desk_size(d, 24, COLS_MOST, GLYPHS_ASCII);
		snprintf(all, sizeof all, "%s", desk_row(d, 23));
		for (int cols = 20; cols <= COLS_MOST; cols++) {
			const char *row;
			size_t end, from;

			go(d, asks[i]);
			desk_size(d, 24, cols, GLYPHS_ASCII);
			row = desk_row(d, 23);
			for (end = strlen(row); end > 0 && strchr(" ~", row[end - 1]);)
				end--;
			for (from = end; from > 0 && row[from - 1] != ' ';)
				from--;
			if (!has_word(all, row + from, end - from))
				fail_msg("%d columns after '%s': '%s'", cols, asks[i], row);
			shown += end > 20;
		}
		assert_true(shown > COLS_MOST / 2);
	}
	desk_close(d);
}

/* What stands in the rows above the last, the marks taken out. */
static void
rows_above(const struct desk *d, char *out, size_t bytes)
{
	size_t n = 0;

	out[0] = '\0';
	for (int row = 0; row < d->g.rows; row++) {
		const char *line = desk_row(d, row), *p = line;

		while (*p && n + 2 < bytes) {
			size_t word;

			p += strspn(p, " ");
			word = strcspn(p, " ");
			if (word && !(word == 1 && *p == 'v'))
				n += (size_t)snprintf(out + n, bytes - n, "%.*s ", (int)word, p);
			p += word;
		}
	}
}

static bool
shows_all(const struct desk *d, const char *sentence)
{
	char all[COLS_MOST * 30], want[ERR_MSG_BYTES];

	rows_above(d, all, sizeof all);
	snprintf(want, sizeof want, "%s", sentence);
	return *sentence && strstr(all, want);
}

/* Below a whole sentence stands the mark over the place, if it has one. */
static void
what_is_wrong_with_what_was_typed_is_read_in_full_from_forty_columns_on(void **state)
{
	static const struct {
		const char *keys;
		int place; /* in what was typed; -1: none */
	} cases[] = {{":filter drift>0.2 and error_rate>1x<Enter>", 32}, {":export a.png<Enter>", 7},
	    {":baseline ./x.json<Enter>", -1}, {":goto card-fraud/amuont<Enter>", -1}, {"/rate>1zz", 5},
	    {"/nosuch=3 and model=a", 0}, {":set bell on<Enter>", -1}, {"as2x and more of it<Enter>", -1},
	    {":windw 5m<Enter>", 0}};
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		go(d, cases[i].keys);
		for (int cols = 40; cols <= COLS_MOST; cols += cols < 100 ? 1 : 20) {
			const char *why = d->ui->typing ? ui_view(d->ui)->filter.why : d->ui->prompt.wrong;

			desk_size(d, cols < 60 ? 12 : 24, cols, GLYPHS_ASCII);
			if (!shows_all(d, why))
				fail_msg("'%s' at %d columns: not all of '%s'", cases[i].keys, cols, why);
			if (cases[i].place >= 0)
				assert_int_equal(desk_row(d, d->g.rows - 2)[2 + cases[i].place], 'v');
		}
	}
	desk_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_key_of_the_table_is_met_with_silence_where_it_does_nothing),
	    cmocka_unit_test(each_key_of_a_screen_changes_what_is_shown_or_says_why_not),
	    cmocka_unit_test(what_a_key_is_for_is_said_by_screen_and_by_time),
	    cmocka_unit_test(what_is_said_of_a_key_fits_and_goes_with_the_next),
	    cmocka_unit_test(a_search_that_finds_nothing_and_a_panel_that_is_not_there_say_so),
	    cmocka_unit_test(events_and_versions_of_a_model_are_one_key_from_the_fleet_and_the_model_is_behind_them),
	    cmocka_unit_test(the_head_of_a_panel_in_place_of_others_names_the_way_to_them),
	    cmocka_unit_test(a_hint_is_there_whole_or_not_at_all_at_every_width),
	    cmocka_unit_test(what_is_wrong_with_what_was_typed_is_read_in_full_from_forty_columns_on),
	    cmocka_unit_test(beside_what_is_typed_stand_whole_words_at_every_width),
	};

	return cmocka_run_group_tests_name("hint", tests, NULL, NULL);
}
