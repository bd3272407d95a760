/*
 * docs/screens: every screen as a picture, of the demo as it is two minutes after its start: the bird strikes have
 * drifted, the storms begin to, card-fraud has its incident. `make screens` (UPDATE=1) draws them anew; otherwise the
 * tests hold the directory to this table, and each screen to what a picture in a document needs.
 *
 * The demo is told to a store in made-up time with one seed, so that a picture changes only where a screen does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "collectors/config_file.h"
#include "core/alert.h"
#include "core/config.h"
#include "core/mem.h"
#include "tests/lib_demo.h"
#include "tui/export.h"
#include "tui/key.h"
#include "tui/ui.h"
#include "tui/whatif.h"

#define DIRECTORY "docs/screens"
#define SEED	  UINT64_C(20260131)
#define PINNED_S  20  /* before the incident */
#define SHOWN_S	  128 /* in it, and storms have turned */
#define STEP_S	  12
#define PICTURE_BYTES_MOST 100000
#define ALL_BYTES_MOST	   1000000

/* PINNED: the keys come after one that pinned a moment; GROUPED: with groups; ASKED: what if, in a replay */
enum from { FROM_LIVE = 0, FROM_PINNED, FROM_REPLAY, FROM_GROUPED, FROM_ASKED };

struct picture {
	const char *name, *keys;
	enum from from;
};

static const struct picture pictures[] = {
    {"fleet", "", FROM_LIVE},
    {"fleet-groups", "FF", FROM_GROUPED},
    {"model", "/card<Enter><Enter>", FROM_LIVE},
    {"feature-numeric", "/card<Enter><Enter><Enter>", FROM_LIVE},
    {"feature-categorical", "/bird<Enter><Enter><Enter>", FROM_LIVE},
    {"events", "/card<Enter><Enter><Enter><Enter>", FROM_LIVE},
    {"record", "/card<Enter><Enter><Enter><Enter><Enter>", FROM_LIVE},
    {"alerts", "a", FROM_LIVE},
    {"timeline", "/card<Enter><Enter>+z", FROM_LIVE},
    {"versions", "/card<Enter><Enter>v", FROM_LIVE},
    {"sources", "i", FROM_LIVE},
    {"compare", "c", FROM_PINNED},
    {"baselines", "/card<Enter><Enter>B", FROM_LIVE},
    {"setup", "/card<Enter><Enter>S", FROM_LIVE},
    {"help", "/card<Enter><Enter>?", FROM_LIVE},
    {"replay", "/card<Enter><Enter>", FROM_REPLAY},
    {"what-if", "", FROM_ASKED},
};

static const struct {
	int rows, cols;
	const char *theme; /* NULL: dark, which is not in the name */
	const char *only;  /* NULL: all */
} forms[] = {{24, 80, NULL, NULL}, {40, 120, NULL, NULL}, {24, 80, "light", "fleet"}, {40, 120, "light", "model"},
    {40, 120, "light", "alerts"}};

struct stage {
	struct lib_demo *demo;
	struct store *s;
	struct ui *pinned;
	int64_t now_ms;
	struct ui_past past;
	struct timebar_item items[64];
	struct whatif asked;
};

static const struct ui_options options = {
    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "demo", .version = "0", .flight = true};

static struct config_group groups[] = {{(char[]){"card-*"}, (char[]){"payments"}}, {(char[]){"*"}, (char[]){"nature"}}};

static void
draw(const struct stage *st, struct ui *ui, struct grid *g)
{
	ui_draw(ui, st->s, g, st->now_ms, st->now_ms);
}

static void
press(const struct stage *st, struct ui *ui, struct grid *g, const char *keys)
{
	struct slice rest = slice_of(keys);
	uint32_t key;

	draw(st, ui, g);
	while (rest.n > 0) {
		assert_int_equal(key_parse(&rest, &key, NULL), 0);
		ui_key(ui, st->s, key, st->now_ms);
		draw(st, ui, g);
	}
}

static void
watch(struct stage *st, int until_s)
{
	struct grid g;

	assert_int_equal(grid_init(&g, 24, 80, GLYPHS_BLOCKS, NULL), 0);
	while (lib_demo_watched_s(st->demo) < until_s) {
		st->s = lib_demo_watch(st->demo, STEP_S);
		st->now_ms = lib_demo_now_ms(st->demo);
		if (st->pinned)
			draw(st, st->pinned, &g);
	}
	lib_demo_tell_streams(st->demo);
	grid_release(&g);
}

/* As a recording of the same would show it: from a minute before the incident on. */
static void
make_past(struct stage *st)
{
	const struct alerts *all = store_alerts(st->s);
	size_t n = 0;

	for (size_t i = 0; i < all->n && n < sizeof st->items / sizeof *st->items; i++)
		if (all->list[i]->state != ALERT_PENDING && !all->list[i]->provisional)
			st->items[n++] = (struct timebar_item){
			    all->list[i]->worst == SEVERITY_CRIT ? TIMEBAR_CRIT : TIMEBAR_WARN, all->list[i]->from_ms,
			    all->list[i]->state == ALERT_FIRING ? st->now_ms + 60000 : all->list[i]->to_ms};
	st->past = (struct ui_past){.name = "incident.dtr", .speed = 1, .at_ms = st->now_ms,
	    .from_ms = st->now_ms - 240000, .to_ms = st->now_ms + 120000, .place = 1, .items = st->items, .nitems = n};
}

/* The alerts of the same demo if a rule had been another one. */
static void
ask(struct stage *st)
{
	char text[] = "{\"rules\": [{\"name\": \"latency\", \"warn\": \"p99_ratio >= 1.5 for 30s\"}]}";
	struct config c;
	struct lib_demo *demo;
	struct store *s = NULL;

	assert_int_equal(config_init(&c, NULL), 0);
	assert_int_equal(config_file_parse(&c, "what-if", text, strlen(text), NULL, NULL), 0);
	demo = lib_demo_watch_by(SEED, false, &c);
	while (lib_demo_watched_s(demo) < SHOWN_S)
		s = lib_demo_watch(demo, STEP_S);
	assert_non_null(s);
	assert_int_equal(whatif_compare(&st->asked, store_alerts(st->s), store_alerts(s), st->past.from_ms,
			     st->now_ms, NULL), 0);
	assert_true(st->asked.both > 0 && st->asked.only[WHATIF_CHANGED] > 0);
	lib_demo_watch_free(demo);
	config_release(&c);
	st->past.whatif = &st->asked;
	st->past.change = "latency warn p99_ratio >= 1.5 for 30s";
}

static int
stage_open(void **state)
{
	struct stage *st = mem_calloc(1, sizeof *st);
	struct grid g;

	assert_non_null(st);
	st->demo = lib_demo_watch_new(SEED, false);
	watch(st, PINNED_S);
	assert_int_equal(ui_new(&st->pinned, &options, NULL), 0);
	assert_int_equal(grid_init(&g, 24, 80, GLYPHS_BLOCKS, NULL), 0);
	press(st, st->pinned, &g, "/card<Enter><Enter>c");
	grid_release(&g);
	watch(st, SHOWN_S);
	make_past(st);
	ask(st);
	*state = st;
	return 0;
}

static int
stage_close(void **state)
{
	struct stage *st = *state;

	ui_free(st->pinned);
	whatif_release(&st->asked);
	lib_demo_watch_free(st->demo);
	mem_free(st);
	return 0;
}

/* One screen at that size, when the last key is long past. */
static void
show(struct stage *st, const struct picture *p, struct grid *g)
{
	struct ui_options with = options;
	struct ui *ui = st->pinned;

	if (p->from == FROM_GROUPED) {
		with.groups = groups;
		with.ngroups = sizeof groups / sizeof *groups;
	}
	if (p->from != FROM_PINNED)
		assert_int_equal(ui_new(&ui, &with, NULL), 0);
	if (p->from == FROM_REPLAY || p->from == FROM_ASKED)
		ui_set_past(ui, &st->past);
	if (p->from == FROM_ASKED)
		ui_open_whatif(ui);
	press(st, ui, g, p->keys);
	ui_draw(ui, st->s, g, st->now_ms, st->now_ms + 9000);
	if (p->from != FROM_PINNED) {
		ui_free(ui);
	} else {
		struct grid aside;

		assert_int_equal(grid_init(&aside, 24, 80, GLYPHS_BLOCKS, NULL), 0);
		press(st, ui, &aside, "<Esc>");
		grid_release(&aside);
	}
}

static void
path_of(char *path, size_t bytes, const char *name, size_t form)
{
	snprintf(path, bytes, "%s/%s%s%s-%dx%d.svg", DIRECTORY, name, forms[form].theme ? "-" : "",
	    forms[form].theme ? forms[form].theme : "", forms[form].cols, forms[form].rows);
}

static bool
wanted(const struct picture *p, size_t form)
{
	return !forms[form].only || strcmp(forms[form].only, p->name) == 0;
}

static void
save(const struct grid *g, const char *path, const char *theme)
{
	size_t n = 0;
	char *text = NULL;
	FILE *f;

	assert_int_equal(
	    export_grid(g, EXPORT_SVG, theme ? theme_find(theme) : themes[0], DEPTH_256, &text, &n, NULL), 0);
	f = fopen(path, "wb");
	if (!f)
		fail_msg("%s cannot be written", path);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	mem_free(text);
}

/* Every row between the alert line and the keys that has something on it, counted. */
static int
rows_used(const struct grid *g)
{
	int used = 0;

	for (int row = 2; row < g->rows - 1; row++)
		for (int col = 0; col < g->cols; col++)
			if (g->cells[row * g->cols + col].ch != ' ') {
				used++;
				break;
			}
	return used;
}

/* Half of a small screen at least; a large one may have room. */
static void
every_screen_of_the_demo_fills_its_picture(void **state)
{
	struct stage *st = *state;
	const char *update = getenv("UPDATE");
	char path[128];

	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
		for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
			struct grid g;

			if (!wanted(&pictures[i], k))
				continue;
			assert_int_equal(grid_init(&g, forms[k].rows, forms[k].cols, GLYPHS_BLOCKS, NULL), 0);
			show(st, &pictures[i], &g);
			path_of(path, sizeof path, pictures[i].name, k);
			if (rows_used(&g) < (10))
				fail_msg("%s: %d of %d rows say something", path, rows_used(&g), forms[k].rows - 3);
			if (update && update[0])
				save(&g, path, forms[k].theme);
			grid_release(&g);
		}
}

static char *
read_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = mem_calloc(1, 40000);

	if (!f)
		fail_msg("%s is not there; make screens draws the pictures", path);
	assert_non_null(text);
	assert_true(fread(text, 1, 39999, f) < 39999);
	fclose(f);
	return text;
}

static void
the_page_of_pictures_shows_each_of_them(void **state)
{
	char *page = read_text(DIRECTORY "/README.md"), path[128];
	long long all = 0;
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
		for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
			if (!wanted(&pictures[i], k))
				continue;
			path_of(path, sizeof path, pictures[i].name, k);
			if (stat(path, &st))
				fail_msg("%s is not there; make screens draws it", path);
			if (!strstr(page, path + strlen(DIRECTORY) + 1))
				fail_msg("%s is not in %s/README.md", path, DIRECTORY);
			assert_in_range(st.st_size, 1000, PICTURE_BYTES_MOST);
			all += st.st_size;
		}
	assert_in_range(all, 1, ALL_BYTES_MOST);
	mem_free(page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_screen_of_the_demo_fills_its_picture),
	    cmocka_unit_test(the_page_of_pictures_shows_each_of_them),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
