/*
 * Going there: step by step, since what is to be shown may come later, and since a moment that is pinned has to be gone
 * to and come back from by whoever can go to moments.
 */
#include "tui/reopen.h"

#include <string.h>

#include "core/slice.h"
#include "tui/settings.h"
#include "tui/timearg.h"
#include "tui/ui_place.h"

#define WHAT_IF "what-if "

/* ---- moments ----------------------------------------------------------------------------------------------------- */

static int
parse_moment(const struct reopen *r, const struct store *s, const char *text, int64_t *out, struct err *err)
{
	const struct ui_past *past = ui_place_past(r->ui);
	struct timearg_place place = {.now_ms = past && !past->frozen ? past->to_ms : store_now_ms(s),
	    .from_ms = past && !past->frozen ? past->from_ms : INT64_MIN,
	    .utc_offset_ms = settings_utc(r->options) || !r->env ? 0 : r->env->utc_offset_ms};

	place.to_ms = place.now_ms;
	return timearg_parse_jump(out, text, &place, err);
}

static void
ask_time(struct ui_request *q, enum ui_time time, int64_t to_ms)
{
	*q = (struct ui_request){.kind = UI_REQUEST_TIME, .time = time, .to_ms = to_ms};
}

/* What has been asked for may take a while: entries are read again for it. */
static int
await_moment(const struct reopen *r, int64_t ms, const char *option, struct err *err)
{
	const struct ui_past *past = ui_place_past(r->ui);

	if (past && past->at_ms <= ms)
		return 0;
	return err_set(err, ERR_USAGE, "--%s: that moment cannot be gone back to", option);
}

/* ---- what is pinned ---------------------------------------------------------------------------------------------- */

static int
pin_begin(struct reopen *r, const struct store *s, bool live, struct ui_request *q, struct err *err)
{
	const struct options *o = r->options;
	const struct ui_past *past = ui_place_past(r->ui);
	int rc;

	if (!o->given[OPTION_PIN] && o->given[OPTION_PIN_AT])
		return err_set(err, ERR_USAGE, "--pin-at: of which model? --pin names it");
	if (!o->given[OPTION_PIN] || !o->given[OPTION_PIN_AT]) {
		rc = o->given[OPTION_PIN] ? ui_place_pin(r->ui, s, o->text[OPTION_PIN], false, err) : 0;
		r->stage = rc ? r->stage : REOPEN_PLACES;
		return rc ? err_wrap(err, "--pin") : 0;
	}
	rc = parse_moment(r, s, o->text[OPTION_PIN_AT], &r->pin_ms, err);
	if (rc)
		return err_wrap(err, "--pin-at");
	if (!past && r->pin_ms < store_now_ms(s) && !live)
		return err_set(err, ERR_USAGE, "--pin-at: nothing is kept here to go back to");
	r->stage = REOPEN_PIN;
	r->back = past != NULL;
	r->back_ms = past ? past->at_ms : 0;
	if (past || r->pin_ms < store_now_ms(s))
		ask_time(q, UI_TIME_JUMP, r->pin_ms);
	return 0;
}

static int
pin_there(struct reopen *r, const struct store *s, struct ui_request *q, struct err *err)
{
	bool went = ui_place_past(r->ui) != NULL;
	int rc = went || r->pin_ms < store_now_ms(s) ? await_moment(r, r->pin_ms, "pin-at", err) : 0;

	if (!rc && ui_place_pin(r->ui, s, r->options->text[OPTION_PIN], true, err))
		rc = err_wrap(err, "--pin");
	if (rc)
		return rc;
	r->stage = REOPEN_PIN_BACK;
	if (went)
		ask_time(q, r->back ? UI_TIME_JUMP : UI_TIME_LIVE, r->back_ms);
	return 0;
}

static int
pin_back(struct reopen *r, struct err *err)
{
	const struct ui_past *past = ui_place_past(r->ui);

	if (past && !r->back)
		return err_set(err, ERR_USAGE, "--pin-at: there is no coming back to now");
	r->stage = REOPEN_PLACES;
	ui_say(r->ui, "");
	return 0;
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

static bool
is_of_the_past(const struct options *o)
{
	for (size_t i = 0; i < o->ngotos; i++)
		if (strncmp(o->gotos[i], WHAT_IF, strlen(WHAT_IF)) == 0)
			return true;
	return false;
}

/* Only of what is live: a recording was opened at its moment. */
static int
ask_at(struct reopen *r, const struct store *s, struct ui_request *q, struct err *err)
{
	int rc;

	if (!r->options->given[OPTION_AT] || r->timed)
		return 0;
	rc = parse_moment(r, s, r->options->text[OPTION_AT], &r->at_ms, err);
	r->timed = !rc;
	if (!rc)
		ask_time(q, UI_TIME_JUMP, r->at_ms);
	return rc;
}

/* One on top of the other; where somebody has to do something for it first, that is asked for. */
static int
go_places(struct reopen *r, const struct store *s, struct ui_request *q, struct err *err)
{
	const struct options *o = r->options;
	int rc = 0;

	while (r->done < o->ngotos && !rc && q->kind == UI_REQUEST_NONE) {
		const char *place = o->gotos[r->done];

		if (r->asked && !ui_place_is_whatif(r->ui)) {
			rc = err_set(err, ERR_USAGE, "%.200s", ui_said(r->ui));
		} else if (r->asked) {
			ui_say(r->ui, "");
			r->asked = false;
			r->done++;
		} else {
			rc = ui_place_go(r->ui, s, place, q, err);
			r->asked = q->kind == UI_REQUEST_WHATIF;
			r->done += !rc && !r->asked;
		}
	}
	return rc ? err_wrap(err, "--goto %s", o->gotos[r->done]) : 0;
}

static int
arrange(struct reopen *r, struct err *err)
{
	const struct options *o = r->options;
	int rc = 0;

	for (size_t i = 0; i < o->ncolumns && !rc; i++)
		rc = ui_place_columns(r->ui, o->columns[i], err);
	if (rc)
		return err_wrap(err, "--columns");
	/* First: order and filter are of the list in it. */
	if (o->given[OPTION_PANEL])
		ui_place_panel(r->ui, (unsigned)o->number[OPTION_PANEL]);
	if (o->text[OPTION_SORT])
		rc = ui_place_sort(r->ui, o->text[OPTION_SORT], err);
	if (rc)
		return err_wrap(err, "--sort");
	if (o->text[OPTION_FILTER])
		rc = ui_place_filter(r->ui, o->text[OPTION_FILTER], err);
	if (o->given[OPTION_EXPAND])
		ui_place_expand(r->ui);
	if (o->given[OPTION_ZOOM])
		ui_place_zoom(r->ui, window_find(slice_of(o->text[OPTION_ZOOM])));
	return rc ? err_wrap(err, "--filter") : 0;
}

static int
go(struct reopen *r, const struct store *s, bool live, struct ui_request *q, struct err *err)
{
	bool past = live && is_of_the_past(r->options);
	int rc = past ? ask_at(r, s, q, err) : 0;

	if (!rc && q->kind == UI_REQUEST_NONE && past && r->timed)
		rc = await_moment(r, r->at_ms, "at", err);
	if (!rc && q->kind == UI_REQUEST_NONE)
		rc = go_places(r, s, q, err);
	if (rc || q->kind != UI_REQUEST_NONE)
		return rc;
	rc = arrange(r, err);
	if (!rc && live)
		rc = ask_at(r, s, q, err);
	r->stage = rc ? r->stage : REOPEN_ROWS;
	return rc;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* What is picked out first: it may open rows to select. The cursor before what is scrolled: it is to stay in sight. */
static int
go_to_rows(struct reopen *r, const struct store *s, struct err *err)
{
	const struct options *o = r->options;
	int rc = 0;

	for (; r->picked < o->npicks && !rc; r->picked += !rc)
		rc = ui_place_pick(r->ui, s, o->picks[r->picked], err);
	if (rc)
		return err_wrap(err, "--pick");
	for (; r->selected < o->nselects && !rc; r->selected += !rc)
		rc = ui_place_select(r->ui, s, o->selects[r->selected], err);
	if (rc)
		return err_wrap(err, "--select");
	for (; r->scrolled < o->nscrolls && !rc; r->scrolled += !rc)
		rc = ui_place_scroll(r->ui, s, o->scrolls[r->scrolled], err);
	r->over = !rc;
	return rc ? err_wrap(err, "--scroll") : 0;
}

bool
reopen_rows(const struct reopen *r)
{
	return r->stage == REOPEN_ROWS && !r->over;
}

static bool
asks(const struct options *o)
{
	static const enum option_id ids[] = {OPTION_GOTO, OPTION_FILTER, OPTION_PANEL, OPTION_AT, OPTION_SORT,
	    OPTION_SELECT, OPTION_PICK, OPTION_SCROLL, OPTION_COLUMNS, OPTION_PIN, OPTION_PIN_AT, OPTION_ZOOM,
	    OPTION_EXPAND};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (o->given[ids[i]])
			return true;
	return false;
}

static int
go_on(struct reopen *r, const struct store *s, bool live, struct ui_request *q, struct err *err)
{
	switch (r->stage) {
	case REOPEN_BEGIN:
		return pin_begin(r, s, live, q, err);
	case REOPEN_PIN:
		return pin_there(r, s, q, err);
	case REOPEN_PIN_BACK:
		return pin_back(r, err);
	case REOPEN_PLACES:
		return go(r, s, live, q, err);
	default:
		return go_to_rows(r, s, err);
	}
}

int
reopen_step(struct reopen *r, struct ui *ui, const struct store *s, int64_t mono_ms, bool whole,
    struct ui_request *q, struct err *err)
{
	const struct options *o = r->options;
	enum reopen_stage stage, before = r->stage;
	struct err why = {0};
	bool live = !whole;
	int rc;

	*q = (struct ui_request){.kind = UI_REQUEST_NONE};
	if (r->over || !o || !asks(o))
		return 0;
	if (!r->began_ms)
		r->began_ms = mono_ms;
	whole |= mono_ms - r->began_ms >= (r->stage == REOPEN_PIN || r->timed ? REOPEN_READ_MS : REOPEN_WAIT_MS);
	if (!whole && !store_model_count(s))
		return 0;
	r->ui = ui;
	do {
		stage = r->stage;
		rc = go_on(r, s, live, q, &why);
	} while (!rc && q->kind == UI_REQUEST_NONE && r->stage != stage && r->stage != REOPEN_ROWS);
	if (r->stage != before)
		r->began_ms = mono_ms;
	if (rc && !whole)
		return 0;
	r->over |= rc || (r->stage == REOPEN_ROWS && !o->npicks && !o->nselects && !o->nscrolls);
	if (rc)
		ui_say(ui, why.msg);
	return rc ? err_set(err, ERR_USAGE, "%s", why.msg) : 0;
}
