#include "collectors/ndjson.h"

#include "collectors/decode.h"
#include "collectors/deliver.h"
#include "collectors/layout.h"
#include "core/mem.h"

struct ndjson {
	struct decoder *decoder;
	struct deliver deliver;
	struct event_clock clock;
	struct decode_context context;
	char *name;
	char *held; /* the line that was begun */
	size_t held_n, held_cap;
	bool too_large; /* it is; `held` keeps its beginning as the sample */
	uint64_t lines, events;
	int64_t newest_ms;
};

/* ---- names ----------------------------------------------------------------------------------- */

static bool
ending_cut(struct slice *s, const char *ending)
{
	size_t n = strlen(ending);

	if (s->n <= n || memcmp(s->p + s->n - n, ending, n) != 0)
		return false;
	s->n -= n;
	return true;
}

void
ndjson_file_names(struct slice path, struct slice *model, struct slice *version)
{
	static const char *const endings[] = {".ndjson", ".jsonl", ".json", ".log", ".txt"};
	struct slice base = path;
	size_t i;

	for (i = 0; i < path.n; i++)
		if (path.p[i] == '/' && i + 1 < path.n)
			base = slice_make(path.p + i + 1, path.n - i - 1);
	ending_cut(&base, ".gz");
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (ending_cut(&base, endings[i]))
			break;
	layout_key_names(base, NULL, 0, model, version);
}

/* ---- life ------------------------------------------------------------------------------------ */

int
ndjson_new(struct ndjson **out, const struct ndjson_options *options, struct err *err)
{
	struct ndjson *n = mem_calloc(1, sizeof(*n));

	if (n)
		n->name = mem_dup(options->name.p ? options->name.p : "", options->name.n);
	if (!n || !n->name || decoder_new(&n->decoder, NULL)) {
		ndjson_free(n);
		return err_nomem(err);
	}
	deliver_init(&n->deliver, options->source, 0, options->label, options->model_glob);
	event_clock_file(&n->clock, options->mtime_ms, options->wall_ms);
	n->context.clock = &n->clock;
	n->context.source = options->source;
	ndjson_file_names(
	    slice_make(n->name, options->name.n), &n->context.model, &n->context.version);
	*out = n;
	return 0;
}

void
ndjson_free(struct ndjson *n)
{
	if (!n)
		return;
	decoder_free(n->decoder);
	mem_free(n->name);
	mem_free(n->held);
	mem_free(n);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool
is_blank(struct slice line)
{
	size_t i;

	for (i = 0; i < line.n; i++)
		if (line.p[i] != ' ' && line.p[i] != '\t' && line.p[i] != '\r')
			return false;
	return true;
}

static void
line_take(struct ndjson *n, struct slice line, const struct sink *sink)
{
	struct event ev;

	n->deliver.line++;
	if (is_blank(line))
		return;
	n->lines++;
	if (!decoder_json(n->decoder, line, &n->context, &ev, NULL)) {
		deliver_reject(&n->deliver, decoder_reason(n->decoder), line,
		    decoder_detail(n->decoder), n->clock.substitute_ms, sink);
		return;
	}
	if (!deliver_event(&n->deliver, &ev, sink))
		return;
	n->events++;
	if (ev.ts_ms > n->newest_ms)
		n->newest_ms = ev.ts_ms;
}

static void
too_large_tell(struct ndjson *n, const struct sink *sink)
{
	n->lines++;
	n->deliver.line++;
	deliver_reject(&n->deliver, REASON_TOO_LARGE, slice_make(n->held, n->held_n),
	    slice_make(NULL, 0), n->clock.substitute_ms, sink);
}

/* Adds to the line that was begun. Without memory for it, it is treated as too large, which it is.
 */
static void
hold(struct ndjson *n, struct slice part)
{
	char *grown;

	if (n->too_large)
		return;
	if (part.n > LIMIT_EVENT_BYTES - n->held_n) {
		size_t sample =
		    n->held_n < DELIVER_SAMPLE_BYTES ? DELIVER_SAMPLE_BYTES - n->held_n : 0;

		n->too_large = true;
		part.n = part.n < sample ? part.n : sample;
	}
	grown = part.n ? mem_grow(n->held, &n->held_cap, n->held_n + part.n, 1) : n->held;
	if (!grown && part.n) {
		n->too_large = true;
		return;
	}
	n->held = grown;
	if (part.n)
		memcpy(n->held + n->held_n, part.p, part.n);
	n->held_n += part.n;
}

static void
held_take(struct ndjson *n, const struct sink *sink)
{
	if (n->too_large)
		too_large_tell(n, sink);
	else
		line_take(n, slice_make(n->held, n->held_n), sink);
	ndjson_cut(n);
}

void
ndjson_feed(struct ndjson *n, struct slice bytes, const struct sink *sink)
{
	while (bytes.n) {
		const char *end = memchr(bytes.p, '\n', bytes.n);
		struct slice line = slice_make(bytes.p, end ? (size_t)(end - bytes.p) : bytes.n);

		if (!end || n->held_n || n->too_large)
			hold(n, line);
		if (!end)
			return;
		if (n->held_n || n->too_large)
			held_take(n, sink);
		else
			line_take(n, line, sink);
		bytes = slice_make(end + 1, bytes.n - line.n - 1);
	}
}

void
ndjson_end(struct ndjson *n, const struct sink *sink)
{
	if (n->held_n || n->too_large)
		held_take(n, sink);
}

void
ndjson_now(struct ndjson *n, int64_t now_ms)
{
	event_clock_file_now(&n->clock, now_ms);
}

void
ndjson_cut(struct ndjson *n)
{
	n->held_n = 0;
	n->too_large = false;
}

uint64_t
ndjson_lines(const struct ndjson *n)
{
	return n->lines;
}

uint64_t
ndjson_events(const struct ndjson *n)
{
	return n->events;
}

size_t
ndjson_held(const struct ndjson *n)
{
	return n->held_n;
}

int64_t
ndjson_newest_ms(const struct ndjson *n)
{
	return n->newest_ms;
}

struct slice
ndjson_aliases(const struct ndjson *n)
{
	return decoder_aliases(n->decoder);
}
