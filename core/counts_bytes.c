#include "core/counts_bytes.h"

#include "core/limits.h"

int64_t
counts_get_time(struct bytes_reader *r, int64_t unit_ms)
{
	int64_t v = bytes_get_int(r), most = COUNTS_MS_MAX / unit_ms;

	/* Never, the one behind never, so long ago that differences do not overflow, for ever. */
	if (v == INT64_MIN || v == INT64_MIN + 1 || v == INT64_MIN / 2 || v == INT64_MAX || (v >= -most && v <= most))
		return v;
	r->failed = true;
	return 0;
}

void
counts_put_u32s(struct bytes *to, const uint32_t *v, size_t n)
{
	size_t i, last = 0, used = 0;

	for (i = 0; i < n; i++)
		used += v[i] != 0;
	bytes_put_uint(to, used);
	for (i = 0; i < n; i++) {
		if (!v[i])
			continue;
		bytes_put_uint(to, i - last);
		bytes_put_uint(to, v[i]);
		last = i;
	}
}

void
counts_put_u64s(struct bytes *to, const uint64_t *v, size_t n)
{
	size_t i, last = 0, used = 0;

	for (i = 0; i < n; i++)
		used += v[i] != 0;
	bytes_put_uint(to, used);
	for (i = 0; i < n; i++) {
		if (!v[i])
			continue;
		bytes_put_uint(to, i - last);
		bytes_put_uint(to, v[i]);
		last = i;
	}
}

/* The next place that is not 0, behind *at; false: it is none. */
static bool
next_place(struct bytes_reader *r, size_t *at, size_t n)
{
	*at += (size_t)bytes_get_uint(r, n - 1 - *at);
	return !r->failed;
}

void
counts_get_u32s(struct bytes_reader *r, uint32_t *v, size_t n)
{
	size_t used = bytes_get_count(r, n), at = 0, i;

	for (i = 0; i < used && next_place(r, &at, n); i++)
		v[at] = (uint32_t)bytes_get_uint(r, UINT32_MAX);
}

void
counts_get_u64s(struct bytes_reader *r, uint64_t *v, size_t n)
{
	size_t used = bytes_get_count(r, n), at = 0, i;

	for (i = 0; i < used && next_place(r, &at, n); i++)
		v[at] = bytes_get_uint(r, UINT64_MAX);
}

void
counts_put_wide(struct bytes *to, wide_uint v)
{
	bytes_put_uint(to, (uint64_t)v);
	bytes_put_uint(to, (uint64_t)(v >> 64));
}

wide_uint
counts_get_wide(struct bytes_reader *r)
{
	uint64_t low = bytes_get_uint(r, UINT64_MAX);

	return low | (wide_uint)bytes_get_uint(r, UINT64_MAX) << 64;
}

void
counts_put_tally(struct bytes *to, const struct tally *t)
{
	bytes_put_uint(to, t->events);
	bytes_put_uint(to, t->rows);
	bytes_put_uint(to, t->feature_rows);
	bytes_put_uint(to, t->errors);
	bytes_put_uint(to, t->client_errors);
	bytes_put_uint(to, t->latencies);
	bytes_put_uint(to, t->latency_ns);
}

void
counts_get_tally(struct bytes_reader *r, struct tally *t)
{
	t->events = bytes_get_uint(r, UINT64_MAX);
	t->rows = bytes_get_uint(r, UINT64_MAX);
	t->feature_rows = bytes_get_uint(r, UINT64_MAX);
	t->errors = bytes_get_uint(r, UINT64_MAX);
	t->client_errors = bytes_get_uint(r, UINT64_MAX);
	t->latencies = bytes_get_uint(r, UINT64_MAX);
	t->latency_ns = bytes_get_uint(r, UINT64_MAX);
}

void
counts_put_moments(struct bytes *to, int64_t sum, wide_uint sumsq)
{
	bytes_put_int(to, sum);
	counts_put_wide(to, sumsq);
}

void
counts_get_moments(struct bytes_reader *r, struct moments *m, int64_t most)
{
	m->sum = bytes_get_int(r);
	m->sumsq = counts_get_wide(r);
	if (m->sum >= -most && m->sum <= most)
		return;
	r->failed = true;
	m->sum = 0;
}

void
counts_put_quality(struct bytes *to, const struct quality *q)
{
	size_t i;

	bytes_put_uint(to, q->cells ? q->classes + 1 : 0);
	if (!q->cells)
		return;
	for (i = 0; i < QUALITY_COUNTS; i++)
		bytes_put_uint(to, q->counts[i]);
	counts_put_wide(to, q->error);
	counts_put_wide(to, q->abs_error);
	counts_put_u64s(to, q->cells, quality_cells(q->classes));
}

int
counts_get_quality(struct bytes_reader *r, struct quality *q, struct err *err)
{
	unsigned classes = (unsigned)bytes_get_uint(r, LIMIT_CLASSES + 1);
	size_t i;
	int rc;

	if (!classes)
		return 0;
	rc = quality_fit(q, classes - 1, err);
	if (rc)
		return rc;
	if (q->classes != classes - 1)
		r->failed = true;
	for (i = 0; i < QUALITY_COUNTS; i++)
		q->counts[i] = bytes_get_uint(r, UINT64_MAX);
	q->error = counts_get_wide(r);
	q->abs_error = counts_get_wide(r);
	if (!r->failed)
		counts_get_u64s(r, q->cells, quality_cells(q->classes));
	return 0;
}
