/* The state of one column as a list of integers, and back. */
#include "core/evidence.h"

#include <string.h>

#include "core/evidence_impl.h"

#define HEAD_INTS 8 /* nbins, seen, alarm, total, leading, raised, began, rows */
#define PAST_INTS (4 + 2 * EVIDENCE_RATES)
#define LEVEL_MAX (INT64_MAX / 4)

size_t
evidence_ints(size_t nbins)
{
	return HEAD_INTS + 6 * (size_t)EVIDENCE_COMPONENTS + EVIDENCE_RATES + (EVIDENCE_BLOCKS - 1) * (3 + nbins) +
	    EVIDENCE_SEGMENT * (PAST_INTS + nbins);
}

static int64_t *
encode_level(const struct evidence_level *l, int64_t *out)
{
	*out++ = l->nats;
	*out++ = l->onset;
	*out++ = (int64_t)l->from;
	return out;
}

void
evidence_encode(const struct evidence *ev, int64_t *out)
{
	static const struct evidence_level none = {0, 0, 0};
	size_t i, w, b, r;
	unsigned k;

	*out++ = (int64_t)ev->nbins;
	*out++ = (int64_t)ev->seen;
	*out++ = ev->alarm;
	*out++ = ev->total;
	*out++ = ev->leading;
	*out++ = ev->raised;
	*out++ = ev->began;
	*out++ = (int64_t)ev->rows;
	for (r = 0; r < EVIDENCE_RATES; r++)
		*out++ = (int64_t)ev->rate_rows[r];
	for (k = 0; k < EVIDENCE_COMPONENTS; k++) {
		const struct evidence_level *second = evidence_second(ev, k);

		out = encode_level(&ev->level[k], out);
		out = encode_level(second ? second : &none, out);
	}
	for (b = 0; b < EVIDENCE_BLOCKS - 1; b++) {
		*out++ = ev->block[b].windows;
		*out++ = ev->block[b].first;
		*out++ = (int64_t)ev->block[b].before;
		for (i = 0; i < ev->nbins; i++)
			*out++ = ev->block[b].counts ? ev->block[b].counts[i] : 0;
	}
	for (w = 0; w < EVIDENCE_SEGMENT; w++) {
		const struct evidence_past *past = &ev->past[w];

		*out++ = past->index;
		*out++ = (int64_t)past->n;
		*out++ = past->loc;
		*out++ = past->square;
		for (r = 0; r < EVIDENCE_RATES; r++) {
			*out++ = past->rate[r].hits;
			*out++ = past->rate[r].rows;
		}
		for (i = 0; i < ev->nbins; i++)
			*out++ = ev->excess[w * ev->nbins + i];
	}
}

/* Takes the next integer, which must lie in lo..hi; else *ok is false from then on. */
static int64_t
take(const int64_t **in, int64_t lo, int64_t hi, bool *ok)
{
	int64_t x = *(*in)++;

	if (x < lo || x > hi) {
		*ok = false;
		return lo;
	}
	return x;
}

static int64_t
rows_of(const struct evidence *ev, size_t component)
{
	if (component < EVIDENCE_FIRST_RATE)
		return (int64_t)ev->rows;
	return (int64_t)ev->rate_rows[(component - EVIDENCE_FIRST_RATE) / EVIDENCE_ALTS];
}

static void
decode_level(struct evidence_level *l, int64_t rows, const int64_t **in, bool *ok)
{
	l->nats = take(in, -LEVEL_MAX, LEVEL_MAX, ok);
	l->onset = take(in, INT64_MIN, INT64_MAX, ok);
	l->from = (uint64_t)take(in, 0, rows, ok);
}

static void
decode_past(struct evidence *ev, size_t w, const int64_t **in, bool *ok)
{
	struct evidence_past *past = &ev->past[w];
	size_t i, r;

	past->index = take(in, INT64_MIN, INT64_MAX, ok);
	past->n = (uint64_t)take(in, 0, INT64_MAX, ok);
	past->loc = take(in, -LEVEL_MAX, LEVEL_MAX, ok);
	past->square = take(in, 0, LEVEL_MAX, ok);
	for (r = 0; r < EVIDENCE_RATES; r++) {
		past->rate[r].hits = (uint32_t)take(in, 0, UINT32_MAX, ok);
		past->rate[r].rows = (uint32_t)take(in, 0, UINT32_MAX, ok);
	}
	for (i = 0; i < ev->nbins; i++)
		ev->excess[w * ev->nbins + i] = (int32_t)take(in, -(1 << 30), 1 << 30, ok);
}

/* Levels, each with that beside it; ERR_NOMEM. */
static int
decode_levels(struct evidence *ev, const int64_t **in, bool *ok, struct err *err)
{
	unsigned k;

	for (k = 0; k < EVIDENCE_COMPONENTS; k++) {
		struct evidence_level second;

		decode_level(&ev->level[k], rows_of(ev, k), in, ok);
		decode_level(&second, rows_of(ev, k), in, ok);
		if (!second.nats && !second.onset && !second.from)
			continue;
		if (evidence_second_room(ev, 1, err))
			return ERR_NOMEM;
		*evidence_second_make(ev, k) = second;
	}
	return 0;
}

/* Memory for counts where there are any. */
static int
decode_blocks(struct evidence *ev, const int64_t **in, bool *ok, struct err *err)
{
	size_t b, i;

	for (b = 0; b < EVIDENCE_BLOCKS - 1; b++) {
		ev->block[b].windows = (uint32_t)take(in, 0, evidence_block_windows[b + 1] - 1, ok);
		ev->block[b].first = take(in, INT64_MIN, INT64_MAX, ok);
		ev->block[b].before = (uint64_t)take(in, 0, (int64_t)ev->rows, ok);
		for (i = 0; i < ev->nbins; i++) {
			uint32_t count = (uint32_t)take(in, 0, UINT32_MAX, ok);

			if (count && evidence_block_room(ev, err))
				return ERR_NOMEM;
			if (ev->block[b].counts)
				ev->block[b].counts[i] = count;
		}
	}
	return 0;
}

int
evidence_decode(struct evidence *ev, const int64_t *in, size_t n, struct err *err)
{
	bool ok = n == evidence_ints(ev->nbins);
	size_t i, w;

	evidence_clear(ev);
	if (!ok)
		goto out;
	take(&in, (int64_t)ev->nbins, (int64_t)ev->nbins, &ok);
	ev->seen = (uint64_t)take(&in, 0, INT64_MAX, &ok);
	ev->alarm = take(&in, 0, 1, &ok) != 0;
	ev->total = take(&in, -LEVEL_MAX, LEVEL_MAX, &ok);
	ev->leading = (uint32_t)take(&in, 0, EVIDENCE_COMPONENTS - 1, &ok);
	ev->raised = (uint32_t)take(&in, 0, EVIDENCE_COMPONENTS - 1, &ok);
	ev->began = take(&in, INT64_MIN, INT64_MAX, &ok);
	ev->rows = (uint64_t)take(&in, 0, INT64_MAX, &ok);
	for (i = 0; i < EVIDENCE_RATES; i++)
		ev->rate_rows[i] = (uint64_t)take(&in, 0, INT64_MAX, &ok);
	if (decode_levels(ev, &in, &ok, err) || decode_blocks(ev, &in, &ok, err)) {
		evidence_clear(ev);
		return ERR_NOMEM;
	}
	for (w = 0; w < EVIDENCE_SEGMENT; w++)
		decode_past(ev, w, &in, &ok);
out:
	if (ok)
		return 0;
	evidence_clear(ev);
	return err_set(err, ERR_FORMAT, "evidence: not a state of %zu bins", ev->nbins);
}
