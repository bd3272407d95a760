/*
 * The Redis source against a real redis-server, in good days and bad ones. Entries carry a number `n`; whatever
 * happens, each is there exactly once, or is counted under the cause of its loss.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib_feed.h"
#include "tests/lib_redis.h"

#define LIMIT_MS 15000

static const char *const any_ml[] = {"ml:*", NULL};

struct world {
	struct lib_redis r;
	struct lib_feed f;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	*state = w;
	return 0;
}

/* Also after a test that failed half-way: no server may be left. */
static int
teardown(void **state)
{
	struct world *w = *state;

	lib_redis_stop(&w->r);
	if (w->f.seen)
		lib_feed_close(&w->f);
	free(w);
	return 0;
}

static void
begin(struct world *w, const char *const *args, const char *const *patterns)
{
	lib_redis_start(&w->r, args);
	lib_feed_init(&w->f, patterns);
}

static void
open_live(struct world *w)
{
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
}

/* ---- waiting for what a stream says ---------------------------------------------------------- */

struct want {
	const char *key;
	enum { STATE, TRIMMED, DELETED, RECREATED, ROLLED_BACK, SKIPPED, ENTRIES } what;
	uint64_t value;
};

static uint64_t
figure(const struct fact_stream *f, const struct want *want)
{
	switch (want->what) {
	case STATE:
		return f->state;
	case TRIMMED:
		return f->trimmed;
	case DELETED:
		return f->deleted;
	case RECREATED:
		return f->recreated;
	case ROLLED_BACK:
		return f->rolled_back;
	case SKIPPED:
		return f->skipped;
	default:
		return f->entries;
	}
}

static bool
stream_has(const struct lib_feed *f, const void *arg)
{
	const struct want *want = arg;
	const struct lib_feed_stream *s = lib_feed_stream(f, want->key);

	return s && figure(&s->fact, want) == want->value;
}

static void
want_stream(struct world *w, struct want want)
{
	const struct lib_feed_stream *s;

	if (lib_feed_until(&w->f, stream_has, &want, LIMIT_MS))
		return;
	s = lib_feed_stream(&w->f, want.key);
	fail_msg("stream %s: figure %d is %llu, not %llu; '%s'", want.key, (int)want.what,
	    s ? (unsigned long long)figure(&s->fact, &want) : 0, (unsigned long long)want.value,
	    s ? s->sentence : "not there");
}

static bool
stream_says(const struct lib_feed *f, const void *arg)
{
	const char *const *pair = arg;
	const struct lib_feed_stream *s = lib_feed_stream(f, pair[0]);

	return s && strstr(s->sentence, pair[1]);
}

static void
want_stream_sentence(struct world *w, const char *key, const char *part)
{
	const char *const pair[] = {key, part};
	const struct lib_feed_stream *s;

	if (lib_feed_until(&w->f, stream_says, pair, LIMIT_MS))
		return;
	s = lib_feed_stream(&w->f, key);
	fail_msg("stream %s does not say '%s' but '%s'", key, part, s ? s->sentence : "nothing at all");
}

static bool
ticked(const struct lib_feed *f, const void *arg)
{
	return f->ticks >= *(const unsigned *)arg;
}

/* Lets so many of the feed's ticks (10 ms each) pass: for showing that something does not happen. */
static void
run_ticks(struct world *w, unsigned n)
{
	unsigned until = w->f.ticks + n;

	assert_true(lib_feed_until(&w->f, ticked, &until, LIMIT_MS));
}

static bool
reconnected(const struct lib_feed *f, const void *arg)
{
	return f->fact.reconnects >= *(const uint64_t *)arg && f->fact.state == FEED_LIVE;
}

/* ---- good days ------------------------------------------------------------------------------- */

static void
history_and_live_entries_all_come_once(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 5000, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 5000, LIMIT_MS);
	lib_redis_fill(&w->r, "ml:a", 5000, 100, 0);
	lib_feed_want_numbers(&w->f, 5100, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 5100);
	want_stream(w, (struct want){"ml:a", ENTRIES, 5100});
	assert_int_equal(w->f.fact.streams, 1);
	assert_int_equal(w->f.fact.reconnects, 0);
}

/* "localhost" is often ::1 first while the server listens on 127.0.0.1 alone: both are tried. */
static void
a_name_with_several_addresses_is_reached_over_tcp(void **state)
{
	struct world *w = *state;
	char port[16], url[64];
	const char *args[] = {"--port", port, "--bind", "127.0.0.1", NULL};

	snprintf(port, sizeof(port), "%u", lib_redis_port(&w->r));
	snprintf(url, sizeof(url), "redis://localhost:%s", port);
	begin(w, args, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 3000, 0);
	lib_feed_open(&w->f, url);
	lib_feed_want_numbers(&w->f, 3000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 3000);
}

static void
another_database_and_a_password_are_used(void **state)
{
	struct world *w = *state;
	char url[400];

	begin(w, NULL, any_ml);
	lib_redis_do(&w->r, "SELECT 2");
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_do(&w->r, "ACL SETUSER watcher on >p@ss ~* +@all");
	snprintf(url, sizeof(url), "unix://watcher:p%%40ss@%s?db=2", w->r.socket);
	lib_feed_open(&w->f, url);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	assert_null(strstr(w->f.url, "ss@"));
	assert_null(strstr(w->f.url, "watcher"));
}

static void
a_new_stream_is_found_by_itself(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	open_live(w);
	lib_redis_fill(&w->r, "other", 1000, 10, 0);
	lib_redis_fill(&w->r, "ml:b", 10, 10, 0);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 20);
	assert_int_equal(w->f.events, 20);
}

static void
a_stream_named_in_full_is_followed_before_it_exists(void **state)
{
	static const char *const names[] = {"some:stream", NULL};
	struct world *w = *state;

	begin(w, NULL, names);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_sentence(&w->f, "", LIMIT_MS);
	want_stream(w, (struct want){"some:stream", STATE, STREAM_GONE});
	lib_redis_fill(&w->r, "some:stream", 0, 10, 0);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 10);
	want_stream(w, (struct want){"some:stream", TRIMMED, 0});
}

static bool
offers_two(const struct lib_feed *f, const void *arg)
{
	const struct lib_feed_stream *a = lib_feed_stream(f, "events:x"), *b = lib_feed_stream(f, "events:y");

	(void)arg;
	return f->fact.nothing_matches && a && b && a->fact.sample.n && b->fact.sample.n;
}

static void
where_nothing_matches_all_streams_are_offered_and_one_can_be_picked(void **state)
{
	struct world *w = *state;
	struct err err;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "events:x", 0, 10, 0);
	lib_redis_fill(&w->r, "events:y", 10, 10, 0);
	lib_redis_do(&w->r, "SET ml:text 1");
	lib_feed_open(&w->f, w->r.url);
	assert_true(lib_feed_until(&w->f, offers_two, NULL, LIMIT_MS));
	assert_int_equal(w->f.events, 0);
	assert_non_null(strstr(w->f.sentence, "none matches"));
	assert_int_equal(w->f.fact.streams_seen, 2);
	assert_int_equal(lib_feed_stream(&w->f, "events:y")->fact.state, STREAM_OFFERED);
	assert_non_null(strstr(lib_feed_stream(&w->f, "events:y")->sample, "19"));
	assert_int_equal(source_pick(w->f.source, lib_feed_stream(&w->f, "events:y")->fact.stream, true, &err), 0);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_check_once(&w->f, 10, 10);
	run_ticks(w, 2);
	assert_int_equal(w->f.events, 10);
	assert_false(w->f.fact.nothing_matches);
	assert_int_equal(source_pick(w->f.source, 99, true, &err), ERR_NOT_FOUND);
}

static void
two_hundred_streams_are_read_in_groups(void **state)
{
	struct world *w = *state;
	char key[32];
	unsigned i;

	begin(w, NULL, any_ml);
	for (i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "ml:%u", i);
		lib_redis_fill(&w->r, key, i * 20, 10, 0);
	}
	open_live(w);
	lib_feed_want_numbers(&w->f, 2000, LIMIT_MS);
	for (i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "ml:%u", i);
		lib_redis_fill(&w->r, key, i * 20 + 10, 10, 0);
	}
	lib_feed_want_numbers(&w->f, 4000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 4000);
}

/* ---- history --------------------------------------------------------------------------------- */

static void
fill_by_the_second(struct world *w, const char *key, unsigned from, unsigned count, int64_t first_ms)
{
	unsigned i;

	for (i = 0; i < count; i++)
		lib_redis_do(&w->r, "XADD %s %lld-0 n %u", key, (long long)(first_ms + i * 1000), from + i);
}

static void
since_leaves_out_what_is_older(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 200000;
	fill_by_the_second(w, "ml:a", 0, 100, first);
	w->f.options.since_ms = first + 60000;
	open_live(w);
	lib_feed_want_numbers(&w->f, 40, LIMIT_MS);
	lib_feed_check_once(&w->f, 60, 40);
	assert_int_equal(w->f.events, 40);
}

static void
a_least_number_of_newest_entries_is_read_whatever_since_says(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 500000;
	fill_by_the_second(w, "ml:a", 0, 100, first);
	fill_by_the_second(w, "ml:b", 100, 20, first);
	w->f.options.since_ms = w->f.options.wall_ms - 1000;
	w->f.options.history_min = 30;
	open_live(w);
	lib_feed_want_numbers(&w->f, 50, LIMIT_MS);
	lib_feed_check_once(&w->f, 70, 50);
	assert_int_equal(w->f.events, 50);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

/* Entries a second apart are spread as evenly as the estimate takes them to be, so it is off by rounding alone. */
static void
at_most_a_number_of_newest_entries_is_read_over_all_streams(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 500000;
	fill_by_the_second(w, "ml:a", 0, 300, first);
	fill_by_the_second(w, "ml:b", 300, 300, first);
	w->f.options.history_max = 200;
	open_live(w);
	lib_feed_want_numbers(&w->f, 190, LIMIT_MS);
	run_ticks(w, 20);
	assert_in_range(w->f.events, 190, 210);
	assert_int_equal(w->f.seen[299], 1);
	assert_int_equal(w->f.seen[599], 1);
	assert_int_equal(w->f.seen[0], 0);
	want_stream(w, (struct want){"ml:a", SKIPPED, 0});
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

static void
a_report_ends_at_what_was_last_when_it_began(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 20000, 0);
	lib_redis_do(&w->r, "XADD ml:empty 1-1 n 1");
	lib_redis_do(&w->r, "XTRIM ml:empty MAXLEN 0");
	w->f.options.to_end_only = true;
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 1, LIMIT_MS);
	lib_redis_fill(&w->r, "ml:a", 20000, 2000, 0);
	lib_feed_want_state(&w->f, FEED_ENDED, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 20000);
	assert_int_equal(w->f.events, 20000);
}

static void
skipping_to_live_counts_what_is_passed_over(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	/* Held and with a request of ours open at most, so that what is added now is behind. */
	source_hold(w->f.source, true);
	run_ticks(w, 30);
	lib_redis_fill(&w->r, "ml:a", 10, 5000, 0);
	source_skip_to_live(w->f.source);
	w->f.options.history_max = 0;
	source_hold(w->f.source, false);
	lib_redis_fill(&w->r, "ml:a", 6000, 10, 0);
	run_ticks(w, 50);
	lib_redis_fill(&w->r, "ml:a", 7000, 1, 0);
	run_ticks(w, 50);
	assert_int_equal(w->f.seen[7000], 1);
	assert_int_equal(w->f.events + lib_feed_stream(&w->f, "ml:a")->fact.skipped, 5021);
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
}

/*
 * The arrival clock: the newest ID while history is read, the server's time once level, whatever the IDs say. Server
 * and test share a machine, so the two clocks differ by the answer's way and a scheduler's turn: far below two
 * seconds.
 */
static void
the_arrival_clock_is_the_servers_time_when_level(void **state)
{
	struct world *w = *state;
	int64_t clock;

	begin(w, NULL, any_ml);
	fill_by_the_second(w, "ml:a", 0, 10, w->f.options.wall_ms - 3600000);
	lib_redis_do(&w->r, "XADD ml:odd 5-1 n 10");
	lib_redis_do(&w->r, "XADD ml:future 99999999999999-1 n 11");
	open_live(w);
	lib_feed_want_numbers(&w->f, 12, LIMIT_MS);
	clock = source_clock_ms(w->f.source, lib_feed_wall_ms());
	assert_in_range(clock, lib_feed_wall_ms() - 2000, lib_feed_wall_ms() + 2000);
	run_ticks(w, 3);
	assert_in_range(w->f.fact.server_skew_ms + 2000, 0, 4000);
	assert_in_range(w->f.fact.last_byte_ms, clock - 2000, clock + 4000);
	/* Entries whose ID is no time arrived when they were read. */
	assert_in_range(w->f.arrival_min_ms, w->f.options.wall_ms - 3600000, w->f.options.wall_ms);
	assert_in_range(w->f.arrival_max_ms, w->f.options.wall_ms - 2000, clock + 2000);
}

/* ---- the server goes and comes --------------------------------------------------------------- */

static void
a_restart_in_the_middle_loses_and_repeats_nothing(void **state)
{
	static const char *const args[] = {"--appendonly", "yes", "--appendfsync", "always", NULL};
	struct world *w = *state;

	begin(w, args, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 1000, 0);
	open_live(w);
	lib_redis_kill(&w->r, SIGTERM);
	lib_feed_want_state(&w->f, FEED_WAITING, LIMIT_MS);
	lib_redis_again(&w->r);
	lib_redis_fill(&w->r, "ml:a", 1000, 1000, 0);
	lib_feed_want_numbers(&w->f, 2000, LIMIT_MS);
	lib_redis_kill(&w->r, SIGKILL);
	lib_redis_again(&w->r);
	lib_redis_fill(&w->r, "ml:a", 2000, 1000, 0);
	lib_feed_want_numbers(&w->f, 3000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 3000);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
	assert_true(w->f.fact.reconnects >= 2);
}

static void
a_server_that_is_down_at_the_start_is_a_state_with_a_countdown(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_kill(&w->r, SIGTERM);
	w->f.options.timing.backoff_min_ms = 300;
	w->f.options.timing.backoff_max_ms = 300;
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_sentence(&w->f, "cannot connect to", LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_WAITING, LIMIT_MS);
	assert_true(w->f.fact.retry_ms > 0);
	lib_redis_again(&w->r);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	source_retry(w->f.source);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
	assert_int_equal(w->f.fact.retry_ms, 0);
	assert_string_equal(w->f.sentence, "");
}

static void
killed_connections_lose_and_repeat_nothing(void **state)
{
	struct world *w = *state;
	unsigned i;
	uint64_t times;

	begin(w, NULL, any_ml);
	open_live(w);
	for (i = 0; i < 8; i++) {
		lib_redis_fill(&w->r, "ml:a", i * 3000, 3000, 0);
		lib_redis_do(&w->r, "CLIENT KILL TYPE normal SKIPME yes");
		times = i + 1;
		assert_true(lib_feed_until(&w->f, reconnected, &times, LIMIT_MS));
	}
	lib_feed_want_numbers(&w->f, 24000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 24000);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

/* Deadlines are a fifth of the program's here, and the pause is a fifth of six seconds. */
static void
a_frozen_server_is_noticed_and_forgiven(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 100, LIMIT_MS);
	kill(w->r.pid, SIGSTOP);
	lib_feed_want_sentence(&w->f, "does not answer", LIMIT_MS);
	run_ticks(w, 120);
	kill(w->r.pid, SIGCONT);
	lib_redis_fill(&w->r, "ml:a", 100, 100, 0);
	lib_feed_want_numbers(&w->f, 200, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 200);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
}

static void
a_pause_below_the_deadline_does_not_reconnect(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	w->f.options.timing.block_grace_ms = 5000;
	w->f.options.timing.command_ms = 5000;
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_redis_do(&w->r, "CLIENT PAUSE 700 ALL");
	lib_redis_fill(&w->r, "ml:a", 100, 100, 0);
	lib_feed_want_numbers(&w->f, 200, LIMIT_MS);
	assert_int_equal(w->f.fact.reconnects, 0);
}

/* ---- what is lost, and why ------------------------------------------------------------------- */

static void
hold_quietly(struct world *w)
{
	source_hold(w->f.source, true);
	/* A request that blocks at the server ends within block_ms, 200. */
	run_ticks(w, 40);
}

static void
entries_trimmed_ahead_of_the_reader_are_counted_exactly(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 100, LIMIT_MS);
	hold_quietly(w);
	lib_redis_fill(&w->r, "ml:a", 100, 6000, 1000);
	source_hold(w->f.source, false);
	want_stream(w, (struct want){"ml:a", TRIMMED, 5000});
	lib_feed_want_numbers(&w->f, 1100, LIMIT_MS);
	lib_feed_check_once(&w->f, 5100, 1000);
	want_stream(w, (struct want){"ml:a", DELETED, 0});
	want_stream_sentence(w, "ml:a", "5000 entries were trimmed away before they were read");
	assert_true(w->f.gaps >= 1);
	assert_non_null(strstr(w->f.gap_why, "ml:a"));
	assert_true(w->f.gap_from_ms > 0 && w->f.gap_to_ms >= w->f.gap_from_ms);
}

static void
entries_deleted_ahead_of_the_reader_are_counted_exactly(void **state)
{
	struct world *w = *state;
	char id[64];
	int i;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 100, LIMIT_MS);
	hold_quietly(w);
	lib_redis_fill(&w->r, "ml:a", 100, 10, 0);
	for (i = 0; i < 7; i++) {
		lib_redis_text(&w->r, id, sizeof(id), "XADD ml:a * n 9");
		lib_redis_do(&w->r, "XDEL ml:a %s", id);
	}
	lib_redis_fill(&w->r, "ml:a", 110, 10, 0);
	source_hold(w->f.source, false);
	want_stream(w, (struct want){"ml:a", DELETED, 7});
	lib_feed_want_numbers(&w->f, 120, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 120);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

static void
a_deleted_tail_leaves_the_reader_level(void **state)
{
	struct world *w = *state;
	char id[64];

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_text(&w->r, id, sizeof(id), "XADD ml:a * n 9");
	lib_redis_do(&w->r, "XDEL ml:a %s", id);
	open_live(w);
	run_ticks(w, 30);
	lib_redis_fill(&w->r, "ml:a", 10, 10, 0);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	run_ticks(w, 30);
	/* It was gone before reading began: nobody's loss. */
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.deleted, 0);
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.behind, 0);
}

static void
loss_is_counted_from_the_end_of_what_was_there_when_reading_began_in_the_middle(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 200000;
	fill_by_the_second(w, "ml:a", 0, 100, first);
	w->f.options.since_ms = first + 60000;
	open_live(w);
	lib_feed_want_numbers(&w->f, 40, LIMIT_MS);
	hold_quietly(w);
	lib_redis_fill(&w->r, "ml:a", 100, 500, 50);
	source_hold(w->f.source, false);
	want_stream(w, (struct want){"ml:a", TRIMMED, 450});
	lib_feed_want_numbers(&w->f, 90, LIMIT_MS);
	lib_feed_check_once(&w->f, 60, 40);
	lib_feed_check_once(&w->f, 550, 50);
}

static void
a_stream_recreated_with_lower_ids_is_read_from_its_start(void **state)
{
	struct world *w = *state;
	unsigned i;

	begin(w, NULL, any_ml);
	for (i = 0; i < 10; i++)
		lib_redis_do(&w->r, "XADD ml:a 1000-%u n %u", i + 1, i);
	open_live(w);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_redis_do(&w->r, "MULTI");
	lib_redis_do(&w->r, "DEL ml:a");
	for (i = 10; i < 17; i++)
		lib_redis_do(&w->r, "XADD ml:a 50-%u n %u", i, i);
	lib_redis_do(&w->r, "EXEC");
	lib_feed_want_numbers(&w->f, 17, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 17);
	want_stream_sentence(w, "ml:a", "made anew with lower IDs");
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
}

static void
a_stream_recreated_with_later_ids_is_noticed(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 100, LIMIT_MS);
	run_ticks(w, 20);
	lib_redis_do(&w->r, "MULTI");
	lib_redis_do(&w->r, "DEL ml:a");
	lib_redis_do(&w->r, "XADD ml:a * n 100");
	lib_redis_do(&w->r, "EXEC");
	lib_feed_want_numbers(&w->f, 101, LIMIT_MS);
	want_stream_sentence(w, "ml:a", "deleted and made anew; 0 entries");
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
}

static void
a_deleted_stream_is_gone_and_comes_back(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_fill(&w->r, "ml:b", 10, 10, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	lib_redis_do(&w->r, "DEL ml:a");
	want_stream(w, (struct want){"ml:a", STATE, STREAM_GONE});
	lib_redis_do(&w->r, "XADD ml:a 7-1 n 20");
	lib_feed_want_numbers(&w->f, 21, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 21);
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
}

/* A restart from an older dump: what was read behind it is gone from the server. */
static void
a_server_that_went_back_is_noticed_with_the_number_of_entries(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 1000, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 1000, LIMIT_MS);
	run_ticks(w, 30);
	lib_redis_do(&w->r, "SAVE");
	lib_redis_fill(&w->r, "ml:a", 1000, 300, 0);
	lib_feed_want_numbers(&w->f, 1300, LIMIT_MS);
	run_ticks(w, 30);
	lib_redis_kill(&w->r, SIGKILL);
	lib_redis_again(&w->r);
	want_stream(w, (struct want){"ml:a", ROLLED_BACK, 300});
	want_stream_sentence(w, "ml:a", "300 entries that had been read are gone");
	lib_redis_fill(&w->r, "ml:a", 1300, 100, 0);
	lib_feed_want_numbers(&w->f, 1400, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 1400);
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void
a_key_of_another_type_is_set_aside_alone_and_looked_at_again(void **state)
{
	static const char *const names[] = {"ml:*", "ml:text", NULL};
	struct world *w = *state;

	begin(w, NULL, names);
	lib_redis_do(&w->r, "SET ml:text 1");
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	lib_redis_fill(&w->r, "ml:b", 100, 100, 0);
	lib_feed_open(&w->f, w->r.url);
	want_stream(w, (struct want){"ml:text", STATE, STREAM_WRONG_TYPE});
	want_stream_sentence(w, "ml:text", "not a stream");
	lib_feed_want_numbers(&w->f, 200, LIMIT_MS);
	/* While it runs, too. */
	lib_redis_do(&w->r, "MULTI");
	lib_redis_do(&w->r, "DEL ml:b");
	lib_redis_do(&w->r, "SET ml:b 1");
	lib_redis_do(&w->r, "EXEC");
	want_stream(w, (struct want){"ml:b", STATE, STREAM_WRONG_TYPE});
	lib_redis_fill(&w->r, "ml:a", 200, 100, 0);
	lib_feed_want_numbers(&w->f, 300, LIMIT_MS);
	lib_redis_do(&w->r, "DEL ml:text");
	lib_redis_fill(&w->r, "ml:text", 300, 10, 0);
	lib_feed_want_numbers(&w->f, 310, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 310);
	assert_int_equal(w->f.fact.reconnects, 0);
}

static void
a_wrong_password_is_one_sentence_and_retried_slowly(void **state)
{
	static const char *const args[] = {"--requirepass", "secret", NULL};
	struct world *w = *state;

	begin(w, args, any_ml);
	lib_redis_do(&w->r, "AUTH secret");
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	w->f.options.password = "wrong";
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_state(&w->f, FEED_REFUSED, LIMIT_MS);
	lib_feed_want_sentence(&w->f, "refuses this user name and password", LIMIT_MS);
	assert_null(strstr(w->f.sentence, "wrong"));
	lib_redis_do(&w->r, "CONFIG SET requirepass wrong");
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
}

static void
a_missing_password_is_asked_for(void **state)
{
	static const char *const args[] = {"--requirepass", "secret", NULL};
	struct world *w = *state;

	begin(w, args, any_ml);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_state(&w->f, FEED_REFUSED, LIMIT_MS);
	lib_feed_want_sentence(&w->f, "wants a password", LIMIT_MS);
}

static void
a_password_where_none_is_set_is_told(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	w->f.options.password = "needless";
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_sentence(&w->f, "has none set", LIMIT_MS);
}

static void
a_database_that_does_not_exist_is_told(void **state)
{
	struct world *w = *state;
	char url[400];

	begin(w, NULL, any_ml);
	snprintf(url, sizeof(url), "%s?db=99", w->r.url);
	lib_feed_open(&w->f, url);
	lib_feed_want_state(&w->f, FEED_REFUSED, LIMIT_MS);
	lib_feed_want_sentence(&w->f, "no database of this number", LIMIT_MS);
}

/* What docs/REDIS.md names is enough. */
static void
the_documented_rights_are_enough(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_do(&w->r,
	    "ACL SETUSER drifttop on >secret resetchannels %%R~ml:* -@all +xread +xinfo|stream +xrange +xrevrange "
	    "+scan +time +auth +select +client|setname");
	fill_by_the_second(w, "ml:a", 0, 50, w->f.options.wall_ms - 500000);
	w->f.options.since_ms = w->f.options.wall_ms - 1000;
	w->f.options.history_min = 20;
	{
		char url[400];

		snprintf(url, sizeof(url), "unix://drifttop:secret@%s", w->r.socket);
		lib_feed_open(&w->f, url);
	}
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
	lib_redis_fill(&w->r, "ml:a", 50, 10, 0);
	lib_feed_want_numbers(&w->f, 30, LIMIT_MS);
	assert_string_equal(w->f.sentence, "");
	assert_int_equal(lib_redis_int(&w->r, "ACL LOG RESET"), -1);
}

static void
a_stream_without_permission_is_set_aside_alone_until_granted(void **state)
{
	struct world *w = *state;
	char url[400];

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:open", 0, 10, 0);
	lib_redis_fill(&w->r, "ml:closed", 10, 10, 0);
	lib_redis_do(&w->r, "ACL SETUSER v on >s %%R~ml:o* +xread +xinfo +scan +time +client");
	snprintf(url, sizeof(url), "unix://v:s@%s", w->r.socket);
	lib_feed_open(&w->f, url);
	want_stream(w, (struct want){"ml:closed", STATE, STREAM_DENIED});
	want_stream_sentence(w, "ml:closed", "ACL does not allow");
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_redis_do(&w->r, "ACL SETUSER v %%R~ml:c*");
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 20);
	/* Revoked while it runs: the command itself. */
	lib_redis_do(&w->r, "ACL SETUSER v -xread");
	want_stream(w, (struct want){"ml:open", STATE, STREAM_DENIED});
	lib_redis_fill(&w->r, "ml:open", 20, 10, 0);
	lib_redis_do(&w->r, "ACL SETUSER v +xread");
	lib_feed_want_numbers(&w->f, 30, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 30);
}

static void
without_scan_named_streams_are_read_and_the_rest_is_explained(void **state)
{
	static const char *const names[] = {"ml:a", "model:*", NULL};
	struct world *w = *state;
	char url[400];

	begin(w, NULL, names);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_do(&w->r, "ACL SETUSER v on >s ~* +xread +xinfo +client");
	snprintf(url, sizeof(url), "unix://v:s@%s", w->r.socket);
	lib_feed_open(&w->f, url);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_want_sentence(&w->f, "name them with -s", LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
}

static void
too_many_clients_are_told_in_the_servers_stead(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_do(&w->r, "CONFIG SET maxclients 1");
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_sentence(&w->f, "maximum number of clients", LIMIT_MS);
	lib_redis_do(&w->r, "CONFIG SET maxclients 100");
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static void
add_sized(struct world *w, const char *key, unsigned n, size_t bytes)
{
	char *value = malloc(bytes + 1);

	assert_non_null(value);
	memset(value, 'x', bytes);
	value[bytes] = '\0';
	lib_redis_do(&w->r, "XADD %s * n %u pad %b", key, n, value, bytes);
	free(value);
}

static void
a_small_output_buffer_limit_is_got_through(void **state)
{
	static const char *const args[] = {"--client-output-buffer-limit", "normal", "200kb", "0", "0", NULL};
	struct world *w = *state;
	unsigned i;

	begin(w, args, any_ml);
	for (i = 0; i < 1000; i++)
		add_sized(w, "ml:a", i, 2000);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 1000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 1000);
	assert_true(w->f.fact.reconnects >= 1);
}

static bool
stepped_over(const struct lib_feed *f, const void *arg)
{
	return f->rejects[REASON_TOO_LARGE] == *(const uint64_t *)arg;
}

static void
an_entry_too_large_is_stepped_over_by_its_id(void **state)
{
	struct world *w = *state;
	uint64_t one = 1;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	add_sized(w, "ml:a", 999, (size_t)9 << 20);
	w->f.options.timing.command_ms = w->f.options.timing.stall_ms = w->f.options.timing.reply_ms = LIMIT_MS;
	lib_redis_fill(&w->r, "ml:a", 10, 10, 0);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	assert_true(lib_feed_until(&w->f, stepped_over, &one, LIMIT_MS));
	lib_feed_check_once(&w->f, 0, 20);
	assert_int_equal(w->f.seen[999], 0);
	assert_int_equal(w->f.fact.reconnects, 0);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

/* Beyond the limit for one string the connection has to go; it comes back behind the entry. */
static void
a_string_beyond_the_limit_is_stepped_over_with_a_new_connection(void **state)
{
	struct world *w = *state;
	uint64_t one = 1;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	add_sized(w, "ml:a", 999, (size_t)65 << 20);
	w->f.options.timing.command_ms = w->f.options.timing.stall_ms = w->f.options.timing.reply_ms = LIMIT_MS;
	lib_redis_fill(&w->r, "ml:a", 10, 10, 0);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	assert_true(lib_feed_until(&w->f, stepped_over, &one, LIMIT_MS));
	lib_feed_check_once(&w->f, 0, 20);
	assert_true(w->f.fact.reconnects >= 1);
}

static void
an_entry_the_server_does_not_send_is_found_and_stepped_over(void **state)
{
	static const char *const args[] = {"--client-output-buffer-limit", "normal", "200kb", "0", "0", NULL};
	struct world *w = *state;
	uint64_t one = 1;

	begin(w, args, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	add_sized(w, "ml:a", 999, (size_t)1 << 20);
	lib_redis_fill(&w->r, "ml:a", 10, 10, 0);
	lib_redis_fill(&w->r, "ml:b", 20, 10, 0);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 30, 2 * LIMIT_MS);
	assert_true(lib_feed_until(&w->f, stepped_over, &one, LIMIT_MS));
	lib_feed_check_once(&w->f, 0, 30);
	assert_non_null(strstr(w->f.reject_detail, "closes the connection"));
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

static void
bytes_of_any_kind_pass_through_keys_and_values(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_do(&w->r, "XADD %b * n 0 %b %b", "ml:\r\n\x1b[2J\0x", (size_t)12, "\r\nname", (size_t)6,
	    "$5\r\nhello\r\n\0", (size_t)12);
	lib_redis_do(&w->r, "XADD ml:b * n 1 empty %b", "", (size_t)0);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 2, LIMIT_MS);
	assert_int_equal(w->f.fact.reconnects, 0);
}

/* Whatever was done so far, the server never saw a command that writes. */
static void
only_reading_commands_are_sent(void **state)
{
	static const char *const writing[] = {"cmdstat_xgroup", "cmdstat_xreadgroup", "cmdstat_del", "cmdstat_set:",
	    "cmdstat_xack", "cmdstat_keys", "cmdstat_config", "cmdstat_xtrim", "cmdstat_flushall"};
	struct world *w = *state;
	char *stats = malloc(65536);
	size_t i;

	assert_non_null(stats);
	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	w->f.options.since_ms = w->f.options.wall_ms;
	w->f.options.history_min = 5;
	open_live(w);
	run_ticks(w, 30);
	lib_redis_text(&w->r, stats, 65536, "INFO commandstats");
	for (i = 0; i < sizeof(writing) / sizeof(writing[0]); i++)
		assert_null(strstr(stats, writing[i]));
	assert_non_null(strstr(stats, "cmdstat_xread"));
	free(stats);
}

#define e2e(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    e2e(history_and_live_entries_all_come_once),
	    e2e(a_name_with_several_addresses_is_reached_over_tcp),
	    e2e(another_database_and_a_password_are_used),
	    e2e(a_new_stream_is_found_by_itself),
	    e2e(a_stream_named_in_full_is_followed_before_it_exists),
	    e2e(where_nothing_matches_all_streams_are_offered_and_one_can_be_picked),
	    e2e(two_hundred_streams_are_read_in_groups),
	    e2e(since_leaves_out_what_is_older),
	    e2e(a_least_number_of_newest_entries_is_read_whatever_since_says),
	    e2e(at_most_a_number_of_newest_entries_is_read_over_all_streams),
	    e2e(a_report_ends_at_what_was_last_when_it_began),
	    e2e(the_arrival_clock_is_the_servers_time_when_level),
	    e2e(skipping_to_live_counts_what_is_passed_over),
	    e2e(a_restart_in_the_middle_loses_and_repeats_nothing),
	    e2e(a_server_that_is_down_at_the_start_is_a_state_with_a_countdown),
	    e2e(killed_connections_lose_and_repeat_nothing),
	    e2e(a_frozen_server_is_noticed_and_forgiven),
	    e2e(a_pause_below_the_deadline_does_not_reconnect),
	    e2e(entries_trimmed_ahead_of_the_reader_are_counted_exactly),
	    e2e(entries_deleted_ahead_of_the_reader_are_counted_exactly),
	    e2e(a_deleted_tail_leaves_the_reader_level),
	    e2e(loss_is_counted_from_the_end_of_what_was_there_when_reading_began_in_the_middle),
	    e2e(a_stream_recreated_with_lower_ids_is_read_from_its_start),
	    e2e(a_stream_recreated_with_later_ids_is_noticed),
	    e2e(a_deleted_stream_is_gone_and_comes_back),
	    e2e(a_server_that_went_back_is_noticed_with_the_number_of_entries),
	    e2e(a_key_of_another_type_is_set_aside_alone_and_looked_at_again),
	    e2e(a_wrong_password_is_one_sentence_and_retried_slowly),
	    e2e(a_missing_password_is_asked_for),
	    e2e(a_password_where_none_is_set_is_told),
	    e2e(a_database_that_does_not_exist_is_told),
	    e2e(the_documented_rights_are_enough),
	    e2e(a_stream_without_permission_is_set_aside_alone_until_granted),
	    e2e(without_scan_named_streams_are_read_and_the_rest_is_explained),
	    e2e(too_many_clients_are_told_in_the_servers_stead),
	    e2e(a_small_output_buffer_limit_is_got_through),
	    e2e(an_entry_too_large_is_stepped_over_by_its_id),
	    e2e(a_string_beyond_the_limit_is_stepped_over_with_a_new_connection),
	    e2e(an_entry_the_server_does_not_send_is_found_and_stepped_over),
	    e2e(bytes_of_any_kind_pass_through_keys_and_values),
	    e2e(only_reading_commands_are_sent),
	};

	signal(SIGPIPE, SIG_IGN);
	if (!lib_redis_available()) {
		print_message("there is no redis-server to test against\n");
		return 1;
	}
	if (getenv("TEST_ONLY"))
		cmocka_set_test_filter(getenv("TEST_ONLY"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
