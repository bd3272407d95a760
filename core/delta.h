/*
 * What one tick adds: for every touched pane of every model the counts, and what only the total
 * keeps.
 *
 * The store ingests into a delta and merges it; the recorder will write the same deltas to a file,
 * and aggregators will publish them. A delta allocates on first sight and is cleared, not freed.
 */
#ifndef CORE_DELTA_H
#define CORE_DELTA_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/latency.h"
#include "core/limits.h"
#include "core/loghist.h"
#include "core/quality_panes.h"
#include "core/scorebins.h"
#include "core/tally.h"

#define DELTA_NEW_VALUES 16
#define DELTA_HELD 32 /* numbers that a feature holds back to count them in one go */
#define DELTA_GUESSES 32 /* of a categorical feature: which value it is, by slice_mark */
#define DELTA_PANES_ONE 8  /* open panes of a model with one version before the delta must be merged */
#define DELTA_PANES_MAX 16 /* the same with several, each of which has panes of its own */
#define DELTA_LANES 3 /* versions with rows in turn that hold numbers back apart; the last lane is for all others */

struct delta_pane {
	int64_t index; /* start divided by PANE_MS */
	unsigned version; /* place in delta_model.versions of the one whose events these are */
	uint64_t sources; /* bit s: source s (below 64) fed it */
	struct tally tally;
	uint32_t *latency;                 /* LATENCY_BUCKETS */
	uint16_t latency_from, latency_to; /* touched: from <= b < to */
	uint32_t *cells;
	struct moments *moments;
};

/* What a feature adds to the total only. */
struct delta_feature {
	struct loghist hist; /* numeric with a binning */
	double min, max;     /* numeric; none: INFINITY, -INFINITY */
	uint32_t values;     /* rows with a value of a feature that has no binning yet */
	uint32_t wrong_type; /* rows with a text where the binning has numbers */
	uint8_t guesses[DELTA_GUESSES]; /* cells of values met before */
	unsigned nnew;
	struct {
		char text[LIMIT_NAME_BYTES];
		uint16_t n;
		uint32_t count;
	} * news; /* DELTA_NEW_VALUES, allocated on use: values the baseline does not have */
};

/* Named by its text, so that a delta can be merged by whoever gets it. */
struct delta_version {
	char *text;
	struct slice name; /* text */
	bool used;         /* it has a pane here */
	int64_t first_ms, last_ms; /* of events */
	struct delta_pane *last; /* opened */
};

/* Numbers of one feature that are not counted yet. A power of two would put all features in the same few cache sets. */
struct delta_held {
	double x[DELTA_HELD + 1];
};

/* All numbers that are held back in a lane are of one pane. */
struct delta_lane {
	struct delta_pane *pane; /* NULL: there are none */
	struct delta_held *held; /* by feature; allocated on use */
	uint16_t *nheld;         /* so many, and one more; 0: the feature is not in `holding` */
	uint32_t *holding;       /* features that do */
	size_t nfeatures, held_cap, nheld_cap, holding_cap, nholding;
};

struct delta_model {
	unsigned model;
	bool touched;
	const struct cell_layout *layout; /* of the panes; NULL: no binning yet */
	size_t npanes, panes_made;
	int64_t front; /* newest of the panes; INT64_MIN: there are none */
	struct delta_pane *panes[DELTA_PANES_MAX];
	struct delta_lane lanes[DELTA_LANES];
	size_t nfeatures, features_cap; /* model's features, binned or not */
	struct delta_feature *features;
	bool hists; /* their histograms are added with this delta; else they wait in it for a later one */
	bool waits; /* some do, of deltas before */
	struct delta_version versions[LIMIT_VERSIONS]; /* those used are the first, but for new ones */
	unsigned nversions, last_version, used_versions;
	uint32_t late;
	int64_t first_ms, newest_ms, newest_arrival_ms; /* event time; first > newest: none */
	int64_t longest_gap_ms;
	double latency_min, latency_max; /* ms; min > max: none */
	uint32_t *score;                 /* SCOREBINS, allocated on use; added and waiting as histograms are */
	/* Before anything in this delta these sources (bits; 0: one without a bit) had come to that slot of
	 * evaluation windows (core/evalwin.h); INT64_MIN: nothing to say. */
	int64_t reach;
	uint64_t reach_sources;
	struct quality_delta quality;
};

struct delta {
	struct delta_model **models; /* by model index; NULL: never seen */
	size_t nmodels, models_cap;
	uint64_t reasons[REASON_COUNT];
	uint64_t events, dropped;
	bool full; /* merge before ingesting more */
};

void delta_init(struct delta *d);
void delta_release(struct delta *d);
void delta_clear(struct delta *d); /* but for histograms that wait */

/*
 * Histograms are by far the most of what five seconds leave, and only totals have them: where somebody writes it all
 * down they are added once a minute. due: now; else they wait, but for models so wide that their memory is no trifle.
 */
void delta_hists(struct delta *d, bool due);
bool delta_empty(const struct delta *d);

/* The model's part, made on first sight. */
int delta_model_make(struct delta *d, unsigned model, struct delta_model **out, struct err *err);

static inline int
delta_model(struct delta *d, unsigned model, struct delta_model **out, struct err *err)
{
	if (model >= d->nmodels || !d->models[model])
		return delta_model_make(d, model, out, err);
	*out = d->models[model];
	return 0;
}

/* Room for that many features. */
int delta_features(struct delta_model *m, size_t nfeatures, struct err *err);

/* A model gets another binning: its panes must be empty (merged) and are made anew. */
void delta_rebin(struct delta_model *m, const struct cell_layout *layout);

/*
 * The open pane of that version and index. ERR_LIMIT (and d->full) if too many are open, or too many
 * versions named: merge, then try again.
 */
int delta_pane(struct delta *d, struct delta_model *m, struct slice version, int64_t index,
    struct delta_pane **out, struct err *err);

/* The last pane opened of that version, if it is of this index; else NULL. */
static inline struct delta_pane *
delta_pane_again(struct delta_model *m, struct slice version, int64_t index)
{
	const struct delta_version *v = &m->versions[m->last_version];
	unsigned i;

	if (v->last && slice_eq_short(v->name, version))
		return v->last->index == index ? v->last : NULL;
	for (i = 0; i < m->nversions; i++) {
		v = &m->versions[i];
		if (v->last && v->last->index == index && slice_eq(v->name, version)) {
			m->last_version = i;
			return v->last;
		}
	}
	return NULL;
}

static inline struct delta_lane *
delta_lane(struct delta_model *m, unsigned version)
{
	return &m->lanes[version < DELTA_LANES ? version : DELTA_LANES - 1];
}

/* Room in the lane for all of the model's features. */
int delta_lane_room(const struct delta_model *m, struct delta_lane *lane, struct err *err);

/* Counts a value that the baseline does not have, for display only: the first DELTA_NEW_VALUES are
 * kept. */
void delta_new_value(struct delta_feature *f, struct slice value);

#endif
