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

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

/* An empty report is a result, but its reader will want to know why it is empty. */
static void
say_why_empty(const struct app *a, const struct env *env)
{
	const struct store *s = app_store(a);
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

static int
print(
    const struct app *a, const struct options *o, const struct env *env, FILE *to, struct err *err)
{
	bool utc = o->given[OPTION_UTC];
	const char *format;
	struct report_options ro = {0};
	size_t n = 0;
	char *text;

	ro.program_version = DRIFTTOP_VERSION;
	ro.generated_ms = env_wall_ms();
	app_range(a, &ro.from_ms, &ro.to_ms);
	ro.window = window_find(slice_of(o->text[OPTION_WINDOW]));
	ro.utc_offset_ms = utc ? 0 : env->utc_offset_ms;
	ro.zone = utc ? "UTC" : env->zone;
	ro.utf8 = env->utf8;
	format = o->text[OPTION_FORMAT];
	if (strcmp(format, "md") == 0 || strcmp(format, "html") == 0) {
		const struct report_doc_options doc = {.report = &ro,
		    .ops = strcmp(format, "md") == 0 ? &doc_md : &doc_html,
		    .what = slice_of(app_endpoint(a))};

		return report_doc(app_store(a), &doc, to, err);
	}
	if (strcmp(format, "json") != 0)
		return report_text(app_store(a), &ro, to, err);
	text = report_json(app_store(a), &ro, &n, err);
	if (!text)
		return err ? (int)err->code : ERR_NOMEM;
	fwrite(text, 1, n, to);
	mem_free(text);
	return 0;
}

int
cmd_report(const struct options *o, const struct env *env, struct err *err)
{
	const struct app_setup setup = {.options = o, .env = env, .to_end = true, .state = APP_STATE_READ};
	struct app *a = NULL;
	struct output out = {0};
	int rc;

	rc = app_open(&a, &setup, err);
	if (!rc)
		rc = app_run_to_end(a, err);
	if (!rc)
		rc = output_open(&out, o->text[OPTION_OUTPUT], err);
	if (!rc) {
		say_why_empty(a, env);
		rc = print(a, o, env, out.to, err);
		rc = output_close(&out, rc, err);
	}
	app_free(a);
	return rc;
}
