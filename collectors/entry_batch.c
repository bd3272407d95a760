#include "collectors/entry_batch.h"

#include "core/mem.h"

/* What stands before an entry's strings; copied in and out, since the buffer is not aligned. */
struct entry_header {
	uint64_t ms, seq;
	uint32_t stream, strings;
};

/* A buffer that a burst has blown up is given back once it is empty. */
#define BATCH_KEEP_BYTES ((size_t)16 << 20)

void
entry_batch_release(struct entry_batch *b)
{
	mem_free(b->p);
	mem_free(b->pairs);
	memset(b, 0, sizeof(*b));
}

bool
entry_batch_make_room(struct entry_batch *b, size_t bytes)
{
	char *grown = mem_grow(b->p, &b->cap, b->open + bytes, 1);

	if (!grown)
		return false;
	b->p = grown;
	return true;
}

static void
batch_rewind(struct entry_batch *b)
{
	b->head = b->tail = b->open = 0;
	if (b->cap > BATCH_KEEP_BYTES) {
		mem_free(b->p);
		b->p = NULL;
		b->cap = 0;
	}
}

bool
entry_batch_begin(struct entry_batch *b)
{
	b->strings = 0;
	if (b->head == b->tail) {
		batch_rewind(b);
	} else if (b->head > b->cap / 2) {
		memmove(b->p, b->p + b->head, b->tail - b->head);
		b->tail -= b->head;
		b->head = 0;
	}
	b->open = b->tail;
	if (b->cap - b->open < sizeof(struct entry_header) && !entry_batch_make_room(b, sizeof(struct entry_header)))
		return false;
	b->open += sizeof(struct entry_header);
	return true;
}

void
entry_batch_commit(struct entry_batch *b, uint32_t stream, uint64_t ms, uint64_t seq)
{
	struct entry_header h = {.ms = ms, .seq = seq, .stream = stream, .strings = b->strings};

	memcpy(b->p + b->tail, &h, sizeof(h));
	b->tail = b->open;
}

void
entry_batch_abandon(struct entry_batch *b)
{
	b->open = b->tail;
}

static size_t
string_at(const char *p, struct slice *out)
{
	uint32_t len;

	memcpy(&len, p, sizeof(len));
	*out = slice_make(p + sizeof(len), len);
	return sizeof(len) + len;
}

/* Jumps over the strings of an entry for which there is no memory. */
static size_t
skip_strings(const char *p, uint32_t strings)
{
	const char *at = p;
	struct slice s;

	while (strings-- > 0)
		at += string_at(at, &s);
	return (size_t)(at - p);
}

bool
entry_batch_first(const struct entry_batch *b, uint64_t *ms, uint64_t *seq)
{
	struct entry_header h;

	if (b->head == b->tail)
		return false;
	memcpy(&h, b->p + b->head, sizeof(h));
	*ms = h.ms;
	*seq = h.seq;
	return true;
}

bool
entry_batch_take(struct entry_batch *b, struct batch_entry *out)
{
	struct entry_header h;
	struct pair *pairs;
	const char *at;
	size_t i;

	if (b->head == b->tail)
		return false;
	memcpy(&h, b->p + b->head, sizeof(h));
	at = b->p + b->head + sizeof(h);
	*out = (struct batch_entry){.ms = h.ms, .seq = h.seq, .stream = h.stream};
	pairs = mem_grow(b->pairs, &b->pairs_cap, h.strings / 2, sizeof(*pairs));
	if (!pairs) {
		out->dropped = true;
		b->head += sizeof(h) + skip_strings(at, h.strings);
		return true;
	}
	b->pairs = pairs;
	for (i = 0; i < h.strings / 2; i++) {
		at += string_at(at, &pairs[i].name);
		at += string_at(at, &pairs[i].value);
	}
	b->head = (size_t)(at - b->p);
	out->pairs = pairs;
	out->npairs = h.strings / 2;
	return true;
}
