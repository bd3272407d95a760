/*
 * What happened when: rate, latency, errors and drift of a model above its alerts, versions and notes, all on one axis
 * of time. Of the fleet: its rate, its errors, how many alerts fired, and a lane for each model. Left and right pick a
 * moment, which is read out below; Enter goes there.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/alert_part.h"
#include "tui/part.h"
#include "widgets/charset.h"
#include "widgets/graph.h"
#include "widgets/latency.h"
#include "widgets/timebar.h"

#define LANES_MAX 256
#define BANDS_MAX 4
#define NAME_COLS 14 /* of bands and lanes, left of the axis */
#define VALUE_COLS 7 /* of a graph's own values (widgets/graph.h) */
#define BAND_ROWS_MOST 17

struct band {
	const char *name;
	struct fmt (*format)(double);
	double v[HELD_POINTS], line[HELD_POINTS]; /* line: a second series; none where nline is 0 */
	size_t n, nline;
	double least_top;
	enum role role;
};

struct lane {
	struct slice name, sentence;
	uint64_t alert; /* its id; 0: of a model, or of marks */
	size_t model;	/* SIZE_MAX: none */
	enum severity severity;
	struct timebar_item *items;
	size_t nitems;
	const struct alert *of;			/* for filters, in the arena as it was collected; */
	const struct model_figures *figures;	/* NULL: it is none */
	const struct quality_brief *quality;
};

struct timeline_state {
	struct band bands[BANDS_MAX];
	size_t nbands;
	struct lane lanes[LANES_MAX];
	size_t nlanes;
	bool marks; /* the first lane is theirs */
	struct list list;
	enum window window;
	size_t points;
	int64_t from_ms, to_ms;
	size_t point; /* picked, counted from the newest; 0: none */
	char worst[64];
};

static int64_t
span_ms(enum window w)
{
	return w == WINDOW_5M ? INT64_C(300000) : w == WINDOW_1H ? INT64_C(3600000) : INT64_C(86400000);
}

/* ---- bands ----------------------------------------------------------------------------------- */

static struct fmt
format_count(double x)
{
	return isnan(x) ? fmt_count(0) : fmt_count((uint64_t)x);
}

static struct band *
add_band(struct timeline_state *st, const char *name, struct fmt (*format)(double), enum role role)
{
	struct band *b = &st->bands[st->nbands++];

	*b = (struct band){.name = name, .format = format, .role = role};
	return b;
}

static void
model_bands(struct timeline_state *st, const struct store *s, const struct model_row *row, size_t feature)
{
	size_t model = row->f.index;
	bool p99 = latency_has_p99(&row->f.window_latency);
	struct feature_figures f;
	struct band *b;

	b = add_band(st, "events/s", fmt_rate, ROLE_GRAPH);
	b->n = figures_series(s, model, SERIES_RATE, st->window, b->v, HELD_POINTS);
	st->points = b->n;
	b = add_band(st, p99 ? "p99, p50" : "p90, p50", fmt_ms, ROLE_GRAPH2);
	b->n = figures_series(s, model, p99 ? SERIES_P99 : SERIES_P90, st->window, b->v, HELD_POINTS);
	b->nline = figures_series(s, model, SERIES_P50, st->window, b->line, HELD_POINTS);
	b = add_band(st, "errors", fmt_pct_sign, ROLE_WARN);
	b->n = figures_series(s, model, SERIES_ERRORS, st->window, b->v, HELD_POINTS);
	b->least_top = 0.01;
	if (feature == SIZE_MAX)
		return;
	figures_feature_brief(s, model, feature, st->window, &f);
	if (f.drift.causes & CAUSE_MISSING) {
		/* What is not there has no distribution to drift. */
		snprintf(st->worst, sizeof st->worst, "no %.*s", (int)(f.name.n < 48 ? f.name.n : 48), f.name.p);
		b = add_band(st, st->worst, fmt_pct_sign, ROLE_CRIT);
		b->n = figures_feature_series(s, model, feature, FSERIES_MISSING, st->window, b->v, HELD_POINTS);
		b->least_top = 1;
		return;
	}
	snprintf(st->worst, sizeof st->worst, "PSI %.*s", (int)(f.name.n < 48 ? f.name.n : 48), f.name.p);
	b = add_band(st, st->worst, fmt_drift, ROLE_GRAPH);
	b->n = figures_feature_series(s, model, feature, FSERIES_PSI, st->window, b->v, HELD_POINTS);
	b->nline = figures_feature_series(s, model, feature, FSERIES_FLOOR, st->window, b->line, HELD_POINTS);
	b->least_top = 0.5;
}

/* Sums over models, each by its own clock: one that is behind ends earlier on the axis. */
static void
fleet_bands(struct timeline_state *st, const struct ui *ui, const struct store *s)
{
	struct band *rate = add_band(st, "events/s", fmt_rate, ROLE_GRAPH);
	struct band *errors = add_band(st, "errors", fmt_pct_sign, ROLE_WARN);
	double r[HELD_POINTS], e[HELD_POINTS];
	int64_t behind;

	errors->least_top = 0.01;
	for (size_t i = 0; i < HELD_POINTS; i++)
		rate->v[i] = errors->v[i] = NAN;
	for (size_t m = 0; m < ui->nmodels; m++) {
		size_t n = figures_series(s, m, SERIES_RATE, st->window, r, HELD_POINTS);

		(void)figures_series(s, m, SERIES_ERRORS, st->window, e, HELD_POINTS);
		behind = (st->to_ms - ui->models[m].f.now_ms) / (span_ms(st->window) / (int64_t)(n ? n : 1));
		rate->n = errors->n = st->points = n;
		for (size_t i = 0; i < n; i++) {
			int64_t at = (int64_t)i - behind;

			if (isnan(r[i]) || at < 0 || at >= (int64_t)n)
				continue;
			rate->v[at] = (isnan(rate->v[at]) ? 0 : rate->v[at]) + r[i];
			errors->v[at] = (isnan(errors->v[at]) ? 0 : errors->v[at]) + (isnan(e[i]) ? 0 : e[i] * r[i]);
		}
	}
	for (size_t i = 0; i < rate->n; i++)
		errors->v[i] = rate->v[i] > 0 ? errors->v[i] / rate->v[i] : NAN;
}

static bool
fires_within(const struct timebar_item *it, int64_t begin_ms, int64_t end_ms)
{
	return it->kind >= TIMEBAR_WARN && it->from_ms <= end_ms && it->to_ms >= begin_ms;
}

/* How many alerts fired at each point. */
static void
count_band(struct timeline_state *st)
{
	struct band *b = add_band(st, "alerts", format_count, ROLE_CRIT);

	b->n = st->points;
	b->least_top = 5;
	for (size_t i = 0; i < b->n; i++) {
		int64_t end = part_point_ms(st->window, i, b->n, st->to_ms);
		int64_t begin = end - span_ms(st->window) / (int64_t)b->n;

		b->v[i] = 0;
		for (size_t l = 0; l < st->nlanes; l++)
			for (size_t k = 0; k < st->lanes[l].nitems; k++)
				b->v[i] += fires_within(&st->lanes[l].items[k], begin, end);
	}
}

/* ---- lanes ----------------------------------------------------------------------------------- */

/* The stretch in which an alert fired, cut to the axis; false: outside it. */
static bool
alert_item(const struct timeline_state *st, const struct alert *al, struct timebar_item *out)
{
	bool crit = al->worst == SEVERITY_CRIT;

	if (al->state == ALERT_PENDING)
		return false;
	*out = (struct timebar_item){crit ? TIMEBAR_CRIT : TIMEBAR_WARN, al->from_ms,
	    al->state == ALERT_FIRING ? st->to_ms : al->to_ms};
	return out->to_ms >= st->from_ms && out->from_ms <= st->to_ms;
}

static struct lane *
add_lane(struct timeline_state *st, struct arena *a, size_t items)
{
	struct lane *l = &st->lanes[st->nlanes];

	if (st->nlanes >= LANES_MAX)
		return NULL;
	*l = (struct lane){.model = SIZE_MAX, .items = arena_take(a, (items + 1) * sizeof *l->items)};
	if (!l->items)
		return NULL;
	st->nlanes++;
	return l;
}

/* The newest of them in words. */
static struct slice
say_mark(struct arena *a, const struct store *s, const struct fact_mark *m, bool fleet)
{
	struct slice model = fleet && m->model != SIZE_MAX ? store_model_name(s, m->model) : slice_of("");
	char text[320];

	if (m->kind == MARK_NOTE)
		return arena_text(a, m->text);
	snprintf(text, sizeof text, "%.*s%sversion %.*s %s", (int)(model.n < 120 ? model.n : 120),
	    model.n ? model.p : "", model.n ? ": " : "", (int)(m->text.n < 120 ? m->text.n : 120),
	    m->text.n ? m->text.p : "",
	    m->kind == MARK_VERSION_BEGAN ? "began" : "ended");
	return arena_text(a, slice_of(text));
}

/* What happened to the model, or to any: versions that began and ended, notes. */
static void
mark_lane(struct timeline_state *st, struct arena *a, const struct store *s, size_t model)
{
	size_t n = store_mark_count(s);
	struct lane *l = add_lane(st, a, n);

	if (!l)
		return;
	l->name = slice_of("marks");
	for (size_t i = 0; i < n; i++) {
		const struct fact_mark *m = store_mark(s, i);

		if (model != SIZE_MAX && m->model != model && m->model != SIZE_MAX)
			continue;
		if (m->at_ms < st->from_ms || m->at_ms > st->to_ms)
			continue;
		l->items[l->nitems++] = (struct timebar_item){
		    m->kind == MARK_NOTE ? TIMEBAR_MARK : TIMEBAR_VERSION, m->at_ms, m->at_ms};
		if (m->text.n)
			l->sentence = say_mark(a, s, m, model == SIZE_MAX);
	}
	if (!l->nitems)
		st->nlanes--;
}

static const struct alert *
keep_alert(struct arena *a, const struct alert *al)
{
	struct alert *copy = arena_take(a, sizeof *copy);

	if (copy)
		alert_part_copy(a, al, copy);
	return copy;
}

/* A lane each, in the order of the list of alerts. */
static void
alert_lanes(struct timeline_state *st, struct arena *a, const struct store *s, size_t model)
{
	const struct alerts *all = store_alerts(s);
	const struct alert **order = arena_take(a, (all->n + 1) * sizeof *order);
	size_t n = order ? alerts_order(all, order, all->n) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct alert *al = order[i];
		struct timebar_item item;
		char name[128];
		struct lane *l;

		if (al->model != model || !alert_item(st, al, &item))
			continue;
		l = add_lane(st, a, 1);
		if (!l)
			return;
		l->items[l->nitems++] = item;
		l->alert = al->id;
		l->of = keep_alert(a, al);
		l->severity = al->state == ALERT_FIRING ? alert_weight(al) : SEVERITY_OK;
		snprintf(name, sizeof name, "%.*s%s%.*s", (int)(al->key.feature.n < 60 ? al->key.feature.n : 60),
		    al->key.feature.n ? al->key.feature.p : "", al->key.feature.n ? " " : "",
		    (int)(al->key.rule.n < 60 ? al->key.rule.n : 60), al->key.rule.p);
		l->name = arena_text(a, slice_of(name));
		l->sentence = arena_text(a, slice_of(al->sentence));
	}
}

/* Its texts are those of ui->models, which a frozen view outlives. */
static void
keep_figures(struct arena *a, const struct model_row *row, struct lane *l)
{
	size_t n = 1;
	const struct model_row *copy = held_copy(a, row, &n);

	l->figures = copy ? &copy->f : NULL;
	l->quality = copy ? copy->quality : NULL;
}

/* A lane a model, those with the worst first, and all of its alerts on it. */
static void
model_lanes(struct timeline_state *st, const struct ui *ui, struct arena *a, const struct store *s)
{
	const struct alerts *all = store_alerts(s);

	for (int severity = SEVERITY_COUNT; severity-- > 0;) {
		for (size_t m = 0; m < ui->nmodels; m++) {
			const struct model_row *row = &ui->models[m];
			char why[200];
			struct lane *l;

			if ((int)row->f.severity != severity)
				continue;
			l = add_lane(st, a, all->n);
			if (!l)
				return;
			l->model = m;
			keep_figures(a, row, l);
			l->severity = row->f.severity;
			l->name = arena_text(a, row->f.name);
			l->sentence = arena_text(a, slice_of(held_model_why(row, why, sizeof why)));
			for (size_t i = 0; i < all->n; i++)
				if (all->list[i]->model == m)
					l->nitems += alert_item(st, all->list[i], &l->items[l->nitems]);
		}
	}
}

/* ---- collecting ------------------------------------------------------------------------------ */

static void
timeline_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct timeline_state *st = v->state;
	struct model_row row;

	st->nbands = st->nlanes = st->points = 0;
	/* Five minutes say little of what led to what. */
	st->window = ui->zoom != WINDOW_AUTO ? ui->zoom : ui->window == WINDOW_AUTO ? WINDOW_1H : ui->window;
	st->window = st->window == WINDOW_ALL ? WINDOW_24H : st->window;
	st->to_ms = store_now_ms(s);
	v->severity = SEVERITY_OK;
	if (v->model != SIZE_MAX) {
		held_model(&v->arena, s, v->model, st->window, &row);
		st->to_ms = row.f.now_ms;
		v->severity = row.f.severity;
		v->subject = row.f.name;
	}
	st->from_ms = st->to_ms - span_ms(st->window);
	mark_lane(st, &v->arena, s, v->model);
	st->marks = st->nlanes > 0;
	if (v->model != SIZE_MAX) {
		alert_lanes(st, &v->arena, s, v->model);
		model_bands(st, s, &row, v->feature != SIZE_MAX ? v->feature : row.f.worst);
	} else {
		model_lanes(st, ui, &v->arena, s);
		fleet_bands(st, ui, s);
		count_band(st);
	}
	if (st->point > st->points)
		st->point = st->points;
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct timeline_state *st = ((const struct view *)ctx)->state;
	const struct lane *l = &st->lanes[row];

	return l->alert ? l->alert : slice_hash(l->name);
}

/* A lane is a model, or, of one model, an alert. */
static unsigned
lane_scope(const struct view *v)
{
	return v->model == SIZE_MAX ? METRIC_OF_MODEL : METRIC_OF_ALERT;
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct lane *l = &((const struct timeline_state *)v->state)->lanes[row];
	const struct metric_subject subject = {.model = l->figures, .alert = l->of, .quality = l->quality};
	struct slice texts[] = {l->name, l->sentence, slice_of(severity_names[l->severity])};

	return filter_match(&v->filter, texts, sizeof texts / sizeof *texts, &subject);
}

enum { SORT_OWN, SORT_NAME, SORT_SEVERITY, SORT_SINCE, SORT_ALERTS };

/* When the first thing on it began. */
static int64_t
began_ms(const struct lane *l)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < l->nitems; i++)
		least = l->items[i].from_ms < least ? l->items[i].from_ms : least;
	return least;
}

static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct timeline_state *st = v->state;
	const struct lane *x = &st->lanes[a], *y = &st->lanes[b];
	int order = 0;

	switch (ui_sort_column(v)) {
	case SORT_NAME:
		order = slice_cmp(x->name, y->name);
		break;
	case SORT_SEVERITY:
		order = (int)y->severity - (int)x->severity;
		break;
	case SORT_SINCE:
		order = (began_ms(x) > began_ms(y)) - (began_ms(x) < began_ms(y));
		break;
	case SORT_ALERTS:
		order = (y->nitems > x->nitems) - (y->nitems < x->nitems);
		break;
	default:
		break;
	}
	if (!order)
		order = (a > b) - (a < b);
	return v->reversed ? -order : order;
}

static void
timeline_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct timeline_state *st = v->state;
	struct list_rows rows = {v, st->nlanes, row_id, row_keep, row_order};
	size_t at;

	(void)s;
	ui_list_update(ui, v, &st->list, &rows);
	/* Until somebody moves the cursor it stands on what is worst, which is right below the marks. */
	if (!st->list.moved && ui_sort_is_own(v) && !filter_active(&v->filter) && st->list.n > 1 && st->marks) {
		st->list.selected = 1;
		st->list.selected_id = st->list.ids[1];
	}
	at = list_row(&st->list);
	v->sentence = at != LIST_NONE		      ? st->lanes[at].sentence
		      : filter_active(&v->filter) ? slice_of("nothing passes the filter")
						      : slice_of("nothing fired in this time");
	if (at != LIST_NONE && v->model == SIZE_MAX) {
		v->subject = st->lanes[at].name;
		v->severity = st->lanes[at].severity;
	}
}

/* ---- painting -------------------------------------------------------------------------------- */

/* Where the axis is: left of it stand names and, where there is room, values. */
static struct rect
axis_of(struct rect r, int *names)
{
	int values;

	*names = r.cols >= 60 ? NAME_COLS : r.cols >= 34 ? NAME_COLS - 5 : 0;
	values = r.cols - *names >= 2 * VALUE_COLS ? VALUE_COLS : 0;
	return rect_cols(r, *names + values, r.cols - *names - values);
}

static int
column_of(const struct timeline_state *st, struct rect axis)
{
	if (st->point == 0 || st->points == 0)
		return -1;
	return (int)((st->points - st->point) * (size_t)axis.cols / st->points);
}

static void
paint_band(const struct timeline_state *st, const struct band *b, struct grid *g, struct rect r)
{
	const struct graph graph = {.series = {{b->v, b->n, b->role}, {b->line, b->nline, ROLE_FLOOR}},
	    .nseries = b->nline ? 2 : 1,
	    .top = NAN,
	    .least_top = b->least_top,
	    .level = NAN,
	    .format = b->format,
	    .cursor = -1};
	size_t at = b->n ? b->n - (st->point ? st->point : 1) : 0;
	double value = at < b->n ? b->v[at] : NAN;
	int names;
	struct rect axis = axis_of(r, &names);

	grid_text(g, rect_cols(r, 0, names - 1), 0, 0, ROLE_MUTED, slice_of(b->name), FIT_ELLIPSIS);
	if (r.rows > 1)
		grid_str(g, rect_cols(r, 0, names - 1), 1, 0, ROLE_TEXT, b->format(value).s);
	else if (axis.col > r.col + names)
		grid_text_right(g, rect_cols(r, names, VALUE_COLS), 0, VALUE_COLS - 1, ROLE_TEXT,
		    slice_of(b->format(value).s));
	graph_paint(g, rect_cols(r, names, r.cols), &graph);
}

static void
paint_lane(const struct timeline_state *st, const struct lane *l, const struct filter *f, struct grid *g,
    struct rect r, bool selected)
{
	static const enum role roles[SEVERITY_COUNT] = {
	    [SEVERITY_CRIT] = ROLE_CRIT, [SEVERITY_WARN] = ROLE_WARN, [SEVERITY_UNKNOWN] = ROLE_MUTED};
	const struct timebar t = {
	    .from_ms = st->from_ms, .to_ms = st->to_ms, .items = l->items, .n = l->nitems, .lane = true};
	int names;
	struct rect axis = axis_of(r, &names), name = rect_cols(r, 0, axis.col - r.col - 1);
	struct slice words[FILTER_WORDS];
	size_t nwords = filter_words(f, words);

	timebar_paint(g, axis, &t);
	grid_text(g, name, 0, 0, roles[l->severity], l->name, FIT_ELLIPSIS);
	if (selected) {
		grid_ground(g, r, 0, 0, r.cols, ROLE_CURSOR);
		g->cursor_row = r.row;
		g->cursor_col = r.col;
	}
	for (size_t i = 0; i < nwords; i++)
		grid_pick(g, name, ROLE_MATCH, words[i]);
}

/* Times at both ends and, under what is picked, its own in place of an end that is too near. */
static void
paint_axis(const struct ui *ui, const struct timeline_state *st, struct grid *g, struct rect axis)
{
	struct fmt from = part_time(st->from_ms, st->to_ms, ui_offset_ms(ui));
	struct fmt to = part_time(st->to_ms, st->to_ms, ui_offset_ms(ui)), picked;
	int left = grid_text_width(slice_of(from.s)) + 1, right = grid_text_width(slice_of(to.s)) + 1;
	int at = column_of(st, axis), cols = 0;

	if (at >= 0) {
		picked = part_time(part_point_ms(st->window, st->points - st->point, st->points, st->to_ms), st->to_ms,
		    ui_offset_ms(ui));
		cols = grid_text_width(slice_of(picked.s));
		at = at + cols - cols / 2 > axis.cols ? axis.cols - cols : at - cols / 2;
		at = at < 0 ? 0 : at;
		grid_str(g, axis, 0, at, ROLE_KEY, picked.s);
	}
	if (at < 0 || at > left)
		grid_str(g, axis, 0, 0, ROLE_MUTED, from.s);
	if (left + right <= axis.cols && at + cols < axis.cols - right)
		grid_text_right(g, axis, 0, axis.cols, ROLE_MUTED, slice_of(to.s));
}

/* Bands share what the lanes leave, each as high as the others, so that what is wide is not stretched. */
static int
band_rows(const struct timeline_state *st, int rows)
{
	int lanes = (int)st->nlanes, least = rows / 3, each;

	lanes = lanes < least ? lanes : least;
	each = st->nbands ? (rows - 1 - lanes) / (int)st->nbands : 0;
	return each < 1 ? 1 : each > BAND_ROWS_MOST ? BAND_ROWS_MOST : each;
}

/* Lanes have no heads that could say by which of them they are sorted. */
static void
timeline_note(const struct view *v, const struct grid *g, char *out, size_t bytes)
{
	bool down = (v->sorted == SORT_SEVERITY || v->sorted == SORT_ALERTS) != v->reversed;
	char mark[CHARSET_UTF8_MAX + 1] = "";

	out[0] = '\0';
	if (ui_sort_is_own(v))
		return;
	mark[charset_encode(grid_glyph(g, down ? GLYPH_DOWN : GLYPH_UP), mark)] = '\0';
	snprintf(out, bytes, "by %s %s, ", v->screen->sorts[v->sorted].name, mark);
}

static void
timeline_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct timeline_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols), body, axis;
	char note[200], range[80], open[48], left[48], right[48];
	struct panel p = {
	    .title = v->model == SIZE_MAX ? "The fleet over time" : "Over time", .note = note, .focused = true};
	int names, each, more, row = 0, at;
	size_t n;

	timeline_note(v, g, note, sizeof note);
	n = strlen(note);
	if (st->point)
		snprintf(note + n, sizeof note - n, "%s, %s goes to the moment picked", window_names[st->window],
		    ui_key_name(ui, ACTION_OPEN, open));
	else
		snprintf(note + n, sizeof note - n, "%s, %s and %s pick a moment", window_names[st->window],
		    ui_key_name(ui, ACTION_LEFT, left), ui_key_name(ui, ACTION_RIGHT, right));
	body = rect_rows(inside, 1, inside.rows - 1);
	each = band_rows(st, body.rows);
	/* The rate is mostly as ever and needs half as many; what is left over is a row more for each of the others. */
	more = body.rows - 1 - (int)st->nlanes - each * (int)st->nbands + each / 2;
	for (size_t i = 0; i < st->nbands; i++) {
		int rows = i == 0 ? each - each / 2 : each + ((int)i <= more);

		paint_band(st, &st->bands[i], g, rect_rows(body, row, rows));
		row += rows;
	}
	st->list.body = body.rows - row - 1 > 0 ? (size_t)(body.rows - row - 1) : 0;
	st->list.top = table_scroll(st->list.top, st->list.selected, st->list.n, st->list.body);
	p.right = ui_list_range(&st->list, range, sizeof range);
	(void)panel_paint(g, rect_rows(inside, 0, 1), &p);
	for (size_t i = 0; i < st->list.body && st->list.top + i < st->list.n; i++, row++)
		paint_lane(st, &st->lanes[st->list.order[st->list.top + i]], &v->filter, g, rect_rows(body, row, 1),
		    st->list.top + i == st->list.selected);
	axis = axis_of(body, &names);
	at = column_of(st, axis);
	for (int i = 0; at >= 0 && i < row; i++)
		grid_ground(g, axis, i, at, 1, ROLE_CURSOR);
	paint_axis(ui, st, g, rect_rows(axis, row, 1));
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
timeline_open(struct ui *ui, const struct view *v, const struct timeline_state *st, struct ui_request *request)
{
	size_t row = list_row(&st->list);
	const struct alert *al;

	if (st->point) {
		request->kind = UI_REQUEST_TIME;
		request->time = UI_TIME_JUMP;
		request->to_ms = part_point_ms(st->window, st->points - st->point, st->points, st->to_ms);
		request->utc_offset_ms = ui_offset_ms(ui);
		if (!ui->past && !ui->options.flight) {
			request->kind = UI_REQUEST_NONE;
			ui_say(ui, "nothing is kept to go back to here");
		} else if (v->model != SIZE_MAX) {
			int64_t from_ms, to_ms;

			/* Of one model: what happened then is its events. */
			part_point_range(
			    st->window, st->points - st->point, st->points, st->to_ms, &from_ms, &to_ms);
			ui_open_events(ui, v->model, v->feature, slice_of(""), from_ms, to_ms);
		}
		return true;
	}
	if (row == LIST_NONE)
		return true;
	al = st->lanes[row].alert && ui->store ? alerts_find(store_alerts(ui->store), st->lanes[row].alert) : NULL;
	if (al)
		ui_open_alert(ui, al);
	else if (st->lanes[row].model != SIZE_MAX)
		ui_push(ui, &screen_model, st->lanes[row].model, SIZE_MAX, st->lanes[row].name);
	return true;
}

/* The next lane with something on it that fires, or of a filter the next that passes. */
static bool
is_sought(const void *ctx, size_t row)
{
	const struct view *v = ctx;

	return filter_active(&v->filter) ||
	       ((const struct timeline_state *)v->state)->lanes[row].severity >= SEVERITY_WARN;
}

static bool
timeline_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct timeline_state *st = v->state;

	if (ui_zoom(ui, v, st->window, action)) {
		st->point = 0;
		return true;
	}
	switch (action) {
	case ACTION_LEFT:
		st->point += st->point < st->points;
		return true;
	case ACTION_RIGHT:
		st->point -= st->point > 0;
		return true;
	case ACTION_BACK:
		/* First what was picked. */
		if (!st->point)
			return false;
		st->point = 0;
		return true;
	case ACTION_OPEN:
		return timeline_open(ui, v, st, request);
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		ui_list_seek(ui, &st->list, action == ACTION_NEXT, is_sought, v);
		v->stale = true;
		return true;
	default:
		return ui_list_act(ui, v, &st->list, action);
	}
}

static void
timeline_release(struct view *v)
{
	struct timeline_state *st = v->state;

	if (st)
		list_release(&st->list);
}

static void
timeline_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct timeline_state *st = v->state;

	(void)panel;
	ui_list_position(&st->list, p, put);
	if (put)
		st->point = p->pick < st->points ? p->pick : st->points;
	p->pick = st->point;
}

static const struct screen_sort timeline_sorts[] = {{"as-listed", SORT_OWN}, {"name", SORT_NAME},
    {"severity", SORT_SEVERITY}, {"since", SORT_SINCE}, {"alerts", SORT_ALERTS}, {NULL, 0}};

const struct screen screen_timeline = {
    .id = SCREEN_TIMELINE,
    .name = "timeline",
    .state_bytes = sizeof(struct timeline_state),
    .collect = timeline_collect,
    .arrange = timeline_arrange,
    .draw = timeline_draw,
    .act = timeline_act,
    .position = timeline_position,
    .release = timeline_release,
    .sorts = timeline_sorts,
    .scope = lane_scope,
};
