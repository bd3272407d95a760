/*
 * Rows of figures that screens hold: copies, with their texts in an arena, so that a frozen screen can keep them
 * while the store goes on.
 */
#ifndef TUI_HELD_H
#define TUI_HELD_H

#include "core/figures.h"
#include "core/figures_quality.h"
#include "core/store.h"
#include "tui/arena.h"

#define HELD_POINTS 96 /* points of one series at most */

struct model_row {
	struct model_figures f; /* texts are in the arena */
	bool reading; /* history is: no events of late may be none that were read so far */
	struct slice worst_name;
	struct drift_figures worst; /* of f.worst; state DRIFT_LEARNING and NaN where there is none */
	double trend[HELD_POINTS];  /* events a second */
	size_t ntrend;
	const struct quality_brief *quality; /* in the arena; NULL: nobody has asked */
	size_t firing[2]; /* alerts, by held_models: not silenced, silenced */
	enum severity alarm; /* the worst of those that are not; OK: there are none */
};

struct feature_row {
	size_t index;
	struct slice name;
	bool output;
	enum feature_type type;
	enum feature_role role;
	uint64_t count, missing;
	double missing_frac, baseline_missing_frac, unseen_frac, out_of_range_frac, std;
	double largest_share_frac, largest_share_was_frac;
	bool single_values, coarse;
	uint64_t distinct; /* of the baseline */
	struct drift_figures drift;
};

/* All models, in order of first sight; *n is 0 when out of memory. trend, quality: fill these too. */
struct model_row *held_models(
    struct arena *a, const struct store *s, enum window w, bool trend, bool quality, size_t *n);

/* One model. */
void held_model(struct arena *a, const struct store *s, size_t model, enum window w, struct model_row *out);

/* All inputs and outputs of one model, by index. distances: those beside PSI too, which cost more. */
struct feature_row *held_features(
    struct arena *a, const struct store *s, size_t model, enum window w, const struct model_figures *f, bool distances,
    size_t *n);

/* What a row holds of figures, for whoever asks for them by name; the rest is 0. */
void held_feature_figures(const struct feature_row *row, struct feature_figures *out);

/* A feature with everything, its texts in the arena. */
void held_feature(
    struct arena *a, const struct store *s, size_t model, size_t feature, enum window w, struct feature_figures *out);

/* A deep copy: the texts too. NULL and *n 0 when out of memory. */
struct model_row *held_copy(struct arena *a, const struct model_row *rows, size_t *n);

/* The worst first: <0 where a comes before b. Never reorders for a small change of a figure. */
int held_model_order(const struct model_row *a, const struct model_row *b);
int held_feature_order(const struct feature_row *a, const struct feature_row *b);

/* Largest first, NaN last, by number; names smallest first. For sorting by a column. */
int held_number_order(double a, double b);

/* The sentence of a feature, or, where the store has none, what its state means. Static or in the row. */
const char *held_feature_why(const struct feature_row *row);

/* The same for a list: where nothing is wrong its first words are enough. */
struct slice held_feature_brief(const struct feature_row *row);

/* The model's reason, with what its worst feature did where that is part of it. Returns buf; empty when all is well.
 */
const char *held_model_why(const struct model_row *row, char *buf, size_t bytes);

/* "in no event: a, b; not in the baseline: c", or empty where both have the same inputs; buf as large as wished. */
const char *held_unlike(const struct store *s, size_t model, char *buf, size_t bytes);

/* "learning: 340 rows, usable from 200, whole at 1,000" or the baseline's name; buf as large as wished. */
const char *held_baseline(const struct baseline_figures *b, char *buf, size_t bytes);

#endif
