#include "tui/list.h"

#include <string.h>

#include "core/mem.h"

/* Where an id stood before, for rows that must keep their places. */
struct place {
	uint64_t id;
	size_t at;
};

struct sorter {
	const struct list_rows *rows;
	const struct place *before; /* by id; NULL: not held */
	size_t nbefore;
};

void
list_release(struct list *l)
{
	mem_free(l->order);
	mem_free(l->ids);
	*l = (struct list){0};
}

static size_t
place_before(const struct sorter *s, size_t row)
{
	uint64_t id = s->rows->id(s->rows->ctx, row);
	size_t from = 0, to = s->nbefore;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (s->before[mid].id < id)
			from = mid + 1;
		else
			to = mid;
	}
	return from < s->nbefore && s->before[from].id == id ? s->before[from].at : LIST_NONE;
}

static int
sorter_compare(const struct sorter *s, size_t a, size_t b)
{
	if (s->before) {
		size_t x = place_before(s, a), y = place_before(s, b);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return s->rows->compare ? s->rows->compare(s->rows->ctx, a, b) : 0;
}

/* A merge sort from below: stable, with a context, and the same everywhere, none of which qsort is. */
static void
sort_order(const struct sorter *s, size_t *order, size_t *spare, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t from = 0; from < n; from += 2 * width) {
			size_t mid = from + width < n ? from + width : n;
			size_t to = mid + width < n ? mid + width : n;
			size_t a = from, b = mid;

			for (size_t i = from; i < to; i++) {
				bool left = a < mid && (b >= to || sorter_compare(s, order[a], order[b]) <= 0);

				spare[i] = left ? order[a++] : order[b++];
			}
		}
		memcpy(order, spare, n * sizeof *order);
	}
}

static void
sort_places(struct place *p, size_t n)
{
	/* Shell sort: no memory, fast enough for some thousands. */
	for (size_t gap = n / 2; gap > 0; gap /= 2)
		for (size_t i = gap; i < n; i++) {
			struct place x = p[i];
			size_t k = i;

			for (; k >= gap && p[k - gap].id > x.id; k -= gap)
				p[k] = p[k - gap];
			p[k] = x;
		}
}

static struct place *
places_before(const struct list *l)
{
	struct place *p = l->n ? mem_calloc(l->n, sizeof *p) : NULL;

	if (!p)
		return NULL;
	for (size_t i = 0; i < l->n; i++)
		p[i] = (struct place){l->ids[i], i};
	sort_places(p, l->n);
	return p;
}

static bool
list_reserve(struct list *l, size_t n)
{
	size_t cap = l->cap;
	size_t *order;
	uint64_t *ids;

	if (n <= l->cap)
		return true;
	while (cap < n)
		cap = cap ? cap * 2 : 16;
	order = mem_realloc_array(l->order, cap, sizeof *order);
	if (!order)
		return false;
	l->order = order;
	ids = mem_realloc_array(l->ids, cap, sizeof *ids);
	if (!ids)
		return false;
	l->ids = ids;
	l->cap = cap;
	return true;
}

/* After the order has changed: the cursor goes where its item went, or stays at its place if the item is gone. */
static void
list_stick(struct list *l)
{
	size_t at = l->selected;

	if (l->n == 0) {
		l->selected = LIST_NONE;
		return;
	}
	if (!l->moved)
		at = 0;
	else
		for (size_t i = 0; i < l->n; i++)
			if (l->ids[i] == l->selected_id) {
				at = i;
				break;
			}
	if (at >= l->n)
		at = at == LIST_NONE ? 0 : l->n - 1;
	l->selected = at;
	l->selected_id = l->ids[at];
}

void
list_update(struct list *l, const struct list_rows *rows, bool hold)
{
	struct place *before = hold ? places_before(l) : NULL;
	struct sorter s = {rows, before, before ? l->n : 0};
	size_t *spare;

	l->n = 0;
	for (size_t i = 0; i < rows->n; i++) {
		if (rows->keep && !rows->keep(rows->ctx, i))
			continue;
		if (!list_reserve(l, l->n + 1))
			break;
		l->order[l->n++] = i;
	}
	spare = l->n > 1 && (rows->compare || before) ? mem_calloc(l->n, sizeof *spare) : NULL;
	if (spare)
		sort_order(&s, l->order, spare, l->n);
	mem_free(spare);
	mem_free(before);
	for (size_t i = 0; i < l->n; i++)
		l->ids[i] = rows->id(rows->ctx, l->order[i]);
	list_stick(l);
}

size_t
list_row(const struct list *l)
{
	return l->selected < l->n ? l->order[l->selected] : LIST_NONE;
}

void
list_select(struct list *l, size_t place)
{
	if (l->n == 0)
		return;
	l->selected = place < l->n ? place : l->n - 1;
	l->selected_id = l->ids[l->selected];
	l->moved = true;
}

void
list_move(struct list *l, ptrdiff_t by)
{
	size_t at = l->selected < l->n ? l->selected : 0;

	if (by < 0)
		at = (size_t)-by > at ? 0 : at - (size_t)-by;
	else
		at = (size_t)by > l->n ? l->n : at + (size_t)by;
	list_select(l, at);
}

bool
list_seek(struct list *l, bool forward, bool (*hit)(const void *ctx, size_t row), const void *ctx)
{
	for (size_t step = 1; step <= l->n; step++) {
		size_t at = (l->selected + (forward ? step : l->n - step % l->n)) % l->n;

		if (hit(ctx, l->order[at])) {
			list_select(l, at);
			return true;
		}
	}
	return false;
}
