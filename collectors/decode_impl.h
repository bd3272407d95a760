/*
 * The inside of a decoder, shared by the three files that make it: decode.c (an event from
 * beginning to end), decode_read.c (members of objects and fields of entries, and where they go),
 * decode_value.c (single values).
 */
#ifndef COLLECTORS_DECODE_IMPL_H
#define COLLECTORS_DECODE_IMPL_H

#include "collectors/decode.h"
#include "collectors/json_scan.h"
#include "collectors/keymap.h"

#define DECODE_NO_RANK 255u

/* A value under a known name; `rank` says by which alias, so that an earlier one goes before a
 * later one. */
struct decode_known {
	struct value value;
	unsigned rank;
	bool seconds;
};

struct decoder {
	struct keymap keys;
	uint32_t last;          /* the node before the next one: whose `next` is the guess */
	uint64_t event;         /* number of this event: what has it as `seen` was in it */
	uint64_t seen_features; /* the same for features, which may be begun anew within an event */
	uint64_t events_begun;

	struct event_feature *features;
	size_t nfeatures, features_cap;
	unsigned
	    features_rank;   /* DECODE_NO_RANK: the event has no `features`, its other fields are */
	bool features_given; /* ... and it is an object */
	bool prefixed;       /* flat: some name has the prefix */

	struct event_class classes[LIMIT_CLASSES];
	size_t nclasses;
	unsigned classes_rank;
	struct slice best; /* of the classes */
	double best_p;
	char index_names[LIMIT_CLASSES][4];
	char best_index[24];

	struct decode_known known[KEY_MEANINGS];
	size_t nmembers;
	uint32_t oddities;

	char *scratch;
	size_t scratch_used, scratch_cap, scratch_want;
	const struct pair *pairs; /* of the flat entry being read */
	size_t npairs;
	bool nomem;

	enum event_reason reason;
	char detail[128];
	size_t detail_n;
	unsigned char taken[KEY_MEANINGS]; /* rank + 1 of the newest alias taken */
	char aliases[256];
	size_t aliases_n;
};

/* ---- decode_value.c -------------------------------------------------------------------------- */

static inline void
decode_value_set(struct value *v, enum value_kind kind, double num, struct slice text)
{
	v->kind = kind;
	v->num = num;
	v->text = text;
}

/* Whether any byte is above 127: only then UTF-8 is worth checking. */
bool decode_high(struct slice s);

/* s cut to LIMIT_NAME_BYTES; notes in the event if it is not UTF-8 (looked at only if `high`). */
struct slice decode_text_take(struct decoder *d, struct slice s, bool high);

/* A scalar of JSON. Quotes do not make a number of text, but NaN and its kin are what they say. */
void decode_value_take(struct decoder *d, const struct json_value *j, struct value *v);

/* A status: 100-599, words as 200 or 500. 0: it is none. */
int decode_status(const struct value *v);

/* ---- decode_read.c --------------------------------------------------------------------------- */

/* All members of the object just entered, which is that of node `parent`. */
void decode_object_read(struct decoder *d, struct json_scan *s, uint32_t parent);

/* One field of a flat entry. */
void decode_pair_read(struct decoder *d, const struct pair *pair);

/* A value under a known name: earlier aliases go before later ones, and of one name the last value
 * stands. */
void decode_known_put(struct decoder *d, const struct keymap_node *node, const struct value *v);

#endif
