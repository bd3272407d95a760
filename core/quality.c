#include "core/quality.h"

#include <math.h>
#include <string.h>

#include "core/mem.h"

#define ERROR_UNITS 0x1p40
#define ERROR_MAX 0x1p46 /* of one pair: 2^40 of them add up below 2^126 */

/*
 * What lies in the cells, for K classes with one more for all others:
 *   lags            QUALITY_LAGS      pairs by time from prediction to label
 *   sums, hits      SCOREBINS each    of scores by bin: their sum in 2^-16; how many of the predictions were right
 *   scores          QUALITY_SCORED x SCOREBINS   by class of the label
 *   moments         QUALITY_SCORED x 2           sum and sum of squares of the scores, in 2^-16 and 2^-32
 *   predicted       (K + 1) x 2       pairs with a score and their sum, by predicted class
 *   confusion       (K + 1) x (K + 1) by predicted class and label
 *   errors          QUALITY_ERRORS    of numbers: pairs by how far apart, two an octave from 2^-40
 */
enum {
	AT_LAGS = 0,
	AT_SUMS = AT_LAGS + QUALITY_LAGS,
	AT_HITS = AT_SUMS + SCOREBINS,
	AT_SCORES = AT_HITS + SCOREBINS,
	AT_MOMENTS = AT_SCORES + QUALITY_SCORED * SCOREBINS,
	AT_PREDICTED = AT_MOMENTS + QUALITY_SCORED * 2,
};

static size_t
at_confusion(unsigned classes)
{
	return AT_PREDICTED + (classes + 1) * (size_t)2;
}

static size_t
at_errors(unsigned classes)
{
	return at_confusion(classes) + (classes + 1) * (size_t)(classes + 1);
}

static size_t
cells_of(unsigned classes)
{
	return at_errors(classes) + QUALITY_ERRORS;
}

/* The place of a class among `classes` of them: what has no place of its own is behind the last. */
static unsigned
place(unsigned classes, unsigned cls)
{
	return cls < classes ? cls : classes;
}

void
quality_init(struct quality *q)
{
	memset(q, 0, sizeof(*q));
}

void
quality_release(struct quality *q)
{
	mem_free(q->cells);
	quality_init(q);
}

void
quality_clear(struct quality *q)
{
	memset(q->counts, 0, sizeof(q->counts));
	q->error = q->abs_error = 0;
	if (q->cells)
		memset(q->cells, 0, cells_of(q->classes) * sizeof(*q->cells));
}

/* Adds cells laid out for fewer classes (or as many); in both the last class is "all others". */
static void
cells_add(uint64_t *to, unsigned wide, const uint64_t *from, unsigned narrow, uint64_t sign)
{
	size_t a = at_confusion(wide), b = at_confusion(narrow), i, k;

	for (i = 0; i < AT_PREDICTED; i++)
		to[i] += sign * from[i];
	for (i = 0; i <= narrow; i++) {
		size_t row = i < narrow ? i : wide;

		to[AT_PREDICTED + 2 * row] += sign * from[AT_PREDICTED + 2 * i];
		to[AT_PREDICTED + 2 * row + 1] += sign * from[AT_PREDICTED + 2 * i + 1];
		for (k = 0; k <= narrow; k++)
			to[a + row * (wide + 1) + (k < narrow ? k : wide)] +=
			    sign * from[b + i * (narrow + 1) + k];
	}
	for (i = 0; i < QUALITY_ERRORS; i++)
		to[at_errors(wide) + i] += sign * from[at_errors(narrow) + i];
}

int
quality_fit(struct quality *q, unsigned classes, struct err *err)
{
	unsigned want = QUALITY_SCORED;
	uint64_t *cells;

	while (want < classes)
		want *= 4;
	if (q->cells && want <= q->classes)
		return 0;
	cells = mem_calloc(cells_of(want), sizeof(*cells));
	if (!cells)
		return err_nomem(err);
	if (q->cells)
		cells_add(cells, want, q->cells, q->classes, 1);
	mem_free(q->cells);
	q->cells = cells;
	q->classes = want;
	return 0;
}

/* ---- one pair -------------------------------------------------------------------------------- */

static size_t
lag_bucket(int64_t ms)
{
	uint64_t x = ms > 0 ? (uint64_t)ms / 250 : 0;
	unsigned msb = 2;
	size_t at;

	if (x < 4)
		return 0;
	while (x >> (msb + 1))
		msb++;
	at = 1 + (msb - 2) * (size_t)4 + ((x >> (msb - 2)) & 3);
	return at < QUALITY_LAGS ? at : QUALITY_LAGS - 1;
}

/* Where a bucket begins, ms. */
static double
lag_from(size_t bucket)
{
	size_t k = bucket - 1;

	return bucket ? ldexp((double)(4 + (k & 3)), (int)(k >> 2)) * 250 : 0;
}

/* 0, 1, [2,3), [3,4), [4,6), [6,8) ... in units of an error. */
static size_t
error_bucket(wide_uint units)
{
	unsigned msb = 1;

	if (units < 2)
		return (size_t)units;
	while (units >> (msb + 1))
		msb++;
	return 2 * (size_t)msb + (size_t)((units >> (msb - 1)) & 1);
}

/* Where a bucket begins. */
static double
error_from(size_t bucket)
{
	return bucket < 2 ? (double)bucket : ldexp(2 + (double)(bucket & 1), (int)(bucket / 2) - 1);
}

static void
add_error(struct quality *q, const struct label_pair *pair, uint64_t sign)
{
	double error = truth_number(pair->prediction) - truth_number(pair->label);
	double whole = floor(fabs(error) * ERROR_UNITS + 0.5);
	wide_uint units;

	q->counts[QUALITY_NUMBERS] += sign;
	if (truth_number(pair->prediction) != floor(truth_number(pair->prediction)))
		q->counts[QUALITY_FRACTIONS] += sign;
	if (!(fabs(error) < ERROR_MAX)) {
		q->counts[QUALITY_CLIPPED] += sign;
		return;
	}
	units = (wide_uint)whole;
	q->cells[at_errors(q->classes) + error_bucket(units)] += sign;
	if (sign != 1)
		units = -units;
	q->abs_error += units;
	q->error += error < 0 ? -units : units;
}

static void
add_score(struct quality *q, const struct label_pair *pair, bool hit, uint64_t sign)
{
	uint64_t s = pair->score;
	size_t bin = s >> 8 < SCOREBINS ? s >> 8 : SCOREBINS - 1;
	unsigned cls = pair->label.cls;
	size_t at = AT_PREDICTED + (size_t)2 * place(q->classes, pair->prediction.cls);

	q->counts[QUALITY_SCORES] += sign;
	q->cells[AT_SUMS + bin] += sign * s;
	q->cells[AT_HITS + bin] += hit ? sign : 0;
	if (pair->prediction.kind != TRUTH_NONE) {
		q->cells[at] += sign;
		q->cells[at + 1] += sign * s;
	}
	if (cls >= QUALITY_SCORED) {
		q->counts[QUALITY_UNSCORED] += sign;
		return;
	}
	q->cells[AT_SCORES + cls * SCOREBINS + bin] += sign;
	q->cells[AT_MOMENTS + 2 * cls] += sign * s;
	q->cells[AT_MOMENTS + 2 * cls + 1] += sign * s * s;
}

void
quality_add(struct quality *q, const struct label_pair *pair, int sign)
{
	uint64_t by = sign < 0 ? UINT64_MAX : 1;
	bool hit = truth_eq(pair->prediction, pair->label);
	unsigned row = place(q->classes, pair->prediction.cls), column = place(q->classes, pair->label.cls);

	q->counts[QUALITY_LABELLED] += by;
	q->cells[AT_LAGS + lag_bucket(pair->label_ms - pair->ts_ms)] += by;
	if (pair->prediction.kind != TRUTH_NONE) {
		q->counts[QUALITY_DECIDED] += by;
		q->counts[QUALITY_CORRECT] += hit ? by : 0;
		q->cells[at_confusion(q->classes) + row * (q->classes + 1) + column] += by;
		if (pair->prediction.kind == TRUTH_NUMBER && pair->label.kind == TRUTH_NUMBER)
			add_error(q, pair, by);
	}
	if (pair->score <= LABELS_SCORE_ONE)
		add_score(q, pair, hit, by);
}

void
quality_merge(struct quality *to, const struct quality *from, int sign)
{
	uint64_t by = sign < 0 ? UINT64_MAX : 1;
	int i;

	for (i = 0; i < QUALITY_COUNTS; i++)
		to->counts[i] += by * from->counts[i];
	to->error += sign < 0 ? -from->error : from->error;
	to->abs_error += sign < 0 ? -from->abs_error : from->abs_error;
	if (from->cells)
		cells_add(to->cells, to->classes, from->cells, from->classes, by);
}

size_t
quality_cells(unsigned classes)
{
	return cells_of(classes);
}

/* Scores by class of the label, which only the first few classes have. */
static void
scores_map(struct quality *to, const struct quality *from, unsigned is, unsigned was)
{
	const uint64_t *scores = from->cells + AT_SCORES + was * SCOREBINS;
	const uint64_t *moments = from->cells + AT_MOMENTS + 2 * was;
	size_t i;

	for (i = 0; i < SCOREBINS; i++) {
		if (is < QUALITY_SCORED)
			to->cells[AT_SCORES + is * SCOREBINS + i] += scores[i];
		else
			to->counts[QUALITY_UNSCORED] += scores[i];
	}
	if (is < QUALITY_SCORED) {
		to->cells[AT_MOMENTS + 2 * is] += moments[0];
		to->cells[AT_MOMENTS + 2 * is + 1] += moments[1];
	}
}

static unsigned
mapped(const struct quality *to, const uint8_t *map, unsigned n, unsigned was)
{
	return was < n ? place(to->classes, map[was]) : to->classes;
}

void
quality_merge_mapped(struct quality *to, const struct quality *from, const uint8_t *map, unsigned n)
{
	unsigned i, k;

	for (i = 0; i < QUALITY_COUNTS; i++)
		to->counts[i] += from->counts[i];
	to->error += from->error;
	to->abs_error += from->abs_error;
	if (!from->cells)
		return;
	for (i = 0; i < AT_SCORES; i++)
		to->cells[i] += from->cells[i];
	for (i = 0; i < QUALITY_SCORED; i++)
		scores_map(to, from, mapped(to, map, n, i), i);
	for (i = 0; i <= from->classes; i++) {
		size_t row = mapped(to, map, n, i);

		to->cells[AT_PREDICTED + 2 * row] += from->cells[AT_PREDICTED + 2 * i];
		to->cells[AT_PREDICTED + 2 * row + 1] += from->cells[AT_PREDICTED + 2 * i + 1];
		for (k = 0; k <= from->classes; k++)
			to->cells[at_confusion(to->classes) + row * (to->classes + 1) + mapped(to, map, n, k)] +=
			    from->cells[at_confusion(from->classes) + i * (size_t)(from->classes + 1) + k];
	}
	for (i = 0; i < QUALITY_ERRORS; i++)
		to->cells[at_errors(to->classes) + i] += from->cells[at_errors(from->classes) + i];
}

void
quality_cover_add(uint64_t cover[COVER_COUNT], const struct label_pair *pair, int sign)
{
	uint64_t by = sign < 0 ? UINT64_MAX : 1;
	int64_t lag = pair->label_ms - pair->ts_ms;

	cover[COVER_LABELLED] += by;
	cover[COVER_1H] += lag < QUALITY_HOUR_MS ? by : 0;
	cover[COVER_24H] += lag < 24 * QUALITY_HOUR_MS ? by : 0;
}

/* ---- figures --------------------------------------------------------------------------------- */

#define WILSON_Z 1.959963984540054
#define UNIT 0x1p-16 /* of a score */
#define ECE_LABELS 50 /* fewer in a bin: it is merged with the next */
#define CLASSES_MAX 20 /* more whole numbers than that are counts, not classes */

void
quality_wilson(uint64_t k, uint64_t n, double *low, double *high)
{
	double p, z2 = WILSON_Z * WILSON_Z, middle, half, count = (double)n;

	*low = *high = NAN;
	if (!n)
		return;
	p = (double)k / count;
	middle = (p + z2 / (2 * count)) / (1 + z2 / count);
	half = WILSON_Z / (1 + z2 / count) * sqrt(p * (1 - p) / count + z2 / (4 * count * count));
	*low = k ? middle - half : 0;
	*high = k < n ? middle + half : 1;
}

double
quality_auc(const uint64_t *pos, const uint64_t *neg, size_t nbins, double *se)
{
	double p = 0, n = 0, above = 0, a, q1, q2;
	size_t i;

	*se = NAN;
	for (i = 0; i < nbins; i++) {
		above += (double)pos[i] * (n + (double)neg[i] / 2);
		p += (double)pos[i];
		n += (double)neg[i];
	}
	if (p == 0 || n == 0)
		return NAN;
	a = above / (p * n);
	q1 = a / (2 - a);
	q2 = 2 * a * a / (1 + a);
	*se = sqrt((a * (1 - a) + (p - 1) * (q1 - a * a) + (n - 1) * (q2 - a * a)) / (p * n));
	return a;
}

static double
ratio(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

static uint64_t
confusion(const struct quality *q, unsigned predicted, unsigned label)
{
	return q->cells[at_confusion(q->classes) + predicted * (size_t)(q->classes + 1) + label];
}

static void
class_numbers(const struct quality *q, unsigned cls, struct class_quality *c)
{
	unsigned i;

	*c = (struct class_quality){.cls = cls, .correct = confusion(q, cls, cls)};
	for (i = 0; i <= q->classes; i++) {
		c->labelled += confusion(q, i, cls);
		c->predicted += confusion(q, cls, i);
	}
	c->precision = ratio(c->correct, c->predicted);
	c->recall = ratio(c->correct, c->labelled);
	c->f1 = ratio(2 * c->correct, c->labelled + c->predicted);
}

static void
put_classes(const struct quality *q, const struct classes *names, struct quality_numbers *out)
{
	unsigned cls, i, known = (unsigned)names->names.count, present = 0;
	uint64_t hits = 0;
	double sum = 0;

	for (cls = 0; cls < known && cls < q->classes; cls++) {
		struct slice name = classes_name(names, cls);
		struct class_quality c;

		class_numbers(q, cls, &c);
		if (!c.labelled && !c.predicted)
			continue;
		hits += c.correct;
		if (c.labelled) {
			sum += c.f1;
			present++;
		}
		for (i = out->nclasses++;
		     i > 0 && slice_cmp(classes_name(names, out->classes[i - 1].cls), name) > 0; i--)
			out->classes[i] = out->classes[i - 1];
		out->classes[i] = c;
	}
	for (i = 0; i <= q->classes; i++)
		out->classes_left_out |= confusion(q, i, q->classes) || confusion(q, q->classes, i);
	out->classes_apart = !hits && !out->correct && out->decided > 0;
	if (present && !out->classes_left_out)
		out->macro_f1 = sum / present;
}

/* ---- scores ---------------------------------------------------------------------------------- */

/*
 * The class that score is the probability of: the one that the baseline knows, else 1 or true, else of two predicted
 * classes the one with the higher mean score (of equal ones that with the lesser name).
 */
static int
positive_class(const struct quality *q, const struct quality_view *view, const struct quality_numbers *out)
{
	int best = -1, predicted = 0;
	double best_mean = 0;
	unsigned i;

	for (i = 0; view->positive.n && i < view->classes->names.count; i++)
		if (slice_eq(classes_name(view->classes, i), view->positive))
			return (int)i;
	for (i = 0; i < out->nclasses; i++) {
		struct slice name = classes_name(view->classes, out->classes[i].cls);

		if (slice_is(name, "1") || slice_is(name, "true"))
			return (int)out->classes[i].cls;
	}
	for (i = 0; i < out->nclasses; i++) {
		unsigned cls = out->classes[i].cls;
		uint64_t n = q->cells[AT_PREDICTED + 2 * cls];
		double mean = ratio(q->cells[AT_PREDICTED + 2 * cls + 1], n);

		if (!n)
			continue;
		predicted++;
		if (best < 0 || mean > best_mean) {
			best = (int)cls;
			best_mean = mean;
		}
	}
	return predicted == 2 ? best : -1;
}

/* Scores by bin, split in two: of the positive class or not, or right and wrong. */
struct two {
	uint64_t yes[SCOREBINS], no[SCOREBINS];
	uint64_t nyes, nno;
};

static void
split(const struct quality *q, int positive, struct two *t)
{
	size_t i, c;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < SCOREBINS; i++) {
		uint64_t all = 0;

		for (c = 0; c < QUALITY_SCORED; c++)
			all += q->cells[AT_SCORES + c * SCOREBINS + i];
		if (positive >= 0)
			t->yes[i] = q->cells[AT_SCORES + (size_t)positive * SCOREBINS + i];
		else
			t->yes[i] = q->cells[AT_HITS + i];
		t->no[i] = all - t->yes[i];
		t->nyes += t->yes[i];
		t->nno += t->no[i];
	}
}

/*
 * Expected calibration error over the bins, merged from the left to ECE_LABELS each, and its expectation if every score
 * were the true probability: the mean of |x| of a bell curve is sqrt(2/pi) of its deviation.
 */
static void
put_ece(const struct quality *q, const struct two *t, struct quality_numbers *out)
{
	double n = (double)(t->nyes + t->nno), error = 0, noise = 0;
	uint64_t yes = 0, no = 0, sum = 0, left = t->nyes + t->nno;
	size_t i;

	for (i = 0; i < SCOREBINS; i++) {
		double bin, share;

		yes += t->yes[i];
		no += t->no[i];
		sum += q->cells[AT_SUMS + i];
		left -= t->yes[i] + t->no[i];
		if (yes + no == 0 || ((yes + no < ECE_LABELS || left < ECE_LABELS) && left))
			continue;
		bin = (double)(yes + no);
		share = (double)yes / bin;
		error += bin / n * fabs((double)sum * UNIT / bin - share);
		noise += bin / n * sqrt(2 * share * (1 - share) / (M_PI * bin));
		yes = no = sum = 0;
	}
	out->ece = error;
	out->ece_floor = noise;
}

static void
put_brier(const struct quality *q, int positive, struct quality_numbers *out)
{
	uint64_t n = q->counts[QUALITY_SCORES], squares = 0, p = 0, sum;
	size_t i, c;

	for (c = 0; c < QUALITY_SCORED; c++)
		squares += q->cells[AT_MOMENTS + 2 * c + 1];
	for (i = 0; i < SCOREBINS; i++)
		p += q->cells[AT_SCORES + (size_t)positive * SCOREBINS + i];
	sum = q->cells[AT_MOMENTS + 2 * (size_t)positive];
	/* sum of (s - y)^2 = sum of s^2 - 2 sum of s over positives + positives, in 2^-32 */
	out->brier = ((double)squares - 2.0 * (double)(sum << 16) + (double)(p << 32)) * UNIT * UNIT / (double)n;
}

static void
put_scores(const struct quality *q, const struct quality_view *view, struct quality_numbers *out)
{
	uint64_t n = q->counts[QUALITY_SCORES], sum = 0;
	struct two t;
	double mean, variance = 0;
	size_t i;

	out->positive = view->confidence ? -1 : positive_class(q, view, out);
	out->of_confidence = view->confidence;
	for (i = 0; i < out->nclasses; i++) {
		if ((int)out->classes[i].cls != out->positive)
			continue;
		out->precision = out->classes[i].precision;
		out->recall = out->classes[i].recall;
		out->f1 = out->classes[i].f1;
	}
	if (!n || q->counts[QUALITY_UNSCORED] || (!view->confidence && out->positive < 0) ||
	    out->positive >= QUALITY_SCORED)
		return;
	split(q, out->positive, &t);
	for (i = 0; i < SCOREBINS; i++) {
		uint64_t in = t.yes[i] + t.no[i];

		mean = in ? (double)q->cells[AT_SUMS + i] * UNIT / (double)in : 0;
		sum += q->cells[AT_SUMS + i];
		variance += (double)in * mean * (1 - mean);
	}
	out->calibration = (double)sum * UNIT / (double)n - (double)t.nyes / (double)n;
	out->calibration_sd = sqrt(variance) / (double)n;
	put_ece(q, &t, out);
	if (view->confidence)
		return;
	out->auc = quality_auc(t.yes, t.no, SCOREBINS, &out->auc_se);
	put_brier(q, out->positive, out);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static double
lag_median(const struct quality *q)
{
	uint64_t n = q->counts[QUALITY_LABELLED], rank = (n + 1) / 2, seen = 0;
	const uint64_t *lags = q->cells + AT_LAGS;
	size_t i;

	if (!n || !lags[0] || lags[0] < rank) {
		for (i = 0; i < QUALITY_LAGS - 1 && seen + lags[i] < rank; i++)
			seen += lags[i];
		if (!lags[i])
			return NAN;
		return lag_from(i) +
		       (lag_from(i + 1) - lag_from(i)) * ((double)(rank - seen) - 0.5) / (double)lags[i];
	}
	return 0; /* within a second: as good as at once */
}

/*
 * Standard error of the mean absolute error: from the buckets, as if errors were spread evenly inside each. So it is
 * not 0 where all errors are alike, and too large by a few per cent where they are not.
 */
static double
error_se(const struct quality *q)
{
	const uint64_t *errors = q->cells + at_errors(q->classes);
	double n = 0, mean = 0, squares = 0;
	size_t i;

	for (i = 0; i < QUALITY_ERRORS; i++) {
		double from = error_from(i) / ERROR_UNITS, width = error_from(i + 1) / ERROR_UNITS - from;
		double count = (double)errors[i], middle = from + width / 2, off;

		if (!errors[i])
			continue;
		n += count;
		off = middle - mean;
		mean += off * count / n;
		squares += count * (off * (middle - mean) + width * width / 12);
	}
	return n > 0 ? sqrt(squares) / n : NAN;
}

static void
put_regression(const struct quality *q, struct quality_numbers *out)
{
	uint64_t n = q->counts[QUALITY_NUMBERS];
	wide_int error;

	if (!n || q->counts[QUALITY_CLIPPED])
		return;
	error = q->error >> 127 ? -(wide_int)(-q->error) : (wide_int)q->error;
	out->mae = (double)q->abs_error / ERROR_UNITS / (double)n;
	out->mae_se = error_se(q);
	out->bias = (double)error / ERROR_UNITS / (double)n;
}

/* Numbers that are not classes: the baseline says so, or they are not whole, or there are too many of them. */
static bool
is_regression(const struct quality *q, const struct quality_view *view)
{
	uint64_t decided = q->counts[QUALITY_DECIDED];
	unsigned i, k, predicted = 0;

	if (view->numeric && q->counts[QUALITY_NUMBERS])
		return true;
	if (!decided || q->counts[QUALITY_NUMBERS] != decided)
		return false;
	if (q->counts[QUALITY_FRACTIONS])
		return true;
	for (i = 0; i <= q->classes; i++) {
		for (k = 0; k <= q->classes && !confusion(q, i, k); k++)
			;
		predicted += k <= q->classes;
	}
	return predicted > CLASSES_MAX;
}

void
quality_numbers(const struct quality *q, const struct quality_view *view, struct quality_numbers *out)
{
	memset(out, 0, sizeof(*out));
	out->positive = -1;
	out->accuracy = out->accuracy_low = out->accuracy_high = NAN;
	out->precision = out->recall = out->f1 = out->macro_f1 = NAN;
	out->auc = out->auc_se = out->brier = out->calibration = out->calibration_sd = NAN;
	out->ece = out->ece_floor = out->mae = out->mae_se = out->bias = out->lag_p50_ms = NAN;
	out->labelled = q->counts[QUALITY_LABELLED];
	out->decided = q->counts[QUALITY_DECIDED];
	out->scored = q->counts[QUALITY_SCORES];
	out->correct = q->counts[QUALITY_CORRECT];
	if (!out->labelled || !q->cells)
		return;
	out->lag_p50_ms = lag_median(q);
	if (is_regression(q, view)) {
		out->kind = QUALITY_REGRESSION;
		put_regression(q, out);
		return;
	}
	out->kind = QUALITY_CLASSES;
	put_classes(q, view->classes, out);
	if (out->decided && !out->classes_apart) {
		out->accuracy = ratio(out->correct, out->decided);
		quality_wilson(out->correct, out->decided, &out->accuracy_low, &out->accuracy_high);
	}
	put_scores(q, view, out);
	if (out->classes_apart)
		out->precision = out->recall = out->f1 = out->macro_f1 = NAN;
}
