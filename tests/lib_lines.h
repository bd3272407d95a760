/* What came out of lines: events and facts counted, the last of them kept; and a text compressed. */
#ifndef TESTS_LIB_LINES_H
#define TESTS_LIB_LINES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "collectors/source.h"

#define WALL_MS INT64_C(1700000000000)

struct seen {
	size_t events, rejects, sources;
	uint64_t reasons[REASON_COUNT];
	double sum;
	char model[64], version[64], sentence[300], layout[32], aliases[200];
	enum feed_state state;
	uint64_t lines, bytes;
	int64_t last_ts_ms;
};

static inline void
copy(char *out, size_t cap, struct slice s)
{
	assert_true(s.n < cap);
	if (s.n)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

static inline void
on_event(void *ctx, const struct event *ev)
{
	struct seen *seen = ctx;

	seen->events++;
	seen->sum += ev->score.num;
	seen->last_ts_ms = ev->ts_ms;
	copy(seen->model, sizeof(seen->model), ev->model);
	copy(seen->version, sizeof(seen->version), ev->version);
}

static inline void
on_fact(void *ctx, const struct fact *fact)
{
	struct seen *seen = ctx;

	switch (fact->kind) {
	case FACT_REJECT:
		seen->rejects += fact->u.reject.count;
		seen->reasons[fact->u.reject.reason] += fact->u.reject.count;
		break;
	case FACT_SOURCE:
		seen->sources++;
		seen->state = fact->u.source.state;
		seen->lines = fact->u.source.entries;
		seen->bytes = fact->u.source.bytes;
		assert_true(fact->u.source.from_file);
		copy(seen->sentence, sizeof(seen->sentence), fact->u.source.sentence);
		break;
	case FACT_STREAM:
		copy(seen->layout, sizeof(seen->layout), fact->u.stream.layout);
		copy(seen->aliases, sizeof(seen->aliases), fact->u.stream.aliases);
		break;
	default:
		fail_msg("fact %d", fact->kind);
	}
}

/* One gzip member of the text, into out; its length. */
static inline size_t
squeeze(const char *text, size_t n, char *out, size_t cap)
{
	z_stream z = {0};

	assert_int_equal(
	    deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)cap;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return cap - z.avail_out;
}

#endif
