/*
 * Both parts are read before either is believed: baseline_finish then looks at the whole, as at one that somebody
 * wrote by hand. A checksum tells that a file is what was written; not that the program which wrote it was right.
 */
#include "core/baseline_bytes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

#define CELLS_MAX (NUMBINS_MAX > TOPVALS_CELLS ? NUMBINS_MAX : TOPVALS_CELLS)

static int
damaged(struct err *err, const char *what)
{
	return err_set(err, ERR_FORMAT, "%s is not one", what);
}

#define DAY_MS INT64_C(86400000)

/* ---- histograms ------------------------------------------------------------------------------ */

void
baseline_encode_latency(const uint64_t *latency, struct bytes *to)
{
	size_t i, n = 0, last = 0;

	for (i = 0; i < LATENCY_BUCKETS; i++)
		n += latency[i] != 0;
	bytes_put_uint(to, n);
	for (i = 0; i < LATENCY_BUCKETS; i++) {
		if (!latency[i])
			continue;
		bytes_put_uint(to, i - last);
		bytes_put_uint(to, latency[i]);
		last = i;
	}
}

void
baseline_decode_latency(uint64_t *latency, uint64_t *sum, struct bytes_reader *from)
{
	size_t n = bytes_get_count(from, LATENCY_BUCKETS), i, bucket = 0;

	*sum = 0;
	for (i = 0; i < n && !from->failed; i++) {
		bucket += (size_t)bytes_get_uint(from, LATENCY_BUCKETS - 1 - bucket);
		latency[bucket] = bytes_get_uint(from, UINT64_MAX);
		*sum += latency[bucket];
	}
}

void
baseline_encode_hist(const struct loghist *h, struct bytes *to)
{
	uint16_t buckets[LOGHIST_BUCKETS], last = 0;
	size_t n = loghist_list(h, buckets), i;

	bytes_put_uint(to, n);
	for (i = 0; i < n; i++) {
		bytes_put_uint(to, (uint64_t)(buckets[i] - last));
		bytes_put_uint(to, loghist_count(h, buckets[i]));
		last = buckets[i];
	}
}

int
baseline_decode_hist(struct loghist *h, struct bytes_reader *from, struct err *err)
{
	size_t n = bytes_get_count(from, LOGHIST_BUCKETS), i;
	int bucket = 0, rc = 0;

	for (i = 0; i < n && !from->failed && !rc; i++) {
		bucket += (int)bytes_get_uint(from, (uint64_t)(LOGHIST_BUCKETS - 1 - bucket));
		rc = loghist_put(h, bucket, bytes_get_uint(from, UINT64_MAX >> 1), err);
	}
	return rc;
}

/* ---- binning --------------------------------------------------------------------------------- */

/* Whether it has edges: `count` is of the reference and may have moved. */
static bool
is_binned(const struct baseline_feature *f)
{
	return f->type == FEATURE_NUMERIC && f->bins.nedges > 0;
}

static void
encode_numbins(const struct baseline_feature *f, struct bytes *to)
{
	const struct numbins *b = &f->bins;
	size_t i;

	bytes_put_uint(to, b->nedges);
	if (!is_binned(f))
		return;
	bytes_put_uint(to, b->single);
	bytes_put_double(to, b->min);
	bytes_put_double(to, b->max);
	bytes_put_double(to, b->mean);
	bytes_put_double(to, b->median);
	bytes_put_double(to, b->sd);
	for (i = 0; i < b->nedges; i++)
		bytes_put_double(to, b->edges[i]);
	for (i = 0; i < numbins_count(b); i++) {
		bytes_put_uint(to, b->psi_of[i]);
		bytes_put_double(to, f->means[i]);
	}
}

struct slice
baseline_masked_text(size_t i, char buf[BASELINE_MASKED_BYTES])
{
	int n = snprintf(buf, BASELINE_MASKED_BYTES, "masked %zu", i + 1);

	return slice_make(buf, (size_t)n);
}

static void
encode_topvals(const struct topvals *t, bool masked, struct bytes *to)
{
	bool hidden = masked || t->hidden;
	size_t i, n, cap = hidden || t->open || t->distinct < t->k ? 0 : (size_t)t->distinct - t->k;
	uint64_t *known = mem_alloc((cap + 1) * sizeof(*known));
	char text[BASELINE_MASKED_BYTES];

	if (!known) {
		to->failed = true;
		return;
	}
	bytes_put_uint(to, (t->open ? 1 : 0) | (hidden ? 2 : 0));
	bytes_put_uint(to, t->rows);
	bytes_put_uint(to, t->distinct);
	bytes_put_uint(to, t->once);
	bytes_put_uint(to, t->k);
	for (i = 0; i < t->k; i++) {
		bytes_put_text(to, masked ? baseline_masked_text(i, text) : t->named[i].value);
		bytes_put_uint(to, t->named[i].count);
	}
	n = cap ? topvals_known(t, known, cap) : 0;
	bytes_put_uint(to, n);
	for (i = 0; i < n; i++) {
		bytes_put_fixed32(to, (uint32_t)known[i]);
		bytes_put_fixed32(to, (uint32_t)(known[i] >> 32));
	}
	mem_free(known);
}

static void
encode_score_means(const struct baseline_feature *f, struct bytes *to)
{
	size_t i;

	bytes_put_uint(to, f->score_means != NULL);
	for (i = 0; f->score_means && i < f->ncells; i++)
		bytes_put_double(to, f->score_means[i]);
}

void
baseline_encode_binning(const struct baseline *b, const bool *masked, struct bytes *to)
{
	uint64_t id = b->id;
	size_t i;

	for (i = 0; masked && i < b->nfeatures; i++)
		id = masked[i] ? 0 : id;
	bytes_put_text(to, slice_of(b->model));
	bytes_put_fixed32(to, (uint32_t)id);
	bytes_put_fixed32(to, (uint32_t)(id >> 32));
	bytes_put_uint(to, b->nfeatures);
	for (i = 0; i < b->nfeatures; i++) {
		const struct baseline_feature *f = &b->features[i];

		bytes_put_text(to, slice_of(f->name));
		bytes_put_uint(to, f->output);
		bytes_put_uint(to, f->type);
		bytes_put_uint(to, f->role);
		bytes_put_uint(to, f->ncells);
		if (f->type == FEATURE_NUMERIC)
			encode_numbins(f, to);
		else
			encode_topvals(&f->values, masked && masked[i], to);
		encode_score_means(f, to);
	}
}

static uint64_t
get_u64(struct bytes_reader *r)
{
	uint64_t low = bytes_get_fixed32(r);

	return low | (uint64_t)bytes_get_fixed32(r) << 32;
}

static int
decode_numbins(struct baseline_feature *f, struct bytes_reader *r, struct err *err)
{
	struct numbins *b = &f->bins;
	size_t i;

	f->means = mem_calloc(f->ncells, sizeof(*f->means));
	if (!f->means)
		return err_nomem(err);
	loghist_init(&f->hist, 0, 1);
	b->nedges = (uint8_t)bytes_get_uint(r, NUMBINS_EDGES_MAX);
	if (!b->nedges)
		return 0;
	if (numbins_count(b) != f->ncells)
		return damaged(err, "the binning");
	b->single = bytes_get_bool(r);
	b->min = bytes_get_double(r);
	b->max = bytes_get_double(r);
	b->mean = bytes_get_double(r);
	b->median = bytes_get_double(r);
	b->sd = bytes_get_double(r);
	for (i = 0; i < b->nedges; i++)
		b->edges[i] = bytes_get_double(r);
	for (i = 0; i < numbins_count(b); i++) {
		b->psi_of[i] = (uint8_t)bytes_get_uint(r, NUMBINS_PSI_MAX - 1);
		f->means[i] = bytes_get_double(r);
	}
	b->npsi = (uint8_t)(b->psi_of[b->nedges] + 1);
	if (r->failed || numbins_check(b, NULL))
		return damaged(err, "the binning");
	loghist_init(&f->hist, b->median, b->scale);
	return 0;
}

/* named: LIMIT_TOP_VALUES places each. *known is the caller's to free. */
static int
read_topvals(struct topvals_parts *p, struct slice *named, uint64_t *counts, uint64_t **known,
    struct bytes_reader *r, struct err *err)
{
	unsigned flags = (unsigned)bytes_get_uint(r, 3);
	size_t i;

	p->open = flags & 1;
	p->hidden = flags & 2;
	p->rows = bytes_get_uint(r, UINT64_MAX);
	p->distinct = bytes_get_uint(r, UINT64_MAX);
	p->once = bytes_get_uint(r, UINT64_MAX);
	p->k = bytes_get_count(r, LIMIT_TOP_VALUES);
	for (i = 0; i < p->k; i++) {
		named[i] = bytes_get_text(r, LIMIT_NAME_BYTES);
		counts[i] = bytes_get_uint(r, UINT64_MAX);
	}
	p->values = named;
	p->counts = counts;
	p->nknown = bytes_get_count(r, LIMIT_KNOWN_VALUES);
	*known = mem_alloc((p->nknown + 1) * sizeof(**known));
	if (!*known)
		return err_nomem(err);
	for (i = 0; i < p->nknown; i++)
		(*known)[i] = get_u64(r);
	p->known = *known;
	return r->failed ? damaged(err, "the dictionary") : 0;
}

static int
decode_topvals(struct baseline_feature *f, struct bytes_reader *r, struct err *err)
{
	struct slice named[LIMIT_TOP_VALUES];
	uint64_t counts[LIMIT_TOP_VALUES], *known = NULL;
	struct topvals_parts parts = {.k = 0};
	struct err why = {0};
	int rc = read_topvals(&parts, named, counts, &known, r, err);

	if (!rc && topvals_init(&f->values, &parts, &why))
		rc = why.code == ERR_NOMEM ? err_nomem(err) : damaged(err, "the dictionary");
	if (!rc && f->ncells != f->values.k + 2)
		rc = damaged(err, "the dictionary");
	mem_free(known);
	return rc;
}

/* A text without a NUL in it, the caller's to free. */
static int
get_cstr(struct bytes_reader *r, size_t max, char **out, struct err *err)
{
	struct slice s = bytes_get_text(r, max);

	if (r->failed || (s.n && memchr(s.p, 0, s.n)))
		return damaged(err, "a name");
	*out = mem_dup(s.p, s.n);
	return *out ? 0 : err_nomem(err);
}

static int
decode_score_means(struct baseline_feature *f, struct bytes_reader *r, struct err *err)
{
	size_t i;

	if (!bytes_get_bool(r))
		return 0;
	f->score_means = mem_calloc(f->ncells, sizeof(*f->score_means));
	if (!f->score_means)
		return err_nomem(err);
	for (i = 0; i < f->ncells; i++)
		f->score_means[i] = bytes_get_double(r);
	return 0;
}

static int
decode_binned_feature(struct baseline_feature *f, struct bytes_reader *r, struct err *err)
{
	int rc = get_cstr(r, LIMIT_NAME_BYTES, &f->name, err);

	if (rc)
		return rc;
	f->output = bytes_get_bool(r);
	f->type = (enum feature_type)bytes_get_uint(r, FEATURE_CATEGORICAL);
	f->role = (enum feature_role)bytes_get_uint(r, FROLE_COUNT - 1);
	f->ncells = bytes_get_count(r, CELLS_MAX);
	if (r->failed || !f->ncells)
		return damaged(err, "the binning");
	f->counts = mem_calloc(f->ncells, sizeof(*f->counts));
	if (!f->counts)
		return err_nomem(err);
	rc = f->type == FEATURE_NUMERIC ? decode_numbins(f, r, err) : decode_topvals(f, r, err);
	if (!rc)
		rc = decode_score_means(f, r, err);
	return rc ? rc : r->failed ? damaged(err, "the binning") : 0;
}

static int
decode_binning(struct baseline *b, uint64_t *id, struct bytes_reader *r, struct err *err)
{
	size_t n, i;
	int rc = get_cstr(r, LIMIT_NAME_BYTES, &b->model, err);

	if (rc)
		return rc;
	*id = get_u64(r);
	n = bytes_get_count(r, LIMIT_FEATURES + 2);
	b->features = mem_calloc(n + 1, sizeof(*b->features));
	if (!b->features)
		return err_nomem(err);
	for (i = 0; i < n && !rc; i++) {
		/* Counted before it is filled: what it holds by then is freed with the baseline. */
		b->nfeatures++;
		rc = decode_binned_feature(&b->features[i], r, err);
	}
	if (!rc && r->failed)
		rc = damaged(err, "the binning");
	return rc;
}

/* ---- reference ------------------------------------------------------------------------------- */

static void
encode_rates(const struct evidence_count *rate, struct bytes *to)
{
	size_t i;

	for (i = 0; i < EVIDENCE_RATES; i++) {
		bytes_put_uint(to, rate[i].hits);
		bytes_put_uint(to, rate[i].rows);
	}
}

void
baseline_encode_phi(const struct evidence_phi *phi, struct bytes *to)
{
	size_t i;

	bytes_put_double(to, phi->loc);
	bytes_put_double(to, phi->spr);
	bytes_put_double(to, phi->shape);
	for (i = 0; i < EVIDENCE_RATES; i++)
		bytes_put_double(to, phi->rate[i]);
	if (phi->segment_blocks > 0) {
		bytes_put_double(to, phi->segment);
		bytes_put_double(to, phi->segment_blocks);
	}
}

static void
encode_frozen(const struct frozen *z, struct bytes *to)
{
	size_t i;

	bytes_put_uint(to, !z ? 0 : z->phi.segment_blocks > 0 ? 2 : 1);
	if (!z)
		return;
	bytes_put_uint(to, z->nbins);
	bytes_put_uint(to, z->nslots);
	bytes_put_int(to, z->utc_offset_ms);
	bytes_put_uint(to, z->days);
	bytes_put_uint(to, z->rows);
	bytes_put_uint(to, z->values);
	encode_rates(z->rate, to);
	baseline_encode_phi(&z->phi, to);
	for (i = 0; i < z->nbins; i++)
		bytes_put_uint(to, z->counts[i]);
	for (i = 0; i < z->nslots * z->nbins; i++) {
		uint64_t count;

		packed_get(&z->slots, i, &count, 1);
		bytes_put_uint(to, count);
	}
}

static void
encode_feature_reference(const struct baseline_feature *f, struct bytes *to)
{
	size_t i;

	bytes_put_uint(to, f->rows);
	bytes_put_uint(to, f->nonfinite);
	bytes_put_uint(to, f->distinct);
	bytes_put_uint(to, f->singles);
	bytes_put_uint(to, f->beyond);
	for (i = 0; i < BASELINE_WINDOWS; i++)
		bytes_put_double(to, f->window_psi[i]);
	for (i = 0; i < f->ncells; i++)
		bytes_put_uint(to, f->counts[i]);
	if (is_binned(f)) {
		bytes_put_double(to, f->min);
		bytes_put_double(to, f->max);
		bytes_put_double(to, f->mean);
		bytes_put_double(to, f->median);
		bytes_put_double(to, f->sd);
		bytes_put_double(to, f->p05);
		bytes_put_double(to, f->p95);
		baseline_encode_hist(&f->hist, to);
	}
	encode_frozen(f->frozen, to);
}

static void
encode_quality(const struct quality_book *q, struct bytes *to)
{
	size_t i, n = 0;

	bytes_put_uint(to, q != NULL);
	if (!q)
		return;
	bytes_put_uint(to, q->classes.names.count);
	for (i = 0; i < q->classes.names.count; i++)
		bytes_put_text(to, names_at(&q->classes.names, i));
	bytes_put_uint(to, q->sums.classes);
	for (i = 0; i < quality_book_words(q); i++)
		n += quality_book_word(q, i) != 0;
	bytes_put_uint(to, n);
	for (i = 0; i < quality_book_words(q); i++) {
		if (!quality_book_word(q, i))
			continue;
		bytes_put_uint(to, i);
		bytes_put_uint(to, quality_book_word(q, i));
	}
}

static int
decode_quality(struct quality_book **out, struct bytes_reader *r, struct err *err)
{
	struct quality_book *q;
	uint64_t i, n, width;
	size_t index;
	int rc;

	if (!bytes_get_bool(r))
		return 0;
	rc = quality_book_new(out, err);
	q = *out;
	n = rc ? 0 : bytes_get_uint(r, LIMIT_CLASSES);
	for (i = 0; i < n && !rc && !r->failed; i++)
		rc = names_add(&q->classes.names, bytes_get_text(r, LIMIT_NAME_BYTES), &index, err);
	width = rc ? 0 : bytes_get_uint(r, LIMIT_CLASSES);
	if (width)
		rc = quality_fit(&q->sums, (unsigned)width, err);
	n = rc ? 0 : bytes_get_uint(r, quality_book_words(q));
	for (i = 0; i < n && !rc && !r->failed; i++) {
		index = (size_t)bytes_get_uint(r, quality_book_words(q) - 1);
		quality_book_set(q, index, bytes_get_uint(r, UINT64_MAX));
	}
	return rc;
}

void
baseline_encode_reference(const struct baseline *b, const struct quality_book *quality, struct bytes *to)
{
	size_t i;

	bytes_put_text(to, slice_of(b->name));
	bytes_put_uint(to, b->kind);
	bytes_put_uint(to, b->own);
	bytes_put_uint(to, b->provisional);
	bytes_put_uint(to, b->events);
	bytes_put_uint(to, b->errors);
	bytes_put_uint(to, b->client_errors);
	bytes_put_int(to, b->from_ms);
	bytes_put_int(to, b->to_ms);
	bytes_put_uint(to, b->score_is_confidence);
	bytes_put_uint(to, b->positive != NULL);
	if (b->positive)
		bytes_put_text(to, slice_of(b->positive));
	bytes_put_uint(to, b->outputs_own);
	bytes_put_uint(to, b->outputs_of != NULL);
	if (b->outputs_of)
		bytes_put_text(to, slice_of(b->outputs_of));
	encode_quality(quality, to);
	baseline_encode_latency(b->latency, to);
	for (i = 0; i < b->nfeatures; i++)
		encode_feature_reference(&b->features[i], to);
}

static void
decode_rates(struct evidence_count *rate, struct bytes_reader *r)
{
	size_t i;

	for (i = 0; i < EVIDENCE_RATES; i++) {
		rate[i].hits = bytes_get_uint(r, UINT64_MAX);
		rate[i].rows = bytes_get_uint(r, UINT64_MAX);
	}
}

static double
get_phi(struct bytes_reader *r)
{
	double phi = bytes_get_double(r);

	if (phi >= 1 && isfinite(phi))
		return phi;
	r->failed = true;
	return 1;
}

void
baseline_decode_phi(struct evidence_phi *phi, bool segment, struct bytes_reader *r)
{
	size_t i;

	*phi = evidence_phi_none;
	phi->loc = get_phi(r);
	phi->spr = get_phi(r);
	phi->shape = get_phi(r);
	for (i = 0; i < EVIDENCE_RATES; i++)
		phi->rate[i] = get_phi(r);
	if (segment) {
		phi->segment = get_phi(r);
		phi->segment_blocks = get_phi(r);
	}
}

static int
decode_frozen(struct baseline_feature *f, struct bytes_reader *r, struct err *err)
{
	struct frozen *z;
	size_t nbins, i, known = (size_t)bytes_get_uint(r, 2);
	unsigned nslots;
	int rc = 0;

	if (!known)
		return 0;
	nbins = bytes_get_count(r, EVIDENCE_BINS_MAX);
	nslots = (unsigned)bytes_get_uint(r, FROZEN_SLOTS);
	if (r->failed || (nslots && nslots != FROZEN_HOURS && nslots != FROZEN_SLOTS))
		return damaged(err, "the reference of evidence");
	if (frozen_new(&f->frozen, nbins, nslots, err))
		return ERR_NOMEM;
	z = f->frozen;
	z->utc_offset_ms = bytes_get_int(r) % DAY_MS;
	z->days = (uint32_t)bytes_get_uint(r, UINT32_MAX);
	z->rows = bytes_get_uint(r, UINT64_MAX);
	z->values = bytes_get_uint(r, UINT64_MAX);
	decode_rates(z->rate, r);
	baseline_decode_phi(&z->phi, known > 1, r);
	for (i = 0; i < nbins; i++)
		z->counts[i] = bytes_get_uint(r, UINT64_MAX);
	for (i = 0; i < nslots * nbins && !rc; i++) {
		uint64_t count = bytes_get_uint(r, UINT32_MAX);

		rc = packed_room(&z->slots, nslots * nbins, i, &count, 1, err);
		if (!rc)
			packed_add(&z->slots, i, &count, 1);
	}
	return rc;
}

/* What baseline_finish derives from the binning, where the reference has moved from it. */
struct moved {
	double min, max, mean, median, sd, p05, p95;
};

static int
decode_feature_reference(
    struct baseline_feature *f, struct moved *m, struct bytes_reader *r, struct err *err)
{
	size_t i;
	int rc = 0;

	f->rows = bytes_get_uint(r, UINT64_MAX);
	f->nonfinite = bytes_get_uint(r, UINT64_MAX);
	f->distinct = bytes_get_uint(r, UINT64_MAX);
	f->singles = bytes_get_uint(r, UINT64_MAX);
	f->beyond = bytes_get_uint(r, UINT64_MAX);
	for (i = 0; i < BASELINE_WINDOWS; i++)
		f->window_psi[i] = bytes_get_double(r);
	for (i = 0; i < f->ncells; i++)
		f->count += f->counts[i] = bytes_get_uint(r, UINT64_MAX);
	if (is_binned(f)) {
		m->min = bytes_get_double(r);
		m->max = bytes_get_double(r);
		m->mean = bytes_get_double(r);
		m->median = bytes_get_double(r);
		m->sd = bytes_get_double(r);
		m->p05 = bytes_get_double(r);
		m->p95 = bytes_get_double(r);
		rc = baseline_decode_hist(&f->hist, r, err);
	}
	if (!rc)
		rc = decode_frozen(f, r, err);
	return rc ? rc : r->failed ? damaged(err, "the reference") : 0;
}

static int
decode_head(struct baseline *b, struct bytes_reader *r, struct err *err)
{
	int rc = get_cstr(r, LIMIT_NAME_BYTES, &b->name, err);

	if (rc)
		return rc;
	b->kind = (enum baseline_kind)bytes_get_uint(r, BASELINE_KINDS - 1);
	b->own = bytes_get_bool(r);
	b->provisional = bytes_get_bool(r);
	b->events = bytes_get_uint(r, UINT64_MAX);
	b->errors = bytes_get_uint(r, UINT64_MAX);
	b->client_errors = bytes_get_uint(r, UINT64_MAX);
	b->from_ms = bytes_get_int(r);
	b->to_ms = bytes_get_int(r);
	b->score_is_confidence = bytes_get_bool(r);
	if (bytes_get_bool(r))
		rc = get_cstr(r, LIMIT_NAME_BYTES, &b->positive, err);
	b->outputs_own = bytes_get_bool(r);
	if (bytes_get_bool(r) && !rc)
		rc = get_cstr(r, LIMIT_NAME_BYTES, &b->outputs_of, err);
	if (!rc)
		rc = decode_quality(&b->quality, r, err);
	b->latency = mem_calloc(LATENCY_BUCKETS, sizeof(*b->latency));
	if (!rc && !b->latency)
		rc = err_nomem(err);
	if (!rc)
		baseline_decode_latency(b->latency, &b->latencies, r);
	return rc;
}

static int
finish(struct baseline *b, const struct moved *moved, uint64_t id, struct err *err)
{
	bool provisional = b->provisional;
	size_t i;
	int rc = baseline_finish(b, err);

	if (rc)
		return rc;
	b->provisional = provisional;
	for (i = 0; i < b->nfeatures; i++) {
		struct baseline_feature *f = &b->features[i];

		if (!is_binned(f))
			continue;
		f->min = moved[i].min;
		f->max = moved[i].max;
		f->mean = moved[i].mean;
		f->median = moved[i].median;
		f->sd = moved[i].sd;
		f->p05 = moved[i].p05;
		f->p95 = moved[i].p95;
	}
	if (id && b->id != id) /* 0: values were masked, and it has become another one */
		return err_set(err, ERR_FORMAT, "the binning is not the one that was saved");
	return 0;
}

int
baseline_decode(struct baseline **out, struct bytes_reader *binning, struct bytes_reader *reference, struct err *err)
{
	struct baseline *b = mem_calloc(1, sizeof(*b));
	struct moved *moved = NULL;
	uint64_t id = 0;
	size_t i;
	int rc = b ? decode_binning(b, &id, binning, err) : err_nomem(err);

	if (!rc)
		rc = decode_head(b, reference, err);
	if (!rc) {
		moved = mem_calloc(b->nfeatures + 1, sizeof(*moved));
		rc = moved ? 0 : err_nomem(err);
	}
	for (i = 0; !rc && i < b->nfeatures; i++)
		rc = decode_feature_reference(&b->features[i], &moved[i], reference, err);
	if (!rc && reference->failed)
		rc = damaged(err, "the reference");
	if (!rc)
		rc = finish(b, moved, id, err);
	mem_free(moved);
	if (rc)
		baseline_free(b);
	else
		*out = b;
	return rc;
}
