#include "collectors/state_labels.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collectors/state_file.h"
#include "core/mem.h"
#include "core/saved.h"

#define NAME_CUT   40
#define NAME_BYTES (NAME_CUT + 17 + sizeof(STATE_LABELS_SUFFIX))

struct state_labels_file {
	char name[NAME_BYTES];
	uint64_t revision; /* of the store's that is on the disk; 0: none of this run */
	bool refused;	   /* not to be written: a newer program's */
};

void
state_labels_release(struct state_labels *l)
{
	mem_free(l->files);
	memset(l, 0, sizeof(*l));
}

/* The file of that name, made where it is new; NULL: no memory. */
static struct state_labels_file *
get(struct state_labels *l, const char *name)
{
	struct state_labels_file *grown;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->files[i].name, name) == 0)
			return &l->files[i];
	grown = mem_grow(l->files, &l->cap, l->n + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	l->files = grown;
	memset(&grown[l->n], 0, sizeof(*grown));
	snprintf(grown[l->n].name, NAME_BYTES, "%s", name);
	return &grown[l->n++];
}

int
state_labels_load(
    struct state_labels *l, const char *dir, const char *name, size_t max, const struct sink *sink, struct err *err)
{
	struct fact f = {.kind = FACT_SAVED_LABELS};
	struct state_labels_file *file;
	struct bytes_reader r;
	struct saved_head head;
	char *bytes = NULL;
	size_t n;
	int rc = state_file_read(dir, name, max, &bytes, &n, err);

	if (!rc)
		rc = saved_open_labels(&r, slice_make(bytes, n), &head, err);
	f.u.saved_labels = slice_make(bytes, n);
	if (!rc)
		sink->fact(sink->ctx, &f);
	if (rc == ERR_UNSUPPORTED) {
		file = get(l, name);
		if (file)
			file->refused = true;
	}
	mem_free(bytes);
	return rc;
}

void
state_labels_begin(struct state_labels *l)
{
	l->next = 0;
}

static void
name_of(struct slice model, char *buf)
{
	size_t n = state_file_plain_name(model, buf, NAME_CUT);

	snprintf(buf + n, NAME_BYTES - n, ".%016" PRIx64 STATE_LABELS_SUFFIX, slice_hash(model));
}

bool
state_labels_next(struct state_labels *l, const struct store *s, const char *program, int64_t wall_ms,
    const char **name, char **bytes, size_t *n)
{
	while (l->next < store_model_count(s)) {
		size_t model = l->next++;
		uint64_t revision = saved_labels_revision(s, model);
		struct state_labels_file *f;
		char buf[NAME_BYTES];

		if (!revision)
			continue;
		name_of(store_model_name(s, model), buf);
		f = get(l, buf);
		if (!f || f->refused || f->revision == revision)
			continue;
		if (saved_write_labels(s, model, program, wall_ms, bytes, n, NULL))
			continue; /* without memory now, perhaps with it the next time */
		l->current = (size_t)(f - l->files);
		l->revision = revision;
		*name = f->name;
		return true;
	}
	l->next = SIZE_MAX;
	return false;
}

void
state_labels_written(struct state_labels *l)
{
	l->files[l->current].revision = l->revision;
}
