#include "core/record_mask.h"

#include <stdint.h>
#include <stdio.h>

#include "core/events_bytes.h"
#include "core/frole.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/store_impl.h"

enum said { SAID_UNKNOWN = 0, SAID_NOTHING, SAID_MASKED, SAID_OPEN };

/* By column, of those that have been asked about. */
struct mask_model {
	unsigned char *said;
	size_t n, cap;
	enum said id;
};

void
record_mask_init(struct record_mask *m, const struct config *config)
{
	memset(m, 0, sizeof(*m));
	m->config = config;
}

void
record_mask_release(struct record_mask *m)
{
	size_t i;

	for (i = 0; i < m->nmodels; i++)
		mem_free(m->models[i].said);
	mem_free(m->models);
	memset(m, 0, sizeof(*m));
}

/* Patterns are of "MODEL.COLUMN" as one text, since either may have dots. */
static bool
is_listed(const struct config *c, struct slice model, struct slice column)
{
	char whole[2 * LIMIT_NAME_BYTES + 2];
	int n;
	size_t i;

	n = snprintf(whole, sizeof(whole), "%.*s.%.*s", (int)(model.n < LIMIT_NAME_BYTES ? model.n : LIMIT_NAME_BYTES),
	    model.p, (int)(column.n < LIMIT_NAME_BYTES ? column.n : LIMIT_NAME_BYTES), column.p);
	for (i = 0; i < c->nmasks; i++)
		if (slice_glob(slice_of(c->masks[i]), slice_make(whole, (size_t)n)))
			return true;
	return false;
}

static enum said
look_up(const struct config *c, struct slice model, struct slice column)
{
	struct config_feature f = config_feature_of(c, model, column);

	if (f.has_mask)
		return f.mask ? SAID_MASKED : SAID_OPEN;
	if (c && is_listed(c, model, column))
		return SAID_MASKED;
	if (!f.has_role)
		return SAID_NOTHING;
	return f.role == FROLE_ID || f.role == FROLE_TEXT ? SAID_MASKED : SAID_OPEN;
}

bool
record_mask_says(const struct config *c, struct slice model, struct slice column)
{
	return look_up(c, model, column) == SAID_MASKED;
}

/*
 * Whether the rows that the role was guessed from leave it open that more of them had said `id` or `text`: too few for
 * either, or so many different values that all those up to FROLE_ID_ROWS may still be different enough.
 */
static bool
is_open(const struct baseline_feature *ref)
{
	if (ref->type != FEATURE_CATEGORICAL || ref->count >= FROLE_ID_ROWS)
		return false;
	return ref->count < FROLE_ROWS_MIN || ref->distinct + FROLE_ID_ROWS - ref->count > FROLE_ID_ROWS * 9 / 10;
}

/* Masks are asked through const: what was looked up is a cache, and theirs alone. */
static struct mask_model *
mask_model(struct record_mask *m, size_t model)
{
	struct mask_model *grown;

	if (model < m->nmodels)
		return &m->models[model];
	grown = mem_grow(m->models, &m->cap, model + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	m->models = grown;
	memset(&grown[m->nmodels], 0, (model + 1 - m->nmodels) * sizeof(*grown));
	m->nmodels = model + 1;
	return &grown[model];
}

static enum said
said_of(struct record_mask *m, const struct model *model, size_t fid)
{
	struct mask_model *mm = mask_model(m, model->index);
	unsigned char *grown;

	if (!mm)
		return SAID_MASKED;
	if (fid == EVENTS_ID) {
		if (mm->id == SAID_UNKNOWN)
			mm->id = look_up(m->config, model->name, slice_of("id"));
		return mm->id;
	}
	if (fid >= mm->n) {
		grown = mem_grow(mm->said, &mm->cap, fid + 1, 1);
		if (!grown)
			return SAID_MASKED;
		mm->said = grown;
		memset(grown + mm->n, SAID_UNKNOWN, fid + 1 - mm->n);
		mm->n = fid + 1;
	}
	if (mm->said[fid] == SAID_UNKNOWN)
		mm->said[fid] = (unsigned char)look_up(m->config, model->name, model_feature_name(model, fid));
	return (enum said)mm->said[fid];
}

bool
record_mask_is(const void *ctx, const struct store *s, size_t model, size_t fid)
{
	const struct model *mo = model < s->nmodels ? s->models[model] : NULL;
	const struct baseline_feature *ref;
	enum said said = SAID_MASKED;

	if (mo)
		said = said_of((struct record_mask *)(uintptr_t)ctx, mo, fid);
	if (said != SAID_NOTHING)
		return said == SAID_MASKED;
	if (fid < FID_INPUT || fid == EVENTS_ID)
		return false;
	ref = fid < mo->nfeatures ? mo->features[fid].ref : NULL;
	return !ref || ref->role == FROLE_ID || ref->role == FROLE_TEXT || is_open(ref);
}

void
record_mask_words(const struct config *config, char *buf, size_t bytes)
{
	size_t n = 0, i;

	n = (size_t)snprintf(buf, bytes, "inputs of the roles id and text, and those whose role was not known");
	for (i = 0; config && i < config->nmasks && n < bytes; i++)
		n += (size_t)snprintf(buf + n, bytes - n, "; %s", config->masks[i]);
	for (i = 0; config && i < config->nfeatures && n < bytes; i++)
		if (config->features[i].has_mask)
			n += (size_t)snprintf(buf + n, bytes - n, "; %s%s.%s", config->features[i].mask ? "" : "not ",
			    config->features[i].model, config->features[i].feature);
}
