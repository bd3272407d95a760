/*
 * Going back before what a live session holds: the streams are read again, beside the session, which is not touched.
 *
 * Two streams of two hours: one entry a second with 2 ms and status 200, but from 65 to 55 minutes before the end 40 ms
 * and every other one failed; and one entry in two seconds. The session has read the last quarter of an hour of them,
 * or the last thousand entries, which are half an hour of the slower one.
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
#include <signal.h>
#include <sys/wait.h>

#include "core/figures.h"
#include "core/recording_head.h"
#include "core/state_hash.h"
#include "tests/lib_alloc.h"
#include "tests/lib_pty.h"
#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tui/app.h"
#include "tui/frozen.h"
#include "tui/older.h"

#define MINUTE	 INT64_C(60000)
#define HOURS_MS (120 * MINUTE)
#define LIMIT_MS 30000

struct desk {
	struct lib_redis r;
	int64_t end_ms; /* of the newest entry */
	struct env env;
	struct options options;
	struct app *app;
	struct frozen *frozen;
	bool due;
	unsigned told; /* times that progress was told */
	char said[REPLAY_SAY_BYTES];
};

/* In one call: twelve thousand would take their time on a machine that does other things, too. */
static void
fill(struct desk *d)
{
	static const char script[] = "local first = tonumber(ARGV[1]) "
				     "for i = 0, 7200 do "
				     "local id = string.format('%.0f-0', first + i * 1000) "
				     "local bad = i >= 3300 and i < 3900 "
				     "redis.call('XADD', 'ml:alpha:events', id, 'amount', i % 97, "
				     "'latency_ms', bad and 40 or 2, 'status', bad and i % 2 == 1 and 500 or 200) "
				     "if i % 2 == 0 then "
				     "redis.call('XADD', 'ml:beta:events', id, 'size', i % 13, 'latency_ms', 7) "
				     "end end return 1";

	d->end_ms = env_wall_ms() / 10000 * 10000;
	lib_redis_do(&d->r, "EVAL %s 0 %lld", script, (long long)(d->end_ms - HOURS_MS));
}

static int
make_server(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	*state = d;
	if (!lib_redis_available())
		return 0;
	lib_redis_start(&d->r, NULL);
	fill(d);
	return 0;
}

static int
end_server(void **state)
{
	struct desk *d = *state;

	frozen_close(d->frozen);
	app_free(d->app);
	if (d->options.operands)
		options_release(&d->options);
	if (lib_redis_available())
		lib_redis_stop(&d->r);
	free(d);
	return 0;
}

/* ---- a session that has read what it reads and is frozen ------------------------------------- */

static void
on_due(void *ctx)
{
	struct desk *d = ctx;

	d->due = true;
	uv_stop(app_loop(d->app));
}

static void
on_said(void *ctx, const char *say)
{
	struct desk *d = ctx;

	d->told++;
	snprintf(d->said, sizeof(d->said), "%s", say);
}

/* Nothing comes any more and no time goes by in it: whatever changes the live store then is what is looked for. */
static void
open_sources(struct desk *d, const char *first, const char *second)
{
	char *argv[] = {(char[]){"drifttop"}, (char[]){"--since"}, (char[]){"15m"}, (char[]){"--utc"},
	    (char *)(uintptr_t)first, (char *)(uintptr_t)second, NULL};
	struct app_setup setup = {
	    .options = &d->options, .env = &d->env, .flight = true, .to_end = true, .recent = true};
	const struct frozen_setup frozen = {.due = on_due, .said = on_said, .ctx = d};
	struct frozen_setup fs = frozen;
	struct err err = {0};

	env_read(&d->env, "drifttop");
	if (options_parse(&d->options, second ? 6 : 5, argv, &err) || app_open(&d->app, &setup, &err) ||
	    app_run_to_end(d->app, &err))
		fail_msg("%s", err.msg);
	fs.app = d->app;
	if (frozen_open(&d->frozen, &fs, &err))
		fail_msg("%s", err.msg);
	frozen_set_live(d->frozen, store_now_ms(app_store(d->app)));
}

static void
open_desk(struct desk *d)
{
	open_sources(d, d->r.url, NULL);
}

static struct ui_request
request(enum ui_time time, int64_t to_ms)
{
	return (struct ui_request){.kind = UI_REQUEST_TIME, .time = time, .to_ms = to_ms};
}

static void
settle(struct desk *d)
{
	char say[REPLAY_SAY_BYTES];

	d->due = false;
	frozen_settle(d->frozen, env_mono_ms(), say);
	if (say[0])
		snprintf(d->said, sizeof(d->said), "%s", say);
}

/* Until reading has come to an end. */
static void
settle_all(struct desk *d)
{
	int64_t limit = env_mono_ms() + LIMIT_MS;

	while (d->due || strstr(d->said, "reading older entries")) {
		if (d->due)
			settle(d);
		else
			uv_run(app_loop(d->app), UV_RUN_ONCE);
		if (env_mono_ms() > limit)
			fail_msg("still reading: %s", d->said);
	}
}

static void
ask(struct desk *d, enum ui_time time, int64_t to_ms)
{
	const struct ui_request q = request(time, to_ms);
	char say[REPLAY_SAY_BYTES];

	frozen_do(d->frozen, &q, env_mono_ms(), say);
	snprintf(d->said, sizeof(d->said), "%s", say);
	settle_all(d);
}

static const struct ui_past *
past(const struct desk *d)
{
	return replay_past(frozen_replay(d->frozen));
}

static struct model_figures
figures_of(const struct store *s, const char *name)
{
	struct model_figures f;
	size_t i;

	for (i = 0; i < store_model_count(s) && !slice_is(store_model_name(s, i), name); i++)
		;
	assert_true(i < store_model_count(s));
	figures_model(s, i, WINDOW_5M, &f);
	return f;
}

static struct model_figures
figures(const struct desk *d, const char *name)
{
	return figures_of(replay_store(frozen_replay(d->frozen)), name);
}

static void
check_said(const struct desk *d, const char *part)
{
	if (!strstr(d->said, part))
		fail_msg("it does not say '%s' but '%s'", part, d->said);
}

/* ---- tests ----------------------------------------------------------------------------------- */

/* The window is of 61 panes, the open one among them, so of 300 to 305 seconds. */
static void
a_jump_before_what_is_held_shows_what_the_streams_had_then(void **state)
{
	struct desk *d = *state;
	struct model_figures alpha, beta, live;
	uint64_t hash, then;
	bool whole;

	if (!lib_redis_available())
		skip();
	open_desk(d);
	hash = state_hash(app_store(d->app), &whole);
	assert_true(whole);
	live = figures_of(app_store(d->app), "alpha");
	ask(d, UI_TIME_JUMP, d->end_ms - 58 * MINUTE);
	check_said(d, "read again: alerts are what the rules say of it now");
	assert_true(past(d)->again);
	assert_in_range(past(d)->at_ms, d->end_ms - 58 * MINUTE - 5000, d->end_ms - 58 * MINUTE);
	alpha = figures(d, "alpha");
	beta = figures(d, "beta");
	assert_in_range(alpha.window_events, 295, 305);
	assert_in_range(beta.window_events, 147, 153);
	assert_true(alpha.rate_per_s > 0.95 && alpha.rate_per_s < 1.05);
	assert_true(alpha.window_error_rate_frac > 0.49 && alpha.window_error_rate_frac < 0.51);
	/* A bucket is 0.78 % wide. */
	assert_true(alpha.window_latency.p50 > 39.6 && alpha.window_latency.p50 < 40.4);
	assert_true(beta.window_latency.p50 > 6.9 && beta.window_latency.p50 < 7.1);
	assert_int_equal(alpha.severity, SEVERITY_CRIT);
	/* Against what the session holds it against. */
	assert_true(slice_eq(alpha.baseline.name, live.baseline.name));
	assert_true(live.baseline.name.n > 0);
	/* Before the trouble nothing was wrong. */
	ask(d, UI_TIME_JUMP, d->end_ms - 66 * MINUTE);
	assert_int_equal(figures(d, "alpha").severity, SEVERITY_OK);
	ask(d, UI_TIME_JUMP, d->end_ms - 58 * MINUTE);
	then = state_hash(replay_store(frozen_replay(d->frozen)), NULL);
	/* Read another time, in other pieces, it is the same. */
	ask(d, UI_TIME_JUMP, d->end_ms - 110 * MINUTE);
	assert_true(state_hash(replay_store(frozen_replay(d->frozen)), NULL) != then);
	ask(d, UI_TIME_JUMP, d->end_ms - 58 * MINUTE);
	assert_true(state_hash(replay_store(frozen_replay(d->frozen)), NULL) == then);
	assert_true(state_hash(app_store(d->app), NULL) == hash);
}

static void
steps_lead_from_what_is_held_into_what_is_older_and_back(void **state)
{
	struct desk *d = *state;
	int64_t held_ms, silent_ms;
	unsigned told;

	if (!lib_redis_available())
		skip();
	open_desk(d);
	held_ms = past(d)->from_ms;
	ask(d, UI_TIME_JUMP, held_ms);
	assert_false(past(d)->again);
	ask(d, UI_TIME_BACK, 0);
	assert_true(past(d)->again);
	assert_in_range(past(d)->at_ms, held_ms - 10000, held_ms - 1);
	/* Nothing has come since the newest entry, however long that is ago by now. */
	silent_ms = past(d)->at_ms > d->end_ms ? past(d)->at_ms - d->end_ms : 0;
	assert_true((int64_t)figures(d, "alpha").window_events >= 290 - silent_ms / 1000);
	ask(d, UI_TIME_NEXT, 0);
	assert_false(past(d)->again);
	assert_int_equal(past(d)->at_ms, held_ms);
	check_said(d, "from here on it is what was recorded");
	/* It is still there. */
	told = d->told;
	ask(d, UI_TIME_BACK, 0);
	assert_true(past(d)->again);
	assert_int_equal(d->told, told);
}

/*
 * The last thousand entries are half an hour of the one stream and a quarter of the other, read side by side by a clock
 * that is that of the foremost: what was recorded then are no moments. One that is asked for is shown to the
 * millisecond: entries up to it and none behind it.
 */
static void
a_moment_of_what_was_read_as_history_is_read_again_in_order(void **state)
{
	struct desk *d = *state;
	int64_t at_ms;
	struct model_figures alpha;

	if (!lib_redis_available())
		skip();
	open_desk(d);
	at_ms = d->end_ms - 7 * MINUTE - 1500;
	assert_true(past(d)->from_ms >= app_history_ms(d->app));
	assert_int_equal(state_hash(replay_store(frozen_replay(d->frozen)), NULL),
	    state_hash(app_store(d->app), NULL));
	ask(d, UI_TIME_JUMP, at_ms);
	assert_true(past(d)->again);
	assert_int_equal(past(d)->at_ms, at_ms);
	alpha = figures(d, "alpha");
	assert_int_equal(alpha.now_ms, at_ms);
	assert_int_equal(alpha.last_ms, at_ms - 500);
	assert_int_equal(figures(d, "beta").last_ms, at_ms - (at_ms - 500) / 1000 % 2 * 1000 - 500);
}

/* Of an alert that no change is told of: what is held, what is read again for it, and what comes later than both. */
static void
an_alert_is_gone_to_where_its_moment_is_kept(void **state)
{
	struct desk *d = *state;
	struct ui_request q = request(UI_TIME_ALERT, 0);
	char say[REPLAY_SAY_BYTES];
	int64_t held_ms, read_ms;

	if (!lib_redis_available())
		skip();
	open_desk(d);
	held_ms = past(d)->from_ms;
	read_ms = d->end_ms - 58 * MINUTE;
	q.alert = 1;
	q.to_ms = past(d)->to_ms + 1;
	assert_false(frozen_has_alert(d->frozen, &q));
	frozen_do(d->frozen, &q, env_mono_ms(), say);
	assert_non_null(strstr(say, "not kept"));
	assert_false(past(d)->again);
	q.to_ms = read_ms;
	assert_true(frozen_has_alert(d->frozen, &q));
	ask(d, UI_TIME_ALERT, read_ms);
	check_said(d, "when it fired");
	assert_true(past(d)->again);
	assert_int_equal(past(d)->at_ms, read_ms);
	q.to_ms = held_ms;
	assert_true(frozen_has_alert(d->frozen, &q));
	frozen_do(d->frozen, &q, env_mono_ms(), say);
	assert_non_null(strstr(say, "when it fired"));
	assert_false(past(d)->again);
	assert_int_equal(past(d)->at_ms, held_ms);
	q.to_ms = read_ms;
	frozen_do(d->frozen, &q, env_mono_ms(), say);
	assert_true(past(d)->again);
	assert_in_range(past(d)->at_ms, read_ms, read_ms + 5000);
}

static void
two_servers_are_read_side_by_side(void **state)
{
	struct desk *d = *state;
	char url[2][400];

	if (!lib_redis_available())
		skip();
	snprintf(url[0], sizeof(url[0]), "one=%s", d->r.url);
	snprintf(url[1], sizeof(url[1]), "two=%s", d->r.url);
	open_sources(d, url[0], url[1]);
	ask(d, UI_TIME_JUMP, d->end_ms - 58 * MINUTE);
	assert_true(past(d)->again);
	assert_in_range(figures(d, "one/alpha").window_events, 295, 305);
	assert_in_range(figures(d, "two/alpha").window_events, 295, 305);
	assert_in_range(figures(d, "two/beta").window_events, 147, 153);
}

static void
the_alert_before_is_looked_for_in_the_streams(void **state)
{
	struct desk *d = *state;
	int i;

	if (!lib_redis_available())
		skip();
	open_desk(d);
	for (i = 0; i < 8 && !strstr(d->said, "alpha"); i++)
		ask(d, UI_TIME_EVENT_BACK, 0);
	check_said(d, "alpha");
	assert_true(past(d)->again);
	assert_in_range(past(d)->at_ms, d->end_ms - 65 * MINUTE, d->end_ms - 45 * MINUTE);
}

static void
of_what_has_been_trimmed_the_oldest_there_is_is_shown(void **state)
{
	struct desk *d = *state;
	int64_t oldest, held_ms;

	if (!lib_redis_available())
		skip();
	oldest = d->end_ms - 40 * MINUTE;
	lib_redis_do(&d->r, "XTRIM ml:alpha:events MINID %lld", (long long)oldest);
	lib_redis_do(&d->r, "XTRIM ml:beta:events MINID %lld", (long long)oldest);
	open_desk(d);
	held_ms = past(d)->from_ms;
	ask(d, UI_TIME_JUMP, d->end_ms - 110 * MINUTE);
	check_said(d, "the oldest entry in the streams is of");
	assert_true(past(d)->again);
	assert_in_range(past(d)->at_ms, oldest - 5000, oldest + 5000);
	/* Nothing at all is older. */
	lib_redis_do(&d->r, "XTRIM ml:alpha:events MAXLEN 1");
	lib_redis_do(&d->r, "XTRIM ml:beta:events MAXLEN 1");
	lib_redis_do(&d->r, "XADD ml:alpha:events %lld-0 amount 1", (long long)held_ms + 1000);
	lib_redis_do(&d->r, "XADD ml:beta:events %lld-0 size 1", (long long)held_ms + 1000);
	lib_redis_do(&d->r, "XTRIM ml:alpha:events MAXLEN 1");
	lib_redis_do(&d->r, "XTRIM ml:beta:events MAXLEN 1");
	ask(d, UI_TIME_JUMP, d->end_ms - 110 * MINUTE);
	check_said(d, "the streams hold nothing older");
	assert_false(past(d)->again);
}

static void
a_server_that_dies_meanwhile_costs_a_sentence(void **state)
{
	struct desk *d = *state;
	const struct ui_request jump = request(UI_TIME_JUMP, d->end_ms - 60 * MINUTE);
	char say[REPLAY_SAY_BYTES];
	uint64_t hash;

	if (!lib_redis_available())
		skip();
	open_desk(d);
	hash = state_hash(app_store(d->app), NULL);
	kill(d->r.pid, SIGSTOP);
	frozen_do(d->frozen, &jump, env_mono_ms(), say);
	assert_true(d->due);
	settle(d);
	/* It is on its way, and says so. */
	while (!d->told)
		uv_run(app_loop(d->app), UV_RUN_ONCE);
	check_said(d, "0 %, Esc stops");
	lib_redis_kill(&d->r, SIGKILL);
	while (!d->due)
		uv_run(app_loop(d->app), UV_RUN_ONCE);
	settle_all(d);
	check_said(d, "older entries cannot be read: ");
	assert_false(past(d)->again);
	assert_true(state_hash(app_store(d->app), NULL) == hash);
	lib_redis_again(&d->r);
}

static void
reading_can_be_stopped(void **state)
{
	struct desk *d = *state;
	const struct ui_request jump = request(UI_TIME_JUMP, d->end_ms - 60 * MINUTE);
	char say[REPLAY_SAY_BYTES];

	if (!lib_redis_available())
		skip();
	open_desk(d);
	kill(d->r.pid, SIGSTOP);
	frozen_do(d->frozen, &jump, env_mono_ms(), say);
	settle(d);
	assert_true(frozen_reads(d->frozen));
	frozen_stop(d->frozen, say);
	assert_string_equal(say, "reading older entries was stopped");
	assert_true(d->due);
	settle(d);
	assert_false(frozen_reads(d->frozen));
	assert_false(past(d)->again);
	kill(d->r.pid, SIGCONT);
	/* And asked for again. */
	frozen_do(d->frozen, &jump, env_mono_ms(), d->said);
	settle_all(d);
	assert_true(past(d)->again);
}

static void
ignore(void *ctx)
{
	(void)ctx;
}

static int
open_and_close(void *ctx, struct err *err)
{
	const struct desk *d = ctx;
	const struct recording_head head = {.program = {"1", 1}};
	const struct older_setup setup = {.app = d->app, .head = &head, .models = 2, .at_ms = d->end_ms - 60 * MINUTE,
	    .held_ms = d->end_ms, .changed = ignore};
	struct older *o = NULL;
	int rc = older_open(&o, &setup, err);

	older_close(o);
	return rc;
}

static void
without_memory_nothing_is_begun(void **state)
{
	struct desk *d = *state;

	if (!lib_redis_available())
		skip();
	open_desk(d);
	assert_true(alloc_survive_each(open_and_close, d) > 0);
}

/* ---- on a terminal --------------------------------------------------------------------------- */

static void
a_user_goes_back_an_hour_and_to_the_present_again(void **state)
{
	static const char *const marks[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};
	struct desk *d = *state;
	const char *argv[] = {
	    lib_run_program(), "--since", "15m", "--state", "none", "--utc", "--window", "5m", d->r.url, NULL};
	const struct pty_options o = {.rows = 30, .cols = 120, .argv = argv, .env = marks};
	struct pty p;

	if (!lib_redis_available())
		skip();
	pty_start(&p, &o);
	pty_wait(&p, "LIVE");
	pty_wait(&p, "alpha");
	pty_wait(&p, "beta");
	pty_send(&p, "/alpha\r\r");
	pty_wait(&p, "fleet > alpha");
	/* Until there is a state to go back to, there is nothing to go back from. */
	for (int i = 0; i < 40 && !pty_shows(&p, "READ AGAIN"); i++) {
		pty_send(&p, "b-1h\r");
		for (int k = 0; k < 20 && !pty_shows(&p, "READ AGAIN") && !pty_shows(&p, "nothing yet"); k++)
			(void)pty_next_frame(&p, LIMIT_MS);
	}
	pty_wait(&p, "READ AGAIN");
	pty_wait(&p, "read again from the streams");
	pty_wait(&p, "fleet > alpha");
	pty_wait(&p, "40ms");
	/* Esc ends a reading that goes on, and is no way back. */
	kill(d->r.pid, SIGSTOP);
	pty_send(&p, "b-40m\r");
	pty_wait(&p, "Esc stops");
	pty_send(&p, "\x1b");
	pty_wait(&p, "reading older entries was stopped");
	pty_wait(&p, "fleet > alpha");
	kill(d->r.pid, SIGCONT);
	/* Meanwhile the session goes on. */
	lib_redis_do(&d->r, "XADD ml:gamma:events * size 3 latency_ms 9");
	pty_send(&p, " ");
	pty_wait(&p, "LIVE");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, "fleet > alpha");
	pty_send(&p, "/gamma\r");
	pty_wait(&p, "gamma ");
	pty_wait_gone(&p, "READ AGAIN");
	pty_leave(&p);
}

/* What the clipboard was given: it is all there, where the last line of a screen has its end only. */
static void
read_clipboard(struct pty *p, char *out, size_t bytes)
{
	static const char begin[] = "\033]52;c;",
			  digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	const char *digit;
	unsigned held = 0, bits = 0;
	size_t n = 0, at = 0;

	assert_true(pty_logged(p, begin) || pty_read_until(p, begin));
	while (memcmp(p->log + at, begin, strlen(begin)) != 0)
		at++;
	for (at += strlen(begin);; at++) {
		while (at >= p->log_n)
			assert_true(pty_next_frame(p, PTY_LIMIT_MS));
		digit = strchr(digits, p->log[at]);
		if (!digit || digit - digits == 64)
			break;
		held = held << 6 | (unsigned)(digit - digits);
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		assert_true(n + 1 < bytes);
		out[n++] = (char)(held >> bits);
	}
	out[n] = '\0';
}

/* A and B beside each other: 2 ms at the moment that is pinned, 90 ms now. */
static void
wait_compared(struct pty *p, const char *where)
{
	pty_wait(p, "Two moments");
	for (int i = 0; !pty_shows(p, " 2.0ms ") || !pty_shows(p, " 90ms "); i++)
		if (i == 40 || !pty_next_frame(p, PTY_LIMIT_MS))
			fail_msg("%s: not both sides are there:\n%s", where, pty_text(p));
}

/*
 * The moment is one of the running session's memory, which nobody else has: who runs the line reads it from the streams
 * again.
 */
static void
a_moment_that_was_pinned_live_is_compared_with_by_whoever_runs_the_line(void **state)
{
	static const char *const marks[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};
	static const char slower[] = "for i = 1, 1500 do redis.call('XADD', 'ml:alpha:events', '*', 'amount', i % 97, "
				     "'latency_ms', 90, 'status', 200) end return 1";
	struct desk *d = *state;
	const char *argv[] = {
	    lib_run_program(), "--since", "15m", "--state", "none", "--utc", "--window", "5m", d->r.url, NULL};
	char line[1100], command[1600];
	const char *const again[] = {"/bin/sh", "-c", command, NULL};
	struct pty_options o = {.rows = 30, .cols = 120, .argv = argv, .env = marks};
	struct pty p;

	if (!lib_redis_available())
		skip();
	pty_start(&p, &o);
	pty_wait(&p, "LIVE");
	pty_wait(&p, "alpha");
	pty_send(&p, "/alpha\r\r");
	pty_wait(&p, "fleet > alpha");
	pty_wait(&p, "2.0ms");
	pty_send(&p, "c");
	pty_wait(&p, "pinned");
	lib_redis_do(&d->r, "EVAL %s 0", slower);
	pty_wait(&p, "90ms");
	pty_send(&p, "c");
	wait_compared(&p, "where it was pinned");
	pty_send(&p, "y");
	pty_wait(&p, "--pin-at");
	read_clipboard(&p, line, sizeof line);
	pty_leave(&p);
	assert_memory_equal(line, "drifttop ", 9);
	assert_non_null(strstr(line, " --pin alpha --pin-at 2"));
	assert_non_null(strstr(line, " --goto 'compare alpha'"));
	snprintf(command, sizeof command, "exec %s %s", lib_run_program(), line + 9);
	o.argv = again;
	pty_start(&p, &o);
	wait_compared(&p, line);
	pty_wait(&p, "LIVE");
	pty_leave(&p);
}

#define with_server(test) cmocka_unit_test_setup_teardown(test, make_server, end_server)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    with_server(a_jump_before_what_is_held_shows_what_the_streams_had_then),
	    with_server(steps_lead_from_what_is_held_into_what_is_older_and_back),
	    with_server(a_moment_of_what_was_read_as_history_is_read_again_in_order),
	    with_server(an_alert_is_gone_to_where_its_moment_is_kept),
	    with_server(two_servers_are_read_side_by_side),
	    with_server(the_alert_before_is_looked_for_in_the_streams),
	    with_server(of_what_has_been_trimmed_the_oldest_there_is_is_shown),
	    with_server(a_server_that_dies_meanwhile_costs_a_sentence),
	    with_server(reading_can_be_stopped),
	    with_server(without_memory_nothing_is_begun),
	    with_server(a_user_goes_back_an_hour_and_to_the_present_again),
	    with_server(a_moment_that_was_pinned_live_is_compared_with_by_whoever_runs_the_line),
	};

	signal(SIGPIPE, SIG_IGN);
	if (getenv("TEST_ONLY"))
		cmocka_set_test_filter(getenv("TEST_ONLY"));
	return cmocka_run_group_tests_name("older", tests, NULL, NULL);
}
