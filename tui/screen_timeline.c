/*
 * What happened when: rate, latency, errors and drift above alerts, versions and notes, all on one axis of time: of a
 * model a lane for each of its alerts, of the fleet one for each model. Left and right pick a moment, which is read out
 * below; Enter goes there.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/alert_part.h"
#include "tui/part.h"
#include "tui/row_name.h"
#include "tui/timeline_bands.h"
#include "widgets/charset.h"
#include "widgets/timebar.h"

#define LANES_MAX 256

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
	struct timeline_bands bands;
	struct lane lanes[LANES_MAX];
	size_t nlanes;
	bool marks; /* the first lane is theirs */
	struct list list;
	enum window window;
	int64_t from_ms, to_ms;
	size_t point; /* picked, counted from the newest; 0: none */
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

static bool
fires_within(const struct timebar_item *it, int64_t begin_ms, int64_t end_ms)
{
	return it->kind >= TIMEBAR_WARN && it->from_ms <= end_ms && it->to_ms >= begin_ms;
}

/* How many alerts fired at each point. */
static void
count_band(struct timeline_state *st)
{
	struct timeline_band *b = timeline_bands_add(&st->bands, "alerts", format_count, ROLE_CRIT);

	b->n = st->bands.points;
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
keep_alert(struct arena *a, const struct store *s, const struct alert *al)
{
	struct alert *copy = arena_take(a, sizeof *copy);

	if (copy)
		alert_part_copy(a, s, al, copy);
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
		l->of = keep_alert(a, s, al);
		l->severity = al->state == ALERT_FIRING ? alert_weight(al) : SEVERITY_OK;
		snprintf(name, sizeof name, "%.*s%s%.*s", (int)(al->key.feature.n < 60 ? al->key.feature.n : 60),
		    al->key.feature.n ? al->key.feature.p : "", al->key.feature.n ? " " : "",
		    (int)(al->key.rule.n < 60 ? al->key.rule.n : 60), al->key.rule.p);
		l->name = arena_text(a, slice_of(name));
		l->sentence = alert_part_says(a, l->of ? l->of : al);
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

	st->nlanes = 0;
	memset(&st->bands, 0, sizeof st->bands);
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
		timeline_bands_model(
		    &st->bands, s, &row, v->feature != SIZE_MAX ? v->feature : row.f.worst, st->window);
	} else {
		model_lanes(st, ui, &v->arena, s);
		timeline_bands_fleet(&st->bands, &v->arena, ui->models, ui->nmodels, s, st->window, st->from_ms,
		    st->to_ms);
		count_band(st);
	}
	if (st->point > st->bands.points)
		st->point = st->bands.points;
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

static void
paint_lane(const struct timeline_state *st, const struct lane *l, const struct filter *f, struct grid *g,
    struct rect r, bool selected)
{
	static const enum role roles[SEVERITY_COUNT] = {
	    [SEVERITY_CRIT] = ROLE_CRIT, [SEVERITY_WARN] = ROLE_WARN, [SEVERITY_UNKNOWN] = ROLE_MUTED};
	const struct timebar t = {
	    .from_ms = st->from_ms, .to_ms = st->to_ms, .items = l->items, .n = l->nitems, .lane = true};
	int names;
	struct rect axis = timeline_axis(r, &names), name = rect_cols(r, 0, axis.col - r.col - 1);
	struct slice words[FILTER_WORDS];
	size_t nwords = filter_words(f, words);

	timebar_paint(g, axis, &t);
	grid_text(g, name, 0, 0, roles[l->severity], l->name, FIT_ELLIPSIS);
	if (selected) {
		/* A lane is a picture, each cell of which would be sent again. */
		grid_ground(g, r, 0, 0, name.cols, ROLE_CURSOR);
		grid_park(g, r, 0);
	}
	for (size_t i = 0; i < nwords; i++)
		grid_pick(g, name, ROLE_MATCH, words[i]);
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
	int names, heights[TIMELINE_BANDS_MAX], row = 0, at;
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
	timeline_bands_rows(&st->bands, body.rows - 1, (int)st->list.n, heights);
	for (size_t i = 0; i < st->bands.n; row += heights[i++])
		timeline_band_paint(&st->bands.list[i], g, rect_rows(body, row, heights[i]), st->point);
	st->list.body = body.rows - row - 1 > 0 ? (size_t)(body.rows - row - 1) : 0;
	st->list.top = table_scroll(st->list.top, st->list.selected, st->list.n, st->list.body);
	p.right = ui_list_range(&st->list, range, sizeof range);
	(void)panel_paint(g, rect_rows(inside, 0, 1), &p);
	for (size_t i = 0; i < st->list.body && st->list.top + i < st->list.n; i++, row++)
		paint_lane(st, &st->lanes[st->list.order[st->list.top + i]], &v->filter, g, rect_rows(body, row, 1),
		    st->list.top + i == st->list.selected);
	axis = timeline_axis(body, &names);
	at = st->point && st->bands.points
		 ? (int)((st->bands.points - st->point) * (size_t)axis.cols / st->bands.points)
		 : -1;
	for (int i = 0; at >= 0 && i < row; i++)
		grid_ground(g, axis, i, at, 1, ROLE_CURSOR);
	timeline_axis_paint(g, rect_rows(axis, row, 1), st->from_ms, st->to_ms, ui_offset_ms(ui), at,
	    st->point ? part_point_ms(st->window, st->bands.points - st->point, st->bands.points, st->to_ms) : 0);
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
		request->to_ms = part_point_ms(st->window, st->bands.points - st->point, st->bands.points, st->to_ms);
		request->utc_offset_ms = ui_offset_ms(ui);
		if (!ui->past && !ui->options.flight) {
			request->kind = UI_REQUEST_NONE;
			ui_say(ui, "nothing is kept to go back to here");
		} else if (v->model != SIZE_MAX) {
			int64_t from_ms, to_ms;

			/* Of one model: what happened then is its events. */
			part_point_range(
			    st->window, st->bands.points - st->point, st->bands.points, st->to_ms, &from_ms, &to_ms);
			ui_open_events(ui, v->model, v->feature, slice_of(""), from_ms, to_ms);
		}
		return true;
	}
	if (row == LIST_NONE) {
		ui_say(ui, UI_KEY("left") " picks a moment to go to");
		return true;
	}
	al = st->lanes[row].alert && ui->store ? alerts_find(store_alerts(ui->store), st->lanes[row].alert) : NULL;
	if (al)
		ui_go_to_alert(ui, al, request);
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
timeline_step(struct ui *ui, struct timeline_state *st, enum action action)
{
	if (action == ACTION_LEFT && st->point < st->bands.points)
		st->point++;
	else if (action == ACTION_LEFT)
		ui_say(ui, "this is the oldest moment here: " UI_KEY("zoom-out") " shows more time");
	else if (st->point)
		st->point--;
	else
		ui_say(ui, "this is now: " UI_KEY("left") " picks a moment before");
	return true;
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
	case ACTION_RIGHT:
		return timeline_step(ui, st, action);
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
		st->point = p->pick < st->bands.points ? p->pick : st->bands.points;
	p->pick = st->point;
}

/* A model, the marks, or, of one model, an alert. */
static bool
timeline_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct timeline_state *st = v->state;
	size_t row;

	(void)ui;
	if (panel || !row_name_row(&st->list, place, &row))
		return false;
	if (st->lanes[row].of)
		row_name_alert(buf, &st->lanes[row].of->key, st->lanes[row].of->from_ms);
	else
		row_name_put(buf, st->lanes[row].name);
	return true;
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
    .row_name = timeline_row_name,
    .release = timeline_release,
    .sorts = timeline_sorts,
    .scope = lane_scope,
};
