/*
 * What an alert says: the number that made it true, how large the effect is, and one sentence.
 *
 * Effects are in times of what is worth a warning, so that a missing input and a slow model can be put in order.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/digits.h"
#include "core/expr_impl.h"
#include "core/figures_compare.h"
#include "core/store_impl.h"
#include "core/verdict.h"

#define EFFECT_MAX     1e6
#define EFFECT_POINTS  0.05 /* of a rate: five points are worth a warning */
#define EFFECT_SHIFT   0.5  /* sd */
#define EFFECT_MAE     0.25
#define YOUNG_MS       86400000.0
#define YOUNG_SHARE    0.9
#define EFFECT_CONSTANT 20  /* as bad as all missing */

void
store_silence_text(int64_t ms, char *buf, size_t bytes)
{
	if (ms < 10 * INT64_C(60000))
		snprintf(buf, bytes, "no event for %llds", (long long)(ms / 1000));
	else if (ms < 10 * INT64_C(3600000))
		snprintf(buf, bytes, "no event for %lldm", (long long)(ms / 60000));
	else
		snprintf(buf, bytes, "no event for %lldh", (long long)(ms / 3600000));
}

static double
effect_within(double e)
{
	if (isnan(e) || e < 0)
		return 1;
	return e > EFFECT_MAX ? EFFECT_MAX : e;
}

static double
larger(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

/* ---- what made it true ----------------------------------------------------------------------- */

/* A verdict on a rate: at what rate it would have turned (core/verdict.h), where the baseline's is known. */
static void
say_rate(struct alert_sight *sight, double rate, double base, bool drift)
{
	double rise = isnan(base) ? 0 : base;

	sight->value = rate;
	sight->effect = (isnan(rate) ? 1 : fabs(rate - rise)) / EFFECT_POINTS;
	if (rate < rise && sight->effect > 1)
		sight->effect = 1; /* what comes back is worth a word, however much of it */
	if (isnan(base))
		return;
	sight->limit = drift ? larger(base + 0.05, 2 * base) : larger(base + 0.01, 1.5 * base);
	if (!drift && sight->limit > base + 0.05)
		sight->limit = base + 0.05;
	if (rate < base)
		sight->limit = NAN; /* it fell */
}

static void
say_size(struct alert_sight *sight, const struct drift_figures *d, bool drift)
{
	sight->metric = metric_rows[METRIC_PSI].name.name;
	sight->value = d->psi;
	sight->limit = drift ? d->psi_drift : d->psi_watch;
	sight->effect = d->psi / d->psi_drift;
}

/* Of what leads the evidence, where that is a rate; else NaN. */
static double
rate_effect(const struct feature_figures *f)
{
	switch (f->drift.leading) {
	case EVIDENCE_KIND_MISSING:
		return fabs(f->missing_rate_frac - f->baseline_missing_rate_frac) / EFFECT_POINTS;
	case EVIDENCE_KIND_NONFINITE:
		return fabs(f->nonfinite_rate_frac - f->baseline_nonfinite_rate_frac) / EFFECT_POINTS;
	case EVIDENCE_KIND_RANGE:
		return f->out_of_range_rate_frac / EFFECT_POINTS;
	case EVIDENCE_KIND_UNSEEN:
		return f->unseen_rate_frac / EFFECT_POINTS;
	default:
		return NAN;
	}
}

static void
say_evidence(struct alert_sight *sight, const struct feature_figures *f, double share)
{
	const struct drift_figures *d = &f->drift;
	double shift = fabs(d->shift_sd) / EFFECT_SHIFT, led = rate_effect(f);

	sight->cause = METRIC_SIZE; /* both speak of the same change */
	sight->value = d->evidence;
	sight->limit = d->evidence_limit * (share >= 2 ? 1 : 0.5);
	sight->effect = larger(larger(d->psi / d->psi_drift, isnan(shift) ? 0.2 : shift), isnan(led) ? 0 : led);
	sight->provisional = d->provisional;
	if (d->since_ms)
		sight->began_ms = d->since_ms;
}

static void
say_verdict(struct alert_sight *sight, const struct expr_reason *why, const struct metric_subject *subject)
{
	const struct feature_figures *f = subject->feature;
	bool drift = why->limit >= DRIFT_DRIFT;

	switch (why->name) {
	case METRIC_MISSING:
		say_rate(sight, f->missing_rate_frac, f->baseline_missing_rate_frac, drift);
		break;
	case METRIC_UNSEEN:
		say_rate(sight, f->unseen_rate_frac, f->expected_unseen_rate_frac, drift);
		break;
	case METRIC_RANGE:
		say_rate(sight, f->out_of_range_rate_frac, f->expected_range_rate_frac, drift);
		break;
	case METRIC_SIZE:
	case METRIC_DRIFT:
		say_size(sight, &f->drift, drift);
		break;
	case METRIC_EVIDENCE:
		say_evidence(sight, f, why->limit);
		break;
	case METRIC_CONSTANT:
		sight->effect = EFFECT_CONSTANT;
		break;
	}
}

static void
say_number(struct alert_sight *sight, const struct expr_reason *why, const struct metric_subject *subject)
{
	sight->value = why->value;
	sight->limit = why->limit;
	sight->effect = why->cmp <= EXPR_LE ? why->limit / why->value : why->value / why->limit;
	if (why->name == METRIC_EVIDENCE && subject->feature)
		sight->provisional = subject->feature->drift.provisional;
}

/* ---- the sentence ---------------------------------------------------------------------------- */

/* AUC, accuracy or MAE against the baseline's. */
static void
say_quality(struct alert_sight *sight, const struct quality_change *c)
{
	sight->value = c->is;
	sight->limit = c->was;
	sight->effect =
	    c->metric == QUALITY_MAE ? (c->is - c->was) / c->was / EFFECT_MAE : (c->was - c->is) / EFFECT_POINTS;
}

static void
say_model(const struct model *m, const struct alert_sight *sight, const struct model_figures *f, char *buf)
{
	const struct latency_figures *l = &f->window_latency;
	const char *window = window_words[f->window];
	size_t n;

	buf[0] = '\0';
	switch (sight->cause) {
	case METRIC_ERROR_RATE:
		verdict_say_share(buf, SIGHT_BYTES, "errors", f->window_error_rate_frac, window,
		    figures_errors_now(m, f->window), NULL, f->baseline_error_rate_frac);
		return;
	case METRIC_P99_RATIO:
	case METRIC_P99_RISE:
	case METRIC_P99:
		if (isnan(l->p99))
			return;
		snprintf(buf, SIGHT_BYTES, "p99 %s in %s (base %s)", digits_ms(l->p99).s, window,
		    digits_ms(l->baseline_p99).s);
		return;
	case METRIC_TRAFFIC:
		snprintf(buf, SIGHT_BYTES, "%s events/s, %s of what is usual at this hour",
		    digits_rate(f->rate_per_s).s, digits_share(sight->value).s);
		return;
	case METRIC_SILENCE:
	case METRIC_SILENCE_RATIO:
		store_silence_text(f->stale_ms, buf, SIGHT_BYTES);
		n = strlen(buf);
		if (f->longest_gap_ms > 0)
			snprintf(buf + n, SIGHT_BYTES - n, ", the longest gap was %s",
			    digits_ms((double)f->longest_gap_ms).s);
		return;
	}
}

/* Causes of drift that an alert of this metric is about. */
static unsigned
causes_of(unsigned metric)
{
	switch (metric) {
	case METRIC_MISSING:
		return CAUSE_MISSING;
	case METRIC_UNSEEN:
		return CAUSE_UNSEEN;
	case METRIC_RANGE:
		return CAUSE_RANGE;
	}
	return CAUSE_SIZE;
}

/* What screens say of it: by the same function over the same window. again: nothing need be at watch any more. */
static void
say_feature(const struct store *s, const struct model *m, const struct alert_sight *sight,
    const struct feature_figures *f, bool again, char *buf)
{
	size_t feature = figures_feature_find(s, m->index, f->name);
	struct feature_figures whole;

	if (sight->cause == METRIC_CONSTANT) {
		verdict_say_constant(buf, SIGHT_BYTES, "", window_words[f->drift.window], f->distinct);
		return;
	}
	figures_feature_still(s, m->index, feature, f->drift.window, again ? causes_of(sight->cause) : 0, &whole);
	snprintf(buf, SIGHT_BYTES, "%s", whole.drift.sentence);
	if (!buf[0] && !isnan(f->drift.evidence))
		snprintf(buf, SIGHT_BYTES, "evidence %.1f of %.1f that the distribution has changed", f->drift.evidence,
		    f->drift.evidence_limit);
}

static size_t
fid_of(const struct model *m, struct slice name)
{
	size_t input = names_find(&m->inputs, name);

	return input == NAMES_NONE ? FID_PREDICTION : FID_INPUT + input;
}

/* One of two that are compared, by what it does worse than the other over the rule's window. */
static void
say_version(const struct model *m, const struct alert_sight *sight, const struct metric_subject *subject, enum window w,
    char *buf)
{
	int side = subject->version->role == VERSION_CANARY;
	const char *role = version_role_names[subject->version->role], *window;
	struct version_figures other;
	char what[64];

	w = figures_compare_window(m, w);
	window = window_words[w];
	figures_pair_version(m, 1 - side, w, &other);
	if (subject->feature) {
		struct compare_pair p;
		struct feature_figures f;

		snprintf(what, sizeof(what), "%s only: missing", role);
		if (figures_pair_missing(m, side, fid_of(m, subject->feature->name), w, &f, &p))
			verdict_say_share(buf, SIGHT_BYTES, what, side ? p.canary : p.stable, window, NAN,
			    version_role_names[other.role], side ? p.stable : p.canary);
		return;
	}
	snprintf(what, sizeof(what), "%s only: errors", role);
	if (sight->cause == METRIC_ERROR_RATE)
		verdict_say_share(buf, SIGHT_BYTES, what, subject->version->error_rate_frac, window, NAN,
		    version_role_names[other.role], other.error_rate_frac);
	else if (sight->cause == METRIC_P99_RATIO || sight->cause == METRIC_P99_RISE || sight->cause == METRIC_P99)
		snprintf(buf, SIGHT_BYTES, "%s only: p99 %s in %s (%s %s)", role, digits_ms(subject->version->p99).s,
		    window, version_role_names[other.role], digits_ms(other.p99).s);
}

static void
say_source(const struct fact_source *f, char *buf)
{
	snprintf(buf, SIGHT_BYTES, "%.*s", (int)(f->sentence.n < SIGHT_BYTES - 1 ? f->sentence.n : SIGHT_BYTES - 1),
	    f->sentence.n ? f->sentence.p : "");
	if (!buf[0])
		snprintf(buf, SIGHT_BYTES, "not connected");
}

/*
 * With the digits that columns have, or as many more as it takes to stay on the side of the limit on which the number
 * is: "errors 2.0% > 2%" would be no reason.
 */
static const char *
rounded(char *buf, enum expr_unit unit, double value, double limit)
{
	double scale = unit == EXPR_SHARE ? 100 : 1, shown;
	int digits;

	if (unit == EXPR_SHARE || unit == EXPR_MS) {
		double reads;
		struct digits d = unit == EXPR_SHARE ? digits_share(value) : digits_ms(value);

		if (d.s[0] >= '0' && d.s[0] <= '9' && !expr_scan_amount(slice_of(d.s), unit, &reads) &&
		    (reads > limit) == (value > limit) && (reads < limit) == (value < limit)) {
			snprintf(buf, EXPR_NUMBER_BYTES, "%s", d.s);
			return buf;
		}
	}
	shown = value;
	for (digits = 3; value != floor(value) && digits < 15; digits++) {
		char text[EXPR_NUMBER_BYTES];

		snprintf(text, sizeof(text), "%.*g", digits, value * scale);
		shown = strtod(text, NULL) / scale;
		if ((shown > limit) == (value > limit) && (shown < limit) == (value < limit))
			break;
	}
	return expr_format_number(buf, unit, shown);
}

/* As the rule has it: "p99 412ms > 250ms". */
static void
say_plainly(const struct expr_reason *why, char *buf)
{
	const struct expr_name *name = &metric_rows[why->name].name;
	char value[EXPR_NUMBER_BYTES], limit[EXPR_NUMBER_BYTES];

	if (why->ranked) {
		snprintf(buf, SIGHT_BYTES, "%s is %s", name->name, name->words[(size_t)why->value]);
		return;
	}
	snprintf(buf, SIGHT_BYTES, "%s %s %s %s", name->name, rounded(value, name->unit, why->value, why->limit),
	    expr_cmp_names[why->cmp], expr_format_number(limit, name->unit, why->limit));
}

/* The number, its limit and the effect, from the first comparison that is true by itself. False: there is none. */
static bool
say_reason(const struct model *m, const struct expr *e, const struct metric_subject *subject, struct alert_sight *sight,
    struct expr_reason *why)
{
	struct expr_subject es = {subject, metric_look_up, NULL, NULL};

	sight->value = sight->limit = NAN;
	sight->effect = 1;
	sight->metric = NULL;
	sight->cause = 0;
	sight->provisional = false;
	sight->began_ms = ALERT_NEVER;
	if (!expr_reason(e, &es, why))
		return false;
	sight->metric = metric_rows[why->name].name.name;
	sight->cause = (unsigned)why->name;
	if (why->ranked && subject->feature)
		say_verdict(sight, why, subject);
	else if (!why->ranked)
		say_number(sight, why, subject);
	else if (why->name == METRIC_QUALITY && subject->quality)
		say_quality(sight, &subject->quality->change);
	/* A day has to be known before one can say what is usual at an hour. */
	if (why->name == METRIC_TRAFFIC)
		sight->provisional = m->growth.days < 2;
	return true;
}

/*
 * Evidence that is not armed does not know how much windows vary by nature, so that a small change that goes on for
 * long is as good as sure by it. Until there have been as many windows as an estimate of that takes, and unless the
 * change is so large that the input is on watch for it, nothing is said.
 */
static bool
shows(const struct model *m, const struct feature_figures *f)
{
	return m->evalwin.windows >= DISPERSION_MIN && (!f || f->drift.state >= DRIFT_WATCH);
}

/*
 * What a baseline of less than a day has never seen may be what every evening brings: it is worth a word, and no call,
 * unless it is nearly all that comes.
 */
static bool
is_young(const struct feature_figures *f, const struct alert_sight *sight)
{
	return (sight->cause == METRIC_UNSEEN || sight->cause == METRIC_RANGE) && f->drift.baseline_ms < YOUNG_MS &&
	       sight->value < YOUNG_SHARE;
}

void
store_sight(const struct store *s, const struct model *m, const struct rule *rule, const struct metric_subject *subject,
    struct alert_sight *sight, char *sentence)
{
	const struct expr *e = sight->crit ? &rule->crit : &rule->warn;
	struct expr_reason why;
	bool has = say_reason(m, e, subject, sight, &why);

	if (sight->provisional && sight->crit && sight->warn) {
		/* What can be said for certain, if only a warning, rather than what may be wrong. */
		struct alert_sight mild = *sight;
		struct expr_reason mild_why;
		bool has_mild = say_reason(m, &rule->warn, subject, &mild, &mild_why);

		if (has_mild && !mild.provisional) {
			*sight = mild;
			sight->crit = false;
			why = mild_why;
		}
	}
	if (sight->provisional && has && why.name == METRIC_EVIDENCE && (!sight->crit || !shows(m, subject->feature))) {
		/* Half the evidence of what is not armed says nothing, nor does all of it where nothing shows. */
		sight->warn = sight->crit = false;
		sight->clear = !rule->has_clear || sight->clear;
	}
	if (sight->crit && has && !rule->from_config && subject->feature && is_young(subject->feature, sight)) {
		sight->crit = false;
		sight->warn = true;
		sight->warn_for_ms = sight->crit_for_ms;
	}
	sentence[0] = '\0';
	if (subject->source)
		say_source(subject->source, sentence);
	else if (subject->version && m->versus && subject->version->role >= VERSION_STABLE)
		say_version(m, sight, subject, rule->window, sentence);
	else if (subject->feature)
		say_feature(s, m, sight, subject->feature, false, sentence);
	else if (has && why.name == METRIC_QUALITY && subject->quality)
		snprintf(sentence, SIGHT_BYTES, "%s", subject->quality->change.sentence);
	else if (subject->model && !subject->version && !rule->from_config)
		say_model(m, sight, subject->model, sentence);
	if (!sentence[0] && has)
		say_plainly(&why, sentence);
	if (!sentence[0])
		snprintf(sentence, SIGHT_BYTES, "%s", e->text);
	sight->effect = effect_within(sight->effect);
	sight->sentence = slice_of(sentence);
}

/* The number that it is about, as it is now. */
static double
value_now(const struct alert *al, const struct metric_subject *subject)
{
	enum metric_id id = al->metric ? metric_find(slice_of(al->metric)) : METRIC_COUNT;
	const struct feature_figures *f = subject->feature;
	double number;

	if (f && id == METRIC_MISSING)
		return f->missing_rate_frac;
	if (f && id == METRIC_UNSEEN)
		return f->unseen_rate_frac;
	if (f && id == METRIC_RANGE)
		return f->out_of_range_rate_frac;
	if (f && id == METRIC_EVIDENCE)
		return f->drift.evidence;
	if (id == METRIC_COUNT || metric_rows[id].name.unit == EXPR_WORDS)
		return al->value;
	number = metric_number(id, subject);
	return isnan(number) ? al->value : number;
}

void
store_sight_again(const struct store *s, const struct model *m, const struct rule *rule,
    const struct metric_subject *subject, const struct alert *al, struct alert_sight *sight, char *sentence)
{
	sentence[0] = '\0';
	sight->cause = al->cause;
	sight->value = value_now(al, subject);
	if (subject->source || (subject->version && m->versus && subject->version->role >= VERSION_STABLE))
		return;
	if (subject->feature)
		say_feature(s, m, sight, subject->feature, true, sentence);
	else if (subject->model && !subject->version && !rule->from_config)
		say_model(m, sight, subject->model, sentence);
	sight->sentence = slice_of(sentence);
}

/* ---- for screens ----------------------------------------------------------------------------- */

static const struct rule *
rule_of(const struct store *s, const struct alert *al)
{
	size_t c;

	for (c = 0; c < s->rules.chains; c++)
		if (slice_is(al->key.rule, s->rules.list[s->rules.chain_first[c]].name))
			return rules_pick(&s->rules, c, al->key.model, al->key.version, al->key.feature);
	return NULL;
}

const char *
figures_alert_sentence(const struct store *s, const struct alert *al, char *buf, size_t bytes)
{
	const struct model *m = al->model < s->nmodels ? s->models[al->model] : NULL;
	struct alert_sight sight = {.cause = al->cause, .value = al->value};
	const struct rule *rule = m ? rule_of(s, al) : NULL;
	char now[SIGHT_BYTES] = "";

	if (al->state == ALERT_FIRING && rule && !al->key.version.n && al->key.feature.n) {
		size_t feature = figures_feature_find(s, m->index, al->key.feature);
		struct feature_figures f;

		if (feature != SIZE_MAX && !figures_learning(m)) {
			figures_column(s, m, figures_fid(m, feature), rule->window, &f);
			say_feature(s, m, &sight, &f, true, now);
		}
	} else if (al->state == ALERT_FIRING && rule && !al->key.version.n && !rule->from_config) {
		struct model_figures f;

		figures_model_brief(s, m->index, rule->window, &f);
		if (al->cause >= METRIC_P50 && al->cause <= METRIC_P99_RISE)
			figures_model_latency(s, m->index, &f);
		say_model(m, &sight, &f, now);
	}
	snprintf(buf, bytes, "%s", now[0] ? now : al->sentence);
	return buf;
}
