/* What the model's screen says of labels, and that it keeps to its place at every size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/keymap.h"
#include "core/mem.h"
#include "tests/lib_run.h"
#include "tui/quality_panel.h"

#define T0 INT64_C(1700000000000)

static char *
screen(const char *set, const char *size, const char *keys)
{
	char events[96], train[96];
	const char *args[] = {"snapshot", events, "--baseline", train, "--window", "all", "--size", size, "--keys",
	    keys, "--format", "text", NULL};
	struct lib_run run;
	char *out;

	snprintf(events, sizeof(events), "docs/examples/%s.events.ndjson.gz", set);
	snprintf(train, sizeof(train), "docs/examples/%s.train.ndjson.gz", set);
	lib_run(&run, args, NULL, NULL, 60000);
	if (run.status != 0)
		fail_msg("snapshot ended with %d: %s", run.status, run.err);
	out = strdup(run.out);
	assert_non_null(out);
	lib_run_free(&run);
	return out;
}

static void
assert_says(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("'%s' is not in:\n%s", what, text);
}

static void
eighty_columns_have_one_line_and_a_digit_leads_to_the_rest(void **state)
{
	char *small = screen("birdstrikes", "80x24", "<Enter>"), *open = screen("birdstrikes", "80x24", "<Enter>6");

	(void)state;
	assert_says(small, "AUC 0.77 (base 0.90)");
	/* Nothing that matters more has gone for it. */
	assert_says(small, "1\xe2\x96\xba" "Inputs");
	assert_says(small, "Time of day");
	assert_says(small, "2 Outputs");
	assert_says(small, "3 Latency");
	assert_null(strstr(small, "Quality"));
	assert_says(open, "6\xe2\x96\xba" "Quality");
	assert_says(open, "macro F1         0.636     0.749");
	assert_says(open, "coverage          100%      100%");
	free(small);
	free(open);
}

static void
larger_screens_have_the_panel(void **state)
{
	char *wide = screen("birdstrikes", "120x40", "<Enter>"), *regression = screen("storms", "200x60", "<Enter>");

	(void)state;
	assert_says(wide, "6 Quality");
	assert_says(wide, "damage");
	assert_says(wide, "AUC              0.773     0.897");
	assert_says(wide, "recall           49.1%     68.3%");
	assert_says(regression, "6 Quality  MAE 5.34 (base 3.38)");
	free(wide);
	free(regression);
}

/* The numbers of a row of the panel, "k" of thousands; returns how many. */
static size_t
row_numbers(const char *panel, const char *name, double *out, size_t most)
{
	const char *p = strstr(panel, name);
	size_t n = 0;

	assert_non_null(p);
	for (p += strlen(name); n < most; n++) {
		char *end;

		out[n] = strtod(p, &end);
		if (end == p)
			break;
		if (*end == 'k') {
			out[n] *= 1000;
			end++;
		}
		p = end;
	}
	return n;
}

/*
 * Since the baseline, which a model has learned from its own rows, is everything but these: so the mean error of all
 * is that of both by their rows. Errors stand there to 0.0005, rows to 50, which moves the mean between the two by at
 * most 100 rows' worth of their difference.
 */
static void
since_the_baseline_is_what_is_not_of_it(void **state)
{
	const char *args[] = {"snapshot", "docs/examples/storms.events.ndjson.gz", "--size", "120x40", "--keys",
	    "<Enter>", "--format", "text", NULL};
	double mae[3], rows[3], mean, apart;
	struct lib_run run;
	const char *panel;

	(void)state;
	lib_run(&run, args, NULL, NULL, 60000);
	assert_int_equal(run.status, 0);
	panel = strstr(run.out, "SINCE BASE  BASELINE       ALL");
	assert_non_null(panel);
	assert_int_equal(row_numbers(panel, "MAE ", mae, 3), 3);
	assert_int_equal(row_numbers(panel, "labels ", rows, 3), 3);
	assert_true(rows[0] > rows[1] && fabs(rows[0] + rows[1] - rows[2]) <= 150);
	mean = (mae[0] * rows[0] + mae[1] * rows[1]) / (rows[0] + rows[1]);
	apart = fabs(mae[0] - mae[1]);
	assert_true(apart > 0.1);
	assert_true(fabs(mean - mae[2]) <= 0.001 + apart * 100 / rows[2]);
	lib_run_free(&run);
}

static void
a_model_without_labels_has_no_such_panel(void **state)
{
	const char *args[] = {"snapshot", "-", "--size", "120x40", "--keys", "<Enter>", "--format", "text", NULL};
	char *lines = malloc(400 * 64), *to = lines;
	struct lib_run run;
	int i;

	(void)state;
	assert_non_null(lines);
	for (i = 0; i < 400; i++)
		to += sprintf(to, "{\"ts\":%d,\"id\":%d,\"x\":%d,\"prediction\":%d}\n", 1700000000 + i, i, i % 9,
		    i % 2);
	lib_run(&run, args, NULL, lines, 60000);
	assert_int_equal(run.status, 0);
	assert_says(run.out, "2 Outputs");
	assert_null(strstr(run.out, "Quality"));
	assert_null(strstr(run.out, "label"));
	lib_run_free(&run);
	free(lines);
}

static void
without_labels_the_panel_says_what_would_bring_them(void **state)
{
	const char *args[] = {
	    "snapshot", "-", "--size", "80x24", "--keys", "<Enter>6", "--format", "text", NULL};
	char lines[60 * 64], *to = lines;
	struct lib_run run;
	int i;

	(void)state;
	for (i = 0; i < 60; i++)
		to += sprintf(to, "{\"ts\":%d,\"id\":%d,\"x\":%d,\"prediction\":%d}\n", 1700000000 + i, i, i % 9,
		    i % 2);
	lib_run(&run, args, NULL, lines, 60000);
	assert_int_equal(run.status, 0);
	assert_says(run.out, "6►Quality");
	assert_says(run.out, "no labels so far");
	/* Every name that the decoder takes for it, and how long a prediction waits. */
	for (i = 0; keymap_aliases[KEY_LABEL].names[i]; i++)
		assert_says(run.out, keymap_aliases[KEY_LABEL].names[i]);
	assert_int_equal(LIMIT_LABEL_WAIT_MS, 72 * 3600000);
	assert_says(run.out, "72 hours");
	lib_run_free(&run);
}

/* ---- every size ------------------------------------------------------------------------------ */

static struct store *
store_of(const char *const *classes, int nclasses, int labels)
{
	struct store_options o = {.learn = false};
	struct store *s;
	struct err err;
	int i;

	assert_int_equal(store_new(&s, &o, &err), 0);
	for (i = 0; i < 1000; i++) {
		struct event ev = {.model = slice_of("m"), .ts_ms = T0 + i * 1000, .arrival_ms = T0 + i * 1000};

		ev.latency_ms = 1;
		ev.prediction = (struct value){VALUE_TEXT, 0, slice_of(classes[i % nclasses])};
		if (i < labels)
			ev.label = (struct value){VALUE_TEXT, 0, slice_of(classes[i / 3 % nclasses])};
		assert_int_equal(store_ingest(s, &ev, &err), 0);
	}
	assert_int_equal(store_tick(s, T0 + 1000000, &err), 0);
	return s;
}

static void
paint_at(const struct quality_held *q, int rows, int cols)
{
	struct grid g;
	int r, c;

	assert_int_equal(grid_init(&g, rows + 2, cols + 2, GLYPHS_BLOCKS, NULL), 0);
	grid_fill(&g, grid_rect(&g), ROLE_TEXT, '#');
	quality_paint(q, &g, (struct rect){1, 1, rows, cols});
	for (r = 0; r < rows + 2; r++)
		for (c = 0; c < cols + 2; c++)
			if (r == 0 || c == 0 || r > rows || c > cols)
				assert_int_equal(grid_at(&g, r, c).ch, '#');
	grid_release(&g);
}

static void
nothing_is_painted_outside_of_its_rect(void **state)
{
	static const char *const two[] = {"no", "yes"};
	static const char *const many[] = {"a", "\x1b[2J\x07", "a class with a long name that does not fit", "\xff\xfe",
	    "", "f", "g", "h", "i", "j", "k", "l"};
	int scene, rows, cols;

	(void)state;
	for (scene = 0; scene < 4; scene++) {
		struct store *s = scene == 0   ? store_of(two, 2, 0)
				  : scene == 1 ? store_of(two, 2, 30)
				  : scene == 2 ? store_of(two, 2, 900)
					       : store_of(many, 12, 900);
		struct arena a = {0};
		struct quality_held *q = malloc(sizeof(*q));

		assert_non_null(q);
		quality_hold(&a, s, 0, q);
		for (rows = 1; rows <= 40; rows += rows < 12 ? 1 : 7)
			for (cols = 1; cols <= 130; cols += cols < 50 ? 3 : 40)
				paint_at(q, rows, cols);
		arena_release(&a);
		free(q);
		store_free(s);
	}
}

static void
a_graph_says_when_it_shows_the_last_day_of_years(void **state)
{
	char *model = screen("storms", "120x40", "<Enter>"), *feature = screen("storms", "120x40", "<Enter><Enter>"),
	     *day = screen("storms", "120x40", "<Enter>oooo");

	(void)state;
	assert_says(model, "-24h of 25y");
	assert_says(feature, "-24h of 25y");
	assert_says(day, "-24h ");
	free(model);
	free(feature);
	free(day);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(eighty_columns_have_one_line_and_a_digit_leads_to_the_rest),
	    cmocka_unit_test(since_the_baseline_is_what_is_not_of_it),
	    cmocka_unit_test(larger_screens_have_the_panel),
	    cmocka_unit_test(a_graph_says_when_it_shows_the_last_day_of_years),
	    cmocka_unit_test(a_model_without_labels_has_no_such_panel),
	    cmocka_unit_test(without_labels_the_panel_says_what_would_bring_them),
	    cmocka_unit_test(nothing_is_painted_outside_of_its_rect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
