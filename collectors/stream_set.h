/*
 * The streams of one server: how far each is read, what is known of it, and what it has lost.
 *
 * No network and no clock here: replies are told to it, and it does the arithmetic. A stream keeps its index for ever.
 */
#ifndef COLLECTORS_STREAM_SET_H
#define COLLECTORS_STREAM_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/layout.h"
#include "core/err.h"
#include "core/fact.h"
#include "core/slice.h"

#define STREAM_SET_MAX	      16384 /* streams followed or on offer; what comes beyond is only counted */
#define STREAM_AUDIT_POINTS   16
#define STREAM_SENTENCE_BYTES 224
#define STREAM_SAMPLE_BYTES   1024

struct stream_id {
	uint64_t ms, seq;
};

static inline int
stream_id_cmp(struct stream_id a, struct stream_id b)
{
	if (a.ms != b.ms)
		return a.ms < b.ms ? -1 : 1;
	return (a.seq > b.seq) - (a.seq < b.seq);
}

/* The ID just below, for commands that ask for what is above. 0-0 stays. */
struct stream_id stream_id_before(struct stream_id id);

/* XINFO STREAM, as far as it is used. */
struct stream_info {
	bool exists;
	bool counts; /* 7.0 and later: `added` and `max_deleted` are there */
	uint64_t length, added;
	struct stream_id last, max_deleted;
	struct stream_id first,
	    newest;         /* the entries that are there; 0-0 when empty. newest < last: the tail was deleted */
	size_t entry_bytes; /* of the larger of the first and the last entry */
};

/* A moment at which what was read and what the server has were equal. */
struct audit_point {
	struct stream_id id;
	uint64_t added;
};

/* How one is getting on with a stream. */
enum stream_phase {
	PHASE_OFFERED,	 /* not followed */
	PHASE_NEW,	 /* followed; where to start is not known yet */
	PHASE_READING,	 /* in the rounds */
	PHASE_SET_ASIDE, /* wrong type or no permission: looked at again now and then */
	PHASE_IGNORED,	 /* found by name, turned out to be no stream (servers before 6.0) */
};

struct stream {
	char *key;
	size_t key_bytes;
	struct layout *layout; /* NULL until its first entry */
	enum stream_phase phase;
	enum stream_state state;
	bool matches; /* a pattern or an explicit name wants it */
	bool gone;
	struct stream_id cursor; /* the newest ID read, or passed over */
	struct stream_id end;	 /* what was last when reading began: history ends here */
	bool end_reached;

	/* The audit. ordinal is the server's count of entries ever added, at our cursor; valid while counting. */
	bool counting;
	uint64_t ordinal;
	struct stream_id base; /* begin to count when the cursor passes this ID ... */
	uint64_t base_added;   /* ... which had this count */
	struct stream_id audited_cursor, audited_deleted;
	struct stream_id before_round; /* the cursor before the last entries came */
	uint64_t audited_added;
	struct audit_point points[STREAM_AUDIT_POINTS];
	unsigned npoints;
	struct stream_info info; /* the newest */
	bool info_denied;

	uint64_t entries, events;
	uint64_t trimmed, deleted, recreated, rolled_back, skipped;
	uint64_t too_large;
	char sentence[STREAM_SENTENCE_BYTES];
	char *sample; /* of the newest entry, or, of a stream that is read, of one of the last second */
	bool sample_told; /* the next entry gives another one */
	size_t sample_bytes;
	double rate_per_s;

	/* For the rounds. */
	double entry_bytes; /* running mean */
	uint64_t data_round; /* the last round that brought entries */
	uint64_t audit_due_mono, recheck_mono;
	unsigned fails;	     /* connections in a row that ended over this stream alone, with COUNT 1 */
	unsigned cuts;	     /* connections in a row that ended inside the entry cut_ms-cut_seq */
	uint64_t cut_ms, cut_seq;

	/* Of finding out where to start, and of streams on offer. */
	enum stream_asked {
		ASKED_NOTHING,
		ASKED_INFO, /* the answer is in `info` */
		ASKED_TAIL, /* and so is the oldest of its newest entries, in `tail` */
	} asked;
	struct stream_id tail;
	uint64_t tail_entries;
	uint64_t offered_pass; /* the scan after which its details were last asked for */

	uint64_t rate_entries; /* `entries` when the rate was last taken */
	struct stream_id newest; /* delivered */
	bool changed;		 /* a fact is due */
};

struct stream_set {
	struct stream *streams;
	size_t count, cap;
	uint32_t *slots; /* hash table of index + 1; cap a power of two */
	size_t slots_cap;
	uint64_t dropped; /* beyond STREAM_SET_MAX */
};

void stream_set_release(struct stream_set *set);

/* Index of the key, or SIZE_MAX. */
size_t stream_set_find(const struct stream_set *set, struct slice key);

/* Adds a key that is not there yet. ERR_LIMIT, ERR_NOMEM. */
int stream_set_add(struct stream_set *set, struct slice key, size_t *index, struct err *err);

/*
 * Starts reading at `start` (the newest ID not to be read), given what the server said about the stream. From 0-0 every
 * entry that is there counts; from the middle, counting begins when the cursor passes what is last now.
 */
void stream_begin(struct stream *s, const struct stream_info *info, struct stream_id start);

/* One entry read: advances the cursor. False if its ID is not above it. The hot path. */
static inline bool
stream_advance(struct stream *s, struct stream_id id)
{
	if (stream_id_cmp(id, s->cursor) <= 0)
		return false;
	if (s->counting) {
		s->ordinal++;
	} else if (stream_id_cmp(id, s->base) >= 0) {
		s->counting = true;
		s->ordinal = s->base_added + (stream_id_cmp(id, s->base) > 0);
	}
	s->cursor = id;
	return true;
}

enum audit_verdict {
	AUDIT_FINE,
	AUDIT_LOST,	   /* entries trimmed or deleted before they were read */
	AUDIT_GONE,	   /* no such key any more */
	AUDIT_BACK,	   /* the key is there again */
	AUDIT_RECREATED,   /* another stream under the same name */
	AUDIT_ROLLED_BACK, /* the server lost entries that had been read */
};

struct audit_result {
	enum audit_verdict verdict;
	uint64_t count;		    /* entries lost by it */
	bool deleted;		    /* AUDIT_LOST: by XDEL rather than by trimming */
	struct stream_id from;	    /* a cursor before the loss, as late as is known */
};

/*
 * Compares what was read with what the server says. Only valid where no request for entries is open: the cursor must be
 * what it was when the server answered. Corrects cursor and counts, sets the stream's sentence, counts the loss.
 *
 *   level (nothing above the cursor): lost = added - ordinal, exactly; less: the stream was made anew
 *   behind:                     added - length - ordinal entries are gone ahead of us, exact unless some were deleted
 *   ahead (last ID < cursor):   rolled back if an earlier level moment fits the server's history, else made anew
 */
struct audit_result stream_audit(struct stream *s, const struct stream_info *info);

/* Jumps to the server's last ID as the newest info has it; what is passed over is counted as skipped. */
void stream_skip(struct stream *s);

/* Entries not yet read, as far as is known. */
uint64_t stream_behind(const struct stream *s);

/*
 * Which start leaves at most `max` entries of history over all of `n` streams and at least `min` of each: a common
 * point in time, found by taking each stream's entries as evenly spread between its first and last ID. Returns the ms
 * below which nothing should be read; 0: everything fits.
 */
uint64_t stream_history_cut(
    const struct stream *streams, const size_t *which, size_t n, uint64_t since_ms, uint64_t max, uint64_t min);

/* Entries of all of them with an ID of `ms` or later, by the same estimate. */
uint64_t stream_history_since(const struct stream *streams, const size_t *which, size_t n, uint64_t ms);

#endif
