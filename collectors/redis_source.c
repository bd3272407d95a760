#include <stdio.h>
#include <string.h>

#include "collectors/redis_source_impl.h"
#include "core/mem.h"

#define DAY_MS INT64_C(86400000)

static const char *const default_patterns[] = {"ml:*", "model:*"};

static struct redis_source *
self(struct source *base)
{
	return (struct redis_source *)(void *)base;
}

static uint64_t
now_mono(const struct redis_source *s)
{
	return uv_now(s->loop);
}

int64_t
redis_source_wall_ms(const struct redis_source *s)
{
	return (int64_t)now_mono(s) + s->wall_offset_ms;
}

void
redis_source_say(char *sentence, const char *text)
{
	snprintf(sentence, sizeof(((struct redis_source *)0)->sentence), "%s", text);
}

/* ---- the arrival clock ----------------------------------------------------------------------- */

/* The server's clock now, or ours where it has not told. */
static int64_t
server_now_ms(const struct redis_source *s)
{
	if (!s->discovery.time_known)
		return redis_source_wall_ms(s);
	return (int64_t)now_mono(s) + s->discovery.offset_ms;
}

/* IDs are a clock where the newest is less than a day away from the server's time. */
static bool
ids_are_clock(const struct redis_source *s, uint64_t id_ms)
{
	int64_t now = server_now_ms(s);

	return id_ms <= INT64_MAX && (int64_t)id_ms > now - DAY_MS && (int64_t)id_ms < now + DAY_MS;
}

/*
 * While history is read the newest ID is "now"; once level, time goes on with the server's clock, which is what made
 * the IDs. A stream that has been silent for an hour is then an hour old, not fresh.
 */
static int64_t
redis_clock_ms(const struct source *base, int64_t now_ms)
{
	const struct redis_source *s = (const struct redis_source *)(const void *)base;
	int64_t now, newest = (int64_t)s->newest.ms;

	now = s->discovery.time_known ? server_now_ms(s) : now_ms;
	if (s->newest.ms == 0 || !ids_are_clock(s, s->newest.ms))
		return now;
	if (!s->level || !redis_conn_ready(s->data))
		return newest;
	if (!s->discovery.time_known)
		now = newest + (int64_t)(now_mono(s) - s->newest_mono);
	return now > newest ? now : newest;
}

/* ---- entries --------------------------------------------------------------------------------- */

void
redis_source_reject(struct redis_source *s, uint32_t stream, enum event_reason reason, const char *detail)
{
	struct fact fact = {.kind = FACT_REJECT};

	fact.u.reject = (struct fact_reject){.source = s->index, .stream = stream, .reason = reason,
	    .detail = slice_of(detail), .count = 1};
	s->sink.fact(s->sink.ctx, &fact);
}

void
redis_source_gap(struct redis_source *s, const struct audit_result *audit, const struct stream *st)
{
	struct fact fact = {.kind = FACT_GAP};
	uint64_t to = st->info.first.ms > audit->from.ms ? st->info.first.ms : st->cursor.ms;
	char why[STREAM_SENTENCE_BYTES + 80];

	if (audit->count == 0)
		return;
	snprintf(why, sizeof(why), "%.*s: %s", (int)(st->key_bytes < 64 ? st->key_bytes : 64), st->key, st->sentence);
	fact.u.gap = (struct fact_gap){.source = s->index, .from_ms = (int64_t)audit->from.ms, .to_ms = (int64_t)to,
	    .why = slice_of(why)};
	s->sink.fact(s->sink.ctx, &fact);
}

static struct layout *
layout_for(struct redis_source *s, uint32_t index)
{
	struct stream *st = &s->set.streams[index];
	const struct layout_options options = {
	    .source = s->index,
	    .stream = index,
	    .key = slice_make(st->key, st->key_bytes),
	    .label = slice_of(s->label),
	    .patterns = s->patterns,
	    .npatterns = s->npatterns,
	    .model_glob = s->options.model_glob,
	    .wall_ms = s->options.wall_ms,
	};

	if (!st->layout && layout_new(&st->layout, &options, NULL))
		redis_source_reject(s, index, REASON_OVER_LIMIT, "out of memory");
	return st->layout;
}

/* IDs such as 1-1 or 5-0, or of the year 3000, say nothing about when: the time of reading does. */
static bool
could_be_time(const struct redis_source *s, uint64_t id_ms)
{
	return id_ms >= UINT64_C(1000000000000) && id_ms < (uint64_t)(server_now_ms(s) + DAY_MS);
}

/* One entry between two tellings: what it costs does not grow with the traffic. */
static void
take_sample(struct stream *st, const struct layout_entry *e)
{
	if (!st->sample)
		st->sample = mem_alloc(STREAM_SAMPLE_BYTES);
	if (st->sample)
		st->sample_bytes = layout_sample(e, st->sample, STREAM_SAMPLE_BYTES);
	st->sample_told = false;
}

static void
deliver_entry(struct redis_source *s, const struct batch_entry *e)
{
	struct stream *st = &s->set.streams[e->stream];
	struct layout *layout = st->layout ? st->layout : layout_for(s, e->stream);
	struct layout_entry entry = {
	    .source = s->index,
	    .stream = e->stream,
	    .key = slice_make(st->key, st->key_bytes),
	    .ms = e->ms,
	    .seq = e->seq,
	    .pairs = e->pairs,
	    .npairs = e->npairs,
	};

	s->entries++;
	st->entries++;
	st->changed = true;
	st->newest = (struct stream_id){e->ms, e->seq};
	if (e->ms >= s->newest.ms) {
		s->newest = st->newest;
		s->newest_mono = now_mono(s);
	}
	if (e->dropped)
		redis_source_reject(s, e->stream, REASON_OVER_LIMIT, "out of memory");
	if (!could_be_time(s, e->ms))
		entry.ms = (uint64_t)server_now_ms(s);
	if (!e->dropped && (st->sample_told || !st->sample))
		take_sample(st, &entry);
	if (layout && !e->dropped)
		st->events += layout_entry(layout, &entry, &s->sink);
}

static void
on_deliver_idle(uv_idle_t *idle)
{
	redis_source_deliver(idle->data);
}

static bool
take_entry(struct redis_source *s, struct batch_entry *e)
{
	return s->options.ordered ? redis_order_take(s, e) : entry_batch_take(&s->batch, e);
}

/* Something has been read and not been told. */
static bool
has_waiting(const struct redis_source *s)
{
	return entry_batch_pending(&s->batch) || redis_order_holds_any(s);
}

void
redis_source_deliver(struct redis_source *s)
{
	uint64_t until = uv_hrtime() + DELIVER_BUDGET_NS;
	struct batch_entry e;
	unsigned n = 0;

	if (s->delivering)
		return;
	s->delivering = true;
	while (!s->closing && !s->held && take_entry(s, &e)) {
		deliver_entry(s, &e);
		if (++n % 32 == 0 && uv_hrtime() > until)
			break;
	}
	s->delivering = false;
	if (s->closing)
		return;
	if (has_waiting(s) && !redis_order_needs(s)) {
		if (s->held)
			uv_idle_stop(&s->deliver);
		else
			uv_idle_start(&s->deliver, on_deliver_idle);
		return;
	}
	uv_idle_stop(&s->deliver);
	redis_source_check_level(s);
	if (s->round.outstanding == 0 && !uv_is_active((uv_handle_t *)&s->pace))
		redis_rounds_kick(s);
}

void
redis_source_check_level(struct redis_source *s)
{
	size_t i;

	/* What was held for streams that were still to be found. */
	if (s->options.ordered && has_waiting(s) && !redis_order_needs(s) && !s->held && !s->closing)
		uv_idle_start(&s->deliver, on_deliver_idle);
	if (!s->at_end) {
		if (!redis_discover_settled(s))
			return;
		for (i = 0; i < s->set.count; i++) {
			if (s->set.streams[i].phase == PHASE_READING && !s->set.streams[i].end_reached)
				return;
		}
		s->at_end = true;
		s->end_entries = s->read;
	}
	/* Where there is always more something may always wait: what was read since does not count. */
	s->level = s->level || s->entries >= s->end_entries || !has_waiting(s);
	if (s->options.to_end_only && !has_waiting(s))
		s->ended = true;
}

/* ---- facts ----------------------------------------------------------------------------------- */

static enum feed_state
feed_state(const struct redis_source *s)
{
	if (s->ended)
		return FEED_ENDED;
	if (redis_conn_ready(s->data))
		return s->level ? FEED_LIVE : FEED_CATCHING_UP;
	if (s->refused)
		return FEED_REFUSED;
	if (redis_conn_connecting(s->data))
		return s->sentence[0] ? FEED_WAITING : FEED_CONNECTING;
	return FEED_WAITING;
}

static bool
nothing_matches(const struct redis_source *s)
{
	size_t i, offered = 0;

	for (i = 0; i < s->set.count; i++)
		offered += s->set.streams[i].phase == PHASE_OFFERED;
	return s->discovery.scanned_once && offered > 0 && !redis_discover_any_followed(s);
}

static const char *
source_sentence(const struct redis_source *s)
{
	if (s->sentence[0])
		return s->sentence;
	if (s->control_sentence[0])
		return s->control_sentence;
	if (s->discovery.scanned_once && s->set.count == 0)
		return "there is no stream in this database yet";
	if (nothing_matches(s))
		return "there are streams, but none matches the patterns";
	return redis_conn_note(s->data);
}

static void
tell_source(struct redis_source *s, int64_t now_ms)
{
	struct fact fact = {.kind = FACT_SOURCE};
	struct fact_source *f = &fact.u.source;
	int64_t clock = redis_clock_ms(&s->base, now_ms);
	uint64_t last_byte = redis_conn_last_byte_mono(s->data), retry = redis_conn_retry_mono(s->data),
		 now = now_mono(s);
	size_t i;

	f->source = s->index;
	f->url = slice_of(s->shown);
	f->label = slice_of(s->label);
	f->state = feed_state(s);
	f->sentence = slice_of(source_sentence(s));
	f->entries = s->entries;
	f->bytes = redis_conn_bytes(s->data) + redis_conn_bytes(s->control);
	f->reconnects = redis_conn_losses(s->data);
	f->retry_ms = retry > now ? clock + (int64_t)(retry - now) : 0;
	f->last_byte_ms = last_byte ? clock - (int64_t)(now - last_byte) : 0;
	f->server_skew_ms = s->discovery.time_known ? server_now_ms(s) - redis_source_wall_ms(s) : 0;
	for (i = 0; i < s->set.count; i++)
		f->streams += s->set.streams[i].phase != PHASE_OFFERED && s->set.streams[i].phase != PHASE_IGNORED;
	f->streams_seen = s->set.count > s->discovery.seen ? s->set.count : s->discovery.seen;
	f->nothing_matches = nothing_matches(s);
	s->sink.fact(s->sink.ctx, &fact);
}

static void
update_state(struct stream *st)
{
	if (st->phase == PHASE_READING && !st->gone)
		st->state = st->entries == st->rate_entries && st->end_reached ? STREAM_IDLE : STREAM_READING;
	if (st->phase == PHASE_OFFERED)
		st->state = STREAM_OFFERED;
}

static void
tell_stream(struct redis_source *s, uint32_t index, double seconds)
{
	struct stream *st = &s->set.streams[index];
	struct fact fact = {.kind = FACT_STREAM};
	struct fact_stream *f = &fact.u.stream;

	if (st->phase != PHASE_OFFERED && seconds > 0)
		st->rate_per_s = (double)(st->entries - st->rate_entries) / seconds;
	update_state(st);
	st->rate_entries = st->entries;
	st->sample_told = true;
	*f = (struct fact_stream){
	    .source = s->index,
	    .stream = index,
	    .key = slice_make(st->key, st->key_bytes),
	    .state = st->state,
	    .sentence = slice_of(st->sentence),
	    .layout = st->layout ? layout_name(st->layout) : slice_make(NULL, 0),
	    .aliases = st->layout ? layout_aliases(st->layout) : slice_make(NULL, 0),
	    .sample = slice_make(st->sample, st->sample_bytes),
	    .entries = st->entries,
	    .events = st->events,
	    .trimmed = st->trimmed,
	    .deleted = st->deleted,
	    .recreated = st->recreated,
	    .rolled_back = st->rolled_back,
	    .skipped = st->skipped,
	    .loss_uncertain = st->phase == PHASE_READING && (st->info_denied || (st->info.exists && !st->info.counts)),
	    .behind = stream_behind(st),
	    .newest_ms = st->newest.ms <= INT64_MAX ? (int64_t)st->newest.ms : 0,
	    .rate_per_s = st->rate_per_s,
	};
	if (st->info.last.ms > st->cursor.ms && st->cursor.ms > 0 && f->behind > 0)
		f->lag_ms = (int64_t)(st->info.last.ms - st->cursor.ms);
	/* A stream that has come to rest is told once more, with rate 0. */
	st->changed = st->rate_per_s > 0 && st->phase != PHASE_OFFERED;
	s->sink.fact(s->sink.ctx, &fact);
}

static void
redis_tick(struct source *base, int64_t now_ms)
{
	struct redis_source *s = self(base);
	uint64_t now = now_mono(s);
	double seconds = (double)(now - s->rate_mono) / 1000;
	uint32_t i;

	if (s->closing)
		return;
	s->wall_offset_ms = now_ms - (int64_t)now;
	for (i = 0; i < s->set.count && !s->closing; i++) {
		if (s->set.streams[i].changed && s->set.streams[i].phase != PHASE_IGNORED)
			tell_stream(s, i, seconds);
	}
	s->rate_mono = now;
	if (!s->closing)
		tell_source(s, now_ms);
}

/* ---- what the user asks for ------------------------------------------------------------------ */

static void
redis_hold(struct source *base, bool hold)
{
	struct redis_source *s = self(base);

	s->held = hold;
	if (hold || s->closing)
		return;
	redis_rounds_kick(s);
	/* Events may not come from inside this call. */
	if (has_waiting(s))
		uv_idle_start(&s->deliver, on_deliver_idle);
}

static int
redis_pick(struct source *base, unsigned stream, bool follow, struct err *err)
{
	struct redis_source *s = self(base);
	struct stream *st;

	if (stream >= s->set.count)
		return err_set(err, ERR_NOT_FOUND, "there is no stream %u", stream);
	st = &s->set.streams[stream];
	if (follow && st->phase == PHASE_OFFERED) {
		st->phase = PHASE_NEW;
		st->asked = ASKED_NOTHING;
		st->tail_entries = 0;
		st->state = STREAM_READING;
		redis_discover_kick(s);
	} else if (!follow) {
		st->phase = PHASE_OFFERED;
		st->state = STREAM_OFFERED;
	}
	st->changed = true;
	return 0;
}

static void
redis_skip_to_live(struct source *base)
{
	struct redis_source *s = self(base);
	size_t i;

	/* The audit tells what is last; the jump follows when this round is whole. */
	for (i = 0; i < s->set.count; i++)
		s->set.streams[i].audit_due_mono = 0;
	s->skip_due = true;
	redis_rounds_kick(s);
}

static void
redis_retry(struct source *base)
{
	struct redis_source *s = self(base);

	redis_conn_retry(s->data);
	redis_conn_retry(s->control);
}

static int64_t
redis_oldest_ms(const struct source *base)
{
	const struct redis_source *s = (const struct redis_source *)(const void *)base;
	uint64_t oldest = 0;
	size_t i;

	for (i = 0; i < s->set.count; i++) {
		const struct stream *st = &s->set.streams[i];

		if (st->phase == PHASE_READING && st->info.exists && st->info.length > 0 &&
		    (!oldest || st->info.first.ms < oldest))
			oldest = st->info.first.ms;
	}
	return oldest <= INT64_MAX ? (int64_t)oldest : 0;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void
release(struct redis_source *s)
{
	redis_order_release(s);
	stream_set_release(&s->set);
	redis_rounds_release(s);
	entry_batch_release(&s->batch);
	entry_batch_release(&s->control_batch);
	mem_free(s->shown);
	mem_free(s->label);
	mem_free(s);
}

static void
part_closed(void *ctx)
{
	struct redis_source *s = ctx;
	void (*closed)(void *ctx) = s->closed;
	void *closed_ctx = s->closed_ctx;

	if (--s->closing_parts > 0)
		return;
	release(s);
	if (closed)
		closed(closed_ctx);
}

static void
handle_closed(uv_handle_t *handle)
{
	part_closed(handle->data);
}

static void
redis_close(struct source *base, void (*closed)(void *ctx), void *ctx)
{
	struct redis_source *s = self(base);

	s->closing = true;
	s->closed = closed;
	s->closed_ctx = ctx;
	s->closing_parts = 5;
	redis_conn_free(s->data, part_closed, s);
	redis_conn_free(s->control, part_closed, s);
	uv_close((uv_handle_t *)&s->pace, handle_closed);
	uv_close((uv_handle_t *)&s->step, handle_closed);
	uv_close((uv_handle_t *)&s->deliver, handle_closed);
}

static int
copy_texts(struct redis_source *s, const struct url *url, struct err *err)
{
	s->shown = mem_dup(url->shown, strlen(url->shown));
	s->label = mem_dup(url->label, strlen(url->label));
	return s->shown && s->label ? 0 : err_nomem(err);
}

static void
init(struct redis_source *s, const struct source_params *p)
{
	s->base.ops = &redis_source_ops;
	s->loop = p->loop;
	s->index = p->index;
	s->options = *p->options;
	s->sink = *p->sink;
	s->patterns = p->options->npatterns ? p->options->patterns : default_patterns;
	s->npatterns =
	    p->options->npatterns ? p->options->npatterns : sizeof(default_patterns) / sizeof(default_patterns[0]);
	s->wall_offset_ms = p->options->wall_ms - (int64_t)now_mono(s);
	s->rate_mono = now_mono(s);
	/* A unix socket's server is our own machine's; a report is waited for, what is read beside others is not. */
	s->options.full_speed |=
	    p->url->kind == URL_UNIX || (p->options->to_end_only && !p->options->ordered);
	s->options.ordered &= p->options->to_end_only;
	s->options.password = NULL;
}

static int
redis_open(struct source **out, const struct source_params *p, struct err *err)
{
	struct redis_source *s = mem_calloc(1, sizeof(*s));
	struct conn_options conn = {.url = p->url, .password = p->options->password, .timing = &p->options->timing};
	int rc;

	if (!s)
		return err_nomem(err);
	init(s, p);
	conn.batch = &s->batch;
	conn.seed = uv_hrtime() * 2;
	if ((rc = copy_texts(s, p->url, err)) || (rc = redis_rounds_open(s, &conn, err))) {
		release(s);
		return rc;
	}
	uv_timer_init(p->loop, &s->pace);
	uv_timer_init(p->loop, &s->step);
	uv_idle_init(p->loop, &s->deliver);
	s->pace.data = s->step.data = s->deliver.data = s;
	conn.batch = &s->control_batch;
	conn.seed ^= UINT64_C(0x9e3779b97f4a7c15);
	rc = redis_discover_open(s, &conn, err);
	if (rc) {
		/* Handles are on the loop by now: they end there, without a word to anyone. */
		s->closing = true;
		s->closing_parts = 4;
		redis_conn_free(s->data, part_closed, s);
		uv_close((uv_handle_t *)&s->pace, handle_closed);
		uv_close((uv_handle_t *)&s->step, handle_closed);
		uv_close((uv_handle_t *)&s->deliver, handle_closed);
		return rc;
	}
	redis_conn_start(s->data);
	redis_conn_start(s->control);
	*out = &s->base;
	return 0;
}

const struct source_ops redis_source_ops = {
    .name = "redis",
    .open = redis_open,
    .close = redis_close,
    .tick = redis_tick,
    .hold = redis_hold,
    .pick = redis_pick,
    .skip_to_live = redis_skip_to_live,
    .retry = redis_retry,
    .clock_ms = redis_clock_ms,
    .oldest_ms = redis_oldest_ms,
};
