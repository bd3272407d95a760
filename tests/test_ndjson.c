/* Lines in pieces of any size: events, what is none, limits, times, names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/ndjson.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_lines.h"

static const char lines[] = "\xef\xbb\xbf{\"score\":1}\r\n"
			    "\n"
			    "{\"score\":2,\"note\":\"\xc3\xa9\"}\n"
			    "   \r\n"
			    "not json\n"
			    "{\"score\":4}\n"
			    "[1]\n"
			    "{\"score\":8}";

static struct ndjson *
ndjson_make(const char *name)
{
	struct ndjson_options options = {
	    .source = 1, .name = slice_of(name), .mtime_ms = WALL_MS - 1000, .wall_ms = WALL_MS};
	struct ndjson *n = NULL;

	assert_int_equal(ndjson_new(&n, &options, NULL), 0);
	return n;
}

static void
lines_are_the_same_in_pieces_of_any_size(void **state)
{
	size_t piece;

	(void)state;
	for (piece = 1; piece <= sizeof(lines); piece++) {
		struct seen seen = {0};
		struct sink sink = {&seen, on_event, on_fact};
		struct ndjson *n = ndjson_make("x.ndjson");
		size_t at;

		for (at = 0; at < sizeof(lines) - 1; at += piece)
			ndjson_feed(n,
			    slice_make(lines + at,
				piece < sizeof(lines) - 1 - at ? piece : sizeof(lines) - 1 - at),
			    &sink);
		assert_int_equal(seen.events, 3);
		ndjson_end(n, &sink);
		ndjson_end(n, &sink);
		assert_int_equal(seen.events, 4);
		assert_true(seen.sum == 15);
		assert_int_equal(seen.reasons[REASON_NOT_JSON], 1);
		assert_int_equal(seen.reasons[REASON_NOT_OBJECT], 1);
		assert_int_equal(seen.rejects, 2);
		assert_int_equal(ndjson_lines(n), 6);
		assert_int_equal(ndjson_events(n), 4);
		/* No event has a time: the file's. */
		assert_int_equal(ndjson_newest_ms(n), WALL_MS - 1000);
		ndjson_free(n);
	}
}

static void
an_endless_line_is_counted_once_and_not_kept(void **state)
{
	struct seen seen = {0};
	struct sink sink = {&seen, on_event, on_fact};
	struct ndjson *n = ndjson_make("x");
	static char piece[100000];
	int i;

	(void)state;
	memset(piece, 'x', sizeof(piece));
	ndjson_feed(n, slice_of("{\"score\":1}\n{\"a\":\""), &sink);
	for (i = 0; i < 500; i++)
		ndjson_feed(n, slice_make(piece, sizeof(piece)), &sink);
	assert_true(ndjson_held(n) <= LIMIT_EVENT_BYTES);
	ndjson_feed(n, slice_of("\"}\n{\"score\":2}\n"), &sink);
	assert_int_equal(seen.events, 2);
	assert_int_equal(seen.rejects, 1);
	assert_int_equal(seen.reasons[REASON_TOO_LARGE], 1);
	/* At the very end of a file too. */
	for (i = 0; i < 20; i++)
		ndjson_feed(n, slice_make(piece, sizeof(piece)), &sink);
	ndjson_end(n, &sink);
	assert_int_equal(seen.reasons[REASON_TOO_LARGE], 2);
	ndjson_free(n);
}

static void
a_line_of_just_the_limit_is_an_event(void **state)
{
	struct seen seen = {0};
	struct sink sink = {&seen, on_event, on_fact};
	struct ndjson *n = ndjson_make("x");
	char *text = malloc(LIMIT_EVENT_BYTES + 2);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', LIMIT_EVENT_BYTES + 2);
	memcpy(text, "{\"score\":1}", 11);
	text[LIMIT_EVENT_BYTES] = '\n';
	ndjson_feed(n, slice_make(text, 5), &sink);
	ndjson_feed(n, slice_make(text + 5, LIMIT_EVENT_BYTES - 4), &sink);
	assert_int_equal(seen.events, 1);
	text[LIMIT_EVENT_BYTES] = ' ';
	text[LIMIT_EVENT_BYTES + 1] = '\n';
	ndjson_feed(n, slice_make(text, LIMIT_EVENT_BYTES + 2), &sink);
	ndjson_feed(n, slice_make(text, 5), &sink);
	ndjson_feed(n, slice_make(text + 5, LIMIT_EVENT_BYTES - 3), &sink);
	assert_int_equal(seen.events, 1);
	assert_int_equal(seen.reasons[REASON_TOO_LARGE], 2);
	ndjson_free(n);
	free(text);
}

static void
files_name_models_as_streams_do(void **state)
{
	static const struct {
		const char *path, *model, *version;
	} rows[] = {
	    {"birdstrikes.events.ndjson.gz", "birdstrikes", ""},
	    {"/data/2024.06/fraud.v2.events.ndjson", "fraud", "v2"},
	    {"../churn.jsonl", "churn", ""},
	    {"churn.json.gz", "churn", ""},
	    {"stdin", "stdin", ""},
	    {"/dev/fd/63", "63", ""},
	    {"dir/", "dir/", ""},
	    {".ndjson", ".ndjson", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct slice model, version;

		ndjson_file_names(slice_of(rows[i].path), &model, &version);
		if (!slice_is(model, rows[i].model) || !slice_is(version, rows[i].version))
			fail_msg("%s: '%.*s' '%.*s'", rows[i].path, (int)model.n, model.p,
			    (int)version.n, version.p);
	}
}

static void
what_is_being_written_takes_its_time_from_the_clock(void **state)
{
	struct seen seen = {0};
	struct sink sink = {&seen, on_event, on_fact};
	struct ndjson *n = ndjson_make("x");
	char text[100];

	(void)state;
	ndjson_feed(n, slice_of("{\"score\":1}\n"), &sink);
	assert_int_equal(seen.last_ts_ms, WALL_MS - 1000);
	ndjson_now(n, WALL_MS + 3600000);
	ndjson_feed(n, slice_of("{\"score\":1}\n"), &sink);
	assert_int_equal(seen.last_ts_ms, WALL_MS + 3600000);
	/* An hour behind the start is no future any more. */
	snprintf(text, sizeof(text), "{\"score\":1,\"ts\":%lld}\n", (long long)WALL_MS + 3650000);
	ndjson_feed(n, slice_of(text), &sink);
	assert_int_equal(seen.last_ts_ms, WALL_MS + 3650000);
	/* Events that have their own time lend it to those that have none. */
	ndjson_now(n, WALL_MS + 7200000);
	ndjson_feed(n, slice_of("{\"score\":1}\n"), &sink);
	assert_int_equal(seen.last_ts_ms, WALL_MS + 3650000);
	ndjson_free(n);
}

static int
lines_once(void *ctx, struct err *err)
{
	struct seen seen = {0};
	struct sink sink = {&seen, on_event, on_fact};
	struct ndjson_options options = {.name = slice_of("x"), .wall_ms = WALL_MS};
	struct ndjson *n = NULL;

	(void)ctx;
	if (ndjson_new(&n, &options, err))
		return err->code;
	ndjson_feed(n, slice_make(lines, 20), &sink);
	ndjson_feed(n, slice_make(lines + 20, sizeof(lines) - 21), &sink);
	ndjson_end(n, &sink);
	assert_int_equal(seen.events + seen.rejects, 6);
	ndjson_free(n);
	return 0;
}

static void
out_of_memory_loses_no_line_from_the_count(void **state)
{
	(void)state;
	assert_true(alloc_survive_each(lines_once, NULL) > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_the_same_in_pieces_of_any_size),
	    cmocka_unit_test(an_endless_line_is_counted_once_and_not_kept),
	    cmocka_unit_test(a_line_of_just_the_limit_is_an_event),
	    cmocka_unit_test(files_name_models_as_streams_do),
	    cmocka_unit_test(what_is_being_written_takes_its_time_from_the_clock),
	    cmocka_unit_test(out_of_memory_loses_no_line_from_the_count),
	};

	return cmocka_run_group_tests_name("ndjson", tests, NULL, NULL);
}
