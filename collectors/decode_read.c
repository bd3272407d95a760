#include "collectors/decode_impl.h"

#include <math.h>
#include <stdio.h>

#include "core/mem.h"

/* ---- what an event is put together from ------------------------------------------------------ */

/* The memory of names is full, or out of memory: this value has no place. */
static void
nameless(struct decoder *d)
{
	if (d->keys.nomem)
		d->nomem = true;
	else
		d->oddities |= EVENT_ODD(REASON_OVER_LIMIT);
}

/* Room for a feature of this name: a new one, or the one it has already in this event. NULL: none.
 */
static struct value *
feature_slot(struct decoder *d, uint32_t node)
{
	struct keymap_name *name = &d->keys.names[d->keys.nodes[node].name];
	struct event_feature *grown;

	if (name->seen == d->seen_features) {
		d->oddities |= EVENT_ODD(REASON_DUPLICATE_KEY);
		return &d->features[name->at].value;
	}
	if (d->nfeatures == LIMIT_FEATURES) {
		d->oddities |= EVENT_ODD(REASON_OVER_LIMIT);
		return NULL;
	}
	if (d->nfeatures == d->features_cap) {
		grown = mem_grow(d->features, &d->features_cap, d->nfeatures + 1, sizeof(*grown));
		if (!grown) {
			d->nomem = true;
			return NULL;
		}
		d->features = grown;
	}
	name->seen = d->seen_features;
	name->at = (uint32_t)d->nfeatures;
	d->features[d->nfeatures].name = name->name;
	return &d->features[d->nfeatures++].value;
}

static void
feature_put(struct decoder *d, uint32_t node, const struct value *v)
{
	struct value *slot = feature_slot(d, node);

	if (!slot)
		return;
	*slot = *v;
	if (v->kind == VALUE_NONFINITE)
		d->oddities |= EVENT_ODD(REASON_NONFINITE);
	else if (v->kind == VALUE_NOT_SCALAR)
		d->oddities |= EVENT_ODD(REASON_NOT_SCALAR);
}

/* From here on only what `features` holds (or the prefix marks) is a feature; what was taken for
 * one is not. */
static void
features_restart(struct decoder *d, unsigned rank)
{
	d->features_rank = rank;
	d->features_given = false;
	d->nfeatures = 0;
	d->seen_features = ++d->events_begun;
}

/* Only when a name is taken for the first time, or another than before. */
static void
aliases_note(struct decoder *d, enum key_meaning meaning, unsigned rank)
{
	unsigned m;

	d->taken[meaning] = (unsigned char)(rank + 1);
	d->aliases_n = 0;
	for (m = 0; m < KEY_MEANINGS; m++) {
		const char *const *names = keymap_aliases[m].names;
		size_t left = sizeof(d->aliases) - d->aliases_n;
		int n;

		if (d->taken[m] < 2)
			continue;
		n = snprintf(d->aliases + d->aliases_n, left, "%s%s=%s", d->aliases_n ? " " : "",
		    names[0], names[d->taken[m] - 1]);
		if (n > 0 && (size_t)n < left)
			d->aliases_n += (size_t)n;
	}
}

/* An earlier alias goes before a later one, and of the same name the last value stands. */
void
decode_known_put(struct decoder *d, const struct keymap_node *node, const struct value *v)
{
	struct decode_known *k = &d->known[node->meaning];

	if (v->kind == VALUE_MISSING) {
		if (k->rank == node->rank)
			k->rank = DECODE_NO_RANK;
		return;
	}
	if (node->rank > k->rank)
		return;
	k->value = *v;
	k->rank = node->rank;
	k->seconds = node->meaning == KEY_LATENCY && node->rank >= 3;
	if (d->taken[node->meaning] != node->rank + 1)
		aliases_note(d, (enum key_meaning)node->meaning, node->rank);
}

/* A scalar at the top: under a known name, else a feature unless the event has those elsewhere. */
static void
scalar_put(struct decoder *d, uint32_t index, const struct value *v)
{
	const struct keymap_node *node = &d->keys.nodes[index];
	bool field = node->meaning == KEY_FIELD || node->meaning == KEY_FEATURES;

	if (node->meaning == KEY_STATUS)
		field = v->kind != VALUE_MISSING && !decode_status(v);
	if (node->meaning == KEY_FEATURES && v->kind == VALUE_MISSING) {
		if (node->rank <= d->features_rank)
			features_restart(d, node->rank);
		return;
	}
	if (!field)
		decode_known_put(d, node, v);
	else if (d->features_rank == DECODE_NO_RANK)
		feature_put(d, index, v);
}

static bool
node_first_time(struct decoder *d, uint32_t index)
{
	struct keymap_node *node = &d->keys.nodes[index];
	bool first = node->seen != d->event;

	node->seen = d->event;
	if (!first)
		d->oddities |= EVENT_ODD(REASON_DUPLICATE_KEY);
	if (node->bad_utf8)
		d->oddities |= EVENT_ODD(REASON_BAD_UTF8);
	return first;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* The next member of the object below `parent`: its node, or KEYMAP_NONE where it has no place;
 * false at the end. */
static bool
member_next(struct decoder *d, struct json_scan *s, uint32_t parent, uint32_t *index)
{
	struct keymap *keys = &d->keys;
	uint32_t before = d->last == KEYMAP_NONE ? parent : d->last;
	uint32_t guess = keys->nodes[before].next;
	struct json_value key;

	if (guess < keys->nnodes && keys->nodes[guess].parent == parent &&
	    json_scan_member_is(s, keys->nodes[guess].raw)) {
		*index = d->last = guess;
		node_first_time(d, guess);
		return true;
	}
	if (!json_scan_member(s, &key))
		return false;
	*index = keymap_child(keys, parent, key.text, key.escaped);
	if (*index == KEYMAP_NONE) {
		nameless(d);
		return true;
	}
	keys->nodes[before].next = *index;
	d->last = *index;
	node_first_time(d, *index);
	return true;
}

static void
class_put(struct decoder *d, uint32_t *at, struct slice name, const struct json_value *j)
{
	if (j->kind != JSON_NUMBER)
		return;
	if (*at == KEYMAP_NONE && d->nclasses == LIMIT_CLASSES) {
		d->oddities |= EVENT_ODD(REASON_OVER_LIMIT);
	} else {
		if (*at == KEYMAP_NONE)
			*at = (uint32_t)d->nclasses++;
		d->classes[*at].name = name;
		d->classes[*at].p = j->num;
	}
	if (j->num > d->best_p) {
		d->best_p = j->num;
		d->best = name;
	}
}

/* A value inside `proba`: a container there is none, and is passed over. */
static enum json_kind
class_value(struct decoder *d, struct json_scan *s, struct json_value *j)
{
	json_scan_value(s, j);
	if (j->kind == JSON_OBJECT || j->kind == JSON_ARRAY) {
		d->oddities |= EVENT_ODD(REASON_NOT_SCALAR);
		json_scan_skip(s, j->kind);
	} else if (j->kind == JSON_NONFINITE) {
		d->oddities |= EVENT_ODD(REASON_NONFINITE);
	}
	return j->kind;
}

static void
classes_read_object(struct decoder *d, struct json_scan *s, uint32_t parent)
{
	struct json_value j;
	uint32_t index;

	while (member_next(d, s, parent, &index)) {
		class_value(d, s, &j);
		if (index != KEYMAP_NONE) {
			struct keymap_node *node = &d->keys.nodes[index];
			/* A class of this event has its own name; another's place means nothing. */
			uint32_t at = node->at < d->nclasses && d->classes[node->at].name.p ==
								    d->keys.names[node->name].name.p
					  ? node->at
					  : KEYMAP_NONE;

			class_put(d, &at, d->keys.names[node->name].name, &j);
			d->keys.nodes[index].at = at;
		}
	}
}

static void
classes_read_array(struct decoder *d, struct json_scan *s)
{
	struct json_value j;
	uint64_t i;

	for (i = 0; json_scan_element(s); i++) {
		uint32_t at = KEYMAP_NONE;
		double best = d->best_p;
		struct slice name = slice_make(NULL, 0);

		class_value(d, s, &j);
		if (i < LIMIT_CLASSES)
			name = slice_of(d->index_names[i]);
		class_put(d, &at, name, &j);
		if (i >= LIMIT_CLASSES && d->best_p > best) {
			snprintf(
			    d->best_index, sizeof(d->best_index), "%llu", (unsigned long long)i);
			d->best = slice_of(d->best_index);
		}
	}
}

/* An object or array just entered, as a value that is none: passed over, and kept as text for an
 * error's sake. */
static void
container_skip(struct decoder *d, struct json_scan *s, enum json_kind kind, struct value *v)
{
	const char *first = s->p - 1;
	struct slice inside;

	json_scan_skip(s, kind);
	inside = slice_make(first + 1, (size_t)(s->p - first) > 2 ? (size_t)(s->p - first) - 2 : 0);
	while (inside.n && (unsigned char)*inside.p <= ' ') {
		inside.p++;
		inside.n--;
	}
	/* num tells an empty one, which as an error is none, from others. */
	decode_value_set(v, VALUE_NOT_SCALAR, inside.n ? 1 : 0,
	    decode_text_take(d, slice_make(first, (size_t)(s->p - first)), false));
}

static void
features_enter(struct decoder *d, struct json_scan *s, uint32_t index, enum json_kind kind)
{
	unsigned rank = d->keys.nodes[index].rank;

	if (rank > d->features_rank) {
		json_scan_skip(s, kind);
		return;
	}
	features_restart(d, rank);
	if (d->taken[KEY_FEATURES] != rank + 1)
		aliases_note(d, KEY_FEATURES, rank);
	if (kind == JSON_OBJECT) {
		d->features_given = true;
		decode_object_read(d, s, index);
	} else {
		d->oddities |= EVENT_ODD(REASON_NOT_SCALAR);
		json_scan_skip(s, kind);
	}
}

static void
classes_enter(struct decoder *d, struct json_scan *s, uint32_t index, enum json_kind kind)
{
	unsigned rank = d->keys.nodes[index].rank;

	if (rank > d->classes_rank) {
		json_scan_skip(s, kind);
		return;
	}
	d->classes_rank = rank;
	d->nclasses = 0;
	d->best = slice_make(NULL, 0);
	d->best_p = -INFINITY;
	if (d->taken[KEY_PROBA] != rank + 1)
		aliases_note(d, KEY_PROBA, rank);
	if (kind == JSON_OBJECT)
		classes_read_object(d, s, index);
	else
		classes_read_array(d, s);
}

/* An object or array under a name that is not a feature's path: at the top, below a known name. */
static void
known_enter(struct decoder *d, struct json_scan *s, uint32_t index, enum json_kind kind)
{
	struct value v;

	switch (d->keys.nodes[index].meaning) {
	case KEY_FEATURES:
		features_enter(d, s, index, kind);
		return;
	case KEY_PROBA:
		classes_enter(d, s, index, kind);
		return;
	default:
		container_skip(d, s, kind, &v);
		if (d->keys.nodes[index].meaning != KEY_ERROR)
			d->oddities |= EVENT_ODD(REASON_NOT_SCALAR);
		decode_known_put(d, &d->keys.nodes[index], &v);
	}
}

static void
member_read(struct decoder *d, struct json_scan *s, uint32_t index, bool top)
{
	struct json_value j;
	struct value v;

	json_scan_value(s, &j);
	if (j.kind == JSON_OBJECT || j.kind == JSON_ARRAY) {
		if (index == KEYMAP_NONE || (top && d->keys.nodes[index].meaning == KEY_FIELD &&
						d->features_rank != DECODE_NO_RANK)) {
			json_scan_skip(s, j.kind);
		} else if (top && d->keys.nodes[index].meaning != KEY_FIELD) {
			known_enter(d, s, index, j.kind);
		} else if (j.kind == JSON_OBJECT) {
			decode_object_read(d, s, index);
		} else {
			container_skip(d, s, j.kind, &v);
			feature_put(d, index, &v);
		}
		return;
	}
	if (j.kind == JSON_ERROR || index == KEYMAP_NONE)
		return;
	decode_value_take(d, &j, &v);
	if (top)
		scalar_put(d, index, &v);
	else
		feature_put(d, index, &v);
}

/* Depth is bounded by the scanner, so this recursion is too. */
void
decode_object_read(struct decoder *d, struct json_scan *s, uint32_t parent)
{
	bool top = parent <= KEYMAP_FLAT;
	uint32_t index;

	while (member_next(d, s, parent, &index)) {
		d->nmembers++;
		member_read(d, s, index, top);
	}
}

/* ---- flat ------------------------------------------------------------------------------------ */

static uint32_t
pair_node(struct decoder *d, struct slice name)
{
	struct keymap *keys = &d->keys;
	uint32_t before = d->last == KEYMAP_NONE ? KEYMAP_FLAT : d->last;
	uint32_t index = keys->nodes[before].next;

	if (index >= keys->nnodes || keys->nodes[index].parent != KEYMAP_FLAT ||
	    !slice_eq_short(keys->nodes[index].raw, name)) {
		index = keymap_child(keys, KEYMAP_FLAT, name, false);
		if (index == KEYMAP_NONE) {
			nameless(d);
			return index;
		}
		keys->nodes[before].next = index;
	}
	d->last = index;
	node_first_time(d, index);
	return index;
}

/* `features` or `proba` as JSON text. Text that only looks like it is a value as any other. */
static bool
pair_json(struct decoder *d, uint32_t index, struct slice text)
{
	struct json_scan s;
	struct json_value j;
	uint32_t flat_last = d->last;
	size_t i;

	/* Room for the escapes of all fields, since a second one may hold JSON too. */
	if (d->scratch_want == 0)
		for (i = 0; i < d->npairs; i++)
			d->scratch_want += d->pairs[i].value.n;
	json_scan_init(&s, text);
	if (json_scan_value(&s, &j) == JSON_ERROR || !json_scan_skip(&s, j.kind) ||
	    !json_scan_finish(&s))
		return false;
	json_scan_init(&s, text);
	json_scan_value(&s, &j);
	d->last = index;
	known_enter(d, &s, index, j.kind);
	d->last = flat_last;
	return true;
}

void
decode_pair_read(struct decoder *d, const struct pair *pair)
{
	uint32_t index = pair_node(d, pair->name);
	const struct keymap_node *node;
	struct value v;

	if (index == KEYMAP_NONE)
		return;
	node = &d->keys.nodes[index];
	if ((node->meaning == KEY_FEATURES || node->meaning == KEY_PROBA) && pair->value.n &&
	    (*pair->value.p == '{' || *pair->value.p == '[') && pair_json(d, index, pair->value))
		return;
	decode_flat_value(pair->value, &v);
	if (v.kind == VALUE_TEXT)
		v.text = decode_text_take(d, v.text, decode_high(v.text));
	if (node->prefixed) {
		if (!d->prefixed && d->features_rank == DECODE_NO_RANK)
			features_restart(d, 0);
		d->prefixed = true;
		feature_put(d, index, &v);
	} else {
		scalar_put(d, index, &v);
	}
}
