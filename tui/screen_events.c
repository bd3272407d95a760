/*
 * Raw events, newest first, and the selected one as it came.
 *
 * The store keeps only the newest few megabytes, which may be less than a second's worth. So the list keeps still for
 * three seconds after a key, and the event that is being read is copied: it stays on the screen when the store has
 * long let it go.
 *
 * Of a moment that is picked elsewhere, or that is frozen, the events are read from the streams again, where there are
 * any (struct ui_rows): the screen says what it wants, lists what has come so far, and until then, or where that fails,
 * what the store has kept of that time.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rawring.h"
#include "tui/event_name.h"
#include "tui/event_reader.h"
#include "tui/event_record.h"
#include "tui/event_rest.h"
#include "tui/part.h"
#include "tui/record_view.h"
#include "tui/row_name.h"
#include "widgets/table.h"

enum { PANEL_LIST, PANEL_EVENT, PANEL_COUNT };

enum { COL_TIME, COL_FLAG, COL_ID, COL_VERSION, COL_PREDICTION, COL_SCORE, COL_LATENCY, COL_VALUE, COL_RAW, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_TIME] = {"TIME", 12, 0, TABLE_ALWAYS, false, true, "time"},
    [COL_FLAG] = {"", 4, 0, 90, false, true, "failed"},
    [COL_ID] = {"ID", 8, 20, 40, false, false, "id"},
    [COL_VERSION] = {"VERSION", 7, 12, 30, false, false, "version"},
    [COL_PREDICTION] = {"PREDICTION", 10, 16, 80, false, false, "prediction"},
    [COL_SCORE] = {"SCORE", 6, 0, 60, true, true, "score"},
    [COL_LATENCY] = {"LATENCY", 7, 0, 70, true, true, "latency"},
    [COL_VALUE] = {"", 12, 24, 85, false, false, "value"},
    [COL_RAW] = {"EVENT", 24, TABLE_REST, 20, false, false, "event"},
};

#define EVENTS_ROWS_MAX 400 /* of the list; older ones are one filter away */
#define EVENTS_LOOK_MAX 20000
#define EVENTS_RAW_BYTES (1 << 20) /* of raw events copied whole for the list; those beyond are cut */
#define EVENTS_CUT_BYTES 160
#define EVENTS_AGO_MS INT64_C(60000) /* of a moment that is frozen: what came in so long before it */
#define EVENTS_READ_SEQ (UINT64_C(1) << 63) /* of those read again: numbers apart from the store's */

struct events_state {
	struct arena arena;     /* of the rows: kept while the list keeps still */
	struct raw_event *rows; /* slices in the arena */
	size_t n, whole;        /* rows; those from the first on whose raw event is whole */
	uint64_t looked;        /* events passed over or taken in the last collecting */
	int64_t from_ms, to_ms; /* of that time alone; 0: as they come */
	const struct ui_rows *read; /* what they were taken from, or that is being read; NULL: the store */
	struct event_record *record;
	struct list list;
	/* The selected event, owned. */
	uint64_t held_seq;
	bool held, gone; /* gone: it is in the list no more, but stays on the screen */
	char *raw;
	size_t raw_n;
	struct record_view record_view; /* of it */
	struct event_reader reader;
	struct slice feature; /* name that is picked out; empty: none */
};

static void
events_field(const void *ctx, struct slice name, struct expr_value *out)
{
	event_record_field(ctx, name, out);
}

static bool
events_passes(const struct view *v, const struct raw_event *e)
{
	const struct events_state *st = v->state;
	struct slice texts[] = {e->raw, e->id, e->version, slice_of(e->failed ? "failed" : "")};
	const struct metric_subject subject = {.event = e};
	struct event ev;
	const struct filter_fields fields = {&ev, events_field};
	bool decoded;

	if (!filter_active(&v->filter))
		return true;
	decoded = st->record && filter_has_fields(&v->filter) &&
		  event_record_decode(st->record, e, slice_of("m"), &ev);
	return filter_match_event(&v->filter, texts, 4, &subject, decoded ? &fields : NULL);
}

static void
events_add(struct events_state *st, const struct raw_event *e, size_t *budget)
{
	struct raw_event *row = &st->rows[st->n];
	size_t raw = e->raw.n <= *budget ? e->raw.n : e->raw.n < EVENTS_CUT_BYTES ? e->raw.n : EVENTS_CUT_BYTES;

	*row = *e;
	row->version = arena_text(&st->arena, e->version);
	row->id = arena_text(&st->arena, e->id);
	row->prediction = arena_text(&st->arena, e->prediction);
	row->raw = arena_text(&st->arena, slice_make(e->raw.p, raw));
	if (st->whole == st->n && raw == e->raw.n)
		st->whole++;
	*budget -= raw < *budget ? raw : *budget;
	st->n++;
}

/* The next older one, of what was read or of what the store has; false: none. */
static bool
events_before(const struct view *v, const struct store *s, uint64_t before, struct raw_event *e)
{
	const struct events_state *st = v->state;

	if (!st->read)
		return store_raw_before(s, v->model, before, e);
	if (!st->read->ring || !rawring_before(st->read->ring, SIZE_MAX, before & ~EVENTS_READ_SEQ, e))
		return false;
	e->seq |= EVENTS_READ_SEQ;
	return true;
}

static bool
events_in_time(const struct events_state *st, const struct raw_event *e)
{
	return st->to_ms == 0 || (e->ts_ms >= st->from_ms && e->ts_ms < st->to_ms);
}

static void
events_take(struct view *v, const struct store *s)
{
	struct events_state *st = v->state;
	struct raw_event e;
	uint64_t before = UINT64_MAX;
	size_t budget = EVENTS_RAW_BYTES;

	st->n = st->whole = 0;
	st->looked = 0;
	arena_clear(&st->arena);
	st->rows = arena_take(&st->arena, EVENTS_ROWS_MAX * sizeof *st->rows);
	if (!st->rows)
		return;
	while (st->n < EVENTS_ROWS_MAX && st->looked < EVENTS_LOOK_MAX && events_before(v, s, before, &e)) {
		before = e.seq;
		if (!st->read && !events_in_time(st, &e))
			continue;
		st->looked++;
		if (events_passes(v, &e))
			events_add(st, &e, &budget);
	}
}

/* What is to be read from the streams: once no key has come for a moment, as one may be on the way to another. */
static void
events_want(struct ui *ui, const struct view *v, const struct store *s)
{
	const struct events_state *st = v->state;
	struct slice model = v->model < store_model_count(s) ? store_model_name(s, v->model) : slice_of("");
	bool past = ui->past && ui->past->frozen && !ui->past->playing;
	struct ui_rows_want *w = &ui->want;

	if (!ui->options.reread || !model.n || model.n > sizeof w->model || (!st->to_ms && !past)) {
		ui->wants = false;
		return;
	}
	if (!ui->rested) {
		ui->unrest = true;
		return;
	}
	ui->wants = true;
	memcpy(w->model, model.p, model.n);
	w->model_n = model.n;
	w->from_ms = st->to_ms ? st->from_ms : ui->past->at_ms - EVENTS_AGO_MS;
	w->to_ms = st->to_ms ? st->to_ms : ui->past->at_ms + 1;
}

/* What has been read, where that is what is wanted and there is something to see of it. */
static const struct ui_rows *
events_read(const struct ui *ui)
{
	const struct ui_rows *rows = ui->rows;

	if (!ui->wants || !rows || rows->of.from_ms != ui->want.from_ms || rows->of.to_ms != ui->want.to_ms ||
	    !slice_eq(slice_make(rows->of.model, rows->of.model_n), slice_make(ui->want.model, ui->want.model_n)))
		return NULL;
	return rows;
}

static const char *
events_span(const struct ui *ui, int64_t from_ms, int64_t to_ms, char *out, size_t bytes)
{
	int64_t offset_ms = ui_offset_ms(ui);

	snprintf(out, bytes, "%s to %s",
	    part_is_far(from_ms, ui->now_ms) ? fmt_datetime(from_ms, offset_ms).s : fmt_clock(from_ms, offset_ms).s,
	    fmt_clock(to_ms, offset_ms).s);
	return out;
}

/* Where they are from, and how far that is. */
static void
events_say(const struct ui *ui, struct view *v)
{
	const struct events_state *st = v->state;
	const struct ui_rows *rows = events_read(ui);
	char text[ERR_MSG_BYTES + 160], span[72] = "";
	const char *filtered = filter_active(&v->filter) ? ", those that pass the filter" : "";
	char passed[48] = "";

	if (filter_active(&v->filter) && st->n < EVENTS_ROWS_MAX)
		snprintf(passed, sizeof passed, "; %zu pass%s the filter", st->n, st->n == 1 ? "es" : "");
	if (rows)
		events_span(ui, rows->of.from_ms, rows->of.to_ms, span, sizeof span);
	else if (st->to_ms)
		events_span(ui, st->from_ms, st->to_ms, span, sizeof span);
	if (ui->wants && !rows)
		snprintf(text, sizeof text, "reading the streams again");
	else if (rows && rows->state == UI_ROWS_READING)
		snprintf(text, sizeof text, "reading the entries of %s: %s of this model so far", span,
		    fmt_exact(rows->found).s);
	else if (rows && rows->state == UI_ROWS_FAILED)
		snprintf(text, sizeof text, "the streams cannot be read again: %s", rows->why);
	else if (rows && rows->found == 0)
		snprintf(text, sizeof text, "the streams have no entry of this model of %s any more", span);
	else if (rows)
		snprintf(text, sizeof text, "%s event%s of %s, read from the streams%s%s", fmt_exact(rows->found).s,
		    rows->found == 1 ? "" : "s", span, rows->cut ? "; more are unread" : "", passed);
	else if (st->to_ms)
		snprintf(text, sizeof text, "%s of the raw events kept are of %s%s", fmt_exact(st->looked).s, span,
		    filtered);
	else
		snprintf(
		    text, sizeof text, "the newest %s of the raw events kept%s", fmt_exact(st->looked).s, filtered);
	if (rows && rows->state == UI_ROWS_FAILED)
		v->severity = SEVERITY_WARN;
	v->sentence = arena_text(&v->arena, slice_of(text));
}

static void
events_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct events_state *st = v->state;
	const struct ui_rows *rows;

	if (!st->record)
		(void)event_record_new(&st->record, NULL); /* without it nothing is decoded */
	events_want(ui, v, s);
	rows = events_read(ui);
	rows = rows && (rows->found > 0 || rows->state == UI_ROWS_READ) ? rows : NULL;
	if (rows != st->read) {
		st->read = rows;
		v->reorder = true;
	}
	if (!ui->hold || v->reorder || st->n == 0)
		events_take(v, s);
	st->feature = slice_of("");
	if (v->feature != SIZE_MAX) {
		struct feature_figures f;

		figures_feature_brief(s, v->model, v->feature, ui->window, &f);
		st->feature = arena_text(&v->arena, f.name);
	}
	events_say(ui, v);
}

static uint64_t
events_id(const void *ctx, size_t row)
{
	const struct view *v = ctx;

	return ((const struct events_state *)v->state)->rows[row].seq;
}

static bool
events_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;

	return events_passes(v, &((const struct events_state *)v->state)->rows[row]);
}

static int
events_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct events_state *st = v->state;
	const struct raw_event *x = &st->rows[a], *y = &st->rows[b];
	int order = 0;

	switch (ui_sort_column(v)) {
	case COL_FLAG:
		order = (int)y->failed - (int)x->failed;
		break;
	case COL_ID:
		order = slice_cmp(x->id, y->id);
		break;
	case COL_VERSION:
		order = slice_cmp(x->version, y->version);
		break;
	case COL_PREDICTION:
		order = slice_cmp(x->prediction, y->prediction);
		break;
	case COL_SCORE:
		order = held_number_order(x->score, y->score);
		break;
	case COL_LATENCY:
		order = held_number_order(x->latency_ms, y->latency_ms);
		break;
	default:
		break;
	}
	if (!order)
		order = (a > b) - (a < b);
	return v->reversed ? -order : order;
}

static bool
events_get(const struct events_state *st, const struct store *s, uint64_t seq, struct raw_event *e)
{
	if (!(seq & EVENTS_READ_SEQ))
		return store_raw_get(s, seq, e);
	return st->read && st->read->ring && rawring_get(st->read->ring, seq & ~EVENTS_READ_SEQ, e);
}

static bool
events_copy(
    const struct ui *ui, struct events_state *st, const struct store *s, const struct raw_event *e, size_t model)
{
	char *raw = mem_dup(e->raw.p, e->raw.n);

	if (!raw)
		return false;
	mem_free(st->raw);
	st->raw = raw;
	st->raw_n = e->raw.n;
	st->held_seq = e->seq;
	st->held = true;
	event_reader_begin(&st->reader);
	record_view_fill(&st->record_view, st->record, e, s, model == SIZE_MAX ? e->model : model, ui_offset_ms(ui));
	return true;
}

/* The event under the cursor is copied once, from the row where that holds all of it, else from where it is from. */
static void
events_hold(const struct ui *ui, struct events_state *st, const struct store *s, size_t model)
{
	size_t row = list_row(&st->list);
	struct raw_event e;

	if (row == LIST_NONE || st->gone || (st->held && st->held_seq == st->rows[row].seq))
		return;
	e = st->rows[row];
	if (row >= st->whole && !events_get(st, s, st->rows[row].seq, &e))
		e = st->rows[row]; /* its first bytes are better than another event */
	e.seq = st->rows[row].seq;
	(void)events_copy(ui, st, s, &e, model);
}

static void
events_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct events_state *st = v->state;
	struct list_rows rows = {v, st->n, events_id, events_keep, events_order};
	uint64_t before = st->list.selected_id;
	bool moved = st->list.moved;

	list_update(&st->list, &rows, false);
	st->list.out_of = filter_active(&v->filter) ? (size_t)st->looked : 0;
	v->list = &st->list;
	st->gone |= moved && st->held && st->held_seq == before;
	st->gone &= st->list.n > 0 && st->list.selected_id != st->held_seq;
	if (st->gone)
		st->list.selected_id = st->held_seq;
	events_hold(ui, st, s, v->model);
	record_view_zone(&st->record_view, ui_offset_ms(ui));
}

static void
events_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct view *v = ((const void *const *)ctx)[0];
	const struct ui *ui = ((const void *const *)ctx)[1];
	const struct events_state *st = v->state;
	const struct raw_event *e = &st->rows[st->list.order[place]];
	enum role role = e->failed ? ROLE_WARN : ROLE_TEXT;

	switch (column) {
	case COL_TIME:
		grid_str(g, r, 0, 0, ROLE_MUTED,
		    r.cols > 12 ? fmt_datetime(e->ts_ms, ui_offset_ms(ui)).s
				: fmt_clock_ms(e->ts_ms, ui_offset_ms(ui)).s);
		break;
	case COL_FLAG:
		grid_str(g, r, 0, 0, ROLE_CRIT, e->failed ? "FAIL" : "");
		break;
	case COL_ID:
		part_tail(g, r, ROLE_TEXT, e->id);
		break;
	case COL_VERSION:
		grid_text(g, r, 0, 0, ROLE_MUTED, e->version, FIT_ELLIPSIS);
		break;
	case COL_PREDICTION:
		grid_text(g, r, 0, 0, role, e->prediction, FIT_ELLIPSIS);
		break;
	case COL_SCORE:
		part_right(g, r, ROLE_TEXT, fmt_fit(e->score, r.cols));
		break;
	case COL_LATENCY:
		part_right(g, r, ROLE_TEXT, fmt_ms(e->latency_ms));
		break;
	case COL_VALUE:
		grid_text(g, r, 0, 0, ROLE_TITLE, event_rest_value(e->raw, st->feature), FIT_ELLIPSIS);
		break;
	default:
		event_rest_paint(g, r, st->record, e, st->feature);
		break;
	}
}

/* No wider than the longest, in steps, so that they do not change with every event: the rest is the event's. */
static void
events_grow(struct table_column *c, int longest)
{
	longest = (longest + 3) / 4 * 4;
	if (longest < c->most)
		c->most = (uint8_t)(longest > c->cols ? longest : c->cols);
}

static void
events_fit(const struct ui *ui, const struct events_state *st, struct table_column *out)
{
	int id = 0, version = 0, prediction = 0;

	memcpy(out, columns, sizeof columns);
	for (size_t i = 0; i < st->n; i++) {
		const struct raw_event *e = &st->rows[i];
		int widths[] = {grid_text_width(e->id), grid_text_width(e->version), grid_text_width(e->prediction)};

		id = widths[0] > id ? widths[0] : id;
		version = widths[1] > version ? widths[1] : version;
		prediction = widths[2] > prediction ? widths[2] : prediction;
		/* Of old events the day is part of the time. */
		if (part_is_far(e->ts_ms, ui->now_ms))
			out[COL_TIME].cols = 19;
	}
	events_grow(&out[COL_ID], id);
	events_grow(&out[COL_VERSION], version);
	events_grow(&out[COL_PREDICTION], prediction);
}

static void
panel_list(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct events_state *st = v->state;
	const void *ctx[2] = {v, ui};
	struct slice words[FILTER_WORDS];
	char range[80], head[64], span[72] = "";
	struct panel p = {.number = 1, .title = "Events", .note = span, .right = range, .focused = focused};
	struct table_column dated[COL_COUNT];
	struct table t = {.columns = dated,
	    .ncolumns = COL_COUNT,
	    .order = ui_order(ui, v),
	    .nrows = st->list.n,
	    .selected = st->gone ? SIZE_MAX : st->list.selected,
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .focused = true,
	    .empty = filter_active(&v->filter) ? "none of the events kept passes the filter" : "no raw events kept",
	    .ctx = ctx,
	    .cell = events_cell};
	struct rect body = rect_rows(r, 1, r.rows - 1);

	if (st->to_ms)
		events_span(ui, st->from_ms, st->to_ms, span, sizeof span);
	else if (ui_sort_is_own(v))
		snprintf(span, sizeof span, "newest first");
	events_fit(ui, st, dated);
	/* Whoever comes from a feature wants its values. */
	snprintf(head, sizeof head, "%.*s", (int)(st->feature.n < sizeof head ? st->feature.n : sizeof head - 1),
	    st->feature.n ? st->feature.p : "");
	dated[COL_VALUE].head = head;
	if (st->feature.n == 0)
		dated[COL_VALUE] = (struct table_column){"", 0, 0, 0, false, false, NULL};
	st->list.body = table_body_rows(body);
	st->list.top = t.top = table_scroll(st->list.top, st->list.selected, st->list.n, st->list.body);
	ui_list_range(&st->list, range, sizeof range);
	table_paint(g, panel_paint(g, r, &p), &t);
}

static void
panel_event(struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct events_state *st = v->state;
	char range[32];
	struct panel p = {.number = 2,
	    .title = "Event",
	    .note = st->gone && filter_active(&v->filter) ? "in the list no more"
		    : st->gone				  ? "newer ones have taken its place in the list"
							  : "",
	    .right = range,
	    .focused = focused};
	struct rect body = rect_rows(r, 1, r.rows - 1);
	struct slice words[FILTER_WORDS];
	struct event_read read = {.view = st->held ? &st->record_view : NULL,
	    .raw = slice_make(st->raw, st->raw_n),
	    .needle = filter_words(&v->filter, words) && words[0].n ? words[0] : st->feature,
	    .full = v->expanded};

	if (!event_reader_place(&st->reader, body, g, &read) && !st->gone && !v->expanded)
		p.note = "as it came";
	panel_range(range, sizeof range, st->reader.scroll, st->reader.body, st->reader.lines);
	event_reader_paint(&st->reader, g, panel_paint(g, r, &p), &read);
}

static void
events_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	struct rect list = inside, event = inside;

	v->alone = inside.rows < 10 && v->panel == PANEL_LIST; /* of an event one sees more */
	if (v->expanded || inside.rows < 10) {
		if (v->panel == PANEL_LIST)
			panel_list(ui, v, g, inside, true);
		else
			panel_event(v, g, inside, true);
		return;
	}
	if (inside.cols >= 110) {
		list = rect_cols(inside, 0, inside.cols * 6 / 10);
		event = rect_cols(inside, list.cols + 2, inside.cols);
	} else {
		list = rect_rows(inside, 0, inside.rows / 2);
		event = rect_rows(inside, list.rows, inside.rows);
	}
	panel_list(ui, v, g, list, v->panel == PANEL_LIST);
	panel_event(v, g, event, v->panel == PANEL_EVENT);
}

static bool
events_failed(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct events_state *st = v->state;

	return filter_active(&v->filter) || st->rows[row].failed;
}

static bool
events_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct events_state *st = v->state;

	(void)request;
	if (v->panel == PANEL_EVENT && event_reader_act(&st->reader, action))
		return true;
	if (ui_list_act(ui, v, &st->list, action)) {
		st->gone = false;
		return true;
	}
	switch (action) {
	case ACTION_OPEN:
	case ACTION_RIGHT:
		if (v->panel == PANEL_EVENT && (v->expanded || action == ACTION_RIGHT))
			ui_say(ui, v->expanded ? "this is the whole event: " UI_KEY("back") " goes back to the list"
					       : "this is the event: " UI_KEY("open") " gives it the whole screen");
		v->panel = PANEL_EVENT;
		v->expanded = action == ACTION_OPEN;
		return true;
	case ACTION_BACK:
	case ACTION_LEFT:
		/* Out of the event into the list, before out of the list. */
		if (v->panel != PANEL_EVENT || v->filter.n > 0)
			return false;
		v->panel = PANEL_LIST;
		v->expanded = false;
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		st->gone &= !ui_list_seek(ui, &st->list, action == ACTION_NEXT, events_failed, v);
		v->stale = true;
		return true;
	default:
		return false;
	}
}

static void
events_release(struct view *v)
{
	struct events_state *st = v->state;

	if (!st)
		return;
	list_release(&st->list);
	arena_release(&st->arena);
	mem_free(st->raw);
	event_record_free(st->record);
	record_view_release(&st->record_view);
}

/* ---- for the program and other screens -------------------------------------------------------- */

bool
ui_rows_wanted(const struct ui *ui, struct ui_rows_want *out)
{
	const struct view *v = &ui->views[ui->depth - 1];

	*out = ui->want;
	return ui->wants && v->screen->id == SCREEN_EVENTS;
}

void
ui_set_rows(struct ui *ui, const struct ui_rows *rows)
{
	ui->rows = rows;
	ui->dirty = true;
	for (size_t i = 0; i < ui->depth; i++)
		if (ui->views[i].screen->id == SCREEN_EVENTS) {
			struct events_state *st = ui->views[i].state;

			/* What is listed is a copy; only where it came from is gone. */
			if (st->read != rows)
				st->read = NULL;
			ui->views[i].stale = true;
		}
}

bool
ui_open_events(struct ui *ui, size_t model, size_t feature, struct slice filter, int64_t from_ms, int64_t to_ms)
{
	struct events_state *st;

	if (!ui_push(ui, &screen_events, model, feature, slice_of("events")))
		return false;
	st = ui_view(ui)->state;
	st->from_ms = from_ms;
	st->to_ms = to_ms;
	ui->wants = false;
	filter_set(&ui_view(ui)->filter, filter, METRIC_OF_EVENT);
	return true;
}

static const struct screen_sort events_sorts[] = {{"time", COL_TIME}, {"failed", COL_FLAG}, {"id", COL_ID},
    {"version", COL_VERSION}, {"prediction", COL_PREDICTION}, {"score", COL_SCORE}, {"latency", COL_LATENCY},
    {NULL, 0}};

static void
events_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct events_state *st = v->state;

	if (panel == PANEL_LIST)
		ui_list_position(&st->list, p, put);
	else if (put)
		event_reader_put(&st->reader, p->row);
	else
		p->row = st->reader.scroll;
	/* Where one comes for something it would begin with that. */
	if (panel != PANEL_LIST && !put)
		p->moved = st->held && (st->feature.n > 0 || filter_active(&v->filter));
}

/* The entry it came in; one of a recording may have none. */
static bool
events_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct events_state *st = v->state;
	size_t row;

	if (panel != PANEL_LIST || !row_name_row(&st->list, place, &row))
		return false;
	event_name_write(ui->store, &st->rows[row], buf);
	return true;
}

void
ui_events_range(const struct view *v, int64_t *from_ms, int64_t *to_ms)
{
	const struct events_state *st = v->state;

	*from_ms = st->from_ms;
	*to_ms = st->to_ms;
}

/* ---- an event that is held although the list has it no more ------------------------------------ */

/* The newest one that is `wanted`, and which of the newest of this model and time it is, from 1; 0: none. */
static size_t
events_find(const struct view *v, const struct store *s,
    bool (*wanted)(const struct store *s, const struct raw_event *e, const void *ctx), const void *ctx, size_t most,
    struct raw_event *e)
{
	const struct events_state *st = v->state;
	uint64_t before = UINT64_MAX;
	size_t n = 0;

	while (n < most && events_before(v, s, before, e)) {
		before = e->seq;
		if (!st->read && !events_in_time(st, e))
			continue;
		n++;
		if (wanted ? wanted(s, e, ctx) : n == most)
			return n;
	}
	return 0;
}

static bool
has_seq(const struct store *s, const struct raw_event *e, const void *ctx)
{
	(void)s;
	return e->seq == *(const uint64_t *)ctx;
}

static bool
has_name(const struct store *s, const struct raw_event *e, const void *ctx)
{
	char name[EVENT_NAME_BYTES];

	return strcmp(event_name_write(s, e, name), ctx) == 0;
}

const char *
ui_events_held(const struct view *v, const struct store *s, char *buf, size_t bytes)
{
	const struct events_state *st = v->state;
	char name[EVENT_NAME_BYTES];
	struct raw_event e;
	size_t n = 0;

	buf[0] = '\0';
	if (st->held && (st->gone || st->list.n == 0))
		n = events_find(v, s, has_seq, &st->held_seq, SIZE_MAX, &e);
	if (n && *event_name_write(s, &e, name))
		snprintf(buf, bytes, "%s", name);
	else if (n)
		snprintf(buf, bytes, "%zu", n);
	return buf;
}

int
ui_events_hold(const struct ui *ui, struct view *v, const struct store *s, const char *text, struct err *err)
{
	struct events_state *st = v->state;
	bool named = strchr(text, ' ') != NULL;
	size_t at = strtoul(text, NULL, 10);
	struct raw_event e;

	if (!events_find(v, s, named ? has_name : NULL, text, named ? SIZE_MAX : at, &e) ||
	    !events_copy(ui, st, s, &e, v->model))
		return err_set(err, ERR_USAGE, "no event '%.60s' is kept here", text);
	for (at = 0; at < st->list.n && st->list.ids[at] != e.seq;)
		at++;
	list_select(&st->list, at);
	st->gone = st->list.n > 0 && at == st->list.n;
	st->list.moved = true;
	st->list.selected_id = e.seq;
	return 0;
}

const struct screen screen_events = {
    .id = SCREEN_EVENTS,
    .name = "events",
    .rows = METRIC_OF_EVENT,
    .panels = PANEL_COUNT,
    .state_bytes = sizeof(struct events_state),
    .collect = events_collect,
    .arrange = events_arrange,
    .draw = events_draw,
    .act = events_act,
    .position = events_position,
    .row_name = events_row_name,
    .columns = columns,
    .ncolumns = COL_COUNT,
    .sorts = events_sorts,
    .release = events_release,
};
