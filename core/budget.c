#include "core/budget.h"

#include <math.h>

#include "core/limits.h"
#include "core/store_impl.h"

#define FORMAT	    1
#define COLUMNS_MAX ((uint64_t)LIMIT_MODELS * (LIMIT_FEATURES + 2))

static void
held_by(const struct store *s, struct budget *out)
{
	size_t i;

	out->watched = out->armed = 0;
	for (i = 0; i < s->nmodels; i++) {
		out->watched += s->models[i]->nwatches;
		out->armed += s->models[i]->armed;
	}
}

void
budget_of(const struct store *s, struct budget *out)
{
	held_by(s, out);
	out->watched += s->lacks_watched;
	out->armed += s->lacks_armed;
	out->windows_per_week = WATCH_WINDOWS_A_WEEK;
	out->alarms_per_week = store_budget(s);
}

bool
budget_same(const struct budget *a, const struct budget *b)
{
	return a->watched == b->watched && a->armed == b->armed && a->windows_per_week == b->windows_per_week &&
	       a->alarms_per_week == b->alarms_per_week;
}

double
budget_limit(const struct budget *b, bool armed)
{
	return evidence_limit((double)(armed ? b->armed : b->watched), b->windows_per_week, b->alarms_per_week);
}

void
budget_write(const struct budget *b, struct bytes *to)
{
	bytes_put_uint(to, FORMAT);
	bytes_put_uint(to, b->watched);
	bytes_put_uint(to, b->armed);
	bytes_put_double(to, b->windows_per_week);
	bytes_put_double(to, b->alarms_per_week);
}

int
budget_read(struct budget *b, struct slice payload, struct err *err)
{
	struct bytes_reader r;
	uint64_t format;

	bytes_read(&r, payload);
	format = bytes_get_uint(&r, UINT32_MAX);
	b->watched = bytes_get_uint(&r, COLUMNS_MAX);
	b->armed = bytes_get_uint(&r, COLUMNS_MAX);
	b->windows_per_week = bytes_get_double(&r);
	b->alarms_per_week = bytes_get_double(&r);
	if (r.failed || format != FORMAT || b->armed > b->watched || !(b->windows_per_week > 0) ||
	    !(b->alarms_per_week > 0) || !isfinite(b->windows_per_week) || !isfinite(b->alarms_per_week))
		return err_set(err, ERR_FORMAT, "what evidence was judged by cannot be read");
	return 0;
}

bool
budget_take(struct store *s, const struct budget *recorded)
{
	struct budget held;

	held_by(s, &held);
	s->lacks_watched = recorded->watched > held.watched ? recorded->watched - held.watched : 0;
	s->lacks_armed = recorded->armed > held.armed ? recorded->armed - held.armed : 0;
	return s->lacks_watched || s->lacks_armed;
}
