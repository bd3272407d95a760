#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/expr.h"
#include "tests/lib_rng.h"

/* A vocabulary of its own, so that the grammar is tested and not the table of metrics. */
static const char *const states[] = {"ok", "watch", "drift"};

static const struct expr_name names[] = {
    {"p90", EXPR_MS, NULL, 0},
    {"p99", EXPR_MS, NULL, 0},
    {"error_rate", EXPR_SHARE, NULL, 0},
    {"rate", EXPR_PER_S, NULL, 0},
    {"rows", EXPR_PLAIN, NULL, 0},
    {"shift_sd", EXPR_SD, NULL, 0},
    {"drift", EXPR_PLAIN, states, 3},
    {"state", EXPR_WORDS, states, 3},
    {"model", EXPR_TEXT, NULL, 0},
    {"version", EXPR_TEXT, NULL, 0},
};

static const struct expr_name *
name_at(const void *ctx, size_t i)
{
	(void)ctx;
	return &names[i];
}

static const struct expr_names vocabulary = {.n = sizeof(names) / sizeof(names[0]), .at = name_at};

/* A subject whose p99 is 300 ms and so on; p90, and what else is not set, is unknown. */
struct subject {
	double number[sizeof(names) / sizeof(names[0])], rank;
	const char *model, *version;
};

static struct subject
subject(void)
{
	struct subject s = {.rank = 1, .model = "fraud-eu", .version = "2"};
	size_t i;

	for (i = 0; i < vocabulary.n; i++)
		s.number[i] = NAN;
	s.number[1] = 300;
	s.number[2] = 0.02;
	s.number[3] = 12;
	s.number[4] = 5000;
	s.number[5] = -0.4;
	s.number[6] = 0.3;
	return s;
}

static void
look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct subject *s = ctx;

	out->number = s->number[name];
	if (names[name].nwords)
		out->rank = s->rank;
	if (strcmp(names[name].name, "model") == 0 && s->model)
		out->text = slice_of(s->model);
	if (strcmp(names[name].name, "version") == 0 && s->version)
		out->text = slice_of(s->version);
}

static bool
has_word(const void *ctx, struct slice word)
{
	const struct subject *s = ctx;

	return word.n <= strlen(s->model) && strstr(s->model, "fraud") && slice_is(word, "fraud");
}

static enum expr_truth
truth_of(const char *text, unsigned allow, const struct subject *s)
{
	const struct expr_subject es = {s, look_up, has_word, NULL};
	struct expr e;
	struct err err = {0};

	if (expr_parse(&e, slice_of(text), &vocabulary, allow, NULL, &err))
		fail_msg("'%s': %s", text, err.msg);
	return expr_eval(&e, &es);
}

struct said {
	const char *text;
	enum expr_truth truth;
};

static void
hold(const struct said *rows, size_t n, unsigned allow)
{
	struct subject s = subject();
	size_t i;

	for (i = 0; i < n; i++) {
		enum expr_truth is = truth_of(rows[i].text, allow, &s);

		if (is != rows[i].truth)
			fail_msg("'%s' is %d, must be %d", rows[i].text, (int)is, (int)rows[i].truth);
	}
}

#define HOLD(rows, allow) hold(rows, sizeof(rows) / sizeof((rows)[0]), allow)

static void
comparisons_say_what_arithmetic_says(void **state)
{
	static const struct said rows[] = {
	    {"p99 > 250ms", EXPR_TRUE}, {"p99 > 300ms", EXPR_FALSE}, {"p99 >= 300ms", EXPR_TRUE},
	    {"p99 < 300ms", EXPR_FALSE}, {"p99 <= 0.3s", EXPR_TRUE}, {"p99 = 300ms", EXPR_TRUE},
	    {"p99 == 300ms", EXPR_TRUE}, {"p99 != 300ms", EXPR_FALSE}, {"p99!=0", EXPR_TRUE}, {"p99>0.1s", EXPR_TRUE},
	    {"p99 > 250000us", EXPR_TRUE}, {"p99 < 1m", EXPR_TRUE}, {"p99 < 1h30m", EXPR_TRUE}, {"p99 < 1d", EXPR_TRUE},
	    {"p99 > 250 ms", EXPR_TRUE}, {"p99 > 0", EXPR_TRUE}, {"p99 > 0ms", EXPR_TRUE}, {"p99 > 0.0", EXPR_TRUE},
	    {"error_rate >= 2%", EXPR_TRUE}, {"error_rate > 2.5 %", EXPR_FALSE}, {"rate > 10/s", EXPR_TRUE},
	    {"rate < 0.1k/s", EXPR_TRUE}, {"rate<0.1k", EXPR_TRUE}, {"rate > 1M", EXPR_FALSE},
	    {"rows = 5k", EXPR_TRUE}, {"rows < 1M", EXPR_TRUE},
	    {"rows > 4.9e3", EXPR_TRUE},
	    {"rows > 4999x", EXPR_TRUE}, {"shift_sd < -0.3sd", EXPR_TRUE}, {"shift_sd < -.3 sd", EXPR_TRUE},
	    {"drift > 0.2", EXPR_TRUE}, {"drift >= watch", EXPR_TRUE}, {"drift >= drift", EXPR_FALSE},
	    {"state = watch", EXPR_TRUE}, {"state != ok", EXPR_TRUE}, {"state < drift", EXPR_TRUE},
	};

	(void)state;
	HOLD(rows, 0);
}

static void
texts_are_compared_by_pattern(void **state)
{
	static const struct said rows[] = {
	    {"model = fraud*", EXPR_TRUE}, {"model=fraud", EXPR_FALSE}, {"model=*eu", EXPR_TRUE},
	    {"model != fraud*", EXPR_FALSE}, {"model=churn|fraud-??", EXPR_TRUE}, {"version=2", EXPR_TRUE},
	    {"version=1|3", EXPR_FALSE}, {"version!=1|3", EXPR_TRUE}, {"version=[1-3]", EXPR_TRUE},
	    {"model=\"fraud-eu\"", EXPR_TRUE}, {"model='churn|fraud-eu'", EXPR_FALSE}, {"model=\"\"", EXPR_FALSE},
	};

	(void)state;
	HOLD(rows, 0);
}

/* Rows of a table of differences: now shares, now times, now plain numbers. */
static const struct expr_name any_names[] = {{"diff", EXPR_ANY, NULL, 0}, {"name", EXPR_TEXT, NULL, 0}};

static const struct expr_name *
any_at(const void *ctx, size_t i)
{
	(void)ctx;
	return &any_names[i];
}

static void
any_look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct expr_value *v = ctx;

	if (name == 0)
		*out = *v;
}

static bool
not_the_first(const void *ctx, size_t i)
{
	return i != *(const size_t *)ctx;
}

static enum expr_truth
any_is(const char *text, double number, enum expr_unit unit)
{
	const struct expr_names any = {.n = 2, .at = any_at, .what = "figure"};
	const struct expr_value v = {.number = number, .rank = NAN, .unit = unit};
	const struct expr_subject s = {&v, any_look_up, NULL, NULL};
	struct err err = {0};
	struct expr e;

	if (expr_parse(&e, slice_of(text), &any, EXPR_ALLOW_WORDS, NULL, &err))
		fail_msg("%s: %s", text, err.msg);
	return expr_eval(&e, &s);
}

static void
a_number_with_a_unit_is_compared_with_values_of_that_unit_alone(void **state)
{
	static const size_t first = 0;
	const struct expr_names any = {2, any_at, "figure", not_the_first, &first};
	struct err err = {0};
	struct expr e;
	size_t at;

	(void)state;
	assert_int_equal(any_is("diff>5%", 0.06, EXPR_SHARE), EXPR_TRUE);
	assert_int_equal(any_is("diff>5%", 0.04, EXPR_SHARE), EXPR_FALSE);
	assert_int_equal(any_is("diff>5%", 0.06, EXPR_MS), EXPR_UNKNOWN);
	assert_int_equal(any_is("diff>5%", 0.06, EXPR_PLAIN), EXPR_UNKNOWN);
	assert_int_equal(any_is("diff>5ms", 6, EXPR_MS), EXPR_TRUE);
	assert_int_equal(any_is("diff > 5 ms", 6, EXPR_MS), EXPR_TRUE);
	assert_int_equal(any_is("diff > 6s", 6000.5, EXPR_MS), EXPR_TRUE);
	assert_int_equal(any_is("diff>5/s", 6, EXPR_PER_S), EXPR_TRUE);
	assert_int_equal(any_is("diff<-1sd", -2, EXPR_SD), EXPR_TRUE);
	/* Without a unit it is the number that counts. */
	for (int unit = EXPR_PLAIN; unit <= EXPR_SD; unit++)
		assert_int_equal(any_is("diff>=1k", 1000, (enum expr_unit)unit), EXPR_TRUE);
	assert_int_equal(expr_parse(&e, slice_of("x diff>5kg"), &any, EXPR_ALLOW_WORDS, &at, &err), ERR_INVALID);
	assert_int_equal(at, 7);
	assert_non_null(strstr(err.msg, "'5kg' has a unit"));
	assert_int_equal(expr_parse(&e, slice_of("diff>a"), &any, EXPR_ALLOW_WORDS, &at, &err), ERR_INVALID);
	assert_non_null(strstr(err.msg, "'a' is no number"));
	/* What is not offered is known all the same, but nobody is sent there. */
	assert_int_equal(expr_parse(&e, slice_of("nam=x"), &any, EXPR_ALLOW_WORDS, &at, &err), ERR_INVALID);
	assert_string_equal(err.msg, "unknown figure 'nam'; did you mean 'name'?");
	assert_int_equal(expr_parse(&e, slice_of("dif>1"), &any, EXPR_ALLOW_WORDS, &at, &err), ERR_INVALID);
	assert_string_equal(err.msg, "unknown figure 'dif'");
	assert_int_equal(expr_parse(&e, slice_of("diff>1"), &any, EXPR_ALLOW_WORDS, &at, &err), 0);
}

static void
and_binds_tighter_than_or_and_not_tighter_than_both(void **state)
{
	static const struct said rows[] = {
	    {"p99 > 1s and p99 > 1s or rows > 0", EXPR_TRUE}, {"p99 > 1s and (p99 > 1s or rows > 0)", EXPR_FALSE},
	    {"rows > 0 or p99 > 1s and p99 > 1s", EXPR_TRUE}, {"not p99 > 1s and rows > 0", EXPR_TRUE},
	    {"not (p99 > 1s or rows > 0)", EXPR_FALSE}, {"!(p99 > 1s) AND NOT rows = 0", EXPR_TRUE},
	    {"not not rows > 0", EXPR_TRUE}, {"not ! rows > 0", EXPR_TRUE}, {"((rows > 0))", EXPR_TRUE},
	};

	(void)state;
	HOLD(rows, 0);
}

static void
unknown_is_neither_true_nor_false_and_fires_nothing(void **state)
{
	static const struct said rows[] = {
	    {"p90 > 1ms", EXPR_UNKNOWN}, {"p90 < 1ms", EXPR_UNKNOWN}, {"p90 = 0", EXPR_UNKNOWN},
	    {"p90 != 0", EXPR_UNKNOWN}, {"not p90 > 1ms", EXPR_UNKNOWN}, {"p90 > 1ms and rows > 0", EXPR_UNKNOWN},
	    {"p90 > 1ms and rows = 0", EXPR_FALSE}, {"p90 > 1ms or rows > 0", EXPR_TRUE},
	    {"p90 > 1ms or rows = 0", EXPR_UNKNOWN}, {"p90 > 1ms or p90 <= 1ms", EXPR_UNKNOWN},
	};
	struct subject s = subject();

	(void)state;
	HOLD(rows, 0);
	s.version = NULL;
	s.rank = NAN;
	assert_int_equal(truth_of("version=2", 0, &s), EXPR_UNKNOWN);
	assert_int_equal(truth_of("version!=2", 0, &s), EXPR_UNKNOWN);
	assert_int_equal(truth_of("drift >= watch", 0, &s), EXPR_UNKNOWN);
	assert_int_equal(truth_of("drift > 0.2", 0, &s), EXPR_TRUE);
}

static void
in_a_filter_words_count_and_terms_beside_each_other_mean_and(void **state)
{
	static const struct said rows[] = {
	    {"", EXPR_TRUE}, {"   ", EXPR_TRUE}, {"fraud", EXPR_TRUE}, {"!fraud", EXPR_FALSE},
	    {"not fraud", EXPR_FALSE},
	    {"churn", EXPR_FALSE}, {"churn|fraud", EXPR_TRUE}, {"!churn|fraud", EXPR_FALSE}, {"churn|", EXPR_FALSE},
	    {"fraud !churn", EXPR_TRUE}, {"fraud churn", EXPR_FALSE}, {"fraud or churn", EXPR_TRUE},
	    {"churn fraud or fraud", EXPR_TRUE}, {"fraud p99>50ms", EXPR_TRUE},
	    {"drift>0.2 and p99>50ms and version=2", EXPR_TRUE}, {"drift>0.2 p99>1s", EXPR_FALSE},
	    {"\"fraud\"", EXPR_TRUE}, {"'churn|fraud'", EXPR_FALSE}, {"(churn or fraud) version=2", EXPR_TRUE},
	    {"for", EXPR_FALSE}, {"p99", EXPR_FALSE}, {"10:30-b/x", EXPR_FALSE}, {"\xc3\xa4\xff", EXPR_FALSE},
	};

	(void)state;
	HOLD(rows, EXPR_ALLOW_WORDS);
}

struct wrong {
	const char *text;
	unsigned allow;
	size_t at;
	const char *says; /* in the message */
};

static void
what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct wrong rows[] = {
	    {"", 0, 0, "an expression is missing"},
	    {"  ", 0, 0, "an expression is missing"},
	    {"p09 > 1ms", 0, 0, "unknown metric 'p09'; did you mean 'p90'?"},
	    {"rows > 0 and eror_rate > 1%", 0, 13, "did you mean 'error_rate'?"},
	    {"qqqqqqq > 1", 0, 0, "unknown metric 'qqqqqqq'"},
	    {"p99", 0, 0, "'p99' is compared with nothing"},
	    {"fraud", 0, 0, "unknown metric 'fraud'"},
	    {"\"p99\" > 1ms", 0, 0, "is compared with nothing"},
	    {"p99 >", 0, 5, "nothing to compare p99 with"},
	    {"p99 > )", 0, 6, "nothing to compare p99 with"},
	    {"> 5ms", 0, 0, "a name is missing here"},
	    {"p99 > 250", 0, 6, "p99 > 250: say 250ms or 250s"},
	    {"error_rate >= 0.01", 0, 14, "error_rate >= 0.01: say 1%"},
	    {"error_rate > 5", 0, 13, "error_rate > 5: say 5%"},
	    {"rate>20", 0, 5, "rate > 20: say 20/s"},
	    {"shift_sd > 0.3", 0, 11, "shift_sd > 0.3: say 0.3sd"},
	    {"p99 > 5%", 0, 6, "'5%' has a unit that p99 has not: p99 is given in us ms s m h d"},
	    {"rows > 5ms", 0, 7, "rows is given plain or with k M x"},
	    {"rows > many", 0, 7, "'many' is no number"},
	    {"p99 > 1ms30", 0, 6, "say 30ms"},
	    {"p99 > 1h-5m", 0, 6, "has a unit that p99 has not"},
	    {"rows > 1e999", 0, 7, "is no number"},
	    {"rows > nan", 0, 7, "is no number"},
	    {"rows > 0x10", 0, 7, "has a unit that rows has not"},
	    {"drift >= wach", 0, 9, "'wach' is no word of drift; did you mean 'watch'?"},
	    {"state = zzz", 0, 8, "'zzz' is no word of state, which knows ok, watch, drift"},
	    {"state > 3", 0, 8, "'3' is no word of state"},
	    {"model > a", 0, 0, "model is a text: only = and != compare it"},
	    {"rows > 0 and", 0, 12, "something is missing at the end"},
	    {"rows > 0 or or rows > 0", 0, 12, "unknown metric 'or'"},
	    {"not", 0, 3, "something is missing at the end"},
	    {"(rows > 0", 0, 0, "the parenthesis is not closed"},
	    {"rows > 0)", 0, 8, "this parenthesis was not opened"},
	    {"rows > 0 rows > 1", 0, 9, "'rows' is not expected here"},
	    {"()", 0, 1, "a name is missing here"},
	    {"model = \"fraud", 0, 8, "the quote is not closed"},
	    {"model = \"fraud\"x", 0, 15, "right behind a closed quote"},
	    {"rows > 0 for 2m", 0, 9, "'for' is not expected here"},
	    {"rows > 0 for 2", EXPR_ALLOW_FOR, 13, "'2' is no time"},
	    {"rows > 0 for", EXPR_ALLOW_FOR, 12, "'' is no time"},
	    {"rows > 0 for -2m", EXPR_ALLOW_FOR, 13, "is no time"},
	    {"rows > 0 for 2m and rows > 1", EXPR_ALLOW_FOR, 16, "'and' is not expected here"},
	    {"rows = = 1", 0, 7, "nothing to compare rows with"},
	    {"p99>", EXPR_ALLOW_WORDS, 4, "nothing to compare p99 with"},
	    {"amount>3", EXPR_ALLOW_WORDS, 0, "unknown metric 'amount'"},
	    {"fraud !", EXPR_ALLOW_WORDS, 7, "something is missing at the end"},
	    {"a ) b", EXPR_ALLOW_WORDS, 2, "this parenthesis was not opened"},
	    {"\"open", EXPR_ALLOW_WORDS, 0, "the quote is not closed"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct expr e = {.nnodes = 77};
		struct err err = {0};
		size_t at = 999;
		int rc = expr_parse(&e, slice_of(rows[i].text), &vocabulary, rows[i].allow, &at, &err);

		if (rc != ERR_INVALID || !strstr(err.msg, rows[i].says) || at != rows[i].at)
			fail_msg("'%s': %d, at %zu: %s", rows[i].text, rc, at, err.msg);
		assert_int_equal(e.nnodes, 77); /* untouched on failure */
	}
}

static void
limits_are_kept_and_said(void **state)
{
	char text[EXPR_BYTES + 2];
	struct expr e;
	struct err err = {0};
	size_t at = 0, i, n = 0;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(
	    expr_parse(&e, slice_make(text, EXPR_BYTES), &vocabulary, EXPR_ALLOW_WORDS, &at, &err), 0);
	assert_int_equal(
	    expr_parse(&e, slice_make(text, EXPR_BYTES + 1), &vocabulary, EXPR_ALLOW_WORDS, &at, &err), ERR_LIMIT);
	assert_int_equal(at, EXPR_BYTES);

	for (i = 0; i < EXPR_DEPTH; i++)
		text[i] = '(';
	text[i] = 'a';
	for (n = i + 1; n < 2 * EXPR_DEPTH + 1; n++)
		text[n] = ')';
	assert_int_equal(expr_parse(&e, slice_make(text, n), &vocabulary, EXPR_ALLOW_WORDS, &at, &err), 0);
	memset(text, '!', EXPR_DEPTH + 1);
	text[EXPR_DEPTH + 1] = 'a';
	assert_int_equal(
	    expr_parse(&e, slice_make(text, EXPR_DEPTH + 2), &vocabulary, EXPR_ALLOW_WORDS, &at, &err), ERR_LIMIT);
	assert_int_equal(at, EXPR_DEPTH);
	assert_int_equal(
	    expr_parse(&e, slice_make(text + 1, EXPR_DEPTH + 1), &vocabulary, EXPR_ALLOW_WORDS, &at, &err), 0);

	/* n words are 2n - 1 nodes. */
	for (i = 0; i < EXPR_NODES; i++)
		text[i] = i % 2 ? ' ' : 'a';
	assert_int_equal(
	    expr_parse(&e, slice_make(text, EXPR_NODES - 1), &vocabulary, EXPR_ALLOW_WORDS, &at, &err), 0);
	assert_int_equal(e.nnodes, EXPR_NODES - 1);
	memcpy(text + EXPR_NODES, "a a", 3);
	assert_int_equal(
	    expr_parse(&e, slice_make(text, EXPR_NODES + 3), &vocabulary, EXPR_ALLOW_WORDS, &at, &err), ERR_LIMIT);
	assert_non_null(strstr(err.msg, "more than 64 parts"));
}

static void
for_is_taken_where_it_is_allowed(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {{"rows > 0", 0}, {"rows > 0 for 2m", 120000}, {"rows > 0 for 1h30m", 5400000},
	    {"(rows > 0) for 90s", 90000}, {"rows > 0 FOR 0", 0}, {"rows > 0 for 0.5s", 500}};
	struct expr e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    expr_parse(&e, slice_of(rows[i].text), &vocabulary, EXPR_ALLOW_FOR, NULL, NULL), 0);
		assert_int_equal(e.for_ms, rows[i].ms);
		assert_string_equal(e.text, rows[i].text);
	}
}

static void
the_reason_is_the_first_comparison_that_holds_and_is_not_turned_round(void **state)
{
	struct subject s = subject();
	const struct expr_subject es = {&s, look_up, has_word, NULL};
	struct expr_reason why;
	struct expr e;

	(void)state;
	assert_int_equal(expr_parse(&e, slice_of("rows = 1 or not rows = 2 and (p99 > 250ms or rate > 1/s)"),
			     &vocabulary, 0, NULL, NULL),
	    0);
	assert_int_equal(expr_eval(&e, &es), EXPR_TRUE);
	assert_true(expr_reason(&e, &es, &why));
	assert_int_equal(why.name, 1);
	assert_int_equal(why.cmp, EXPR_GT);
	assert_true(why.value == 300 && why.limit == 250 && !why.ranked);
	assert_int_equal(expr_parse(&e, slice_of("state >= watch"), &vocabulary, 0, NULL, NULL), 0);
	assert_true(expr_reason(&e, &es, &why) && why.ranked && why.value == 1 && why.limit == 1);
	assert_int_equal(expr_parse(&e, slice_of("not rows = 2"), &vocabulary, 0, NULL, NULL), 0);
	assert_false(expr_reason(&e, &es, &why));
}

static void
a_warning_beyond_the_critical_limit_is_found(void **state)
{
	static const struct {
		const char *warn, *crit;
		const char *found; /* NULL: none */
	} rows[] = {
	    {"p99 > 500ms", "p99 > 250ms", "p99 > 500ms"},
	    {"p99 > 250ms", "p99 > 500ms", NULL},
	    {"p99 > 250ms", "p99 >= 250ms", NULL},
	    {"rate < 5/s", "rate < 10/s", "rate < 5/s"},
	    {"rate < 10/s", "rate < 5/s", NULL},
	    {"rate > 10/s", "rate < 5/s", NULL},
	    {"drift >= drift", "drift >= watch", "drift >= drift"},
	    {"drift > 0.3", "drift >= watch", NULL},
	    {"rows > 5 and p99 > 500ms", "p99 > 250ms and rows > 5", "p99 > 500ms"},
	    {"not p99 > 500ms", "not p99 > 250ms", NULL},
	    {"rows = 9", "rows = 5", NULL},
	    {"rows > 5 or rows > 50", "rows > 5 or rows > 50", NULL},
	    {"not rows > 1 or rows > 9", "rows > 7", "rows > 9"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct expr warn, crit;
		const struct expr_node *n;
		double limit;

		assert_int_equal(expr_parse(&warn, slice_of(rows[i].warn), &vocabulary, 0, NULL, NULL), 0);
		assert_int_equal(expr_parse(&crit, slice_of(rows[i].crit), &vocabulary, 0, NULL, NULL), 0);
		n = expr_exceeds(&warn, &crit, &limit);
		assert_int_equal(n != NULL, rows[i].found != NULL);
		if (n)
			assert_true(slice_is(slice_make(warn.text + n->at, n->n), rows[i].found));
	}
}

static void
a_number_is_written_as_it_is_read(void **state)
{
	static const struct {
		enum expr_unit unit;
		double number;
		const char *text;
	} rows[] = {{EXPR_MS, 250, "250ms"}, {EXPR_MS, 90000, "90s"}, {EXPR_MS, 120000, "2m"}, {EXPR_MS, 0.5, "0.5ms"},
	    {EXPR_MS, 5400000, "90m"}, {EXPR_MS, 86400000, "1d"}, {EXPR_SHARE, 0.01, "1%"}, {EXPR_SHARE, 0.07, "7%"},
	    {EXPR_PER_S, 20, "20/s"}, {EXPR_SD, -0.3, "-0.3sd"}, {EXPR_PLAIN, 1000, "1000"}};
	char buf[EXPR_NUMBER_BYTES];
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(expr_format_number(buf, rows[i].unit, rows[i].number), rows[i].text);
	assert_true(expr_parse_span(slice_of("1h30m"), &ms) && ms == 5400000);
	assert_true(expr_parse_span(slice_of("0"), &ms) && ms == 0);
	assert_false(expr_parse_span(slice_of("90"), &ms));
	assert_false(expr_parse_span(slice_of(""), &ms));
	assert_false(expr_parse_span(slice_of("-1s"), &ms));
	assert_false(expr_parse_span(slice_of("1e300d"), &ms));
}

/* The three-valued tables once more, by a naive evaluator over random trees written as text. */
static enum expr_truth
grow(uint64_t *rng, char *text, size_t cap, unsigned depth)
{
	static const char *const leaves[3] = {"rows = 1", "rows = 5k", "p90 > 1ms"};
	uint64_t pick = rng_next(rng) % 6;
	char a[EXPR_BYTES + 1], b[EXPR_BYTES + 1];
	enum expr_truth x, y;

	if (depth == 0 || pick < 2) {
		pick = rng_next(rng) % 3;
		snprintf(text, cap, "%s", leaves[pick]);
		return (enum expr_truth)pick; /* false, true, unknown: in the order of the enum */
	}
	x = grow(rng, a, sizeof(a), depth - 1);
	if (pick == 2) {
		snprintf(text, cap, "not (%.240s)", a);
		return x == EXPR_UNKNOWN ? x : x == EXPR_TRUE ? EXPR_FALSE : EXPR_TRUE;
	}
	y = grow(rng, b, sizeof(b), depth - 1);
	snprintf(text, cap, "(%.120s) %s (%.120s)", a, pick < 5 ? "and" : "or", b);
	if (pick < 5)
		return x == EXPR_FALSE || y == EXPR_FALSE ? EXPR_FALSE
		       : x == EXPR_TRUE && y == EXPR_TRUE ? EXPR_TRUE
							  : EXPR_UNKNOWN;
	return x == EXPR_TRUE || y == EXPR_TRUE ? EXPR_TRUE
	       : x == EXPR_FALSE && y == EXPR_FALSE ? EXPR_FALSE
						    : EXPR_UNKNOWN;
}

static void
random_trees_are_what_a_naive_evaluator_says(void **state)
{
	struct subject s = subject();
	uint64_t rng = 7;
	int i, compared = 0;

	(void)state;
	for (i = 0; i < 20000; i++) {
		char text[EXPR_BYTES + 1];
		enum expr_truth must = grow(&rng, text, sizeof(text), 3);

		/* Whatever was cut at the length limit is no tree any more. */
		if (strlen(text) > 115)
			continue;
		compared++;
		if (truth_of(text, 0, &s) != must)
			fail_msg("'%s' must be %d", text, (int)must);
	}
	assert_true(compared > 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comparisons_say_what_arithmetic_says),
	    cmocka_unit_test(texts_are_compared_by_pattern),
	    cmocka_unit_test(a_number_with_a_unit_is_compared_with_values_of_that_unit_alone),
	    cmocka_unit_test(and_binds_tighter_than_or_and_not_tighter_than_both),
	    cmocka_unit_test(unknown_is_neither_true_nor_false_and_fires_nothing),
	    cmocka_unit_test(in_a_filter_words_count_and_terms_beside_each_other_mean_and),
	    cmocka_unit_test(what_is_wrong_is_said_with_its_place),
	    cmocka_unit_test(limits_are_kept_and_said),
	    cmocka_unit_test(for_is_taken_where_it_is_allowed),
	    cmocka_unit_test(the_reason_is_the_first_comparison_that_holds_and_is_not_turned_round),
	    cmocka_unit_test(a_warning_beyond_the_critical_limit_is_found),
	    cmocka_unit_test(a_number_is_written_as_it_is_read),
	    cmocka_unit_test(random_trees_are_what_a_naive_evaluator_says),
	};

	return cmocka_run_group_tests_name("expr", tests, NULL, NULL);
}
