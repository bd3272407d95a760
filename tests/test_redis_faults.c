/*
 * The Redis source against a server that misbehaves in one way at a time. Afterwards it behaves, and every number is
 * there exactly once; what the user is told in between is checked as well.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_fake.h"
#include "tests/lib_feed.h"

#define LIMIT_MS 60000 /* a name that does not exist can take the resolver half of this */
#define ENTRIES	 400
/* A cut makes requests ask for one entry, some 90 bytes: cuts at 0, 1, ... 1500 bytes take 1500^2 / 2 of them. */
#define CUT_ENTRIES 13000

#define ARRAY_1000() A100() A100() A100() A100() A100() A100() A100() A100() A100() A100()
#define A100()	     A10() A10() A10() A10() A10() A10() A10() A10() A10() A10()
#define A10()	     "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"

struct world {
	struct fake fake;
	struct lib_feed f;
};

static const char *const any_ml[] = {"ml:*", NULL};

struct fault {
	const char *name;
	enum fake_action action;
	const char *bytes;
	size_t nbytes; /* 0: the string's */
	const char *says; /* a part of the sentence while it is not connected; NULL: it need not come to that */
	enum {
		TCP = 1,
		STAYS = 2, /* no connection ends over it */
	} flags;
};

static const struct fault faults[] = {
    {"none", FAKE_NOTHING, NULL, 0, NULL, 0},
    {"closed at once", FAKE_REFUSE, NULL, 0, "closed the connection", 0},
    {"reset", FAKE_RESET, NULL, 0, "reset by peer", TCP},
    {"mute", FAKE_MUTE, NULL, 0, "does not answer", 0},
    {"stalled in the middle of a reply", FAKE_HALF, NULL, 0, "stopped in the middle of a reply", 0},
    {"closed in the middle of a reply", FAKE_HALF_FIN, NULL, 0, "in the middle of a reply", 0},
    {"one byte at a time", FAKE_DRIP, NULL, 0, "took longer than", 0},
    {"max clients", FAKE_GREET, "-ERR max number of clients reached\r\n", 0, "maximum number of clients", 0},
    {"protected mode", FAKE_GREET, "-DENIED Redis is running in protected mode because\r\n", 0, "protected mode", 0},
    {"http", FAKE_GREET, "HTTP/1.1 400 Bad Request\r\n\r\n", 0, "not a Redis server: its answer begins with 'H'", 0},
    {"ssh", FAKE_GREET, "SSH-2.0-OpenSSH_9.2\r\n", 0, "begins with 'S'", 0},
    {"tls alert", FAKE_GREET, "\x15\x03\x03\0\2\2\x46", 7, "speaks TLS", 0},
    {"binary garbage", FAKE_GREET, "\xff\xfe\0\1\2\3", 6, "begins with byte 0xff", 0},
    {"garbage in place of a reply", FAKE_INSTEAD, "\x01\x02garbage\r\n", 0, "not RESP", 0},
    {"unsolicited reply", FAKE_GREET, "+OK\r\n+OK\r\n+OK\r\n", 0, "out of step", 0},
    {"extra status", FAKE_BEHIND, "+OK\r\n", 0, "out of step", 0},
    {"extra array", FAKE_BEHIND, "*1\r\n$1\r\nx\r\n", 0, "out of step", 0},
    {"extra integer", FAKE_BEHIND, ":1\r\n", 0, "out of step", 0},
    {"doubled reply", FAKE_DOUBLE, NULL, 0, "out of step", 0},
    {"status in place of entries", FAKE_INSTEAD, "+QUEUED\r\n", 0, "out of step", 0},
    {"bulk in place of entries", FAKE_INSTEAD, "$2\r\nhi\r\n", 0, "out of step", 0},
    {"other stream", FAKE_INSTEAD, "*1\r\n*2\r\n$4\r\nml:z\r\n*0\r\n", 0, "not asked for", 0},
    {"three parts", FAKE_INSTEAD, "*1\r\n*3\r\n$4\r\nml:a\r\n*0\r\n*0\r\n", 0, "out of step", 0},
    {"odd fields", FAKE_INSTEAD, "*1\r\n*2\r\n$4\r\nml:a\r\n*1\r\n*2\r\n$3\r\n9-9\r\n*1\r\n$1\r\nx\r\n", 0,
	"out of step", 0},
    {"bad id", FAKE_INSTEAD, "*1\r\n*2\r\n$4\r\nml:a\r\n*1\r\n*2\r\n$3\r\n9_9\r\n*0\r\n", 0, "not of the form", 0},
    {"id too large", FAKE_INSTEAD, "*1\r\n*2\r\n$4\r\nml:a\r\n*1\r\n*2\r\n$22\r\n18446744073709551616-0\r\n*0\r\n", 0,
	"not of the form", 0},
    {"string without its end", FAKE_INSTEAD, "*1\r\n*2\r\n$4\r\nml:aXX*0\r\n", 0, "does not end where", 0},
    {"giant length", FAKE_INSTEAD, "*1\r\n*2\r\n$9223372036854775807\r\nml:a", 0, "64 MiB", 0},
    {"two gigabytes", FAKE_INSTEAD, "*1\r\n*2\r\n$2000000000\r\nml:a", 0, "64 MiB", 0},
    {"negative length", FAKE_INSTEAD, "*1\r\n*2\r\n$-7\r\nml:a\r\n", 0, "not RESP", 0},
    {"giant array", FAKE_INSTEAD, "*2147483647\r\n", 0, "1048576", 0},
    {"giant array beyond 32 bits", FAKE_INSTEAD, "*99999999999\r\n", 0, "not RESP", 0},
    {"giant arrays in each other", FAKE_INSTEAD,
	"*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n", 0, "out of step", 0},
    {"deep nesting", FAKE_INSTEAD, ARRAY_1000(), 0, "out of step", 0},
    {"resp3 map", FAKE_INSTEAD, "%1\r\n+a\r\n:1\r\n", 0, "RESP", 0},
    {"resp3 push", FAKE_INSTEAD, ">2\r\n+a\r\n:1\r\n", 0, "RESP", 0},
    {"unknown type", FAKE_INSTEAD, "!x\r\n", 0, "RESP", 0},
    {"endless line", FAKE_FLOOD,
	"+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0,
	"does not end", 0},
    {"loading", FAKE_ANSWER, "-LOADING Redis is loading the dataset in memory\r\n", 0, "loading its data", STAYS},
    {"busy", FAKE_ANSWER, "-BUSY Redis is busy running a script.\r\n", 0, "busy with a script", STAYS},
    {"master down", FAKE_ANSWER, "-MASTERDOWN Link with MASTER is down and\r\n", 0, "lost its master", STAYS},
    {"cluster down", FAKE_ANSWER, "-CLUSTERDOWN The cluster is down\r\n", 0, "cluster is down", STAYS},
    {"cannot save", FAKE_ANSWER, "-MISCONF Redis is configured to save\r\n", 0, "cannot save", STAYS},
    {"out of memory", FAKE_ANSWER, "-OOM command not allowed\r\n", 0, "out of memory", STAYS},
    {"role change", FAKE_ANSWER, "-UNBLOCKED force unblock from blocking operation, instance state changed\r\n", 0,
	"changed its role", 0},
    {"cluster", FAKE_ANSWER, "-MOVED 3999 127.0.0.1:6381\r\n", 0, "Cluster", 0},
    {"cluster asks", FAKE_ANSWER, "-ASK 3999 127.0.0.1:6381\r\n", 0, "Cluster", 0},
    {"cross slot", FAKE_ANSWER, "-CROSSSLOT Keys in request don't hash to the same slot\r\n", 0, "Cluster", 0},
    {"replica", FAKE_ANSWER, "-READONLY You can't write against a read only replica.\r\n", 0, "replica", 0},
    {"anything else", FAKE_ANSWER, "-WHATEVER \x1b[2J new in version 99\r\n", 0, "WHATEVER ?[2J new", 0},
    {"loading at the handshake", FAKE_AUTH, "-LOADING Redis is loading the dataset in memory\r\n", 0, NULL, 0},
    {"no name", FAKE_AUTH, "-NOPERM this user has no permissions to run the 'client|setname' command\r\n", 0, NULL,
	0},
    {"no client command", FAKE_AUTH, "-ERR unknown command 'CLIENT'\r\n", 0, NULL, 0},
};

static void
start(struct world *w, bool tcp, unsigned entries)
{
	lib_feed_init(&w->f, any_ml);
	fake_start(&w->fake, &w->f.loop, tcp, entries);
	w->f.options.timing.command_ms = 300;
	w->f.options.timing.stall_ms = 200;
	w->f.options.timing.reply_ms = 600;
	w->f.options.timing.backoff_min_ms = 2;
	w->f.options.timing.backoff_max_ms = 8;
	w->f.options.timing.backoff_auth_ms = 16;
}

static void
no_deadlines(struct world *w)
{
	w->f.options.timing.command_ms = w->f.options.timing.stall_ms = LIMIT_MS;
	w->f.options.timing.reply_ms = LIMIT_MS;
}

static void
stop(struct world *w)
{
	fake_stop(&w->fake);
	lib_feed_close(&w->f);
}

static bool
is_live(const struct lib_feed *f, const void *arg)
{
	(void)arg;
	return f->fact.state == FEED_LIVE && f->numbers == ENTRIES;
}

static bool
has_said(const struct lib_feed *f, const void *arg)
{
	return strstr(f->worst, arg) || strstr(f->sentence, arg);
}

static void
each_fault_is_told_and_survived_without_loss_or_repetition(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct fault *fault = &faults[i];
		struct world *w = calloc(1, sizeof(*w));

		assert_non_null(w);
		start(w, fault->flags & TCP, ENTRIES);
		if (fault->flags & STAYS) /* nor over a deadline that a loaded machine misses */
			no_deadlines(w);
		w->fake.action = fault->action;
		w->fake.bytes = fault->bytes;
		w->fake.nbytes = fault->nbytes ? fault->nbytes : fault->bytes ? strlen(fault->bytes) : 0;
		/* Until it has been said on the screen, else a few times. */
		w->fake.times = fault->says ? UINT32_MAX : 4;
		lib_feed_open(&w->f, w->fake.url);
		if (fault->says && !lib_feed_until(&w->f, has_said, fault->says, LIMIT_MS))
			fail_msg("%s: '%s' is not said, but '%s' and '%s'", fault->name, fault->says, w->f.worst,
			    w->f.sentence);
		if (fault->says)
			w->fake.times = 0;
		if (!lib_feed_until(&w->f, is_live, NULL, LIMIT_MS))
			fail_msg("%s: state %d '%s' with %llu numbers", fault->name, (int)w->f.fact.state,
			    w->f.sentence, (unsigned long long)w->f.numbers);
		lib_feed_check_once(&w->f, 0, ENTRIES);
		if (fault->flags & STAYS)
			assert_int_equal(w->fake.connections, 2);
		if (w->f.repeated || w->f.events != ENTRIES)
			fail_msg("%s: %llu events", fault->name, (unsigned long long)w->f.events);
		stop(w);
		free(w);
	}
}

static bool
cuts_are_over(const struct lib_feed *f, const void *arg)
{
	const struct fake *fake = arg;

	return fake->cut >= fake->cut_end && f->numbers == fake->entries;
}

/* Each connection is cut one byte later than the one before, through replies of every kind and length. */
static void
a_cut_at_any_byte_loses_and_repeats_nothing(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	(void)state;
	assert_non_null(w);
	start(w, false, CUT_ENTRIES);
	w->fake.action = FAKE_CUT;
	w->fake.cut_step = 1;
	w->fake.cut_end = 1500;
	w->f.options.timing.backoff_min_ms = 0;
	w->f.options.timing.backoff_max_ms = 0;
	w->f.options.timing.audit_ms = 5;
	w->f.options.timing.pace_ms = 0;
	lib_feed_open(&w->f, w->fake.url);
	if (!lib_feed_until(&w->f, cuts_are_over, &w->fake, 4 * LIMIT_MS))
		fail_msg(
		    "%llu numbers, cut at %zu, '%s'", (unsigned long long)w->f.numbers, w->fake.cut, w->f.sentence);
	lib_feed_check_once(&w->f, 0, CUT_ENTRIES);
	assert_int_equal(w->f.repeated, 0);
	assert_int_equal(w->f.rejects[REASON_TOO_LARGE], 0);
	assert_true(w->fake.connections >= 1500);
	assert_int_equal(w->f.streams[0].fact.trimmed, 0);
	stop(w);
	free(w);
}

static bool
stepped_over_one(const struct lib_feed *f, const void *arg)
{
	return f->rejects[REASON_TOO_LARGE] == 1 && f->numbers == *(const unsigned *)arg;
}

/*
 * Each connection ends inside the same entry, by our deadline: for a while it is asked for again, alone in the end, and
 * then stepped over by its ID. A server that answers nothing (FAKE_MUTE among the faults above) loses nothing.
 */
static void
an_entry_that_never_comes_in_time_is_stepped_over(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	unsigned others = ENTRIES - 1;

	(void)state;
	assert_non_null(w);
	start(w, false, ENTRIES);
	w->fake.action = FAKE_STUCK;
	w->fake.cut = 7;
	lib_feed_open(&w->f, w->fake.url);
	if (!lib_feed_until(&w->f, stepped_over_one, &others, LIMIT_MS))
		fail_msg("%llu numbers, %llu rejected, '%s'", (unsigned long long)w->f.numbers,
		    (unsigned long long)w->f.rejects[REASON_TOO_LARGE], w->f.sentence);
	lib_feed_check_once(&w->f, 0, 7);
	lib_feed_check_once(&w->f, 8, ENTRIES - 8);
	assert_int_equal(w->f.seen[7], 0);
	/* So often, and no oftener, was it asked for alone. */
	assert_true(w->fake.connections > 8);
	assert_non_null(strstr(w->f.reject_detail, "connections in a row ended inside it"));
	stop(w);
	free(w);
}

/*
 * Of the entry not even the first byte comes, so that its ID is not known: asked for alone a few times, searched for,
 * and stepped over. Nothing else is.
 */
static void
an_entry_of_which_no_byte_ever_comes_is_found_and_stepped_over(void **state)
{
	static const size_t places[] = {0, 7, ENTRIES - 1};
	unsigned others = ENTRIES - 1;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct world *w = calloc(1, sizeof(*w));
		unsigned cut = (unsigned)places[i];
		char id[80];

		assert_non_null(w);
		start(w, false, ENTRIES);
		w->f.options.timing.command_ms = 60;
		w->fake.action = FAKE_SILENT;
		w->fake.cut = cut;
		lib_feed_open(&w->f, w->fake.url);
		if (!lib_feed_until(&w->f, stepped_over_one, &others, LIMIT_MS))
			fail_msg("entry %u: %llu numbers, %llu rejected, '%s'", cut, (unsigned long long)w->f.numbers,
			    (unsigned long long)w->f.rejects[REASON_TOO_LARGE], w->f.sentence);
		lib_feed_check_once(&w->f, 0, cut);
		lib_feed_check_once(&w->f, cut + 1, ENTRIES - 1 - cut);
		assert_int_equal(w->f.seen[cut], 0);
		assert_true(w->fake.connections > 8);
		snprintf(id, sizeof(id), "entry %llu-0: the server does not begin", FAKE_FIRST_MS + cut);
		if (!strstr(w->f.reject_detail, id))
			fail_msg("not '%s' but '%s'", id, w->f.reject_detail);
		stop(w);
		free(w);
	}
}

static void
nobody_listening_is_told_and_waited_for(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	char url[320];

	(void)state;
	assert_non_null(w);
	start(w, true, ENTRIES);
	snprintf(url, sizeof(url), "%s", w->fake.url);
	fake_stop(&w->fake);
	lib_feed_open(&w->f, url);
	lib_feed_want_sentence(&w->f, "connection refused", LIMIT_MS);
	assert_int_equal(w->f.fact.state, FEED_WAITING);
	stop(w);
	free(w);
}

static void
a_host_that_does_not_exist_is_told(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	(void)state;
	assert_non_null(w);
	start(w, true, ENTRIES);
	lib_feed_open(&w->f, "redis://nosuchhost.invalid");
	assert_true(lib_feed_until(&w->f, has_said, "nosuchhost.invalid", LIMIT_MS));
	stop(w);
	free(w);
}

static void
an_old_server_is_read_and_says_that_loss_is_uncertain(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	(void)state;
	assert_non_null(w);
	start(w, false, ENTRIES);
	w->fake.old = true;
	lib_feed_open(&w->f, w->fake.url);
	assert_true(lib_feed_until(&w->f, is_live, NULL, LIMIT_MS));
	assert_true(w->f.streams[0].fact.loss_uncertain);
	assert_int_equal(w->f.streams[0].fact.trimmed, 0);
	lib_feed_check_once(&w->f, 0, ENTRIES);
	stop(w);
	free(w);
}

static bool
has_connected_often(const struct lib_feed *f, const void *arg)
{
	const struct fake *fake = arg;

	(void)f;
	return fake->connections >= 4;
}

/* A server that fails right behind the handshake is not hammered: the back-off grows until it has been up for a
 * while. */
static void
a_server_that_fails_behind_the_handshake_is_not_hammered(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	(void)state;
	assert_non_null(w);
	start(w, false, ENTRIES);
	w->f.options.timing.backoff_min_ms = 10;
	w->f.options.timing.backoff_max_ms = 400;
	w->fake.action = FAKE_CUT;
	w->fake.cut_end = 1;
	lib_feed_open(&w->f, w->fake.url);
	/* 1 s, delays of 5-15, 10-30, 20-60, ... 200-600 ms: at most 1 + 5 + 5 data connections, and 1 of control. */
	lib_feed_until(&w->f, has_said, "never said", 1000);
	assert_true(w->fake.connections <= 12);
	assert_true(lib_feed_until(&w->f, has_connected_often, &w->fake, LIMIT_MS));
	stop(w);
	free(w);
}

static bool
numbers_are(const struct lib_feed *f, const void *arg)
{
	return f->numbers == *(const unsigned *)arg;
}

/* How long it takes to read 5,000 entries in five rounds or more, of 20 ms each. */
static unsigned
catching_up_takes_ms(bool full_speed)
{
	struct world *w = calloc(1, sizeof(*w));
	unsigned want = 5000, ms;
	uint64_t began;

	assert_non_null(w);
	start(w, true, want);
	w->fake.action = FAKE_LATE;
	w->fake.times = UINT32_MAX;
	w->f.options.full_speed = full_speed;
	no_deadlines(w); /* one that a loaded machine misses would make the rounds small, and many */
	w->f.options.timing.audit_ms = 60000;
	began = uv_hrtime();
	lib_feed_open(&w->f, w->fake.url);
	assert_true(lib_feed_until(&w->f, numbers_are, &want, LIMIT_MS));
	ms = (unsigned)((uv_hrtime() - began) / 1000000);
	lib_feed_check_once(&w->f, 0, want);
	assert_true(w->fake.xreads >= 5);
	stop(w);
	free(w);
	return ms;
}

/* Five rounds of 20 ms with four pauses of at least 80 ms between them. */
static void
catching_up_over_tcp_leaves_the_server_four_fifths_of_its_time(void **state)
{
	(void)state;
	assert_true(catching_up_takes_ms(false) >= 5 * 20 + 4 * 80);
	assert_true(catching_up_takes_ms(true) >= 5 * 20);
}

static bool
time_is_up(const struct lib_feed *f, const void *arg)
{
	(void)f;
	return uv_hrtime() > *(const uint64_t *)arg;
}

struct reads {
	const struct fake *fake;
	unsigned until;
};

static bool
has_read(const struct lib_feed *f, const void *arg)
{
	const struct reads *r = arg;

	(void)f;
	return r->fake->xreads >= r->until;
}

/* The fake answers at once also where it was asked to block: nothing but the pace holds the rounds back. */
static void
rounds_keep_their_pace(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	unsigned before;
	uint64_t until;

	(void)state;
	assert_non_null(w);
	start(w, false, ENTRIES);
	w->f.options.timing.pace_ms = 20;
	lib_feed_open(&w->f, w->fake.url);
	assert_true(lib_feed_until(&w->f, is_live, NULL, LIMIT_MS));
	before = w->fake.xreads;
	until = uv_hrtime() + UINT64_C(600000000);
	assert_true(lib_feed_until(&w->f, time_is_up, &until, LIMIT_MS));
	assert_true(w->fake.xreads - before <= 600 / 20 + 2);
	before += 3;
	assert_true(lib_feed_until(&w->f, has_read, &(struct reads){&w->fake, before}, LIMIT_MS));
	stop(w);
	free(w);
}

/* Nothing is asked while held, and nothing is decoded. */
static void
a_held_source_asks_for_nothing(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	unsigned before;
	uint64_t until;

	(void)state;
	assert_non_null(w);
	start(w, false, ENTRIES);
	lib_feed_open(&w->f, w->fake.url);
	source_hold(w->f.source, true);
	until = uv_hrtime() + UINT64_C(300000000);
	assert_true(lib_feed_until(&w->f, time_is_up, &until, LIMIT_MS));
	assert_int_equal(w->fake.xreads, 0);
	assert_int_equal(w->f.events, 0);
	source_hold(w->f.source, false);
	assert_true(lib_feed_until(&w->f, is_live, NULL, LIMIT_MS));
	source_hold(w->f.source, true);
	until = uv_hrtime() + UINT64_C(300000000);
	before = w->fake.xreads;
	assert_true(lib_feed_until(&w->f, time_is_up, &until, LIMIT_MS));
	assert_in_range(w->fake.xreads - before, 0, 1);
	stop(w);
	free(w);
}

struct scarcity {
	uint64_t seed;
	unsigned asked, refused, left; /* so many more are refused, at random, one of three */
};

static bool
may_allocate(void *ctx, size_t bytes)
{
	struct scarcity *s = ctx;

	(void)bytes;
	s->asked++;
	s->seed = s->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	if (s->left == 0 || (s->seed >> 33) % 3 != 0)
		return true;
	s->left--;
	s->refused++;
	return false;
}

static bool
all_accounted_for(const struct lib_feed *f, const void *arg)
{
	(void)arg;
	return f->fact.state == FEED_LIVE && f->numbers + f->rejects[REASON_OVER_LIMIT] >= ENTRIES;
}

/* What cannot be decoded for want of memory is rejected and counted; what cannot be read is read later. */
static void
memory_that_runs_short_for_a_while_loses_nothing_in_silence(void **state)
{
	unsigned turn;

	(void)state;
	for (turn = 0; turn < 40; turn++) {
		struct world *w = calloc(1, sizeof(*w));
		struct scarcity scarcity = {.seed = turn, .left = turn + 1};

		assert_non_null(w);
		start(w, false, ENTRIES);
		lib_feed_open(&w->f, w->fake.url);
		mem_set_hook(may_allocate, &scarcity);
		if (!lib_feed_until(&w->f, all_accounted_for, NULL, LIMIT_MS)) {
			mem_set_hook(NULL, NULL);
			fail_msg("seed %u: state %d '%s', %llu numbers, %llu rejected, %u of %u refused", turn,
			    (int)w->f.fact.state, w->f.sentence, (unsigned long long)w->f.numbers,
			    (unsigned long long)w->f.rejects[REASON_OVER_LIMIT], scarcity.refused, scarcity.asked);
		}
		mem_set_hook(NULL, NULL);
		assert_true(scarcity.refused > 0);
		assert_int_equal(w->f.repeated, 0);
		stop(w);
		free(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(catching_up_over_tcp_leaves_the_server_four_fifths_of_its_time),
	    cmocka_unit_test(rounds_keep_their_pace),
	    cmocka_unit_test(memory_that_runs_short_for_a_while_loses_nothing_in_silence),
	    cmocka_unit_test(a_held_source_asks_for_nothing),
	    cmocka_unit_test(each_fault_is_told_and_survived_without_loss_or_repetition),
	    cmocka_unit_test(a_cut_at_any_byte_loses_and_repeats_nothing),
	    cmocka_unit_test(an_entry_that_never_comes_in_time_is_stepped_over),
	    cmocka_unit_test(an_entry_of_which_no_byte_ever_comes_is_found_and_stepped_over),
	    cmocka_unit_test(nobody_listening_is_told_and_waited_for),
	    cmocka_unit_test(a_host_that_does_not_exist_is_told),
	    cmocka_unit_test(an_old_server_is_read_and_says_that_loss_is_uncertain),
	    cmocka_unit_test(a_server_that_fails_behind_the_handshake_is_not_hammered),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
