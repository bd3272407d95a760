/*
 * Two sides with a job between them. The loop's side takes payloads from the tape into a list, and puts packed frames
 * into the memory. The pool's side owns the packer and the files while a job runs; while none does, the loop's side may
 * touch them. Nobody counts references but the loop's side.
 */
#include "collectors/recorder.h"

#include <stdio.h>
#include <string.h>

#include "collectors/recorder_impl.h"
#include "core/alert.h"
#include "core/mem.h"

#define WHY_SLOW  "packing and writing could not keep up"
#define WHY_ANEW  "everything was read again"
#define SLOW_MS	  INT64_C(60000) /* of base keys that are wanted for room in memory */

static void run(struct recorder *r);

/* ---- lists ----------------------------------------------------------------------------------- */

static void
queue_init(struct recorder_queue *q)
{
	q->first = NULL;
	q->end = &q->first;
	q->bytes = 0;
}

static void
queue_put(struct recorder_queue *q, struct recorder_item *item)
{
	item->next = NULL;
	*q->end = item;
	q->end = &item->next;
	q->bytes += item->n;
}

static void
to_release(struct record_to *to)
{
	const char *texts[3] = {to->file, to->dir, to->prefix};
	size_t i;

	for (i = 0; i < 3; i++)
		mem_free((void *)(uintptr_t)texts[i]);
	memset(to, 0, sizeof(*to));
}

static int
to_copy(struct record_to *out, const struct record_to *to, struct err *err)
{
	const char *texts[3] = {to->file, to->dir, to->prefix};
	char *copies[3] = {NULL, NULL, NULL};
	bool failed = false;
	size_t i;

	for (i = 0; i < 3; i++) {
		copies[i] = texts[i] ? mem_dup(texts[i], strlen(texts[i])) : NULL;
		failed |= texts[i] && !copies[i];
	}
	*out = *to;
	out->file = copies[0];
	out->dir = copies[1];
	out->prefix = copies[2];
	if (!failed)
		return 0;
	to_release(out);
	return err_nomem(err);
}

/* The blocks' references are the loop's side to give back. */
static void
item_free(struct recorder_item *item)
{
	size_t i;

	for (i = 0; item->blocks && i < item->n; i++)
		record_block_unref(item->blocks[i]);
	mem_free(item->blocks);
	mem_free(item->raw);
	to_release(&item->to);
	mem_free(item);
}

static void
queue_free(struct recorder_queue *q)
{
	struct recorder_item *item = q->first, *next;

	for (; item; item = next) {
		next = item->next;
		item_free(item);
	}
	queue_init(q);
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void
tell(struct recorder *r)
{
	struct fact f = {.kind = FACT_RECORDING};
	struct fact_recording *fr = &f.u.recording;

	if (!r->sink.fact)
		return;
	fr->state = r->failed ? RECORDING_FAILED
		    : r->wants_file ? RECORDING_WRITING
		    : r->ring.limit ? RECORDING_FLIGHT
				    : RECORDING_NONE;
	fr->path = slice_of(r->path);
	fr->sentence = slice_of(r->why);
	fr->saved = slice_of(r->saved);
	fr->save_failed = slice_of(r->save_why);
	fr->saves = r->saves;
	fr->bytes = r->bytes;
	fr->flight_bytes = r->ring.bytes;
	fr->flight_ms = r->ring.n ? r->ring.blocks[0]->frame.time_ms : 0;
	fr->dropped = r->dropped;
	r->sink.fact(r->sink.ctx, &f);
}

/* ---- the loop's side: what comes back -------------------------------------------------------- */

static void
want_base(struct recorder *r)
{
	r->base_wanted = true;
	if (r->tape)
		tape_want_key(r->tape);
}

/* Room in memory is made by base keys; more often than once a minute that would take more than it gives. */
static void
want_base_for_room(struct recorder *r, int64_t time_ms)
{
	if (r->base_asked_ms && time_ms - r->base_asked_ms < SLOW_MS)
		return;
	r->base_asked_ms = time_ms;
	want_base(r);
}

static void
take_blocks(struct recorder *r)
{
	struct record_block *b = r->outcome.blocks, *next;

	for (; b; b = next) {
		next = b->next;
		b->next = NULL;
		if (record_ring_add(&r->ring, b, r->alert_ms))
			want_base_for_room(r, b->frame.time_ms);
		record_block_unref(b);
	}
}

static void
take_outcome(struct recorder *r)
{
	struct recorder_outcome *o = &r->outcome;
	bool was_full = r->full;

	take_blocks(r);
	if (o->lost) {
		r->dropped++;
		want_base(r);
	}
	if (o->failed) {
		r->failed = true;
		r->wants_file = false;
		snprintf(r->why, sizeof(r->why), "%s", o->why);
	}
	if (o->saved) {
		r->saves++;
		snprintf(r->save_why, sizeof(r->save_why), "%s", o->save_why);
		if (!o->save_why[0])
			snprintf(r->saved, sizeof(r->saved), "%s", o->saved_path);
	}
	r->writes = o->writes;
	r->full = o->full;
	r->dirty = o->dirty;
	r->bytes = o->bytes;
	if (o->path[0])
		snprintf(r->path, sizeof(r->path), "%s", o->path);
	if (o->full && !was_full)
		want_base(r);
	queue_free(&r->job);
}

static void
begin_job(struct recorder *r)
{
	struct recorder_outcome *o = &r->outcome;

	memset(o, 0, sizeof(*o));
	o->end = &o->blocks;
	r->job = r->waiting;
	if (!r->job.first)
		r->job.end = &r->job.first;
	queue_init(&r->waiting);
	r->job_wall_ms = r->wall_ms;
	r->pack.want_base |= r->base_wanted;
	r->base_wanted = false;
}

/* What was asked to be saved waits until all that came before it is in memory. */
static void
queue_save(struct recorder *r)
{
	struct recorder_item *item = mem_calloc(1, sizeof(*item));
	size_t i;

	if (item && r->ring.n)
		item->blocks = mem_calloc(r->ring.n, sizeof(*item->blocks));
	if (!item || !item->blocks) {
		r->saves++;
		snprintf(r->save_why, sizeof(r->save_why), "%s",
		    r->ring.n ? "there is no memory for it" : "the flight recorder holds nothing yet");
		mem_free(item);
		to_release(&r->save_to);
		return;
	}
	item->kind = ITEM_SAVE;
	for (i = 0; i < r->ring.n; i++) {
		item->blocks[i] = r->ring.blocks[i];
		item->blocks[i]->refs++;
	}
	item->to = r->save_to;
	memset(&r->save_to, 0, sizeof(r->save_to));
	queue_put(&r->waiting, item);
	item->n = r->ring.n;
}

static void
on_work(uv_work_t *w)
{
	recorder_do_job(w->data);
}

static void
on_worked(uv_work_t *w, int status)
{
	struct recorder *r = w->data;

	(void)status; /* nobody cancels it */
	r->working = false;
	take_outcome(r);
	tell(r);
	run(r);
}

static void
run(struct recorder *r)
{
	if (r->working)
		return;
	if (r->save_to.dir && !r->waiting.first)
		queue_save(r);
	if (!r->waiting.first)
		return;
	begin_job(r);
	r->work.data = r;
	r->working = r->loop && uv_queue_work(r->loop, &r->work, on_work, on_worked) == 0;
	if (r->working)
		return;
	recorder_do_job(r);
	take_outcome(r);
	if (r->save_to.dir)
		run(r);
}

/* ---- the loop's side: what comes from the tape ------------------------------------------------ */

static void
drop(struct recorder *r, int64_t time_ms, const char *why)
{
	if (r->dropping)
		return;
	r->dropping = true;
	r->dropped_from_ms = time_ms;
	r->dropped_why = why;
}

static size_t
waiting_bytes(const struct recorder *r)
{
	return r->waiting.bytes + (r->working ? r->job.bytes : 0);
}

/* Behind a stretch that is missing nothing is of use before the next key. */
static bool
resume(struct recorder *r, enum frame_type type, int64_t time_ms)
{
	struct recorder_item *gap;

	if (type != FRAME_KEY || waiting_bytes(r) > r->options.waiting_bytes / 2)
		return false;
	gap = mem_calloc(1, sizeof(*gap));
	if (!gap)
		return false;
	gap->kind = ITEM_GAP;
	gap->from_ms = r->dropped_from_ms;
	gap->time_ms = time_ms;
	gap->why = r->dropped_why;
	queue_put(&r->waiting, gap);
	r->dropping = false;
	return true;
}

static void
on_frame(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload)
{
	struct recorder *r = ctx;
	struct recorder_item *item;
	char *raw;

	/* A key goes whole, once it was begun: else there would be none that is. */
	if (!r->dropping && type != FRAME_KEY_MODEL && waiting_bytes(r) + payload.n > r->options.waiting_bytes)
		drop(r, r->last_ms ? r->last_ms : time_ms, WHY_SLOW);
	if (r->dropping && !resume(r, type, time_ms)) {
		r->dropped++;
		return;
	}
	item = mem_calloc(1, sizeof(*item));
	raw = item ? mem_dup(payload.p, payload.n) : NULL;
	if (!raw) {
		mem_free(item);
		r->dropped++;
		drop(r, r->last_ms ? r->last_ms : time_ms, "there was no memory");
		return;
	}
	*item = (struct recorder_item){.kind = ITEM_FRAME, .type = type, .time_ms = time_ms, .model = model};
	item->raw = raw;
	item->n = payload.n;
	queue_put(&r->waiting, item);
	r->last_ms = time_ms;
	if (!r->loop && !r->working)
		run(r);
}

/* By the arrival clock, of alerts whose clock is another one. */
static int64_t
oldest_alert(const struct store *s)
{
	const struct alerts *a = store_alerts(s);
	int64_t oldest = RECORD_RING_NO_ALERT, now = store_now_ms(s);
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct alert *al = a->list[i];
		int64_t at;

		if (al->state != ALERT_FIRING || al->provisional || al->judged_ms == ALERT_NEVER)
			continue;
		at = now - (al->judged_ms > al->from_ms ? al->judged_ms - al->from_ms : 0);
		oldest = at < oldest ? at : oldest;
	}
	return oldest;
}

/* ---- from outside ---------------------------------------------------------------------------- */

static int
copy_head(struct recorder *r, struct err *err)
{
	struct recording_head *h = &r->options.head;
	struct slice *texts[6] = {&h->program, &h->host, &h->endpoint, &h->zone, &h->config, &h->masked};
	char words[RECORDER_TEXT_BYTES];
	size_t i;

	record_mask_words(r->options.config, words, sizeof(words));
	h->masked = slice_of(words);
	h->major = RECORDING_MAJOR;
	h->minor = RECORDING_MINOR;
	h->all_events = r->options.all_events;
	for (i = 0; i < 6; i++) {
		r->texts[i] = mem_dup(texts[i]->n ? texts[i]->p : "", texts[i]->n);
		if (!r->texts[i])
			return err_nomem(err);
		texts[i]->p = r->texts[i];
	}
	return 0;
}

static void
release(struct recorder *r)
{
	size_t i;

	queue_free(&r->waiting);
	to_release(&r->save_to);
	record_ring_release(&r->ring);
	record_pack_release(&r->pack);
	record_mask_release(&r->mask);
	tape_free(r->tape);
	for (i = 0; i < 6; i++)
		mem_free(r->texts[i]);
	mem_free(r);
}

int
recorder_new(struct recorder **out, uv_loop_t *loop, const struct recorder_options *options,
    const struct sink *sink, struct err *err)
{
	struct recorder *r = mem_calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return err_nomem(err);
	r->loop = loop;
	r->options = *options;
	if (!r->options.waiting_bytes)
		r->options.waiting_bytes = RECORDER_WAITING_BYTES;
	if (sink)
		r->sink = *sink;
	r->wall_ms = options->head.started_ms;
	r->alert_ms = RECORD_RING_NO_ALERT;
	queue_init(&r->waiting);
	record_ring_init(&r->ring, options->flight_bytes);
	record_pack_init(&r->pack, options->base_ms);
	rc = copy_head(r, err);
	if (rc) {
		release(r);
		return rc;
	}
	*out = r;
	tell(r);
	return 0;
}

static void
detach(struct recorder *r)
{
	if (!r->store)
		return;
	recorder_flush(r);
	store_set_journal(r->store, NULL);
	r->store = NULL;
}

int
recorder_attach(struct recorder *r, struct store *s, struct err *err)
{
	struct tape_options o = {.key_ms = r->options.key_ms,
	    .alert_changes = s ? store_alerts(s)->changes : 0,
	    .all_events = r->options.all_events,
	    .mask = {record_mask_is, &r->mask},
	    .frame = on_frame,
	    .ctx = r};
	int rc;

	detach(r);
	tape_free(r->tape);
	r->tape = NULL;
	record_mask_release(&r->mask);
	record_mask_init(&r->mask, r->options.config);
	if (!s)
		return 0;
	rc = tape_new(&r->tape, &o, err);
	if (rc)
		return rc;
	if (r->last_ms)
		drop(r, r->last_ms, WHY_ANEW);
	r->store = s;
	store_set_journal(s, tape_journal(r->tape));
	tell(r);
	return 0;
}

static void
queue_kind(struct recorder *r, enum recorder_item_kind kind)
{
	struct recorder_item *item = mem_calloc(1, sizeof(*item));

	if (!item)
		return;
	item->kind = kind;
	queue_put(&r->waiting, item);
}

void
recorder_tick(struct recorder *r, int64_t wall_ms)
{
	if (!r)
		return;
	r->wall_ms = wall_ms;
	r->alert_ms = r->store ? oldest_alert(r->store) : RECORD_RING_NO_ALERT;
	if (r->dropping && r->tape && waiting_bytes(r) <= r->options.waiting_bytes / 2)
		tape_want_key(r->tape);
	if (r->dirty && !r->waiting.first && !r->working)
		queue_kind(r, ITEM_SYNC);
	run(r);
	if (!r->loop)
		tell(r);
}

void
recorder_flush(struct recorder *r)
{
	if (r->tape && r->store)
		tape_flush(r->tape, r->store);
	run(r);
}

int
recorder_start(struct recorder *r, const struct record_to *to, struct err *err)
{
	struct recorder_item *item;
	int rc;

	if (r->wants_file)
		return err_set(err, ERR_LIMIT, "it is recording already");
	item = mem_calloc(1, sizeof(*item));
	if (!item)
		return err_nomem(err);
	item->kind = ITEM_START;
	rc = to_copy(&item->to, to, err);
	if (rc) {
		mem_free(item);
		return rc;
	}
	r->wants_file = true;
	r->failed = false;
	r->why[0] = '\0';
	r->bytes = 0;
	queue_put(&r->waiting, item);
	want_base(r);
	run(r);
	tell(r);
	return 0;
}

int
recorder_stop(struct recorder *r, struct err *err)
{
	struct recorder_item *item;

	if (!r->wants_file)
		return 0;
	item = mem_calloc(1, sizeof(*item));
	if (!item)
		return err_nomem(err);
	recorder_flush(r);
	item->kind = ITEM_STOP;
	queue_put(&r->waiting, item);
	r->wants_file = false;
	run(r);
	tell(r);
	return 0;
}

int
recorder_save(struct recorder *r, const struct record_to *to, struct err *err)
{
	int rc;

	if (!r->ring.n)
		return err_set(err, ERR_NOT_FOUND, "the flight recorder holds nothing yet");
	to_release(&r->save_to);
	rc = to_copy(&r->save_to, to, err);
	if (rc)
		return rc;
	recorder_flush(r);
	if (!r->loop)
		tell(r);
	return 0;
}

int
recorder_wait(struct recorder *r, struct err *err)
{
	run(r);
	while (r->working)
		uv_run(r->loop, UV_RUN_ONCE);
	return r->failed ? err_set(err, ERR_IO, "%s", r->why) : 0;
}

int
recorder_close(struct recorder *r, struct err *err)
{
	int rc;

	if (!r)
		return 0;
	detach(r);
	(void)recorder_wait(r, NULL);
	queue_kind(r, ITEM_STOP);
	rc = recorder_wait(r, err);
	if (r->out.file) /* there was no memory even for asking */
		(void)record_out_close(&r->out, NULL);
	release(r);
	return rc;
}

size_t
recorder_waiting(const struct recorder *r)
{
	return waiting_bytes(r);
}

bool
recorder_writes(const struct recorder *r)
{
	return r && r->wants_file;
}

bool
recorder_full(const struct recorder *r)
{
	return r && r->wants_file && r->full && !r->out.rotates;
}
