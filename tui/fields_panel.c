#include "tui/fields_panel.h"

#include <stdio.h>
#include <string.h>

#include "collectors/decode.h"
#include "core/mem.h"
#include "core/model.h"
#include "core/record_mask.h"
#include "tui/event_record.h"
#include "tui/part.h"

enum { COL_FIELD, COL_BECAME, COL_EVENTS, COL_EXAMPLE, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_FIELD] = {"AS IT CAME", 14, 30, TABLE_ALWAYS, false, false, NULL},
    [COL_BECAME] = {"WHAT IT BECAME", 18, 46, TABLE_ALWAYS, false, false, NULL},
    [COL_EVENTS] = {"HAD IT", 6, 0, 80, true, false, NULL},
    [COL_EXAMPLE] = {"FOR EXAMPLE", 11, TABLE_REST, 70, false, false, NULL},
};

/* While events are read. */
struct reading {
	struct fields_held *h;
	struct arena *a;
	const struct store *s;
	const struct config *config;
	const struct raw_event *e;
	bool of_model; /* it is known which one the event is of */
	uint16_t *places; /* by the decoder's index of a field: its row and one; 0: not there yet */
};

/* ---- what it became -------------------------------------------------------------------------- */

static const char *const meanings[KEY_MEANINGS] = {[KEY_FIELD] = "",
    [KEY_TS] = "time",
    [KEY_ID] = "id",
    [KEY_MODEL] = "model",
    [KEY_VERSION] = "version",
    [KEY_FEATURES] = "holds the inputs",
    [KEY_PREDICTION] = "prediction",
    [KEY_SCORE] = "score",
    [KEY_PROBA] = "holds the classes",
    [KEY_LATENCY] = "latency",
    [KEY_STATUS] = "status",
    [KEY_LABEL] = "label",
    [KEY_ERROR] = "error"};

/* ", numeric": what the baseline takes it for, and who says so. */
static size_t
say_kind(const struct reading *rd, struct slice name, bool output, char *out, size_t bytes)
{
	const struct model *m = rd->of_model ? store_model(rd->s, rd->e->model) : NULL;
	const struct baseline_feature *ref = m && m->baseline ? baseline_find(m->baseline, name, output) : NULL;
	struct config_feature said = config_feature_of(rd->config, m ? m->name : slice_of(""), name);

	out[0] = '\0';
	if (!m)
		return 0;
	if (said.has_role)
		return (size_t)snprintf(out, bytes, ", %s, configured", feature_role_names[said.role]);
	if (!ref)
		return (size_t)snprintf(
		    out, bytes, "%s", output ? "" : m->baseline ? ", not in the baseline" : ", to be learned");
	if (ref->role != FROLE_VALUE)
		return (size_t)snprintf(out, bytes, ", %s, guessed", feature_role_names[ref->role]);
	return (size_t)snprintf(out, bytes, ", %s", feature_type_names[ref->type]);
}

static void
say_known(const struct reading *rd, const struct decode_field *f, char *out, size_t bytes)
{
	size_t n = (size_t)snprintf(out, bytes, "%s", meanings[f->meaning]);

	if (f->meaning == KEY_PROBA && f->use == DECODE_KNOWN)
		n = (size_t)snprintf(out, bytes, "score");
	if (f->meaning == KEY_PREDICTION || f->meaning == KEY_SCORE)
		n += say_kind(rd, slice_of(meanings[f->meaning]), true, out + n, bytes - n);
	if (f->meaning == KEY_LATENCY && f->rank >= 3)
		n += (size_t)snprintf(out + n, bytes - n, " in seconds");
	if (f->rank > 0)
		snprintf(out + n, bytes - n, ", alias of %s", keymap_aliases[f->meaning].names[0]);
}

static enum role
say_became(const struct reading *rd, const struct decode_field *f, char *out, size_t bytes)
{
	int n;

	switch (f->use) {
	case DECODE_KNOWN:
	case DECODE_HOLDS:
		say_known(rd, f, out, bytes);
		return f->rank > 0 ? ROLE_TITLE : ROLE_TEXT;
	case DECODE_CLASS:
		snprintf(out, bytes, "probability of a class");
		return ROLE_TEXT;
	case DECODE_FEATURE:
		if (f->value.kind == VALUE_NOT_SCALAR) {
			snprintf(out, bytes, "input, not looked into: an array");
			return ROLE_WARN;
		}
		n = snprintf(out, bytes, "input");
		say_kind(rd, f->name, false, out + n, bytes - (size_t)n);
		return ROLE_TEXT;
	default:
		if (f->instead.n)
			snprintf(out, bytes, "ignored: %.*s goes before it", (int)f->instead.n, f->instead.p);
		else
			snprintf(out, bytes, "ignored: nothing in it");
		return ROLE_MUTED;
	}
}

/* The column that the configuration may have masked. */
static bool
is_masked(const struct reading *rd, const struct decode_field *f)
{
	struct slice column = f->use == DECODE_FEATURE ? f->name
			      : f->meaning != KEY_FIELD ? slice_of(keymap_aliases[f->meaning].names[0])
							: slice_of("");
	struct slice model = rd->of_model ? store_model_name(rd->s, rd->e->model) : slice_of("");

	return column.n && record_mask_says(rd->config, model, column);
}

/* ---- reading --------------------------------------------------------------------------------- */

static struct field_row *
find_row(struct reading *rd, const struct decode_field *f)
{
	struct fields_held *h = rd->h;
	uint16_t *place = f->index < KEYMAP_NODES ? &rd->places[f->index] : NULL;

	/* An index means another field once the decoder has forgotten its names. */
	if (place && *place && slice_eq(h->rows[*place - 1].path, f->path))
		return &h->rows[*place - 1];
	for (size_t i = 0; i < h->n; i++)
		if (slice_eq(h->rows[i].path, f->path)) {
			if (place)
				*place = (uint16_t)(i + 1);
			return &h->rows[i];
		}
	return NULL;
}

/* Null is as good as not there; what holds others has no value of its own, and what is ignored was not looked at. */
static bool
is_said(const struct decode_field *f)
{
	return f->value.kind != VALUE_MISSING || f->use == DECODE_HOLDS || f->use == DECODE_IGNORED;
}

/* Newest first: what a field became in the newest event that has a value for it is what counts. */
static void
read_field(void *ctx, const struct decode_field *f)
{
	struct reading *rd = ctx;
	struct field_row *row = find_row(rd, f);
	char became[2 * LIMIT_NAME_BYTES];

	if (!row) {
		if (rd->h->n == FIELDS_MAX) {
			rd->h->more = 1;
			return;
		}
		row = &rd->h->rows[rd->h->n++];
		*row = (struct field_row){.path = arena_text(rd->a, f->path)};
	}
	row->events += is_said(f);
	if (row->became.n && (row->example.n || row->masked || !is_said(f)))
		return;
	row->role = say_became(rd, f, became, sizeof became);
	row->became = arena_text(rd->a, slice_of(became));
	row->masked = is_masked(rd, f);
	if (is_said(f) && !row->masked)
		row->example = arena_text(
		    rd->a, slice_make(f->value.text.p, f->value.text.n < LIMIT_NAME_BYTES ? f->value.text.n
										    : LIMIT_NAME_BYTES));
}

static void
read_event(struct reading *rd, struct event_record *decoder, struct slice model)
{
	struct fields_held *h = rd->h;
	struct event ev;

	if (!event_record_decode(decoder, rd->e, model, &ev))
		return;
	if (h->events++ == 0)
		h->newest = arena_text(rd->a, rd->e->raw);
	(void)event_record_fields(decoder, read_field, rd);
}

/* The newest entry as the stream tells it: of one that nobody reads yet, or whose events are all gone. */
static void
read_sample(struct reading *rd, struct event_record *decoder, const struct fact_stream *st)
{
	const struct raw_event e = {.raw = st->sample, .flat = slice_is(st->layout, "flat")};

	rd->e = &e;
	rd->of_model = false;
	read_event(rd, decoder, st->key);
	rd->h->sample = rd->h->events > 0;
}

void
fields_hold(struct fields_held *h, struct arena *a, const struct store *s, const struct config *config,
    const struct fact_stream *st)
{
	struct reading rd = {.h = h, .a = a, .s = s, .config = config, .of_model = true};
	struct event_record *decoder = NULL;
	struct raw_event e = {.seq = UINT64_MAX};

	h->sample = false;
	h->n = h->more = h->events = 0;
	h->newest = slice_of("");
	h->rows = arena_take(a, FIELDS_MAX * sizeof *h->rows);
	rd.places = arena_take(a, KEYMAP_NODES * sizeof *rd.places);
	if (!h->rows || !rd.places || event_record_new(&decoder, NULL))
		return;
	memset(rd.places, 0, KEYMAP_NODES * sizeof *rd.places);
	rd.e = &e;
	for (size_t looked = 0; looked < FIELDS_LOOK && h->events < FIELDS_EVENTS; looked++) {
		if (!store_raw_before(s, SIZE_MAX, e.seq, &e))
			break;
		if (e.source == st->source && e.stream == st->stream)
			read_event(&rd, decoder, store_model_name(s, e.model));
	}
	if (h->events == 0 && st->sample.n)
		read_sample(&rd, decoder, st);
	event_record_free(decoder);
}

/* ---- painting -------------------------------------------------------------------------------- */

static uint64_t
field_id(const void *ctx, size_t row)
{
	return slice_hash(((const struct fields_held *)ctx)->rows[row].path);
}

void
fields_arrange(struct fields_held *h)
{
	struct list_rows rows = {h, h->n, field_id, NULL, NULL};

	list_update(&h->list, &rows, false);
}

static void
field_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct fields_held *h = ctx;
	const struct field_row *f = &h->rows[h->list.order[place]];

	switch (column) {
	case COL_FIELD:
		part_tail(g, r, f->role == ROLE_MUTED ? ROLE_MUTED : ROLE_TEXT, f->path);
		break;
	case COL_BECAME:
		grid_text(g, r, 0, 0, f->role, f->became, FIT_ELLIPSIS);
		break;
	case COL_EVENTS:
		part_right(g, r, f->events == h->events ? ROLE_MUTED : ROLE_TEXT, fmt_count(f->events));
		break;
	default:
		grid_text(g, r, 0, 0, ROLE_MUTED,
		    f->masked ? slice_of("masked") : f->events ? f->example : slice_of("null"), FIT_ELLIPSIS);
		break;
	}
}

static void
fit_columns(const struct fields_held *h, struct table_column *out)
{
	int path = 0, became = 0;

	for (size_t i = 0; i < h->n; i++) {
		int wide = grid_text_width(h->rows[i].path);

		path = wide > path ? wide : path;
		wide = grid_text_width(h->rows[i].became);
		became = wide > became ? wide : became;
	}
	part_fit_column(out, columns, COL_COUNT, COL_FIELD, path);
	if (became < out[COL_BECAME].most)
		out[COL_BECAME].most = (uint8_t)(became > out[COL_BECAME].cols ? became : out[COL_BECAME].cols);
}

void
fields_paint(struct fields_held *h, struct grid *g, struct rect r, struct slice stream, int number, bool focused)
{
	struct table_column fitted[COL_COUNT];
	char note[160], of[32];
	struct panel p = {.number = number, .title = "Fields", .note = note, .focused = focused};
	struct table t = {.columns = fitted,
	    .ncolumns = COL_COUNT,
	    .sorted = SIZE_MAX,
	    .empty = "no event of it is kept here, so that none can be looked at",
	    .ctx = h,
	    .cell = field_cell};

	snprintf(of, sizeof of, "%zu event%s", h->events, h->events == 1 ? "" : "s");
	snprintf(note, sizeof note, "of the newest %s of %.*s%s", h->sample ? "entry" : of,
	    (int)(stream.n < 60 ? stream.n : 60), stream.n ? stream.p : "", h->more ? "; there are more" : "");
	fit_columns(h, fitted);
	part_list(g, r, &p, &t, &h->list);
}
