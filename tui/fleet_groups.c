#include "tui/fleet_groups.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"

#define ID_GROUP (UINT64_C(1) << 63)

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

static bool
is_open(const struct fleet_groups *g, uint64_t id)
{
	for (size_t i = 0; i < g->nopen; i++)
		if (g->open[i] == id)
			return true;
	return false;
}

static size_t
group_for(struct fleet_groups *g, struct slice name)
{
	uint64_t id = slice_hash(name) | ID_GROUP;
	size_t at = group_find(g, id);

	if (at != FLEET_ALONE || g->n == FLEET_GROUPS_MAX)
		return at;
	g->groups[g->n] = (struct fleet_group){.name = name, .id = id, .open = is_open(g, id)};
	return g->n++;
}

static void
group_add(struct fleet_group *group, const struct model_row *rows, size_t row)
{
	group->counts[rows[row].f.severity]++;
	group->rate_per_s += rows[row].f.rate_per_s;
	if (group->n++ == 0 || held_model_order(&rows[row], &rows[group->worst]) < 0)
		group->worst = row;
}

/* Those of one model go; the others move up. */
static void
drop_single(struct fleet_groups *g, size_t n)
{
	size_t to[FLEET_GROUPS_MAX], kept = 0;

	for (size_t i = 0; i < g->n; i++) {
		to[i] = g->groups[i].n > 1 ? kept : FLEET_ALONE;
		if (g->groups[i].n > 1)
			g->groups[kept++] = g->groups[i];
	}
	for (size_t i = 0; i < n; i++)
		if (g->of[i] != FLEET_ALONE)
			g->of[i] = to[g->of[i]];
	g->n = kept;
}

void
fleet_groups_make(struct fleet_groups *g, const struct model_row *rows, size_t n)
{
	g->n = 0;
	if (n > g->cap) {
		size_t *of = mem_realloc_array(g->of, n, sizeof *of);

		if (!of)
			return;
		g->of = of;
		g->cap = n;
	}
	for (size_t i = 0; i < n; i++) {
		struct slice name = beginning_of(rows[i].f.name);

		g->of[i] = name.n > 0 ? group_for(g, name) : FLEET_ALONE;
		if (g->of[i] != FLEET_ALONE)
			group_add(&g->groups[g->of[i]], rows, i);
	}
	drop_single(g, n);
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

	of->open = !of->open;
	if (of->open) {
		if (g->nopen == FLEET_OPEN_MAX)
			memmove(g->open, g->open + 1, --g->nopen * sizeof *g->open);
		g->open[g->nopen++] = of->id;
		return;
	}
	for (size_t i = 0; i < g->nopen; i++)
		if (g->open[i] == of->id)
			g->open[i--] = g->open[--g->nopen];
}

struct slice
fleet_groups_rest(const struct fleet_group *group, struct slice name)
{
	size_t skip = name.n > group->name.n ? group->name.n : 0;

	return slice_make(name.p + skip, name.n - skip);
}

const char *
fleet_groups_why(const struct fleet_group *group, const struct model_row *rows, char *buf, size_t bytes)
{
	const struct model_row *worst = &rows[group->worst];
	struct slice name = fleet_groups_rest(group, worst->f.name);
	char why[480];
	size_t n = 0;

	buf[0] = '\0';
	for (int s = SEVERITY_COUNT - 1; s > SEVERITY_OK && n < bytes; s--)
		if (group->counts[s] > 0)
			n += (size_t)snprintf(buf + n, bytes - n, "%s%zu %s", n ? ", " : "", group->counts[s],
			    severity_names[s]);
	if (n < bytes)
		n += (size_t)snprintf(buf + n, bytes - n, "%s%zu", n ? " of " : "all is well in ", group->n);
	if (worst->f.severity == SEVERITY_OK || n >= bytes)
		return buf;
	snprintf(buf + n, bytes - n, "; %.*s: %s", (int)(name.n < 60 ? name.n : 60), name.p,
	    held_model_why(worst, why, sizeof why));
	return buf;
}
