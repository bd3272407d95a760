/*
 * Entries that cannot be read: which one it is, and over it.
 *
 * An entry is stepped over where its own size says so, where connection after connection ends inside it, and where,
 * asked for alone, nothing of it comes. Of the last kind not even the ID is told: it is found by redis_probe.c. All
 * else that ends a connection is somebody else's doing, and is asked for again.
 */
#include <stdio.h>

#include "collectors/redis_source_impl.h"

static void
step_over(struct redis_source *s, uint32_t stream, struct stream_id id, const char *detail)
{
	struct stream *st = &s->set.streams[stream];

	if (!stream_advance(st, id))
		return;
	st->too_large++;
	st->fails = 0;
	st->changed = true;
	redis_source_reject(s, stream, REASON_TOO_LARGE, detail);
}

/* ---- the search ------------------------------------------------------------------------------ */

int
redis_culprit_ask(struct redis_source *s, struct err *err)
{
	struct round_probe *p = &s->round.probe;
	const struct stream *st = &s->set.streams[p->stream];
	const struct conn_request request = {.kind = ROUND_ASK_PROBE, .arg = p->stream, .shape = RESP_ENTRIES};
	char from[RESP_ID_BYTES + 1] = "(", to[RESP_ID_BYTES];
	const char *argv[] = {"XRANGE", st->key, from, to, "COUNT", "1"};
	size_t lens[] = {6, st->key_bytes, 0, 0, 5, 1};
	int rc;

	redis_probe_choose(p);
	lens[2] = 1 + resp_id_format(from + 1, p->lo.ms, p->lo.seq);
	lens[3] = resp_id_format(to, p->mid.ms, p->mid.seq);
	rc = redis_conn_ask(s->data, &request, 6, argv, lens, err);
	if (!rc)
		s->round.outstanding++;
	return rc;
}

/* What became of the latest question of the search. */
static void
probe_answered(struct redis_source *s, bool closed)
{
	struct round_probe *p = &s->round.probe;
	char detail[128], id[RESP_ID_BYTES];

	if (!redis_probe_answer(p, closed))
		return;
	resp_id_format(id, p->hi.ms, p->hi.seq);
	snprintf(detail, sizeof(detail), "entry %s: %s", id,
	    p->silent ? "the server does not begin to send it in time"
		      : "the server closes the connection rather than send it");
	step_over(s, p->stream, p->hi, detail);
}

void
redis_culprit_answered(struct redis_source *s, const struct resp_value *top)
{
	struct round_probe *p = &s->round.probe;

	/* What can be sent after all has been taken like any other. */
	if (s->round.entries)
		s->set.streams[p->stream].fails = 0;
	if (top->kind == RESP_ERROR || s->round.entries)
		p->active = false;
	else
		probe_answered(s, false);
}

/* ---- connections that ended ------------------------------------------------------------------ */

/*
 * The connection ended while an XREAD was open and nobody says why: perhaps the reply was more than the peer lets its
 * buffer grow, or more than it can make in time. Smaller replies get through. A server that closes for that reason
 * sends no byte of the reply; if that happens with COUNT 1, the culprit is looked for, and stepped over. That no byte
 * comes before the deadline happens to a server in trouble, too, so it takes more of that; but each time it has
 * answered the handshake, and one that stands still does not. A cut inside a reply is somebody else's doing.
 */
static void
shrink(struct redis_source *s, const struct conn_loss *loss)
{
	struct round *r = &s->round;
	const struct round_group *g = &r->groups[loss->open->arg];
	struct stream *st = &s->set.streams[r->members[g->first]];

	r->good = 0;
	r->count_limit = g->count / 2 > 0 ? g->count / 2 : 1;
	if (g->count > 1 || loss->inside)
		return;
	if (g->n > 1) {
		r->careful = true;
		r->careful_left = (uint32_t)r->nmembers * 2;
	} else if (++st->fails >= (loss->closed ? CULPRIT_CLOSES : CULPRIT_SILENCES)) {
		redis_probe_start(&r->probe, r->members[g->first], st->cursor);
		r->probe.silent = !loss->closed;
	}
}

/* Asked for alone it began, and did not come to its end before the deadline. */
static bool
came_late(const struct redis_source *s, const struct conn_loss *loss)
{
	return loss->unexplained && loss->inside && !loss->closed && (loss->ms || loss->seq) && loss->open &&
	    loss->open->kind == ROUND_ASK_XREAD && s->round.groups[loss->open->arg].count == 1;
}

/*
 * An entry so large, or a way so slow, that each connection ends inside it would be asked for for ever. A server that
 * stands still does not count: of its entries nothing begins. Nor does a small one that a peer cuts by closing: that is
 * the peer's doing, and the entry comes whole one day.
 */
static bool
never_whole(struct redis_source *s, const struct conn_loss *loss)
{
	struct round *r = &s->round;
	struct stream *st;

	if (r->current == UINT32_MAX || (loss->entry_bytes < LARGE_ENTRY_BYTES && !came_late(s, loss)))
		return false;
	st = &s->set.streams[r->current];
	if (st->cut_ms != loss->ms || st->cut_seq != loss->seq)
		st->cuts = 0;
	st->cut_ms = loss->ms;
	st->cut_seq = loss->seq;
	return ++st->cuts >= LARGE_ENTRY_CUTS;
}

static void
give_up(struct redis_source *s, const struct conn_loss *loss)
{
	char detail[256], id[RESP_ID_BYTES];

	resp_id_format(id, loss->ms, loss->seq);
	snprintf(detail, sizeof(detail), "entry %s: %d connections in a row ended inside it: %s", id, LARGE_ENTRY_CUTS,
	    loss->why);
	step_over(s, s->round.current, (struct stream_id){loss->ms, loss->seq}, detail);
}

bool
redis_culprit_lost(struct redis_source *s, const struct conn_loss *loss)
{
	const struct conn_request *open = loss->unexplained ? loss->open : NULL;

	if (s->round.current != UINT32_MAX && loss->oversize)
		step_over(s, s->round.current, (struct stream_id){loss->ms, loss->seq}, loss->why);
	else if (never_whole(s, loss))
		give_up(s, loss);
	else if (open && open->kind == ROUND_ASK_XREAD && !open->blocking)
		shrink(s, loss);
	else if (open && open->kind == ROUND_ASK_PROBE && !loss->inside && (loss->closed || s->round.probe.silent))
		probe_answered(s, true);
	else
		return false;
	return true;
}
