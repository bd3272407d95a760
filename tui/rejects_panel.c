#include "tui/rejects_panel.h"

#include "tui/part.h"
#include "widgets/rawview.h"

#define SAMPLE_BYTES 16384 /* of a sample that are held */

enum { REJ_REASON, REJ_COUNT, REJ_STREAM, REJ_AGE, REJ_DETAIL, REJ_COLUMNS };

static const struct table_column columns[REJ_COLUMNS] = {
    [REJ_REASON] = {"REASON", 13, 0, TABLE_ALWAYS, false, false, NULL},
    [REJ_COUNT] = {"COUNT", 5, 0, TABLE_ALWAYS, true, true, NULL},
    [REJ_STREAM] = {"STREAM", 12, 28, 50, false, false, NULL},
    [REJ_AGE] = {"AGE", 4, 0, 60, true, true, NULL},
    [REJ_DETAIL] = {"WHAT IT MEANS", 16, TABLE_REST, 40, false, false, NULL},
};

void
rejects_hold(struct rejects_held *h, struct arena *a, const struct store *s)
{
	size_t n = store_reject_count(s);

	h->rejects = arena_take(a, n * sizeof *h->rejects);
	h->keys = arena_take(a, n * sizeof *h->keys);
	h->n = h->rejects && h->keys ? n : 0;
	for (int i = 0; i < REASON_COUNT; i++)
		h->reasons[i] = store_reason_count(s, (enum event_reason)i);
	for (size_t i = 0; i < h->n; i++) {
		struct reject_sample *r = &h->rejects[i];
		struct slice key = slice_of("");

		*r = *store_reject(s, i);
		if (r->source < store_source_count(s) && r->stream < store_stream_count(s, r->source))
			key = store_stream(s, r->source, r->stream)->key;
		else if (r->source < store_source_count(s))
			key = store_source(s, r->source)->url;
		h->keys[i] = arena_text(a, key);
		r->sample = arena_text(
		    a, slice_make(r->sample.p, r->sample.n < SAMPLE_BYTES ? r->sample.n : SAMPLE_BYTES));
		r->detail = arena_text(a, r->detail);
	}
}

static uint64_t
reject_id(const void *ctx, size_t row)
{
	const struct reject_sample *r = &((const struct rejects_held *)ctx)->rejects[row];

	return ((uint64_t)r->source << 32 | r->stream) * REASON_COUNT + (uint64_t)r->reason;
}

void
rejects_arrange(struct rejects_held *h, const struct ui *ui)
{
	struct list_rows rows = {h, h->n, reject_id, NULL, NULL};

	list_update(&h->list, &rows, ui->hold);
}

const struct reject_sample *
rejects_row(const struct rejects_held *h)
{
	size_t row = list_row(&h->list);

	return row == LIST_NONE ? NULL : &h->rejects[row];
}

struct rejects_ctx {
	const struct ui *ui;
	const struct rejects_held *h;
};

/*
 * What is only odd is counted with its events, not by stream, and with the next tick, or not at all where the event
 * was left out. Its sample is there: once at least it came.
 */
static uint64_t
reject_count(const struct rejects_held *h, const struct reject_sample *e)
{
	if (e->reason < REASON_REJECTED_COUNT)
		return e->count;
	return h->reasons[e->reason] > 0 ? h->reasons[e->reason] : 1;
}

static void
reject_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct rejects_ctx *c = ctx;
	size_t row = c->h->list.order[place];
	const struct reject_sample *e = &c->h->rejects[row];
	int64_t age = c->ui->now_ms >= e->at_ms ? c->ui->now_ms - e->at_ms : 0;

	switch (column) {
	case REJ_REASON:
		grid_str(g, r, 0, 0, e->reason < REASON_REJECTED_COUNT ? ROLE_WARN : ROLE_TEXT,
		    event_reasons[e->reason].name);
		break;
	case REJ_COUNT:
		part_right(g, r, ROLE_TEXT, fmt_count(reject_count(c->h, e)));
		break;
	case REJ_STREAM:
		grid_text(g, r, 0, 0, ROLE_MUTED, c->h->keys[row], FIT_ELLIPSIS);
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

void
rejects_paint(struct rejects_held *h, const struct ui *ui, struct grid *g, struct rect r, bool focused)
{
	struct rejects_ctx ctx = {ui, h};
	struct panel p = {.number = 2, .title = "Rejected and odd events", .focused = focused};
	struct table t = {
	    .columns = columns, .ncolumns = REJ_COLUMNS, .sorted = SIZE_MAX, .ctx = &ctx, .cell = reject_cell};

	if (h->list.n == 0) {
		p.note = "none so far";
		panel_paint(g, r, &p);
		return;
	}
	part_list(g, r, &p, &t, &h->list);
}

void
rejects_paint_row(struct grid *g, struct rect r, const struct reject_sample *e, size_t scroll)
{
	int at = 0;

	grid_text(g, r, at++, 0, ROLE_TEXT, slice_of(event_reasons[e->reason].sentence), FIT_ELLIPSIS);
	if (e->detail.n)
		grid_text(g, r, at++, 0, ROLE_WARN, e->detail, FIT_ELLIPSIS);
	rawview_paint(g, rect_rows(r, at, r.rows - at), e->sample, scroll, slice_of(""));
}
