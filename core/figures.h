/*
 * Figures: derived numbers, computed from the integers of the store on demand.
 *
 * A figure that cannot be given is NaN (or a NULL/empty slice), never 0. Everything is borrowed
 * from the store until its next write. These are the only numbers that screens, reports and
 * pictures show.
 */
#ifndef CORE_FIGURES_H
#define CORE_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/evidence.h"
#include "core/kinds.h"
#include "core/stat.h"
#include "core/store.h"

struct latency_figures {
	uint64_t count;
	double min, mean, p50, p90, p99, p999, max; /* ms */
	double baseline_p50, baseline_p99;
	uint64_t baseline_count;
};

enum version_role { VERSION_ALONE = 0, VERSION_OTHER, VERSION_STABLE, VERSION_CANARY, VERSION_ROLES };
extern const char *const version_role_names[VERSION_ROLES]; /* "" "other" "stable" "canary" */

struct version_figures {
	struct slice version;
	enum version_role role; /* ALONE: no two versions have traffic */
	bool active;            /* it had events in the last hour of its model */
	uint64_t events, errors;
	double error_rate_frac, p50, p99;
	double missing_frac; /* largest missing rate over inputs; NaN where it is not kept of a version */
	int64_t first_ms, last_ms;
	int64_t ended_ms; /* its last event, where the model has gone on for an hour without it; else 0 */
};

struct baseline_figures {
	enum baseline_kind kind;
	struct slice name; /* "own stream 09:12-10:12, 14,210 rows" */
	uint64_t events;
	int64_t from_ms, to_ms;
	struct slice outputs_of; /* version whose own first rows outputs are held against; empty: the baseline's */
	int64_t outputs_after_ms; /* outputs are counted from here on, behind these rows; INT64_MIN: all are */
	bool provisional;
	uint64_t learning_rows,
	    learning_need; /* while there is none: rows collected, rows needed */
	uint32_t grown_days; /* different days that evaluation windows have been kept of */
	uint64_t grown_rows;
	size_t armed, watched; /* inputs and outputs with evidence that may wake somebody; with any */
	uint64_t windows, late; /* evaluation windows so far; rows that came too late for theirs */
};

/* A model over one window. */
/* What is known of the sources that a model's events came from: the worst of them. */
enum model_feed {
	MODEL_FEED_UNKNOWN, /* no source has said that it has any of them */
	MODEL_FEED_OK,
	MODEL_FEED_UNTRUSTED, /* entries were lost before they were read */
	MODEL_FEED_DOWN,      /* one is not connected */
};

struct model_figures {
	size_t index;
	struct slice name;
	enum window window; /* the one the drift figures are over: never WINDOW_AUTO */
	uint64_t rows;      /* events in that window */
	uint64_t events, errors, client_errors; /* over the range asked for */
	double error_rate_frac;                 /* errors / events, over the range */
	uint64_t window_events, window_errors, window_client_errors;
	double window_error_rate_frac, window_client_error_rate_frac;
	double baseline_error_rate_frac; /* NaN without a baseline */
	double rate_per_s; /* over the last minute, a slow one's over longer; report: over the range */
	enum severity severity;
	struct slice why; /* what makes it so, in a few words; empty when ok */
	double expected_rate_per_s; /* what the baseline has at this time of day; NaN: not known */
	int64_t stale_ms; /* age of the newest event by the model's clock; -1: never any */
	int64_t longest_gap_ms; /* between two events, as far as seen; 0: there were no two */
	int64_t first_ms, last_ms, now_ms; /* event time: oldest, newest, the model's clock */
	struct latency_figures latency, window_latency;
	struct baseline_figures baseline;
	size_t inputs, outputs, versions; /* counts */
	struct slice version;             /* the newest; empty: none */
	size_t drifting, watching;        /* inputs and outputs in that state */
	size_t worst; /* index of the worst input, outputs following after inputs; SIZE_MAX: none */
	double worst_psi;
	double missing_max_frac; /* largest missing rate over the window, over inputs */
	enum model_feed feed;
};

struct drift_figures {
	enum drift_state state;
	unsigned causes;       /* enum drift_cause: at watch or drift */
	unsigned drift_causes; /* of these: at drift */
	enum window window;
	uint64_t n, m;                               /* rows with a value: window, baseline */
	double psi, psi_floor, psi_watch, psi_drift; /* the two limits it is held against */
	double js, ks, wasserstein, tv, x2, shift_sd;
	/* What equal samples of these sizes may show, and the shift of a bell curve that shows as much: by enum
	 * stat_id. floors[STAT_PSI] is psi_floor. figures_feature only; else NaN. */
	double floors[STAT_COUNT], as_shift_sd[STAT_COUNT];
	bool wasserstein_approx;
	int64_t since_ms; /* when it left ok; with half the evidence for it: when that began; 0: it is ok */
	/* Evidence in nats, now, or the largest over the range asked for; NaN: none yet. An alarm needs the
	 * limit, and an effect that matters. */
	double evidence, evidence_limit;
	bool alarm;
	bool provisional; /* evidence is not armed: no baseline of 14 days and 10,000 rows */
	enum evidence_kind leading;
	double baseline_ms; /* stretch of time that the baseline is of; INFINITY: of a file without times */
	double see_rows, see_ms; /* within which a shift of 0.1 sd would be seen; NaN: cannot be said */
	char sentence[160];
};

/* The figure of this row of stat_rows. */
double figures_stat(const struct drift_figures *d, enum stat_id id);

#define FIGURE_TOP 8
#define FIGURE_BINS 64

struct top_value {
	struct slice value;
	uint64_t count;
	double baseline_share_frac;
	bool unseen; /* not in the baseline */
};

struct figure_bin {
	double le; /* numeric: upper edge, closed; INFINITY: the last one. Categorical: NaN */
	struct slice label; /* categorical: the value, "other", "new" */
	uint64_t baseline, current;
	uint8_t cell; /* numeric: of the ten bins of PSI the one it belongs to */
};

/* One input or output over one window. */
struct feature_figures {
	struct slice name;
	bool output;
	enum feature_type type;
	enum feature_role role;
	uint64_t count, missing, nonfinite;
	double missing_rate_frac, baseline_missing_rate_frac;
	double mean, std, min, max, p05, p50, p95; /* min, max, p05..p95: of the total */
	double baseline_mean, baseline_std, baseline_min, baseline_max, baseline_p05, baseline_p50,
	    baseline_p95;
	double nonfinite_rate_frac, baseline_nonfinite_rate_frac; /* of the rows that could have a value */
	double out_of_range_rate_frac, unseen_rate_frac;
	/* what an unchanged stream is expected to have: 2/(m + 1), and the baseline's singles / m */
	double expected_range_rate_frac, expected_unseen_rate_frac;
	double largest_share_frac; /* of the rows with a value: in the fine bin, or of the value, that has most */
	double largest_share_was_frac; /* of the baseline's rows in that bin, or of that value */
	bool coarse; /* numeric: an outlier of the baseline made the steps of sums so wide that they tell nothing */
	uint64_t distinct; /* of the baseline */
	bool single_values; /* numeric: one bin a value */
	size_t ntop, nbins;
	struct top_value top[FIGURE_TOP];
	struct figure_bin bins[FIGURE_BINS];
	struct drift_figures drift;
};

/* A time series for graphs: one point a pane, oldest first, the last one the pane of the model's
 * clock. */
enum series {
	SERIES_RATE,   /* events a second */
	SERIES_ERRORS, /* error rate, 0-1 */
	SERIES_P50,
	SERIES_P90,
	SERIES_P99,
	SERIES_MAX, /* latency, ms */
	SERIES_COUNT,
};
enum feature_series {
	FSERIES_PSI, /* against the baseline, over this pane and the eleven before it */
	FSERIES_FLOOR,   /* the noise floor of FSERIES_PSI at each point: it follows the rows there */
	FSERIES_MEAN,
	FSERIES_MISSING, /* rate, 0-1 */
	FSERIES_COUNT,
};

/* One value alone where the baseline had many: 1 yes, 0 no, NaN: too few rows, or no baseline. */
double figures_constant(const struct feature_figures *f);

/* Fills the figures. `w` may be WINDOW_AUTO. */
void figures_model(const struct store *s, size_t model, enum window w, struct model_figures *out);

/* The same without the quantiles of all latencies, which are NaN: what screens show is the window's. */
void figures_model_window(const struct store *s, size_t model, enum window w, struct model_figures *out);

/* The same without any quantiles of latency and missing_max_frac, which are NaN: several times cheaper. And those of
 * the window's latency in such figures. */
void figures_model_brief(const struct store *s, size_t model, enum window w, struct model_figures *out);
void figures_model_latency(const struct store *s, size_t model, struct model_figures *out);

/* What an alert says: of one that fires as it is at this moment, by the numbers that screens show beside it, of others
 * as it was at its worst. Returns buf, which ALERT_SENTENCE_BYTES do for. */
struct alert;
const char *figures_alert_sentence(const struct store *s, const struct alert *al, char *buf, size_t bytes);

/* Whether any of its events came from that source; of those from the 65th on it is not known: false. */
bool figures_model_from(const struct store *s, size_t model, size_t source);

void figures_version(const struct store *s, size_t model, size_t version,
    struct version_figures *out); /* newest first */

/* The same over a window (core/figures_compare.h says which there are); false, and no figures, of a version that is
 * neither stable nor canary. */
bool figures_version_window(
    const struct store *s, size_t model, size_t version, enum window w, struct version_figures *out);

/* Inputs are 0..inputs-1 in order of first sight, outputs follow: prediction, then score. */
void figures_feature(const struct store *s, size_t model, size_t feature, enum window w,
    struct feature_figures *out);

/* Only name, type, role, counts, rates and drift: what a table row needs; several times cheaper. */
void figures_feature_brief(const struct store *s, size_t model, size_t feature, enum window w,
    struct feature_figures *out);

/*
 * Why it is called different. f: what figures_feature gave for the same window. O(bins), and over all columns for what
 * began together. score: the index of an output that stands for the model's answer; SIZE_MAX: none.
 */
struct explanation;
struct explain_score;
void figures_explain(const struct store *s, size_t model, size_t feature, enum window w,
    const struct feature_figures *f, struct explanation *out);

/* The score that moved, and which input would move it. O(columns times bins): not for every frame. */
void figures_explain_score(const struct store *s, size_t model, enum window w, struct explain_score *out);

size_t figures_feature_find(
    const struct store *s, size_t model, struct slice name); /* SIZE_MAX: none */

/* Points are NaN where nothing is known. w: 5M gives 60 points of 5 s, 1H 60 of a minute, 24H 96 of
 * 15 min; ALL as 24H. */
size_t figures_series(
    const struct store *s, size_t model, enum series what, enum window w, double *out, size_t cap);
size_t figures_feature_series(const struct store *s, size_t model, size_t feature,
    enum feature_series what, enum window w, double *out, size_t cap);

#endif
