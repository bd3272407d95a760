/*
 * The stack of views and the keys that mean the same on every screen.
 *
 * A key goes to the text being typed, then to the visible screen, then to what all screens share. Nothing is painted
 * here and no figure is read: a key changes the state of a view, and the next frame shows it.
 */
#include "tui/ui.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "tui/columns.h"
#include "tui/screen.h"
#include "widgets/fmt.h"

struct view *
ui_view(struct ui *ui)
{
	return &ui->views[ui->depth - 1];
}

static void
view_release(struct view *v)
{
	if (v->screen && v->screen->release)
		v->screen->release(v);
	mem_free(v->state);
	arena_release(&v->arena);
	memset(v, 0, sizeof *v);
}

bool
ui_push(struct ui *ui, const struct screen *screen, size_t model, size_t feature, struct slice title)
{
	struct view *v;

	if (ui->depth >= UI_DEPTH_MAX)
		return false;
	v = &ui->views[ui->depth];
	memset(v, 0, sizeof *v);
	v->state = mem_calloc(1, screen->state_bytes ? screen->state_bytes : 1);
	if (!v->state)
		return false;
	v->screen = screen;
	v->model = model;
	v->feature = feature;
	v->stale = true;
	snprintf(v->title, sizeof v->title, "%.*s", (int)(title.n < sizeof v->title ? title.n : sizeof v->title - 1),
	    title.p);
	ui->depth++;
	if (ui->sorting[screen->id][0].sorted || ui->sorting[screen->id][0].reversed)
		ui_sort(ui, v, ui->sorting[screen->id][0].sorted, ui->sorting[screen->id][0].reversed);
	v->aside.sorted = ui->sorting[screen->id][1].sorted;
	v->aside.reversed = ui->sorting[screen->id][1].reversed;
	return true;
}

static bool
ui_pop(struct ui *ui)
{
	if (ui->depth <= 1)
		return false;
	view_release(ui_view(ui));
	ui->depth--;
	ui_view(ui)->stale = true;
	return true;
}

void
ui_close(struct ui *ui)
{
	(void)ui_pop(ui);
}

void
ui_to_fleet(struct ui *ui)
{
	while (ui_pop(ui))
		;
}

void
ui_home(struct ui *ui)
{
	ui_to_fleet(ui);
	pin_release(&ui->pin);
	ui_view(ui)->stale = ui->dirty = true;
}

int
ui_new(struct ui **out, const struct ui_options *options, struct err *err)
{
	const char *texts[4] = {options->zone ? options->zone : "", options->endpoint ? options->endpoint : "",
	    options->version ? options->version : "", options->user ? options->user : ""};
	struct ui *ui = mem_calloc(1, sizeof *ui);
	size_t bind, key;
	int rc;

	if (!ui)
		return err_nomem(err);
	ui->options = *options;
	for (size_t i = 0; i < 4; i++) {
		ui->strings[i] = mem_dup(texts[i], strlen(texts[i]));
		if (!ui->strings[i])
			goto nomem;
	}
	ui->options.zone = ui->strings[0];
	ui->options.endpoint = ui->strings[1];
	ui->options.version = ui->strings[2];
	ui->options.user = ui->strings[3];
	rc = bindings_read(&ui->keys, options->binds, options->nbinds, &bind, &key, err);
	if (rc) {
		ui_free(ui);
		return rc;
	}
	ui->options.binds = NULL;
	rc = columns_read(ui->orders, options->columns, options->ncolumns, err);
	if (rc) {
		ui_free(ui);
		return rc;
	}
	ui->options.columns = NULL;
	ui->window = options->window;
	ui->utc = options->utc;
	ui->dirty = true;
	if (!ui_push(ui, &screen_fleet, SIZE_MAX, SIZE_MAX, slice_of("fleet")))
		goto nomem;
	*out = ui;
	return 0;
nomem:
	ui_free(ui);
	return err_nomem(err);
}

void
ui_free(struct ui *ui)
{
	if (!ui)
		return;
	while (ui->depth > 0)
		view_release(&ui->views[--ui->depth]);
	arena_release(&ui->arena);
	history_release(&ui->colon.history);
	pin_release(&ui->pin);
	for (size_t i = 0; i < 4; i++)
		mem_free(ui->strings[i]);
	mem_free(ui);
}

/* ---- what screens share ------------------------------------------------------------------------------------------
 */

const char *
ui_key_name(const struct ui *ui, enum action action, char *buf)
{
	return bindings_names(&ui->keys, action, 1, buf, 48);
}

int64_t
ui_offset_ms(const struct ui *ui)
{
	return ui->utc ? 0 : ui->options.utc_offset_ms;
}

bool
ui_calm(struct ui *ui, int64_t *ordered_ms)
{
	if (*ordered_ms != 0 && ui->mono_ms >= *ordered_ms && ui->mono_ms - *ordered_ms < UI_CALM_MS) {
		ui->calm = true;
		return true;
	}
	*ordered_ms = ui->mono_ms;
	return false;
}

const char *
ui_window_text(enum window w, uint64_t rows, char *buf, size_t bytes)
{
	snprintf(buf, bytes, "%s window, %s rows", window_names[w], fmt_exact(rows).s);
	return buf;
}

const char *
ui_axis_left(enum window w)
{
	switch (w) {
	case WINDOW_5M:
		return "-5m";
	case WINDOW_1H:
		return "-1h";
	default:
		return "-24h";
	}
}

enum window
ui_axis(const struct ui *ui, enum window w)
{
	if (ui->zoom != WINDOW_AUTO)
		return ui->zoom;
	return w == WINDOW_5M || w == WINDOW_1H ? w : WINDOW_24H;
}

bool
ui_zoom(struct ui *ui, struct view *v, enum window axis, enum action action)
{
	if (action != ACTION_ZOOM_IN && action != ACTION_ZOOM_OUT)
		return false;
	if (action == ACTION_ZOOM_IN)
		ui->zoom = axis == WINDOW_24H ? WINDOW_1H : WINDOW_5M;
	else
		ui->zoom = axis == WINDOW_5M ? WINDOW_1H : WINDOW_24H;
	snprintf(ui->message, sizeof ui->message, "graphs of %s",
	    ui->zoom == WINDOW_5M ? "5 minutes" : ui->zoom == WINDOW_1H ? "an hour" : "a day");
	for (size_t i = 0; i < ui->depth; i++)
		ui->views[i].stale = true;
	(void)v;
	return true;
}

bool
ui_axis_act(struct ui *ui, int *point, int points, enum action action)
{
	if (action != ACTION_LEFT && action != ACTION_RIGHT)
		return false;
	if (action == ACTION_LEFT && *point < points)
		*point += *point == 0 && points > 1 ? 2 : 1;
	else if (action == ACTION_LEFT)
		ui_say(ui, points ? "this is the oldest moment here" : "there is no moment to go to yet");
	else if (*point > 0)
		--*point;
	else
		ui_say(ui, "this is now: " UI_KEY("left") " picks a moment before");
	return true;
}

/* ---- keys --------------------------------------------------------------------------------------------------------
 */

bool
ui_takes_text(const struct ui *ui)
{
	return ui->typing || ui->prompt.open;
}

static void
ui_freeze(struct ui *ui, struct view *v)
{
	v->frozen = !v->frozen;
	v->frozen_ms = ui->now_ms;
	v->stale = true;
}

/* One thing at a time: the filter, the full panel, the screen. */
static void
ui_back(struct ui *ui, struct view *v, struct ui_request *request)
{
	if (v->filter.n > 0) {
		ui_filter_set(v, slice_of(""));
	} else if (v->expanded) {
		v->expanded = false;
	} else {
		ui_time_return(ui, v, request);
		if (!ui_pop(ui))
			ui_say(ui, "there is nothing behind the fleet: " UI_KEY("leave") " quits");
	}
}

static void
ui_panel(struct ui *ui, struct view *v, enum action action, uint32_t key)
{
	size_t place = bindings_place(&ui->keys, ACTION_PANEL, key);
	unsigned panels = v->screen->panels;

	if (panels == 0)
		return;
	if (action == ACTION_PANEL_NEXT)
		ui_set_panel(v, (v->panel + 1) % panels);
	else if (action == ACTION_PANEL_PREVIOUS)
		ui_set_panel(v, (v->panel + panels - 1) % panels);
	else if (place == v->panel)
		ui_say(ui, "this panel has the keys: " UI_KEY("next-panel") " gives them to the next");
	else if (place < panels && place < KEYMAP_KEYS)
		ui_set_panel(v, (unsigned)place);
	else
		snprintf(ui->message, sizeof ui->message, "there are %u panels here", panels);
	v->stale = true;
}

static void
ui_expand(struct ui *ui, struct view *v)
{
	v->expanded = !v->expanded && v->screen->panels > 0 && !v->alone;
	if (v->alone && v->screen->panels > 0)
		ui_say(ui, "this panel has all the room already: " UI_KEY("next-panel") " shows the next");
}

void
ui_open_help(struct ui *ui)
{
	/* Help lists the keys of the screen it was called from: that is its "model". */
	if (ui_view(ui)->screen->id == SCREEN_HELP)
		ui_pop(ui);
	else
		ui_push(ui, &screen_help, ui_view(ui)->screen->id, SIZE_MAX, slice_of("help"));
}

static void
set_window(struct ui *ui, enum window w)
{
	ui->window = w;
	ui->zoom = WINDOW_AUTO; /* graphs are of it, too */
	ui->generation = UINT64_MAX; /* all models anew */
}

int
ui_set_keys(struct ui *ui, const struct config_bind *binds, size_t n, struct err *err)
{
	struct bindings keys;
	size_t bind, key;
	int rc = bindings_read(&keys, binds, n, &bind, &key, err);

	if (!rc)
		ui->keys = keys;
	ui->dirty = true;
	return rc;
}

void
ui_set_shown(struct ui *ui, enum window window, bool utc)
{
	if (ui->window != window)
		set_window(ui, window);
	ui->utc = utc;
	ui_view(ui)->stale = true; /* which may say what is set */
	ui->dirty = true;
}

/* Here it is so at once; that it is set the program learns, which may be asked to save it. */
static void
tell_set(struct ui_request *request, const char *name, const char *json)
{
	*request = (struct ui_request){.kind = UI_REQUEST_SET, .follow = true};
	snprintf(request->by, sizeof request->by, "%s", name);
	snprintf(request->reason, sizeof request->reason, "%s", json);
}

static void
next_window(struct ui *ui, struct ui_request *request)
{
	char json[16];

	set_window(ui, (enum window)((ui->window + 1) % WINDOW_COUNT));
	snprintf(json, sizeof json, "\"%s\"", window_names[ui->window]);
	snprintf(ui->message, sizeof ui->message, "window %s", window_names[ui->window]);
	tell_set(request, "window", json);
}

static void
other_zone(struct ui *ui, struct ui_request *request)
{
	ui->utc = !ui->utc;
	if (ui->options.utc_offset_ms == 0)
		ui_say(ui, "local time is UTC here");
	tell_set(request, "utc", ui->utc ? "true" : "false");
}

enum window
ui_window(const struct ui *ui)
{
	return ui->window;
}

static void
ui_shared(struct ui *ui, struct view *v, enum action action, uint32_t key, struct ui_request *request)
{
	switch (action) {
	case ACTION_BACK:
	case ACTION_LEFT:
		ui_back(ui, v, request);
		break;
	case ACTION_EVENTS:
		ui_push(ui, &screen_events, v->model, v->feature, slice_of("events"));
		break;
	case ACTION_FLEET:
		ui_to_fleet(ui);
		break;
	case ACTION_LEAVE:
		ui_time_return(ui, v, request);
		if (!ui_pop(ui))
			request->kind = UI_REQUEST_QUIT;
		break;
	case ACTION_QUIT:
		request->kind = UI_REQUEST_QUIT;
		break;
	case ACTION_SAVE:
		request->kind = UI_REQUEST_SAVE;
		break;
	case ACTION_RECORD:
		request->kind = UI_REQUEST_RECORD;
		break;
	case ACTION_COPY:
		request->kind = UI_REQUEST_COPY;
		break;
	case ACTION_PRINT:
		request->kind = UI_REQUEST_PRINT;
		request->utc_offset_ms = ui_offset_ms(ui);
		break;
	case ACTION_SUSPEND:
		request->kind = UI_REQUEST_SUSPEND;
		break;
	case ACTION_LIVE:
		request->kind = UI_REQUEST_LIVE;
		v->frozen = false;
		v->stale = true;
		snprintf(ui->message, sizeof ui->message, "skipped to live");
		break;
	case ACTION_FILTER:
		ui_filter_start(ui);
		break;
	case ACTION_SORT_LEFT:
	case ACTION_SORT_RIGHT:
	case ACTION_REVERSE:
		ui_sort_act(ui, v, action);
		break;
	case ACTION_PANEL:
	case ACTION_PANEL_NEXT:
	case ACTION_PANEL_PREVIOUS:
		ui_panel(ui, v, action, key);
		break;
	case ACTION_EXPAND:
		ui_expand(ui, v);
		break;
	case ACTION_FREEZE:
	case ACTION_PICK: /* nothing to pick there */
		ui_freeze(ui, v);
		break;
	case ACTION_COMPARE:
		ui_compare_moment(ui, v, ui->store);
		break;
	case ACTION_WHATIF:
		prompt_open_kind(&ui->prompt, PROMPT_WHATIF);
		break;
	case ACTION_NOTE:
		ui_note_ask(ui);
		break;
	case ACTION_SOURCES:
		ui_push(ui, &screen_sources, SIZE_MAX, SIZE_MAX, slice_of("sources"));
		break;
	case ACTION_CHOOSE:
		ui_push(ui, &screen_choose, v->model, SIZE_MAX, slice_of("baseline"));
		break;
	case ACTION_ALERTS:
		ui_push(ui, &screen_alerts, SIZE_MAX, SIZE_MAX, slice_of("alerts"));
		break;
	case ACTION_VERSIONS:
		if (v->model != SIZE_MAX)
			ui_push(ui, &screen_versions, v->model, SIZE_MAX, slice_of("versions"));
		break;
	case ACTION_TIMELINE:
		ui_push(ui, &screen_timeline, v->model, v->feature, slice_of("timeline"));
		break;
	case ACTION_SETUP:
		ui_push(ui, &screen_inforce, v->model, SIZE_MAX, slice_of("setup"));
		break;
	case ACTION_HELP:
		ui_open_help(ui);
		break;
	case ACTION_UTC:
		other_zone(ui, request);
		break;
	case ACTION_WINDOW:
		next_window(ui, request);
		break;
	case ACTION_COMMAND:
		colon_open(ui);
		break;
	case ACTION_OPEN:
	case ACTION_RIGHT:
		ui_say(ui, "there is nothing to open here");
		break;
	default:
		break;
	}
}

/* A command acts on what is on the screen, as any key; what has been typed is of the prompt alone. */
static void
ui_command_key(struct ui *ui, const struct store *s, uint32_t key, struct ui_request *request)
{
	struct view *v = ui_view(ui);

	ui->store = s;
	if (key == KEYCODE_ENTER && (!v->collected || v->reorder))
		ui_collect(ui, s);
	colon_key(ui, s, key, request);
	if (ui->past)
		ui_time_refuse(ui, request);
	ui->store = NULL;
}

void
ui_set_terminal(struct ui *ui, const struct ui_terminal *terminal)
{
	ui->terminal = *terminal;
}

struct ui_request
ui_key(struct ui *ui, const struct store *s, uint32_t key, int64_t mono_ms)
{
	struct ui_request request = {.kind = UI_REQUEST_NONE};
	struct view *v = ui_view(ui);
	enum action action;

	ui->dirty = true;
	ui->key_seen = true;
	ui->key_mono_ms = mono_ms;
	ui->message[0] = '\0';
	if (key == ('c' & 0x1f)) {
		request.kind = UI_REQUEST_QUIT;
		return request;
	}
	if (ui->typing) {
		ui_filter_key(ui, s, key);
		return request;
	}
	if (ui->prompt.open) {
		if (ui->prompt.kind == PROMPT_COMMAND)
			ui_command_key(ui, s, key, &request);
		else if (ui->prompt.kind == PROMPT_TIME)
			ui_time_key(ui, key, &request);
		else if (ui->prompt.kind == PROMPT_NOTE)
			ui_note_key(ui, key, &request);
		else if (ui->prompt.kind == PROMPT_WHATIF)
			ui_whatif_key(ui, key, &request);
		else
			ui_silence_key(ui, key, &request);
		return request;
	}
	action = bindings_find(&ui->keys, key, v->screen->id, ui->past != NULL);
	if (action == ACTION_NONE) {
		ui_hint(ui, key);
		return request;
	}
	ui->store = s;
	/* Keys that came faster than frames: this one means what the frame between would have shown. */
	if (!v->collected || v->reorder)
		ui_collect(ui, s);
	if (ui_time_act(ui, v, action, &request)) {
		ui->store = NULL;
		return request;
	}
	if (!v->screen->act || !v->screen->act(ui, v, action, &request)) {
		if (action == ACTION_ALERT_NEXT || action == ACTION_ALERT_PREVIOUS)
			ui_alert_step(ui, s, action == ACTION_ALERT_NEXT);
		else
			ui_shared(ui, v, action, key, &request);
	}
	if (ui->past)
		ui_time_refuse(ui, &request);
	ui->store = NULL;
	return request;
}

/* ---- frames ------------------------------------------------------------------------------------------------------
 */

static void
ui_count(struct ui *ui, struct view *v)
{
	memset(v->counts, 0, sizeof v->counts);
	for (size_t i = 0; i < ui->nmodels; i++)
		v->counts[ui->models[i].f.severity]++;
}

/* Outputs are numbered behind inputs: where there are more of these than before, or fewer, it has another index. */
static void
ui_find_feature(struct view *v, const struct store *s)
{
	size_t feature = SIZE_MAX;

	if (v->feature == SIZE_MAX || v->model >= store_model_count(s) || strlen(v->title) + 1 >= sizeof v->title)
		return;
	feature = figures_feature_find(s, v->model, slice_of(v->title));
	if (feature != SIZE_MAX)
		v->feature = feature;
}

void
ui_collect(struct ui *ui, const struct store *s)
{
	struct view *v = ui_view(ui);
	uint64_t generation = store_generation(s);
	bool asks = !ui_own(v) && metric_needs_quality(&v->filter.expr);

	if (ui->past && ui->place != ui->past->place) {
		ui->place = ui->past->place;
		ui->generation = UINT64_MAX;
	}
	if (ui->generation != generation || ui->quality < asks) {
		arena_clear(&ui->arena);
		ui->quality = asks;
		ui->models = held_models(&ui->arena, s, ui->window, ui->want_trend, asks, &ui->nmodels);
		ui->generation = generation;
		v->stale = true;
	}
	chrome_feed(&ui->feed, s);
	alerts_count(store_alerts(s), SEVERITY_CRIT, ui->alerts);
	ui->alerts_worst = ui->alerts[0] ? SEVERITY_CRIT : SEVERITY_WARN;
	alerts_count(store_alerts(s), SEVERITY_WARN, ui->alerts);
	ui->incidents = alerts_count_incidents(store_alerts(s), SEVERITY_WARN);
	if (v->stale || v->generation != generation)
		ui_find_feature(v, s);
	if (!ui_time_has(ui, v)) {
		v->stale = true;
		return;
	}
	if ((!v->frozen || !v->collected) && (v->stale || v->generation != generation)) {
		arena_clear(&v->arena);
		v->severity = SEVERITY_OK;
		v->subject = v->sentence = slice_of("");
		if (v->screen->collect)
			v->screen->collect(ui, v, s);
		ui_count(ui, v);
		v->generation = generation;
		v->collected = true;
		v->stale = ui->unrest || ui->calm;
	}
	if (v->screen->arrange)
		v->screen->arrange(ui, v, s);
	v->reorder = false;
}

/* Where streams exist but none matches, the list to pick from is what one needs first. Once, and never against a key.
 */
static void
ui_offer(struct ui *ui)
{
	if (ui->offered || ui->key_seen || ui->past || ui->depth > 1 || ui->nmodels > 0 || !ui->feed.nothing_matches)
		return;
	ui->offered = true;
	ui_push(ui, &screen_sources, SIZE_MAX, SIZE_MAX, slice_of("sources"));
}

/* Line 1, the alert line and the keys give way in that order reversed, so that a single row shows the worst item. */
static void
ui_paint(struct ui *ui, struct grid *g)
{
	struct rect all = grid_rect(g);
	int alert = all.rows >= 6 ? 1 : 0, keys = all.rows >= 3 ? 1 : 0, bar = all.rows >= 2 ? 1 : 0;
	int time = ui->past && all.rows >= UI_TIME_ROWS ? 1 : 0;
	struct view *v = ui_view(ui);

	grid_clear(g);
	v->alone = false;
	if (chrome_is_tiny(all) && !ui_takes_text(ui)) {
		chrome_tiny(ui, v, g, all);
		return;
	}
	if (bar)
		chrome_bar(ui, v, g, rect_rows(all, 0, 1));
	if (alert)
		chrome_alert(ui, v, g, rect_rows(all, 1, 1));
	if (keys && !ui_takes_text(ui))
		chrome_keys(ui, v, g, rect_rows(all, all.rows - 1, 1));
	if (time)
		ui_time_bar(ui, g, rect_rows(all, all.rows - keys - 1, 1));
	all = rect_rows(all, bar + alert, all.rows - bar - alert - keys - time);
	if (ui_time_has(ui, v))
		v->screen->draw(ui, v, g, all);
	else
		ui_time_lacks(ui, g, all);
	/* Last, as the cursor is in it. */
	if (keys && ui_takes_text(ui)) {
		chrome_above_prompt(ui, g, rect_rows(grid_rect(g), g->rows - 2, 1));
		chrome_prompt(ui, v, g, rect_rows(grid_rect(g), g->rows - 1, 1));
	} else if (keys) {
		chrome_long_message(ui, g);
	}
}

void
ui_draw_panel(struct ui *ui, const struct store *s, struct grid *g, int64_t now_ms, int64_t mono_ms)
{
	struct view *v = ui_view(ui);
	bool expanded = v->expanded, dirty = ui->dirty;

	v->expanded = v->screen->panels > 0;
	ui_draw(ui, s, g, now_ms, mono_ms);
	v->expanded = expanded;
	ui->dirty = dirty;
}

const char *
ui_fault(const struct ui *ui)
{
	return ui->prompt.open && ui->prompt.kind == PROMPT_COMMAND ? ui->prompt.wrong : "";
}

const char *
ui_said(const struct ui *ui)
{
	return ui->message;
}

struct history *
ui_history(struct ui *ui)
{
	return &ui->colon.history;
}

void
ui_draw(struct ui *ui, const struct store *s, struct grid *g, int64_t now_ms, int64_t mono_ms)
{
	ui->now_ms = now_ms;
	ui->mono_ms = mono_ms;
	ui->hold = ui->key_seen && mono_ms - ui->key_mono_ms < UI_HOLD_MS;
	ui->rested = !ui->key_seen || mono_ms - ui->key_mono_ms >= UI_REST_MS;
	ui->unrest = ui->calm = false;
	ui_collect(ui, s);
	ui_offer(ui);
	if (ui_view(ui)->stale && ui_time_has(ui, ui_view(ui)))
		ui_collect(ui, s);
	ui->dirty_again = false;
	ui_paint(ui, g);
	if (ui->dirty_again && !ui_view(ui)->frozen) {
		ui_collect(ui, s);
		ui_paint(ui, g);
	}
	ui->dirty = ui->unrest;
	ui->drawn_s = now_ms / 1000;
	g->same = ui->drawn == ui_view(ui)->screen && ui->drawn_depth == ui->depth &&
		  ui->drawn_expanded == ui_view(ui)->expanded;
	ui->drawn = ui_view(ui)->screen;
	ui->drawn_depth = ui->depth;
	ui->drawn_expanded = ui_view(ui)->expanded;
}

void
ui_set_link(struct ui *ui, const char *text, const char *brief)
{
	snprintf(ui->link[0], sizeof(ui->link[0]), "%s", text);
	snprintf(ui->link[1], sizeof(ui->link[1]), "%s", brief);
	ui->dirty = true;
}

bool
ui_dirty(const struct ui *ui, const struct store *s)
{
	return ui->dirty || ui->generation != store_generation(s) || ui->drawn_s != store_now_ms(s) / 1000;
}
