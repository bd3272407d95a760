/*
 * Recording as a user does it: the command, its end by a signal or without warning, the keys of the dashboard.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/alert.h"
#include "core/events_bytes.h"
#include "core/pane.h"
#include "tests/lib_pty.h"
#include "tests/lib_redis.h"
#include "tests/lib_reel.h"
#include "tests/lib_rng.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/record.h"

#define LIMIT_MS 30000
#define VICTIMS	 4
#define SLACK_MS 1500 /* for a machine that is busy: a tick comes late, and so does the signal */

static int64_t
wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* config NULL: none. */
static pid_t
start_record(const char *path, const char *url, const char *config)
{
	pid_t pid = fork();
	int null;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	null = open("/dev/null", O_RDWR);
	(void)dup2(null, 1);
	(void)dup2(null, 2);
	execl(lib_run_program(), "drifttop", "record", "-o", path, "--state", "none", "--events", url,
	    config ? "--config" : NULL, config, (char *)NULL);
	_exit(127);
}

static void
feed_once(struct lib_redis *r)
{
	lib_redis_do(r, "XADD ml:a:events * model a x %d k %s latency_ms 2", (int)(wall_ms() % 9), "v");
}

/* An event, and the server's next twenty milliseconds. */
static void
feed_slowly(struct lib_redis *r)
{
	feed_once(r);
	lib_redis_do(r, "BLPOP nothing 0.02");
}

static void
verify(const char *path, int status)
{
	const char *args[] = {"verify", path, NULL};
	struct lib_run r;

	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	if (r.status != status)
		fail_msg("%s: %d: %s%s", path, r.status, r.out, r.err);
	lib_run_free(&r);
}

/* ---- killed ---------------------------------------------------------------------------------- */

#define EVENTS_MAX   5000
#define VERSIONS_MAX 15

/* What was given to all victims, and when: times are the wall clock's. */
struct given {
	int64_t began, event[EVENTS_MAX], version[VERSIONS_MAX];
	size_t events, versions, models;
};

struct found {
	bool event[EVENTS_MAX];
	size_t alerts, marks;
};

/*
 * The next event of model a, whose latency says which it is; each second a version that was not there before, every
 * other second a model that fails.
 */
static void
give(struct lib_redis *r, struct given *g)
{
	size_t second = (size_t)((wall_ms() - g->began) / 1000);

	assert_true(g->events < EVENTS_MAX);
	if (g->versions <= second && g->versions < VERSIONS_MAX)
		g->version[g->versions++] = wall_ms();
	if (g->models <= second / 2)
		lib_redis_do(r, "XADD ml:b:events * model m%d error broken latency_ms 2", (int)g->models++);
	g->event[g->events] = wall_ms();
	lib_redis_do(r, "XADD ml:a:events * model a version %d latency_ms %d", (int)g->versions,
	    (int)++g->events);
	lib_redis_do(r, "BLPOP nothing 0.02");
}

static void
find_event(void *ctx, size_t model, const struct event *ev)
{
	struct found *found = ctx;

	(void)model;
	if (!slice_is(ev->model, "a"))
		return;
	assert_true(ev->latency_ms >= 1 && ev->latency_ms <= EVENTS_MAX);
	found->event[(size_t)ev->latency_ms - 1] = true;
}

static void
find_all(struct found *found, const struct reel *reel)
{
	struct bytes_reader r;
	size_t i;

	memset(found, 0, sizeof(*found));
	for (i = 0; i < reel->n; i++) {
		struct slice payload = slice_make(reel->frames[i].raw, reel->frames[i].frame.raw);

		bytes_read(&r, payload);
		if (reel->frames[i].frame.type == FRAME_EVENTS)
			assert_int_equal(events_read(payload, find_event, found, NULL), 0);
		if (reel->frames[i].frame.type == FRAME_ALERT && !reel_is_twice(reel, i))
			found->alerts += bytes_get_uint(&r, UINT32_MAX) == ALERT_CHANGE_FIRED;
		if (reel->frames[i].frame.type == FRAME_MARK)
			found->marks = (size_t)bytes_get_uint(&r, UINT32_MAX);
	}
}

/* Seconds at which alerts were acted on, a line each. */
static size_t
count_acted(const char *path, int64_t from_ms, int64_t to_ms)
{
	FILE *f = fopen(path, "r");
	char line[64];
	size_t n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		n += strtoll(line, NULL, 10) * 1000 >= from_ms && (strtoll(line, NULL, 10) + 1) * 1000 <= to_ms;
	fclose(f);
	return n;
}

/*
 * A step ends at the first tick in the next five seconds, and is with the disk's cache before the next tick: what is
 * missing at any moment is less than a step and a tick. Of raw events, alerts and marks it is less than a tick. What
 * came before the first state is in that.
 */
static void
check_survived(const char *path, const char *acted, const struct given *g, int64_t killed_ms)
{
	int64_t at, sure = killed_ms - 1000 - SLACK_MS, begun = g->began + PANE_MS + 1000 + SLACK_MS;
	struct reel *reel = reel_read(path);
	size_t i, marks = 0, nalerts = count_acted(acted, begun, sure), nevents = 0;
	struct found *found = malloc(sizeof(*found));
	struct store *s;

	assert_non_null(found);
	assert_true(reel->damages <= 1);
	assert_true(reel->count[FRAME_KEY] >= 1);
	find_all(found, reel);
	for (i = 0; i < g->events; i++) {
		if (g->event[i] < begun || g->event[i] > sure)
			continue;
		nevents++;
		if (!found->event[i])
			fail_msg("event %zu of %lld ms before is missing", i, (long long)(killed_ms - g->event[i]));
	}
	for (i = 1; i < g->versions; i++)
		marks += g->version[i] <= sure;
	if (found->marks < marks || found->alerts < nalerts)
		fail_msg("%zu of %zu marks, %zu of %zu alerts", found->marks, marks, found->alerts, nalerts);
	print_message("%zu events, %zu marks, %zu alerts\n", nevents, marks, nalerts);
	assert_true(nevents > 0 && marks > 3);
	s = reel_play(reel, 0, &at);
	if (at < killed_ms - PANE_MS - 1000 - SLACK_MS)
		fail_msg("%lld ms are missing", (long long)(killed_ms - at));
	assert_true(store_events(s) > 0);
	store_free(s);
	reel_free(reel);
	free(found);
}

/* A model whose requests fail is an alert, and what is done about it says when. */
static void
write_config(const char *path, const char *acted)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f,
	    "{\"rules\":[{\"name\":\"bad\",\"model\":\"m*\",\"crit\":\"errors > 0\"}],"
	    "\"actions\":[{\"command\":[\"sh\",\"-c\",\"date +%%s >>%s\"],\"rule\":\"bad\"}]}\n",
	    acted);
	assert_int_equal(fclose(f), 0);
}

struct victim {
	char path[300], config[300], acted[300];
	int64_t due_ms, killed_ms;
	pid_t pid;
};

static void
start_victim(struct victim *v, const char *dir, size_t number, const char *url)
{
	snprintf(v->path, sizeof(v->path), "%s/%zu.dtr", dir, number);
	snprintf(v->config, sizeof(v->config), "%s/%zu.json", dir, number);
	snprintf(v->acted, sizeof(v->acted), "%s/%zu.acted", dir, number);
	write_config(v->config, v->acted);
	v->pid = start_record(v->path, url, v->config);
}

static void
killed_at_any_moment_it_loses_no_more_than_a_step_and_a_second_of_what_happened(void **state)
{
	struct given *g = calloc(1, sizeof(*g));
	struct victim v[VICTIMS];
	char dir[256];
	struct lib_redis r;
	uint64_t seed = (uint64_t)wall_ms();
	size_t i, left = VICTIMS;

	(void)state;
	assert_non_null(g);
	if (!lib_redis_available())
		skip();
	print_message("seed %llu\n", (unsigned long long)seed);
	lib_redis_start(&r, NULL);
	lib_tmp_make(dir, sizeof(dir), "record");
	g->began = wall_ms();
	give(&r, g);
	for (i = 0; i < VICTIMS; i++) {
		start_victim(&v[i], dir, i, r.url);
		v[i].due_ms = g->began + 13000 + (int64_t)rng_below(&seed, 6000);
	}
	while (left) {
		give(&r, g);
		for (i = 0; i < VICTIMS; i++) {
			if (!v[i].due_ms || wall_ms() < v[i].due_ms)
				continue;
			v[i].killed_ms = wall_ms();
			assert_int_equal(kill(v[i].pid, SIGKILL), 0);
			assert_int_equal(waitpid(v[i].pid, NULL, 0), v[i].pid);
			v[i].due_ms = 0;
			left--;
		}
	}
	for (i = 0; i < VICTIMS; i++)
		check_survived(v[i].path, v[i].acted, g, v[i].killed_ms);
	lib_redis_stop(&r);
	lib_tmp_remove(dir);
	free(g);
}

/* ---- ended ----------------------------------------------------------------------------------- */

static void
told_to_end_it_ends_its_file_which_is_gone_on_with(void **state)
{
	char dir[256], path[300];
	struct lib_redis r;
	struct reel *reel;
	pid_t pid;
	int status = 0, turn;
	int64_t began;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_tmp_make(dir, sizeof(dir), "record");
	snprintf(path, sizeof(path), "%s/x.dtr", dir);
	for (turn = 0; turn < 2; turn++) {
		began = wall_ms();
		pid = start_record(path, r.url, NULL);
		while (wall_ms() < began + 7000) {
			feed_slowly(&r);
		}
		assert_int_equal(kill(pid, turn ? SIGTERM : SIGINT), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	reel = reel_read(path);
	assert_int_equal(reel->damages, 0);
	assert_int_equal(reel->count[FRAME_HEADER], 2);
	assert_int_equal(reel->count[FRAME_GAP], 1);
	assert_int_equal(reel->count[FRAME_END], 1);
	assert_int_equal(reel->frames[reel->n - 1].frame.type, FRAME_END);
	reel_free(reel);
	lib_redis_stop(&r);
	lib_tmp_remove(dir);
}

static const char lines[] = "{\"ts\":1700000000000,\"model\":\"a\",\"features\":{\"x\":1},\"latency_ms\":2}\n"
			    "{\"ts\":1700000060000,\"model\":\"a\",\"features\":{\"x\":2},\"latency_ms\":2}\n";

static void
what_comes_from_standard_input_is_recorded_to_its_end(void **state)
{
	char dir[256], path[300];
	const char *args[] = {"record", "-o", path, "-", NULL};
	struct lib_run r;
	struct store *s;
	struct reel *reel;
	int64_t at;

	(void)state;
	lib_tmp_make(dir, sizeof(dir), "record");
	snprintf(path, sizeof(path), "%s/x.dtr", dir);
	lib_run(&r, args, NULL, lines, LIMIT_MS);
	if (r.status != 0 || r.nout || !strstr(r.err, "recorded: "))
		fail_msg("%d %s", r.status, r.err);
	lib_run_free(&r);
	verify(path, 0);
	reel = reel_read(path);
	s = reel_play(reel, 0, &at);
	assert_int_equal(store_events(s), 2);
	store_free(s);
	reel_free(reel);
	lib_tmp_remove(dir);
}

static void
where_it_cannot_be_written_nothing_is_begun(void **state)
{
	const char *args[] = {"record", "-o", "/proc/nowhere/x.dtr", "-", NULL};
	struct lib_run r;

	(void)state;
	lib_run(&r, args, NULL, lines, LIMIT_MS);
	assert_int_equal(r.status, 1);
	assert_non_null(strstr(r.err, "/proc/nowhere/x.dtr: "));
	assert_ptr_equal(strchr(r.err, '\n'), r.err + r.nerr - 1);
	lib_run_free(&r);
}

/* ---- the dashboard's keys --------------------------------------------------------------------- */

static void
find_file(const char *dir, bool flight, char *path, size_t bytes)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	path[0] = '\0';
	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && (strncmp(e->d_name, "flight-", 7) == 0) == flight)
			snprintf(path, bytes, "%s/%s", dir, e->d_name);
	closedir(d);
	if (!path[0])
		fail_msg("nothing in %s", dir);
}

/* How many frames of a kind are in what is being written, as verify counts them. */
static int
frames_in(const char *dir, const char *kind)
{
	char path[700];
	const char *args[] = {"verify", path, NULL}, *row;
	struct lib_run run;
	int n;

	find_file(dir, false, path, sizeof(path));
	lib_run(&run, args, NULL, NULL, LIMIT_MS);
	row = strstr(run.out, kind);
	n = row ? atoi(row + strlen(kind)) : 0;
	lib_run_free(&run);
	return n;
}

/* At the end of the recording, on Setup, which it begins with. */
static void
seen_in_replay(const char *path, const char *keys, const char *text)
{
	const char *args[] = {"snapshot", path, "--goto", "setup", "--size", "140x50", "--keys", keys, NULL};
	struct lib_run run;

	lib_run(&run, args, NULL, NULL, LIMIT_MS);
	if (run.status || !strstr(run.out, text))
		fail_msg("'%s' is not in\n%s%s", text, run.out, run.err);
	lib_run_free(&run);
}

static void
its_name_says_which_server_it_is_of(void **state)
{
	const char *named[] = {"redis://cache:6380"};
	static const struct env env = {.state_home = "/var/lib/x"};
	struct options o = {.command = COMMAND_DEMO};
	struct record_place p;

	(void)state;
	assert_int_equal(record_place(&p, &o, &env, true, NULL), 0);
	assert_string_equal(p.prefix, "flight-demo");
	assert_string_equal(p.dir, "/var/lib/x/recordings");
	assert_int_equal(record_place(&p, &o, &env, false, NULL), 0);
	assert_string_equal(p.prefix, "demo");
	o.command = COMMAND_DASH;
	assert_int_equal(record_place(&p, &o, &env, true, NULL), 0);
	assert_string_equal(p.prefix, "flight-127.0.0.1-6379");
	o.operands = named;
	o.noperands = 1;
	assert_int_equal(record_place(&p, &o, &env, true, NULL), 0);
	assert_string_equal(p.prefix, "flight-cache-6380");
}

static void
keys_save_what_was_and_record_what_comes(void **state)
{
	char dir[256], home[300], place[400], path[700];
	struct lib_redis r;
	const char *argv[] = {lib_run_program(), "--state", "none", r.url, NULL};
	const char *env[] = {"DRIFTTOP_FRAME_MARKS=1", home, NULL};
	const struct pty_options o = {.rows = 24, .cols = 120, .argv = argv, .env = env};
	struct reel *reel;
	struct pty p;
	int i, steps;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_tmp_make(dir, sizeof(dir), "record");
	snprintf(home, sizeof(home), "XDG_STATE_HOME=%s", dir);
	snprintf(place, sizeof(place), "%s/drifttop/recordings", dir);
	feed_once(&r);
	pty_start(&p, &o);
	pty_wait(&p, "LIVE");
	pty_send(&p, "W");
	pty_wait(&p, "REC ");
	/* The first state is there with the first tick in another five seconds. */
	for (i = 0; i < 60 && !pty_shows(&p, "saved "); i++) {
		feed_once(&r);
		pty_send(&p, "w");
		(void)pty_next_frame(&p, LIMIT_MS);
		(void)pty_next_frame(&p, 300);
	}
	assert_true(pty_shows(&p, "saved "));
	/* What alerts go by is in the recording from that moment on, which is behind its first state. */
	for (i = 0; i < 60 && !frames_in(place, "states of the fleet "); i++) {
		feed_once(&r);
		(void)pty_next_frame(&p, 1000);
	}
	pty_send(&p, ":set drift.false_alarms_per_week 0.25\r");
	pty_wait(&p, "is 0.25 from now on; :save keeps it");
	pty_send(&p, ":set rules.latency.crit p99 > 750ms for 3m\r");
	pty_wait(&p, "for 3m\" from now on; :save keeps it");
	pty_send(&p, ":set models.a.features.x.drift 0.75\r");
	pty_wait(&p, "is 0.75 from now on; :save keeps it");
	/* The end is a step behind the one that has it: one may just be on its way. */
	steps = frames_in(place, "steps ");
	for (i = 0; i < 60 && frames_in(place, "steps ") < steps + 2; i++) {
		feed_once(&r);
		(void)pty_next_frame(&p, 1000);
	}
	pty_send(&p, "W");
	pty_wait_gone(&p, "REC ");
	pty_send(&p, "Q");
	assert_int_equal(WEXITSTATUS(pty_wait_exit(&p)), 0);
	pty_free(&p);
	find_file(place, true, path, sizeof(path));
	verify(path, 0);
	reel = reel_read(path);
	assert_int_equal(reel->frames[1].frame.type, FRAME_KEY);
	reel_free(reel);
	find_file(place, false, path, sizeof(path));
	verify(path, 0);
	seen_in_replay(path, "/name=budget<Enter>", "0.25 false drift alarms a week");
	seen_in_replay(path, "/name=latency<Enter>", "crit p99 > 750ms for 3m");
	seen_in_replay(path, "/from=told*<Enter>", "x of a: watch 0.1 drift 0.75");
	seen_in_replay(path, "[", "drift of x at a: ");
	lib_redis_stop(&r);
	lib_tmp_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_at_any_moment_it_loses_no_more_than_a_step_and_a_second_of_what_happened),
		cmocka_unit_test(told_to_end_it_ends_its_file_which_is_gone_on_with),
		cmocka_unit_test(what_comes_from_standard_input_is_recorded_to_its_end),
		cmocka_unit_test(where_it_cannot_be_written_nothing_is_begun),
		cmocka_unit_test(its_name_says_which_server_it_is_of),
		cmocka_unit_test(keys_save_what_was_and_record_what_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
