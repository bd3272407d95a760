#include "widgets/alertline.h"

#include <stdio.h>

#include "widgets/mark.h"

/* " 1 crit  2 warn  5 ok" from the right; the parts that are 0 are left out. Returns the columns used. */
static int
alertline_counts(struct grid *g, struct rect r, const struct alertline *a)
{
	static const struct {
		enum severity severity;
		const char *word;
	} parts[] = {
	    {SEVERITY_OK, "ok"}, {SEVERITY_UNKNOWN, "unknown"}, {SEVERITY_WARN, "warn"}, {SEVERITY_CRIT, "crit"}};
	int right = r.cols;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t n = a->counts[parts[i].severity];
		enum role role = mark_severity(g, parts[i].severity).role;
		char text[40];

		if (n == 0)
			continue;
		snprintf(text, sizeof text, "%zu %s", n, parts[i].word);
		grid_text_right(g, r, 0, right, role, slice_of(text));
		right -= grid_text_width(slice_of(text)) + 2;
	}
	return r.cols - right;
}

void
alertline_paint(struct grid *g, struct rect r, const struct alertline *a)
{
	struct mark mark = mark_severity(g, a->severity);
	int right = 0, col = 0;

	if (r.rows < 1 || r.cols < 1)
		return;
	if (r.cols >= 60)
		right = alertline_counts(g, r, a);
	r = rect_cols(r, 0, r.cols - right);
	if (a->severity != SEVERITY_OK) {
		mark_paint(g, r, 0, 0, mark);
		grid_attr(g, r, 0, 0, 2, STYLE_BOLD);
		col = 3;
	}
	if (a->subject.n > 0) {
		col += grid_text(g, r, 0, col, mark.role, a->subject, FIT_ELLIPSIS);
		grid_attr(g, r, 0, 0, col, STYLE_BOLD);
		col += grid_str(g, r, 0, col, mark.role, a->sentence.n ? ": " : "");
	}
	grid_text(g, r, 0, col, a->severity == SEVERITY_OK ? ROLE_MUTED : mark.role, a->sentence, FIT_ELLIPSIS);
}

static void
alertline_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	for (int row = 0; row < r.rows; row++) {
		struct alertline a = {
		    (enum severity)(row % SEVERITY_COUNT), specimen_text(kind), specimen_text(kind), {0}};

		for (size_t i = 0; i < SEVERITY_COUNT; i++)
			a.counts[i] = kind == SPECIMEN_EMPTY ? 0 : kind == SPECIMEN_HUGE ? SIZE_MAX : i;
		alertline_paint(g, rect_rows(r, row, 1), &a);
	}
}

const struct widget alertline_widget = {"alertline", "the worst thing there is to say", alertline_specimen};
