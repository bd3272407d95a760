#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collectors/redis_source_impl.h"
#include "core/mem.h"

/*
 * One question at a time on the control connection, the most urgent first: where new streams stand, the server's clock,
 * the next step of the scan, and at last what the streams on offer hold. A scan step costs the server well under a
 * millisecond; one each 50 ms is a load that nobody sees, and KEYS is never sent.
 */

enum ask_kind { ASK_TIME, ASK_INFO, ASK_TAIL, ASK_SCAN, ASK_OFFER_INFO, ASK_OFFER_ENTRY };

#define INFO_PIPELINE	32
#define SCAN_COUNT	"1000"
#define SCAN_FAST_STEPS 32   /* of the very first pass: up to so many without a pause */
#define BEGIN_WAIT_MS	300  /* for the first scan to end, so that all streams share the history fairly */
#define IDLE_STEP_MS	1000
#define TIME_MS		30000 /* the server's clock is asked for so often */
#define TAIL_BYTES	(1 << 20)
#define OFFERED_MAX	256  /* streams on offer whose entries are looked at */

static void step(struct redis_source *s);

static uint64_t
now_mono(const struct redis_source *s)
{
	return uv_now(s->loop);
}

/* ---- patterns -------------------------------------------------------------------------------- */

static bool
is_glob_byte(char c)
{
	return c == '*' || c == '?' || c == '[' || c == '\\';
}

bool
redis_pattern_is_name(const char *pattern)
{
	for (; *pattern; pattern++) {
		if (is_glob_byte(*pattern))
			return false;
	}
	return true;
}

bool
redis_source_wants(const struct redis_source *s, struct slice key)
{
	size_t i;

	for (i = 0; i < s->npatterns; i++) {
		if (slice_glob(slice_of(s->patterns[i]), key))
			return true;
	}
	return false;
}

/* MATCH takes one pattern: the only one, or what all of them begin with. */
static void
make_match(struct redis_source *s)
{
	struct discovery *d = &s->discovery;
	const char *first = s->patterns[0];
	size_t n = 0, i;

	if (s->npatterns == 1 && strlen(first) < sizeof(d->match)) {
		snprintf(d->match, sizeof(d->match), "%s", first);
		return;
	}
	while (n + 2 < sizeof(d->match) && first[n] && !is_glob_byte(first[n])) {
		for (i = 1; i < s->npatterns && s->patterns[i][n] == first[n]; i++)
			;
		if (i < s->npatterns)
			break;
		n++;
	}
	if (n)
		snprintf(d->match, sizeof(d->match), "%.*s*", (int)n, first);
}

/* ---- following ------------------------------------------------------------------------------- */

static void
follow(struct redis_source *s, struct stream *st)
{
	struct discovery *d = &s->discovery;

	st->matches = true;
	st->phase = PHASE_NEW;
	st->state = STREAM_READING;
	st->asked = ASKED_NOTHING;
	st->changed = true;
	if (!d->begun_mono)
		d->begun_mono = now_mono(s);
}

static void
found_key(struct redis_source *s, struct slice key)
{
	size_t index = stream_set_find(&s->set, key);

	s->discovery.pass_seen++;
	if (index != SIZE_MAX)
		return;
	/* What does not fit is counted by the set. */
	if (stream_set_add(&s->set, key, &index, NULL))
		return;
	if (redis_source_wants(s, key))
		follow(s, &s->set.streams[index]);
}

bool
redis_discover_any_followed(const struct redis_source *s)
{
	size_t i;

	for (i = 0; i < s->set.count; i++) {
		const struct stream *st = &s->set.streams[i];

		if (st->phase != PHASE_OFFERED && st->phase != PHASE_IGNORED &&
		    !(st->phase == PHASE_READING && st->gone))
			return true;
	}
	return false;
}

/* ---- where to start -------------------------------------------------------------------------- */

static struct stream_id
start_at_ms(uint64_t ms)
{
	return stream_id_before((struct stream_id){ms, 0});
}

static uint64_t
since_ms(const struct redis_source *s)
{
	return s->options.since_ms > 0 ? (uint64_t)s->options.since_ms : 0;
}

static bool
wants_tail(const struct redis_source *s, const struct stream *st, uint64_t start_ms)
{
	return start_ms > 0 && s->options.history_min > 0 && st->info.exists &&
	       st->info.length > s->options.history_min && st->info.first.ms < start_ms && !st->info_denied;
}

/* What lies behind the range asked for is not read. */
static void
end_at(struct stream *st, uint64_t until_ms)
{
	struct stream_id end = start_at_ms(until_ms);

	if (st->info_denied || stream_id_cmp(st->end, end) > 0)
		st->end = end;
	st->end_reached = stream_id_cmp(st->cursor, st->end) >= 0;
}

static void
begin(struct redis_source *s, struct stream *st, uint64_t start_ms)
{
	struct stream_id start = start_at_ms(start_ms);
	struct stream_info info = st->info;
	uint64_t min = s->options.history_min;

	if (start_ms > 0 && min > 0 && info.length <= min)
		start = (struct stream_id){0, 0};
	else if (st->asked == ASKED_TAIL && st->tail_entries > 0 &&
		 stream_id_cmp(stream_id_before(st->tail), start) < 0)
		start = stream_id_before(st->tail);
	stream_begin(st, &info, start);
	st->entry_bytes = (double)info.entry_bytes;
	/* Audits spread over their interval by the order in which streams are found. */
	st->audit_due_mono = now_mono(s) + s->options.timing.audit_ms;
	if (st->info_denied)
		st->end_reached = false;
	if (s->options.until_ms > 0)
		end_at(st, (uint64_t)s->options.until_ms);
	s->discovery.history_used += stream_behind(st);
}

static int
ask_tail(struct redis_source *s, struct stream *st, uint32_t index, struct err *err)
{
	const struct conn_request request = {.kind = ASK_TAIL, .arg = index, .shape = RESP_ENTRIES};
	uint64_t left = s->options.history_min - st->tail_entries, fits = TAIL_BYTES / (st->info.entry_bytes + 64) + 1;
	char from[RESP_ID_BYTES + 1] = "+", count[24];
	const char *argv[] = {"XREVRANGE", st->key, from, "-", "COUNT", count};
	size_t lens[] = {9, st->key_bytes, 1, 1, 5, 0};

	if (st->tail_entries) {
		struct stream_id below = stream_id_before(st->tail);

		lens[2] = resp_id_format(from, below.ms, below.seq);
	}
	lens[5] = (size_t)snprintf(count, sizeof(count), "%" PRIu64, left < fits ? left : fits);
	s->discovery.tail_any = false;
	s->discovery.tail_count = 0;
	return redis_conn_ask(s->control, &request, 6, argv, lens, err);
}

/* What of history_max is left for these streams; 0: no limit was set. */
static uint64_t
cut_for(struct redis_source *s)
{
	struct discovery *d = &s->discovery;
	size_t *which, n = 0, i;
	uint64_t max = s->options.history_max, cut;

	if (max == 0)
		return 0;
	which = mem_calloc(s->set.count, sizeof(*which));
	if (!which)
		return 0;
	for (i = 0; i < s->set.count; i++) {
		if (s->set.streams[i].phase == PHASE_NEW)
			which[n++] = i;
	}
	max = max > d->history_used ? max - d->history_used : 1;
	if (s->options.history_before_ms > 0)
		max += stream_history_since(s->set.streams, which, n, (uint64_t)s->options.history_before_ms);
	cut = stream_history_cut(s->set.streams, which, n, since_ms(s), max, s->options.history_min);
	mem_free(which);
	return cut;
}

/* All that are new have told where they stand: each begins, or asks for its newest entries first. True if one asked. */
static bool
begin_new(struct redis_source *s, struct err *err)
{
	struct discovery *d = &s->discovery;
	uint64_t start_ms;
	uint32_t i;

	/* One moment for all that begin together. */
	if (!d->cut_known)
		d->cut_ms = cut_for(s);
	d->cut_known = true;
	start_ms = d->cut_ms > since_ms(s) ? d->cut_ms : since_ms(s);

	for (i = 0; i < s->set.count; i++) {
		struct stream *st = &s->set.streams[i];

		if (st->phase != PHASE_NEW || st->asked == ASKED_NOTHING)
			continue;
		if (st->asked == ASKED_INFO && wants_tail(s, st, start_ms))
			return ask_tail(s, st, i, err) == 0;
		begin(s, st, start_ms);
	}
	d->cut_known = false;
	redis_rounds_kick(s);
	redis_source_check_level(s);
	return false;
}

static bool
all_asked(const struct redis_source *s, bool *any)
{
	size_t i;

	*any = false;
	for (i = 0; i < s->set.count; i++) {
		const struct stream *st = &s->set.streams[i];

		if (st->phase == PHASE_NEW) {
			*any = true;
			if (st->asked == ASKED_NOTHING)
				return false;
		}
	}
	return true;
}

static int
ask_infos(struct redis_source *s, struct err *err)
{
	size_t asked = 0;
	uint32_t i;
	int rc = 0;

	for (i = 0; i < s->set.count && asked < INFO_PIPELINE && !rc; i++) {
		const struct stream *st = &s->set.streams[i];

		if (st->phase == PHASE_NEW && st->asked == ASKED_NOTHING) {
			rc = redis_info_ask(s->control, ASK_INFO, st, i, err);
			asked++;
		}
	}
	return rc;
}

/* ---- scanning -------------------------------------------------------------------------------- */

static bool
wants_scan(const struct redis_source *s)
{
	const struct discovery *d = &s->discovery;

	return !d->denied && (d->can_discover || !redis_discover_any_followed(s));
}

static int
ask_scan(struct redis_source *s, struct err *err)
{
	struct discovery *d = &s->discovery;
	const struct conn_request request = {.kind = ASK_SCAN, .shape = RESP_VALUES};
	const char *argv[9] = {"SCAN", d->cursor, "COUNT", SCAN_COUNT};
	size_t lens[9], n = 4, i;

	if (d->match[0] && !d->everything) {
		argv[n++] = "MATCH";
		argv[n++] = d->match;
	}
	if (!d->no_type) {
		argv[n++] = "TYPE";
		argv[n++] = "stream";
	}
	for (i = 0; i < n; i++)
		lens[i] = strlen(argv[i]);
	return redis_conn_ask(s->control, &request, (int)n, argv, lens, err);
}

static void
pass_start(struct redis_source *s)
{
	struct discovery *d = &s->discovery;

	d->scanning = true;
	d->steps = 0;
	d->pass_seen = 0;
	snprintf(d->cursor, sizeof(d->cursor), "0");
}

static void
pass_end(struct redis_source *s)
{
	struct discovery *d = &s->discovery;
	uint64_t now = now_mono(s);

	d->scanning = false;
	d->scanned_once = true;
	d->pass++;
	d->seen = d->pass_seen;
	d->pass_mono = now + s->options.timing.scan_ms;
	/* Nothing matches: everything there is goes on offer, and it is looked at more often. */
	if (!redis_discover_any_followed(s)) {
		if (!d->everything && d->match[0])
			d->pass_mono = now;
		else if (s->options.timing.scan_ms > 2000)
			d->pass_mono = now + 2000;
		d->everything = true;
	} else {
		d->everything = false;
	}
	redis_source_check_level(s);
}

static void
scan_value(struct redis_source *s, const struct resp_value *v)
{
	struct discovery *d = &s->discovery;

	if (v->depth == 1 && v->index == 0 && v->kind == RESP_STRING && v->text.n < sizeof(d->cursor)) {
		memcpy(d->cursor, v->text.p, v->text.n);
		d->cursor[v->text.n] = '\0';
	} else if (v->depth == 2 && v->kind == RESP_STRING) {
		found_key(s, v->text);
	}
}

static void
scan_done(struct redis_source *s, const struct resp_value *top)
{
	struct discovery *d = &s->discovery;

	if (top->kind == RESP_ERROR) {
		enum redis_error_class cls = redis_error_classify(top->text);

		if (cls == REDIS_ERROR_WAIT) {
			d->step_mono = now_mono(s) + WAIT_ANSWER_MS;
			return;
		}
		if (cls == REDIS_ERROR_COMMAND && !d->no_type) {
			d->no_type = true; /* before 6.0 */
			return;
		}
		d->denied = true;
		d->scanning = false;
		d->scanned_once = true;
		d->pass_mono = now_mono(s) + s->options.timing.recheck_ms;
		snprintf(s->control_sentence, sizeof(s->control_sentence),
		    "streams cannot be looked for (SCAN is not allowed): name them with -s");
		redis_source_check_level(s);
		return;
	}
	d->steps++;
	/* A report waits for the first pass; a dashboard shows what there is so far. */
	if (!d->scanned_once && (d->steps < SCAN_FAST_STEPS || s->options.to_end_only))
		d->step_mono = now_mono(s);
	else
		d->step_mono = now_mono(s) + s->options.timing.scan_step_ms;
	if (strcmp(d->cursor, "0") == 0)
		pass_end(s);
}

/* ---- streams on offer ------------------------------------------------------------------------ */

static int
ask_offer_entry(struct redis_source *s, uint32_t index, struct err *err)
{
	const struct stream *st = &s->set.streams[index];
	const struct conn_request request = {.kind = ASK_OFFER_ENTRY, .arg = index, .shape = RESP_ENTRIES};
	const char *argv[] = {"XREVRANGE", st->key, "+", "-", "COUNT", "1"};
	const size_t lens[] = {9, st->key_bytes, 1, 1, 5, 1};

	return redis_conn_ask(s->control, &request, 6, argv, lens, err);
}

/* The next stream on offer whose details are older than the last scan; true if something was asked. */
static bool
ask_offer(struct redis_source *s, struct err *err)
{
	struct discovery *d = &s->discovery;
	uint32_t i, offered = 0;

	if (!d->scanned_once || redis_discover_any_followed(s))
		return false;
	for (i = 0; i < s->set.count && offered < OFFERED_MAX; i++) {
		struct stream *st = &s->set.streams[i];

		if (st->phase != PHASE_OFFERED)
			continue;
		offered++;
		if (st->offered_pass == d->pass)
			continue;
		st->offered_pass = d->pass;
		return redis_info_ask(s->control, ASK_OFFER_INFO, st, i, err) == 0 && ask_offer_entry(s, i, err) == 0;
	}
	return false;
}

static void
offer_info(struct redis_source *s, struct stream *st, const struct resp_value *top)
{
	const struct stream_info *info = &s->discovery.info.info;
	uint64_t now = now_mono(s), span = info->last.ms - info->first.ms;

	if (top->kind == RESP_ERROR) {
		if (redis_error_classify(top->text) == REDIS_ERROR_TYPE)
			st->phase = PHASE_IGNORED;
		else
			redis_error_sentence(top->text, st->sentence, sizeof(st->sentence));
		return;
	}
	/* Over its whole length at first, then over the time between two looks. */
	if (st->info.exists && st->info.counts && info->added >= st->info.added && now > st->audit_due_mono)
		st->rate_per_s = (double)(info->added - st->info.added) * 1000 / (double)(now - st->audit_due_mono);
	else if (info->length > 1 && span > 0)
		st->rate_per_s = (double)(info->length - 1) * 1000 / (double)span;
	st->audit_due_mono = now;
	st->info = *info;
	st->newest = info->last;
	st->changed = true;
}

static void
offer_entry(struct redis_source *s, struct stream *st, uint32_t index)
{
	struct batch_entry e;

	while (entry_batch_take(&s->control_batch, &e)) {
		const struct layout_entry entry = {.source = s->index,
		    .stream = index,
		    .key = slice_make(st->key, st->key_bytes),
		    .ms = e.ms,
		    .seq = e.seq,
		    .pairs = e.pairs,
		    .npairs = e.npairs};

		if (!st->sample)
			st->sample = mem_alloc(STREAM_SAMPLE_BYTES);
		if (st->sample)
			st->sample_bytes = layout_sample(&entry, st->sample, STREAM_SAMPLE_BYTES);
	}
	st->changed = true;
}

/* ---- the server's clock ---------------------------------------------------------------------- */

static int
ask_time(struct redis_source *s, struct err *err)
{
	const struct conn_request request = {.kind = ASK_TIME, .shape = RESP_VALUES};
	const char *argv[] = {"TIME"};
	const size_t lens[] = {4};

	s->discovery.time_mono = now_mono(s) + TIME_MS;
	s->discovery.asked_mono = uv_hrtime() / 1000000;
	return redis_conn_ask(s->control, &request, 1, argv, lens, err);
}

static int64_t
decimal(struct slice text)
{
	int64_t v = 0;
	size_t i;

	for (i = 0; i < text.n && i < 15 && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		v = v * 10 + (text.p[i] - '0');
	return v;
}

/* The answer was made in the middle between question and arrival. */
static void
time_value(struct redis_source *s, const struct resp_value *v)
{
	struct discovery *d = &s->discovery;
	int64_t middle = ((int64_t)d->asked_mono + (int64_t)(uv_hrtime() / 1000000)) / 2;

	if (v->depth != 1)
		return;
	if (v->index == 0) {
		d->time_s = decimal(v->text);
	} else if (v->index == 1) {
		d->offset_ms = d->time_s * 1000 + decimal(v->text) / 1000 - middle;
		d->time_known = true;
	}
}

/* ---- one step after the other ---------------------------------------------------------------- */

static void
on_step(uv_timer_t *timer)
{
	step(timer->data);
}

/* Where nothing is to be looked for, whether that is still so is asked now and then. */
static uint64_t
next_step_in(const struct redis_source *s)
{
	const struct discovery *d = &s->discovery;
	uint64_t now = now_mono(s), due = d->scanning ? d->step_mono : d->pass_mono;
	uint64_t idle = s->options.timing.scan_ms < IDLE_STEP_MS ? s->options.timing.scan_ms : IDLE_STEP_MS;

	if (due > now)
		return due - now < idle || d->scanning ? due - now : idle;
	return d->scanning || wants_scan(s) ? 1 : idle;
}

/* True if something was asked, so that its answer brings the next step. */
static bool
step_ask(struct redis_source *s, struct err *err)
{
	struct discovery *d = &s->discovery;
	uint64_t now = now_mono(s);
	bool any, settled, asked = all_asked(s, &any);

	if (d->denied && now >= d->pass_mono)
		d->denied = false;
	if (now >= d->time_mono)
		return ask_time(s, err) == 0;
	if (!asked)
		return ask_infos(s, err) == 0;
	settled =
	    d->scanned_once || !wants_scan(s) || s->options.history_max == 0 || now - d->begun_mono >= BEGIN_WAIT_MS;
	if (any && settled && begin_new(s, err))
		return true;
	if (!d->scanning && wants_scan(s) && now >= d->pass_mono)
		pass_start(s);
	if (d->scanning && now >= d->step_mono)
		return ask_scan(s, err) == 0;
	return ask_offer(s, err);
}

static void
step(struct redis_source *s)
{
	struct err err = {0};

	if (s->closing || !redis_conn_ready(s->control) || redis_conn_outstanding(s->control) > 0)
		return;
	uv_timer_stop(&s->step);
	if (step_ask(s, &err)) {
		redis_conn_flush(s->control);
		return;
	}
	if (err.code) {
		redis_conn_drop(s->control, err.msg);
		return;
	}
	if (!wants_scan(s))
		s->discovery.scanned_once = true;
	uv_timer_start(&s->step, on_step, next_step_in(s), 0);
}

void
redis_discover_kick(struct redis_source *s)
{
	step(s);
}

bool
redis_discover_settled(const struct redis_source *s)
{
	bool any;

	return s->discovery.scanned_once && all_asked(s, &any) && !any;
}

/* ---- what comes ------------------------------------------------------------------------------ */

static void
on_value(void *ctx, const struct conn_request *request, const struct resp_value *v)
{
	struct redis_source *s = ctx;

	switch (request->kind) {
	case ASK_TIME:
		time_value(s, v);
		break;
	case ASK_SCAN:
		scan_value(s, v);
		break;
	case ASK_INFO:
	case ASK_OFFER_INFO:
		if (v->depth == 0)
			redis_info_start(&s->discovery.info);
		redis_info_value(&s->discovery.info, v);
		break;
	default:
		break;
	}
}

/* No stream is read on this connection. */
static bool
on_stream(void *ctx, const struct conn_request *request, struct slice key)
{
	(void)ctx;
	(void)request;
	(void)key;
	return false;
}

static enum resp_verdict
on_entry(void *ctx, const struct conn_request *request, const struct resp_entry *e, uint32_t *stream, const char **why)
{
	struct redis_source *s = ctx;
	struct discovery *d = &s->discovery;

	(void)why;
	*stream = request->arg;
	d->tail_any = true;
	d->tail_oldest = (struct stream_id){e->ms, e->seq};
	d->tail_count++;
	return request->kind == ASK_OFFER_ENTRY ? RESP_KEEP : RESP_DROP;
}

static void
info_done(struct redis_source *s, struct stream *st, const struct resp_value *top)
{
	enum redis_error_class cls = top->kind == RESP_ERROR ? redis_error_classify(top->text) : REDIS_ERROR_NO_KEY;

	if (cls == REDIS_ERROR_WAIT)
		return;
	st->asked = ASKED_INFO;
	if (top->kind != RESP_ERROR) {
		st->info = s->discovery.info.info;
		return;
	}
	memset(&st->info, 0, sizeof(st->info));
	if (cls == REDIS_ERROR_TYPE && s->discovery.no_type &&
	    !redis_source_wants(s, slice_make(st->key, st->key_bytes))) {
		st->phase = PHASE_IGNORED;
	} else if (cls != REDIS_ERROR_NO_KEY) {
		/* Whether it can be read is for XREAD to find out. */
		st->info_denied = true;
		st->info.exists = true;
	}
}

static void
tail_done(struct redis_source *s, struct stream *st)
{
	const struct discovery *d = &s->discovery;

	if (d->tail_any) {
		st->tail = d->tail_oldest;
		st->tail_entries += d->tail_count;
	}
	if (!d->tail_any || st->tail_entries >= s->options.history_min)
		st->asked = st->tail_entries ? ASKED_TAIL : ASKED_INFO;
	/* A stream that shows nothing has no tail to keep. */
	if (!d->tail_any && !st->tail_entries)
		begin(s, st, since_ms(s));
}

static void
on_reply(void *ctx, const struct conn_request *request, const struct resp_value *top)
{
	struct redis_source *s = ctx;
	struct stream *st =
	    request->kind == ASK_SCAN || request->kind == ASK_TIME ? NULL : &s->set.streams[request->arg];
	enum redis_error_class cls = top->kind == RESP_ERROR ? redis_error_classify(top->text) : REDIS_ERROR_OTHER;

	switch (request->kind) {
	case ASK_SCAN:
		scan_done(s, top);
		break;
	case ASK_INFO:
		info_done(s, st, top);
		break;
	case ASK_TAIL:
		tail_done(s, st);
		break;
	case ASK_OFFER_INFO:
		offer_info(s, st, top);
		break;
	case ASK_OFFER_ENTRY:
		offer_entry(s, st, request->arg);
		break;
	default:
		break;
	}
	if (top->kind == RESP_ERROR && cls == REDIS_ERROR_WAIT) {
		redis_error_sentence(top->text, s->control_sentence, sizeof(s->control_sentence));
		uv_timer_start(&s->step, on_step, WAIT_ANSWER_MS, 0);
		return;
	}
	if (cls == REDIS_ERROR_OTHER && request->kind != ASK_SCAN)
		s->control_sentence[0] = '\0';
	if (redis_conn_outstanding(s->control) == 0)
		step(s);
}

static void
on_ready(void *ctx)
{
	struct redis_source *s = ctx;

	s->control_sentence[0] = '\0';
	s->discovery.time_mono = 0;
	s->discovery.denied = false;
	if (s->discovery.scanning)
		pass_start(s);
	step(s);
}

static void
on_lost(void *ctx, const struct conn_loss *loss)
{
	struct redis_source *s = ctx;

	redis_source_say(s->control_sentence, loss->why);
	uv_timer_stop(&s->step);
	/* An offered entry that cannot be sent, or is too large, would otherwise be asked for for ever. */
	if (loss->open && loss->open->kind == ASK_TAIL)
		s->set.streams[loss->open->arg].asked = ASKED_TAIL;
}

int
redis_discover_open(struct redis_source *s, const struct conn_options *options, struct err *err)
{
	const struct conn_events events = {s, on_ready, on_lost, on_stream, on_entry, on_value, on_reply, NULL};
	struct discovery *d = &s->discovery;
	size_t i, index;
	int rc = 0;

	make_match(s);
	for (i = 0; i < s->npatterns && !rc; i++) {
		struct slice key = slice_of(s->patterns[i]);

		if (!redis_pattern_is_name(s->patterns[i])) {
			d->can_discover = true;
		} else if (stream_set_find(&s->set, key) == SIZE_MAX &&
			   !(rc = stream_set_add(&s->set, key, &index, err))) {
			follow(s, &s->set.streams[index]);
		}
	}
	return rc ? rc : redis_conn_new(&s->control, s->loop, options, &events, err);
}
