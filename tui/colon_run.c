/*
 * What commands do, as far as that is on the screen; what the program has to do becomes a request. A row here is all
 * that a new command needs.
 */
#include "tui/colon_impl.h"

#include <stdio.h>
#include <string.h>

#include "core/duration.h"
#include "tui/export.h"
#include "tui/screen.h"
#include "widgets/table.h"

/* ---- the list: sort, filter ------------------------------------------------------------------------------------- */

static int
run_sort(struct colon_call *c, struct err *err)
{
	struct view *v = ui_view(c->ui);
	const struct screen_sort *sorts = ui_sorts(v);
	const char *names[TABLE_COLUMNS_MAX];
	size_t at, n = 0;

	if (!sorts)
		return c->at = 0, err_set(err, ERR_USAGE, "nothing is sorted on this screen: it has no list");
	for (; n < TABLE_COLUMNS_MAX && sorts[n].name; n++)
		names[n] = sorts[n].name;
	if (!colon_find_word(c->line->word[1], names, n, &at))
		return colon_fault_word(c->line->word[1], "column", names, n, err);
	if (c->line->n > 2 && !slice_is(c->line->word[2], "reverse")) {
		static const char *const reverse[] = {"reverse"};

		c->at = c->line->from[2];
		return colon_fault_word(c->line->word[2], "order", reverse, 1, err);
	}
	ui_sort(c->ui, v, at, c->line->n > 2);
	return 0;
}

static void
complete_sort(const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	const struct screen_sort *sorts = ui_sorts(&ui->views[ui->depth - 1]);

	(void)s;
	(void)l;
	for (size_t k = 0; i == 1 && sorts && sorts[k].name; k++)
		colon_offer(o, slice_of(sorts[k].name));
	if (i == 2)
		colon_offer(o, slice_of("reverse"));
}

static int
run_filter(struct colon_call *c, struct err *err)
{
	struct view *v = ui_view(c->ui);
	struct slice text = colon_rest(c->line, 1);
	struct filter was = v->filter;

	ui_filter_set(v, text);
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
	const struct view *v = &ui->views[ui->depth - 1];
	const struct expr_name *e;
	size_t k = 0;

	(void)s;
	(void)l;
	(void)i;
	while ((e = filter_next_name(ui_filter_scope(v), ui_own(v), &k, NULL)))
		colon_offer(o, slice_of(e->name));
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

		if (al->state != ALERT_FIRING || colon_model_here(ui) == SIZE_MAX || al->model != v->model)
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
	snprintf(r->by, sizeof r->by, "%.63s", ui->options.user);
	snprintf(r->reason, sizeof r->reason, "%.*s", (int)(reason.n < 119 ? reason.n : 119), reason.n ? reason.p : "");
	ui_say(ui, "silenced");
	ui_view(ui)->stale = true;
	return 0;
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
	if (c->line->n > 2 && !colon_find_word(c->line->word[2], parts, 2, &part)) {
		c->at = c->line->from[2];
		return colon_fault_word(c->line->word[2], "part", parts, 2, err);
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
run_as(struct colon_call *c, struct err *err)
{
	struct ui *ui = c->ui;
	size_t n = c->line->n, model = colon_model_here(ui), role;
	struct slice name = n > 2 ? c->line->word[1] : slice_of(ui_view(ui)->title), word = c->line->word[n - 1];

	if (model == SIZE_MAX)
		return c->at = 0, err_set(err, ERR_USAGE, "of which model? Go to one first");
	if (n == 2 && ui_view(ui)->feature == SIZE_MAX)
		return err_set(err, ERR_USAGE, "of which input? :as INPUT ROLE, or go to one first");
	if (colon_find_feature(c->store, model, name) == SIZE_MAX)
		return colon_fault_feature(c, model, name, err);
	c->at = c->line->from[n - 1];
	if (!colon_find_word(word, feature_role_names, FROLE_COUNT, &role))
		return colon_fault_word(word, "role", feature_role_names, FROLE_COUNT, err);
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
		colon_offer_all(o, feature_role_names, FROLE_COUNT);
	if (i == 1 && colon_model_here(ui) != SIZE_MAX)
		colon_offer_features(s, colon_model_here(ui), slice_of(""), o);
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
    {"baseline", "[NAME]", "now, yesterday, previous, learned, a file", 0, 2, colon_run_baseline,
	colon_complete_baseline},
    {"columns", "SCREEN [NAME,...]", "columns of a list: fleet model,rate,p99", 1, SIZE_MAX - 1,
	colon_run_columns, colon_complete_columns},
    {"export", "FILE [panel]", "the screen as .txt, .ansi, .svg; a new file", 1, 2, run_export,
	complete_export},
    {"filter", "EXPRESSION", "rows that pass; without one, all of them", 0, SIZE_MAX - 1, run_filter, complete_filter},
    {"goto", "PLACE", "alerts, MODEL, MODEL/INPUT, 14:05, -15m", 1, SIZE_MAX - 1, colon_run_goto, colon_complete_goto},
    {"help", "[COMMAND]", "keys and commands", 0, 1, run_help, complete_help},
    {"quit", "", "quit at once", 0, 0, run_quit, NULL},
    {"save", "", "what was changed here, into the config file", 0, 0, run_save, NULL},
    {"set", "[NAME [VALUE]]", "a setting or a rule's limit; Setup has them", 0, SIZE_MAX - 1, colon_run_set,
	colon_complete_set},
    {"silence", "TIME [REASON]", "the alert here: 2h why, until mon 08:00", 1, SIZE_MAX - 1, run_silence, NULL},
    {"sort", "COLUMN [reverse]", "the list by a column", 1, 2, run_sort, complete_sort},
    {"theme", "NAME", "other colours", 1, 1, colon_run_theme, colon_complete_theme},
    {"window", "NAME", "of drift figures: auto, 5m, 1h, 24h, all", 1, 1, colon_run_window, colon_complete_window},
};

const size_t colon_row_count = sizeof colon_rows / sizeof *colon_rows;
