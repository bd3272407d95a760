/*
 * A model's own baseline: its oldest rows.
 *
 * While history is being read: fifteen minutes' worth of rows, at least 1,000 and at most 50,000,
 * as soon as as many again have followed, so that a baseline is never more than half of what there
 * is. If the history ends before that: half of it, where that is 1,000 rows; else the first 1,000
 * rows as they come, usable from 200 and cut anew at 1,000. Rows of a baseline stay out of the
 * drift figures; those after it are counted as if they had come just now.
 */
#include <stdio.h>
#include <time.h>

#include "core/mem.h"
#include "core/store_impl.h"
#include "core/text.h"

#define QUARTER_MS INT64_C(900000)
#define ROWS_BYTES_MAX (192u << 20) /* over all models that are learning */
#define ROWS_CHECK 64               /* rows between looks at the memory used */
#define SLICE_ROWS 64               /* rows between two slices of the work that new rows bring */

static size_t
clamp(size_t n, size_t lo, size_t hi)
{
	return n < lo ? lo : n > hi ? hi : n;
}

/* Rows that the baseline should have now; 0: wait for more. *final: the last word. */
static size_t
rows_wanted(const struct store *s, const struct model *m, bool *final)
{
	size_t n = m->rows.count, quarter = m->quarter_rows ? m->quarter_rows : n, half = n / 2;
	size_t wanted = clamp(quarter, LIMIT_LEARN_ROWS_MIN, LIMIT_LEARN_ROWS);
	size_t share = ROWS_BYTES_MAX / (s->learning ? s->learning : 1);

	*final = true;
	if (half >= LIMIT_LEARN_ROWS || (m->quarter_rows && half >= wanted))
		return wanted;
	if (n % ROWS_CHECK == 0 && half >= LIMIT_LEARN_ROWS_USABLE && rows_bytes(&m->rows) > share)
		return half;
	if (!s->history_done)
		return 0;
	if (!m->baseline && half >= LIMIT_LEARN_ROWS_MIN)
		return clamp(wanted, LIMIT_LEARN_ROWS_MIN, half);
	if (n >= LIMIT_LEARN_ROWS_MIN)
		return LIMIT_LEARN_ROWS_MIN;
	*final = false;
	return !m->baseline && n >= LIMIT_LEARN_ROWS_USABLE ? LIMIT_LEARN_ROWS_USABLE : 0;
}

/* "own stream 09:12-10:12, 14,210 rows"; with dates where it spans more than a day. Times as the
 * reader's zone has them. */
static void
name_baseline(const struct store *s, const struct rows *rows, size_t k, char *buf, size_t bytes)
{
	int64_t from = rows->meta[0].ts_ms, to = from;
	char at[2][40], n[TEXT_COUNT_BYTES];
	time_t t[2];
	struct tm tm;
	bool days;
	size_t i;

	for (i = 0; i < k; i++) {
		from = rows->meta[i].ts_ms < from ? rows->meta[i].ts_ms : from;
		to = rows->meta[i].ts_ms > to ? rows->meta[i].ts_ms : to;
	}
	days = to - from >= INT64_C(86400000);
	t[0] = (time_t)pane_floor(from + s->options.utc_offset_ms, 1000);
	t[1] = (time_t)pane_floor(to + s->options.utc_offset_ms, 1000);
	text_count(n, k);
	for (i = 0; i < 2; i++) {
		if (!gmtime_r(&t[i], &tm)) {
			snprintf(buf, bytes, "own stream, %s rows", n);
			return;
		}
		if (days)
			snprintf(at[i], sizeof(at[i]), "%04d-%02d-%02d", tm.tm_year + 1900,
			    tm.tm_mon + 1, tm.tm_mday);
		else
			snprintf(at[i], sizeof(at[i]), "%02d:%02d", tm.tm_hour, tm.tm_min);
	}
	snprintf(buf, bytes, "own stream %s%s%s, %s rows", at[0], days ? " to " : "-", at[1], n);
}

/* ---- counting the rows behind a baseline ----------------------------------------------------- */

/* Rows counted in one slice: about as long as a column of a baseline takes. */
#define REPLAY_ROWS 4096

struct replay {
	struct store *s;
	struct model *m;
	size_t *at; /* a cursor a column */
	struct event_feature *features;
	uint32_t *fids; /* of the features of the present row */
	uint32_t *column_fid;
};

static struct value
replay_value(struct replay *r, size_t column, uint32_t row)
{
	const struct rows_column *c = rows_column(&r->m->rows, column);
	struct rows_value v;

	while (r->at[column] < c->count && rows_at(c, r->at[column]).row < row)
		r->at[column]++;
	if (r->at[column] == c->count)
		return (struct value){VALUE_MISSING, 0, {NULL, 0}};
	v = rows_at(c, r->at[column]);
	if (v.row != row)
		return (struct value){VALUE_MISSING, 0, {NULL, 0}};
	return rows_value_of(c, &v);
}

static int
replay_row(struct replay *r, uint32_t row, struct err *err)
{
	const struct rows *rows = &r->m->rows;
	struct event ev = {.features = r->features, .ts_ms = rows->meta[row].ts_ms};
	size_t c;

	ev.has_features = rows->meta[row].has_features;
	ev.version = names_at(&rows->versions, rows->meta[row].version);
	ev.prediction = replay_value(r, ROWS_PREDICTION, row);
	ev.score = replay_value(r, ROWS_SCORE, row);
	for (c = ROWS_OUTPUTS; c < rows_columns(rows); c++) {
		struct value v = replay_value(r, c, row);

		if (v.kind == VALUE_MISSING)
			continue;
		r->features[ev.nfeatures].value = v;
		r->fids[ev.nfeatures++] = r->column_fid[c];
	}
	return store_count_row(r->s, r->m, &ev, r->fids, err);
}

static int
replay_columns(struct replay *r, size_t to, struct err *err)
{
	struct rows *rows = &r->m->rows;
	struct delta_model *md;
	size_t c, fid, i, columns = rows_columns(rows);
	int rc = 0;

	r->at = mem_calloc(columns, sizeof(*r->at));
	r->features = mem_calloc(columns, sizeof(*r->features));
	r->fids = mem_calloc(columns, sizeof(*r->fids));
	r->column_fid = mem_calloc(columns, sizeof(*r->column_fid));
	if (!r->at || !r->features || !r->fids || !r->column_fid)
		return err_nomem(err);
	for (c = ROWS_OUTPUTS; c < columns && !rc; c++) {
		rc = model_input(r->m, names_at(&rows->names, c - ROWS_OUTPUTS), &fid, err);
		r->column_fid[c] = (uint32_t)fid;
	}
	for (c = 0; c < columns; c++)
		r->at[c] = rows_seek(rows_column(rows, c), r->m->replayed);
	if (!rc)
		rc = delta_model(&r->s->delta, r->m->index, &md, err);
	if (!rc)
		rc = store_delta_features(r->m, md, err);
	for (i = r->m->replayed; i < to && !rc; i++) {
		rc = replay_row(r, (uint32_t)i, err);
		r->m->replayed = i + 1;
	}
	return rc;
}

/* Counts rows behind the baseline, at most `most` of them. */
static int
replay(struct store *s, struct model *m, size_t most, struct err *err)
{
	struct replay r = {.s = s, .m = m};
	size_t left = m->rows.count - m->replayed;
	int rc = replay_columns(&r, m->replayed + (left < most ? left : most), err);

	m->moved = m->moved || !model_replaying(m);
	mem_free(r.at);
	mem_free(r.features);
	mem_free(r.fids);
	mem_free(r.column_fid);
	return rc;
}

void
store_stop_learning(struct store *s, struct model *m)
{
	if (!m->learning)
		return;
	m->learning = false;
	s->learning--;
	baseline_maker_free(m->maker);
	m->maker = NULL;
	rows_release(&m->rows);
	store_quality_log_free(m->quality_log);
	m->quality_log = NULL;
}

/* ---- the decision ---------------------------------------------------------------------------- */

int
store_set_baseline(struct store *s, struct model *m, struct baseline *b, struct err *err)
{
	struct delta_model *md;
	int rc = delta_model(&s->delta, m->index, &md, err);

	/* What was counted on the old binning goes with it; what the tallies hold must not. */
	if (!rc)
		rc = store_flush(s, err);
	if (!rc && s->journal)
		s->journal->leave(s->journal->ctx, s, m->index);
	if (!rc && b)
		rc = store_configure(s, m, b, err);
	if (rc) {
		baseline_free(b);
		return rc;
	}
	rc = model_set_baseline(m, b, err);
	store_levels(s, m);
	store_delta_rebin(m, md);
	return rc ? rc : store_quality_recount(s, m, err);
}

int
store_adopt_baseline(struct store *s, struct model *m, struct baseline *b, struct err *err)
{
	int rc = store_set_baseline(s, m, b, err);

	if (!rc && m->learning) {
		m->replayed = 0;
		rc = replay(s, m, SIZE_MAX, err);
	}
	store_stop_learning(s, m);
	return rc;
}

/* ---- making it, in steps --------------------------------------------------------------------- */

static int
freeze_begin(struct store *s, struct model *m, size_t k, bool final, struct err *err)
{
	char name[160];
	int rc;

	name_baseline(s, &m->rows, k, name, sizeof(name));
	rc = baseline_maker_new(&m->maker, m->name, &m->rows, 0, k, BASELINE_LEARNED, name, err);
	m->maker_rows = k;
	m->maker_final = final && !rc;
	return rc;
}

/* The maker is done: from here on the model has this baseline. */
static int
freeze_end(struct store *s, struct model *m, struct err *err)
{
	struct baseline *b;
	int rc = baseline_maker_take(m->maker, &m->rows, &b, err);

	m->maker = NULL;
	if (!rc)
		rc = store_set_baseline(s, m, b, err);
	if (!rc)
		m->learned = m->replayed = m->maker_rows;
	else
		m->maker_final = false;
	return rc;
}

static int
freeze_step(struct store *s, struct model *m, struct err *err)
{
	bool done = false;
	int rc = baseline_maker_step(m->maker, &m->rows, &done, err);

	if (rc) {
		baseline_maker_free(m->maker);
		m->maker = NULL;
		m->maker_final = false;
		return rc;
	}
	return done ? freeze_end(s, m, err) : 0;
}

/* One step of whatever is to be done; *more: there is another one. */
static int
learn_step(struct store *s, struct model *m, bool *more, struct err *err)
{
	size_t n = m->rows.count, wanted;
	bool final = false;
	int rc = 0;

	*more = true;
	if (m->maker) {
		rc = freeze_step(s, m, err);
	} else if (model_replaying(m)) {
		rc = replay(s, m, s->options.sliced ? REPLAY_ROWS : SIZE_MAX, err);
	} else if (m->learning && m->baseline && m->maker_final) {
		store_stop_learning(s, m);
	} else {
		wanted = m->learning && n >= m->learn_again ? rows_wanted(s, m, &final) : 0;
		*more = wanted != 0;
		if (wanted)
			rc = freeze_begin(s, m, wanted, final, err);
	}
	if (rc) { /* without memory now, perhaps with it later: not at every row */
		m->learn_again = n + n / 4;
		*more = false;
	}
	return rc;
}

int
store_learn(struct store *s, struct model *m, struct err *err)
{
	size_t n = m->rows.count;
	bool more = true;
	int rc = 0;

	if (!m->learning || !n)
		return 0;
	if (!m->quarter_rows && m->rows.meta[n - 1].ts_ms - m->rows.meta[0].ts_ms >= QUARTER_MS)
		m->quarter_rows = n > 1 ? n - 1 : 1;
	if (s->options.sliced)
		return n % SLICE_ROWS == 0 ? learn_step(s, m, &more, err) : 0;
	while (more && !rc)
		rc = learn_step(s, m, &more, err);
	return rc;
}

static bool
is_busy(const struct store *s, const struct model *m)
{
	bool final;

	if (!m->learning || !m->rows.count)
		return false;
	return m->maker || model_replaying(m) || (m->baseline && m->maker_final) ||
	       (m->rows.count >= m->learn_again && rows_wanted(s, m, &final));
}

bool
store_busy(const struct store *s)
{
	size_t i;

	for (i = 0; s->options.sliced && i < s->nmodels; i++) {
		if (is_busy(s, s->models[i]))
			return true;
	}
	return false;
}

int
store_learn_slice(struct store *s, struct err *err)
{
	bool more;
	size_t i;

	for (i = 0; i < s->nmodels; i++) {
		if (is_busy(s, s->models[i]))
			return learn_step(s, s->models[i], &more, err);
	}
	return 0;
}

int
store_learn_all(struct store *s, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < s->nmodels; i++) {
		int one = store_learn(s, s->models[i], err);

		rc = rc ? rc : one;
	}
	return rc;
}
