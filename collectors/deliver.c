#include "collectors/deliver.h"

#include "collectors/json_scan.h"

#define SAMPLES_AT_ONCE 4 /* the first ones of each reason come whatever the time */
#define SAMPLE_EVERY_MS 1000

void
deliver_init(
    struct deliver *d, unsigned source, unsigned stream, struct slice label, const char *model_glob)
{
	memset(d, 0, sizeof(*d));
	d->source = source;
	d->stream = stream;
	d->model_glob = model_glob;
	if (label.n) {
		/* Half the room at most: the model's own name tells more. */
		d->label_n = json_utf8_cut(label, sizeof(d->model) / 2 - 1);
		memcpy(d->model, label.p, d->label_n);
		d->model[d->label_n++] = '/';
	}
}

/* Producers rarely change the model from one event to the next: the name made last time nearly
 * always serves. */
static void
model_make(struct deliver *d, struct slice name)
{
	if (d->known && slice_eq(name, slice_make(d->model + d->label_n, d->model_n - d->label_n)))
		return;
	name.n = json_utf8_cut(name, sizeof(d->model) - d->label_n);
	if (name.n)
		memcpy(d->model + d->label_n, name.p, name.n);
	d->model_n = d->label_n + name.n;
	d->known = true;
	d->wanted =
	    !d->model_glob || slice_glob(slice_of(d->model_glob), slice_make(d->model, d->model_n));
}

/* Whether a sample is due: the first ones, then one a second. Time may go back as well. */
static bool
sample_due(struct deliver *d, enum event_reason reason, int64_t now_ms)
{
	int64_t since = now_ms - d->reasons[reason].sample_ms;

	if (d->reasons[reason].samples >= SAMPLES_AT_ONCE && since < SAMPLE_EVERY_MS &&
	    since > -SAMPLE_EVERY_MS)
		return false;
	if (d->reasons[reason].samples < SAMPLES_AT_ONCE)
		d->reasons[reason].samples++;
	d->reasons[reason].sample_ms = now_ms;
	return true;
}

void
deliver_reject(struct deliver *d, enum event_reason reason, struct slice sample,
    struct slice detail, int64_t arrival_ms, const struct sink *sink)
{
	struct fact fact = {.kind = FACT_REJECT};
	struct fact_reject *r = &fact.u.reject;

	r->source = d->source;
	r->stream = d->stream;
	r->reason = reason;
	r->count = 1;
	r->line = d->line;
	if (sample_due(d, reason, arrival_ms)) {
		r->sample = slice_make(sample.p ? sample.p : "", sample.n);
		r->sample.n = json_utf8_cut(r->sample, DELIVER_SAMPLE_BYTES);
		r->detail = detail;
	}
	sink->fact(sink->ctx, &fact);
}

/* A sample only: the event carries the oddity itself, and is counted by it. */
static void
odd_tell(struct deliver *d, const struct event *ev, enum event_reason reason,
    const struct sink *sink)
{
	char line[DELIVER_SAMPLE_BYTES];
	struct fact fact = {.kind = FACT_REJECT};
	struct fact_reject *r = &fact.u.reject;
	size_t n;

	if (!sample_due(d, reason, ev->arrival_ms))
		return;
	n = event_raw_json(ev, line, sizeof(line));
	r->source = d->source;
	r->stream = d->stream;
	r->reason = reason;
	r->sample = slice_make(line, json_text_end(line, n, sizeof(line)));
	if (reason == REASON_OVER_LIMIT)
		r->detail = slice_of("more features than are kept: the first 4096 were taken");
	sink->fact(sink->ctx, &fact);
}

bool
deliver_event(struct deliver *d, struct event *ev, const struct sink *sink)
{
	unsigned r;

	model_make(d, ev->model);
	if (!d->wanted)
		return false;
	ev->model = slice_make(d->model, d->model_n);
	ev->of_entry = d->of_entry;
	ev->stream = d->stream;
	ev->entry_seq = d->entry_seq;
	sink->event(sink->ctx, ev);
	if (ev->oddities)
		for (r = 0; r < REASON_COUNT; r++)
			if (ev->oddities & EVENT_ODD(r))
				odd_tell(d, ev, (enum event_reason)r, sink);
	return true;
}
