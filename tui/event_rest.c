#include "tui/event_rest.h"

#include <string.h>

struct slice
event_rest_value(struct slice raw, struct slice name)
{
	for (size_t i = 1; name.n > 0 && i + name.n + 2 <= raw.n; i++) {
		size_t at = i + name.n + 1, from;
		bool quoted;

		if (raw.p[i - 1] != '"' || raw.p[at - 1] != '"' || memcmp(raw.p + i, name.p, name.n) != 0)
			continue;
		while (at < raw.n && raw.p[at] == ' ')
			at++;
		if (at >= raw.n || raw.p[at++] != ':')
			continue;
		while (at < raw.n && raw.p[at] == ' ')
			at++;
		quoted = at < raw.n && raw.p[at] == '"';
		from = at += quoted;
		while (at < raw.n &&
		       (quoted ? raw.p[at] != '"' || raw.p[at - 1] == '\\' : !strchr(",}] \n", raw.p[at])))
			at++;
		return slice_make(raw.p + from, at - from);
	}
	return slice_of("");
}

/* Cut with an ellipsis at the end of the cell; returns where the next one begins. */
static int
put(struct grid *g, struct rect r, int col, enum role role, struct slice text)
{
	return col < r.cols ? col + grid_text(g, rect_cols(r, col, r.cols), 0, 0, role, text, FIT_ELLIPSIS) : col;
}

void
event_rest_paint(
    struct grid *g, struct rect at, struct event_record *r, const struct raw_event *e, struct slice shown)
{
	struct event ev;
	int col = 0;

	if (!r || !event_record_decode(r, e, slice_of("m"), &ev)) {
		grid_text(g, at, 0, 0, ROLE_MUTED, e->raw, FIT_ELLIPSIS);
		return;
	}
	if (ev.error.n > 0)
		col = put(g, at, 0, ROLE_WARN, ev.error) + 2;
	for (size_t i = 0; i < ev.nfeatures && col < at.cols; i++) {
		const struct value *v = &ev.features[i].value;

		if (slice_eq(ev.features[i].name, shown))
			continue;
		col = put(g, at, col, ROLE_MUTED, ev.features[i].name) + 1;
		col = put(g, at, col, ROLE_TEXT, v->kind == VALUE_MISSING ? slice_of("-") : v->text) + 2;
	}
}
