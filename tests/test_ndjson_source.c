/* Files and standard input as a source: read in turns, compressed or not, growing, cut, replaced, unreadable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "collectors/source_impl.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_lines.h"
#include "tests/lib_tmp.h"

#define DEADLINE_MS 20000

struct fixture {
	uv_loop_t loop;
	struct seen seen;
	struct sink sink;
	struct source_options options;
	struct source *source;
	char dir[400], path[512];
	bool closed, late;
	uv_timer_t deadline;
};

static void
append(const char *path, const char *data, size_t n)
{
	FILE *file = fopen(path, "ab");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	f->sink = (struct sink){&f->seen, on_event, on_fact};
	f->options.wall_ms = WALL_MS;
	f->options.timing.follow_ms = 2;
	lib_tmp_make(f->dir, sizeof(f->dir), "ndjson");
	if (uv_loop_init(&f->loop))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/fraud.v3.ndjson", f->dir);
	append(f->path, "", 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	rmdir(f->dir);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	free(f);
	return 0;
}

static int
source_try(struct fixture *f, enum url_kind kind, struct err *err)
{
	char label[] = "", stdin_name[] = "-";
	struct url url = {.kind = kind,
	    .label = label,
	    .path = f->path,
	    .shown = kind == URL_STDIN ? stdin_name : f->path};
	struct source_params params = {&f->loop, 4, &url, &f->options, &f->sink};

	return ndjson_source_ops.open(&f->source, &params, err);
}

static void
source_start(struct fixture *f)
{
	struct err err;

	if (source_try(f, URL_FILE, &err))
		fail_msg("%s", err.msg);
	/* Nothing before the loop turns. */
	assert_int_equal(f->seen.events + f->seen.sources, 0);
}

static void
on_deadline(uv_timer_t *timer)
{
	((struct fixture *)timer->data)->late = true;
}

/* Turns the loop until `ready`; the deadline is for a machine that is stuck. */
static void
wait_until(struct fixture *f, bool (*ready)(const struct fixture *f))
{
	f->late = false;
	uv_timer_init(&f->loop, &f->deadline);
	f->deadline.data = f;
	uv_timer_start(&f->deadline, on_deadline, DEADLINE_MS, 0);
	while (!ready(f) && !f->late)
		uv_run(&f->loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&f->deadline, NULL);
	uv_run(&f->loop, UV_RUN_NOWAIT);
	if (f->late)
		fail_msg("state %d, %zu events, %zu rejects: %s", f->seen.state, f->seen.events,
		    f->seen.rejects, f->seen.sentence);
}

static bool
is_over(const struct fixture *f)
{
	return f->seen.state == FEED_ENDED || f->seen.state == FEED_FAILED;
}

static bool
is_live(const struct fixture *f)
{
	return f->seen.state == FEED_LIVE;
}

static bool
is_level(const struct fixture *f)
{
	return is_live(f) || is_over(f);
}

static size_t wanted;

static bool
has_wanted(const struct fixture *f)
{
	return f->seen.events >= wanted;
}

static bool
is_closed(const struct fixture *f)
{
	return f->closed;
}

static void
on_closed(void *ctx)
{
	((struct fixture *)ctx)->closed = true;
}

static void
source_stop(struct fixture *f)
{
	size_t events = f->seen.events, sources = f->seen.sources;

	ndjson_source_ops.close(f->source, on_closed, f);
	assert_false(f->closed);
	wait_until(f, is_closed);
	assert_int_equal(f->seen.events, events);
	assert_int_equal(f->seen.sources, sources);
}

/* n events with scores 1..n. */
static char *
events_make(size_t n, size_t *bytes)
{
	char *text = malloc(n * 80 + 1);
	size_t i, at = 0;

	assert_non_null(text);
	for (i = 1; i <= n; i++)
		at += (size_t)snprintf(text + at, 80,
		    "{\"timestamp\":%llu,\"score\":%zu,\"features\":{\"a\":%zu}}\n",
		    (unsigned long long)(WALL_MS - 1000000 + (int64_t)i), i, i);
	*bytes = at;
	return text;
}

static void
a_file_is_read_to_its_end_in_turns(void **state)
{
	struct fixture *f = *state;
	size_t bytes;
	char *text = events_make(30000, &bytes);

	append(f->path, text, bytes);
	free(text);
	source_start(f);
	wait_until(f, is_over);
	assert_int_equal(f->seen.state, FEED_ENDED);
	assert_int_equal(f->seen.events, 30000);
	assert_true(f->seen.sum == 30000.0 * 30001 / 2);
	assert_string_equal(f->seen.model, "fraud");
	assert_string_equal(f->seen.version, "v3");
	assert_string_equal(f->seen.layout, "lines");
	assert_string_equal(f->seen.aliases, "ts=timestamp");
	assert_string_equal(f->seen.sentence, "");
	assert_int_equal(f->seen.bytes, bytes);
	assert_int_equal(f->seen.lines, 30000);
	assert_int_equal(
	    ndjson_source_ops.clock_ms(f->source, WALL_MS + 5000), WALL_MS - 1000000 + 30000);
	source_stop(f);
}

static void
the_last_line_needs_no_end_and_an_empty_file_is_one(void **state)
{
	struct fixture *f = *state;

	source_start(f);
	wait_until(f, is_over);
	assert_int_equal(f->seen.state, FEED_ENDED);
	assert_int_equal(f->seen.events + f->seen.rejects, 0);
	source_stop(f);
	append(f->path, "{\"score\":1}\n{\"score\":2}", 23);
	memset(&f->seen, 0, sizeof(f->seen));
	f->closed = false;
	f->options.to_end_only = true;
	source_start(f);
	wait_until(f, is_over);
	assert_true(f->seen.sum == 3);
	source_stop(f);
}

static void
a_single_byte_is_a_line_too(void **state)
{
	struct fixture *f = *state;

	append(f->path, "x", 1);
	source_start(f);
	wait_until(f, is_over);
	assert_int_equal(f->seen.reasons[REASON_NOT_JSON], 1);
	source_stop(f);
}

static void
a_compressed_file_is_read_by_its_content(void **state)
{
	struct fixture *f = *state;
	size_t bytes, n;
	char *text = events_make(30000, &bytes), *data = malloc(bytes);

	assert_non_null(data);
	n = squeeze(text, bytes, data, bytes);
	append(f->path, data, n);
	source_start(f);
	wait_until(f, is_over);
	assert_int_equal(f->seen.events, 30000);
	assert_string_equal(f->seen.sentence, "");
	source_stop(f);
	free(data);
	free(text);
}

static void
of_a_cut_or_damaged_compressed_file_what_is_good_is_used(void **state)
{
	struct fixture *f = *state;
	size_t bytes, n;
	char *text = events_make(30000, &bytes), *data = malloc(bytes);

	assert_non_null(data);
	n = squeeze(text, bytes, data, bytes);
	append(f->path, data, n / 2);
	source_start(f);
	wait_until(f, is_over);
	assert_int_equal(f->seen.state, FEED_ENDED);
	assert_in_range(f->seen.events, 5000, 25000);
	assert_true(f->seen.sum == (double)f->seen.events * (double)(f->seen.events + 1) / 2);
	assert_true(f->seen.rejects <= 1);
	assert_string_equal(
	    f->seen.sentence, "the compressed file is cut off: what could be read is shown");
	source_stop(f);
	/* The second half is missing its place: the data makes no sense from there on. */
	append(f->path, data, n / 2);
	memset(&f->seen, 0, sizeof(f->seen));
	f->closed = false;
	source_start(f);
	wait_until(f, is_over);
	assert_int_equal(f->seen.state, FEED_ENDED);
	assert_in_range(f->seen.events, 5000, 29999);
	assert_string_equal(f->seen.sentence,
	    "the compressed data is damaged: what could be read before that is shown");
	source_stop(f);
	free(data);
	free(text);
}

static void
a_growing_file_is_followed(void **state)
{
	struct fixture *f = *state;

	f->options.follow = true;
	append(f->path, "{\"score\":1}\n", 12);
	source_start(f);
	wait_until(f, is_level);
	assert_int_equal(f->seen.events, 1);
	/* It may never grow: it is at its end, and its clock stands still. */
	assert_int_equal(f->seen.state, FEED_ENDED);
	assert_int_equal(ndjson_source_ops.clock_ms(f->source, WALL_MS + 5000),
	    ndjson_source_ops.clock_ms(f->source, WALL_MS));
	append(f->path, "{\"score\":2}\n{\"sc", 16);
	wanted = 2;
	wait_until(f, has_wanted);
	append(f->path, "ore\":4}\n", 8);
	wanted = 3;
	wait_until(f, has_wanted);
	wait_until(f, is_live);
	assert_true(f->seen.sum == 7);
	assert_int_equal(ndjson_source_ops.clock_ms(f->source, WALL_MS + 5000) -
			     ndjson_source_ops.clock_ms(f->source, WALL_MS),
	    5000);
	assert_int_equal(f->seen.rejects, 0);
	/* A last line without an end is taken when nothing comes behind it. */
	append(f->path, "{\"score\":8}", 11);
	wanted = 4;
	wait_until(f, has_wanted);
	assert_true(f->seen.sum == 15);
	source_stop(f);
}

static void
a_followed_file_may_be_cut_or_replaced(void **state)
{
	struct fixture *f = *state;
	char other[600];

	f->options.follow = true;
	append(f->path, "{\"score\":1}\n{\"score\":2}\n", 24);
	source_start(f);
	wait_until(f, is_level);
	assert_int_equal(truncate(f->path, 0), 0);
	append(f->path, "{\"score\":4}\n", 12);
	wanted = 3;
	wait_until(f, has_wanted);
	wait_until(f, is_live);
	assert_string_equal(
	    f->seen.sentence, "the file was cut and is read from its beginning again");
	snprintf(other, sizeof(other), "%s.new", f->path);
	append(other, "{\"score\":8}\n", 12);
	assert_int_equal(rename(other, f->path), 0);
	wanted = 4;
	wait_until(f, has_wanted);
	wait_until(f, is_live);
	assert_string_equal(f->seen.sentence,
	    "the file was replaced by a new one, which is read from its beginning");
	assert_true(f->seen.sum == 15);
	source_stop(f);
}

static void
a_report_reads_to_what_was_the_end_at_the_start(void **state)
{
	struct fixture *f = *state;

	f->options.to_end_only = true;
	append(f->path, "{\"score\":1}\n{\"sco", 17);
	source_start(f);
	/* Written while it is being read: the torn line is finished, what comes behind it is not
	 * read. */
	append(f->path, "re\":2}\n{\"score\":4}\n", 19);
	wait_until(f, is_over);
	assert_true(f->seen.sum == 3);
	assert_int_equal(f->seen.events, 2);
	source_stop(f);
}

static void
a_pipe_is_read_as_it_comes(void **state)
{
	struct fixture *f = *state;
	struct err err;
	int fds[2], saved;

	saved = dup(STDIN_FILENO);
	assert_true(saved >= 0);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	close(fds[0]);
	if (source_try(f, URL_STDIN, &err))
		fail_msg("%s", err.msg);
	/* One byte first: too few to tell gzip from text. */
	assert_int_equal(write(fds[1], "{", 1), 1);
	uv_run(&f->loop, UV_RUN_ONCE);
	uv_run(&f->loop, UV_RUN_NOWAIT);
	assert_int_equal(write(fds[1], "\"score\":1}\n{\"score\":2}\n{\"sc", 27), 27);
	wanted = 2;
	wait_until(f, has_wanted);
	wait_until(f, is_live);
	assert_string_equal(f->seen.model, "stdin");
	assert_int_equal(write(fds[1], "ore\":4}", 7), 7);
	close(fds[1]);
	wait_until(f, is_over);
	assert_true(f->seen.sum == 7);
	source_stop(f);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
}

static void
a_source_may_be_closed_while_it_waits_and_held_while_it_reads(void **state)
{
	struct fixture *f = *state;
	size_t bytes, events;
	char *text = events_make(30000, &bytes);
	int i;

	append(f->path, text, bytes);
	free(text);
	source_start(f);
	wanted = 1;
	wait_until(f, has_wanted);
	ndjson_source_ops.hold(f->source, true);
	/* What was under way still arrives, then nothing does. */
	for (i = 0; i < 3; i++)
		uv_run(&f->loop, UV_RUN_NOWAIT);
	wait_until(f, has_wanted);
	events = f->seen.events;
	assert_true(events < 30000);
	ndjson_source_ops.hold(f->source, false);
	assert_int_equal(f->seen.events, events);
	wanted = events + 1;
	wait_until(f, has_wanted);
	source_stop(f);
}

static void
facts_come_once_a_tick_when_something_changed(void **state)
{
	struct fixture *f = *state;

	f->options.follow = true;
	append(f->path, "{\"score\":1}\n", 12);
	source_start(f);
	ndjson_source_ops.tick(f->source, WALL_MS);
	assert_int_equal(f->seen.sources, 1);
	assert_int_equal(f->seen.state, FEED_CATCHING_UP);
	wait_until(f, is_level);
	f->seen.sources = 0;
	ndjson_source_ops.tick(f->source, WALL_MS);
	assert_int_equal(f->seen.sources, 0);
	append(f->path, "{\"score\":1}\n", 12);
	wanted = 2;
	wait_until(f, has_wanted);
	ndjson_source_ops.tick(f->source, WALL_MS);
	assert_int_equal(f->seen.sources, 1);
	assert_int_equal(f->seen.lines, 2);
	source_stop(f);
}

static void
what_cannot_be_read_gets_one_sentence(void **state)
{
	struct fixture *f = *state;
	struct err err = {0};
	char expected[700];

	unlink(f->path);
	assert_int_equal(source_try(f, URL_FILE, &err), ERR_NOT_FOUND);
	snprintf(expected, sizeof(expected), "cannot read '%s': there is no such file", f->path);
	assert_string_equal(err.msg, expected);
	assert_int_equal(mkdir(f->path, 0700), 0);
	assert_int_equal(source_try(f, URL_FILE, &err), ERR_USAGE);
	snprintf(expected, sizeof(expected),
	    "'%s' is a directory: give a file of events, one JSON object a line", f->path);
	assert_string_equal(err.msg, expected);
	rmdir(f->path);
	if (getuid() != 0) {
		append(f->path, "x", 1);
		assert_int_equal(chmod(f->path, 0), 0);
		assert_int_equal(source_try(f, URL_FILE, &err), ERR_IO);
	}
}

static int
open_once(void *ctx, struct err *err)
{
	struct fixture *f = ctx;
	int rc = source_try(f, URL_FILE, err);

	if (rc == 0) {
		f->closed = false;
		ndjson_source_ops.close(f->source, on_closed, f);
		wait_until(f, is_closed);
	}
	return rc;
}

static void
out_of_memory_at_the_start_is_an_error(void **state)
{
	assert_true(alloc_fail_each(open_once, *state) > 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_file_is_read_to_its_end_in_turns),
	    TEST(the_last_line_needs_no_end_and_an_empty_file_is_one),
	    TEST(a_single_byte_is_a_line_too),
	    TEST(a_compressed_file_is_read_by_its_content),
	    TEST(of_a_cut_or_damaged_compressed_file_what_is_good_is_used),
	    TEST(a_growing_file_is_followed),
	    TEST(a_followed_file_may_be_cut_or_replaced),
	    TEST(a_report_reads_to_what_was_the_end_at_the_start),
	    TEST(a_pipe_is_read_as_it_comes),
	    TEST(a_source_may_be_closed_while_it_waits_and_held_while_it_reads),
	    TEST(facts_come_once_a_tick_when_something_changed),
	    TEST(what_cannot_be_read_gets_one_sentence),
	    TEST(out_of_memory_at_the_start_is_an_error),
	};

	return cmocka_run_group_tests_name("ndjson_source", tests, NULL, NULL);
}
