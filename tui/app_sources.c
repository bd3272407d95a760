#include "tui/app_sources.h"

#include <stdio.h>
#include <string.h>

#include "collectors/url.h"
#include "core/config.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/plain.h"
#include "tui/replay_file.h"
#include "tui/settings.h"
#include "tui/timearg.h"

#define DEFAULT_SERVER "redis://127.0.0.1:6379"
/* How much history the dashboard reads at most, and at least of each stream. */
#define HISTORY_MAX 2000000
#define HISTORY_MIN 1000

static void
resolve(struct app_sources *a, const struct app_setup *s)
{
	const struct options *o = s->options;
	struct feed_options *f = &a->feed;

	if (s->sources) {
		f->sources = s->sources;
		f->nsources = s->nsources;
	} else if (o->noperands) {
		f->sources = o->operands;
		f->nsources = o->noperands;
	} else {
		a->default_source[0] = s->env->redis_url ? s->env->redis_url : DEFAULT_SERVER;
		f->sources = a->default_source;
		f->nsources = 1;
	}
	f->server_wait_ms = s->server_wait_ms;
}

/* Looks at every source once: wrong ones are refused before anything is opened, and the endpoint
 * gets its name. */
static int
look_at_sources(struct app_sources *a, const struct app_setup *s, struct err *err)
{
	const struct feed_options *f = &a->feed;
	bool stdin_seen = false;
	struct url u;
	size_t i;
	int rc;

	a->files_only = true;
	for (i = 0; i < f->nsources; i++) {
		rc = url_parse(&u, f->sources[i], err);
		if (rc)
			return rc;
		if (u.kind == URL_TCP || u.kind == URL_UNIX)
			a->files_only = false;
		if (u.kind == URL_FILE && replay_file_is(f->sources[i])) {
			rc = err_set(err, ERR_USAGE, "%s is a recording, which is read alone: drifttop replay %s",
			    f->sources[i], f->sources[i]);
			url_release(&u);
			return rc;
		}
		if (u.password && !s->sources && f->sources != a->default_source)
			plain_complain("a password in the command line can be read by everyone on "
				       "this machine: better "
				       "DRIFTTOP_REDIS_URL, REDISCLI_AUTH or --password-file",
			    s->env->utf8);
		snprintf(a->endpoint, sizeof(a->endpoint), "%s", u.shown);
		rc = u.kind == URL_STDIN && stdin_seen;
		stdin_seen |= u.kind == URL_STDIN;
		url_release(&u);
		if (rc)
			return err_set(err, ERR_USAGE, "standard input (-) is named twice");
	}
	if (f->nsources > 1)
		snprintf(a->endpoint, sizeof(a->endpoint), "%zu sources", f->nsources);
	return 0;
}

static int
fill_source_options(struct app_sources *a, const struct app_setup *s, struct err *err)
{
	struct source_options *so = &a->feed.source;
	const struct options *o = s->options;
	struct timearg t;
	int rc;

	so->patterns = o->streams;
	so->npatterns = o->nstreams;
	/* A server of the program's own has the streams that it has. */
	if (!o->nstreams && o->config && !s->sources) {
		so->patterns = (const char *const *)o->config->streams;
		so->npatterns = o->config->nstreams;
	}
	so->model_glob = o->text[OPTION_MODEL];
	so->to_end_only = s->to_end;
	so->follow = !s->to_end;
	so->full_speed = (s->to_end && !s->recent) || o->given[OPTION_FULL_SPEED];
	so->wall_ms = s->env->wall_ms;
	source_timing_default(&so->timing);
	if (!s->to_end || s->recent) {
		so->history_max = HISTORY_MAX;
		so->history_min = HISTORY_MIN;
	}
	if (o->text[OPTION_SINCE]) {
		rc = timearg_parse_ago(&t, o->text[OPTION_SINCE], settings_utc(o), err);
		if (rc)
			return rc;
		so->since_ms = t.kind == TIMEARG_EVERYTHING ? SOURCE_SINCE_ALL
			       : t.kind == TIMEARG_BEFORE   ? so->wall_ms - t.ms
							    : t.ms;
		if (t.kind == TIMEARG_EVERYTHING)
			so->history_max = so->history_min = 0;
	}
	so->password = s->env->redis_auth;
	if (o->text[OPTION_PASSWORD_FILE]) {
		rc = env_password_file(&a->password, o->text[OPTION_PASSWORD_FILE], err);
		if (rc)
			return rc;
		so->password = a->password;
	}
	return 0;
}

int
app_sources_resolve(struct app_sources *a, const struct app_setup *s, struct err *err)
{
	int rc;

	resolve(a, s);
	rc = look_at_sources(a, s, err);
	return rc ? rc : fill_source_options(a, s, err);
}

bool
app_sources_read_stdin(const struct app_sources *a)
{
	size_t i;

	for (i = 0; i < a->feed.nsources; i++)
		if (strcmp(a->feed.sources[i], "-") == 0)
			return true;
	return false;
}

void
app_sources_release(struct app_sources *a)
{
	mem_free_secret(a->password);
	a->password = NULL;
}
