/*
 * Models that belong together: those whose names have the same beginning up to the first `/` or `:`, which is also
 * where a source's label stands. A name alone with its beginning is in no group.
 */
#ifndef TUI_FLEET_GROUPS_H
#define TUI_FLEET_GROUPS_H

#include "tui/held.h"

#define FLEET_GROUPS_MAX 256 /* models of further ones stand by themselves */
#define FLEET_OPEN_MAX 64
#define FLEET_ALONE SIZE_MAX

struct fleet_group {
	struct slice name; /* with its `/` or `:`; of a model's name */
	uint64_t id;       /* of the name, greater than the index of any model */
	size_t n, counts[SEVERITY_COUNT];
	size_t worst; /* a model */
	double rate_per_s;
	bool open;
};

struct fleet_groups {
	struct fleet_group groups[FLEET_GROUPS_MAX];
	size_t n;
	size_t *of; /* by model: its group, FLEET_ALONE */
	size_t cap;
	uint64_t open[FLEET_OPEN_MAX]; /* their ids */
	size_t nopen;
};

/* An all-zero struct has none. Names are borrowed until the next call. Without memory there are no groups. */
void fleet_groups_make(struct fleet_groups *g, const struct model_row *rows, size_t n);
void fleet_groups_release(struct fleet_groups *g);

/* Opens or closes one; the oldest of more than FLEET_OPEN_MAX open ones is closed. */
void fleet_groups_toggle(struct fleet_groups *g, size_t group);

/* "2 crit, 1 warn of 12; fraud: missing 0 % -> 50 %": buf as large as wished. Returns buf. */
const char *fleet_groups_why(const struct fleet_group *group, const struct model_row *rows, char *buf, size_t bytes);

/* What a model is called below its group. */
struct slice fleet_groups_rest(const struct fleet_group *group, struct slice name);

#endif
