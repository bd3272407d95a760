/* Rules as bytes: what is read says what was written, and bytes that are no rules are none. */
#include "core/rule_bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/config_text.h"
#include "core/config.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

/* Of each kind of pattern one, each expression said and taken away, names and windows of their own. */
static const char text[] =
    "{\"rules\": [{\"name\": \"latency\", \"crit\": \"p99 > 250ms\", \"warn\": null, \"for\": \"90s\","
    "\"clear\": \"p99 < 100ms for 5m\"},"
    "{\"name\": \"slow\", \"version\": \"2*\", \"warn\": \"p99 > 50ms for 2m\","
    "\"min_events\": 70, \"window\": \"1h\"},"
    "{\"name\": \"drift\", \"feature\": \"amount\", \"crit\": \"psi > 0.4\"},"
    "{\"name\": \"traffic\", \"off\": true}],"
    "\"models\": {\"fraud*\": {\"rules\": {\"silence\": \"off\"}}}}";

static void
make(struct config *c)
{
	struct err why = {0};

	assert_int_equal(config_text_parse(c, slice_of(text), &why, NULL), 0);
	assert_string_equal(why.msg, "");
	assert_int_equal(c->rules.n, rule_default_count + 5);
}

static void
put(const struct rules *r, struct bytes *out)
{
	bytes_init(out);
	rules_write(r, out);
	assert_false(out->failed);
}

static int
get(struct rules *r, const char *p, size_t n)
{
	struct bytes_reader from;
	int rc;

	bytes_read(&from, slice_make(p, n));
	rc = rules_read(r, &from, NULL);
	if (!rc)
		assert_true(bytes_at_end(&from));
	return rc;
}

static void
what_is_read_says_what_was_written(void **state)
{
	struct config c;
	struct rules r;
	struct bytes out;

	(void)state;
	make(&c);
	put(&c.rules, &out);
	assert_int_equal(get(&r, out.p, out.n), 0);
	assert_true(rules_same(&r, &c.rules));
	assert_int_equal(r.chains, c.rules.chains);
	assert_memory_equal(r.chain_of, c.rules.chain_of, r.n * sizeof(*r.chain_of));
	for (size_t i = 0; i < r.n; i++) {
		assert_string_equal(r.list[i].place, c.rules.list[i].place);
		assert_int_equal(r.list[i].warn.nnodes, c.rules.list[i].warn.nnodes * r.list[i].has_warn);
	}
	/* `for` beside the text is not in the text. */
	assert_int_equal(r.list[rule_default_count].crit_for_ms, 90000);
	assert_int_equal(r.list[rule_default_count].crit.for_ms, 0);
	rules_release(&r);
	bytes_release(&out);
	config_release(&c);
}

static void
a_copy_is_its_own_and_anything_else_is_another(void **state)
{
	struct config c;
	struct rules r, none;

	(void)state;
	make(&c);
	assert_int_equal(rules_copy(&r, &c.rules, NULL), 0);
	assert_true(rules_same(&r, &c.rules));
	assert_ptr_not_equal(r.list[0].name, c.rules.list[0].name);
	r.list[3].min_events++;
	assert_false(rules_same(&r, &c.rules));
	rules_release(&r);
	assert_false(rules_same(&r, &c.rules));
	assert_int_equal(rules_copy(&none, &r, NULL), 0);
	assert_int_equal(none.n, 0);
	config_release(&c);
}

static void
bytes_that_are_no_rules_are_none(void **state)
{
	struct config c;
	struct rules r;
	struct bytes out;
	uint64_t seed = 20261126;
	size_t whole = 0;

	(void)state;
	make(&c);
	put(&c.rules, &out);
	for (size_t i = 0; i < out.n; i++) {
		assert_int_equal(get(&r, out.p, i), ERR_FORMAT);
		rules_release(&r);
	}
	for (int i = 0; i < 4000; i++) {
		char *bent = mem_dup(out.p, out.n);
		struct bytes_reader from;

		assert_non_null(bent);
		bent[rng_below(&seed, out.n)] = (char)rng_below(&seed, 256);
		bytes_read(&from, slice_make(bent, out.n));
		whole += rules_read(&r, &from, NULL) == 0;
		rules_release(&r);
		mem_free(bent);
	}
	/* A letter of a place, a digit of a limit: there are such. */
	assert_in_range(whole, 1, 3999);
	bytes_release(&out);
	config_release(&c);
}

static int
read_and_copy(void *ctx, struct err *err)
{
	const struct bytes *in = ctx;
	struct bytes_reader from;
	struct rules r, copy = {.n = 0};
	int rc;

	bytes_read(&from, slice_make(in->p, in->n));
	rc = rules_read(&r, &from, err);
	if (!rc)
		rc = rules_copy(&copy, &r, err);
	rules_release(&copy);
	rules_release(&r);
	return rc;
}

static void
no_memory_is_an_error_like_any_other(void **state)
{
	struct config c;
	struct bytes out;

	(void)state;
	make(&c);
	put(&c.rules, &out);
	assert_true(alloc_fail_each(read_and_copy, &out) > rule_default_count);
	bytes_release(&out);
	config_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_read_says_what_was_written),
	    cmocka_unit_test(a_copy_is_its_own_and_anything_else_is_another),
	    cmocka_unit_test(bytes_that_are_no_rules_are_none),
	    cmocka_unit_test(no_memory_is_an_error_like_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
