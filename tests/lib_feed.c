#include "tests/lib_feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

int64_t
lib_feed_wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct slice
copy(char *buf, size_t bytes, struct slice s)
{
	size_t n = s.n < bytes - 1 ? s.n : bytes - 1;

	if (n)
		memcpy(buf, s.p, n);
	buf[n] = '\0';
	return slice_make(buf, n);
}

static void
on_event(void *ctx, const struct event *ev)
{
	struct lib_feed *f = ctx;
	size_t i;

	if (++f->events == f->hold_at)
		source_hold(f->source, true);
	f->backwards += ev->arrival_ms < f->arrival_max_ms;
	if (ev->arrival_ms > f->arrival_max_ms)
		f->arrival_max_ms = ev->arrival_ms;
	if (ev->arrival_ms < f->arrival_min_ms)
		f->arrival_min_ms = ev->arrival_ms;
	for (i = 0; i < ev->nfeatures; i++) {
		double n = ev->features[i].value.num;

		if (!slice_is(ev->features[i].name, "n") || ev->features[i].value.kind != VALUE_NUMBER)
			continue;
		assert_true(n >= 0 && n < LIB_FEED_NUMBERS);
		if (f->seen[(size_t)n]++)
			f->repeated++;
		else
			f->numbers++;
	}
}

static void
on_stream(struct lib_feed *f, const struct fact_stream *in)
{
	struct lib_feed_stream *s;

	if (in->stream >= LIB_FEED_STREAMS)
		return;
	while (f->nstreams <= in->stream)
		f->streams[f->nstreams++].key[0] = '\0';
	s = &f->streams[in->stream];
	s->fact = *in;
	s->fact.key = copy(s->key, sizeof(s->key), in->key);
	s->fact.sentence = copy(s->sentence, sizeof(s->sentence), in->sentence);
	s->fact.layout = copy(s->layout, sizeof(s->layout), in->layout);
	s->fact.sample = copy(s->sample, sizeof(s->sample), in->sample);
	s->fact.aliases = copy(s->aliases, sizeof(s->aliases), in->aliases);
}

static void
on_fact(void *ctx, const struct fact *fact)
{
	struct lib_feed *f = ctx;

	switch (fact->kind) {
	case FACT_SOURCE:
		f->fact = fact->u.source;
		f->fact.sentence = copy(f->sentence, sizeof(f->sentence), f->fact.sentence);
		f->fact.url = copy(f->url, sizeof(f->url), f->fact.url);
		if (f->fact.state == FEED_WAITING && !f->worst[0])
			copy(f->worst, sizeof(f->worst), f->fact.sentence);
		break;
	case FACT_STREAM:
		on_stream(f, &fact->u.stream);
		break;
	case FACT_REJECT:
		f->rejects[fact->u.reject.reason] += fact->u.reject.count;
		copy(f->reject_detail, sizeof(f->reject_detail), fact->u.reject.detail);
		break;
	case FACT_GAP:
		f->gaps++;
		f->gap_from_ms = fact->u.gap.from_ms;
		f->gap_to_ms = fact->u.gap.to_ms;
		copy(f->gap_why, sizeof(f->gap_why), fact->u.gap.why);
		break;
	default:
		break;
	}
}

static void
on_timer(uv_timer_t *timer)
{
	struct lib_feed *f = timer->data;

	f->ticks++;
	if (f->source)
		source_tick(f->source, lib_feed_wall_ms());
}

void
lib_feed_init(struct lib_feed *f, const char *const *patterns)
{
	memset(f, 0, sizeof(*f));
	f->seen = calloc(LIB_FEED_NUMBERS, 1);
	f->streams = calloc(LIB_FEED_STREAMS, sizeof(*f->streams));
	assert_non_null(f->seen);
	assert_non_null(f->streams);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	assert_int_equal(uv_timer_init(&f->loop, &f->timer), 0);
	f->timer.data = f;
	f->arrival_min_ms = INT64_MAX;
	f->options.patterns = patterns;
	while (patterns && patterns[f->options.npatterns])
		f->options.npatterns++;
	f->options.wall_ms = lib_feed_wall_ms();
	source_timing_default(&f->options.timing);
	f->options.timing.connect_ms = 1000;
	f->options.timing.command_ms = 1000;
	f->options.timing.stall_ms = 500;
	f->options.timing.reply_ms = 1500;
	f->options.timing.block_ms = 200;
	f->options.timing.block_grace_ms = 600;
	f->options.timing.backoff_min_ms = 10;
	f->options.timing.backoff_max_ms = 100;
	f->options.timing.backoff_auth_ms = 200;
	f->options.timing.backoff_reset_ms = 1000;
	f->options.timing.pace_ms = 5;
	f->options.timing.audit_ms = 50;
	f->options.timing.scan_ms = 200;
	f->options.timing.scan_step_ms = 5;
	f->options.timing.recheck_ms = 200;
}

void
lib_feed_open(struct lib_feed *f, const char *url)
{
	const struct sink sink = {f, on_event, on_fact};
	struct err err = {0};

	if (source_open(&f->source, &f->loop, 0, url, &f->options, &sink, &err))
		fail_msg("source_open(%s): %s", url, err.msg);
}

static void
on_closed(void *ctx)
{
	struct lib_feed *f = ctx;

	f->closed = true;
}

void
lib_feed_close(struct lib_feed *f)
{
	if (f->source) {
		source_close(f->source, on_closed, f);
		f->source = NULL;
		while (!f->closed && uv_run(&f->loop, UV_RUN_ONCE))
			;
		assert_true(f->closed);
	}
	uv_close((uv_handle_t *)&f->timer, NULL);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	free(f->seen);
	free(f->streams);
	memset(f, 0, sizeof(*f));
}

bool
lib_feed_until(struct lib_feed *f, lib_feed_test *test, const void *arg, unsigned limit_ms)
{
	uint64_t until = uv_hrtime() + (uint64_t)limit_ms * 1000000;
	bool holds;

	uv_update_time(&f->loop);
	uv_timer_start(&f->timer, on_timer, 10, 10);
	while (!(holds = test(f, arg)) && uv_hrtime() < until)
		uv_run(&f->loop, UV_RUN_ONCE);
	uv_timer_stop(&f->timer);
	return holds;
}

static void
give_up(const struct lib_feed *f, const char *what)
{
	size_t i;

	for (i = 0; i < f->nstreams; i++)
		print_message("  stream %s: state %d '%s' entries %llu trimmed %llu\n", f->streams[i].key,
		    (int)f->streams[i].fact.state, f->streams[i].sentence,
		    (unsigned long long)f->streams[i].fact.entries, (unsigned long long)f->streams[i].fact.trimmed);
	fail_msg("%s: state %d '%s', %llu events, %llu numbers, %llu repeated, %llu reconnects", what,
	    (int)f->fact.state, f->sentence, (unsigned long long)f->events, (unsigned long long)f->numbers,
	    (unsigned long long)f->repeated, (unsigned long long)f->fact.reconnects);
}

static bool
has_numbers(const struct lib_feed *f, const void *arg)
{
	return f->numbers >= *(const unsigned *)arg;
}

void
lib_feed_want_numbers(struct lib_feed *f, unsigned count, unsigned limit_ms)
{
	if (!lib_feed_until(f, has_numbers, &count, limit_ms))
		give_up(f, "not all entries came");
}

static bool
has_state(const struct lib_feed *f, const void *arg)
{
	return f->fact.state == *(const enum feed_state *)arg;
}

void
lib_feed_want_state(struct lib_feed *f, enum feed_state state, unsigned limit_ms)
{
	if (!lib_feed_until(f, has_state, &state, limit_ms))
		give_up(f, "the state did not come");
}

static bool
has_sentence(const struct lib_feed *f, const void *arg)
{
	return strstr(f->sentence, arg) != NULL;
}

void
lib_feed_want_sentence(struct lib_feed *f, const char *part, unsigned limit_ms)
{
	if (!lib_feed_until(f, has_sentence, part, limit_ms))
		give_up(f, part);
}

void
lib_feed_check_once(const struct lib_feed *f, unsigned from, unsigned count)
{
	unsigned i;

	for (i = from; i < from + count; i++) {
		if (f->seen[i] != 1)
			fail_msg("number %u came %u times (%llu events, %llu repeated)", i, f->seen[i],
			    (unsigned long long)f->events, (unsigned long long)f->repeated);
	}
}

const struct lib_feed_stream *
lib_feed_stream(const struct lib_feed *f, const char *key)
{
	size_t i;

	for (i = 0; i < f->nstreams; i++) {
		if (strcmp(f->streams[i].key, key) == 0)
			return &f->streams[i];
	}
	return NULL;
}
