/*
 * What evaluation windows have led to, as figures. In a rolling window evidence is what it is now; over the whole
 * range it is the largest there was, which is what a report is about.
 */
#include <math.h>

#include "core/store_impl.h"

void
figures_evidence(const struct model *m, const struct feature *f, enum window w, struct drift_figures *out)
{
	const struct watch *watch;
	double rate;
	int64_t onset;

	out->evidence = out->evidence_limit = out->see_rows = out->see_ms = NAN;
	out->provisional = !f->ref || !f->ref->frozen;
	if (!f->ref || f->binned >= m->nwatches || !m->watches[f->binned].made)
		return;
	watch = &m->watches[f->binned];
	if (!watch->evidence.seen && !watch->most)
		return;
	out->evidence_limit = watch->limit;
	out->evidence = evidence_total(&watch->evidence);
	out->leading = evidence_leading(&watch->evidence);
	onset = evidence_onset(&watch->evidence);
	if (w == WINDOW_ALL && watch->most >= watch->evidence.total) {
		out->evidence = (double)watch->most / EVIDENCE_UNIT;
		out->leading = watch->most_kind;
		onset = watch->most_onset;
	}
	if (out->evidence < 0)
		out->evidence = 0; /* less than none is nobody's concern */
	out->alarm = watch->evidence.alarm;
	if (out->evidence >= out->evidence_limit / 2)
		out->since_ms = onset * EVALWIN_MS;
	out->see_rows = watch_rows_needed(watch);
	rate = figures_rate_per_s(m);
	if (rate > 0)
		out->see_ms = out->see_rows / rate * 1000;
}
