/*
 * Inside of the figures of one input or output over one window: where its integers are and what follows from them at
 * once. Borrowed from the store until its next write.
 */
#ifndef CORE_FIGURES_COLUMN_H
#define CORE_FIGURES_COLUMN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/figures.h"
#include "core/store_impl.h"
#include "core/verdict.h"

struct column {
	const struct model *m;
	const struct feature *f;
	const struct baseline_feature *ref; /* NULL: no binning */
	const struct sums *sums;
	enum window window;
	bool output;
	const uint64_t *cells, *extra; /* NULL without a binning */
	uint64_t rows;                 /* that could have had a value */
	uint64_t n, missing, nonfinite, unseen, range, clipped;
};

void figures_column_open(struct column *c, const struct model *m, size_t fid, enum window w);

/* out->drift.sentence, of the verdict and of what else is in out. */
void figures_column_sentence(const struct column *c, const struct verdict *v, struct feature_figures *out);

/*
 * The same integers of the newest rows: of 30 s or a minute, and within longer windows of 5, 12 minutes or an hour, the
 * shortest of them that has VERDICT_NOW_ROWS rows, and no longer than a fifth of the window. Fills rows, n and the
 * counts; false: there are not so many. moved: a cell whose count is wanted, too, SIZE_MAX: none.
 */
struct column_now {
	uint64_t rows, n, missing, nonfinite, unseen, range, moved;
	double mean; /* NaN: not known */
};
bool figures_column_now(const struct column *c, size_t moved, struct column_now *out);

#endif
