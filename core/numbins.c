#include "core/numbins.h"

#include <string.h>

#include "core/quantile.h"

const double numbins_levels[NUMBINS_LEVELS] = {
    0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5,
    0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.925, 0.95, 0.975, 0.99, 0.995, 0.999};

/*
 * A power of two that brings values near the ends of double's range near 1, where sums and squares neither overflow nor
 * vanish; 1 for everything usual. Multiplying by it changes no bit of a mantissa.
 */
static double
rescale(double lo, double hi)
{
	double most = fabs(lo) > fabs(hi) ? fabs(lo) : fabs(hi);
	int exponent;

	if (most == 0 || (most < 0x1p400 && most > 0x1p-400))
		return 1;
	frexp(most, &exponent);
	return ldexp(1, exponent < -1020 ? 1020 : -exponent);
}

/* Sum of (x - shift)^power with Neumaier's compensation: the rounding error of each addition is kept and added last. */
static double
power_sum(const double *x, size_t n, double shift, double by, int power)
{
	double sum = 0, lost = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		double v = x[i] * by - shift * by, next;

		if (power == 2)
			v *= v;
		next = sum + v;
		lost += fabs(sum) >= fabs(v) ? (sum - next) + v : (v - next) + sum;
		sum = next;
	}
	return sum + lost;
}

/* Mean of n > 0 ascending values; never outside them, so that of equal values it is that value. */
static double
mean_of(const double *x, size_t n)
{
	double by = rescale(x[0], x[n - 1]);
	double mean = power_sum(x, n, 0, by, 1) / (double)n / by;

	return fmin(fmax(mean, x[0]), x[n - 1]);
}

static double
sd_of(const double *x, size_t n, double mean)
{
	double by = rescale(x[0], x[n - 1]);

	return x[0] < x[n - 1] ? sqrt(power_sum(x, n, mean, by, 2) / (double)n) / by : 0;
}

/* The number of distinct values, counted to one over the limit; out holds those up to it. */
static size_t
distinct_values(const double *sorted, size_t n, double *out)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (i > 0 && sorted[i] == sorted[i - 1])
			continue;
		if (k == NUMBINS_DISTINCT_MAX)
			return k + 1;
		out[k++] = sorted[i];
	}
	return k;
}

static void
cut_levels(struct numbins *b, const double *sorted, size_t n)
{
	size_t i;

	b->nedges = 0;
	for (i = 0; i < NUMBINS_LEVELS; i++) {
		double edge = quantile_linear(sorted, n, numbins_levels[i]);

		if (b->nedges == 0 || edge > b->edges[b->nedges - 1])
			b->edges[b->nedges++] = edge;
	}
}

/* What is looked at behind the last edge. */
static void
pad_edges(struct numbins *b)
{
	size_t i;

	for (i = b->nedges; i <= NUMBINS_EDGES_MAX; i++)
		b->edges[i] = INFINITY;
}

/* Places of `starts` in the order of x: from the outermost one below the centre, over the middle, outwards above it. */
static size_t
start_at(size_t rank)
{
	const size_t side = NUMBINS_STARTS / 2;

	if (rank < side)
		return 2 * side - 1 - rank;
	return rank == side ? 2 * side : rank - side - 1;
}

/*
 * A place is found by steps that never reverse an order, in floating point neither. So an edge whose place comes
 * before that of x is below x, and of the others only those in the same place can be.
 */
static void
fill_starts(struct numbins *b)
{
	uint8_t here[NUMBINS_STARTS] = {0}, below = 0;
	struct loghist h;
	size_t i;

	loghist_init(&h, b->median, b->scale);
	for (i = 0; i < b->nedges; i++)
		here[loghist_slot(&h, b->edges[i]) / 4]++;
	for (i = 0; i < NUMBINS_STARTS; i++) {
		b->starts[start_at(i)] = below;
		below = (uint8_t)(below + here[start_at(i)]);
	}
}

/*
 * A decile is an edge, or lies between two single values and cuts behind the lower one; either way it falls on the
 * boundary behind the last edge that is not above it.
 */
static void
merge_at_deciles(struct numbins *b, const double *sorted, size_t n)
{
	bool cut_behind[NUMBINS_EDGES_MAX] = {false};
	uint8_t psi = 0;
	size_t i;

	for (i = 1; i < NUMBINS_PSI_MAX; i++) {
		double decile = quantile_linear(sorted, n, (double)i / 10);
		size_t at = numbins_bin(b, decile);

		if (at < b->nedges && b->edges[at] == decile)
			cut_behind[at] = true;
		else if (at > 0)
			cut_behind[at - 1] = true;
	}
	for (i = 0; i < numbins_count(b); i++) {
		b->psi_of[i] = psi;
		if (i < b->nedges && cut_behind[i])
			psi++;
	}
	b->npsi = (uint8_t)(psi + 1);
}

static void
fill_scale(struct numbins *b)
{
	const double candidates[] = {b->sd, fabs(b->mean), 1};
	size_t i;

	for (i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
		b->scale = candidates[i];
		b->per_unit = NUMBINS_UNITS / b->scale;
		if (b->scale > 0 && isfinite(b->scale) && isfinite(b->per_unit) && b->per_unit > 0)
			return;
	}
}

int
numbins_make(struct numbins *b, const double *sorted, size_t n, struct err *err)
{
	double values[NUMBINS_DISTINCT_MAX];
	size_t k;

	if (n == 0)
		return err_set(err, ERR_INVALID, "no value to cut bins from");
	if (!isfinite(sorted[0]) || !isfinite(sorted[n - 1]))
		return err_set(err, ERR_INVALID, "bins are cut from finite values only");
	memset(b, 0, sizeof(*b));
	b->min = sorted[0];
	b->max = sorted[n - 1];
	b->median = quantile_linear(sorted, n, 0.5);
	b->mean = mean_of(sorted, n);
	b->sd = sd_of(sorted, n, b->mean);
	k = distinct_values(sorted, n, values);
	if (k <= NUMBINS_DISTINCT_MAX) {
		b->single = true;
		b->nedges = (uint8_t)k;
		memcpy(b->edges, values, k * sizeof(values[0]));
	} else {
		cut_levels(b, sorted, n);
	}
	pad_edges(b);
	merge_at_deciles(b, sorted, n);
	fill_scale(b);
	fill_starts(b);
	return 0;
}

static int
check_psi(const struct numbins *b, struct err *err)
{
	size_t i;

	if (b->npsi < 2 || b->npsi > NUMBINS_PSI_MAX || b->psi_of[0] != 0 || b->psi_of[b->nedges] != b->npsi - 1)
		return err_set(err, ERR_INVALID, "bins of PSI do not run from 0 to at most %d", NUMBINS_PSI_MAX - 1);
	for (i = 1; i < numbins_count(b); i++) {
		if (b->psi_of[i] != b->psi_of[i - 1] && b->psi_of[i] != b->psi_of[i - 1] + 1)
			return err_set(err, ERR_INVALID, "bins of PSI do not rise by one at bin %zu", i);
	}
	return 0;
}

int
numbins_check(struct numbins *b, struct err *err)
{
	size_t i;

	if (b->nedges < 1 || b->nedges > NUMBINS_EDGES_MAX)
		return err_set(err, ERR_INVALID, "%d edges, must be 1 to %d", b->nedges, NUMBINS_EDGES_MAX);
	for (i = 0; i < b->nedges; i++) {
		if (!isfinite(b->edges[i]))
			return err_set(err, ERR_INVALID, "edge %zu is not finite", i);
		if (i > 0 && !(b->edges[i] > b->edges[i - 1]))
			return err_set(err, ERR_INVALID, "edges do not rise at edge %zu", i);
	}
	if (!isfinite(b->mean) || !isfinite(b->median) || !isfinite(b->sd) || b->sd < 0)
		return err_set(err, ERR_INVALID, "mean, median or standard deviation is not usable");
	if (!isfinite(b->min) || !isfinite(b->max) || b->min > b->max)
		return err_set(err, ERR_INVALID, "minimum and maximum are not usable");
	if (check_psi(b, err))
		return ERR_INVALID;
	pad_edges(b);
	fill_scale(b);
	fill_starts(b);
	return 0;
}

double
numbins_mean(const struct numbins *b, wide_int sum, uint64_t n)
{
	wide_int whole, rest;

	if (n == 0)
		return NAN;
	whole = sum / (wide_int)n;
	rest = sum - whole * (wide_int)n;
	return b->mean + ((double)whole + (double)rest / (double)n) / b->per_unit;
}

/*
 * The sum of squares is moved to the whole number nearest the mean while it is still an integer; what is left to
 * subtract in floating point is below 1 unit squared, so nothing cancels.
 */
double
numbins_std(const struct numbins *b, wide_int sum, wide_uint sum_of_squares, uint64_t n)
{
	wide_int whole, rest, central;
	double part;

	if (n == 0)
		return NAN;
	whole = sum / (wide_int)n;
	rest = sum - whole * (wide_int)n;
	/* sum of (v - w)^2 = S2 - 2wS + nw^2 = S2 - w (S + rest), with S = nw + rest */
	central = (wide_int)(sum_of_squares - (wide_uint)(whole * (sum + rest)));
	part = (double)rest / (double)n;
	return sqrt(fmax(0, (double)central / (double)n - part * part)) / b->per_unit;
}

void
numbins_tally(const struct numbins *b, const double *sorted, size_t n, uint64_t *counts, double *means)
{
	size_t bin, i = 0;

	for (bin = 0; bin < numbins_count(b); bin++) {
		size_t from = i;

		while (i < n && (bin == b->nedges || sorted[i] <= b->edges[bin]))
			i++;
		counts[bin] = i - from;
		if (means)
			means[bin] = i > from ? mean_of(sorted + from, i - from) : NAN;
	}
}

void
numbins_merge(const struct numbins *b, const uint64_t *fine, uint64_t *psi)
{
	size_t i;

	memset(psi, 0, NUMBINS_PSI_MAX * sizeof(*psi));
	for (i = 0; i < numbins_count(b); i++)
		psi[b->psi_of[i]] += fine[i];
}
