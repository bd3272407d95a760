#include "core/baseline.h"

#include <math.h>
#include <stdio.h>

#include "core/floor.h"
#include "core/mem.h"
#include "core/stat.h"

#define DAY_MS INT64_C(86400000)

static void
feature_release(struct baseline_feature *f)
{
	mem_free(f->name);
	mem_free(f->counts);
	mem_free(f->means);
	mem_free(f->score_means);
	loghist_release(&f->hist);
	topvals_release(&f->values);
	frozen_free(f->frozen);
}

void
baseline_free(struct baseline *b)
{
	size_t i;

	if (!b)
		return;
	for (i = 0; i < b->nfeatures; i++)
		feature_release(&b->features[i]);
	mem_free(b->features);
	mem_free(b->layout.first);
	mem_free(b->latency);
	mem_free(b->model);
	mem_free(b->name);
	mem_free(b->positive);
	mem_free(b->outputs_of);
	quality_book_free(b->quality);
	mem_free(b);
}

const struct baseline_feature *
baseline_find(const struct baseline *b, struct slice name, bool output)
{
	size_t i;

	for (i = 0; i < b->nfeatures; i++)
		if (b->features[i].output == output && slice_is(name, b->features[i].name))
			return &b->features[i];
	return NULL;
}

/* ---- cells of the statistics ----------------------------------------------------------------- */

size_t
baseline_feature_cells(
    const struct baseline_feature *f, const uint64_t *counts, uint64_t *cur, uint64_t *ref)
{
	uint8_t cell_of[LIMIT_TOP_VALUES];
	size_t k = f->values.k, n;

	if (f->type == FEATURE_NUMERIC) {
		if (!f->count)
			return 0;
		numbins_merge(&f->bins, counts, cur);
		numbins_merge(&f->bins, f->counts, ref);
		return f->bins.npsi;
	}
	n = floor_cells(f->counts, k, cell_of);
	floor_fill_cells(counts, k, cell_of, n, counts[k] + counts[k + 1], cur);
	floor_fill_cells(f->counts, k, cell_of, n, f->counts[k] + f->counts[k + 1], ref);
	return n;
}

double
baseline_feature_psi(
    const struct baseline_feature *f, const uint64_t *counts, uint64_t n, size_t *used)
{
	uint64_t cur[BASELINE_PSI_CELLS], ref[BASELINE_PSI_CELLS];
	struct stat_input in = {.cur = cur, .ref = ref};

	in.ncells = baseline_feature_cells(f, counts, cur, ref);
	if (used)
		*used = in.ncells;
	return n && f->count && in.ncells >= 2 ? stat_psi(&in) : NAN;
}

/* ---- finishing ------------------------------------------------------------------------------- */

static int
feature_bad(
    const struct baseline *b, const struct baseline_feature *f, struct err *err, const char *what)
{
	return err_set(err, ERR_FORMAT, "%s[%zu] '%s': %s", f->output ? "outputs" : "inputs",
	    (size_t)(f - b->features), f->name ? f->name : "", what);
}

static uint64_t
sum_counts(const struct baseline_feature *f)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < f->ncells; i++)
		sum += f->counts[i];
	return sum;
}

static int
feature_check(struct baseline *b, struct baseline_feature *f, struct err *err)
{
	struct err inner = {0};

	if (!f->name) /* an empty one is a name: JSON has it */
		return feature_bad(b, f, err, "it has no name");
	if (baseline_find(b, slice_of(f->name), f->output) != f)
		return feature_bad(b, f, err, "the name is there twice");
	if (f->rows < f->count + f->nonfinite)
		return feature_bad(b, f, err, "more values than rows");
	if (!f->counts || sum_counts(f) != f->count)
		return feature_bad(b, f, err, "the counts do not add up to the number of values");
	if (f->type == FEATURE_CATEGORICAL)
		return f->ncells == f->values.k + 2
			   ? 0
			   : feature_bad(b, f, err, "not one count a value");
	if (f->count && numbins_check(&f->bins, &inner))
		return feature_bad(b, f, err, inner.msg);
	if (f->ncells != (f->count ? numbins_count(&f->bins) : 1))
		return feature_bad(b, f, err, "not one count a bin");
	return 0;
}

/* Identity: everything that decides into which cell a value goes. */
static uint64_t
hash_mix(uint64_t h, const void *p, size_t n)
{
	uint64_t parts[2] = {h, slice_hash(slice_make(p, n))};

	return slice_hash(slice_make((const char *)parts, sizeof(parts)));
}

static uint64_t
feature_hash(uint64_t h, const struct baseline_feature *f)
{
	size_t i;

	h = hash_mix(h, f->name, strlen(f->name));
	h = hash_mix(h, &f->type, sizeof(f->type));
	if (f->type == FEATURE_NUMERIC && f->count) {
		h = hash_mix(h, f->bins.edges, f->bins.nedges * sizeof(*f->bins.edges));
		h = hash_mix(h, &f->bins.mean, sizeof(f->bins.mean));
		h = hash_mix(h, &f->bins.scale, sizeof(f->bins.scale));
	}
	for (i = 0; f->type == FEATURE_CATEGORICAL && i < f->values.k; i++)
		h = hash_mix(h, f->values.named[i].value.p, f->values.named[i].value.n);
	return h;
}

int
baseline_finish(struct baseline *b, struct err *err)
{
	uint32_t cells = 0;
	size_t i;
	int rc;

	if (!b->model || !b->name)
		return err_set(err, ERR_FORMAT, "the model or the baseline has no name");
	b->layout.nfeatures = b->nfeatures;
	b->layout.first = mem_alloc((b->nfeatures + 1) * sizeof(*b->layout.first));
	if (!b->layout.first)
		return err_nomem(err);
	b->id = slice_hash(slice_of(b->model));
	for (i = 0; i < b->nfeatures; i++) {
		struct baseline_feature *f = &b->features[i];

		rc = feature_check(b, f, err);
		if (rc)
			return rc;
		if (f->type == FEATURE_NUMERIC) {
			f->mean = f->bins.mean;
			f->sd = f->bins.sd;
			f->min = f->bins.min;
			f->max = f->bins.max;
			f->median = f->bins.median;
			f->p05 = loghist_quantile(&f->hist, 0.05);
			f->p95 = loghist_quantile(&f->hist, 0.95);
			loghist_pack(&f->hist);
		}
		b->layout.first[i] = cells;
		cells += (uint32_t)(f->ncells + EXTRA_COUNT);
		b->id = feature_hash(b->id, f);
	}
	b->layout.first[b->nfeatures] = cells;
	b->provisional = b->to_ms - b->from_ms < DAY_MS || b->events < LIMIT_LEARN_ROWS_MIN;
	return 0;
}
