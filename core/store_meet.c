/* What another store knows of its models, for one that is to look at other events of the same fleet. */
#include "core/baseline_bytes.h"
#include "core/quality_book.h"
#include "core/store_impl.h"

/* By their bytes, which hold all that there is of one. */
static int
copy_baseline(struct baseline **out, const struct model *m, struct err *err)
{
	const struct baseline *b = m->baseline;
	struct quality_book *own = NULL;
	struct bytes_reader read[2];
	struct bytes binning, reference;
	int rc = 0;

	/* What a file brought is as it was; of its own rows more labels may have come. */
	if (!b->quality && m->quality && m->quality->reference.counts[QUALITY_LABELLED])
		rc = quality_book_of(&own, &m->classes, &m->quality->reference, m->quality->reference_cover, err);
	if (rc)
		return rc;

	bytes_init(&binning);
	bytes_init(&reference);
	baseline_encode_binning(b, NULL, &binning);
	baseline_encode_reference(b, own ? own : b->quality, &reference);
	quality_book_free(own);
	bytes_read(&read[0], slice_make(binning.p, binning.n));
	bytes_read(&read[1], slice_make(reference.p, reference.n));
	rc = binning.failed || reference.failed ? err_nomem(err) : baseline_decode(out, &read[0], &read[1], err);
	bytes_release(&binning);
	bytes_release(&reference);
	return rc;
}

int
store_meet(struct store *s, const struct store *other, size_t n, struct err *err)
{
	struct baseline *b;
	struct model *m;
	size_t i;
	int rc = 0;

	for (i = 0; i < n && i < other->nmodels && !rc; i++) {
		rc = store_model_get(s, other->models[i]->name, &m, err);
		if (rc || !other->models[i]->baseline)
			continue;
		rc = copy_baseline(&b, other->models[i], err);
		if (!rc)
			rc = store_adopt_baseline(s, m, b, err);
	}
	s->generation++;
	return rc;
}
