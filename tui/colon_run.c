/*
 * What commands do, as far as that is on the screen; what the program has to do becomes a request. A row here is all
 * that a new command needs.
 */
#include <stdio.h>
#include <string.h>

#include "core/duration.h"
#include "core/limits.h"
#include "core/nearest.h"
#include "tui/export.h"
#include "tui/screen.h"
#include "tui/theme_lookup.h"
#include "tui/timearg.h"
#include "widgets/table.h"

/* A word that is none of the names that there are: the nearest of those, else all of them. */
static int
fault_word(struct slice word, const char *what, const char *const *names, size_t n, struct err *err)
{
	char list[160] = "";
	struct nearest near;
	const char *best;
	size_t at = 0;

	nearest_init(&near, word);
	for (size_t i = 0; i < n; i++) {
		nearest_offer(&near, names[i]);
		if (at < sizeof list)
			at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", at ? ", " : "", names[i]);
	}
	best = nearest_name(&near);
	if (best)
		return err_set(err, ERR_USAGE, "no %s '%.*s'; did you mean '%s'?", what,
		    (int)(word.n < 40 ? word.n : 40), word.p, best);
	return err_set(err, ERR_USAGE, "no %s '%.*s'; there are %s", what, (int)(word.n < 40 ? word.n : 40), word.p,
	    list);
}

static void
offer_all(struct colon_offers *o, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		colon_offer(o, slice_of(names[i]));
}

static bool
find_word(struct slice word, const char *const *names, size_t n, size_t *at)
{
	for (*at = 0; *at < n; ++*at)
		if (slice_is(word, names[*at]))
			return true;
	return false;
}

/* The model that the screen is about; SIZE_MAX: none. Of Help it is a screen. */
static size_t
model_here(const struct ui *ui)
{
	const struct view *v = &ui->views[ui->depth - 1];

	return v->screen->id == SCREEN_HELP ? SIZE_MAX : v->model;
}

/* ---- goto --------------------------------------------------------------------------------------------------------
 */

static const char *const places[] = {
    "fleet", "alerts", "sources", "events", "versions", "baseline", "timeline", "setup", "help"};
#define PLACES (sizeof places / sizeof *places)

static int
go_of_model(struct colon_call *c, const struct screen *screen, const char *title, struct err *err)
{
	size_t model = model_here(c->ui);

	if (model == SIZE_MAX)
		return err_set(err, ERR_USAGE, "of which model? Go to one first");
	ui_push(c->ui, screen, model, SIZE_MAX, slice_of(title));
	return 0;
}

static int
go_to_place(struct colon_call *c, size_t place, struct err *err)
{
	struct ui *ui = c->ui;

	switch (place) {
	case 0:
		ui_to_fleet(ui);
		break;
	case 1:
		ui_push(ui, &screen_alerts, SIZE_MAX, SIZE_MAX, slice_of("alerts"));
		break;
	case 2:
		ui_push(ui, &screen_sources, SIZE_MAX, SIZE_MAX, slice_of("sources"));
		break;
	case 3:
		return go_of_model(c, &screen_events, "events", err);
	case 4:
		return go_of_model(c, &screen_versions, "versions", err);
	case 5:
		return go_of_model(c, &screen_choose, "baseline", err);
	case 6:
		ui_push(ui, &screen_timeline, model_here(ui), SIZE_MAX, slice_of("timeline"));
		break;
	case 7:
		ui_push(ui, &screen_inforce, SIZE_MAX, SIZE_MAX, slice_of("setup"));
		break;
	default:
		ui_open_help(ui);
		break;
	}
	return 0;
}

static size_t
find_model(const struct store *s, struct slice name)
{
	size_t n = store_model_count(s), i = 0;

	while (i < n && !slice_eq(store_model_name(s, i), name))
		i++;
	return i < n ? i : SIZE_MAX;
}

/* SIZE_MAX: the model has no such input or output. */
static size_t
find_feature(const struct store *s, size_t model, struct slice name)
{
	size_t feature = figures_feature_find(s, model, name);
	struct model_figures f;

	figures_model_brief(s, model, WINDOW_AUTO, &f);
	return feature < f.inputs + f.outputs ? feature : SIZE_MAX;
}

static int
fault_feature(const struct colon_call *c, size_t model, struct slice name, struct err *err)
{
	struct model_figures f;
	struct nearest near;
	char held[320], best[320] = "";

	nearest_init(&near, name);
	figures_model_brief(c->store, model, WINDOW_AUTO, &f);
	for (size_t i = 0; i < f.inputs + f.outputs; i++) {
		struct feature_figures one;

		figures_feature_brief(c->store, model, i, WINDOW_AUTO, &one);
		snprintf(held, sizeof held, "%.*s", (int)one.name.n, one.name.p);
		nearest_offer(&near, held);
		if (near.best == held) {
			memcpy(best, held, sizeof best);
			near.best = best;
		}
	}
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "no input or output '%.*s'; did you mean '%s'?",
		    (int)(name.n < 60 ? name.n : 60), name.p, best);
	return err_set(err, ERR_USAGE, "no input or output '%.*s' of this model; Tab lists them",
	    (int)(name.n < 60 ? name.n : 60), name.p);
}

static int
go_to_model(struct colon_call *c, size_t model, struct slice feature, struct err *err)
{
	size_t index = feature.n ? find_feature(c->store, model, feature) : SIZE_MAX;

	if (feature.n && index == SIZE_MAX)
		return fault_feature(c, model, feature, err);
	ui_to_fleet(c->ui);
	ui_push(c->ui, &screen_model, model, SIZE_MAX, store_model_name(c->store, model));
	if (feature.n)
		ui_push(c->ui, &screen_feature, model, index, feature);
	return 0;
}

static int
go_to_time(struct colon_call *c, const char *text, struct err *err)
{
	struct ui *ui = c->ui;
	int64_t to_ms;
	int rc = ui_time_parse(ui, text, &to_ms, err);

	if (rc)
		return rc;
	if (!ui->past && !ui->options.flight)
		return err_set(err, ERR_USAGE, "nothing is kept to go back to here");
	*c->request = (struct ui_request){
	    .kind = UI_REQUEST_TIME, .time = UI_TIME_JUMP, .to_ms = to_ms, .utc_offset_ms = ui_offset_ms(ui)};
	return 0;
}

static int
fault_place(const struct colon_call *c, struct slice word, struct err *err)
{
	struct nearest near;
	char held[320], best[320] = "";
	size_t n = store_model_count(c->store);

	nearest_init(&near, word);
	for (size_t i = 0; i < PLACES + n; i++) {
		struct slice name = i < PLACES ? slice_of(places[i]) : store_model_name(c->store, i - PLACES);

		snprintf(held, sizeof held, "%.*s", (int)name.n, name.p);
		nearest_offer(&near, held);
		if (near.best == held) {
			memcpy(best, held, sizeof best);
			near.best = best;
		}
	}
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "no screen, model or time '%.*s'; did you mean '%s'?",
		    (int)(word.n < 60 ? word.n : 60), word.p, best);
	return err_set(err, ERR_USAGE, "'%.*s' is no screen, no model, no MODEL/INPUT and no time such as 14:05",
	    (int)(word.n < 60 ? word.n : 60), word.p);
}

/* Screens first, then models, MODEL/FEATURE at the last bar that makes one. False: it is none of them. */
static bool
go_to_named(struct colon_call *c, struct slice word, int *rc, struct err *err)
{
	size_t place, model;

	if (find_word(word, places, PLACES, &place)) {
		*rc = go_to_place(c, place, err);
		return true;
	}
	model = find_model(c->store, word);
	if (model != SIZE_MAX) {
		*rc = go_to_model(c, model, slice_of(""), err);
		return true;
	}
	for (size_t i = word.n; i-- > 1;) {
		if (word.p[i] != '/')
			continue;
		model = find_model(c->store, slice_make(word.p, i));
		if (model == SIZE_MAX)
			continue;
		c->at += i + 1 + (c->line->text[c->at] == '"');
		*rc = go_to_model(c, model, slice_make(word.p + i + 1, word.n - i - 1), err);
		return true;
	}
	return false;
}

int
colon_goto(struct ui *ui, const struct store *s, struct slice place, struct err *err)
{
	const struct colon_line line = {.text = place.p};
	struct ui_request none = {.kind = UI_REQUEST_NONE};
	struct colon_call c = {ui, s, &line, &none, 0};
	int rc = 0;

	if (place.n == 0 || go_to_named(&c, place, &rc, err))
		return rc;
	return fault_place(&c, place, err);
}

/* MODEL INPUT is as good as MODEL/INPUT; what is none of these is a time. */
static int
run_goto(struct colon_call *c, struct err *err)
{
	struct slice word = c->line->word[1], rest = colon_rest(c->line, 1);
	char text[PROMPT_BYTES + 1];
	size_t model;
	int rc = 0;

	model = c->line->n > 2 ? find_model(c->store, word) : SIZE_MAX;
	if (model != SIZE_MAX) {
		c->at = c->line->from[2];
		return go_to_model(c, model, c->line->word[2], err);
	}
	if ((c->line->n == 2 || !find_word(word, places, PLACES, &model)) && go_to_named(c, word, &rc, err))
		return rc;
	snprintf(text, sizeof text, "%.*s", (int)rest.n, rest.p);
	if (strpbrk(text, "0123456789") || slice_is(rest, "start") || slice_is(rest, "end"))
		return go_to_time(c, text, err);
	return fault_place(c, word, err);
}

static void
offer_features(const struct store *s, size_t model, struct slice before, struct colon_offers *o)
{
	struct model_figures f;

	figures_model_brief(s, model, WINDOW_AUTO, &f);
	for (size_t i = 0; i < f.inputs + f.outputs; i++) {
		struct feature_figures one;
		char name[2 * LIMIT_NAME_BYTES + 8];

		figures_feature_brief(s, model, i, WINDOW_AUTO, &one);
		snprintf(name, sizeof name, "%.*s%s%.*s", (int)before.n, before.p, before.n ? "/" : "", (int)one.name.n,
		    one.name.p);
		colon_offer(o, slice_of(name));
	}
}

static void
complete_goto(const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	size_t model;

	(void)ui;
	if (i == 2 && (model = find_model(s, l->word[1])) != SIZE_MAX)
		offer_features(s, model, slice_of(""), o);
	if (i != 1)
		return;
	for (size_t k = o->prefix.n; k-- > 1;)
		if (o->prefix.p[k] == '/' && (model = find_model(s, slice_make(o->prefix.p, k))) != SIZE_MAX)
			offer_features(s, model, slice_make(o->prefix.p, k), o);
	offer_all(o, places, PLACES);
	for (size_t k = 0; k < store_model_count(s); k++)
		colon_offer(o, store_model_name(s, k));
}

/* ---- the list: sort, filter ------------------------------------------------------------------------------------- */

static int
run_sort(struct colon_call *c, struct err *err)
{
	struct view *v = ui_view(c->ui);
	const struct screen *screen = v->screen;
	const char *names[TABLE_COLUMNS_MAX];
	size_t at, n = 0;

	if (!screen->sorts)
		return c->at = 0, err_set(err, ERR_USAGE, "nothing is sorted on this screen: it has no list");
	for (; n < TABLE_COLUMNS_MAX && screen->sorts[n].name; n++)
		names[n] = screen->sorts[n].name;
	if (!find_word(c->line->word[1], names, n, &at))
		return fault_word(c->line->word[1], "column", names, n, err);
	if (c->line->n > 2 && !slice_is(c->line->word[2], "reverse")) {
		static const char *const reverse[] = {"reverse"};

		c->at = c->line->from[2];
		return fault_word(c->line->word[2], "order", reverse, 1, err);
	}
	ui_sort(v, at, c->line->n > 2);
	return 0;
}

static void
complete_sort(const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	const struct screen *screen = ui->views[ui->depth - 1].screen;

	(void)s;
	(void)l;
	for (size_t k = 0; i == 1 && screen->sorts && screen->sorts[k].name; k++)
		colon_offer(o, slice_of(screen->sorts[k].name));
	if (i == 2)
		colon_offer(o, slice_of("reverse"));
}

static int
run_filter(struct colon_call *c, struct err *err)
{
	struct view *v = ui_view(c->ui);
	struct slice text = colon_rest(c->line, 1);
	struct filter was = v->filter;

	if (!keymap_works(ACTION_FILTER, v->screen->id))
		return c->at = 0, err_set(err, ERR_USAGE, "there is no list on this screen to filter");
	if (text.n > FILTER_BYTES)
		return err_set(err, ERR_USAGE, "is longer than %d bytes", FILTER_BYTES);
	filter_set(&v->filter, text, v->screen->rows);
	v->reorder = v->stale = true;
	if (!v->filter.wrong)
		return 0;
	c->at = c->line->from[1] + v->filter.at;
	err_set(err, ERR_USAGE, "%s", v->filter.why);
	v->filter = was;
	return ERR_USAGE;
}

static void
complete_filter(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	unsigned rows = ui->views[ui->depth - 1].screen->rows;

	(void)s;
	(void)l;
	(void)i;
	for (size_t k = 0; k < METRIC_COUNT; k++)
		if (metric_rows[k].scopes & rows)
			colon_offer(o, slice_of(metric_rows[k].name.name));
}

/* ---- alerts ------------------------------------------------------------------------------------------------------
 */

/* The worst that fires of what the screen is about; on the list of alerts the one under the cursor. */
static uint64_t
alert_here(struct colon_call *c)
{
	struct ui *ui = c->ui;
	struct view *v = ui_view(ui);
	const struct alerts *all = store_alerts(c->store);
	const struct alert *best = NULL;

	if (v->screen->alert)
		return v->screen->alert(v);
	for (size_t i = 0; i < all->n; i++) {
		const struct alert *al = all->list[i];

		if (al->state != ALERT_FIRING || model_here(ui) == SIZE_MAX || al->model != v->model)
			continue;
		if (v->feature != SIZE_MAX && !slice_is(al->key.feature, v->title))
			continue;
		if (!best || al->severity > best->severity ||
		    (al->severity == best->severity && al->fired_ms > best->fired_ms))
			best = al;
	}
	return best ? best->id : 0;
}

static int
run_silence(struct colon_call *c, struct err *err)
{
	struct ui *ui = c->ui;
	struct ui_request *r = c->request;
	struct slice reason = {NULL, 0};
	uint64_t alert = alert_here(c);
	struct err why = {0};
	int64_t to_ms;

	if (!alert)
		return c->at = 0, err_set(err, ERR_USAGE, "no alert here: choose one, or go to a model with one");
	if (ui->past)
		return c->at = 0, err_set(err, ERR_USAGE, "this is the past: silence it where it is live");
	if (duration_parse(colon_rest(c->line, 1), ui->now_ms, ui_offset_ms(ui), &to_ms, &reason, &why))
		return err_set(err, ERR_USAGE, "%s", why.msg);
	*r = (struct ui_request){.kind = UI_REQUEST_SILENCE,
	    .alert = alert,
	    .to_ms = to_ms == DURATION_UNTIL_CLEAR ? ALERT_UNTIL_CLEAR : to_ms};
	snprintf(r->by, sizeof r->by, "%s", ui->options.user);
	snprintf(r->reason, sizeof r->reason, "%.*s", (int)(reason.n < 119 ? reason.n : 119), reason.n ? reason.p : "");
	ui_say(ui, "silenced");
	ui_view(ui)->stale = true;
	return 0;
}

/* ---- what is shown, and how --------------------------------------------------------------------------------------
 */

static int
set_window(struct colon_call *c, struct slice word, struct err *err)
{
	enum window w = window_find(word);

	if (w == WINDOW_COUNT)
		return fault_word(word, "window", window_names, WINDOW_COUNT, err);
	ui_set_window(c->ui, w);
	return 0;
}

static int
set_theme(struct colon_call *c, struct slice word, struct err *err)
{
	struct ui_request r = {.kind = UI_REQUEST_THEME};
	struct theme_names t;
	size_t at;

	snprintf(r.reason, sizeof r.reason, "%.*s", (int)word.n, word.p);
	theme_names_read(&t, c->ui->options.env);
	if (!theme_lookup_is_path(r.reason) && !find_word(word, t.names, t.n, &at))
		return fault_word(word, "theme", t.names, t.n, err);
	*c->request = r;
	return 0;
}

static void
offer_theme(void *ctx, const char *name, const char *about, bool wrong)
{
	(void)about;
	(void)wrong;
	colon_offer(ctx, slice_of(name));
}

static void
offer_themes(const struct ui *ui, struct colon_offers *o)
{
	theme_lookup_each(ui->options.env, offer_theme, o);
}

static const char *const on_off[] = {"on", "off"};

static int
set_utc(struct colon_call *c, struct slice word, struct err *err)
{
	size_t at;

	if (!find_word(word, on_off, 2, &at))
		return fault_word(word, "value", on_off, 2, err);
	c->ui->utc = at == 0;
	return 0;
}

static int
set_bell(struct colon_call *c, struct slice word, struct err *err)
{
	size_t at;

	if (!find_word(word, on_off, 2, &at))
		return fault_word(word, "value", on_off, 2, err);
	*c->request = (struct ui_request){.kind = UI_REQUEST_BELL, .follow = at == 0};
	return 0;
}

static const char *const glyph_names[] = {"ascii", "console", "blocks", "braille"};

static int
set_glyphs(struct colon_call *c, struct slice word, struct err *err)
{
	size_t at;

	if (!find_word(word, glyph_names, 4, &at))
		return fault_word(word, "glyphs", glyph_names, 4, err);
	*c->request = (struct ui_request){.kind = UI_REQUEST_GLYPHS, .file = at};
	return 0;
}

static const struct setting {
	const char *name;
	int (*set)(struct colon_call *c, struct slice word, struct err *err);
	const char *const *values; /* NULL: themes */
	size_t nvalues;
} settings[] = {
    {"bell", set_bell, on_off, 2},
    {"glyphs", set_glyphs, glyph_names, 4},
    {"theme", set_theme, NULL, 0},
    {"utc", set_utc, on_off, 2},
    {"window", set_window, window_names, WINDOW_COUNT},
};

#define SETTINGS (sizeof settings / sizeof *settings)

static int
run_set(struct colon_call *c, struct err *err)
{
	const char *names[SETTINGS];
	size_t at;

	for (size_t i = 0; i < SETTINGS; i++)
		names[i] = settings[i].name;
	if (!find_word(c->line->word[1], names, SETTINGS, &at))
		return fault_word(c->line->word[1], "setting", names, SETTINGS, err);
	c->at = c->line->from[2];
	return settings[at].set(c, c->line->word[2], err);
}

static void
complete_set(const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)s;
	for (size_t k = 0; k < SETTINGS; k++) {
		if (i == 1)
			colon_offer(o, slice_of(settings[k].name));
		else if (i == 2 && slice_is(l->word[1], settings[k].name) && settings[k].values)
			offer_all(o, settings[k].values, settings[k].nvalues);
		else if (i == 2 && slice_is(l->word[1], settings[k].name))
			offer_themes(ui, o);
	}
}

static int
run_theme(struct colon_call *c, struct err *err)
{
	return set_theme(c, c->line->word[1], err);
}

static void
complete_theme(const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)s;
	(void)l;
	(void)i;
	offer_themes(ui, o);
}

static int
run_window(struct colon_call *c, struct err *err)
{
	return set_window(c, c->line->word[1], err);
}

static void
complete_window(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)ui;
	(void)s;
	(void)l;
	(void)i;
	offer_all(o, window_names, WINDOW_COUNT);
}

/* ---- what the program does ---------------------------------------------------------------------------------------
 */

static int
run_export(struct colon_call *c, struct err *err)
{
	static const char *const parts[] = {"screen", "panel"};
	struct slice path = c->line->word[1];
	size_t part = 0;

	if (export_format_of_file(path) == EXPORT_FORMAT_COUNT)
		return err_set(err, ERR_USAGE, "the ending says what is written: .txt, .ansi or .svg");
	if (c->line->n > 2 && !find_word(c->line->word[2], parts, 2, &part)) {
		c->at = c->line->from[2];
		return fault_word(c->line->word[2], "part", parts, 2, err);
	}
	if (part == 1 && !ui_view(c->ui)->screen->panels)
		return c->at = c->line->from[2], err_set(err, ERR_USAGE, "this screen has no panels");
	*c->request = (struct ui_request){.kind = UI_REQUEST_EXPORT, .follow = part == 1};
	snprintf(c->request->reason, sizeof c->request->reason, "%.*s", (int)path.n, path.p);
	return 0;
}

static void
complete_export(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)s;
	(void)l;
	if (i == 2 && ui->views[ui->depth - 1].screen->panels)
		colon_offer(o, slice_of("panel"));
	if (i == 2)
		colon_offer(o, slice_of("screen"));
}

static int
run_help(struct colon_call *c, struct err *err)
{
	const struct colon_row *row;
	char say[160];

	if (c->line->n == 1) {
		ui_open_help(c->ui);
		return 0;
	}
	row = colon_find(c->line->word[1], err);
	if (!row)
		return ERR_USAGE;
	snprintf(say, sizeof say, ":%s%s%s: %s", row->name, row->args[0] ? " " : "", row->args, row->about);
	ui_say(c->ui, say);
	return 0;
}

static void
complete_help(const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)ui;
	(void)s;
	(void)l;
	for (size_t k = 0; i == 1 && k < colon_row_count; k++)
		colon_offer(o, slice_of(colon_rows[k].name));
}

static int
run_quit(struct colon_call *c, struct err *err)
{
	(void)err;
	c->request->kind = UI_REQUEST_QUIT;
	return 0;
}

static int
run_baseline(struct colon_call *c, struct err *err)
{
	c->at = 0;
	return go_of_model(c, &screen_choose, "baseline", err);
}

static int
run_as(struct colon_call *c, struct err *err)
{
	struct ui *ui = c->ui;
	size_t n = c->line->n, model = model_here(ui), role;
	struct slice name = n > 2 ? c->line->word[1] : slice_of(ui_view(ui)->title), word = c->line->word[n - 1];

	if (model == SIZE_MAX)
		return c->at = 0, err_set(err, ERR_USAGE, "of which model? Go to one first");
	if (n == 2 && ui_view(ui)->feature == SIZE_MAX)
		return err_set(err, ERR_USAGE, "of which input? :as INPUT ROLE, or go to one first");
	if (find_feature(c->store, model, name) == SIZE_MAX)
		return fault_feature(c, model, name, err);
	c->at = c->line->from[n - 1];
	if (!find_word(word, feature_role_names, FROLE_COUNT, &role))
		return fault_word(word, "role", feature_role_names, FROLE_COUNT, err);
	if (ui->past)
		return c->at = 0, err_set(err, ERR_USAGE, "this is the past: what an input is can be said live alone");
	*c->request = (struct ui_request){.kind = UI_REQUEST_ROLE, .model = model, .file = role};
	snprintf(c->request->reason, sizeof c->request->reason, "%.*s", (int)name.n, name.p);
	return 0;
}

static void
complete_as(const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)l;
	if (i == 2 || (i == 1 && ui->views[ui->depth - 1].feature != SIZE_MAX))
		offer_all(o, feature_role_names, FROLE_COUNT);
	if (i == 1 && model_here(ui) != SIZE_MAX)
		offer_features(s, model_here(ui), slice_of(""), o);
}

static int
run_save(struct colon_call *c, struct err *err)
{
	(void)err;
	*c->request = (struct ui_request){.kind = UI_REQUEST_CONFIG};
	return 0;
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

const struct colon_row colon_rows[] = {
    {"as", "[INPUT] ROLE", "what an input is: value, id, counter, text", 1, 2, run_as, complete_as},
    {"baseline", "", "choose what this model is held against", 0, 0, run_baseline, NULL},
    {"export", "FILE [panel]", "the screen as .txt, .ansi, .svg; a new file", 1, 2, run_export,
	complete_export},
    {"filter", "EXPRESSION", "rows that pass; without one, all of them", 0, SIZE_MAX - 1, run_filter, complete_filter},
    {"goto", "PLACE", "alerts, MODEL, MODEL/INPUT, 14:05, -15m", 1, 4, run_goto, complete_goto},
    {"help", "[COMMAND]", "keys and commands", 0, 1, run_help, complete_help},
    {"quit", "", "quit at once", 0, 0, run_quit, NULL},
    {"save", "", "what was changed here, into the config file", 0, 0, run_save, NULL},
    {"set", "NAME VALUE", "bell, glyphs, theme, utc, window", 2, 2, run_set, complete_set},
    {"silence", "TIME [REASON]", "the alert here: 2h why, until mon 08:00", 1, SIZE_MAX - 1, run_silence, NULL},
    {"sort", "COLUMN [reverse]", "the list by a column", 1, 2, run_sort, complete_sort},
    {"theme", "NAME", "other colours", 1, 1, run_theme, complete_theme},
    {"window", "NAME", "of drift figures: auto, 5m, 1h, 24h, all", 1, 1, run_window, complete_window},
};

const size_t colon_row_count = sizeof colon_rows / sizeof *colon_rows;
