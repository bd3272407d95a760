/*
 * drifttop export: what a recording holds, row by row, for other programs.
 *
 * Events are those that were kept: a few of each model and step, or all. Minutes are read off the rings while the
 * recording is played, each once it is two minutes old, when late events are in; a model that is played faster than an
 * hour of its time a minute (a recording of history) has gaps, which rows of unknown figures are not written for.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/alert_json.h"
#include "core/events_bytes.h"
#include "core/figures.h"
#include "core/mem.h"
#include "tui/command.h"
#include "tui/csv.h"
#include "tui/export_cast.h"
#include "tui/output.h"
#include "tui/report_recording.h"

enum {
	MINUTE_MS = 60000,
	MINUTES = 60,	   /* that a ring holds */
	SETTLED = 2,	   /* minutes that are still counted */
	ENOUGH = 30,	   /* minutes that are written together */
};

struct export {
	struct recording *file;
	int64_t from_ms, to_ms;
	bool csv;
	FILE *to;
	struct csv rows;
	struct err *err;
	int rc;
	/* minutes: of each model the newest that was written */
	int64_t *done;
	size_t ndone, done_cap;
	double model_series[SERIES_COUNT][MINUTES], feature_series[FSERIES_COUNT][MINUTES];
};

/* ---- events ---------------------------------------------------------------------------------- */

/*
 * The entry that it was, as two more members: beside `features` they mean nothing to whoever reads the event. Without
 * that they would be inputs of their own, and are left out.
 */
static void
put_origin(struct export *x, const struct event *ev)
{
	struct jsonw w;
	char id[64];
	size_t n;
	char *text;

	snprintf(id, sizeof(id), "%lld-%llu", (long long)ev->arrival_ms, (unsigned long long)ev->entry_seq);
	jsonw_init(&w);
	jsonw_open_object(&w);
	jsonw_put_string(&w, "stream", ev->stream_key);
	jsonw_put_cstr(&w, "entry_id", id);
	jsonw_close(&w);
	text = jsonw_take(&w, &n, NULL);
	if (!text) {
		fwrite(ev->raw.p, 1, ev->raw.n, x->to);
		return;
	}
	fwrite(ev->raw.p, 1, ev->raw.n - 1, x->to);
	fputc(',', x->to);
	fwrite(text + 1, 1, n - 1, x->to);
	mem_free(text);
}

static void
put_event(void *ctx, size_t model, const struct event *ev)
{
	struct export *x = ctx;

	(void)model;
	if (ev->arrival_ms < x->from_ms || ev->arrival_ms > x->to_ms)
		return;
	if (ev->of_entry && ev->has_features)
		put_origin(x, ev);
	else
		fwrite(ev->raw.p, 1, ev->raw.n, x->to);
	fputc('\n', x->to);
}

/* A frame that cannot be read costs its events. */
static int
export_events(struct export *x, struct err *err)
{
	size_t i, n = 0;
	char *payload;
	int rc = 0;

	for (i = 0; i < recording_count(x->file) && rc != ERR_NOMEM; i++) {
		const struct frame *f = &recording_frame(x->file, i)->frame;

		if (f->type != FRAME_EVENTS || f->time_ms < x->from_ms)
			continue;
		rc = recording_payload(x->file, i, &payload, &n, err);
		if (rc)
			continue;
		rc = events_read(slice_make(payload, n), put_event, x, err);
		mem_free(payload);
	}
	return rc == ERR_NOMEM ? rc : 0;
}

/* ---- alerts ---------------------------------------------------------------------------------- */

static int
alert_as_json(FILE *to, const struct recording_alert *a, struct err *err)
{
	struct jsonw w;
	size_t n;
	char *text;

	jsonw_init(&w);
	jsonw_open_object(&w);
	jsonw_put_int(&w, "time_ms", a->time_ms, true);
	jsonw_put_int(&w, "at_ms", a->at_ms, true);
	jsonw_put_cstr(&w, "change", alert_change_names[a->kind]);
	jsonw_key(&w, "alert");
	alert_json(&w, a->alert, NULL);
	jsonw_close(&w);
	text = jsonw_take(&w, &n, err);
	if (!text)
		return ERR_NOMEM;
	fwrite(text, 1, n, to);
	fputc('\n', to);
	mem_free(text);
	return 0;
}

static void
alert_as_csv(struct csv *c, const struct recording_alert *a)
{
	const struct alert *al = a->alert;
	char id[ALERT_ID_BYTES];

	csv_time(c, a->time_ms);
	csv_cstr(c, alert_change_names[a->kind]);
	csv_cstr(c, alert_id_text(al->id, id));
	csv_text(c, al->key.rule);
	csv_cstr(c, severity_names[al->severity]);
	csv_cstr(c, alert_state_names[al->state]);
	csv_text(c, al->key.model);
	csv_text(c, al->key.version);
	csv_text(c, al->key.feature);
	csv_text(c, al->key.source);
	csv_int(c, al->from_ms, true);
	csv_int(c, al->to_ms, al->to_ms != ALERT_NEVER);
	csv_cstr(c, al->metric);
	csv_number(c, al->value);
	csv_number(c, al->limit);
	csv_cstr(c, al->provisional ? "true" : "false");
	csv_cstr(c, al->acked_by);
	csv_cstr(c, al->sentence);
	csv_end_row(c);
}

static int
export_alerts(struct export *x, struct err *err)
{
	size_t n = recording_alerts(x->file), i;
	int rc = 0;

	if (x->csv)
		fputs("time,change,id,rule,severity,state,model,version,feature,source,from_ms,to_ms,metric,value,"
		      "limit,provisional,acked_by,sentence\n",
		    x->to);
	for (i = 0; i < n && !rc; i++) {
		const struct recording_alert *a = recording_alert(x->file, i);

		if (a->time_ms < x->from_ms || a->time_ms > x->to_ms)
			continue;
		if (x->csv)
			alert_as_csv(&x->rows, a);
		else
			rc = alert_as_json(x->to, a, err);
	}
	return rc;
}

/* ---- minutes --------------------------------------------------------------------------------- */

static const char *const series_names[SERIES_COUNT] = {
    [SERIES_RATE] = "rate_per_s", [SERIES_ERRORS] = "error_rate", [SERIES_P50] = "p50_ms", [SERIES_P90] = "p90_ms",
    [SERIES_P99] = "p99_ms", [SERIES_MAX] = "max_ms"};
static const char *const feature_names[FSERIES_COUNT] = {[FSERIES_PSI] = "psi", [FSERIES_FLOOR] = "psi_floor",
    [FSERIES_MEAN] = "mean", [FSERIES_MISSING] = "missing_rate"};

static int
minute_as_json(const struct export *x, int64_t at_ms, struct slice model, struct slice feature, size_t point,
    struct err *err)
{
	struct jsonw w;
	size_t n, i;
	char *text;

	jsonw_init(&w);
	jsonw_open_object(&w);
	jsonw_put_int(&w, "ts", at_ms, true);
	jsonw_put_string(&w, "model", model);
	if (feature.n)
		jsonw_put_string(&w, "feature", feature);
	for (i = 0; i < SERIES_COUNT && !feature.n; i++)
		jsonw_put_double(&w, series_names[i], x->model_series[i][point]);
	for (i = 0; i < FSERIES_COUNT && feature.n; i++)
		jsonw_put_double(&w, feature_names[i], x->feature_series[i][point]);
	jsonw_close(&w);
	text = jsonw_take(&w, &n, err);
	if (!text)
		return ERR_NOMEM;
	fwrite(text, 1, n, x->to);
	fputc('\n', x->to);
	mem_free(text);
	return 0;
}

/* A row of a model has no figures of features, and the other way round. */
static int
put_minute(struct export *x, int64_t at_ms, struct slice model, struct slice feature, size_t point, struct err *err)
{
	size_t i;

	if (!x->csv)
		return minute_as_json(x, at_ms, model, feature, point, err);
	csv_time(&x->rows, at_ms);
	csv_text(&x->rows, model);
	csv_text(&x->rows, feature);
	for (i = 0; i < SERIES_COUNT; i++)
		csv_number(&x->rows, feature.n ? NAN : x->model_series[i][point]);
	for (i = 0; i < FSERIES_COUNT; i++)
		csv_number(&x->rows, feature.n ? x->feature_series[i][point] : NAN);
	csv_end_row(&x->rows);
	return 0;
}

static bool
is_known(const double series[][MINUTES], size_t n, size_t point)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isnan(series[i][point]))
			return true;
	return false;
}

static bool
is_within(const struct export *x, int64_t minute)
{
	return (minute + 1) * MINUTE_MS > x->from_ms;
}

/* The minutes first..last of a model (numbers since 1970), newest being that of its last point. */
static int
put_model(struct export *x, const struct store *s, size_t model, const struct model_figures *m, int64_t first,
    int64_t last, int64_t newest, struct err *err)
{
	size_t features = m->inputs + m->outputs, i;
	int64_t minute;
	int k, rc = 0;

	for (k = 0; k < SERIES_COUNT; k++)
		figures_series(s, model, (enum series)k, WINDOW_1H, x->model_series[k], MINUTES);
	for (minute = first; minute <= last && !rc; minute++) {
		size_t point = (size_t)(MINUTES - 1 - (newest - minute));

		if (is_within(x, minute) && is_known((const double(*)[MINUTES])x->model_series, SERIES_COUNT, point))
			rc = put_minute(x, minute * MINUTE_MS, m->name, slice_of(""), point, err);
	}
	for (i = 0; i < features && !rc; i++) {
		struct feature_figures f;

		figures_feature_brief(s, model, i, WINDOW_1H, &f);
		for (k = 0; k < FSERIES_COUNT; k++)
			figures_feature_series(
			    s, model, i, (enum feature_series)k, WINDOW_1H, x->feature_series[k], MINUTES);
		for (minute = first; minute <= last && !rc; minute++) {
			size_t point = (size_t)(MINUTES - 1 - (newest - minute));

			if (is_within(x, minute) &&
			    is_known((const double(*)[MINUTES])x->feature_series, FSERIES_COUNT, point))
				rc = put_minute(x, minute * MINUTE_MS, m->name, f.name, point, err);
		}
	}
	return rc;
}

static int
put_minutes(struct export *x, const struct store *s, bool end, struct err *err)
{
	size_t n = store_model_count(s), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct model_figures m;
		int64_t newest, last, first;

		if (i == x->ndone) {
			int64_t *done = mem_grow(x->done, &x->done_cap, i + 1, sizeof(*done));

			if (!done)
				return err_nomem(err);
			x->done = done;
			x->done[x->ndone++] = INT64_MIN;
		}
		figures_model_brief(s, i, WINDOW_1H, &m);
		if (!m.events)
			continue;
		newest = m.now_ms / MINUTE_MS;
		last = end ? newest : newest - SETTLED;
		first = x->done[i] >= newest - MINUTES + 1 ? x->done[i] + 1 : newest - MINUTES + 1;
		if (last < first || (!end && last - first + 1 < ENOUGH))
			continue;
		rc = put_model(x, s, i, &m, first, last, newest, err);
		x->done[i] = last;
	}
	return rc;
}

static int
export_minutes(struct export *x, struct err *err)
{
	struct player *p = NULL;
	int64_t at;
	size_t i;
	int rc = player_open(&p, x->file, NULL, false, err);

	if (x->csv) {
		fputs("time,model,feature", x->to);
		for (i = 0; i < SERIES_COUNT; i++)
			fprintf(x->to, ",%s", series_names[i]);
		for (i = 0; i < FSERIES_COUNT; i++)
			fprintf(x->to, ",%s", feature_names[i]);
		fputc('\n', x->to);
	}
	for (at = x->from_ms; !rc; at += MINUTE_MS) {
		bool end = at >= x->to_ms;

		rc = player_seek(p, end ? x->to_ms : at, err);
		if (!rc)
			rc = put_minutes(x, player_store(p), end, err);
		if (end)
			break;
	}
	player_close(p);
	mem_free(x->done);
	return rc;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int
as_cast(const struct options *o, const struct env *env, struct err *err)
{
	struct output out = {0};
	int rc = output_open(&out, o->text[OPTION_OUTPUT], err);

	if (!rc) {
		rc = export_cast(o, env, out.to, err);
		rc = output_close(&out, rc, err);
	}
	return rc;
}

int
cmd_export(const struct options *o, const struct env *env, struct err *err)
{
	const char *what = o->text[OPTION_WHAT];
	struct export x = {.csv = strcmp(o->text[OPTION_FORMAT], "csv") == 0};
	struct output out = {0};
	int rc;

	rc = export_cast_refuse(o, err);
	if (rc)
		return rc;
	if (!what)
		what = x.csv ? "panes" : "events";
	if (x.csv && strcmp(what, "events") == 0)
		return err_set(err, ERR_USAGE, "events are exported as ndjson: each may have other features");
	if (strcmp(o->text[OPTION_FORMAT], "cast") == 0)
		return as_cast(o, env, err);
	rc = recording_open(&x.file, o->operands[0], err);
	if (!rc)
		rc = report_recording_range(x.file, o, env->utc_offset_ms, &x.from_ms, &x.to_ms, err);
	if (!rc)
		rc = output_open(&out, o->text[OPTION_OUTPUT], err);
	if (!rc) {
		x.to = x.rows.to = out.to;
		if (strcmp(what, "events") == 0)
			rc = export_events(&x, err);
		else
			rc = strcmp(what, "alerts") == 0 ? export_alerts(&x, err) : export_minutes(&x, err);
		rc = output_close(&out, rc, err);
	}
	recording_close(x.file);
	return rc;
}
