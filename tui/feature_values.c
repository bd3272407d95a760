#include "tui/feature_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "widgets/fmt.h"
#include "widgets/histogram.h"

/* ---- holding ----------------------------------------------------------------------------------- */

static void
bin_name(const struct feature_figures *f, size_t i, char *out, size_t bytes)
{
	if (f->nbins < 2)
		snprintf(out, bytes, "all");
	else if (i == 0)
		snprintf(out, bytes, "up to %s", fmt_value(f->bins[i].le).s);
	else if (i + 1 == f->nbins)
		snprintf(out, bytes, "over %s", fmt_value(f->bins[i - 1].le).s);
	else
		snprintf(out, bytes, "%s to %s", fmt_value(f->bins[i - 1].le).s, fmt_value(f->bins[i].le).s);
}

static void
hold_bins(struct feature_values *h, struct arena *a, const struct feature_figures *f)
{
	char name[96];

	for (size_t i = 0; i < f->nbins; i++) {
		bin_name(f, i, name, sizeof name);
		h->rows[i].share = (struct share){arena_text(a, slice_of(name)),
		    histogram_share(f->bins, f->nbins, i, true), histogram_share(f->bins, f->nbins, i, false), false};
		h->rows[i].from = i ? f->bins[i - 1].le : -INFINITY;
		h->rows[i].to = i + 1 < f->nbins ? f->bins[i].le : INFINITY;
	}
	h->n = f->nbins;
}

void
feature_values_hold(struct feature_values *h, struct arena *a, const struct feature_figures *f)
{
	struct share shares[PART_SHARES_MAX];
	double now = 0, was = 0;

	h->n = 0;
	for (size_t i = 0; i < f->nbins; i++) {
		now += (double)f->bins[i].current;
		was += (double)f->bins[i].baseline;
	}
	if (f->type == FEATURE_NUMERIC) {
		hold_bins(h, a, f);
	} else {
		h->n = part_shares(f, shares);
		for (size_t i = 0; i < h->n; i++) {
			h->rows[i].share = shares[i];
			h->rows[i].from = h->rows[i].to = NAN;
		}
	}
	for (size_t i = 0; i < h->n; i++) {
		struct feature_value *row = &h->rows[i];

		row->rows = now > 0 ? round(row->share.current_frac * now) : 0;
		row->moved = now > 0 && was > 0 ? histogram_beyond(
						      row->share.current_frac, now, row->share.baseline_frac, was)
						: 0;
	}
}

/* ---- filter and order -------------------------------------------------------------------------- */

enum {
	NAME_VALUE,
	NAME_SHARE,
	NAME_BASELINE,
	NAME_DIFF,
	NAME_MOVED,
	NAME_ROWS,
	NAME_UNSEEN,
	NAME_FROM,
	NAME_TO,
	NAME_COUNT
};

static const char *const no_yes[] = {"no", "yes"};

static const struct filter_name names[NAME_COUNT] = {
    [NAME_VALUE] = {{"value", EXPR_TEXT, NULL, 0}, "the value; of a bin its range as it is shown"},
    [NAME_SHARE] = {{"share", EXPR_SHARE, NULL, 0}, "rows in it of those with a value, now"},
    [NAME_BASELINE] = {{"baseline", EXPR_SHARE, NULL, 0}, "that of the baseline"},
    [NAME_DIFF] = {{"diff", EXPR_SHARE, NULL, 0}, "the share less the baseline's"},
    [NAME_MOVED] = {{"moved", EXPR_WORDS, no_yes, 2}, "whether the difference is more than noise"},
    [NAME_ROWS] = {{"rows", EXPR_PLAIN, NULL, 0}, "how many rows that are, now"},
    [NAME_UNSEEN] = {{"unseen", EXPR_WORDS, no_yes, 2}, "whether the baseline never had it"},
    [NAME_FROM] = {{"from", EXPR_PLAIN, NULL, 0}, "of a bin what its values are greater than"},
    [NAME_TO] = {{"to", EXPR_PLAIN, NULL, 0}, "of a bin its greatest value"},
};

static void
look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct feature_value *row = ctx;

	switch (name) {
	case NAME_VALUE:
		out->text = row->share.name.p ? row->share.name : slice_of("");
		break;
	case NAME_SHARE:
		out->number = row->share.current_frac;
		break;
	case NAME_BASELINE:
		out->number = row->share.baseline_frac;
		break;
	case NAME_DIFF:
		out->number = row->share.current_frac - row->share.baseline_frac;
		break;
	case NAME_MOVED:
		out->rank = row->moved != 0;
		break;
	case NAME_ROWS:
		out->number = row->rows;
		break;
	case NAME_UNSEEN:
		out->rank = row->share.unseen;
		break;
	default:
		out->number = name == NAME_FROM ? row->from : row->to;
		break;
	}
}

const struct filter_own feature_values_own = {names, NAME_COUNT, look_up, "moved=yes, share>5%"};

const struct screen_sort feature_values_sorts[] = {{"place", SHARES_UNSORTED}, {"value", SHARES_VALUE},
    {"now", SHARES_NOW}, {"was", SHARES_WAS}, {"difference", SHARES_DIFF}, {NULL, 0}};

struct arranged {
	const struct view *v;
	const struct feature_values *h;
};

/* A bin is what it is; a value goes by its name, wherever it stands. */
static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct feature_value *of = &((const struct arranged *)ctx)->h->rows[row];

	return isnan(of->to) ? slice_hash(of->share.name) : row;
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct arranged *a = ctx;
	const struct feature_value *of = &a->h->rows[row];
	struct slice texts[] = {of->share.name, slice_of(of->share.unseen ? "new" : "")};

	return filter_match_own(&a->v->filter, texts, 2, &feature_values_own, of);
}

static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct arranged *of = ctx;
	const struct feature_value *x = &of->h->rows[a], *y = &of->h->rows[b];
	int order = 0;

	switch (ui_sort_column(of->v)) {
	case SHARES_VALUE:
		/* Ranges as numbers, not as their digits. */
		order = isnan(x->to) ? slice_cmp(x->share.name, y->share.name) : 0;
		break;
	case SHARES_NOW:
		order = held_number_order(x->share.current_frac, y->share.current_frac);
		break;
	case SHARES_WAS:
		order = held_number_order(x->share.baseline_frac, y->share.baseline_frac);
		break;
	case SHARES_DIFF:
		order = held_number_order(x->share.current_frac - x->share.baseline_frac,
		    y->share.current_frac - y->share.baseline_frac);
		break;
	default:
		break;
	}
	if (!order)
		order = (a > b) - (a < b);
	return of->v->reversed ? -order : order;
}

void
feature_values_arrange(struct ui *ui, struct view *v, struct feature_values *h)
{
	const struct arranged a = {v, h};
	const struct list_rows rows = {&a, h->n, row_id, row_keep, ui_sort_is_own(v) ? NULL : row_order};

	ui_list_update(ui, v, &h->list, &rows);
}

bool
feature_values_listed(const struct view *v, const struct feature_figures *f)
{
	return f->type == FEATURE_CATEGORICAL || filter_active(&v->filter) || !ui_sort_is_own(v);
}

/* ---- the cursor -------------------------------------------------------------------------------- */

size_t
feature_values_picked(const struct feature_values *h)
{
	return h->list.moved ? list_row(&h->list) : LIST_NONE;
}

bool
feature_values_act(struct feature_values *h, enum action action, bool down)
{
	struct list *l = &h->list;
	ptrdiff_t page = l->body > 1 ? (ptrdiff_t)l->body - 1 : 1, by;

	if (action == (down ? ACTION_DOWN : ACTION_RIGHT))
		by = 1;
	else if (action == (down ? ACTION_UP : ACTION_LEFT))
		by = -1;
	else if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
		by = action == ACTION_PAGE_DOWN ? page : -page;
	else if (action == ACTION_HOME || action == ACTION_END)
		by = action == ACTION_END ? PTRDIFF_MAX / 2 : -(PTRDIFF_MAX / 2);
	else
		return false;
	/* Nothing is picked out yet: before the first one. */
	if (!l->moved && by > 0)
		list_select(l, (size_t)(by - 1));
	else if (l->moved || action != (down ? ACTION_UP : ACTION_LEFT))
		list_move(l, by);
	return true;
}

static bool
is_sought(const void *ctx, size_t row)
{
	const struct arranged *a = ctx;

	return filter_active(&a->v->filter) || a->h->rows[row].moved;
}

bool
feature_values_seek(struct ui *ui, const struct view *v, struct feature_values *h, bool forward)
{
	const struct arranged a = {v, h};
	struct list *l = &h->list;

	if (l->moved || !l->n)
		return ui_list_seek(ui, l, forward, is_sought, &a);
	/* Nothing is picked out yet: the first from either end is no way around. */
	for (size_t i = 0; i < l->n; i++) {
		size_t place = forward ? i : l->n - 1 - i;

		if (!is_sought(&a, l->order[place]))
			continue;
		list_select(l, place);
		return true;
	}
	ui_say(ui, "no value has moved beyond noise");
	return false;
}

/* ---- painting ---------------------------------------------------------------------------------- */

void
feature_values_note(const struct feature_value *row, char *out, size_t bytes)
{
	const struct share *s = &row->share;

	snprintf(out, bytes, "%.*s: now %s, baseline %s (%s)", (int)(s->name.n < 60 ? s->name.n : 60), s->name.p,
	    fmt_pct_sign(s->current_frac).s, fmt_pct_sign(s->baseline_frac).s,
	    fmt_points(s->current_frac - s->baseline_frac).s);
}

void
feature_values_paint(
    const struct view *v, const struct feature_values *h, struct grid *g, struct rect r, bool focused)
{
	struct share rows[PART_SHARES_MAX];
	struct slice words[FILTER_WORDS];
	size_t column = ui_sort_column(v), picked = feature_values_picked(h);
	struct shares s = {.rows = rows,
	    .n = h->list.n,
	    .top = h->list.top,
	    .cursor = focused && picked != LIST_NONE ? (int)h->list.selected : -1,
	    .sorted = column == SIZE_MAX ? SHARES_UNSORTED : (enum shares_column)column,
	    .reversed = v->reversed,
	    .words = words,
	    .nwords = filter_words(&v->filter, words)};

	for (size_t i = 0; i < h->list.n; i++)
		rows[i] = h->rows[h->list.order[i]].share;
	shares_paint(g, r, &s);
	if (h->list.n == 0 && r.rows > 1)
		grid_text(g, r, 1, 0, ROLE_MUTED,
		    slice_of(filter_active(&v->filter) ? "nothing passes the filter" : "no value yet"), FIT_ELLIPSIS);
}

/* ---- the events of a row ----------------------------------------------------------------------- */

/* A number with no more digits than say which one it is to a filter. */
static const char *
bin_number(double x, char *buf, size_t bytes)
{
	for (int digits = 3; digits <= 15; digits++) {
		snprintf(buf, bytes, "%.*g", digits, x);
		if (fabs(strtod(buf, NULL) - x) <= fabs(x) * 1e-13)
			break;
	}
	return buf;
}

bool
feature_values_filter(const struct feature_figures *f, const struct feature_value *row, char *out, size_t bytes)
{
	char name[FILTER_BYTES], value[FILTER_BYTES], number[32];
	size_t n = 0;

	if (!filter_quote_name(name, sizeof name, f->name))
		return false;
	if (f->type == FEATURE_CATEGORICAL) {
		/* "(all others)" are no value. */
		if (isnan(row->share.current_frac) || (row->share.name.n && row->share.name.p[0] == '(') ||
		    !filter_quote_value(value, sizeof value, row->share.name))
			return false;
		n = (size_t)snprintf(out, bytes, "%s=%s", name, value);
		return n < bytes;
	}
	out[0] = '\0';
	if (!isinf(row->from))
		n = (size_t)snprintf(
		    out, bytes, "%s>%s", name, bin_number(row->from, number, sizeof number));
	if (!isinf(row->to) && n < bytes)
		n += (size_t)snprintf(out + n, bytes - n, "%s%s<=%s", n ? " and " : "", name,
		    bin_number(row->to, number, sizeof number));
	return n < bytes;
}
