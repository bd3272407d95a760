#include "tui/model_layout.h"

#define ALERTS_ROWS_MOST 6
#define TRAFFIC_ROWS_MOST 12

static void
stack(struct rect r, const int *panels, size_t n, struct rect *out)
{
	int from = 0;

	for (size_t i = 0; i < n; i++) {
		int rows = i + 1 == n ? r.rows - from : r.rows / (int)n;

		out[panels[i]] = rect_rows(r, from, rows);
		from += rows;
	}
}

/* What fires above a column of panels, where it is high enough; returns what is left. */
static struct rect
place_alerts(struct rect r, size_t alerts, int least, struct rect *out)
{
	int most = r.rows >= 48 ? ALERTS_ROWS_MOST : r.rows >= 34 ? ALERTS_ROWS_MOST - 2 : ALERTS_ROWS_MOST / 2;
	int rows = (alerts < (size_t)most ? (int)alerts : most) + 2; /* with its title, a blank one */

	if (alerts == 0 || r.rows < least)
		return r;
	out[PANEL_ALERTS] = rect_rows(r, 0, rows - 1);
	return rect_rows(r, rows, r.rows);
}

/* Latency has a heat map and is worth more rows than traffic. */
static void
place_rights(struct rect r, struct rect *out)
{
	int traffic = r.rows < 14 ? 0 : r.rows / 2 < TRAFFIC_ROWS_MOST ? r.rows / 2 : TRAFFIC_ROWS_MOST;

	out[PANEL_LATENCY] = rect_rows(r, 0, r.rows - traffic);
	out[PANEL_TRAFFIC] = rect_rows(r, r.rows - traffic, traffic);
}

/*
 * Wide: what fires, latency and traffic at the right, inputs at the left. Outputs stand below few inputs, or above
 * latency where the inputs need the whole column. Quality comes before versions, where there are labels.
 */
static void
place_wide(struct rect r, const struct model_layout *in, struct rect *out)
{
	static const int plain[] = {PANEL_OUTPUTS, PANEL_VERSIONS},
			 told[] = {PANEL_OUTPUTS, PANEL_QUALITY, PANEL_VERSIONS},
			 three[] = {PANEL_OUTPUTS, PANEL_LATENCY, PANEL_TRAFFIC},
			 four[] = {PANEL_OUTPUTS, PANEL_QUALITY, PANEL_LATENCY, PANEL_TRAFFIC};
	int left = r.cols * 63 / 100; /* so that 120 columns have room for the bar of drift */
	int rest = r.rows - in->need;
	struct rect below = rect_rows(rect_cols(r, 0, left), in->need, r.rows);
	struct rect beside = place_alerts(rect_cols(r, left + 2, r.cols), in->alerts, 22, out);

	out[PANEL_INPUTS] = rect_cols(r, 0, left);
	if (rest < 10) {
		if (in->labels && r.rows >= 36)
			stack(beside, four, 4, out);
		else
			stack(beside, three, beside.rows >= 24 ? 3 : 2, out);
		return;
	}
	out[PANEL_INPUTS] = rect_rows(out[PANEL_INPUTS], 0, in->need);
	if (in->labels)
		stack(below, told, rest >= 30 ? 3 : rest >= 20 ? 2 : 1, out);
	else
		stack(below, plain, rest >= 24 ? 2 : 1, out);
	place_rights(beside, out);
}

/* Narrow: inputs above, outputs and latency below them, side by side; more rows show more. */
static void
place_tall(struct rect r, const struct model_layout *in, struct rect *out)
{
	int most = r.rows >= 30 ? r.rows * 4 / 10 : r.rows * 55 / 100;
	/* One or two rows more are better than inputs that are not seen; the last of `need` is a blank one. */
	int inputs = in->need - 1 <= most + 2 ? in->need - (in->need > most) : most;
	struct rect rest = rect_rows(r, inputs, r.rows);
	struct rect left = rect_cols(rest, 0, rest.cols / 2 - 1),
		    right = rect_cols(rest, rest.cols / 2 + 1, rest.cols);
	static const int plain[] = {PANEL_OUTPUTS, PANEL_VERSIONS}, rights[] = {PANEL_LATENCY, PANEL_TRAFFIC},
			 told[] = {PANEL_OUTPUTS, PANEL_QUALITY};
	size_t n = rest.rows >= 18 ? 2 : 1;

	out[PANEL_INPUTS] = rect_rows(r, 0, inputs);
	right = place_alerts(right, in->alerts, 20, out);
	stack(left, in->labels ? told : plain, n, out);
	stack(right, rights, right.rows >= 18 ? 2 : 1, out);
}

bool
model_layout_alone(const struct model_layout *in, struct rect r)
{
	struct model_layout open = *in;
	struct rect out[PANEL_COUNT];
	int shown = 0;

	open.expanded = false;
	model_layout(&open, r, out);
	for (int i = 0; i < PANEL_COUNT; i++)
		shown += out[i].rows > 0;
	return shown < 2;
}

void
model_layout(const struct model_layout *in, struct rect r, struct rect *out)
{
	for (int i = 0; i < PANEL_COUNT; i++)
		out[i] = (struct rect){0, 0, 0, 0};
	if (!in->expanded && r.cols >= 110 && r.rows >= 14)
		place_wide(r, in, out);
	else if (!in->expanded && r.cols >= 70 && r.rows >= 16)
		place_tall(r, in, out);
	if (out[in->focus].rows == 0) {
		for (int i = 0; i < PANEL_COUNT; i++)
			out[i].rows = 0;
		out[in->focus] = r;
	}
}
