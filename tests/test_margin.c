/* A difference and its noise are in one unit with the same decimals, and points stand below each other. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_rng.h"
#include "tui/margin.h"

static void
known_pairs_look_as_they_should(void **state)
{
	static const struct {
		enum margin_kind kind;
		double diff, noise;
		const char *texts[2];
	} rows[] = {
	    {MARGIN_RATE, 3, 0.4, {"+3.0", "0.4"}},
	    {MARGIN_RATE, 4 / 3600.0, 2, {"0.0", "2.0"}},
	    {MARGIN_RATE, -4 / 3600.0, 2 / 3600.0, {"-4.0/h", "2.0/h"}},
	    {MARGIN_RATE, 12345, 40, {"+12.3k", "<0.1k"}},
	    {MARGIN_POINTS, 0.352, 0.0204, {"+35.2pt", "2.0pt"}},
	    {MARGIN_POINTS, 0, 0, {"0.0pt", "0.0pt"}},
	    {MARGIN_MS, 1.1, 0.136, {"+1.1ms", "0.1ms"}},
	    {MARGIN_MS, -0.457, 0.061, {"-457us", "61us"}},
	    {MARGIN_MS, 26, 0.2, {"+26ms", "<1ms"}},
	    {MARGIN_MS, -7.8, 20, {"-8ms", "20ms"}},
	    {MARGIN_MS, 0, 0, {"0ms", "0ms"}},
	    {MARGIN_VALUE, 1.08, 53.52, {"+1.08", "53.52"}},
	    {MARGIN_VALUE, -0.066, 0.052, {"-0.066", "0.052"}},
	    {MARGIN_VALUE, 1.2e12, 3e10, {"+1.20e+12", "3.00e+10"}},
	    {MARGIN_DRIFT, 0.31, 0.004, {"0.31", "<0.01"}},
	    {MARGIN_DRIFT, 12.34, 0.04, {"12.3", "<0.1"}},
	    {MARGIN_VALUE, NAN, 3, {"--", "3.000"}},
	    {MARGIN_VALUE, 2, NAN, {"+2.000", ""}},
	    {MARGIN_RATE, NAN, NAN, {"--", ""}},
	};
	struct fmt diff, noise;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		margin_format(rows[i].kind, rows[i].diff, rows[i].noise, &diff, &noise);
		if (strcmp(diff.s, rows[i].texts[0]) != 0 || strcmp(noise.s, rows[i].texts[1]) != 0)
			fail_msg("row %zu: %s and %s", i, diff.s, noise.s);
	}
}

/* What stands behind the last digit, and how many digits behind the point. */
static const char *
unit_of(const char *text, int *decimals)
{
	const char *point = strchr(text, '.');
	const char *unit = text + strspn(text, "+-<0123456789.");

	*decimals = point ? (int)strspn(point + 1, "0123456789") : 0;
	return unit[0] == 'e' ? "e" : unit;
}

static void
both_have_one_unit_and_the_same_decimals_whatever_they_are(void **state)
{
	uint64_t seed = UINT64_C(20260131);

	(void)state;
	for (int i = 0; i < 200000; i++) {
		enum margin_kind kind = (enum margin_kind)(i % 5);
		double diff = pow(10, 14 * rng_uniform(&seed) - 7) * (i % 2 && kind != MARGIN_DRIFT ? -1 : 1);
		double noise = pow(10, 14 * rng_uniform(&seed) - 7);
		struct fmt texts[2];
		int decimals[2];
		const char *units[2];

		margin_format(kind, diff, noise, &texts[0], &texts[1]);
		units[0] = unit_of(texts[0].s, &decimals[0]);
		units[1] = unit_of(texts[1].s, &decimals[1]);
		if (strcmp(units[0], units[1]) != 0 || decimals[0] != decimals[1])
			fail_msg("kind %d, %g and %g: %s and %s", (int)kind, diff, noise, texts[0].s, texts[1].s);
		assert_true(strlen(texts[0].s) < 16 && strlen(texts[1].s) < 16);
	}
}

static void
row_of(const struct grid *g, int row, char *out)
{
	for (int col = 0; col < g->cols; col++) {
		uint32_t ch = grid_at(g, row, col).ch;

		out[col] = ch == 0xb1 ? '~' : ch >= ' ' && ch < 127 ? (char)ch : ' ';
	}
	out[g->cols] = '\0';
}

static void
points_stand_below_each_other_and_what_is_too_long_at_the_edge(void **state)
{
	static const struct {
		const char *text;
		bool plusminus;
		const char *painted;
	} rows[] = {
	    {"+3.2pt", false, "   +3.2pt"},   {"+0.245", false, "   +0.245"}, {"-457us", false, " -457us  "},
	    {"PSI 0.62", false, "PSI 0.62 "}, {"1.4pt", true, "   ~1.4pt"},  {"--", false, "   --    "},
	    {"+0.00341", false, " +0.00341"}, {"+1.20e+12", false, "+1.20e+12"}, {"-1234567", false, " -1234567"},
	    {"", true, "         "},
	};
	struct grid g;
	char text[32];

	(void)state;
	assert_int_equal(grid_init(&g, 1, 9, GLYPHS_BLOCKS, NULL), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		grid_clear(&g);
		margin_paint(&g, grid_rect(&g), ROLE_TEXT, rows[i].text, rows[i].plusminus);
		row_of(&g, 0, text);
		assert_string_equal(text, rows[i].painted);
	}
	/* At no width beside its rectangle. */
	for (int cols = 0; cols < 9; cols++) {
		grid_clear(&g);
		margin_paint(&g, (struct rect){0, 0, 1, cols}, ROLE_TEXT, "-1234567", true);
		row_of(&g, 0, text);
		assert_int_equal(strspn(text + cols, " "), 9 - cols);
	}
	grid_release(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_pairs_look_as_they_should),
	    cmocka_unit_test(both_have_one_unit_and_the_same_decimals_whatever_they_are),
	    cmocka_unit_test(points_stand_below_each_other_and_what_is_too_long_at_the_edge),
	};

	return cmocka_run_group_tests_name("margin", tests, NULL, NULL);
}
