/*
 * What an earlier run has left, given to the store by facts before the first event. A model gets its part when it is
 * first seen: one that is not watched this time takes no row on the screen and no memory for its columns.
 */
#include <stdio.h>

#include "core/baseline_bytes.h"
#include "core/mem.h"
#include "core/saved.h"
#include "core/saved_impl.h"
#include "core/store_impl.h"

struct saved_record {
	char *model; /* NUL-terminated copy */
	struct slice name;
	uint64_t binning;
	int64_t written_ms;
	bool reference_only;
	char *files[2]; /* binning, model; NULL: given back */
	struct slice bytes[2];
};

static void
forget(struct saved_record *r)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		mem_free(r->files[i]);
		r->files[i] = NULL;
		r->bytes[i] = slice_make("", 0);
	}
}

void
store_saved_release(struct store *s)
{
	size_t i;

	for (i = 0; i < s->nsaved; i++) {
		forget(&s->saved[i]);
		mem_free(s->saved[i].model);
	}
	mem_free(s->saved);
}

/* It goes on without what could not be used; the first sentence of why is kept. */
void
store_saved_complain(struct store *s, struct slice model, const struct err *why)
{
	if (!s->saved_failed++)
		snprintf(s->saved_why, sizeof(s->saved_why), "what was saved of model '%.*s' cannot be used: %.120s",
		    (int)(model.n < 60 ? model.n : 60), model.p, why->msg);
	s->generation++;
}

/* ---- giving it to a model -------------------------------------------------------------------- */

/*
 * What growth and evidence rest on is the saved reference; one that was given by a file is what is shown. Evidence that
 * there is already was of the reference before: it begins anew.
 */
static void
take_frozen(struct model *m, struct baseline *saved)
{
	size_t i;

	for (i = 0; i < m->baseline->nfeatures; i++) {
		frozen_free(m->baseline->features[i].frozen);
		m->baseline->features[i].frozen = saved->features[i].frozen;
		saved->features[i].frozen = NULL;
	}
	m->armed = m->prepared = 0;
	for (i = 0; i < m->nwatches; i++) {
		watch_reset(&m->watches[i]);
		m->armed += m->baseline->features[i].frozen != NULL;
	}
}

/* Reads both files up to what follows the reference. */
static int
open_record(const struct saved_record *r, struct baseline **b, struct bytes_reader *rest, struct err *err)
{
	struct bytes_reader binning;
	struct saved_head head;
	int rc = saved_open(&binning, r->bytes[0], SAVED_BINNING, err);

	if (!rc)
		rc = saved_open_model(rest, r->bytes[1], &head, err);
	return rc ? rc : baseline_decode(b, &binning, rest, err);
}

/* The model's baseline is the saved one, or one on the same binning. */
static int
restore(struct store *s, struct model *m, const struct saved_record *r, bool whole, struct err *err)
{
	struct bytes_reader rest;
	struct baseline *b = NULL;
	int rc = open_record(r, &b, &rest, err);

	if (rc)
		return rc;
	if (whole) {
		b->kind = BASELINE_SAVED;
		rc = store_set_baseline(s, m, b, err); /* takes b */
		if (rc)
			return rc;
	} else {
		take_frozen(m, b);
		baseline_free(b);
	}
	if (!r->reference_only)
		rc = saved_decode_model(m, &rest, err);
	m->revision++;
	m->moved = true;
	s->generation++;
	return rc;
}

static void
try_restore(struct store *s, struct model *m, struct saved_record *r, bool whole)
{
	struct err err = {0};
	int rc = restore(s, m, r, whole, &err);

	if (rc)
		store_saved_complain(s, r->name, &err);
	if (!rc)
		forget(r);
}

/* The newest one of that model, or with that binning (0: any). */
static struct saved_record *
find(struct store *s, const struct model *m, uint64_t binning)
{
	struct saved_record *best = NULL;
	size_t i;

	for (i = 0; i < s->nsaved; i++) {
		struct saved_record *r = &s->saved[i];

		if (!r->files[1] || !slice_eq(r->name, m->name) || (binning && r->binning != binning))
			continue;
		if (!best || r->written_ms > best->written_ms)
			best = r;
	}
	return best;
}

void
store_saved_attach(struct store *s, struct model *m)
{
	struct saved_record *r = s->nsaved ? find(s, m, 0) : NULL;

	if (!r || m->baseline)
		return;
	try_restore(s, m, r, true);
	if (m->baseline)
		store_stop_learning(s, m);
}

void
store_saved_match(struct store *s, struct model *m)
{
	struct saved_record *r = s->nsaved && m->baseline ? find(s, m, m->baseline->id) : NULL;

	if (r)
		try_restore(s, m, r, false);
}

/* ---- facts ----------------------------------------------------------------------------------- */

static int
fill(struct saved_record *r, const struct fact_saved *f, struct err *err)
{
	const struct slice files[2] = {f->binning, f->model};
	struct bytes_reader rest;
	struct saved_head head;
	size_t i;
	int rc = saved_open_model(&rest, f->model, &head, err);

	if (rc)
		return rc;
	r->model = mem_dup(head.model.p, head.model.n);
	r->name = slice_make(r->model, head.model.n);
	r->binning = head.binning;
	r->written_ms = head.written_ms;
	r->reference_only = f->reference_only;
	for (i = 0; i < 2; i++) {
		r->files[i] = mem_dup(files[i].p, files[i].n);
		r->bytes[i] = slice_make(r->files[i], files[i].n);
	}
	if (r->model && r->files[0] && r->files[1])
		return 0;
	forget(r);
	mem_free(r->model);
	return err_nomem(err);
}

int
store_apply_saved(struct store *s, const struct fact_saved *f, struct err *err)
{
	struct saved_record *grown = mem_grow(s->saved, &s->saved_cap, s->nsaved + 1, sizeof(*grown)), *r;
	size_t index;
	int rc;

	if (!grown)
		return err_nomem(err);
	s->saved = grown;
	r = &grown[s->nsaved];
	memset(r, 0, sizeof(*r));
	rc = fill(r, f, err);
	if (rc)
		return rc;
	s->nsaved++;
	index = names_find(&s->model_names, r->name);
	if (index != NAMES_NONE)
		store_saved_match(s, s->models[index]);
	return 0;
}

int
store_apply_state(struct store *s, const struct fact_state *f, struct err *err)
{
	struct fact_state copy = *f;
	struct slice *slices[2] = {&copy.directory, &copy.sentence};
	int rc = store_copy_strings(s->state_strings, slices, 2, err);

	if (!rc)
		s->state = copy;
	s->generation++;
	return rc;
}

const struct fact_state *
store_state(const struct store *s)
{
	return &s->state;
}

const char *
store_saved_why(const struct store *s)
{
	return s->saved_why;
}
