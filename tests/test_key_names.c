/*
 * No text names a key that does not do it: with every action on another key, all screens are walked and every key is
 * pressed on each, and what is then on the screen is read for the names that keys have by default.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tui/bindings.h"
#include "tui/key.h"

#define FIRST_LETTER 0x430u /* of an alphabet in which no key has its default */

static struct desk_film film;
static struct config_bind binds[ACTION_COUNT];
static char names[ACTION_COUNT][KEYMAP_KEYS][16];
static size_t nbinds;
static uint32_t first[ACTION_COUNT]; /* the new key */

static void
bind_everything(void)
{
	uint32_t code = FIRST_LETTER;

	for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
		struct config_bind *b = &binds[nbinds++];

		b->action = (char *)(uintptr_t)action_names[action];
		b->nkeys = action == ACTION_PANEL ? KEYMAP_KEYS : 1;
		first[action] = code;
		for (size_t i = 0; i < b->nkeys; i++)
			b->keys[i] = (char *)(uintptr_t)key_written(code++, names[action][i], sizeof names[0][0]);
	}
}

static struct ui_options
options(void)
{
	return (struct ui_options){.window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "here",
	    .version = "1", .user = "ada", .binds = binds, .nbinds = nbinds};
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

/* Keys that mean the same whatever is said: Esc and ^C, and those of a line that is being typed. */
static bool
is_old_name(const char *word)
{
	for (size_t i = 0; i < keymap_rows; i++) {
		for (size_t k = 0; k < KEYMAP_KEYS && keymap[i].keys[k]; k++) {
			uint32_t key = keymap[i].keys[k];
			char name[16];

			if (key == KEYCODE_ESC || key == ('c' & 0x1f))
				continue;
			if (strcmp(key_name(key, name, sizeof name), word) == 0)
				return true;
		}
	}
	return false;
}

static size_t
take_word(const char *p, char *word, size_t bytes)
{
	size_t n = 0;

	while (p[n] && p[n] != ' ' && n + 1 < bytes) {
		word[n] = p[n];
		n++;
	}
	while (n > 1 && strchr(",;:.)", word[n - 1]))
		n--;
	word[n] = '\0';
	return n;
}

/* A sentence with a key in it goes "x does this" or "press x"; long names of keys are no words of ours. */
static bool
names_a_key(const char *line, const char *at, const char *word, size_t n)
{
	char next[40];
	size_t m;

	if (!is_old_name(word))
		return false;
	if (strncmp(at, "Tab completes", 13) == 0 || strncmp(at, "Tab lists", 9) == 0)
		return false; /* of the line that is typed */
	if (n > 1)
		return strcmp(word, "Up") != 0 && strcmp(word, "Down") != 0 && strcmp(word, "End") != 0;
	if (at - line >= 6 && strncmp(at - 6, "press ", 6) == 0)
		return true;
	m = at[n] == ' ' && at[n + 1] != ' ' ? take_word(at + n + 1, next, sizeof next) : 0;
	/* "a model's", "12 s", "A is pinned", "6 alerts", "fleet > sources" */
	return m > 2 && islower((unsigned char)next[0]) && next[m - 1] == 's' && next[m - 2] != 's' &&
	       !strchr("aABsmhd<>=+-0123456789", word[0]) && strspn(next, "abcdefghijklmnopqrstuvwxyz") == m;
}

static void
check_row(const char *line, const char *where)
{
	for (const char *p = line; *p;) {
		char word[40];
		size_t n;

		while (*p == ' ' || *p == '(')
			p++;
		n = take_word(p, word, sizeof word);
		if (n && names_a_key(line, p, word, n))
			fail_msg("%s: '%s' is no key any more: %s", where, word, line);
		while (*p && *p != ' ')
			p++;
	}
}

static void
check(const struct desk *d, const char *where)
{
	/* A line being typed has keys of its own. */
	int rows = d->g.rows - (ui_takes_text(d->ui) ? 2 : 0);

	for (int row = 0; row < rows; row++) {
		char line[512];
		int n = 0;

		for (; n < d->g.cols && n < 511; n++) {
			uint32_t ch = d->g.cells[row * d->g.cols + n].ch;

			line[n] = ch >= ' ' && ch < 0x7f ? (char)ch : '~';
		}
		line[n] = '\0';
		check_row(line, where);
	}
}

/* ---- walking ----------------------------------------------------------------------------------------------------- */

/* Of a recording it is carried out, too: what is said then is a text like others. */
static void
act(struct desk *d, enum action action)
{
	char say[REPLAY_SAY_BYTES] = "";

	desk_key(d, first[action]);
	if (d->r && d->last.kind == UI_REQUEST_TIME)
		replay_do(d->r, &d->last, d->mono_ms, say);
	if (say[0])
		ui_say(d->ui, say);
	desk_draw(d);
}

static void
type(struct desk *d, const char *text)
{
	desk_key(d, first[ACTION_COMMAND]);
	for (; *text; text++)
		desk_key(d, (unsigned char)*text);
	desk_key(d, KEYCODE_ENTER);
	desk_draw(d);
}

static const struct {
	const char *place;
	enum screen_id screen;
	bool of_model;
} places[] = {{"goto fleet", SCREEN_FLEET, false}, {"goto %s", SCREEN_MODEL, false},
    {"goto %s/amount", SCREEN_FEATURE, false}, {"goto alerts", SCREEN_ALERTS, false},
    {"goto sources", SCREEN_SOURCES, false}, {"goto timeline", SCREEN_TIMELINE, false},
    {"goto setup", SCREEN_SETUP, false}, {"goto help", SCREEN_HELP, false}, {"goto events", SCREEN_EVENTS, true},
    {"goto versions", SCREEN_VERSIONS, true}, {"goto baseline", SCREEN_CHOOSE, true}};

#define PLACES (sizeof places / sizeof *places)

/* To a place, of the model that there is. */
static void
go(struct desk *d, const char *place)
{
	const char *model = strchr(place, '%');
	char line[80];

	snprintf(line, sizeof line, "%.*s%s%s", model ? (int)(model - place) : (int)strlen(place), place,
	    !model ? "" : d->r ? "fraud" : "card-fraud", model ? model + 2 : "");
	type(d, line);
}

/* This key alone, on that screen and panel, and what it leads to read: at once, and when all has come to rest. */
static void
press_one(struct desk *d, size_t place, unsigned panel, enum action action)
{
	char where[120];

	snprintf(where, sizeof where, "%s, panel %u, %s", places[place].place, panel + 1, action_names[action]);
	type(d, "goto fleet");
	if (places[place].of_model)
		go(d, "goto %s");
	go(d, places[place].place);
	if (panel)
		desk_key(d, first[ACTION_PANEL] + panel);
	desk_draw(d);
	act(d, action);
	check(d, where);
	d->mono_ms += 6000;
	desk_draw(d);
	check(d, where);
	for (int i = 0; i < 6; i++)
		desk_key(d, KEYCODE_ESC);
}

static bool
works(enum action action, enum screen_id screen, bool past)
{
	for (size_t i = 0; i < keymap_rows; i++)
		if (keymap[i].action == action && keymap_holds(&keymap[i], screen, past))
			return action != ACTION_QUIT && action != ACTION_SUSPEND;
	return false;
}

static void
walk(struct desk *d, unsigned panels)
{
	for (size_t place = 0; place < PLACES; place++) {
		enum screen_id screen = places[place].screen;
		unsigned n = keymap_works(ACTION_PANEL, screen) ? panels : 1;

		for (unsigned panel = 0; panel < n; panel++)
			for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
				if (works((enum action)action, screen, d->r != NULL))
					press_one(d, place, panel, (enum action)action);
	}
}

static int
begin(void **state)
{
	(void)state;
	bind_everything();
	desk_film_open(&film, "keynames", 60);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	desk_film_close(&film);
	return 0;
}

static void
what_is_read_finds_a_key_that_is_named(void **state)
{
	static const char *const bad[] = {"next try in 4 s; Enter tries at once", "speed 2: p plays",
	    "press i and pick", "these are several: Enter lists them", "Space comes back to now"};
	static const char *const good[] = {"a model's baseline was learned", "A is pinned, B is 12:00", "12 s ago",
	    "Esc cancels", "the end of what there is"};
	char word[40];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		bool found = false;

		for (const char *p = bad[i]; *p && !found; p++) {
			size_t n = p == bad[i] || p[-1] == ' ' ? take_word(p, word, sizeof word) : 0;

			found = n && names_a_key(bad[i], p, word, n);
		}
		if (!found)
			fail_msg("not found: %s", bad[i]);
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		check_row(good[i], "good");
}

static void
no_text_of_the_present_names_a_key_that_was_given_away(void **state)
{
	static const enum fleet_scene scenes[] = {FLEET_ALERTS, FLEET_DOWN, FLEET_OFFERED, FLEET_NOTHING};
	const struct ui_options o = options();

	(void)state;
	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
		struct desk *d = desk_open(scenes[i], &o);

		desk_size(d, 40, 120, GLYPHS_BLOCKS);
		walk(d, i == 0 ? 4 : 1);
		desk_close(d);
	}
}

static void
no_text_of_the_past_names_a_key_that_was_given_away(void **state)
{
	const struct ui_options o = options();
	struct desk d;

	(void)state;
	desk_init_replay(&d, film.rec, &o);
	desk_seek(&d, 28);
	desk_size(&d, 40, 120, GLYPHS_BLOCKS);
	walk(&d, 2);
	desk_release(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_read_finds_a_key_that_is_named),
	    cmocka_unit_test(no_text_of_the_present_names_a_key_that_was_given_away),
	    cmocka_unit_test(no_text_of_the_past_names_a_key_that_was_given_away),
	};

	return cmocka_run_group_tests_name("names of keys", tests, begin, end);
}
