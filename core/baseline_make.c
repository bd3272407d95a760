/*
 * A baseline made of rows: types and roles are guessed, edges cut, values counted, and the
 * baseline's own windows measured against the whole, so that later windows of the same length are
 * not held to a quieter standard than the baseline itself kept.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/baseline.h"
#include "core/baseline_grow.h"
#include "core/floor.h"
#include "core/frole.h"
#include "core/mem.h"
#include "core/sort.h"
#include "core/stat.h"
#include "core/store.h"
#include "core/verdict.h"

/* One column's rows in [from, to) and where they lie. */
struct span {
	struct rows *rows;
	const struct rows_column *column;
	size_t from, to;   /* rows */
	size_t first, end; /* values */
	bool output;
};

/* What is taken for the model's score, and its scale; sd 0: there is none. */
struct score_scale {
	const struct rows_column *column;
	double mean, sd;
};

/* The value as it was, for whoever needs its text: numbers get the shortest text that reads back,
 * in buf. */
static struct value
span_value(const struct span *s, size_t k)
{
	struct rows_value v = rows_at(s->column, k);

	return rows_value_of(s->column, &v);
}

static int
guess(const struct span *s, struct baseline_feature *f, struct err *err)
{
	struct frole role;
	size_t k;
	int rc = 0;

	frole_init(&role, 0);
	for (k = s->first; k < s->end && !rc; k++) {
		struct value v = span_value(s, k);

		rc = frole_add(&role, &v, s->rows->meta[rows_at(s->column, k).row].ts_ms, err);
	}
	f->type = s->output ? frole_prediction_type(&role) : frole_type(&role);
	f->role = s->output ? FROLE_VALUE : frole_role(&role);
	if (s->first == s->end)
		f->type = FEATURE_NUMERIC;
	frole_release(&role);
	return rc;
}

/* ---- numeric --------------------------------------------------------------------------------- */

static void
count_distinct(struct baseline_feature *f, const double *sorted, size_t n)
{
	size_t i, run;

	for (i = 0; i < n; i += run) {
		for (run = 1; i + run < n && sorted[i + run] == sorted[i]; run++)
			;
		f->distinct++;
		f->singles += run == 1;
	}
}

static int
numeric_counts(struct baseline_feature *f, const double *sorted, size_t n, struct err *err)
{
	size_t i;
	int rc;

	f->count = n;
	f->ncells = 1;
	if (n) {
		rc = numbins_make(&f->bins, sorted, n, err);
		if (rc)
			return rc;
		f->ncells = numbins_count(&f->bins);
	}
	f->counts = mem_calloc(f->ncells, sizeof(*f->counts));
	f->means = mem_calloc(f->ncells, sizeof(*f->means));
	if (!f->counts || !f->means)
		return err_nomem(err);
	loghist_init(&f->hist, n ? f->bins.median : 0, n ? f->bins.scale : 1);
	if (!n)
		return 0;
	numbins_tally(&f->bins, sorted, n, f->counts, f->means);
	count_distinct(f, sorted, n);
	for (i = 0; i < n; i++) {
		rc = loghist_add(&f->hist, sorted[i], err);
		if (rc)
			return rc;
	}
	return 0;
}

static int
numeric(const struct span *s, struct baseline_feature *f, struct err *err)
{
	double *values = mem_alloc((s->end - s->first) * sizeof(*values));
	size_t k, n = 0;
	int rc;

	if (!values)
		return err_nomem(err);
	for (k = s->first; k < s->end; k++) {
		struct rows_value v = rows_at(s->column, k);

		if (v.text == ROWS_TEXT_NONE)
			values[n++] = v.num;
		else if (v.text == ROWS_TEXT_NONFINITE)
			f->nonfinite++;
	}
	rc = sort_doubles(values, n, err);
	if (!rc)
		rc = numeric_counts(f, values, n, err);
	mem_free(values);
	return rc;
}

/* ---- categorical ----------------------------------------------------------------------------- */

static size_t
category_cell(const struct topvals *t, unsigned cell)
{
	if (cell < t->k)
		return cell;
	return cell == TOPVALS_OTHER ? t->k : t->k + 1;
}

static int
categorical(const struct span *s, struct baseline_feature *f, struct err *err)
{
	struct topvals_builder *b = NULL;
	char key[VALUE_KEY_BYTES];
	size_t k;
	int rc = topvals_builder_new(&b, err);

	for (k = s->first; k < s->end && !rc; k++) {
		struct value v = span_value(s, k);

		if (v.kind == VALUE_NONFINITE)
			f->nonfinite++;
		else
			rc = topvals_builder_add(b, rows_key(&v, key), err);
	}
	if (!rc)
		rc = topvals_build(b, &f->values, err);
	if (!rc) {
		f->count = f->values.rows;
		f->distinct = f->values.distinct;
		f->singles = f->values.once;
		f->ncells = f->values.k + 2;
		f->counts = mem_calloc(f->ncells, sizeof(*f->counts));
		if (!f->counts)
			rc = err_nomem(err);
	}
	for (k = 0; !rc && k < f->values.k; k++)
		f->counts[k] = f->values.named[k].count;
	if (!rc)
		f->counts[f->values.k] = f->values.other;
	topvals_builder_free(b);
	return rc;
}

/* ---- the baseline's own windows -------------------------------------------------------------- */

struct own_windows {
	uint64_t counts[NUMBINS_MAX > TOPVALS_CELLS ? NUMBINS_MAX : TOPVALS_CELLS];
	uint64_t rows;
	size_t windows;
	double largest;
};

static void
window_end(struct own_windows *w, const struct baseline_feature *f)
{
	if (w->rows >= VERDICT_ROWS_MIN) {
		double psi = baseline_feature_psi(f, w->counts, w->rows, NULL);

		w->windows++;
		if (psi > w->largest)
			w->largest = psi;
	}
	memset(w->counts, 0, sizeof(w->counts));
	w->rows = 0;
}

static size_t
value_cell(const struct span *s, const struct baseline_feature *f, size_t k)
{
	struct value v = span_value(s, k);
	char key[VALUE_KEY_BYTES];

	if (f->type == FEATURE_NUMERIC)
		return v.kind == VALUE_NUMBER ? numbins_bin(&f->bins, v.num) : SIZE_MAX;
	if (v.kind == VALUE_NONFINITE)
		return SIZE_MAX;
	return category_cell(&f->values, topvals_find(&f->values, rows_key(&v, key)));
}

static void
own_windows(const struct span *s, struct baseline_feature *f)
{
	int w;

	for (w = 0; w < BASELINE_WINDOWS; w++) {
		int64_t length = window_ms((enum window)(WINDOW_5M + w)), current = INT64_MIN;
		struct own_windows own = {.rows = 0};
		size_t k;

		f->window_psi[w] = NAN;
		if (f->role != FROLE_VALUE || !f->count)
			continue;
		for (k = s->first; k < s->end; k++) {
			size_t cell = value_cell(s, f, k);
			int64_t at = s->rows->meta[rows_at(s->column, k).row].ts_ms / length;

			if (cell == SIZE_MAX)
				continue;
			if (at != current)
				window_end(&own, f);
			current = at;
			own.counts[cell]++;
			own.rows++;
		}
		window_end(&own, f);
		if (own.windows >= VERDICT_OWN_WINDOWS)
			f->window_psi[w] = own.largest;
	}
}

/* ---- natural variation ----------------------------------------------------------------------- */

static int
grow(const struct span *s, struct baseline_feature *f, const struct baseline_times *times, struct err *err)
{
	uint8_t *cell_of;
	size_t k;
	int rc;

	if (!times)
		return 0;
	cell_of = mem_alloc(s->to - s->from);
	if (!cell_of)
		return err_nomem(err);
	memset(cell_of, BASELINE_GROW_MISSING, s->to - s->from);
	for (k = s->first; k < s->end; k++) {
		size_t cell = f->count ? value_cell(s, f, k) : SIZE_MAX;
		uint8_t *to = &cell_of[rows_at(s->column, k).row - s->from];

		if (cell != SIZE_MAX)
			*to = (uint8_t)cell;
		else if (span_value(s, k).kind == VALUE_NONFINITE)
			*to = BASELINE_GROW_NONFINITE;
	}
	rc = baseline_grow(f, times, s->rows, cell_of, err);
	mem_free(cell_of);
	return rc;
}

/* ---- the score ------------------------------------------------------------------------------- */

/* Sums of the score less its mean, in 1/4096 of its sd: whole, so that the order of rows does not matter. */
struct score_sums {
	int64_t sum;
	uint64_t rows;
};

/* Mean and deviation of the score over the rows. False: there is none, or it never changes. */
static bool
score_scale(const struct rows *rows, size_t from, size_t to, struct score_scale *out)
{
	const struct rows_column *c = &rows->outputs[ROWS_SCORE];
	double squares = 0;
	size_t first, n = 0, k;

	if (rows_seek(c, from) == rows_seek(c, to))
		c = &rows->outputs[ROWS_PREDICTION];
	*out = (struct score_scale){.column = c};
	first = rows_seek(c, from);
	for (k = first; k < c->count && rows_at(c, k).row < to; k++) {
		struct rows_value v = rows_at(c, k);

		if (v.text != ROWS_TEXT_NONE)
			continue;
		out->mean += (v.num - out->mean) / (double)++n;
	}
	for (k = first; k < c->count && rows_at(c, k).row < to; k++) {
		struct rows_value v = rows_at(c, k);

		if (v.text == ROWS_TEXT_NONE)
			squares += (v.num - out->mean) * (v.num - out->mean);
	}
	out->sd = n ? sqrt(squares / (double)n) : 0;
	return n >= VERDICT_ROWS_MIN && out->sd > 0 && isfinite(out->sd);
}

/* What the score is on average in each cell, where it comes with the value. */
static int
score_means(const struct span *s, const struct score_scale *scale, struct baseline_feature *f, struct err *err)
{
	struct score_sums *sums;
	const struct rows_column *c = scale->column;
	size_t k, j, i;

	if (!(scale->sd > 0) || s->output || f->role != FROLE_VALUE || !f->count)
		return 0;
	sums = mem_calloc(f->ncells, sizeof(*sums));
	f->score_means = mem_calloc(f->ncells, sizeof(*f->score_means));
	if (!sums || !f->score_means) {
		mem_free(sums);
		return err_nomem(err);
	}
	for (k = s->first, j = rows_seek(c, s->from); k < s->end; k++) {
		struct rows_value score;
		size_t cell;

		while (j < c->count && rows_at(c, j).row < rows_at(s->column, k).row)
			j++;
		if (j == c->count)
			break;
		score = rows_at(c, j);
		cell = value_cell(s, f, k);
		if (score.row != rows_at(s->column, k).row || score.text != ROWS_TEXT_NONE || cell == SIZE_MAX)
			continue;
		sums[cell].sum += llround((score.num - scale->mean) / scale->sd * NUMBINS_UNITS);
		sums[cell].rows++;
	}
	for (i = 0; i < f->ncells; i++)
		f->score_means[i] =
		    sums[i].rows ? (double)sums[i].sum / NUMBINS_UNITS / (double)sums[i].rows : (double)NAN;
	mem_free(sums);
	return 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static int
feature_make(struct baseline *b, struct rows *rows, size_t fid, size_t from, size_t to,
    const struct baseline_times *times, const struct score_scale *scale, struct err *err)
{
	struct span s = {rows, rows_column(rows, fid), from, to, 0, 0, fid < ROWS_OUTPUTS};
	struct slice name = fid == ROWS_PREDICTION ? slice_of("prediction")
			    : fid == ROWS_SCORE    ? slice_of("score")
						   : names_at(&rows->names, fid - ROWS_OUTPUTS);
	struct baseline_feature *f;
	size_t i;
	int rc;

	s.first = rows_seek(s.column, from);
	s.end = rows_seek(s.column, to);
	/* A baseline's names end at a NUL: one that has it inside gets no reference, and the model still
	 * has its baseline. */
	if ((s.output && s.first == s.end) || (name.n && memchr(name.p, 0, name.n)))
		return 0;
	f = &b->features[b->nfeatures++];
	f->name = mem_dup(name.p, name.n);
	if (!f->name)
		return err_nomem(err);
	f->output = s.output;
	for (i = from; i < to; i++)
		f->rows += s.output || rows->meta[i].has_features;
	rc = guess(&s, f, err);
	if (rc)
		return rc;
	rc = f->type == FEATURE_NUMERIC ? numeric(&s, f, err) : categorical(&s, f, err);
	if (rc)
		return rc;
	own_windows(&s, f);
	rc = grow(&s, f, times, err);
	return rc ? rc : score_means(&s, scale, f, err);
}

static void
count_meta(struct baseline *b, const struct rows *rows, size_t from, size_t to)
{
	size_t i;

	b->from_ms = INT64_MAX;
	b->to_ms = INT64_MIN;
	for (i = from; i < to; i++) {
		const struct rows_meta *m = &rows->meta[i];
		int bucket = latency_bucket(m->latency_ms);

		b->events++;
		b->errors += m->failed;
		b->client_errors += m->client_error;
		if (m->ts_ms < b->from_ms)
			b->from_ms = m->ts_ms;
		if (m->ts_ms > b->to_ms)
			b->to_ms = m->ts_ms;
		if (bucket >= 0) {
			b->latency[bucket]++;
			b->latencies++;
		}
	}
}

/*
 * What `score` is the probability of. The class 1 or true if it is predicted at all; else, of two
 * predicted classes, the one with the higher mean score. A mean of a half and more under every
 * predicted class: the score is how sure the model is of its answer, whatever it is.
 */
static int
positive_class(struct baseline *b, struct rows *rows, size_t from, size_t to, struct err *err)
{
	struct class_means {
		struct slice name;
		char key[VALUE_KEY_BYTES];
		double sum;
		uint64_t n;
	} classes[FROLE_PREDICTION_CLASSES];
	const struct rows_column *p = &rows->outputs[ROWS_PREDICTION],
				 *sc = &rows->outputs[ROWS_SCORE];
	size_t n = 0, i, k = rows_seek(p, from), j = rows_seek(sc, from);
	const struct class_means *best = NULL;
	bool confident = true, named = false;

	for (; k < p->count && rows_at(p, k).row < to; k++) {
		struct rows_value v = rows_at(p, k);
		struct value value = rows_value_of(p, &v);
		char buf[VALUE_KEY_BYTES];
		struct slice key = rows_key(&value, buf);

		while (j < sc->count && rows_at(sc, j).row < v.row)
			j++;
		if (j == sc->count || rows_at(sc, j).row != v.row ||
		    rows_at(sc, j).text != ROWS_TEXT_NONE)
			continue;
		for (i = 0; i < n && !slice_eq(classes[i].name, key); i++)
			;
		if (i == FROLE_PREDICTION_CLASSES)
			return 0;
		if (i == n) {
			classes[n].name = key;
			if (key.p == buf) {
				memcpy(classes[n].key, buf, sizeof(buf));
				classes[n].name.p = classes[n].key;
			}
			classes[n].sum = 0;
			classes[n++].n = 0;
		}
		classes[i].sum += rows_at(sc, j).num;
		classes[i].n++;
	}
	for (i = 0; i < n; i++) {
		double mean = classes[i].sum / (double)classes[i].n;

		confident &= mean >= 0.5;
		if (slice_is(classes[i].name, "1") || slice_is(classes[i].name, "true")) {
			best = &classes[i];
			named = true;
		}
		if (n == 2 && !named &&
		    (!best || mean > best->sum / (double)best->n ||
			(mean == best->sum / (double)best->n &&
			    slice_cmp(classes[i].name, best->name) < 0)))
			best = &classes[i];
	}
	b->score_is_confidence = n > 1 && confident;
	if (!best)
		return 0;
	b->positive = mem_dup(best->name.p, best->name.n);
	return b->positive ? 0 : err_nomem(err);
}

struct baseline_maker {
	struct baseline *b;
	size_t from, to, columns;
	size_t next; /* columns made */
	struct baseline_times *times; /* NULL: too short for natural variation */
	struct score_scale scale;
};

void
baseline_maker_free(struct baseline_maker *mk)
{
	if (!mk)
		return;
	baseline_free(mk->b);
	baseline_times_free(mk->times);
	mem_free(mk);
}

int
baseline_maker_new(struct baseline_maker **out, struct slice model, const struct rows *rows,
    size_t from, size_t to, enum baseline_kind kind, const char *name, struct err *err)
{
	struct baseline_maker *mk;
	struct baseline *b;

	if (from >= to || to > rows->count)
		return err_set(err, ERR_INVALID, "a baseline needs at least one row");
	mk = mem_calloc(1, sizeof(*mk));
	b = mem_calloc(1, sizeof(*b));
	if (!mk || !b) {
		mem_free(mk);
		mem_free(b);
		return err_nomem(err);
	}
	*mk = (struct baseline_maker){b, from, to, rows_columns(rows), 0, NULL, {NULL, 0, 0}};
	if (!score_scale(rows, from, to, &mk->scale))
		mk->scale.sd = 0;
	b->kind = kind;
	b->own = kind == BASELINE_LEARNED;
	b->model = mem_dup(model.p, model.n);
	b->name = mem_dup(name, strlen(name));
	b->latency = mem_calloc(LATENCY_BUCKETS, sizeof(*b->latency));
	b->features = mem_calloc(mk->columns, sizeof(*b->features));
	if (!b->model || !b->name || !b->latency || !b->features ||
	    baseline_times_new(&mk->times, rows, from, to, NULL)) {
		baseline_maker_free(mk);
		return err_nomem(err);
	}
	count_meta(b, rows, from, to);
	*out = mk;
	return 0;
}

int
baseline_maker_step(struct baseline_maker *mk, struct rows *rows, bool *done, struct err *err)
{
	/* Inputs first, then outputs. */
	size_t fid = (mk->next + ROWS_OUTPUTS) % mk->columns;
	int rc;

	assert(mk->next < mk->columns);
	rc = feature_make(mk->b, rows, fid, mk->from, mk->to, mk->times, &mk->scale, err);
	mk->next++;
	*done = mk->next == mk->columns;
	return rc;
}

int
baseline_maker_take(
    struct baseline_maker *mk, struct rows *rows, struct baseline **out, struct err *err)
{
	int rc = positive_class(mk->b, rows, mk->from, mk->to, err);

	if (!rc)
		rc = baseline_finish(mk->b, err);
	if (!rc) {
		*out = mk->b;
		mk->b = NULL;
	}
	baseline_maker_free(mk);
	return rc;
}

int
baseline_from_rows(struct baseline **out, struct slice model, struct rows *rows, size_t from,
    size_t to, enum baseline_kind kind, const char *name, struct err *err)
{
	struct baseline_maker *mk = NULL;
	bool done = false;
	int rc = baseline_maker_new(&mk, model, rows, from, to, kind, name, err);

	while (!rc && !done)
		rc = baseline_maker_step(mk, rows, &done, err);
	if (rc) {
		baseline_maker_free(mk);
		return rc;
	}
	return baseline_maker_take(mk, rows, out, err);
}
