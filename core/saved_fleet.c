/*
 * What outlives the process and belongs to no single model's file: alerts with all that was said about them, and which
 * streams there were. An alert waits here until its model is seen; one whose model does not come this time is written
 * back as it is.
 */
#include <stdio.h>

#include "core/alert_bytes.h"
#include "core/mem.h"
#include "core/saved.h"
#include "core/store_impl.h"

#define STREAMS_MAX 4096 /* whose names are kept */
#define NAME_BYTES  (4 * LIMIT_NAME_BYTES)

/* "redis://h:6379 ml:fraud": the same key of two servers is two streams. */
static struct slice
stream_name(const struct fact_source *so, const struct fact_stream *st, char *buf)
{
	int n = snprintf(buf, NAME_BYTES, "%.*s %.*s", (int)(so->url.n < 400 ? so->url.n : 400),
	    so->url.p ? so->url.p : "", (int)(st->key.n < 400 ? st->key.n : 400), st->key.p ? st->key.p : "");

	return slice_make(buf, n > 0 ? (size_t)n : 0);
}

static bool
is_known(const struct fact_stream *st)
{
	return st->key.n && st->state != STREAM_OFFERED && st->state != STREAM_GONE && st->entries > 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool
is_among(const struct store *s, struct slice name)
{
	char buf[NAME_BYTES];
	size_t i, k;

	for (i = 0; i < s->nsources; i++)
		for (k = 0; k < s->sources[i].nstreams; k++)
			if (is_known(&s->sources[i].streams[k].fact) &&
			    slice_eq(stream_name(&s->sources[i].fact, &s->sources[i].streams[k].fact, buf), name))
				return true;
	return false;
}

/* Those of now, then those of before that are not among them. */
static void
encode_streams(const struct store *s, struct bytes *to)
{
	char buf[NAME_BYTES];
	struct bytes list;
	size_t i, k, n = 0;

	bytes_init(&list);
	for (i = 0; i < s->nsources; i++)
		for (k = 0; k < s->sources[i].nstreams && n < STREAMS_MAX; k++)
			if (is_known(&s->sources[i].streams[k].fact)) {
				bytes_put_text(&list,
				    stream_name(&s->sources[i].fact, &s->sources[i].streams[k].fact, buf));
				n++;
			}
	for (i = 0; i < s->saved_streams.count && n < STREAMS_MAX; i++)
		if (!is_among(s, names_at(&s->saved_streams, i))) {
			bytes_put_text(&list, names_at(&s->saved_streams, i));
			n++;
		}
	bytes_put_uint(to, n);
	bytes_put(to, list.p, list.n);
	to->failed |= list.failed;
	bytes_release(&list);
}

int
saved_write_fleet(const struct store *s, const char *program, char **file, size_t *n, struct err *err)
{
	size_t waiting = s->nsaved_alerts, i;
	struct slice by = slice_of(program);
	struct bytes b;

	by.n = by.n < SAVED_PROGRAM_BYTES ? by.n : SAVED_PROGRAM_BYTES;
	if (s->alerts.n + waiting > ALERT_MAX)
		waiting = s->alerts.n < ALERT_MAX ? ALERT_MAX - s->alerts.n : 0;
	saved_begin(&b, SAVED_FLEET);
	bytes_put_text(&b, by);
	bytes_put_uint(&b, s->alerts.n + waiting);
	for (i = 0; i < s->alerts.n; i++)
		alert_encode(s->alerts.list[i], &b);
	for (i = 0; i < waiting; i++)
		alert_encode(s->saved_alerts[i], &b);
	encode_streams(s, &b);
	saved_end(&b);
	*file = bytes_take(&b, n, err);
	return *file ? 0 : ERR_NOMEM;
}

/* ---- reading --------------------------------------------------------------------------------- */

void
store_fleet_meet(struct store *s, const struct model *m)
{
	size_t i, kept = 0;

	for (i = 0; i < s->nsaved_alerts; i++) {
		if (slice_eq(s->saved_alerts[i]->key.model, m->name))
			store_alerts_adopt(s, s->saved_alerts[i], m->index);
		else
			s->saved_alerts[kept++] = s->saved_alerts[i];
	}
	s->nsaved_alerts = kept;
}

/* Of a model that is there already, of a source, or of a model that may come. Takes it. */
static int
place(struct store *s, struct alert *al, struct err *err)
{
	size_t index = al->key.model.n ? names_find(&s->model_names, al->key.model) : NAMES_NONE;
	struct alert **grown;

	if (!al->key.model.n || index != NAMES_NONE) {
		store_alerts_adopt(s, al, index == NAMES_NONE ? ALERT_NO_MODEL : (uint32_t)index);
		return 0;
	}
	grown = mem_grow(s->saved_alerts, &s->saved_alerts_cap, s->nsaved_alerts + 1, sizeof(struct alert *));
	if (!grown) {
		alert_free(al);
		return err_nomem(err);
	}
	s->saved_alerts = grown;
	grown[s->nsaved_alerts++] = al;
	return 0;
}

static int
decode_streams(struct store *s, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, STREAMS_MAX), i, at;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct slice name = bytes_get_text(r, NAME_BYTES);

		rc = r->failed ? err_set(err, ERR_FORMAT, "names of streams are none")
			       : names_add(&s->saved_streams, name, &at, err);
	}
	return rc;
}

int
store_apply_fleet(struct store *s, struct slice file, struct err *err)
{
	struct bytes_reader r;
	size_t n, i;
	int rc = saved_open(&r, file, SAVED_FLEET, err);

	if (rc)
		return rc;
	bytes_get_text(&r, SAVED_PROGRAM_BYTES);
	n = bytes_get_count(&r, ALERT_MAX);
	for (i = 0; i < n && !rc; i++) {
		struct alert *al;

		rc = alert_decode(&al, &r, err);
		if (!rc)
			rc = place(s, al, err);
	}
	if (!rc)
		rc = decode_streams(s, &r, err);
	s->generation++;
	return rc;
}

void
store_fleet_release(struct store *s)
{
	size_t i;

	for (i = 0; i < s->nsaved_alerts; i++)
		alert_free(s->saved_alerts[i]);
	mem_free(s->saved_alerts);
	names_release(&s->saved_streams);
}

/* ---- streams that are gone ------------------------------------------------------------------- */

size_t
store_streams_missing(const struct store *s, struct slice *names, size_t cap)
{
	size_t i, n = 0;

	if (!s->history_done)
		return 0;
	for (i = 0; i < s->saved_streams.count; i++) {
		struct slice name = names_at(&s->saved_streams, i);

		if (is_among(s, name))
			continue;
		if (n < cap)
			names[n] = name;
		n++;
	}
	return n;
}
