#include "tui/drift_part.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/part.h"
#include "widgets/mark.h"

/* "about 0.3 sd": the shift of a bell curve that shows as much; "noise" below the floor. */
static struct fmt
drift_plain(const struct drift_figures *d, enum stat_id id)
{
	double value = figures_stat(d, id), shift = d->as_shift_sd[id];
	struct fmt f = {""};

	if (isnan(value) || isnan(shift))
		return f;
	if (value <= d->floors[id])
		snprintf(f.s, sizeof f.s, "noise");
	else if (isinf(shift))
		snprintf(f.s, sizeof f.s, "over %.0f sd", STAT_SHIFT_MAX);
	else
		snprintf(f.s, sizeof f.s, "%.*f sd", shift < 0.095 ? 2 : 1, shift);
	return f;
}

#define DISTANCE_COLS 31

/* One distance: its name, its figure, the floor behind it, and what it is in sd. */
static void
drift_distance(struct grid *g, struct rect r, int row, int col, const struct drift_figures *d, enum stat_id id)
{
	static const char *const names[STAT_COUNT] = {
	    "PSI", "JS", "KS", "Wasserst.", "TV", "X2"};
	double value = figures_stat(d, id);
	bool approximate = id == STAT_WASSERSTEIN && d->wasserstein_approx;
	enum role role = isnan(value) || value <= d->floors[id] || mark_drift_is_thin(d) ? ROLE_MUTED : ROLE_TEXT;

	grid_printf(g, r, row, col, ROLE_MUTED, "%s%s", names[id], approximate ? " ~" : "");
	grid_text_right(g, r, row, col + 17, role, slice_of(fmt_sig(value).s));
	if (isnan(value))
		return;
	grid_printf(g, r, row, col + 17, ROLE_MUTED, "/%s", fmt_sig(d->floors[id]).s);
	grid_text_right(g, r, row, col + DISTANCE_COLS, role, slice_of(drift_plain(d, id).s));
}

int
drift_part_numbers(struct grid *g, struct rect r, const struct drift_figures *d, bool numeric)
{
	static const enum stat_id ordered[] = {STAT_JS, STAT_TV, STAT_KS, STAT_WASSERSTEIN, STAT_X2};
	bool shown = part_has_drift(d), wide = r.cols >= 50, twice = r.cols >= 2 * DISTANCE_COLS + 2;
	int col = 0, row = wide ? 1 : 2, placed = 0;

	col += grid_str(g, r, 0, 0, ROLE_MUTED, "PSI ");
	col += grid_printf(g, r, 0, col, mark_drift_role(d), "%s", fmt_sig(shown ? d->psi : NAN).s);
	if (shown && !isnan(d->as_shift_sd[STAT_PSI]))
		col += grid_printf(g, r, 0, col, ROLE_MUTED, " (%s%s)", d->psi > d->floors[STAT_PSI] ? "as " : "",
		    drift_plain(d, STAT_PSI).s);
	col += grid_printf(
	    g, r, 0, col, ROLE_MUTED, "  %sfloor %s", wide ? "noise " : "", fmt_sig(shown ? d->psi_floor : NAN).s);
	grid_printf(g, r, row - 1, wide ? col : 0, ROLE_MUTED, "%swatch from %s  drift from %s", wide ? "  " : "",
	    fmt_drift(shown ? d->psi_watch : NAN).s, fmt_drift(shown ? d->psi_drift : NAN).s);
	if (!shown || r.rows < (twice ? 8 : 14))
		return row;
	for (size_t i = 0; i < sizeof ordered / sizeof ordered[0]; i++) {
		/* Some are of numbers only; the graph has their rows. */
		if (stat_rows[ordered[i]].ordered_only && !numeric)
			continue;
		drift_distance(g, r, row + (twice ? placed / 2 : placed), twice ? placed % 2 * (DISTANCE_COLS + 2) : 0,
		    d, ordered[i]);
		placed++;
	}
	return row + (twice ? (placed + 1) / 2 : placed);
}

#define EVIDENCE_BAR_COLS 12
#define EVIDENCE_BAR_LEAST 3

int
drift_part_evidence(struct grid *g, struct rect r, const struct drift_figures *d)
{
	char words[64], power[80];
	int col = r.cols >= 48 ? EVIDENCE_BAR_COLS : EVIDENCE_BAR_LEAST, wide;

	part_evidence_words(d, words, sizeof words);
	part_evidence_power(d, power, sizeof power);
	if (!words[0] || r.rows < 6)
		return 0;
	part_evidence_bar(g, rect_cols(r, 0, col++), d);
	col += grid_text(g, r, 0, col, d->alarm && !d->provisional ? mark_drift_role(d) : ROLE_MUTED, slice_of(words),
	    FIT_ELLIPSIS);
	wide = r.cols >= col + 2 + (int)strlen(power);
	if (power[0] && (wide || r.rows >= 8))
		grid_text(g, r, wide ? 0 : 1, wide ? col + 2 : 0, ROLE_MUTED, slice_of(power), FIT_ELLIPSIS);
	return power[0] && !wide && r.rows >= 8 ? 2 : 1;
}
