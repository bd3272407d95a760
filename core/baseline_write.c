#include "core/baseline_write.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/jsonw.h"
#include "core/mem.h"

static void
write_doubles(struct jsonw *w, const char *key, const double *values, size_t n)
{
	size_t i;

	jsonw_key(w, key);
	jsonw_open_array(w);
	for (i = 0; i < n; i++)
		jsonw_double(w, values[i]);
	jsonw_close(w);
}

static void
write_pair(struct jsonw *w, uint64_t bucket, uint64_t count)
{
	jsonw_open_array(w);
	jsonw_uint(w, bucket);
	jsonw_uint(w, count);
	jsonw_close(w);
}

static void
write_uints(struct jsonw *w, const char *key, const uint64_t *v, size_t n)
{
	size_t i;

	if (key)
		jsonw_key(w, key);
	jsonw_open_array(w);
	for (i = 0; i < n; i++)
		jsonw_uint(w, v[i]);
	jsonw_close(w);
}

static void
write_numeric(struct jsonw *w, const struct baseline_feature *f)
{
	const struct numbins *b = &f->bins;
	size_t i;
	int bucket;

	if (!f->count)
		return;
	jsonw_put_double(w, "min", b->min);
	jsonw_put_double(w, "max", b->max);
	jsonw_put_double(w, "mean", b->mean);
	jsonw_put_double(w, "median", b->median);
	jsonw_put_double(w, "sd", b->sd);
	jsonw_put_bool(w, "single", b->single);
	write_doubles(w, "edges", b->edges, b->nedges);
	jsonw_key(w, "psi_of");
	jsonw_open_array(w);
	for (i = 0; i < numbins_count(b); i++)
		jsonw_uint(w, b->psi_of[i]);
	jsonw_close(w);
	write_doubles(w, "means", f->means, f->ncells);
	jsonw_key(w, "histogram");
	jsonw_open_array(w);
	for (bucket = loghist_next(&f->hist, 0); bucket >= 0;
	     bucket = bucket + 1 < LOGHIST_BUCKETS ? loghist_next(&f->hist, bucket + 1) : -1)
		write_pair(w, (uint64_t)bucket, loghist_count(&f->hist, bucket));
	jsonw_close(w);
}

/* A value that is no text would come back as another one, and two of them as one: it is known by its
 * hash alone, and its rows are among the other ones. */
static bool
is_named(const struct baseline_feature *f, size_t cell)
{
	return f->type == FEATURE_NUMERIC || cell >= f->values.k || jsonw_is_text(f->values.named[cell].value);
}

/* A value that is no text has no name in the file, and no bin when it is read again. */
static bool
all_named(const struct baseline_feature *f)
{
	size_t i;

	for (i = 0; i < f->ncells; i++)
		if (!is_named(f, i))
			return false;
	return true;
}

static void
write_counts(struct jsonw *w, const struct baseline_feature *f)
{
	uint64_t nameless = 0;
	size_t i;

	jsonw_key(w, "counts");
	jsonw_open_array(w);
	for (i = 0; i < f->ncells; i++) {
		if (!is_named(f, i))
			nameless += f->counts[i];
		else if (f->type == FEATURE_CATEGORICAL && i == f->values.k)
			jsonw_uint(w, f->counts[i] + nameless);
		else
			jsonw_uint(w, f->counts[i]);
	}
	jsonw_close(w);
}

static void
write_hash(struct jsonw *w, uint64_t hash)
{
	char hex[17];

	snprintf(hex, sizeof(hex), "%016" PRIx64, hash);
	jsonw_cstr(w, hex);
}

static int
write_categorical(struct jsonw *w, const struct baseline_feature *f, struct err *err)
{
	const struct topvals *t = &f->values;
	size_t i, n, cap = t->open || t->distinct < t->k ? 0 : (size_t)t->distinct - t->k;
	uint64_t *known = mem_alloc(cap * sizeof(*known));

	if (!known)
		return err_nomem(err);
	jsonw_key(w, "values");
	jsonw_open_array(w);
	for (i = 0; i < t->k; i++)
		if (is_named(f, i))
			jsonw_string(w, t->named[i].value);
	jsonw_close(w);
	jsonw_key(w, "known");
	jsonw_open_array(w);
	n = cap ? topvals_known(t, known, cap) : 0;
	for (i = 0; i < n && i < cap; i++)
		write_hash(w, known[i]);
	for (i = 0; i < t->k && !t->open; i++)
		if (!is_named(f, i))
			write_hash(w, t->named[i].hash);
	jsonw_close(w);
	jsonw_put_bool(w, "open", t->open);
	mem_free(known);
	return 0;
}

/* What is only there where the rows had times for it: older readers pass over it. */
static void
write_natural(struct jsonw *w, const struct baseline_feature *f)
{
	const struct frozen *z = f->frozen;
	uint64_t counts[EVIDENCE_BINS_MAX];
	unsigned slot;
	size_t i;

	jsonw_key(w, "natural");
	jsonw_open_object(w);
	jsonw_put_uint(w, "days", z->days);
	jsonw_put_uint(w, "rows", z->rows);
	jsonw_put_uint(w, "values", z->values);
	jsonw_put_int(w, "utc_offset_ms", z->utc_offset_ms, true);
	jsonw_key(w, "phi");
	jsonw_open_array(w);
	jsonw_double(w, z->phi.loc);
	jsonw_double(w, z->phi.spr);
	jsonw_double(w, z->phi.shape);
	for (i = 0; i < EVIDENCE_RATES; i++)
		jsonw_double(w, z->phi.rate[i]);
	jsonw_close(w);
	if (z->phi.segment_blocks > 0) {
		jsonw_key(w, "phi_segment");
		jsonw_open_array(w);
		jsonw_double(w, z->phi.segment);
		jsonw_double(w, z->phi.segment_blocks);
		jsonw_close(w);
	}
	jsonw_key(w, "rates");
	jsonw_open_array(w);
	for (i = 0; i < EVIDENCE_RATES; i++)
		write_pair(w, z->rate[i].hits, z->rate[i].rows);
	jsonw_close(w);
	write_uints(w, "counts", z->counts, z->nbins);
	jsonw_key(w, "slots");
	jsonw_open_array(w);
	for (slot = 0; slot < z->nslots; slot++) {
		packed_get(&z->slots, slot * z->nbins, counts, z->nbins);
		write_uints(w, NULL, counts, z->nbins);
	}
	jsonw_close(w);
	jsonw_close(w);
}

static int
write_feature(struct jsonw *w, const struct baseline_feature *f, struct err *err)
{
	int rc = 0;

	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_put_cstr(w, "name", f->name);
	jsonw_put_cstr(w, "type", feature_type_names[f->type]);
	jsonw_put_cstr(w, "role", feature_role_names[f->role]);
	jsonw_put_uint(w, "rows", f->rows);
	jsonw_put_uint(w, "count", f->count);
	jsonw_put_uint(w, "nonfinite", f->nonfinite);
	jsonw_put_uint(w, "distinct", f->distinct);
	jsonw_put_uint(w, "singles", f->singles);
	write_doubles(w, "window_psi", f->window_psi, BASELINE_WINDOWS);
	write_counts(w, f);
	/* Cells of values that are no text become others: what they did to the score is not told then. */
	if (f->score_means && all_named(f))
		write_doubles(w, "score_means", f->score_means, f->ncells);
	if (f->type == FEATURE_NUMERIC)
		write_numeric(w, f);
	else
		rc = write_categorical(w, f, err);
	if (f->frozen && all_named(f))
		write_natural(w, f);
	jsonw_close(w);
	return rc;
}

static int
write_features(struct jsonw *w, const struct baseline *b, bool outputs, struct err *err)
{
	size_t i;
	int rc = 0;

	jsonw_key(w, outputs ? "outputs" : "inputs");
	jsonw_open_array(w);
	for (i = 0; i < b->nfeatures && !rc; i++)
		if (b->features[i].output == outputs && jsonw_is_text(slice_of(b->features[i].name)))
			rc = write_feature(w, &b->features[i], err);
	jsonw_close(w);
	return rc;
}

static void
write_quality(struct jsonw *w, const struct quality_book *b)
{
	char hex[17];
	size_t i;

	jsonw_key(w, "quality");
	if (!b || !b->sums.cells) {
		jsonw_null(w);
		return;
	}
	jsonw_open_object(w);
	jsonw_key(w, "classes");
	jsonw_open_array(w);
	for (i = 0; i < b->classes.names.count; i++)
		jsonw_string(w, names_at(&b->classes.names, i));
	jsonw_close(w);
	jsonw_put_uint(w, "width", b->sums.classes);
	jsonw_key(w, "words");
	jsonw_open_array(w);
	for (i = 0; i < quality_book_words(b); i++) {
		uint64_t word = quality_book_word(b, i);

		if (!word)
			continue;
		snprintf(hex, sizeof(hex), "%" PRIx64, word);
		jsonw_open_array(w);
		jsonw_uint(w, i);
		jsonw_cstr(w, hex);
		jsonw_close(w);
	}
	jsonw_close(w);
	jsonw_close(w);
}

static int
write_model(struct jsonw *w, const struct baseline *b, struct err *err)
{
	size_t i;
	int rc;

	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_put_cstr(w, "model", b->model);
	jsonw_put_cstr(w, "name", b->name);
	jsonw_put_cstr(w, "kind", baseline_kind_names[b->kind]);
	jsonw_put_uint(w, "events", b->events);
	jsonw_put_uint(w, "errors", b->errors);
	jsonw_put_uint(w, "client_errors", b->client_errors);
	jsonw_put_int(w, "from_ms", b->from_ms, true);
	jsonw_put_int(w, "to_ms", b->to_ms, true);
	jsonw_put_cstr(w, "positive", b->positive);
	jsonw_put_bool(w, "score_is_confidence", b->score_is_confidence);
	jsonw_key(w, "latency");
	jsonw_open_array(w);
	for (i = 0; i < LATENCY_BUCKETS; i++)
		if (b->latency[i])
			write_pair(w, i, b->latency[i]);
	jsonw_close(w);
	write_quality(w, b->quality);
	rc = write_features(w, b, false, err);
	if (!rc)
		rc = write_features(w, b, true, err);
	jsonw_close(w);
	return rc;
}

int
baseline_write(const struct baseline *const *baselines, size_t n, const char *version, char **text, size_t *bytes,
    struct err *err)
{
	struct jsonw w;
	size_t i;
	int rc = 0;

	jsonw_init(&w);
	jsonw_open_object(&w);
	jsonw_key(&w, "drifttop_baseline");
	jsonw_open_object(&w);
	jsonw_put_uint(&w, "format", BASELINE_FORMAT);
	jsonw_put_cstr(&w, "version", version);
	jsonw_close(&w);
	jsonw_key(&w, "models");
	jsonw_open_array(&w);
	for (i = 0; i < n && !rc; i++)
		rc = write_model(&w, baselines[i], err);
	jsonw_close(&w);
	jsonw_close(&w);
	if (rc) {
		jsonw_release(&w);
		return rc;
	}
	*text = jsonw_take(&w, bytes, err);
	return *text ? 0 : (err ? (int)err->code : ERR_NOMEM);
}
