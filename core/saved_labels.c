/*
 * What waits for a label outlives the process: the entries of core/labels.h, with the names of classes and versions
 * that they are numbered by. It does not depend on a baseline, so a model that still learns has it, too, and another
 * binning or another positive class changes nothing: classes are kept by their names. Ids are kept as their hashes.
 *
 *   program, model, written (wall clock), whether there are labels at all, halvings, names of classes, names of
 *   versions, since when the newest of them is compared, number of entries, entries by rising slice
 *
 *   entry: how many slices behind the entry before (of the first: which one), hash of the id (eight bytes), what it
 *   has; of a prediction: time less the slice's, class, score and one (0: none), version, versions known then;
 *   of a label: time less the slice's, class
 *   class: 0 none; 1, 2: a number, a text without an index, eight bytes; 3 and 4 plus twice the index: with one
 *
 * At the model's first sight all is told again as if its events were read: so they count in the hours they belong to,
 * and the figures are those of a run that never ended. What had been counted and has no entry (expired predictions,
 * duplicates, repeated ids, pairs without an id) is not told again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "core/pane.h"
#include "core/saved.h"
#include "core/store_impl.h"

#define TIME_MAX (INT64_C(1) << 52) /* ms, either side of 1970 */
#define NAMED_MAX 9007199254740992.0 /* 2^53: numbers below that are found again by the digits of their class */

enum { KEPT_PREDICTION = 1, KEPT_LABEL = 2, KEPT_OWN = 4, KEPT_ALL = 7 };

struct saved_labels {
	char *file;
	struct slice bytes, model; /* both within file */
};

/* ---- writing --------------------------------------------------------------------------------- */

struct writer {
	struct bytes b;
	size_t classes;
	int64_t slice;
	bool first;
};

static void
put_fixed64(struct bytes *to, uint64_t v)
{
	char eight[8];
	int i;

	for (i = 0; i < 8; i++)
		eight[i] = (char)(v >> 8 * i);
	bytes_put(to, eight, sizeof(eight));
}

static void
put_truth(struct writer *w, struct truth t)
{
	unsigned kind = t.kind == TRUTH_NONE ? 0 : t.kind == TRUTH_NUMBER ? 1 : 2;

	if (kind && t.cls < w->classes && (kind == 2 || fabs(truth_number(t)) < NAMED_MAX)) {
		bytes_put_uint(&w->b, 2 + kind + 2 * (uint64_t)t.cls);
		return;
	}
	bytes_put_uint(&w->b, kind);
	if (kind)
		put_fixed64(&w->b, t.bits);
}

static void
put_entry(void *ctx, const struct labels_kept *k)
{
	struct writer *w = ctx;
	int64_t slice_ms = k->slice * LABELS_SLICE_MS;

	if (w->first)
		bytes_put_int(&w->b, k->slice);
	else
		bytes_put_uint(&w->b, (uint64_t)(k->slice - w->slice));
	w->first = false;
	w->slice = k->slice;
	put_fixed64(&w->b, k->id);
	bytes_put_uint(&w->b, (k->predicted ? KEPT_PREDICTION : 0) | (k->labelled ? KEPT_LABEL : 0) |
				  (k->own_label ? KEPT_OWN : 0));
	if (k->predicted) {
		bytes_put_int(&w->b, k->pair.ts_ms - slice_ms);
		put_truth(w, k->pair.prediction);
		bytes_put_uint(&w->b, k->pair.score == LABELS_NO_SCORE ? 0 : k->pair.score + 1);
		bytes_put_uint(&w->b, k->pair.version);
		bytes_put_uint(&w->b, k->pair.known);
	}
	if (k->labelled) {
		bytes_put_int(&w->b, k->pair.label_ms - slice_ms);
		put_truth(w, k->pair.label);
	}
}

static void
put_names(struct bytes *to, const struct names *n)
{
	size_t i;

	bytes_put_uint(to, n->count);
	for (i = 0; i < n->count; i++)
		bytes_put_text(to, names_at(n, i));
}

int
saved_write_labels(const struct store *s, size_t model, const char *program, int64_t written_ms, char **file,
    size_t *n, struct err *err)
{
	const struct model *m = store_model(s, model);
	struct slice by = slice_of(program);
	struct writer w = {.first = true};

	if (!m || !m->labels.changes)
		return err_set(err, ERR_NOT_FOUND, "nothing ever waited for a label");
	by.n = by.n < SAVED_PROGRAM_BYTES ? by.n : SAVED_PROGRAM_BYTES;
	w.classes = m->classes.names.count;
	saved_begin(&w.b, SAVED_LABELS);
	bytes_put_text(&w.b, by);
	bytes_put_text(&w.b, m->name);
	bytes_put_int(&w.b, written_ms);
	bytes_put_uint(&w.b, s->labels.limit == s->label_bytes);
	bytes_put_uint(&w.b, m->labels.halvings);
	put_names(&w.b, &m->classes.names);
	put_names(&w.b, &m->label_versions);
	bytes_put_int(&w.b, m->label_versions_ms);
	bytes_put_uint(&w.b, m->labels.count);
	labels_visit(&m->labels, put_entry, &w);
	saved_end(&w.b);
	*file = bytes_take(&w.b, n, err);
	return *file ? 0 : ERR_NOMEM;
}

uint64_t
saved_labels_revision(const struct store *s, size_t model)
{
	const struct model *m = store_model(s, model);

	return m ? m->labels.changes : 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
	struct store *s;
	struct model *m;
	struct bytes_reader r;
	struct names classes;
	struct truth truths[LIMIT_CLASSES][2]; /* as a number, as a text; none: not looked up yet */
	uint8_t version[QUALITY_VERSIONS + 1]; /* here, by its number there */
	bool versions_kept; /* all of them, in their order */
	int64_t slice;
	bool first;
};

static int
damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "what waits for a label is damaged");
}

int
saved_open_labels(struct bytes_reader *r, struct slice file, struct saved_head *head, struct err *err)
{
	int rc = saved_open(r, file, SAVED_LABELS, err);

	if (rc)
		return rc;
	head->program = bytes_get_text(r, SAVED_PROGRAM_BYTES);
	head->model = bytes_get_text(r, LIMIT_NAME_BYTES);
	head->binning = 0;
	head->written_ms = bytes_get_int(r);
	return r->failed ? damaged(err) : 0;
}

static uint64_t
get_fixed64(struct bytes_reader *r)
{
	uint64_t low = bytes_get_fixed32(r);

	return low | (uint64_t)bytes_get_fixed32(r) << 32;
}

/* As it was when the class was seen first: "7" as a number, or, of more digits than a number has, as a text. */
static struct truth
look_up(struct reader *in, unsigned cls, bool text)
{
	struct truth *t = &in->truths[cls][text];
	struct slice name = names_at(&in->classes, cls);
	struct value v = {VALUE_TEXT, 0, name};
	char digits[24];

	if (t->kind != TRUTH_NONE)
		return *t;
	if (!text) {
		snprintf(digits, sizeof(digits), "%.*s", (int)(name.n < 20 ? name.n : 20), name.p);
		v = (struct value){VALUE_NUMBER, strtod(digits, NULL), slice_make(NULL, 0)};
	}
	*t = classes_truth(&in->m->classes, &v);
	return *t;
}

static struct truth
get_truth(struct reader *in)
{
	uint64_t code = bytes_get_uint(&in->r, 2 + 2 * in->classes.count);
	struct truth t = {0, TRUTH_NONE, CLASS_OTHER};

	if (!code)
		return t;
	if (code > 2)
		return look_up(in, (unsigned)(code - 3) / 2, (code - 3) % 2);
	t.kind = code == 1 ? TRUTH_NUMBER : TRUTH_TEXT;
	t.bits = get_fixed64(&in->r);
	return t;
}

static int64_t
get_time(struct reader *in)
{
	int64_t ms = bytes_get_int(&in->r);

	in->r.failed |= ms < -TIME_MAX || ms > TIME_MAX;
	return in->r.failed ? 0 : in->slice * LABELS_SLICE_MS + ms;
}

static int
get_entry(struct reader *in, struct labels_kept *k, struct err *err)
{
	uint64_t has, score;
	int64_t by = in->first ? bytes_get_int(&in->r) : (int64_t)bytes_get_uint(&in->r, TIME_MAX / LABELS_SLICE_MS);

	in->r.failed |= by < -TIME_MAX / LABELS_SLICE_MS || by > TIME_MAX / LABELS_SLICE_MS - in->slice;
	if (in->r.failed)
		return damaged(err);
	in->first = false;
	in->slice += by;
	memset(k, 0, sizeof(*k));
	k->slice = in->slice;
	k->id = get_fixed64(&in->r);
	has = bytes_get_uint(&in->r, KEPT_ALL);
	k->predicted = has & KEPT_PREDICTION;
	k->labelled = has & KEPT_LABEL;
	k->own_label = has == KEPT_ALL;
	k->pair.score = LABELS_NO_SCORE;
	if (k->predicted) {
		k->pair.ts_ms = get_time(in);
		k->pair.prediction = get_truth(in);
		score = bytes_get_uint(&in->r, LABELS_SCORE_ONE + 1);
		k->pair.score = score ? (uint32_t)score - 1 : LABELS_NO_SCORE;
		k->pair.version = in->version[bytes_get_uint(&in->r, QUALITY_VERSIONS)];
		k->pair.known = (uint8_t)bytes_get_uint(&in->r, UINT8_MAX);
		k->pair.known = in->versions_kept ? k->pair.known : 0;
	}
	if (k->labelled) {
		k->pair.label_ms = get_time(in);
		k->pair.label = get_truth(in);
	}
	return in->r.failed || !(k->predicted || k->labelled) ? damaged(err) : 0;
}

/* Classes get the same numbers as far as the model has none of its own yet. */
static int
get_classes(struct reader *in, struct err *err)
{
	size_t n = bytes_get_count(&in->r, LIMIT_CLASSES), i, at;
	struct names *own = &in->m->classes.names;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct slice name = bytes_get_text(&in->r, SIZE_MAX);

		rc = in->r.failed ? damaged(err) : names_add(&in->classes, name, &at, err);
		if (!rc && at != i)
			rc = damaged(err);
		if (!rc && (own->count < LIMIT_CLASSES || names_find(own, name) != NAMES_NONE))
			rc = names_add(own, name, &at, err);
	}
	return rc;
}

/* A model that has none yet gets them all, so that what two of them have since the newest came is of the same time. */
static int
get_versions(struct reader *in, struct err *err)
{
	struct names *own = &in->m->label_versions;
	size_t n = bytes_get_count(&in->r, QUALITY_VERSIONS), i, at;
	struct delta_model *md;
	int64_t since_ms;
	int rc = 0;

	in->versions_kept = !own->count;
	memset(in->version, QUALITY_VERSIONS, sizeof(in->version));
	for (i = 0; i < n && !rc; i++) {
		struct slice name = bytes_get_text(&in->r, SIZE_MAX);

		if (in->r.failed)
			return damaged(err);
		at = names_find(own, name);
		if (at == NAMES_NONE && in->versions_kept)
			rc = names_add(own, name, &at, err);
		in->version[i] = (uint8_t)(at == NAMES_NONE ? QUALITY_VERSIONS : at);
	}
	since_ms = bytes_get_int(&in->r);
	if (rc || in->r.failed)
		return rc ? rc : damaged(err);
	if (!in->versions_kept || !n)
		return 0;
	in->m->label_versions_ms = since_ms;
	if (n == 1)
		return 0;
	rc = delta_model(&in->s->delta, in->m->index, &md, err);
	if (!rc)
		rc = quality_delta_versions(&md->quality, (unsigned)n, err);
	if (!rc)
		md->touched = true;
	return rc;
}

static int
restore(struct reader *in, struct slice file, struct err *err)
{
	struct labels_kept k;
	struct saved_head head;
	unsigned halvings;
	bool labelled;
	size_t n, i;
	int rc = saved_open_labels(&in->r, file, &head, err);

	if (rc)
		return rc;
	labelled = bytes_get_bool(&in->r);
	halvings = (unsigned)bytes_get_uint(&in->r, LABELS_HALVINGS_MAX);
	rc = get_classes(in, err);
	if (!rc)
		rc = get_versions(in, err);
	if (rc)
		return rc;
	n = bytes_get_count(&in->r, UINT32_MAX);
	if (labelled)
		in->s->labels.limit = in->s->label_bytes;
	if (n)
		rc = labels_halve(&in->m->labels, &in->s->labels, halvings, err);
	for (i = 0; i < n && !rc; i++) {
		rc = get_entry(in, &k, err);
		if (!rc)
			rc = labels_restore(&in->m->labels, &in->s->labels, &k, err);
	}
	return rc ? rc : bytes_at_end(&in->r) ? 0 : damaged(err);
}

static void
take(struct store *s, struct model *m, const struct saved_labels *file)
{
	struct reader in = {.s = s, .m = m, .first = true};
	struct err err = {0};
	int rc;

	names_init(&in.classes);
	rc = restore(&in, file->bytes, &err);
	names_release(&in.classes);
	m->moved = true;
	s->generation++;
	if (rc)
		store_saved_complain(s, m->name, &err);
}

static void
forget(struct store *s, size_t i)
{
	s->saved_labels_bytes -= s->saved_labels[i].bytes.n;
	mem_free(s->saved_labels[i].file);
	s->saved_labels[i] = s->saved_labels[--s->nsaved_labels];
}

/* What could not be put back for want of memory is lost: the model goes on with the rest. */
void
store_labels_meet(struct store *s, struct model *m)
{
	size_t i;

	for (i = 0; i < s->nsaved_labels; i++) {
		if (!slice_eq(s->saved_labels[i].model, m->name))
			continue;
		take(s, m, &s->saved_labels[i]);
		forget(s, i);
		return;
	}
}

int
store_apply_labels(struct store *s, struct slice file, struct err *err)
{
	struct saved_labels *grown, *f;
	struct bytes_reader r;
	struct saved_head head;
	size_t index;
	int rc = saved_open_labels(&r, file, &head, err);

	if (rc)
		return rc;
	if (file.n > LIMIT_LABEL_BYTES - s->saved_labels_bytes) {
		struct err why = {0};

		rc = err_set(&why, ERR_LIMIT, "of all models, more waits for a label than there is room for");
		store_saved_complain(s, head.model, &why);
		return err_set(err, rc, "%s", why.msg);
	}
	grown = mem_grow(s->saved_labels, &s->saved_labels_cap, s->nsaved_labels + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	s->saved_labels = grown;
	f = &grown[s->nsaved_labels];
	f->file = mem_dup(file.p, file.n);
	if (!f->file)
		return err_nomem(err);
	f->bytes = slice_make(f->file, file.n);
	f->model = slice_make(f->file + (head.model.p - file.p), head.model.n);
	s->nsaved_labels++;
	s->saved_labels_bytes += file.n;
	index = names_find(&s->model_names, f->model);
	if (index != NAMES_NONE)
		store_labels_meet(s, s->models[index]);
	return 0;
}

void
store_labels_release(struct store *s)
{
	while (s->nsaved_labels)
		forget(s, s->nsaved_labels - 1);
	mem_free(s->saved_labels);
}
