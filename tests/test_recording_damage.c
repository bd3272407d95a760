/*
 * Damaged recordings: every frame that is whole is found, none that is not, and each place that is damaged is told of.
 *
 * A flip of one bit is always seen: CRC-32C finds all of them. So there is no tolerance anywhere here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/player.h"
#include "collectors/recording.h"
#include "collectors/squeeze.h"
#include "core/mem.h"
#include "tests/lib_recording.h"
#include "tests/lib_rng.h"

#define MINUTES	    12
#define MINUTE	    60000
#define TRUNCATIONS 1000
#define FLIPS	    3000
#define HOLES	    1000

static struct lib_recording small;
static struct recording *whole;
static char *copy;

static int
make_small(void **state)
{
	struct recording_head head = lib_recording_head();

	(void)state;
	lib_recording_init(&small, &head);
	lib_recording_fleet(&small, MINUTES, NULL, NULL);
	lib_recording_end(&small, LIB_RECORDING_BEGIN + MINUTES * MINUTE);
	copy = malloc(2 * small.out.n);
	assert_non_null(copy);
	assert_int_equal(recording_of_bytes(&whole, small.out.p, small.out.n, NULL), 0);
	print_message("%zu bytes, %zu frames\n", small.out.n, recording_count(whole));
	return 0;
}

static int
remove_small(void **state)
{
	(void)state;
	recording_close(whole);
	lib_recording_release(&small);
	free(copy);
	return 0;
}

static const struct frame *
frame_of(size_t index)
{
	return &recording_frame(whole, index)->frame;
}

static size_t
end_of(size_t index)
{
	return frame_of(index)->at + FRAME_BYTES + frame_of(index)->stored;
}

/* A frame that is found must be that one, `moved` bytes further back. */
static void
assert_is(const struct recording *r, size_t at, size_t original, size_t moved)
{
	const struct frame *x = &recording_frame(r, at)->frame, *y = frame_of(original);

	assert_int_equal(x->at + moved, y->at);
	assert_int_equal(x->seq, y->seq);
	assert_int_equal(x->type, y->type);
	assert_int_equal(x->crc, y->crc);
	assert_int_equal(x->stored, y->stored);
}

/* All frames but those that touch [from, to), which was taken out or changed. */
static void
assert_all_but(struct recording *r, size_t from, size_t to, size_t moved)
{
	size_t i, k = 0;

	for (i = 0; i < recording_count(whole); i++) {
		bool before = end_of(i) <= from, behind = frame_of(i)->at >= to;

		if (!before && !behind)
			continue;
		if (k >= recording_count(r))
			fail_msg("of [%zu, %zu): frame %zu is not found", from, to, i);
		assert_is(r, k++, i, before ? 0 : moved);
	}
	assert_int_equal(k, recording_count(r));
}

static struct recording *
open_checked(size_t n)
{
	struct recording *r = NULL;
	struct err err = {0};

	if (recording_of_bytes(&r, copy, n, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(recording_check(r, NULL), 0);
	return r;
}

/* ---- one after the other --------------------------------------------------------------------- */

static void
cut_anywhere_all_frames_before_are_there(void **state)
{
	uint64_t seed = 17;
	int i;

	(void)state;
	for (i = 0; i < TRUNCATIONS; i++) {
		size_t n = (size_t)rng_below(&seed, small.out.n);
		struct recording *r = NULL;

		memcpy(copy, small.out.p, n);
		if (n < end_of(0)) {
			assert_int_equal(recording_of_bytes(&r, copy, n, NULL), ERR_FORMAT);
			continue;
		}
		r = open_checked(n);
		assert_all_but(r, n, SIZE_MAX, 0);
		if (recording_damages(r)) {
			assert_int_equal(recording_damages(r), 1);
			assert_true(recording_damage(r, 0)->torn);
			assert_int_equal(recording_damage(r, 0)->at + recording_damage(r, 0)->bytes, n);
		} else {
			assert_int_equal(end_of(recording_count(r) - 1), n);
		}
		recording_close(r);
	}
}

/* What was opened by headers or an index alone gives the payload, or says that it is damaged. */
static void
assert_payloads(struct recording *r, size_t bad)
{
	size_t i, n;

	for (i = 0; i < recording_count(r); i++) {
		char *payload = NULL;
		int rc = recording_payload(r, i, &payload, &n, NULL);

		assert_true(rc == 0 || rc == ERR_FORMAT);
		if (!rc)
			assert_true(recording_frame(r, i)->frame.at != bad);
		mem_free(payload);
	}
	assert_true(recording_damages(r) >= 1);
}

static void
a_bit_flipped_anywhere_costs_its_own_frame(void **state)
{
	uint64_t seed = 19;
	int i;

	(void)state;
	memcpy(copy, small.out.p, small.out.n);
	for (i = 0; i < FLIPS; i++) {
		size_t at = (size_t)rng_below(&seed, small.out.n), frame = 0;
		char bit = (char)(1 << rng_below(&seed, 8));
		const struct recording_damage *d;
		struct recording *r = NULL;

		while (end_of(frame) <= at)
			frame++;
		copy[at] ^= bit;
		assert_int_equal(recording_of_bytes(&r, copy, small.out.n, NULL), 0);
		if (i % 20 == 0)
			assert_payloads(r, frame_of(frame)->at);
		assert_int_equal(recording_check(r, NULL), 0);
		assert_all_but(r, frame_of(frame)->at, end_of(frame), 0);
		assert_int_equal(recording_damages(r), 1);
		d = recording_damage(r, 0);
		assert_int_equal(d->at, frame_of(frame)->at);
		assert_int_equal(d->bytes, end_of(frame) - frame_of(frame)->at);
		assert_true(frame == 0 ? d->from_ms == INT64_MIN : d->from_ms == frame_of(frame - 1)->time_ms);
		recording_close(r);
		copy[at] ^= bit;
	}
}

static void
try_hole(size_t from, size_t to)
{
	struct recording *r;

	memcpy(copy, small.out.p, from);
	memcpy(copy + from, small.out.p + to, small.out.n - to);
	r = open_checked(small.out.n - (to - from));
	assert_all_but(r, from, to, to - from);
	assert_true(recording_damages(r) > 0);
	recording_close(r);
}

/*
 * Some of them the size of a frame, so that what a damaged header says leads to a header. Frames at both ends of a hole
 * are whole where it ends between frames. Its first bytes may be such as those behind it, which only moves it.
 */
static void
behind_a_hole_all_frames_are_there(void **state)
{
	size_t count = recording_count(whole), i;
	uint64_t seed = 23;

	(void)state;
	for (i = 0; i < HOLES; i++) {
		size_t from = end_of(1) + (size_t)rng_below(&seed, small.out.n - end_of(1) - 100), n;

		n = 1 + (size_t)rng_below(&seed, i % 3 ? 5000 : 50);
		if (from + n >= small.out.n)
			n = small.out.n - from - 1;
		if (small.out.p[from] == small.out.p[from + n])
			continue;
		try_hole(from, from + n);
	}
	for (i = 2; i + 3 < count; i++) {
		size_t n = FRAME_BYTES + frame_of(i + 1)->stored;

		try_hole(frame_of(i)->at, end_of(i)); /* all of one */
		if (frame_of(i)->stored > 8 && memcmp(small.out.p + end_of(i) - 8, small.out.p + end_of(i) + n - 8, 8))
			try_hole(end_of(i) - 8, end_of(i) + n - 8);
	}
}

/* ---- headers that lie ------------------------------------------------------------------------ */

/* With a checksum that holds: what only a bad writer does. All other frames are found none the less. */
static void
a_length_that_lies_hides_no_other_frame(void **state)
{
	uint64_t seed = 29;
	size_t i;

	(void)state;
	for (i = 2; i + 2 < recording_count(whole); i++) {
		struct frame f = *frame_of(i);
		struct recording *r;

		memcpy(copy, small.out.p, small.out.n);
		f.stored = i % 2 ? f.stored + 1 + (uint32_t)rng_below(&seed, 3000)
				 : (uint32_t)rng_below(&seed, f.stored);
		f.raw = f.flags & FRAME_PACKED ? f.raw : f.stored;
		frame_write(&f, (unsigned char *)copy + f.at);
		r = open_checked(small.out.n);
		assert_all_but(r, f.at, end_of(i), 0);
		recording_close(r);
	}
}

/* ---- bombs ----------------------------------------------------------------------------------- */

struct held {
	size_t largest;
};

static bool
note_size(void *ctx, size_t bytes)
{
	struct held *h = ctx;

	if (bytes > h->largest)
		h->largest = bytes;
	return true;
}

static size_t
add_frame(size_t at, struct frame *f, struct slice payload)
{
	f->stored = (uint32_t)payload.n;
	f->crc = frame_crc(payload);
	frame_write(f, (unsigned char *)copy + at);
	memcpy(copy + at + FRAME_BYTES, payload.p, payload.n);
	return at + FRAME_BYTES + payload.n;
}

/* What claims to be 64 MiB is refused by its ratio, or, of a prefix, unpacked once at a time and given back. */
static void
a_bomb_costs_no_more_than_a_payload_may(void **state)
{
	char *zeros = calloc(1, FRAME_PAYLOAD_MAX), *packed;
	struct frame f = {.type = FRAME_STEP, .flags = FRAME_PACKED, .raw = FRAME_PAYLOAD_MAX, .seq = 2};
	struct held held = {0};
	struct recording *r = NULL;
	size_t n, at = end_of(0), i, k;

	(void)state;
	assert_non_null(zeros);
	assert_int_equal(squeeze(&packed, &n, slice_make(zeros, FRAME_PAYLOAD_MAX), slice_make(NULL, 0), NULL), 0);
	assert_true(n < 16000);
	memcpy(copy, small.out.p, at);
	at = add_frame(at, &f, slice_make(packed, n));
	f.flags |= FRAME_PREFIXED;
	f.base = 1;
	for (i = 0; i < 4; i++) {
		f.seq++;
		at = add_frame(at, &f, slice_make(packed, n));
	}
	f.raw = FRAME_PAYLOAD_MAX + 1;
	f.seq++;
	at = add_frame(at, &f, slice_make(packed, n));
	mem_free(packed);
	free(zeros);
	mem_set_hook(note_size, &held);
	assert_int_equal(recording_of_bytes(&r, copy, at, NULL), 0);
	assert_int_equal(recording_count(r), 5);
	for (i = 1; i < 5; i++) {
		char *payload = NULL;

		if (recording_payload(r, i, &payload, &k, NULL) == 0)
			assert_int_equal(k, FRAME_PAYLOAD_MAX);
		mem_free(payload);
	}
	recording_close(r);
	mem_set_hook(NULL, NULL);
	assert_int_equal(held.largest, FRAME_PAYLOAD_MAX);
}

/* ---- two in one ------------------------------------------------------------------------------ */

static void
two_in_one_are_both_there(void **state)
{
	size_t cut[] = {small.out.n, small.out.n - 1, end_of(1) + 20, end_of(recording_count(whole) / 2) + 50}, i, k;

	(void)state;
	for (i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		struct recording *r;
		size_t first;

		memcpy(copy, small.out.p, cut[i]);
		memcpy(copy + cut[i], small.out.p, small.out.n);
		r = open_checked(cut[i] + small.out.n);
		first = recording_count(r) - recording_count(whole);
		for (k = 0; k < first; k++)
			assert_is(r, k, k, 0);
		for (k = 0; k < recording_count(whole); k++)
			assert_int_equal(recording_frame(r, first + k)->frame.at, frame_of(k)->at + cut[i]);
		assert_int_equal(recording_damages(r), i > 0);
		recording_close(r);
	}
}

/* ---- memory ---------------------------------------------------------------------------------- */

struct failing {
	size_t left;
};

static bool
fail_later(void *ctx, size_t bytes)
{
	struct failing *f = ctx;

	(void)bytes;
	return f->left-- > 0;
}

static int
use(void)
{
	struct recording *r = NULL;
	struct player *p = NULL;
	int rc = recording_of_bytes(&r, copy, end_of(40), NULL);

	if (!rc)
		rc = player_open(&p, r, NULL, false, NULL);
	if (!rc)
		rc = player_seek(p, INT64_MAX, NULL);
	if (!rc) {
		(void)recording_alerts(r);
		(void)recording_marks(r);
	}
	player_close(p);
	recording_close(r);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	struct failing f;
	size_t n, i;
	int rc;

	(void)state;
	memcpy(copy, small.out.p, small.out.n);
	f.left = SIZE_MAX / 2;
	mem_set_hook(fail_later, &f);
	assert_int_equal(use(), 0);
	n = SIZE_MAX / 2 - f.left;
	for (i = 0; i < n; i += 1 + n / 400) {
		f.left = i;
		rc = use();
		assert_true(rc == 0 || rc == ERR_NOMEM);
		f.left = SIZE_MAX / 2;
	}
	mem_set_hook(NULL, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_anywhere_all_frames_before_are_there),
		cmocka_unit_test(a_bit_flipped_anywhere_costs_its_own_frame),
		cmocka_unit_test(behind_a_hole_all_frames_are_there),
		cmocka_unit_test(a_length_that_lies_hides_no_other_frame),
		cmocka_unit_test(a_bomb_costs_no_more_than_a_payload_may),
		cmocka_unit_test(two_in_one_are_both_there),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, make_small, remove_small);
}
