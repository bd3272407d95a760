#include "tui/baselines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collectors/json_file.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/names.h"
#include "core/rows.h"
#include "tui/feed.h"
#include "widgets/fmt.h"

struct baselines {
	struct names names;
	struct rows *rows; /* one for each name */
	struct quality_book **books; /* the same */
	size_t cap, books_cap;
	int64_t from_ms, to_ms;
	uint64_t dropped;
	struct err first;
};

int
baselines_new(struct baselines **out, struct err *err)
{
	*out = mem_calloc(1, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	names_init(&(*out)->names);
	return 0;
}

void
baselines_free(struct baselines *b)
{
	size_t i;

	if (!b)
		return;
	for (i = 0; i < b->names.count && b->rows; i++) {
		rows_release(&b->rows[i]);
		quality_book_free(b->books[i]);
	}
	mem_free(b->rows);
	mem_free(b->books);
	names_release(&b->names);
	mem_free(b);
}

/* The place of a model, begun if it is new. */
static int
find_model(struct baselines *b, struct slice model, size_t *index, struct err *err)
{
	struct quality_book **books;
	struct rows *rows;
	int rc;

	*index = names_find(&b->names, model);
	if (*index != NAMES_NONE)
		return 0;
	if (b->names.count >= LIMIT_MODELS)
		return err_set(err, ERR_LIMIT, "more than %d models", LIMIT_MODELS);
	rows = mem_grow(b->rows, &b->cap, b->names.count + 1, sizeof(*rows));
	if (!rows)
		return err_nomem(err);
	b->rows = rows;
	books = mem_grow(b->books, &b->books_cap, b->names.count + 1, sizeof(struct quality_book *));
	if (!books)
		return err_nomem(err);
	b->books = books;
	rc = quality_book_new(&b->books[b->names.count], err);
	if (rc)
		return rc;
	rows_init(&b->rows[b->names.count]);
	rc = names_add(&b->names, model, index, err);
	if (rc)
		quality_book_free(b->books[b->names.count]);
	return rc;
}

static void
sink_event(void *ctx, const struct event *ev)
{
	struct baselines *b = ctx;
	struct err err = {0};
	size_t i;

	if ((b->from_ms || b->to_ms) && (ev->ts_ms < b->from_ms || ev->ts_ms >= b->to_ms))
		return;
	/* Labels do not begin a model: there would be a baseline without a row. */
	if (event_is_label(ev) && names_find(&b->names, ev->model) == NAMES_NONE)
		return;
	if (!find_model(b, ev->model, &i, &err) && !quality_book_add(b->books[i], ev, &err) &&
	    !rows_add(&b->rows[i], ev, LIMIT_BASELINE_VALUES, &err))
		return;
	if (!b->dropped++)
		b->first = err;
}

static void
sink_fact(void *ctx, const struct fact *fact)
{
	struct baselines *b = ctx;

	if (fact->kind != FACT_REJECT || fact->u.reject.reason >= REASON_REJECTED_COUNT ||
	    !fact->u.reject.count)
		return;
	if (!b->dropped)
		err_set(&b->first, ERR_FORMAT, "%s", event_reasons[fact->u.reject.reason].name);
	b->dropped += fact->u.reject.count;
}

struct sink
baselines_sink(struct baselines *b)
{
	return (struct sink){b, sink_event, sink_fact};
}

void
baselines_range(struct baselines *b, int64_t from_ms, int64_t to_ms)
{
	b->from_ms = from_ms;
	b->to_ms = to_ms;
}

size_t
baselines_count(const struct baselines *b)
{
	return b->names.count;
}

int
baselines_make(struct baselines *b, size_t index, enum baseline_kind kind, const char *name,
    struct baseline **out, struct err *err)
{
	struct rows *rows = &b->rows[index];
	int rc = baseline_from_rows(out, names_at(&b->names, index), rows, 0, rows->count, kind, name, err);

	if (rc || !b->books[index]->sums.counts[QUALITY_LABELLED])
		return rc;
	(*out)->quality = b->books[index];
	b->books[index] = NULL;
	quality_book_close((*out)->quality);
	return 0;
}

uint64_t
baselines_rows(const struct baselines *b, size_t index)
{
	return b->rows[index].seen;
}

void
baselines_span(const struct baselines *b, size_t index, int64_t *from_ms, int64_t *to_ms)
{
	const struct rows *r = &b->rows[index];
	size_t i;

	*from_ms = *to_ms = r->count ? r->meta[0].ts_ms : 0;
	for (i = 1; i < r->count; i++) {
		if (r->meta[i].ts_ms < *from_ms)
			*from_ms = r->meta[i].ts_ms;
		if (r->meta[i].ts_ms > *to_ms)
			*to_ms = r->meta[i].ts_ms;
	}
}

uint64_t
baselines_dropped(const struct baselines *b, struct err *first)
{
	if (b->dropped && first)
		*first = b->first;
	return b->dropped;
}

/* ---- --baseline FILE ------------------------------------------------------------------------- */

/* "storms.train.ndjson.gz, 3,315 rows": what the screen calls it. */
static void
name_of(const char *path, uint64_t rows, char *buf, size_t bytes)
{
	const char *slash = strrchr(path, '/');

	snprintf(buf, bytes, "%s, %s row%s", slash ? slash + 1 : path, fmt_exact(rows).s,
	    rows == 1 ? "" : "s");
}

static int
give(struct store *s, struct baseline *b, struct err *err)
{
	const struct fact fact = {.kind = FACT_BASELINE, .u.baseline.baseline = b};

	/* The store takes it, also on failure. */
	return store_apply(s, &fact, err);
}

static int
read_rows(struct baselines *b, uv_loop_t *loop, const char *path, const struct source_options *like,
    struct err *err)
{
	const char *sources[1] = {path};
	struct feed_options fo = {.sources = sources, .nsources = 1, .source = *like};
	struct feed *f = NULL;
	int rc;

	fo.source.to_end_only = fo.source.full_speed = true;
	fo.source.since_ms = SOURCE_SINCE_ALL;
	fo.source.history_max = fo.source.history_min = 0;
	fo.sink = baselines_sink(b);
	rc = feed_open(&f, loop, &fo, err);
	if (!rc)
		rc = feed_run_to_end(f, err);
	feed_close(f);
	return rc;
}

static int
load_rows(struct store *s, uv_loop_t *loop, const char *path, const struct source_options *like,
    struct err *err)
{
	struct baselines *b = NULL;
	struct baseline *made;
	char name[160];
	size_t i;
	int rc;

	rc = baselines_new(&b, err);
	if (!rc)
		rc = read_rows(b, loop, path, like, err);
	if (!rc && !baselines_count(b))
		rc = err_set(err, ERR_FORMAT, "has no event to make a baseline from");
	for (i = 0; !rc && i < baselines_count(b); i++) {
		name_of(path, baselines_rows(b, i), name, sizeof(name));
		rc = baselines_make(b, i, BASELINE_FILE, name, &made, err);
		if (!rc)
			rc = give(s, made, err);
	}
	baselines_free(b);
	return rc;
}

static int
give_read(void *ctx, struct baseline *b, struct err *err)
{
	return give(ctx, b, err);
}

int
baselines_load(struct store *s, uv_loop_t *loop, const char *path,
    const struct source_options *like, struct err *err)
{
	bool is_baseline = false;
	int rc = json_file_read_baselines(path, &is_baseline, give_read, s, err);

	if (!rc && !is_baseline)
		rc = load_rows(s, loop, path, like, err);
	if (!rc)
		return 0;
	/* What comes from reading it as events names it already. */
	if (err && strncmp(err->msg, path, strlen(path)) == 0)
		return err_wrap(err, "baseline");
	return err_wrap(err, "baseline '%s'", path);
}
