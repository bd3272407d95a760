#include "widgets/mark.h"

#include <math.h>

struct mark
mark_severity(const struct grid *g, enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRIT:
		return (struct mark){'C', grid_glyph(g, GLYPH_UP), ROLE_CRIT};
	case SEVERITY_WARN:
		return (struct mark){'W', '!', ROLE_WARN};
	case SEVERITY_UNKNOWN:
		return (struct mark){'-', '?', ROLE_MUTED};
	default:
		return (struct mark){' ', g->glyphs == GLYPHS_ASCII ? '.' : 0xb7, ROLE_OK};
	}
}

struct mark
mark_drift(const struct grid *g, enum drift_state state)
{
	switch (state) {
	case DRIFT_DRIFT:
		return (struct mark){'D', grid_glyph(g, GLYPH_UP), ROLE_CRIT};
	case DRIFT_WATCH:
		return (struct mark){'W', '!', ROLE_WARN};
	case DRIFT_OK:
		return (struct mark){' ', g->glyphs == GLYPHS_ASCII ? '.' : 0xb7, ROLE_OK};
	case DRIFT_THIN:
		return (struct mark){'t', ' ', ROLE_MUTED};
	default:
		return (struct mark){'l', ' ', ROLE_MUTED};
	}
}

bool
mark_is_loud(const struct drift_figures *d, enum drift_cause cause)
{
	if (!(d->drift_causes & cause) || d->state != DRIFT_DRIFT)
		return false;
	return cause == CAUSE_MISSING || (!d->provisional && (cause != CAUSE_SIZE || d->alarm));
}

struct mark
mark_figures(const struct grid *g, const struct drift_figures *d)
{
	static const enum drift_cause causes[] = {CAUSE_SIZE, CAUSE_MISSING, CAUSE_UNSEEN, CAUSE_RANGE};
	struct mark mark = mark_drift(g, d->state);
	bool loud = false;

	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		loud = loud || mark_is_loud(d, causes[i]);
	if (d->state == DRIFT_DRIFT && !loud)
		mark.role = ROLE_WARN;
	return mark;
}

void
mark_paint(struct grid *g, struct rect r, int row, int col, struct mark mark)
{
	if (mark.letter != ' ')
		grid_put(g, r, row, col, mark.role, (uint32_t)mark.letter);
	if (mark.ch != ' ')
		grid_put(g, r, row, col + 1, mark.role, mark.ch);
}

bool
mark_drift_is_thin(const struct drift_figures *d)
{
	return d->n < MARK_ROWS_SURE || d->m < MARK_ROWS_SURE;
}

enum role
mark_drift_role(const struct drift_figures *d)
{
	if (d->state <= DRIFT_THIN || isnan(d->psi) || d->psi < d->psi_floor || mark_drift_is_thin(d))
		return ROLE_MUTED;
	if (d->causes & CAUSE_SIZE)
		return mark_is_loud(d, CAUSE_SIZE) ? ROLE_CRIT : ROLE_WARN;
	return ROLE_TEXT;
}
