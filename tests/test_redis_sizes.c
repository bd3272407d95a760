/* Entries and replies too large, for the program or for a real redis-server: stepped over by their ID. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_world.h"

static void
add_sized(struct world *w, const char *key, unsigned n, size_t bytes)
{
	char *value = malloc(bytes + 1);

	assert_non_null(value);
	memset(value, 'x', bytes);
	value[bytes] = '\0';
	lib_redis_do(&w->r, "XADD %s * n %u pad %b", key, n, value, bytes);
	free(value);
}

static void
a_small_output_buffer_limit_is_got_through(void **state)
{
	static const char *const args[] = {"--client-output-buffer-limit", "normal", "200kb", "0", "0", NULL};
	struct world *w = *state;
	unsigned i;

	begin(w, args, any_ml);
	for (i = 0; i < 1000; i++)
		add_sized(w, "ml:a", i, 2000);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 1000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 1000);
	assert_true(w->f.fact.reconnects >= 1);
}

static bool
stepped_over(const struct lib_feed *f, const void *arg)
{
	return f->rejects[REASON_TOO_LARGE] == *(const uint64_t *)arg;
}

static void
an_entry_too_large_is_stepped_over_by_its_id(void **state)
{
	struct world *w = *state;
	uint64_t one = 1;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	add_sized(w, "ml:a", 999, (size_t)9 << 20);
	w->f.options.timing.command_ms = w->f.options.timing.stall_ms = w->f.options.timing.reply_ms = LIMIT_MS;
	lib_redis_fill(&w->r, "ml:a", 10, 10, 0);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	assert_true(lib_feed_until(&w->f, stepped_over, &one, LIMIT_MS));
	lib_feed_check_once(&w->f, 0, 20);
	assert_int_equal(w->f.seen[999], 0);
	assert_int_equal(w->f.fact.reconnects, 0);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

static bool
has_reconnected(const struct lib_feed *f, const void *arg)
{
	(void)arg;
	return f->fact.reconnects >= 1;
}

/* Beyond the limit for one string the connection has to go; it comes back behind the entry. */
static void
a_string_beyond_the_limit_is_stepped_over_with_a_new_connection(void **state)
{
	struct world *w = *state;
	uint64_t one = 1;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	add_sized(w, "ml:a", 999, (size_t)65 << 20);
	w->f.options.timing.command_ms = w->f.options.timing.stall_ms = w->f.options.timing.reply_ms = LIMIT_MS;
	lib_redis_fill(&w->r, "ml:a", 10, 10, 0);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	assert_true(lib_feed_until(&w->f, stepped_over, &one, LIMIT_MS));
	lib_feed_check_once(&w->f, 0, 20);
	assert_true(lib_feed_until(&w->f, has_reconnected, NULL, LIMIT_MS));
}

static void
an_entry_the_server_does_not_send_is_found_and_stepped_over(void **state)
{
	static const char *const args[] = {"--client-output-buffer-limit", "normal", "200kb", "0", "0", NULL};
	struct world *w = *state;
	uint64_t one = 1;

	begin(w, args, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	add_sized(w, "ml:a", 999, (size_t)1 << 20);
	lib_redis_fill(&w->r, "ml:a", 10, 10, 0);
	lib_redis_fill(&w->r, "ml:b", 20, 10, 0);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 30, 2 * LIMIT_MS);
	assert_true(lib_feed_until(&w->f, stepped_over, &one, LIMIT_MS));
	lib_feed_check_once(&w->f, 0, 30);
	assert_non_null(strstr(w->f.reject_detail, "closes the connection"));
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    e2e(a_small_output_buffer_limit_is_got_through),
	    e2e(an_entry_too_large_is_stepped_over_by_its_id),
	    e2e(a_string_beyond_the_limit_is_stepped_over_with_a_new_connection),
	    e2e(an_entry_the_server_does_not_send_is_found_and_stepped_over),
	};

	return world_run("redis_sizes", tests);
}
