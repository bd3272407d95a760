/* Baseline files: what is written reads back the same, and each thing a file can get wrong is
 * named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/json_file.h"
#include "core/baseline_write.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

enum { MODELS_MAX = 4 };

struct taken {
	struct baseline *list[MODELS_MAX];
	size_t n;
};

static int
take(void *ctx, struct baseline *b, struct err *err)
{
	struct taken *t = ctx;

	(void)err;
	assert_true(t->n < MODELS_MAX);
	t->list[t->n++] = b;
	return 0;
}

static void
taken_free(struct taken *t)
{
	while (t->n)
		baseline_free(t->list[--t->n]);
}

/* Rows with all that a baseline can hold: numbers of every size, few values, texts, gaps, outputs,
 * latency. */
static struct baseline *
baseline_make(const char *model, size_t n)
{
	struct baseline *b = NULL;
	uint64_t rng = 42;
	struct rows rows;
	struct err err;
	size_t i;

	rows_init(&rows);
	for (i = 0; i < n; i++) {
		char word[16];
		struct event_feature f[5] = {
		    {slice_of("normal"), {VALUE_NUMBER, rng_normal(&rng) * 1e-7 + 0.1, {NULL, 0}}},
		    {slice_of("few \"values\""), {VALUE_NUMBER, (double)(i % 7) / 3, {NULL, 0}}},
		    {slice_of("caf\xc3\xa9"), {VALUE_TEXT, 0, {NULL, 0}}},
		    {slice_of("gaps"),
			{i % 3 ? VALUE_MISSING : VALUE_NUMBER, -1e300 * (double)i, {NULL, 0}}},
		    {slice_of("never"), {VALUE_MISSING, 0, {NULL, 0}}},
		};
		struct event ev = {.model = slice_of(model),
		    .ts_ms = (int64_t)i * 60000,
		    .latency_ms = exp(rng_normal(&rng)),
		    .features = f,
		    .nfeatures = 5,
		    .has_features = true,
		    .prediction = {VALUE_TEXT, 0, slice_of(i % 3 ? "no" : "yes")},
		    .score = {VALUE_NUMBER, rng_uniform(&rng), {NULL, 0}}};

		snprintf(word, sizeof(word), "w%llu", (unsigned long long)rng_below(&rng, 200));
		f[2].value.text = slice_of(word);
		ev.failed = i % 50 == 0;
		assert_int_equal(rows_add(&rows, &ev, 0, &err), 0);
	}
	if (baseline_from_rows(
		&b, slice_of(model), &rows, 0, n, BASELINE_FILE, "made by a test", &err))
		fail_msg("%s", err.msg);
	rows_release(&rows);
	return b;
}

static char *
text_make(size_t models, size_t *n)
{
	struct baseline *list[2] = {
	    baseline_make("fraud", 500), models > 1 ? baseline_make("churn", 60) : NULL};
	char *text = NULL;

	assert_int_equal(
	    baseline_write((const struct baseline *const *)list, models, "1.0", &text, n, NULL), 0);
	baseline_free(list[0]);
	baseline_free(list[1]);
	return text;
}

static void
what_is_written_reads_back_to_the_same_text(void **state)
{
	struct taken t = {.n = 0};
	struct err err;
	size_t n, again_n, i;
	char *text = text_make(2, &n), *again = NULL;
	struct baseline *made = baseline_make("fraud", 500);

	(void)state;
	if (json_file_baselines(slice_make(text, n), take, &t, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(t.n, 2);
	assert_string_equal(t.list[0]->model, "fraud");
	assert_string_equal(t.list[1]->model, "churn");
	/* The same cells for every value: what is counted on either adds. */
	assert_true(t.list[0]->id == made->id);
	assert_int_equal(t.list[0]->latencies, made->latencies);
	assert_int_equal(t.list[0]->nfeatures, made->nfeatures);
	for (i = 0; i < made->nfeatures; i++) {
		const struct baseline_feature *a = &made->features[i], *b = &t.list[0]->features[i];

		assert_string_equal(a->name, b->name);
		assert_int_equal(a->output, b->output);
		assert_memory_equal(&a->p05, &b->p05, sizeof(a->p05));
		assert_memory_equal(&a->bins.scale, &b->bins.scale, sizeof(a->bins.scale));
	}
	assert_int_equal(baseline_write((const struct baseline *const *)t.list, 2, "1.0", &again,
			     &again_n, NULL),
	    0);
	assert_int_equal(n, again_n);
	assert_string_equal(text, again);
	taken_free(&t);
	baseline_free(made);
	mem_free(again);
	mem_free(text);
}

/* The text with the first `from` behind `anchor` made `to`. */
static char *
replaced(const char *text, const char *anchor, const char *from, const char *to)
{
	const char *at = strstr(text, anchor);
	char *out;

	assert_non_null(at);
	at = strstr(at, from);
	assert_non_null(at);
	out = malloc(strlen(text) + strlen(to) + 1);
	assert_non_null(out);
	memcpy(out, text, (size_t)(at - text));
	snprintf(out + (at - text), strlen(text) + strlen(to) + 1 - (size_t)(at - text), "%s%s", to,
	    at + strlen(from));
	return out;
}

static void
each_thing_a_file_gets_wrong_is_named(void **state)
{
	static const struct {
		const char *anchor, *from, *to, *sentence;
		int code;
	} rows[] = {
	    {"{", "\"drifttop_baseline\"", "\"other\"",
		"this is no baseline: 'drifttop_baseline' is missing; 'drifttop baseline SOURCE -o FILE' makes one",
		ERR_FORMAT},
	    {"{", "\"format\":1", "\"fromat\":1",
		"'drifttop_baseline' has no 'format' that is a whole number; make the file anew with 'drifttop "
		"baseline SOURCE -o FILE'",
		ERR_FORMAT},
	    {"{", "\"format\":1", "\"format\":2",
		"format 2, this program reads format 1: a newer drifttop wrote it; "
		"make it anew with 'drifttop baseline'",
		ERR_UNSUPPORTED},
	    {"{", "\"models\"", "\"modles\"", "'models' is missing", ERR_FORMAT},
	    {"{", "\"model\":\"fraud\"", "\"model\":7", "models[0] '': 'model' is not a text",
		ERR_FORMAT},
	    {"{", "\"events\":500", "\"events\":-1",
		"models[0] 'fraud': 'events' is not a whole number from 0 to 2^53", ERR_FORMAT},
	    {"{", "\"from_ms\":0", "\"from_ms\":1e12",
		"models[0] 'fraud': 'to_ms' is before 'from_ms'", ERR_FORMAT},
	    {"{", "\"from_ms\":0", "\"from_ms\":0.5",
		"models[0] 'fraud': 'from_ms' is not a time in milliseconds", ERR_FORMAT},
	    {"{", "\"score_is_confidence\":false", "\"score_is_confidence\":0",
		"models[0] 'fraud': 'score_is_confidence' is neither true nor false", ERR_FORMAT},
	    {"\"latency\"", "[[", "[[99999,1],[",
		"models[0] 'fraud': 'latency' holds something that is no bucket with its count",
		ERR_FORMAT},
	    {"\"inputs\"", "\"type\":\"numeric\"", "\"type\":\"complex\"",
		"models[0] 'fraud': inputs[0] 'normal': 'type' is none of the words it can be",
		ERR_FORMAT},
	    {"\"inputs\"", "\"name\":\"normal\"", "\"name\":null",
		"models[0] 'fraud': inputs[0] '': 'name' is missing", ERR_FORMAT},
	    {"\"inputs\"", "\"name\":\"normal\"", "\"name\":\"gaps\"",
		"models[0] 'fraud': inputs[3] 'gaps': the name is there twice", ERR_FORMAT},
	    {"\"inputs\"", "\"rows\":500", "\"rows\":3",
		"models[0] 'fraud': inputs[0] 'normal': more values than rows", ERR_FORMAT},
	    {"\"inputs\"", "\"counts\":[", "\"counts\":[1,",
		"models[0] 'fraud': inputs[0] 'normal': 'means' has 32 elements, must have 33 to "
		"33",
		ERR_FORMAT},
	    {"\"inputs\"", "\"score_means\":[", "\"score_means\":[1,",
		"models[0] 'fraud': inputs[0] 'normal': 'score_means' has 33 elements, must have 32 to "
		"32",
		ERR_FORMAT},
	    {"\"inputs\"", "\"edges\":[", "\"edges\":[1e9,",
		"models[0] 'fraud': inputs[0] 'normal': 'psi_of' has 32 elements, must have 33 to "
		"33",
		ERR_FORMAT},
	    {"\"inputs\"", "\"sd\":", "\"sd\":-1,\"x\":",
		"models[0] 'fraud': inputs[0] 'normal': mean, median or standard deviation is not "
		"usable",
		ERR_FORMAT},
	    {"\"inputs\"", "\"psi_of\":[0,", "\"psi_of\":[3,",
		"models[0] 'fraud': inputs[0] 'normal': bins of PSI do not run from 0 to at most 9",
		ERR_FORMAT},
	    {"\"inputs\"", "\"histogram\":[[", "\"histogram\":[[0,1],[",
		"models[0] 'fraud': inputs[0] 'normal': 'histogram' does not hold as many values "
		"as 'count' says",
		ERR_FORMAT},
	    {"\"caf", "\"values\":[", "\"values\":[\"extra\",",
		"models[0] 'fraud': inputs[2] 'caf\xc3\xa9': 'values' has 51 elements, must have 0 "
		"to 50",
		ERR_FORMAT},
	    {"\"caf", "\"known\":[\"", "\"known\":[\"xyz",
		"models[0] 'fraud': inputs[2] 'caf\xc3\xa9': 'known' holds something that is no "
		"hash",
		ERR_FORMAT},
	    {"\"caf", "\"distinct\":", "\"distinct\":1,\"x\":", NULL, ERR_FORMAT},
	};
	size_t n, i;
	char *text = text_make(1, &n);

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *broken = replaced(text, rows[i].anchor, rows[i].from, rows[i].to);
		struct taken t = {.n = 0};
		struct err err = {0};

		assert_int_equal(
		    json_file_baselines(slice_of(broken), take, &t, &err), rows[i].code);
		if (rows[i].sentence)
			assert_string_equal(err.msg, rows[i].sentence);
		assert_int_equal(t.n, 0);
		free(broken);
	}
	mem_free(text);
}

/* No JSON string holds them: they come back as known values, and none takes another's place. */
static void
values_that_are_no_text_are_known_by_hash(void **state)
{
	static const struct slice odd[] = {{"\xff", 1}, {"\xfe", 1}, {"x\0", 2}, {"x", 1}, {"\xed\xa0\x80", 3}};
	struct taken t = {.n = 0};
	struct baseline *b = NULL;
	const struct baseline_feature *f;
	struct rows rows;
	struct err err;
	char *text = NULL;
	size_t i, n;

	(void)state;
	rows_init(&rows);
	for (i = 0; i < 60; i++) {
		struct event_feature features[3] = {
		    {slice_of("c"), {VALUE_TEXT, 0, odd[i % 5]}},
		    {slice_of("a\xff"), {VALUE_NUMBER, 1, {NULL, 0}}},
		    {slice_of("a\xfe"), {VALUE_NUMBER, 2, {NULL, 0}}},
		};
		struct event ev = {.model = slice_of("m"), .ts_ms = (int64_t)i, .latency_ms = NAN,
		    .features = features, .nfeatures = 3, .has_features = true};

		assert_int_equal(rows_add(&rows, &ev, 0, &err), 0);
	}
	if (baseline_from_rows(&b, slice_of("m"), &rows, 0, 60, BASELINE_FILE, "odd", &err))
		fail_msg("%s", err.msg);
	rows_release(&rows);
	assert_int_equal(baseline_write((const struct baseline *const *)&b, 1, "1.0", &text, &n, NULL), 0);
	baseline_free(b);
	if (json_file_baselines(slice_make(text, n), take, &t, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(t.list[0]->nfeatures, 1);
	f = &t.list[0]->features[0];
	assert_int_equal(f->values.k, 1);
	assert_int_equal(topvals_find(&f->values, slice_of("x")), 0);
	assert_int_equal(f->counts[0], 12);
	assert_int_equal(f->counts[1], 48);
	for (i = 0; i < 5; i++)
		if (i != 3)
			assert_int_equal(topvals_find(&f->values, odd[i]), TOPVALS_OTHER);
	assert_int_equal(topvals_find(&f->values, slice_of("new")), TOPVALS_UNSEEN);
	taken_free(&t);
	mem_free(text);
}

static void
unknown_keys_are_passed_over(void **state)
{
	size_t n;
	char *text = text_make(1, &n);
	char *more =
	    replaced(text, "\"inputs\"", "\"name\":", "\"new_in_2031\":{\"a\":[1,2]},\"name\":");
	struct taken t = {.n = 0};
	struct err err;

	(void)state;
	if (json_file_baselines(slice_of(more), take, &t, &err))
		fail_msg("%s", err.msg);
	taken_free(&t);
	free(more);
	mem_free(text);
}

static void
a_cut_or_damaged_text_is_refused_or_read_but_never_more(void **state)
{
	size_t n, i;
	char *text = text_make(1, &n);
	uint64_t rng = 7;
	struct err err = {0};
	struct taken t = {.n = 0};

	(void)state;
	for (i = 0; i < n; i += 97) {
		assert_int_equal(
		    json_file_baselines(slice_make(text, i), take, &t, &err), ERR_FORMAT);
		assert_int_equal(t.n, 0);
	}
	assert_int_equal(json_file_baselines(slice_of("{\"a\" 1}"), take, &t, &err), ERR_FORMAT);
	assert_string_equal(err.msg, "not JSON at line 1, column 6: expected ':'");
	assert_int_equal(json_file_baselines(slice_of("[1]"), take, &t, &err), ERR_FORMAT);
	for (i = 0; i < 3000; i++) {
		size_t at = rng_below(&rng, n);
		char old = text[at];

		text[at] = "0123456789,:[]{}\"-.ex"[rng_below(&rng, 21)];
		json_file_baselines(slice_make(text, n), take, &t, &err);
		taken_free(&t);
		text[at] = old;
	}
	mem_free(text);
}

static void
a_file_is_known_by_its_beginning(void **state)
{
	char path[300], *text;
	const char *tmp = getenv("TMPDIR");
	struct taken t = {.n = 0};
	struct err err = {0};
	bool is = true;
	size_t n;
	FILE *f;

	(void)state;
	assert_true(json_file_is_baseline(slice_of(" {\n \"drifttop_baseline\": {")));
	assert_false(json_file_is_baseline(slice_of("{\"score\":1}\n")));
	assert_false(json_file_is_baseline(slice_of("\"drifttop_baseline\"")));
	/* Edited by somebody, or a report: reading it as a baseline says what is missing. */
	assert_true(json_file_is_baseline(slice_of("{\"format\":1,\"a\":[{}],\"models\" : [ {\n\"model\":\"x\"")));
	/* What an event may say, in its values, deeper, or on another line. */
	assert_false(json_file_is_baseline(slice_of("{\"note\":\"drifttop_baseline\",\"score\":1}")));
	assert_false(json_file_is_baseline(slice_of("{\"note\":\"\\\"drifttop_baseline\\\":1\",\"score\":1}")));
	assert_false(json_file_is_baseline(slice_of("{\"features\":{\"drifttop_baseline\":1}}")));
	assert_false(json_file_is_baseline(slice_of("{\"score\":1}\n{\"drifttop_baseline\":{}}")));
	assert_false(json_file_is_baseline(slice_of("{\"models\":[\"a\",\"b\"],\"score\":1}")));
	assert_false(json_file_is_baseline(slice_of("{\"a\":\"\\")));
	assert_false(json_file_is_baseline(slice_of("")));
	snprintf(path, sizeof(path), "%s/drifttop-json-%ld", tmp ? tmp : "/tmp", (long)getpid());
	assert_int_equal(json_file_read_baselines(path, &is, take, &t, &err), 0);
	assert_false(is);
	text = text_make(2, &n);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
	assert_int_equal(json_file_read_baselines(path, &is, take, &t, &err), 0);
	assert_true(is);
	assert_int_equal(t.n, 2);
	taken_free(&t);
	assert_int_equal(truncate(path, (off_t)n / 2), 0);
	assert_int_equal(json_file_read_baselines(path, &is, take, &t, &err), ERR_FORMAT);
	assert_true(is);
	unlink(path);
	assert_int_equal(json_file_read_baselines("/", &is, take, &t, &err), 0);
	assert_false(is);
	mem_free(text);
}

static int
read_once(void *ctx, struct err *err)
{
	struct taken t = {.n = 0};
	int rc = json_file_baselines(slice_of(ctx), take, &t, err);

	taken_free(&t);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	struct baseline *b = baseline_make("m", 20);
	char *text = NULL;
	size_t n;

	(void)state;
	assert_int_equal(
	    baseline_write((const struct baseline *const *)&b, 1, "1", &text, &n, NULL), 0);
	baseline_free(b);
	assert_true(alloc_survive_each(read_once, text) > 50);
	mem_free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_reads_back_to_the_same_text),
	    cmocka_unit_test(each_thing_a_file_gets_wrong_is_named),
	    cmocka_unit_test(unknown_keys_are_passed_over),
	    cmocka_unit_test(values_that_are_no_text_are_known_by_hash),
	    cmocka_unit_test(a_cut_or_damaged_text_is_refused_or_read_but_never_more),
	    cmocka_unit_test(a_file_is_known_by_its_beginning),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests_name("json_file", tests, NULL, NULL);
}
