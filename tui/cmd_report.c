/* drifttop report: read everything that is there, print every figure once. */
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/command.h"
#include "tui/output.h"
#include "tui/plain.h"
#include "tui/report.h"
#include "tui/report_doc.h"
#include "tui/report_recording.h"
#include "tui/report_whatif.h"
#include "tui/settings.h"

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

/* An empty report is a result, but its reader will want to know why it is empty. */
static void
say_why_empty(const struct store *s, const struct env *env)
{
	char text[200];
	size_t i;

	if (store_model_count(s))
		return;
	for (i = 0; i < store_source_count(s); i++) {
		const struct fact_source *f = store_source(s, i);

		if (!f->nothing_matches)
			continue;
		snprintf(text, sizeof(text),
		    "%.*s: none of its %llu streams matches: choose with --stream PATTERN",
		    (int)(f->url.n < 100 ? f->url.n : 100), f->url.p,
		    (unsigned long long)f->streams_seen);
		plain_complain(text, env->utf8);
		return;
	}
	plain_complain("there was no event to report on", env->utf8);
}

/* What is reported on: what sources had, or a recording. */
struct subject {
	const struct store *s;
	struct report_options options;
	struct report_doc_options doc; /* without what is in options */
};

static int
print(struct subject *what, const char *format, FILE *to, struct err *err)
{
	size_t n = 0;
	char *text;

	what->doc.report = &what->options;
	if (strcmp(format, "md") == 0 || strcmp(format, "html") == 0) {
		what->doc.ops = strcmp(format, "md") == 0 ? &doc_md : &doc_html;
		return report_doc(what->s, &what->doc, to, err);
	}
	if (strcmp(format, "json") != 0)
		return report_text(what->s, &what->options, to, err);
	text = report_json(what->s, &what->options, &n, err);
	if (!text)
		return err ? (int)err->code : ERR_NOMEM;
	fwrite(text, 1, n, to);
	mem_free(text);
	return 0;
}

static int
put_out(struct subject *what, const struct options *o, const struct env *env, struct err *err)
{
	bool utc = settings_utc(o);
	struct output out = {0};
	int rc;

	what->options.program_version = DRIFTTOP_VERSION;
	what->options.generated_ms = env_wall_ms();
	what->options.window = window_find(slice_of(o->text[OPTION_WINDOW]));
	what->options.utc_offset_ms = utc ? 0 : env->utc_offset_ms;
	what->options.zone = utc ? "UTC" : env->zone;
	what->options.utf8 = env->utf8;
	rc = output_open(&out, o->text[OPTION_OUTPUT], err);
	if (rc)
		return rc;
	say_why_empty(what->s, env);
	rc = print(what, o->text[OPTION_FORMAT], out.to, err);
	return output_close(&out, rc, err);
}

static int
report_sources(const struct options *o, const struct env *env, struct err *err)
{
	const struct app_setup setup = {.options = o, .env = env, .to_end = true, .state = APP_STATE_READ};
	struct subject what = {0};
	struct app *a = NULL;
	int rc;

	rc = app_open(&a, &setup, err);
	if (!rc)
		rc = app_run_to_end(a, err);
	if (!rc) {
		what.s = app_store(a);
		what.doc.what = slice_of(app_endpoint(a));
		app_range(a, &what.options.from_ms, &what.options.to_ms);
		rc = put_out(&what, o, env, err);
	}
	app_free(a);
	return rc;
}

static int
print_whatif(const struct whatif *w, const char *path, const struct options *o, const struct env *env, struct err *err)
{
	const struct report_options ro = {.utc_offset_ms = settings_offset_ms(o, env),
	    .zone = settings_zone(o, env)};
	const char *format = o->text[OPTION_FORMAT], *change = o->text[OPTION_WHAT_IF];
	struct output out = {0};
	int rc = output_open(&out, o->text[OPTION_OUTPUT], err);

	if (rc)
		return rc;
	if (strcmp(format, "json") == 0)
		rc = report_whatif_json(w, change, out.to, err);
	else
		rc = report_whatif_doc(
		    w, change, path, &ro, strcmp(format, "html") == 0 ? &doc_html : &doc_md, out.to, err);
	return output_close(&out, rc, err);
}

static int
report_whatif(const char *path, const struct options *o, const struct env *env, struct err *err)
{
	struct recording *r = NULL;
	struct whatif w = {0};
	int64_t from_ms, to_ms;
	int rc = recording_open(&r, path, err);

	if (!rc)
		rc = report_recording_range(r, o, env->utc_offset_ms, &from_ms, &to_ms, err);
	if (!rc)
		rc = whatif_run(&w, r, o->text[OPTION_WHAT_IF], from_ms, to_ms, err);
	if (!rc)
		rc = print_whatif(&w, path, o, env, err);
	whatif_release(&w);
	recording_close(r);
	return rc;
}

static int
report_recording(const char *path, const struct options *o, const struct env *env, struct err *err)
{
	struct report_recording r;
	struct subject what = {0};
	int rc = report_recording_open(&r, path, o, env->utc_offset_ms, err);

	if (!rc) {
		what.s = player_store(r.player);
		what.doc = (struct report_doc_options){.what = slice_of(path),
		    .past = &r.past,
		    .marks = r.marks,
		    .nmarks = r.nmarks,
		    .holes = r.holes,
		    .nholes = r.nholes};
		if (o->given[OPTION_FROM])
			what.options.alerts_from_ms = r.past.from_ms;
		rc = put_out(&what, o, env, err);
	}
	report_recording_close(&r);
	return rc;
}

int
cmd_report(const struct options *o, const struct env *env, struct err *err)
{
	bool any = false;
	size_t i;

	for (i = 0; i < o->noperands; i++)
		any |= report_is_recording(o->operands[i]);
	if (any && o->noperands > 1)
		return err_set(
		    err, ERR_USAGE, "a recording is reported on alone: two are not joined, nor one with other sources");
	if (o->given[OPTION_WHAT_IF] && !any)
		return err_set(err, ERR_USAGE, "--what-if is about a recording: name one");
	if (o->given[OPTION_WHAT_IF])
		return report_whatif(o->operands[0], o, env, err);
	return any ? report_recording(o->operands[0], o, env, err) : report_sources(o, env, err);
}
