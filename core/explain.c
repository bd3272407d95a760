#include "core/explain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/digits.h"
#include "core/text.h"
#include "core/verdict.h"

const char *const explain_cause_names[EXPLAIN_CAUSES] = {
    "none", "type", "constant", "unit", "degrees", "sentinel"};

#define TYPE_FRAC     0.01 /* of the rows that had a value of another type */
#define CENTRE_NEAR   0.02 /* relative: a median is that sure at a thousand rows and one sd of its own size */
#define SPREAD_NEAR   0.05
#define SENTINEL_FRAC 0.02 /* of the rows, more than the baseline has there */

/* ---- units ----------------------------------------------------------------------------------- */

static const struct {
	double factor;
	const char *name;
} units[] = {
    {10, "a factor of ten"},
    {100, "a share and per cent, or metres and centimetres"},
    {1000, "a thousand: seconds and milliseconds, metres and millimetres"},
    {1e6, "a million"},
    {60, "minutes and seconds"},
    {3600, "hours and seconds"},
    {86400, "days and seconds"},
    {24, "days and hours"},
    {3.6, "metres a second and kilometres an hour"},
    {1.609344, "miles and kilometres"},
    {2.2046226, "kilograms and pounds"}, /* the other way round 0.4536 */
    {2.54, "inches and centimetres"},
    {25.4, "inches and millimetres"},
    {3.2808399, "metres and feet"},
    {3.7854118, "gallons and litres"},
    {57.29577951308232, "radians and degrees"},
};

static bool
near(double x, double y, double relative)
{
	return fabs(x / y - 1) < relative;
}

double
explain_unit_factor(double is, double was, double is_spread, double was_spread, const char **name)
{
	double centre = is / was, spread = is_spread / was_spread;
	size_t i;

	if (!(was_spread > 0) || !(is_spread > 0) || !isfinite(centre))
		return 0;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		double f = units[i].factor;

		if (name)
			*name = units[i].name;
		if (near(centre, f, CENTRE_NEAR) && near(spread, f, SPREAD_NEAR))
			return f;
		if (near(centre, 1 / f, CENTRE_NEAR) && near(spread, 1 / f, SPREAD_NEAR))
			return 1 / f;
	}
	return 0;
}

/* To Fahrenheit: times 1.8 and 32 more. Held against the spread, since a mean of 0 has no ratio. */
static bool
is_degrees(const struct feature_figures *f, bool to_fahrenheit)
{
	double mean = to_fahrenheit ? 1.8 * f->baseline_mean + 32 : (f->baseline_mean - 32) / 1.8;
	double spread = to_fahrenheit ? 1.8 * f->baseline_std : f->baseline_std / 1.8;

	return spread > 0 && fabs(f->mean - mean) < 0.15 * spread && near(f->std, spread, SPREAD_NEAR);
}

static bool
find_unit(const struct feature_figures *f, struct explanation *out)
{
	bool to_fahrenheit = is_degrees(f, true);
	const char *name = "";
	double factor = explain_unit_factor(f->mean, f->baseline_mean, f->std, f->baseline_std, &name);

	if (f->type != FEATURE_NUMERIC || f->count < EXPLAIN_ROWS_MIN || f->drift.state < DRIFT_WATCH)
		return false;
	if (factor != 0) {
		out->cause = EXPLAIN_UNIT;
		snprintf(out->cause_text, sizeof(out->cause_text), "all values x%.4g, as between %s", factor, name);
	} else if (to_fahrenheit || is_degrees(f, false)) {
		out->cause = EXPLAIN_DEGREES;
		snprintf(out->cause_text, sizeof(out->cause_text), "as if degrees %s had become %s",
		    to_fahrenheit ? "Celsius" : "Fahrenheit", to_fahrenheit ? "Fahrenheit" : "Celsius");
	}
	return out->cause != EXPLAIN_NONE;
}

/* ---- values that stand for none -------------------------------------------------------------- */

double
explain_sentinel(double lo, double hi, double min, double max)
{
	static const double values[] = {-1, -9, -99, -999, -9999, -99999, 0, 99, 999, 9999, 99999, 999999, 65535,
	    2147483647.0, -2147483648.0, 4294967295.0};
	double alone = NAN;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		double x = values[i];

		if (x < lo || x > hi || x < min || x > max)
			continue;
		if (x == min || x == max)
			return x;
		if (x - 1 < lo && x + 1 > hi)
			alone = x;
	}
	return alone;
}

bool
explain_is_sentinel_text(struct slice text)
{
	static const char *const values[] = {"", "null", "NULL", "none", "None", "nan", "NaN", "NA", "N/A", "n/a",
	    "nil", "unknown", "UNKNOWN", "undefined", "missing", "-", "?", "0", "-1", "-999", "9999", "1970-01-01",
	    "1900-01-01", "0000-00-00", "1970-01-01T00:00:00Z"};
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (slice_is(text, values[i]))
			return true;
	return text.n > 10 && memcmp(text.p, "1970-01-01", 10) == 0;
}

static void
say_sentinel(struct explanation *out, const char *value, double is, double was, enum window w)
{
	char *to = out->cause_text;
	size_t n = verdict_say_share(to, sizeof(out->cause_text), value, is, window_words[w], NAN, NULL, was);

	out->cause = EXPLAIN_SENTINEL;
	snprintf(to + n, sizeof(out->cause_text) - n, ": it may stand for missing");
}

static bool
find_sentinel_number(const struct explain_input *in, struct explanation *out)
{
	const struct explain_spike *s = &in->spike;
	double number = isnan(s->lo) ? (double)NAN : explain_sentinel(s->lo, s->hi, in->f->min, in->f->max);
	char value[32];

	if (isnan(number) || !in->current || !(s->is_frac - s->was_frac >= SENTINEL_FRAC))
		return false;
	snprintf(value, sizeof(value), "%.10g", number);
	say_sentinel(out, value, s->is_frac, s->was_frac, WINDOW_ALL);
	return true;
}

static bool
find_sentinel_text(const struct feature_figures *f, struct explanation *out)
{
	char value[48];
	size_t i;

	for (i = 0; i < f->ntop; i++) {
		const struct top_value *t = &f->top[i];
		double is = f->count ? (double)t->count / (double)f->count : 0;

		if (!explain_is_sentinel_text(t->value) || !(is - t->baseline_share_frac >= SENTINEL_FRAC))
			continue;
		snprintf(value, sizeof(value), "\"%.*s\"", (int)(t->value.n < 40 ? t->value.n : 40),
		    t->value.p ? t->value.p : "");
		say_sentinel(out, value, is, t->baseline_share_frac, f->drift.window);
		return true;
	}
	return false;
}

/* ---- other causes ---------------------------------------------------------------------------- */

static bool
find_type(const struct explain_input *in, struct explanation *out)
{
	if (!in->wrong_type || !in->current || !((double)in->wrong_type >= TYPE_FRAC * (double)in->rows))
		return false;
	out->cause = EXPLAIN_TYPE;
	snprintf(out->cause_text, sizeof(out->cause_text), "text where the baseline has numbers, %s of %s",
	    digits_share((double)in->wrong_type / (double)in->rows).s, window_words[WINDOW_ALL]);
	return true;
}

static bool
find_constant(const struct feature_figures *f, struct explanation *out)
{
	if (!(figures_constant(f) > 0))
		return false;
	out->cause = EXPLAIN_CONSTANT;
	verdict_say_constant(out->cause_text, sizeof(out->cause_text),
	    f->type == FEATURE_NUMERIC ? digits_value(f->min >= f->max ? f->min : f->mean).s : "",
	    window_words[f->drift.window], f->distinct);
	return true;
}

static void
find_cause(const struct explain_input *in, struct explanation *out)
{
	const struct feature_figures *f = in->f;

	if (find_type(in, out) || find_constant(f, out) || find_unit(f, out))
		return;
	if (f->type == FEATURE_NUMERIC)
		(void)find_sentinel_number(in, out);
	else
		(void)find_sentinel_text(f, out);
}

/* ---- parts of the distribution --------------------------------------------------------------- */

struct parts {
	double is[FIGURE_BINS], was[FIGURE_BINS]; /* rows */
	size_t first[FIGURE_BINS], last[FIGURE_BINS]; /* bins of each */
	size_t n;
	double rows_is, rows_was;
};

/* A number's bins are merged into the ten of PSI, which read better; a category's are its values. */
static void
parts_make(const struct feature_figures *f, struct parts *p)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < f->nbins; i++) {
		const struct figure_bin *b = &f->bins[i];
		size_t at;

		if (!p->n || f->type != FEATURE_NUMERIC || f->single_values || b->cell != f->bins[i - 1].cell)
			p->first[p->n++] = i;
		at = p->n - 1;
		p->last[at] = i;
		p->is[at] += (double)b->current;
		p->was[at] += (double)b->baseline;
		p->rows_is += (double)b->current;
		p->rows_was += (double)b->baseline;
	}
}

/* The value in quotes; bytes that are no text as '?'. */
static void
quote(struct slice value, char *out, size_t bytes)
{
	size_t at = 0, n = 0;

	out[n++] = '"';
	while (at < value.n) {
		size_t len = text_printable_length((const unsigned char *)value.p + at, value.n - at);
		size_t take = len ? len : 1;

		if (n + take + 6 > bytes)
			break;
		if (len)
			memcpy(out + n, value.p + at, len);
		else
			out[n] = '?';
		n += take;
		at += take;
	}
	snprintf(out + n, bytes - n, "%s\"", at < value.n ? "..." : "");
}

static void
name_part(const struct feature_figures *f, const struct parts *p, size_t i, char *out, size_t bytes)
{
	double lo = p->first[i] ? f->bins[p->first[i] - 1].le : -INFINITY, hi = f->bins[p->last[i]].le;

	/* The last two of a category's cells are no values. */
	if (f->type != FEATURE_NUMERIC && p->first[i] + 2 >= f->nbins)
		snprintf(out, bytes, "%s", p->first[i] + 1 == f->nbins ? "new values" : "other values");
	else if (f->type != FEATURE_NUMERIC)
		quote(f->bins[p->first[i]].label, out, bytes);
	else if (isinf(lo) && isinf(hi))
		snprintf(out, bytes, "any number");
	else if (isinf(hi))
		snprintf(out, bytes, "over %.4g", lo);
	else if (isinf(lo))
		snprintf(out, bytes, "up to %.4g", hi);
	else if (f->single_values)
		snprintf(out, bytes, "%.6g", hi);
	else
		snprintf(out, bytes, "%.4g to %.4g", lo, hi);
}

static void
put_part(struct explanation *out, double *scores, double score, const struct explain_part *part)
{
	size_t i = out->nparts;

	if (i == EXPLAIN_BINS && scores[i - 1] >= score)
		return;
	if (i < EXPLAIN_BINS)
		out->nparts++;
	else
		i--;
	for (; i > 0 && scores[i - 1] < score; i--) {
		scores[i] = scores[i - 1];
		out->parts[i] = out->parts[i - 1];
	}
	scores[i] = score;
	out->parts[i] = *part;
}

/* Those that contribute most to PSI, of those that moved beyond what sampling and natural variation do. */
static void
find_parts(const struct explain_input *in, struct explanation *out)
{
	const struct feature_figures *f = in->f;
	double phi = in->phi >= 1 ? in->phi : 1, scores[EXPLAIN_BINS];
	struct parts p;
	size_t i;

	parts_make(f, &p);
	if (p.rows_is < EXPLAIN_ROWS_MIN || p.rows_was < EXPLAIN_ROWS_MIN)
		return;
	for (i = 0; i < p.n; i++) {
		double spare = (double)p.n / 2;
		double is = (p.is[i] + 0.5) / (p.rows_is + spare), was = (p.was[i] + 0.5) / (p.rows_was + spare);
		double se = sqrt(phi * was * (1 - was) * (1 / p.rows_is + 1 / p.rows_was));
		struct explain_part part = {
		    .was_frac = p.was[i] / p.rows_was, .is_frac = p.is[i] / p.rows_is, .z = (is - was) / se};

		if (!(fabs(part.z) >= EXPLAIN_Z_MIN))
			continue;
		name_part(f, &p, i, part.range, sizeof(part.range));
		put_part(out, scores, (is - was) * log(is / was), &part);
	}
}

/* ---- the rest -------------------------------------------------------------------------------- */

/*
 * The difference of two means of the score: the shares now with the baseline's mean in each bin, less the shares then.
 * A bin that the baseline has nothing in says nothing and moves nothing.
 */
static double
score_shift(const struct explain_input *in)
{
	const struct feature_figures *f = in->f;
	double is = 0, was = 0, sum = 0;
	size_t i;

	if (!in->score_means)
		return NAN;
	for (i = 0; i < f->nbins; i++) {
		is += (double)f->bins[i].current;
		was += (double)f->bins[i].baseline;
	}
	if (is < EXPLAIN_ROWS_MIN || was < EXPLAIN_ROWS_MIN)
		return NAN;
	for (i = 0; i < f->nbins; i++) {
		double mean = in->score_means[i];

		if (!isnan(mean))
			sum += ((double)f->bins[i].current / is - (double)f->bins[i].baseline / was) * mean;
	}
	return sum;
}

static void
find_version(const struct explain_input *in, struct explanation *out)
{
	const struct explain_versions *v = &in->versions;
	int canary = (int)(v->canary.n < 32 ? v->canary.n : 32), stable = (int)(v->stable.n < 32 ? v->stable.n : 32);
	if (!v->known)
		return;
	if (v->differ)
		snprintf(out->version_text, sizeof(out->version_text), "%.*s differs from %.*s in it (%s of rows)",
		    canary, v->canary.p, stable, v->stable.p, digits_share(v->canary_frac).s);
	else
		snprintf(out->version_text, sizeof(out->version_text), "%.*s and %.*s do not differ in it", canary,
		    v->canary.p, stable, v->stable.p);
}

double
explain_effect_low(const struct drift_figures *d)
{
	double low = d->psi - 2 * d->psi_floor;

	return isnan(low) ? -INFINITY : low;
}

void
explain_feature(const struct explain_input *in, struct explanation *out)
{
	const struct drift_figures *d = &in->f->drift;
	double low = explain_effect_low(d);

	memset(out, 0, sizeof(*out));
	out->score_shift_sd = NAN;
	out->effect_low = isinf(low) ? (double)NAN : low;
	out->began_ms = d->since_ms;
	out->began_by_evidence = d->since_ms && d->evidence >= d->evidence_limit / 2;
	if (d->state == DRIFT_LEARNING)
		return;
	find_cause(in, out);
	if (in->f->role != FROLE_VALUE)
		return;
	find_parts(in, out);
	out->score_shift_sd = score_shift(in);
	find_version(in, out);
}

/* ---- a score --------------------------------------------------------------------------------- */

void
explain_score_open(struct explain_score *out, const struct drift_figures *score)
{
	*out = (struct explain_score){.shift_sd = score->shift_sd, .moved = score->state >= DRIFT_WATCH,
	    .best = SIZE_MAX, .best_sd = 0};
}

/* Where it is not known how the score depends on an input, one that drifts is held to explain it. */
void
explain_score_add(struct explain_score *out, size_t input, const struct drift_figures *d, double score_shift_sd)
{
	double towards = score_shift_sd * (out->shift_sd < 0 ? -1 : 1);

	if (isnan(towards) || isnan(out->shift_sd))
		towards = d->state < DRIFT_WATCH ? 0 : isnan(out->shift_sd) ? 1 : fabs(out->shift_sd);
	if (towards > out->best_sd) {
		out->best_sd = towards;
		out->best = input;
	}
}

void
explain_score_close(struct explain_score *out)
{
	double half = isnan(out->shift_sd) ? 0.5 : fabs(out->shift_sd) / 2;

	out->unexplained = out->moved && out->best_sd < half;
	if (out->shift_sd < 0)
		out->best_sd = -out->best_sd;
}
