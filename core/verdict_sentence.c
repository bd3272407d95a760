/*
 * The one sentence that says what changed.
 *
 * A clause for each cause, in the order in which it shortens a search: what is missing, what is new, what is out of
 * range, then how the distribution moved. Clauses are joined while they fit; one is never cut in the middle unless it
 * is the first.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/text.h"
#include "core/verdict.h"

#define CLAUSE_BYTES VERDICT_SENTENCE_BYTES
#define VALUE_SHOWN  32 /* bytes of a value that are quoted */
#define SHIFT_MIN_SD 0.05
#define SPREAD_MIN   1.1

struct clause {
	char text[CLAUSE_BYTES];
	size_t n;
};

/* A value in quotes, cut at a character; its bytes that are no text as '?'. out: VALUE_SHOWN + 8 bytes. */
static const char *
quoted(struct slice value, char *out)
{
	const unsigned char *p = (const unsigned char *)value.p;
	size_t at = 0, n = 0;

	out[n++] = '"';
	while (at < value.n) {
		size_t len = text_printable_length(p + at, value.n - at);
		size_t take = len ? len : 1;

		if (n + take > VALUE_SHOWN + 1)
			break;
		if (len)
			memcpy(out + n, p + at, len);
		else
			out[n] = '?';
		n += take;
		at += take;
	}
	if (at < value.n) {
		memcpy(out + n, "...", 3);
		n += 3;
	}
	memcpy(out + n, "\"", 2);
	return out;
}

/* A share as "0.2 %", "14 %"; never rounded to 0 or to 100 unless it is. out: 16 bytes. */
static const char *
percent(double frac, char *out)
{
	double pct = 100 * frac;

	if (pct <= 0)
		snprintf(out, 16, "0 %%");
	else if (pct < 0.01)
		snprintf(out, 16, "<0.01 %%");
	else if (pct < 0.995)
		snprintf(out, 16, "%.1g %%", pct);
	else if (pct < 9.95)
		snprintf(out, 16, "%.1f %%", pct);
	else if (pct < 99)
		snprintf(out, 16, "%.0f %%", pct);
	else if (pct < 100)
		snprintf(out, 16, "%.1f %%", fmin(pct, 99.9));
	else
		snprintf(out, 16, "100 %%");
	return out;
}

/* " (x70)" where the factor says more than the two shares; else "". out: 16 bytes. */
static const char *
times(double now, double was, char *out)
{
	double factor = now / was;

	out[0] = '\0';
	if (was > 0 && factor >= 1.5 && factor < 9.95)
		snprintf(out, 16, " (x%.1f)", factor);
	else if (was > 0 && factor >= 9.95 && factor < 1e4)
		snprintf(out, 16, " (x%.0f)", factor);
	return out;
}

static void ERR_PRINTF(2, 3)
say(struct clause *c, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(c->text, sizeof(c->text), fmt, ap);
	va_end(ap);
	c->n = n < 0 ? 0 : (size_t)n < sizeof(c->text) ? (size_t)n : sizeof(c->text) - 1;
}

static void
say_missing(const struct verdict_story *s, struct clause *c)
{
	char now[16], was[16], factor[16];

	say(c, "missing %s -> %s%s", percent(s->base_missing_frac, was), percent(s->missing_frac, now),
	    times(s->missing_frac, s->base_missing_frac, factor));
}

static void
say_unseen(const struct verdict_story *s, struct clause *c)
{
	char value[VALUE_SHOWN + 8], all[16], one[16];

	percent(s->unseen_frac, all);
	if (!s->new_value.p)
		say(c, "new values %s of rows", all);
	else if (isnan(s->new_value_frac))
		say(c, "new values %s of rows, such as %s", all, quoted(s->new_value, value));
	else if (s->new_value_frac >= 0.95 * s->unseen_frac)
		say(c, "new value %s %s of rows", quoted(s->new_value, value), percent(s->new_value_frac, one));
	else
		say(c, "new values %s of rows, %s alone %s", all, quoted(s->new_value, value),
		    percent(s->new_value_frac, one));
}

static void
say_range(const struct verdict_story *s, struct clause *c)
{
	char out[16];

	percent(s->out_frac, out);
	if (s->max > s->base_max && !(s->min < s->base_min))
		say(c, "%s of rows above %.4g, up to %.4g", out, s->base_max, s->max);
	else if (s->min < s->base_min && !(s->max > s->base_max))
		say(c, "%s of rows below %.4g, down to %.4g", out, s->base_min, s->min);
	else
		say(c, "%s of rows outside %.4g to %.4g", out, s->base_min, s->base_max);
}

/* A factor by which both mean and spread have changed, if it is one between units; else 0. */
static double
unit_factor(const struct verdict_story *s)
{
	static const double factors[] = {10, 100, 1000, 1e6, 60, 3600, 3.6, 1.609344, 2.2046226, 2.54, 3.2808399};
	double mean = s->mean / s->base_mean, spread = s->std / s->base_std;
	size_t i;

	for (i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		double f = factors[i];

		if (fabs(mean / f - 1) < 0.02 && fabs(spread / f - 1) < 0.05)
			return f;
		if (fabs(mean * f - 1) < 0.02 && fabs(spread * f - 1) < 0.05)
			return 1 / f;
	}
	return 0;
}

static void
say_constant(const struct verdict_story *s, struct clause *c)
{
	if (s->std == 0 && s->base_std == 0)
		say(c, "constant %.4g -> constant %.4g", s->base_mean, s->mean);
	else if (s->std == 0)
		say(c, "constant value %.4g (was %.4g +- %.3g)", s->mean, s->base_mean, s->base_std);
	else
		say(c, "constant %.4g -> mean %.4g", s->base_mean, s->mean);
}

static void
say_moved_numbers(const struct verdict_story *s, struct clause *c)
{
	double shift = (s->mean - s->base_mean) / s->base_std, spread = s->std / s->base_std;
	bool spreads = spread >= SPREAD_MIN || spread <= 1 / SPREAD_MIN;
	double factor = unit_factor(s);
	char also[24] = "";

	if (s->std == 0 || s->base_std == 0) {
		say_constant(s, c);
	} else if (!isfinite(shift) || !isfinite(spread)) {
		say(c, "distribution changed (PSI %.2f)", s->psi);
	} else if (factor != 0) {
		say(c, "values x%.4g, as if the unit had changed (%.4g -> %.4g)", factor, s->base_mean, s->mean);
	} else if (fabs(shift) >= SHIFT_MIN_SD) {
		if (spreads)
			snprintf(also, sizeof(also), ", spread x%.2g", spread);
		say(c, "mean %s %.*f sd (%.4g -> %.4g)%s", shift > 0 ? "up" : "down", fabs(shift) < 0.095 ? 2 : 1,
		    fabs(shift), s->base_mean, s->mean, also);
	} else if (spreads) {
		say(c, "spread x%.2g, mean unchanged", spread);
	} else {
		say(c, "shape changed, mean and spread unchanged (PSI %.2f)", s->psi);
	}
}

static void
say_size(const struct verdict_story *s, struct clause *c)
{
	char value[VALUE_SHOWN + 8], now[16], was[16];

	if (s->type == FEATURE_NUMERIC)
		say_moved_numbers(s, c);
	else if (s->moved_value.p && !isnan(s->moved_frac))
		say(c, "%s %s -> %s of rows", quoted(s->moved_value, value), percent(s->base_moved_frac, was),
		    percent(s->moved_frac, now));
	else
		say(c, "mix of values changed (PSI %.2f)", s->psi);
}

static void
say_nonfinite(const struct verdict_story *s, struct clause *c)
{
	char now[16], was[16], factor[16];

	say(c, "not finite %s -> %s%s", percent(s->base_nonfinite_frac, was), percent(s->nonfinite_frac, now),
	    times(s->nonfinite_frac, s->base_nonfinite_frac, factor));
}

/* Rows with nothing to reckon with, by what there are more of. */
static void
say_without(const struct verdict_story *s, struct clause *c)
{
	if (s->nonfinite_frac - s->base_nonfinite_frac > fabs(s->missing_frac - s->base_missing_frac))
		say_nonfinite(s, c);
	else
		say_missing(s, c);
}

/* A rate whose change is over: it would read "0 % -> 0 %". */
static void
say_over(struct clause *c, const char *what, double now_frac)
{
	char now[16];

	say(c, "%s %s again, as in the baseline; the evidence fades", what, percent(now_frac, now));
}

static bool
reads_the_same(double now_frac, double was_frac)
{
	char now[16], was[16];

	return strcmp(percent(now_frac, now), percent(was_frac, was)) == 0;
}

/* What leads the evidence, small as it may be in this window. */
static void
say_leading(const struct verdict_story *s, struct clause *c)
{
	switch (s->leading) {
	case EVIDENCE_KIND_MISSING:
		if (reads_the_same(s->missing_frac, s->base_missing_frac))
			say_over(c, "missing", s->missing_frac);
		else
			say_missing(s, c);
		break;
	case EVIDENCE_KIND_NONFINITE:
		if (reads_the_same(s->nonfinite_frac, s->base_nonfinite_frac))
			say_over(c, "not finite", s->nonfinite_frac);
		else
			say_nonfinite(s, c);
		break;
	case EVIDENCE_KIND_RANGE:
		if (s->out_frac <= 0)
			say_over(c, "out of range", s->out_frac);
		else
			say_range(s, c);
		break;
	case EVIDENCE_KIND_UNSEEN:
		if (s->unseen_frac <= 0 || s->unseen_frac <= s->base_unseen_frac ||
		    reads_the_same(s->unseen_frac, s->base_unseen_frac))
			say_over(c, "new values", s->unseen_frac);
		else
			say_unseen(s, c);
		break;
	case EVIDENCE_KIND_DOWN:
	case EVIDENCE_KIND_UP:
	case EVIDENCE_KIND_NARROWER:
	case EVIDENCE_KIND_WIDER:
	case EVIDENCE_KIND_SHAPE:
		say_size(s, c);
		break;
	default:
		break;
	}
}

/* Adds a clause if it fits whole; the first one is cut at a character if it must be. */
static size_t
join(char *out, size_t n, size_t cap, const struct clause *c)
{
	size_t take = c->n, lead = n ? 2 : 0;

	if (n + lead + take >= cap) {
		if (n)
			return n;
		take = cap - 1;
		while (take > 0 && ((unsigned char)c->text[take] & 0xc0) == 0x80)
			take--;
	}
	if (lead)
		memcpy(out + n, "; ", 2);
	memcpy(out + n + lead, c->text, take);
	out[n + lead + take] = '\0';
	return n + lead + take;
}

size_t
verdict_sentence(const struct verdict *v, const struct verdict_story *s, char *out, size_t cap)
{
	static void (*const clauses[DRIFT_CAUSES])(const struct verdict_story *, struct clause *) = {
	    say_without, say_unseen, say_range, say_size};
	static const unsigned causes[DRIFT_CAUSES] = {CAUSE_MISSING, CAUSE_UNSEEN, CAUSE_RANGE, CAUSE_SIZE};
	struct clause c = {.n = 0};
	size_t i, n = 0;

	if (cap == 0)
		return 0;
	out[0] = '\0';
	if (v->state == DRIFT_THIN) {
		say(&c, "%s %llu row%s, %d needed", s->n < VERDICT_ROWS_MIN ? "only" : "baseline of only",
		    (unsigned long long)(s->n < VERDICT_ROWS_MIN ? s->n : s->m),
		    (s->n < VERDICT_ROWS_MIN ? s->n : s->m) == 1 ? "" : "s", VERDICT_ROWS_MIN);
		return join(out, 0, cap, &c);
	}
	for (i = 0; i < DRIFT_CAUSES; i++) {
		if (!(v->causes & causes[i]))
			continue;
		clauses[i](s, &c);
		n = join(out, n, cap, &c);
	}
	if (n == 0 && s->leading != EVIDENCE_KIND_NONE) {
		say_leading(s, &c);
		n = join(out, n, cap, &c);
	}
	return n;
}
