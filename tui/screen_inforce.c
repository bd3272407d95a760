/*
 * Setup: what is in force and who said so, to read. What the command line says wins over the file, the file over the
 * defaults; rules are those that the store goes by.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/model.h"
#include "core/verdict.h"
#include "tui/columns.h"
#include "tui/options.h"
#include "tui/part.h"
#include "tui/setting.h"
#include "tui/settings.h"
#include "tui/shown.h"

enum { COL_NAME, COL_VALUE, COL_FROM, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_NAME] = {"NAME", 13, 17, TABLE_ALWAYS, false, false, NULL},
    [COL_VALUE] = {"VALUE", 20, 110, TABLE_ALWAYS, false, false, NULL},
    [COL_FROM] = {"WHO SAID SO", 16, 0, 50, false, false, NULL},
};

struct setup_line {
	bool heading;
	size_t section; /* the line of its heading */
	struct slice name, value, from;
	struct slice of; /* name, or where that is the one above that one */
};

struct setup_state {
	struct setup_line *lines; /* in the arena */
	size_t n, cap;
	bool *kept; /* by line: whether it passes the filter; of a heading whether any below it does */
	struct list list;
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
	struct setup_state *st = u->st;
	const struct setup_line *above = st->lines && st->n ? &st->lines[st->n - 1] : NULL;

	if (!st->lines || st->n >= st->cap)
		return;
	line.section = line.heading ? st->n : above ? above->section : 0;
	line.of = line.name.n || !above ? line.name : above->of;
	st->lines[st->n++] = line;
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

/* What a recording was of was said then. Which patterns is not in it, what they found is. */
static void
say_recorded(const struct setup *u, const struct ui *ui, const struct store *s)
{
	char text[96], key[48];
	uint64_t streams = 0;

	for (size_t i = 0; i < store_source_count(s); i++) {
		say(u, i ? "" : "sources", store_source(s, i)->url, "the recording");
		streams += store_source(s, i)->streams;
	}
	if (!streams)
		return;
	snprintf(text, sizeof text, "%llu read: %s lists them", (unsigned long long)streams,
	    ui_key_name(ui, ACTION_SOURCES, key));
	say(u, "streams", slice_of(text), "the recording");
}

static void
say_sources(const struct setup *u, const struct ui *ui, const struct store *s)
{
	const char *who = u->o && u->o->noperands > 0 ? "command line" : "default";

	if (u->o && u->o->command == COMMAND_DEMO)
		who = "demo";
	head(u, "What is read");
	say(u, "endpoint", slice_of(ui->options.endpoint), who);
	if (ui->past && !ui->past->frozen) {
		say_recorded(u, ui, s);
		return;
	}
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

/* Whatever the table of keys has of how things are shown. */
static void
say_settings(const struct setup *u, const struct ui *ui)
{
	for (size_t i = 0; u->c && i < config_key_count; i++) {
		struct slice name = slice_of(config_keys[i].key);
		char value[SHOWN_BYTES];
		struct setting s;
		const char *who;

		if (config_keys[i].object == CONFIG_TOP && setting_find(&s, u->c, name) &&
		    !shown_setting(ui, &s, name, value, &who, NULL))
			say(u, config_keys[i].key, slice_of(value), who);
	}
}

static void
say_terminal(const struct setup *u, const struct ui *ui)
{
	const struct ui_terminal *t = &ui->terminal;
	char text[160], colors[32] = "no colour";

	if (t->rows == 0) {
		say(u, "terminal", slice_of("none: this is a picture"), "");
		return;
	}
	if (t->colors)
		snprintf(colors, sizeof colors, "%d colours", t->colors);
	snprintf(text, sizeof text, "%s%s%s, %d x %d, %s, %s%s", t->type[0] ? t->type : "TERM is not set",
	    !t->as[0] ? "" : t->type[0] ? " taken for " : ", taken for ", t->as, t->cols, t->rows, colors,
	    t->utf8 ? "UTF-8" : "no UTF-8", t->answers ? "" : ", does not answer");
	say(u, "terminal", slice_of(text), "found");
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
	say_settings(u, ui);
	say_terminal(u, ui);
	if (u->c && u->c->nbinds) {
		char text[32];

		snprintf(text, sizeof text, "%zu changed", u->c->nbinds);
		say(u, "keys", slice_of(text), "configuration");
	}
	say_columns(u, ui);
	if (ui->options.ngroups) {
		char text[48];

		snprintf(text, sizeof text, "%zu pattern%s", ui->options.ngroups, ui->options.ngroups == 1 ? "" : "s");
		say(u, "groups", slice_of(text), "configuration");
	}
}

/* Something of the rule for all, which stands there as it would be saved. */
static bool
is_set(const struct setup *u, const struct rule *r)
{
	char whole[SETTING_NAME_BYTES];
	size_t n = (size_t)snprintf(whole, sizeof whole, "rules.%s.", r->name);

	for (size_t i = 0; u->c && r->from_config && !r->model && !r->version && !r->feature && i < u->c->nsets; i++)
		if (strncmp(u->c->sets[i].name, whole, n) == 0)
			return true;
	return false;
}

/* A limit a line: of two in one the second would be cut. */
static void
say_rule(const struct setup *u, const struct rule *r)
{
	char text[EXPR_BYTES + 120], whom[100] = "";
	const char *name = r->name, *place = r->place ? r->place : "default";

	if (is_set(u, r))
		place = SETTING_UNSAVED;
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
	    setting_noted(u->c, slice_of("drift.false_alarms_per_week")) ? SETTING_UNSAVED
	    : store_budget(s) != CONFIG_BUDGET_PER_WEEK ? "configuration"
							 : "default");
	for (size_t i = 0; rules && i < rules->n; i++)
		say_rule(u, &rules->list[i]);
}

/* What holds at a moment of the past, of what was told before it. */
static size_t
say_told(const struct setup *u, const struct store *s)
{
	for (size_t i = 0; i < store_levels_count(s); i++) {
		const struct fact_levels *f = store_levels_told(s, i);
		char text[320];

		snprintf(text, sizeof text, "%.*s of %.*s: watch %.3g drift %.3g",
		    (int)(f->feature.n < 100 ? f->feature.n : 100), f->feature.p,
		    (int)(f->model.n < 100 ? f->model.n : 100), f->model.p,
		    f->watch > 0 ? f->watch : VERDICT_PSI_WATCH, f->drift > 0 ? f->drift : VERDICT_PSI_DRIFT);
		say(u, i ? "" : "levels", slice_of(text), "told by then");
	}
	return store_levels_count(s);
}

/* Its levels were set here, and are in no file yet: it stands there by its name. */
static bool
is_noted(const struct setup *u, const struct config_feature *f)
{
	bool noted = false;

	for (size_t i = 0; i < u->c->nsets && !noted; i++) {
		struct setting s;
		char *model, *feature;

		if (u->c->sets[i].saved || !setting_find(&s, u->c, slice_of(u->c->sets[i].name)) || !s.feature.n)
			continue;
		model = config_pattern_of(s.model);
		feature = config_pattern_of(s.feature);
		noted = model && feature && strcmp(model, f->model) == 0 && strcmp(feature, f->feature) == 0;
		mem_free(model);
		mem_free(feature);
	}
	return noted;
}

static void
say_features(const struct setup *u, const struct ui *ui, const struct store *s)
{
	size_t said;

	head(u, "Features");
	said = ui->past ? say_told(u, s) : 0;
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
		say(u, said++ ? "" : "as said", slice_of(text), is_noted(u, f) ? SETTING_UNSAVED : "configuration");
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
	st->cap += (rules ? 2 * rules->n : 0) + store_levels_count(s);
	if (u.c)
		st->cap += u.c->nstreams + u.c->nfeatures + u.c->nmasks;
	st->lines = arena_take(&v->arena, st->cap * sizeof *st->lines);
	st->kept = arena_take(&v->arena, st->cap * sizeof *st->kept);
	st->cap = st->kept ? st->cap : 0;
	say_sources(&u, ui, s);
	say_files(&u, s);
	say_screen(&u, ui);
	say_alarms(&u, s);
	say_features(&u, ui, s);
	say_limits(&u);
	say_roles(&u, ui, v, s);
	v->sentence = slice_of("what is in force, and who said so; config print writes it as a file");
}

/* ---- order and filter -------------------------------------------------------------------------- */

enum { NAME_NAME, NAME_VALUE, NAME_FROM, NAME_SECTION, NAME_COUNT };

static const struct filter_name own_names[NAME_COUNT] = {
    [NAME_NAME] = {{"name", EXPR_TEXT, NULL, 0}, "what is set; of a rule its name"},
    [NAME_VALUE] = {{"value", EXPR_TEXT, NULL, 0}, "what it is set to"},
    [NAME_FROM] = {{"from", EXPR_TEXT, NULL, 0}, "who said so: default, configuration, command line, set"},
    [NAME_SECTION] = {{"section", EXPR_TEXT, NULL, 0}, "the heading that it is below"},
};

struct setup_subject {
	const struct setup_state *st;
	const struct setup_line *line;
};

static void
look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct setup_subject *of = ctx;
	const struct slice texts[NAME_COUNT] = {of->line->of, of->line->value, of->line->from,
	    of->st->lines[of->line->section].name};

	out->text = texts[name];
}

static const struct filter_own own = {own_names, NAME_COUNT, look_up, "from=conf*, name=theme"};

static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct setup_state *st = ((const struct view *)ctx)->state;

	return slice_hash(st->lines[row].of) ^ slice_hash(st->lines[row].value) * 3 ^ st->lines[row].section;
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct setup_state *st = v->state;

	return st->kept[row] && (!st->lines[row].heading || ui_sort_is_own(v));
}

static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct setup_state *st = v->state;
	const struct setup_line *x = &st->lines[a], *y = &st->lines[b];
	int order = 0;

	if (v->sorted == 1 + COL_NAME)
		order = slice_cmp(x->of, y->of);
	else if (v->sorted == 1 + COL_VALUE)
		order = slice_cmp(x->value, y->value);
	else if (v->sorted == 1 + COL_FROM)
		order = slice_cmp(x->from, y->from);
	if (!order)
		order = (a > b) - (a < b);
	return v->reversed ? -order : order;
}

/* A heading stays where something below it does. */
static void
pass(struct view *v)
{
	struct setup_state *st = v->state;

	for (size_t i = 0; i < st->n; i++) {
		const struct setup_line *l = &st->lines[i];
		const struct setup_subject of = {st, l};
		struct slice texts[] = {l->of, l->value, l->from, st->lines[l->section].name};

		st->kept[i] = !l->heading && filter_match_own(&v->filter, texts, 4, &own, &of);
		st->kept[l->section] |= st->kept[i];
	}
}

static void
setup_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct setup_state *st = v->state;
	struct list_rows rows = {v, st->n, row_id, row_keep, row_order};

	(void)s;
	pass(v);
	ui_list_update(ui, v, &st->list, &rows);
	for (size_t i = 0; i < st->list.n; i++)
		st->list.fixed += st->lines[st->list.order[i]].heading;
	for (size_t i = 0; i < st->n && st->list.out_of > 0; i++)
		st->list.out_of -= st->lines[i].heading;
}

/* ---- painting and keys ------------------------------------------------------------------------- */

/* The name stands once, unless other rows have come between. */
static void
setup_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct view *v = ctx;
	const struct setup_state *st = v->state;
	const struct setup_line *l = &st->lines[st->list.order[place]];
	bool apart = !ui_sort_is_own(v) || filter_active(&v->filter);

	if (l->heading) {
		if (column == COL_NAME)
			grid_text(g, r, 0, 0, ROLE_HEADER, l->name, FIT_ELLIPSIS);
	} else if (column == COL_NAME) {
		grid_text(g, r, 0, 2, ROLE_MUTED, apart ? l->of : l->name, FIT_ELLIPSIS);
	} else if (column == COL_VALUE) {
		grid_text(g, r, 0, 0, ROLE_TEXT, l->value, FIT_ELLIPSIS);
	} else {
		grid_text(g, r, 0, 0, slice_is(l->from, "default") ? ROLE_MUTED : ROLE_TITLE, l->from, FIT_ELLIPSIS);
	}
}

static void
setup_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct setup_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	struct slice words[FILTER_WORDS];
	struct panel p = {.title = "In force", .focused = true};
	struct table t = {.columns = columns,
	    .ncolumns = COL_COUNT,
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .whole = true,
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .empty = "nothing passes the filter",
	    .ctx = v,
	    .cell = setup_cell};

	(void)ui;
	part_list(g, inside, &p, &t, &st->list);
}

/* Of a filter the next that passes, else the next that is no default. */
static bool
is_sought(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct setup_line *l = &((const struct setup_state *)v->state)->lines[row];

	return !l->heading && (filter_active(&v->filter) || !slice_is(l->from, "default"));
}

static bool
setup_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct setup_state *st = v->state;

	(void)request;
	if (action == ACTION_NEXT || action == ACTION_PREVIOUS) {
		ui_list_seek(ui, &st->list, action == ACTION_NEXT, is_sought, v);
		return true;
	}
	return ui_list_act(ui, v, &st->list, action);
}

static void
setup_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct setup_state *st = v->state;

	(void)panel;
	ui_list_position(&st->list, p, put);
}

static void
setup_release(struct view *v)
{
	struct setup_state *st = v->state;

	if (st)
		list_release(&st->list);
}

static const struct screen_sort setup_sorts[] = {
    {"as-listed", SIZE_MAX}, {"name", COL_NAME}, {"value", COL_VALUE}, {"from", COL_FROM}, {NULL, 0}};

const struct screen screen_inforce = {
    .id = SCREEN_SETUP,
    .name = "setup",
    .state_bytes = sizeof(struct setup_state),
    .collect = setup_collect,
    .arrange = setup_arrange,
    .draw = setup_draw,
    .act = setup_act,
    .position = setup_position,
    .release = setup_release,
    .sorts = setup_sorts,
    .own = &own,
};
