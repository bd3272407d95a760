/*
 * A new version answers in its own way: what its predictions and scores are held against is its own first thousand
 * rows, while inputs, which are none of its doing, keep their reference.
 *
 * Counted are evaluation windows in which no other version had an event: a function of the events alone, however they
 * were read. While two versions share the traffic none is counted, and the two are compared with each other instead.
 *
 * What is held against them begins with the rows behind them: a total that has the answers of the version before in it
 * would be called different for ever. So totals and windows of the outputs begin anew, for all versions, with the event
 * that completes the last of these windows: between two deltas, where everything that was counted is of events before.
 */
#include "core/counts_bytes.h"
#include "core/mem.h"
#include "core/store_impl.h"

#define OUTPUTS 2 /* prediction, score */
#define CELLS_MAX ((NUMBINS_MAX > TOPVALS_CELLS ? NUMBINS_MAX : TOPVALS_CELLS) + EXTRA_COUNT)

struct own_outputs {
	char version[LIMIT_NAME_BYTES + 1];
	uint64_t rows;
	uint64_t cells[OUTPUTS][CELLS_MAX];
	struct moments moments[OUTPUTS];
};

/* The only version with events from that time on; NULL: there are several. */
static const struct version *
sole_version(const struct model *m, int64_t from_ms)
{
	const struct version *sole = NULL;
	unsigned i;

	for (i = 0; i < m->nversions; i++) {
		if (!m->versions[i].events || m->versions[i].last_ms < from_ms)
			continue;
		if (sole)
			return NULL;
		sole = &m->versions[i];
	}
	return sole && sole->name.n <= LIMIT_NAME_BYTES ? sole : NULL;
}

void
store_outputs_forget(struct model *m)
{
	mem_free(m->own_outputs);
	m->own_outputs = NULL;
}

/* The place of the i-th output in the baseline; its count of features where there is none. */
static size_t
output_at(const struct baseline *b, size_t i)
{
	size_t k, n = 0;

	for (k = 0; k < b->nfeatures; k++)
		if (b->features[k].output && n++ == i)
			return k;
	return b->nfeatures;
}

static void
count_window(struct own_outputs *own, const struct baseline *b, const struct evalwin_sums *w)
{
	size_t i, k, n;

	own->rows += w->tally.rows;
	for (i = 0; i < OUTPUTS; i++) {
		size_t at = output_at(b, i);

		if (at == b->nfeatures)
			return;
		n = b->features[at].ncells + EXTRA_COUNT;
		for (k = 0; k < n; k++)
			own->cells[i][k] += w->cells[b->layout.first[at] + k];
		own->moments[i].sum += w->moments[at].sum;
		own->moments[i].sumsq += w->moments[at].sumsq;
	}
}

/* What has grown of the output is of the version before. */
static void
grow_anew(struct model *m, size_t at)
{
	struct growth_column fresh;

	if (store_growth_column(&m->baseline->features[at], &fresh, NULL))
		growth_column_end(&m->growth.columns[at]);
	else {
		growth_column_release(&m->growth.columns[at]);
		m->growth.columns[at] = fresh;
	}
	watch_reset(&m->watches[at]);
}

static int
set_version(struct model *m, struct slice name)
{
	char *copy = mem_dup(name.p, name.n);

	if (!copy)
		return ERR_NOMEM;
	mem_free(m->baseline->outputs_of);
	m->baseline->outputs_of = copy;
	m->revision++;
	return 0;
}

/* Nothing has been counted of the outputs, from the next event on. */
static void
begin_outputs(struct model *m)
{
	const struct baseline *b = m->baseline;
	size_t at[OUTPUTS], n = 0, i;

	while (n < OUTPUTS && output_at(b, n) < b->nfeatures) {
		at[n] = output_at(b, n);
		n++;
	}
	sums_restart(&m->total, &b->layout, at, n);
	for (i = 0; i < RING_COUNT; i++)
		ring_restart(&m->rings[i], &b->layout, at, n);
	for (i = 0; i < FID_INPUT; i++)
		model_restart_column(m, i);
	for (i = 0; m->score && i < SCOREBINS; i++)
		m->score[i] = 0;
	m->outputs_after_ms = m->newest_ms;
}

static void
refer_outputs(struct store *s, struct model *m)
{
	const struct own_outputs *own = m->own_outputs;
	struct baseline *b = m->baseline;
	size_t i;

	if (set_version(m, slice_of(own->version)))
		return; /* without memory now, perhaps with it at the next window */
	for (i = 0; i < OUTPUTS && output_at(b, i) < b->nfeatures; i++) {
		size_t at = output_at(b, i);

		m->armed -= b->features[at].frozen != NULL;
		store_refer(&b->features[at], own->rows, own->cells[i], &own->moments[i]);
		grow_anew(m, at);
	}
	b->outputs_own = true;
	begin_outputs(m);
	m->judged_baseline = NULL;
	s->generation++;
	store_outputs_forget(m);
}

void
store_outputs_window(struct store *s, struct model *m, const struct evalwin_sums *w, bool between)
{
	const struct version *v = sole_version(m, w->first * EVALWIN_MS);
	struct own_outputs *own = m->own_outputs;

	if (!v || output_at(m->baseline, 0) == m->baseline->nfeatures)
		return;
	if (!m->baseline->outputs_of) {
		(void)set_version(m, v->name);
		return;
	}
	if (slice_is(v->name, m->baseline->outputs_of)) {
		store_outputs_forget(m);
		return;
	}
	if (!own || !slice_is(v->name, own->version)) {
		store_outputs_forget(m);
		own = m->own_outputs = mem_calloc(1, sizeof(*own));
		if (!own)
			return;
		memcpy(own->version, v->text, v->name.n);
	}
	count_window(own, m->baseline, w);
	if (own->rows >= LIMIT_LEARN_ROWS_MIN && between)
		refer_outputs(s, m);
}

/* ---- as bytes -------------------------------------------------------------------------------- */

void
store_outputs_encode(const struct model *m, struct bytes *to)
{
	const struct own_outputs *own = m->own_outputs;
	size_t i, k;

	bytes_put_uint(to, own != NULL);
	if (!own)
		return;
	bytes_put_text(to, slice_of(own->version));
	bytes_put_uint(to, own->rows);
	for (i = 0; i < OUTPUTS; i++) {
		for (k = 0; k < CELLS_MAX; k++)
			bytes_put_uint(to, own->cells[i][k]);
		counts_put_moments(to, own->moments[i].sum, own->moments[i].sumsq);
	}
}

int
store_outputs_decode(struct model *m, struct bytes_reader *r, struct err *err)
{
	struct own_outputs *own;
	struct slice version;
	size_t i, k;

	if (!bytes_get_bool(r))
		return 0;
	own = m->own_outputs = mem_calloc(1, sizeof(*own));
	if (!own)
		return err_nomem(err);
	version = bytes_get_text(r, LIMIT_NAME_BYTES);
	if (version.n)
		memcpy(own->version, version.p, version.n);
	own->rows = bytes_get_uint(r, UINT64_MAX);
	for (i = 0; i < OUTPUTS; i++) {
		for (k = 0; k < CELLS_MAX; k++)
			own->cells[i][k] = bytes_get_uint(r, UINT64_MAX);
		counts_get_moments(r, &own->moments[i], INT64_MAX / 2);
	}
	return 0;
}
