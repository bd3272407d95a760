/*
 * Golden screens: every screen at four sizes, as the grid holds it, text and roles, over a store that was told always
 * the same events. UPDATE=1 rewrites tests/golden; the commit that does so says why the picture should change.
 *
 * A file holds the rows of text between bars, then for each row its roles, one letter a cell (a to u in the order of
 * enum role, upper case on a ground of its own), so that a change of colour is seen in a difference of text.
 */
#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/config.h"
#include "core/mem.h"
#include "tests/lib_fleet.h"
#include "tui/key.h"
#include "tui/options.h"
#include "tui/ui.h"
#include "tui/whatif.h"
#include "widgets/charset.h"

enum when { NOW = 0, REPLAYED, PLAYED, WAS, ASKED }; /* WAS: of a frozen session; ASKED: what if, in a replay */

struct golden {
	const char *name;
	enum fleet_scene scene;
	const char *keys;
	enum glyphs glyphs;
	enum when when;
	size_t groups; /* how many of `groups` there are; 0: the configuration names none */
};

/* The first few are for the incident, all for the crowd. */
#define GROUPS_GIVEN 3
static char long_name[10001];
static struct config_group groups[] = {{(char[]){"card-*"}, (char[]){"money"}}, {(char[]){"r*-*"}, (char[]){"market"}},
    {(char[]){"flight-*"}, (char[]){"travel"}},
    {(char[]){"*model-1*"}, (char[]){"\xe4\xb8\xad\xe6\x96\x87\xe7\xbb\x84 A"}},
    {(char[]){"*model-2*"}, (char[]){"to the \xe2\x80\xaetfel"}}, {(char[]){"*model-3*"}, (char[]){"clear\x1b[2J\x07"}},
    {(char[]){"*model-4*"}, long_name}, {(char[]){"*model-5*"}, (char[]){"broken\xff\xfe"}}};

/* At all four sizes. */
static const struct golden everywhere[] = {
    {"fleet", FLEET_INCIDENT, "", GLYPHS_BLOCKS, NOW, 0},
    {"model", FLEET_INCIDENT, "<Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"feature-numeric", FLEET_INCIDENT, "j<Enter><Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"feature-missing", FLEET_INCIDENT, "<Enter><Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"feature-categorical", FLEET_INCIDENT, "<Enter>j<Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"events", FLEET_INCIDENT, "<Enter><Enter><Enter>jj", GLYPHS_BLOCKS, NOW, 0},
    {"record", FLEET_INCIDENT, "<Enter><Enter><Enter>jj<Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"setup", FLEET_INCIDENT, "S", GLYPHS_BLOCKS, NOW, 0},
    {"sources", FLEET_INCIDENT, "i", GLYPHS_BLOCKS, NOW, 0},
    {"sources-fields", FLEET_INCIDENT, "ijj", GLYPHS_BLOCKS, NOW, 0},
    {"help", FLEET_INCIDENT, "?", GLYPHS_BLOCKS, NOW, 0},
    {"alerts", FLEET_ALERTS, "a", GLYPHS_BLOCKS, NOW, 0},
    {"replay", FLEET_ALERTS, "", GLYPHS_BLOCKS, REPLAYED, 0},
    {"whatif", FLEET_ALERTS, "j", GLYPHS_BLOCKS, ASKED, 0},
    {"versions", FLEET_CANARY, "/flight<Enter><Enter>v", GLYPHS_BLOCKS, NOW, 0},
    {"timeline-fleet", FLEET_ALERTS, "z", GLYPHS_BLOCKS, NOW, 0},
    {"timeline-model", FLEET_ALERTS, "<Enter>z<Left><Left><Left><Left><Left><Left>", GLYPHS_BLOCKS, NOW, 0},
    {"choose", FLEET_INCIDENT, "<Enter>B", GLYPHS_BLOCKS, NOW, 0},
    {"compare", FLEET_INCIDENT, "<Enter>cc", GLYPHS_BLOCKS, NOW, 0},
    {"compare-versions", FLEET_CANARY, "/flight<Enter><Enter>v<Tab>jckcjjjjj", GLYPHS_BLOCKS, NOW, 0},
    {"fleet-groups-open", FLEET_INCIDENT, "", GLYPHS_BLOCKS, NOW, GROUPS_GIVEN},
    {"fleet-groups-folded", FLEET_INCIDENT, "FF", GLYPHS_BLOCKS, NOW, GROUPS_GIVEN},
    {"compare-models", FLEET_INCIDENT, "cjcjjjj", GLYPHS_BLOCKS, NOW, 0},
};

/* States and glyphs, at 80x24 alone. */
static const struct golden once[] = {
    {"fleet-down", FLEET_DOWN, "", GLYPHS_BLOCKS, NOW, 0},
    {"fleet-nothing", FLEET_NOTHING, "", GLYPHS_BLOCKS, NOW, 0},
    {"fleet-crowd", FLEET_CROWD, "G", GLYPHS_BLOCKS, NOW, 0},
    {"fleet-groups", FLEET_GROUPS, "Gk<Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"fleet-groups-hostile", FLEET_CROWD, "G", GLYPHS_BLOCKS, NOW, 8},
    {"fleet-groups-filter", FLEET_CROWD, "/model-1|model-4", GLYPHS_BLOCKS, NOW, 8},
    {"fleet-groups-sorted", FLEET_INCIDENT, "FF>>>>", GLYPHS_BLOCKS, NOW, GROUPS_GIVEN},
    {"fleet-groups-ascii", FLEET_INCIDENT, "FF", GLYPHS_ASCII, NOW, GROUPS_GIVEN},
    {"fleet-filter", FLEET_INCIDENT, "/rank !next", GLYPHS_BLOCKS, NOW, 0},
    {"fleet-sorted", FLEET_INCIDENT, ">>j", GLYPHS_BLOCKS, NOW, 0},
    {"fleet-frozen", FLEET_INCIDENT, "<Space>", GLYPHS_BLOCKS, NOW, 0},
    {"fleet-ascii", FLEET_INCIDENT, "", GLYPHS_ASCII, NOW, 0},
    {"fleet-console", FLEET_INCIDENT, "", GLYPHS_CONSOLE, NOW, 0},
    {"model-below-frozen", FLEET_INCIDENT, "<Space><Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"model-outputs", FLEET_INCIDENT, "<Enter>2j", GLYPHS_BLOCKS, NOW, 0},
    {"model-latency", FLEET_INCIDENT, "<Enter>3e<Left><Left><Left>", GLYPHS_BLOCKS, NOW, 0},
    {"model-latency-braille", FLEET_INCIDENT, "<Enter>3e", GLYPHS_BRAILLE, NOW, 0},
    {"model-traffic", FLEET_INCIDENT, "<Enter>4", GLYPHS_BLOCKS, NOW, 0},
    {"model-versions", FLEET_INCIDENT, "<Enter>5", GLYPHS_BLOCKS, NOW, 0},
    {"model-canary", FLEET_CANARY, "/flight<Enter><Enter>5", GLYPHS_BLOCKS, NOW, 0},
    {"versions-ascii", FLEET_CANARY, "/flight<Enter><Enter>vj", GLYPHS_ASCII, NOW, 0},
    {"versions-time", FLEET_CANARY, "/flight<Enter><Enter>v3<Left><Left><Left>", GLYPHS_BLOCKS, NOW, 0},
    {"versions-time-braille", FLEET_CANARY, "/flight<Enter><Enter>v3", GLYPHS_BRAILLE, NOW, 0},
    {"versions-picture", FLEET_CANARY, "/flight<Enter><Enter>v4j", GLYPHS_BLOCKS, NOW, 0},
    {"versions-ended", FLEET_INCIDENT, "<Enter>v", GLYPHS_BLOCKS, NOW, 0},
    {"model-ascii", FLEET_INCIDENT, "<Enter>", GLYPHS_ASCII, NOW, 0},
    {"model-regression", FLEET_INCIDENT, "/ride<Enter><Enter>2", GLYPHS_BLOCKS, NOW, 0},
    {"model-learning", FLEET_INCIDENT, "/next<Enter><Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"feature-cursor", FLEET_INCIDENT, "j<Enter><Enter><Right><Right><Right>", GLYPHS_BLOCKS, NOW, 0},
    {"feature-quantiles", FLEET_INCIDENT, "j<Enter><Enter>5<Left><Left>", GLYPHS_BLOCKS, NOW, 0},
    {"feature-ascii", FLEET_INCIDENT, "j<Enter><Enter>", GLYPHS_ASCII, NOW, 0},
    {"events-whole", FLEET_INCIDENT, "<Enter><Enter><Enter><Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"sources-offered", FLEET_OFFERED, "", GLYPHS_BLOCKS, NOW, 0},
    {"sources-page", FLEET_DOWN, "i3e", GLYPHS_BLOCKS, NOW, 0},
    {"sources-parts", FLEET_INCIDENT, "i4", GLYPHS_BLOCKS, NOW, 0},
    {"sources-down", FLEET_DOWN, "i", GLYPHS_BLOCKS, NOW, 0},
    {"alerts-silence", FLEET_INCIDENT, "asuntil", GLYPHS_BLOCKS, NOW, 0},
    {"alerts-wrong", FLEET_INCIDENT, "as2x<Enter>", GLYPHS_BLOCKS, NOW, 0},
    {"alerts-detail", FLEET_ALERTS, "ajj2e", GLYPHS_BLOCKS, NOW, 0},
    {"alerts-none", FLEET_NOTHING, "a", GLYPHS_BLOCKS, NOW, 0},
    {"alerts-ascii", FLEET_ALERTS, "a", GLYPHS_ASCII, NOW, 0},
    {"alert-next", FLEET_INCIDENT, "]]", GLYPHS_BLOCKS, NOW, 0},
    {"replay-plays", FLEET_ALERTS, "<Enter>", GLYPHS_BLOCKS, PLAYED, 0},
    {"replay-help", FLEET_ALERTS, "?", GLYPHS_BLOCKS, REPLAYED, 0},
    {"replay-ascii", FLEET_ALERTS, "", GLYPHS_ASCII, REPLAYED, 0},
    {"replay-time", FLEET_ALERTS, "b25:00<Enter>", GLYPHS_BLOCKS, REPLAYED, 0},
    {"frozen-past", FLEET_ALERTS, "", GLYPHS_BLOCKS, WAS, 0},
    {"sources-rejected", FLEET_INCIDENT, "i2j", GLYPHS_BLOCKS, NOW, 0},
    {"choose-version", FLEET_INCIDENT, "<Enter>Bjjjjjj", GLYPHS_BLOCKS, NOW, 0},
};

/* Of the command line --utc alone; of the configuration what holds without one. */
static struct config config;
static const struct options given = {
    .given[OPTION_UTC] = true, .text[OPTION_WINDOW] = "auto", .number[OPTION_FLIGHT] = NAN, .config = &config};

static const struct {
	int rows, cols;
} sizes[] = {{24, 80}, {40, 120}, {60, 200}, {10, 40}};

/* Stores that tests share: nothing here goes on with one. */
static struct store *made[FLEET_SCENES];
static int64_t made_now_ms[FLEET_SCENES];

static struct store *
scene_store(enum fleet_scene scene, int64_t *now_ms)
{
	if (!made[scene])
		made[scene] = fleet_make(scene, &made_now_ms[scene]);
	*now_ms = made_now_ms[scene];
	return made[scene];
}

/* One alert earlier, one as it was, one only by the change, one no more; the first goes on. */
static const struct whatif *
what_if(int64_t from_ms)
{
	static struct whatif_row rows[4];
	static struct whatif held = {.rows = rows, .n = 4, .only = {1, 1}, .both = 2};
	const int64_t minute = 60000;

	rows[0] = (struct whatif_row){.rule = slice_of("error_rate"), .model = slice_of("churn"),
	    .worst = {SEVERITY_WARN, SEVERITY_CRIT}, .in = {true, true},
	    .fired_ms = {from_ms + 20 * minute, from_ms + 8 * minute}, .ended_ms = {ALERT_NEVER, ALERT_NEVER},
	    .sentence = slice_of("errors 7.1% of 5 min (base 0.2%)")};
	rows[1] = (struct whatif_row){.rule = slice_of("missing"), .model = slice_of("flight-delay"),
	    .feature = slice_of("distance"), .worst = {SEVERITY_CRIT, SEVERITY_CRIT}, .in = {true, true},
	    .fired_ms = {from_ms + 10 * minute, from_ms + 10 * minute},
	    .ended_ms = {from_ms + 25 * minute, from_ms + 25 * minute},
	    .sentence = slice_of("missing 41.0% of 5 min (base 0.1%)")};
	rows[2] = (struct whatif_row){.rule = slice_of("p99 > 100ms"), .model = slice_of("flight-delay"),
	    .version = slice_of("2"), .worst = {SEVERITY_OK, SEVERITY_WARN}, .in = {false, true},
	    .fired_ms = {ALERT_NEVER, from_ms + 30 * minute}, .ended_ms = {ALERT_NEVER, from_ms + 33 * minute},
	    .sentence = slice_of("p99 121ms > 100ms")};
	rows[3] = (struct whatif_row){.rule = slice_of("traffic"), .model = slice_of("pricing"),
	    .worst = {SEVERITY_WARN, SEVERITY_OK}, .in = {true, false},
	    .fired_ms = {from_ms + 40 * minute, ALERT_NEVER}, .ended_ms = {from_ms + 44 * minute, ALERT_NEVER},
	    .sentence = slice_of("1.2 events/s, 41.0% of what is usual at this hour")};
	held.from_ms = from_ms;
	held.to_ms = from_ms + 60 * minute;
	return &held;
}

/* An hour of which ten minutes are left, with two alerts, a gap, a version and a note. */
static const struct ui_past *
past_of(enum when when, int64_t now_ms, struct ui_past *past)
{
	static struct timebar_item items[5];
	const int64_t minute = 60000, from = now_ms - 50 * minute;

	items[0] = (struct timebar_item){TIMEBAR_WARN, from + 10 * minute, from + 25 * minute};
	items[1] = (struct timebar_item){TIMEBAR_CRIT, from + 44 * minute, from + 60 * minute};
	items[2] = (struct timebar_item){TIMEBAR_GAP, from + 30 * minute, from + 34 * minute};
	items[3] = (struct timebar_item){TIMEBAR_VERSION, from + 5 * minute, from + 5 * minute};
	items[4] = (struct timebar_item){TIMEBAR_MARK, from + 55 * minute, from + 55 * minute};
	*past = (struct ui_past){.frozen = when == WAS, .name = "incident.dtr", .playing = when == PLAYED,
	    .grows = when == PLAYED, .speed = 4, .at_ms = now_ms, .from_ms = from, .to_ms = from + 60 * minute,
	    .live_ms = from + 61 * minute, .place = 1, .items = items, .nitems = 5};
	if (when == ASKED)
		past->whatif = what_if(from);
	return when == NOW ? NULL : past;
}

static void
paint(const struct golden *it, struct grid *g)
{
	struct ui_options options = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://127.0.0.1:6379", .version = "0",
	    .groups = groups, .ngroups = it->groups, .given = &given};
	struct slice keys = slice_of(it->keys);
	struct ui_past past;
	struct ui *ui;
	int64_t now_ms;
	const struct store *s = scene_store(it->scene, &now_ms);
	uint32_t key;

	assert_int_equal(ui_new(&ui, &options, NULL), 0);
	ui_set_past(ui, past_of(it->when, now_ms, &past));
	if (it->when == ASKED)
		ui_open_whatif(ui);
	ui_draw(ui, s, g, now_ms, 1000);
	while (keys.n > 0) {
		assert_int_equal(key_parse(&keys, &key, NULL), 0);
		ui_key(ui, s, key, 1000);
		ui_draw(ui, s, g, now_ms, 1000);
	}
	/* What is seen when the last key is long past. */
	ui_draw(ui, s, g, now_ms, 9000);
	ui_free(ui);
}

static char
role_letter(const struct cell *c)
{
	char letter = c->role == ROLE_TEXT ? '.' : (char)('a' + c->role - 1);

	if (c->ground == ROLE_TEXT || c->ground == ROLE_BAR)
		return letter;
	return letter == '.' ? ':' : (char)toupper((unsigned char)letter);
}

/* The grid as a text; the caller gives it back. */
static char *
dump(const struct grid *g, size_t *bytes)
{
	char *out = mem_alloc((size_t)g->rows * ((size_t)g->cols * (CHARSET_UTF8_MAX + 1) + 8));
	size_t n = 0;

	assert_non_null(out);
	for (int row = 0; row < g->rows; row++) {
		out[n++] = '|';
		for (int col = 0; col < g->cols; col++)
			if (g->cells[row * g->cols + col].ch)
				n += charset_encode(g->cells[row * g->cols + col].ch, out + n);
		out[n++] = '|';
		out[n++] = '\n';
	}
	for (int row = 0; row < g->rows; row++) {
		for (int col = 0; col < g->cols; col++)
			out[n++] = role_letter(&g->cells[row * g->cols + col]);
		out[n++] = '\n';
	}
	*bytes = n;
	return out;
}

static void
write_file(const char *path, const char *text, size_t bytes)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, bytes, f), bytes);
	assert_int_equal(fclose(f), 0);
}

static char *
read_file(const char *path, size_t *bytes)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long n;

	if (!f)
		fail_msg("%s is not there; make golden writes it", path);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	n = ftell(f);
	assert_true(n >= 0);
	rewind(f);
	text = mem_alloc((size_t)n + 1);
	assert_non_null(text);
	*bytes = fread(text, 1, (size_t)n, f);
	text[*bytes] = '\0';
	fclose(f);
	return text;
}

/* Prints the lines that differ, both ways. */
static int
differences(const char *want, const char *got)
{
	int line = 1, found = 0;

	while (*want || *got) {
		size_t w = strcspn(want, "\n"), h = strcspn(got, "\n");

		if ((w != h || memcmp(want, got, w) != 0) && found++ < 12)
			print_error("line %d\n- %.*s\n+ %.*s\n", line, (int)w, want, (int)h, got);
		want += w + (want[w] == '\n');
		got += h + (got[h] == '\n');
		line++;
	}
	return found;
}

static int
check(const struct golden *it, int rows, int cols)
{
	const char *tests = getenv("TESTS"), *update = getenv("UPDATE");
	char path[512];
	struct grid g;
	size_t bytes, want_bytes;
	char *got, *want;
	int found = 0;

	snprintf(path, sizeof path, "%s/golden/%s-%dx%d.txt", tests ? tests : "tests", it->name, cols, rows);
	assert_int_equal(grid_init(&g, rows, cols, it->glyphs, NULL), 0);
	paint(it, &g);
	got = dump(&g, &bytes);
	got[bytes - 1] = '\n';
	if (update && update[0]) {
		write_file(path, got, bytes);
	} else {
		want = read_file(path, &want_bytes);
		if (want_bytes != bytes || memcmp(want, got, bytes) != 0) {
			char *text = mem_dup(got, bytes);

			print_error("%s differs:\n", path);
			found = differences(want, text) + 1;
			mem_free(text);
		}
		mem_free(want);
	}
	mem_free(got);
	grid_release(&g);
	return found;
}

static void
every_screen_looks_as_it_did(void **state)
{
	int found = 0;

	(void)state;
	memset(long_name, 'n', sizeof long_name - 1);
	for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
			found += check(&everywhere[i], sizes[k].rows, sizes[k].cols);
	assert_int_equal(found, 0);
}

static void
every_state_looks_as_it_did(void **state)
{
	int found = 0;

	(void)state;
	memset(long_name, 'n', sizeof long_name - 1);
	for (size_t i = 0; i < sizeof once / sizeof *once; i++)
		found += check(&once[i], 24, 80);
	assert_int_equal(found, 0);
}

static int
config_make(void **state)
{
	(void)state;
	return config_init(&config, NULL);
}

static int
stores_free(void **state)
{
	(void)state;
	config_release(&config);
	for (int i = 0; i < FLEET_SCENES; i++)
		store_free(made[i]);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_screen_looks_as_it_did),
	    cmocka_unit_test(every_state_looks_as_it_did),
	};

	return cmocka_run_group_tests(tests, config_make, stores_free);
}
