/*
 * Files of recordings: what is written plays to what was live; what was torn off is cut away; one writer; what is too
 * old or too much goes, and nothing else.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib_studio.h"
#include "tests/lib_tmp.h"

/* ---- files ----------------------------------------------------------------------------------- */

static void
record_and_compare(bool pool)
{
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES, .key_ms = 2 * MINUTE};
	struct studio st;
	struct reel *reel;
	uint64_t hash;
	struct stat sb;
	size_t i;

	studio_open(&st, pool, &o);
	studio_run(&st, 20 * MINUTE);
	studio_start(&st);
	studio_run(&st, 11 * MINUTE);
	assert_int_equal(studio_told(&st)->state, RECORDING_WRITING);
	hash = studio_settle(&st);
	studio_stop(&st);
	assert_int_equal(studio_told(&st)->state, RECORDING_FLIGHT);
	reel = reel_read(st.file);
	assert_int_equal(reel->damages, 0);
	assert_int_equal(reel->frames[0].frame.type, FRAME_HEADER);
	assert_int_equal(reel->frames[1].frame.type, FRAME_KEY);
	assert_int_equal(reel->frames[reel->n - 1].frame.type, FRAME_END);
	for (i = 0; i < reel->n; i++)
		assert_int_equal(reel->frames[i].frame.seq, i + 1);
	assert_true(reel->count[FRAME_KEY] >= 5);
	for (i = 0; i < reel->count[FRAME_KEY]; i++)
		studio_plays(reel, i, hash);
	assert_int_equal(stat(st.file, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	assert_int_equal(studio_told(&st)->bytes, sb.st_size);
	reel_free(reel);
	studio_close(&st);
}

static void
what_is_written_at_once_plays_to_what_was_live(void **state)
{
	(void)state;
	record_and_compare(false);
}

static void
what_the_pool_writes_plays_to_what_was_live(void **state)
{
	(void)state;
	record_and_compare(true);
}

static void
later_keys_are_what_has_changed(void **state)
{
	const struct recorder_options o = {.key_ms = 2 * MINUTE};
	struct studio st;
	struct reel *reel;
	size_t i, base = 0, later = 0, nbase = 0, n = 0;

	(void)state;
	studio_open(&st, false, &o);
	studio_run(&st, 20 * MINUTE);
	studio_start(&st);
	studio_run(&st, 11 * MINUTE);
	studio_stop(&st);
	reel = reel_read(st.file);
	for (i = 0; i < reel->n; i++) {
		const struct frame *f = &reel->frames[i].frame;

		if (f->type != FRAME_KEY_MODEL)
			continue;
		if (f->flags & FRAME_PREFIXED) {
			later += f->stored;
			n++;
		} else {
			base += f->stored;
			nbase++;
		}
	}
	assert_int_equal(nbase, 2);
	assert_true(n >= 8);
	/* Of two minutes in an hour a good part of what there is stays as it was. */
	assert_true(later / n < base / nbase * 3 / 4);
	reel_free(reel);
	studio_close(&st);
}

static void
a_recording_that_is_stopped_before_its_first_key_leaves_no_file(void **state)
{
	const struct recorder_options o = {0};
	struct studio st;

	(void)state;
	studio_open(&st, false, &o);
	studio_start(&st);
	assert_int_equal(access(st.file, F_OK), 0);
	studio_stop(&st);
	assert_int_not_equal(access(st.file, F_OK), 0);
	studio_close(&st);
}

static void
damage(const char *path, off_t cut, off_t zero)
{
	static const char nothing[64];
	struct stat sb;
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &sb), 0);
	if (zero)
		assert_int_equal(pwrite(fd, nothing, (size_t)zero, sb.st_size - zero), zero);
	if (cut)
		assert_int_equal(ftruncate(fd, sb.st_size - cut), 0);
	close(fd);
}

static void
go_on_behind(off_t cut, off_t zero)
{
	const struct recorder_options o = {.key_ms = 2 * MINUTE};
	struct studio st;
	struct reel *reel;
	size_t gap, steps;
	uint64_t hash;

	studio_open(&st, false, &o);
	studio_run(&st, 3 * MINUTE);
	studio_start(&st);
	studio_run(&st, 3 * MINUTE);
	studio_stop(&st);
	reel = reel_read(st.file);
	steps = reel->count[FRAME_STEP];
	reel_free(reel);
	if (cut || zero)
		damage(st.file, cut, zero);
	studio_start(&st);
	studio_run(&st, 3 * MINUTE);
	hash = studio_settle(&st);
	studio_stop(&st);
	reel = reel_read(st.file);
	assert_int_equal(reel->damages, 0);
	assert_int_equal(reel->count[FRAME_END], 1);
	gap = reel_find(reel, FRAME_GAP, 0);
	assert_true(gap != SIZE_MAX);
	assert_int_equal(reel->frames[gap + 1].frame.type, FRAME_HEADER);
	assert_int_equal(reel->frames[gap + 2].frame.type, FRAME_KEY);
	assert_true(reel->count[FRAME_STEP] >= steps + 35);
	studio_plays(reel, 0, hash);
	reel_free(reel);
	studio_close(&st);
}

static void
a_file_is_gone_on_with_behind_what_was_torn_off(void **state)
{
	(void)state;
	go_on_behind(0, 0);
	go_on_behind(60, 0);	     /* the end, and a part of the last step */
	go_on_behind(FRAME_BYTES, 20); /* the header of the last one is there, and zeros where its payload should be */
}

/* A file alone has an end; asked again, it is not gone on with. */
static void
a_file_of_the_size_asked_for_is_full(void **state)
{
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES, .key_ms = 2 * MINUTE};
	struct record_to to = {.file_bytes = 60000};
	struct studio st;
	struct reel *reel;
	struct stat sb;

	(void)state;
	studio_open(&st, false, &o);
	to.file = st.file;
	assert_int_equal(recorder_start(st.r, &to, NULL), 0);
	studio_run(&st, 20 * MINUTE);
	assert_true(recorder_full(st.r));
	assert_int_equal(recorder_stop(st.r, NULL), 0);
	assert_int_equal(recorder_start(st.r, &to, NULL), 0);
	assert_true(recorder_full(st.r));
	studio_run(&st, MINUTE);
	studio_stop(&st);
	assert_int_equal(stat(st.file, &sb), 0);
	assert_in_range(sb.st_size, 60000, 120000);
	reel = reel_read(st.file);
	assert_int_equal(reel->count[FRAME_HEADER], 1);
	assert_int_equal(reel->count[FRAME_END], 1);
	reel_free(reel);
	studio_close(&st);
}

static void
what_is_no_recording_is_left_alone(void **state)
{
	const struct recorder_options o = {0};
	struct record_to to;
	struct studio st;
	struct err err = {0};
	FILE *f;
	char text[64];

	(void)state;
	studio_open(&st, false, &o);
	f = fopen(st.file, "w");
	assert_non_null(f);
	fputs("my notes\n", f);
	fclose(f);
	to = (struct record_to){.file = st.file};
	assert_int_equal(recorder_start(st.r, &to, NULL), 0);
	assert_int_equal(recorder_wait(st.r, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "is no recording"));
	assert_int_equal(studio_told(&st)->state, RECORDING_FAILED);
	f = fopen(st.file, "r");
	assert_non_null(fgets(text, sizeof(text), f));
	assert_string_equal(text, "my notes\n");
	fclose(f);
	assert_int_equal(unlink(st.file), 0);
	assert_int_equal(symlink("/dev/null", st.file), 0);
	assert_int_equal(recorder_start(st.r, &to, NULL), 0);
	assert_int_equal(recorder_wait(st.r, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "symbolic link"));
	studio_close(&st);
}

static void
a_second_writer_is_refused_by_name(void **state)
{
	const struct recorder_options o = {0};
	const struct recording_head head = {.major = 1};
	struct record_file *f = NULL;
	struct studio st;
	struct err err = {0};
	char pid[32];

	(void)state;
	studio_open(&st, false, &o);
	studio_start(&st);
	assert_int_equal(record_file_open(&f, st.file, false, &head, NULL, &err), ERR_LIMIT);
	assert_non_null(strstr(err.msg, "is recording into it"));
	snprintf(pid, sizeof(pid), "process %ld ", (long)getpid());
	if (access("/proc/locks", R_OK) == 0)
		assert_non_null(strstr(err.msg, pid));
	studio_close(&st);
}

/* ---- directories ------------------------------------------------------------------------------------ */

static size_t
count_files(const char *dir, const char *pattern)
{
	char command[600], line[64];
	FILE *p;

	snprintf(command, sizeof(command), "ls -A '%s' | grep -c '%s'", dir, pattern);
	p = popen(command, "r");
	assert_non_null(p);
	assert_non_null(fgets(line, sizeof(line), p));
	pclose(p);
	return (size_t)atol(line);
}

static void
touch(const char *dir, const char *name, int64_t age_s)
{
	char path[600];
	const struct timespec at = {.tv_sec = (time_t)(STUDIO_WALL / 1000 - age_s)}, times[2] = {at, at};
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, path, 100), 100);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void
a_directory_gets_one_file_behind_the_other_and_the_oldest_go(void **state)
{
	const struct recorder_options o = {.key_ms = 10 * MINUTE};
	char dir[300], path[600];
	struct record_to to = {.dir = dir, .prefix = "h_6379", .file_ms = 3 * MINUTE, .keep_bytes = 400000};
	struct studio st;
	struct stat sb;

	(void)state;
	studio_open(&st, false, &o);
	snprintf(dir, sizeof(dir), "%s/below/here", st.dir);
	studio_run(&st, MINUTE);
	snprintf(path, sizeof(path), "mkdir -p '%s'", dir);
	assert_int_equal(system(path), 0);
	touch(dir, "h_6379-20200101T000000Z.dtr", 86400 * 9);
	touch(dir, "h_6379-20200101T000000Z.dtr.old", 86400 * 9);
	touch(dir, "h_6379-more-20200101T000000Z.dtr", 86400 * 9);
	touch(dir, "h_6379-20200102T000000Z-2.dtr", 86400 * 6);
	assert_int_equal(recorder_start(st.r, &to, NULL), 0);
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	assert_int_equal(count_files(dir, "20200101T000000Z.dtr$"), 1); /* that of another prefix */
	assert_int_equal(count_files(dir, "20200102T000000Z-2.dtr$"), 1); /* not seven days old */
	studio_run(&st, 10 * MINUTE);
	assert_int_equal(recorder_stop(st.r, NULL), 0);
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	assert_in_range(count_files(dir, "^h_6379-2026.*Z.dtr$"), 3, 5);
	assert_int_equal(count_files(dir, "\\.old$"), 1);
	to.keep_bytes = 1;
	studio_run(&st, 1000);
	assert_int_equal(recorder_start(st.r, &to, NULL), 0);
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	assert_int_equal(count_files(dir, "^h_6379-2026.*Z.dtr$"), 1); /* the one that is written */
	assert_int_equal(count_files(dir, "Z-2.dtr$"), 0);
	assert_int_equal(count_files(dir, "\\.old$"), 1);
	snprintf(path, sizeof(path), "%s/below/new", st.dir);
	assert_int_equal(recorder_stop(st.r, NULL), 0);
	to.dir = path;
	assert_int_equal(recorder_start(st.r, &to, NULL), 0);
	assert_int_equal(recorder_wait(st.r, NULL), 0);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0700);
	studio_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_at_once_plays_to_what_was_live),
		cmocka_unit_test(what_the_pool_writes_plays_to_what_was_live),
		cmocka_unit_test(later_keys_are_what_has_changed),
		cmocka_unit_test(a_recording_that_is_stopped_before_its_first_key_leaves_no_file),
		cmocka_unit_test(a_file_is_gone_on_with_behind_what_was_torn_off),
		cmocka_unit_test(a_file_of_the_size_asked_for_is_full),
		cmocka_unit_test(what_is_no_recording_is_left_alone),
		cmocka_unit_test(a_second_writer_is_refused_by_name),
		cmocka_unit_test(a_directory_gets_one_file_behind_the_other_and_the_oldest_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
