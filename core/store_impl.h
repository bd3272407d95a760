/* The inside of the store, for the files that are the store: store.c and store_*.c, and for
 * figures.c, which reads it. */
#ifndef CORE_STORE_IMPL_H
#define CORE_STORE_IMPL_H

#include "core/alert.h"
#include "core/bytes.h"
#include "core/delta.h"
#include "core/journal.h"
#include "core/levels.h"
#include "core/metric.h"
#include "core/model.h"
#include "core/rawring.h"
#include "core/rule.h"
#include "core/store.h"

#define STORE_CHI2 64 /* degrees of freedom up to which the noise floor's quantile is at hand */

struct source_record {
	struct fact_source fact;
	char *strings[3]; /* url, label, sentence: what the fact's slices point into */
	struct stream_record *streams;
	size_t nstreams, streams_cap;
	uint64_t lost; /* entries, over its streams */
};

struct stream_record {
	struct fact_stream fact;
	char *strings[5]; /* key, sentence, layout, sample, aliases */
};

#define REJECT_NONE SIZE_MAX

struct reject_record {
	struct reject_sample sample;
	char *strings[2];
	bool linked;
	size_t newer, older; /* by the latest reject of each; REJECT_NONE at the ends */
};

struct gap_record {
	struct fact_gap gap;
	char *why;
};

#define STORE_ACTIONS 64

struct action_record {
	struct fact_action fact;
	char *strings[2]; /* name, sentence */
};

struct mark_record {
	struct fact_mark mark;
	char *text;
};

struct store {
	struct store_options options;
	const struct journal *journal; /* NULL: nobody writes it down */
	bool alone; /* the delta that is being merged may not be joined with others (core/journal.h) */
	struct names model_names;
	struct model **models;
	size_t nmodels, models_cap, last_model;
	struct delta delta;
	struct rawring *raw;
	struct labels_pool labels;
	size_t label_bytes; /* its limit once a label was seen */
	uint64_t generation;
	double chi2[STORE_CHI2]; /* upper FLOOR_TAIL quantiles by degrees of freedom */
	int64_t now_ms;
	int64_t tick_pane; /* of the arrival clock at the last tick */
	bool hists_due; /* at this tick, which comes to another minute, histograms are added to totals */
	bool tick_reading; /* history or a file was being read then */
	bool boundary;	   /* it entered that pane, or something is or was being read: rules were judged */
	bool history_done;
	bool budget_told; /* it is another one than at the beginning */
	bool rules_told;  /* they are others than at the beginning */
	size_t learning; /* models that collect rows */

	uint64_t events, rejected, dropped_models, dropped;
	uint64_t reasons[REASON_COUNT];

	struct source_record *sources;
	size_t nsources, sources_cap;
	struct reject_record *rejects;
	size_t nrejects, rejects_cap;
	size_t newest_reject;
	struct gap_record *gaps;
	size_t ngaps, gaps_cap;

	struct saved_record *saved; /* store_saved.c */
	size_t nsaved, saved_cap;
	struct alert **saved_alerts; /* of models that have not been seen yet */
	size_t nsaved_alerts, saved_alerts_cap;
	struct names saved_streams; /* "source key" of those that ever had entries */
	struct saved_labels *saved_labels; /* saved_labels.c: of models that have not been seen yet */
	size_t nsaved_labels, saved_labels_cap, saved_labels_bytes;
	uint64_t saved_failed;
	char saved_why[256];
	struct fact_state state;
	char *state_strings[2];
	struct fact_recording recording;
	char *recording_strings[4];

	struct mark_record *marks; /* by rising time */
	size_t nmarks, marks_cap;

	struct action_record actions[STORE_ACTIONS];
	size_t nactions;
	struct levels levels; /* told */
	struct rules rules;
	unsigned rules_generation;
	uint8_t needs[RULE_MAX]; /* of each rule: what figures its expressions ask for */
	struct alerts alerts;
	/* core/budget.h: columns of a recorded fleet that it lacks, of these two kinds */
	uint64_t lacks_watched, lacks_armed;
	bool judges_anew; /* states that are read do not say what fires: what is judged here does */
};

/* figures_rate.c: events a second now; NaN before the model has a clock. */
double figures_rate_per_s(const struct model *m);

/* store_ingest.c: adds one row's features and outputs to the delta. fids: of the features, or NULL
 * to look the names up. */
int store_count_row(struct store *s, struct model *m, const struct event *ev, const uint32_t *fids,
    struct err *err);

/* The delta pane for that version and time, merging first where too many are open. */
int store_open_pane(struct store *s, const struct model *m, struct delta_model *md, struct slice version,
    int64_t ts_ms, struct delta_pane **out, struct err *err);

/*
 * The same for a row that is counted. Where its source comes to another slot of evaluation windows
 * by it, what was ingested before is merged first: so a window ends at the same event however reads
 * were cut. sources: bits; 0: one without.
 */
int store_open_row(struct store *s, const struct model *m, struct delta_model *md, struct slice version,
    uint64_t sources, int64_t ts_ms, struct delta_pane **out, struct err *err);

/* store_ingest.c: the delta has room for all of the model's features; and after the model got
 * another binning. */
int store_delta_features(const struct model *m, struct delta_model *md, struct err *err);
void store_delta_rebin(const struct model *m, struct delta_model *md);

/*
 * store_evaluate.c: takes the windows that a delta completes before any of its panes, then those that this pane
 * completes, and adds it to the open ones (panes by rising index); and once every source has ended, whatever is
 * complete by that. It cannot fail: what there is no memory for is left out and counted.
 */
void store_evaluate_begin(struct store *s, struct model *m, const struct delta_model *md);
void store_evaluate_pane(struct store *s, struct model *m, const struct delta_pane *p);
void store_evaluate_ended(struct store *s, struct model *m);

/* At each tick: makes some of the references that the next window will be held against. */
void store_evaluate_ahead(const struct store *s, struct model *m);

/*
 * store_versions.c. A pane of that slot of five minutes will let the roles of versions be decided anew:
 * what was ingested before is to be merged first.
 */
bool store_versions_turn(
    const struct model *m, const struct delta_model *md, struct slice version, int64_t slot);

/* The delta's versions get their places in the model; ERR_NOMEM, and then nothing was added. */
int store_versions_prepare(struct model *m, const struct delta_model *md, struct err *err);

/* Then their times, and then the panes, each in its turn. These cannot fail. */
void store_versions_begin(struct model *m, const struct delta_model *md);
void store_versions_pane(struct model *m, const struct delta_pane *p);

/* store_numbers.c: a feature that holds as many numbers as it can counts them; all of a lane; all there are. */
void store_numbers_full(
    const struct model *m, struct delta_model *md, const struct delta_lane *lane, uint32_t fid);
void store_numbers_settle_lane(const struct model *m, struct delta_model *md, struct delta_lane *lane);
void store_numbers_settle(const struct model *m, struct delta_model *md);

/* store_config.c: what is said of this model goes into its baseline, before the model gets that; and, once it has it,
 * into its columns. */
int store_configure(const struct store *s, const struct model *m, struct baseline *b, struct err *err);
void store_levels(const struct store *s, struct model *m);
int store_apply_levels(struct store *s, const struct fact_levels *f, struct err *err);

/* store_growth.c: a column of a growing baseline, made for that feature. */
int store_growth_column(const struct baseline_feature *f, struct growth_column *g, struct err *err);

/* What a delta tells that windows do not: extremes. */
void store_growth_add(struct model *m, const struct delta_model *md);

/* Arms the column if it can be, or gives it slots; the model's own figures go into its baseline. */
void store_growth_freeze(struct store *s, struct model *m, size_t column);
void store_growth_move(struct store *s, struct model *m);
/* A feature's reference becomes what has grown; its quantiles are read from the counts of its bins. */
void store_growth_refer(struct baseline_feature *f, const struct growth_column *g);
void store_growth_quantiles(struct baseline_feature *f);

/* Whether that window stays out of the growing baseline: it lies in a failure or a slowness, or its
 * feed cannot be trusted. */
bool store_leaves_out(const struct store *s, const struct model *m, const struct evalwin_sums *w);

/*
 * store_labels.c: joins what the event says of a prediction or a label. The second is for an event that is a label and
 * nothing else. _tell counts what comes of it in the delta.
 */
int store_label(struct store *s, struct model *m, const struct event *ev, struct err *err);
int store_label_alone(struct store *s, struct model *m, const struct event *ev, struct err *err);
int store_labels_tell(
    void *ctx, unsigned model, enum labels_what what, const struct label_pair *pair, int sign, struct err *err);
/* The model got another baseline: what of its quality belongs to the baseline's rows is counted anew. */
int store_quality_recount(struct store *s, struct model *m, struct err *err);
void store_quality_log_free(struct quality_log *log);

/* store_merge.c */
int store_flush(struct store *s, struct err *err);

/* store_learn.c: looks whether the model's rows suffice for a baseline, and makes it. */
int store_learn(struct store *s, struct model *m, struct err *err);
int store_set_baseline(
    struct store *s, struct model *m, struct baseline *b, struct err *err); /* takes b */
/* A baseline from outside: the rows collected so far are counted against it, and collecting ends.
 * Takes b. */
int store_adopt_baseline(struct store *s, struct model *m, struct baseline *b, struct err *err);
int store_learn_all(struct store *s, struct err *err);
void store_stop_learning(struct store *s, struct model *m);

/* options.sliced: one slice of the work of the first model that has any. */
int store_learn_slice(struct store *s, struct err *err);

/* figures.c: figures_feature_brief without the sentence, by fid, for columns of a model that has a baseline. */
void figures_column(
    const struct store *s, const struct model *m, size_t fid, enum window w, struct feature_figures *out);

/* figures_evidence.c: the part of drift figures that evaluation windows give. */
void figures_evidence(const struct model *m, const struct feature *f, enum window w, struct drift_figures *out);

/* One time of judging a model. */
struct judge {
	bool tick;    /* else while a delta is merged */
	bool history; /* what fires runs no action */
	bool silence; /* how long nothing has come can be told */
};

/*
 * store_judge.c: judges the model's rules if its clock is about to enter that pane, of which nothing has been added
 * yet; and at a tick, if anything is new. Then, once a tick, how bad each model is.
 */
void store_judge_before(struct store *s, struct model *m, int64_t pane);
void store_judge(struct store *s, struct model *m);
bool store_is_to_judge(const struct store *s); /* there is what was not there to be judged at the last tick */
/* Nothing that was there before it came is read for that model. */
bool store_is_level(const struct store *s, const struct model *m);
/* What was there before is being read: then every tick is one that judges. */
bool store_is_reading(const struct store *s);
void store_judge_severity(struct store *s);
/* A source of the model is not connected. */
bool store_is_cut_off(const struct store *s, const struct model *m);
/* As figures of the model say it. */
enum model_feed store_feed(const struct store *s, const struct model *m);

/*
 * store_alerts.c: the rules of the model and its versions; those of one column, by its figures over WINDOW_AUTO; those
 * of sources, at a tick. What there is no memory for is judged again the next time.
 */
void store_alerts_model(struct store *s, struct model *m, const struct judge *j);
void store_alerts_column(
    struct store *s, struct model *m, const struct judge *j, size_t fid, const struct feature_figures *figures);
void store_alerts_sources(struct store *s);
/* Takes an alert of an earlier run; what no rule is about any more ends. */
void store_alerts_adopt(struct store *s, struct alert *al, uint32_t model);
int store_alerts_init(struct store *s, struct err *err);
/* Other rules, whose content is taken. Alerts of rules that no longer hold end. */
void store_alerts_rules(struct store *s, struct rules *rules);

/* store_sight.c: what an alert says that this rule raises; sentence is of SIGHT_BYTES. */
#define SIGHT_BYTES 300
void store_sight(const struct store *s, const struct model *m, const struct rule *rule,
    const struct metric_subject *subject, struct alert_sight *sight, char *sentence);
/* The same of one that fires while its condition is not true: its number and sentence as they are now, so that it says
 * what other screens say. Empty: it stays with what was seen last. */
void store_sight_again(const struct store *s, const struct model *m, const struct rule *rule,
    const struct metric_subject *subject, const struct alert *al, struct alert_sight *sight, char *sentence);
void store_silence_text(int64_t ms, char *buf, size_t bytes); /* "no event for 12m" */

/* figures_sentence.c: the error rate of the newest events, where it is not what the window's is; else NaN. */
double figures_errors_now(const struct model *m, enum window w);
/* figures.c: figures_feature_brief, with a sentence about these causes where there is none of its own. */
void figures_feature_still(const struct store *s, size_t model, size_t feature, enum window w, unsigned causes,
    struct feature_figures *out);

/* store_actions.c */
int store_apply_action(struct store *s, const struct fact_action *f, struct err *err);
void store_actions_release(struct store *s);

/* store_marks.c */
int store_mark_add(struct store *s, const struct fact_mark *f, struct err *err);
void store_marks_versions(struct store *s, struct model *m);
void store_marks_release(struct store *s);

/* store_facts.c */
static inline uint64_t
store_stream_lost(const struct fact_stream *f)
{
	return f->trimmed + f->deleted + f->rolled_back;
}
int store_apply_source(struct store *s, const struct fact_source *f, struct err *err);
int store_apply_stream(struct store *s, const struct fact_stream *f, struct err *err);
int store_apply_gap(struct store *s, const struct fact_gap *f, struct err *err);
int store_apply_reject(struct store *s, const struct fact_reject *f, struct err *err);
void store_facts_release(struct store *s);
/* Copies the bytes of n slices, each into its owned string, and points them there. */
int store_copy_strings(char **owned, struct slice **slices, size_t n, struct err *err);

/* store_choose.c */
int store_apply_choice(struct store *s, const struct fact_choice *f, struct err *err);

/* A feature's reference becomes these counts (of its cells and extras); without any value it keeps the one it has, but
 * for what evidence is armed by. */
void store_refer(struct baseline_feature *f, uint64_t rows, const uint64_t *cells, const struct moments *mo);

/* store_outputs.c: one more evaluation window, after its columns have been judged. between: nothing of a delta is half
 * added, and more events follow. */
void store_outputs_window(struct store *s, struct model *m, const struct evalwin_sums *w, bool between);
void store_outputs_forget(struct model *m);
void store_outputs_encode(const struct model *m, struct bytes *to);
int store_outputs_decode(struct model *m, struct bytes_reader *r, struct err *err);

/* store_saved.c: a model that is new, and one that has been given a baseline, go on from what was saved. */
int store_apply_saved(struct store *s, const struct fact_saved *f, struct err *err);
int store_apply_fleet(struct store *s, struct slice file, struct err *err);
int store_apply_state(struct store *s, const struct fact_state *f, struct err *err);
int store_apply_recording(struct store *s, const struct fact_recording *f, struct err *err);
void store_saved_attach(struct store *s, struct model *m);
void store_saved_match(struct store *s, struct model *m);
void store_saved_release(struct store *s);
/* Something that was saved of that model cannot be used. */
void store_saved_complain(struct store *s, struct slice model, const struct err *why);
/* saved_labels.c: what waited for a label waits again. */
int store_apply_labels(struct store *s, struct slice file, struct err *err);
void store_labels_meet(struct store *s, struct model *m);
void store_labels_release(struct store *s);
/* saved_fleet.c: alerts of an earlier run that are about it become its. */
void store_fleet_meet(struct store *s, const struct model *m);
void store_fleet_release(struct store *s);

/*
 * figures_compare.c, only while m->versus: stable (0) and canary (1) over a window, for rules. Outcomes are of both;
 * worse: beyond noise. _missing is false for a column that has no binning; only missing values are judged in it.
 */
struct compare_pair;
void figures_pair_outcomes(
    const struct model *m, enum window w, struct compare_pair *errors, struct compare_pair *p99);
void figures_pair_version(const struct model *m, int side, enum window w, struct version_figures *out);
bool figures_pair_missing(const struct model *m, int side, size_t fid, enum window w, struct feature_figures *out,
    struct compare_pair *missing);
bool figures_is_worse(const struct compare_pair *p, int side);

/*
 * The window of versions that w stands for, while m->versus; and the version with exactly `newer` newer ones (of two
 * that are equally new the later place is the newer), or VERSION_NONE.
 */
enum window figures_compare_window(const struct model *m, enum window w);
unsigned figures_nth_newest(const struct model *m, size_t newer);

/* store.c: the journal is told of models that have moved, before anything is merged. */
void store_journal_models(struct store *s);

/* store.c: the model of that name, made on first sight; ERR_LIMIT beyond LIMIT_MODELS. */
int store_model_get(struct store *s, struct slice name, struct model **out, struct err *err);

/* figures_series.c: the ring whose panes are the points of a window's series. */
const struct ring *figures_ring(const struct model *m, enum window w);

/* figures.c: the column of a feature as figures number them: inputs, then prediction and score. */
size_t figures_fid(const struct model *m, size_t feature);
size_t figures_index(const struct model *m, size_t fid); /* the other way round */

/* Inputs and outputs that there are. */
size_t figures_columns(const struct model *m);

/* figures_learning.c: figures from the rows of a model that has no baseline yet. */
static inline bool
figures_learning(const struct model *m)
{
	return !m->baseline && m->rows.count;
}

/* values: also the mean, the standard deviation and the range, which cost a pass over the rows. */
void figures_learning_feature(
    const struct model *m, size_t fid, enum window w, bool values, struct feature_figures *out);

#endif
