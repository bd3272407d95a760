/* One row that says the worst thing there is to say: severity, a sentence, and how many of each severity there are.
 */
#ifndef WIDGETS_ALERTLINE_H
#define WIDGETS_ALERTLINE_H

#include "core/figures.h"
#include "widgets/widget.h"

struct alertline {
	enum severity severity;
	struct slice subject;          /* whom it is about; may be empty */
	struct slice sentence;         /* may be empty */
	size_t counts[SEVERITY_COUNT]; /* at the right end; all 0: not shown */
};

void alertline_paint(struct grid *g, struct rect r, const struct alertline *a);

extern const struct widget alertline_widget;

#endif
