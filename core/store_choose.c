/*
 * References from panes. A pane has counts in cells, moments and latencies; it has no extremes and no histogram, so a
 * reference made of panes has neither: these figures are not given rather than kept from another reference.
 */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "core/choice.h"
#include "core/mem.h"
#include "core/store_impl.h"
#include "core/text.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS	INT64_C(86400000)

const char *const choice_kind_names[CHOICE_KINDS] = {"now", "slice", "version", "learned"};

/* ---- sums of panes --------------------------------------------------------------------------- */

static void
add_pane(struct sums *to, const struct pane *p, const struct cell_layout *layout)
{
	size_t i, n = p->width ? cell_layout_cells(layout) : 0;

	tally_add(&to->tally, &p->tally);
	to->rows_before += p->rows_before;
	for (i = 0; i < p->nlatency; i++)
		to->latency[p->latency[i].bucket] += p->latency[i].count;
	for (i = 0; i < n; i++)
		to->cells[i] += pane_cell(p, i);
	for (i = 0; n && p->moments && i < layout->nfeatures; i++) {
		struct moments sums = pane_moments(p, i);

		to->moments[i].sum += sums.sum;
		to->moments[i].sumsq += sums.sumsq;
	}
}

static bool
is_within(const struct ring *r, const struct pane *p, int64_t from_ms, int64_t to_ms)
{
	return p->index != PANE_NEVER && p->index * r->pane_ms >= from_ms && (p->index + 1) * r->pane_ms <= to_ms &&
	       p->index > r->newest - r->size;
}

/* Panes that lie in [from, to) as a whole, counted into *to if it is not NULL; returns their rows. */
static uint64_t
sum_panes(const struct ring *r, int64_t from_ms, int64_t to_ms, struct sums *to, const struct cell_layout *layout)
{
	uint64_t rows = 0;
	int i;

	for (i = 0; i < r->size; i++) {
		const struct pane *p = &r->panes[i];

		if (!is_within(r, p, from_ms, to_ms))
			continue;
		rows += p->tally.rows;
		if (to)
			add_pane(to, p, layout);
	}
	return rows;
}

/* The ring that has most of that stretch: the finer one where both have as much. */
static const struct ring *
ring_for(const struct model *m, int64_t from_ms, int64_t to_ms)
{
	const struct ring *fine = &m->rings[RING_1H], *coarse = &m->rings[RING_24H];

	return sum_panes(coarse, from_ms, to_ms, NULL, NULL) > sum_panes(fine, from_ms, to_ms, NULL, NULL) ? coarse
													   : fine;
}

/* ---- what there is --------------------------------------------------------------------------- */

/* "now, 2026-11-25 14:05-15:05, 4,210 rows": a name that is kept for weeks needs its date. */
static void
name_choice(const struct store *s, struct choice *c, const char *what)
{
	int64_t ms[2] = {c->from_ms + s->options.utc_offset_ms, c->to_ms + s->options.utc_offset_ms};
	bool days = c->to_ms - c->from_ms >= DAY_MS || pane_floor(ms[0], DAY_MS) != pane_floor(ms[1] - 1, DAY_MS);
	char at[2][40] = {"", ""}, n[TEXT_COUNT_BYTES];
	struct tm tm;
	size_t i;

	for (i = 0; i < 2; i++) {
		time_t t = (time_t)pane_floor(ms[i], 1000);

		if (!gmtime_r(&t, &tm))
			continue;
		if (days || i == 0)
			snprintf(at[i], sizeof(at[i]), "%04d-%02d-%02d %02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
			    tm.tm_mday, tm.tm_hour, tm.tm_min);
		else
			snprintf(at[i], sizeof(at[i]), "%02d:%02d", tm.tm_hour, tm.tm_min);
	}
	snprintf(c->name, sizeof(c->name), "%.60s, %s%s%s, %s row%s", what, at[0], days ? " to " : "-", at[1],
	    text_count(n, c->rows), c->rows == 1 ? "" : "s");
}

static void
choice_now(const struct store *s, const struct model *m, enum window w, struct choice *c)
{
	c->kind = CHOICE_NOW;
	c->window = w;
	c->to_ms = m->now_ms;
	c->from_ms = m->now_ms - window_ms(w);
	c->rows = model_sums(m, w)->tally.rows;
	name_choice(s, c, "now");
}

static void
choice_slice(const struct store *s, const struct model *m, int64_t from_ms, int64_t to_ms, struct choice *c)
{
	c->kind = CHOICE_SLICE;
	c->from_ms = from_ms;
	c->to_ms = to_ms;
	c->rows = sum_panes(ring_for(m, from_ms, to_ms), from_ms, to_ms, NULL, NULL);
	name_choice(s, c, "slice");
}

/* The version that came last, and the one before it: false where there are no two, or nobody remembers. */
static bool
choice_version(const struct store *s, const struct model *m, struct choice *c)
{
	const struct version *last = NULL, *before = NULL;
	char what[80];
	unsigned i;

	for (i = 0; i < m->nversions; i++) {
		const struct version *v = &m->versions[i];

		if (!v->events)
			continue;
		if (!last || v->first_ms > last->first_ms) {
			before = last;
			last = v;
		} else if (!before || v->first_ms > before->first_ms) {
			before = v;
		}
	}
	if (!before || before->name.n > LIMIT_NAME_BYTES)
		return false;
	c->kind = CHOICE_VERSION;
	memcpy(c->version, before->text, before->name.n);
	c->version[before->name.n] = '\0';
	c->from_ms = before->first_ms;
	c->to_ms = last->first_ms;
	c->rows = sum_panes(ring_for(m, c->from_ms, c->to_ms), c->from_ms, c->to_ms, NULL, NULL);
	snprintf(what, sizeof(what), "version %.40s", before->name.n ? c->version : "(none)");
	name_choice(s, c, what);
	return true;
}

static bool
choice_learned(const struct store *s, const struct model *m, struct choice *c)
{
	const struct growth *g = &m->growth;

	if (!m->nwatches || g->first == GROWTH_NEVER)
		return false;
	c->kind = CHOICE_LEARNED;
	c->from_ms = g->first * EVALWIN_MS;
	c->to_ms = (g->newest + 1) * EVALWIN_MS;
	c->rows = g->rows;
	name_choice(s, c, "own stream");
	return true;
}

size_t
store_choices(const struct store *s, size_t model, struct choice *out)
{
	const struct model *m = store_model(s, model);
	size_t n = 0;
	int64_t now;
	enum window w;

	if (!m || !m->baseline || m->learning || m->now_ms == INT64_MIN)
		return 0;
	memset(out, 0, CHOICE_MAX * sizeof(*out));
	for (w = WINDOW_5M; w <= WINDOW_24H; w++)
		choice_now(s, m, w, &out[n++]);
	/* Whole quarters of an hour: that is how long panes are that go back so far. */
	now = pane_floor(m->now_ms, HOUR_MS / 4) * (HOUR_MS / 4);
	choice_slice(s, m, now - 2 * HOUR_MS, now - HOUR_MS, &out[n++]);
	choice_slice(s, m, now - 95 * HOUR_MS / 4, now - 91 * HOUR_MS / 4, &out[n++]);
	n += choice_version(s, m, &out[n]);
	n += choice_learned(s, m, &out[n]);
	return n;
}

/* ---- a reference ----------------------------------------------------------------------------- */

/* The feature gets the counts; without any value it keeps what it has. */
void
store_refer(struct baseline_feature *f, uint64_t rows, const uint64_t *cells, const struct moments *mo)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < f->ncells; i++)
		count += cells[i];
	frozen_free(f->frozen);
	f->frozen = NULL;
	if (!count || (f->type == FEATURE_NUMERIC && !f->bins.nedges))
		return;
	memcpy(f->counts, cells, f->ncells * sizeof(*f->counts));
	f->count = count;
	f->rows = rows;
	f->nonfinite = cells[f->ncells + EXTRA_NONFINITE];
	f->singles = cells[f->ncells + EXTRA_UNSEEN];
	f->beyond = cells[f->ncells + EXTRA_RANGE];
	for (i = 0; i < BASELINE_WINDOWS; i++)
		f->window_psi[i] = NAN;
	if (f->type != FEATURE_NUMERIC)
		return;
	f->mean = f->sd = NAN;
	if (!cells[f->ncells + EXTRA_CLIPPED]) {
		f->mean = numbins_mean(&f->bins, mo->sum, count);
		f->sd = numbins_std(&f->bins, mo->sum, mo->sumsq, count);
	}
	f->min = f->max = NAN;
	loghist_release(&f->hist);
	loghist_init(&f->hist, f->bins.median, f->bins.scale);
	store_growth_quantiles(f);
}

/* Not from before a new version learned its own, if those are all the rows there are: outputs keep what they have. */
static bool
has_outputs(const struct baseline *b, const struct sums *from)
{
	size_t i, k;

	for (i = 0; i < b->nfeatures; i++)
		for (k = 0; b->features[i].output && k < b->features[i].ncells; k++)
			if (from->cells[b->layout.first[i] + k])
				return true;
	return false;
}

static void
refer_model(struct model *m, const struct sums *from)
{
	struct baseline *b = m->baseline;
	size_t i;

	for (i = 0; i < b->nfeatures; i++)
		store_refer(&b->features[i],
		    b->features[i].output ? from->tally.rows - from->rows_before : from->tally.feature_rows,
		    from->cells + b->layout.first[i], &from->moments[i]);
	if (has_outputs(b, from)) {
		mem_free(b->outputs_of);
		b->outputs_of = NULL;
		b->outputs_own = false;
	}
	store_outputs_forget(m);
	b->events = from->tally.events;
	b->errors = from->tally.errors;
	b->client_errors = from->tally.client_errors;
	b->latencies = 0;
	for (i = 0; i < LATENCY_BUCKETS; i++)
		b->latencies += b->latency[i] = from->latency[i];
}

/* The model is judged against it from here on, and what grows begins anew. */
static void
begin_anew(struct store *s, struct model *m, bool growth)
{
	size_t i;

	if (growth)
		model_drop_watches(m);
	for (i = 0; i < m->nwatches; i++)
		watch_reset(&m->watches[i]);
	m->armed = 0;
	for (i = 0; i < m->baseline->nfeatures; i++)
		m->armed += m->nwatches && m->baseline->features[i].frozen;
	m->judged_baseline = NULL;
	m->revision++;
	s->generation++;
}

static int
take_sums(const struct model *m, const struct choice *c, struct sums *out, struct err *err)
{
	const struct cell_layout *layout = &m->baseline->layout;
	int rc = sums_init(out, layout, err);
	size_t i;

	if (rc)
		return rc;
	if (c->kind == CHOICE_NOW) {
		const struct sums *w = model_sums(m, c->window);

		out->tally = w->tally;
		out->rows_before = w->rows_before;
		memcpy(out->latency, w->latency, LATENCY_BUCKETS * sizeof(*out->latency));
		memcpy(out->cells, w->cells, cell_layout_cells(layout) * sizeof(*out->cells));
		for (i = 0; i < layout->nfeatures; i++)
			out->moments[i] = w->moments[i];
	} else {
		sum_panes(ring_for(m, c->from_ms, c->to_ms), c->from_ms, c->to_ms, out, layout);
	}
	return 0;
}

uint64_t
store_choice_counts(const struct store *s, size_t model, const struct choice *c, size_t feature, uint64_t *counts)
{
	const struct model *m = store_model(s, model);
	size_t fid = figures_fid(m, feature), bins, i;
	const struct feature *f = fid < m->nfeatures ? &m->features[fid] : NULL;
	const struct ring *r;
	uint64_t n = 0;
	int k;

	memset(counts, 0, FIGURE_BINS * sizeof(*counts));
	if (!f || !f->ref || c->kind == CHOICE_LEARNED)
		return 0;
	bins = f->ref->ncells < FIGURE_BINS ? f->ref->ncells : FIGURE_BINS;
	r = ring_for(m, c->from_ms, c->to_ms);
	for (i = 0; i < bins && c->kind == CHOICE_NOW; i++)
		counts[i] = model_sums(m, c->window)->cells[f->first + i];
	for (k = 0; k < r->size && c->kind != CHOICE_NOW; k++)
		if (is_within(r, &r->panes[k], c->from_ms, c->to_ms) && r->panes[k].width)
			for (i = 0; i < bins; i++)
				counts[i] += pane_cell(&r->panes[k], f->first + i);
	for (i = 0; i < bins; i++)
		n += counts[i];
	return n;
}

static int
choose_panes(struct store *s, struct model *m, const struct choice *c, struct err *err)
{
	struct sums sums = {.latency = NULL};
	int rc = take_sums(m, c, &sums, err);

	if (!rc) {
		refer_model(m, &sums);
		m->baseline->kind = c->kind == CHOICE_VERSION ? BASELINE_VERSION : BASELINE_SLICE;
		m->baseline->own = false;
		begin_anew(s, m, true);
	}
	sums_release(&sums);
	return rc;
}

/* Back to its own stream, as far as that has grown by now: it goes on growing, and is armed in its time. */
static void
choose_learned(struct store *s, struct model *m)
{
	struct baseline *b = m->baseline;
	struct growth *g = &m->growth;
	size_t i;

	for (i = 0; i < b->nfeatures; i++)
		if (!g->columns[i].ended && g->columns[i].values)
			store_growth_refer(&b->features[i], &g->columns[i]);
	if (g->events) {
		b->events = g->events;
		b->errors = g->errors;
		b->client_errors = g->client_errors;
		b->latencies = g->latencies;
		memcpy(b->latency, g->latency, LATENCY_BUCKETS * sizeof(*b->latency));
	}
	b->kind = BASELINE_LEARNED;
	b->own = true;
	begin_anew(s, m, false);
}

/* The one of what there is now that is meant. */
static int
find_choice(const struct store *s, const struct model *m, const struct fact_choice *f, struct choice *out,
    struct err *err)
{
	struct choice all[CHOICE_MAX];
	size_t n = store_choices(s, m->index, all), i;

	if (!n)
		return err_set(err, ERR_INVALID, "the model is still learning its first baseline");
	if (f->kind == CHOICE_SLICE) {
		choice_slice(s, m, f->from_ms, f->to_ms, out);
		return 0;
	}
	for (i = 0; i < n; i++) {
		if (all[i].kind != f->kind || (f->kind == CHOICE_NOW && all[i].window != f->window))
			continue;
		*out = all[i];
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND, "there is no such baseline to choose");
}

int
store_apply_choice(struct store *s, const struct fact_choice *f, struct err *err)
{
	struct choice c = {.kind = CHOICE_NOW};
	char n[TEXT_COUNT_BYTES], *name = NULL;
	struct model *m;
	int rc;

	if (f->model >= s->nmodels)
		return err_set(err, ERR_NOT_FOUND, "there is no such model");
	m = s->models[f->model];
	rc = store_flush(s, err);
	if (!rc)
		rc = find_choice(s, m, f, &c, err);
	if (!rc && c.rows < CHOICE_ROWS_MIN)
		rc = err_set(err, ERR_INVALID, "a baseline needs %d rows, there are %s", CHOICE_ROWS_MIN,
		    text_count(n, c.rows));
	if (!rc) {
		name = mem_dup(c.name, strlen(c.name));
		rc = name ? 0 : err_nomem(err);
	}
	if (!rc && c.kind == CHOICE_LEARNED)
		choose_learned(s, m);
	else if (!rc)
		rc = choose_panes(s, m, &c, err);
	if (rc) {
		mem_free(name);
		return rc;
	}
	mem_free(m->baseline->name);
	m->baseline->name = name;
	m->baseline->from_ms = c.from_ms;
	m->baseline->to_ms = c.to_ms;
	m->baseline->provisional = c.to_ms - c.from_ms < DAY_MS || c.rows < LIMIT_LEARN_ROWS_MIN;
	m->moved = true;
	return 0;
}

/* ---- what does not fit ----------------------------------------------------------------------- */

/* Values so far, whatever they are. */
static bool
was_there(const struct model *m, const struct feature *f)
{
	size_t i;

	if (!f->ref)
		return f->values > 0;
	for (i = 0; m->total.cells && i < f->nbins + EXTRA_COUNT; i++)
		if (m->total.cells[f->first + i])
			return true;
	return false;
}

static size_t
list_inputs(const struct store *s, size_t model, bool lacking, struct slice *names, size_t cap)
{
	const struct model *m = store_model(s, model);
	size_t fid, n = 0;

	if (!m || !m->baseline || !m->total.tally.feature_rows)
		return 0;
	for (fid = FID_INPUT; fid < m->nfeatures; fid++) {
		const struct feature *f = &m->features[fid];

		if (lacking ? !f->ref || was_there(m, f) : f->ref || !was_there(m, f))
			continue;
		if (n < cap)
			names[n] = model_feature_name(m, fid);
		n++;
	}
	return n;
}

size_t
store_inputs_lacking(const struct store *s, size_t model, struct slice *names, size_t cap)
{
	return list_inputs(s, model, true, names, cap);
}

size_t
store_inputs_new(const struct store *s, size_t model, struct slice *names, size_t cap)
{
	return list_inputs(s, model, false, names, cap);
}
