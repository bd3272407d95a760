/*
 * Facts about sources and streams. Each is an upsert; the store keeps its own copies of the
 * strings, because whoever tells a fact may forget it at once.
 */
#include "core/mem.h"
#include "core/store_impl.h"

/* The counters of streams a source may have without bound on disk are bounded here: the rest is
 * counted by the source. */
#define STREAMS_KEPT 20000
#define GAPS_KEPT 1000

static int
copy_into(char **owned, struct slice *slice, struct err *err)
{
	char *copy;

	if (*owned && slice_eq(slice_make(*owned, strlen(*owned)), *slice)) {
		slice->p = *owned;
		return 0;
	}
	copy = mem_dup(slice->p, slice->n);
	if (!copy)
		return err_nomem(err);
	mem_free(*owned);
	*owned = copy;
	slice->p = copy;
	return 0;
}

static int
source_get(struct store *s, unsigned index, struct source_record **out, struct err *err)
{
	struct source_record *grown;

	if (index > 4096)
		return err_set(err, ERR_LIMIT, "source number %u is beyond every limit", index);
	if (index >= s->nsources) {
		grown = mem_grow(s->sources, &s->sources_cap, (size_t)index + 1, sizeof(*grown));
		if (!grown)
			return err_nomem(err);
		s->sources = grown;
		memset(grown + s->nsources, 0, ((size_t)index + 1 - s->nsources) * sizeof(*grown));
		s->nsources = (size_t)index + 1;
	}
	*out = &s->sources[index];
	return 0;
}

int
store_copy_strings(char **owned, struct slice **slices, size_t n, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++)
		rc = copy_into(&owned[i], slices[i], err);
	return rc;
}

int
store_apply_source(struct store *s, const struct fact_source *f, struct err *err)
{
	struct source_record *r;
	struct fact_source copy = *f;
	struct slice *slices[3] = {&copy.url, &copy.label, &copy.sentence};
	int rc = source_get(s, f->source, &r, err);

	if (rc)
		return rc;
	rc = store_copy_strings(r->strings, slices, 3, err);
	if (!rc)
		r->fact = copy;
	s->generation++;
	return rc;
}

int
store_apply_stream(struct store *s, const struct fact_stream *f, struct err *err)
{
	struct source_record *r;
	struct stream_record *grown;
	struct fact_stream copy = *f;
	struct slice *slices[5] = {
	    &copy.key, &copy.sentence, &copy.layout, &copy.sample, &copy.aliases};
	int rc = source_get(s, f->source, &r, err);

	if (rc)
		return rc;
	if (f->stream >= STREAMS_KEPT)
		return 0;
	if (f->stream >= r->nstreams) {
		grown =
		    mem_grow(r->streams, &r->streams_cap, (size_t)f->stream + 1, sizeof(*grown));
		if (!grown)
			return err_nomem(err);
		r->streams = grown;
		memset(
		    grown + r->nstreams, 0, ((size_t)f->stream + 1 - r->nstreams) * sizeof(*grown));
		r->nstreams = (size_t)f->stream + 1;
	}
	rc = store_copy_strings(r->streams[f->stream].strings, slices, 5, err);
	if (!rc) {
		r->lost += store_stream_lost(&copy) - store_stream_lost(&r->streams[f->stream].fact);
		r->streams[f->stream].fact = copy;
	}
	s->generation++;
	return rc;
}

int
store_apply_gap(struct store *s, const struct fact_gap *f, struct err *err)
{
	struct gap_record *grown;
	char *why;

	if (s->ngaps >= GAPS_KEPT) {
		mem_free(s->gaps[0].why);
		memmove(s->gaps, s->gaps + 1, (s->ngaps - 1) * sizeof(*s->gaps));
		s->ngaps--;
	}
	grown = mem_grow(s->gaps, &s->gaps_cap, s->ngaps + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	s->gaps = grown;
	why = mem_dup(f->why.p, f->why.n);
	if (!why)
		return err_nomem(err);
	s->gaps[s->ngaps].gap = *f;
	s->gaps[s->ngaps].gap.why.p = why;
	s->gaps[s->ngaps++].why = why;
	s->generation++;
	return 0;
}

int
store_apply_recording(struct store *s, const struct fact_recording *f, struct err *err)
{
	struct fact_recording copy = *f;
	struct slice *slices[4] = {&copy.path, &copy.sentence, &copy.saved, &copy.save_failed};
	int rc = store_copy_strings(s->recording_strings, slices, 4, err);

	if (!rc)
		s->recording = copy;
	s->generation++;
	return rc;
}

static struct reject_record *
reject_find(struct store *s, const struct fact_reject *f)
{
	size_t i;

	for (i = 0; i < s->nrejects; i++) {
		struct reject_sample *have = &s->rejects[i].sample;

		if (have->source == f->source && have->stream == f->stream &&
		    have->reason == f->reason)
			return &s->rejects[i];
	}
	return NULL;
}

static void
reject_unlink(struct store *s, const struct reject_record *r)
{
	if (r->newer != REJECT_NONE)
		s->rejects[r->newer].older = r->older;
	else
		s->newest_reject = r->older;
	if (r->older != REJECT_NONE)
		s->rejects[r->older].newer = r->newer;
}

/* The records stay where they are; their order is a list through them. */
static void
reject_to_front(struct store *s, struct reject_record *r)
{
	size_t at = (size_t)(r - s->rejects);

	if (r->linked && s->newest_reject == at)
		return;
	if (r->linked)
		reject_unlink(s, r);
	else if (s->nrejects == 1)
		s->newest_reject = REJECT_NONE;
	r->linked = true;
	r->newer = REJECT_NONE;
	r->older = s->newest_reject;
	if (r->older != REJECT_NONE)
		s->rejects[r->older].newer = at;
	s->newest_reject = at;
}

int
store_apply_reject(struct store *s, const struct fact_reject *f, struct err *err)
{
	struct reject_record *r = reject_find(s, f);
	struct reject_record *grown;
	struct slice sample = f->sample, detail = f->detail;
	struct slice *slices[2] = {&sample, &detail};
	int rc;

	s->reasons[f->reason] += f->count;
	if (f->reason < REASON_REJECTED_COUNT)
		s->rejected += f->count;
	s->generation++;
	if (!r) {
		if (s->nrejects >= GAPS_KEPT)
			return 0; /* counted above; the samples there are will do */
		grown = mem_grow(s->rejects, &s->rejects_cap, s->nrejects + 1, sizeof(*grown));
		if (!grown)
			return err_nomem(err);
		s->rejects = grown;
		r = &s->rejects[s->nrejects++];
		memset(r, 0, sizeof(*r));
		r->sample.source = f->source;
		r->sample.stream = f->stream;
		r->sample.reason = f->reason;
	}
	r->sample.count += f->count;
	r->sample.at_ms = s->now_ms == INT64_MIN ? 0 : s->now_ms; /* 0: before the first tick */
	reject_to_front(s, r);
	/* An entry too large to be read has no sample, but what is said of it names it. */
	if (!f->sample.n && !f->detail.n)
		return 0;
	rc = store_copy_strings(r->strings, slices, 2, err);
	if (!rc) {
		r->sample.sample = sample;
		r->sample.detail = detail;
	}
	return rc;
}

static void
free_strings(char **strings, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		mem_free(strings[i]);
}

void
store_facts_release(struct store *s)
{
	size_t i, k;

	for (i = 0; i < s->nsources; i++) {
		for (k = 0; k < s->sources[i].nstreams; k++)
			free_strings(s->sources[i].streams[k].strings, 5);
		mem_free(s->sources[i].streams);
		free_strings(s->sources[i].strings, 3);
	}
	mem_free(s->sources);
	for (i = 0; i < s->nrejects; i++)
		free_strings(s->rejects[i].strings, 2);
	mem_free(s->rejects);
	for (i = 0; i < s->ngaps; i++)
		mem_free(s->gaps[i].why);
	mem_free(s->gaps);
	free_strings(s->state_strings, 2);
	free_strings(s->recording_strings, 4);
}

/* ---- reading --------------------------------------------------------------------------------- */

size_t
store_source_count(const struct store *s)
{
	return s->nsources;
}

const struct fact_source *
store_source(const struct store *s, size_t index)
{
	return index < s->nsources ? &s->sources[index].fact : NULL;
}

size_t
store_stream_count(const struct store *s, size_t source)
{
	return source < s->nsources ? s->sources[source].nstreams : 0;
}

const struct fact_stream *
store_stream(const struct store *s, size_t source, size_t stream)
{
	return stream < store_stream_count(s, source) ? &s->sources[source].streams[stream].fact
						      : NULL;
}

size_t
store_reject_count(const struct store *s)
{
	return s->nrejects;
}

const struct reject_sample *
store_reject(const struct store *s, size_t index)
{
	size_t at = s->newest_reject;

	if (index >= s->nrejects)
		return NULL;
	while (index--)
		at = s->rejects[at].older;
	return &s->rejects[at].sample;
}

const struct fact_recording *
store_recording(const struct store *s)
{
	return &s->recording;
}

size_t
store_gap_count(const struct store *s)
{
	return s->ngaps;
}

const struct fact_gap *
store_gap(const struct store *s, size_t index)
{
	return index < s->ngaps ? &s->gaps[index].gap : NULL;
}
