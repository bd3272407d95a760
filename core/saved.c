#include "core/saved.h"

#include <math.h>
#include <string.h>

#include "core/baseline_bytes.h"
#include "core/mem.h"
#include "core/saved_impl.h"
#include "core/store_impl.h"

static const char mark[] = "drifttop saved\n";
#define MARK_BYTES (sizeof(mark) - 1)
#define CRC_BYTES  4

void
saved_begin(struct bytes *to, enum saved_kind kind)
{
	bytes_init(to);
	bytes_put(to, mark, MARK_BYTES);
	bytes_put_uint(to, SAVED_FORMAT);
	bytes_put_uint(to, kind);
}

void
saved_end(struct bytes *to)
{
	bytes_put_fixed32(to, bytes_crc32c(0, to->p, to->n));
}

static int
damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "is cut off or damaged");
}

int
saved_open(struct bytes_reader *r, struct slice file, enum saved_kind kind, struct err *err)
{
	struct bytes_reader crc;
	uint64_t format;

	if (file.n < MARK_BYTES || memcmp(file.p, mark, MARK_BYTES) != 0)
		return err_set(err, ERR_FORMAT, "is none of drifttop's files, or damaged");
	if (file.n < MARK_BYTES + CRC_BYTES)
		return damaged(err);
	file.n -= CRC_BYTES;
	bytes_read(&crc, slice_make(file.p + file.n, CRC_BYTES));
	if (bytes_get_fixed32(&crc) != bytes_crc32c(0, file.p, file.n))
		return damaged(err);
	bytes_read(r, slice_make(file.p + MARK_BYTES, file.n - MARK_BYTES));
	format = bytes_get_uint(r, UINT64_MAX);
	if (format != SAVED_FORMAT)
		return err_set(err, ERR_UNSUPPORTED, "has format %llu, this program reads format %d: %s",
		    (unsigned long long)format, SAVED_FORMAT,
		    format > SAVED_FORMAT ? "a newer drifttop wrote it" : "there is no such format");
	if (bytes_get_uint(r, UINT64_MAX) != (uint64_t)kind || r->failed)
		return err_set(err, ERR_FORMAT, "is another kind of file than its name says");
	return 0;
}

static uint64_t
get_id(struct bytes_reader *r)
{
	uint64_t low = bytes_get_fixed32(r);

	return low | (uint64_t)bytes_get_fixed32(r) << 32;
}

static void
put_id(struct bytes *to, uint64_t id)
{
	bytes_put_fixed32(to, (uint32_t)id);
	bytes_put_fixed32(to, (uint32_t)(id >> 32));
}

int
saved_open_model(struct bytes_reader *r, struct slice file, struct saved_head *head, struct err *err)
{
	int rc = saved_open(r, file, SAVED_MODEL, err);

	if (rc)
		return rc;
	head->program = bytes_get_text(r, SAVED_PROGRAM_BYTES);
	head->model = bytes_get_text(r, LIMIT_NAME_BYTES);
	head->binning = get_id(r);
	head->written_ms = bytes_get_int(r);
	return r->failed ? damaged(err) : 0;
}

int
saved_open_binning(struct slice file, struct slice *model, uint64_t *id, struct err *err)
{
	struct bytes_reader r;
	int rc = saved_open(&r, file, SAVED_BINNING, err);

	if (rc)
		return rc;
	*model = bytes_get_text(&r, LIMIT_NAME_BYTES);
	*id = get_id(&r);
	return r.failed ? damaged(err) : 0;
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
	size_t n, i;
	int64_t *ints;

	bytes_put_uint(to, w->made);
	if (!w->made)
		return;
	bytes_put_uint(to, w->armed);
	bytes_put_int(to, w->most);
	bytes_put_int(to, w->most_onset);
	bytes_put_uint(to, w->most_kind);
	bytes_put_double(to, w->limit);
	bytes_put_double(to, w->phi.loc);
	bytes_put_double(to, w->phi.spr);
	bytes_put_double(to, w->phi.shape);
	for (i = 0; i < EVIDENCE_RATES; i++)
		bytes_put_double(to, w->phi.rate[i]);
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

/* An over-dispersion is 1 or more. */
static double
get_phi(struct bytes_reader *r)
{
	double phi = bytes_get_double(r);

	r->failed |= !(phi >= 1 && isfinite(phi));
	return phi;
}

static int
decode_watch(struct watch *w, const struct baseline_feature *f, struct bytes_reader *r, struct err *err)
{
	int64_t *ints = NULL;
	size_t n, i;
	int rc;

	w->made_for = 0;
	if (!bytes_get_bool(r))
		return 0;
	w->armed = bytes_get_bool(r);
	w->most = bytes_get_int(r);
	w->most_onset = bytes_get_int(r);
	w->most_kind = (enum evidence_kind)bytes_get_uint(r, EVIDENCE_KINDS - 1);
	w->limit = bytes_get_double(r);
	r->failed |= !isfinite(w->limit);
	w->phi.loc = get_phi(r);
	w->phi.spr = get_phi(r);
	w->phi.shape = get_phi(r);
	for (i = 0; i < EVIDENCE_RATES; i++)
		w->phi.rate[i] = get_phi(r);
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

static int
take(struct bytes *b, char **file, size_t *n, struct err *err)
{
	saved_end(b);
	*file = bytes_take(b, n, err);
	return *file ? 0 : ERR_NOMEM;
}

static int
model_with_baseline(const struct store *s, size_t model, const struct model **out, struct err *err)
{
	*out = store_model(s, model);
	if (*out && (*out)->baseline && !(*out)->learning)
		return 0;
	return err_set(err, ERR_NOT_FOUND, "there is no baseline yet");
}

int
saved_write_binning(const struct store *s, size_t model, char **file, size_t *n, struct err *err)
{
	const struct model *m;
	struct bytes b;
	int rc = model_with_baseline(s, model, &m, err);

	if (rc)
		return rc;
	saved_begin(&b, SAVED_BINNING);
	baseline_encode_binning(m->baseline, &b);
	return take(&b, file, n, err);
}

int
saved_write_model(const struct store *s, size_t model, const char *program, int64_t written_ms, char **file,
    size_t *n, struct err *err)
{
	struct slice by = slice_of(program);
	const struct model *m;
	struct quality_book *own = NULL;
	struct bytes b;
	size_t i;
	int rc = model_with_baseline(s, model, &m, err);

	/* What a file brought is as it was; of its own rows more labels may have come. */
	if (!rc && !m->baseline->quality && m->quality && m->quality->reference.counts[QUALITY_LABELLED])
		rc = quality_book_of(&own, &m->classes, &m->quality->reference, m->quality->reference_cover, err);
	if (rc)
		return rc;
	by.n = by.n < SAVED_PROGRAM_BYTES ? by.n : SAVED_PROGRAM_BYTES;
	saved_begin(&b, SAVED_MODEL);
	bytes_put_text(&b, by);
	bytes_put_text(&b, m->name);
	put_id(&b, m->baseline->id);
	bytes_put_int(&b, written_ms);
	baseline_encode_reference(m->baseline, own ? own : m->baseline->quality, &b);
	quality_book_free(own);
	bytes_put_int(&b, m->evalwin.next);
	bytes_put_uint(&b, m->nwatches > 0);
	if (m->nwatches) {
		encode_growth(&m->growth, &b);
		for (i = 0; i < m->nwatches; i++) {
			encode_column(&m->growth.columns[i], &b);
			encode_watch(&m->watches[i], &b);
		}
	}
	return take(&b, file, n, err);
}

uint64_t
saved_revision(const struct store *s, size_t model, uint64_t *binning)
{
	const struct model *m;

	*binning = 0;
	if (model_with_baseline(s, model, &m, NULL))
		return 0;
	*binning = m->baseline->id;
	return m->revision;
}

/* ---- back ------------------------------------------------------------------------------------ */

/* Both readers stand behind what model's own part of its file begins with. */
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
	if (!rc && !bytes_at_end(r))
		rc = damaged(err);
	return rc;
}

int
saved_decode_model(struct model *m, struct bytes_reader *r, struct err *err)
{
	int64_t next = bytes_get_int(r);
	int rc = 0;

	model_drop_watches(m);
	if (bytes_get_bool(r))
		rc = decode_columns(m, r, err);
	else if (!bytes_at_end(r))
		rc = damaged(err);
	if (rc) {
		model_drop_watches(m);
		return rc;
	}
	evalwin_resume(&m->evalwin, next);
	return 0;
}
