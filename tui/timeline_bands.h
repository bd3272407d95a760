/*
 * The figures of the Timeline, one band each, and the axis of time that they share with what stands below them.
 */
#ifndef TUI_TIMELINE_BANDS_H
#define TUI_TIMELINE_BANDS_H

#include "tui/held.h"
#include "widgets/fmt.h"
#include "widgets/grid.h"

#define TIMELINE_BANDS_MAX 5

struct timeline_band {
	const char *name;
	struct fmt (*format)(double);
	double v[HELD_POINTS], line[HELD_POINTS]; /* line: a second series; none where nline is 0 */
	struct slice of[HELD_POINTS], in[HELD_POINTS]; /* whose value it is, and more of it; empty: all have part */
	size_t n, nline;
	double least_top;
	enum role role;
	bool spare; /* the first to give way where rows are few */
};

struct timeline_bands {
	struct timeline_band list[TIMELINE_BANDS_MAX];
	size_t n, points; /* points: of each */
	char worst[64];	  /* a name */
};

/* Empty; there must be room. */
struct timeline_band *timeline_bands_add(
    struct timeline_bands *b, const char *name, struct fmt (*format)(double), enum role role);

/* Rate, latency, errors of one model, and what has become of the feature, SIZE_MAX: of none. */
void timeline_bands_model(struct timeline_bands *b, const struct store *s, const struct model_row *row, size_t feature,
    enum window w);

/*
 * Of all models between these times: their rate and errors; of any the p99 that is most times its baseline's (of one
 * with too few rows for that the p50); and the PSI of any model's worst input that lies highest over its limit for
 * watch, with its floor. Texts in the arena.
 */
void timeline_bands_fleet(struct timeline_bands *b, struct arena *a, const struct model_row *models, size_t n,
    const struct store *s, enum window w, int64_t from_ms, int64_t to_ms);

/*
 * Gives each band its share of these rows, of which the lanes below them have at most a third: the rate, which is
 * mostly as ever, half as much as the others. 0: there is no room for it. All are used.
 */
void timeline_bands_rows(const struct timeline_bands *b, int rows, int lanes, int heights[TIMELINE_BANDS_MAX]);

/* point: picked, counted from the newest, whose value is read out; 0: that of the newest. */
void timeline_band_paint(const struct timeline_band *b, struct grid *g, struct rect r, size_t point);

/* Where the axis is: left of it stand names and, where there is room, values. *names: their columns. */
struct rect timeline_axis(struct rect r, int *names);

/* Both ends, between them round times as many as there is room for, and under column `at` (-1: none) its own time. */
void timeline_axis_paint(
    struct grid *g, struct rect axis, int64_t from_ms, int64_t to_ms, int64_t utc_offset_ms, int at, int64_t at_ms);

#endif
