#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/evidence.h"
#include "core/lngamma.h"
#include "tests/fixtures/evidence_reference.h"
#include "tests/lib_evidence.h"
#include "tests/lib_rng.h"

/* ---- ln gamma ---------------------------------------------------------------------------------------------------- */

static void
ln_gamma_is_scipys_and_the_c_librarys(void **state)
{
	double x;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_ln_gamma) / sizeof(ref_ln_gamma[0]); i++)
		assert_true(fabs(lngamma(ref_ln_gamma[i].x) - ref_ln_gamma[i].ln_gamma) <=
		    2e-14 + 2e-15 * fabs(ref_ln_gamma[i].ln_gamma));
	/* Twice the error the header states, since the other side has one too. */
	for (x = 1e-9; x < 1e9; x *= 1.01)
		assert_true(fabs(lngamma(x) - lgamma(x)) <= 2e-14 + 2e-15 * fabs(lgamma(x)));
	for (x = 1e-300; x < 1e300; x *= 1.37)
		assert_true(fabs(lngamma_log(x) - log(x)) <= 5e-16 * fabs(log(x)) + 5e-16);
	for (x = -699; x < 700; x += 0.37)
		assert_true(fabs(lngamma_exp(x) - exp(x)) <= 2e-15 * exp(x));
	assert_true(lngamma_exp(-701) == 0 && lngamma_exp(0) == 1 && lngamma_log(1) == 0);
}

static void
two_sums_of_ln_gamma_at_once_are_as_one_after_the_other(void **state)
{
	uint64_t seed = 5;
	int t;

	(void)state;
	for (t = 0; t < 300; t++) {
		struct lngamma_two two = {.n = rng_below(&seed, LNGAMMA_MANY + 1), .single = {8 + t, 300 + t / 7.0}};
		/* Some with products beyond what is kept, either way. */
		double scale = t % 3 == 0 ? 3 : t % 3 == 1 ? 1 : 1e-7, x[2][LNGAMMA_MANY], sum[2];
		size_t i, k;

		for (k = 0; k < 2; k++)
			for (i = 0; i < two.n; i++)
				x[k][i] = two.x[k][i] = scale * (1 + (double)(k * 9 + rng_below(&seed, 1000) / 500));
		lngamma_sum_two(&two, sum);
		for (k = 0; k < 2; k++) {
			assert_true(sum[k] == lngamma_sum(x[k], two.n));
			assert_true(two.single[k] == lngamma(k ? 300 + t / 7.0 : 8 + t));
		}
	}
}

/* ---- the published test vector ----------------------------------------------------------------------------------- */

static void
a_window_of_the_test_vector_gives_its_seventeen_logarithms(void **state)
{
	static const double moved[17] = {-68.3649, -27.3198, -11.8070, -5.4306, 4.4792, 8.0127, 12.3195, 10.9138,
		-24.7919, -6.9264, -1.8214, -0.4661, -0.4856, -1.9764, -8.1259, -33.2732, 1.1672};
	static const double even[17] = {-28.7255, -7.5001, -1.8972, -0.4757, -0.4757, -1.8972, -7.5001, -28.7255,
		-24.7919, -6.9264, -1.8214, -0.4661, -0.4856, -1.9764, -8.1259, -33.2732, -3.3390};
	static const double tilts[4] = {0.1, 0.2, 0.4, 0.8};
	uint64_t counts[20];
	struct column c;
	size_t i;

	(void)state;
	column_even(&c, 20, 100, 100);
	for (i = 0; i < 20; i++)
		counts[i] = i < 10 ? 2 : 8;
	feed(&c, counts);
	for (i = 0; i < 17; i++) {
		/*
		 * Published is spread about the baseline's mean. The window's own is 3 of sd sqrt(399/12) away; its
		 * square times n counts 1/sqrt(kurtosis - 1), kurtosis 0.6 * 1193/399, and is divided by g = 1.05.
		 */
		double unit = 100 * 9 / 33.25 / sqrt(0.6 * 1193 / 399 - 1) / 1.05;
		double off = i < 12 || i == 16 ? 0 : unit * tilts[i - 12];

		/* The reference has half a row more in each bin: nothing here, where all are equal. */
		assert_true(fabs(level(&c, (unsigned)i) - (moved[i] - off)) < 0.5e-4 + 1 / EVIDENCE_UNIT);
	}
	evidence_clear(&c.ev);
	for (i = 0; i < 20; i++)
		counts[i] = 5;
	feed(&c, counts);
	for (i = 0; i < 17; i++)
		assert_true(fabs(level(&c, (unsigned)i) - even[i]) < 0.5e-4 + 1 / EVIDENCE_UNIT);
	column_release(&c);
}

/* ---- the reference implementation -------------------------------------------------------------------------------- */

static void
check_effect(const struct evidence_effect *e, const double *want)
{
	const double got[3] = {e->shift_sd, e->spread_ratio, e->tv_excess};
	int i;

	/* Sums of at most 12,000 rows are rounded to 2^-20 a window, shares to 2^-30 a bin. */
	for (i = 0; i < 3; i++)
		assert_true(isnan(want[i]) ? isnan(got[i]) : fabs(got[i] - want[i]) < 1e-6);
}

static void
check_case(size_t which)
{
	size_t nbins = ref_evidence[which].nbins, t;
	struct evidence_spec spec = {.counts = ref_evidence[which].counts, .positions = ref_evidence[which].positions,
		.nbins = nbins, .seasonal = ref_evidence[which].seasonal};
	struct column c;

	memcpy(spec.rate, ref_evidence[which].base, sizeof(spec.rate));
	column_make(&c, &spec, ref_evidence[which].log_c);
	c.phi = ref_evidence[which].phi;
	for (t = 0; t < ref_evidence[which].nwindows; t++) {
		const struct ev_step *want = &ref_evidence[which].steps[t];
		struct evidence_sample s = {.counts = ref_evidence[which].windows + t * nbins, .index = (int64_t)t};
		struct evidence_effect e;
		bool was = c.ev.alarm;
		enum evidence_change change;

		memcpy(s.rate, ref_evidence[which].rates + t * EVIDENCE_RATES, sizeof(s.rate));
		change = evidence_window(&c.ev, &c.ref, &c.phi, &s, c.log_c);
		assert_int_equal(change == EVIDENCE_RAISED, !was && c.ev.alarm);
		if (want->empty)
			continue;
		/* Each window is rounded to half of 2^-20 a level, and the total once more. */
		if (!(fabs(evidence_total(&c.ev) - want->total) < (double)(t + 3) / EVIDENCE_UNIT))
			fail_msg("%s, window %zu: %.9f, the reference is %.9f", ref_evidence[which].name, t,
			    evidence_total(&c.ev), want->total);
		assert_int_equal(c.ev.leading, want->leading);
		if (!was)
			assert_int_equal(evidence_onset(&c.ev), want->onset);
		assert_int_equal(c.ev.alarm, want->alarm);
		evidence_effect(&c.ev, &c.ref, &c.phi, EVIDENCE_SEGMENT, &e);
		check_effect(&e, want->effect);
	}
	column_release(&c);
}

static void
whole_runs_are_those_of_the_reference_implementation(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_evidence) / sizeof(ref_evidence[0]); i++)
		check_case(i);
}

/* ---- a segment by itself ----------------------------------------------------------------------------------------- */

/* Student's upper tail, by Simpson's rule over x = 1/u from t to infinity. */
static double
student_tail(double t, double free)
{
	double log_unit = lgamma((free + 1) / 2) - lgamma(free / 2) - log(free * 3.14159265358979) / 2, sum = 0;
	int i, n = 20000;

	for (i = 1; i <= n; i++) {
		double u = i / (double)n / t, f = exp(-(free + 1) / 2 * log1p(1 / (u * u * free))) / (u * u);

		sum += f * (i == n ? 1 : i % 2 ? 4 : 2);
	}
	return exp(log_unit) * sum / n / t / 3;
}

/* Twelve windows that are off by a tilt: their evidence is the chance of that, two-sided, of an eighth of all. */
static void
a_segment_alone_tells_what_chance_would_have_it_by(void **state)
{
	static const double frees[] = {30, 60, 250}, phis[] = {20, 50, 100};
	size_t i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (j = 0; j < 3; j++) {
			uint64_t counts[20];
			struct column c;
			double n, s = 0, t, most, got;
			size_t k;

			column_even(&c, 20, 1000000, 17);
			c.phi = (struct evidence_phi){1e6, 1e6, 1e6, {1, 1, 1, 1, 1}, phis[j], frees[i]};
			for (k = 0; k < 20; k++)
				counts[k] = (uint64_t)floor(50 * exp(0.2 * c.ref.s[k]) + 0.5);
			for (k = 0, n = 0; k < 20; k++) {
				n += 12 * (double)counts[k];
				s += 12 * (double)counts[k] * c.ref.s[k];
			}
			for (k = 0; k < 11; k++)
				feed(&c, counts);
			assert_true(evidence_total(&c.ev) < 0);
			feed(&c, counts);
			t = fabs(s) / sqrt(n * phis[j] * (1 + n / c.ref.m));
			most = -log(2 * student_tail(t, frees[i]) / 0.125);
			got = evidence_total(&c.ev);
			/* Less than that by the tail's bound, rows' steps and what lies between tilts: by 0.5. */
			if (t > 2 && (got > most || got < most - 0.5))
				fail_msg("%g blocks, t = %g: %g, at most %g", frees[i], t, got, most);
			column_release(&c);
		}
	}
}

/* ---- the contract ------------------------------------------------------------------------------------------------ */

static void
kinds_and_components_belong_together(void **state)
{
	unsigned k, seen[EVIDENCE_KINDS] = {0}, i;

	(void)state;
	for (k = 0; k < EVIDENCE_COMPONENTS; k++)
		seen[evidence_kind_of(k)]++;
	assert_int_equal(seen[EVIDENCE_KIND_NONE], 0);
	assert_int_equal(seen[EVIDENCE_KIND_DOWN], 4);
	assert_int_equal(seen[EVIDENCE_KIND_UP], 4);
	assert_int_equal(seen[EVIDENCE_KIND_NARROWER], 4);
	assert_int_equal(seen[EVIDENCE_KIND_WIDER], 4);
	assert_int_equal(seen[EVIDENCE_KIND_SHAPE], 3);
	for (i = EVIDENCE_KIND_MISSING; i <= EVIDENCE_KIND_ERROR; i++)
		assert_int_equal(seen[i], EVIDENCE_ALTS);
	assert_int_equal(evidence_kind_of(EVIDENCE_FIRST_RATE + EVIDENCE_UNSEEN * EVIDENCE_ALTS), EVIDENCE_KIND_UNSEEN);
	for (i = 0; i < EVIDENCE_KINDS; i++)
		assert_non_null(evidence_kind_names[i]);
}

static void
weights_sum_to_one_whatever_is_there(void **state)
{
	static const uint64_t counts[3] = {50, 30, 20}, empty[3] = {0};
	static const double same[3] = {4, 4, 4};
	int with;

	(void)state;
	for (with = 0; with < 16; with++) {
		struct evidence_spec spec = {.counts = with & 1 ? counts : empty, .nbins = 3, .seasonal = with & 8,
			.positions = with & 2 ? line : same};
		struct evidence_ref ref;
		double sum = 0;
		struct err err;
		unsigned k;

		if (with & 4)
			spec.rate[EVIDENCE_MISSING] = spec.rate[EVIDENCE_UNSEEN] = (struct evidence_count){3, 100};
		assert_int_equal(evidence_ref_init(&ref, &spec, &err), 0);
		for (k = 0; k < EVIDENCE_COMPONENTS; k++)
			sum += evidence_weight(&ref, k);
		assert_true(fabs(sum - ((with & 5) != 0)) < 1e-12);
		if (with & 1 && with & 4)
			assert_true(evidence_weight(&ref, EVIDENCE_FIRST_OMNI) ==
			    (with & 2 ? 0.25 : 0.5) / (with & 8 ? 1 : 3));
		evidence_ref_release(&ref);
	}
}

/* E e^l = 1 under the reference, the property that the budget rests on: summed over every window of two bins. */
static void
every_component_is_a_fair_bet_under_the_baseline(void **state)
{
	static const uint64_t base[2] = {690, 310};
	const unsigned n = 12;
	double sum[EVIDENCE_COMPONENTS] = {0}, p = 690.5 / 1001;
	unsigned h, k;
	struct column c;
	struct evidence_spec spec = {.counts = base, .positions = line, .nbins = 2};

	(void)state;
	spec.rate[EVIDENCE_MISSING] = (struct evidence_count){310, 1000}; /* p0 = 310.5 / 1001, as the bin's */
	column_make(&c, &spec, 100);
	c.ref.m = c.ref.rate[EVIDENCE_MISSING].m = 1e18; /* known exactly: g = 1 */
	for (h = 0; h <= n; h++) {
		const uint64_t counts[2] = {n - h, h};
		struct evidence_sample s = {.counts = counts};
		double chance = exp(lgamma(n + 1.0) - lgamma(h + 1.0) - lgamma(n - h + 1.0) + (n - h) * log(p) +
		    h * log1p(-p));

		s.rate[EVIDENCE_MISSING] = (struct evidence_count){h, n};
		evidence_clear(&c.ev);
		evidence_window(&c.ev, &c.ref, &c.phi, &s, c.log_c);
		for (k = 0; k < EVIDENCE_COMPONENTS; k++)
			sum[k] += chance * exp(level(&c, k));
	}
	for (k = 0; k < EVIDENCE_COMPONENTS; k++) {
		bool block = k > EVIDENCE_FIRST_OMNI && k < EVIDENCE_FIRST_RATE;

		if (evidence_weight(&c.ref, k) > 0 && !block)
			assert_true(fabs(sum[k] - 1) < 4 / EVIDENCE_UNIT);
	}
	column_release(&c);
}

static void
an_empty_window_changes_nothing(void **state)
{
	static const uint64_t some[4] = {9, 5, 7, 3}, none[4] = {0};
	struct column c;
	int64_t before[1024], after[1024];
	int i;

	(void)state;
	assert_true(evidence_ints(4) <= 1024);
	column_even(&c, 4, 1000, 10);
	for (i = 0; i < 13; i++)
		feed(&c, some);
	evidence_encode(&c.ev, before);
	assert_int_equal(feed(&c, none), EVIDENCE_SAME);
	evidence_encode(&c.ev, after);
	assert_memory_equal(before, after, evidence_ints(4) * sizeof(before[0]));
	column_release(&c);
}

/* Bins in another order, with their positions: sums differ by rounding alone, which 2^-20 mostly swallows. */
static void
the_order_of_bins_does_not_matter(void **state)
{
	static const uint64_t base[6] = {10, 200, 3000, 2500, 400, 1}, now[6] = {1, 20, 280, 330, 60, 4};
	static const size_t order[6] = {3, 0, 5, 1, 4, 2};
	uint64_t base2[6], now2[6];
	double x2[6];
	struct column a, b;
	unsigned k, i;

	(void)state;
	for (i = 0; i < 6; i++) {
		base2[i] = base[order[i]];
		now2[i] = now[order[i]];
		x2[i] = line[order[i]];
	}
	column_make(&a, &(struct evidence_spec){.counts = base, .positions = line, .nbins = 6}, 16);
	column_make(&b, &(struct evidence_spec){.counts = base2, .positions = x2, .nbins = 6}, 16);
	for (i = 0; i < 12; i++) {
		feed(&a, now);
		feed(&b, now2);
	}
	for (k = 0; k < EVIDENCE_COMPONENTS; k++)
		assert_true(llabs(a.ev.level[k].nats - b.ev.level[k].nats) <= 12);
	assert_int_equal(a.ev.alarm, b.ev.alarm);
	column_release(&a);
	column_release(&b);
}

static void
units_and_zero_of_positions_do_not_matter(void **state)
{
	static const uint64_t base[5] = {100, 200, 400, 200, 100}, now[5] = {1, 20, 40, 30, 20};
	static const double times[4] = {1, 1e-200, 3.5e300, -2}, plus[4] = {0, 1e-190, -1e301, 1e6};
	size_t i, j;

	(void)state;
	for (j = 0; j < 4; j++) {
		double x[5];
		struct column a, b;
		unsigned k;

		for (i = 0; i < 5; i++)
			x[i] = line[i] * times[j] + plus[j];
		column_make(&a, &(struct evidence_spec){.counts = base, .positions = line, .nbins = 5}, 16);
		column_make(&b, &(struct evidence_spec){.counts = base, .positions = x, .nbins = 5}, 16);
		feed(&a, now);
		feed(&b, now);
		for (k = 0; k < EVIDENCE_TILTS; k++) {
			unsigned mirrored = times[j] < 0 ? EVIDENCE_TILTS - 1 - k : k;

			assert_true(fabs(level(&a, k) - level(&b, mirrored)) < 1e-5);
			assert_true(fabs(level(&a, EVIDENCE_FIRST_SPR + k) - level(&b, EVIDENCE_FIRST_SPR + k)) < 1e-5);
		}
		column_release(&a);
		column_release(&b);
	}
}

static void
levels_stay_below_twice_the_limit_and_an_alarm_clears_after_it_is_over(void **state)
{
	static const uint64_t high[4] = {100, 200, 300, 400}, even[4] = {250, 250, 250, 250};
	struct column c;
	unsigned k, i, cleared = 0;

	(void)state;
	column_even(&c, 4, 100000, 16);
	for (i = 0; i < 500; i++)
		feed(&c, high);
	assert_true(c.ev.alarm);
	assert_int_equal(evidence_leading(&c.ev), EVIDENCE_KIND_UP);
	assert_int_equal(evidence_onset(&c.ev), 0);
	for (k = 0; k < EVIDENCE_COMPONENTS; k++)
		assert_true(level(&c, k) <= 32);
	for (i = 1; i <= 40 && !cleared; i++)
		cleared = feed(&c, even) == EVIDENCE_CLEARED ? i : 0;
	/* The effect is gone when most of the last 12 windows are even ones; then 32 falls below 8 by eighths. */
	assert_in_range(cleared, 8, 24);
	assert_false(c.ev.alarm);
	assert_true(evidence_total(&c.ev) == 0);
	for (k = 0; k < EVIDENCE_COMPONENTS; k++)
		assert_true(c.ev.level[k].nats == 0);
	column_release(&c);
}

/* Below 300 rows a window no three windows in a row have an effect below half its gate by chance: they are pooled. */
static void
thin_windows_clear_too(void **state)
{
	uint64_t seed = 3, counts[10];
	struct column c;
	unsigned i, j, cleared = 0;

	(void)state;
	column_even(&c, 10, 100000, 16);
	for (i = 0; i < 30; i++) {
		memset(counts, 0, sizeof(counts));
		for (j = 0; j < 60; j++)
			counts[4 + rng_below(&seed, 6)]++;
		feed(&c, counts);
	}
	assert_true(c.ev.alarm);
	for (i = 1; i <= 100 && !cleared; i++) {
		memset(counts, 0, sizeof(counts));
		for (j = 0; j < 60; j++)
			counts[rng_below(&seed, 10)]++;
		cleared = feed(&c, counts) == EVIDENCE_CLEARED ? i : 0;
	}
	assert_in_range(cleared, 8, 30);
	column_release(&c);
}

/* Three rows in a hundred of a new value: less than two standard errors in total variation, and beyond doubt. */
static void
an_alarm_stays_while_its_change_does_even_where_the_effect_is_within_noise(void **state)
{
	static const uint64_t base[6] = {5000, 2500, 1250, 625, 600, 0}, now[6] = {146, 73, 36, 18, 18, 9};
	struct column c;
	unsigned i;

	(void)state;
	column_make(&c, &(struct evidence_spec){.counts = base, .nbins = 6}, 16.8);
	for (i = 0; i < 5; i++)
		feed(&c, now);
	assert_true(c.ev.alarm);
	assert_int_equal(evidence_leading(&c.ev), EVIDENCE_KIND_SHAPE);
	for (i = 0; i < 500; i++)
		feed(&c, now);
	assert_true(c.ev.alarm);
	assert_int_equal(evidence_onset(&c.ev), 0);
	column_release(&c);
}

/*
 * A day that is far off: half an sd, over-dispersion of location such that this is nothing. About the baseline's mean
 * the same rows have an eighth more variance.
 */
static void
a_shift_is_not_taken_for_a_wider_spread(void **state)
{
	/* Normal, shifted by half an sd, on bins of one sd: 10,000 rows. */
	static const uint64_t base[8] = {1350, 21400, 135910, 341340, 341340, 135910, 21400, 1350};
	static const uint64_t now[8] = {2, 60, 606, 2417, 3829, 2417, 606, 63};
	struct evidence_effect e;
	struct column c;
	unsigned k, i;

	(void)state;
	column_make(&c, &(struct evidence_spec){.counts = base, .positions = line, .nbins = 8}, 16.8);
	c.phi.loc = c.phi.shape = 10000;
	for (i = 0; i < 100; i++)
		feed(&c, now);
	for (k = EVIDENCE_FIRST_SPR; k < EVIDENCE_FIRST_OMNI; k++)
		assert_true(level(&c, k) < 0);
	evidence_effect(&c.ev, &c.ref, &c.phi, 12, &e);
	assert_true(e.shift_sd > 0.4 && fabs(e.spread_ratio - 1) < 0.05);
	column_release(&c);
}

/*
 * Thirty bins that 10,000 rows left empty have half a row each, which a hundred times as many rows never find. That is
 * the baseline's error, not news: it may tell what 10,000 rows tell, fifteen half rows' worth of nats at most.
 */
static void
what_the_baseline_could_not_know_is_no_evidence_however_often_it_is_confirmed(void **state)
{
	uint64_t base[32] = {9999, 1}, now[32] = {1000};
	struct column c;
	unsigned i;

	(void)state;
	column_make(&c, &(struct evidence_spec){.counts = base, .positions = line, .nbins = 32}, 16.8);
	for (i = 0; i < 3000; i++) {
		assert_int_equal(feed(&c, now), EVIDENCE_SAME);
		assert_true(evidence_total(&c.ev) < 15);
	}
	column_release(&c);
}

/*
 * The same of a category, whose only components in bins are those of shape: they are stuck near what 10,000 rows can
 * tell after 3,000,000, and yet 1.5 rows in a hundred of a value that was not there are seen as soon as after ten
 * windows: each has ln of 150 times as many on 15 rows, about 50 nats of its own.
 */
static void
what_has_been_told_for_long_does_not_hide_what_is_new(void **state)
{
	uint64_t base[32] = {10000}, now[32] = {1000}, changed[32] = {985, [7] = 15};
	enum evidence_change change = EVIDENCE_SAME;
	struct column c;
	unsigned i;

	(void)state;
	column_make(&c, &(struct evidence_spec){.counts = base, .nbins = 32}, 16.8);
	for (i = 0; i < 3000; i++)
		assert_int_equal(feed(&c, now), EVIDENCE_SAME);
	assert_true(evidence_total(&c.ev) > 10 && evidence_total(&c.ev) < 16);
	for (i = 0; i < 10 && change == EVIDENCE_SAME; i++)
		change = feed(&c, changed);
	assert_int_equal(change, EVIDENCE_RAISED);
	assert_true(evidence_onset(&c.ev) >= 3000 - 10);
	column_release(&c);
}

/* A shift of 0.02 sd at a million rows a window is beyond any doubt and matters to no one. */
static void
a_change_too_small_to_matter_is_no_alarm_however_certain(void **state)
{
	static const uint64_t now[4] = {245000, 248000, 252000, 255000};
	struct column c;
	unsigned i;

	(void)state;
	column_even(&c, 4, 1000000000, 16);
	for (i = 0; i < 300; i++)
		assert_int_equal(feed(&c, now), EVIDENCE_SAME);
	assert_true(evidence_total(&c.ev) >= 16);
	assert_false(c.ev.alarm);
	column_release(&c);
}

static void
an_outlier_of_a_constant_feature_is_no_alarm_and_a_second_value_is(void **state)
{
	static const uint64_t base[2] = {100000, 0}, one[2] = {999, 1}, same[2] = {1000, 0}, many[2] = {900, 100};
	struct column c;
	unsigned i;

	(void)state;
	column_make(&c, &(struct evidence_spec){.counts = base, .positions = line, .nbins = 2}, 16.8);
	assert_false(c.ref.has_spread);
	for (i = 0; i < 50; i++)
		feed(&c, same);
	feed(&c, one);
	assert_false(c.ev.alarm);
	for (i = 0; i < 3 && !c.ev.alarm; i++)
		feed(&c, many);
	assert_true(c.ev.alarm);
	assert_int_equal(evidence_onset(&c.ev), 51);
	column_release(&c);
}

static void
one_bin_and_no_baseline_rows_leave_rates_alone_to_judge_by(void **state)
{
	static const uint64_t full[2] = {5000, 0}, none[2] = {0, 0}, now[2] = {40, 60};
	const struct evidence_spec specs[3] = {
		{.counts = full, .positions = line, .nbins = 1, .rate = {[EVIDENCE_MISSING] = {50, 5000}}},
		{.counts = none, .positions = line, .nbins = 2, .rate = {[EVIDENCE_MISSING] = {5000, 5000}}},
		{.rate = {[EVIDENCE_MISSING] = {50, 5000}}}};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct evidence_effect e;
		struct column c;
		int w;

		column_make(&c, &specs[i], 16);
		assert_false(c.ref.has_bins);
		for (w = 0; w < 5; w++)
			feed(&c, now);
		assert_true(evidence_total(&c.ev) <= 0);
		for (w = 0; w < 20; w++)
			feed_rate(&c, EVIDENCE_MISSING, i == 1 ? 10 : 40, 100);
		assert_true(c.ev.alarm);
		assert_int_equal(evidence_leading(&c.ev), EVIDENCE_KIND_MISSING);
		evidence_effect(&c.ev, &c.ref, &c.phi, 12, &e);
		assert_true(isnan(e.shift_sd) && isnan(e.spread_ratio) && isnan(e.tv));
		assert_true(fabs(e.rate[EVIDENCE_MISSING].frac - (i == 1 ? 0.1 : 0.4)) < 1e-12);
		column_release(&c);
	}
}

static void
a_rates_alternatives_are_those_of_the_rule(void **state)
{
	struct evidence_spec spec = {.rate = {[EVIDENCE_MISSING] = {199, 999}, [EVIDENCE_ERROR] = {0, 999}}};
	static const double times[6] = {1.0 / 3, 2.0 / 3, 1.5, 3, 0, 0};
	struct evidence_ref ref;
	struct err err;
	unsigned a;

	(void)state;
	assert_int_equal(evidence_ref_init(&ref, &spec, &err), 0);
	/* p0 = 199.5 / 1000; ten times that is no share. */
	assert_true(fabs(ref.rate[EVIDENCE_MISSING].p0 - 0.1995) < 1e-15);
	assert_int_equal(ref.rate[EVIDENCE_MISSING].nalts, 5);
	for (a = 0; a < 5; a++) {
		const struct evidence_alt *alt = &ref.rate[EVIDENCE_MISSING].alt[a];
		double p1 = a < 4 ? 0.1995 * times[a] : 0.2095;

		assert_true(fabs(alt->hit - log(p1 / 0.1995)) < 1e-14);
		assert_true(fabs(alt->miss - log((1 - p1) / (1 - 0.1995))) < 1e-14);
	}
	assert_true(evidence_weight(&ref, EVIDENCE_FIRST_RATE + 4) == 0);
	/* Never once in 999 rows: half a row in a thousand. */
	assert_true(fabs(ref.rate[EVIDENCE_ERROR].p0 - 0.0005) < 1e-15);
	assert_int_equal(ref.rate[EVIDENCE_ERROR].nalts, 6);
	assert_int_equal(ref.rate[EVIDENCE_RANGE].nalts, 0);
	evidence_ref_release(&ref);
	/* More hits than rows: taken for all of them. Only lower shares are left. */
	spec.rate[EVIDENCE_MISSING].hits = 5000;
	assert_int_equal(evidence_ref_init(&ref, &spec, &err), 0);
	assert_int_equal(ref.rate[EVIDENCE_MISSING].nalts, 2);
	evidence_ref_release(&ref);
}

static void
a_rate_that_moves_by_less_than_half_a_point_is_no_alarm(void **state)
{
	struct evidence_spec spec = {.rate = {[EVIDENCE_MISSING] = {100, 1000000}}};
	struct column c;
	int i;

	(void)state;
	column_make(&c, &spec, 16.8);
	for (i = 0; i < 200; i++)
		feed_rate(&c, EVIDENCE_MISSING, 4, 1000);
	assert_true(evidence_total(&c.ev) > 16.8);
	assert_false(c.ev.alarm);
	for (i = 0; i < 12; i++)
		feed_rate(&c, EVIDENCE_MISSING, 14, 1000);
	assert_true(c.ev.alarm);
	column_release(&c);
}

static void
a_thousand_million_rows_a_window_neither_overflow_nor_alarm(void **state)
{
	uint64_t even[32], base[32], all[32] = {0};
	struct column c;
	unsigned i;

	(void)state;
	for (i = 0; i < 32; i++) {
		base[i] = UINT64_C(4000000000000) / 32;
		even[i] = UINT64_C(1000000000) / 32;
	}
	column_make(&c, &(struct evidence_spec){.counts = base, .positions = line, .nbins = 32}, 16.8);
	for (i = 0; i < 300; i++)
		assert_int_equal(feed(&c, even), EVIDENCE_SAME);
	assert_true(evidence_total(&c.ev) < 1);
	/* All of 10^13 rows in the last bin. */
	all[31] = UINT64_C(10000000000000);
	for (i = 0; i < 300; i++)
		feed(&c, all);
	assert_true(c.ev.alarm);
	assert_true(evidence_total(&c.ev) <= 2 * 16.8);
	for (i = 0; i < EVIDENCE_COMPONENTS; i++)
		assert_true(fabs(level(&c, i)) <= 2e12);
	column_release(&c);
}

/* With slots each window is held against its own hour: a season of half an sd is nothing. */
static void
a_season_with_slots_is_no_evidence_and_its_effect_is_none(void **state)
{
	uint64_t counts[2][10], i, h;
	struct evidence_ref ref[2];
	struct evidence_effect e;
	struct evidence ev;
	struct err err;

	(void)state;
	for (h = 0; h < 2; h++) {
		for (i = 0; i < 10; i++)
			counts[h][i] = h ? 100 - 8 * i : 28 + 8 * i;
		assert_int_equal(evidence_ref_init(&ref[h],
		    &(struct evidence_spec){.counts = counts[h], .positions = line, .nbins = 10, .seasonal = true},
		    &err), 0);
	}
	assert_int_equal(evidence_init(&ev, 10, &err), 0);
	for (i = 0; i < 200; i++) {
		struct evidence_sample s = {.counts = counts[i / 6 % 2], .index = (int64_t)i};

		evidence_window(&ev, &ref[i / 6 % 2], &evidence_phi_none, &s, 16.8);
	}
	assert_true(evidence_total(&ev) < 0);
	evidence_effect(&ev, &ref[0], &evidence_phi_none, 12, &e);
	/* But for the half rows that a reference has more in each bin. */
	assert_true(fabs(e.shift_sd) < 0.01 && fabs(e.spread_ratio - 1) < 0.01 && e.tv < 0.01);
	assert_true(ev.level[EVIDENCE_FIRST_OMNI + 1].nats == 0 && ev.block[0].windows == 0);
	evidence_release(&ev);
	evidence_ref_release(&ref[0]);
	evidence_ref_release(&ref[1]);
}

static void
limits_are_the_budgets_logarithm(void **state)
{
	(void)state;
	assert_true(fabs(evidence_limit(10000, 2016, 1) - log(2.016e7)) < 1e-14 * 17);
	assert_true(evidence_limit(0, 2016, 1) == 0);
	assert_true(evidence_limit(1, 1, 5) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ln_gamma_is_scipys_and_the_c_librarys),
		cmocka_unit_test(two_sums_of_ln_gamma_at_once_are_as_one_after_the_other),
		cmocka_unit_test(a_window_of_the_test_vector_gives_its_seventeen_logarithms),
		cmocka_unit_test(whole_runs_are_those_of_the_reference_implementation),
		cmocka_unit_test(a_segment_alone_tells_what_chance_would_have_it_by),
		cmocka_unit_test(kinds_and_components_belong_together),
		cmocka_unit_test(weights_sum_to_one_whatever_is_there),
		cmocka_unit_test(every_component_is_a_fair_bet_under_the_baseline),
		cmocka_unit_test(an_empty_window_changes_nothing),
		cmocka_unit_test(the_order_of_bins_does_not_matter),
		cmocka_unit_test(units_and_zero_of_positions_do_not_matter),
		cmocka_unit_test(levels_stay_below_twice_the_limit_and_an_alarm_clears_after_it_is_over),
		cmocka_unit_test(thin_windows_clear_too),
		cmocka_unit_test(an_alarm_stays_while_its_change_does_even_where_the_effect_is_within_noise),
		cmocka_unit_test(a_shift_is_not_taken_for_a_wider_spread),
		cmocka_unit_test(what_the_baseline_could_not_know_is_no_evidence_however_often_it_is_confirmed),
		cmocka_unit_test(what_has_been_told_for_long_does_not_hide_what_is_new),
		cmocka_unit_test(a_change_too_small_to_matter_is_no_alarm_however_certain),
		cmocka_unit_test(an_outlier_of_a_constant_feature_is_no_alarm_and_a_second_value_is),
		cmocka_unit_test(one_bin_and_no_baseline_rows_leave_rates_alone_to_judge_by),
		cmocka_unit_test(a_rates_alternatives_are_those_of_the_rule),
		cmocka_unit_test(a_rate_that_moves_by_less_than_half_a_point_is_no_alarm),
		cmocka_unit_test(a_thousand_million_rows_a_window_neither_overflow_nor_alarm),
		cmocka_unit_test(a_season_with_slots_is_no_evidence_and_its_effect_is_none),
		cmocka_unit_test(limits_are_the_budgets_logarithm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
