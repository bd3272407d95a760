#include "collectors/redis_probe.h"

bool
redis_probe_done(const struct round_probe *p)
{
	return p->bounded && stream_id_cmp(stream_id_before(p->hi), p->lo) <= 0;
}

void
redis_probe_start(struct round_probe *p, uint32_t stream, struct stream_id cursor)
{
	*p = (struct round_probe){
	    .active = true, .stream = stream, .lo = cursor, .hi = {UINT64_MAX, UINT64_MAX}, .step = 1};
}

/* Up in doubling steps, since the next entry is near: the end of this millisecond first. */
static struct stream_id
choose_above(struct round_probe *p)
{
	struct stream_id mid = {p->lo.ms, UINT64_MAX};

	if (p->lo.seq == UINT64_MAX)
		mid.ms = UINT64_MAX - p->lo.ms < p->step ? UINT64_MAX : p->lo.ms + p->step;
	p->step *= 2;
	return mid;
}

/* By halves over milliseconds. */
static struct stream_id
choose_between(const struct round_probe *p)
{
	struct stream_id mid = {p->lo.ms + (p->hi.ms - p->lo.ms) / 2, UINT64_MAX};

	return stream_id_cmp(mid, p->lo) > 0 ? mid : (struct stream_id){p->lo.ms, UINT64_MAX};
}

/* Within one millisecond numbers begin at 0 and are small: doubling steps, but never beyond the half. */
static struct stream_id
choose_within(struct round_probe *p)
{
	uint64_t from = p->hi.ms == p->lo.ms ? p->lo.seq + 1 : 0, half = (p->hi.seq - from) / 2;

	p->step = p->within ? p->step * 2 : 1;
	return (struct stream_id){p->hi.ms, from + (p->step - 1 < half ? p->step - 1 : half)};
}

void
redis_probe_choose(struct round_probe *p)
{
	bool within = p->bounded && (p->hi.ms == p->lo.ms || (p->hi.ms == p->lo.ms + 1 && p->lo.seq == UINT64_MAX));

	if (redis_probe_done(p))
		p->mid = p->hi;
	else if (within)
		p->mid = choose_within(p);
	else if (p->bounded)
		p->mid = choose_between(p);
	else
		p->mid = choose_above(p);
	p->within = within;
}

bool
redis_probe_answer(struct round_probe *p, bool closed)
{
	if (closed) {
		/* Twice more for the entry that was found: a server can also close for reasons of its own. */
		if (redis_probe_done(p) && ++p->confirmed >= 2) {
			p->active = false;
			return true;
		}
		p->hi = p->mid;
		p->bounded = true;
		return false;
	}
	if (redis_probe_done(p))
		p->active = false; /* it did not close for this entry: not the one */
	p->lo = p->mid;
	if (stream_id_cmp(p->lo, p->hi) >= 0)
		p->active = false; /* nothing is there any more */
	return false;
}
