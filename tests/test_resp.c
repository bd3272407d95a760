/* The codec alone: whole replies, replies in pieces of every size, replies that are none; the batch; error replies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/redis_errors.h"
#include "collectors/resp_codec.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"

/* What the codec told, as one text. */
struct told {
	char text[8192];
	size_t n;
	enum resp_shape shape;
	struct resp_codec *codec;
	struct entry_batch batch;
	unsigned refuse_at; /* this entry is refused; 0: none */
	unsigned entries;
	bool stop_at_end;
};

static void tell(struct told *t, const char *fmt, ...) ERR_PRINTF(2, 3);

static void
tell(struct told *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->n += (size_t)vsnprintf(t->text + t->n, sizeof(t->text) - t->n, fmt, ap);
	va_end(ap);
	assert_true(t->n < sizeof(t->text));
}

static enum resp_shape
on_begin(void *ctx)
{
	struct told *t = ctx;

	tell(t, "<");
	return t->shape;
}

static bool
on_stream(void *ctx, struct slice key)
{
	tell(ctx, "stream %.*s;", (int)key.n, key.p);
	return !slice_is(key, "unknown");
}

static enum resp_verdict
on_entry(void *ctx, const struct resp_entry *e, uint32_t *stream, const char **why)
{
	struct told *t = ctx;

	*stream = 7;
	*why = "refused by the test";
	tell(t, "entry %llu-%llu %zu%s;", (unsigned long long)e->ms, (unsigned long long)e->seq, e->bytes,
	    e->too_large ? " too large" : "");
	return ++t->entries == t->refuse_at ? RESP_REFUSE : e->seq == 99 ? RESP_DROP : RESP_KEEP;
}

static void
on_value(void *ctx, const struct resp_value *v)
{
	tell(ctx, "%u.%zu:%d", v->depth, v->index, (int)v->kind);
	if (v->kind == RESP_INTEGER || v->kind == RESP_ARRAY)
		tell(ctx, "=%lld;", v->integer);
	else
		tell(ctx, "=%.*s;", (int)v->text.n, v->text.p ? v->text.p : "");
}

static void
on_end(void *ctx, const struct resp_value *top)
{
	struct told *t = ctx;

	tell(t, "%d %.*s>", (int)top->kind, (int)top->text.n, top->text.p);
	if (t->stop_at_end)
		resp_codec_stop(t->codec);
}

static const struct resp_handler handler_of_told = {NULL, on_begin, on_stream, on_entry, on_value, on_end};

static void
start(struct told *t, enum resp_shape shape)
{
	struct resp_handler handler = handler_of_told;

	memset(t, 0, sizeof(*t));
	handler.ctx = t;
	t->shape = shape;
	assert_int_equal(resp_codec_new(&t->codec, &t->batch, &handler, NULL), 0);
}

static void
stop(struct told *t)
{
	resp_codec_free(t->codec);
	entry_batch_release(&t->batch);
}

/* Takes all entries out of the batch, into the same text. */
static void
drain(struct told *t)
{
	struct batch_entry e;
	size_t i;

	while (entry_batch_take(&t->batch, &e)) {
		tell(t, "[%u %llu-%llu", e.stream, (unsigned long long)e.ms, (unsigned long long)e.seq);
		for (i = 0; i < e.npairs; i++)
			tell(t, " %.*s=%.*s", (int)e.pairs[i].name.n, e.pairs[i].name.p, (int)e.pairs[i].value.n,
			    e.pairs[i].value.p);
		tell(t, "]");
	}
}

static const char two_streams[] = "*2\r\n"
				  "*2\r\n$1\r\na\r\n*2\r\n"
				  "*2\r\n$3\r\n1-1\r\n*4\r\n$1\r\nx\r\n$2\r\n10\r\n$1\r\ny\r\n$0\r\n\r\n"
				  "*2\r\n$4\r\n1-99\r\n*2\r\n$1\r\nx\r\n$1\r\n3\r\n"
				  "*2\r\n$1\r\nb\r\n*1\r\n"
				  "*2\r\n$24\r\n18446744073709551615-123\r\n*0\r\n";
static const char two_streams_told[] =
    "<stream a;entry 1-1 4;entry 1-99 2;stream b;entry 18446744073709551615-123 0;5 >"
    "[7 1-1 x=10 y=][7 18446744073709551615-123]";

static void
entries_come_in_the_same_way_however_the_bytes_are_cut(void **state)
{
	size_t n = sizeof(two_streams) - 1, piece, at;

	(void)state;
	for (piece = 1; piece <= n; piece++) {
		struct told t;

		start(&t, RESP_STREAMS);
		for (at = 0; at < n; at += piece) {
			/* A piece of its own on the heap, so that a read behind it is seen by a checker. */
			size_t len = n - at < piece ? n - at : piece;
			char *copy = mem_dup(two_streams + at, len);

			assert_int_equal(resp_codec_feed(t.codec, copy, len, NULL), 0);
			mem_free(copy);
			assert_int_equal(resp_codec_inside(t.codec), at + len < n);
		}
		drain(&t);
		assert_string_equal(t.text, two_streams_told);
		stop(&t);
	}
}

static void
what_came_before_a_cut_is_kept_and_what_was_half_is_forgotten(void **state)
{
	size_t n = sizeof(two_streams) - 1, cut;
	const char *first_end = strstr(two_streams, "*2\r\n$4\r\n1-99");
	struct told t;

	(void)state;
	for (cut = 0; cut < n; cut++) {
		start(&t, RESP_STREAMS);
		assert_int_equal(resp_codec_feed(t.codec, two_streams, cut, NULL), 0);
		assert_int_equal(resp_codec_reset(t.codec, NULL), 0);
		assert_false(resp_codec_inside(t.codec));
		t.n = 0;
		t.text[0] = '\0';
		drain(&t);
		assert_string_equal(t.text, cut >= (size_t)(first_end - two_streams) ? "[7 1-1 x=10 y=]" : "");
		assert_int_equal(resp_codec_feed(t.codec, two_streams, n, NULL), 0);
		drain(&t);
		assert_non_null(strstr(t.text, two_streams_told));
		stop(&t);
	}
}

static void
a_range_is_entries_without_a_stream(void **state)
{
	static const char range[] = "*1\r\n*2\r\n$3\r\n5-0\r\n*2\r\n$1\r\nx\r\n$1\r\n3\r\n*0\r\n";
	struct told t;

	(void)state;
	start(&t, RESP_ENTRIES);
	assert_int_equal(resp_codec_feed(t.codec, range, sizeof(range) - 1, NULL), 0);
	drain(&t);
	assert_string_equal(t.text, "<entry 5-0 2;5 ><5 >[7 5-0 x=3]");
	stop(&t);
}

static void
values_are_told_one_by_one_with_depth_and_place(void **state)
{
	static const char reply[] = "*3\r\n$2\r\nab\r\n:-7\r\n*2\r\n*-1\r\n+fine\r\n-ERR no\r\n";
	struct told t;

	(void)state;
	start(&t, RESP_VALUES);
	assert_int_equal(resp_codec_feed(t.codec, reply, sizeof(reply) - 1, NULL), 0);
	assert_string_equal(t.text,
	    "<0.0:5=3;1.0:3=ab;1.1:4=-7;1.2:5=2;2.0:0=;2.1:1=fine;5 >"
	    "<0.0:2=ERR no;2 ERR no>");
	stop(&t);
}

static void
nothing_is_parsed_behind_a_stop(void **state)
{
	struct told t;

	(void)state;
	start(&t, RESP_WORD);
	t.stop_at_end = true;
	assert_int_equal(resp_codec_feed(t.codec, "+a\r\n+b\r\n", 8, NULL), 0);
	assert_string_equal(t.text, "<1 a>");
	stop(&t);
}

static void
refused(enum resp_shape shape, const char *bytes, size_t n, enum err_code code, const char *says)
{
	struct told t;
	struct err err = {0};

	start(&t, shape);
	if (resp_codec_feed(t.codec, bytes, n, &err) != (int)code || !strstr(err.msg, says))
		fail_msg("'%s': code %d, '%s', '%s'", bytes, (int)err.code, err.msg, t.text);
	stop(&t);
}

static void
what_is_no_answer_to_the_question_is_refused(void **state)
{
	static const struct {
		enum resp_shape shape;
		const char *bytes;
		enum err_code code;
		const char *says;
	} rows[] = {
	    {RESP_NOTHING, "+OK\r\n", ERR_FORMAT, "not asked for"},
	    {RESP_NOTHING, "*0\r\n", ERR_FORMAT, "not asked for"},
	    {RESP_NOTHING, "$-1\r\n", ERR_FORMAT, "not asked for"},
	    {RESP_STREAMS, ":1\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "+OK\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "*1\r\n+a\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "*1\r\n*2\r\n$7\r\nunknown\r\n", ERR_FORMAT, "not asked for"},
	    {RESP_STREAMS, "*1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "*1\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n*0\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "*1\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*3\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "*1\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n:1\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "*1\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*-1\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "*1\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n*0\r\n", ERR_FORMAT, "out of step"},
	    {RESP_STREAMS, "*1\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n$1\r\n1\r\n", ERR_FORMAT, "ms-seq"},
	    {RESP_VALUES, "+OK\r\n", ERR_FORMAT, "out of step"},
	    {RESP_VALUES, "$-1\r\n", ERR_FORMAT, "out of step"},
	    {RESP_WORD, "*0\r\n", ERR_FORMAT, "out of step"},
	    {RESP_VALUES, "*1048577\r\n", ERR_LIMIT, "1048576"},
	    {RESP_VALUES, "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", ERR_LIMIT, "nested deeper"},
	    {RESP_WORD, "$67108865\r\nx", ERR_LIMIT, "64 MiB"},
	    {RESP_WORD, "$4\r\nabcdef", ERR_FORMAT, "does not end"},
	    {RESP_WORD, "$-2\r\n", ERR_FORMAT, "not RESP"},
	    {RESP_WORD, "$x\r\n", ERR_FORMAT, "not RESP"},
	    {RESP_WORD, "HTTP/1.1 400\r\n", ERR_FORMAT, "'H'"},
	    {RESP_WORD, "\x15\x03\x01", ERR_FORMAT, "TLS"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* The depth guard of hiredis 0.14 itself is one level further out; either sentence will do there. */
		refused(rows[i].shape, rows[i].bytes, strlen(rows[i].bytes), rows[i].code, rows[i].says);
	}
}

static void
a_line_that_does_not_end_is_refused_at_64_KiB(void **state)
{
	struct told t;
	struct err err = {0};
	char piece[1024];
	size_t fed = 0;

	(void)state;
	start(&t, RESP_WORD);
	memset(piece, 'a', sizeof(piece));
	piece[0] = '+';
	while (resp_codec_feed(t.codec, piece, sizeof(piece), &err) == 0) {
		fed += sizeof(piece);
		assert_true(fed <= RESP_LINE_BYTES + sizeof(piece));
		piece[0] = 'a';
	}
	assert_int_equal(err.code, ERR_LIMIT);
	stop(&t);
}

static void
an_entry_beyond_the_limit_is_told_but_not_kept(void **state)
{
	static const char head[] = "*2\r\n*2\r\n$3\r\n1-0\r\n*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$8388608\r\n";
	static const char tail[] = "\r\n*2\r\n$3\r\n2-0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n";
	size_t n = LIMIT_ENTRY_BYTES, i;
	char *value = malloc(n);
	struct told t;

	(void)state;
	assert_non_null(value);
	memset(value, 'v', n);
	start(&t, RESP_ENTRIES);
	assert_int_equal(resp_codec_feed(t.codec, head, sizeof(head) - 1, NULL), 0);
	for (i = 0; i < n; i += 65536)
		assert_int_equal(resp_codec_feed(t.codec, value + i, 65536, NULL), 0);
	assert_int_equal(resp_codec_feed(t.codec, tail, sizeof(tail) - 1, NULL), 0);
	drain(&t);
	assert_string_equal(t.text, "<entry 1-0 8388611 too large;entry 2-0 2;5 >[7 2-0 a=b]");
	stop(&t);
	free(value);
}

static void
the_entry_with_a_string_beyond_the_limit_can_be_named(void **state)
{
	static const char reply[] = "*1\r\n*2\r\n$5\r\n12-34\r\n*2\r\n$1\r\na\r\n$99999999\r\n";
	struct told t;
	struct err err;
	uint64_t ms = 0, seq = 0;
	size_t bytes;
	bool too_large;

	(void)state;
	start(&t, RESP_ENTRIES);
	assert_int_equal(resp_codec_feed(t.codec, reply, sizeof(reply) - 1, &err), ERR_LIMIT);
	assert_true(resp_codec_unfinished(t.codec, &ms, &seq, &bytes, &too_large));
	assert_true(too_large);
	assert_int_equal(ms, 12);
	assert_int_equal(seq, 34);
	assert_int_equal(resp_codec_reset(t.codec, NULL), 0);
	assert_false(resp_codec_unfinished(t.codec, &ms, &seq, &bytes, &too_large));
	stop(&t);
}

static void
a_refused_entry_ends_the_reply(void **state)
{
	struct told t;
	struct err err;

	(void)state;
	start(&t, RESP_STREAMS);
	t.refuse_at = 2;
	assert_int_equal(resp_codec_feed(t.codec, two_streams, sizeof(two_streams) - 1, &err), ERR_FORMAT);
	assert_string_equal(err.msg, "refused by the test");
	drain(&t);
	assert_non_null(strstr(t.text, "[7 1-1 x=10 y=]"));
	stop(&t);
}

static void
ids_are_two_64_bit_numbers_and_nothing_else(void **state)
{
	static const char *const bad[] = {"", "-", "1", "1-", "-1", "1-1-1", "1 -1", "+1-1", "1-1 ",
	    "18446744073709551616-0", "0-18446744073709551616", "0x1-1", "1e3-1"};
	char buf[RESP_ID_BYTES];
	uint64_t ms, seq;
	size_t i;

	(void)state;
	assert_true(resp_id_parse(slice_of("18446744073709551615-18446744073709551615"), &ms, &seq));
	assert_true(ms == UINT64_MAX && seq == UINT64_MAX);
	assert_int_equal(resp_id_format(buf, ms, seq), 41);
	assert_string_equal(buf, "18446744073709551615-18446744073709551615");
	assert_true(resp_id_parse(slice_of("0-0"), &ms, &seq));
	assert_true(resp_id_parse(slice_of("007-08"), &ms, &seq));
	assert_true(ms == 7 && seq == 8);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(resp_id_parse(slice_of(bad[i]), &ms, &seq));
}

static void
commands_are_written_with_lengths_so_that_any_byte_passes(void **state)
{
	const char *argv[] = {"XREAD", "a\r\n\0b", ""};
	const size_t lens[] = {5, 5, 0};
	char *out = NULL;
	size_t n = 0, cap = 0;

	(void)state;
	assert_int_equal(resp_codec_format(&out, &n, &cap, 3, argv, lens, NULL), 0);
	assert_int_equal(resp_codec_format(&out, &n, &cap, 1, argv, lens, NULL), 0);
	assert_int_equal(n, 32 + 15);
	assert_memory_equal(out, "*3\r\n$5\r\nXREAD\r\n$5\r\na\r\n\0b\r\n$0\r\n\r\n*1\r\n$5\r\nXREAD\r\n", n);
	mem_free(out);
}

/* ---- allocations ----------------------------------------------------------------------------- */

static int
feed_all(void *ctx, struct err *err)
{
	struct told *t = ctx;
	struct resp_handler handler = handler_of_told;
	int rc;

	memset(t, 0, sizeof(*t));
	handler.ctx = t;
	t->shape = RESP_STREAMS;
	rc = resp_codec_new(&t->codec, &t->batch, &handler, err);
	if (!rc)
		rc = resp_codec_feed(t->codec, two_streams, sizeof(two_streams) - 1, err);
	stop(t);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	struct told t;

	(void)state;
	assert_true(alloc_fail_each(feed_all, &t) > 0);
}

static void
nothing_is_allocated_per_entry(void **state)
{
	static const char reply[] =
	    "*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nx\r\n$2\r\n10\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\nx\r\n$2\r\n10\r\n";
	struct told t;
	size_t before = 0;
	int i;

	(void)state;
	start(&t, RESP_ENTRIES);
	for (i = 0; i < 1000; i++) {
		struct batch_entry e;

		if (i == 1)
			before = alloc_count();
		assert_int_equal(resp_codec_feed(t.codec, reply, sizeof(reply) - 1, NULL), 0);
		while (entry_batch_take(&t.batch, &e))
			assert_int_equal(e.npairs, 1);
		t.n = 0;
	}
	assert_int_equal(alloc_count() - before, 0);
	stop(&t);
}

static void
the_batch_is_a_queue_over_many_turns(void **state)
{
	struct entry_batch b = {0};
	struct batch_entry e;
	uint64_t put = 0, taken = 0;
	char text[24];

	(void)state;
	while (taken < 20000) {
		unsigned i, burst = (unsigned)(put * 7 % 11);

		for (i = 0; i < burst; i++) {
			size_t n = (size_t)snprintf(text, sizeof(text), "%llu", (unsigned long long)put);

			assert_true(entry_batch_begin(&b));
			assert_true(entry_batch_put(&b, "n", 1));
			if (put % 5 == 0) /* half an entry, given up */
				assert_true(entry_batch_begin(&b) && entry_batch_put(&b, "n", 1));
			assert_true(entry_batch_put(&b, text, n));
			entry_batch_commit(&b, (uint32_t)(put % 3), put, 1);
			put++;
		}
		for (i = 0; i < 5 && entry_batch_take(&b, &e); i++) {
			snprintf(text, sizeof(text), "%llu", (unsigned long long)taken);
			assert_int_equal(e.ms, taken);
			assert_int_equal(e.stream, taken % 3);
			assert_int_equal(e.npairs, 1);
			assert_true(slice_is(e.pairs[0].value, text));
			taken++;
		}
		if (burst == 0)
			put++, taken += entry_batch_pending(&b) == 0 && taken + 1 == put;
	}
	entry_batch_release(&b);
}

/* ---- error replies --------------------------------------------------------------------------- */

static void
every_error_reply_has_a_class_and_a_sentence(void **state)
{
	char sentence[256], reply[300];
	size_t i;

	(void)state;
	for (i = 0; redis_error_prefix(i); i++) {
		struct slice text;

		snprintf(reply, sizeof(reply), "%s and \x1b[31m more", redis_error_prefix(i));
		text = slice_of(reply);
		assert_int_not_equal(redis_error_classify(text), REDIS_ERROR_OTHER);
		redis_error_sentence(text, sentence, sizeof(sentence));
		assert_in_range(strlen(sentence), 10, 250);
		assert_null(strchr(sentence, '\x1b'));
		/* A longer prefix must come first, or it would never be found. */
		redis_error_sentence(slice_of(redis_error_prefix(i)), reply, sizeof(reply));
		assert_memory_equal(reply, sentence, 10);
	}
	assert_true(i > 20);
	assert_int_equal(redis_error_classify(slice_of("")), REDIS_ERROR_OTHER);
	redis_error_sentence(slice_of("ODD thing"), sentence, sizeof(sentence));
	assert_string_equal(sentence, "the server answered: ODD thing");
	redis_error_sentence(slice_of("ODD thing"), sentence, 8);
	assert_string_equal(sentence, "the ser");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entries_come_in_the_same_way_however_the_bytes_are_cut),
	    cmocka_unit_test(what_came_before_a_cut_is_kept_and_what_was_half_is_forgotten),
	    cmocka_unit_test(a_range_is_entries_without_a_stream),
	    cmocka_unit_test(values_are_told_one_by_one_with_depth_and_place),
	    cmocka_unit_test(nothing_is_parsed_behind_a_stop),
	    cmocka_unit_test(what_is_no_answer_to_the_question_is_refused),
	    cmocka_unit_test(a_line_that_does_not_end_is_refused_at_64_KiB),
	    cmocka_unit_test(an_entry_beyond_the_limit_is_told_but_not_kept),
	    cmocka_unit_test(the_entry_with_a_string_beyond_the_limit_can_be_named),
	    cmocka_unit_test(a_refused_entry_ends_the_reply),
	    cmocka_unit_test(ids_are_two_64_bit_numbers_and_nothing_else),
	    cmocka_unit_test(commands_are_written_with_lengths_so_that_any_byte_passes),
	    cmocka_unit_test(every_allocation_may_fail),
	    cmocka_unit_test(nothing_is_allocated_per_entry),
	    cmocka_unit_test(the_batch_is_a_queue_over_many_turns),
	    cmocka_unit_test(every_error_reply_has_a_class_and_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
