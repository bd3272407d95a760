/* drifttop baseline: freeze a slice of anything into a file that --baseline reads. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/baseline_write.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/baselines.h"
#include "tui/command.h"
#include "tui/output.h"
#include "tui/plain.h"
#include "widgets/fmt.h"

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

/* "events.ndjson, 2018-03-04 to 2018-06-30, 14,210 rows": what screens and reports will call it. */
static void
name_it(const struct app *a, const struct baselines *b, size_t index, char *buf, size_t bytes)
{
	const char *where = app_endpoint(a),
		   *slash = app_files_only(a) ? strrchr(where, '/') : NULL;
	uint64_t rows = baselines_rows(b, index);
	int64_t from_ms, to_ms;

	baselines_span(b, index, &from_ms, &to_ms);
	snprintf(buf, bytes, "%.80s, %s to %s, %s row%s", slash ? slash + 1 : where,
	    fmt_date(from_ms, 0).s, fmt_date(to_ms, 0).s, fmt_exact(rows).s,
	    rows == 1 ? "" : "s");
}

static int
make_all(const struct app *a, struct baselines *b, struct baseline **made, struct err *err)
{
	char name[200];
	size_t i;
	int rc = 0;

	for (i = 0; i < baselines_count(b) && !rc; i++) {
		name_it(a, b, i, name, sizeof(name));
		rc = baselines_make(b, i, BASELINE_FILE, name, &made[i], err);
	}
	return rc;
}

static void
say_result(const struct baselines *b, const struct env *env)
{
	struct err first = {0};
	uint64_t dropped = baselines_dropped(b, &first);
	char text[300];

	snprintf(text, sizeof(text), "a baseline of %zu model%s", baselines_count(b),
	    baselines_count(b) == 1 ? "" : "s");
	plain_complain(text, env->utf8);
	if (!dropped)
		return;
	snprintf(text, sizeof(text), "%s event%s left out: %.200s", fmt_exact(dropped).s,
	    dropped == 1 ? " was" : "s were", first.msg);
	plain_complain(text, env->utf8);
}

static int
write_all(const struct app *a, struct baselines *b, const char *path, struct err *err)
{
	size_t n = baselines_count(b), bytes = 0, i;
	struct baseline **made = mem_calloc(n, sizeof(*made));
	struct output out = {0};
	char *text = NULL;
	int rc;

	if (!made)
		return err_nomem(err);
	rc = make_all(a, b, made, err);
	if (!rc)
		rc = baseline_write(
		    (const struct baseline *const *)made, n, DRIFTTOP_VERSION, &text, &bytes, err);
	if (!rc)
		rc = output_open(&out, path, err);
	if (!rc) {
		fwrite(text, 1, bytes, out.to);
		rc = output_close(&out, rc, err);
	}
	mem_free(text);
	for (i = 0; i < n; i++)
		baseline_free(made[i]);
	mem_free(made);
	return rc;
}

int
cmd_baseline(const struct options *o, const struct env *env, struct err *err)
{
	struct app_setup setup = {.options = o, .env = env, .to_end = true};
	struct baselines *b = NULL;
	struct app *a = NULL;
	struct sink sink;
	int64_t from_ms, to_ms;
	int rc;

	rc = baselines_new(&b, err);
	if (rc)
		return rc;
	sink = baselines_sink(b);
	setup.sink = &sink;
	rc = app_open(&a, &setup, err);
	if (!rc) {
		app_range(a, &from_ms, &to_ms);
		baselines_range(b, from_ms, to_ms);
		rc = app_run_to_end(a, err);
	}
	if (!rc && !baselines_count(b))
		rc = err_set(err, ERR_INVALID, "%s: there is no event to make a baseline from",
		    app_endpoint(a));
	if (!rc)
		rc = write_all(a, b, o->text[OPTION_OUTPUT], err);
	if (!rc)
		say_result(b, env);
	app_free(a);
	baselines_free(b);
	return rc;
}
