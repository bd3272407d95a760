/*
 * The state directory on a real file system: what is written comes back, one process writes, what is damaged, full or
 * forbidden is said in a sentence and stops nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collectors/state_dir.h"
#include "collectors/state_file.h"
#include "core/figures.h"
#include "core/figures_quality.h"
#include "core/mem.h"
#include "core/saved.h"
#include "core/store_impl.h"
#include "tests/lib_maker.h"
#include "tests/lib_tmp.h"

#define PATH 600

struct place {
	char root[PATH], dir[PATH];
	uv_loop_t loop;
	struct store *s;
	struct state_dir *d;
};

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	lib_tmp_make(p->root, sizeof(p->root), "state");
	snprintf(p->dir, sizeof(p->dir), "%.500s/a/b", p->root);
	assert_int_equal(uv_loop_init(&p->loop), 0);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	state_dir_close(p->d, NULL, 0);
	store_free(p->s);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&p->loop), 0);
	lib_tmp_remove(p->root);
	free(p);
	return 0;
}

static void
no_event(void *ctx, const struct event *ev)
{
	(void)ctx;
	(void)ev;
}

static void
to_store(void *ctx, const struct fact *f)
{
	(void)store_apply(((struct place *)ctx)->s, f, NULL);
}

static void
open_at(struct place *p, const char *path, bool reference_only)
{
	const struct state_dir_options o = {
	    .path = path, .program = "1.0", .reference_only = reference_only, .interval_ms = 1000};
	const struct sink sink = {p, no_event, to_store};

	p->s = store_make(true);
	assert_int_equal(state_dir_open(&p->d, &p->loop, &o, &sink, NULL), 0);
}

static void
shut(struct place *p, bool save)
{
	state_dir_close(p->d, save ? p->s : NULL, 42);
	p->d = NULL;
	store_free(p->s);
	p->s = NULL;
}

/* A model with a baseline of its own and some evaluation windows. */
static void
fill(struct store *s, const char *model)
{
	feed(s, model, T0, 1000, 4000, 0, 1);
	history_ends(s);
	feed(s, model, T0 + 4000000, 1000, 4000, 0, 2);
	assert_int_equal(store_tick(s, T0 + 8000000, NULL), 0);
}

static const char *
sentence(const struct place *p)
{
	return store_state(p->s)->sentence.n ? store_state(p->s)->sentence.p : "";
}

/* The first file whose name ends so; the number of them. */
static size_t
files(const char *dir, const char *suffix, char *name)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t n = 0;

	while (d && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name), k = strlen(suffix);

		if (len <= k || strcmp(e->d_name + len - k, suffix) != 0)
			continue;
		if (name)
			snprintf(name, PATH + 256, "%s/%s", dir, e->d_name);
		n++;
	}
	if (d)
		closedir(d);
	return n;
}

static enum baseline_kind
kind_after_an_event(struct place *p, const char *model)
{
	struct maker mk;

	event_make(&mk, model, T0 + 8000000);
	assert_int_equal(store_ingest(p->s, &mk.ev, NULL), 0);
	return store_model_find(p->s, slice_of(model))->baseline
		   ? store_model_find(p->s, slice_of(model))->baseline->kind
		   : BASELINE_NONE;
}

/* ---- writing and reading --------------------------------------------------------------------- */

static void
test_what_was_kept_is_there_at_the_next_start(void **state)
{
	struct place *p = *state;
	struct stat st;

	open_at(p, p->dir, false);
	assert_true(state_dir_is_writer(p->d));
	assert_int_equal(store_state(p->s)->keeping, STATE_KEEPING);
	assert_string_equal(sentence(p), "");
	fill(p->s, "a/../b");
	fill(p->s, "other");
	shut(p, true);
	assert_int_equal(stat(p->dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(files(p->dir, ".model", NULL), 2);
	assert_int_equal(files(p->dir, ".binning", NULL), 2);
	open_at(p, p->dir, false);
	assert_int_equal(kind_after_an_event(p, "a/../b"), BASELINE_SAVED);
	assert_int_equal(kind_after_an_event(p, "never seen"), BASELINE_NONE);
	assert_true(store_model_find(p->s, slice_of("a/../b"))->growth.rows > 0);
}

static void
write_round(struct place *p, int64_t mono_ms)
{
	state_dir_tick(p->d, p->s, mono_ms, mono_ms);
	while (uv_run(&p->loop, UV_RUN_ONCE))
		;
}

static void
test_a_round_writes_what_has_changed_and_nothing_else(void **state)
{
	struct place *p = *state;
	char name[PATH + 256], before[PATH + 256];
	struct stat a, b;

	open_at(p, p->dir, false);
	fill(p->s, "m");
	write_round(p, 0); /* the first tick begins an interval */
	assert_int_equal(files(p->dir, ".model", NULL), 0);
	write_round(p, 1000);
	assert_int_equal(files(p->dir, ".model", name), 1);
	assert_int_equal(store_state(p->s)->written_ms, 1000);
	assert_int_equal(stat(name, &a), 0);
	write_round(p, 2000);
	assert_int_equal(stat(name, &b), 0);
	assert_true(a.st_ino == b.st_ino); /* a file that is written anew is another one */
	feed(p->s, "m", T0 + 8000000, 1000, 1000, 0, 3);
	assert_int_equal(store_tick(p->s, T0 + 9000000, NULL), 0);
	assert_int_equal(files(p->dir, ".binning", before), 1);
	assert_int_equal(stat(before, &a), 0);
	write_round(p, 3000);
	assert_int_equal(stat(name, &b), 0);
	assert_true(files(p->dir, ".new", NULL) == 0);
	assert_int_equal(stat(before, &b), 0);
	assert_true(a.st_ino == b.st_ino); /* the binning is written once */
}

static void
test_a_report_takes_the_baseline_and_writes_nothing(void **state)
{
	struct place *p = *state;

	open_at(p, p->dir, true);
	assert_int_equal(access(p->dir, F_OK), -1);
	shut(p, false);
	open_at(p, p->dir, false);
	fill(p->s, "m");
	shut(p, true);
	open_at(p, p->dir, true);
	assert_false(state_dir_is_writer(p->d));
	assert_int_equal(kind_after_an_event(p, "m"), BASELINE_SAVED);
	assert_int_equal(store_model_find(p->s, slice_of("m"))->growth.rows, 0);
	assert_int_equal(store_model_find(p->s, slice_of("m"))->evalwin.resumed, EVALWIN_NEVER);
	fill(p->s, "new");
	shut(p, true);
	assert_int_equal(files(p->dir, ".model", NULL), 1);
}

/* A model held against one file after the other keeps the newest four. */
static void
test_of_many_binnings_the_newest_four_stay(void **state)
{
	struct place *p = *state;
	int i;

	for (i = 0; i < 7; i++) {
		struct store *s;

		open_at(p, p->dir, false);
		s = p->s;
		/* What is there is not taken: the rows of this run come first. */
		p->s = store_make(true);
		feed(p->s, "m", T0, 1000, 1200 + 10 * i, i, (unsigned)i + 1);
		history_ends(p->s);
		assert_int_equal(store_tick(p->s, T0 + 2000000, NULL), 0);
		state_dir_close(p->d, p->s, 1000 + i);
		p->d = NULL;
		store_free(s);
		store_free(p->s);
		p->s = NULL;
	}
	assert_int_equal(files(p->dir, ".model", NULL), STATE_DIR_BINNINGS);
	assert_int_equal(files(p->dir, ".binning", NULL), STATE_DIR_BINNINGS);
}

/* ---- two processes --------------------------------------------------------------------------- */

static int
second_process(const char *dir)
{
	struct place p = {.root = ""};
	int ok;

	if (uv_loop_init(&p.loop))
		return 2;
	open_at(&p, dir, false);
	ok = !state_dir_is_writer(p.d) && state_dir_is_taken(p.d) && store_state(p.s)->keeping == STATE_READING &&
	     strstr(sentence(&p), "keeps it: read at the start, not written") &&
	     kind_after_an_event(&p, "m") == BASELINE_SAVED;
	fill(p.s, "of the second");
	state_dir_tick(p.d, p.s, 0, 0);
	state_dir_tick(p.d, p.s, 5000, 5000);
	shut(&p, true);
	return ok ? 0 : 1;
}

static void
test_the_second_process_reads_only_and_says_so(void **state)
{
	struct place *p = *state;
	int status = -1;
	pid_t pid;

	open_at(p, p->dir, false);
	fill(p->s, "m");
	shut(p, true);
	open_at(p, p->dir, false);
	assert_true(state_dir_is_writer(p->d));
	pid = fork();
	if (pid == 0)
		_exit(second_process(p->dir));
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(files(p->dir, ".model", NULL), 1);
	shut(p, false);
	open_at(p, p->dir, false);
	assert_true(state_dir_is_writer(p->d));
}

/* However it ends, its lock goes with it. */
static void
test_a_killed_writer_leaves_no_lock(void **state)
{
	struct place *p = *state;
	int ready[2], status;
	char c;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		open_at(p, p->dir, false);
		(void)!write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(ready[0]);
	close(ready[1]);
	open_at(p, p->dir, false);
	assert_true(state_dir_is_writer(p->d));
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void
ingest_id(struct store *s, int i, bool label, int64_t at)
{
	struct maker mk;
	char id[24];

	event_make(&mk, "a/b", at);
	snprintf(id, sizeof(id), "%d", i);
	mk.ev.id = slice_of(id);
	if (label)
		mk.ev.label = number(i % 3 == 0);
	else
		mk.ev.prediction = number(i % 2);
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

static void
predict(struct store *s, int n)
{
	int i;

	for (i = 0; i < n; i++)
		ingest_id(s, i, false, T0 + i * 1000);
	assert_int_equal(store_tick(s, T0 + n * 1000, NULL), 0);
}

/* How many of the labels that come two days later find a prediction. */
static uint64_t
joined(struct place *p, int n)
{
	struct quality_figures f;
	int i;

	for (i = 0; i < n; i++)
		ingest_id(p->s, i, true, T0 + INT64_C(172800000) + i * 1000);
	assert_int_equal(store_tick(p->s, T0 + INT64_C(172800000) + n * 1000, NULL), 0);
	figures_quality(p->s, 0, SPAN_ALL, &f);
	return f.numbers.labelled;
}

/* A model that has no baseline, and so nothing else in the directory, has that. */
static void
test_predictions_that_wait_are_there_at_the_next_start(void **state)
{
	struct place *p = *state;
	char name[PATH + 256];

	open_at(p, p->dir, false);
	predict(p->s, 100);
	shut(p, true);
	assert_int_equal(files(p->dir, ".model", NULL), 0);
	assert_int_equal(files(p->dir, ".labels", name), 1);
	assert_string_equal(strrchr(name, '/') + 4 + 17, ".labels"); /* "a_b" and a hash */
	open_at(p, p->dir, true);
	assert_int_equal(joined(p, 100), 0); /* a report counts what it reads */
	shut(p, true);
	open_at(p, p->dir, false);
	assert_string_equal(sentence(p), "");
	assert_int_equal(joined(p, 100), 100);
	shut(p, true);
	open_at(p, p->dir, false);
	assert_int_equal(joined(p, 100), 100); /* the pairs are there, too, and the labels come again */
	shut(p, true);
	open_at(p, p->dir, false);
	shut(p, true); /* a model that does not come keeps it */
	assert_int_equal(files(p->dir, ".labels", NULL), 1);
	open_at(p, p->dir, false);
	assert_int_equal(joined(p, 1), 100);
}

static void
test_what_waits_for_a_label_is_written_every_tenth_round(void **state)
{
	struct place *p = *state;
	char name[PATH + 256];
	struct stat a, b;
	int round;

	open_at(p, p->dir, false);
	predict(p->s, 100);
	for (round = 0; round < STATE_DIR_LABELS_ROUNDS; round++)
		write_round(p, round * 1000);
	assert_int_equal(files(p->dir, ".labels", NULL), 0);
	write_round(p, round * 1000);
	assert_int_equal(files(p->dir, ".labels", name), 1);
	assert_int_equal(stat(name, &a), 0);
	for (; round < 3 * STATE_DIR_LABELS_ROUNDS; round++)
		write_round(p, round * 1000);
	assert_int_equal(stat(name, &b), 0);
	assert_true(a.st_ino == b.st_ino); /* nothing has changed */
	ingest_id(p->s, 1, true, T0 + 200000);
	for (; round <= 5 * STATE_DIR_LABELS_ROUNDS; round++)
		write_round(p, round * 1000);
	assert_int_equal(stat(name, &b), 0);
	assert_true(a.st_ino != b.st_ino);
}

/* ---- what can be wrong ----------------------------------------------------------------------- */

static void
flip(const char *path, long at)
{
	FILE *f = fopen(path, "r+b");
	int c;

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	c = fgetc(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fputc(c ^ 4, f), c ^ 4);
	assert_int_equal(fclose(f), 0);
}

static void
test_a_flipped_bit_costs_its_model_alone(void **state)
{
	struct place *p = *state;
	char name[PATH + 256];

	open_at(p, p->dir, false);
	fill(p->s, "m");
	shut(p, true);
	assert_int_equal(files(p->dir, ".model", name), 1);
	flip(name, 100);
	open_at(p, p->dir, false);
	assert_non_null(strstr(sentence(p), "is cut off or damaged: the model begins anew"));
	fill(p->s, "other");
	assert_int_equal(kind_after_an_event(p, "m"), BASELINE_NONE);
	shut(p, true);
	assert_int_equal(files(p->dir, ".model.bad", NULL), 1); /* put aside, not written over */
	open_at(p, p->dir, false);
	assert_string_equal(sentence(p), "");
	assert_int_equal(kind_after_an_event(p, "other"), BASELINE_SAVED);
}

static void
test_a_torn_binning_costs_its_model_alone(void **state)
{
	struct place *p = *state;
	char name[PATH + 256];

	open_at(p, p->dir, false);
	fill(p->s, "m");
	shut(p, true);
	assert_int_equal(files(p->dir, ".binning", name), 1);
	assert_int_equal(truncate(name, 200), 0);
	open_at(p, p->dir, false);
	assert_non_null(strstr(sentence(p), "its binning: is cut off or damaged: the model begins anew"));
	assert_int_equal(kind_after_an_event(p, "m"), BASELINE_NONE);
	shut(p, false);
	assert_int_equal(unlink(name), 0);
	open_at(p, p->dir, false);
	assert_int_equal(kind_after_an_event(p, "m"), BASELINE_NONE);
}

/* In place of the format's number. */
static void
set_format(const char *dir, const char *name, int format)
{
	char *bytes;
	size_t n;
	uint32_t crc;
	int i;

	assert_int_equal(state_file_read(dir, name, 1 << 20, &bytes, &n, NULL), 0);
	bytes[15] = (char)format;
	crc = bytes_crc32c(0, bytes, n - 4);
	for (i = 0; i < 4; i++)
		bytes[n - 4 + (size_t)i] = (char)(crc >> 8 * i);
	assert_int_equal(state_file_write(dir, name, bytes, n, NULL), 0);
	mem_free(bytes);
}

static void
test_what_a_newer_program_wrote_is_left_as_it_is(void **state)
{
	struct place *p = *state;
	char name[PATH + 256];
	struct stat a, b;

	open_at(p, p->dir, false);
	fill(p->s, "m");
	shut(p, true);
	assert_int_equal(files(p->dir, ".model", name), 1);
	set_format(p->dir, strrchr(name, '/') + 1, SAVED_FORMAT + 1);
	assert_int_equal(stat(name, &a), 0);
	open_at(p, p->dir, false);
	assert_non_null(strstr(sentence(p), "a newer drifttop wrote it"));
	fill(p->s, "m"); /* comes to the same binning, and with that to the same name */
	shut(p, true);
	assert_int_equal(stat(name, &b), 0);
	assert_true(a.st_ino == b.st_ino && a.st_size == b.st_size);
}

static void
test_labels_that_are_damaged_cost_what_waited_and_newer_ones_stay(void **state)
{
	struct place *p = *state;
	char name[PATH + 256];
	struct stat a, b;

	open_at(p, p->dir, false);
	fill(p->s, "a/b");
	predict(p->s, 100);
	shut(p, true);
	assert_int_equal(files(p->dir, ".labels", name), 1);
	flip(name, 300);
	open_at(p, p->dir, false);
	assert_non_null(strstr(sentence(p), "is cut off or damaged: what waits for a label begins anew"));
	assert_int_equal(kind_after_an_event(p, "a/b"), BASELINE_SAVED);
	assert_int_equal(joined(p, 100), 0);
	shut(p, true);
	assert_int_equal(files(p->dir, ".labels.bad", NULL), 1);
	assert_int_equal(files(p->dir, ".labels", NULL), 1); /* of this run */
	set_format(p->dir, strrchr(name, '/') + 1, SAVED_FORMAT + 1);
	assert_int_equal(stat(name, &a), 0);
	open_at(p, p->dir, false);
	assert_non_null(strstr(sentence(p), "a newer drifttop wrote it"));
	predict(p->s, 100);
	shut(p, true);
	assert_int_equal(stat(name, &b), 0);
	assert_true(a.st_ino == b.st_ino && a.st_size == b.st_size);
}

static void
test_a_directory_that_cannot_be_made_is_a_sentence(void **state)
{
	struct place *p = *state;
	char file[PATH + 32];
	FILE *f;

	snprintf(file, sizeof(file), "%s/file", p->root);
	f = fopen(file, "w");
	assert_non_null(f);
	fclose(f);
	snprintf(file, sizeof(file), "%s/file/below", p->root);
	open_at(p, file, false);
	assert_false(state_dir_is_writer(p->d));
	assert_false(state_dir_is_taken(p->d)); /* nobody else acts in this one's place */
	assert_int_equal(store_state(p->s)->keeping, STATE_FAILING);
	assert_string_equal(sentence(p), "cannot be made: Not a directory; nothing is kept");
	fill(p->s, "m");
	state_dir_tick(p->d, p->s, 0, 0);
	state_dir_tick(p->d, p->s, 99999, 0);
	assert_int_equal(store_events(p->s), 8000);
}

/* A disk is full when a write comes to its end early: a limit on the size of files does the same. */
static void
test_a_full_disk_is_said_and_what_was_kept_stays(void **state)
{
	struct place *p = *state;
	char name[PATH + 256];
	struct rlimit was, small = {2000, 2000};
	struct stat a, b;

	open_at(p, p->dir, false);
	fill(p->s, "m");
	write_round(p, 0);
	write_round(p, 1000);
	assert_int_equal(files(p->dir, ".model", name), 1);
	assert_int_equal(stat(name, &a), 0);
	assert_true(a.st_size > 2000);
	feed(p->s, "m", T0 + 8000000, 1000, 1000, 0, 3);
	assert_int_equal(store_tick(p->s, T0 + 9000000, NULL), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	write_round(p, 2000);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(store_state(p->s)->keeping, STATE_FAILING);
	assert_non_null(strstr(sentence(p), "cannot be written: File too large; tried again every minute"));
	assert_int_equal(stat(name, &b), 0);
	assert_true(a.st_ino == b.st_ino && files(p->dir, ".new", NULL) == 0);
	write_round(p, 3000);
	assert_int_equal(store_state(p->s)->keeping, STATE_KEEPING);
	assert_string_equal(sentence(p), "");
	assert_int_equal(stat(name, &b), 0);
	assert_true(a.st_ino != b.st_ino);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void
test_each_server_has_a_directory_of_a_safe_name_without_secrets(void **state)
{
	static const struct {
		const char *a, *b; /* b NULL: alone */
		const char *name;  /* begins so */
	} rows[] = {{"redis://127.0.0.1:6379", NULL, "127.0.0.1-6379"},
	    {"redis://user:secret@db.example.com/2", NULL, "db.example.com-6379-db2"},
	    {"prod=redis://h", "redis://i:7000", "prod-h-6379+i-7000"},
	    {"unix:///run/redis.sock", NULL, "_run_redis.sock-"}, {"events.ndjson", NULL, ""}, {"-", NULL, ""},
	    {"redis://h", "events.ndjson", ""}};
	char buf[128], other[128];
	const char *sources[2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sources[0] = rows[i].a;
		sources[1] = rows[i].b;
		state_dir_endpoint(sources, rows[i].b ? 2 : 1, buf, sizeof(buf));
		if (!rows[i].name[0])
			assert_string_equal(buf, "");
		assert_memory_equal(buf, rows[i].name, strlen(rows[i].name));
		assert_null(strstr(buf, "secret"));
		assert_null(strchr(buf, '/'));
	}
	sources[0] = "unix:///a/b";
	state_dir_endpoint(sources, 1, buf, sizeof(buf));
	sources[0] = "unix:///a_b";
	state_dir_endpoint(sources, 1, other, sizeof(other));
	assert_string_not_equal(buf, other);
}

#define on_disk(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    on_disk(test_what_was_kept_is_there_at_the_next_start),
	    on_disk(test_a_round_writes_what_has_changed_and_nothing_else),
	    on_disk(test_a_report_takes_the_baseline_and_writes_nothing),
	    on_disk(test_of_many_binnings_the_newest_four_stay),
	    on_disk(test_the_second_process_reads_only_and_says_so),
	    on_disk(test_a_killed_writer_leaves_no_lock),
	    on_disk(test_predictions_that_wait_are_there_at_the_next_start),
	    on_disk(test_what_waits_for_a_label_is_written_every_tenth_round),
	    on_disk(test_labels_that_are_damaged_cost_what_waited_and_newer_ones_stay),
	    on_disk(test_a_flipped_bit_costs_its_model_alone),
	    on_disk(test_a_torn_binning_costs_its_model_alone),
	    on_disk(test_what_a_newer_program_wrote_is_left_as_it_is),
	    on_disk(test_a_directory_that_cannot_be_made_is_a_sentence),
	    on_disk(test_a_full_disk_is_said_and_what_was_kept_stays),
	    cmocka_unit_test(test_each_server_has_a_directory_of_a_safe_name_without_secrets),
	};

	return cmocka_run_group_tests_name("state_dir", tests, NULL, NULL);
}
