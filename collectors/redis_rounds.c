#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collectors/redis_source_impl.h"
#include "core/mem.h"

/*
 * A round is a batch of pipelined XREADs, up to 64 streams each, followed by a few XINFOs. Not asking is the
 * back-pressure, so no round begins before the pace interval has passed, while the source is held, or while entries
 * wait to be decoded. As soon as a round is whole the next one goes out, and only then are its entries decoded: the
 * server works while we do.
 *
 * The audit's XINFO is in the same pipeline as the XREADs: the cursor then is what it was when the server answered.
 */

static uint64_t
now_mono(const struct redis_source *s)
{
	return uv_now(s->loop);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int
argv_room(struct round *r, size_t need, struct err *err)
{
	const char **argv;
	size_t *lens;

	if (need <= r->argv_cap)
		return 0;
	argv = mem_realloc_array(r->argv, need, sizeof(*argv));
	if (argv)
		r->argv = argv;
	lens = mem_realloc_array(r->lens, need, sizeof(*lens));
	if (lens)
		r->lens = lens;
	if (!argv || !lens)
		return err_nomem(err);
	r->argv_cap = need;
	return 0;
}

static void
argv_put(struct round *r, size_t *argc, const char *p, size_t n)
{
	r->argv[*argc] = p;
	r->lens[(*argc)++] = n;
}

static bool
is_behind(const struct redis_source *s, const struct stream *st)
{
	return !st->end_reached || st->data_round + 1 >= s->round.number;
}

/*
 * COUNT is per stream. Those that gave something in the last round or have history left will give again; room is left
 * for the largest of the others to wake up.
 */
static unsigned
count_for(const struct redis_source *s, const struct round_group *g)
{
	const struct round *r = &s->round;
	size_t budget = ROUND_BUDGET_BYTES;
	double expected = 0, largest = 0, count;
	uint32_t i;

	for (i = 0; i < g->n; i++) {
		const struct stream *st = &s->set.streams[r->members[g->first + i]];
		double bytes = st->entry_bytes > 64 ? st->entry_bytes : 64;

		if (is_behind(s, st))
			expected += bytes;
		else if (bytes > largest)
			largest = bytes;
	}
	if (r->ngroups > 2)
		budget = ROUND_BUDGET_BYTES * 2 / r->ngroups;
	count = (double)budget / (expected + largest);
	if (s->options.ordered && count * (double)s->set.count * (expected + largest) > (double)ORDER_BYTES * g->n)
		count = (double)ORDER_BYTES * g->n / ((double)s->set.count * (expected + largest));
	if (count > r->count_limit)
		count = r->count_limit;
	return count < 1 ? 1 : (unsigned)count;
}

static int
ask_group(struct redis_source *s, size_t index, bool block, struct err *err)
{
	struct round *r = &s->round;
	struct round_group *g = &r->groups[index];
	struct conn_request request = {
	    .kind = ROUND_ASK_XREAD, .arg = (uint32_t)index, .shape = RESP_STREAMS, .blocking = block};
	char count[16], wait[16];
	size_t argc = 0;
	uint32_t i;

	if (argv_room(r, 6 + 2 * (size_t)g->n, err))
		return ERR_NOMEM;
	g->count = count_for(s, g);
	argv_put(r, &argc, "XREAD", 5);
	argv_put(r, &argc, "COUNT", 5);
	argv_put(r, &argc, count, (size_t)snprintf(count, sizeof(count), "%u", g->count));
	if (block) {
		argv_put(r, &argc, "BLOCK", 5);
		argv_put(r, &argc, wait, (size_t)snprintf(wait, sizeof(wait), "%u", s->options.timing.block_ms));
	}
	argv_put(r, &argc, "STREAMS", 7);
	for (i = 0; i < g->n; i++) {
		const struct stream *st = &s->set.streams[r->members[g->first + i]];

		argv_put(r, &argc, st->key, st->key_bytes);
	}
	for (i = 0; i < g->n; i++) {
		const struct stream *st = &s->set.streams[r->members[g->first + i]];

		argv_put(r, &argc, r->ids[i], resp_id_format(r->ids[i], st->cursor.ms, st->cursor.seq));
	}
	if (redis_conn_ask(s->data, &request, (int)argc, r->argv, r->lens, err))
		return ERR_NOMEM;
	r->outstanding++;
	return 0;
}

static int
add_member(struct round *r, uint32_t stream, bool alone, struct err *err)
{
	struct round_group *g = r->ngroups ? &r->groups[r->ngroups - 1] : NULL;
	uint32_t *members = mem_grow(r->members, &r->members_cap, r->nmembers + 1, sizeof(*members));

	if (!members)
		return err_nomem(err);
	r->members = members;
	if (!g || alone || g->n == ROUND_GROUP_STREAMS) {
		struct round_group *groups = mem_grow(r->groups, &r->groups_cap, r->ngroups + 1, sizeof(*groups));

		if (!groups)
			return err_nomem(err);
		r->groups = groups;
		g = &groups[r->ngroups++];
		*g = (struct round_group){.first = (uint32_t)r->nmembers};
	}
	members[r->nmembers++] = stream;
	g->n++;
	return 0;
}

static bool
is_read(const struct redis_source *s, uint32_t index)
{
	const struct stream *st = &s->set.streams[index];

	if (s->options.ordered && redis_order_holds(s, index))
		return false;
	return st->phase == PHASE_READING && !(s->options.to_end_only && st->end_reached);
}

/* Those set aside come last and alone: their errors are theirs. */
static int
gather(struct redis_source *s, struct err *err)
{
	struct round *r = &s->round;
	uint64_t now = now_mono(s);
	uint32_t i;
	int rc = 0;

	r->ngroups = r->nmembers = 0;
	for (i = 0; i < s->set.count && !rc; i++) {
		if (is_read(s, i))
			rc = add_member(r, i, r->careful, err);
	}
	for (i = 0; i < s->set.count && !rc; i++) {
		struct stream *st = &s->set.streams[i];

		if (st->phase == PHASE_SET_ASIDE && st->recheck_mono <= now && !s->options.to_end_only) {
			st->recheck_mono = now + s->options.timing.recheck_ms;
			rc = add_member(r, i, true, err);
		}
	}
	return rc;
}

/* Streams in which something happens are looked at often, others a fifth as often, large entries more rarely still. */
static uint64_t
audit_interval(const struct redis_source *s, const struct stream *st)
{
	uint64_t ms = s->options.timing.audit_ms;

	if (st->audited_cursor.ms == st->cursor.ms && st->audited_cursor.seq == st->cursor.seq && st->end_reached)
		ms *= 5;
	return ms * (1 + (uint64_t)(st->entry_bytes / 65536));
}

static bool
audit_is_due(const struct redis_source *s, const struct stream *st)
{
	return st->phase == PHASE_READING && !st->info_denied && st->audit_due_mono <= now_mono(s);
}

static bool
audits_due(const struct redis_source *s)
{
	size_t i;

	for (i = 0; i < s->set.count; i++) {
		if (audit_is_due(s, &s->set.streams[i]))
			return true;
	}
	return false;
}

static int
ask_audits(struct redis_source *s, struct err *err)
{
	size_t asked = 0;
	uint32_t i;
	int rc = 0;

	for (i = 0; i < s->set.count && asked < ROUND_AUDITS && !rc; i++) {
		struct stream *st = &s->set.streams[i];

		if (!audit_is_due(s, st))
			continue;
		st->audit_due_mono = now_mono(s) + audit_interval(s, st);
		rc = redis_info_ask(s->data, ROUND_ASK_INFO, st, i, err);
		if (!rc) {
			asked++;
			s->round.outstanding++;
		}
	}
	return rc;
}

static void
on_pace(uv_timer_t *timer)
{
	redis_rounds_kick(timer->data);
}

static void
kick_in(struct redis_source *s, uint64_t ms)
{
	uv_timer_start(&s->pace, on_pace, ms, 0);
}

/* ---- a round --------------------------------------------------------------------------------- */

static bool
may_start(const struct redis_source *s)
{
	return redis_conn_ready(s->data) && !s->closing && !s->held && !s->ended && s->round.outstanding == 0 &&
	    entry_batch_pending(&s->batch) < ROUND_BUDGET_BYTES && (!s->options.ordered || redis_order_needs(s));
}

/* In careful mode one group a round, in turn. */
static int
ask_groups(struct redis_source *s, struct err *err)
{
	struct round *r = &s->round;
	size_t i;
	bool block;
	int rc = 0;

	if (r->careful && r->ngroups) {
		r->careful_next = (r->careful_next + 1) % (uint32_t)r->ngroups;
		return ask_group(s, r->careful_next, false, err);
	}
	/* An audit behind a request that blocks would wait for it. */
	block = r->ngroups == 1 && r->last_empty && !s->options.to_end_only && s->level && !audits_due(s);
	for (i = 0; i < r->ngroups && !rc; i++)
		rc = ask_group(s, i, block, err);
	return rc || block ? rc : ask_audits(s, err);
}

static void
round_start(struct redis_source *s)
{
	struct round *r = &s->round;
	struct err err;
	int rc;

	r->number++;
	r->entries = 0;
	r->full = r->wait = false;
	r->started_ns = uv_hrtime();
	r->current = UINT32_MAX;
	if (r->probe.active)
		rc = redis_culprit_ask(s, &err);
	else if (!(rc = gather(s, &err)))
		rc = ask_groups(s, &err);
	if (rc) {
		redis_conn_drop(s->data, err.msg);
		return;
	}
	if (r->outstanding == 0) {
		/* No stream to read yet. Those that come kick. */
		kick_in(s, 250);
		return;
	}
	redis_conn_flush(s->data);
}

void
redis_rounds_kick(struct redis_source *s)
{
	if (!may_start(s))
		return;
	uv_timer_stop(&s->pace);
	round_start(s);
}

static void
skip_all(struct redis_source *s)
{
	size_t i;

	s->skip_due = false;
	for (i = 0; i < s->set.count; i++) {
		if (s->set.streams[i].phase == PHASE_READING)
			stream_skip(&s->set.streams[i]);
	}
}

static void
round_grow(struct round *r)
{
	if (r->count_limit >= ROUND_COUNT_MAX || r->entries == 0 || ++r->good < 10)
		return;
	r->good = 0;
	r->count_limit += r->count_limit / 2 + 1;
	if (r->count_limit > ROUND_COUNT_MAX)
		r->count_limit = ROUND_COUNT_MAX;
}

static void
round_end(struct redis_source *s)
{
	struct round *r = &s->round;
	uint64_t took_ms = (uv_hrtime() - r->started_ns) / 1000000;
	uint64_t pace = s->options.timing.pace_ms;
	bool fast = s->options.full_speed;

	round_grow(r);
	r->last_empty = r->entries == 0 && !r->full;
	/* Blocking is for one group alone; many that are silent are asked less often. */
	if (r->ngroups > 1 && r->last_empty)
		pace *= 4;
	else if (s->set.count > MANY_STREAMS)
		pace *= 2;
	if (r->careful && --r->careful_left == 0)
		r->careful = false;
	/* Where the end is must be known of all streams. */
	if (s->skip_due && !audits_due(s))
		skip_all(s);
	redis_source_check_level(s);
	if (r->wait)
		kick_in(s, WAIT_ANSWER_MS);
	else if (r->probe.active || (r->careful && r->ngroups > 1))
		kick_in(s, 1);
	else if (r->full && fast)
		redis_rounds_kick(s);
	else if (r->full)
		kick_in(s, (uv_hrtime() - r->started_ns) * 4 / 1000000);
	else
		kick_in(s, s->options.to_end_only ? 0 : took_ms < pace ? pace - took_ms : 0);
}

/* ---- what comes ------------------------------------------------------------------------------ */

static void
current_done(struct redis_source *s, const struct round_group *g)
{
	struct round *r = &s->round;
	struct stream *st;
	double mean;

	if (r->current == UINT32_MAX)
		return;
	st = &s->set.streams[r->current];
	if (r->current_entries) {
		mean = (double)r->current_bytes / (double)r->current_entries;
		st->entry_bytes = mean > st->entry_bytes ? mean : (st->entry_bytes * 3 + mean) / 4;
		st->data_round = r->number;
		st->fails = 0;
	}
	if (g && r->current_entries >= g->count)
		r->full = true;
	if (stream_id_cmp(st->cursor, st->end) >= 0)
		st->end_reached = true;
	r->current = UINT32_MAX;
}

/* Streams come in the order they were asked for, those without news left out. */
static bool
on_stream(void *ctx, const struct conn_request *request, struct slice key)
{
	struct redis_source *s = ctx;
	struct round *r = &s->round;
	struct round_group *g = &r->groups[request->arg];

	current_done(s, g);
	while (g->at < g->n) {
		uint32_t index = r->members[g->first + g->at++];
		const struct stream *st = &s->set.streams[index];

		if (slice_eq(slice_make(st->key, st->key_bytes), key)) {
			r->current = index;
			s->set.streams[index].before_round = st->cursor;
			r->current_entries = r->current_bytes = 0;
			return true;
		}
	}
	return false;
}

static enum resp_verdict
entry_beyond(struct redis_source *s, const struct resp_entry *e, struct stream *st)
{
	char detail[64], id[RESP_ID_BYTES];

	if (!e->too_large) {
		st->end_reached = true;
		return RESP_DROP;
	}
	st->too_large++;
	resp_id_format(id, e->ms, e->seq);
	snprintf(detail, sizeof(detail), "entry %s has %zu bytes", id, e->bytes);
	redis_source_reject(s, s->round.current, REASON_TOO_LARGE, detail);
	return RESP_DROP;
}

static enum resp_verdict
on_entry(void *ctx, const struct conn_request *request, const struct resp_entry *e, uint32_t *stream, const char **why)
{
	struct redis_source *s = ctx;
	struct round *r = &s->round;
	struct stream_id id = {e->ms, e->seq};
	struct stream *st;

	if (request->kind == ROUND_ASK_PROBE)
		r->current = request->arg;
	st = &s->set.streams[r->current];
	if (!stream_advance(st, id)) {
		*why = "an entry came that is not above the ID asked for: the connection is out of step";
		return RESP_REFUSE;
	}
	r->entries++;
	r->current_entries++;
	r->current_bytes += e->bytes;
	*stream = r->current;
	if (e->too_large || (s->options.to_end_only && stream_id_cmp(id, st->end) > 0))
		return entry_beyond(s, e, st);
	s->read++;
	return RESP_KEEP;
}

static void
on_value(void *ctx, const struct conn_request *request, const struct resp_value *v)
{
	struct redis_source *s = ctx;

	(void)request;
	if (v->depth == 0)
		redis_info_start(&s->round.info);
	redis_info_value(&s->round.info, v);
}

static void
set_aside(struct redis_source *s, uint32_t index, struct slice text)
{
	struct stream *st = &s->set.streams[index];

	redis_error_sentence(text, st->sentence, sizeof(st->sentence));
	st->phase = PHASE_SET_ASIDE;
	st->state = redis_error_classify(text) == REDIS_ERROR_TYPE ? STREAM_WRONG_TYPE : STREAM_DENIED;
	st->recheck_mono = now_mono(s) + s->options.timing.recheck_ms;
	st->end_reached = true;
	st->changed = true;
}

/* One bad key fails the whole XREAD, and the server does not say which: each is asked alone. */
static void
ask_alone(struct redis_source *s, struct round_group g)
{
	struct round *r = &s->round;
	struct err err;
	uint32_t i;
	int rc = 0;

	for (i = 0; i < g.n && !rc; i++) {
		rc = add_member(r, r->members[g.first + i], true, &err);
		if (!rc)
			rc = ask_group(s, r->ngroups - 1, false, &err);
	}
	if (rc)
		redis_conn_drop(s->data, err.msg);
	else
		redis_conn_flush(s->data);
}

static void
group_error(struct redis_source *s, const struct round_group *g, struct slice text)
{
	struct round *r = &s->round;
	enum redis_error_class cls = redis_error_classify(text);

	if (cls == REDIS_ERROR_WAIT) {
		r->wait = true;
		redis_error_sentence(text, s->sentence, sizeof(s->sentence));
	} else if (g->n == 1) {
		set_aside(s, r->members[g->first], text);
	} else {
		ask_alone(s, *g);
	}
}

static void
group_done(struct redis_source *s, const struct round_group *g)
{
	uint32_t i;

	s->sentence[0] = '\0';
	for (i = 0; i < g->n; i++) {
		struct stream *st = &s->set.streams[s->round.members[g->first + i]];

		if (st->phase == PHASE_SET_ASIDE) {
			st->phase = PHASE_READING;
			st->state = STREAM_READING;
			st->sentence[0] = '\0';
			st->audit_due_mono = 0;
			st->changed = true;
		}
		/* Nothing above the cursor: whatever was last when reading began is gone or read. */
		if (st->data_round != s->round.number) {
			st->end_reached = true;
			st->fails = 0;
		}
	}
}

static void
info_done(struct redis_source *s, uint32_t index, const struct resp_value *top)
{
	struct stream *st = &s->set.streams[index];
	struct stream_info none = {0};
	struct audit_result audit;
	enum redis_error_class cls = REDIS_ERROR_OTHER;

	if (top->kind == RESP_ERROR)
		cls = redis_error_classify(top->text);
	if (st->phase != PHASE_READING || cls == REDIS_ERROR_WAIT)
		return;
	if (top->kind == RESP_ERROR && cls != REDIS_ERROR_NO_KEY) {
		/* A wrong type is XREAD's to find; without the right to ask there is no audit. */
		if (cls == REDIS_ERROR_DENIED || cls == REDIS_ERROR_COMMAND)
			st->info_denied = true;
		st->changed = true;
		return;
	}
	audit = stream_audit(st, top->kind == RESP_ERROR ? &none : &s->round.info.info);
	redis_source_gap(s, &audit, st);
}

static void
on_reply(void *ctx, const struct conn_request *request, const struct resp_value *top)
{
	struct redis_source *s = ctx;
	struct round *r = &s->round;

	r->outstanding--;
	if (request->kind == ROUND_ASK_INFO) {
		info_done(s, request->arg, top);
	} else if (request->kind == ROUND_ASK_PROBE) {
		redis_culprit_answered(s, top);
		r->current = UINT32_MAX;
	} else {
		current_done(s, &r->groups[request->arg]);
		if (top->kind == RESP_ERROR)
			group_error(s, &r->groups[request->arg], top->text);
		else
			group_done(s, &r->groups[request->arg]);
	}
	if (r->outstanding == 0)
		round_end(s);
}

static void
on_parsed(void *ctx)
{
	struct redis_source *s = ctx;

	/* In the middle of a reply the reading goes first: the sooner the next question is out, the better. */
	if (s->round.outstanding == 0 || s->round.entries == 0 ||
	    entry_batch_pending(&s->batch) > 2 * ROUND_BUDGET_BYTES)
		redis_source_deliver(s);
}

static void
on_ready(void *ctx)
{
	struct redis_source *s = ctx;
	size_t i;

	s->sentence[0] = '\0';
	s->refused = false;
	s->round.outstanding = 0;
	s->round.last_empty = false;
	for (i = 0; i < s->set.count; i++) {
		s->set.streams[i].audit_due_mono = 0;
		s->set.streams[i].info_denied = false;
	}
	redis_rounds_kick(s);
}

static void
on_lost(void *ctx, const struct conn_loss *loss)
{
	struct redis_source *s = ctx;
	struct round *r = &s->round;

	redis_source_say(s->sentence, loss->why);
	s->refused = loss->refused;
	if (!redis_culprit_lost(s, loss) && loss->unexplained && loss->open && loss->open->kind == ROUND_ASK_INFO)
		s->set.streams[loss->open->arg].entry_bytes += 1 << 20; /* asked more rarely from now on */
	current_done(s, NULL);
	r->outstanding = 0;
	uv_timer_stop(&s->pace);
	if (r->probe.active)
		redis_conn_retry(s->data);
	redis_source_deliver(s);
}

int
redis_rounds_open(struct redis_source *s, const struct conn_options *options, struct err *err)
{
	const struct conn_events events = {s, on_ready, on_lost, on_stream, on_entry, on_value, on_reply, on_parsed};

	s->round.ids = mem_calloc(ROUND_GROUP_STREAMS, sizeof(*s->round.ids));
	if (!s->round.ids)
		return err_nomem(err);
	s->round.count_limit = ROUND_COUNT_MAX;
	s->round.current = UINT32_MAX;
	return redis_conn_new(&s->data, s->loop, options, &events, err);
}

void
redis_rounds_release(struct redis_source *s)
{
	mem_free(s->round.groups);
	mem_free(s->round.members);
	mem_free(s->round.argv);
	mem_free(s->round.lens);
	mem_free(s->round.ids);
}
