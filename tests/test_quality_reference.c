/*
 * Quality held to figures of numpy (tests/reference/make_quality.py), in reports and through baseline files.
 *
 * Tolerances: counts and shares are exact but for rounding; a score is rounded to 2^-16, which moves Brier and
 * calibration by less than that; AUC from 256 bins is off by half the pairs that share a bin, measured below 0.001
 * and allowed 0.002; errors are rounded to 2^-40.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "core/quality_book.h"
#include "tests/fixtures/quality_reference.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

#define EXACT 1e-9
#define T0 INT64_C(1700000100000)

static void
expect(const char *file, const cJSON *quality, const char *key, double should, double within)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(quality, key);

	assert_non_null(v);
	if (isnan(should) ? !cJSON_IsNull(v) : !(fabs(v->valuedouble - should) <= within))
		fail_msg("%s: %s is %.17g, not %.17g within %g", file, key, v->valuedouble, should, within);
}

static void
quality_of_real_data_is_that_of_the_reference(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(quality_cases) / sizeof(quality_cases[0]); i++) {
		const struct quality_case *c = &quality_cases[i];
		char path[128];
		const char *args[] = {"report", path, "--format", "json", NULL};
		const cJSON *q;
		struct lib_run run;
		cJSON *json;

		snprintf(path, sizeof(path), "docs/examples/%s.ndjson.gz", c->file);
		lib_run(&run, args, NULL, NULL, 60000);
		assert_int_equal(run.status, 0);
		json = cJSON_Parse(run.out);
		lib_run_free(&run);
		q = cJSON_GetObjectItemCaseSensitive(
		    cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "models"), 0), "quality");
		expect(c->file, q, "labelled", (double)c->labelled, 0);
		expect(c->file, q, "coverage", 1, 0);
		expect(c->file, q, "accuracy", c->accuracy, EXACT);
		expect(c->file, q, "accuracy_low", c->low, EXACT);
		expect(c->file, q, "accuracy_high", c->high, EXACT);
		expect(c->file, q, "precision", c->precision, EXACT);
		expect(c->file, q, "recall", c->recall, EXACT);
		expect(c->file, q, "macro_f1", c->macro_f1, EXACT);
		expect(c->file, q, "auc", c->auc, 0.002);
		expect(c->file, q, "auc_se", c->auc_se, 0.0002);
		expect(c->file, q, "brier", c->brier, 0x1p-16);
		expect(c->file, q, "calibration", c->calibration, 0x1p-16);
		expect(c->file, q, "mae", c->mae, EXACT);
		expect(c->file, q, "bias", c->bias, EXACT);
		cJSON_Delete(json);
	}
}

static void
a_baseline_from_a_file_brings_the_quality_of_its_rows(void **state)
{
	const char *args[] = {"report", "docs/examples/birdstrikes.events.ndjson.gz", "--baseline",
	    "docs/examples/birdstrikes.train.ndjson.gz", "--format", "json", NULL};
	const struct quality_case *now = &quality_cases[0], *then = &quality_cases[1];
	const cJSON *q, *was, *model, *alert, *raised = NULL;
	struct lib_run run;
	cJSON *json;

	(void)state;
	lib_run(&run, args, NULL, NULL, 60000);
	assert_int_equal(run.status, 0);
	json = cJSON_Parse(run.out);
	lib_run_free(&run);
	model = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "models"), 0);
	q = cJSON_GetObjectItemCaseSensitive(model, "quality");
	was = cJSON_GetObjectItemCaseSensitive(q, "baseline");
	expect("baseline", was, "labelled", (double)then->labelled, 0);
	expect("baseline", was, "accuracy", then->accuracy, EXACT);
	expect("baseline", was, "auc", then->auc, 0.002);
	expect("baseline", was, "brier", then->brier, 0x1p-16);
	/* None of its rows is among those counted here. */
	expect("since", cJSON_GetObjectItemCaseSensitive(q, "since_baseline"), "labelled", (double)now->labelled, 0);
	expect("since", cJSON_GetObjectItemCaseSensitive(q, "since_baseline"), "auc", now->auc, 0.002);
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(q, "state")->valuestring, "drift");
	/* AUC fell by more than ten points: that is an alert, and the model is as bad as that. */
	cJSON_ArrayForEach(alert, cJSON_GetObjectItemCaseSensitive(model, "alerts"))
		if (strcmp(cJSON_GetObjectItemCaseSensitive(alert, "rule")->valuestring, "quality") == 0)
			raised = alert;
	assert_non_null(raised);
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(raised, "sentence")->valuestring, "AUC 0.77 (base 0.90)");
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(raised, "severity")->valuestring, "crit");
	expect("alert", raised, "value", now->auc, 0.02); /* as of the last look: a hundredth of the labels ago */
	expect("alert", raised, "limit", then->auc, 0.002);
	cJSON_Delete(json);
}

static void
a_baseline_file_keeps_the_quality(void **state)
{
	const char *make[] = {"baseline", "docs/examples/birdstrikes.train.ndjson.gz", "-o", NULL, NULL};
	const char *use[] = {
	    "report", "docs/examples/birdstrikes.events.ndjson.gz", "--baseline", NULL, "--format", "json", NULL};
	char path[500];
	const struct quality_case *then = &quality_cases[1];
	const cJSON *q, *was;
	struct lib_run run;
	cJSON *json;

	(void)state;
	lib_tmp_file(path, sizeof(path), "quality");
	make[3] = use[3] = path;
	lib_run(&run, make, NULL, NULL, 60000);
	assert_int_equal(run.status, 0);
	lib_run_free(&run);
	lib_run(&run, use, NULL, NULL, 60000);
	assert_int_equal(run.status, 0);
	json = cJSON_Parse(run.out);
	lib_run_free(&run);
	lib_tmp_remove(path);
	q = cJSON_GetObjectItemCaseSensitive(
	    cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "models"), 0), "quality");
	was = cJSON_GetObjectItemCaseSensitive(q, "baseline");
	expect("file", was, "labelled", (double)then->labelled, 0);
	expect("file", was, "coverage", 1, 0);
	expect("file", was, "macro_f1", then->macro_f1, EXACT);
	expect("file", was, "auc", then->auc, 0.002);
	expect("file", was, "brier", then->brier, 0x1p-16);
	expect("file", was, "calibration", then->calibration, 0x1p-16);
	cJSON_Delete(json);
}

/* ---- books ----------------------------------------------------------------------------------- */

static struct value
text(const char *t)
{
	return (struct value){VALUE_TEXT, 0, slice_of(t)};
}

static struct value
number(double x)
{
	return (struct value){VALUE_NUMBER, x, slice_of(NULL)};
}

/* One event that carries its own label. */
static struct event
told(struct value said, struct value was, double score)
{
	return (struct event){.ts_ms = T0, .latency_ms = NAN, .prediction = said, .label = was, .score = number(score)};
}

static void
every_word_of_a_book_comes_back(void **state)
{
	struct quality_book *a, *b;
	struct event ev;
	struct err err;
	size_t i;

	(void)state;
	assert_int_equal(quality_book_new(&a, &err), 0);
	assert_int_equal(quality_book_new(&b, &err), 0);
	for (i = 0; i < 500; i++) {
		ev = told(number((double)(i % 9) + 0.25), number((double)(i % 11)), (double)(i % 100) / 100);
		assert_int_equal(quality_book_add(a, &ev, &err), 0);
	}
	assert_int_equal(quality_fit(&b->sums, a->sums.classes, &err), 0);
	for (i = 0; i < quality_book_words(a); i++)
		assert_true(quality_book_set(b, i, quality_book_word(a, i)));
	assert_false(quality_book_set(b, i, 1));
	assert_memory_equal(a->sums.counts, b->sums.counts, sizeof(a->sums.counts));
	assert_memory_equal(a->cover, b->cover, sizeof(a->cover));
	assert_true(a->sums.error == b->sums.error && a->sums.abs_error == b->sums.abs_error);
	assert_true(a->sums.error >> 127); /* below zero: both halves are in use */
	assert_memory_equal(a->sums.cells, b->sums.cells, quality_cells(a->sums.classes) * sizeof(uint64_t));
	quality_book_free(a);
	quality_book_free(b);
}

static void
the_classes_of_a_baseline_keep_their_names_in_a_model_that_numbers_them_otherwise(void **state)
{
	static const char *const order[] = {"z", "y", "x", "w", "cat", "dog"};
	struct quality_view view = {0};
	struct quality_numbers n;
	struct quality_book *b;
	struct classes classes;
	struct quality sums;
	struct event ev;
	struct err err;
	int i;

	(void)state;
	assert_int_equal(quality_book_new(&b, &err), 0);
	for (i = 0; i < 10; i++) {
		ev = told(text(i % 2 ? "cat" : "dog"), text(i % 5 ? "cat" : "dog"), 0.5);
		assert_int_equal(quality_book_add(b, &ev, &err), 0);
	}
	classes_init(&classes);
	for (i = 0; i < 6; i++) {
		struct value v = text(order[i]);

		(void)classes_truth(&classes, &v);
	}
	quality_init(&sums);
	assert_int_equal(quality_book_give(b, &classes, &sums, &err), 0);
	view.classes = &classes;
	quality_numbers(&sums, &view, &n);
	assert_int_equal(n.nclasses, 2);
	assert_true(slice_is(classes_name(&classes, n.classes[0].cls), "cat"));
	assert_int_equal(n.classes[0].labelled, 8);
	assert_int_equal(n.classes[0].predicted, 5);
	assert_int_equal(n.classes[1].labelled, 2);
	assert_int_equal(n.labelled, 10);
	/* Both label classes are now behind the first few: their scores can no longer be told apart. */
	assert_true(isnan(n.auc) && isnan(n.brier));
	quality_release(&sums);
	classes_release(&classes);
	quality_book_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(quality_of_real_data_is_that_of_the_reference),
	    cmocka_unit_test(a_baseline_from_a_file_brings_the_quality_of_its_rows),
	    cmocka_unit_test(a_baseline_file_keeps_the_quality),
	    cmocka_unit_test(every_word_of_a_book_comes_back),
	    cmocka_unit_test(the_classes_of_a_baseline_keep_their_names_in_a_model_that_numbers_them_otherwise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
