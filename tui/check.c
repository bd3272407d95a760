#include "tui/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/figures.h"
#include "core/jsonw.h"
#include "core/mem.h"
#include "tui/plain.h"
#include "tui/report.h"
#include "widgets/fmt.h"

const char *const check_status_names[CHECK_STATUSES] = {"ok", "warn", "crit", "unknown"};

/* By what one would look at first. */
static const enum check_status status_of[SEVERITY_COUNT] = {
    [SEVERITY_OK] = CHECK_OK, [SEVERITY_UNKNOWN] = CHECK_UNKNOWN, [SEVERITY_WARN] = CHECK_WARN,
    [SEVERITY_CRIT] = CHECK_CRIT};

/* A model that is known by its baseline alone has nothing to be judged by. */
static enum check_status
status_of_model(const struct model_figures *m)
{
	return m->events ? status_of[m->severity] : CHECK_UNKNOWN;
}

struct tally_of_models {
	size_t models, by[CHECK_STATUSES];
};

static struct tally_of_models
count_models(const struct store *s)
{
	struct tally_of_models t = {.models = s ? store_model_count(s) : 0};
	size_t i;

	for (i = 0; i < t.models; i++) {
		struct model_figures m;

		figures_model(s, i, WINDOW_AUTO, &m);
		t.by[status_of_model(&m)]++;
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
check_judge(const struct store *s, const char *failure, char *why, size_t bytes)
{
	struct tally_of_models t = count_models(s);
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

/* Its worst input or output, if one drifts; its sentence says more than the model's few words. */
static bool
worst_feature(const struct store *s, const struct model_figures *m, struct feature_figures *f)
{
	if (m->worst == SIZE_MAX)
		return false;
	figures_feature_brief(s, m->index, m->worst, WINDOW_AUTO, f);
	return f->drift.state >= DRIFT_WATCH;
}

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
ordered(const struct store *s, size_t n)
{
	static const int ranks[CHECK_STATUSES] = {
	    [CHECK_CRIT] = 0, [CHECK_WARN] = 1, [CHECK_UNKNOWN] = 2, [CHECK_OK] = 3};
	struct order *rows = mem_calloc(n + 1, sizeof(*rows));
	size_t i;

	for (i = 0; rows && i < n; i++) {
		struct model_figures m;

		figures_model(s, i, WINDOW_AUTO, &m);
		rows[i] = (struct order){i, ranks[status_of_model(&m)], m.name};
	}
	if (rows)
		qsort(rows, n, sizeof(*rows), by_severity);
	return rows;
}

/* ---- as text --------------------------------------------------------------------------------- */

static void
put_model(FILE *to, const struct store *s, size_t index, bool utf8)
{
	struct feature_figures f;
	struct model_figures m;

	figures_model(s, index, WINDOW_AUTO, &m);
	if (status_of_model(&m) == CHECK_OK)
		return;
	fprintf(to, "%-8s", check_status_names[status_of_model(&m)]);
	plain_put(to, m.name, 60, utf8);
	if (!m.events) {
		fputs(": no event", to);
	} else if (m.why.n) {
		fputs(": ", to);
		plain_put(to, m.why, 120, utf8);
	}
	if (worst_feature(s, &m, &f) && f.drift.sentence[0]) {
		fputs("; ", to);
		plain_put(to, f.name, 40, utf8);
		fputs(": ", to);
		plain_put(to, slice_of(f.drift.sentence), 160, utf8);
	}
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
	struct tally_of_models t = count_models(s);
	struct order *rows = ordered(s, t.models);
	char why[320], caution[200] = "";
	size_t i;

	if (!rows)
		return err_nomem(err);
	*status = check_judge(s, o->failure, why, sizeof(why));
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
		put_model(to, s, rows[i].index, o->utf8);
	mem_free(rows);
	return 0;
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void
json_model(struct jsonw *w, const struct store *s, size_t index)
{
	struct feature_figures f;
	struct model_figures m;
	bool worst;

	figures_model(s, index, WINDOW_AUTO, &m);
	worst = worst_feature(s, &m, &f);
	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_put_text(w, "model", m.name);
	jsonw_put_text(w, "severity", slice_of(check_status_names[status_of_model(&m)]));
	jsonw_put_text(w, "why", m.events ? m.why : slice_of("no event"));
	jsonw_put_uint(w, "events", m.events);
	jsonw_put_uint(w, "drifting", m.drifting);
	jsonw_put_uint(w, "watching", m.watching);
	jsonw_put_text(w, "worst", worst ? f.name : slice_of(""));
	jsonw_put_text(w, "sentence", slice_of(worst ? f.drift.sentence : ""));
	jsonw_close(w);
}

char *
check_json(const struct store *s, const struct check_options *o, size_t *n, enum check_status *status,
    struct err *err)
{
	size_t models = s ? store_model_count(s) : 0, i;
	struct order *rows = ordered(s, models);
	struct jsonw w;
	char why[320];

	if (!rows) {
		err_nomem(err);
		return NULL;
	}
	*status = check_judge(s, o->failure, why, sizeof(why));
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
		json_model(&w, s, rows[i].index);
	jsonw_close(&w);
	jsonw_close(&w);
	jsonw_newline(&w);
	mem_free(rows);
	return jsonw_take(&w, n, err);
}
