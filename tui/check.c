#include "tui/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/figures.h"
#include "core/jsonw.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tui/plain.h"
#include "tui/report.h"
#include "widgets/fmt.h"

const char *const check_status_names[CHECK_STATUSES] = {"ok", "warn", "crit", "unknown"};

/* By what one would look at first. */
static const enum check_status status_of[SEVERITY_COUNT] = {
    [SEVERITY_OK] = CHECK_OK, [SEVERITY_UNKNOWN] = CHECK_UNKNOWN, [SEVERITY_WARN] = CHECK_WARN,
    [SEVERITY_CRIT] = CHECK_CRIT};

static enum check_status
status_of_model(const struct model_figures *m)
{
	return status_of[m->severity];
}

/* Its worst input or output, if one drifts; its sentence says more than the model's few words. */
static bool
worst_feature(const struct store *s, const struct model_figures *m, struct feature_figures *f)
{
	if (m->worst == SIZE_MAX)
		return false;
	figures_feature_brief(s, m->index, m->worst, WINDOW_AUTO, f);
	return f->drift.state >= DRIFT_WATCH;
}

/* ---- what was worst -------------------------------------------------------------------------- */

/* A model as it was at one moment. */
struct check_seen {
	enum check_status status;
	int64_t at_ms; /* by the model's clock */
	size_t drifting, watching;
	char why[320], feature[LIMIT_NAME_BYTES + 1], sentence[200];
};

static void
see(struct check_seen *to, const struct store *s, const struct model_figures *m)
{
	struct feature_figures f;

	memset(to, 0, sizeof(*to));
	to->status = status_of_model(m);
	to->at_ms = m->now_ms;
	to->drifting = m->drifting;
	to->watching = m->watching;
	if (m->why.n)
		snprintf(to->why, sizeof(to->why), "%.*s", m->why.n < 300 ? (int)m->why.n : 300, m->why.p);
	if (!worst_feature(s, m, &f))
		return;
	snprintf(to->feature, sizeof(to->feature), "%.*s",
	    f.name.n < LIMIT_NAME_BYTES ? (int)f.name.n : LIMIT_NAME_BYTES, f.name.p);
	snprintf(to->sentence, sizeof(to->sentence), "%s", f.drift.sentence);
}

/* Only what is known to be wrong is worse than something else: a model that was learning a minute ago is well now. */
static int
badness(enum check_status status)
{
	return status == CHECK_CRIT ? 2 : status == CHECK_WARN ? 1 : 0;
}

int
check_worst_see(struct check_worst *w, const struct store *s, struct err *err)
{
	size_t n = store_model_count(s), i;

	if (n > w->n) {
		struct check_seen *grown = mem_grow(w->models, &w->cap, n, sizeof(*grown));

		if (!grown)
			return err_nomem(err);
		w->models = grown;
		memset(w->models + w->n, 0, (n - w->n) * sizeof(*w->models));
		w->n = n;
	}
	for (i = 0; i < n; i++) {
		struct model_figures m;

		figures_model_brief(s, i, WINDOW_AUTO, &m);
		if (badness(status_of_model(&m)) > badness(w->models[i].status))
			see(&w->models[i], s, &m);
	}
	return 0;
}

void
check_worst_release(struct check_worst *w)
{
	mem_free(w->models);
	*w = (struct check_worst){0};
}

/* What was seen that is worse than what is so now; NULL: nothing. */
static const struct check_seen *
seen_worse(const struct check_worst *w, const struct model_figures *m)
{
	const struct check_seen *seen = w && m->index < w->n ? &w->models[m->index] : NULL;

	return seen && badness(seen->status) > badness(status_of_model(m)) ? seen : NULL;
}

static enum check_status
worst_status(const struct check_worst *w, const struct model_figures *m)
{
	const struct check_seen *seen = seen_worse(w, m);

	return seen ? seen->status : status_of_model(m);
}

struct tally_of_models {
	size_t models, by[CHECK_STATUSES];
};

static struct tally_of_models
count_models(const struct store *s, const struct check_worst *w)
{
	struct tally_of_models t = {.models = s ? store_model_count(s) : 0};
	size_t i;

	for (i = 0; i < t.models; i++) {
		struct model_figures m;

		figures_model_brief(s, i, WINDOW_AUTO, &m);
		t.by[worst_status(w, &m)]++;
	}
	return t;
}

/* ---- the verdict ----------------------------------------------------------------------------- */

/* The first source that could not be read to its end; NULL: all of them were. */
static const struct fact_source *
unread_source(const struct store *s)
{
	size_t i;

	for (i = 0; i < store_source_count(s); i++) {
		const struct fact_source *f = store_source(s, i);

		if (f->state != FEED_LIVE && f->state != FEED_ENDED && f->state != FEED_CATCHING_UP)
			return f;
	}
	return NULL;
}

/* Streams exist, but not those that were asked for. */
static const struct fact_source *
unmatched_source(const struct store *s)
{
	size_t i;

	for (i = 0; i < store_source_count(s); i++)
		if (store_source(s, i)->nothing_matches)
			return store_source(s, i);
	return NULL;
}

static int
cut(size_t n)
{
	return n < 100 ? (int)n : 100;
}

static void
say_no_model(const struct store *s, char *why, size_t bytes)
{
	const struct fact_source *f = unmatched_source(s);

	if (f)
		snprintf(why, bytes, "%.*s: none of its %llu streams matches: choose with --stream PATTERN",
		    cut(f->url.n), f->url.p, (unsigned long long)f->streams_seen);
	else
		snprintf(why, bytes, "there is no model: no event was read");
}

enum check_status
check_judge(const struct store *s, const struct check_worst *worst, const char *failure, char *why, size_t bytes)
{
	struct tally_of_models t = count_models(s, worst);
	const struct fact_source *unread = s ? unread_source(s) : NULL;

	why[0] = '\0';
	if (t.by[CHECK_CRIT])
		return CHECK_CRIT;
	if (t.by[CHECK_WARN])
		return CHECK_WARN;
	if (failure || !s)
		snprintf(why, bytes, "%s", failure ? failure : "nothing was looked at");
	else if (unread)
		snprintf(why, bytes, "%.*s: %.*s", cut(unread->url.n), unread->url.p, cut(unread->sentence.n),
		    unread->sentence.n ? unread->sentence.p : "");
	else if (!t.models)
		say_no_model(s, why, bytes);
	else if (t.by[CHECK_UNKNOWN] == t.models)
		snprintf(why, bytes, "no model can be judged yet");
	return why[0] ? CHECK_UNKNOWN : CHECK_OK;
}

/* ---- what is wrong with a model ---------------------------------------------------------------- */

struct order {
	size_t index;
	int rank;
	struct slice name;
};

static int
by_severity(const void *pa, const void *pb)
{
	const struct order *a = pa, *b = pb;

	if (a->rank != b->rank)
		return a->rank - b->rank;
	return slice_cmp(a->name, b->name);
}

/* All models, the worst first. NULL: no memory. */
static struct order *
ordered(const struct store *s, const struct check_worst *w, size_t n)
{
	static const int ranks[CHECK_STATUSES] = {
	    [CHECK_CRIT] = 0, [CHECK_WARN] = 1, [CHECK_UNKNOWN] = 2, [CHECK_OK] = 3};
	struct order *rows = mem_calloc(n + 1, sizeof(*rows));
	size_t i;

	for (i = 0; rows && i < n; i++) {
		struct model_figures m;

		figures_model_brief(s, i, WINDOW_AUTO, &m);
		rows[i] = (struct order){i, ranks[worst_status(w, &m)], m.name};
	}
	if (rows)
		qsort(rows, n, sizeof(*rows), by_severity);
	return rows;
}

/* ---- as text --------------------------------------------------------------------------------- */

/* What was seen, or else what is so; now gets what is so, in any case. */
static void
look_at(const struct store *s, const struct check_worst *w, size_t index, struct model_figures *m,
    struct check_seen *out)
{
	const struct check_seen *seen;

	figures_model_brief(s, index, WINDOW_AUTO, m);
	seen = seen_worse(w, m);
	if (seen)
		*out = *seen;
	else
		see(out, s, m);
}

static void
put_model(FILE *to, const struct store *s, const struct check_options *o, size_t index)
{
	struct check_seen seen;
	struct model_figures m;

	look_at(s, o->worst, index, &m, &seen);
	if (seen.status == CHECK_OK)
		return;
	fprintf(to, "%-8s", check_status_names[seen.status]);
	plain_put(to, m.name, 60, o->utf8);
	if (seen.why[0]) {
		fputs(": ", to);
		plain_put(to, slice_of(seen.why), 220, o->utf8);
	}
	/* Where that input is the reason the sentence is in it. */
	if (seen.sentence[0] && strncmp(seen.why, seen.feature, strlen(seen.feature)) != 0) {
		fputs("; ", to);
		plain_put(to, slice_of(seen.feature), 40, o->utf8);
		fputs(": ", to);
		plain_put(to, slice_of(seen.sentence), 160, o->utf8);
	}
	if (seen.status != status_of_model(&m))
		fprintf(to, "; since %s ago %s", fmt_age(m.now_ms - seen.at_ms).s,
		    check_status_names[status_of_model(&m)]);
	fputc('\n', to);
}

static void
put_counts(FILE *to, const struct tally_of_models *t)
{
	static const enum check_status order[] = {CHECK_CRIT, CHECK_WARN, CHECK_UNKNOWN, CHECK_OK};
	const char *lead = ": ";
	size_t i;

	fprintf(to, "%zu model%s", t->models, t->models == 1 ? "" : "s");
	for (i = 0; i < CHECK_STATUSES; i++) {
		if (!t->by[order[i]])
			continue;
		fprintf(to, "%s%zu %s", lead, t->by[order[i]], check_status_names[order[i]]);
		lead = ", ";
	}
}

int
check_text(const struct store *s, const struct check_options *o, FILE *to, enum check_status *status, struct err *err)
{
	static const char *const words[CHECK_STATUSES] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	struct tally_of_models t = count_models(s, o->worst);
	struct order *rows = ordered(s, o->worst, t.models);
	char why[320], caution[200] = "";
	size_t i;

	if (!rows)
		return err_nomem(err);
	*status = check_judge(s, o->worst, o->failure, why, sizeof(why));
	fprintf(to, "drifttop %s: ", words[*status]);
	if (why[0])
		plain_put(to, slice_of(why), 300, o->utf8);
	if (why[0] && t.models)
		fputs("; ", to);
	if (t.models)
		put_counts(to, &t);
	if (s && !store_trusted(s, caution, sizeof(caution)) && !why[0]) {
		fputs("; not to be trusted: ", to);
		plain_put(to, slice_of(caution), 180, o->utf8);
	}
	fputc('\n', to);
	for (i = 0; i < t.models; i++)
		put_model(to, s, o, rows[i].index);
	mem_free(rows);
	return 0;
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void
json_model(struct jsonw *w, const struct store *s, const struct check_worst *worst, size_t index)
{
	struct check_seen seen;
	struct model_figures m;

	look_at(s, worst, index, &m, &seen);
	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_put_text(w, "model", m.name);
	jsonw_put_text(w, "severity", slice_of(check_status_names[seen.status]));
	jsonw_put_text(w, "severity_now", slice_of(check_status_names[status_of_model(&m)]));
	jsonw_put_text(w, "why", slice_of(seen.why));
	jsonw_put_uint(w, "events", m.events);
	jsonw_put_uint(w, "drifting", seen.drifting);
	jsonw_put_uint(w, "watching", seen.watching);
	jsonw_put_text(w, "worst", slice_of(seen.feature));
	jsonw_put_text(w, "sentence", slice_of(seen.sentence));
	jsonw_close(w);
}

char *
check_json(const struct store *s, const struct check_options *o, size_t *n, enum check_status *status,
    struct err *err)
{
	size_t models = s ? store_model_count(s) : 0, i;
	struct order *rows = ordered(s, o->worst, models);
	struct jsonw w;
	char why[320];

	if (!rows) {
		err_nomem(err);
		return NULL;
	}
	*status = check_judge(s, o->worst, o->failure, why, sizeof(why));
	jsonw_init(&w);
	jsonw_open_object(&w);
	jsonw_key(&w, "drifttop");
	jsonw_open_object(&w);
	jsonw_put_text(&w, "version", slice_of(o->program_version));
	jsonw_put_uint(&w, "schema", REPORT_SCHEMA);
	jsonw_close(&w);
	jsonw_put_int(&w, "generated_ms", o->generated_ms, true);
	jsonw_put_text(&w, "status", slice_of(check_status_names[*status]));
	jsonw_put_uint(&w, "exit", *status);
	jsonw_put_text(&w, "why", slice_of(why));
	jsonw_put_uint(&w, "events", s ? store_events(s) : 0);
	jsonw_put_bool(&w, "trusted", s && store_trusted(s, NULL, 0));
	jsonw_key(&w, "models");
	jsonw_open_array(&w);
	for (i = 0; i < models; i++)
		json_model(&w, s, o->worst, rows[i].index);
	jsonw_close(&w);
	jsonw_close(&w);
	jsonw_newline(&w);
	mem_free(rows);
	return jsonw_take(&w, n, err);
}
