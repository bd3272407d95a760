#include "tests/lib_recording.h"

#include <stdio.h>
#include <stdlib.h>

#include "collectors/squeeze.h"
#include "core/events_bytes.h"
#include "core/mem.h"
#include "core/model.h"
#include "core/rule_bytes.h"
#include "core/tape.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define BASE_MS INT64_C(3600000)
#define KEY_MS	INT64_C(600000)
#define MINUTE	INT64_C(60000)

/* ---- frames ---------------------------------------------------------------------------------- */

static void
put_frame(struct lib_recording *w, struct frame *f, struct slice payload)
{
	unsigned char header[FRAME_BYTES];

	f->seq = ++w->seq;
	f->stored = (uint32_t)payload.n;
	f->crc = frame_crc(payload);
	f->at = w->out.n;
	frame_write(f, header);
	bytes_put(&w->out, header, sizeof(header));
	bytes_put(&w->out, payload.p, payload.n);
	assert_false(w->out.failed);
	if (w->index && f->type != FRAME_INDEX)
		assert_int_equal(recording_index_add(&w->indexed, f, NULL), 0);
}

static void
put_index(struct lib_recording *w, int64_t time_ms)
{
	struct bytes payload;
	uint64_t at = w->out.n;

	bytes_init(&payload);
	recording_index_write(&w->indexed, &payload);
	w->index_ms = time_ms;
	lib_recording_frame(w, FRAME_INDEX, time_ms, 0, slice_make(payload.p, payload.n));
	bytes_release(&payload);
	recording_index_release(&w->indexed);
	recording_index_init(&w->indexed, w->out.n, at);
	w->last_index = at;
}

static void
keep_base(struct lib_recording *w, size_t model, struct slice payload)
{
	mem_free(w->bases[model].raw);
	w->bases[model].raw = mem_dup(payload.p, payload.n);
	w->bases[model].n = payload.n;
	w->bases[model].seq = w->seq + 1;
	assert_non_null(w->bases[model].raw);
}

void
lib_recording_frame(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload)
{
	struct lib_recording *w = ctx;
	struct frame f = {.type = type, .raw = (uint32_t)payload.n, .time_ms = time_ms};
	struct slice prefix = {NULL, 0};
	char *packed = NULL;
	size_t n = 0;

	if (type == FRAME_KEY && time_ms - w->base_ms >= BASE_MS)
		w->base_ms = time_ms;
	if (type == FRAME_KEY_MODEL && time_ms != w->base_ms && w->bases[model].raw) {
		f.flags = FRAME_PREFIXED;
		f.base = w->bases[model].seq;
		prefix = slice_make(w->bases[model].raw, w->bases[model].n);
	}
	assert_int_equal(squeeze(&packed, &n, payload, prefix, NULL), 0);
	if (packed)
		f.flags |= FRAME_PACKED;
	else
		f.flags = 0;
	if (type == FRAME_KEY_MODEL && (time_ms == w->base_ms || !w->bases[model].raw))
		keep_base(w, model, payload);
	put_frame(w, &f, packed ? slice_make(packed, n) : payload);
	mem_free(packed);
	if (w->told)
		w->told(w->ctx, type, time_ms);
	if (w->index && type == FRAME_STEP && time_ms - w->index_ms >= BASE_MS)
		put_index(w, time_ms);
}

void
lib_recording_init(struct lib_recording *w, const struct recording_head *head)
{
	struct bytes payload;

	memset(w, 0, sizeof(*w));
	w->base_ms = INT64_MIN / 2;
	w->index_ms = head->started_ms;
	w->index = true;
	bytes_init(&w->out);
	bytes_init(&payload);
	recording_head_write(head, &payload);
	lib_recording_frame(w, FRAME_HEADER, head->started_ms, 0, slice_make(payload.p, payload.n));
	bytes_release(&payload);
}

void
lib_recording_release(struct lib_recording *w)
{
	size_t i;

	for (i = 0; i < LIB_RECORDING_MODELS; i++)
		mem_free(w->bases[i].raw);
	recording_index_release(&w->indexed);
	bytes_release(&w->out);
}

void
lib_recording_end(struct lib_recording *w, int64_t time_ms)
{
	char last[RECORDING_END_BYTES];

	if (w->index)
		put_index(w, time_ms);
	recording_end_write(w->last_index, last);
	lib_recording_frame(w, FRAME_END, time_ms, 0, slice_make(last, sizeof(last)));
}

void
lib_recording_save(const void *bytes, size_t n, const char *path)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* ---- a fleet in trouble ---------------------------------------------------------------------- */

struct recording_head
lib_recording_head(void)
{
	struct recording_head h = {.major = RECORDING_MAJOR, .minor = RECORDING_MINOR};

	h.program = slice_of("0.1.0");
	h.host = slice_of("jump-1");
	h.endpoint = slice_of("redis://cache:6379");
	h.zone = slice_of("UTC");
	h.started_ms = LIB_RECORDING_BEGIN;
	h.start_ms = LIB_RECORDING_BEGIN;
	h.alarms_per_week = 1;
	return h;
}

struct fleet {
	struct lib_recording *w;
	struct store *s;
	struct tape *tape;
	lib_recording_hook *hook;
	void *ctx;
	int minutes;
	uint64_t seed;
};

static void
frame(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload)
{
	struct fleet *f = ctx;

	lib_recording_frame(f->w, type, time_ms, model, payload);
	if (f->hook && (type == FRAME_STEP || type == FRAME_KEY))
		f->hook(f->ctx, f->s, type, time_ms);
}

static void
apply(struct fleet *f, const struct fact *fact)
{
	assert_int_equal(store_apply(f->s, fact, NULL), 0);
}

static void
begin(struct fleet *f)
{
	struct fact fact = {.kind = FACT_SOURCE};

	fact.u.source.url = slice_of("redis://cache:6379");
	fact.u.source.state = FEED_LIVE;
	apply(f, &fact);
	fact = (struct fact){.kind = FACT_STREAM};
	fact.u.stream.key = slice_of("ml:fraud");
	apply(f, &fact);
	history_ends(f->s);
}

static void
ingest(struct fleet *f, int64_t at)
{
	int64_t minute = (at - LIB_RECORDING_BEGIN) / MINUTE;
	bool fraud = rng_below(&f->seed, 3) > 0, trouble = minute >= f->minutes / 3 && minute < f->minutes / 2;
	char id[24];
	struct maker mk;

	event_make(&mk, fraud ? "fraud" : "churn", at);
	snprintf(id, sizeof(id), "%llu", (unsigned long long)rng_next(&f->seed));
	mk.ev.id = slice_of(id);
	mk.ev.of_entry = true;
	mk.ev.entry_seq = (uint64_t)(at % 7);
	if (f->w->canary && fraud && minute >= f->minutes / 2 && at % 400 == 0)
		mk.ev.version = slice_of("2");
	if (!trouble || rng_below(&f->seed, 3))
		feature_add(&mk, "amount", number(rng_normal(&f->seed) + (trouble ? 1 : 0)));
	feature_add(&mk, "country", text(rng_below(&f->seed, 3) ? "DE" : trouble ? "XX" : "FR"));
	mk.ev.prediction = number((double)rng_below(&f->seed, 2));
	mk.ev.score = number((double)rng_below(&f->seed, 1000) / 1000);
	mk.ev.latency_ms = (3 + (double)rng_below(&f->seed, 100) / 50) * (trouble ? 4 : 1);
	mk.ev.failed = trouble && rng_below(&f->seed, 4) == 0;
	assert_int_equal(store_ingest(f->s, &mk.ev, NULL), 0);
}

static void
apply_rules(struct fleet *f, const struct rules *rules)
{
	struct rules copy;
	const struct fact told = {.kind = FACT_RULES, .u.rules = {.rules = &copy, .told = true}};

	assert_int_equal(rules_copy(&copy, rules, NULL), 0);
	apply(f, &told);
}

static void
apply_levels(struct fleet *f)
{
	struct fact told = {.kind = FACT_LEVELS};

	for (size_t i = 0; i < f->w->nlevels; i++) {
		told.u.levels = f->w->levels[i];
		apply(f, &told);
	}
}

static bool
is_masked(const void *ctx, const struct store *s, size_t model, size_t fid)
{
	(void)ctx;
	return fid == EVENTS_ID ||
	       (fid >= FID_INPUT && slice_is(names_at(&store_model(s, model)->inputs, fid - FID_INPUT), "country"));
}

void
lib_recording_fleet(struct lib_recording *w, int minutes, lib_recording_hook *hook, void *ctx)
{
	struct fleet f = {.w = w, .hook = hook, .ctx = ctx, .minutes = minutes, .seed = 4711};
	struct tape_options o = {.key_ms = w->key_ms ? w->key_ms : KEY_MS, .frame = frame, .ctx = &f};
	struct fact note = {.kind = FACT_MARK}, budget = {.kind = FACT_BUDGET, .u.budget = w->budget};
	int64_t at, end = LIB_RECORDING_BEGIN + minutes * MINUTE, half = LIB_RECORDING_BEGIN + minutes * MINUTE / 2;

	f.s = store_make(true);
	o.mask.masked = w->mask ? is_masked : NULL;
	assert_int_equal(tape_new(&f.tape, &o, NULL), 0);
	store_set_journal(f.s, tape_journal(f.tape));
	begin(&f);
	note.u.mark.model = SIZE_MAX;
	note.u.mark.text = slice_of("rolled back");
	for (at = LIB_RECORDING_BEGIN; at <= end; at += 100) {
		if (at % 1000 == 0)
			assert_int_equal(store_tick(f.s, at, NULL), 0);
		note.u.mark.at_ms = at;
		if (budget.u.budget > 0 && at == LIB_RECORDING_BEGIN + minutes * MINUTE * 2 / 5)
			apply(&f, &budget);
		if (w->rules && at == LIB_RECORDING_BEGIN + minutes * MINUTE * 2 / 5)
			apply_rules(&f, w->rules);
		if (at == LIB_RECORDING_BEGIN + minutes * MINUTE * 2 / 5)
			apply_levels(&f);
		if (at == half)
			apply(&f, &note);
		if (at >= LIB_RECORDING_BEGIN + w->silent_ms)
			ingest(&f, at);
	}
	assert_int_equal(tape_failures(f.tape), 0);
	store_set_journal(f.s, NULL);
	tape_free(f.tape);
	store_free(f.s);
}

void
lib_recording_save_fleet(const char *path, int minutes)
{
	struct recording_head head = lib_recording_head();
	struct lib_recording w;

	lib_recording_init(&w, &head);
	lib_recording_fleet(&w, minutes, NULL, NULL);
	lib_recording_save(w.out.p, w.out.n, path);
	lib_recording_release(&w);
}
