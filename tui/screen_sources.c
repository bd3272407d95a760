/*
 * Where events come from: every source with its streams, what was lost and why, and what was rejected or odd, with a
 * sample of each. Where no stream matches the patterns this is the list to pick from.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/part.h"
#include "tui/source_detail.h"
#include "widgets/mark.h"
#include "widgets/rawview.h"
#include "widgets/table.h"

enum { PANEL_STREAMS, PANEL_REJECTS, PANEL_DETAIL, PANEL_COUNT };

enum {
	COL_MARK,
	COL_NAME,
	COL_STATE,
	COL_RATE,
	COL_EVENTS,
	COL_LAG,
	COL_BEHIND,
	COL_LOST,
	COL_AGE,
	COL_LAYOUT,
	COL_SAMPLE,
	COL_COUNT
};

static const struct table_column columns[COL_COUNT] = {
    [COL_MARK] = {"", 2, 0, TABLE_ALWAYS, false, false, "severity"},
    [COL_NAME] = {"SOURCE, STREAM", 24, 44, TABLE_ALWAYS, false, false, "stream"},
    [COL_STATE] = {"STATE", 10, 0, 90, false, false, "state"},
    [COL_RATE] = {"EV/S", 5, 0, 85, true, true, "rate"},
    [COL_EVENTS] = {"EVENTS", 6, 0, 60, true, true, "events"},
    [COL_LAG] = {"LAG", 4, 0, 70, true, true, "lag"},
    [COL_BEHIND] = {"BEHIND", 6, 0, 40, true, true, "behind"},
    [COL_LOST] = {"LOST", 5, 0, 80, true, true, "lost"},
    [COL_AGE] = {"AGE", 4, 0, 65, true, true, "age"},
    [COL_LAYOUT] = {"LAYOUT", 8, 20, 30, false, false, "layout"},
    [COL_SAMPLE] = {"NEWEST ENTRY", 24, TABLE_REST, 20, false, false, "newest"},
};

#define DETAIL_ROWS_LEAST 6

enum { REJ_REASON, REJ_COUNT, REJ_STREAM, REJ_AGE, REJ_DETAIL, REJ_COLUMNS };

static const struct table_column reject_columns[REJ_COLUMNS] = {
    [REJ_REASON] = {"REASON", 13, 0, TABLE_ALWAYS, false, false, NULL},
    [REJ_COUNT] = {"COUNT", 5, 0, TABLE_ALWAYS, true, true, NULL},
    [REJ_STREAM] = {"STREAM", 12, 28, 50, false, false, NULL},
    [REJ_AGE] = {"AGE", 4, 0, 60, true, true, NULL},
    [REJ_DETAIL] = {"WHAT IT MEANS", 16, TABLE_REST, 40, false, false, NULL},
};

struct source_row {
	bool is_stream;
	unsigned source, stream;
	struct fact_source so; /* of a source, and of the one a stream is on; texts in the arena */
	struct fact_stream st; /* of a stream */
};

struct sources_state {
	struct source_row *rows;
	size_t n;
	struct list list;
	struct reject_sample *rejects;
	struct slice *reject_keys; /* the streams they came from */
	size_t nrejects;
	uint64_t reasons[REASON_COUNT]; /* over all streams */
	struct list reject_list;
	size_t scroll;
};

/* ---- collecting ---------------------------------------------------------------------------------------------------
 */

static struct fact_source
keep_source(struct arena *a, const struct fact_source *from)
{
	struct fact_source so = *from;

	so.url = arena_text(a, so.url);
	so.label = arena_text(a, so.label);
	so.sentence = arena_text(a, so.sentence);
	return so;
}

static struct fact_stream
keep_stream(struct arena *a, const struct fact_stream *from)
{
	struct fact_stream st = *from;

	st.key = arena_text(a, st.key);
	st.sentence = arena_text(a, st.sentence);
	st.layout = arena_text(a, st.layout);
	st.aliases = arena_text(a, st.aliases);
	st.sample = arena_text(a, slice_make(st.sample.p, st.sample.n < 16384 ? st.sample.n : 16384));
	return st;
}

static void
collect_streams(struct view *v, const struct store *s)
{
	struct sources_state *st = v->state;
	size_t n = store_source_count(s);

	for (size_t i = 0; i < store_source_count(s); i++)
		n += store_stream_count(s, i);
	st->rows = arena_take(&v->arena, n * sizeof *st->rows);
	st->n = 0;
	for (size_t i = 0; st->rows && i < store_source_count(s); i++) {
		struct fact_source so = keep_source(&v->arena, store_source(s, i));

		st->rows[st->n++] = (struct source_row){.source = (unsigned)i, .so = so};
		for (size_t k = 0; k < store_stream_count(s, i); k++)
			st->rows[st->n++] = (struct source_row){.is_stream = true,
			    .source = (unsigned)i,
			    .stream = (unsigned)k,
			    .so = so,
			    .st = keep_stream(&v->arena, store_stream(s, i, k))};
	}
}

static void
collect_rejects(struct view *v, const struct store *s)
{
	struct sources_state *st = v->state;
	size_t n = store_reject_count(s);

	st->rejects = arena_take(&v->arena, n * sizeof *st->rejects);
	st->reject_keys = arena_take(&v->arena, n * sizeof *st->reject_keys);
	st->nrejects = st->rejects && st->reject_keys ? n : 0;
	for (int i = 0; i < REASON_COUNT; i++)
		st->reasons[i] = store_reason_count(s, (enum event_reason)i);
	for (size_t i = 0; i < st->nrejects; i++) {
		struct reject_sample *r = &st->rejects[i];
		struct slice key = slice_of("");

		*r = *store_reject(s, i);
		if (r->source < store_source_count(s) && r->stream < store_stream_count(s, r->source))
			key = store_stream(s, r->source, r->stream)->key;
		else if (r->source < store_source_count(s))
			key = store_source(s, r->source)->url;
		st->reject_keys[i] = arena_text(&v->arena, key);
		r->sample = arena_text(&v->arena, slice_make(r->sample.p, r->sample.n < 16384 ? r->sample.n : 16384));
		r->detail = arena_text(&v->arena, r->detail);
	}
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct source_row *r = &((const struct sources_state *)v->state)->rows[row];

	return (uint64_t)r->source << 33 | (r->is_stream ? (uint64_t)r->stream + 1 : 0);
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct source_row *r = &((const struct sources_state *)v->state)->rows[row];
	struct slice texts[] = {
	    r->is_stream ? r->st.key : r->so.url, r->is_stream ? r->st.sentence : r->so.sentence, r->st.layout};
	const struct metric_subject subject = {.source = &r->so, .stream = &r->st};

	return !r->is_stream || filter_match(&v->filter, texts, 3, &subject);
}

/* Streams that are set aside first, then those that are read, then those only found; by key. */
static int
stream_rank(enum stream_state state)
{
	switch (state) {
	case STREAM_WRONG_TYPE:
	case STREAM_DENIED:
		return 0;
	case STREAM_READING:
	case STREAM_IDLE:
		return 1;
	case STREAM_GONE:
		return 2;
	default:
		return 3;
	}
}

static int
rate_step(double per_s)
{
	return per_s > 0.01 && per_s < 1e9 ? (int)(log2(per_s) + 100) : 0;
}

static int
column_order(size_t column, const struct fact_stream *x, const struct fact_stream *y)
{
	switch (column) {
	case COL_NAME:
		return slice_cmp(x->key, y->key);
	case COL_RATE:
		return held_number_order(x->rate_per_s, y->rate_per_s);
	case COL_EVENTS:
		return held_number_order((double)x->events, (double)y->events);
	case COL_LAG:
		return held_number_order((double)x->lag_ms, (double)y->lag_ms);
	case COL_BEHIND:
		return held_number_order((double)x->behind, (double)y->behind);
	case COL_LOST:
		return held_number_order((double)(x->trimmed + x->deleted + x->recreated + x->rolled_back),
		    (double)(y->trimmed + y->deleted + y->recreated + y->rolled_back));
	default:
		return 0;
	}
}

/* Streams stay with their source, which comes first. */
static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct sources_state *st = ((const struct view *)ctx)->state;
	const struct source_row *x = &st->rows[a], *y = &st->rows[b];
	int rank;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->is_stream != y->is_stream)
		return x->is_stream ? 1 : -1;
	rank = column_order(ui_sort_column(ctx), &x->st, &y->st);
	if (((const struct view *)ctx)->reversed)
		rank = -rank;
	if (rank)
		return rank;
	rank = stream_rank(x->st.state) - stream_rank(y->st.state);
	/* Of those that can be picked the busiest first, in steps of two so that they do not dance. */
	if (!rank && x->st.state == STREAM_OFFERED)
		rank = rate_step(y->st.rate_per_s) - rate_step(x->st.rate_per_s);
	return rank ? rank : slice_cmp(x->st.key, y->st.key);
}

static uint64_t
reject_id(const void *ctx, size_t row)
{
	const struct sources_state *st = ((const struct view *)ctx)->state;
	const struct reject_sample *r = &st->rejects[row];

	return ((uint64_t)r->source << 32 | r->stream) * REASON_COUNT + (uint64_t)r->reason;
}

static void
sources_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct sources_state *st = v->state;
	struct list_rows rows = {v, st->n, row_id, row_keep, row_order};
	struct list_rows rejects = {v, st->nrejects, reject_id, NULL, NULL};

	(void)s;
	ui_list_update(ui, v, &st->list, &rows);
	for (size_t i = 0; i < st->list.n && st->list.out_of > 0; i++)
		st->list.fixed += !st->rows[st->list.order[i]].is_stream;
	st->list.out_of -= st->list.out_of > 0 ? st->list.fixed : 0;
	/* Where there is something to pick the cursor begins on the first stream, not on the server it is on. */
	if (!st->list.moved && ui->feed.nothing_matches && st->list.n > 1) {
		st->list.selected = 1;
		st->list.selected_id = st->list.ids[1];
	}
	list_update(&st->reject_list, &rejects, ui->hold);
}

static void
sources_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct slice gone;
	char pick[120], key[48];

	collect_streams(v, s);
	collect_rejects(v, s);
	if (!ui->feed.trusted && ui->feed.untrusted[0]) {
		v->severity = SEVERITY_WARN;
		v->sentence = arena_text(&v->arena, slice_of(ui->feed.untrusted));
	} else if (ui->feed.nothing_matches) {
		v->severity = SEVERITY_WARN;
		snprintf(pick, sizeof pick, "no stream matches the patterns: %s follows the one under the cursor",
		    ui_key_name(ui, ACTION_PICK, key));
		v->sentence = arena_text(&v->arena, slice_of(pick));
	} else if (store_streams_missing(s, &gone, 1) > 0) {
		char text[480];

		snprintf(text, sizeof text, "%zu known stream%s not there now: %.*s", store_streams_missing(s, NULL, 0),
		    store_streams_missing(s, NULL, 0) == 1 ? " is" : "s are",
		    (int)(gone.n < 300 ? gone.n : 300), gone.p);
		v->severity = SEVERITY_WARN;
		v->sentence = arena_text(&v->arena, slice_of(text));
	} else if (ui->feed.state_why[0]) {
		v->severity = ui->feed.state == STATE_READING ? SEVERITY_OK : SEVERITY_WARN;
		v->sentence = arena_text(&v->arena, slice_of(ui->feed.state_why));
	} else {
		v->sentence = slice_of("nothing lost, nothing missing");
	}
}

/* ---- streams ------------------------------------------------------------------------------------------------------
 */

static const char *
source_state_text(enum feed_state state)
{
	static const char *const texts[] = {[FEED_STARTING] = "starting",
	    [FEED_CONNECTING] = "connecting",
	    [FEED_CATCHING_UP] = "catching up",
	    [FEED_LIVE] = "live",
	    [FEED_WAITING] = "down",
	    [FEED_REFUSED] = "refused",
	    [FEED_ENDED] = "read",
	    [FEED_FAILED] = "failed"};

	return texts[state];
}

/* What was last heard of a stream is no longer so where its source is away. */
static bool
source_is_away(const struct fact_source *so)
{
	return so->state == FEED_WAITING || so->state == FEED_REFUSED || so->state == FEED_FAILED;
}

/* Whether the entries of a stream are taken, so that there are figures of them. */
static bool
stream_is_read(const struct fact_stream *st)
{
	return st->state == STREAM_READING || st->state == STREAM_IDLE || st->state == STREAM_GONE;
}

static const char *
stream_state_text(const struct source_row *row)
{
	static const char *const texts[] = {[STREAM_READING] = "reading",
	    [STREAM_IDLE] = "idle",
	    [STREAM_GONE] = "gone",
	    [STREAM_WRONG_TYPE] = "no stream",
	    [STREAM_DENIED] = "denied",
	    [STREAM_OFFERED] = "not picked"};

	if (row->st.state <= STREAM_IDLE && source_is_away(&row->so))
		return "waiting";
	return row->so.state == FEED_ENDED && row->st.state == STREAM_IDLE ? "read" : texts[row->st.state];
}

static enum severity
row_severity(const struct source_row *r)
{
	if (!r->is_stream)
		return r->so.state == FEED_WAITING || r->so.state >= FEED_REFUSED
			   ? (r->so.state == FEED_ENDED ? SEVERITY_OK : SEVERITY_CRIT)
			   : SEVERITY_OK;
	if (r->st.state == STREAM_WRONG_TYPE || r->st.state == STREAM_DENIED || r->st.state == STREAM_GONE)
		return SEVERITY_WARN;
	if (r->st.trimmed + r->st.deleted + r->st.recreated + r->st.rolled_back > 0)
		return SEVERITY_WARN;
	return r->st.state == STREAM_OFFERED ? SEVERITY_UNKNOWN : SEVERITY_OK;
}

static void
source_cell(const struct ui *ui, struct grid *g, struct rect r, const struct source_row *row, size_t column)
{
	const struct fact_source *so = &row->so;
	int64_t age = so->last_byte_ms > 0 && ui->now_ms >= so->last_byte_ms ? ui->now_ms - so->last_byte_ms : -1;

	switch (column) {
	case COL_NAME:
		if (source_detail_is_server(so))
			grid_text(g, r, 0, 0, ROLE_TITLE, so->url, FIT_ELLIPSIS);
		else
			part_tail(g, r, ROLE_TITLE, so->url);
		break;
	case COL_STATE:
		grid_str(g, r, 0, 0, row_severity(row) == SEVERITY_CRIT ? ROLE_CRIT : ROLE_TEXT,
		    source_state_text(so->state));
		break;
	case COL_EVENTS:
		part_right(g, r, ROLE_MUTED, fmt_count(so->entries));
		break;
	case COL_AGE:
		part_right(g, r, ROLE_MUTED, fmt_age(age));
		break;
	case COL_SAMPLE:
		grid_text(g, r, 0, 0, ROLE_MUTED, so->sentence, FIT_ELLIPSIS);
		break;
	default:
		break;
	}
}

static void
stream_cell(const struct ui *ui, struct grid *g, struct rect r, const struct source_row *row, size_t column)
{
	const struct fact_stream *st = &row->st;
	uint64_t lost = st->trimmed + st->deleted + st->recreated + st->rolled_back;
	bool offered = st->state == STREAM_OFFERED, read = stream_is_read(st);
	const struct fmt none = fmt_age(-1);
	int64_t age = st->newest_ms > 0 && ui->now_ms >= st->newest_ms ? ui->now_ms - st->newest_ms : -1;
	enum role role = offered ? ROLE_MUTED : ROLE_TEXT;

	switch (column) {
	case COL_NAME:
		/* A file is a stream of its own: its name stands above already. */
		grid_text(
		    g, r, 0, 2, ROLE_TEXT, slice_eq(st->key, row->so.url) ? slice_of("its lines") : st->key,
		    FIT_ELLIPSIS);
		break;
	case COL_STATE:
		grid_str(g, r, 0, 0, stream_rank(st->state) == 0 || st->state == STREAM_GONE ? ROLE_WARN : role,
		    stream_state_text(row));
		break;
	case COL_RATE:
		part_right(
		    g, r, ROLE_TEXT, (read || offered) && !source_is_away(&row->so) ? fmt_rate(st->rate_per_s) : none);
		break;
	case COL_EVENTS:
		part_right(g, r, role,
		    offered ? fmt_count(st->entries > st->behind ? st->entries : st->behind)
		    : read  ? fmt_count(st->events)
			    : none);
		break;
	case COL_LAG:
		part_right(g, r, st->lag_ms >= 2000 ? ROLE_WARN : ROLE_MUTED, fmt_age(read ? st->lag_ms : -1));
		break;
	case COL_BEHIND:
		part_right(g, r, ROLE_MUTED, read ? fmt_count(st->behind) : none);
		break;
	case COL_LOST:
		part_right(g, r, lost ? ROLE_WARN : ROLE_MUTED, read ? fmt_count(lost) : none);
		break;
	case COL_AGE:
		part_right(g, r, ROLE_MUTED, fmt_age(age));
		break;
	case COL_LAYOUT:
		grid_text(g, r, 0, 0, ROLE_MUTED, st->layout, FIT_ELLIPSIS);
		break;
	case COL_SAMPLE:
		grid_text(g, r, 0, 0, ROLE_MUTED, st->sentence.n ? st->sentence : st->sample, FIT_ELLIPSIS);
		break;
	default:
		break;
	}
}

struct sources_ctx {
	const struct ui *ui;
	const struct sources_state *st;
};

static void
streams_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct sources_ctx *c = ctx;
	const struct source_row *row = &c->st->rows[c->st->list.order[place]];

	if (column == COL_MARK)
		mark_paint(g, r, 0, 0, mark_severity(g, row_severity(row)));
	else if (row->is_stream)
		stream_cell(c->ui, g, r, row, column);
	else
		source_cell(c->ui, g, r, row, column);
}

static void
panel_streams(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct sources_state *st = v->state;
	struct sources_ctx ctx = {ui, st};
	struct panel p = {.number = 1, .title = "Sources and their streams", .focused = focused};
	struct slice words[FILTER_WORDS];
	struct table t = {.columns = columns,
	    .ncolumns = COL_COUNT,
	    .order = ui_order(ui, v),
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .empty = "no source",
	    .ctx = &ctx,
	    .cell = streams_cell};

	part_list(g, r, &p, &t, &st->list);
}

/* ---- rejected and odd ---------------------------------------------------------------------------------------------
 */

/*
 * What is only odd is counted with its events, not by stream, and with the next tick, or not at all where the event
 * was left out. Its sample is there: once at least it came.
 */
static uint64_t
reject_count(const struct sources_state *st, const struct reject_sample *e)
{
	if (e->reason < REASON_REJECTED_COUNT)
		return e->count;
	return st->reasons[e->reason] > 0 ? st->reasons[e->reason] : 1;
}

static void
reject_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct sources_ctx *c = ctx;
	size_t row = c->st->reject_list.order[place];
	const struct reject_sample *e = &c->st->rejects[row];
	int64_t age = c->ui->now_ms >= e->at_ms ? c->ui->now_ms - e->at_ms : 0;

	switch (column) {
	case REJ_REASON:
		grid_str(g, r, 0, 0, e->reason < REASON_REJECTED_COUNT ? ROLE_WARN : ROLE_TEXT,
		    event_reasons[e->reason].name);
		break;
	case REJ_COUNT:
		part_right(g, r, ROLE_TEXT, fmt_count(reject_count(c->st, e)));
		break;
	case REJ_STREAM:
		grid_text(g, r, 0, 0, ROLE_MUTED, c->st->reject_keys[row], FIT_ELLIPSIS);
		break;
	case REJ_AGE:
		part_right(g, r, ROLE_MUTED, fmt_age(e->at_ms > 0 ? age : -1));
		break;
	default:
		grid_text(g, r, 0, 0, ROLE_MUTED,
		    e->detail.n ? e->detail : slice_of(event_reasons[e->reason].sentence), FIT_ELLIPSIS);
		break;
	}
}

static void
panel_rejects(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct sources_state *st = v->state;
	struct sources_ctx ctx = {ui, st};
	struct panel p = {.number = 2, .title = "Rejected and odd events", .focused = focused};
	struct table t = {.columns = reject_columns,
	    .ncolumns = REJ_COLUMNS,
	    .sorted = SIZE_MAX,
	    .ctx = &ctx,
	    .cell = reject_cell};

	if (st->reject_list.n == 0) {
		p.note = "none so far";
		panel_paint(g, r, &p);
		return;
	}
	part_list(g, r, &p, &t, &st->reject_list);
}

/* ---- the selected one ---------------------------------------------------------------------------------------------
 */

static void
panel_detail(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct sources_state *st = v->state;
	size_t row = list_row(&st->list), reject = list_row(&st->reject_list);
	bool rejected = v->panel == PANEL_REJECTS && reject != LIST_NONE;
	char title[80] = "", key[48];
	struct panel p = {.number = 3, .title = "Selected", .note = title, .focused = focused};
	struct rect body;

	if (rejected)
		snprintf(title, sizeof title, "%s", event_reasons[st->rejects[reject].reason].name);
	else if (row != LIST_NONE) {
		struct slice name = st->rows[row].is_stream ? st->rows[row].st.key : st->rows[row].so.url;

		snprintf(title, sizeof title, "%.*s", (int)(name.n < 70 ? name.n : 70), name.p);
	}
	body = panel_paint(g, r, &p);
	if (rejected) {
		const struct reject_sample *e = &st->rejects[reject];
		int at = 0;

		grid_text(g, body, at++, 0, ROLE_TEXT, slice_of(event_reasons[e->reason].sentence), FIT_ELLIPSIS);
		if (e->detail.n)
			grid_text(g, body, at++, 0, ROLE_WARN, e->detail, FIT_ELLIPSIS);
		rawview_paint(g, rect_rows(body, at, body.rows - at), e->sample, st->scroll, slice_of(""));
	} else if (row != LIST_NONE && st->rows[row].is_stream) {
		source_detail_stream(g, body, &st->rows[row].st, st->scroll);
	} else if (row != LIST_NONE) {
		source_detail_source(ui->now_ms, ui_key_name(ui, ACTION_OPEN, key), g, body, &st->rows[row].so);
	}
}

/* Rows of the upper list: all of it where that leaves something for what is selected, else the larger part. */
static int
sources_rows(size_t n, int rows)
{
	int most = rows * 6 / 10;

	if ((int)n + 2 > most && n < (size_t)rows && (int)n + 2 <= rows - DETAIL_ROWS_LEAST)
		return (int)n + 2;
	if ((size_t)most > n + 3)
		most = (int)n + 3;
	return most < 5 ? 5 : most;
}

static void
sources_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct sources_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	int rejects = st->reject_list.n < 6 ? (int)st->reject_list.n + 3 : 9, streams;

	if (v->expanded || inside.rows < 14) {
		if (v->panel == PANEL_STREAMS)
			panel_streams(ui, v, g, inside, true);
		else if (v->panel == PANEL_REJECTS)
			panel_rejects(ui, v, g, inside, true);
		else
			panel_detail(ui, v, g, inside, true);
		return;
	}
	rejects = st->reject_list.n == 0 ? 2 : rejects; /* a title that says so */
	streams = sources_rows(st->list.n, inside.rows - rejects);
	panel_streams(ui, v, g, rect_rows(inside, 0, streams), v->panel == PANEL_STREAMS);
	panel_rejects(ui, v, g, rect_rows(inside, streams, rejects), v->panel == PANEL_REJECTS);
	panel_detail(ui, v, g, rect_rows(inside, streams + rejects, inside.rows), v->panel == PANEL_DETAIL);
}

/* ---- keys ---------------------------------------------------------------------------------------------------------
 */

static bool
sources_was_picked(const struct ui *ui, const struct source_row *r, size_t *at)
{
	for (size_t i = 0; i < ui->npicked; i++)
		if (ui->picked[i].source == r->source && ui->picked[i].stream == r->stream) {
			*at = i;
			return true;
		}
	return false;
}

/* Only what was picked here can be let go again: a stray Space must not stop a stream that the patterns asked for. */
static bool
sources_pick(struct ui *ui, struct view *v, struct ui_request *request)
{
	struct sources_state *st = v->state;
	size_t row = list_row(&st->list), at;
	const struct source_row *r = row == LIST_NONE ? NULL : &st->rows[row];

	/* The selected panel shows the stream under the cursor of the first one; the middle one shows no stream. */
	if (v->panel == PANEL_REJECTS || !r || !r->is_stream) {
		ui_say_key(ui, "%s follows a stream: choose one in panel 1", ACTION_PICK);
		return true;
	}
	*request = (struct ui_request){
	    .kind = UI_REQUEST_PICK, .source = r->source, .stream = r->stream, .follow = true};
	if (sources_was_picked(ui, r, &at)) {
		request->follow = false;
		ui->picked[at] = ui->picked[--ui->npicked];
		snprintf(ui->message, sizeof ui->message, "let go");
	} else if (r->st.state == STREAM_OFFERED) {
		if (ui->npicked < UI_PICKED_MAX) {
			ui->picked[ui->npicked].source = r->source;
			ui->picked[ui->npicked++].stream = r->stream;
		}
		list_select(&st->list, st->list.selected); /* the cursor stays on it from now on */
		snprintf(ui->message, sizeof ui->message, "picked: reading");
	} else {
		request->kind = UI_REQUEST_NONE;
		snprintf(ui->message, sizeof ui->message, "already followed, because it matches a pattern");
	}
	return true;
}

static bool
sources_not_ok(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct sources_state *st = v->state;

	return filter_active(&v->filter) ? st->rows[row].is_stream : row_severity(&st->rows[row]) >= SEVERITY_WARN;
}

static bool
sources_moves(struct ui *ui, struct view *v, enum action action)
{
	struct sources_state *st = v->state;

	if (v->panel == PANEL_STREAMS || v->panel == PANEL_REJECTS) {
		bool moved = ui_list_act(ui, v, v->panel == PANEL_STREAMS ? &st->list : &st->reject_list, action);

		if (moved)
			st->scroll = 0;
		return moved;
	}
	if (action == ACTION_UP || action == ACTION_PAGE_UP)
		st->scroll -= st->scroll > 0;
	else if (action == ACTION_DOWN || action == ACTION_PAGE_DOWN)
		st->scroll += st->scroll < 4096;
	else if (action == ACTION_HOME)
		st->scroll = 0;
	else
		return false;
	return true;
}

static bool
sources_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct sources_state *st = v->state;
	size_t row = list_row(&st->list);

	if (sources_moves(ui, v, action))
		return true;
	switch (action) {
	case ACTION_PICK:
		return sources_pick(ui, v, request);
	case ACTION_OPEN:
		if (v->panel == PANEL_STREAMS && row != LIST_NONE && !st->rows[row].is_stream &&
		    source_is_away(&st->rows[row].so)) {
			*request = (struct ui_request){
			    .kind = UI_REQUEST_RETRY, .source = st->rows[row].source};
			snprintf(ui->message, sizeof ui->message, "trying again");
		} else {
			v->panel = PANEL_DETAIL;
		}
		return true;
	case ACTION_RIGHT:
		v->panel = PANEL_DETAIL;
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		list_seek(&st->list, action == ACTION_NEXT, sources_not_ok, v);
		return true;
	default:
		return false;
	}
}

static void
sources_release(struct view *v)
{
	struct sources_state *st = v->state;

	if (!st)
		return;
	list_release(&st->list);
	list_release(&st->reject_list);
}

static const struct screen_sort sources_sorts[] = {{"state", COL_MARK}, {"stream", COL_NAME}, {"rate", COL_RATE},
    {"events", COL_EVENTS}, {"lag", COL_LAG}, {"behind", COL_BEHIND}, {"lost", COL_LOST}, {NULL, 0}};

static void
sources_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct sources_state *st = v->state;

	if (panel != PANEL_DETAIL)
		ui_list_position(panel == PANEL_STREAMS ? &st->list : &st->reject_list, p, put);
	else if (put)
		st->scroll = p->row;
	else
		p->row = st->scroll;
}

const struct screen screen_sources = {
    .id = SCREEN_SOURCES,
    .name = "sources",
    .rows = METRIC_OF_SOURCE,
    .panels = PANEL_COUNT,
    .state_bytes = sizeof(struct sources_state),
    .collect = sources_collect,
    .arrange = sources_arrange,
    .draw = sources_draw,
    .act = sources_act,
    .position = sources_position,
    .columns = columns,
    .ncolumns = COL_COUNT,
    .sorts = sources_sorts,
    .release = sources_release,
};
