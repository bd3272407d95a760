/*
 * The store: all that drifttop knows. Four calls write it; everyone else reads it through const.
 *
 * Ingest adds to the delta of this tick; a tick merges the delta by store_merge, so that live,
 * replay and panes from other aggregators are one path. All state is integer: the same events give
 * the same figures whatever the order of reading or the size of the reads. Nothing here reads a
 * clock.
 */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/fact.h"

struct config;
struct store;
struct delta;
struct model;

enum window {
	WINDOW_AUTO = 0, /* for each model the shortest that holds 500 rows, else all */
	WINDOW_5M,
	WINDOW_1H,
	WINDOW_24H,
	WINDOW_ALL, /* the total over the range asked for */
	WINDOW_COUNT,
};

extern const char *const window_names[WINDOW_COUNT]; /* "auto" "5m" "1h" "24h" "all" */
extern const char *const window_words[WINDOW_COUNT]; /* in sentences: "5 min" "1 h" "24 h" "all rows" */
enum window window_find(struct slice name);          /* WINDOW_COUNT if there is none */
int64_t window_ms(enum window w);                    /* length; 0 for auto and all */

struct store_options {
	int64_t from_ms,
	    to_ms;  /* from <= ts < to: events outside are not counted at all; both 0: no bounds */
	bool learn; /* make baselines from a model's own oldest rows where none is given */
	bool sliced; /* long work (making a baseline, counting the rows behind it) is done in slices
			of some milliseconds, by ingest and ticks, while store_busy: for screens */
	bool defer_hists; /* histograms are added to totals once a minute, not at each tick: for what runs on and is
			     recorded */
	int64_t utc_offset_ms; /* of the reader's zone; for calendar roles only a constant offset
				  matters */
	size_t raw_bytes; /* of raw events to keep; 0: LIMIT_RAW_BYTES */
	int64_t start_ms; /* arrival clock at the start of the program: what fires before is history */
	double alarms_per_week; /* false ones that evidence may raise, over the fleet; 0: one */
	bool own_budget; /* FACT_BUDGET changes nothing: what if it had been this one all the time */
	bool own_rules; /* the same of FACT_RULES that tell of others than at the beginning */
	size_t label_bytes; /* for predictions that wait for a label; 0: LIMIT_LABEL_BYTES */
	const struct config *config; /* roles, levels, classes; borrowed for the store's life; NULL:
					nothing is said */
};

int store_new(struct store **out, const struct store_options *options, struct err *err);
void store_free(struct store *s);

/* The four writing calls. On ERR_NOMEM and ERR_LIMIT the event is counted as dropped and the store
 * is as it was. */
int store_ingest(struct store *s, const struct event *ev, struct err *err);
int store_merge(struct store *s, const struct delta *d, struct err *err);
int store_apply(struct store *s, const struct fact *fact, struct err *err);
int store_tick(struct store *s, int64_t arrival_ms, struct err *err);

/* The rules of one store become those of another, before that has events, and levels that were told. `from` is only
 * to be freed. */
void store_take_rules(struct store *to, struct store *from);

/* Before it has models: levels that another store was told. ERR_NOMEM. */
int store_copy_levels(struct store *to, const struct store *from, struct err *err);

/*
 * Before it has events: the first n models of another store in its order, so that an index means the same in both, and
 * their baselines as they are there now. ERR_NOMEM, ERR_LIMIT: then it is only to be freed.
 */
int store_meet(struct store *s, const struct store *other, size_t n, struct err *err);

/* ---- for replay ------------------------------------------------------------------------------ */

/* A raw event that was recorded, of the model of that index: kept, and not counted. */
void store_raw_add(struct store *s, size_t model, const struct event *ev);

/* Before a state is read (core/snapshot.h): alerts are those that rules raise here, not those that it tells of. */
void store_judge_anew(struct store *s);
/* The alerts of one store become those of another, whose models are the same. */
void store_take_alerts(struct store *to, struct store *from);

/* ---- reading --------------------------------------------------------------------------------- */

/* Whether slices of work are waiting for the next tick: never, without options.sliced. */
bool store_busy(const struct store *s);

/* Counts up with each tick that changed anything: a screen that has drawn this generation is up to
 * date. */
uint64_t store_generation(const struct store *s);
/* False alarms a week that evidence may raise, over the fleet; and whether a FACT_BUDGET has said so. */
double store_budget(const struct store *s);
bool store_budget_told(const struct store *s);
bool store_rules_told(const struct store *s); /* the same of rules: others hold than at the beginning */
/* Levels of inputs and outputs that were told, in the order in which they first were. */
size_t store_levels_count(const struct store *s);
const struct fact_levels *store_levels_told(const struct store *s, size_t index);
int64_t store_now_ms(const struct store *s); /* arrival clock of the last tick */

size_t store_model_count(const struct store *s); /* in order of first sight; an index is for ever */
const struct model *store_model(const struct store *s, size_t index);
struct slice store_model_name(const struct store *s, size_t index);
const struct model *store_model_find(const struct store *s, struct slice name);

uint64_t store_events(const struct store *s);
uint64_t store_rejected(const struct store *s); /* events rejected, all reasons */
uint64_t store_reason_count(
    const struct store *s, enum event_reason r);      /* rejected and odd alike */
uint64_t store_dropped_models(const struct store *s); /* events of models beyond LIMIT_MODELS */

/* Sources and streams as last told by facts; strings are owned by the store until its next write.
 */
size_t store_source_count(const struct store *s);
const struct fact_source *store_source(const struct store *s, size_t index);
size_t store_stream_count(const struct store *s, size_t source);
const struct fact_stream *store_stream(const struct store *s, size_t source, size_t stream);

struct reject_sample {
	unsigned source, stream;
	enum event_reason reason;
	struct slice sample, detail;
	uint64_t count;
	int64_t at_ms; /* arrival clock; 0: before there was one */
};
size_t store_reject_count(
    const struct store *s); /* the newest sample of each (source, stream, reason), newest first */
const struct reject_sample *store_reject(const struct store *s, size_t index);

size_t store_gap_count(const struct store *s);
const struct fact_gap *store_gap(const struct store *s, size_t index);

/* What becomes of what outlives this run, as last told. */
const struct fact_state *store_state(const struct store *s);
/* What becomes of the recording, as last told. */
const struct fact_recording *store_recording(const struct store *s);
/* Streams that had entries in an earlier run and that no source has now ("redis://h:6379 ml:fraud"), once all history
 * has been read. Returns how many, the first cap of them named. */
size_t store_streams_missing(const struct store *s, struct slice *names, size_t cap);
/* Why something that was saved could not be used; empty: all of it could. */
const char *store_saved_why(const struct store *s);

/* Moments with a note, by rising time. */
size_t store_mark_count(const struct store *s);
const struct fact_mark *store_mark(const struct store *s, size_t index);

/* What became of the actions, by their index in the configuration. */
size_t store_action_count(const struct store *s);
const struct fact_action *store_action(const struct store *s, size_t index);

/* core/alert.h, core/rule.h */
struct alerts;
struct rules;
const struct alerts *store_alerts(const struct store *s);
const struct rules *store_rules(const struct store *s);

/* Whether every figure can be trusted: no entry lost, no source down, nothing dropped. `why` gets a
 * sentence (cut). */
bool store_trusted(const struct store *s, char *why, size_t why_bytes);

/* ---- raw events, newest first ---------------------------------------------------------------- */

struct raw_event {
	uint64_t seq;   /* rises by one an event, never reused: a selection sticks to it */
	unsigned model; /* index */
	int64_t ts_ms, arrival_ms;
	bool failed, flat; /* flat: raw is made of the fields of an entry */
	bool of_entry;     /* of that stream of that source; its ID is arrival_ms-entry_seq */
	unsigned source, stream;
	uint64_t entry_seq;
	double latency_ms, score; /* NaN: none */
	struct slice version, id, prediction, raw;
};

/*
 * The newest raw event of `model` (or of all: SIZE_MAX) with seq < before; false when there is none
 * left. Pass UINT64_MAX to start. Slices live until the store's next write.
 */
bool store_raw_before(const struct store *s, size_t model, uint64_t before, struct raw_event *out);
bool store_raw_get(const struct store *s, uint64_t seq, struct raw_event *out);

#endif
