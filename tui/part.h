/* Pieces that more than one screen paints. */
#ifndef TUI_PART_H
#define TUI_PART_H

#include "tui/screen.h"
#include "widgets/fmt.h"
#include "widgets/histogram.h"
#include "widgets/panel.h"
#include "widgets/shares.h"
#include "widgets/table.h"

#define PART_NAME_COLS 18  /* of a name that pushes lighter columns out */
#define PART_ROWS_LEAST 50 /* no drift number is shown with fewer rows on either side */

/* Whether there are rows enough for a drift number. */
bool part_has_drift(const struct drift_figures *d);

/* "0.31/0.02": the number in the role it deserves, its floor muted; right-aligned, at most 9 columns. */
void part_psi(struct grid *g, struct rect r, const struct drift_figures *d);

/* A bar of the PSI with its floor. */
void part_psi_bar(struct grid *g, struct rect r, const struct drift_figures *d);

/*
 * Evidence as a share of its limit, the same scale for every feature of every model: the mark is the limit, the end
 * twice that, where it is cut. Shade while it is provisional.
 */
void part_evidence_bar(struct grid *g, struct rect r, const struct drift_figures *d);

/* "evidence 9.2 of 16.8, provisional"; empty where there is none. */
void part_evidence_words(const struct drift_figures *d, char *out, size_t bytes);

/* "would see 0.1 sd within 4.0k rows, about 12 min"; empty where that cannot be said. */
void part_evidence_power(const struct drift_figures *d, char *out, size_t bytes);

/* A formatted number at the right edge. */
void part_right(struct grid *g, struct rect r, enum role role, struct fmt f);

/* What is noise of a difference, muted, with a plus or without: "±1.4pt"; of an empty text nothing. And a difference
 * of shares: "+3.2pt". */
void part_noise(struct grid *g, struct rect r, const char *text);
struct fmt part_points(double frac);

/* Panels that have no place, with their digits, for the head of one that has: "4 traffic 5 versions". Empty: all n have
 * one. A panel without a name is not told of. Returns buf. */
const char *part_elsewhere(
    const char *const *names, const struct rect *at, size_t n, char *buf, size_t bytes);

/* A rule where mostly inputs stand, and which is none: "(latency)". */
void part_rule(struct grid *g, struct rect r, enum role role, struct slice rule);

/* What changed, in the first row: figures in brackets that do not fit whole are left out, and a list is cut with an
 * ellipsis. */
void part_change(struct grid *g, struct rect r, enum role role, struct slice text);

/* A text whose end tells it from others, such as an id or a path: what does not fit is cut at its beginning. */
void part_tail(struct grid *g, struct rect r, enum role role, struct slice text);

/* The role of a rate that may be the cause of a drift state. */
enum role part_cause_role(const struct drift_figures *d, enum drift_cause cause);

/* Rate, high percentile and error rate, each with its last five minutes, in one row. */
struct part_series {
	double rate[HELD_POINTS], errors[HELD_POINTS], p50[HELD_POINTS], high[HELD_POINTS];
	size_t nrate, nerrors, np50, nhigh;
};
void part_series_collect(struct part_series *p, const struct store *s, const struct model_figures *f, enum window w);
void part_series_paint(struct grid *g, struct rect r, const struct part_series *p, const struct model_figures *f);

/* The shares of a categorical feature, new values first; rows: PART_SHARES_MAX of them. Returns how many there are.
 */
#define PART_SHARES_MAX (FIGURE_BINS + FIGURE_TOP)
size_t part_shares(const struct feature_figures *f, struct share *rows);

/* The distribution of a feature: a histogram, or the shares of its values. cursor: -1, or what is picked out. */
void part_distribution(struct grid *g, struct rect r, const struct feature_figures *f, int cursor);

/* "provisional baseline: own stream 09:12-10:12, 14,210 rows": that it is provisional comes first and is never cut.
 */
void part_baseline(struct grid *g, struct rect r, const struct baseline_figures *b);

/* "5m window, 5,940 rows  provisional baseline: ...", as much of it as fits. */
void part_basis(struct grid *g, struct rect r, const struct model_figures *f, uint64_t rows);

/* The columns with one of them as wide as its longest text needs, between its least and its greatest width. */
void part_fit_column(
    struct table_column *out, const struct table_column *columns, size_t n, size_t column, int longest);

/*
 * The list as a table in a panel, scrolled so that the selected row is seen; which rows those are stands at the right
 * of the head. The rows, the selection and the focus of t, and what is right in p, are filled in here.
 */
void part_list(struct grid *g, struct rect r, struct panel *p, struct table *t, struct list *list);

/* A time of day, or, where that is more than 20 hours from now, a date. At most 10 columns. */
bool part_is_far(int64_t ms, int64_t now_ms);
struct fmt part_time(int64_t ms, int64_t now_ms, int64_t utc_offset_ms);

/* The left end of a time axis of that window: "-24h"; "-24h of 8y" where the figures are of more than it shows. */
#define PART_AXIS_BYTES 48
const char *part_axis_left(enum window w, const struct model_figures *f, char buf[PART_AXIS_BYTES]);

/* The time that it stands for, [*from_ms, *to_ms). */
void part_point_range(enum window w, size_t i, size_t n, int64_t now_ms, int64_t *from_ms, int64_t *to_ms);

/* The time of point i of n of a series of that window which ends at now. */
int64_t part_point_ms(enum window w, size_t i, size_t n, int64_t now_ms);

#endif
