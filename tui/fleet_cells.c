#include "tui/fleet_cells.h"

#include <math.h>
#include <stdio.h>

#include "tui/part.h"
#include "widgets/latency.h"
#include "widgets/spark.h"

const struct table_column fleet_columns[COL_COUNT] = {
    [COL_MARK] = {"", 2, 0, TABLE_ALWAYS, false, true, "severity"},
    [COL_MODEL] = {"MODEL", 12, 26, TABLE_ALWAYS, false, false, "model"},
    [COL_RATE] = {"EV/S", 5, 0, 70, true, true, "rate"},
    [COL_P50] = {"P50", 6, 0, 30, true, true, "p50"},
    [COL_P99] = {"P99", 9, 0, 60, true, true, "p99"},
    [COL_ERRORS] = {"ERR%", 5, 0, 65, true, true, "errors"},
    [COL_DRIFT] = {"PSI/FLOOR", 9, 0, 80, true, true, "drift"},
    [COL_ROWS] = {"ROWS", 5, 0, 75, true, true, "rows"},
    [COL_WINDOW] = {"WIN", 4, 0, 45, true, false, "window"},
    [COL_AGE] = {"AGE", 4, 0, 50, true, true, "age"},
    [COL_WHY] = {"WHY", 17, TABLE_REST, 90, false, false, "why"},
    [COL_TREND] = {"EV/S, 5M", 12, 0, 20, false, false, "trend"},
};

/* ---- order ------------------------------------------------------------------------------------- */

static double
high(const struct model_row *m)
{
	return latency_has_p99(&m->f.window_latency) ? m->f.window_latency.p99 : m->f.window_latency.p90;
}

/* NaN for a column that is no number, and where none is shown. */
static double
number_of(enum fleet_column column, struct fleet_row row)
{
	const struct model_row *m = row.m;
	bool stale = fleet_cells_stale(m);

	switch (column) {
	case COL_RATE:
		return row.group ? row.group->rate_per_s : m->f.rate_per_s;
	case COL_P50:
		return stale ? NAN : m->f.window_latency.p50;
	case COL_P99:
		return stale ? NAN : high(m);
	case COL_ERRORS:
		return stale ? NAN : m->f.window_error_rate_frac;
	case COL_DRIFT:
		return m->worst.psi;
	case COL_ROWS:
		return (double)(row.group ? row.group->rows : m->f.rows);
	case COL_AGE:
		return (double)m->f.stale_ms;
	default:
		return NAN;
	}
}

int
fleet_cells_order(enum fleet_column column, struct fleet_row a, struct fleet_row b)
{
	if (column == COL_MODEL)
		return slice_cmp(a.group ? a.group->name : a.m->f.name, b.group ? b.group->name : b.m->f.name);
	return held_number_order(number_of(column, a), number_of(column, b));
}

/* ---- cells ------------------------------------------------------------------------------------- */

static void
p99_cell(struct grid *g, struct rect r, enum role role, const struct latency_figures *l)
{
	char text[48];

	if (l->count == 0 || latency_has_p99(l)) {
		grid_text_right(g, r, 0, r.cols, role, slice_of(fmt_ms(l->count ? l->p99 : NAN).s));
		return;
	}
	snprintf(text, sizeof text, "p90 %s", fmt_ms(l->p90).s);
	grid_text_right(g, r, 0, r.cols, ROLE_MUTED, slice_of(text));
}

static void
why_cell(struct grid *g, struct rect r, const struct model_row *m)
{
	char text[480];
	struct slice why = slice_of(held_model_why(m, text, sizeof text));

	if (why.n == 0 && m->f.baseline.kind == BASELINE_NONE)
		why = slice_of(held_baseline(&m->f.baseline, text, sizeof text));
	grid_text(g, r, 0, 0, m->f.severity >= SEVERITY_WARN ? ROLE_TEXT : ROLE_MUTED, why, FIT_ELLIPSIS);
}

bool
fleet_cells_stale(const struct model_row *m)
{
	return (m->f.rate_per_s == 0 && !m->reading) || m->f.stale_ms < 0;
}

void
fleet_cells_paint(struct grid *g, struct rect r, const struct model_row *m, enum fleet_column column)
{
	bool stale = fleet_cells_stale(m);
	enum role role = stale ? ROLE_STALE : ROLE_TEXT;

	switch (column) {
	case COL_RATE:
		part_right(g, r, role, fmt_rate(m->f.rate_per_s));
		break;
	case COL_P50:
		part_right(g, r, role, fmt_ms(stale ? NAN : m->f.window_latency.p50));
		break;
	case COL_P99:
		if (stale)
			part_right(g, r, role, fmt_ms(NAN));
		else
			p99_cell(g, r, role, &m->f.window_latency);
		break;
	case COL_ERRORS:
		part_right(g, r, role, fmt_pct(stale ? NAN : m->f.window_error_rate_frac));
		break;
	case COL_DRIFT:
		part_psi(g, r, &m->worst);
		break;
	case COL_ROWS:
		part_right(g, r, ROLE_MUTED, fmt_count(m->f.rows));
		break;
	case COL_WINDOW:
		grid_text_right(g, r, 0, r.cols, ROLE_MUTED, slice_of(window_names[m->f.window]));
		break;
	case COL_AGE:
		part_right(g, r, stale ? ROLE_WARN : ROLE_MUTED, fmt_age(m->f.stale_ms));
		break;
	case COL_WHY:
		why_cell(g, r, m);
		break;
	case COL_TREND:
		spark_paint(g, r, m->trend, m->ntrend, NAN, ROLE_GRAPH);
		break;
	default:
		break;
	}
}

void
fleet_cells_paint_group(struct grid *g, struct rect r, struct fleet_row row, enum fleet_column column)
{
	if (column == COL_RATE)
		part_right(g, r, ROLE_TEXT, fmt_rate(row.group->rate_per_s));
	else if (column == COL_ROWS)
		part_right(g, r, ROLE_MUTED, fmt_count(row.group->rows));
	else
		fleet_cells_paint(g, r, row.m, column);
}
