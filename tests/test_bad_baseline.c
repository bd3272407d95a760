/*
 * Baselines that are hardly any: one row, a constant, nothing but missing or infinite values, two values, the ends of
 * what a double holds. As NDJSON, as a baseline file, and out of a state directory the program goes on, with a state
 * that has a name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

#define PATH  700
#define LIMIT 30000

static const struct odd {
	const char *name;
	int rows;
	const char *values[2]; /* of x, in turn */
	const char *state;     /* of x, against values from 0 to 1 */
	const char *says;      /* a part of the sentence */
} odds[] = {
    {"one", 1, {"0.5", NULL}, "thin", "baseline of only 1 row"},
    {"constant", 1000, {"5", "5"}, "drift", "new values 100% of all rows"},
    {"missing", 1000, {"null", "null"}, "watch", "missing 0.0% of all rows (base 100%)"},
    {"two", 1000, {"7", "8"}, "drift", "new values 100% of all rows"},
    {"infinite", 1000, {"Infinity", "-Infinity"}, "thin", "baseline of only 0 rows"},
    {"huge", 1000, {"1e308", "-1e308"}, "drift", "new values 100% of all rows"},
};

struct place {
	char root[PATH], train[PATH], file[PATH], events[PATH], dir[PATH];
};

static void
write_events(const char *path, int rows, const char *const *values, int64_t t0)
{
	FILE *f = fopen(path, "w");
	char number[32];
	int i;

	assert_non_null(f);
	for (i = 0; i < rows; i++) {
		snprintf(number, sizeof(number), "%.4f", (double)(i * 7919 % 10007) / 10007);
		fprintf(f,
		    "{\"ts\":%lld,\"model\":\"m\",\"features\":{\"x\":%s,\"k\":\"%s\"},\"prediction\":%d,"
		    "\"latency_ms\":3}\n",
		    (long long)(t0 + i * INT64_C(1000)), values ? values[i % 2] : number, i % 3 ? "a" : "b", i % 2);
	}
	assert_int_equal(fclose(f), 0);
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	lib_tmp_make(p->root, sizeof(p->root), "odd");
	snprintf(p->train, PATH, "%.600s/train.ndjson", p->root);
	snprintf(p->file, PATH, "%.600s/baseline.json", p->root);
	snprintf(p->events, PATH, "%.600s/events.ndjson", p->root);
	snprintf(p->dir, PATH, "%.600s/state", p->root);
	write_events(p->events, 2000, NULL, INT64_C(1700000000000));
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	lib_tmp_remove(p->root);
	free(p);
	return 0;
}

/* Behind `from`, the text value of the next key of that name. */
static void
text_of(const char *from, const char *key, char *buf, size_t bytes)
{
	char quoted[64];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":\"", key);
	at = from ? strstr(from, quoted) : NULL;
	buf[0] = '\0';
	if (at)
		snprintf(buf, bytes, "%.*s", (int)strcspn(at + strlen(quoted), "\""), at + strlen(quoted));
}

static void
report(const struct place *p, const char *option, const char *value, const struct odd *o, const char *kind)
{
	const char *args[] = {"report", p->events, option, value, "--format", "json", NULL};
	char state[32], says[200], is[32];
	const char *x;
	struct lib_run r;

	lib_run(&r, args, NULL, NULL, LIMIT);
	if (r.status != 0)
		fail_msg("%s by %s: exit %d: %s", o->name, option, r.status, r.err);
	text_of(strstr(r.out, "\"baseline\":{"), "kind", is, sizeof(is));
	assert_string_equal(is, kind);
	x = strstr(r.out, "{\"name\":\"x\"");
	text_of(x, "state", state, sizeof(state));
	text_of(x, "sentence", says, sizeof(says));
	if (strcmp(state, o->state) != 0 || !strstr(says, o->says))
		fail_msg("%s by %s: %s, '%s'; should be %s, '%s'", o->name, option, state, says, o->state, o->says);
	lib_run_free(&r);
}

static void
freeze(const struct place *p)
{
	const char *args[] = {"baseline", p->train, "-o", p->file, NULL};
	struct lib_run r;

	lib_run(&r, args, NULL, NULL, LIMIT);
	assert_int_equal(r.status, 0);
	lib_run_free(&r);
}

static int
check(const struct place *p, bool baseline)
{
	const char *args[] = {"check", p->events, "--state", p->dir, baseline ? "--baseline" : NULL, p->train, NULL};
	struct lib_run r;

	lib_run(&r, args, NULL, NULL, LIMIT);
	if (r.status > 2)
		fail_msg("check: exit %d: %s%s", r.status, r.out, r.err);
	lib_run_free(&r);
	return r.status;
}

static void
test_each_odd_baseline_gives_a_state_with_a_name(void **state)
{
	const struct place *p = *state;
	size_t i;

	for (i = 0; i < sizeof(odds) / sizeof(odds[0]); i++) {
		write_events(p->train, odds[i].rows, odds[i].values, INT64_C(1600000000000));
		report(p, "--baseline", p->train, &odds[i], "file");
		freeze(p);
		report(p, "--baseline", p->file, &odds[i], "file");
	}
}

static void
test_each_odd_baseline_is_kept_and_comes_back(void **state)
{
	const struct place *p = *state;
	size_t i;
	int first;

	for (i = 0; i < sizeof(odds) / sizeof(odds[0]); i++) {
		write_events(p->train, odds[i].rows, odds[i].values, INT64_C(1600000000000));
		first = check(p, true);
		assert_int_equal(check(p, false), first);
		report(p, "--state", p->dir, &odds[i], "saved");
		lib_tmp_remove(p->dir);
	}
}

static void
test_a_baseline_of_nothing_is_refused_with_a_sentence(void **state)
{
	const struct place *p = *state;
	const char *args[] = {"report", p->events, "--baseline", p->train, NULL};
	struct lib_run r;

	write_events(p->train, 0, NULL, 0);
	lib_run(&r, args, NULL, NULL, LIMIT);
	assert_int_equal(r.status, 1);
	assert_non_null(strstr(r.err, "has no event to make a baseline from"));
	lib_run_free(&r);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_place(test_each_odd_baseline_gives_a_state_with_a_name),
	    in_place(test_each_odd_baseline_is_kept_and_comes_back),
	    in_place(test_a_baseline_of_nothing_is_refused_with_a_sentence),
	};

	return cmocka_run_group_tests_name("bad_baseline", tests, NULL, NULL);
}
