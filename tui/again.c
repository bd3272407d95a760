#include "tui/again.h"

#include <string.h>

#include "collectors/url.h"
#include "core/mem.h"
#include "tui/app.h"

static bool
is_server(const char *source)
{
	struct url u;
	bool server;

	if (url_parse(&u, source, NULL))
		return false;
	server = u.kind == URL_TCP || u.kind == URL_UNIX;
	url_release(&u);
	return server;
}

bool
again_can(const struct app *app)
{
	const struct feed_options *f = app_feed_options(app);
	size_t i;

	for (i = 0; i < f->nsources; i++)
		if (is_server(f->sources[i]))
			return true;
	return false;
}

const char *const again_usual[AGAIN_USUAL] = {"ml:*", "model:*"};

bool
again_is_picked(const struct fact_stream *st, const char *const *patterns, size_t n)
{
	if (!st->key.n || st->state == STREAM_OFFERED || memchr(st->key.p, '\0', st->key.n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (slice_glob(slice_of(patterns[i]), st->key))
			return false;
	return true;
}

char *
again_pattern(struct slice key)
{
	char *pattern = mem_alloc(2 * key.n + 1);
	size_t n = 0;

	for (size_t i = 0; pattern && i < key.n; i++) {
		if (strchr("*?[]\\", key.p[i]))
			pattern[n++] = '\\';
		pattern[n++] = key.p[i];
	}
	if (pattern)
		pattern[n] = '\0';
	return pattern;
}

static int
add_picked(struct again *a, struct slice key, struct err *err)
{
	char *pattern = again_pattern(key);

	if (!pattern)
		return err_nomem(err);
	a->picked[a->npicked++] = pattern;
	a->patterns[a->npatterns++] = pattern;
	return 0;
}

/* The live sources' patterns, and the names of streams that somebody has picked beside them. */
static int
fill_patterns(struct again *a, const struct app *app, struct err *err)
{
	const struct source_options *so = &app_feed_options(app)->source;
	const char *const *from = so->npatterns ? so->patterns : again_usual;
	const struct store *s = app_store(app);
	size_t n = so->npatterns ? so->npatterns : AGAIN_USUAL, most = n, i, k;
	int rc = 0;

	for (i = 0; i < store_source_count(s); i++)
		most += store_stream_count(s, i);
	a->patterns = mem_calloc(most, sizeof(*a->patterns));
	a->picked = mem_calloc(most, sizeof(*a->picked));
	if (!a->patterns || !a->picked)
		return err_nomem(err);
	for (; a->npatterns < n; a->npatterns++)
		a->patterns[a->npatterns] = from[a->npatterns];
	for (i = 0; i < store_source_count(s); i++)
		for (k = 0; k < store_stream_count(s, i) && !rc; k++) {
			const struct fact_stream *st = store_stream(s, i, k);

			if (again_is_picked(st, a->patterns, a->npatterns))
				rc = add_picked(a, st->key, err);
		}
	return rc;
}

int
again_open(struct again *a, struct app *app, const struct again_range *range, const struct sink *sink, struct err *err)
{
	struct feed_options fo = *app_feed_options(app);
	size_t i;
	int rc;

	a->sources = mem_calloc(fo.nsources, sizeof(*a->sources));
	if (!a->sources)
		return err_nomem(err);
	for (i = 0; i < fo.nsources; i++)
		if (is_server(fo.sources[i]))
			a->sources[a->nsources++] = fo.sources[i];
	rc = fill_patterns(a, app, err);
	if (rc)
		return rc;
	fo.sources = a->sources;
	fo.nsources = a->nsources;
	fo.source.patterns = a->patterns;
	fo.source.npatterns = a->npatterns;
	fo.source.since_ms = range->since_ms;
	fo.source.until_ms = range->until_ms;
	fo.source.history_max = range->most / (a->nsources ? a->nsources : 1);
	fo.source.history_before_ms = range->before_ms;
	fo.source.history_min = 0;
	fo.source.to_end_only = fo.source.ordered = fo.attended = true;
	fo.source.wall_ms = env_wall_ms();
	fo.turn_us = range->turn_us;
	fo.server_wait_ms = range->wait_ms;
	fo.sink = *sink;
	return feed_open(&a->feed, app_loop(app), &fo, err);
}

void
again_close(struct again *a)
{
	feed_close(a->feed);
	for (size_t i = 0; i < a->npicked; i++)
		mem_free(a->picked[i]);
	mem_free(a->picked);
	mem_free(a->patterns);
	mem_free(a->sources);
	*a = (struct again){0};
}
