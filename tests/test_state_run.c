/*
 * The dashboard with a state directory, on a pseudo-terminal with a real server: killed in the middle, started again,
 * two at once. What it has kept in the end is what one run over everything would have kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collectors/state_file.h"
#include "core/mem.h"
#include "core/pane.h"
#include "core/saved.h"
#include "core/store_impl.h"
#include "tests/lib_maker.h"
#include "tests/lib_pty.h"
#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/env.h"

#define PATH	  600
#define WINDOW_MS INT64_C(300000)
#define RUNS	  20

static const char *const marks[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};

struct desk {
	struct lib_redis r;
	char root[PATH], dir[2][PATH];
	int64_t first_ms;
	int n; /* entries so far, a second apart */
};

static int
setup(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	lib_tmp_make(d->root, sizeof(d->root), "run");
	snprintf(d->dir[0], PATH, "%.500s/kept", d->root);
	snprintf(d->dir[1], PATH, "%.500s/whole", d->root);
	d->first_ms = env_wall_ms() - INT64_C(7200000);
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	struct desk *d = *state;

	lib_redis_stop(&d->r);
	lib_tmp_remove(d->root);
	free(d);
	return 0;
}

static void
publish(struct desk *d, int n)
{
	int i;

	for (i = 0; i < n; i++, d->n++)
		lib_redis_do(&d->r, "XADD ml:m:events %lld-0 amount %d kind %s prediction %d latency_ms %d",
		    (long long)(d->first_ms + d->n * INT64_C(1000)), d->n * 7919 % 101, d->n % 3 ? "a" : "b", d->n % 2,
		    2 + d->n % 5);
}

static void
start(struct pty *p, const struct desk *d, const char *dir)
{
	const char *argv[] = {lib_run_program(), "--state", dir, "--since", "0", "--utc", d->r.url, NULL};
	const struct pty_options o = {.rows = 30, .cols = 140, .argv = argv, .env = marks};

	pty_start(p, &o);
}

static void
run_once(const struct desk *d, const char *dir)
{
	struct pty p;

	start(&p, d, dir);
	pty_wait(&p, "LIVE");
	pty_leave(&p);
}

/* Of the one model that the directory has. */
static struct store *
restore(const char *dir)
{
	struct store *s = store_make(true);
	struct fact f = {.kind = FACT_SAVED};
	char *files[2] = {NULL, NULL};
	size_t n[2];
	DIR *d = opendir(dir);
	struct dirent *e;
	struct maker mk;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		if (dot && strcmp(dot, ".binning") == 0)
			assert_int_equal(state_file_read(dir, e->d_name, 1 << 24, &files[0], &n[0], NULL), 0);
		if (dot && strcmp(dot, ".model") == 0)
			assert_int_equal(state_file_read(dir, e->d_name, 1 << 24, &files[1], &n[1], NULL), 0);
	}
	closedir(d);
	assert_true(files[0] && files[1]);
	f.u.saved.binning = slice_make(files[0], n[0]);
	f.u.saved.model = slice_make(files[1], n[1]);
	assert_int_equal(store_apply(s, &f, NULL), 0);
	event_make(&mk, "m", T0);
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	assert_string_equal(store_saved_why(s), "");
	mem_free(files[0]);
	mem_free(files[1]);
	return s;
}

/*
 * Whoever leaves at once leaves before the windows of what was read are counted, on a slow machine: the next run reads
 * those rows again. However many runs that takes, in the end each row is counted, and once. The last window that is
 * whole a minute, and a pane, before the newest row:
 */
static struct store *
run_until_counted(const struct desk *d, const char *dir)
{
	int64_t last = pane_floor(d->first_ms + (d->n - 1) * INT64_C(1000) - 65000, WINDOW_MS) - 1;
	struct store *s;
	int runs = 0;

	for (;;) {
		run_once(d, dir);
		s = restore(dir);
		if (store_model(s, 0)->growth.newest >= last || ++runs == RUNS)
			return s;
		store_free(s);
	}
}

static void
assert_same_growth(const struct model *a, const struct model *b)
{
	size_t i;

	assert_true(a->growth.rows > 0);
	assert_int_equal(a->growth.rows, b->growth.rows);
	assert_int_equal(a->growth.windows, b->growth.windows);
	assert_int_equal(a->growth.newest, b->growth.newest);
	assert_int_equal(a->nwatches, b->nwatches);
	for (i = 0; i < a->nwatches; i++) {
		size_t n = growth_column_ints(&a->growth.columns[i]);
		int64_t *p = calloc(2 * n + 1, sizeof(*p));

		assert_non_null(p);
		assert_int_equal(n, growth_column_ints(&b->growth.columns[i]));
		growth_column_encode(&a->growth.columns[i], p);
		growth_column_encode(&b->growth.columns[i], p + n);
		assert_memory_equal(p, p + n, n * sizeof(*p));
		free(p);
		assert_int_equal(a->watches[i].evidence.seen, b->watches[i].evidence.seen);
		assert_int_equal(a->watches[i].evidence.total, b->watches[i].evidence.total);
	}
}

static void
test_killed_and_started_again_rows_count_once(void **state)
{
	struct desk *d = *state;
	struct store *kept, *whole;
	struct pty p;
	int status;

	if (!lib_redis_available())
		skip();
	lib_redis_start(&d->r, NULL);
	publish(d, 3000);
	run_once(d, d->dir[0]);
	publish(d, 1000);
	start(&p, d, d->dir[0]);
	pty_wait(&p, "LIVE");
	publish(d, 500);
	assert_true(pty_next_frame(&p, PTY_LIMIT_MS));
	assert_int_equal(kill(p.pid, SIGKILL), 0);
	status = pty_wait_exit(&p);
	assert_true(WIFSIGNALED(status));
	pty_free(&p);
	publish(d, 1000);
	kept = run_until_counted(d, d->dir[0]);
	whole = run_until_counted(d, d->dir[1]);
	assert_same_growth(store_model(kept, 0), store_model(whole, 0));
	assert_int_equal(store_model(kept, 0)->baseline->id, store_model(whole, 0)->baseline->id);
	store_free(kept);
	store_free(whole);
}

static void
test_the_second_dashboard_says_that_it_only_reads(void **state)
{
	struct desk *d = *state;
	struct pty one, two;

	if (!lib_redis_available())
		skip();
	lib_redis_start(&d->r, NULL);
	publish(d, 2500);
	start(&one, d, d->dir[0]);
	pty_wait(&one, "LIVE");
	start(&two, d, d->dir[0]);
	pty_wait(&two, "LIVE");
	pty_wait(&two, "state read only");
	pty_send(&two, "i");
	pty_wait(&two, "keeps it: read at the start, not written");
	pty_leave(&two);
	pty_leave(&one);
	/* What was learned is there at once, under its name. */
	start(&one, d, d->dir[0]);
	pty_wait(&one, "LIVE");
	pty_send(&one, "\r");
	pty_wait(&one, "baseline: own stream");
	pty_leave(&one);
}

static void
write_train(const char *path, int values)
{
	FILE *f = fopen(path, "w");
	int i;

	assert_non_null(f);
	for (i = 0; i < 1500; i++)
		fprintf(f,
		    "{\"ts\":%lld,\"model\":\"m\",\"features\":{\"amount\":%d,\"kind\":\"%s\"},\"prediction\":%d,"
		    "\"latency_ms\":3}\n",
		    1600000000000LL + i * 1000LL, i * 7919 % values, i % 3 ? "a" : "b", i % 2);
	assert_int_equal(fclose(f), 0);
}

/* Another file is another binning: what there is on the server is read again, and the keys lead there again. */
static void
test_a_baseline_file_that_is_chosen_makes_history_be_read_again(void **state)
{
	struct desk *d = *state;
	char first[PATH], second[PATH];
	const char *argv[] = {lib_run_program(), "--baseline", first, "--baseline", second, "--state", d->dir[0],
	    "--since", "0", "--utc", d->r.url, NULL};
	const struct pty_options o = {.rows = 30, .cols = 140, .argv = argv, .env = marks};
	struct pty p;

	if (!lib_redis_available())
		skip();
	snprintf(first, sizeof(first), "%.500s/first.ndjson", d->root);
	snprintf(second, sizeof(second), "%.500s/second.ndjson", d->root);
	write_train(first, 50);
	write_train(second, 101);
	lib_redis_start(&d->r, NULL);
	publish(d, 1500);
	pty_start(&p, &o);
	pty_wait(&p, "LIVE");
	pty_send(&p, "\r");
	pty_wait(&p, "baseline: second.ndjson");
	pty_send(&p, "B");
	pty_wait(&p, "reads history again");
	pty_send(&p, "Gk\r");
	pty_wait(&p, "fleet");
	pty_wait_gone(&p, "fleet > m");
	pty_wait(&p, "LIVE");
	pty_wait(&p, "1.5k");
	pty_send(&p, "\r");
	pty_wait(&p, "baseline: first.ndjson");
	pty_leave(&p);
}

/* ---- labels ---------------------------------------------------------------------------------- */

#define IDS 200

static void
publish_ids(struct desk *d, bool labels)
{
	int i;

	for (i = 0; i < IDS; i++, d->n++)
		lib_redis_do(&d->r, labels ? "XADD ml:m:events %lld-0 id r%d label %d" :
					     "XADD ml:m:events %lld-0 id r%d amount 3 prediction %d",
		    (long long)(d->first_ms + d->n * INT64_C(1000)), i, labels ? i % 2 : i % 3 == 0);
}

/* What the directory's file of labels makes of a store: labels and the right predictions among them. */
static void
assert_kept_pairs(const char *dir, uint64_t labelled, uint64_t correct)
{
	struct store *s = store_make(false);
	struct fact f = {.kind = FACT_SAVED_LABELS};
	const struct quality_panes *q;
	DIR *d = opendir(dir);
	struct dirent *e;
	char *file = NULL;
	struct maker mk;
	size_t n;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		if (strrchr(e->d_name, '.') && strcmp(strrchr(e->d_name, '.'), ".labels") == 0)
			assert_int_equal(state_file_read(dir, e->d_name, 1 << 24, &file, &n, NULL), 0);
	closedir(d);
	assert_non_null(file);
	f.u.saved_labels = slice_make(file, n);
	assert_int_equal(store_apply(s, &f, NULL), 0);
	event_make(&mk, "m", T0);
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	assert_int_equal(store_tick(s, T0, NULL), 0);
	q = store_model(s, 0)->quality;
	assert_non_null(q);
	assert_int_equal(q->cover[COVER_PREDICTED], IDS);
	assert_int_equal(q->total.counts[QUALITY_LABELLED], labelled);
	assert_int_equal(q->total.counts[QUALITY_CORRECT], correct);
	mem_free(file);
	store_free(s);
}

/* The stream has lost the predictions when their labels come, and the dashboard is killed once more behind that. */
static void
test_labels_find_predictions_of_a_run_before(void **state)
{
	struct desk *d = *state;
	struct pty p;
	int status, i, right = 0;

	if (!lib_redis_available())
		skip();
	for (i = 0; i < IDS; i++)
		right += (i % 3 == 0) == i % 2;
	lib_redis_start(&d->r, NULL);
	publish_ids(d, false);
	run_once(d, d->dir[0]);
	assert_kept_pairs(d->dir[0], 0, 0);
	lib_redis_do(&d->r, "XTRIM ml:m:events MAXLEN 0");
	publish_ids(d, true);
	start(&p, d, d->dir[0]);
	pty_wait(&p, "LIVE");
	pty_send(&p, "\r");
	pty_wait(&p, "accuracy");
	assert_int_equal(kill(p.pid, SIGKILL), 0);
	status = pty_wait_exit(&p);
	assert_true(WIFSIGNALED(status));
	pty_free(&p);
	run_once(d, d->dir[0]); /* reads the labels once more */
	assert_kept_pairs(d->dir[0], IDS, (uint64_t)right);
	run_once(d, d->dir[0]);
	assert_kept_pairs(d->dir[0], IDS, (uint64_t)right);
}

#define with_server(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    with_server(test_killed_and_started_again_rows_count_once),
	    with_server(test_labels_find_predictions_of_a_run_before),
	    with_server(test_a_baseline_file_that_is_chosen_makes_history_be_read_again),
	    with_server(test_the_second_dashboard_says_that_it_only_reads),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("state_run", tests, NULL, NULL);
}
