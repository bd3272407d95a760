/*
 * A fleet in which everything that a stranger can name is named to do harm: models, inputs, values, versions, classes,
 * ids, errors, streams, sources, notes, whoever acknowledges. It comes in as entries of streams, as from a server, is
 * led through every screen at many sizes, and whatever is on the grid then must be fit for a terminal: no control, no
 * direction, nothing without width, nothing that a terminal lays out otherwise than the grid; and every column of a
 * table begins where its head does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <vterm.h>

#include "collectors/layout.h"
#include "core/alert.h"
#include "core/mem.h"
#include "tui/key.h"
#include "tui/ui.h"
#include "tui/whatif.h"
#include "widgets/charset.h"

#define T0	   INT64_C(1764072000000)
#define LONG	   10000
#define NAMES	   12
#define SECONDS	   420
#define PER_S	   2
#define TROUBLE_S  330
#define NUMBERS	   3
#define WORDS	   2
#define LINE_BYTES (12 * LONG * 6)

/* The long ones are made. */
static char long_name[LONG + 1], wide_name[3 * 200 + 1], odd_name[3 * 200 + 2];

static const char *const names[NAMES] = {
    long_name,
    "\x1b[2J\x1b]0;title\x07name\x1b[31m",
    "\xe2\x80\xaegnirts\xe2\x80\xac \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7",
    "z\xe2\x80\x8b"
    "e\xe2\x80\x8dr\xe2\x81\xa0o\xef\xbb\xbf a\xcc\x81\xcc\x82\xef\xb8\x8f",
    wide_name,
    odd_name,
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\xf0\x9f\x8f\xb3\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x8c\x88\xe2\x9d\xa4",
    "\xc2\x9b"
    "31mC1\xc2\x85\x7f\xf3\xa0\x80\x81tag",
    "\xff\xfe\xc0\xaf\xed\xa0\x80 broken",
    "\x1b]8;;http://e\x1b\\link\x1b]8;;\x1b\\",
    "     ",
    "tab\tnew\nline\rreturn\v\f\b",
};

struct scene {
	struct store *s;
	struct layout *layouts[NAMES];
	int64_t now_ms;
	uint64_t seed, seq;
	char *line; /* LINE_BYTES */
	size_t n;
};

static const char *const user = "\x1b[5mada\xe2\x80\xae";

static const struct ui_options options = {.window = WINDOW_AUTO, .utc = true, .zone = "\x1bZ", .version = "0",
    .endpoint = "redis://\x1b]0;x\x07\xe2\x80\xae@h:6379", .user = "\x1b[5mada\xe2\x80\xae", .baselines = names,
    .nbaselines = NAMES};

/* ---- the fleet --------------------------------------------------------------------------------------------------- */

static double
uniform(struct scene *sc)
{
	sc->seed = sc->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (double)(sc->seed >> 11) / 9007199254740992.0;
}

static void
put(struct scene *sc, const char *text)
{
	size_t n = strlen(text);

	assert_true(sc->n + n < LINE_BYTES);
	memcpy(sc->line + sc->n, text, n);
	sc->n += n;
}

/* As a string of JSON, with controls escaped and all else, broken bytes too, as it is. */
static void
put_name(struct scene *sc, const char *name)
{
	char escaped[8];

	put(sc, "\"");
	for (const char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x20 || c == '"' || c == '\\')
			snprintf(escaped, sizeof escaped, "\\u%04x", c);
		else
			snprintf(escaped, sizeof escaped, "%c", c);
		put(sc, escaped);
	}
	put(sc, "\"");
}

static void
put_number(struct scene *sc, const char *name, double x)
{
	char text[40];

	put_name(sc, name);
	snprintf(text, sizeof text, ":%.6g,", x);
	put(sc, text);
}

static void
put_word(struct scene *sc, const char *name, const char *value)
{
	put_name(sc, name);
	put(sc, ":");
	put_name(sc, value);
	put(sc, ",");
}

static void
put_event(struct scene *sc, size_t m, int t)
{
	bool trouble = t >= TROUBLE_S && m % 3 != 2;

	sc->n = 0;
	put(sc, "{");
	put_word(sc, "model", names[m]);
	put_word(sc, "version", names[(m + 1 + (t > SECONDS / 2)) % NAMES]);
	put_word(sc, "id", names[(m + (size_t)t) % NAMES]);
	put_word(sc, "prediction", names[(m + (uniform(sc) < 0.3 ? 5 : 6)) % NAMES]);
	put_number(sc, "score", uniform(sc));
	put_number(sc, "latency_ms", (5 + uniform(sc)) * (trouble ? 20 : 1));
	if (trouble && uniform(sc) < 0.3)
		put_word(sc, "error", names[(size_t)t % NAMES]);
	put(sc, "\"features\":{");
	for (size_t i = 0; i < NUMBERS; i++)
		if (!(trouble && i == 1 && uniform(sc) < 0.6))
			put_number(sc, names[(m + i) % NAMES], uniform(sc) + (trouble && i == 0 ? 0.6 : 0));
	for (size_t i = 0; i < WORDS; i++)
		put_word(sc, names[(m + NUMBERS + i) % NAMES],
		    names[(m + i + (size_t)(uniform(sc) * (trouble ? 6 : 3))) % NAMES]);
	sc->n--; /* the last comma */
	put(sc, "}}");
}

static void
on_event(void *ctx, const struct event *ev)
{
	struct scene *sc = ctx;

	assert_int_equal(store_ingest(sc->s, ev, NULL), 0);
}

static void
on_fact(void *ctx, const struct fact *f)
{
	struct scene *sc = ctx;

	assert_int_equal(store_apply(sc->s, f, NULL), 0);
}

static void
tell(struct scene *sc, struct fact f)
{
	assert_int_equal(store_apply(sc->s, &f, NULL), 0);
}

static void
tell_feed(struct scene *sc)
{
	for (unsigned i = 0; i < NAMES; i++) {
		const struct slice bad = slice_of(names[i]), other = slice_of(names[(i + 5) % NAMES]);

		if (i < 2)
			tell(sc, (struct fact){.kind = FACT_SOURCE,
				     .u.source = {.source = i, .url = bad, .label = other,
					 .state = i ? FEED_WAITING : FEED_LIVE, .sentence = other, .entries = 9,
					 .last_byte_ms = sc->now_ms, .streams = NAMES, .retry_ms = sc->now_ms + 3000}});
		tell(sc, (struct fact){.kind = FACT_STREAM,
			     .u.stream = {.stream = i, .key = bad, .state = (enum stream_state)(i % 6),
				 .sentence = other, .layout = other, .sample = bad, .aliases = other, .entries = 7,
				 .newest_ms = sc->now_ms, .trimmed = i == 3, .rate_per_s = 2}});
		tell(sc, (struct fact){.kind = FACT_REJECT,
			     .u.reject = {.stream = i, .reason = REASON_NOT_JSON, .count = 3, .sample = bad,
				 .detail = other}});
		tell(sc, (struct fact){.kind = FACT_MARK,
			     .u.mark = {.model = i % 2 ? SIZE_MAX : 0, .at_ms = sc->now_ms - 60000 - i, .text = bad}});
	}
}

static void
tell_alerts(struct scene *sc)
{
	const struct alert *order[ALERT_MAX];
	size_t n = alerts_order(store_alerts(sc->s), order, ALERT_MAX);

	assert_true(n >= 6);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(order[i]->state, ALERT_FIRING);
	tell(sc, (struct fact){.kind = FACT_ACK, .u.ack = {order[0]->id, slice_of(user), sc->now_ms}});
	tell(sc, (struct fact){.kind = FACT_SILENCE,
		     .u.silence = {order[1]->id, sc->now_ms + 7200000, slice_of(names[1]), slice_of(user)}});
}

static int
scene_make(void **state)
{
	struct store_options so = {.learn = true, .start_ms = T0};
	struct scene *sc = mem_calloc(1, sizeof *sc);
	struct pair field = {{"event", 5}, {NULL, 0}};
	const struct sink sink = {sc, on_event, on_fact};

	assert_non_null(sc);
	memset(long_name, 'x', LONG);
	for (size_t i = 0; i < 200; i++) {
		memcpy(wide_name + 3 * i, "\xe4\xb8\xad", 3);
		memcpy(odd_name + 1 + 3 * i, "\xe6\xbc\xa2", 3);
	}
	odd_name[0] = 'a';
	*sc = (struct scene){.now_ms = T0, .seed = 7, .line = mem_alloc(LINE_BYTES)};
	assert_non_null(sc->line);
	assert_int_equal(store_new(&sc->s, &so, NULL), 0);
	for (unsigned i = 0; i < NAMES; i++) {
		struct layout_options lo = {.stream = i, .key = slice_of(names[i]), .wall_ms = T0};

		assert_int_equal(layout_new(&sc->layouts[i], &lo, NULL), 0);
	}
	for (int t = 0; t < SECONDS; t++, sc->now_ms += 1000) {
		for (size_t m = 0; m < NAMES; m++)
			for (int k = 0; k < PER_S; k++) {
				struct layout_entry e = {.stream = (unsigned)m, .key = slice_of(names[m]),
				    .ms = (uint64_t)(sc->now_ms + k * 500), .seq = sc->seq++, .pairs = &field,
				    .npairs = 1};

				put_event(sc, m, t);
				field.value = slice_make(sc->line, sc->n);
				assert_int_equal(layout_entry(sc->layouts[m], &e, &sink), 1);
			}
		if (t == 0)
			tell(sc, (struct fact){.kind = FACT_HISTORY});
		assert_int_equal(store_tick(sc->s, sc->now_ms + 1000, NULL), 0);
	}
	tell_feed(sc);
	tell_alerts(sc);
	*state = sc;
	return 0;
}

static int
scene_free(void **state)
{
	struct scene *sc = *state;

	for (size_t i = 0; i < NAMES; i++)
		layout_free(sc->layouts[i]);
	store_free(sc->s);
	mem_free(sc->line);
	mem_free(sc);
	return 0;
}

/* ---- what a grid is held to -------------------------------------------------------------------------------------- */

/* By what Unicode says of them, not by the list that the grid is filtered with. */
static bool
is_harmful(uint32_t ch)
{
	static const uint32_t ranges[][2] = {{0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x300, 0x36f}, {0x483, 0x489},
	    {0x591, 0x8ff}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xd800, 0xdfff}, {0xe000, 0xf8ff},
	    {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xfff0, 0xffff}, {0x1f000, 0x10ffff}};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (ch >= ranges[i][0] && ch <= ranges[i][1])
			return true;
	return ch > 0x10ffff;
}

static bool
is_second_half(const struct grid *g, int row, int col)
{
	return col > 0 && charset_width(g->cells[row * g->cols + col - 1].ch) == 2;
}

static void
check_cells(const struct grid *g, const char *keys)
{
	for (int row = 0; row < g->rows; row++)
		for (int col = 0; col < g->cols; col++) {
			const struct cell *c = &g->cells[row * g->cols + col];
			bool fit = c->ch == 0 ? is_second_half(g, row, col)
					      : !is_harmful(c->ch) && charset_width(c->ch) > 0 &&
						    !is_second_half(g, row, col);

			if (charset_width(c->ch) == 2 && col + 1 == g->cols)
				fit = false; /* its second half would be on the next row */
			if (!fit || c->role >= ROLE_COUNT)
				fail_msg("keys \"%s\", %dx%d: U+%04X at row %d, column %d", keys, g->cols, g->rows,
				    c->ch, row, col);
		}
}

/* A terminal that is given the rows has every character in the column that the grid has it in. */
static void
check_terminal(const struct grid *g, const char *keys)
{
	VTerm *vt = vterm_new(g->rows, g->cols);
	VTermScreen *screen = vterm_obtain_screen(vt);

	assert_non_null(vt);
	vterm_set_utf8(vt, 1);
	vterm_screen_reset(screen, 1);
	for (int row = 0; row < g->rows; row++) {
		char text[GRID_SIDE_MAX * CHARSET_UTF8_MAX + 16];
		size_t n = (size_t)snprintf(text, sizeof text, "\x1b[%d;1H", row + 1);

		for (int col = 0; col < g->cols; col++)
			if (g->cells[row * g->cols + col].ch)
				n += charset_encode(g->cells[row * g->cols + col].ch, text + n);
		vterm_input_write(vt, text, n);
		for (int col = 0; col < g->cols; col++) {
			VTermScreenCell cell;
			uint32_t ch = g->cells[row * g->cols + col].ch;

			vterm_screen_get_cell(screen, (VTermPos){row, col}, &cell);
			if (cell.chars[0] != (ch ? ch : UINT32_MAX))
				fail_msg("keys \"%s\": the terminal has U+%04X in row %d, column %d, not U+%04X", keys,
				    cell.chars[0], row, col, ch);
		}
	}
	vterm_free(vt);
}

static size_t
head_at(const struct grid *g, int row, int col, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i < n; i++)
		if (col + (int)i >= g->cols || g->cells[row * g->cols + col + (int)i].ch != (unsigned char)word[i] ||
		    g->cells[row * g->cols + col + (int)i].role != ROLE_HEADER)
			return 0;
	return col + (int)n < g->cols && g->cells[row * g->cols + col + (int)n].ch != ' ' ? 0 : n;
}

/* A blank row, or one with a title at the left of that column. */
static bool
ends_table(const struct grid *g, int row, int beside)
{
	bool blank = true;

	for (int col = 0; col < g->cols; col++) {
		const struct cell *c = &g->cells[row * g->cols + col];

		if (col <= beside && (c->role == ROLE_TITLE || c->role == ROLE_FRAME || c->role == ROLE_HEADER))
			return true;
		blank = blank && c->ch == ' ';
	}
	return blank;
}

/* Below a head, as far as its table goes, the column beside it is blank. Returns how many rows were looked at. */
static int
check_column(const struct grid *g, int head, int beside, const char *keys, const char *word)
{
	int seen = 0;

	/* Where no row passes a filter a sentence says so in their place. */
	for (int row = head + 1; row < g->rows - 1 && g->cells[row * g->cols + 1].ch != 'n'; row++, seen++) {
		const struct cell *c = &g->cells[row * g->cols + beside];

		/* Above a filter that is begun stands what could be compared. */
		if (ends_table(g, row, beside) || (row == g->rows - 2 && c->role == ROLE_MUTED && keys[0] == '/'))
			break;
		if (c->ch != ' ')
			fail_msg("keys \"%s\", %dx%d: U+%04X beside the column %s, row %d", keys, g->cols, g->rows,
			    c->ch, word, row);
	}
	return seen;
}

static int
check_tables(const struct grid *g, const char *keys)
{
	static const char *const left[] = {"MODEL", "INPUT", "VERSION", "STREAM", "WHAT", "RULE", "SINCE",
	    "TYPE", "ID"};
	static const char *const right[] = {"ROWS", "EVENTS", "FOR", "PSI/FLOOR", "MISS%", "ERR%"};
	int seen = 0;

	for (int row = 2; row < g->rows - 1; row++)
		for (int col = 1; col + 1 < g->cols; col++) {
			for (size_t i = 0; i < sizeof left / sizeof *left; i++)
				if (head_at(g, row, col, left[i]))
					seen += check_column(g, row, col - 1, keys, left[i]);
			for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
				size_t n = head_at(g, row, col, right[i]);

				if (n && col + (int)n < g->cols)
					seen += check_column(g, row, col + (int)n, keys, right[i]);
			}
		}
	return seen;
}

/* ---- the walk ---------------------------------------------------------------------------------------------------- */

static void
press(const struct scene *sc, struct ui *ui, struct grid *g, const char *keys)
{
	struct slice rest = slice_of(keys);
	uint32_t key;

	ui_draw(ui, sc->s, g, sc->now_ms, 1000);
	while (rest.n > 0) {
		assert_int_equal(key_parse(&rest, &key, NULL), 0);
		ui_key(ui, sc->s, key, 1000);
		ui_draw(ui, sc->s, g, sc->now_ms, 1000);
	}
}

static int
check_size(const struct scene *sc, struct ui *ui, struct grid *g, int rows, int cols, const char *keys)
{
	assert_int_equal(grid_resize(g, rows, cols, NULL), 0);
	ui_draw(ui, sc->s, g, sc->now_ms, 9000);
	check_cells(g, keys);
	if ((rows == 24 && cols == 80) || (rows == 40 && cols == 120))
		check_terminal(g, keys);
	return check_tables(g, keys);
}

static const char *const ways[] = {"", "<Enter>", "<Enter>2j", "<Enter>3", "<Enter>5", "<Enter><Enter>",
    "<Enter>jj<Enter>", "<Enter>jjj<Enter>", "<Enter>jjjj<Enter><Down>", "<Enter><Enter><Enter>",
    "<Enter><Enter><Enter><Enter>", "<Enter>v", "<Enter>B", "<Enter>cc", "<Enter>z", "a", "a2", "ajjj", "z", "S", "i",
    "i2", "ijjj2", "?", "<Enter>?", "as2h", ":goto ", ":theme ", "m", "/", "<Space>"};

static void
nothing_harmful_is_on_any_screen_at_any_size(void **state)
{
	static const int rows[] = {1, 2, 5, 10, 24, 40, 60};
	static const int cols[] = {1, 2, 7, 20, 39, 40, 41, 61, 79, 80, 81, 119, 120, 200};
	struct scene *sc = *state;
	int seen = 0;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		for (enum glyphs level = GLYPHS_ASCII; level <= GLYPHS_BLOCKS; level += GLYPHS_BLOCKS - GLYPHS_ASCII) {
			struct ui *ui;
			struct grid g;

			assert_int_equal(ui_new(&ui, &options, NULL), 0);
			assert_int_equal(grid_init(&g, 24, 80, level, NULL), 0);
			press(sc, ui, &g, ways[i]);
			for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
				for (size_t c = 0; c < sizeof cols / sizeof *cols; c++)
					seen += check_size(sc, ui, &g, rows[r], cols[c], ways[i]);
			grid_release(&g);
			ui_free(ui);
		}
	assert_true(seen > 1000); /* tables were there to be looked at */
}

static void
each_model_and_each_of_its_inputs_is_fit_to_be_shown(void **state)
{
	struct scene *sc = *state;

	for (int m = 0; m < NAMES; m++) {
		char keys[160] = "";
		struct ui *ui;
		struct grid g;

		for (int i = 0; i < m; i++)
			strcat(keys, "j");
		strcat(keys, "<Enter>");
		assert_int_equal(ui_new(&ui, &options, NULL), 0);
		assert_int_equal(grid_init(&g, 24, 80, GLYPHS_BLOCKS, NULL), 0);
		press(sc, ui, &g, keys);
		for (int f = 0; f < NUMBERS + WORDS; f++) {
			press(sc, ui, &g, "<Enter>");
			check_size(sc, ui, &g, 24, 80, keys);
			check_size(sc, ui, &g, 40, 120, keys);
			press(sc, ui, &g, "<Right><Right>4<Left>");
			check_size(sc, ui, &g, 24, 79, keys);
			press(sc, ui, &g, "<Enter>");
			check_size(sc, ui, &g, 24, 80, keys);
			press(sc, ui, &g, "<Esc><Esc>j");
			check_size(sc, ui, &g, 24, 80, keys);
		}
		grid_release(&g);
		ui_free(ui);
	}
}

/* Typed or pasted, said by the program, or the name of a recording. */
static void
what_is_typed_said_or_opened_is_filtered_too(void **state)
{
	static const char *const prompts[] = {"/", ":", ":theme ", ":filter ", "m", "b", "as"};
	static const uint32_t typed[] = {0x202e, 0x200b, 0x4e2d, 0x301, 0x1f600, 0x9b, 0xe000, 'x', 0xfeff};
	struct scene *sc = *state;
	struct ui_past past = {.name = names[1], .at_ms = sc->now_ms, .from_ms = T0, .to_ms = sc->now_ms + 60000,
	    .place = 1, .speed = 1, .change = names[2]};

	for (size_t i = 0; i < sizeof prompts / sizeof *prompts * NAMES; i++) {
		struct ui *ui;
		struct grid g;

		assert_int_equal(ui_new(&ui, &options, NULL), 0);
		assert_int_equal(grid_init(&g, 24, 80, GLYPHS_BLOCKS, NULL), 0);
		if (i % 2)
			ui_set_past(ui, &past);
		press(sc, ui, &g, prompts[i / NAMES]);
		for (size_t k = 0; k < 60; k++) {
			ui_key(ui, sc->s, typed[(k * (i + 1)) % (sizeof typed / sizeof *typed)], 1000);
			check_size(sc, ui, &g, 24, k % 2 ? 80 : 41, prompts[i / NAMES]);
		}
		press(sc, ui, &g, "<Enter>");
		check_size(sc, ui, &g, 24, 80, prompts[i / NAMES]);
		past.name = names[i % NAMES];
		ui_say(ui, names[i % NAMES]);
		/* A long sentence takes rows of the screen, tables or not. */
		ui_draw(ui, sc->s, &g, sc->now_ms, 9000);
		check_cells(&g, "what is said");
		check_terminal(&g, "what is said");
		grid_release(&g);
		ui_free(ui);
	}
}

/* Names and sentences that a comparison of alerts shows are the fleet's, or a change's that was typed. */
static void
what_another_rule_would_have_raised_is_filtered_too(void **state)
{
	static const char *const keys[] = {"", "j", "r", ">", "/", "/x<Enter>", "?", "%", "%x<Enter>"};
	static const int rows[] = {1, 2, 5, 10, 24, 40, 60};
	static const int cols[] = {1, 2, 7, 20, 40, 79, 80, 81, 120, 200};
	struct scene *sc = *state;
	struct whatif_row told[NAMES];
	struct whatif held = {.rows = told, .n = NAMES, .only = {1, 1}, .both = NAMES - 2};
	struct ui_past past = {.name = names[1], .at_ms = sc->now_ms, .from_ms = T0, .to_ms = sc->now_ms + 60000,
	    .place = 1, .speed = 1, .whatif = &held, .change = names[2]};

	for (size_t i = 0; i < NAMES; i++)
		told[i] = (struct whatif_row){.rule = slice_of(names[i]), .model = slice_of(names[(i + 1) % NAMES]),
		    .version = slice_of(names[(i + 2) % NAMES]), .feature = slice_of(names[(i + 3) % NAMES]),
		    .source = slice_of(names[(i + 4) % NAMES]), .worst = {SEVERITY_WARN, SEVERITY_CRIT},
		    .in = {i != 0, i != 1}, .fired_ms = {i ? T0 : ALERT_NEVER, i == 1 ? ALERT_NEVER : T0},
		    .ended_ms = {ALERT_NEVER, ALERT_NEVER}, .sentence = slice_of(names[(i + 5) % NAMES])};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct ui *ui;
		struct grid g;

		assert_int_equal(ui_new(&ui, &options, NULL), 0);
		assert_int_equal(grid_init(&g, 24, 80, GLYPHS_BLOCKS, NULL), 0);
		ui_set_past(ui, &past);
		ui_open_whatif(ui);
		press(sc, ui, &g, keys[i]);
		for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
			for (size_t c = 0; c < sizeof cols / sizeof *cols; c++)
				check_size(sc, ui, &g, rows[r], cols[c], keys[i]);
		grid_release(&g);
		ui_free(ui);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_harmful_is_on_any_screen_at_any_size),
	    cmocka_unit_test(each_model_and_each_of_its_inputs_is_fit_to_be_shown),
	    cmocka_unit_test(what_is_typed_said_or_opened_is_filtered_too),
	    cmocka_unit_test(what_another_rule_would_have_raised_is_filtered_too),
	};

	return cmocka_run_group_tests(tests, scene_make, scene_free);
}
