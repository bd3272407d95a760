/*
 * Models that belong together: those that the configuration gives one name, else those whose names have the same
 * beginning up to the first `/` or `:`, which is also where a source's label stands. A model alone with such a
 * beginning is in no group; a group of the configuration is one whatever it has.
 */
#ifndef TUI_FLEET_GROUPS_H
#define TUI_FLEET_GROUPS_H

#include "tui/held.h"
#include "widgets/grid.h"

#define FLEET_GROUPS_MAX 256 /* models of further ones stand by themselves */
#define FLEET_SAID_MAX 64
#define FLEET_ALONE SIZE_MAX
#define FLEET_OUT (SIZE_MAX - 1) /* the filter has taken it away */

struct config_group;

struct fleet_group {
	struct slice name; /* as the configuration says it; else the beginning, with its `/` or `:` */
	uint64_t id;       /* of the name, greater than the index of any model */
	bool named;        /* by the configuration */
	bool open;
	size_t all;		       /* its models */
	size_t n, counts[SEVERITY_COUNT]; /* those that pass; the rest is of these alone */
	size_t worst;		       /* a model */
	size_t lead;		       /* the model that would come first by the column that is sorted by */
	double rate_per_s;
	uint64_t rows;
	size_t firing[2]; /* alerts: not silenced, silenced */
	enum severity alarm; /* the worst of those that are not */
};

/* Whether groups are open of which nobody has said it. */
enum fleet_open { FLEET_CLOSED = 0, FLEET_OPEN, FLEET_OPEN_IF_FITS };

/* What they are made by, borrowed for the call. */
struct fleet_grouping {
	const struct config_group *named;
	size_t nnamed;
	enum fleet_open open;
	size_t room;	/* rows, for FLEET_OPEN_IF_FITS */
	bool searching; /* a filter is active: all are open but those that were closed since */
	bool (*keep)(const void *ctx, size_t row);		  /* NULL: all */
	int (*order)(const void *ctx, size_t a, size_t b); /* what leads a group; NULL: its worst */
	const void *ctx;
};

struct fleet_said {
	uint64_t id;
	bool open;
};

struct fleet_groups {
	struct fleet_group groups[FLEET_GROUPS_MAX];
	size_t n;
	size_t *of; /* by model: its group, FLEET_ALONE, FLEET_OUT */
	size_t cap, passed; /* models that pass */
	bool open; /* those of which nobody has said it */
	bool searching;
	struct fleet_said said[2][FLEET_SAID_MAX]; /* by searching */
	size_t nsaid[2];
};

/* An all-zero struct has none. Names are borrowed until the next call. Without memory there are no groups. */
void fleet_groups_make(
    struct fleet_groups *g, const struct fleet_grouping *by, const struct model_row *rows, size_t n);
void fleet_groups_release(struct fleet_groups *g);

/* Opens or closes one; of more than FLEET_SAID_MAX the oldest is as if nobody had. */
void fleet_groups_toggle(struct fleet_groups *g, size_t group);

/* Nobody has opened or closed any. */
void fleet_groups_forget(struct fleet_groups *g);

/* "2 alerts firing, 1 silenced"; empty: none. 64 bytes. Returns buf. */
const char *fleet_groups_alerts(const struct fleet_group *group, char *buf);

/*
 * Of a closed one what its worst model has, "fraud: missing 50.3% of 5 min (base 0.0%)"; of an open one, whose models
 * stand below it, and of one without such a model, how many are how: "2 crit, 1 warn of 12". buf as large as wished.
 * Returns buf.
 */
const char *fleet_groups_why(const struct fleet_group *group, const struct model_row *rows, char *buf, size_t bytes);

/* What a model is called below its group. */
struct slice fleet_groups_rest(const struct fleet_group *group, struct slice name);

/* A cell of the row that stands for a group: its name and how many models it has; and in a sentence the rest. */
void fleet_groups_paint_name(struct grid *g, struct rect r, const struct fleet_group *group);
void fleet_groups_paint_why(
    struct grid *g, struct rect r, const struct fleet_group *group, const struct model_row *rows);

/* Columns that fleet_groups_paint_name would use for all of it. */
int fleet_groups_width(const struct fleet_group *group);

#endif
