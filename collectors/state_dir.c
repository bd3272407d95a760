/*
 * The list of what is kept is in memory: which models have which files, and which revision of the store's is in them.
 * Writing goes round the store's models, one at a time, because making the bytes of one takes the loop's thread a
 * millisecond or two; bringing them to the disk takes whatever it takes, elsewhere.
 */
#include "collectors/state_dir.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collectors/state_file.h"
#include "collectors/state_labels.h"
#include "collectors/url.h"
#include "core/mem.h"
#include "core/saved.h"
#include "core/slice.h"

#define NAME_CUT    40
#define STEM_BYTES  (NAME_CUT + 2 * 17 + 1)
#define FILE_BYTES  (STEM_BYTES + 16)
#define FLEET_NAME  "fleet"
#define SENTENCE    320
#define KEPT_FLEET  SIZE_MAX /* a job that is none of a model's pair */
#define KEPT_LABELS (SIZE_MAX - 1)

/* One model on one binning. */
struct kept {
	char stem[STEM_BYTES];
	char *model; /* its name */
	size_t nmodel;
	uint64_t binning;
	int64_t written_ms;
	uint64_t revision; /* of the store's that is on the disk; UINT64_MAX: none of this run */
	bool has_binning;
	bool refused; /* not to be written: a newer program's */
};

/* What one visit to the disk writes. */
struct job {
	uv_work_t work;
	struct state_dir *d;
	char name[2][FILE_BYTES];
	char *bytes[2];
	size_t n[2];
	struct err err;
	size_t kept; /* index, or KEPT_FLEET, KEPT_LABELS */
	uint64_t revision;
	int64_t written_ms;
};

struct state_dir {
	char *path;
	char *program;
	uv_loop_t *loop;
	struct sink sink;
	bool reference_only, writer;
	bool taken; /* another process has the lock */
	int lock;
	pid_t holder;
	struct kept *kept;
	size_t nkept, cap;
	unsigned interval_ms;
	int64_t due_mono_ms;
	bool begun;
	const struct store *store; /* while a round is under way */
	size_t next;		   /* model of it */
	bool writing;
	struct job job;
	uint64_t fleet; /* checksum of what is on the disk; UINT64_MAX: none of this run */
	bool fleet_refused;
	struct state_labels labels;
	int64_t labels_due_mono_ms;
	size_t failures; /* of this round */
	char trouble[SENTENCE]; /* what cannot be written now; empty: all can */
	char left_out[SENTENCE]; /* what could not be read at the start */
	size_t nleft_out;
	int64_t written_ms;
};

/* ---- saying so ------------------------------------------------------------------------------- */

static enum state_keeping
keeping(const struct state_dir *d)
{
	if (d->trouble[0])
		return STATE_FAILING;
	return d->writer ? STATE_KEEPING : STATE_READING;
}

static void
tell(const struct state_dir *d)
{
	char sentence[2 * SENTENCE + 64];
	struct fact f = {.kind = FACT_STATE};

	sentence[0] = '\0';
	if (d->holder)
		snprintf(sentence, sizeof(sentence), "process %ld keeps it: read at the start, not written",
		    (long)d->holder);
	else if (!d->writer && !d->trouble[0])
		snprintf(sentence, sizeof(sentence), "%s", d->reference_only ? "" : "another process keeps it");
	else
		snprintf(sentence, sizeof(sentence), "%s", d->trouble);
	if (d->left_out[0])
		snprintf(sentence + strlen(sentence), sizeof(sentence) - strlen(sentence), "%s%s",
		    sentence[0] ? "; " : "", d->left_out);
	if (d->nleft_out > 1)
		snprintf(sentence + strlen(sentence), sizeof(sentence) - strlen(sentence), " (and %zu more)",
		    d->nleft_out - 1);
	f.u.state.keeping = keeping(d);
	f.u.state.directory = slice_of(d->path);
	f.u.state.sentence = slice_of(sentence);
	f.u.state.written_ms = d->written_ms;
	d->sink.fact(d->sink.ctx, &f);
}

static void
leave_out(struct state_dir *d, const char *name, const struct err *why, const char *what)
{
	if (!d->nleft_out++)
		snprintf(d->left_out, sizeof(d->left_out), "%.120s %.100s: %s", name, why->msg, what);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void
stem_of(struct slice model, uint64_t binning, char *buf)
{
	size_t n = state_file_plain_name(model, buf, NAME_CUT);

	snprintf(buf + n, STEM_BYTES - n, ".%016" PRIx64 ".%016" PRIx64, slice_hash(model), binning);
}

static bool
ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);

	return n > k && strcmp(name + n - k, suffix) == 0;
}

static bool
append_source(char *buf, size_t bytes, const char *text)
{
	char part[160], plain[160];
	struct url u;
	bool kept;

	if (url_parse(&u, text, NULL))
		return false;
	kept = u.kind == URL_TCP || u.kind == URL_UNIX;
	if (u.kind == URL_TCP)
		snprintf(part, sizeof(part), "%.40s%s%.80s-%u", u.label, *u.label ? "-" : "", u.host, u.port);
	else
		snprintf(part, sizeof(part), "%.40s%s%.100s", u.label, *u.label ? "-" : "", u.path ? u.path : "");
	if (u.db)
		snprintf(part + strlen(part), sizeof(part) - strlen(part), "-db%u", u.db);
	url_release(&u);
	state_file_plain_name(slice_of(part), plain, sizeof(plain) - 1);
	snprintf(buf + strlen(buf), bytes - strlen(buf), "%s%s", *buf ? "+" : "", plain);
	return kept;
}

/* Where a name was cut or changed, two sources could come to the same one: a hash of what was meant tells which. */
char *
state_dir_endpoint(const char *const *sources, size_t n, char *buf, size_t bytes)
{
	char name[2048] = "";
	uint64_t hash = 0;
	bool exact = true;
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < n; i++) {
		struct url u;

		if (!append_source(name, sizeof(name), sources[i]) || url_parse(&u, sources[i], NULL))
			return buf;
		hash = hash * 31 + slice_hash(slice_of(u.shown));
		exact &= u.kind == URL_TCP && strspn(u.host, "abcdefghijklmnopqrstuvwxyz0123456789.") == strlen(u.host);
		url_release(&u);
	}
	if (exact && n && strlen(name) < bytes)
		snprintf(buf, bytes, "%s", name);
	else if (n)
		snprintf(buf, bytes, "%.80s-%016" PRIx64, name, hash);
	return buf;
}

/* ---- reading --------------------------------------------------------------------------------- */

static struct kept *
find_kept(struct state_dir *d, struct slice model, uint64_t binning)
{
	size_t i;

	for (i = 0; i < d->nkept; i++) {
		struct kept *k = &d->kept[i];

		if (k->binning == binning && slice_eq(slice_make(k->model, k->nmodel), model))
			return k;
	}
	return NULL;
}

static struct kept *
add_kept(struct state_dir *d, struct slice model, uint64_t binning)
{
	struct kept *grown = mem_grow(d->kept, &d->cap, d->nkept + 1, sizeof(*grown)), *k;

	if (!grown)
		return NULL;
	d->kept = grown;
	k = &grown[d->nkept];
	memset(k, 0, sizeof(*k));
	k->model = mem_dup(model.p, model.n);
	if (!k->model)
		return NULL;
	k->nmodel = model.n;
	k->binning = binning;
	k->revision = UINT64_MAX;
	stem_of(model, binning, k->stem);
	d->nkept++;
	return k;
}

/* Damaged files are put aside rather than written over: nobody knows yet what can be had from them. */
static void
put_aside(struct state_dir *d, const char *name)
{
	char bad[FILE_BYTES + 256];

	if (!d->writer || strlen(name) > 240)
		return;
	snprintf(bad, sizeof(bad), "%s.bad", name);
	state_file_rename(d->path, name, bad);
}

/* Both files of one model; what is wrong with either is said, and that model begins anew. */
static int
load_pair(struct state_dir *d, const char *name, struct slice model_file, struct err *why)
{
	struct fact f = {.kind = FACT_SAVED};
	char other[FILE_BYTES + 256], *bytes = NULL;
	struct slice binning_model;
	struct bytes_reader r;
	struct saved_head head;
	struct kept *k;
	uint64_t id;
	size_t n;
	int rc = saved_open_model(&r, model_file, &head, why);

	if (rc)
		return rc;
	snprintf(other, sizeof(other), "%.*s.binning", (int)(strlen(name) - strlen(".model")), name);
	rc = state_file_read(d->path, other, STATE_DIR_FILE_MAX, &bytes, &n, why);
	if (!rc)
		rc = saved_open_binning(slice_make(bytes, n), &binning_model, &id, why);
	if (!rc && (id != head.binning || !slice_eq(binning_model, head.model)))
		rc = err_set(why, ERR_FORMAT, "belongs to another binning");
	if (rc) {
		mem_free(bytes);
		return err_wrap(why, "its binning");
	}
	k = add_kept(d, head.model, head.binning);
	f.u.saved.binning = slice_make(bytes, n);
	f.u.saved.model = model_file;
	f.u.saved.reference_only = d->reference_only;
	if (k) {
		k->has_binning = true;
		k->written_ms = head.written_ms;
		d->sink.fact(d->sink.ctx, &f);
	}
	mem_free(bytes);
	return k ? 0 : err_nomem(why);
}

/* What a newer program has written is not written over. */
static void
refuse(struct state_dir *d, const char *name)
{
	struct kept *k = add_kept(d, slice_of(""), 0);

	if (!k)
		return;
	k->refused = true;
	snprintf(k->stem, STEM_BYTES, "%.*s", (int)(strlen(name) - strlen(".model")), name);
}

static bool
is_refused(const struct state_dir *d, const char *stem)
{
	size_t i;

	for (i = 0; i < d->nkept; i++)
		if (d->kept[i].refused && strcmp(d->kept[i].stem, stem) == 0)
			return true;
	return false;
}

static void
load_model(struct state_dir *d, const char *name)
{
	struct err why = {0};
	char *bytes = NULL;
	size_t n;
	int rc = state_file_read(d->path, name, STATE_DIR_FILE_MAX, &bytes, &n, &why);

	if (!rc)
		rc = load_pair(d, name, slice_make(bytes, n), &why);
	if (rc == ERR_UNSUPPORTED)
		refuse(d, name);
	if (rc == ERR_UNSUPPORTED)
		leave_out(d, name, &why, "left as it is, and the model begins anew");
	else if (rc)
		leave_out(d, name, &why, "the model begins anew");
	if (rc == ERR_FORMAT)
		put_aside(d, name);
	mem_free(bytes);
}

static void
load_labels(struct state_dir *d, const char *name)
{
	struct err why = {0};
	int rc = state_labels_load(&d->labels, d->path, name, STATE_DIR_FILE_MAX, &d->sink, &why);

	if (rc)
		leave_out(d, name, &why,
		    rc == ERR_UNSUPPORTED ? "left as it is, and what waits for a label begins anew"
					  : "what waits for a label begins anew");
	if (rc == ERR_FORMAT)
		put_aside(d, name);
}

static int
order_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_name(char ***names, size_t *n, size_t *cap, const char *name)
{
	char **grown = mem_grow(*names, cap, *n + 1, sizeof(char *));

	if (!grown)
		return;
	*names = grown;
	grown[*n] = mem_dup(name, strlen(name));
	*n += grown[*n] != NULL;
}

/* In the order of names, so that the same directory is always read the same way. */
static void
load_all(struct state_dir *d)
{
	DIR *dir = opendir(d->path);
	char **names = NULL;
	size_t n = 0, cap = 0, i;
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir)) != NULL) {
		if (ends_in(e->d_name, STATE_FILE_NEW) && d->writer)
			state_file_remove(d->path, e->d_name);
		else if (ends_in(e->d_name, ".model") ||
			 (ends_in(e->d_name, STATE_LABELS_SUFFIX) && !d->reference_only))
			add_name(&names, &n, &cap, e->d_name);
	}
	closedir(dir);
	if (n)
		qsort(names, n, sizeof(char *), order_names);
	for (i = 0; i < n; i++) {
		if (ends_in(names[i], STATE_LABELS_SUFFIX))
			load_labels(d, names[i]);
		else
			load_model(d, names[i]);
		mem_free(names[i]);
	}
	mem_free(names);
}

static void
load_fleet(struct state_dir *d)
{
	struct fact f = {.kind = FACT_SAVED_FLEET};
	struct bytes_reader r;
	struct err why = {0};
	char *bytes = NULL;
	size_t n;
	int rc = state_file_read(d->path, FLEET_NAME, STATE_DIR_FILE_MAX, &bytes, &n, &why);

	if (rc == ERR_NOT_FOUND)
		return;
	if (!rc)
		rc = saved_open(&r, slice_make(bytes, n), SAVED_FLEET, &why);
	f.u.saved_fleet = slice_make(bytes, n);
	if (!rc)
		d->sink.fact(d->sink.ctx, &f);
	else
		leave_out(d, FLEET_NAME, &why, "alerts begin anew");
	if (rc == ERR_FORMAT)
		put_aside(d, FLEET_NAME);
	d->fleet_refused = rc == ERR_UNSUPPORTED;
	mem_free(bytes);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void
write_job(struct job *j)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < 2 && !rc; i++)
		if (j->n[i] > STATE_DIR_FILE_MAX) /* which the next start would not read */
			rc = err_set(&j->err, ERR_LIMIT, "would be larger than %zu MiB", STATE_DIR_FILE_MAX >> 20);
		else if (j->bytes[i])
			rc = state_file_write(j->d->path, j->name[i], j->bytes[i], j->n[i], &j->err);
}

/* The oldest binnings of a model beyond those that are kept go, file by file. */
static void
forget_oldest(struct state_dir *d, const struct kept *newest)
{
	size_t i, count = 0, oldest = SIZE_MAX;

	for (i = 0; i < d->nkept; i++) {
		struct kept *k = &d->kept[i];

		if (!slice_eq(slice_make(k->model, k->nmodel), slice_make(newest->model, newest->nmodel)) || k->refused)
			continue;
		count++;
		if (k != newest && (oldest == SIZE_MAX || k->written_ms < d->kept[oldest].written_ms))
			oldest = i;
	}
	if (count > STATE_DIR_BINNINGS && oldest != SIZE_MAX) {
		char name[FILE_BYTES];

		snprintf(name, sizeof(name), "%s.model", d->kept[oldest].stem);
		state_file_remove(d->path, name);
		snprintf(name, sizeof(name), "%s.binning", d->kept[oldest].stem);
		state_file_remove(d->path, name);
		mem_free(d->kept[oldest].model);
		d->kept[oldest] = d->kept[--d->nkept];
	}
}

static void
finish_job(struct job *j)
{
	struct state_dir *d = j->d;
	size_t i;

	for (i = 0; i < 2; i++) {
		mem_free(j->bytes[i]);
		j->bytes[i] = NULL;
	}
	if (j->err.code) {
		if (j->kept == KEPT_LABELS)
			d->labels_due_mono_ms = INT64_MIN;
		if (!d->failures++)
			snprintf(d->trouble, sizeof(d->trouble), "%.100s %.150s; tried again every minute", j->name[1],
			    j->err.msg);
		return;
	}
	if (j->kept == KEPT_FLEET) {
		d->fleet = j->revision;
		return;
	}
	if (j->kept == KEPT_LABELS) {
		state_labels_written(&d->labels);
		return;
	}
	d->kept[j->kept].revision = j->revision;
	d->kept[j->kept].has_binning = true;
	d->kept[j->kept].written_ms = j->written_ms;
	forget_oldest(d, &d->kept[j->kept]);
}

/* After all models: what belongs to none, if anything has changed at all. */
static bool
prepare_fleet(struct state_dir *d, const struct store *s, int64_t wall_ms)
{
	struct job *j = &d->job;

	if (d->fleet_refused || d->next > store_model_count(s))
		return false;
	d->next = SIZE_MAX;
	memset(j, 0, sizeof(*j));
	*j = (struct job){.d = d, .kept = KEPT_FLEET, .written_ms = wall_ms};
	snprintf(j->name[1], FILE_BYTES, "%s", FLEET_NAME);
	if (saved_write_fleet(s, d->program, &j->bytes[1], &j->n[1], NULL))
		return false;
	j->revision = bytes_crc32c(0, j->bytes[1], j->n[1]);
	if (d->fleet != j->revision)
		return true;
	mem_free(j->bytes[1]);
	j->bytes[1] = NULL;
	return false;
}

/* Last, because it is the most and can best be done without. */
static bool
prepare_labels(struct state_dir *d, const struct store *s, int64_t wall_ms)
{
	struct job *j = &d->job;
	const char *name;
	char *bytes;
	size_t n;

	if (!state_labels_next(&d->labels, s, d->program, wall_ms, &name, &bytes, &n))
		return false;
	memset(j, 0, sizeof(*j));
	*j = (struct job){.d = d, .kept = KEPT_LABELS, .written_ms = wall_ms};
	snprintf(j->name[1], FILE_BYTES, "%s", name);
	j->bytes[1] = bytes;
	j->n[1] = n;
	return true;
}

/* The next model that has changed since it was written, then the rest; false: there is none. */
static bool
prepare(struct state_dir *d, const struct store *s, int64_t wall_ms)
{
	struct job *j = &d->job;

	for (; d->next < store_model_count(s); d->next++) {
		struct slice name = store_model_name(s, d->next);
		uint64_t binning, revision = saved_revision(s, d->next, &binning);
		struct kept *k = binning ? find_kept(d, name, binning) : NULL;

		if (!binning || (k && k->revision == revision))
			continue;
		if (!k)
			k = add_kept(d, name, binning);
		if (!k || is_refused(d, k->stem))
			continue;
		memset(j, 0, sizeof(*j));
		*j = (struct job){.d = d, .kept = (size_t)(k - d->kept), .revision = revision, .written_ms = wall_ms};
		snprintf(j->name[0], FILE_BYTES, "%s.binning", k->stem);
		snprintf(j->name[1], FILE_BYTES, "%s.model", k->stem);
		if (!k->has_binning && saved_write_binning(s, d->next, &j->bytes[0], &j->n[0], NULL))
			continue; /* without memory now, perhaps with it in a minute */
		if (saved_write_model(s, d->next, d->program, wall_ms, &j->bytes[1], &j->n[1], NULL)) {
			mem_free(j->bytes[0]);
			continue;
		}
		d->next++;
		return true;
	}
	return prepare_fleet(d, s, wall_ms) || prepare_labels(d, s, wall_ms);
}

static void
end_round(struct state_dir *d, int64_t wall_ms)
{
	if (!d->failures)
		d->trouble[0] = '\0';
	if (!d->failures)
		d->written_ms = wall_ms;
	d->store = NULL;
	tell(d);
}

static void
on_work(uv_work_t *w)
{
	write_job(w->data);
}

static void next_job(struct state_dir *d, int64_t wall_ms);

static void
on_worked(uv_work_t *w, int status)
{
	struct job *j = w->data;
	struct state_dir *d = j->d;

	d->writing = false;
	if (status)
		err_set(&j->err, ERR_IO, "cannot be written: %s", uv_strerror(status));
	finish_job(j);
	if (d->store)
		next_job(d, j->written_ms);
}

static void
next_job(struct state_dir *d, int64_t wall_ms)
{
	int rc;

	if (!prepare(d, d->store, wall_ms)) {
		end_round(d, wall_ms);
		return;
	}
	d->job.work.data = &d->job;
	rc = uv_queue_work(d->loop, &d->job.work, on_work, on_worked);
	d->writing = rc == 0;
	if (rc) {
		err_set(&d->job.err, ERR_IO, "cannot be written: %s", uv_strerror(rc));
		finish_job(&d->job);
		end_round(d, wall_ms);
	}
}

void
state_dir_tick(struct state_dir *d, const struct store *s, int64_t mono_ms, int64_t wall_ms)
{
	if (!d || !d->writer || d->store || d->writing)
		return;
	if (!d->begun) {
		d->begun = true;
		d->due_mono_ms = mono_ms + d->interval_ms;
		d->labels_due_mono_ms = mono_ms + (int64_t)d->interval_ms * STATE_DIR_LABELS_ROUNDS;
	}
	if (mono_ms < d->due_mono_ms)
		return;
	d->due_mono_ms = mono_ms + d->interval_ms;
	d->store = s;
	d->next = d->failures = 0;
	d->labels.next = SIZE_MAX;
	if (mono_ms >= d->labels_due_mono_ms) {
		state_labels_begin(&d->labels);
		d->labels_due_mono_ms = mono_ms + (int64_t)d->interval_ms * STATE_DIR_LABELS_ROUNDS;
	}
	next_job(d, wall_ms);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void
take_lock(struct state_dir *d)
{
	struct err err = {0};
	int rc = state_file_mkdir(d->path, &err);

	if (!rc)
		rc = state_file_lock(d->path, &d->lock, &d->holder, &err);
	d->writer = !rc;
	d->taken = rc == ERR_LIMIT;
	if (rc && rc != ERR_LIMIT)
		snprintf(d->trouble, sizeof(d->trouble), "%.200s; nothing is kept", err.msg);
}

static void
release(struct state_dir *d)
{
	size_t i;

	if (d->lock >= 0)
		state_file_unlock(d->lock);
	for (i = 0; i < d->nkept; i++)
		mem_free(d->kept[i].model);
	mem_free(d->kept);
	state_labels_release(&d->labels);
	mem_free(d->program);
	mem_free(d->path);
	mem_free(d);
}

int
state_dir_open(struct state_dir **out, uv_loop_t *loop, const struct state_dir_options *options,
    const struct sink *sink, struct err *err)
{
	struct state_dir *d = mem_calloc(1, sizeof(*d));

	if (!d)
		return err_nomem(err);
	d->lock = -1;
	d->fleet = UINT64_MAX;
	d->path = mem_dup(options->path, strlen(options->path));
	d->program = mem_dup(options->program, strlen(options->program));
	if (!d->path || !d->program) {
		release(d);
		return err_nomem(err);
	}
	d->loop = loop;
	d->sink = *sink;
	d->reference_only = options->reference_only;
	d->interval_ms = options->interval_ms ? options->interval_ms : STATE_DIR_INTERVAL_MS;
	if (!d->reference_only)
		take_lock(d);
	load_all(d);
	if (!d->reference_only && !d->trouble[0])
		load_fleet(d);
	tell(d);
	*out = d;
	return 0;
}

bool
state_dir_is_writer(const struct state_dir *d)
{
	return d && d->writer;
}

bool
state_dir_is_taken(const struct state_dir *d)
{
	return d && d->taken;
}

void
state_dir_close(struct state_dir *d, const struct store *s, int64_t wall_ms)
{
	uint64_t began;

	if (!d)
		return;
	d->store = NULL;
	while (d->writing)
		uv_run(d->loop, UV_RUN_ONCE);
	began = uv_hrtime();
	d->next = d->failures = 0;
	state_labels_begin(&d->labels);
	while (d->writer && s && (uv_hrtime() - began) / 1000000 < STATE_DIR_CLOSE_MS && prepare(d, s, wall_ms)) {
		write_job(&d->job);
		finish_job(&d->job);
	}
	release(d);
}
