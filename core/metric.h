/*
 * What rules and filters can ask for: one table, one row a metric.
 *
 * A metric is read from figures, never from the store, so that a rule, a filter and the screen beside it speak of the
 * same number over the same window. Whoever asks fills in what it has of the subject; what is not there is unknown.
 * docs/CONFIG.md lists the table, and a test holds it to that.
 */
#ifndef CORE_METRIC_H
#define CORE_METRIC_H

#include "core/alert.h"
#include "core/expr.h"
#include "core/figures.h"
#include "core/figures_quality.h"

/* Of what a metric can be known. What is known of a model is known of its features, too. */
enum metric_scope {
	METRIC_OF_MODEL = 1,
	METRIC_OF_VERSION = 2,
	METRIC_OF_FEATURE = 4,
	METRIC_OF_SOURCE = 8,
	METRIC_OF_EVENT = 16, /* one raw event */
	METRIC_OF_ALERT = 32, /* for filters alone */
};

/* Any of them may be NULL. Figures are over the window that the rule or the screen has. */
struct metric_subject {
	const struct model_figures *model;
	const struct version_figures *version;
	const struct feature_figures *feature;
	const struct fact_source *source; /* a model's figures say what is known of its sources */
	const struct fact_stream *stream;
	const struct raw_event *event;
	const struct quality_brief *quality; /* of the model */
	const struct alert *alert; /* then of nothing else */
};

enum metric_id {
	/* names */
	METRIC_MODEL,
	METRIC_VERSION,
	METRIC_FEATURE,
	METRIC_SOURCE,
	METRIC_STREAM,
	METRIC_TYPE,
	METRIC_ROLE,
	METRIC_SEVERITY,
	/* traffic and errors */
	METRIC_RATE,
	METRIC_TRAFFIC,
	METRIC_EVENTS,
	METRIC_ROWS,
	METRIC_ERRORS,
	METRIC_ERROR_RATE,
	METRIC_ERROR_RATIO,
	METRIC_CLIENT_ERROR_RATE,
	METRIC_SILENCE,
	METRIC_SILENCE_RATIO,
	/* latency */
	METRIC_P50,
	METRIC_P90,
	METRIC_P99,
	METRIC_P999,
	METRIC_MAX_LATENCY,
	METRIC_P99_RATIO,
	METRIC_P99_RISE,
	/* drift */
	METRIC_DRIFT,
	METRIC_SIZE,
	METRIC_PSI,
	METRIC_JS,
	METRIC_KS,
	METRIC_WASSERSTEIN,
	METRIC_TV,
	METRIC_X2,
	METRIC_SHIFT_SD,
	METRIC_EVIDENCE,
	METRIC_MISSING,
	METRIC_UNSEEN,
	METRIC_RANGE,
	METRIC_CONSTANT,
	/* quality */
	METRIC_QUALITY,
	METRIC_ACCURACY,
	METRIC_AUC,
	METRIC_MAE,
	METRIC_LABELLED,
	METRIC_COVERAGE,
	/* feed */
	METRIC_FEED,
	METRIC_LAG,
	METRIC_LOST,
	METRIC_BEHIND,
	/* raw events */
	METRIC_LATENCY,
	METRIC_SCORE,
	METRIC_PREDICTION,
	METRIC_FAILED,
	/* for filters */
	METRIC_STATE,
	METRIC_RULE,
	METRIC_COUNT,
};

struct metric_row {
	struct expr_name name; /* as written in rules and filters, its unit, its words */
	const char *title;     /* as on screens */
	const char *about;     /* one line */
	unsigned scopes;       /* enum metric_scope */
	double lo, hi;         /* range of the number, both possible; NaN where there is none */
	void (*get)(const struct metric_subject *s, struct expr_value *out);
};

extern const struct metric_row metric_rows[METRIC_COUNT];

/* For expr_parse. */
extern const struct expr_names metric_names;

/* For struct expr_subject; ctx is a struct metric_subject. */
void metric_look_up(const void *ctx, size_t metric, struct expr_value *out);

/* The number, in the metric's unit; NaN: unknown. */
double metric_number(enum metric_id id, const struct metric_subject *s);

enum metric_id metric_find(struct slice name); /* METRIC_COUNT: none */

/* Whether it can be known of what `scope` (enum metric_scope) says. */
bool metric_is_of(size_t metric, unsigned scope);

/* Whether a name of the expression needs figures_feature: figures_feature_brief has no distances but PSI. */
bool metric_needs_distances(const struct expr *e);

/* Whether it asks for quality, which is a sum over a day of labels. */
bool metric_needs_quality(const struct expr *e);

/* Scopes in which every comparison of the expression can be known: 0 if there is none. */
unsigned metric_scopes(const struct expr *e);

/* The first comparison whose metric can never be known of what `scope` (enum metric_scope) says; NULL: none. */
const struct expr_node *metric_out_of_scope(const struct expr *e, unsigned scope);

#endif
