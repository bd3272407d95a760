/* How large a change is over the last windows, whether that matters, and whether it is over. */
#include "core/evidence.h"

#include <math.h>
#include <string.h>

#include "core/evidence_impl.h"

#define TWO_OVER_PI 0x1.45f306dc9c883p-1

/* Number of windows from `onset` on, at most EVIDENCE_SEGMENT. */
static unsigned
active(const struct evidence *ev)
{
	unsigned n, held = ev->seen < EVIDENCE_SEGMENT ? (unsigned)ev->seen : EVIDENCE_SEGMENT;

	for (n = 0; n < held; n++) {
		if (ev->past[(ev->seen - 1 - n) % EVIDENCE_SEGMENT].index < evidence_onset(ev))
			break;
	}
	/* A level that a block has just taken to zero began with the block, at the latest with this window. */
	return n || !held ? n : 1;
}

static void
measure_bins(const struct evidence *ev, const struct evidence_ref *ref, const struct evidence_phi *phi,
    struct evidence_effect *out)
{
	double loc = 0, square = 0, n = (double)out->n, c = 1 / n + 1 / ref->m, tv = 0, sum[EVIDENCE_BINS_MAX] = {0};
	size_t i;
	unsigned w;

	for (w = 1; w <= out->windows; w++) {
		size_t at = (ev->seen - w) % EVIDENCE_SEGMENT;
		const struct evidence_past *past = &ev->past[at];
		const int32_t *excess = ev->excess + at * ev->nbins;

		if (past->n == 0)
			continue;
		loc += (double)past->loc / EVIDENCE_UNIT;
		square += (double)past->square / EVIDENCE_UNIT;
		for (i = 0; i < ev->nbins; i++)
			sum[i] += (double)past->n * excess[i];
	}
	for (i = 0; i < ev->nbins; i++)
		tv += fabs(sum[i]);
	out->tv = tv / EVIDENCE_SHARE / n / 2;
	out->tv_excess = fmax(0, out->tv - ref->tv_unit / 2 * sqrt(TWO_OVER_PI * c));
	out->tv_noise = ref->tv_unit / 2 * sqrt(TWO_OVER_PI * c * phi->shape);
	out->tv_se = sqrt(c * phi->shape * (1 - TWO_OVER_PI) * ref->tv_var) / 2;
	if (!ref->ordered)
		return;
	out->shift_sd = loc / n;
	/* Of a segment at most; what is known of that is nearer than what is true of days. */
	out->shift_se = sqrt((phi->segment_blocks > 0 ? phi->segment : phi->loc) * c);
	if (!ref->has_spread)
		return;
	out->spread_ratio = sqrt(fmax(0, square / n - out->shift_sd * out->shift_sd));
	out->log_spread_se = sqrt(phi->spr * fmax(0, ref->kurtosis - 1) * c) / 2;
}

static void
measure_rates(const struct evidence *ev, const struct evidence_ref *ref, const struct evidence_phi *phi,
    struct evidence_effect *out)
{
	unsigned r, w;

	for (r = 0; r < EVIDENCE_RATES; r++) {
		double hits = 0, rows = 0, p = ref->rate[r].p0;

		for (w = 1; w <= out->windows; w++) {
			const struct evidence_past *past = &ev->past[(ev->seen - w) % EVIDENCE_SEGMENT];

			hits += (double)past->rate[r].hits;
			rows += (double)past->rate[r].rows;
		}
		out->rate[r].frac = rows > 0 ? hits / rows : NAN;
		out->rate[r].base_frac = ref->rate[r].m > 0 ? p : NAN;
		out->rate[r].se = rows > 0 && ref->rate[r].m > 0 ?
		    sqrt(phi->rate[r] * p * (1 - p) * (1 / rows + 1 / ref->rate[r].m)) : NAN;
	}
}

void
evidence_effect(const struct evidence *ev, const struct evidence_ref *ref, const struct evidence_phi *phi,
    unsigned windows, struct evidence_effect *out)
{
	unsigned w;

	memset(out, 0, sizeof(*out));
	out->shift_sd = out->spread_ratio = out->tv = out->tv_excess = NAN;
	out->shift_se = out->log_spread_se = out->tv_se = out->tv_noise = NAN;
	out->windows = windows ? windows : active(ev);
	if (out->windows > EVIDENCE_SEGMENT)
		out->windows = EVIDENCE_SEGMENT;
	if (out->windows > ev->seen)
		out->windows = (unsigned)ev->seen;
	for (w = 1; w <= out->windows; w++)
		out->n += ev->past[(ev->seen - w) % EVIDENCE_SEGMENT].n;
	if (out->n > 0 && ref->has_bins)
		measure_bins(ev, ref, phi, out);
	measure_rates(ev, ref, phi, out);
}

/* Whether a is beyond b by this factor and by this difference, either way. NaN: no. */
static bool
rate_moved(double a, double b, double times, double points)
{
	double hi = fmax(a, b), lo = fmin(a, b);

	if (isnan(a) || isnan(b))
		return false;
	return hi >= lo * times && hi - lo >= points;
}

bool
evidence_effect_is_material(const struct evidence_effect *e)
{
	unsigned r;

	if (fabs(e->shift_sd) >= EVIDENCE_GATE_SHIFT || e->spread_ratio >= EVIDENCE_GATE_SPREAD ||
	    e->spread_ratio <= 1 / EVIDENCE_GATE_SPREAD || e->tv_excess >= EVIDENCE_GATE_TV)
		return true;
	for (r = 0; r < EVIDENCE_RATES; r++) {
		if (rate_moved(e->rate[r].frac, e->rate[r].base_frac, EVIDENCE_GATE_TIMES, EVIDENCE_GATE_POINTS))
			return true;
	}
	return false;
}

/* Written so that what cannot be given (NaN) stands in no one's way. */
bool
evidence_effect_is_gone(const struct evidence_effect *e)
{
	double spread = fabs(log(e->spread_ratio));
	unsigned r;

	if (fabs(e->shift_sd) >= EVIDENCE_GATE_SHIFT / 2 && fabs(e->shift_sd) >= 2 * e->shift_se)
		return false;
	if (spread >= log(EVIDENCE_GATE_SPREAD) / 2 && spread >= 2 * e->log_spread_se)
		return false;
	if (e->tv_excess >= EVIDENCE_GATE_TV / 2 && e->tv >= e->tv_noise + 2 * e->tv_se)
		return false;
	for (r = 0; r < EVIDENCE_RATES; r++) {
		double change = fabs(e->rate[r].frac - e->rate[r].base_frac);

		if (rate_moved(e->rate[r].frac, e->rate[r].base_frac, (1 + EVIDENCE_GATE_TIMES) / 2,
			EVIDENCE_GATE_POINTS / 2) && change >= 2 * e->rate[r].se)
			return false;
	}
	return true;
}
