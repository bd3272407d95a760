#include "tui/fleet_groups.h"

#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/mem.h"

#define ID_GROUP (UINT64_C(1) << 63)
#define ID_NAMED UINT64_C(0x6e616d65) /* a group called as a beginning of names is another one */

/* Empty where there is none, or nothing behind it. */
static struct slice
beginning_of(struct slice name)
{
	for (size_t i = 1; i + 1 < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == ':')
			return slice_make(name.p, i + 1);
	return slice_of("");
}

static size_t
group_find(const struct fleet_groups *g, uint64_t id)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->groups[i].id == id)
			return i;
	return FLEET_ALONE;
}

static size_t
group_for(struct fleet_groups *g, const struct fleet_grouping *by, struct slice model)
{
	const char *named = config_group_of(by->named, by->nnamed, model);
	struct slice name = named ? slice_of(named) : beginning_of(model);
	uint64_t id = (slice_hash(name) ^ (named ? ID_NAMED : 0)) | ID_GROUP;
	size_t at = name.n ? group_find(g, id) : FLEET_ALONE;

	if (!name.n || at != FLEET_ALONE || g->n == FLEET_GROUPS_MAX)
		return at;
	g->groups[g->n] = (struct fleet_group){.name = name, .id = id, .named = named != NULL};
	return g->n++;
}

static void
group_add(struct fleet_group *group, const struct fleet_grouping *by, const struct model_row *rows, size_t row)
{
	const struct model_row *m = &rows[row];

	group->counts[m->f.severity]++;
	group->rate_per_s += m->f.rate_per_s;
	group->rows += m->f.rows;
	group->firing[0] += m->firing[0];
	group->firing[1] += m->firing[1];
	if (m->firing[0] && m->alarm > group->alarm)
		group->alarm = m->alarm;
	if (group->n++ == 0) {
		group->worst = group->lead = row;
		return;
	}
	if (held_model_order(m, &rows[group->worst]) < 0)
		group->worst = row;
	if (by->order ? by->order(by->ctx, row, group->lead) < 0 : group->worst == row)
		group->lead = row;
}

/* Those of one model that only a name has made go; the others move up. */
static void
drop_single(struct fleet_groups *g, size_t n)
{
	size_t to[FLEET_GROUPS_MAX], kept = 0;

	for (size_t i = 0; i < g->n; i++) {
		bool keeps = g->groups[i].named || g->groups[i].all > 1;

		to[i] = keeps ? kept : FLEET_ALONE;
		if (keeps)
			g->groups[kept++] = g->groups[i];
	}
	for (size_t i = 0; i < n; i++)
		if (g->of[i] < g->n)
			g->of[i] = to[g->of[i]];
	g->n = kept;
}

static void
open_groups(struct fleet_groups *g, const struct fleet_grouping *by, size_t models)
{
	const struct fleet_said *said = g->said[by->searching];

	g->open = by->searching || by->open == FLEET_OPEN ||
	    (by->open == FLEET_OPEN_IF_FITS && models + g->n <= by->room);
	for (size_t i = 0; i < g->n; i++) {
		g->groups[i].open = g->open;
		for (size_t k = 0; k < g->nsaid[by->searching]; k++)
			if (said[k].id == g->groups[i].id)
				g->groups[i].open = said[k].open;
	}
}

void
fleet_groups_make(struct fleet_groups *g, const struct fleet_grouping *by, const struct model_row *rows, size_t n)
{
	g->n = g->passed = 0;
	g->searching = by->searching;
	if (!by->searching)
		g->nsaid[true] = 0;
	if (n > g->cap) {
		size_t *of = mem_realloc_array(g->of, n, sizeof *of);

		if (!of)
			return;
		g->of = of;
		g->cap = n;
	}
	for (size_t i = 0; i < n; i++) {
		size_t group = group_for(g, by, rows[i].f.name);
		bool passes = !by->keep || by->keep(by->ctx, i);

		g->of[i] = passes ? group : FLEET_OUT;
		g->passed += passes;
		if (group == FLEET_ALONE)
			continue;
		g->groups[group].all++;
		if (passes)
			group_add(&g->groups[group], by, rows, i);
	}
	drop_single(g, n);
	open_groups(g, by, n);
}

void
fleet_groups_release(struct fleet_groups *g)
{
	mem_free(g->of);
	memset(g, 0, sizeof *g);
}

void
fleet_groups_toggle(struct fleet_groups *g, size_t group)
{
	struct fleet_group *of = &g->groups[group];
	struct fleet_said *said = g->said[g->searching];
	size_t *n = &g->nsaid[g->searching], at = 0;

	of->open = !of->open;
	while (at < *n && said[at].id != of->id)
		at++;
	if (at == FLEET_SAID_MAX)
		memmove(said, said + 1, --at * sizeof *said);
	said[at] = (struct fleet_said){of->id, of->open};
	*n = at < *n ? *n : at + 1;
}

void
fleet_groups_forget(struct fleet_groups *g)
{
	g->nsaid[false] = g->nsaid[true] = 0;
}

/* ---- what is said of one ------------------------------------------------------------------------- */

struct slice
fleet_groups_rest(const struct fleet_group *group, struct slice name)
{
	size_t skip = !group->named && name.n > group->name.n ? group->name.n : 0;

	return slice_make(name.p + skip, name.n - skip);
}

const char *
fleet_groups_alerts(const struct fleet_group *group, char *buf)
{
	const size_t *n = group->firing;

	buf[0] = '\0';
	if (n[0])
		snprintf(buf, 64, "%zu alert%s firing", n[0], n[0] == 1 ? "" : "s");
	if (n[1])
		snprintf(buf + strlen(buf), 64 - strlen(buf), "%s%zu silenced", n[0] ? ", " : "", n[1]);
	return buf;
}

const char *
fleet_groups_why(const struct fleet_group *group, const struct model_row *rows, char *buf, size_t bytes)
{
	const struct model_row *worst = &rows[group->worst];
	struct slice name = fleet_groups_rest(group, worst->f.name);
	char why[480];
	size_t n = 0;

	buf[0] = '\0';
	if (!group->open && worst->f.severity >= SEVERITY_WARN) {
		snprintf(buf, bytes, "%.*s: %s", (int)(name.n < 60 ? name.n : 60), name.p,
		    held_model_why(worst, why, sizeof why));
		return buf;
	}
	for (int s = SEVERITY_COUNT - 1; s > SEVERITY_OK && n < bytes; s--)
		if (group->counts[s] > 0)
			n += (size_t)snprintf(buf + n, bytes - n, "%s%zu %s", n ? ", " : "", group->counts[s],
			    severity_names[s]);
	if (n < bytes)
		snprintf(buf + n, bytes - n, "%s%zu", n ? " of " : "all is well in ", group->n);
	return buf;
}

/* ---- and drawn ----------------------------------------------------------------------------------- */

static enum role
alarm_role(const struct fleet_group *group)
{
	return group->alarm >= SEVERITY_CRIT ? ROLE_CRIT : ROLE_WARN;
}

/* " 12", of which fewer pass a filter: " 3 of 12". */
static const char *
count_text(const struct fleet_group *group, char *buf, size_t bytes)
{
	if (group->n < group->all)
		snprintf(buf, bytes, " %zu of %zu", group->n, group->all);
	else
		snprintf(buf, bytes, " %zu", group->all);
	return buf;
}

int
fleet_groups_width(const struct fleet_group *group)
{
	char text[48];

	return 2 + grid_text_width(group->name) + grid_text_width(slice_of(count_text(group, text, sizeof text)));
}

/* A closed group hides its models: where something fires in it its name is what one sees first. */
void
fleet_groups_paint_name(struct grid *g, struct rect r, const struct fleet_group *group)
{
	enum role role = !group->open && group->firing[0] ? alarm_role(group) : ROLE_TITLE;
	char text[48];
	int col;

	grid_put(g, r, 0, 0, ROLE_KEY, grid_glyph(g, group->open ? GLYPH_DOWN : GLYPH_RIGHT));
	count_text(group, text, sizeof text);
	col = r.cols - grid_text_width(slice_of(text));
	col = 2 + grid_text(g, rect_cols(r, 0, col), 0, 2, role, group->name, FIT_ELLIPSIS);
	grid_str(g, r, 0, col, ROLE_MUTED, text);
}

void
fleet_groups_paint_why(
    struct grid *g, struct rect r, const struct fleet_group *group, const struct model_row *rows)
{
	bool bad = rows[group->worst].f.severity >= SEVERITY_WARN;
	char alerts[64], text[640];
	int col = 0;

	if (fleet_groups_alerts(group, alerts)[0]) {
		enum role role = group->firing[0] ? alarm_role(group) : ROLE_MUTED;

		col = grid_str(g, r, 0, 0, role, alerts);
		col += grid_str(g, r, 0, col, ROLE_MUTED, "; ");
	}
	grid_text(g, rect_cols(r, col, r.cols - col), 0, 0, bad ? ROLE_TEXT : ROLE_MUTED,
	    slice_of(fleet_groups_why(group, rows, text, sizeof text)), FIT_ELLIPSIS);
}
