#include "core/watch.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/fetch.h"
#include "core/floor.h"
#include "core/mem.h"

_Static_assert(NUMBINS_MAX <= EVIDENCE_BINS_MAX && LIMIT_TOP_VALUES < EVIDENCE_BINS_MAX, "bins of evidence");

/* ---- bins ------------------------------------------------------------------------------------ */

/*
 * By the counts that the dictionary was made from, which belong to the binning: the reference may become
 * another one, and what has been counted must keep its meaning.
 */
static size_t
category_bins(const struct baseline_feature *f, uint8_t *bin_of)
{
	uint64_t named[LIMIT_TOP_VALUES];
	size_t i;

	for (i = 0; i < f->values.k; i++)
		named[i] = f->values.named[i].count;
	return floor_cells(named, f->values.k, bin_of);
}

size_t
watch_bins(const struct baseline_feature *f)
{
	uint8_t bin_of[LIMIT_TOP_VALUES];

	if (f->role != FROLE_VALUE || !f->count)
		return 0;
	return f->type == FEATURE_NUMERIC ? f->ncells : category_bins(f, bin_of);
}

const double *
watch_positions(const struct baseline_feature *f, double *buf)
{
	const struct numbins *b = &f->bins;
	size_t i;

	if (f->type != FEATURE_NUMERIC || !watch_bins(f))
		return NULL;
	for (i = 0; f->means && i < f->ncells && isfinite(f->means[i]); i++)
		;
	if (f->means && i == f->ncells)
		return f->means;
	for (i = 0; i < f->ncells; i++) {
		if (f->means && isfinite(f->means[i]))
			buf[i] = f->means[i];
		else if (i == 0)
			buf[i] = b->edges[0];
		else if (i == b->nedges)
			buf[i] = b->edges[i - 1] + (isfinite(b->edges[i - 1] + b->scale) ? b->scale : 0);
		else
			buf[i] = b->edges[i - 1] / 2 + b->edges[i] / 2;
	}
	return buf;
}

void
watch_merge(const struct baseline_feature *f, const uint64_t *cells, uint64_t *out)
{
	uint8_t bin_of[LIMIT_TOP_VALUES];
	size_t k = f->values.k, n;

	if (f->type == FEATURE_NUMERIC) {
		memcpy(out, cells, f->ncells * sizeof(*out));
		return;
	}
	n = category_bins(f, bin_of);
	floor_fill_cells(cells, k, bin_of, n, cells[k] + cells[k + 1], out);
}

bool
watch_knows_unseen(const struct baseline_feature *f)
{
	if (!f->count)
		return false;
	return f->type == FEATURE_CATEGORICAL ? !f->values.open : f->bins.single;
}

void
watch_sample(const struct baseline_feature *f, const struct tally *tally, const uint32_t *cells,
    uint64_t *counts, struct growth_window *out)
{
	uint64_t wide[NUMBINS_MAX > TOPVALS_CELLS ? NUMBINS_MAX : TOPVALS_CELLS];
	const uint32_t *extra = cells + f->ncells;
	struct evidence_count *rate = out->sample.rate;
	uint64_t nonfinite = extra[EXTRA_NONFINITE];
	size_t i;

	memset(rate, 0, sizeof(out->sample.rate));
	out->rows = f->output ? tally->rows : tally->feature_rows;
	out->values = 0;
	for (i = 0; i < f->ncells; i++) {
		wide[i] = cells[i];
		out->values += cells[i];
	}
	if (watch_bins(f))
		watch_merge(f, wide, counts);
	out->sample.counts = counts;
	rate[EVIDENCE_NONFINITE] = (struct evidence_count){nonfinite, out->rows};
	if (!f->output && out->rows >= out->values + nonfinite)
		rate[EVIDENCE_MISSING] = (struct evidence_count){out->rows - out->values - nonfinite, out->rows};
	if (f->role != FROLE_VALUE)
		return;
	if (f->type == FEATURE_NUMERIC && f->count)
		rate[EVIDENCE_RANGE] = (struct evidence_count){extra[EXTRA_RANGE], out->values};
	if (watch_knows_unseen(f))
		rate[EVIDENCE_UNSEEN] = (struct evidence_count){extra[EXTRA_UNSEEN], out->values};
}

/* ---- references ------------------------------------------------------------------------------ */

/*
 * A baseline's own rows: none of them is out of its range or unseen, so what stands there is what to
 * expect of others: two in m + 1 beyond the extremes, and the share of the values that occur once
 * (Good, Biometrika 40, 1953).
 */
void
watch_expect(const struct baseline_feature *f, struct evidence_count *rate)
{
	if (f->role == FROLE_VALUE && f->type == FEATURE_NUMERIC && f->count)
		rate[EVIDENCE_RANGE] = (struct evidence_count){f->beyond > 2 ? f->beyond : 2, f->count};
	if (f->role == FROLE_VALUE && watch_knows_unseen(f))
		rate[EVIDENCE_UNSEEN] = (struct evidence_count){f->singles, f->count};
}

static void
spec_of_baseline(const struct baseline_feature *f, uint64_t *counts, struct evidence_spec *out)
{
	if (out->nbins)
		watch_merge(f, f->counts, counts);
	out->counts = counts;
	out->rate[EVIDENCE_NONFINITE] = (struct evidence_count){f->nonfinite, f->rows};
	if (!f->output)
		out->rate[EVIDENCE_MISSING] =
		    (struct evidence_count){f->rows - f->count - f->nonfinite, f->rows};
	watch_expect(f, out->rate);
}

static void
spec_of_frozen(const struct frozen *f, unsigned slot, uint64_t *counts, struct evidence_spec *out)
{
	frozen_get(f, slot, counts);
	out->counts = counts;
	out->seasonal = f->nslots > 0;
	memcpy(out->rate, f->rate, sizeof(out->rate));
}

/* when: one of the FROZEN_SLOTS; wanted: what that is in the reference, from 1 on. */
static int
make_ref(struct watch *w, const struct baseline_feature *f, unsigned when, unsigned wanted, struct err *err)
{
	uint64_t counts[EVIDENCE_BINS_MAX] = {0};
	double positions[EVIDENCE_BINS_MAX];
	struct evidence_spec spec = {.nbins = watch_bins(f)};
	int rc;

	spec.positions = watch_positions(f, positions);
	if (f->frozen)
		spec_of_frozen(f->frozen, when, counts, &spec);
	else
		spec_of_baseline(f, counts, &spec);
	evidence_ref_release(&w->ref);
	w->made_for = 0;
	rc = evidence_ref_init(&w->ref, &spec, err);
	if (!rc)
		w->made_for = wanted;
	return rc;
}

static int
need_ref(struct watch *w, const struct baseline_feature *f, int64_t at, struct err *err)
{
	unsigned when = f->frozen ? growth_when(at, f->frozen->utc_offset_ms).slot : 0;
	unsigned wanted = 1 + (f->frozen ? frozen_slot(f->frozen, when) : 0);

	return w->made_for == wanted ? 0 : make_ref(w, f, when, wanted, err);
}

int
watch_refer(struct watch *w, const struct baseline_feature *f, unsigned made_for, struct err *err)
{
	unsigned slots = f->frozen && f->frozen->nslots ? f->frozen->nslots : 1;

	if (!made_for)
		return 0;
	if (made_for > slots || (f->frozen && f->frozen->nbins != watch_bins(f)))
		return err_set(err, ERR_FORMAT, "evidence is held against a slot that is not there");
	return make_ref(w, f, made_for - 1, made_for, err);
}

/* ---- windows --------------------------------------------------------------------------------- */

void
watch_release(struct watch *w)
{
	if (w->made)
		evidence_release(&w->evidence);
	evidence_ref_release(&w->ref);
	memset(w, 0, sizeof(*w));
}

void
watch_reset(struct watch *w)
{
	if (w->made)
		evidence_clear(&w->evidence);
	w->made_for = 0;
	w->phi_ahead_of = 0;
	w->most = w->most_onset = 0;
}

static int
need_evidence(struct watch *w, size_t nbins, struct err *err)
{
	int rc;

	if (w->made)
		return 0;
	rc = evidence_init(&w->evidence, nbins, err);
	w->made = !rc;
	return rc;
}

void
watch_prepare(struct watch *w, const struct baseline_feature *f, int64_t slot)
{
	(void)need_ref(w, f, slot, NULL);
}

void
watch_fetch_head(const struct watch *w)
{
	const char *rest = (const char *)&w->evidence.excess; /* of the last windows, one will be written */

	fetch(w, offsetof(struct evidence, past));
	fetch(rest, sizeof(*w) - (size_t)(rest - (const char *)w));
}

void
watch_fetch(const struct watch *w)
{
	const struct evidence *ev = &w->evidence;
	size_t bins = ev->nbins;

	if (!w->made)
		return;
	evidence_ref_fetch(&w->ref);
	fetch(&ev->past[ev->seen % EVIDENCE_SEGMENT], sizeof(*ev->past));
	fetch(ev->excess + ev->seen % EVIDENCE_SEGMENT * bins, bins * sizeof(*ev->excess));
	fetch(ev->block[0].counts, (EVIDENCE_BLOCKS - 1) * bins * sizeof(*ev->block[0].counts));
	fetch(ev->second, ev->second_room * sizeof(*ev->second));
}

int
watch_window(struct watch *w, const struct baseline_feature *f, const struct growth_window *window,
    const struct evidence_phi *phi, double limit, enum evidence_change *change, struct err *err)
{
	enum evidence_change is;
	int rc = need_evidence(w, watch_bins(f), err);

	if (!rc)
		rc = need_ref(w, f, window->when.at, err);
	if (rc)
		return rc;
	is = evidence_window(&w->evidence, &w->ref, phi, &window->sample, limit);
	if (is == EVIDENCE_LEFT_OUT)
		return err_nomem(err);
	w->armed = f->frozen != NULL;
	w->phi = *phi;
	w->limit = limit;
	if (w->evidence.total > w->most) {
		w->most = w->evidence.total;
		w->most_onset = evidence_onset(&w->evidence);
		w->most_kind = evidence_leading(&w->evidence);
	}
	if (change)
		*change = is;
	return 0;
}

double
watch_rows_needed(const struct watch *w)
{
	if (!w->made || !w->ref.ordered || !(w->limit > 0))
		return NAN;
	return 2 * w->phi.loc * (w->limit + log(WATCH_TILTS)) / (WATCH_SHIFT * WATCH_SHIFT);
}
