/*
 * One watched model: its features, rings, totals, versions. Written by the store's calls only
 * (store.c, store_*.c); figures.c reads it.
 *
 * Columns have one index everywhere inside the store, the fid: 0 prediction, 1 score, 2 + i input i
 * in order of first sight.
 */
#ifndef CORE_MODEL_H
#define CORE_MODEL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/alert.h"
#include "core/baseline.h"
#include "core/delta.h"
#include "core/evalwin.h"
#include "core/figures.h"
#include "core/figures_quality.h"
#include "core/growth.h"
#include "core/names.h"
#include "core/pane.h"
#include "core/quality_panes.h"
#include "core/rows.h"
#include "core/versus.h"
#include "core/watch.h"

#define FID_PREDICTION 0
#define FID_SCORE 1
#define FID_INPUT 2

enum model_ring { RING_5M, RING_1H, RING_24H, RING_COUNT };

struct new_value {
	char *text;
	size_t n;
	uint64_t count;
};

/* What is known of one column beside its cells. */
struct feature {
	const struct numbins *bins;         /* numeric with values in the baseline; else NULL */
	const struct baseline_feature *ref; /* NULL: no binning (yet) */
	uint32_t binned;                    /* its place in the cell layout, with ref */
	uint32_t first;                     /* its first cell, with ref */
	uint32_t nbins;
	/* totals */
	struct loghist hist;
	double min, max; /* min > max: none */
	uint64_t values; /* with a value, while there is no binning */
	uint64_t wrong_type; /* rows with a text where the binning has numbers */
	struct new_value *news; /* LIMIT_NEW_VALUES, allocated on use */
	unsigned nnew;
	double watch, drift; /* levels of PSI that somebody has set; 0: nobody has */
	/* as judged by the last tick */
	enum drift_state state;
	unsigned causes, drift_causes;
	int64_t since_ms;
	uint64_t watched; /* chains of rules (below 64, a bit each) that have an alert pending or firing */
	bool alerted;	  /* one fires */
};

#define VERSION_NONE UINT_MAX
#define VERSION_SLOTS 12 /* an hour */

struct version {
	char *text;
	struct slice name; /* text */
	uint64_t events, errors;
	int64_t first_ms, last_ms;
	int64_t ended_ms; /* its last event, where the model has gone on for an hour without it; 0: it has not */
	uint64_t *latency;
	uint64_t recent; /* events of the last hour: of the slots of five minutes, which are counted modulo */
	uint64_t slots[VERSION_SLOTS];
	bool marked_begin, marked_end; /* that it began, that it ended, is in the store's marks */
};

/* The name of a feature, for a quick look whether another one is the same. */
struct model_guess {
	uint64_t head, tail;  /* its first and last eight bytes, and its length, where these two say it all; */
	size_t quick;         /* else GUESS_SLOWLY */
	uint32_t name, bytes; /* where it lies in `inputs` */
};

#define GUESS_SLOWLY SIZE_MAX /* a length that no name has */

struct model {
	unsigned index;
	char *text;
	struct slice name; /* text */
	struct names inputs;
	struct feature *features; /* FID_INPUT + inputs */
	size_t nfeatures, features_cap;
	uint32_t *order; /* fid of the i-th feature of the event before; 0: none */
	struct model_guess *guesses; /* and its name */
	size_t order_cap, guesses_cap;

	struct baseline *baseline; /* NULL: learning */
	bool learning;             /* rows are (still) collected for a baseline of its own */
	struct rows rows;
	size_t learned;      /* rows of `rows` that are the present baseline */
	size_t replayed;     /* rows of `rows` that have been counted */
	/* Of a model whose rows are elsewhere (core/snapshot.h): some wait behind a baseline there; how many more rows
	 * than events it had. */
	bool waits;
	int64_t rows_away;
	size_t quarter_rows; /* rows before the first that is 15 minutes after the oldest; 0: not
				seen yet */

	struct baseline_maker *maker; /* a baseline of its own in the making; NULL: none */
	size_t maker_rows;            /* the first so many rows become it */
	bool maker_final;             /* and no other one after it */
	size_t learn_again; /* rows before a baseline that could not be made is tried again */
	struct ring rings[RING_COUNT];
	struct sums total;
	struct evalwin evalwin;
	/* by place in the baseline's layout; made at the first window, nwatches 0 before */
	struct growth growth;
	struct watch *watches;
	size_t nwatches;
	int64_t prepared_slot; /* of evaluation windows, that watches have been prepared for, */
	size_t prepared;       /* so many of them */
	struct own_outputs *own_outputs; /* of a new version, until there are enough; NULL: none. store_outputs.c */
	int64_t outputs_after_ms; /* newest event when outputs last began anew; INT64_MIN: never */
	size_t armed; /* columns whose baseline is frozen */
	bool moved;   /* changed otherwise than by deltas, and the journal has not been told yet */
	uint64_t revision; /* counts up with all that outlives the process */
	uint64_t unjudged; /* evaluation windows that there was no memory for */
	uint64_t *score; /* SCOREBINS, allocated on use */

	struct classes classes;
	struct labels labels;          /* what waits for a label */
	struct quality_panes *quality; /* NULL: no prediction yet */
	struct names label_versions;   /* those that made predictions: numbers of quality_panes.h */
	unsigned label_version;	       /* of the prediction before */
	int64_t label_versions_ms;     /* what the newest of them is compared with is predicted from here on */
	struct quality_log *quality_log; /* while learning; store_labels.c */
	struct quality_look {            /* as rules looked at it last */
		uint64_t labelled; /* then; 0: never */
		int64_t slot;      /* of QUALITY_LOOK_MS */
		struct quality_brief brief;
	} quality_look;
	double latency_min, latency_max;

	struct version versions[LIMIT_VERSIONS];
	unsigned nversions;
	unsigned version_of[LIMIT_VERSIONS]; /* during a merge: of the delta's versions */
	unsigned stable, canary;	     /* VERSION_NONE: there is none */
	int64_t version_slot, version_pane;  /* newest with events; INT64_MIN: none */
	uint64_t version_looks;		     /* times that roles were decided */
	struct versus *versus; /* those two, while several have traffic and there is memory; else NULL */

	uint64_t late, dropped_features;
	int64_t first_ms, newest_ms, newest_arrival_ms; /* event time; newest_ms INT64_MIN: none */
	int64_t longest_gap_ms;
	int64_t now_ms; /* the model's clock at the last tick */
	uint64_t sources;
	bool files_only; /* nothing live feeds it: its clock stands at its newest event */

	enum severity severity;
	char why[224];
	uint64_t
	    judged_events, /* events of the total and pane of the clock when it was last judged */
	    shown_events;  /* when screens were last told how columns are, between two of these */
	int64_t judged_pane;
	const struct baseline *judged_baseline;
	bool judged_silence; /* it could be told then */
	bool judged_rules;   /* at the last tick; else only how columns are */
	bool judged_otherwise; /* by other rules or levels than hold now */
	bool judged_replaying; /* rows behind a new baseline were still to be counted then */
	uint64_t judged_rows; /* when columns were */
	int64_t judged_columns_pane;
	/* Rules that hold: of chain c for the model at c, for column fid at (1 + fid) * chains + c; place in the list
	 * and one, 0: none. */
	uint16_t *picks;
	size_t npicks, picks_cap;
	unsigned picks_generation; /* of the store's rules */
	uint64_t watched;	   /* as struct feature's, of the model's own rules */
	size_t firing, alerted;	   /* alerts that fire; columns they are about */
	const struct alert *worst_alert; /* within store_judge_severity only */
	size_t drifting, watching,
	    worst_fid; /* columns in that state; the worst one, SIZE_MAX: none */
	double worst_psi;
};

/* True while the rows behind a new baseline are still being counted: new ones wait behind them. */
static inline bool
model_replaying(const struct model *m)
{
	return m->learning && m->baseline && m->replayed < m->rows.count;
}

/* Rows collected for a baseline, here or elsewhere. */
static inline size_t
model_rows(const struct model *m)
{
	int64_t away = (int64_t)(m->total.tally.events + (uint64_t)m->rows_away);

	if (m->rows.count || !m->learning)
		return m->rows.count;
	return away > 0 ? (size_t)away : 0;
}

/* The same, also where the rows themselves are elsewhere: in a store that does again what another one did. */
static inline bool
model_is_behind(const struct model *m)
{
	return m->waits || model_replaying(m);
}

/* Adds the input if it is new; ERR_LIMIT beyond LIMIT_FEATURES, ERR_NOMEM. */
int model_input(struct model *m, struct slice name, size_t *fid, struct err *err);

/* The window to look at for `w`: never WINDOW_AUTO. */
enum window model_window(const struct model *m, enum window w);

/* The sums of a window that is not AUTO. */
static inline const struct sums *
model_sums(const struct model *m, enum window w)
{
	return w == WINDOW_ALL ? &m->total : &m->rings[w - WINDOW_5M].window;
}

/* The place of that version, or VERSION_NONE. */
static inline unsigned
model_version(const struct model *m, struct slice name)
{
	unsigned i;

	for (i = 0; i < m->nversions; i++)
		if (slice_eq_short(m->versions[i].name, name))
			return i;
	return VERSION_NONE;
}

void model_drop_versus(struct model *m);

/* What evaluation windows have led to is forgotten; memory for it is made again at the next one. */
void model_drop_watches(struct model *m);

/* All that is kept of the total of that column beside its cells is forgotten. */
void model_restart_column(struct model *m, size_t fid);

int model_new(struct model **out, unsigned index, struct slice name, struct err *err);
void model_free(struct model *m);

/* Gives the model a baseline (taken, also on failure) and restarts everything counted on the old
 * binning. */
int model_set_baseline(struct model *m, struct baseline *b, struct err *err);

static inline struct slice
model_feature_name(const struct model *m, size_t fid)
{
	if (fid == FID_PREDICTION)
		return slice_of("prediction");
	return fid == FID_SCORE ? slice_of("score") : names_at(&m->inputs, fid - FID_INPUT);
}

#endif
