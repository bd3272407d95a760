/*
 * Alerts: what fires, what fired, what was said about it. The list and its life cycle; what is judged and why is the
 * caller's (store_alerts.c). Pure: time is an argument, nothing here reads the store.
 *
 *   pending   the condition is true, but not yet for as long as its rule asks
 *   firing    it was true that long; severity follows what is true now
 *   cleared   it was not true for long enough; raised again within an hour (or what its sight says: as long
 *             as a batch takes to come again) it is the same alert, once more "flapping"
 *
 * Alerts of one model and version that begin within one evaluation window are one incident; the same rule on the same
 * feature in three models, one fleet incident. An id is a hash of what the alert is about and of when it began, so
 * that the same events give the same ids.
 *
 * At most ALERT_MAX are kept. For one more, the oldest cleared one goes and is counted; with none cleared, the new one
 * is refused and counted.
 */
#ifndef CORE_ALERT_H
#define CORE_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/kinds.h"
#include "core/slice.h"

#define ALERT_MAX	   4096
#define ALERT_JOIN_MS	   INT64_C(3600000) /* raised again within: the same alert */
#define ALERT_JOIN_MOST_MS INT64_C(604800000) /* whatever a sight says */
#define ALERT_TOGETHER_MS  INT64_C(300000)  /* begun within: one incident; an evaluation window */
#define ALERT_FLEET_MODELS 3
#define ALERT_SENTENCE_BYTES 200
#define ALERT_REASON_BYTES 120
#define ALERT_BY_BYTES	   64
#define ALERT_VERSION_BYTES 64
#define ALERT_CHANGES	   256 /* the newest changes are kept, for whoever acts on them */
#define ALERT_ID_BYTES	   17  /* of the id as text, with its NUL */
#define ALERT_NEVER	   INT64_MIN
#define ALERT_UNTIL_CLEAR  INT64_MAX
#define ALERT_NO_MODEL	   UINT32_MAX

enum alert_state { ALERT_PENDING = 0, ALERT_FIRING, ALERT_CLEARED, ALERT_STATES };
extern const char *const alert_state_names[ALERT_STATES]; /* "pending" "firing" "cleared" */

/* Why a silence ended before its time. */
enum alert_broken { ALERT_UNBROKEN = 0, ALERT_BROKEN_EFFECT, ALERT_BROKEN_SEVERITY, ALERT_BROKEN_CAUSE, ALERT_BROKENS };
extern const char *const alert_broken_names[ALERT_BROKENS]; /* "" "the effect has doubled" ... */

/* What was seen when its effect was largest. */
struct alert_peak {
	const char *metric; /* static */
	unsigned cause;
	double value, limit;
	double effect; /* NaN: it has not fired yet */
	char sentence[ALERT_SENTENCE_BYTES];
};

/* What an alert is about; parts that do not apply are empty. */
struct alert_key {
	struct slice rule, model, version, feature, source;
};

struct alert {
	uint64_t id;
	struct alert_key key; /* in `text` */
	char *text;
	uint64_t hash;	    /* of the key */
	struct alert *next; /* in its bucket: older */
	uint32_t model;	    /* index; ALERT_NO_MODEL: of a source */
	enum alert_state state;
	enum severity severity; /* now, or when it cleared; pending: what it will be */
	enum severity worst;
	int64_t from_ms;  /* when it began, by the model's clock */
	int64_t fired_ms; /* when it fired first; ALERT_NEVER: pending */
	int64_t to_ms;	  /* when it ended; ALERT_NEVER: not yet */
	/* As last seen while it fires; of a cleared one, as it was at its worst. */
	const char *metric; /* static; NULL: none in particular */
	unsigned cause;	    /* what kind of change: another one breaks a silence */
	double value, limit; /* of the metric, in its unit; NaN: none */
	double effect;	     /* in times of what would be worth a warning; comparable between alerts */
	bool provisional;    /* rests on evidence that is not armed: no action */
	bool trusted;	     /* the feed it was seen on lost nothing */
	bool history;	     /* fired before the start: no action */
	unsigned raised;     /* times; above 1: flapping */
	char version[ALERT_VERSION_BYTES]; /* that most of the model's events were of when it fired, cut */
	char sentence[ALERT_SENTENCE_BYTES];
	uint64_t incident; /* id of the first alert of it; of one alone its own; 0: pending */
	uint64_t fleet;	   /* the same of a fleet incident; 0: none */
	char acked_by[ALERT_BY_BYTES]; /* empty: nobody */
	int64_t acked_ms;	       /* arrival clock */
	int64_t silenced_to_ms; /* arrival clock; ALERT_UNTIL_CLEAR; 0: not silenced */
	char silence_reason[ALERT_REASON_BYTES], silenced_by[ALERT_BY_BYTES];
	enum alert_broken broken; /* why the last silence ended */
	/* what the life cycle rests on */
	int64_t since_ms[2]; /* warn, crit: true since; ALERT_NEVER: not true */
	int64_t mild_ms;     /* crit not true since */
	int64_t clear_ms;    /* the condition to clear true since */
	int64_t judged_ms;   /* the last sight's time; ALERT_NEVER: none */
	int64_t resumed_ms;  /* an earlier run has judged it up to here; ALERT_NEVER: none has */
	double silence_effect;
	enum severity silence_severity;
	unsigned silence_cause;
	struct alert_peak peak; /* not in files: after a restart it begins with what was seen last */
};

enum alert_change_kind {
	ALERT_CHANGE_FIRED,
	ALERT_CHANGE_ROSE,  /* in severity */
	ALERT_CHANGE_AGAIN, /* fires again within the hour */
	ALERT_CHANGE_CLEARED,
	ALERT_CHANGE_BROKEN, /* its silence */
};

struct alert_change {
	uint64_t id;
	enum alert_change_kind kind;
	int64_t at_ms; /* by the model's clock */
	bool history;
};

#define ALERT_BUCKETS 1024

struct alerts {
	struct alert **list; /* in the order in which they began */
	size_t n, cap;
	struct alert *buckets[ALERT_BUCKETS]; /* by hash of the key, newest first */
	size_t active;	    /* pending or firing, or cleared and about to fire again */
	uint64_t forgotten; /* cleared ones that had to go */
	uint64_t refused;   /* sights that would have been new alerts, while the list was full of active ones */
	uint64_t changes;   /* ever; change i is in changed[i % ALERT_CHANGES] */
	struct alert_change changed[ALERT_CHANGES];
	int64_t arrival_ms; /* of the last alerts_tick */
};

/* One look at one condition. Everything is borrowed for the call. */
struct alert_sight {
	struct alert_key key;
	uint32_t model;
	bool warn, crit; /* the conditions are true */
	bool clear;	 /* so is the one to clear */
	int64_t warn_for_ms, crit_for_ms, clear_for_ms;
	int64_t join_ms; /* raised again within: the same alert; from ALERT_JOIN_MS to _MOST_MS, 0: the former */
	/* the rest is looked at only where warn or crit is true; else value and sentence alone, of one that fires */
	const char *metric;
	unsigned cause;
	double value, limit, effect;
	bool provisional, trusted, history;
	int64_t began_ms;     /* where it is known that it began earlier; else ALERT_NEVER */
	struct slice version; /* that the model's events are of; empty: of several */
	struct slice sentence;
};

void alerts_init(struct alerts *a);
void alerts_release(struct alerts *a);

/*
 * Takes a sight at now_ms, which never goes back for one key. Only what is not remembered can fail, ERR_NOMEM: then
 * the next sight tries again. O(1), but at firing O(alerts).
 */
int alerts_see(struct alerts *a, const struct alert_sight *sight, int64_t now_ms, struct err *err);

/* The newest one about this, if it fires; else NULL. */
const struct alert *alerts_firing(const struct alerts *a, const struct alert_key *key);

/* Whether a sight that is neither warn nor crit would change anything: false lets a caller save making it. */
bool alerts_watches(const struct alerts *a, const struct alert_key *key);

/* The arrival clock goes on: silences run out. */
void alerts_tick(struct alerts *a, int64_t arrival_ms);

/* What it is about is no longer judged: a pending one is forgotten, a firing one is cleared. */
void alerts_end(struct alerts *a, struct alert *alert, int64_t now_ms);

/*
 * An alert of an earlier run goes on: sights from before it was last judged are left out. alert_new makes one that is
 * in no list, with a copy of the key; alerts_adopt takes it, also on failure (ERR_NOMEM, ERR_LIMIT: no room).
 */
int alert_new(struct alert **out, const struct alert_key *key, struct err *err);
void alert_free(struct alert *al);
int alerts_adopt(struct alerts *a, struct alert *al, uint32_t model, struct err *err);

/* An alert of a state that was written, behind those read before it: as it was. Takes it, as alerts_adopt does. */
int alerts_restore(struct alerts *a, struct alert *al, uint32_t model, struct err *err);

/* NULL: none of that id. */
const struct alert *alerts_find(const struct alerts *a, uint64_t id);

/* Texts are cut. ERR_NOT_FOUND; ERR_INVALID where it is not firing. Empty `by`: takes it back. */
int alerts_acknowledge(struct alerts *a, uint64_t id, struct slice by, int64_t at_ms, struct err *err);

/*
 * Until to_ms of the arrival clock or ALERT_UNTIL_CLEAR; 0 takes it back. Holds for what the alert is about, also when
 * it fires anew. It breaks when the effect doubles, the severity rises or another cause begins. As above; a cleared
 * one can be silenced, too, but not until it clears.
 */
int alerts_silence(
    struct alerts *a, uint64_t id, int64_t to_ms, struct slice reason, struct slice by, struct err *err);

/* Firing ones of that weight or more; counts[0] not silenced, [1] silenced. */
void alerts_count(const struct alerts *a, enum severity least, size_t counts[2]);

static inline bool
alert_silenced(const struct alert *al)
{
	return al->silenced_to_ms != 0;
}

/* What it counts as: one that is provisional may well be wrong, and says no more than that it is not known. */
static inline enum severity
alert_weight(const struct alert *al)
{
	return al->provisional ? SEVERITY_UNKNOWN : al->severity;
}

char *alert_id_text(uint64_t id, char buf[ALERT_ID_BYTES]);
bool alert_id_parse(struct slice text, uint64_t *id);

/* ---- in order, for lists --------------------------------------------------------------------- */

/*
 * All alerts, into out (n <= cap of them; returns how many there are): firing incidents first, the worst first (by
 * severity, then by effect), each headed by its largest effect and followed by its other alerts; then pending ones;
 * then cleared ones, newest first.
 */
size_t alerts_order(const struct alerts *a, const struct alert **out, size_t cap);

/* The alert with the largest effect of the incident. Never NULL for the id of an alert that is there. */
const struct alert *alerts_head(const struct alerts *a, uint64_t incident);

/* How many alerts are in that incident; firing ones only, and none that is provisional. */
size_t alerts_in_incident(const struct alerts *a, uint64_t incident);

/* How many different incidents those are of that alerts_count counts as not silenced. O(alerts times incidents). */
size_t alerts_count_incidents(const struct alerts *a, enum severity least);

/* In how many different models the fleet incident is. */
size_t alerts_in_fleet(const struct alerts *a, uint64_t fleet);

#endif
