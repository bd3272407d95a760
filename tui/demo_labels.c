#include "tui/demo_labels.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

#define LABEL_BYTES 64
#define HELD_FIRST 1024

struct demo_truth {
	double due_s;
	uint64_t event;
	char label[LABEL_BYTES]; /* as JSON */
};

void
demo_labels_release(struct demo_labels *l)
{
	mem_free(l->held);
	memset(l, 0, sizeof(*l));
}

static int
room(struct demo_labels *l, struct err *err)
{
	size_t cap = l->cap ? l->cap * 2 : HELD_FIRST, i;
	struct demo_truth *held;

	if (l->count < l->cap)
		return 0;
	held = mem_calloc(cap, sizeof(*held));
	if (!held)
		return err_nomem(err);
	for (i = 0; i < l->count; i++)
		held[i] = l->held[(l->first + i) % l->cap];
	mem_free(l->held);
	l->held = held;
	l->cap = cap;
	l->first = 0;
	return 0;
}

/* Where the text begins that `mark` leads to, in a line of n bytes; NULL: nowhere. */
static char *
find_after(char *line, size_t n, const char *mark)
{
	size_t length = strlen(mark), i;

	for (i = 0; i + length <= n; i++)
		if (memcmp(line + i, mark, length) == 0)
			return line + i + length;
	return NULL;
}

static void
replace(char *line, size_t *n, char *from, size_t was, const char *by, size_t is)
{
	memmove(from + is, from + was, *n - (size_t)(from - line) - was);
	memcpy(from, by, is);
	*n = *n - was + is;
}

/* The example's lines end with their label: `,"label":"none"}`. */
int
demo_labels_hold(struct demo_labels *l, char *line, size_t *n, double at_s, bool keep, struct err *err)
{
	static const char mark[] = ",\"label\":";
	char *label = find_after(line, *n, mark), *id = find_after(line, *n, "\"id\":\""), *end;
	size_t length = label ? *n - (size_t)(label - line) - 1 : 0;
	struct demo_truth *truth;
	char name[24];
	int rc = room(l, err);

	if (rc || !label || !id || length >= LABEL_BYTES)
		return rc;
	snprintf(name, sizeof(name), "live-%07llu", (unsigned long long)++l->events);
	if (keep) {
		truth = &l->held[(l->first + l->count++) % l->cap];
		*truth = (struct demo_truth){.due_s = at_s + DEMO_LABELS_DELAY_S, .event = l->events};
		memcpy(truth->label, label, length);
	}
	replace(line, n, label - strlen(mark), strlen(mark) + length, "", 0);
	end = memchr(id, '"', *n - (size_t)(id - line));
	if (end && (size_t)(end - id) >= strlen(name))
		replace(line, n, id, (size_t)(end - id), name, strlen(name));
	return 0;
}

size_t
demo_labels_next(struct demo_labels *l, double now_s, int64_t start_ms, char *buf, double *at_s)
{
	const struct demo_truth *t = l->count ? &l->held[l->first] : NULL;
	int n;

	if (!t || t->due_s > now_s)
		return 0;
	*at_s = t->due_s;
	n = snprintf(buf, DEMO_LABELS_LINE_BYTES,
	    "{\"ts\":%lld,\"id\":\"live-%07llu\",\"model\":\"" DEMO_LABELS_MODEL "\",\"label\":%s}",
	    (long long)(start_ms + (int64_t)floor(t->due_s * 1000.0)), (unsigned long long)t->event, t->label);
	l->first = (l->first + 1) % l->cap;
	l->count--;
	return (size_t)n;
}
