#include "tui/app_range.h"

#include <string.h>

#include "tui/settings.h"
#include "tui/timearg.h"

struct range {
	const struct options *options;
	int64_t utc_offset_ms;
	uv_loop_t *loop;
	const struct feed_options *feed;
	int64_t newest_ms; /* INT64_MIN: not known yet */
};

struct newest {
	int64_t ts_ms;
	bool any;
};

static void
newest_event(void *ctx, const struct event *ev)
{
	struct newest *n = ctx;

	if (!n->any || ev->ts_ms > n->ts_ms)
		n->ts_ms = ev->ts_ms;
	n->any = true;
}

static void
newest_fact(void *ctx, const struct fact *fact)
{
	(void)ctx;
	(void)fact;
}

/* Reads everything once to learn the time of the newest event. */
static int
find_newest(const struct range *r, int64_t *ms, struct err *err)
{
	struct feed_options fo = *r->feed;
	struct newest newest = {0};
	struct feed *f = NULL;
	size_t i;
	int rc;

	for (i = 0; i < fo.nsources; i++) {
		if (strcmp(fo.sources[i], "-") == 0)
			return err_set(err, ERR_USAGE,
			    "a time before the newest event needs a second reading, which standard "
			    "input does not "
			    "allow: name the time itself");
	}
	fo.source.to_end_only = true;
	fo.source.full_speed = true;
	fo.sink = (struct sink){&newest, newest_event, newest_fact};
	rc = feed_open(&f, r->loop, &fo, err);
	if (!rc)
		rc = feed_run_to_end(f, err);
	feed_close(f);
	*ms = newest.ts_ms;
	return rc;
}

static int
resolve_time(struct range *r, const char *text, int64_t *out, struct err *err)
{
	bool utc = settings_utc(r->options);
	struct timearg_place place = {.from_ms = INT64_MIN, .utc_offset_ms = utc ? 0 : r->utc_offset_ms};
	struct timearg t;
	int rc = 0;

	*out = 0;
	if (!text)
		return 0;
	/* What is no time by itself is one beside the newest event; so is 1405, which nobody means as an epoch. */
	if (timearg_parse(&t, text, utc, NULL) || (strlen(text) == 4 && strspn(text, "0123456789") == 4))
		t.kind = TIMEARG_EVERYTHING;
	if (t.kind != TIMEARG_ABSOLUTE && r->newest_ms == INT64_MIN)
		rc = find_newest(r, &r->newest_ms, err);
	if (rc)
		return rc;
	*out = t.kind == TIMEARG_BEFORE ? r->newest_ms - t.ms : t.ms;
	place.now_ms = place.to_ms = r->newest_ms;
	return t.kind == TIMEARG_EVERYTHING ? timearg_parse_jump(out, text, &place, err) : 0;
}

int
app_range_resolve(int64_t *from_ms, int64_t *to_ms, const struct options *o, int64_t utc_offset_ms, uv_loop_t *loop,
    const struct feed_options *feed, struct err *err)
{
	struct range r = {o, utc_offset_ms, loop, feed, INT64_MIN};
	const char *from = o->text[OPTION_FROM];
	const char *to = o->text[OPTION_TO] ? o->text[OPTION_TO] : o->text[OPTION_AT];
	int rc;

	if (o->text[OPTION_TO] && o->text[OPTION_AT])
		return err_set(err, ERR_USAGE, "--to and --at exclude each other");
	rc = resolve_time(&r, from, from_ms, err);
	if (!rc)
		rc = resolve_time(&r, to, to_ms, err);
	if (rc)
		return rc;
	/* "Both 0" is the store's word for no bounds: one bound alone needs the other one open. */
	if (from && !to)
		*to_ms = INT64_MAX;
	if (to && !from)
		*from_ms = INT64_MIN;
	if ((*from_ms || *to_ms) && *from_ms >= *to_ms)
		return err_set(
		    err, ERR_USAGE, "the range asked for is empty: it ends at or before its start");
	return 0;
}
