/*
 * What `/`, `n N` and `< > r` do, on every screen that has a list: one walk holds each of them to the same contract.
 * The screens say what their rows can be compared by; the walk asks each of it, and what a screen promises and never
 * knows is a failure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_desk.h"
#include "tui/filter_grammar.h"
#include "tui/key.h"
#include "tui/screen.h"
#include "tui/whatif.h"
#include "widgets/grid.h"

static const struct ui_options options = {.zone = "UTC", .endpoint = "test", .user = "someone"};

static const struct place {
	const char *name;
	const char *keys; /* from the fleet */
	enum fleet_scene scene;
	const char *word, *other;  /* in some of its rows, seen in a column of 80 */
	const char *compare;	   /* some rows pass */
	const char *wrong, *meant; /* no name of these rows, and the nearest that is one */
	const char *unknown;	   /* names that no row of this scene has a value for, between blanks */
	bool elsewhere;		   /* the sorted column is named in the head of the panel */
} places[] = {
    {"fleet", "", FLEET_INCIDENT, "rank", "spam", "state=drift", "severty>=warn", "severity",
	" traffic quality accuracy auc mae coverage ", false},
    {"model", "<Enter>", FLEET_INCIDENT, "amount", "country", "psi>=0 and type=numeric", "psy>1", "psi", " ", false},
    {"values of a feature", "<Enter>j<Enter>", FLEET_INCIDENT, "de", "fr", "moved=yes share<lt>30%", "shar>1%", "share",
	" from to ", false},
    {"bins of a feature", "<Enter><Enter>", FLEET_INCIDENT, "up", "over", "share>=0 from>=50", "baselin>1%",
	"baseline", " ", false},
    {"events", "<Enter>E", FLEET_INCIDENT, "fail", "ok", "latency>=0 and failed=no", NULL, NULL, " ", false},
    {"alerts", "a", FLEET_ALERTS, "card-fraud", "spam", "severity>=warn model=card*", "rul=a", "rule", " ", false},
    {"sources", "i", FLEET_INCIDENT, "spam", "rank", "rate>=0/s stream=*spam*", "strem=a", "stream", " ", false},
    {"versions", "/flight<Enter><Enter>v", FLEET_CANARY, "delay", "seats", "state>=maybe and diff>0.2sd",
	"evidnce>50%", "evidence", " ", false},
    {"all versions", "/flight<Enter><Enter>v2e", FLEET_CANARY, "canary", "stable", "error_rate>1% last<lt>10m",
	"error_rat>1%", "error_rate", " ", false},
    {"compare", "<Enter>cc", FLEET_INCIDENT, "amount", "country", "figure=missing and a>50%", "dif>1", "diff", " ",
	false},
    {"choose", "<Enter>B", FLEET_INCIDENT, "learned", "now", "rows>3k and span<lt>30m", "row>1", "rows", " ", false},
    {"timeline of the fleet", "z", FLEET_ALERTS, "fraud", "spam", "severity=crit", "drft>1", "drift",
	" traffic quality accuracy auc mae coverage ", true},
    {"timeline of a model", "<Enter>z", FLEET_ALERTS, "country", "error", "rule=latency", "rul=a", "rule", " ", true},
    {"what if", NULL, FLEET_ALERTS, "missing", "drift", "change=gone", "chnge=new", "change", " ", false},
    {"setup", "S", FLEET_INCIDENT, "latency", "traffic", "name=latency and from=default", "nam=a", "name", " ", false},
    {"help", "?", FLEET_INCIDENT, "filter", "sort", "name>number", NULL, NULL, " ", false},
};

#define PLACES (sizeof places / sizeof *places)

/* ---- going there ------------------------------------------------------------------------------- */

/* Nothing here tells a store anything: they are made once. */
static struct store *made[FLEET_SCENES];

static struct desk *
open_scene(enum fleet_scene scene)
{
	static int64_t now_ms[FLEET_SCENES];
	struct desk *d = mem_calloc(1, sizeof *d);

	assert_non_null(d);
	if (!made[scene])
		made[scene] = fleet_make(scene, &now_ms[scene]);
	assert_int_equal(desk_init(d, made[scene], now_ms[scene], &options, NULL), 0);
	return d;
}

static int
free_scenes(void **state)
{
	(void)state;
	for (int i = 0; i < FLEET_SCENES; i++)
		store_free(made[i]);
	return 0;
}

/* Alerts of a recording beside those of another rule, without one. */
static struct whatif_row changed[] = {
    {.fired_ms = {FLEET_T0, ALERT_NEVER}, .in = {true, false}, .worst = {SEVERITY_CRIT, SEVERITY_OK}},
    {.fired_ms = {FLEET_T0, FLEET_T0 - 60000}, .in = {true, true}, .worst = {SEVERITY_WARN, SEVERITY_WARN}},
    {.fired_ms = {ALERT_NEVER, FLEET_T0}, .in = {false, true}, .worst = {SEVERITY_OK, SEVERITY_WARN}},
};

static const struct ui_past *
past(void)
{
	static struct whatif held = {.rows = changed, .n = 3, .only = {1, 1}, .both = 1};
	static struct ui_past p = {.name = "incident.dtr", .speed = 1, .place = 1, .whatif = &held,
	    .change = "latency off", .at_ms = FLEET_T0, .from_ms = FLEET_T0 - 3600000, .to_ms = FLEET_T0 + 60000};
	static const char *const rules[] = {"latency", "missing", "drift"};
	static const char *const features[] = {"", "amount", "amount"};

	for (size_t i = 0; i < 3; i++) {
		changed[i].rule = slice_of(rules[i]);
		changed[i].model = slice_of("card-fraud");
		changed[i].feature = slice_of(features[i]);
		changed[i].ended_ms[0] = changed[i].ended_ms[1] = ALERT_NEVER;
	}
	return &p;
}

static struct desk *
go(const struct place *p)
{
	struct desk *d = open_scene(p->scene);

	if (!p->keys) {
		ui_set_past(d->ui, past());
		ui_open_whatif(d->ui);
		desk_draw(d);
	} else {
		desk_press(d, p->keys);
	}
	return d;
}

/* How many rows pass, as the last line says. */
static size_t
passed(const struct desk *d, size_t *of)
{
	const struct view *v = ui_view(d->ui);
	char text[64], shown[80];

	assert_non_null(v->list);
	ui_list_passed(v->list, text, sizeof text);
	snprintf(shown, sizeof shown, "%s", text);
	if (!text[0] || !desk_row_shows(d, 23, shown))
		fail_msg("%s: the last line does not say '%s'", v->screen->name, shown);
	*of = v->list->out_of;
	return v->list->n - v->list->fixed;
}

/* Cells of the role, anywhere below the second line. */
static size_t
painted(const struct desk *d, enum role role)
{
	size_t n = 0;

	for (int i = 2 * d->g.cols; i < (d->g.rows - 1) * d->g.cols; i++)
		n += d->g.cells[i].role == role;
	return n;
}

/* ---- the contract of filters ------------------------------------------------------------------- */

static void
check_words(const struct place *p, struct desk *d)
{
	bool sum = ui_view(d->ui)->screen->id != SCREEN_EVENTS;
	size_t all, with, without, other, either, both;
	char text[200];

	if (painted(d, ROLE_MATCH))
		fail_msg("%s: something is picked out without a filter", p->name);
	desk_filter(d, p->word);
	with = passed(d, &all);
	if (painted(d, ROLE_MATCH) < strlen(p->word))
		fail_msg("%s: '%s' is not picked out", p->name, p->word);
	snprintf(text, sizeof text, "!%s", p->word);
	desk_filter(d, text);
	without = passed(d, &all);
	/* Of events only so many are listed, which then are of others. */
	if (with == 0 || without == 0 || (sum && with + without != all))
		fail_msg("%s: %zu rows have '%s', %zu have not, of %zu", p->name, with, p->word, without, all);
	desk_filter(d, p->other);
	other = passed(d, &all);
	snprintf(text, sizeof text, "%s|%s", p->word, p->other);
	desk_filter(d, text);
	either = passed(d, &all);
	snprintf(text, sizeof text, "%s %s", p->word, p->other);
	desk_filter(d, text);
	both = passed(d, &all);
	if (other == 0 || (sum && either != with + other - both))
		fail_msg("%s: %zu and %zu, but %zu with either and %zu with both", p->name, with, other, either, both);
}

/* Each name is known of some row, or this scene is known to have none; then of no row. */
static void
check_names(const struct place *p, struct desk *d)
{
	const struct view *v = ui_view(d->ui);
	const struct expr_name *name;
	const char *about;
	size_t i = 0, all, n, names = 0, odd = 0;
	char text[200], among[80];

	while ((name = filter_next_name(ui_filter_scope(v), ui_own(v), &i, &about))) {
		bool unknown;

		if (name->unit == EXPR_TEXT)
			snprintf(text, sizeof text, "%s=*", name->name);
		else if (name->unit == EXPR_WORDS)
			snprintf(text, sizeof text, "%s>=%s", name->name, name->words[0]);
		else
			snprintf(text, sizeof text, "%s<lt>0 or %s>=0", name->name, name->name);
		desk_filter(d, text);
		n = passed(d, &all);
		snprintf(among, sizeof among, " %s ", name->name);
		unknown = strstr(p->unknown, among) != NULL;
		if ((n == 0) != unknown) {
			print_error("%s: '%s' is known of %zu rows of %zu\n", p->name, name->name, n, all);
			odd++;
		}
		assert_true(strlen(about) > 0);
		names++;
	}
	assert_int_equal(odd, 0);
	if (ui_own(v) && !ui_own(v)->n)
		assert_int_equal(names, 0);
	else
		assert_true(names >= 3);
	desk_filter(d, p->compare);
	n = passed(d, &all);
	if (n == 0 || n == all)
		fail_msg("%s: '%s' passes %zu of %zu", p->name, p->compare, n, all);
}

/* Beside the mark, or, where it is long, above it. */
static bool
said_above(const struct desk *d, const char *text)
{
	for (int row = 20; row <= 22; row++)
		if (desk_row_shows(d, row, text))
			return true;
	return false;
}

/* A mark over the place, the nearest name beside it; and the rows are those of before. */
static void
check_wrong(const struct place *p, struct desk *d)
{
	char text[120], meant[80];
	size_t before, all;

	if (!p->wrong)
		return;
	desk_filter(d, p->word);
	before = passed(d, &all);
	snprintf(text, sizeof text, "/<C-u>%s and %s<Enter>", p->word, p->wrong);
	desk_press(d, text);
	snprintf(meant, sizeof meant, "did you mean '%s'?", p->meant);
	if (!d->ui->typing || !said_above(d, meant))
		fail_msg("%s: '%s' is taken, or '%s' is not said", p->name, p->wrong, meant);
	if (d->g.cells[22 * 80 + 2 + (int)strlen(p->word) + 5].ch != 'v')
		fail_msg("%s: the mark is not over '%s'", p->name, p->wrong);
	assert_int_equal(ui_view(d->ui)->list->n - ui_view(d->ui)->list->fixed, before);
	desk_press(d, "<Esc>");
	assert_int_equal(passed(d, &all), before);
}

static struct cell *
picture(const struct desk *d)
{
	return mem_dup(d->g.cells, (size_t)(d->g.rows * d->g.cols) * sizeof *d->g.cells);
}

static bool
looks_as(const struct desk *d, const struct cell *before)
{
	return memcmp(d->g.cells, before, (size_t)(d->g.rows * d->g.cols) * sizeof *before) == 0;
}

/* Of a filter that all pass: n goes on, N back. */
static void
check_next(const struct place *p, struct desk *d)
{
	struct cell *before;

	desk_filter(d, "!nothing-has-this-word");
	desk_press(d, "gnN");
	before = picture(d);
	desk_press(d, "n");
	if (looks_as(d, before))
		fail_msg("%s: n does not move", p->name);
	desk_press(d, "N");
	if (!looks_as(d, before))
		fail_msg("%s: N does not go back", p->name);
	mem_free(before);
}

/* It is there again when one comes back from another screen; Esc takes it away, and only then the screen. */
static void
check_esc(const struct place *p, struct desk *d)
{
	enum screen_id id = ui_view(d->ui)->screen->id;
	size_t all, n;

	desk_filter(d, p->word);
	n = passed(d, &all);
	if (id != SCREEN_HELP) {
		desk_press(d, id == SCREEN_SETUP ? "a" : "S");
		assert_int_not_equal(ui_view(d->ui)->screen->id, id);
		desk_press(d, "<Esc>");
		assert_int_equal(passed(d, &all), n);
		assert_true(painted(d, ROLE_MATCH) > 0);
	}
	desk_press(d, "<Esc>");
	assert_int_equal(ui_view(d->ui)->screen->id, id);
	assert_int_equal(painted(d, ROLE_MATCH), 0);
	assert_int_equal(ui_view(d->ui)->filter.n, 0);
	if (!p->wrong)
		return;
	/* What is only begun is given up with what it has done. */
	desk_press(d, "/nothing-has-this<Esc>");
	assert_true(ui_view(d->ui)->list->n > 0);
}

/* What could be typed stands above the prompt, and Tab types it. */
static void
check_prompt(const struct place *p, struct desk *d)
{
	const struct view *v = ui_view(d->ui);
	const struct expr_name *first;
	char text[120], typed[120];
	size_t i = 0;

	first = filter_next_name(ui_filter_scope(v), ui_own(v), &i, NULL);
	if (!first) {
		desk_press(d, "/<C-u>");
		assert_true(!desk_row_shows(d, 22, "compare") && desk_row_shows(d, 23, "words, !not, a|b   Enter"));
		desk_press(d, "<Tab><Esc>");
		assert_false(d->ui->typing);
		return;
	}
	desk_press(d, "/<C-u>");
	snprintf(text, sizeof text, "compare %s ", first->name);
	if (!desk_row_shows(d, 22, text))
		fail_msg("%s: the prompt does not say what can be compared", p->name);
	desk_press(d, "<Tab>");
	assert_true(desk_shows(d, first->name));
	if (p->meant) {
		/* Without its last letter, if that leaves one name alone, it is completed. */
		snprintf(text, sizeof text, "<C-u>zz (%.*s<Tab>",
		    (int)strlen(p->meant) - (strcmp(p->meant, "psi") != 0), p->meant);
		desk_press(d, text);
		snprintf(typed, sizeof typed, "/zz (%s", p->meant);
		if (!desk_row_shows(d, 23, typed))
			fail_msg("%s: Tab does not make '%s'", p->name, typed);
	}
	/* One thing at a time: a list that is shown, what is typed. */
	desk_press(d, "<C-u><Tab><Esc>");
	assert_true(d->ui->typing);
	desk_press(d, "<Esc>");
	assert_false(d->ui->typing);
}

static void
every_list_takes_words_and_comparisons_and_says_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLACES; i++) {
		struct desk *d = go(&places[i]);

		check_words(&places[i], d);
		check_names(&places[i], d);
		check_wrong(&places[i], d);
		check_next(&places[i], d);
		check_esc(&places[i], d);
		check_prompt(&places[i], d);
		desk_close(d);
	}
}

/* No screen with a filter is left out of the walk. */
static void
the_walk_goes_to_every_screen_that_has_a_filter(void **state)
{
	(void)state;
	for (int id = 0; id < SCREEN_COUNT; id++) {
		bool there = false;

		for (size_t i = 0; i < PLACES; i++) {
			struct desk *d = go(&places[i]);

			there |= (int)ui_view(d->ui)->screen->id == id;
			desk_close(d);
			if (there)
				break;
		}
		if (keymap_works(ACTION_FILTER, (enum screen_id)id) != there)
			fail_msg("%s: is in one of the two alone", screens[id]->name);
	}
}

#define DOCUMENT "docs/CONFIG.md"

/* Between the two marks of the document stands that text; UPDATE=1 writes it there. */
static void
check_document(const char *mark, const char *made_of)
{
	static char doc[200000];
	char open[40], close[40];
	const char *begin, *end;
	size_t n, k = strlen(made_of);
	FILE *f = fopen(DOCUMENT, "r");

	assert_non_null(f);
	n = fread(doc, 1, sizeof doc - 1, f);
	fclose(f);
	doc[n] = '\0';
	snprintf(open, sizeof open, "<!-- %s -->\n", mark);
	snprintf(close, sizeof close, "<!-- end %s -->", mark);
	begin = strstr(doc, open);
	assert_non_null(begin);
	begin += strlen(open);
	end = strstr(begin, close);
	assert_non_null(end);
	if ((size_t)(end - begin) == k && memcmp(begin, made_of, k) == 0)
		return;
	if (!getenv("UPDATE"))
		fail_msg("%s does not have the %s that the program has: UPDATE=1 writes them", DOCUMENT, mark);
	f = fopen(DOCUMENT, "w");
	assert_non_null(f);
	fprintf(f, "%.*s%s%s", (int)(begin - doc), doc, made_of, end);
	assert_int_equal(fclose(f), 0);
}

static size_t
put_names(char *out, size_t bytes, const char *screen, const struct filter_own *own)
{
	static const char *const units[EXPR_UNITS] = {
	    "number", "%", "time", "/s", "sd", "text", "words", "number with any unit"};
	size_t k = 0;

	for (size_t i = 0; own && i < own->n && k < bytes; i++)
		k += (size_t)snprintf(out + k, bytes - k, "| %s | `%s` | %s | %s |\n", i ? "" : screen,
		    own->names[i].name.name, units[own->names[i].name.unit], own->names[i].about);
	return k;
}

static void
names_of_screens_are_in_the_document(void **state)
{
	static char made_of[20000];
	size_t k = (size_t)snprintf(
	    made_of, sizeof made_of, "\n| screen | name | compared with | |\n|---|---|---|---|\n");

	(void)state;
	for (int id = 0; id < SCREEN_COUNT; id++) {
		char second[60];

		snprintf(second, sizeof second, "%s, all of them", screens[id]->name);
		k += put_names(made_of + k, sizeof made_of - k, screens[id]->name, screens[id]->own);
		if (screens[id]->second)
			k += put_names(made_of + k, sizeof made_of - k, second, screens[id]->second->own);
	}
	assert_true(k + 2 < sizeof made_of);
	snprintf(made_of + k, sizeof made_of - k, "\n");
	check_document("filters", made_of);
}

/* What --help, the manual page, Help and the document say of the language is in it. */
static void
each_example_of_the_grammar_is_a_filter_and_stands_in_the_document(void **state)
{
	static char made_of[4000];
	size_t k = (size_t)snprintf(made_of, sizeof made_of, "\n| | passes | such as |\n|---|---|---|\n");
	struct desk *d = open_scene(FLEET_INCIDENT);

	(void)state;
	for (size_t i = 0; i < FILTER_GRAMMAR_ROWS; i++) {
		const struct filter_grammar_row *row = &filter_grammar[i];
		const char *const cells[] = {row->form, row->about, row->example};

		desk_filter(d, row->example);
		assert_true(strlen(row->form) <= 12 && strlen(row->about) <= 44);
		for (size_t c = 0; c < 3; c++) {
			const char *tick = c == 1 ? "" : "`";

			k += (size_t)snprintf(made_of + k, sizeof made_of - k, "%s| %s", c ? " " : "", tick);
			for (const char *p = cells[c]; *p; p++)
				k += (size_t)snprintf(
				    made_of + k, sizeof made_of - k, "%s%c", *p == '|' ? "\\" : "", *p);
			k += (size_t)snprintf(made_of + k, sizeof made_of - k, "%s", tick);
		}
		k += (size_t)snprintf(made_of + k, sizeof made_of - k, " |\n");
	}
	assert_true(k + 2 < sizeof made_of);
	snprintf(made_of + k, sizeof made_of - k, "\n");
	check_document("grammar", made_of);
	desk_close(d);
}

/* ---- what is no filter ------------------------------------------------------------------------- */

static const struct hostile {
	const char *text;
	int at;		     /* where the mark stands; -1: anywhere */
	const char *says;
	bool of_names;	     /* where rows have names alone */
} hostile[] = {
    {"\"unclosed", 0, "the quote is not closed", false},
    {"a 'b c", 2, "the quote is not closed", false},
    {"a (b or (c", 8, "the parenthesis is not closed", false},
    {"a) b", 1, "this parenthesis was not opened", false},
    {"a or", 4, "something is missing at the end", false},
    {"((((((((((((((((((a", 16, "nested deeper than 16", false},
    {"a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a", -1, "too long", false},
    {"a and <lt>5", 6, "a name is missing here", true},
};

/* The rows are those of the filter before, a mark is over the place; Esc, and all is as it was. */
static void
check_hostile(const struct place *p, struct desk *d, const char *text, int at, const char *says)
{
	char keys[1200];
	size_t all, n = passed(d, &all);

	snprintf(keys, sizeof keys, "/<C-u>%s<Enter>", text);
	desk_press(d, keys);
	if (!d->ui->typing || !said_above(d, says))
		fail_msg("%s: '%s' is taken, or '%s' is not said: '%s'", p->name, text, says, desk_row(d, 22));
	if (at >= 0 && d->g.cells[22 * 80 + 2 + at].ch != 'v')
		fail_msg("%s: '%s': the mark is not at %d: '%s'", p->name, text, at, desk_row(d, 22));
	assert_int_equal(ui_view(d->ui)->list->n - ui_view(d->ui)->list->fixed, n);
	desk_press(d, "<Esc>");
	assert_false(d->ui->typing);
	assert_int_equal(passed(d, &all), n);
}

/* Ten thousand characters, and then what is begun is put right. */
static void
check_long(const struct place *p, struct desk *d)
{
	struct ui_request q;
	size_t all, n = passed(d, &all);

	desk_press(d, "/<C-u>");
	for (size_t i = 0; i < 10000; i++)
		q = desk_key(d, i % 50 == 49 ? ' ' : i % 7 ? 'x' : 0xe9);
	desk_press(d, "<Enter>");
	assert_int_equal(q.kind, UI_REQUEST_NONE);
	if (!d->ui->typing || !said_above(d, "at most 120 bytes"))
		fail_msg("%s: 10,000 characters are taken: '%s'", p->name, desk_row(d, 22));
	assert_int_equal(ui_view(d->ui)->list->n - ui_view(d->ui)->list->fixed, n);
	desk_press(d, "<C-u>");
	desk_filter(d, p->word);
	assert_int_equal(passed(d, &all), n);
}

static void
what_is_no_filter_is_said_where_it_is_wrong_and_nothing_is_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLACES; i++) {
		struct desk *d = go(&places[i]);
		const struct view *v = ui_view(d->ui);
		const struct expr_name *name;
		char text[200], says[120];
		size_t k = 0;

		desk_filter(d, places[i].word);
		for (size_t h = 0; h < sizeof hostile / sizeof *hostile; h++)
			if (!hostile[h].of_names || !ui_own(v) || ui_own(v)->n)
				check_hostile(&places[i], d, hostile[h].text, hostile[h].at, hostile[h].says);
		check_long(&places[i], d);
		/* No number is compared with a unit that is not its own, no text by its size. */
		while ((name = filter_next_name(ui_filter_scope(v), ui_own(v), &k, NULL))) {
			const char *unit = name->unit == EXPR_MS ? "5%" : name->unit == EXPR_ANY ? "5parsec" : "5ms";

			snprintf(text, sizeof text, "a %s>%s", name->name, unit);
			snprintf(says, sizeof says, "%s", name->unit == EXPR_TEXT ? "only = and !="
							  : name->nwords	      ? "is no word of"
										      : "has a unit that");
			check_hostile(&places[i], d, text,
			    name->unit == EXPR_TEXT ? 2 : 3 + (int)strlen(name->name), says);
		}
		desk_close(d);
	}
}

/* ---- the contract of sorting ------------------------------------------------------------------- */

/* Of the table whose head begins in that row: where the triangle of the sorted column stands; -1: nowhere. */
static int
sort_mark(const struct desk *d, bool elsewhere, uint32_t *ch)
{
	for (int i = 2 * d->g.cols; i < (elsewhere ? 3 : d->g.rows / 2) * d->g.cols; i++) {
		const struct cell *c = &d->g.cells[i];
		bool alone = i > 0 && c[-1].ch == ' ' && c[1].ch == ',';

		if ((elsewhere ? alone : c->role == ROLE_HEADER) && (c->ch == '^' || c->ch == 'v')) {
			*ch = c->ch;
			return i % d->g.cols;
		}
	}
	return -1;
}

static size_t
sort_count(const struct desk *d)
{
	size_t n = 0;

	while (ui_sorts(ui_view(d->ui))[n].name)
		n++;
	return n;
}

/* From elsewhere, and from a new view of the same screen. */
static void
check_kept(const struct place *p, struct desk *d)
{
	enum screen_id id = ui_view(d->ui)->screen->id;
	uint32_t ch = 0, again = 0;
	int col;

	desk_press(d, ">r");
	while ((col = sort_mark(d, p->elsewhere, &ch)) < 0)
		desk_press(d, ">r");
	desk_press(d, id == SCREEN_SETUP ? "a<Esc>" : "S<Esc>");
	assert_true(sort_mark(d, p->elsewhere, &again) == col && again == ch);
	if (id == SCREEN_FLEET || !p->keys)
		return;
	desk_press(d, "0<Esc>");
	/* Of two moments the first is pinned already. */
	desk_press(d, id == SCREEN_COMPARE ? "<Enter>c" : p->keys);
	if (id != ui_view(d->ui)->screen->id || sort_mark(d, p->elsewhere, &again) != col || again != ch)
		fail_msg("%s: the order is forgotten", p->name);
}

/* A sort puts a mark at its column, if that has room, reversing turns it, and all around is where one began. */
static void
every_list_is_sorted_by_each_of_its_columns_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLACES; i++) {
		struct desk *d = go(&places[i]);
		size_t marked = 0, steps = 0;
		uint32_t ch = 0, turned = 0;
		bool elsewhere = places[i].elsewhere;

		if (!keymap_works(ACTION_SORT_RIGHT, ui_view(d->ui)->screen->id)) {
			assert_int_equal(ui_view(d->ui)->screen->id, SCREEN_HELP);
			desk_close(d);
			continue;
		}
		assert_int_equal(sort_mark(d, elsewhere, &ch), -1);
		desk_press(d, ">");
		for (; desk_row_shows(d, 23, "sorted by") && steps < 20; steps++) {
			int col = sort_mark(d, elsewhere, &ch);

			desk_press(d, "r");
			assert_true(desk_row_shows(d, 23, ", reversed"));
			assert_true(col < 0 || (sort_mark(d, elsewhere, &turned) == col && ch != turned));
			marked += col >= 0;
			desk_press(d, "r>");
		}
		if (marked < 2 || steps + 1 != sort_count(d) || !desk_row_shows(d, 23, "in its own order"))
			fail_msg("%s: %zu columns are marked in %zu steps", places[i].name, marked, steps);
		assert_int_equal(sort_mark(d, elsewhere, &ch), -1);
		desk_press(d, "<lt>");
		assert_true(desk_row_shows(d, 23, "sorted by"));
		check_kept(&places[i], d);
		desk_close(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_list_is_sorted_by_each_of_its_columns_and_back),
	    cmocka_unit_test(every_list_takes_words_and_comparisons_and_says_what_is_wrong),
	    cmocka_unit_test(the_walk_goes_to_every_screen_that_has_a_filter),
	    cmocka_unit_test(names_of_screens_are_in_the_document),
	    cmocka_unit_test(each_example_of_the_grammar_is_a_filter_and_stands_in_the_document),
	    cmocka_unit_test(what_is_no_filter_is_said_where_it_is_wrong_and_nothing_is_lost),
	};

	return cmocka_run_group_tests_name("filter_walk", tests, NULL, free_scenes);
}
