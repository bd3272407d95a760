/*
 * Setup: what is in force and who said so, to read. What the command line says wins over the file, the file over the
 * defaults; rules are those that the store goes by.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/limits.h"
#include "core/model.h"
#include "tui/columns.h"
#include "tui/options.h"
#include "tui/part.h"
#include "tui/settings.h"
#include "tui/theme_lookup.h"

#define NAME_COLS 18
#define FROM_COLS 16

struct setup_line {
	bool heading;
	struct slice name, value, from;
};

struct setup_state {
	struct setup_line *lines; /* in the arena */
	size_t n, cap;
	size_t top, body;
};

struct setup {
	struct setup_state *st;
	struct arena *arena;
	const struct options *o;
	const struct config *c; /* NULL: none was read */
};

#define ROLES_MAX  2000 /* lines of them: more is nothing that anybody reads */

/* ---- collecting -------------------------------------------------------------------------------- */

static void
put(const struct setup *u, struct setup_line line)
{
	if (u->st->lines && u->st->n < u->st->cap)
		u->st->lines[u->st->n++] = line;
}

static void
head(const struct setup *u, const char *name)
{
	put(u, (struct setup_line){.heading = true, .name = slice_of(name)});
}

static void
say(const struct setup *u, const char *name, struct slice value, const char *from)
{
	put(u, (struct setup_line){.name = arena_text(u->arena, slice_of(name)),
	    .value = arena_text(u->arena, value),
	    .from = arena_text(u->arena, slice_of(from))});
}

/* Who has said it: the command line, the file, nobody. */
static const char *
from(const struct setup *u, enum option_id id, bool in_file)
{
	if (u->o && u->o->given[id])
		return "command line";
	return in_file ? "configuration" : "default";
}

static void
say_sources(const struct setup *u, const struct ui *ui, const struct store *s)
{
	const char *who = u->o && u->o->noperands > 0 ? "command line" : "default";

	head(u, "What is read");
	say(u, "endpoint", slice_of(ui->options.endpoint), who);
	for (size_t i = 0; i < store_source_count(s); i++)
		say(u, i ? "" : "sources", store_source(s, i)->url, who);
	if (store_source_count(s) == 0)
		say(u, "sources", slice_of(ui->options.endpoint), who);
	for (size_t i = 0; u->o && i < u->o->nstreams; i++)
		say(u, i ? "" : "streams", slice_of(u->o->streams[i]), "command line");
	if (!u->o || u->o->nstreams > 0)
		return;
	for (size_t i = 0; u->c && i < u->c->nstreams; i++)
		say(u, i ? "" : "streams", slice_of(u->c->streams[i]), "configuration");
	if (!u->c || u->c->nstreams == 0)
		say(u, "streams", slice_of("ml:* model:*"), "default");
}

static void
say_files(const struct setup *u, const struct store *s)
{
	static const char *const keeping[STATE_KEEPINGS] = {
	    "nothing is kept", "kept", "another keeps it", "cannot be written"};
	const struct fact_state *state = store_state(s);
	const struct fact_recording *rec = store_recording(s);
	char text[48];

	head(u, "Files");
	say(u, "configuration", slice_of(u->c && u->c->path ? u->c->path : "none"), from(u, OPTION_CONFIG, false));
	say(u, "state", state->directory.n ? state->directory : slice_of("none"), keeping[state->keeping]);
	say(u, "recording", rec->path.n ? rec->path : slice_of("none"),
	    u->c && u->c->record_dir ? "configuration" : "default");
	if (u->o && !isnan(u->o->number[OPTION_FLIGHT]))
		snprintf(text, sizeof text, "%.0f MiB", u->o->number[OPTION_FLIGHT]);
	else
		snprintf(text, sizeof text, "%llu MiB",
		    (unsigned long long)(u->c ? u->c->flight_mib : CONFIG_FLIGHT_MIB));
	say(u, "flight recorder", slice_of(text),
	    from(u, OPTION_FLIGHT, u->c && u->c->flight_mib != CONFIG_FLIGHT_MIB));
}

/* What is in force, which :theme may have changed; what was asked for where no terminal says so. */
static void
say_theme(const struct setup *u, const struct ui *ui)
{
	const char *asked = u->o ? settings_theme(u->o) : NULL, *is = ui->terminal.theme;
	char text[320];

	if (asked && (!is || strcmp(asked, is) == 0 || theme_lookup_is_path(asked))) {
		say(u, "theme", slice_of(asked), from(u, OPTION_THEME, u->c && u->c->theme));
		return;
	}
	snprintf(text, sizeof text, "%s%sby the terminal's background", is ? is : "", is ? ", " : "");
	if (asked)
		say(u, "theme", slice_of(is), "changed here");
	else
		say(u, "theme", slice_of(text), "default");
}

static void
say_terminal(const struct setup *u, const struct ui *ui)
{
	static const char *const glyphs[] = {[GLYPHS_ASCII] = "ascii",
	    [GLYPHS_CONSOLE] = "console",
	    [GLYPHS_BLOCKS] = "blocks",
	    [GLYPHS_BRAILLE] = "braille"};
	const struct ui_terminal *t = &ui->terminal;
	char text[160], colors[32] = "no colour";

	if (t->rows == 0) {
		say(u, "terminal", slice_of("none: this is a picture"), "");
		return;
	}
	if (t->colors)
		snprintf(colors, sizeof colors, "%d colours", t->colors);
	snprintf(text, sizeof text, "%s%s%s, %d x %d, %s, %s%s", t->type[0] ? t->type : "TERM is not set",
	    t->as[0] ? " taken for " : "", t->as, t->cols, t->rows, colors, t->utf8 ? "UTF-8" : "no UTF-8",
	    t->answers ? "" : ", does not answer");
	say(u, "terminal", slice_of(text), "found");
	say(u, "glyphs", slice_of(glyphs[t->glyphs]), from(u, OPTION_GLYPHS, false));
	if (ui->link[0][0])
		say(u, "link", slice_of(ui->link[0]), "found");
}

/* Only those that are somebody's choice. */
static void
say_columns(const struct setup *u, const struct ui *ui)
{
	char text[320], list[360];
	size_t said = 0;

	for (int i = 0; i < SCREEN_COUNT; i++) {
		if (ui->orders[i].n == 0)
			continue;
		snprintf(list, sizeof list, "%s: %s", screens[i]->name,
		    columns_text(screens[i], &ui->orders[i], text, sizeof text));
		say(u, said++ ? "" : "columns", slice_of(list),
		    ui->reordered >> i & 1 ? "changed here" : "configuration");
	}
}

static void
say_screen(const struct setup *u, const struct ui *ui)
{
	head(u, "Screen");
	say_theme(u, ui);
	say_terminal(u, ui);
	say(u, "window", slice_of(window_names[ui->window]),
	    u->o && ui->window != settings_window(u->o) ? "changed here"
						       : from(u, OPTION_WINDOW, u->c && u->c->has_window));
	say(u, "times", slice_of(ui->utc ? "UTC" : ui->options.zone),
	    ui->utc != ui->options.utc ? "changed here" : from(u, OPTION_UTC, false));
	if (u->c && u->c->nbinds) {
		char text[32];

		snprintf(text, sizeof text, "%zu changed", u->c->nbinds);
		say(u, "keys", slice_of(text), "configuration");
	}
	say_columns(u, ui);
}

/* A limit a line: of two in one the second would be cut. */
static void
say_rule(const struct setup *u, const struct rule *r)
{
	char text[EXPR_BYTES + 120], whom[100] = "";
	const char *name = r->name, *place = r->place ? r->place : "default";

	if (r->model)
		snprintf(whom, sizeof whom, " (%.80s)", r->model);
	if (r->off) {
		snprintf(text, sizeof text, "off%s", whom);
		say(u, name, slice_of(text), place);
		return;
	}
	if (r->has_crit) {
		snprintf(text, sizeof text, "crit %s%s", r->crit.text, whom);
		say(u, name, slice_of(text), place);
		name = "";
	}
	if (r->has_warn) {
		snprintf(text, sizeof text, "warn %s%s", r->warn.text, whom);
		say(u, name, slice_of(text), place);
	}
}

static void
say_alarms(const struct setup *u, const struct store *s)
{
	const struct rules *rules = store_rules(s);
	char text[64];

	head(u, "Alarms");
	snprintf(text, sizeof text, "%.3g false drift alarm%s a week", store_budget(s),
	    store_budget(s) != 1 ? "s" : "");
	say(u, "budget", slice_of(text),
	    store_budget_told(s)		     ? "said here"
	    : store_budget(s) != CONFIG_BUDGET_PER_WEEK ? "configuration"
							 : "default");
	for (size_t i = 0; rules && i < rules->n; i++)
		say_rule(u, &rules->list[i]);
}

static void
say_features(const struct setup *u)
{
	size_t said = 0;

	head(u, "Features");
	for (size_t i = 0; u->c && i < u->c->nfeatures; i++) {
		const struct config_feature *f = &u->c->features[i];
		char text[320];
		size_t n = (size_t)snprintf(text, sizeof text, "%.100s of %.100s:", f->feature, f->model);

		if (f->has_role)
			n += (size_t)snprintf(text + n, sizeof text - n, " role %s", feature_role_names[f->role]);
		if (!isnan(f->watch))
			n += (size_t)snprintf(text + n, sizeof text - n, " watch %.3g", f->watch);
		if (!isnan(f->drift))
			n += (size_t)snprintf(text + n, sizeof text - n, " drift %.3g", f->drift);
		if (f->has_mask)
			snprintf(text + n, sizeof text - n, " %s", f->mask ? "masked" : "not masked");
		say(u, said++ ? "" : "as said", slice_of(text), "configuration");
	}
	for (size_t i = 0; u->c && i < u->c->nmasks; i++)
		say(u, i ? "" : "masks", slice_of(u->c->masks[i]), "configuration");
	if (!said)
		say(u, "roles", slice_of("as guessed from each baseline"), "default");
	if (!u->c || u->c->nmasks == 0)
		say(u, "masks", slice_of("ids and texts"), "default");
}

/* Of one model what each of its inputs is taken for. Nothing before it has a baseline. */
static void
say_roles_of(const struct setup *u, const struct store *s, size_t model)
{
	const struct baseline *b = store_model(s, model)->baseline;
	char name[80], text[LIMIT_NAME_BYTES + 64];
	struct slice of = store_model_name(s, model);

	snprintf(name, sizeof name, "%.*s", (int)(of.n < 60 ? of.n : 60), of.p);
	if (!b)
		say(u, name, slice_of("its inputs are being learned"), "");
	for (size_t i = 0; b && i < b->nfeatures; i++) {
		const struct baseline_feature *f = &b->features[i];
		bool said = config_feature_of(u->c, of, slice_of(f->name)).has_role;

		if (f->output)
			continue;
		snprintf(text, sizeof text, "%s: %s, %s", f->name, feature_role_names[f->role],
		    feature_type_names[f->type]);
		say(u, name, slice_of(text), said ? "configuration" : "guessed");
		name[0] = '\0';
	}
}

/* Of the model that Setup was opened from, else of all of them. */
static void
say_roles(const struct setup *u, const struct ui *ui, const struct view *v, const struct store *s)
{
	char text[120], key[48];

	head(u, "What each input is");
	snprintf(text, sizeof text, "%sas INPUT ROLE at its model, then %ssave",
	    ui_key_name(ui, ACTION_COMMAND, key), ui_key_name(ui, ACTION_COMMAND, key));
	say(u, "to correct one", slice_of(text), "");
	for (size_t i = 0; i < store_model_count(s); i++)
		if (v->model == SIZE_MAX || v->model == i)
			say_roles_of(u, s, i);
}

static void
say_limit(const struct setup *u, const char *name, int limit, const char *of)
{
	char text[80];

	snprintf(text, sizeof text, "%d%s", limit, of);
	say(u, name, slice_of(text), "built in");
}

static void
say_limits(const struct setup *u)
{
	head(u, "Limits");
	say_limit(u, "event", LIMIT_EVENT_BYTES >> 20, " MiB");
	say_limit(u, "stream entry", LIMIT_ENTRY_BYTES >> 20, " MiB");
	say_limit(u, "nesting", LIMIT_NESTING, " levels");
	say_limit(u, "models", LIMIT_MODELS, "");
	say_limit(u, "versions", LIMIT_VERSIONS, " a model");
	say_limit(u, "features", LIMIT_FEATURES, " a model");
	say_limit(u, "names, values", LIMIT_NAME_BYTES, " bytes, the rest is cut");
	say_limit(u, "raw events", LIMIT_RAW_BYTES >> 20, " MiB, all models");
	say_limit(u, "known values", LIMIT_KNOWN_VALUES, " of a categorical input");
	say_limit(u, "waiting labels", LIMIT_LABEL_BYTES >> 20, " MiB, all models");
	say_limit(u, "learned rows", LIMIT_LEARN_ROWS, " of a baseline");
}

static size_t
role_lines(const struct view *v, const struct store *s)
{
	size_t n = 0;

	for (size_t i = 0; i < store_model_count(s); i++)
		if (v->model == SIZE_MAX || v->model == i)
			n += 1 + (store_model(s, i)->baseline ? store_model(s, i)->baseline->nfeatures : 0);
	return n < ROLES_MAX ? n : ROLES_MAX;
}

static void
setup_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct setup_state *st = v->state;
	const struct options *o = ui->options.given;
	const struct setup u = {st, &v->arena, o, o ? o->config : NULL};
	const struct rules *rules = store_rules(s);

	st->n = 0;
	st->cap = 64 + SCREEN_COUNT + role_lines(v, s) + store_source_count(s) + (o ? o->nstreams : 0);
	st->cap += rules ? 2 * rules->n : 0;
	if (u.c)
		st->cap += u.c->nstreams + u.c->nfeatures + u.c->nmasks;
	st->lines = arena_take(&v->arena, st->cap * sizeof *st->lines);
	say_sources(&u, ui, s);
	say_files(&u, s);
	say_screen(&u, ui);
	say_alarms(&u, s);
	say_features(&u);
	say_limits(&u);
	say_roles(&u, ui, v, s);
	v->sentence = slice_of("what is in force, and who said so; config print writes it as a file");
}

/* ---- painting and keys ------------------------------------------------------------------------- */

static void
setup_line(struct grid *g, struct rect r, int row, const struct setup_line *l)
{
	int name = r.cols < 60 ? NAME_COLS - 4 : NAME_COLS, side = r.cols < 60 ? 0 : FROM_COLS;

	if (l->heading) {
		grid_text(g, r, row, 0, ROLE_HEADER, l->name, FIT_ELLIPSIS);
		return;
	}
	grid_text(g, rect_cols(r, 2, name - 3), row, 0, ROLE_MUTED, l->name, FIT_ELLIPSIS);
	grid_text(g, rect_cols(r, name, r.cols - name - side - (side > 0)), row, 0, ROLE_TEXT, l->value, FIT_ELLIPSIS);
	if (side)
		grid_text(g, rect_cols(r, r.cols - side, side), row, 0,
		    slice_is(l->from, "default") ? ROLE_MUTED : ROLE_TITLE, l->from, FIT_ELLIPSIS);
}

static void
setup_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct setup_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols), body;
	char range[32];
	struct panel p = {.title = "In force", .right = range, .focused = true};
	size_t most;

	(void)ui;
	body = rect_rows(inside, 1, inside.rows - 1);
	st->body = body.rows > 0 ? (size_t)body.rows : 0;
	most = st->n > st->body ? st->n - st->body : 0;
	st->top = st->top < most ? st->top : most;
	panel_range(range, sizeof range, st->top, st->body, st->n);
	body = panel_paint(g, inside, &p);
	for (size_t i = 0; i < st->body && st->top + i < st->n; i++)
		setup_line(g, body, (int)i, &st->lines[st->top + i]);
}

static bool
setup_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct setup_state *st = v->state;
	size_t page = st->body > 1 ? st->body - 1 : 1;

	(void)ui;
	(void)request;
	if (action == ACTION_UP)
		st->top -= st->top > 0;
	else if (action == ACTION_DOWN)
		st->top++;
	else if (action == ACTION_PAGE_UP)
		st->top = st->top > page ? st->top - page : 0;
	else if (action == ACTION_PAGE_DOWN)
		st->top += page;
	else if (action == ACTION_HOME)
		st->top = 0;
	else if (action == ACTION_END)
		st->top = st->n;
	else
		return false;
	return true;
}

static void
setup_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct setup_state *st = v->state;

	(void)panel;
	if (put)
		st->top = p->row;
	p->row = st->top;
}

const struct screen screen_inforce = {
    .id = SCREEN_SETUP,
    .name = "setup",
    .state_bytes = sizeof(struct setup_state),
    .collect = setup_collect,
    .draw = setup_draw,
    .act = setup_act,
    .position = setup_position,
};
