#include "tui/record_view.h"

#include <math.h>
#include <stdio.h>

#include "core/events_bytes.h"
#include "core/model.h"
#include "tui/event_name.h"
#include "widgets/fmt.h"
#include "widgets/rawview.h"

#define ROWS_FIXED 12
#define NAME_COLS  18
#define KIND_COLS  9
#define VALUE_COLS 22

/* ---- what it says ------------------------------------------------------------------------------ */

static struct record_row *
add(struct record_view *rv, struct slice name, const char *kind, struct slice value)
{
	struct record_row *row = &rv->rows[rv->n++];

	*row = (struct record_row){.name = arena_text(&rv->arena, name),
	    .value = arena_text(&rv->arena, value),
	    .kind = kind,
	    .role = ROLE_TEXT};
	return row;
}

static const char *
kind_of(const struct value *v)
{
	static const char *const kinds[] = {[VALUE_MISSING] = "missing", [VALUE_NUMBER] = "number",
	    [VALUE_NONFINITE] = "number", [VALUE_TEXT] = "text", [VALUE_BOOL] = "boolean",
	    [VALUE_NOT_SCALAR] = "array"};

	return kinds[v->kind];
}

static void
mark(struct record_view *rv, struct record_row *row, enum role role, const char *text)
{
	row->mark = arena_text(&rv->arena, slice_of(text));
	row->role = role;
}

/* What the baseline has to say of the value. */
static void
mark_value(struct record_view *rv, struct record_row *row, const struct value *v, const struct baseline_feature *ref)
{
	uint64_t has = ref->count + ref->nonfinite;
	double missing = ref->rows > 0 && ref->rows >= has ? (double)(ref->rows - has) / (double)ref->rows
							    : (double)NAN;
	char text[120] = "", key[VALUE_KEY_BYTES];

	if (v->kind == VALUE_MISSING) {
		snprintf(text, sizeof text, "in the baseline %s", fmt_pct_sign(missing).s);
		mark(rv, row, missing > 0.01 ? ROLE_MUTED : ROLE_WARN, text);
	} else if (v->kind == VALUE_NONFINITE) {
		mark(rv, row, ROLE_WARN, "not finite");
	} else if (ref->type == FEATURE_NUMERIC && v->kind != VALUE_NUMBER) {
		mark(rv, row, ROLE_WARN, "no number, as the baseline has");
	} else if (ref->type == FEATURE_NUMERIC && numbins_is_out_of_range(&ref->bins, v->num)) {
		snprintf(text, sizeof text, "out of range %s to %s", fmt_value(ref->bins.min).s,
		    fmt_value(ref->bins.max).s);
		mark(rv, row, ROLE_WARN, text);
	} else if (ref->type == FEATURE_NUMERIC &&
		   numbins_is_unseen(&ref->bins, numbins_bin(&ref->bins, v->num), v->num)) {
		mark(rv, row, ROLE_WARN, "new to the baseline");
	} else if (ref->type == FEATURE_CATEGORICAL && !ref->values.open && v->kind != VALUE_NOT_SCALAR &&
		   topvals_find(&ref->values, value_key(v, key)) == TOPVALS_UNSEEN) {
		mark(rv, row, ROLE_WARN, "new to the baseline");
	}
}

static void
add_value(struct record_view *rv, struct slice name, const struct value *v, const struct baseline *b, bool output)
{
	const struct baseline_feature *ref = b ? baseline_find(b, name, output) : NULL;
	struct record_row *row = add(rv, name, kind_of(v), v->kind == VALUE_MISSING ? slice_of("-") : v->text);

	/* Of what a recording masks nobody can say whether it is new. */
	if (ref && ref->count > 0 && !(v->kind == VALUE_TEXT && slice_is(v->text, EVENTS_MASKED)))
		mark_value(rv, row, v, ref);
}

static void
add_text(struct record_view *rv, const char *name, struct slice value)
{
	if (value.n > 0)
		add(rv, slice_of(name), NULL, value);
}

static void
add_head(struct record_view *rv, const struct raw_event *e, const struct event *ev, int64_t utc_offset_ms)
{
	char text[64];

	rv->ts_ms = ev->ts_ms;
	add(rv, slice_of("time"), NULL, slice_of("-")); /* the first row */
	record_view_zone(rv, utc_offset_ms);
	if (e->of_entry && e->arrival_ms != e->ts_ms) {
		snprintf(text, sizeof text, "%s s after its time",
		    fmt_signed((double)(e->arrival_ms - e->ts_ms) / 1000, 3).s);
		add_text(rv, "arrived", slice_of(text));
	}
	add_text(rv, "model", ev->model);
	add_text(rv, "version", ev->version);
	add_text(rv, "id", ev->id);
	if (!isnan(ev->latency_ms))
		add_text(rv, "latency", slice_of(fmt_ms(ev->latency_ms).s));
	if (ev->failed || ev->client_error)
		mark(rv, add(rv, slice_of("failed"), NULL, ev->error.n ? ev->error : slice_of("yes")), ROLE_WARN,
		    ev->failed ? "" : "by the client");
}

/* Inputs that the baseline knows and the event does not have. */
static void
add_absent(struct record_view *rv, const struct event *ev, const struct baseline *b)
{
	const struct value missing = {.kind = VALUE_MISSING};

	for (size_t i = 0; b && ev->has_features && i < b->nfeatures; i++) {
		struct slice name = slice_of(b->features[i].name);
		size_t k = 0;

		while (k < ev->nfeatures && !slice_eq(ev->features[k].name, name))
			k++;
		if (k == ev->nfeatures && !b->features[i].output)
			add_value(rv, name, &missing, b, false);
	}
}

void
record_view_fill(struct record_view *rv, struct event_record *decoder, const struct raw_event *e,
    const struct store *s, size_t model, int64_t utc_offset_ms)
{
	const struct baseline *b = model < store_model_count(s) ? store_model(s, model)->baseline : NULL;
	struct slice name = model < store_model_count(s) ? store_model_name(s, model) : slice_of("");
	char entry[EVENT_NAME_BYTES];
	struct event ev;

	arena_clear(&rv->arena);
	rv->n = 0;
	rv->utc_offset_ms = INT64_MIN;
	rv->rows = NULL;
	rv->entry = slice_of("");
	if (*event_name_write(s, e, entry))
		rv->entry = arena_text(&rv->arena, slice_of(entry));
	if (!decoder || !event_record_decode(decoder, e, name, &ev))
		return;
	rv->rows = arena_take(&rv->arena, (ROWS_FIXED + ev.nfeatures + (b ? b->nfeatures : 0)) * sizeof *rv->rows);
	if (!rv->rows)
		return;
	add_head(rv, e, &ev, utc_offset_ms);
	if (ev.prediction.kind != VALUE_MISSING)
		add_value(rv, slice_of("prediction"), &ev.prediction, b, true);
	if (ev.score.kind != VALUE_MISSING)
		add_value(rv, slice_of("score"), &ev.score, b, true);
	if (ev.label.kind != VALUE_MISSING)
		add_value(rv, slice_of("label"), &ev.label, NULL, false);
	for (size_t i = 0; i < ev.nfeatures; i++)
		add_value(rv, ev.features[i].name, &ev.features[i].value, b, false);
	add_absent(rv, &ev, b);
}

void
record_view_zone(struct record_view *rv, int64_t utc_offset_ms)
{
	char text[64];

	if (rv->n == 0 || rv->utc_offset_ms == utc_offset_ms)
		return;
	rv->utc_offset_ms = utc_offset_ms;
	snprintf(text, sizeof text, "%s %s", fmt_date(rv->ts_ms, utc_offset_ms).s,
	    fmt_clock_ms(rv->ts_ms, utc_offset_ms).s);
	rv->rows[0].value = arena_text(&rv->arena, slice_of(text));
}

void
record_view_release(struct record_view *rv)
{
	arena_release(&rv->arena);
}

/* ---- how it is painted --------------------------------------------------------------------------- */

static void
paint_row(struct grid *g, struct rect r, int row, const struct record_row *it)
{
	bool narrow = r.cols < 60;
	int name = narrow ? NAME_COLS - 4 : NAME_COLS, at = name + 1, value = narrow ? VALUE_COLS - 8 : VALUE_COLS;

	grid_text(g, rect_cols(r, 0, name), row, 0, it->kind ? ROLE_TITLE : ROLE_MUTED, it->name, FIT_ELLIPSIS);
	if (it->kind) {
		grid_str(g, rect_cols(r, at, KIND_COLS - 1), row, 0, ROLE_MUTED, it->kind);
		at += KIND_COLS;
	}
	if (grid_text_width(it->value) <= VALUE_COLS / 2)
		value = VALUE_COLS / 2;
	if (it->mark.n == 0)
		value = r.cols - at;
	grid_text(g, rect_cols(r, at, value), row, 0, it->mark.n && it->role == ROLE_WARN ? ROLE_WARN : ROLE_TEXT,
	    it->value, FIT_ELLIPSIS);
	grid_text(g, rect_cols(r, at + value + 1, r.cols), row, 0, it->role, it->mark, FIT_ELLIPSIS);
}

/* From line `top` on; a head first. Returns the lines. */
static size_t
paint_decoded(struct grid *g, struct rect r, const struct record_view *rv, size_t top)
{
	if (top == 0)
		grid_text(g, r, 0, 0, ROLE_HEADER, slice_of(rv->rows ? "as it was read" : "it cannot be read again"),
		    FIT_ELLIPSIS);
	for (size_t i = 0; i < rv->n; i++)
		if (i + 1 >= top && (int)(i + 1 - top) < r.rows)
			paint_row(g, r, (int)(i + 1 - top), &rv->rows[i]);
	return rv->n + 1;
}

/* The entry's place first, where it is known. */
static size_t
paint_raw(
    struct grid *g, struct rect r, const struct record_view *rv, struct slice raw, size_t top, struct slice needle)
{
	if (top == 0) {
		int col = grid_str(g, r, 0, 0, ROLE_HEADER, "as it came  ");

		grid_text(g, r, 0, col, ROLE_MUTED, rv->entry, FIT_ELLIPSIS);
		r = rect_rows(r, 1, r.rows - 1);
	}
	return 1 + rawview_paint(g, r, raw, top > 0 ? top - 1 : 0, needle);
}

size_t
record_view_find(int cols, struct slice raw, struct slice needle)
{
	size_t line = rawview_find(cols >= RECORD_VIEW_COLS ? cols * 45 / 100 : cols, raw, needle);

	return line == SIZE_MAX ? line : line + 1;
}

size_t
record_view_paint(
    struct grid *g, struct rect r, const struct record_view *rv, struct slice raw, size_t top, struct slice needle)
{
	struct rect left = r;
	size_t came, was;
	int below;

	if (r.cols >= RECORD_VIEW_COLS) {
		left = rect_cols(r, 0, r.cols * 45 / 100);
		came = paint_raw(g, left, rv, raw, top, needle);
		was = paint_decoded(g, rect_cols(r, left.cols + 2, r.cols), rv, top);
		return came > was ? came : was;
	}
	came = paint_raw(g, r, rv, raw, top, needle);
	below = came + 1 > top ? (int)(came + 1 - top < (size_t)r.rows ? came + 1 - top : (size_t)r.rows) : 0;
	was = paint_decoded(g, rect_rows(r, below, r.rows - below), rv, top > came + 1 ? top - came - 1 : 0);
	return came + 1 + was;
}
