#include "collectors/json_frozen.h"

#include <math.h>

#include "core/growth.h"
#include "core/watch.h"

#define EACH(m, array) for (m = json_doc_first(array); m; m = json_doc_next(m))
#define OFFSET_MAX_MS 86400000.0

static int
bad(struct err *err, const char *key, const char *what)
{
	return err_set(err, ERR_FORMAT, "'natural': '%s' %s", key, what);
}

static int
whole_read(const struct json_node *o, const char *key, uint64_t *out, struct err *err)
{
	const struct json_node *m = json_doc_member(o, key);

	if (!m || !json_doc_is_whole(m))
		return bad(err, key, m ? "is not a whole number from 0 to 2^53" : "is missing");
	*out = (uint64_t)json_doc_number(m);
	return 0;
}

static int
array_read(const struct json_node *o, const char *key, size_t n, const struct json_node **out, struct err *err)
{
	const struct json_node *m = json_doc_member(o, key);

	if (!m || json_doc_kind(m) != JSON_DOC_ARRAY)
		return bad(err, key, m ? "is not an array" : "is missing");
	if (json_doc_count(m) != n)
		return bad(err, key, "does not have as many elements as it must");
	*out = m;
	return 0;
}

/* The numbers of an array of n, into counts. */
static int
counts_of(const struct json_node *array, const char *key, size_t n, double most, uint64_t *counts, struct err *err)
{
	const struct json_node *m;
	size_t i = 0;

	if (json_doc_kind(array) != JSON_DOC_ARRAY || json_doc_count(array) != n)
		return bad(err, key, "does not have one count a bin");
	EACH(m, array) {
		if (!json_doc_is_whole(m) || json_doc_number(m) > most)
			return bad(err, key, "holds something that is no count");
		counts[i++] = (uint64_t)json_doc_number(m);
	}
	return 0;
}

static int
phis_read(const struct json_node *o, const char *key, size_t n, double *v, struct err *err)
{
	const struct json_node *array, *m;
	int rc = array_read(o, key, n, &array, err);

	if (rc)
		return rc;
	EACH(m, array) {
		if (json_doc_kind(m) != JSON_DOC_NUMBER || !(json_doc_number(m) >= 1) || !isfinite(json_doc_number(m)))
			return bad(err, key, "holds something that is no number from 1 on");
		*v++ = json_doc_number(m);
	}
	return 0;
}

/* Over-dispersion: of location, spread and shape, then of the rates in their order; of segments where that is known. */
static int
phi_read(const struct json_node *o, struct evidence_phi *phi, struct err *err)
{
	double v[3 + EVIDENCE_RATES], segment[2];
	size_t i;
	int rc = phis_read(o, "phi", 3 + EVIDENCE_RATES, v, err);

	if (rc)
		return rc;
	*phi = evidence_phi_none;
	phi->loc = v[0];
	phi->spr = v[1];
	phi->shape = v[2];
	for (i = 0; i < EVIDENCE_RATES; i++)
		phi->rate[i] = v[3 + i];
	if (!json_doc_member(o, "phi_segment"))
		return 0;
	if ((rc = phis_read(o, "phi_segment", 2, segment, err)))
		return rc;
	phi->segment = segment[0];
	phi->segment_blocks = segment[1];
	return 0;
}

static int
rates_read(const struct json_node *o, struct evidence_count *rate, struct err *err)
{
	const struct json_node *array, *m;
	uint64_t pair[2];
	size_t i = 0;
	int rc = array_read(o, "rates", EVIDENCE_RATES, &array, err);

	if (rc)
		return rc;
	EACH(m, array) {
		rc = counts_of(m, "rates", 2, JSON_DOC_WHOLE_MAX, pair, err);
		if (rc)
			return rc;
		if (pair[0] > pair[1])
			return bad(err, "rates", "has more hits than rows");
		rate[i++] = (struct evidence_count){pair[0], pair[1]};
	}
	return 0;
}

static int
slots_read(const struct json_node *array, struct frozen *z, struct err *err)
{
	uint64_t counts[EVIDENCE_BINS_MAX];
	const struct json_node *m;
	size_t at = 0;
	int rc = 0;

	if (!z->nslots)
		return 0;
	EACH(m, array) {
		rc = counts_of(m, "slots", z->nbins, UINT32_MAX, counts, err);
		if (!rc)
			rc = packed_room(&z->slots, z->nslots * z->nbins, at, counts, z->nbins, err);
		if (rc)
			return rc;
		packed_add(&z->slots, at, counts, z->nbins);
		at += z->nbins;
	}
	return 0;
}

static int
fill(const struct json_node *o, const struct json_node *slots, struct frozen *z, struct err *err)
{
	const struct json_node *offset = json_doc_member(o, "utc_offset_ms"), *array;
	uint64_t days = 0;
	int rc;

	if ((rc = whole_read(o, "days", &days, err)) || (rc = whole_read(o, "rows", &z->rows, err)) ||
	    (rc = whole_read(o, "values", &z->values, err)) || (rc = phi_read(o, &z->phi, err)) ||
	    (rc = rates_read(o, z->rate, err)) || (rc = array_read(o, "counts", z->nbins, &array, err)) ||
	    (rc = counts_of(array, "counts", z->nbins, JSON_DOC_WHOLE_MAX, z->counts, err)))
		return rc;
	if (!offset || json_doc_kind(offset) != JSON_DOC_NUMBER || !(fabs(json_doc_number(offset)) <= OFFSET_MAX_MS))
		return bad(err, "utc_offset_ms", "is not the offset of a clock");
	if (days > UINT32_MAX)
		return bad(err, "days", "are too many");
	z->days = (uint32_t)days;
	z->utc_offset_ms = (int64_t)json_doc_number(offset);
	return slots_read(slots, z, err);
}

int
json_frozen_read(const struct json_node *feature, struct baseline_feature *f, struct err *err)
{
	const struct json_node *o = json_doc_member(feature, "natural"), *slots;
	struct err why = {0};
	int rc;

	if (!o || json_doc_kind(o) == JSON_DOC_NULL)
		return 0;
	if (json_doc_kind(o) != JSON_DOC_OBJECT)
		return err_set(err, ERR_FORMAT, "'natural' is not an object");
	slots = json_doc_member(o, "slots");
	if (!slots || json_doc_kind(slots) != JSON_DOC_ARRAY || json_doc_count(slots) > FROZEN_SLOTS)
		return bad(err, "slots", "is not an array of none, 24 or 48");
	rc = frozen_new(&f->frozen, watch_bins(f), (unsigned)json_doc_count(slots), &why);
	if (rc)
		return rc == ERR_NOMEM ? err_nomem(err) : bad(err, "slots", "is not an array of none, 24 or 48");
	rc = fill(o, slots, f->frozen, err);
	if (!rc && (f->frozen->days < GROWTH_DAYS || f->frozen->values < GROWTH_VALUES))
		rc = bad(err, "days", "and 'values' are fewer than evidence needs");
	return rc;
}
