/* Files of casts: whose they are, what they are not written over, and how they end before their time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib_alloc.h"
#include "tests/lib_cast.h"
#include "tests/lib_tmp.h"
#include "tui/cast_file.h"

struct rig {
	char dir[256], path[300];
	uv_loop_t loop;
	struct cast_file *file;
	struct grid grid;
	int64_t at_ms;
};

static const struct cast_options options = {.depth = DEPTH_256, .began_ms = 1700000000000, .title = "drifttop demo"};

static void
rig_open(struct rig *r, bool pool)
{
	struct err err = {0};

	memset(r, 0, sizeof(*r));
	lib_tmp_make(r->dir, sizeof(r->dir), "cast");
	snprintf(r->path, sizeof(r->path), "%s/a.cast", r->dir);
	assert_int_equal(uv_loop_init(&r->loop), 0);
	assert_int_equal(grid_init(&r->grid, 24, 80, GLYPHS_BRAILLE, NULL), 0);
	if (cast_file_open(&r->file, pool ? &r->loop : NULL, r->path, &options, &err))
		fail_msg("%s", err.msg);
}

static int
rig_close_file(struct rig *r, struct err *err)
{
	int rc = cast_file_close(r->file, err);

	r->file = NULL;
	return rc;
}

static void
rig_close(struct rig *r)
{
	(void)rig_close_file(r, NULL);
	assert_int_equal(uv_run(&r->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&r->loop), 0);
	grid_release(&r->grid);
	lib_tmp_remove(r->dir);
}

/* Another picture, different all over. */
static void
draw(struct rig *r)
{
	int y;

	r->at_ms += 100;
	for (y = 0; y < r->grid.rows; y++)
		grid_printf(&r->grid, grid_rect(&r->grid), y, 0, (enum role)((r->at_ms / 100 + y) % ROLE_COUNT),
		    "%7lld %7lld picture %70lld", (long long)(r->at_ms * 31 + y), (long long)(r->at_ms * 7 + y),
		    (long long)(r->at_ms * r->at_ms));
	cast_file_frame(r->file, &r->grid, &theme_dark, r->at_ms);
}

/* The file played: its size, and the last picture if that is to be this grid. */
static size_t
played(const struct rig *r, bool is_grid)
{
	struct lib_cast p;
	size_t n;

	lib_cast_init(&p);
	n = lib_cast_play_file(&p, r->path);
	if (is_grid)
		lib_cast_is(&p, &r->grid, &theme_dark, DEPTH_256);
	lib_cast_release(&p);
	return n;
}

static void
pictures_go_into_a_file_for_its_owner_alone(void **state)
{
	mode_t mask = umask(0);
	struct err err = {0};
	struct stat st;
	struct rig r;
	int pool, i;

	(void)state;
	for (pool = 0; pool < 2; pool++) {
		rig_open(&r, pool);
		for (i = 0; i < 30; i++) {
			draw(&r);
			cast_file_marker(r.file, slice_of("note: x"), r.at_ms);
			(void)uv_run(&r.loop, UV_RUN_NOWAIT);
		}
		assert_int_equal(rig_close_file(&r, &err), 0);
		assert_int_equal(stat(r.path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		(void)played(&r, true);
		rig_close(&r);
	}
	umask(mask);
}

static void
what_is_there_is_not_written_over(void **state)
{
	struct cast_file *other = NULL;
	struct err err = {0};
	char link[300];
	struct rig r;
	size_t before;

	(void)state;
	rig_open(&r, false);
	draw(&r);
	assert_int_equal(rig_close_file(&r, NULL), 0);
	before = played(&r, true);
	assert_int_equal(cast_file_open(&other, NULL, r.path, &options, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "a.cast: it is there already, and no cast is written over it"));
	assert_int_equal(played(&r, true), before);
	/* Nor where a link leads. */
	snprintf(link, sizeof(link), "%s/link", r.dir);
	assert_int_equal(symlink("nowhere", link), 0);
	assert_int_equal(cast_file_open(&other, NULL, link, &options, &err), ERR_IO);
	snprintf(link, sizeof(link), "%s/nowhere", r.dir);
	assert_int_not_equal(access(link, F_OK), 0);
	snprintf(link, sizeof(link), "%s/no/x", r.dir);
	assert_int_equal(cast_file_open(&other, NULL, link, &options, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "No such file or directory"));
	rig_close(&r);
}

static void
a_cast_of_nothing_leaves_no_file(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, true);
	cast_file_marker(r.file, slice_of("note: nothing to be seen"), 0);
	cast_file_tick(r.file, 100000);
	assert_false(cast_file_begun(r.file));
	assert_int_equal(rig_close_file(&r, NULL), 0);
	assert_int_not_equal(access(r.path, F_OK), 0);
	rig_close(&r);
}

/* Until it says that it has ended; the sentence is said once. */
static void
draw_to_the_end(struct rig *r, const char *says, size_t most)
{
	char say[ERR_MSG_BYTES];
	struct err err = {0};
	size_t n;
	int i;

	for (i = 0; i < 1000 && !cast_file_news(r->file, say, sizeof(say)); i++) {
		draw(r);
		/* What a slow pool lets pile up would be refused in one piece. */
		(void)uv_run(&r->loop, UV_RUN_DEFAULT);
	}
	if (i == 1000)
		fail_msg("it goes on for ever");
	if (!strstr(say, says) || strncmp(say, "the cast ends here: ", 20) != 0)
		fail_msg("%s", say);
	/* Whoever draws goes on. */
	for (i = 0; i < 10; i++) {
		draw(r);
		cast_file_marker(r->file, slice_of("note: x"), r->at_ms);
		cast_file_tick(r->file, r->at_ms + 100000);
		(void)uv_run(&r->loop, UV_RUN_NOWAIT);
	}
	assert_false(cast_file_news(r->file, say, sizeof(say)));
	assert_int_equal(rig_close_file(r, &err), ERR_IO);
	assert_non_null(strstr(err.msg, says));
	n = played(r, false);
	assert_in_range(n, most / 2, most);
}

/* What the system refuses to write is what a full disk does, but for the word. */
#define FULL_BYTES 100000

static void
a_full_disk_ends_the_cast_behind_a_whole_line(void **state)
{
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
	struct rlimit was, small;
	struct rig r;
	int pool;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	for (pool = 0; pool < 2; pool++) {
		rig_open(&r, pool);
		small = (struct rlimit){FULL_BYTES, was.rlim_max};
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		draw_to_the_end(&r, "File too large", FULL_BYTES);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		rig_close(&r);
	}
	signal(SIGXFSZ, before);
}

static void
a_cast_that_is_left_alone_does_not_fill_the_disk(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, true);
	cast_file_limit(r.file, 200000);
	draw_to_the_end(&r, "it has its 0 MiB", 300000);
	rig_close(&r);
}

/* The loop does not run, so that the first job never ends. */
static void
a_disk_that_takes_nothing_for_a_while_gets_fewer_pictures(void **state)
{
	struct lib_cast p;
	struct rig r;
	size_t n;
	int i;

	(void)state;
	rig_open(&r, true);
	assert_int_equal(grid_resize(&r.grid, 60, 200, NULL), 0);
	for (i = 0; i < 4000; i++)
		draw(&r);
	(void)uv_run(&r.loop, UV_RUN_DEFAULT);
	draw(&r);
	assert_int_equal(rig_close_file(&r, NULL), 0);
	n = played(&r, true);
	assert_in_range(n, CAST_WAITING_BYTES, CAST_WAITING_BYTES + (1 << 17));
	lib_cast_init(&p);
	lib_cast_play_file(&p, r.path);
	assert_true(p.pictures < 4000);
	assert_true(p.at * 1000 > (double)r.at_ms - 1);
	lib_cast_release(&p);
	rig_close(&r);
}

static int
make_file(void *ctx, struct err *err)
{
	struct rig *r = ctx;
	int rc, i;

	(void)unlink(r->path);
	rc = cast_file_open(&r->file, NULL, r->path, &options, err);
	for (i = 0; i < 3 && !rc; i++)
		cast_file_frame(r->file, &r->grid, i % 2 ? &theme_light : &theme_dark, i);
	return rc ? rc : rig_close_file(r, err);
}

static void
without_memory_there_is_no_file_or_one_that_is_whole(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, false);
	draw(&r);
	assert_int_equal(rig_close_file(&r, NULL), 0);
	assert_true(alloc_survive_each(make_file, &r) > 8);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pictures_go_into_a_file_for_its_owner_alone),
	    cmocka_unit_test(what_is_there_is_not_written_over),
	    cmocka_unit_test(a_cast_of_nothing_leaves_no_file),
	    cmocka_unit_test(a_full_disk_ends_the_cast_behind_a_whole_line),
	    cmocka_unit_test(a_cast_that_is_left_alone_does_not_fill_the_disk),
	    cmocka_unit_test(a_disk_that_takes_nothing_for_a_while_gets_fewer_pictures),
	    cmocka_unit_test(without_memory_there_is_no_file_or_one_that_is_whole),
	};

	return cmocka_run_group_tests_name("cast_file", tests, NULL, NULL);
}
