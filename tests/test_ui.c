/*
 * The user interface without a terminal: keys go in, a grid comes out, figures are those of a real store that was
 * told always the same events.
 */
#include "tui/ui.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_fleet.h"
#include "tui/bindings.h"

/* One ui on one scene, at one size; mono is a clock that keys and frames are given. */
struct desk {
	struct store *s;
	struct ui *ui;
	struct grid g;
	int64_t now_ms, mono_ms;
	enum fleet_scene scene;
};

static const struct ui_options options = {.window = WINDOW_AUTO,
    .utc = true,
    .zone = "CET",
    .utc_offset_ms = 3600000,
    .endpoint = "redis://127.0.0.1:6379"};

/* Stores that no test goes on with are made once. */
static struct store *made[FLEET_SCENES];
static int64_t made_now_ms[FLEET_SCENES];

static void
desk_open_on(struct desk *d, struct store *s, int64_t now_ms, enum fleet_scene scene, int rows, int cols)
{
	memset(d, 0, sizeof *d);
	d->scene = scene;
	d->mono_ms = 100000;
	d->s = s;
	d->now_ms = now_ms;
	assert_int_equal(ui_new(&d->ui, &options, NULL), 0);
	assert_int_equal(grid_init(&d->g, rows, cols, GLYPHS_BLOCKS, NULL), 0);
	ui_draw(d->ui, d->s, &d->g, d->now_ms, d->mono_ms);
}

static void
desk_open(struct desk *d, enum fleet_scene scene, int rows, int cols)
{
	if (!made[scene])
		made[scene] = fleet_make(scene, &made_now_ms[scene]);
	desk_open_on(d, made[scene], made_now_ms[scene], scene, rows, cols);
}

/* For tests in which time goes by. */
static void
desk_open_fresh(struct desk *d, enum fleet_scene scene, int rows, int cols)
{
	int64_t now_ms;
	struct store *s = fleet_make(scene, &now_ms);

	desk_open_on(d, s, now_ms, scene, rows, cols);
}

static void
desk_close(struct desk *d)
{
	ui_free(d->ui);
	grid_release(&d->g);
	if (d->s != made[d->scene])
		store_free(d->s);
}

static int
stores_free(void **state)
{
	(void)state;
	for (int i = 0; i < FLEET_SCENES; i++)
		store_free(made[i]);
	return 0;
}

static void
desk_draw(struct desk *d)
{
	ui_draw(d->ui, d->s, &d->g, d->now_ms, d->mono_ms);
}

static struct ui_request
desk_key(struct desk *d, uint32_t key)
{
	struct ui_request request = ui_key(d->ui, d->s, key, d->mono_ms);

	desk_draw(d);
	return request;
}

static struct ui_request
desk_keys(struct desk *d, const char *script)
{
	struct slice rest = slice_of(script);
	struct ui_request request = {.kind = UI_REQUEST_NONE};
	uint32_t key;

	while (rest.n > 0) {
		assert_int_equal(key_parse(&rest, &key, NULL), 0);
		request = desk_key(d, key);
	}
	/* The hand rests: what is shown of the selected item follows. */
	d->mono_ms += 200;
	desk_draw(d);
	return request;
}

/* Seconds go by in the store and on the clock, without a key. */
static void
desk_wait(struct desk *d, int seconds)
{
	fleet_run(d->s, d->scene, &d->now_ms, seconds);
	d->mono_ms += (int64_t)seconds * 1000;
	desk_draw(d);
}

static void
row_text(const struct grid *g, int row, char *out, size_t bytes)
{
	size_t n = 0;

	for (int col = 0; col < g->cols && n + 1 < bytes; col++) {
		uint32_t ch = g->cells[row * g->cols + col].ch;

		out[n++] = ch >= ' ' && ch < 0x7f ? (char)ch : '?';
	}
	out[n] = '\0';
}

/* Whether the text stands in rows [from, to). */
static bool
shows_in(const struct desk *d, int from, int to, const char *text)
{
	char line[512];

	for (int row = from; row < to && row < d->g.rows; row++) {
		row_text(&d->g, row, line, sizeof line);
		if (strstr(line, text))
			return true;
	}
	return false;
}

static bool
shows(const struct desk *d, const char *text)
{
	return shows_in(d, 0, d->g.rows, text);
}

static void
check_shows(const struct desk *d, const char *text)
{
	char line[512];

	if (shows(d, text))
		return;
	for (int row = 0; row < d->g.rows; row++) {
		row_text(&d->g, row, line, sizeof line);
		print_message("|%s|\n", line);
	}
	fail_msg("'%s' is not on the screen", text);
}

/* The row in which a text stands; -1 if in none. */
static int
row_of(const struct desk *d, const char *text)
{
	for (int row = 2; row < d->g.rows - 1; row++)
		if (shows_in(d, row, row + 1, text))
			return row;
	return -1;
}

/* ---- the key table ------------------------------------------------------------------------------------------------
 */

static void
no_key_has_two_meanings_on_a_screen(void **state)
{
	(void)state;
	for (size_t i = 0; i < keymap_rows; i++)
		for (size_t k = 0; k < i; k++)
			for (size_t a = 0; a < KEYMAP_KEYS && keymap[i].keys[a]; a++)
				for (size_t b = 0; b < KEYMAP_KEYS && keymap[k].keys[b]; b++)
					if (keymap[i].keys[a] == keymap[k].keys[b] &&
					    keymap_meet(&keymap[i], &keymap[k]))
						fail_msg("'%s' and '%s' share a key", keymap[i].text, keymap[k].text);
}

static void
every_action_has_a_key_and_every_key_a_sentence(void **state)
{
	(void)state;
	for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
		bool found = false;

		for (size_t i = 0; i < keymap_rows; i++)
			found |= keymap[i].action == (enum action)action;
		if (!found)
			fail_msg("action %d has no key", action);
	}
	for (size_t i = 0; i < keymap_rows; i++) {
		assert_true(keymap[i].keys[0] != 0);
		assert_true(keymap[i].screens != 0);
		assert_true(strlen(keymap[i].text) > 1 && strlen(keymap[i].text) <= 45);
	}
}

/* Help is long enough that all of it fits; every row of the table for that screen stands in it. */
static void
help_lists_every_key_of_the_screen(void **state)
{
	static const char *const way[] = {"", "<Enter>", "<Enter><Enter>", "<Enter><Enter><Enter>", "i"};
	struct bindings default_keys;
	struct desk d;

	(void)state;
	bindings_default(&default_keys);
	for (int screen = SCREEN_FLEET; screen <= SCREEN_SOURCES; screen++) {
		desk_open(&d, FLEET_INCIDENT, 90, 80);
		desk_keys(&d, way[screen]);
		desk_keys(&d, "?");
		for (size_t i = 0; i < keymap_rows; i++) {
			char names[64];

			if (!keymap_holds(&keymap[i], (enum screen_id)screen, false))
				continue;
			check_shows(&d, keymap[i].text);
			bindings_names(&default_keys, keymap[i].action, 4, names, sizeof names);
			check_shows(&d, names);
		}
		desk_close(&d);
	}
}

/* ---- where keys lead ----------------------------------------------------------------------------------------------
 */

static void
enter_leads_to_the_raw_event_and_esc_back(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 80);
	check_shows(&d, "card-fraud");
	desk_keys(&d, "<Enter>");
	assert_true(shows_in(&d, 0, 1, "fleet > card-fraud"));
	check_shows(&d, "baseline: own stream");
	desk_keys(&d, "<Enter>");
	assert_true(shows_in(&d, 0, 1, "card-fraud > amount"));
	check_shows(&d, "BASELINE");
	desk_keys(&d, "<Enter>");
	assert_true(shows_in(&d, 0, 1, "events"));
	check_shows(&d, "\"amount\": null");
	desk_keys(&d, "<Esc><Esc><Esc>");
	assert_true(shows_in(&d, 0, 1, " fleet "));
	assert_false(shows_in(&d, 0, 1, ">"));
	desk_close(&d);
}

static void
esc_never_quits_and_q_quits_only_from_the_fleet(void **state)
{
	static const char *const way[] = {
	    "", "<Enter>", "<Enter><Enter>", "<Enter><Enter><Enter>", "i", "?", "<Enter>i?"};
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 80);
	assert_true(shows_in(&d, 23, 24, "q quit"));
	for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
		desk_keys(&d, way[i]);
		for (int k = 0; k < 12; k++)
			assert_int_equal(desk_keys(&d, "<Esc>").kind, UI_REQUEST_NONE);
		assert_false(shows_in(&d, 0, 1, ">"));
	}
	desk_keys(&d, "<Enter><Enter>");
	assert_int_equal(desk_keys(&d, "q").kind, UI_REQUEST_NONE);
	assert_int_equal(desk_keys(&d, "q").kind, UI_REQUEST_NONE);
	assert_int_equal(desk_keys(&d, "q").kind, UI_REQUEST_QUIT);
	assert_int_equal(desk_keys(&d, "<Enter>Q").kind, UI_REQUEST_QUIT);
	assert_int_equal(desk_keys(&d, "/abc<C-c>").kind, UI_REQUEST_QUIT);
	desk_close(&d);
}

static void
a_filter_is_seen_at_once_and_esc_clears_it_before_it_goes_back(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 80);
	desk_keys(&d, "/rank");
	assert_int_equal(row_of(&d, "card-fraud"), -1);
	check_shows(&d, "rank-main");
	desk_keys(&d, " !next<Enter>");
	assert_int_equal(row_of(&d, "rank-next"), -1);
	desk_keys(&d, "<Enter>");
	assert_true(shows_in(&d, 0, 1, "fleet > rank-main"));
	desk_keys(&d, "<Esc>");
	assert_int_equal(row_of(&d, "card-fraud"), -1);
	desk_keys(&d, "<Esc>");
	assert_true(row_of(&d, "card-fraud") >= 0);
	desk_close(&d);
}

static void
a_filter_compares_figures_and_what_is_wrong_stays_to_be_put_right(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 100);
	desk_keys(&d, "/p99>1h");
	check_shows(&d, "nothing passes the filter");
	desk_keys(&d, "<BS><BS>0<Enter>"); /* 0 needs no unit */
	assert_true(row_of(&d, "card-fraud") >= 0);
	desk_keys(&d, "/ and p09>5<Enter>");
	check_shows(&d, "unknown metric 'p09'; did you mean 'p90'?");
	assert_true(shows_in(&d, 22, 23, "unknown metric 'p09'")); /* where the mark is */
	assert_true(row_of(&d, "card-fraud") >= 0);	 /* as before it was typed */
	desk_keys(&d, "<BS><BS><BS><BS>90>5ms<Enter>j");
	assert_false(shows(&d, "unknown metric"));
	desk_keys(&d, "<Esc>/lag>1s");
	check_shows(&d, "'lag' is not known of what this screen lists");
	desk_keys(&d, "<Esc>/rank<Enter>/x<Esc>"); /* Esc takes back what was typed, and no more */
	check_shows(&d, "/rank 2 of 6");
	assert_int_equal(row_of(&d, "card-fraud"), -1);
	desk_close(&d);
}

static void
sorting_moves_a_mark_and_the_rows(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 80);
	assert_true(row_of(&d, "card-fraud") < row_of(&d, "rank-main"));
	desk_keys(&d, ">>"); /* by name, then by rate */
	assert_true(row_of(&d, "rank-main") < row_of(&d, "card-fraud"));
	desk_keys(&d, "r");
	assert_true(row_of(&d, "card-fraud") < row_of(&d, "rank-main"));
	desk_close(&d);
}

/* By age: while spam-lite is silent its age grows, and that of ride-demand is told anew each second. */
static void
rows_keep_their_order_for_three_seconds_after_a_key(void **state)
{
	struct desk d;

	(void)state;
	desk_open_fresh(&d, FLEET_INCIDENT, 24, 80);
	desk_keys(&d, ">>>>>>>>"); /* by age, the oldest first */
	assert_true(shows_in(&d, 2, 3, "AGEv") || shows_in(&d, 2, 3, "AGE?"));
	assert_true(row_of(&d, "spam-lite") < row_of(&d, "rank-main"));
	desk_keys(&d, "r"); /* the youngest first */
	assert_true(row_of(&d, "spam-lite") > row_of(&d, "rank-main"));
	/* One model says something new, which puts it first at once, were it not for the key. */
	fleet_revive(d.s, "spam-lite", d.now_ms + 1);
	d.mono_ms += 1000;
	desk_draw(&d);
	assert_true(row_of(&d, "spam-lite") > row_of(&d, "rank-main"));
	d.mono_ms += 2001;
	desk_draw(&d);
	assert_true(row_of(&d, "spam-lite") < row_of(&d, "rank-main"));
	desk_close(&d);
}

/* ---- time ---------------------------------------------------------------------------------------------------------
 */

static void
copy_body(const struct desk *d, char *out, size_t bytes)
{
	size_t n = 0;
	char line[512];

	for (int row = 1; row < d->g.rows - 1; row++) {
		row_text(&d->g, row, line, sizeof line);
		n += (size_t)snprintf(out + n, bytes - n, "%s\n", line);
	}
}

/* A slow line, a script, a paste: several keys between two frames. */
static void
keys_faster_than_frames_do_what_they_do_with_a_frame_between_them(void **state)
{
	static const char *const scripts[] = {"<Enter><Enter>", "<Enter><Space>", "<Enter><Enter><Space>",
	    "/churn<Enter><Enter>", "j<Enter>j<Enter>", "<Enter>G<Enter><Enter>"};

	(void)state;
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
		struct desk slow, fast;
		struct slice rest = slice_of(scripts[i]);
		uint32_t key;

		desk_open(&slow, FLEET_INCIDENT, 24, 80);
		desk_open(&fast, FLEET_INCIDENT, 24, 80);
		desk_keys(&slow, scripts[i]);
		while (rest.n > 0) {
			assert_int_equal(key_parse(&rest, &key, NULL), 0);
			ui_key(fast.ui, fast.s, key, fast.mono_ms);
		}
		desk_draw(&fast);
		desk_keys(&fast, "");
		for (int row = 0; row < 24; row++) {
			char want[81], got[81];

			row_text(&slow.g, row, want, sizeof want);
			row_text(&fast.g, row, got, sizeof got);
			if (strcmp(want, got) != 0)
				fail_msg("'%s' at once: row %d is '%s', not '%s'", scripts[i], row, got, want);
		}
		desk_close(&slow);
		desk_close(&fast);
	}
}

static void
freezing_holds_the_figures_of_a_screen_while_collecting_goes_on(void **state)
{
	static const char *const way[] = {"", "<Enter>", "<Enter><Enter>"};
	char before[16000], after[16000];
	struct desk d;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		desk_open_fresh(&d, FLEET_INCIDENT, 40, 120);
		desk_keys(&d, way[i]);
		desk_keys(&d, "<Space>");
		copy_body(&d, before, sizeof before);
		assert_true(shows_in(&d, 0, 1, "FROZEN 12:50:03 UTC"));
		desk_wait(&d, 20);
		copy_body(&d, after, sizeof after);
		assert_string_equal(before, after);
		assert_true(shows_in(&d, 0, 1, "FROZEN 12:50:03 UTC"));
		desk_keys(&d, "<Space>");
		copy_body(&d, after, sizeof after);
		assert_string_not_equal(before, after);
		assert_true(shows_in(&d, 0, 1, "LIVE 12:50:23 UTC"));
		desk_close(&d);
	}
}

static void
what_is_opened_from_a_frozen_screen_is_live_and_says_so(void **state)
{
	struct desk d;

	(void)state;
	desk_open_fresh(&d, FLEET_INCIDENT, 24, 80);
	desk_keys(&d, "<Space><Enter>");
	desk_wait(&d, 5);
	assert_true(shows_in(&d, 0, 1, "below FROZEN: LIVE"));
	desk_keys(&d, "<Esc>");
	assert_true(shows_in(&d, 0, 1, "FROZEN 12:50:03"));
	desk_close(&d);
}

static void
times_are_local_or_utc_with_their_zone(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 80);
	assert_true(shows_in(&d, 0, 1, "12:50:03 UTC"));
	desk_keys(&d, "U");
	assert_true(shows_in(&d, 0, 1, "13:50:03 CET"));
	desk_close(&d);
}

static void
a_screen_that_has_drawn_the_newest_is_not_dirty(void **state)
{
	struct desk d;

	(void)state;
	desk_open_fresh(&d, FLEET_INCIDENT, 24, 80);
	assert_false(ui_dirty(d.ui, d.s));
	ui_key(d.ui, d.s, 'j', d.mono_ms);
	assert_true(ui_dirty(d.ui, d.s));
	desk_draw(&d);
	assert_true(ui_dirty(d.ui, d.s)); /* the model below the table is still the one before */
	d.mono_ms += 200;
	desk_draw(&d);
	assert_false(ui_dirty(d.ui, d.s));
	fleet_run(d.s, d.scene, &d.now_ms, 1);
	assert_true(ui_dirty(d.ui, d.s));
	desk_close(&d);
}

/* ---- honesty --------------------------------------------------------------------------------- */

static void
a_server_that_is_down_is_a_state_with_a_countdown(void **state)
{
	struct desk d;
	struct ui_request r;

	(void)state;
	desk_open(&d, FLEET_DOWN, 24, 80);
	assert_true(shows_in(&d, 0, 1, "DOWN"));
	assert_false(shows_in(&d, 0, 1, "LIVE"));
	assert_true(shows_in(&d, 0, 1, "retry 3s"));
	assert_true(shows_in(&d, 1, 2, "connection refused"));
	desk_keys(&d, "i");
	check_shows(&d, "next try in 3s");
	r = desk_keys(&d, "<Enter>");
	assert_int_equal(r.kind, UI_REQUEST_RETRY);
	assert_int_equal(r.source, 0);
	desk_close(&d);
	desk_open(&d, FLEET_INCIDENT, 24, 80); /* one that is there is looked at */
	r = desk_keys(&d, "ig<Enter>");
	assert_int_equal(r.kind, UI_REQUEST_NONE);
	assert_false(shows_in(&d, 23, 24, "trying again"));
	check_shows(&d, "never lost the connection");
	desk_close(&d);
}

static void
where_nothing_matches_the_streams_are_offered_and_space_picks(void **state)
{
	struct desk d;
	struct ui_request r;

	(void)state;
	desk_open(&d, FLEET_OFFERED, 24, 80);
	assert_true(shows_in(&d, 0, 1, "sources"));
	check_shows(&d, "prod/fraud");
	check_shows(&d, "features.country input                   1 DE"); /* the busiest one's newest entry, decoded */
	r = desk_keys(&d, "j<Space>");
	assert_int_equal(r.kind, UI_REQUEST_PICK);
	assert_int_equal(r.stream, 0); /* orders */
	assert_true(r.follow);
	r = desk_keys(&d, "<Space>");
	assert_int_equal(r.kind, UI_REQUEST_PICK);
	assert_false(r.follow);
	desk_close(&d);
}

/* With the first pick the list is one of streams like any other; the cursor stays all the same. */
static void
the_cursor_stays_on_the_stream_that_was_picked(void **state)
{
	struct fact picked = {.kind = FACT_SOURCE,
	    .u.source = {.url = slice_of("redis://x"), .state = FEED_LIVE, .streams = 1}};
	struct ui_request first, second;
	struct desk d;

	(void)state;
	desk_open_fresh(&d, FLEET_OFFERED, 24, 80);
	first = desk_keys(&d, "<Space>");
	assert_int_equal(first.kind, UI_REQUEST_PICK);
	assert_int_equal(store_apply(d.s, &picked, NULL), 0);
	d.mono_ms += 10000;
	desk_draw(&d);
	second = desk_keys(&d, "<Space>");
	assert_int_equal(second.kind, UI_REQUEST_PICK);
	assert_int_equal(second.stream, first.stream);
	assert_false(second.follow);
	desk_close(&d);
}

/* Two minutes of silence after half a minute of life: there is a baseline, but silence is no news yet. */
static void
a_young_model_that_is_silent_is_not_said_to_learn(void **state)
{
	struct store_options learning = {.learn = true};
	struct fact history = {.kind = FACT_HISTORY};
	struct store *s = NULL;
	struct desk d;

	(void)state;
	assert_int_equal(store_new(&s, &learning, NULL), 0);
	for (int i = 0; i < 300; i++) {
		struct event_feature size = {slice_of("size"), {.kind = VALUE_NUMBER, .num = i % 17}};
		struct event ev = {.model = slice_of("young"), .features = &size, .nfeatures = 1, .has_features = true};

		ev.latency_ms = NAN;
		ev.ts_ms = ev.arrival_ms = FLEET_T0 + i * 100;
		assert_int_equal(store_ingest(s, &ev, NULL), 0);
	}
	assert_int_equal(store_apply(s, &history, NULL), 0);
	assert_int_equal(store_tick(s, FLEET_T0 + 150000, NULL), 0);
	desk_open_on(&d, s, FLEET_T0 + 150000, FLEET_NOTHING, 24, 80);
	assert_true(shows_in(&d, 1, 2, "young: no event for 120s"));
	desk_close(&d);
}

static void
a_stray_space_never_stops_a_stream_that_the_patterns_asked_for(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 80);
	desk_keys(&d, "i");
	for (int i = 0; i < 10; i++)
		assert_int_equal(desk_keys(&d, "j<Space>").kind, UI_REQUEST_NONE);
	desk_close(&d);
}

static void
what_was_lost_and_rejected_is_named_with_its_count(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 40, 120);
	assert_true(shows_in(&d, 0, 1, "lost 1,240"));
	desk_keys(&d, "i");
	check_shows(&d, "not_json");
	check_shows(&d, "at byte 11");
	desk_keys(&d, "G");
	desk_keys(&d, "2j");
	check_shows(&d, "\\x1b[31m"); /* the sample, harmless */
	desk_keys(&d, "1/rank-main<Enter>j");
	check_shows(&d, "1,240 trimmed");
	desk_close(&d);
}

static void
with_fewer_than_fifty_rows_no_drift_number_is_shown_but_the_row_stays(void **state)
{
	struct desk d;

	(void)state;
	/* spam-lite fell silent 95 s before the end: 190 s later its five minutes hold less than 50 rows. */
	desk_open_fresh(&d, FLEET_INCIDENT, 24, 80);
	desk_wait(&d, 192);
	desk_keys(&d, "/spam<Enter>o");
	check_shows(&d, "--/--");
	desk_keys(&d, "<Enter>");
	check_shows(&d, "n_links");
	check_shows(&d, "--/--");
	check_shows(&d, "only 24");
	desk_close(&d);
}

static void
a_p99_is_shown_from_a_thousand_rows_on(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 80);
	check_shows(&d, "p90 175ms"); /* ride-demand: 590 rows */
	assert_false(shows(&d, "p90 88ms"));
	desk_close(&d);
}

/* ---- whatever happens ------------------------------------------------------------------------ */

static void
check_grid(const struct desk *d)
{
	for (int i = 0; i < d->g.rows * d->g.cols; i++)
		assert_true(d->g.cells[i].role < ROLE_COUNT);
	assert_true(d->g.cursor_row >= 0 && d->g.cursor_row < d->g.rows);
	assert_true(d->g.cursor_col >= 0 && d->g.cursor_col < d->g.cols);
}

static void
every_screen_can_be_drawn_at_every_size(void **state)
{
	static const char *const way[] = {"", "<Enter>", "<Enter>7", "j<Enter><Enter>", "<Enter><Enter><Enter>", "i",
	    "?", "a", "z", "<Enter>z", "<Enter>v", "<Enter>B", "<Enter>cc", "<Enter>:goto "};
	struct desk d;

	(void)state;
	for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
		desk_open(&d, FLEET_INCIDENT, 24, 80);
		desk_keys(&d, way[i]);
		for (int rows = 1; rows <= 62; rows += rows < 26 ? 1 : 6)
			for (int cols = 1; cols <= 205; cols += cols < 44 ? 3 : 23) {
				assert_int_equal(grid_resize(&d.g, rows, cols, NULL), 0);
				desk_draw(&d);
				check_grid(&d);
			}
		desk_close(&d);
	}
}

/* Ten thousand keys at changing sizes, always the same ones. */
static void
no_sequence_of_keys_breaks_it(void **state)
{
	static const uint32_t more[] = {KEYCODE_ENTER, KEYCODE_ESC, KEYCODE_TAB, KEYCODE_BACKTAB, KEYCODE_UP,
	    KEYCODE_DOWN, KEYCODE_LEFT, KEYCODE_RIGHT, KEYCODE_PGUP, KEYCODE_PGDN, KEYCODE_HOME, KEYCODE_END,
	    KEYCODE_BACKSPACE, KEYCODE_F1, KEYCODE_DELETE, 0x20ac, 0x1f600, 0x202e};
	uint64_t seed = 20251125;
	struct desk d;

	(void)state;
	for (int scene = 0; scene < FLEET_SCENES; scene++) {
		desk_open(&d, (enum fleet_scene)scene, 24, 80);
		for (int i = 0; i < 2000; i++) {
			uint32_t n;

			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
			n = (uint32_t)(seed >> 33);
			if (n % 64 == 0)
				assert_int_equal(
				    grid_resize(&d.g, 1 + (int)(n / 64 % 60), 1 + (int)(n / 4096 % 200), NULL), 0);
			d.mono_ms += n % 700;
			desk_key(&d, n % 3 ? more[n / 3 % (sizeof more / sizeof *more)] : ' ' + n / 3 % 95);
			check_grid(&d);
		}
		desk_close(&d);
	}
}

static int
tour(void *ctx, struct err *err)
{
	struct desk *d = ctx;
	struct ui *ui = NULL;
	int rc = ui_new(&ui, &options, err);

	if (rc)
		return rc;
	d->ui = ui;
	desk_draw(d);
	desk_keys(d, "j<Space><Enter>/a<Enter><Enter><Enter><Esc><Esc><Esc>i?");
	ui_free(ui);
	d->ui = NULL;
	return 0;
}

static void
without_memory_it_shows_less_and_never_breaks(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, FLEET_INCIDENT, 24, 80);
	ui_free(d.ui);
	assert_true(alloc_survive_each(tour, &d) > 20);
	d.ui = NULL;
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_key_has_two_meanings_on_a_screen),
	    cmocka_unit_test(every_action_has_a_key_and_every_key_a_sentence),
	    cmocka_unit_test(help_lists_every_key_of_the_screen),
	    cmocka_unit_test(enter_leads_to_the_raw_event_and_esc_back),
	    cmocka_unit_test(esc_never_quits_and_q_quits_only_from_the_fleet),
	    cmocka_unit_test(a_filter_is_seen_at_once_and_esc_clears_it_before_it_goes_back),
	    cmocka_unit_test(a_filter_compares_figures_and_what_is_wrong_stays_to_be_put_right),
	    cmocka_unit_test(sorting_moves_a_mark_and_the_rows),
	    cmocka_unit_test(rows_keep_their_order_for_three_seconds_after_a_key),
	    cmocka_unit_test(keys_faster_than_frames_do_what_they_do_with_a_frame_between_them),
	    cmocka_unit_test(freezing_holds_the_figures_of_a_screen_while_collecting_goes_on),
	    cmocka_unit_test(what_is_opened_from_a_frozen_screen_is_live_and_says_so),
	    cmocka_unit_test(times_are_local_or_utc_with_their_zone),
	    cmocka_unit_test(a_screen_that_has_drawn_the_newest_is_not_dirty),
	    cmocka_unit_test(a_server_that_is_down_is_a_state_with_a_countdown),
	    cmocka_unit_test(where_nothing_matches_the_streams_are_offered_and_space_picks),
	    cmocka_unit_test(the_cursor_stays_on_the_stream_that_was_picked),
	    cmocka_unit_test(a_young_model_that_is_silent_is_not_said_to_learn),
	    cmocka_unit_test(a_stray_space_never_stops_a_stream_that_the_patterns_asked_for),
	    cmocka_unit_test(what_was_lost_and_rejected_is_named_with_its_count),
	    cmocka_unit_test(with_fewer_than_fifty_rows_no_drift_number_is_shown_but_the_row_stays),
	    cmocka_unit_test(a_p99_is_shown_from_a_thousand_rows_on),
	    cmocka_unit_test(every_screen_can_be_drawn_at_every_size),
	    cmocka_unit_test(no_sequence_of_keys_breaks_it),
	    cmocka_unit_test(without_memory_it_shows_less_and_never_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, stores_free);
}
