/*
 * Figures of quality: how right a model was, as far as its labels are known.
 *
 * A figure that cannot be given is NaN. Slices live until the store's next write.
 */
#ifndef CORE_FIGURES_QUALITY_H
#define CORE_FIGURES_QUALITY_H

#include "core/compare.h"
#include "core/figures.h"
#include "core/quality_panes.h"

#define QUALITY_ROWS_MIN 50   /* labels below which no figure is shown */
#define QUALITY_ROWS_GREY 200 /* below which it is drawn grey */

/* What to look at where there is room for one number only: AUC, else accuracy, else MAE. */
enum quality_metric { QUALITY_AUC, QUALITY_ACCURACY, QUALITY_MAE, QUALITY_METRICS };
extern const char *const figures_quality_metrics[QUALITY_METRICS]; /* "AUC" "accuracy" "MAE" */
extern const char *const figures_quality_kinds[];                  /* null, "classes", "regression" */

struct quality_figures {
	enum quality_span span;
	struct quality_numbers numbers;
	struct slice positive; /* the class that precision, recall, F1, AUC and Brier are about; empty: none */
	uint64_t predicted;    /* of these labels are known for numbers.labelled */
	double coverage_frac;
	bool thin; /* fewer than QUALITY_ROWS_MIN labels */
	bool grey; /* not to be relied on: note says why */
	char note[128];
};

/* Of the join, over everything. */
struct label_figures {
	bool any; /* a label was ever seen */
	uint64_t waiting;     /* predictions without a label yet */
	uint64_t expired;     /* predictions that got none in time */
	uint64_t orphans;     /* labels without a prediction, those that may still find one among them */
	uint64_t duplicates, conflicting, repeated;
	uint64_t events; /* that were a label and nothing else */
	double sample_frac;   /* of the ids that are kept; 1: all */
	double coverage_1h_frac, coverage_24h_frac; /* at equal age, see quality_panes_coverage */
	double baseline_coverage_1h_frac, baseline_coverage_24h_frac;
};

/* The model now against its baseline's rows, by the one number that says most. */
struct quality_change {
	enum drift_state state; /* learning: nothing to compare with, thin: too few labels or greyed */
	enum quality_metric metric;
	enum quality_span span; /* of `is`: the newest 24 hours where they have labels enough, else since */
	double is, was, se;     /* se: of the difference, as labels vary here */
	uint64_t n, m;          /* labels */
	enum severity severity;
	char sentence[128]; /* "AUC 0.77 (base 0.90)"; empty: nothing to say */
};

/* What rules can ask for. NaN: unknown. */
struct quality_brief {
	struct quality_change change;
	double labelled; /* of everything; 0 and nothing else where there are no labels */
	double accuracy, auc, mae, coverage_frac; /* of the span that change is about */
};
void figures_quality_brief(const struct store *s, size_t model, struct quality_brief *out);

void figures_quality(const struct store *s, size_t model, enum quality_span span, struct quality_figures *out);
void figures_labels(const struct store *s, size_t model, struct label_figures *out);
void figures_quality_change(const struct store *s, size_t model, struct quality_change *out);

/* Of one version, over everything; nothing of one that never made a prediction, nor of the 17th and later ones. */
void figures_quality_version(const struct store *s, size_t model, struct slice version, struct quality_figures *out);

/* Two versions by the one number that says most, over predictions of the same time. */
struct quality_pair {
	enum quality_metric metric;
	struct compare_pair value; /* NaN where either has none */
	uint64_t labelled[2];	   /* stable, canary */
	double coverage_frac[2];
	int64_t from_ms; /* predictions from here on: since the newest version of the model came */
	bool thin, grey; /* as in quality_figures; also grey where the two have labels for different shares */
};
void figures_quality_pair(
    const struct store *s, size_t model, struct slice stable, struct slice canary, struct quality_pair *out);

/* Of one of out->numbers.classes. */
struct slice figures_quality_class(const struct store *s, size_t model, unsigned cls);

/* The metric to show first, and its value; NaN: none can be given. */
enum quality_metric figures_quality_first(const struct quality_figures *f, double *value);

#endif
