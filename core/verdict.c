#include "core/verdict.h"

#include <math.h>

#include "core/floor.h"

/* Shares are quotients of whole numbers: a bound met exactly must not be missed by rounding. */
#define SLACK 1e-12

/* A change of a rate, seen from its lower side: `more` is the greater of the two. */
static bool
moved(double more, double less, double points, double times)
{
	return more - less >= points - SLACK && more >= times * less - SLACK;
}

static enum drift_state
judge_rate(const struct verdict_rate *r, bool is_missing)
{
	double now, was = r->expected_frac;

	if (!r->known || r->rows == 0 || r->base_rows == 0)
		return DRIFT_OK;
	now = (double)r->hits / (double)r->rows;
	if (!(fabs(floor_rate_z(now, r->rows, was, r->base_rows)) > FLOOR_RATE_SE))
		return DRIFT_OK;
	if (now < was)
		return is_missing && (moved(was, now, 0.01, 1.5) || moved(was, now, 0.05, 1)) ? DRIFT_WATCH : DRIFT_OK;
	if (r->hits < VERDICT_HITS_MIN)
		return DRIFT_OK; /* the standard error is no guide with a handful: one row of one is 100 % */
	if (moved(now, was, 0.05, 2) || (is_missing && 1 - now <= (1 - was) / 2 + SLACK))
		return DRIFT_DRIFT;
	return moved(now, was, 0.01, 1.5) || moved(now, was, 0.05, 1) ? DRIFT_WATCH : DRIFT_OK;
}

static enum drift_state
judge_size(const struct verdict_input *in, struct verdict *out)
{
	double own = in->own_windows >= VERDICT_OWN_WINDOWS ? in->own_psi_max : NAN;
	double watch = in->watch > 0 ? in->watch : VERDICT_PSI_WATCH;
	double drift = fmax(watch, in->drift > 0 ? in->drift : VERDICT_PSI_DRIFT);

	if (!in->distribution)
		return DRIFT_OK;
	if (!isnan(in->psi_floor)) {
		out->psi_watch = fmax(fmax(watch, in->psi_floor), own);
		out->psi_drift = fmax(fmax(drift, in->psi_floor), 2 * own);
	}
	if (in->n < VERDICT_ROWS_MIN || in->m < VERDICT_ROWS_MIN)
		return DRIFT_THIN;
	if (in->psi > out->psi_drift)
		return DRIFT_DRIFT;
	return in->psi > out->psi_watch ? DRIFT_WATCH : DRIFT_OK;
}

static void
count(struct verdict *v, enum drift_state state, enum drift_cause cause)
{
	if (state < DRIFT_WATCH)
		return;
	v->causes |= (unsigned)cause;
	if (state > v->state)
		v->state = state;
}

void
verdict_judge(const struct verdict_input *in, struct verdict *out)
{
	enum drift_state nonfinite;

	*out = (struct verdict){.psi_watch = NAN, .psi_drift = NAN};
	if (!in->has_baseline)
		return;
	out->size = judge_size(in, out);
	out->missing = judge_rate(&in->missing, true);
	nonfinite = judge_rate(&in->nonfinite, false);
	out->missing = nonfinite > out->missing ? nonfinite : out->missing;
	out->unseen = in->distribution ? judge_rate(&in->unseen, false) : DRIFT_OK;
	out->range = in->distribution ? judge_rate(&in->range, false) : DRIFT_OK;
	/* Thin says that size cannot be judged: an ok of the rates does not lift it, but their alarm does. */
	out->state = out->size;
	count(out, out->size, CAUSE_SIZE);
	count(out, out->missing, CAUSE_MISSING);
	count(out, out->unseen, CAUSE_UNSEEN);
	count(out, out->range, CAUSE_RANGE);
}

bool
verdict_is_other_now(double now_frac, uint64_t now_rows, double frac, uint64_t rows)
{
	uint64_t rest_rows = rows > now_rows ? rows - now_rows : 0;
	double rest, more = fmax(now_frac, frac), less = fmin(now_frac, frac);

	if (now_rows < VERDICT_NOW_ROWS || rest_rows < VERDICT_NOW_ROWS || isnan(now_frac) || isnan(frac))
		return false;
	/* The newest are among the window's: what they are held against are the others, which are independent. */
	rest = fmax(0, fmin(1, (frac * (double)rows - now_frac * (double)now_rows) / (double)rest_rows));
	return fabs(floor_rate_z(now_frac, now_rows, rest, rest_rows)) > FLOOR_RATE_SE &&
	       (moved(more, less, 0.01, 1.5) || moved(more, less, 0.05, 1));
}

bool
verdict_is_other_mean(double now_mean, uint64_t now_rows, double mean, uint64_t rows, double std, double base_std)
{
	uint64_t rest_rows = rows > now_rows ? rows - now_rows : 0;
	double rest, se;

	if (now_rows < VERDICT_NOW_ROWS || rest_rows < VERDICT_NOW_ROWS || !(base_std > 0) ||
	    !isfinite(now_mean - mean))
		return false;
	rest = (mean * (double)rows - now_mean * (double)now_rows) / (double)rest_rows;
	se = std * sqrt(1 / (double)now_rows + 1 / (double)rest_rows);
	return fabs(now_mean - rest) > FLOOR_RATE_SE * se && fabs(now_mean - mean) >= VERDICT_NOW_SD * base_std;
}
