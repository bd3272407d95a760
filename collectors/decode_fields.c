/* What became of each field of an event, read off what its decoding left behind. */
#include <math.h>

#include "collectors/decode_impl.h"
#include "core/mem.h"

struct reader {
	const struct decoder *d;
	char path[DECODE_PATH_BYTES];
	unsigned char holds[]; /* by node: others of this event are in it */
};

/* The name at the top that a node is below. */
static uint32_t
top_of(const struct decoder *d, uint32_t index)
{
	while (d->keys.nodes[index].parent > KEYMAP_FLAT)
		index = d->keys.nodes[index].parent;
	return index;
}

/* From the innermost name outwards, so that what is cut is the beginning of what it is in. */
static struct slice
path_of(struct reader *r, uint32_t index)
{
	size_t at = sizeof(r->path);

	for (;;) {
		const struct keymap_node *node = &r->d->keys.nodes[index];
		size_t n = node->raw.n < at ? node->raw.n : at;

		at -= n;
		memcpy(r->path + at, node->raw.p, n);
		index = node->parent;
		if (index <= KEYMAP_FLAT || at == 0)
			return slice_make(r->path + at, sizeof(r->path) - at);
		r->path[--at] = '.';
	}
}

static bool
set_feature(const struct decoder *d, const struct keymap_node *node, struct decode_field *f)
{
	const struct keymap_name *name = &d->keys.names[node->name];

	if (name->seen != d->seen_features || name->at >= d->nfeatures)
		return false;
	f->use = DECODE_FEATURE;
	f->name = name->name;
	f->value = d->features[name->at].value;
	return true;
}

static void
set_class(const struct decoder *d, const struct keymap_node *node, struct decode_field *f)
{
	f->use = DECODE_CLASS;
	f->name = d->keys.names[node->name].name;
	for (size_t i = 0; i < d->nclasses; i++)
		if (d->classes[i].name.p == f->name.p)
			decode_value_set(&f->value, VALUE_NUMBER, d->classes[i].p, slice_make(NULL, 0));
}

/* Where features are elsewhere: in `features` by that name, or behind the prefix. */
static struct slice
features_place(const struct decoder *d)
{
	if (d->prefixed)
		return slice_of("f.");
	return slice_of(keymap_aliases[KEY_FEATURES].names[d->features_rank]);
}

static void
set_known(const struct decoder *d, const struct keymap_node *node, struct decode_field *f)
{
	const struct decode_known *k = &d->known[node->meaning];

	/* A status that is none is an input. */
	if (node->meaning == KEY_STATUS && k->rank == DECODE_NO_RANK && d->features_rank == DECODE_NO_RANK &&
	    set_feature(d, node, f))
		return;
	if (k->rank != DECODE_NO_RANK && k->rank != node->rank) {
		f->instead = slice_of(keymap_aliases[node->meaning].names[k->rank]);
		return;
	}
	f->use = DECODE_KNOWN;
	if (k->rank == node->rank)
		f->value = k->value;
}

/* `features` and `proba`, which hold others, or else are what any field or known name is. */
static void
set_holder(const struct decoder *d, const struct keymap_node *node, bool holds, struct decode_field *f)
{
	unsigned rank = node->meaning == KEY_FEATURES ? d->features_rank : d->classes_rank;

	if (rank == node->rank && (holds || d->features_given || node->meaning == KEY_PROBA))
		f->use = DECODE_HOLDS;
	else if (rank != DECODE_NO_RANK)
		f->instead = node->meaning == KEY_FEATURES
				 ? features_place(d)
				 : slice_of(keymap_aliases[KEY_PROBA].names[rank]);
	else if (node->meaning == KEY_PROBA)
		set_known(d, node, f);
	else
		(void)set_feature(d, node, f);
}

static void
set_below(const struct decoder *d, uint32_t index, struct decode_field *f)
{
	const struct keymap_node *node = &d->keys.nodes[index], *top = &d->keys.nodes[top_of(d, index)];

	if (top->meaning == KEY_PROBA && top->rank == d->classes_rank)
		set_class(d, node, f);
	else if (top->meaning == KEY_FEATURES ? top->rank == d->features_rank
					      : d->features_rank == DECODE_NO_RANK)
		(void)set_feature(d, node, f);
	else if (d->features_rank != DECODE_NO_RANK)
		f->instead = features_place(d);
}

static void
tell(struct reader *r, uint32_t index, void (*each)(void *ctx, const struct decode_field *f), void *ctx)
{
	const struct decoder *d = r->d;
	const struct keymap_node *node = &d->keys.nodes[index];
	struct decode_field f = {.index = index, .meaning = (enum key_meaning)node->meaning, .rank = node->rank};

	if (r->holds[index] && node->meaning == KEY_FIELD)
		return; /* those in it are told */
	f.value.num = NAN;
	if (node->parent > KEYMAP_FLAT)
		set_below(d, index, &f);
	else if (node->meaning == KEY_FEATURES || node->meaning == KEY_PROBA)
		set_holder(d, node, r->holds[index], &f);
	else if (node->meaning != KEY_FIELD)
		set_known(d, node, &f);
	else if (d->features_rank == DECODE_NO_RANK || node->prefixed)
		(void)set_feature(d, node, &f);
	else
		f.instead = features_place(d);
	f.path = path_of(r, index);
	each(ctx, &f);
}

int
decoder_fields(const struct decoder *d, void (*each)(void *ctx, const struct decode_field *f), void *ctx,
    struct err *err)
{
	const struct keymap *keys = &d->keys;
	struct reader *r = mem_calloc(1, sizeof(*r) + keys->nnodes);
	uint32_t i;

	if (!r)
		return err_nomem(err);
	r->d = d;
	for (i = KEYMAP_FLAT + 1; i < keys->nnodes; i++)
		if (keys->nodes[i].seen == d->event)
			r->holds[keys->nodes[i].parent] = 1;
	for (i = KEYMAP_FLAT + 1; i < keys->nnodes; i++)
		if (keys->nodes[i].seen == d->event)
			tell(r, i, each, ctx);
	mem_free(r);
	return 0;
}
