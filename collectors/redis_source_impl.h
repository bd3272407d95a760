/*
 * The parts of the Redis source, which share one struct:
 *
 *   redis_source.c    opening, closing, facts, the clock, handing entries to decoding
 *   redis_rounds.c    the data connection: paced rounds of XREAD, the audit
 *   redis_culprit.c   entries that cannot be read: smaller replies, whose fault it is, over it
 *   redis_discover.c  the control connection: SCAN, where to start reading, streams on offer, the server's time
 *   redis_order.c     entries held until those of all streams before them are there
 *   redis_probe.c     the search for an entry that the server does not send
 *   redis_info.c      XINFO STREAM as it comes, value by value
 *
 * One server ("node") for now: what belongs to a node is what is below from `data` on, and streams say nothing of it.
 */
#ifndef COLLECTORS_REDIS_SOURCE_IMPL_H
#define COLLECTORS_REDIS_SOURCE_IMPL_H

#include "collectors/redis_conn.h"
#include "collectors/redis_probe.h"
#include "collectors/source_impl.h"
#include "collectors/stream_set.h"

#define ROUND_GROUP_STREAMS  64	 /* of one XREAD */
#define MANY_STREAMS	     2000 /* beyond these the pace is half */
#define ROUND_AUDITS	     64	 /* XINFOs of one round */
#define ROUND_COUNT_MAX	     1000 /* knee of the curve: more gains nothing */
#define ROUND_BUDGET_BYTES   ((size_t)2 << 20) /* of one reply, and twice that of a round */
#define DELIVER_BUDGET_NS    4000000	       /* of one loop turn: a key is looked at in between */
#define LARGE_ENTRY_BYTES    65536 /* an entry of which so much came before the connection ended, or, asked for alone,
					 anything before the deadline, ... */
#define LARGE_ENTRY_CUTS     8	   /* ... so often, is stepped over */
#define CULPRIT_CLOSES	     2 /* closes over an entry asked for alone, before its ID is searched for */
#define CULPRIT_SILENCES     8 /* the same for deadlines that pass without a byte of it */
#define WAIT_ANSWER_MS	     500	       /* LOADING and its like: asked again */

/* What is asked on the data connection. */
enum round_ask { ROUND_ASK_XREAD, ROUND_ASK_INFO, ROUND_ASK_PROBE };

/* One XREAD of a round: streams members[first .. first + n). */
struct round_group {
	uint32_t first, n;
	uint32_t at; /* members before this one have been passed in the reply */
	uint32_t count;
};

struct info_parser {
	struct stream_info info;
	char name[32]; /* of the pair whose value comes next */
	size_t bytes;  /* of the entry that is being told */
};

struct round {
	uint64_t number;
	size_t outstanding; /* replies still to come; 0: none under way */
	uint64_t started_ns;
	uint64_t entries;
	bool full;    /* a stream gave all it was asked for: there is more */
	bool wait;    /* the server asked for patience */
	struct round_group *groups;
	size_t ngroups, groups_cap;
	uint32_t *members;
	size_t nmembers, members_cap;

	/* The stream whose entries are coming. */
	uint32_t current;
	uint64_t current_entries, current_bytes;

	unsigned count_limit; /* halves after an unexplained close, grows slowly */
	unsigned good;	      /* rounds since */
	bool careful;	      /* one stream at a time, one request at a time: which one is it? */
	uint32_t careful_next, careful_left;
	bool last_empty;
	struct round_probe probe;
	struct info_parser info;

	const char **argv;
	size_t *lens, argv_cap;
	char (*ids)[RESP_ID_BYTES]; /* ROUND_GROUP_STREAMS of them */
};

struct discovery {
	bool scanning, scanned_once, no_type, denied;
	bool everything; /* no MATCH: nothing matched, all streams are wanted for the list */
	bool can_discover; /* a pattern has wildcards */
	char cursor[24];
	char match[LIMIT_NAME_BYTES * 2 + 2]; /* MATCH of all patterns; "" none */
	uint64_t pass, pass_seen, seen;
	uint64_t step_mono, pass_mono; /* when next */
	unsigned steps;		       /* of this pass */
	uint64_t begun_mono;	       /* first stream known */
	bool time_known;
	uint64_t time_mono; /* when it is asked for next */
	int64_t time_s;
	int64_t offset_ms; /* server's clock less loop time */
	uint64_t asked_mono;
	uint64_t history_used;
	bool cut_known; /* for the streams that begin now */
	uint64_t cut_ms;
	uint32_t offered_next;
	struct info_parser info;
	bool tail_any;
	struct stream_id tail_oldest;
	uint64_t tail_count;
};

/* For options.ordered: what has been read and may not be told yet. */
struct redis_order {
	struct entry_batch *queues; /* one a stream */
	size_t n, cap;
	uint32_t giving;	/* the stream whose entries come next, ... */
	struct stream_id below; /* ... those before this ID; 0-0: to be chosen anew */
};

struct redis_source {
	struct source base;
	uv_loop_t *loop;
	unsigned index;
	struct source_options options; /* what it points to is borrowed */
	struct sink sink;
	char *shown, *label;
	const char *const *patterns; /* the options', or the default ones */
	size_t npatterns;
	int64_t wall_offset_ms; /* wall clock less loop time */

	struct redis_conn *data, *control;
	struct entry_batch batch, control_batch;
	struct stream_set set;
	struct round round;
	struct redis_order order;
	struct discovery discovery;
	uv_timer_t pace, step;
	uv_idle_t deliver;

	bool held, closing, ended, delivering;
	bool level; /* every stream has been read to what was last when it was begun, and all of that told */
	bool at_end;	      /* it has been read, ... */
	uint64_t end_entries; /* ... and is told with so many entries */
	bool refused;
	bool skip_due;
	char sentence[320], control_sentence[320];
	uint64_t entries, read, rate_mono; /* read: put into the batch */
	struct stream_id newest;
	uint64_t newest_mono; /* loop time when it came */

	unsigned closing_parts;
	void (*closed)(void *ctx);
	void *closed_ctx;
};

/* ---- redis_source.c -------------------------------------------------------------------------- */

/* Decodes what waits in the batch, for a few milliseconds; the rest in later loop turns. */
void redis_source_deliver(struct redis_source *s);
/* Sets `level` and `ended` once there is no history left to read. */
void redis_source_check_level(struct redis_source *s);
void redis_source_reject(struct redis_source *s, uint32_t stream, enum event_reason reason, const char *detail);
void redis_source_say(char *sentence, const char *text);
int64_t redis_source_wall_ms(const struct redis_source *s);
void redis_source_gap(struct redis_source *s, const struct audit_result *audit, const struct stream *st);
/* Whether a key is wanted by the patterns. */
bool redis_source_wants(const struct redis_source *s, struct slice key);
bool redis_pattern_is_name(const char *pattern);

/* ---- redis_rounds.c -------------------------------------------------------------------------- */

int redis_rounds_open(struct redis_source *s, const struct conn_options *options, struct err *err);
void redis_rounds_release(struct redis_source *s);
/* Starts a round if none is under way and nothing speaks against it. */
void redis_rounds_kick(struct redis_source *s);

/* ---- redis_order.c --------------------------------------------------------------------------- */

#define ORDER_BYTES ((size_t)16 << 20) /* about what is held of all streams together */

/* The next entry by ID; false: there is none, or a stream has to be read first that may have an older one. */
bool redis_order_take(struct redis_source *s, struct batch_entry *out);
bool redis_order_holds(const struct redis_source *s, uint32_t stream); /* something of that stream */
bool redis_order_holds_any(const struct redis_source *s);
bool redis_order_needs(const struct redis_source *s); /* a stream has to be read before anything more can be told */
void redis_order_release(struct redis_source *s);

/* ---- redis_culprit.c ------------------------------------------------------------------------- */

/* The next question of the search that is active. */
int redis_culprit_ask(struct redis_source *s, struct err *err);
/* Its answer has come; what it holds has been taken like any other entry. */
void redis_culprit_answered(struct redis_source *s, const struct resp_value *top);
/* The data connection has ended: is it an entry's doing? The stream is then beyond it, or asked in smaller pieces. */
bool redis_culprit_lost(struct redis_source *s, const struct conn_loss *loss);

/* ---- redis_discover.c ------------------------------------------------------------------------ */

int redis_discover_open(struct redis_source *s, const struct conn_options *options, struct err *err);
void redis_discover_kick(struct redis_source *s);
/* A stream is followed, and it exists. */
bool redis_discover_any_followed(const struct redis_source *s);
/* All streams that there are at this moment have been found and begun, once. */
bool redis_discover_settled(const struct redis_source *s);

/* ---- redis_info.c ---------------------------------------------------------------------------- */

void redis_info_start(struct info_parser *p);
void redis_info_value(struct info_parser *p, const struct resp_value *v);
/* Asks for it on `conn`. */
int redis_info_ask(struct redis_conn *conn, int kind, const struct stream *st, uint32_t index, struct err *err);

#endif
