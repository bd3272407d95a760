/* Reading recordings: what is in one, one that grows, what is no recording. Damage: test_recording_damage.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/mapped.h"
#include "collectors/recording.h"
#include "core/fact_bytes.h"
#include "core/mem.h"
#include "tests/lib_recording.h"
#include "tests/lib_tmp.h"

#define MINUTES 25
#define MINUTE	60000
#define END	(FRAME_BYTES + RECORDING_END_BYTES)

static struct lib_recording small; /* made once, read by all */
static char dir[256], path[300];

static int
make_small(void **state)
{
	struct recording_head head = lib_recording_head();

	(void)state;
	lib_recording_init(&small, &head);
	lib_recording_fleet(&small, MINUTES, NULL, NULL);
	lib_recording_end(&small, LIB_RECORDING_BEGIN + MINUTES * MINUTE);
	lib_tmp_make(dir, sizeof(dir), "recording");
	snprintf(path, sizeof(path), "%s/a.dtr", dir);
	return 0;
}

static int
remove_small(void **state)
{
	(void)state;
	lib_recording_release(&small);
	lib_tmp_remove(dir);
	return 0;
}

static struct recording *
open_bytes(const void *bytes, size_t n)
{
	struct recording *r = NULL;
	struct err err = {0};

	lib_recording_save(bytes, n, path);
	if (recording_open(&r, path, &err))
		fail_msg("%s", err.msg);
	return r;
}

static size_t
count_of(const struct recording *r, enum frame_type type)
{
	size_t n = 0, i;

	for (i = 0; i < recording_count(r); i++)
		n += recording_frame(r, i)->frame.type == type;
	return n;
}

static void
says_what_is_in_it(void **state)
{
	struct recording *r = open_bytes(small.out.p, small.out.n);
	int64_t from, to;

	(void)state;
	assert_int_equal(recording_head(r)->major, RECORDING_MAJOR);
	assert_true(slice_is(recording_head(r)->endpoint, "redis://cache:6379"));
	assert_string_equal(recording_path(r), path);
	assert_int_equal(recording_bytes(r), small.out.n);
	assert_true(recording_ended(r));
	assert_int_equal(recording_damages(r), 0);
	recording_range(r, &from, &to);
	assert_int_equal(from, LIB_RECORDING_BEGIN);
	assert_int_equal(to, LIB_RECORDING_BEGIN + MINUTES * MINUTE);
	assert_int_equal(count_of(r, FRAME_KEY), 3);
	assert_int_equal(count_of(r, FRAME_HEADER), 1);
	assert_in_range(count_of(r, FRAME_STEP), MINUTES * 12 - 2, MINUTES * 12 + 2);
	assert_int_equal(count_of(r, FRAME_KEY_MODEL), 4); /* the first key is from before any event */
	assert_int_equal(recording_check(r, NULL), 0);
	assert_int_equal(recording_damages(r), 0);
	recording_close(r);
}

static void
every_payload_unpacks_to_its_length(void **state)
{
	struct recording *r = open_bytes(small.out.p, small.out.n);
	size_t i, n, prefixed = 0;

	(void)state;
	for (i = 0; i < recording_count(r); i++) {
		char *payload = NULL;

		assert_int_equal(recording_payload(r, i, &payload, &n, NULL), 0);
		assert_int_equal(n, recording_frame(r, i)->frame.raw);
		prefixed += (recording_frame(r, i)->frame.flags & FRAME_PREFIXED) != 0;
		mem_free(payload);
	}
	assert_int_equal(prefixed, 2); /* those of the last key */
	recording_close(r);
}

static void
the_last_frame_before_a_time_is_found(void **state)
{
	struct recording *r = open_bytes(small.out.p, small.out.n);
	int64_t at;

	(void)state;
	for (at = LIB_RECORDING_BEGIN - 1000; at < LIB_RECORDING_BEGIN + (MINUTES + 1) * MINUTE; at += 777) {
		size_t found = recording_last(r, FRAME_STEP, at), i, last = SIZE_MAX;

		for (i = 0; i < recording_count(r); i++) {
			const struct frame *f = &recording_frame(r, i)->frame;

			if (f->type == FRAME_STEP && f->time_ms <= at)
				last = i;
		}
		assert_int_equal(found, last);
	}
	assert_int_equal(recording_last(r, (enum frame_type)200, INT64_MAX), SIZE_MAX);
	assert_int_equal(recording_behind(r, FRAME_HEADER, SIZE_MAX), 0);
	assert_int_equal(recording_behind(r, FRAME_HEADER, 0), SIZE_MAX);
	assert_int_equal(recording_before(r, FRAME_END, SIZE_MAX), recording_count(r) - 1);
	assert_int_equal(recording_before(r, FRAME_END, recording_count(r) - 1), SIZE_MAX);
	recording_close(r);
}

static void
alerts_and_marks_are_listed_by_time(void **state)
{
	struct recording *r = open_bytes(small.out.p, small.out.n);
	size_t n = recording_alerts(r), i, fired = 0, cleared = 0;
	int64_t half = LIB_RECORDING_BEGIN + MINUTES * MINUTE / 2;

	(void)state;
	for (i = 0; i < n; i++) {
		const struct recording_alert *a = recording_alert(r, i);

		assert_true(i == 0 || recording_alert(r, i - 1)->time_ms <= a->time_ms);
		assert_true(a->alert->key.rule.n > 0);
		fired += a->kind == ALERT_CHANGE_FIRED;
		cleared += a->kind == ALERT_CHANGE_CLEARED;
	}
	assert_true(fired > 0 && cleared > 0);
	assert_int_equal(recording_marks(r), 1);
	assert_int_equal(recording_mark(r, 0)->at_ms, half);
	assert_true(slice_is(recording_mark(r, 0)->text, "rolled back"));
	recording_close(r);
}

/* ---- notes beside it ------------------------------------------------------------------------- */

static void
put_note(struct lib_recording *w, int64_t at, const char *text)
{
	struct fact f = {.kind = FACT_MARK};
	struct bytes payload;

	f.u.mark.model = SIZE_MAX;
	f.u.mark.at_ms = at;
	f.u.mark.text = slice_of(text);
	bytes_init(&payload);
	bytes_put_uint(&payload, 1);
	fact_write(&f, &payload);
	lib_recording_frame(w, FRAME_MARK, at, 0, slice_make(payload.p, payload.n));
	bytes_release(&payload);
}

static void
notes_of_the_file_beside_it_are_among_the_marks(void **state)
{
	struct recording_head head = lib_recording_head();
	struct recording *r = open_bytes(small.out.p, small.out.n);
	struct lib_recording notes;
	char beside[320];

	(void)state;
	assert_int_equal(recording_marks(r), 1);
	recording_close(r);
	lib_recording_init(&notes, &head);
	put_note(&notes, LIB_RECORDING_BEGIN + 1000, "first");
	put_note(&notes, LIB_RECORDING_BEGIN + MINUTES * MINUTE, "last");
	snprintf(beside, sizeof(beside), "%s%s", path, RECORDING_NOTES);
	lib_recording_save(notes.out.p, notes.out.n, beside);
	r = open_bytes(small.out.p, small.out.n);
	assert_int_equal(recording_marks(r), 3);
	assert_true(slice_is(recording_mark(r, 0)->text, "first"));
	assert_true(slice_is(recording_mark(r, 1)->text, "rolled back"));
	assert_true(slice_is(recording_mark(r, 2)->text, "last"));
	/* Another one comes while it is open. */
	put_note(&notes, LIB_RECORDING_BEGIN + 2000, "second");
	lib_recording_save(notes.out.p, notes.out.n, beside);
	assert_int_equal(recording_marks(r), 4);
	assert_true(slice_is(recording_mark(r, 1)->text, "second"));
	recording_close(r);
	lib_tmp_remove(beside);
	lib_recording_release(&notes);
}

/* ---- one that grows -------------------------------------------------------------------------- */

static void
what_is_written_on_is_found(void **state)
{
	size_t at = small.out.n / 3, whole, i;
	struct recording *r = open_bytes(small.out.p, at), *all;
	FILE *f = fopen(path, "ab");

	(void)state;
	assert_non_null(f);
	assert_false(recording_follow(r));
	while (at < small.out.n) {
		size_t n = small.out.n - at < 7001 ? small.out.n - at : 7001;

		assert_int_equal(fwrite(small.out.p + at, 1, n, f), n);
		assert_int_equal(fflush(f), 0);
		at += n;
		(void)recording_follow(r);
		for (i = 0; i < recording_damages(r); i++)
			assert_true(recording_damage(r, i)->torn);
	}
	fclose(f);
	assert_true(recording_ended(r));
	assert_int_equal(recording_damages(r), 0);
	assert_int_equal(recording_open(&all, path, NULL), 0);
	whole = recording_count(all);
	assert_int_equal(recording_count(r), whole);
	for (i = 0; i < whole; i++) {
		assert_int_equal(recording_frame(r, i)->frame.at, recording_frame(all, i)->frame.at);
		assert_int_equal(recording_frame(r, i)->frame.crc, recording_frame(all, i)->frame.crc);
	}
	assert_int_equal(recording_alerts(r), recording_alerts(all));
	recording_close(all);
	recording_close(r);
}

static void
one_that_becomes_shorter_is_no_harm(void **state)
{
	struct recording *r = open_bytes(small.out.p, small.out.n);
	size_t n = recording_count(r);

	(void)state;
	lib_recording_save(small.out.p, small.out.n / 2, path);
	(void)recording_follow(r);
	assert_true(recording_count(r) < n);
	lib_recording_save(small.out.p, small.out.n, path);
	assert_true(recording_follow(r));
	assert_int_equal(recording_count(r), n);
	assert_int_equal(recording_check(r, NULL), 0);
	assert_int_equal(recording_damages(r), 0);
	recording_close(r);
}

/* Cut by somebody else while it is read: what is gone is damage, and the rest is as before. */
static void
one_that_is_cut_while_it_is_read_is_damaged_there(void **state)
{
	struct recording *r = open_bytes(small.out.p, small.out.n);
	size_t n = recording_count(r), half = small.out.n / 2, good = 0, i, raw;
	struct err err = {0};
	char *p;

	(void)state;
	mapped_guard();
	assert_int_equal(truncate(path, (off_t)half), 0);
	for (i = 0; i < n; i++) {
		const struct frame *f = &recording_frame(r, i)->frame;
		int rc = recording_payload(r, i, &p, &raw, &err);

		if (!rc)
			mem_free(p);
		good += rc == 0;
		if (f->at + FRAME_BYTES + f->stored <= half)
			assert_int_equal(rc, 0);
		else if (f->stored)
			assert_int_equal(rc, ERR_FORMAT);
	}
	assert_in_range(good, n / 4, n - 1);
	assert_true(recording_damages(r) > 0);
	assert_int_equal(recording_check(r, NULL), 0);
	(void)recording_follow(r);
	assert_in_range(recording_count(r), good - 1, good);
	lib_recording_save(small.out.p, small.out.n, path);
	assert_true(recording_follow(r));
	assert_int_equal(recording_check(r, NULL), 0);
	assert_int_equal(recording_count(r), n);
	assert_int_equal(recording_damages(r), 0);
	recording_close(r);
}

static void
one_that_is_taken_up_again_goes_on_in_place_of_its_end(void **state)
{
	size_t half = small.out.n / 2, i;
	struct recording_head head = lib_recording_head();
	struct recording *r = open_bytes(small.out.p, small.out.n), *first;
	struct lib_recording w;

	(void)state;
	for (i = 0; recording_frame(r, i)->frame.at < half; i++)
		;
	half = recording_frame(r, i)->frame.at;
	recording_close(r);
	lib_recording_init(&w, &head);
	w.index = false;
	bytes_release(&w.out);
	bytes_put(&w.out, small.out.p, half);
	w.seq = i;
	lib_recording_end(&w, LIB_RECORDING_BEGIN);
	first = open_bytes(w.out.p, w.out.n);
	assert_true(recording_ended(first));
	lib_recording_save(small.out.p, small.out.n, path);
	assert_true(recording_follow(first));
	r = open_bytes(small.out.p, small.out.n);
	assert_int_equal(recording_count(first), recording_count(r));
	assert_int_equal(recording_damages(first), 0);
	assert_int_equal(recording_frame(first, i)->frame.type, recording_frame(r, i)->frame.type);
	recording_close(r);
	recording_close(first);
	lib_recording_release(&w);
}

/* ---- by its indexes -------------------------------------------------------------------------- */

static void
assert_same_frames(const struct recording *a, const struct recording *b)
{
	size_t i;

	assert_int_equal(recording_count(a), recording_count(b));
	for (i = 0; i < recording_count(a); i++) {
		const struct frame *x = &recording_frame(a, i)->frame, *y = &recording_frame(b, i)->frame;

		assert_int_equal(x->at, y->at);
		assert_int_equal(x->type, y->type);
		assert_int_equal(x->flags, y->flags);
		assert_int_equal(x->stored, y->stored);
		assert_int_equal(x->raw, y->raw);
		assert_int_equal(x->seq, y->seq);
		assert_int_equal(x->base, y->base);
		assert_int_equal(x->crc, y->crc);
		assert_true(x->time_ms == y->time_ms);
	}
}

/* recording_check passes it over. Without its end nothing leads to it. */
static void
an_index_tells_what_the_headers_tell(void **state)
{
	struct recording *by_index = open_bytes(small.out.p, small.out.n), *by_headers = NULL;

	(void)state;
	assert_true(recording_before(by_index, FRAME_INDEX, SIZE_MAX) != SIZE_MAX);
	assert_int_equal(recording_open(&by_headers, path, NULL), 0);
	assert_int_equal(recording_check(by_headers, NULL), 0);
	assert_same_frames(by_headers, by_index);
	recording_close(by_headers);
	by_headers = open_bytes(small.out.p, small.out.n - END);
	assert_int_equal(recording_count(by_headers) + 1, recording_count(by_index));
	recording_close(by_index);
	recording_close(by_headers);
}

/* A header that an index has told of is looked at when it counts. */
static void
a_header_that_is_not_what_its_index_says_is_damage(void **state)
{
	char *copy = malloc(small.out.n), *payload = NULL;
	struct recording *r = open_bytes(small.out.p, small.out.n);
	size_t step = recording_last(r, FRAME_STEP, LIB_RECORDING_BEGIN + 9 * MINUTE), count = recording_count(r), n;

	(void)state;
	assert_non_null(copy);
	memcpy(copy, small.out.p, small.out.n);
	copy[recording_frame(r, step)->frame.at + 20] ^= 1;
	recording_close(r);
	r = open_bytes(copy, small.out.n);
	assert_int_equal(recording_count(r), count);
	assert_int_equal(recording_damages(r), 0);
	assert_int_equal(recording_payload(r, step, &payload, &n, NULL), ERR_FORMAT);
	assert_int_equal(recording_damages(r), 1);
	assert_int_equal(recording_check(r, NULL), 0);
	assert_int_equal(recording_damages(r), 1);
	assert_int_equal(recording_count(r), count - 1);
	recording_close(r);
	free(copy);
}

static void
an_index_that_lies_is_not_believed(void **state)
{
	char *copy = malloc(small.out.n);
	struct recording *r = open_bytes(small.out.p, small.out.n), *changed;
	size_t index = recording_before(r, FRAME_INDEX, SIZE_MAX), at = recording_frame(r, index)->frame.at, i;

	(void)state;
	assert_non_null(copy);
	for (i = 0; i < 3; i++) {
		memcpy(copy, small.out.p, small.out.n);
		if (i == 0)
			copy[at + FRAME_BYTES + 3] ^= 1; /* its payload */
		else if (i == 1)
			copy[at + 9] ^= 1; /* its header */
		else
			recording_end_write(at - 1, copy + small.out.n - RECORDING_END_BYTES); /* the end's checksum */
		changed = open_bytes(copy, small.out.n);
		assert_in_range(recording_count(changed), recording_count(r) - 1, recording_count(r));
		assert_int_equal(recording_alerts(changed), recording_alerts(r));
		recording_close(changed);
	}
	recording_close(r);
	free(copy);
}

/* ---- of memory ------------------------------------------------------------------------------- */

static void
frames_in_memory_read_as_those_of_a_file(void **state)
{
	struct recording *file = open_bytes(small.out.p, small.out.n), *r = NULL;
	size_t count = recording_count(file), n, k, i;
	struct recording_head head = lib_recording_head();

	(void)state;
	assert_int_equal(recording_of_frames(&r, &head, recording_frame(file, 0), count, NULL), 0);
	assert_int_equal(recording_alerts(r), recording_alerts(file));
	assert_int_equal(recording_bytes(r), recording_bytes(file));
	assert_string_equal(recording_path(r), "");
	assert_false(recording_follow(r));
	for (i = 0; i < count; i++) {
		char *a = NULL, *b = NULL;

		assert_int_equal(recording_payload(r, i, &a, &n, NULL), 0);
		assert_int_equal(recording_payload(file, i, &b, &k, NULL), 0);
		assert_int_equal(n, k);
		assert_memory_equal(a, b, n);
		mem_free(a);
		mem_free(b);
	}
	recording_close(r);
	recording_close(file);
}

/* ---- what is no recording -------------------------------------------------------------------- */

static void
refuse(const void *bytes, size_t n, int code, const char *part)
{
	struct recording *r = NULL;
	struct err err = {0};

	lib_recording_save(bytes, n, path);
	assert_int_equal(recording_open(&r, path, &err), code);
	if (!strstr(err.msg, part) || !strstr(err.msg, path))
		fail_msg("'%s' does not say '%s'", err.msg, part);
}

static void
what_is_no_recording_is_named(void **state)
{
	char zeros[100] = {0};

	(void)state;
	refuse("", 0, ERR_FORMAT, "empty");
	refuse("dear diary\n", 11, ERR_FORMAT, "text");
	refuse("{\"ts\":1,\"model\":\"m\"}\n", 21, ERR_FORMAT, "JSON");
	refuse("\x1f\x8b\x08\0\0\0", 6, ERR_FORMAT, "gzip");
	refuse("REDIS0009", 9, ERR_FORMAT, "Redis");
	refuse("\x7f" "ELF\x02", 5, ERR_FORMAT, "program");
	refuse("\x01\x02\x03\xff\xfe", 5, ERR_FORMAT, "another program");
	refuse(zeros, sizeof(zeros), ERR_FORMAT, "zeros");
	refuse("\xd7" "DTR", 4, ERR_FORMAT, "not one frame");
	refuse(small.out.p, FRAME_BYTES + 3, ERR_FORMAT, "not one frame");
}

static void
a_newer_format_is_refused(void **state)
{
	struct recording_head head = lib_recording_head();
	struct lib_recording w;

	(void)state;
	head.major = RECORDING_MAJOR + 1;
	lib_recording_init(&w, &head);
	refuse(w.out.p, w.out.n, ERR_UNSUPPORTED, "newer");
	lib_recording_release(&w);
}

static void
without_a_head_there_must_be_a_state(void **state)
{
	size_t head = FRAME_BYTES;
	struct recording *r;
	struct frame f;

	(void)state;
	assert_true(frame_read(&f, (const unsigned char *)small.out.p));
	head += f.stored;
	/* Behind the head comes the first key. */
	r = open_bytes(small.out.p + head, small.out.n - head);
	assert_int_equal(recording_head(r)->major, 0);
	recording_close(r);
	refuse(small.out.p + small.out.n - END, END, ERR_FORMAT, "what is left of a recording");
}

static void
places_that_are_no_file_are_refused(void **state)
{
	struct recording *r = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(recording_open(&r, dir, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "directory"));
	assert_int_equal(recording_open(&r, "/dev/null", &err), ERR_IO);
	snprintf(path, sizeof(path), "%s/none", dir);
	assert_int_equal(recording_open(&r, path, &err), ERR_NOT_FOUND);
	snprintf(path, sizeof(path), "%s/a.dtr", dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_in_it),
		cmocka_unit_test(every_payload_unpacks_to_its_length),
		cmocka_unit_test(the_last_frame_before_a_time_is_found),
		cmocka_unit_test(alerts_and_marks_are_listed_by_time),
		cmocka_unit_test(notes_of_the_file_beside_it_are_among_the_marks),
		cmocka_unit_test(what_is_written_on_is_found),
		cmocka_unit_test(one_that_becomes_shorter_is_no_harm),
		cmocka_unit_test(one_that_is_cut_while_it_is_read_is_damaged_there),
		cmocka_unit_test(one_that_is_taken_up_again_goes_on_in_place_of_its_end),
		cmocka_unit_test(an_index_tells_what_the_headers_tell),
		cmocka_unit_test(a_header_that_is_not_what_its_index_says_is_damage),
		cmocka_unit_test(an_index_that_lies_is_not_believed),
		cmocka_unit_test(frames_in_memory_read_as_those_of_a_file),
		cmocka_unit_test(what_is_no_recording_is_named),
		cmocka_unit_test(a_newer_format_is_refused),
		cmocka_unit_test(without_a_head_there_must_be_a_state),
		cmocka_unit_test(places_that_are_no_file_are_refused),
	};

	return cmocka_run_group_tests(tests, make_small, remove_small);
}
