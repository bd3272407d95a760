#include "tui/source_page.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/prose.h"
#include "tui/source_detail.h"
#include "widgets/graph.h"
#include "widgets/mark.h"

#define EVENTS_MOST 32 /* of what befell it */
#define STREAMS_MOST 64 /* that a page shows, and models */
#define MODEL_COLS  24 /* of a name */
#define GRAPH_AXIS_COLS 7 /* left of a graph */
#define NAME_COLS   12 /* of what is known, before it is said */
#define GRAPH_ROWS  7  /* least of a graph with its head */
#define FACTS_ROWS  14 /* of what is known, with something of what befell it */

/* ---- collecting -------------------------------------------------------------------------------- */

static void
add_event(struct source_page *p, struct source_event event)
{
	size_t at;

	/* The newest ones are kept. */
	for (at = p->nevents; at > 0 && p->events[at - 1].from_ms < event.from_ms; at--)
		if (at < EVENTS_MOST)
			p->events[at] = p->events[at - 1];
	if (at < EVENTS_MOST)
		p->events[at] = event;
	p->nevents += p->nevents < EVENTS_MOST;
}

/* Alerts about it, and stretches of which nothing is known. */
static void
collect_events(struct source_page *p, struct arena *a, const struct store *s)
{
	const struct alerts *alerts = store_alerts(s);
	struct slice url = store_source(s, p->source)->url;

	p->nevents = 0;
	p->events = arena_take(a, EVENTS_MOST * sizeof *p->events);
	for (size_t i = 0; p->events && i < alerts->n; i++) {
		const struct alert *al = alerts->list[i];

		if (al->model != ALERT_NO_MODEL || al->fired_ms == ALERT_NEVER || !slice_eq(al->key.source, url))
			continue;
		add_event(p, (struct source_event){al->from_ms, al->to_ms == ALERT_NEVER ? INT64_MAX : al->to_ms,
				 arena_text(a, al->key.rule), arena_text(a, slice_of(al->sentence))});
	}
	for (size_t i = 0; p->events && i < store_gap_count(s); i++) {
		const struct fact_gap *gap = store_gap(s, i);

		if (gap->source == p->source)
			add_event(p, (struct source_event){
					 gap->from_ms, gap->to_ms, slice_of("gap"), arena_text(a, gap->why)});
	}
}

static bool
comes_first(const struct model_row *a, const struct model_row *b)
{
	return a->f.severity != b->f.severity ? a->f.severity > b->f.severity : a->f.rate_per_s > b->f.rate_per_s;
}

static void
add_rate(struct source_page *p, const struct store *s, size_t model)
{
	double v[HELD_POINTS];
	size_t n = figures_series(s, model, SERIES_RATE, WINDOW_1H, v, HELD_POINTS);

	for (size_t i = p->nrate; i < n; i++)
		p->rate[i] = NAN;
	p->nrate = n;
	for (size_t i = 0; i < n; i++)
		if (!isnan(v[i]))
			p->rate[i] = isnan(p->rate[i]) ? v[i] : p->rate[i] + v[i];
}

/* Of the first ones, each as a share of its largest minute. */
static void
collect_cells(struct source_page *p, struct arena *a, const struct store *s)
{
	size_t n = p->nmodels < STREAMS_MOST ? p->nmodels : STREAMS_MOST;

	p->cells = arena_take(a, (n * p->nrate + 1) * sizeof *p->cells);
	p->names = arena_take(a, (n + 1) * sizeof *p->names);
	p->ncells = p->cells && p->names ? n : 0;
	for (size_t i = 0; i < p->ncells; i++) {
		double v[HELD_POINTS], most = 0;

		p->names[i] = p->models[i]->f.name;
		figures_series(s, p->models[i]->f.index, SERIES_RATE, WINDOW_1H, v, p->nrate);
		for (size_t k = 0; k < p->nrate; k++)
			most = v[k] > most ? v[k] : most;
		for (size_t k = 0; k < p->nrate; k++)
			p->cells[i * p->nrate + k] =
			    (struct heat_cell){(float)(most > 0 ? v[k] / most : v[k]), ROLE_GRAPH};
	}
}

static void
collect_models(struct source_page *p, struct arena *a, const struct store *s)
{
	size_t n;
	struct model_row *rows = held_models(a, s, WINDOW_AUTO, false, false, &n);

	p->nmodels = p->nrate = 0;
	p->models = arena_take(a, (n + 1) * sizeof *p->models);
	for (size_t i = 0; p->models && i < n; i++) {
		size_t at = p->nmodels;

		if (!figures_model_from(s, rows[i].f.index, p->source))
			continue;
		add_rate(p, s, rows[i].f.index);
		for (; at > 0 && comes_first(&rows[i], p->models[at - 1]); at--)
			p->models[at] = p->models[at - 1];
		p->models[at] = &rows[i];
		p->nmodels++;
	}
	collect_cells(p, a, s);
}

void
source_page_collect(struct source_page *p, struct arena *a, const struct store *s, unsigned source)
{
	p->source = source < store_source_count(s) ? source : UINT_MAX;
	p->nevents = p->nmodels = p->nrate = p->ncells = 0;
	if (p->source == UINT_MAX)
		return;
	collect_events(p, a, s);
	collect_models(p, a, s);
}

/* ---- what is known ----------------------------------------------------------------------------- */

/* Over the streams of a source. */
struct streams_sum {
	uint64_t events, behind, trimmed, deleted, recreated, rolled_back, skipped;
	int64_t lag_ms;
	double rate_per_s;
	size_t reading, idle, aside, gone, offered;
};

static bool
is_stream_of(const struct source_row *r, unsigned source)
{
	return r->is_stream && r->source == source;
}

static void
sum_streams(const struct sources_list *l, unsigned source, struct streams_sum *sum)
{
	memset(sum, 0, sizeof *sum);
	for (size_t i = 0; i < l->n; i++) {
		const struct fact_stream *st = &l->rows[i].st;

		if (!is_stream_of(&l->rows[i], source))
			continue;
		sum->reading += st->state == STREAM_READING;
		sum->idle += st->state == STREAM_IDLE;
		sum->gone += st->state == STREAM_GONE;
		sum->aside += st->state == STREAM_WRONG_TYPE || st->state == STREAM_DENIED;
		sum->offered += st->state == STREAM_OFFERED;
		if (st->state == STREAM_OFFERED || st->state == STREAM_WRONG_TYPE || st->state == STREAM_DENIED)
			continue;
		sum->events += st->events;
		sum->behind += st->behind;
		sum->trimmed += st->trimmed;
		sum->deleted += st->deleted;
		sum->recreated += st->recreated;
		sum->rolled_back += st->rolled_back;
		sum->skipped += st->skipped;
		sum->rate_per_s += st->rate_per_s;
		sum->lag_ms = st->lag_ms > sum->lag_ms ? st->lag_ms : sum->lag_ms;
	}
}

struct count {
	uint64_t n;
	const char *what;
};

/* "5 reading, 1 idle"; of nothing `none`. */
static void
list_counts(const struct count *counts, size_t n, const char *none, char *buf, size_t bytes)
{
	size_t used = 0;

	snprintf(buf, bytes, "%s", none);
	for (size_t i = 0; i < n && used < bytes; i++)
		if (counts[i].n > 0) {
			snprintf(buf + used, bytes - used, "%s%s %s", used ? ", " : "", fmt_exact(counts[i].n).s,
			    counts[i].what);
			used = strlen(buf);
		}
}

/* In two lines where one is not enough and there is room. */
static int
say(struct grid *g, struct rect r, int row, const char *name, enum role role, struct slice text)
{
	struct rect line = rect_rows(rect_cols(r, NAME_COLS, r.cols - NAME_COLS), row, r.rows >= FACTS_ROWS ? 2 : 1);

	if (row >= r.rows)
		return row;
	grid_str(g, r, row, 0, ROLE_MUTED, name);
	return row + prose_paint(g, line, role, text);
}

static int
say_state(
    const struct ui *ui, const struct source_row *source, const char *again, struct grid *g, struct rect r, int row)
{
	const struct fact_source *so = &source->so;
	bool bad = source_row_severity(source) == SEVERITY_CRIT;
	int64_t age_ms = ui->now_ms > so->last_byte_ms ? ui->now_ms - so->last_byte_ms : 0;
	char text[160];

	if (so->last_byte_ms > 0)
		snprintf(text, sizeof text, "%s, last byte %s ago", sources_state_text(so->state), fmt_age(age_ms).s);
	else
		snprintf(text, sizeof text, "%s", sources_state_text(so->state));
	row = say(g, r, row, "state", bad ? ROLE_CRIT : ROLE_TEXT, slice_of(text));
	if (so->sentence.n)
		row = say(g, r, row, "why", so->state == FEED_LIVE ? ROLE_TEXT : ROLE_WARN, so->sentence);
	if (so->retry_ms > ui->now_ms) {
		snprintf(text, sizeof text, "in %s; %.40s tries at once", fmt_age(so->retry_ms - ui->now_ms + 999).s,
		    again);
		row = say(g, r, row, "next try", ROLE_TEXT, slice_of(text));
	}
	return row;
}

/* Only of a server that has answered at least once: before that there is neither a connection nor a clock. */
static int
say_connection(const struct fact_source *so, struct grid *g, struct rect r, int row)
{
	double skew_s = (double)so->server_skew_ms / 1000;
	char text[96];

	if (!source_detail_is_server(so) || so->last_byte_ms <= 0)
		return row;
	if (so->reconnects == 0)
		snprintf(text, sizeof text, "never lost");
	else
		snprintf(text, sizeof text, "connected again %s time%s", fmt_exact(so->reconnects).s,
		    so->reconnects == 1 ? "" : "s");
	row = say(g, r, row, "connection", so->reconnects ? ROLE_WARN : ROLE_TEXT, slice_of(text));
	if (fabs(skew_s) < 0.05)
		snprintf(text, sizeof text, "the server's is ours");
	else
		snprintf(text, sizeof text, "the server's is %.1f s %s ours", fabs(skew_s),
		    skew_s > 0 ? "ahead of" : "behind");
	return say(g, r, row, "clock", fabs(skew_s) >= 2 ? ROLE_WARN : ROLE_TEXT, slice_of(text));
}

static int
say_streams(const struct source_row *source, const struct streams_sum *sum, struct grid *g, struct rect r, int row)
{
	const struct fact_source *so = &source->so;
	bool away = source_row_is_away(source);
	const struct count states[] = {{away ? 0 : sum->reading, "reading"}, {away ? 0 : sum->idle, "idle"},
	    {away ? sum->reading + sum->idle : 0, "waiting"}, {sum->aside, "set aside"}, {sum->gone, "gone"},
	    {sum->offered, "not picked"}};
	char list[128], text[240];

	list_counts(states, sizeof states / sizeof *states, "none", list, sizeof list);
	snprintf(text, sizeof text, "%s of %s followed: %s", fmt_exact(so->streams).s,
	    fmt_exact(so->streams_seen).s, list);
	return source_detail_is_server(so) ? say(g, r, row, "streams", ROLE_TEXT, slice_of(text)) : row;
}

static int
say_read(const struct source_row *source, const struct streams_sum *sum, struct grid *g, struct rect r, int row)
{
	const struct fact_source *so = &source->so;
	const struct count lost[] = {{sum->trimmed, "trimmed before they were read"}, {sum->deleted, "deleted"},
	    {sum->recreated, "gone with a recreated stream"}, {sum->rolled_back, "rolled back by the server"},
	    {sum->skipped, "passed over"}};
	char text[240], size[48] = "";

	if (so->entries > 0)
		snprintf(size, sizeof size, ", %s an entry", fmt_bytes(so->bytes / so->entries).s);
	snprintf(text, sizeof text, "%s entries, %s events, %s%s", fmt_exact(so->entries).s, fmt_exact(sum->events).s,
	    fmt_bytes(so->bytes).s, size);
	row = say(g, r, row, "read", ROLE_TEXT, slice_of(text));
	snprintf(text, sizeof text, "%s events/s, %s behind, %s entries not read yet", fmt_rate(sum->rate_per_s).s,
	    fmt_age(sum->lag_ms).s, fmt_exact(sum->behind).s);
	if (!source_row_is_away(source)) /* then nothing is known of now */
		row = say(g, r, row, "now", sum->lag_ms >= 2000 ? ROLE_WARN : ROLE_TEXT, slice_of(text));
	list_counts(lost, sizeof lost / sizeof *lost, "nothing", text, sizeof text);
	return say(g, r, row, "lost",
	    sum->trimmed + sum->deleted + sum->recreated + sum->rolled_back ? ROLE_WARN : ROLE_TEXT, slice_of(text));
}

/* Rejected events of a source, or of one of its streams (FACT_STREAM_NONE: all), by reason. */
static uint64_t
rejected_of(const struct rejects_held *h, unsigned source, unsigned stream, uint64_t *reasons)
{
	uint64_t all = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct reject_sample *e = &h->rejects[i];

		if (e->source != source || e->reason >= REASON_REJECTED_COUNT ||
		    (stream != FACT_STREAM_NONE && e->stream != stream))
			continue;
		all += e->count;
		if (reasons)
			reasons[e->reason] += e->count;
	}
	return all;
}

static int
say_rejected(const struct rejects_held *h, unsigned source, struct grid *g, struct rect r, int row)
{
	uint64_t reasons[REASON_COUNT] = {0}, all = rejected_of(h, source, FACT_STREAM_NONE, reasons);
	struct count counts[REASON_REJECTED_COUNT];
	char text[240];

	for (int i = 0; i < REASON_REJECTED_COUNT; i++)
		counts[i] = (struct count){reasons[i], event_reasons[i].name};
	list_counts(counts, REASON_REJECTED_COUNT, "nothing", text, sizeof text);
	return say(g, r, row, "rejected", all ? ROLE_WARN : ROLE_TEXT, slice_of(text));
}

/* "12:31:07  2m  feed: connection refused" */
static void
paint_events(const struct source_page *p, const struct ui *ui, struct grid *g, struct rect r)
{
	if (r.rows < 2)
		return;
	grid_text(g, r, 0, 0, ROLE_HEADER, slice_of("WHAT BEFELL IT"), FIT_ELLIPSIS);
	if (p->nevents == 0)
		grid_text(g, r, 1, 0, ROLE_MUTED, slice_of("no alert and no gap so far"), FIT_ELLIPSIS);
	for (size_t i = 0; i < p->nevents && (int)i + 1 < r.rows; i++) {
		const struct source_event *e = &p->events[i];
		int64_t to = e->to_ms == INT64_MAX ? ui->now_ms : e->to_ms;
		int row = (int)i + 1, col;

		grid_str(g, r, row, 0, ROLE_TEXT, part_time(e->from_ms, ui->now_ms, ui_offset_ms(ui)).s);
		grid_text_right(g, r, row, 16, e->to_ms == INT64_MAX ? ROLE_WARN : ROLE_MUTED,
		    slice_of(fmt_age(to > e->from_ms ? to - e->from_ms : 0).s));
		col = 18 + grid_text(g, r, row, 18, ROLE_MUTED, e->what, FIT_ELLIPSIS);
		grid_text(g, r, row, col + 1, ROLE_TEXT, e->why, FIT_ELLIPSIS);
	}
}

void
source_page_facts(const struct source_page *p, const struct ui *ui, const struct sources_list *list,
    const struct rejects_held *rejects, const struct source_row *row, const char *again, struct grid *g, struct rect r)
{
	const struct fact_source *so = &row->so;
	struct streams_sum sum;
	int at = 0;

	sum_streams(list, row->source, &sum);
	at = say_state(ui, row, again, g, r, at);
	at = say_connection(so, g, r, at);
	if (so->label.n)
		at = say(g, r, at, "models begin", ROLE_TEXT, so->label);
	at = say_streams(row, &sum, g, r, at);
	at = say_read(row, &sum, g, r, at);
	at = say_rejected(rejects, row->source, g, r, at);
	if (p->source == row->source)
		paint_events(p, ui, g, rect_rows(r, at + 1, r.rows - at - 1));
}

/* ---- its streams ------------------------------------------------------------------------------- */

enum {
	PART_NAME,
	PART_RATE,
	PART_LAG,
	PART_ENTRIES,
	PART_EVENTS,
	PART_TRIMMED,
	PART_DELETED,
	PART_RECREATED,
	PART_ROLLED,
	PART_SKIPPED,
	PART_REJECTED,
	PART_COLUMNS
};

static const struct table_column stream_columns[PART_COLUMNS] = {
    [PART_NAME] = {"STREAM", 24, 40, TABLE_ALWAYS, false, false, NULL},
    [PART_RATE] = {"EV/S", 5, 0, 90, true, true, NULL},
    [PART_LAG] = {"LAG", 4, 0, 85, true, true, NULL},
    [PART_ENTRIES] = {"ENTRIES", 7, 0, 40, true, true, NULL},
    [PART_EVENTS] = {"EVENTS", 6, 0, 60, true, true, NULL},
    [PART_TRIMMED] = {"TRIMMED", 7, 0, 70, true, true, NULL},
    [PART_DELETED] = {"DELETED", 7, 0, 55, true, true, NULL},
    [PART_RECREATED] = {"RECREATED", 9, 0, 45, true, true, NULL},
    [PART_ROLLED] = {"ROLLED BACK", 11, 0, 30, true, true, NULL},
    [PART_SKIPPED] = {"PASSED", 6, 0, 35, true, true, NULL},
    [PART_REJECTED] = {"REJECTED", 8, 0, 80, true, true, NULL},
};

struct streams_ctx {
	const struct rejects_held *rejects;
	const struct source_row **rows;
};

static void
stream_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct streams_ctx *c = ctx;
	const struct source_row *row = c->rows[place];
	const struct fact_stream *st = &row->st;
	const uint64_t counts[PART_COLUMNS] = {[PART_ENTRIES] = st->entries,
	    [PART_EVENTS] = st->events,
	    [PART_TRIMMED] = st->trimmed,
	    [PART_DELETED] = st->deleted,
	    [PART_RECREATED] = st->recreated,
	    [PART_ROLLED] = st->rolled_back,
	    [PART_SKIPPED] = st->skipped,
	    [PART_REJECTED] = rejected_of(c->rejects, row->source, row->stream, NULL)};
	bool bad = counts[column] > 0 && column >= PART_TRIMMED && column != PART_SKIPPED;

	if (column == PART_NAME)
		grid_text(g, r, 0, 0, ROLE_TEXT, slice_eq(st->key, row->so.url) ? slice_of("its lines") : st->key,
		    FIT_ELLIPSIS);
	else if (column == PART_RATE)
		part_right(g, r, ROLE_TEXT, source_row_is_away(row) ? fmt_age(-1) : fmt_rate(st->rate_per_s));
	else if (column == PART_LAG)
		part_right(g, r, st->lag_ms >= 2000 ? ROLE_WARN : ROLE_MUTED, fmt_age(st->lag_ms));
	else
		part_right(g, r, bad ? ROLE_WARN : column == PART_EVENTS ? ROLE_TEXT : ROLE_MUTED,
		    fmt_count(counts[column]));
}

/* In the order in which the list has them, those that are followed; how many there are. */
static size_t
followed(const struct sources_list *l, unsigned source, const struct source_row **out, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < l->list.n; i++) {
		const struct source_row *r = &l->rows[l->list.order[i]];

		if (!is_stream_of(r, source) || r->st.state > STREAM_GONE)
			continue;
		if (n < most)
			out[n] = r;
		n++;
	}
	return n;
}

/* ---- its models -------------------------------------------------------------------------------- */

enum { MODEL_MARK, MODEL_NAME, MODEL_RATE, MODEL_ERRORS, MODEL_AGE, MODEL_WHY, MODEL_COLUMNS };

static const struct table_column model_columns[MODEL_COLUMNS] = {
    [MODEL_MARK] = {"", 2, 0, TABLE_ALWAYS, false, false, NULL},
    [MODEL_NAME] = {"MODEL", 13, MODEL_COLS, TABLE_ALWAYS, false, false, NULL},
    [MODEL_RATE] = {"EV/S", 5, 0, 90, true, true, NULL},
    [MODEL_AGE] = {"AGE", 4, 0, 85, true, true, NULL},
    [MODEL_ERRORS] = {"ERR%", 5, 0, 80, true, true, NULL},
    [MODEL_WHY] = {"WHAT IS WRONG", 12, TABLE_REST, 70, false, false, NULL},
};

static void
model_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct model_figures *f = &((const struct source_page *)ctx)->models[place]->f;

	switch (column) {
	case MODEL_MARK:
		mark_paint(g, r, 0, 0, mark_severity(g, f->severity));
		break;
	case MODEL_NAME:
		grid_text(g, r, 0, 0, ROLE_TEXT, f->name, FIT_ELLIPSIS);
		break;
	case MODEL_RATE:
		part_right(g, r, ROLE_TEXT, fmt_rate(f->rate_per_s));
		break;
	case MODEL_ERRORS:
		part_right(g, r, ROLE_TEXT, fmt_pct(f->window_error_rate_frac));
		break;
	case MODEL_AGE:
		part_right(g, r, ROLE_MUTED, fmt_age(f->stale_ms));
		break;
	default:
		grid_text(g, r, 0, 0, ROLE_MUTED, f->why, FIT_ELLIPSIS);
		break;
	}
}

/* ---- both -------------------------------------------------------------------------------------- */

static void
paint_models(const struct source_page *p, struct grid *g, struct rect r)
{
	char note[48];
	struct panel head = {.title = "Models of it", .note = note};
	struct table t = {.columns = model_columns,
	    .ncolumns = MODEL_COLUMNS,
	    .nrows = p->nmodels,
	    .selected = SIZE_MAX,
	    .sorted = SIZE_MAX,
	    .empty = "no event has named one",
	    .ctx = p,
	    .cell = model_cell};

	if (r.rows < 3)
		return;
	snprintf(note, sizeof note, "%zu, the worst first", p->nmodels);
	table_paint(g, panel_paint(g, r, &head), &t);
}

/* Rows of a table in a panel, with a blank one below. */
static int
table_rows(size_t n)
{
	return (int)(n < 1 ? 1 : n < STREAMS_MOST ? n : STREAMS_MOST) + 3;
}

int
source_page_rows(const struct source_page *p, const struct sources_list *list, const struct source_row *row, int rows)
{
	int need = table_rows(followed(list, row->source, NULL, 0)) + table_rows(p->nmodels);

	need = need < FACTS_ROWS ? FACTS_ROWS : need;
	return p->source != row->source || p->nmodels == 0 || rows - need < GRAPH_ROWS ? rows : need;
}

/* A row for each model. Returns the column of the map, below which the graph has its own. */
static int
paint_each(const struct source_page *p, struct grid *g, struct rect r)
{
	struct panel head = {.title = "Events of each model", .note = "shade: of its busiest minute"};
	struct heat heat = {.cells = p->cells,
	    .names = p->names,
	    .nrows = p->ncells,
	    .ncols = p->nrate,
	    .left = ui_axis_left(WINDOW_1H),
	    .right = "now",
	    .name_cols = MODEL_COLS,
	    .cursor = -1};
	int names = GRAPH_AXIS_COLS - 1;

	for (size_t i = 0; i < p->ncells; i++)
		names = grid_text_width(p->names[i]) > names ? grid_text_width(p->names[i]) : names;
	names = names < MODEL_COLS ? names : MODEL_COLS;
	r = panel_paint(g, r, &head);
	heat_paint(g, r, &heat);
	return names + 1;
}

void
source_page_graph(const struct source_page *p, struct grid *g, struct rect r)
{
	struct panel head = {.title = "Events of its models", .note = "a second, of all together"};
	struct graph graph = {.series = {{p->rate, p->nrate, ROLE_GRAPH}},
	    .nseries = 1,
	    .top = NAN,
	    .level = NAN,
	    .format = fmt_rate,
	    .left = ui_axis_left(WINDOW_1H),
	    .right = "now",
	    .cursor = -1};
	int each = (int)p->ncells + 3, from = GRAPH_AXIS_COLS;

	if (p->ncells > 1 && r.rows - each >= GRAPH_ROWS) {
		from = paint_each(p, g, rect_rows(r, 0, each));
		r = rect_rows(r, each, r.rows - each);
	}
	r = panel_paint(g, r, &head);
	graph_paint(g, rect_cols(r, from - GRAPH_AXIS_COLS, r.cols), &graph);
}

void
source_page_parts(const struct source_page *p, const struct sources_list *list, const struct rejects_held *rejects,
    const struct source_row *row, struct grid *g, struct rect r, bool focused, int number)
{
	const struct source_row *rows[STREAMS_MOST];
	struct streams_ctx ctx = {rejects, rows};
	size_t n = followed(list, row->source, rows, STREAMS_MOST);
	bool models = p->source == row->source;
	int need = table_rows(n), most = models && r.rows >= 12 ? r.rows / 2 : r.rows;
	char note[64];
	struct panel head = {.number = number, .title = "Its streams", .note = note, .focused = focused};
	struct table t = {.columns = stream_columns,
	    .ncolumns = PART_COLUMNS,
	    .nrows = n < STREAMS_MOST ? n : STREAMS_MOST,
	    .selected = SIZE_MAX,
	    .sorted = SIZE_MAX,
	    .empty = "none is followed",
	    .ctx = &ctx,
	    .cell = stream_cell};

	/* What the models do not need is the streams'. */
	if (models && r.rows - table_rows(p->nmodels) > most)
		most = r.rows - table_rows(p->nmodels);
	need = need < most ? need : most;
	snprintf(note, sizeof note, "%zu followed%s", n, (int)n + 2 > need ? ", the first ones" : "");
	table_paint(g, panel_paint(g, rect_rows(r, 0, need), &head), &t);
	if (models)
		paint_models(p, g, rect_rows(r, need, r.rows - need));
}
