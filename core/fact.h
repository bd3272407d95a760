/*
 * What the store is told beside events: the state of sources and streams, gaps, marks, baselines.
 *
 * Facts are plain values, applied by store_apply in the order given and, later, recorded. All
 * slices are borrowed for the call. A fact about a source or a stream is an upsert: the newest one
 * stands.
 */
#ifndef CORE_FACT_H
#define CORE_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"

struct baseline;

enum fact_kind {
	FACT_SOURCE,   /* struct fact_source */
	FACT_STREAM,   /* struct fact_stream */
	FACT_GAP,      /* struct fact_gap: time for which nothing is known */
	FACT_REJECT,   /* struct fact_reject: one event rejected or odd, with a sample */
	FACT_BASELINE, /* struct fact_baseline: a model gets this baseline */
	FACT_CHOICE,   /* struct fact_choice: a model gets another reference on its binning */
	FACT_SAVED,    /* struct fact_saved: what an earlier run knew of a model */
	FACT_SAVED_FLEET, /* struct slice saved_fleet: what it knew beside models, copied */
	FACT_SAVED_LABELS, /* struct slice saved_labels: what waited for a label, copied */
	FACT_STATE,    /* struct fact_state: what becomes of what outlives this run */
	FACT_ACK,     /* struct fact_ack: somebody has seen an alert */
	FACT_SILENCE, /* struct fact_silence: an alert is not to call anybody for a while */
	FACT_MARK,    /* struct fact_mark: a moment with a note */
	FACT_RULES,   /* struct fact_rules: these rules hold from now on */
	FACT_BUDGET,  /* double budget: false alarms a week that evidence may raise from now on, over the fleet */
	FACT_LEVELS,  /* struct fact_levels: an input or output is judged by these from now on */
	FACT_ACTION,  /* struct fact_action: what became of a command that was run for an alert */
	FACT_RECORDING, /* struct fact_recording: what becomes of the recording */
	FACT_HISTORY, /* every source has been read to its end once: learning need not wait for more
		       */
};

enum feed_state {
	FEED_STARTING = 0, /* nothing tried yet */
	FEED_CONNECTING,
	FEED_CATCHING_UP, /* connected, history not yet read to its end */
	FEED_LIVE,        /* connected and at the end */
	FEED_WAITING,     /* not connected: the sentence says why; retry_ms counts down */
	FEED_REFUSED,     /* credentials or rights: retried slowly */
	FEED_ENDED,       /* a file read to its end */
	FEED_FAILED,      /* will not come back by itself */
};

struct fact_source {
	unsigned source;    /* index */
	struct slice url;   /* without secrets */
	struct slice label; /* prefix of names; empty: none */
	enum feed_state state;
	struct slice sentence; /* why the last connection ended, or what is going on; empty: nothing
				  to say */
	int64_t retry_ms;      /* arrival clock: when it will be tried again; 0: no retry pending */
	int64_t last_byte_ms;  /* arrival clock: when the last byte came */
	uint64_t entries, bytes, reconnects;
	uint64_t streams;       /* followed */
	uint64_t streams_seen;  /* found, matching or not */
	int64_t server_skew_ms; /* server's clock less ours */
	bool nothing_matches;   /* streams exist, none matches the patterns */
	bool from_file;
};

enum stream_state {
	STREAM_READING = 0,
	STREAM_IDLE,       /* at its end, nothing new */
	STREAM_GONE,       /* key no longer there */
	STREAM_WRONG_TYPE, /* set aside, looked at again */
	STREAM_DENIED,     /* no permission; looked at again */
	STREAM_OFFERED,    /* found, not matching the patterns: not followed until picked */
};

struct fact_stream {
	unsigned source, stream; /* indices; a stream keeps its index for ever */
	struct slice key;
	enum stream_state state;
	struct slice sentence;
	struct slice layout; /* "flat", "field event", "field payload, lines" */
	struct slice sample; /* newest entry, raw */
	struct slice
	    aliases; /* which names were taken for what: "ts=timestamp latency_ms=duration_ms" */
	uint64_t entries, events;
	uint64_t trimmed, deleted, recreated, rolled_back,
	    skipped;         /* entries lost, each cause by its count */
	bool loss_uncertain; /* an old server: there may be more */
	uint64_t behind;     /* entries not yet read */
	int64_t lag_ms;      /* newest ID on the server less ours */
	int64_t newest_ms;   /* our newest ID's milliseconds; 0: none */
	double rate_per_s;
};

struct fact_gap {
	unsigned source;
	int64_t from_ms, to_ms;
	struct slice why;
};

/*
 * Under a flood of bad events most facts carry the count alone: sample.p is NULL, and the sample
 * told before stands. A reason that only counts (bad_ts and the like) is counted from
 * event.oddities; its fact brings the sample, count is 0.
 */
#define FACT_STREAM_NONE UINT32_MAX /* of no stream in particular */

struct fact_reject {
	unsigned source, stream;
	enum event_reason reason;
	struct slice sample; /* the offending bytes, cut */
	struct slice detail; /* "at byte 17: …"; may be empty */
	uint64_t count;      /* rejected events to be added */
	uint64_t line;       /* of a file: its number among all lines read of it, from 1; 0: not told */
};

struct fact_baseline {
	struct baseline *baseline; /* taken: the store frees it, also on failure */
};

/* core/choice.h */
struct fact_choice {
	size_t model; /* index */
	unsigned kind, window; /* enum choice_kind; enum window, of CHOICE_NOW */
	int64_t from_ms, to_ms; /* CHOICE_SLICE */
};

/* Files of core/saved.h, copied. The model takes it up at its first event, or at once where it has a baseline on
 * the same binning. */
struct fact_saved {
	struct slice binning, model;
	bool reference_only; /* its baseline and what that is armed by; nothing grows on and no evidence goes on */
};

enum recording_state {
	RECORDING_NONE = 0,
	RECORDING_FLIGHT,  /* in memory alone */
	RECORDING_WRITING, /* to a file, too */
	RECORDING_FAILED,  /* to none any more: the sentence says why; the memory goes on */
	RECORDING_STATES,
};

struct fact_recording {
	enum recording_state state;
	struct slice path;     /* of the file that is written, or was last */
	struct slice sentence; /* what went wrong, or what was left out; empty: nothing */
	struct slice saved;    /* the file into which the memory was last saved; empty: none */
	struct slice save_failed; /* why it could not be */
	uint64_t saves;		/* tried, ever */
	uint64_t bytes;	       /* of the file */
	uint64_t flight_bytes; /* of the memory, in use */
	int64_t flight_ms;     /* arrival clock: where the memory begins; 0: it is empty */
	uint64_t dropped;      /* frames that could not be followed, ever */
};

enum state_keeping {
	STATE_NONE = 0, /* nothing outlives this run */
	STATE_KEEPING,
	STATE_READING, /* another process keeps it: read at the start, not written */
	STATE_FAILING, /* it should be written and cannot be now */
	STATE_KEEPINGS,
};

struct fact_state {
	enum state_keeping keeping;
	struct slice directory;
	struct slice sentence; /* what is wrong, or left out; empty: nothing */
	int64_t written_ms;    /* wall clock: when all of it was last written; 0: not yet */
};

struct fact_ack {
	uint64_t alert;	 /* id */
	struct slice by; /* empty: taken back */
	int64_t at_ms;	 /* arrival clock */
};

struct fact_silence {
	uint64_t alert;
	int64_t to_ms; /* arrival clock; INT64_MAX: until it clears; 0: no longer */
	struct slice reason, by;
};

enum mark_kind { MARK_NOTE = 0, MARK_VERSION_BEGAN, MARK_VERSION_ENDED };

struct fact_mark {
	enum mark_kind kind;
	size_t model;  /* index; SIZE_MAX: of none in particular */
	int64_t at_ms; /* by the model's clock, else by arrival */
	struct slice text;
};

enum action_state {
	ACTION_NEVER = 0,
	ACTION_RUNNING,
	ACTION_OK,
	ACTION_FLOODED, /* it ended well, and wrote more than it may */
	ACTION_FAILED,
	ACTION_TIMED_OUT,
	ACTION_MISSING, /* it could not be started */
	ACTION_STATES,
};

struct fact_action {
	unsigned index;	   /* in the configuration's list */
	struct slice name; /* of the command */
	enum action_state state;
	struct slice sentence; /* what is wrong; empty: nothing */
	uint64_t runs, failures;
	uint64_t dropped; /* not run: too many waited */
	int64_t at_ms;	  /* arrival clock */
};

#define FACT_BUDGET_MAX 1000

struct rules;

/* In place of what a configuration says of it; names may be of what is not there yet. */
struct fact_levels {
	struct slice model, feature;
	double watch, drift; /* PSI; 0: the default */
};

struct fact_rules {
	struct rules *rules; /* what it owns is taken */
	bool told; /* others than at the beginning: a recording says so, and holds them from then on */
};

struct fact {
	enum fact_kind kind;
	union {
		struct fact_source source;
		struct fact_stream stream;
		struct fact_gap gap;
		struct fact_reject reject;
		struct fact_baseline baseline;
		struct fact_choice choice;
		struct fact_saved saved;
		struct slice saved_fleet, saved_labels;
		struct fact_state state;
		struct fact_recording recording;
		struct fact_ack ack;
		struct fact_silence silence;
		struct fact_mark mark;
		struct fact_rules rules;
		struct fact_levels levels;
		double budget; /* above 0, up to FACT_BUDGET_MAX */
		struct fact_action action;
	} u;
};

#endif
