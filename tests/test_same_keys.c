/*
 * Whatever keys have made of a screen, the line that y gives opens it again: random keys of the key table, with a
 * fixed seed, on fleets and on a recording; behind each the line is read by a second user interface over the same
 * store, which then has to show the same cells. So what a new key changes is in the line, or this finds it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/recording.h"
#include "core/mem.h"
#include "tests/lib_desk.h"
#include "tests/lib_recording.h"
#include "tests/lib_rng.h"
#include "tests/lib_tmp.h"
#include "tui/keymap.h"
#include "tui/reopen.h"
#include "tui/screen.h"

#define WORDS_MAX 80
#define KEYS_BYTES 4000
#define ZONE_MS 3600000

/* Under sanitizers a key takes ten times as long. */
#if defined(__SANITIZE_ADDRESS__)
#define KEYS 150
#else
#define KEYS 1000
#endif

struct walk {
	struct desk a, b;
	struct options o;	 /* of a */
	char line[REOPEN_BYTES]; /* that opens b */
	char keys[KEYS_BYTES];	 /* pressed so far, since the fleet */
	uint64_t rng;
};

static const char *const beginning[] = {"drifttop", "a.dtr"};

/* Without a zone of its own U would change nothing. */
static struct ui_options
options_of(const struct options *o)
{
	return (struct ui_options){.window = window_find(slice_of(o->text[OPTION_WINDOW])),
	    .utc = o->given[OPTION_UTC],
	    .utc_offset_ms = ZONE_MS,
	    .zone = "CET",
	    .endpoint = "here"};
}

static void
parse(struct options *o, int n, const char *const *words)
{
	char *argv[WORDS_MAX];
	struct err err = {0};

	for (int i = 0; i < n; i++)
		argv[i] = (char *)(uintptr_t)words[i];
	if (options_parse(o, n, argv, &err))
		fail_msg("%s", err.msg);
}

/* As a shell takes it apart. */
static int
split(char *line, const char **words)
{
	char *to = line;
	int n = 0;

	while (*line) {
		bool quoted = false;

		assert_true(n < WORDS_MAX);
		words[n++] = to;
		for (; *line && (quoted || *line != ' '); line++) {
			if (*line == '\'')
				quoted = !quoted;
			else if (*line == '\\' && !quoted)
				*to++ = *++line;
			else
				*to++ = *line;
		}
		line += *line == ' ';
		*to++ = '\0';
	}
	return n;
}

static const struct store *
shown(const struct desk *d)
{
	return d->r ? replay_store(d->r) : d->s;
}

/* What a screen asks of a program that has a recording. */
static void
carry_out(struct desk *d, const struct ui_request *r)
{
	if (!d->r || r->kind != UI_REQUEST_TIME || r->time != UI_TIME_JUMP)
		return;
	assert_int_equal(replay_seek(d->r, r->to_ms, NULL), 0);
	ui_set_past(d->ui, replay_past(d->r));
}

static void
rest(struct desk *d)
{
	d->mono_ms += 2 * UI_CALM_MS;
	desk_draw(d);
}

static void
press(struct walk *w, const char *keys)
{
	size_t n = strlen(w->keys);

	assert_true(n + strlen(keys) < sizeof w->keys);
	memcpy(w->keys + n, keys, strlen(keys) + 1);
	desk_press(&w->a, keys);
	carry_out(&w->a, &w->a.last);
	if (ui_takes_text(w->a.ui))
		desk_press(&w->a, "<Esc>"); /* it was wrong here */
	rest(&w->a);
}

/* Of a line, over the store of a. */
static void
open_again(struct walk *w, const struct options *o)
{
	const struct ui_options uo = options_of(o);
	struct reopen r = {.options = o};
	struct ui_request q;
	struct err err = {0};
	int rc;

	memset(&w->b, 0, sizeof w->b);
	w->b.s = w->a.s;
	w->b.r = w->a.r;
	w->b.now_ms = w->a.now_ms;
	w->b.mono_ms = DESK_MONO_MS;
	assert_int_equal(ui_new(&w->b.ui, &uo, NULL), 0);
	assert_int_equal(grid_init(&w->b.g, w->a.g.rows, w->a.g.cols, GLYPHS_ASCII, NULL), 0);
	if (w->b.r)
		ui_set_past(w->b.ui, replay_past(w->b.r));
	do {
		rc = reopen_step(&r, w->b.ui, shown(&w->b), 1, true, &q, &err);
		carry_out(&w->b, &q);
	} while (!rc && q.kind != UI_REQUEST_NONE);
	desk_draw(&w->b);
	if (!rc && reopen_rows(&r))
		rc = reopen_step(&r, w->b.ui, shown(&w->b), 1, true, &q, &err);
	if (rc)
		fail_msg("%s\n%s\n%s", w->keys, w->line, err.msg);
	rest(&w->b);
}

static void
close_again(struct walk *w)
{
	w->b.s = NULL;
	w->b.r = NULL;
	desk_release(&w->b);
}

static void
compare(struct walk *w)
{
	char was[512];

	for (int row = 0; row < w->a.g.rows; row++) {
		size_t at = (size_t)(row * w->a.g.cols);

		for (int col = 0; col < w->a.g.cols; col++) {
			const struct cell *x = &w->a.g.cells[at + (size_t)col], *y = &w->b.g.cells[at + (size_t)col];

			if (x->ch == y->ch && x->role == y->role)
				continue;
			snprintf(was, sizeof was, "%s", desk_row(&w->a, row));
			fail_msg("%s\n%s\nrow %d, col %d:\n%s\n%s", w->keys, w->line, row, col, was,
			    desk_row(&w->b, row));
		}
	}
}

static void
check(struct walk *w)
{
	const struct env env = {0};
	const struct reopen_view v = {&w->o, &env, w->a.ui, shown(&w->a)};
	const char *words[WORDS_MAX];
	char line[REOPEN_BYTES];
	struct options o;
	struct err err = {0};
	int n;

	/* It says of each thing who said so, which is the line itself now. */
	if (ui_view(w->a.ui)->screen->id == SCREEN_SETUP)
		return;
	/* What the last key has said is no part of it. */
	ui_say(w->a.ui, "");
	desk_draw(&w->a);
	if (reopen_line(w->line, sizeof w->line, &v, &err)) {
		/* Of a model whose name is one that no line should hold. */
		if (err.code != ERR_UNSUPPORTED || w->a.ui->depth == 1)
			fail_msg("%s\n%s", w->keys, err.msg);
		return;
	}
	memcpy(line, w->line, sizeof line);
	n = split(line, words);
	parse(&o, n, words);
	open_again(w, &o);
	compare(w);
	close_again(w);
	options_release(&o);
}

/* What ends the program, is typed, or is for it to do; figures that are held are nowhere but in this one. */
static bool
is_left_out(enum action action, const struct ui *ui)
{
	switch (action) {
	case ACTION_QUIT:
	case ACTION_SUSPEND:
	case ACTION_COMMAND:
	case ACTION_FILTER:
	case ACTION_NOTE:
	case ACTION_WHATIF:
	case ACTION_SILENCE:
	case ACTION_TIME_JUMP:
	case ACTION_FREEZE:
		return true;
	case ACTION_LEAVE:
		return ui->depth == 1;
	default:
		return false;
	}
}

static uint32_t
pick(struct walk *w, uint32_t n)
{
	return (uint32_t)rng_below(&w->rng, n);
}

/* A key of the table that means something here; moving about more often than other keys. */
static void
one_key(struct walk *w)
{
	static const char *const often[] = {"j", "j", "k", "<Enter>", "<Tab>", "<Right>", "<Left>", "<PgDn>", "G", "n"};
	static const char *const filters[] = {"/e<Enter>", "/a !x<Enter>", "/z|m<Enter>", "/nothing<Enter>",
	    "/1<Enter>", "/<C-u><Enter>"};
	static const char *const gotos[] = {":goto card-fraud/amount<Enter>", ":goto fraud/amount<Enter>",
	    ":goto setup<Enter>", ":goto fraud/country<Enter>", ":goto fraud<Enter>v", "0"};
	char name[40];
	uint32_t dice = pick(w, 20);

	if (dice < 8) {
		press(w, often[pick(w, sizeof often / sizeof *often)]);
	} else if (dice < 10) {
		press(w, filters[pick(w, sizeof filters / sizeof *filters)]);
	} else if (dice < 11) {
		press(w, gotos[pick(w, sizeof gotos / sizeof *gotos)]);
	} else {
		const struct keymap_row *row = &keymap[pick(w, (uint32_t)keymap_rows)];
		enum screen_id screen = ui_view(w->a.ui)->screen->id;
		size_t keys = 0;

		if (is_left_out(row->action, w->a.ui) || !keymap_holds(row, screen, w->a.r != NULL))
			return;
		while (keys < KEYMAP_KEYS && row->keys[keys])
			keys++;
		key_written(row->keys[pick(w, (uint32_t)keys)], name, sizeof name);
		press(w, strcmp(name, "<") == 0 ? "<lt>" : name);
	}
}

static void
begin(struct walk *w, uint64_t seed)
{
	memset(w, 0, sizeof *w);
	w->rng = seed;
	parse(&w->o, 2, beginning);
}

static void
walk(struct walk *w, int keys)
{
	static const int sizes[][2] = {{24, 80}, {40, 120}, {60, 200}, {12, 50}};

	for (int i = 0; i < keys; i++) {
		if (i % 50 == 0) {
			const int *size = sizes[i / 50 % 4];

			ui_home(w->a.ui);
			desk_size(&w->a, size[0], size[1], GLYPHS_ASCII);
			w->keys[0] = '\0';
		}
		one_key(w);
		check(w);
	}
	desk_release(&w->a);
	options_release(&w->o);
}

static void
over_a_fleet(enum fleet_scene scene, uint64_t seed)
{
	struct walk w;
	struct ui_options uo;
	int64_t now_ms;
	struct store *s = fleet_make(scene, &now_ms);

	begin(&w, seed);
	uo = options_of(&w.o);
	assert_int_equal(desk_init(&w.a, s, now_ms, &uo, NULL), 0);
	w.a.own = true;
	walk(&w, KEYS);
}

static void
screens_of_a_fleet_are_opened_again(void **state)
{
	(void)state;
	over_a_fleet(FLEET_ALERTS, 11);
	over_a_fleet(FLEET_CANARY, 12);
}

static void
screens_of_groups_are_opened_again(void **state)
{
	(void)state;
	over_a_fleet(FLEET_GROUPS, 13);
}

/* Two models, one of them with a second version from half of it on; moments are gone to as the screens ask for it. */
static void
screens_of_a_recording_are_opened_again(void **state)
{
	struct recording_head head = lib_recording_head();
	struct lib_recording film;
	struct recording *rec;
	char path[300];
	struct walk w;
	struct ui_options uo;

	(void)state;
	lib_tmp_file(path, sizeof path, "samekeys");
	lib_recording_init(&film, &head);
	film.canary = true;
	lib_recording_fleet(&film, 30, NULL, NULL);
	lib_recording_save(film.out.p, film.out.n, path);
	lib_recording_release(&film);
	assert_int_equal(recording_open(&rec, path, NULL), 0);
	begin(&w, 14);
	uo = options_of(&w.o);
	desk_init_replay(&w.a, rec, &uo);
	desk_seek(&w.a, 25);
	walk(&w, KEYS);
	recording_close(rec);
	lib_tmp_remove(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(screens_of_a_fleet_are_opened_again),
	    cmocka_unit_test(screens_of_groups_are_opened_again),
	    cmocka_unit_test(screens_of_a_recording_are_opened_again),
	};

	return cmocka_run_group_tests_name("the same after any keys", tests, NULL, NULL);
}
