#include "core/watch_bytes.h"

#include <math.h>

#include "core/baseline_bytes.h"
#include "core/mem.h"
#include "core/store_impl.h"

static int
damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "is cut off or damaged");
}

/* ---- the growing baseline -------------------------------------------------------------------- */

static void
encode_growth(const struct growth *g, struct bytes *to)
{
	size_t i;

	bytes_put_uint(to, g->rows);
	bytes_put_uint(to, g->events);
	bytes_put_uint(to, g->errors);
	bytes_put_uint(to, g->client_errors);
	bytes_put_uint(to, g->latency_ns);
	baseline_encode_latency(g->latency, to);
	bytes_put_uint(to, g->days);
	bytes_put_int(to, g->last_day);
	for (i = 0; i < FROZEN_SLOTS; i++) {
		bytes_put_uint(to, g->traffic[i].events);
		bytes_put_uint(to, g->traffic[i].slots);
	}
	bytes_put_int(to, g->longest_gap_ms);
	bytes_put_int(to, g->first);
	bytes_put_int(to, g->newest);
	bytes_put_uint(to, g->windows);
	bytes_put_uint(to, g->left_out);
	bytes_put_uint(to, g->open);
	bytes_put_uint(to, g->frozen);
}

static void
decode_growth(struct growth *g, struct bytes_reader *r)
{
	size_t i;

	g->rows = bytes_get_uint(r, UINT64_MAX);
	g->events = bytes_get_uint(r, UINT64_MAX);
	g->errors = bytes_get_uint(r, UINT64_MAX);
	g->client_errors = bytes_get_uint(r, UINT64_MAX);
	g->latency_ns = bytes_get_uint(r, UINT64_MAX);
	baseline_decode_latency(g->latency, &g->latencies, r);
	g->days = (uint32_t)bytes_get_uint(r, UINT32_MAX);
	g->last_day = bytes_get_int(r);
	for (i = 0; i < FROZEN_SLOTS; i++) {
		g->traffic[i].events = bytes_get_uint(r, UINT64_MAX);
		g->traffic[i].slots = bytes_get_uint(r, UINT64_MAX);
	}
	g->longest_gap_ms = bytes_get_int(r);
	g->first = bytes_get_int(r);
	g->newest = bytes_get_int(r);
	g->windows = bytes_get_uint(r, UINT64_MAX);
	g->left_out = bytes_get_uint(r, UINT64_MAX);
	g->open = bytes_get_bool(r);
	g->frozen = bytes_get_bool(r);
}

/* Integers as many as they are: a column and the evidence of it tell themselves how many that must be. */
static void
put_ints(struct bytes *to, const int64_t *ints, size_t n)
{
	size_t i;

	bytes_put_uint(to, n);
	for (i = 0; i < n; i++)
		bytes_put_int(to, ints[i]);
}

/* *ints: the caller's to free. */
static int
get_ints(struct bytes_reader *r, int64_t **ints, size_t *n, struct err *err)
{
	size_t i;

	*n = bytes_get_count(r, SIZE_MAX);
	*ints = mem_calloc(*n + 1, sizeof(**ints));
	if (!*ints)
		return err_nomem(err);
	for (i = 0; i < *n; i++)
		(*ints)[i] = bytes_get_int(r);
	return r->failed ? damaged(err) : 0;
}

static void
encode_column(const struct growth_column *g, struct bytes *to)
{
	size_t n = growth_column_ints(g);
	int64_t *ints = mem_alloc((n + 1) * sizeof(*ints));

	if (!ints) {
		to->failed = true;
		return;
	}
	growth_column_encode(g, ints);
	put_ints(to, ints, n);
	mem_free(ints);
}

static int
decode_column(struct growth_column *g, const struct baseline_feature *f, struct bytes_reader *r, struct err *err)
{
	int64_t *ints = NULL;
	size_t n;
	int rc = get_ints(r, &ints, &n, err);

	if (!rc)
		rc = store_growth_column(f, g, err);
	if (!rc)
		rc = growth_column_decode(g, ints, n, err);
	mem_free(ints);
	return rc;
}

/* ---- evidence -------------------------------------------------------------------------------- */

static void
encode_watch(const struct watch *w, struct bytes *to)
{
	size_t n;
	int64_t *ints;

	bytes_put_uint(to, !w->made ? 0 : w->phi.segment_blocks > 0 ? 2 : 1);
	if (!w->made)
		return;
	bytes_put_uint(to, w->armed);
	bytes_put_int(to, w->most);
	bytes_put_int(to, w->most_onset);
	bytes_put_uint(to, w->most_kind);
	bytes_put_double(to, w->limit);
	baseline_encode_phi(&w->phi, to);
	n = evidence_ints(w->evidence.nbins);
	ints = mem_alloc((n + 1) * sizeof(*ints));
	if (!ints) {
		to->failed = true;
		return;
	}
	evidence_encode(&w->evidence, ints);
	put_ints(to, ints, n);
	mem_free(ints);
}

static int
decode_watch(struct watch *w, const struct baseline_feature *f, struct bytes_reader *r, struct err *err)
{
	int64_t *ints = NULL;
	uint64_t made = bytes_get_uint(r, 2);
	size_t n;
	int rc;

	w->made_for = 0;
	if (!made)
		return 0;
	w->armed = bytes_get_bool(r);
	w->most = bytes_get_int(r);
	w->most_onset = bytes_get_int(r);
	w->most_kind = (enum evidence_kind)bytes_get_uint(r, EVIDENCE_KINDS - 1);
	w->limit = bytes_get_double(r);
	r->failed |= !isfinite(w->limit);
	baseline_decode_phi(&w->phi, made > 1, r);
	rc = get_ints(r, &ints, &n, err);
	if (!rc)
		rc = evidence_init(&w->evidence, watch_bins(f), err);
	w->made = !rc;
	if (!rc)
		rc = evidence_decode(&w->evidence, ints, n, err);
	mem_free(ints);
	return rc;
}

/* ---- a model --------------------------------------------------------------------------------- */

void
watch_encode_all(const struct model *m, struct bytes *to)
{
	size_t i;

	bytes_put_uint(to, m->watches != NULL);
	if (!m->watches)
		return;
	encode_growth(&m->growth, to);
	for (i = 0; i < m->nwatches; i++) {
		encode_column(&m->growth.columns[i], to);
		encode_watch(&m->watches[i], to);
	}
}

static int
decode_columns(struct model *m, struct bytes_reader *r, struct err *err)
{
	const struct baseline *b = m->baseline;
	size_t i;
	int rc;

	m->watches = mem_calloc(b->nfeatures + 1, sizeof(*m->watches));
	if (!m->watches)
		return err_nomem(err);
	rc = growth_init(&m->growth, b->nfeatures, err);
	if (rc)
		return rc;
	m->nwatches = b->nfeatures;
	decode_growth(&m->growth, r);
	for (i = 0; i < b->nfeatures && !rc; i++) {
		rc = decode_column(&m->growth.columns[i], &b->features[i], r, err);
		if (!rc)
			rc = decode_watch(&m->watches[i], &b->features[i], r, err);
		m->armed += b->features[i].frozen != NULL;
	}
	return rc;
}

int
watch_decode_all(struct model *m, struct bytes_reader *r, struct err *err)
{
	int rc;

	model_drop_watches(m);
	rc = bytes_get_bool(r) ? decode_columns(m, r, err) : 0;
	if (!rc && r->failed)
		rc = damaged(err);
	if (rc)
		model_drop_watches(m);
	return rc;
}
