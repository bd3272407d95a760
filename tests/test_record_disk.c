/*
 * Disks that fail: whatever cannot be written or brought to the disk ends that recording and nothing else, says so, and
 * leaves a file that can be read up to there. And disks that do not: what was told is there before the next tick.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mount.h>
#endif

#include <cmocka.h>

#include "core/alert.h"
#include "core/events_bytes.h"
#include "core/state_hash.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"
#include "tests/lib_studio.h"

/* ---- a disk ---------------------------------------------------------------------------------- */

struct disk {
	struct record_disk calls;
	size_t writes, syncs;		/* so far */
	size_t bad_write, bad_sync;	/* from this one on they fail; 0: none does */
	size_t at_most;			/* bytes that one write takes; 0: any number */
	int why;
	bool cut_fails, interrupts, half_done;
	off_t written, synced;
	uint64_t seed;
};

static ssize_t
disk_write(void *ctx, int fd, const void *p, size_t n)
{
	struct disk *d = ctx;
	ssize_t k;

	d->writes++;
	if (d->interrupts && d->writes % 3 == 0) {
		errno = EINTR;
		return -1;
	}
	if (d->bad_write && d->writes >= d->bad_write) {
		/* What there is room for, first. */
		if (!d->half_done && n > 1) {
			d->half_done = true;
			return write(fd, p, n / 2);
		}
		errno = d->why;
		return -1;
	}
	if (d->at_most && n > d->at_most)
		n = 1 + rng_below(&d->seed, d->at_most);
	k = write(fd, p, n);
	d->written += k > 0 ? k : 0;
	return k;
}

static int
disk_sync(void *ctx, int fd)
{
	struct disk *d = ctx;

	(void)fd;
	d->syncs++;
	if (d->bad_sync && d->syncs >= d->bad_sync) {
		errno = d->why;
		return -1;
	}
	d->synced = d->written;
	return 0;
}

static int
disk_cut(void *ctx, int fd, off_t bytes)
{
	struct disk *d = ctx;

	if (!d->cut_fails)
		return ftruncate(fd, bytes);
	errno = d->why;
	return -1;
}

static void
disk_init(struct disk *d)
{
	memset(d, 0, sizeof(*d));
	d->calls = (struct record_disk){disk_write, disk_sync, disk_cut, d};
	d->seed = 3;
}

#define MODELS 2 /* that a studio has: so many frames are a key */

/* ---- trouble --------------------------------------------------------------------------------- */

static const struct recorder_options options = {.flight_bytes = RECORDER_FLIGHT_BYTES, .key_ms = MINUTE};

static void
whatever_a_write_takes_at_once_the_file_is_whole(void **state)
{
	struct studio st;
	struct reel *reel;
	struct disk d;
	uint64_t hash;

	(void)state;
	studio_open(&st, true, &options);
	disk_init(&d);
	d.at_most = 100;
	d.interrupts = true;
	st.disk = &d.calls;
	studio_start(&st);
	studio_run(&st, 3 * MINUTE);
	hash = studio_settle(&st);
	studio_stop(&st);
	assert_true(d.writes > 1000);
	reel = reel_read(st.file);
	assert_int_equal(reel->damages, 0);
	studio_plays(reel, 0, hash);
	studio_plays(reel, reel->count[FRAME_KEY] - 1, hash);
	reel_free(reel);
	studio_close(&st);
}

/* The flight recorder has it all, whatever became of the file. */
static void
check_memory(struct studio *st)
{
	struct recorder_view *v = NULL;
	uint64_t hash = studio_settle(st);
	struct reel *reel;

	assert_int_equal(recorder_view_take(&v, st->r, NULL), 0);
	reel = reel_of_view(v);
	studio_plays(reel, 0, hash);
	reel_free(reel);
	recorder_view_free(v);
}

/* Runs into the disk's trouble; what the file has is played, and equals what was live at its last step. */
static void
run_into(struct studio *st, struct disk *d)
{
	uint64_t events;
	struct store *s;
	struct reel *reel;
	int64_t at;

	st->disk = &d->calls;
	assert_int_equal(recorder_start(st->r, &(struct record_to){.file = st->file, .disk = st->disk}, NULL), 0);
	studio_run(st, 2 * MINUTE);
	(void)recorder_wait(st->r, NULL);
	assert_int_equal(studio_told(st)->state, RECORDING_FAILED);
	if (!strstr(studio_told(st)->sentence.p, strerror(d->why)) || !strstr(studio_told(st)->sentence.p, "x.dtr"))
		fail_msg("%.*s", (int)studio_told(st)->sentence.n, studio_told(st)->sentence.p);
	assert_false(recorder_writes(st->r));
	events = store_events(st->s);
	studio_run(st, 10000);
	assert_int_equal(store_events(st->s), events + 200);
	check_memory(st);
	reel = reel_read(st->file);
	assert_in_range(reel->damages, 0, d->cut_fails ? 1 : 0);
	if (reel->count[FRAME_KEY_MODEL] >= MODELS) {
		s = reel_play(reel, 0, &at);
		assert_true(store_events(s) <= events);
		store_free(s);
	}
	reel_free(reel);
}

/* Asked again, with a disk that is well, the file is gone on with: nothing damaged is left in it. */
static void
go_on(struct studio *st)
{
	struct reel *reel;
	uint64_t hash;

	st->disk = NULL;
	studio_start(st);
	studio_run(st, 20000);
	assert_int_equal(studio_told(st)->state, RECORDING_WRITING);
	hash = studio_settle(st);
	studio_stop(st);
	reel = reel_read(st->file);
	assert_int_equal(reel->damages, 0);
	studio_plays(reel, 0, hash);
	assert_int_equal(reel->frames[reel->n - 1].frame.type, FRAME_END);
	reel_free(reel);
}

static void
where_writing_fails_the_file_ends_before_it(void **state)
{
	static const int whys[] = {EIO, ENOSPC, EDQUOT};
	struct studio st;
	struct disk d;
	size_t i;

	(void)state;
	for (i = 0; i < 30; i++) {
		studio_open(&st, i % 2, &options);
		studio_run(&st, MINUTE);
		disk_init(&d);
		d.why = whys[i % 3];
		d.bad_write = 2 + i;
		d.cut_fails = i % 5 == 4;
		run_into(&st, &d);
		go_on(&st);
		studio_close(&st);
	}
}

static void
where_nothing_comes_to_the_disk_the_recording_ends(void **state)
{
	struct studio st;
	struct disk d;
	size_t i;

	(void)state;
	for (i = 1; i <= 20; i++) {
		studio_open(&st, i % 2, &options);
		studio_run(&st, MINUTE);
		disk_init(&d);
		d.why = EIO;
		d.bad_sync = i % 2 ? 1 : i; /* on the pool, seconds are short */
		run_into(&st, &d);
		go_on(&st);
		studio_close(&st);
	}
}

static void
an_end_that_cannot_be_written_is_told_to_whoever_closes(void **state)
{
	struct err err = {0};
	struct studio st;
	struct reel *reel;
	struct disk d;

	(void)state;
	studio_open(&st, true, &options);
	disk_init(&d);
	d.why = EIO;
	st.disk = &d.calls;
	studio_start(&st);
	studio_run(&st, MINUTE);
	d.bad_sync = d.syncs + 1;
	assert_int_equal(recorder_close(st.r, &err), ERR_IO);
	assert_non_null(strstr(err.msg, strerror(EIO)));
	st.r = NULL;
	reel = reel_read(st.file);
	assert_int_equal(reel->damages, 0);
	reel_free(reel);
	studio_close(&st);
}

static void
what_cannot_be_saved_leaves_no_file_and_the_recording_goes_on(void **state)
{
	struct record_to to = {.prefix = "flight-h"};
	struct studio st;
	struct disk d;
	size_t i;

	(void)state;
	studio_open(&st, true, &options);
	studio_run(&st, 3 * MINUTE);
	studio_start(&st);
	studio_run(&st, MINUTE);
	to.dir = st.dir;
	to.disk = &d.calls;
	for (i = 1; i <= 8; i++) {
		disk_init(&d);
		d.why = ENOSPC;
		d.bad_write = i < 8 ? i * 3 : 0;
		d.bad_sync = i == 8;
		assert_int_equal(recorder_save(st.r, &to, NULL), 0);
		assert_int_equal(recorder_wait(st.r, NULL), 0);
		assert_int_equal(studio_told(&st)->saves, i);
		assert_non_null(strstr(studio_told(&st)->save_failed.p, strerror(ENOSPC)));
		assert_int_equal(studio_told(&st)->saved.n, 0);
		assert_int_equal(studio_told(&st)->state, RECORDING_WRITING);
	}
	to.disk = NULL;
	assert_int_equal(recorder_save(st.r, &to, NULL), 0);
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	assert_int_equal(studio_told(&st)->save_failed.n, 0);
	assert_string_equal(strrchr(studio_told(&st)->saved.p, '/'), "/flight-h-20260131T140859Z.dtr");
	studio_close(&st);
}

/* ---- a real one ------------------------------------------------------------------------------ */

#ifdef __linux__
static void
a_file_system_that_is_full_ends_the_recording_and_nothing_else(void **state)
{
	char small[270], why[300];
	enum recording_state told;
	uint64_t events, before;
	struct reel *reel;
	struct studio st;
	int rc;

	(void)state;
	studio_open(&st, true, &options);
	snprintf(small, sizeof(small), "%s/small", st.dir);
	assert_int_equal(mkdir(small, 0700), 0);
	if (mount("small", small, "tmpfs", 0, "size=64k") != 0) {
		print_message("no file system can be mounted here: %s\n", strerror(errno));
		rmdir(small);
		studio_close(&st);
		skip();
	}
	/* Nothing may fail before it is unmounted. */
	snprintf(st.file, sizeof(st.file), "%s/x.dtr", small);
	rc = recorder_start(st.r, &(struct record_to){.file = st.file}, NULL);
	studio_run(&st, 10 * MINUTE);
	(void)recorder_wait(st.r, NULL);
	told = studio_told(&st)->state;
	snprintf(why, sizeof(why), "%.*s", (int)studio_told(&st)->sentence.n, studio_told(&st)->sentence.p);
	before = store_events(st.s);
	studio_run(&st, 10000);
	events = store_events(st.s);
	reel = reel_read(st.file);
	(void)umount2(small, MNT_DETACH);
	rmdir(small);
	assert_int_equal(rc, 0);
	assert_int_equal(told, RECORDING_FAILED);
	assert_non_null(strstr(why, strerror(ENOSPC)));
	assert_int_equal(events, before + 200);
	assert_int_equal(reel->damages, 0);
	assert_true(reel->count[FRAME_STEP] > 5);
	reel_free(reel);
	studio_close(&st);
}
#endif

/* ---- what is on the disk --------------------------------------------------------------------- */

#define SECONDS 2400
#define BEGUN	8 /* the first key has come, and a note behind it */

static void
count_event(void *ctx, size_t model, const struct event *ev)
{
	(void)model;
	(void)ev;
	++*(uint64_t *)ctx;
}

/* Failures, one minute in eight; a note every seven seconds. */
static void
add_trouble(struct studio *st, int second)
{
	struct fact note = {.kind = FACT_MARK};
	struct maker mk;
	int i;

	for (i = 0; i < 5 && second / 60 % 8 == 3; i++) {
		event_make(&mk, "one", st->now);
		mk.ev.failed = true;
		assert_int_equal(store_ingest(st->s, &mk.ev, NULL), 0);
	}
	note.u.mark.model = SIZE_MAX;
	note.u.mark.at_ms = st->now;
	note.u.mark.text = slice_of("seen");
	if (second % 7 == 0)
		assert_int_equal(store_apply(st->s, &note, NULL), 0);
}

/* What there was at a tick, and how much of the file was on the disk. */
struct told {
	off_t synced;
	uint64_t events, changes;
	size_t marks;
};

static bool
lies_before(const struct frame *f, off_t end)
{
	return f->at + FRAME_BYTES + f->stored <= (uint64_t)end;
}

/* What can be read of it so far: every event, every change, the last list of marks. */
static void
add_told(struct told *got, const struct reel *reel, size_t at)
{
	const struct reel_frame *f = &reel->frames[at];
	struct bytes_reader r;

	if (f->frame.type == FRAME_EVENTS)
		assert_int_equal(events_read(slice_make(f->raw, f->frame.raw), count_event, &got->events, NULL), 0);
	got->changes += f->frame.type == FRAME_ALERT && !reel_is_twice(reel, at);
	if (f->frame.type != FRAME_MARK)
		return;
	bytes_read(&r, slice_make(f->raw, f->frame.raw));
	got->marks = (size_t)bytes_get_uint(&r, UINT32_MAX);
}

/*
 * What a tick finds is brought to the disk before the next one: of alerts, notes and raw events no more than a second
 * is lost, also with the power.
 */
static void
before_the_next_tick_it_is_on_the_disk(void **state)
{
	struct recorder_options o = options;
	struct told *told = calloc(SECONDS, sizeof(*told)), got = {0, 0, 0, 0};
	size_t i;
	struct studio st;
	struct reel *reel;
	struct disk d;
	uint64_t before = 0;
	int second;

	(void)state;
	assert_non_null(told);
	o.all_events = true;
	studio_open(&st, false, &o);
	disk_init(&d);
	st.disk = &d.calls;
	studio_run(&st, 1); /* from here on each second ends with a tick */
	studio_start(&st);
	for (second = 0; second < SECONDS; second++) {
		add_trouble(&st, second);
		studio_run(&st, 1000);
		told[second] = (struct told){d.synced, store_events(st.s), store_alerts(st.s)->changes,
		    store_mark_count(st.s)};
	}
	studio_stop(&st);
	reel = reel_read(st.file);
	for (second = 0, i = 0; second < SECONDS; second++) {
		for (; i < reel->n && lies_before(&reel->frames[i].frame, told[second].synced); i++)
			add_told(&got, reel, i);
		if (second == BEGUN)
			before = told[second].events - got.events; /* before the first key */
		if (second < BEGUN)
			continue;
		if (before + got.events != told[second].events || got.changes != told[second].changes ||
		    got.marks != told[second].marks)
			fail_msg("second %d: not all is on the disk", second);
	}
	print_message("%llu events, %llu changes of alerts, %zu marks\n", (unsigned long long)got.events,
	    (unsigned long long)got.changes, got.marks);
	assert_true(got.changes > 4);
	assert_true(got.marks > SECONDS / 8);
	reel_free(reel);
	free(told);
	studio_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_a_write_takes_at_once_the_file_is_whole),
		cmocka_unit_test(where_writing_fails_the_file_ends_before_it),
		cmocka_unit_test(where_nothing_comes_to_the_disk_the_recording_ends),
		cmocka_unit_test(an_end_that_cannot_be_written_is_told_to_whoever_closes),
		cmocka_unit_test(what_cannot_be_saved_leaves_no_file_and_the_recording_goes_on),
#ifdef __linux__
		cmocka_unit_test(a_file_system_that_is_full_ends_the_recording_and_nothing_else),
#endif
		cmocka_unit_test(before_the_next_tick_it_is_on_the_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
