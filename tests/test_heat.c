/* Distributions over time: the counts are those of the figures, and what changed is seen where it changed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/figures_heat.h"
#include "tests/lib_desk.h"
#include "tui/quantiles.h"
#include "widgets/histogram.h"

static const struct ui_options options = {.window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://h"};

static void
points_of_one_pane_add_up_to_the_window(void **state)
{
	static uint32_t counts[FIGURES_HEAT_POINTS * FIGURE_BINS];
	int64_t now_ms;
	struct store *s = fleet_make(FLEET_INCIDENT, &now_ms);
	size_t seen = 0;

	(void)state;
	for (size_t m = 0; m < store_model_count(s); m++) {
		struct model_figures mf;

		figures_model(s, m, WINDOW_5M, &mf);
		for (size_t i = 0; i < mf.inputs + mf.outputs; i++) {
			struct feature_figures f;
			size_t n = figures_feature_heat(s, m, i, WINDOW_5M, 1, counts);

			figures_feature(s, m, i, WINDOW_5M, &f);
			assert_int_equal(n, 60);
			for (size_t bin = 0; bin < f.nbins; bin++) {
				uint64_t sum = 0;

				for (size_t k = 0; k < n; k++)
					sum += counts[k * FIGURE_BINS + bin];
				assert_int_equal(sum, f.bins[bin].current);
				seen += sum > 0;
			}
		}
	}
	assert_true(seen > 100);
	store_free(s);
}

static void
a_point_of_several_panes_is_their_sum(void **state)
{
	static uint32_t one[FIGURES_HEAT_POINTS * FIGURE_BINS], three[FIGURES_HEAT_POINTS * FIGURE_BINS];
	int64_t now_ms;
	struct store *s = fleet_make(FLEET_INCIDENT, &now_ms);
	size_t n = figures_feature_heat(s, 0, 0, WINDOW_5M, 1, one);

	(void)state;
	assert_int_equal(figures_feature_heat(s, 0, 0, WINDOW_5M, 3, three), n);
	for (size_t i = 0; i < n; i++)
		for (size_t bin = 0; bin < FIGURE_BINS; bin++) {
			uint32_t sum = one[i * FIGURE_BINS + bin];

			for (size_t back = 1; back < 3 && back <= i; back++)
				sum += one[(i - back) * FIGURE_BINS + bin];
			assert_int_equal(three[i * FIGURE_BINS + bin], sum);
		}
	store_free(s);
}

static void
octaves_of_latency_add_up_to_the_window(void **state)
{
	static uint32_t counts[FIGURES_HEAT_POINTS * LATENCY_OCTAVES];
	int64_t now_ms;
	struct store *s = fleet_make(FLEET_INCIDENT, &now_ms);
	size_t n = figures_latency_heat(s, 0, WINDOW_5M, counts), i;
	struct model_figures m;
	uint64_t sum = 0;

	(void)state;
	figures_model(s, 0, WINDOW_5M, &m);
	for (i = 0; i < n * LATENCY_OCTAVES; i++)
		sum += counts[i];
	assert_true(sum > 0);
	assert_int_equal(sum, m.window_latency.count);
	store_free(s);
}

static void
a_share_is_beyond_noise_as_a_rate_is(void **state)
{
	/* Of 1,000 rows each, a half: the standard error of the difference is 0.0224, 3.9 of them 0.0872. */
	(void)state;
	assert_int_equal(histogram_beyond(0.50 + 0.086, 1000, 0.5, 1000), 0);
	assert_int_equal(histogram_beyond(0.50 + 0.089, 1000, 0.5, 1000), 1);
	assert_int_equal(histogram_beyond(0.50 - 0.089, 1000, 0.5, 1000), -1);
	/* With so many rows anything is beyond noise; less than a hundredth is nothing one would look at. */
	assert_int_equal(histogram_beyond(0.509, 1e9, 0.5, 1e9), 0);
	assert_int_equal(histogram_beyond(0.511, 1e9, 0.5, 1e9), 1);
	assert_int_equal(histogram_beyond(NAN, 0, 0.5, 100), 0);
}

static void
new_values_are_seen_from_when_they_came(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &options);
	static uint32_t counts[FIGURES_HEAT_POINTS * FIGURE_BINS];
	int row, from = 0, first = 0;
	size_t model = 0, feature, i, n;
	struct feature_figures f;

	(void)state;
	while (!slice_is(store_model_name(d->s, model), "card-fraud"))
		model++;
	feature = figures_feature_find(d->s, model, slice_of("country"));
	figures_feature(d->s, model, feature, WINDOW_5M, &f);
	n = figures_feature_heat(d->s, model, feature, WINDOW_5M, 1, counts);
	for (i = 0; i < n && !counts[i * FIGURE_BINS + f.nbins - 1]; i++)
		;
	assert_in_range(i, 20, 50);

	desk_press(d, "/card<Enter><Enter>/country<Enter><Enter>4");
	assert_true(desk_row_shows(d, 0, "> country"));
	for (row = 3; row < 24 && !desk_row_shows(d, row, "(new values)"); row++)
		;
	assert_true(row < 24);
	for (int col = 1; col < 80 && !first; col++) {
		uint32_t ch = grid_at(&d->g, row, col).ch;

		if (ch == ')')
			from = col + 2;
		else if (from && ch && ch != ' ')
			first = col;
	}
	/* The map is from there to the edge of the screen, where one column is left free. */
	assert_int_equal(first, from + (int)((i * (size_t)(79 - from) + n - 1) / n));
	desk_close(d);
}

/* Of 8 rows in (0, 10] and 2 in (10, 20]: the fifth is the middle of its eighth, the ninth of the first half. */
static void
a_quantile_lies_in_its_bin_by_its_rank(void **state)
{
	static const struct figure_bin bins[] = {{.le = 0}, {.le = 10}, {.le = 20}, {.le = INFINITY}};
	static const uint64_t inside[] = {0, 8, 2, 0}, outside[] = {3, 0, 4, 3}, none[4];
	static const struct {
		const uint64_t *counts;
		bool single;
		double q_frac, expected;
		int open;
	} cases[] = {
	    {inside, false, 0.5, 10 * 4.5 / 8, 0},
	    {inside, false, 0.9, 12.5, 0},
	    /* Bins that hold one value each have nothing between their edges. */
	    {inside, true, 0.5, 10, 0},
	    {inside, true, 0.9, 20, 0},
	    {outside, false, 0.05, 0, -1},
	    {outside, false, 0.95, 20, 1},
	    {outside, true, 0.05, 0, 0},
	    {outside, true, 0.95, 20, 1},
	};
	int open;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double q = figures_bins_quantile(bins, 4, cases[i].single, cases[i].counts, cases[i].q_frac, &open);

		assert_true(fabs(q - cases[i].expected) <= 1e-12);
		assert_int_equal(open, cases[i].open);
	}
	assert_true(isnan(figures_bins_quantile(bins, 4, false, none, 0.5, &open)));
}

static void
quantiles_of_a_baselines_bins_are_near_its_own(void **state)
{
	static const double levels[] = {0.05, 0.5, 0.95};
	int64_t now_ms;
	struct store *s = fleet_make(FLEET_INCIDENT, &now_ms);
	size_t seen = 0;

	(void)state;
	for (size_t m = 0; m < store_model_count(s); m++) {
		struct model_figures mf;

		figures_model(s, m, WINDOW_5M, &mf);
		for (size_t i = 0; i < mf.inputs + mf.outputs; i++) {
			struct feature_figures f;
			uint64_t counts[FIGURE_BINS];

			figures_feature(s, m, i, WINDOW_5M, &f);
			if (f.type != FEATURE_NUMERIC || f.nbins < 2)
				continue;
			for (size_t bin = 0; bin < f.nbins; bin++)
				counts[bin] = f.bins[bin].baseline;
			for (int k = 0; k < 3; k++) {
				const double own[] = {f.baseline_p05, f.baseline_p50, f.baseline_p95};
				int open;
				double q = figures_bins_quantile(
				    f.bins, f.nbins, f.single_values, counts, levels[k], &open);
				size_t bin = 0;

				/* The first bin may hold nothing but its edge. */
				assert_true(open == 0 || (open == -1 && f.baseline_min >= f.bins[0].le));
				/* Both lie in one bin or at the edge between two, and the own is of a histogram with
				 * steps of a 64th. */
				while (f.bins[bin].le < q)
					bin++;
				assert_true(own[k] + 0.02 * f.baseline_std >=
					    (bin > 1 ? f.bins[bin - 2].le : f.baseline_min));
				assert_true(own[k] <= f.bins[bin + 1].le + 0.02 * f.baseline_std);
				seen++;
			}
		}
	}
	assert_true(seen >= 12);
	store_free(s);
}

static void
bands_follow_the_values_of_their_moment(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &options);
	struct waterfall *w = calloc(1, sizeof *w);
	struct quantiles q;
	struct feature_figures f;
	size_t model = 0, feature = 0, known = 0;

	(void)state;
	assert_non_null(w);
	while (!slice_is(store_model_name(d->s, model), "spam-lite"))
		model++;
	feature = figures_feature_find(d->s, model, slice_of("n_links"));
	figures_feature(d->s, model, feature, WINDOW_5M, &f);
	waterfall_collect(w, d->s, model, feature, WINDOW_5M);
	quantiles_collect(&q, w, &f);
	assert_int_equal(q.n, w->points);
	assert_true(fabs(q.was.q[BANDS_MEDIAN] - f.baseline_p50) <= 1e-12);
	for (size_t i = 0; i < q.n; i++) {
		assert_int_equal(isnan(q.points[i].q[BANDS_MEDIAN]), waterfall_total(w, i) < 20);
		for (int k = 1; k < BANDS_QUANTILES && !isnan(q.points[i].q[0]); k++)
			assert_true(q.points[i].q[k] >= q.points[i].q[k - 1]);
		known += !isnan(q.points[i].q[0]);
	}
	assert_true(known >= 20);
	free(w);

	desk_press(d, "/spam<Enter><Enter>/n_links<Enter><Enter>5");
	assert_true(desk_shows(d, "Quantiles over time"));
	assert_true(desk_shows(d, "left: was"));
	for (int i = 0; i < 20; i++)
		desk_press(d, "<Left>");
	assert_true(desk_shows(d, ", median "));
	desk_close(d);
}

/* The row from `top` on that has this text at its column; -1: none. */
static int
row_with(const struct desk *d, int top, const char *text, int *col)
{
	for (int row = top; row < d->g.rows - 1; row++) {
		const char *line = desk_row(d, row), *at = strstr(line, text);

		if (!at)
			continue;
		*col = (int)(at - line);
		return row;
	}
	return -1;
}

/* One row of times below both, and above its first column the first of the graph and that of the map. */
static void
latency_and_its_map_have_the_same_edges_at_every_size(void **state)
{
	static const struct {
		int rows, cols;
		const char *keys;
	} cases[] = {{24, 80, "<Enter>3e"}, {60, 80, "<Enter>3"}, {40, 120, "<Enter>3"}, {60, 200, "<Enter>3"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct desk *d = desk_open(FLEET_INCIDENT, &options);
		int panel, times, map, zero, edge, end, col;

		desk_press(d, cases[i].keys);
		desk_size(d, cases[i].rows, cases[i].cols, GLYPHS_ASCII);
		panel = row_with(d, 2, "Latency", &col);
		assert_true(panel > 0);
		times = row_with(d, panel, "-5m", &edge);
		map = row_with(d, panel, "from ", &col);
		assert_in_range(map, panel + 1, times - 1);
		assert_in_range(row_with(d, panel, " now", &end), times, times);
		/* A name ends one column before the map, a value of the graph one before its plot. */
		assert_true(desk_row(d, map)[edge - 1] == ' ' && desk_row(d, map)[edge - 2] == 's');
		/* The newest events are in the last column. */
		for (col = map; col < times && desk_row(d, col)[end + 3] == ' '; col++)
			;
		assert_true(col < times);
		for (zero = map - 1; zero > panel && desk_row(d, zero)[edge - 2] == ' '; zero--)
			;
		assert_true(desk_row(d, zero)[edge - 2] == '0' && desk_row(d, zero)[edge - 1] == ' ');
		desk_close(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(points_of_one_pane_add_up_to_the_window),
	    cmocka_unit_test(a_point_of_several_panes_is_their_sum),
	    cmocka_unit_test(octaves_of_latency_add_up_to_the_window),
	    cmocka_unit_test(a_share_is_beyond_noise_as_a_rate_is),
	    cmocka_unit_test(new_values_are_seen_from_when_they_came),
	    cmocka_unit_test(a_quantile_lies_in_its_bin_by_its_rank),
	    cmocka_unit_test(quantiles_of_a_baselines_bins_are_near_its_own),
	    cmocka_unit_test(latency_and_its_map_have_the_same_edges_at_every_size),
	    cmocka_unit_test(bands_follow_the_values_of_their_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
