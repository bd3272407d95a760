/*
 * The moment that is shown: keys that change it, where it is not the present, and what only the present can be asked
 * for. The program moves the replay (tui/replay.h); here keys become requests, and its place becomes a picture.
 */
#include <stdio.h>
#include <string.h>

#include "tui/screen.h"
#include "tui/timearg.h"
#include "widgets/timebar.h"

#define AGAIN_COLS 80 /* from which on there is room to say it in words */

void
ui_set_past(struct ui *ui, const struct ui_past *past)
{
	if (!ui->past != !past) {
		ui->generation = UINT64_MAX;
		ui->dirty = true;
		ui->prompt.open = ui->prompt.open && ui->prompt.kind != PROMPT_SILENCE;
		for (size_t i = 0; i < ui->depth; i++) {
			ui->views[i].frozen = false;
			ui->views[i].generation = UINT64_MAX;
			ui->views[i].stale = true;
		}
	}
	for (size_t i = 0; !past && i < ui->depth; i++)
		ui->views[i].returns = VIEW_STAYS;
	ui->past = past;
	if (past && past->place != ui->place) {
		ui->place = past->place;
		ui->generation = UINT64_MAX;
		ui->dirty = true;
		for (size_t i = 0; i < ui->depth; i++)
			ui->views[i].generation = UINT64_MAX;
	}
}

void
ui_hold(struct ui *ui)
{
	struct view *v = ui_view(ui);

	v->frozen = !ui->past;
	v->frozen_ms = ui->now_ms;
	v->stale = ui->dirty = true;
}

/* The action between two marks at p, which is moved behind them; ACTION_NONE: there is none. */
static enum action
take_key(const char **p)
{
	const char *end = **p == UI_KEY("")[0] ? strchr(*p + 1, **p) : NULL;
	enum action action = end ? action_find(slice_make(*p + 1, (size_t)(end - *p - 1))) : ACTION_NONE;

	if (action != ACTION_NONE)
		*p = end + 1;
	return action;
}

void
ui_say(struct ui *ui, const char *sentence)
{
	size_t n = 0;
	char key[48];

	while (*sentence && n + sizeof key < sizeof ui->message) {
		enum action action = take_key(&sentence);

		if (action == ACTION_NONE)
			ui->message[n++] = *sentence++;
		else
			n += (size_t)snprintf(ui->message + n, sizeof key, "%s", ui_key_name(ui, action, key));
	}
	ui->message[n] = '\0';
	ui->dirty = true;
}

void
ui_say_key(struct ui *ui, const char *around, enum action action)
{
	const char *at = strstr(around, "%s");
	char key[48];

	snprintf(ui->message, sizeof ui->message, "%.*s%s%s", (int)(at - around), around,
	    ui_key_name(ui, action, key), at + 2);
	ui->dirty = true;
}

/* ---- keys --------------------------------------------------------------------------------------------------------
 */

static enum ui_time
time_of(const struct ui *ui, enum action action)
{
	switch (action) {
	case ACTION_LIVE:
		return UI_TIME_LIVE;
	case ACTION_TIME_NEXT:
		return UI_TIME_NEXT;
	case ACTION_TIME_BACK:
		return UI_TIME_BACK;
	case ACTION_TIME_EVENT_NEXT:
		return UI_TIME_EVENT_NEXT;
	case ACTION_TIME_EVENT_BACK:
		return UI_TIME_EVENT_BACK;
	case ACTION_TIME_SLOWER:
		return UI_TIME_SLOWER;
	case ACTION_TIME_FASTER:
		return UI_TIME_FASTER;
	case ACTION_FREEZE:
		return !ui->past ? UI_TIME_FREEZE : ui->past->frozen ? UI_TIME_LIVE : UI_TIME_PLAY;
	default:
		return UI_TIME_PLAY;
	}
}

static bool
is_of_time(const struct ui *ui, enum action action)
{
	if (action >= ACTION_TIME_PLAY && action <= ACTION_TIME_FASTER)
		return true;
	if (action == ACTION_FREEZE)
		return ui->past || (ui->options.flight && !ui->views[ui->depth - 1].frozen);
	return action == ACTION_LIVE && ui->past;
}

bool
ui_time_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	/* To ask for a silence that cannot be is no use: the list of alerts would open the question. */
	if (ui->past && (action == ACTION_ACK || action == ACTION_SILENCE)) {
		request->kind = UI_REQUEST_ACK;
		ui_time_refuse(ui, request);
		return true;
	}
	if (ui->past && !ui_time_has(ui, v) && (action == ACTION_OPEN || action == ACTION_RIGHT))
		return true;
	if (!is_of_time(ui, action))
		return false;
	if (!ui->past && !ui->options.flight) {
		ui_say_key(ui, "nothing is kept to go back to here: %s holds what is shown", ACTION_FREEZE);
	} else if (action == ACTION_TIME_JUMP) {
		prompt_open_kind(&ui->prompt, PROMPT_TIME);
	} else {
		request->kind = UI_REQUEST_TIME;
		request->time = time_of(ui, action);
		request->utc_offset_ms = ui_offset_ms(ui);
	}
	return true;
}

int
ui_time_parse(const struct ui *ui, const char *text, bool shown, int64_t *to_ms, struct err *err)
{
	struct timearg_place at = {ui->now_ms, INT64_MIN, ui->now_ms, ui_offset_ms(ui)};

	if (ui->past) {
		at.from_ms = ui->past->from_ms;
		at.to_ms = ui->past->to_ms;
	}
	return shown ? timearg_parse_shown(to_ms, text, &at, err) : timearg_parse_jump(to_ms, text, &at, err);
}

void
ui_time_return(const struct ui *ui, const struct view *v, struct ui_request *request)
{
	if (v->returns == VIEW_STAYS || !ui->past || ui->depth <= 1)
		return;
	*request = (struct ui_request){.kind = UI_REQUEST_TIME,
	    .time = v->returns == VIEW_TO_NOW ? UI_TIME_LIVE : UI_TIME_JUMP,
	    .to_ms = v->returns_ms,
	    .utc_offset_ms = ui_offset_ms(ui)};
}

void
ui_time_key(struct ui *ui, uint32_t key, struct ui_request *request)
{
	struct prompt *p = &ui->prompt;
	struct err err = {0};

	if (!prompt_edit(p, key))
		return;
	if (ui_time_parse(ui, p->text, true, &request->to_ms, &err)) {
		snprintf(p->wrong, sizeof p->wrong, "%.*s", (int)sizeof p->wrong - 1, err.msg);
		return;
	}
	p->open = false;
	request->kind = UI_REQUEST_TIME;
	request->time = UI_TIME_JUMP;
	request->utc_offset_ms = ui_offset_ms(ui);
}

void
ui_time_refuse(struct ui *ui, struct ui_request *request)
{
	switch (request->kind) {
	case UI_REQUEST_PICK:
	case UI_REQUEST_RETRY:
	case UI_REQUEST_ACK:
	case UI_REQUEST_SILENCE:
	case UI_REQUEST_CHOOSE:
	case UI_REQUEST_FILE:
	case UI_REQUEST_ROLE:
		request->kind = UI_REQUEST_NONE;
		if (ui->past->frozen)
			ui_say_key(ui, "this is the past: %s comes back to now, where that can be done", ACTION_FREEZE);
		else
			ui_say(ui, "a recording says what was: this can be done live alone");
		break;
	default:
		break;
	}
}

/* ---- frames ------------------------------------------------------------------------------------------------------
 */

bool
ui_time_has(const struct ui *ui, const struct view *v)
{
	const struct model_row *m;

	if (!ui->past || v->model == SIZE_MAX || v->screen->id == SCREEN_HELP)
		return true;
	if (v->model >= ui->nmodels)
		return false;
	m = &ui->models[v->model];
	return v->feature == SIZE_MAX || v->feature < m->f.inputs + m->f.outputs;
}

void
ui_time_lacks(const struct ui *ui, struct grid *g, struct rect r)
{
	grid_text(g, r, r.rows / 2, 2, ROLE_MUTED,
	    slice_of(ui->views[ui->depth - 1].feature == SIZE_MAX ? "this model has no events yet at this time"
							 : "this feature has no values yet at this time"),
	    FIT_ELLIPSIS);
}

void
ui_time_bar(const struct ui *ui, struct grid *g, struct rect r)
{
	const struct ui_past *p = ui->past;
	const struct timebar t = {.from_ms = p->from_ms,
	    .to_ms = p->to_ms,
	    .at_ms = p->at_ms,
	    .items = p->items,
	    .n = p->nitems,
	    .utc_offset_ms = ui_offset_ms(ui),
	    .grows = p->grows || p->frozen};

	int left = 1;

	/* It is not what was seen then: reading it again is another way to it. */
	if (p->again && r.cols >= AGAIN_COLS)
		left += grid_str(g, r, 0, 1, ROLE_WARN, "read again from the streams ");
	timebar_paint(g, rect_cols(r, left, r.cols - left - 1), &t);
}
