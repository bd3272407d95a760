/* Commands that are run for alerts: what they get, and what becomes of those that misbehave. */
#include "collectors/action.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_tmp.h"

#define LIMIT_MS 20000

struct world {
	uv_loop_t loop;
	struct actions *actions;
	struct config_action list[2];
	char *argv[2][6];
	struct fact_action last; /* texts below */
	char sentence[512];
	enum action_state seen[64];
	size_t nseen;
	char dir[500];
};

static void
on_fact(void *ctx, const struct fact *f)
{
	struct world *w = ctx;

	assert_int_equal(f->kind, FACT_ACTION);
	w->last = f->u.action;
	snprintf(w->sentence, sizeof(w->sentence), "%.*s", (int)f->u.action.sentence.n,
	    f->u.action.sentence.n ? f->u.action.sentence.p : "");
	if (w->nseen < 64)
		w->seen[w->nseen++] = f->u.action.state;
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	lib_tmp_make(w->dir, sizeof(w->dir), "action");
	assert_int_equal(uv_loop_init(&w->loop), 0);
	signal(SIGPIPE, SIG_IGN);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	actions_free(w->actions);
	assert_int_equal(uv_loop_close(&w->loop), 0); /* no handle is left */
	lib_tmp_remove(w->dir);
	free(w);
	return 0;
}

static void
begin(struct world *w, const char *a, const char *b, const char *c, int64_t timeout_ms)
{
	const struct sink sink = {w, NULL, on_fact};
	const char *words[3] = {a, b, c};
	size_t i;

	for (i = 0; i < 3 && words[i]; i++)
		w->argv[0][i] = (char *)(uintptr_t)words[i];
	w->list[0] = (struct config_action){
	    .argv = w->argv[0], .argc = i, .timeout_ms = timeout_ms, .output_bytes = CONFIG_ACTION_OUTPUT_BYTES};
	assert_int_equal(actions_new(&w->actions, &w->loop, w->list, 1, NULL, &sink, NULL), 0);
}

static void
on_late(uv_timer_t *t)
{
	*(bool *)t->data = true;
}

/* Runs the loop until nothing runs any more. */
static void
run_out(struct world *w)
{
	bool late = false;
	uv_timer_t timer;

	uv_timer_init(&w->loop, &timer);
	timer.data = &late;
	uv_timer_start(&timer, on_late, LIMIT_MS, 0);
	while (actions_busy(w->actions) && !late)
		uv_run(&w->loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_false(late);
}

static char *
read_whole(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);

	assert_non_null(text);
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	*n = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}

static void
a_command_gets_the_alert_and_no_shell_reads_its_words(void **state)
{
	struct world *w = *state;
	char path[600], script[200], *json = malloc(300000), *got;
	size_t n;

	snprintf(path, sizeof(path), "%s/a; echo $HOME", w->dir);
	snprintf(script, sizeof(script), "cat >\"$0\"");
	begin(w, "/bin/sh", "-c", script, 5000);
	w->argv[0][3] = path; /* would be three words and a variable to a shell */
	memset(json, 'x', 300000); /* more than a pipe holds */
	assert_int_equal(actions_run(w->actions, 0, json, 300000, 7, NULL), 0);
	run_out(w);
	assert_int_equal(w->last.state, ACTION_OK);
	assert_int_equal(w->last.at_ms, 7);
	assert_int_equal(w->last.runs, 1);
	assert_int_equal(w->last.failures, 0);
	assert_string_equal(w->sentence, "");
	got = read_whole(path, &n);
	assert_int_equal(n, 300000);
	assert_memory_equal(got, json, n);
	free(got);
	free(json);
}

static void
a_command_that_is_missing_is_said_to_be(void **state)
{
	struct world *w = *state;

	begin(w, "/nowhere/no-such-command", NULL, NULL, 5000);
	assert_int_equal(actions_run(w->actions, 0, "{}", 2, 0, NULL), 0);
	run_out(w);
	assert_int_equal(w->last.state, ACTION_MISSING);
	assert_int_equal(w->last.failures, 1);
	assert_non_null(strstr(w->sentence, "cannot be run"));
}

static void
one_that_fails_says_how_and_what_it_wrote(void **state)
{
	struct world *w = *state;

	begin(w, "/bin/sh", "-c", "cat >/dev/null; echo 'no route to pager' >&2; echo more >&2; exit 3", 5000);
	assert_int_equal(actions_run(w->actions, 0, "{}", 2, 0, NULL), 0);
	run_out(w);
	assert_int_equal(w->last.state, ACTION_FAILED);
	assert_string_equal(w->sentence, "ended with status 3: no route to pager");
}

static bool
is_alive(pid_t pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}

static void
one_that_hangs_is_killed_with_all_that_it_started(void **state)
{
	struct world *w = *state;
	char path[600], *text;
	uint64_t before, took;
	size_t n;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/pid", w->dir);
	/* The child ignores what a polite end would be. */
	begin(w, "/bin/sh", "-c", "sh -c 'trap \"\" TERM HUP; echo $$ >\"$0\"; sleep 600' \"$0\" & wait", 700);
	w->argv[0][3] = path;
	before = uv_hrtime();
	assert_int_equal(actions_run(w->actions, 0, "{}", 2, 0, NULL), 0);
	run_out(w);
	took = (uv_hrtime() - before) / 1000000;
	assert_int_equal(w->last.state, ACTION_TIMED_OUT);
	assert_int_equal(w->last.failures, 1);
	assert_non_null(strstr(w->sentence, "killed after 0.7 s"));
	/* The limit runs by the loop's clock, which stands where its last turn began. */
	assert_true(took >= 600);
	text = read_whole(path, &n);
	pid = (pid_t)strtol(text, NULL, 10);
	free(text);
	assert_true(pid > 1);
	/* Nobody's child now: it is reaped by whoever takes in orphans, in its own time. */
	for (n = 0; n < 400 && is_alive(pid); n++) {
		char stat[64], *what;
		size_t bytes;

		snprintf(stat, sizeof(stat), "/proc/%d/stat", (int)pid);
		if (access(stat, R_OK) != 0)
			break;
		what = read_whole(stat, &bytes);
		if (strstr(what, ") Z ")) {
			free(what);
			return;
		}
		free(what);
		(void)poll(NULL, 0, 5);
	}
	assert_true(n < 400);
}

static void
one_that_floods_is_read_to_its_end_and_costs_no_memory(void **state)
{
	struct world *w = *state;
	long before;

	begin(w, "/bin/sh", "-c", "head -c 100000000 /dev/zero", 15000);
	before = alloc_live();
	assert_int_equal(actions_run(w->actions, 0, "{}", 2, 0, NULL), 0);
	run_out(w);
	assert_int_equal(w->last.state, ACTION_FLOODED);
	assert_int_equal(w->last.failures, 0); /* it did what it should, and more */
	assert_string_equal(w->sentence, "wrote 100000000 bytes, of which 65536 were to be read");
	assert_int_equal(alloc_live(), before);
}

static void
one_that_never_reads_its_input_is_no_trouble(void **state)
{
	struct world *w = *state;
	char *json = calloc(1, 1 << 20);

	begin(w, "/bin/true", NULL, NULL, 5000);
	assert_int_equal(actions_run(w->actions, 0, json, 1 << 20, 0, NULL), 0);
	run_out(w);
	assert_int_equal(w->last.state, ACTION_OK);
	free(json);
}

static void
an_orphan_that_holds_the_pipes_does_not_hold_the_run(void **state)
{
	struct world *w = *state;
	uint64_t before = uv_hrtime();

	/* In a session of its own, so that it is not of the group. */
	begin(w, "/bin/sh", "-c", "exec 3>&1; (setsid sleep 3) & exit 0", 10000);
	assert_int_equal(actions_run(w->actions, 0, "{}", 2, 0, NULL), 0);
	run_out(w);
	assert_int_equal(w->last.state, ACTION_OK);
	assert_true((uv_hrtime() - before) / 1000000 < 2500);
}

static void
what_is_too_much_at_once_waits_and_what_is_far_too_much_is_dropped(void **state)
{
	struct world *w = *state;
	size_t i, ok = 0;
	struct err err;

	begin(w, "/bin/sh", "-c", "cat >/dev/null", 10000);
	for (i = 0; i < ACTION_RUNNING_MAX + ACTION_QUEUE_MAX; i++)
		assert_int_equal(actions_run(w->actions, 0, "{}", 2, 0, &err), 0);
	assert_int_equal(actions_run(w->actions, 0, "{}", 2, 0, &err), ERR_LIMIT);
	run_out(w);
	for (i = 0; i < w->nseen; i++)
		ok += w->seen[i] == ACTION_OK;
	assert_true(ok > 0);
	assert_int_equal(w->last.runs, ACTION_RUNNING_MAX + ACTION_QUEUE_MAX);
	assert_int_equal(w->last.dropped, 1);
	assert_int_equal(w->last.failures, 0);
}

static void
what_still_runs_at_the_end_is_killed(void **state)
{
	struct world *w = *state;
	uint64_t before = uv_hrtime();
	size_t i;

	begin(w, "/bin/sleep", "600", NULL, 600000);
	for (i = 0; i < 6; i++)
		assert_int_equal(actions_run(w->actions, 0, "{}", 2, 0, NULL), 0);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	actions_free(w->actions);
	w->actions = NULL;
	assert_true((uv_hrtime() - before) / 1000000 < LIMIT_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_command_gets_the_alert_and_no_shell_reads_its_words, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_command_that_is_missing_is_said_to_be, setup, teardown),
	    cmocka_unit_test_setup_teardown(one_that_fails_says_how_and_what_it_wrote, setup, teardown),
	    cmocka_unit_test_setup_teardown(one_that_hangs_is_killed_with_all_that_it_started, setup, teardown),
	    cmocka_unit_test_setup_teardown(one_that_floods_is_read_to_its_end_and_costs_no_memory, setup, teardown),
	    cmocka_unit_test_setup_teardown(one_that_never_reads_its_input_is_no_trouble, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_orphan_that_holds_the_pipes_does_not_hold_the_run, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		what_is_too_much_at_once_waits_and_what_is_far_too_much_is_dropped, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_still_runs_at_the_end_is_killed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
