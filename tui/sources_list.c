#include "tui/sources_list.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/part.h"
#include "tui/source_detail.h"
#include "widgets/mark.h"

const struct table_column sources_columns[SOURCES_COLUMNS] = {
    [SOURCES_MARK] = {"", 2, 0, TABLE_ALWAYS, false, false, "severity"},
    [SOURCES_NAME] = {"SOURCE, STREAM", 24, 44, TABLE_ALWAYS, false, false, "stream"},
    [SOURCES_STATE] = {"STATE", 10, 0, 90, false, false, "state"},
    [SOURCES_RATE] = {"EV/S", 5, 0, 85, true, true, "rate"},
    [SOURCES_EVENTS] = {"EVENTS", 6, 0, 60, true, true, "events"},
    [SOURCES_LAG] = {"LAG", 4, 0, 70, true, true, "lag"},
    [SOURCES_BEHIND] = {"BEHIND", 6, 0, 40, true, true, "behind"},
    [SOURCES_LOST] = {"LOST", 5, 0, 80, true, true, "lost"},
    [SOURCES_AGE] = {"AGE", 4, 0, 65, true, true, "age"},
    [SOURCES_LAYOUT] = {"LAYOUT", 8, 20, 30, false, false, "layout"},
    [SOURCES_SAMPLE] = {"NEWEST ENTRY", 12, TABLE_REST, 20, false, false, "newest"},
};

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

void
sources_list_collect(struct sources_list *l, struct arena *a, const struct store *s)
{
	size_t n = store_source_count(s);

	for (size_t i = 0; i < store_source_count(s); i++)
		n += store_stream_count(s, i);
	l->rows = arena_take(a, n * sizeof *l->rows);
	l->n = 0;
	for (size_t i = 0; l->rows && i < store_source_count(s); i++) {
		struct fact_source so = keep_source(a, store_source(s, i));

		l->rows[l->n++] = (struct source_row){.source = (unsigned)i, .so = so};
		for (size_t k = 0; k < store_stream_count(s, i); k++)
			l->rows[l->n++] = (struct source_row){.is_stream = true,
			    .source = (unsigned)i,
			    .stream = (unsigned)k,
			    .so = so,
			    .st = keep_stream(a, store_stream(s, i, k))};
	}
}

struct listed {
	const struct view *v;
	const struct sources_list *l;
};

static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct source_row *r = &((const struct listed *)ctx)->l->rows[row];

	return (uint64_t)r->source << 33 | (r->is_stream ? (uint64_t)r->stream + 1 : 0);
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct listed *c = ctx;
	const struct source_row *r = &c->l->rows[row];
	struct slice texts[] = {
	    r->is_stream ? r->st.key : r->so.url, r->is_stream ? r->st.sentence : r->so.sentence, r->st.layout};
	const struct metric_subject subject = {.source = &r->so, .stream = &r->st};

	return !r->is_stream || filter_match(&c->v->filter, texts, 3, &subject);
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
	case SOURCES_NAME:
		return slice_cmp(x->key, y->key);
	case SOURCES_RATE:
		return held_number_order(x->rate_per_s, y->rate_per_s);
	case SOURCES_EVENTS:
		return held_number_order((double)x->events, (double)y->events);
	case SOURCES_LAG:
		return held_number_order((double)x->lag_ms, (double)y->lag_ms);
	case SOURCES_BEHIND:
		return held_number_order((double)x->behind, (double)y->behind);
	case SOURCES_LOST:
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
	const struct listed *c = ctx;
	const struct source_row *x = &c->l->rows[a], *y = &c->l->rows[b];
	int rank;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->is_stream != y->is_stream)
		return x->is_stream ? 1 : -1;
	rank = column_order(ui_sort_column(c->v), &x->st, &y->st);
	if (c->v->reversed)
		rank = -rank;
	if (rank)
		return rank;
	rank = stream_rank(x->st.state) - stream_rank(y->st.state);
	/* Of those that can be picked the busiest first, in steps of two so that they do not dance. */
	if (!rank && x->st.state == STREAM_OFFERED)
		rank = rate_step(y->st.rate_per_s) - rate_step(x->st.rate_per_s);
	return rank ? rank : slice_cmp(x->st.key, y->st.key);
}

void
sources_list_arrange(struct sources_list *l, struct ui *ui, struct view *v)
{
	const struct listed ctx = {v, l};
	struct list_rows rows = {&ctx, l->n, row_id, row_keep, row_order};

	ui_list_update(ui, v, &l->list, &rows);
	for (size_t i = 0; i < l->list.n && l->list.out_of > 0; i++)
		l->list.fixed += !l->rows[l->list.order[i]].is_stream;
	l->list.out_of -= l->list.out_of > 0 ? l->list.fixed : 0;
	/* Where there is something to pick the cursor begins on the first stream, not on the server it is on. */
	if (!l->list.moved && ui->feed.nothing_matches && l->list.n > 1) {
		l->list.selected = 1;
		l->list.selected_id = l->list.ids[1];
	}
}

const struct source_row *
sources_list_row(const struct sources_list *l)
{
	size_t row = list_row(&l->list);

	return row == LIST_NONE ? NULL : &l->rows[row];
}

/* ---- painting -----------------------------------------------------------------------------------------------------
 */

const char *
sources_state_text(enum feed_state state)
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

bool
source_row_is_away(const struct source_row *r)
{
	return r->so.state == FEED_WAITING || r->so.state == FEED_REFUSED || r->so.state == FEED_FAILED;
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

	if (row->st.state <= STREAM_IDLE && source_row_is_away(row))
		return "waiting";
	return row->so.state == FEED_ENDED && row->st.state == STREAM_IDLE ? "read" : texts[row->st.state];
}

enum severity
source_row_severity(const struct source_row *r)
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
	case SOURCES_NAME:
		if (source_detail_is_server(so))
			grid_text(g, r, 0, 0, ROLE_TITLE, so->url, FIT_ELLIPSIS);
		else
			part_tail(g, r, ROLE_TITLE, so->url);
		break;
	case SOURCES_STATE:
		grid_str(g, r, 0, 0, source_row_severity(row) == SEVERITY_CRIT ? ROLE_CRIT : ROLE_TEXT,
		    sources_state_text(so->state));
		break;
	case SOURCES_EVENTS:
		part_right(g, r, ROLE_MUTED, fmt_count(so->entries));
		break;
	case SOURCES_AGE:
		part_right(g, r, ROLE_MUTED, fmt_age(age));
		break;
	case SOURCES_SAMPLE:
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
	case SOURCES_NAME:
		/* A file is a stream of its own: its name stands above already. */
		grid_text(
		    g, r, 0, 2, ROLE_TEXT, slice_eq(st->key, row->so.url) ? slice_of("its lines") : st->key,
		    FIT_ELLIPSIS);
		break;
	case SOURCES_STATE:
		grid_str(g, r, 0, 0, stream_rank(st->state) == 0 || st->state == STREAM_GONE ? ROLE_WARN : role,
		    stream_state_text(row));
		break;
	case SOURCES_RATE:
		part_right(
		    g, r, ROLE_TEXT, (read || offered) && !source_row_is_away(row) ? fmt_rate(st->rate_per_s) : none);
		break;
	case SOURCES_EVENTS:
		part_right(g, r, role,
		    offered ? fmt_count(st->entries > st->behind ? st->entries : st->behind)
		    : read  ? fmt_count(st->events)
			    : none);
		break;
	case SOURCES_LAG:
		part_right(g, r, st->lag_ms >= 2000 ? ROLE_WARN : ROLE_MUTED, fmt_age(read ? st->lag_ms : -1));
		break;
	case SOURCES_BEHIND:
		part_right(g, r, ROLE_MUTED, read ? fmt_count(st->behind) : none);
		break;
	case SOURCES_LOST:
		part_right(g, r, lost ? ROLE_WARN : ROLE_MUTED, read ? fmt_count(lost) : none);
		break;
	case SOURCES_AGE:
		part_right(g, r, ROLE_MUTED, fmt_age(age));
		break;
	case SOURCES_LAYOUT:
		grid_text(g, r, 0, 0, ROLE_MUTED, st->layout, FIT_ELLIPSIS);
		break;
	case SOURCES_SAMPLE:
		grid_text(g, r, 0, 0, ROLE_MUTED, st->sentence.n ? st->sentence : st->sample, FIT_ELLIPSIS);
		break;
	default:
		break;
	}
}

struct sources_ctx {
	const struct ui *ui;
	const struct sources_list *l;
};

static void
streams_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct sources_ctx *c = ctx;
	const struct source_row *row = &c->l->rows[c->l->list.order[place]];

	if (column == SOURCES_MARK)
		mark_paint(g, r, 0, 0, mark_severity(g, source_row_severity(row)));
	else if (row->is_stream)
		stream_cell(c->ui, g, r, row, column);
	else
		source_cell(c->ui, g, r, row, column);
}

/* Names and layouts as wide as they are: what is left is for the newest entry. Sources may be cut, streams not. */
static void
fit_columns(const struct sources_list *l, struct table_column *out)
{
	int name = 0, layout = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct source_row *r = &l->rows[i];
		int wide = r->is_stream ? grid_text_width(r->st.key) + 2 : 0;

		name = wide > name ? wide : name;
		wide = r->is_stream ? grid_text_width(r->st.layout) : 0;
		layout = wide > layout ? wide : layout;
	}
	part_fit_column(out, sources_columns, SOURCES_COLUMNS, SOURCES_NAME, name);
	layout = layout < sources_columns[SOURCES_LAYOUT].most ? layout : sources_columns[SOURCES_LAYOUT].most;
	if (layout > sources_columns[SOURCES_LAYOUT].cols)
		out[SOURCES_LAYOUT].cols = (uint8_t)layout;
	out[SOURCES_LAYOUT].most = out[SOURCES_LAYOUT].cols;
}

void
sources_list_paint(
    struct sources_list *l, const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct sources_ctx ctx = {ui, l};
	struct panel p = {.number = 1, .title = "Sources and their streams", .focused = focused};
	struct table_column fitted[SOURCES_COLUMNS];
	struct slice words[FILTER_WORDS];
	struct table t = {.columns = fitted,
	    .ncolumns = SOURCES_COLUMNS,
	    .order = ui_order(ui, v),
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .empty = "no source",
	    .ctx = &ctx,
	    .cell = streams_cell};

	fit_columns(l, fitted);
	part_list(g, r, &p, &t, &l->list);
}
