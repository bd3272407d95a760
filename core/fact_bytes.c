#include "core/fact_bytes.h"

#include "core/kinds.h"
#include "core/limits.h"
#include "core/store.h"

#define TEXT_BYTES 65536 /* of one text: samples are cut far below that */

/* ---- one look at each kind: what is written and what is read is the same list ------------------ */

/* Writes what it is given, or reads into it. */
struct side {
	struct bytes *to; /* NULL: reads */
	struct bytes_reader *from;
};

static void
u64(struct side *io, uint64_t *v)
{
	if (io->to)
		bytes_put_uint(io->to, *v);
	else
		*v = bytes_get_uint(io->from, UINT64_MAX);
}

static void
u32(struct side *io, unsigned *v)
{
	if (io->to)
		bytes_put_uint(io->to, *v);
	else
		*v = (unsigned)bytes_get_uint(io->from, UINT32_MAX);
}

/* One of n. */
static unsigned
choice(struct side *io, unsigned v, unsigned n)
{
	if (!io->to)
		return (unsigned)bytes_get_uint(io->from, n - 1);
	bytes_put_uint(io->to, v);
	return v;
}

static void
i64(struct side *io, int64_t *v)
{
	if (io->to)
		bytes_put_int(io->to, *v);
	else
		*v = bytes_get_int(io->from);
}

static void
flag(struct side *io, bool *v)
{
	if (io->to)
		bytes_put_uint(io->to, *v);
	else
		*v = bytes_get_bool(io->from);
}

static void
real(struct side *io, double *v)
{
	if (io->to)
		bytes_put_double(io->to, *v);
	else
		*v = bytes_get_double(io->from);
}

static void
text(struct side *io, struct slice *v)
{
	if (io->to)
		bytes_put_text(io->to, *v);
	else
		*v = bytes_get_text(io->from, TEXT_BYTES);
}

static void
source(struct side *io, struct fact_source *f)
{
	u32(io, &f->source);
	text(io, &f->url);
	text(io, &f->label);
	f->state = (enum feed_state)choice(io, f->state, FEED_FAILED + 1);
	text(io, &f->sentence);
	i64(io, &f->retry_ms);
	i64(io, &f->last_byte_ms);
	u64(io, &f->entries);
	u64(io, &f->bytes);
	u64(io, &f->reconnects);
	u64(io, &f->streams);
	u64(io, &f->streams_seen);
	i64(io, &f->server_skew_ms);
	flag(io, &f->nothing_matches);
	flag(io, &f->from_file);
}

static void
stream(struct side *io, struct fact_stream *f)
{
	u32(io, &f->source);
	u32(io, &f->stream);
	text(io, &f->key);
	f->state = (enum stream_state)choice(io, f->state, STREAM_OFFERED + 1);
	text(io, &f->sentence);
	text(io, &f->layout);
	text(io, &f->sample);
	text(io, &f->aliases);
	u64(io, &f->entries);
	u64(io, &f->events);
	u64(io, &f->trimmed);
	u64(io, &f->deleted);
	u64(io, &f->recreated);
	u64(io, &f->rolled_back);
	u64(io, &f->skipped);
	flag(io, &f->loss_uncertain);
	u64(io, &f->behind);
	i64(io, &f->lag_ms);
	i64(io, &f->newest_ms);
	real(io, &f->rate_per_s);
}

static void
gap(struct side *io, struct fact_gap *f)
{
	u32(io, &f->source);
	i64(io, &f->from_ms);
	i64(io, &f->to_ms);
	text(io, &f->why);
}

/* A sample that is not told is another thing than an empty one. */
static void
reject(struct side *io, struct fact_reject *f)
{
	bool told = f->sample.p != NULL;

	u32(io, &f->source);
	u32(io, &f->stream);
	f->reason = (enum event_reason)choice(io, f->reason, REASON_COUNT);
	flag(io, &told);
	text(io, &f->sample);
	text(io, &f->detail);
	u64(io, &f->count);
	u64(io, &f->line);
	if (!told)
		f->sample = slice_make(NULL, 0);
}

static void
ack(struct side *io, struct fact_ack *f)
{
	u64(io, &f->alert);
	text(io, &f->by);
	i64(io, &f->at_ms);
}

static void
silence(struct side *io, struct fact_silence *f)
{
	u64(io, &f->alert);
	i64(io, &f->to_ms);
	text(io, &f->reason);
	text(io, &f->by);
}

static void
mark(struct side *io, struct fact_mark *f)
{
	uint64_t model = f->model == SIZE_MAX ? 0 : f->model + 1;

	f->kind = (enum mark_kind)choice(io, f->kind, MARK_VERSION_ENDED + 1);
	u64(io, &model);
	f->model = model ? (size_t)model - 1 : SIZE_MAX;
	i64(io, &f->at_ms);
	text(io, &f->text);
}

static void
action(struct side *io, struct fact_action *f)
{
	u32(io, &f->index);
	text(io, &f->name);
	f->state = (enum action_state)choice(io, f->state, ACTION_STATES);
	text(io, &f->sentence);
	u64(io, &f->runs);
	u64(io, &f->failures);
	u64(io, &f->dropped);
	i64(io, &f->at_ms);
}

static void
budget(struct side *io, double *v)
{
	if (io->to)
		bytes_put_double(io->to, *v);
	else
		*v = bytes_get_double(io->from);
}

static void
levels(struct side *io, struct fact_levels *f)
{
	text(io, &f->model);
	text(io, &f->feature);
	real(io, &f->watch);
	real(io, &f->drift);
}

/* False: a kind that is not written. */
static bool
pass(struct side *io, struct fact *f)
{
	switch (f->kind) {
	case FACT_SOURCE:
		source(io, &f->u.source);
		return true;
	case FACT_STREAM:
		stream(io, &f->u.stream);
		return true;
	case FACT_GAP:
		gap(io, &f->u.gap);
		return true;
	case FACT_REJECT:
		reject(io, &f->u.reject);
		return true;
	case FACT_ACK:
		ack(io, &f->u.ack);
		return true;
	case FACT_SILENCE:
		silence(io, &f->u.silence);
		return true;
	case FACT_MARK:
		mark(io, &f->u.mark);
		return true;
	case FACT_ACTION:
		action(io, &f->u.action);
		return true;
	case FACT_BUDGET:
		budget(io, &f->u.budget);
		return true;
	case FACT_LEVELS:
		levels(io, &f->u.levels);
		return true;
	case FACT_HISTORY:
		return true;
	case FACT_BASELINE:
	case FACT_CHOICE:
	case FACT_SAVED:
	case FACT_SAVED_FLEET:
	case FACT_SAVED_LABELS:
	case FACT_STATE:
	case FACT_RECORDING:
	case FACT_RULES:
		break;
	}
	return false;
}

/* ---- from outside ---------------------------------------------------------------------------- */

/* The number of a kind in a file never changes, whatever becomes of the enum. */
static const struct {
	enum fact_kind kind;
	unsigned number;
} numbers[] = {
	{FACT_SOURCE, 1},
	{FACT_STREAM, 2},
	{FACT_GAP, 3},
	{FACT_REJECT, 4},
	{FACT_ACK, 5},
	{FACT_SILENCE, 6},
	{FACT_MARK, 7},
	{FACT_ACTION, 8},
	{FACT_HISTORY, 9},
	{FACT_BUDGET, 10},
	{FACT_LEVELS, 11},
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

bool
fact_writes(enum fact_kind kind)
{
	size_t i;

	for (i = 0; i < NUMBERS && numbers[i].kind != kind; i++)
		;
	return i < NUMBERS;
}

void
fact_write(const struct fact *f, struct bytes *to)
{
	struct side io = {to, NULL};
	struct fact copy = *f;
	size_t i;

	for (i = 0; i < NUMBERS; i++) {
		if (numbers[i].kind != f->kind)
			continue;
		bytes_put_uint(to, numbers[i].number);
		(void)pass(&io, &copy);
	}
}

int
fact_read(struct fact *f, struct bytes_reader *r, struct err *err)
{
	unsigned number = (unsigned)bytes_get_uint(r, UINT32_MAX);
	struct side io = {NULL, r};
	size_t i;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < NUMBERS && numbers[i].number != number; i++)
		;
	if (i < NUMBERS) {
		f->kind = numbers[i].kind;
		(void)pass(&io, f);
	}
	if (r->failed || i == NUMBERS)
		return err_set(err, ERR_FORMAT, "a fact is not one");
	return 0;
}
