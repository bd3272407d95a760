/*
 * The one sentence that says what changed.
 *
 * A clause for each cause, in the order in which it shortens a search: what is missing, what is new, what is out of
 * range, then how the distribution moved. Clauses are joined while they fit; one is never cut in the middle unless it
 * is the first.
 *
 * Each clause is put together in one order: what, how much of which window, how much now, the baseline's in brackets.
 * Whoever reads one on a small screen knows where to look on the next.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/digits.h"
#include "core/err.h"
#include "core/explain.h"
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

#define NOW(s, member) ((s)->now ? (s)->now->member : (double)NAN)

static void ERR_PRINTF(2, 3)
add(struct clause *c, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(c->text + c->n, sizeof(c->text) - c->n, fmt, ap);
	va_end(ap);
	c->n += n < 0 ? 0 : (size_t)n < sizeof(c->text) - c->n ? (size_t)n : sizeof(c->text) - c->n - 1;
}

#define say(c, ...) ((c)->n = 0, add(c, __VA_ARGS__))

static const char *
base_word(const struct verdict_story *s)
{
	return s->base ? s->base : "base";
}

/* " in 5 min", where a window is named. */
static void
add_in(struct clause *c, const struct verdict_story *s)
{
	if (s->window)
		add(c, " in %s", s->window);
}

/* "WHAT 38.2% of 5 min, now 100%" */
static void
say_part(struct clause *c, const char *what, double frac, const char *window, double now_frac)
{
	say(c, "%s %s", what, digits_share(frac).s);
	if (window)
		add(c, " of %s", window);
	if (!isnan(now_frac))
		add(c, ", now %s", digits_share(now_frac).s);
}

static void
say_share(struct clause *c, const char *what, double frac, const char *window, double now_frac, const char *base,
    double base_frac)
{
	say_part(c, what, frac, window, now_frac);
	if (!isnan(base_frac))
		add(c, " (%s %s)", base ? base : "base", digits_share(base_frac).s);
}

static void
say_missing(const struct verdict_story *s, struct clause *c)
{
	say_share(c, "missing", s->missing_frac, s->window, NOW(s, missing_frac), s->base, s->base_missing_frac);
}

static void
say_unseen(const struct verdict_story *s, struct clause *c)
{
	char value[VALUE_SHOWN + 8];
	bool one = s->new_value.p && s->new_value_frac >= 0.95 * s->unseen_frac;

	say_part(c, one ? "new value" : "new values", s->unseen_frac, s->window, NOW(s, unseen_frac));
	if (!s->new_value.p)
		return;
	quoted(s->new_value, value);
	if (one)
		add(c, ": %s", value);
	else if (isnan(s->new_value_frac))
		add(c, ", such as %s", value);
	else
		add(c, ", %s alone %s", value, digits_share(s->new_value_frac).s);
}

static void
say_range(const struct verdict_story *s, struct clause *c)
{
	say_part(c, "out of range", s->out_frac, s->window, NOW(s, out_frac));
	if (s->max > s->base_max && !(s->min < s->base_min))
		add(c, ": over %s, up to %s", digits_value(s->base_max).s, digits_value(s->max).s);
	else if (s->min < s->base_min && !(s->max > s->base_max))
		add(c, ": below %s, down to %s", digits_value(s->base_min).s, digits_value(s->min).s);
	else
		add(c, ": not in %s to %s", digits_value(s->base_min).s, digits_value(s->base_max).s);
}

static void
say_constant(const struct verdict_story *s, struct clause *c)
{
	if (s->std == 0 && s->base_std > 0) {
		c->n = verdict_say_constant(
		    c->text, sizeof(c->text), digits_value(s->mean).s, s->window, s->distinct);
		return;
	}
	say(c, "%s %s", s->std == 0 ? "constant" : "mean", digits_value(s->mean).s);
	add_in(c, s);
	add(c, " (%s constant %s)", base_word(s), digits_value(s->base_mean).s);
}

/* ", now up 3.0" */
static void
add_now_mean(struct clause *c, const struct verdict_story *s)
{
	double now = (NOW(s, mean) - s->base_mean) / s->base_std;

	if (!isfinite(now))
		return;
	if (fabs(now) < 0.05)
		add(c, ", now as in the baseline");
	else
		add(c, ", now %s %.1f", now > 0 ? "up" : "down", fabs(now));
}

static void
say_moved_numbers(const struct verdict_story *s, struct clause *c)
{
	double shift = (s->mean - s->base_mean) / s->base_std, spread = s->std / s->base_std;
	bool spreads = spread >= SPREAD_MIN || spread <= 1 / SPREAD_MIN;
	const char *units = "";
	double factor = explain_unit_factor(s->mean, s->base_mean, s->std, s->base_std, &units);

	if (s->std == 0 || s->base_std == 0) {
		say_constant(s, c);
	} else if (!isfinite(shift) || !isfinite(spread)) {
		say(c, "distribution changed");
		add_in(c, s);
	} else if (factor != 0) {
		say(c, "all values x%.4g", factor);
		add_in(c, s);
		add(c, ": %s", digits_value(s->mean).s);
		add(c, " (%s %s), as between %s", base_word(s), digits_value(s->base_mean).s, units);
	} else if (fabs(shift) >= SHIFT_MIN_SD) {
		say(c, "mean %s %.*f sd", shift > 0 ? "up" : "down", fabs(shift) < 0.095 ? 2 : 1, fabs(shift));
		add_in(c, s);
		add_now_mean(c, s);
		add(c, ": %s", digits_value(s->mean).s);
		add(c, " (%s %s)", base_word(s), digits_value(s->base_mean).s);
		if (spreads)
			add(c, ", spread x%.2g", spread);
	} else if (spreads) {
		say(c, "spread x%.2g", spread);
		add_in(c, s);
		add(c, ", mean unchanged");
	} else {
		say(c, "shape changed");
		add_in(c, s);
		add(c, ", mean and spread unchanged");
	}
}

static void
say_size(const struct verdict_story *s, struct clause *c)
{
	char value[VALUE_SHOWN + 8];

	if (s->type == FEATURE_NUMERIC) {
		say_moved_numbers(s, c);
	} else if (s->moved_value.p && !isnan(s->moved_frac)) {
		say_share(c, quoted(s->moved_value, value), s->moved_frac, s->window, NOW(s, moved_frac), s->base,
		    s->base_moved_frac);
	} else {
		say(c, "mix of values changed");
		add_in(c, s);
	}
}

static void
say_nonfinite(const struct verdict_story *s, struct clause *c)
{
	say_share(c, "not finite", s->nonfinite_frac, s->window, NOW(s, nonfinite_frac), s->base,
	    s->base_nonfinite_frac);
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

/* A rate whose change is over: it would read "0.0% (base 0.0%)". */
static void
say_over(const struct verdict_story *s, struct clause *c, const char *what, double frac)
{
	say_part(c, what, frac, s->window, NAN);
	add(c, " again, as in the baseline; the evidence fades");
}

static bool
reads_the_same(double frac, double was_frac)
{
	return strcmp(digits_share(frac).s, digits_share(was_frac).s) == 0;
}

/* What leads the evidence, small as it may be in this window. */
static void
say_leading(const struct verdict_story *s, struct clause *c)
{
	switch (s->leading) {
	case EVIDENCE_KIND_MISSING:
		if (reads_the_same(s->missing_frac, s->base_missing_frac))
			say_over(s, c, "missing", s->missing_frac);
		else
			say_missing(s, c);
		break;
	case EVIDENCE_KIND_NONFINITE:
		if (reads_the_same(s->nonfinite_frac, s->base_nonfinite_frac))
			say_over(s, c, "not finite", s->nonfinite_frac);
		else
			say_nonfinite(s, c);
		break;
	case EVIDENCE_KIND_RANGE:
		if (s->out_frac <= 0)
			say_over(s, c, "out of range", s->out_frac);
		else
			say_range(s, c);
		break;
	case EVIDENCE_KIND_UNSEEN:
		if (s->unseen_frac <= 0 || s->unseen_frac <= s->base_unseen_frac ||
		    reads_the_same(s->unseen_frac, s->base_unseen_frac))
			say_over(s, c, "new values", s->unseen_frac);
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
verdict_say_share(char *out, size_t cap, const char *what, double frac, const char *window, double now_frac,
    const char *base, double base_frac)
{
	struct clause c = {.n = 0};

	say_share(&c, what, frac, window, now_frac, base, base_frac);
	return join(out, 0, cap, &c);
}

size_t
verdict_say_constant(char *out, size_t cap, const char *value, const char *window, uint64_t distinct)
{
	char n[TEXT_COUNT_BYTES];
	struct clause c = {.n = 0};

	say(&c, "one value alone%s%s", value[0] ? ", " : "", value);
	if (window)
		add(&c, "%s in %s", value[0] ? "," : "", window);
	if (distinct)
		add(&c, " (base %s value%s)", text_count(n, distinct), distinct == 1 ? "" : "s");
	return join(out, 0, cap, &c);
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
