#include "tests/lib_cast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/text.h"
#include "tui/cast_paint.h"
#include "widgets/charset.h"

static void
open_screen(struct lib_cast *p, int rows, int cols)
{
	int i;

	p->rows = rows;
	p->cols = cols;
	p->vt = vterm_new(rows, cols);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_reset(p->screen, 1);
	vterm_input_write(p->vt, "\033[1;4;7;35;46m", 14);
	for (i = 0; i < rows * cols; i++)
		vterm_input_write(p->vt, "#", 1);
}

void
lib_cast_init(struct lib_cast *p)
{
	memset(p, 0, sizeof(*p));
}

void
lib_cast_init_cut(struct lib_cast *p, int rows, int cols)
{
	memset(p, 0, sizeof(*p));
	p->headed = true;
	open_screen(p, rows, cols);
}

void
lib_cast_release(struct lib_cast *p)
{
	if (p->vt)
		vterm_free(p->vt);
	memset(p, 0, sizeof(*p));
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Printable, and UTF-8: what JSON must escape is escaped. */
static void
check_bytes(const char *line, size_t n)
{
	const unsigned char *b = (const unsigned char *)line;
	size_t i = 0, k;

	while (i < n) {
		k = b[i] >= 0x20 && b[i] != 0x7f ? text_utf8_length(b + i, n - i) : 0;
		if (!k)
			fail_msg("byte %zu is 0x%02x: %.*s", i, b[i], (int)n, line);
		i += k;
	}
}

static double
number(const cJSON *parent, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(parent, key);

	if (!cJSON_IsNumber(item))
		fail_msg("no number '%s'", key);
	return item->valuedouble;
}

static void
play_head(struct lib_cast *p, const cJSON *head)
{
	const cJSON *title = cJSON_GetObjectItemCaseSensitive(head, "title");

	assert_true(cJSON_IsObject(head));
	assert_int_equal((int)number(head, "version"), 2);
	p->head_cols = (int)number(head, "width");
	p->head_rows = (int)number(head, "height");
	p->head_time = number(head, "timestamp");
	assert_true(p->head_cols > 0 && p->head_rows > 0);
	assert_true(cJSON_IsString(title));
	snprintf(p->title, sizeof(p->title), "%s", title->valuestring);
	p->headed = true;
	open_screen(p, p->head_rows, p->head_cols);
}

/* Sequences are whole: behind the text the emulator waits for nothing. */
static void
check_sequences(const char *text)
{
	const char *p = text;

	while ((p = strchr(p, 27)) != NULL) {
		assert_int_equal(p[1], '[');
		p += 2;
		while (*p && (*p < 0x40 || *p > 0x7e))
			p++;
		if (!*p)
			fail_msg("a sequence is cut: %s", text);
	}
}

static void
play_event(struct lib_cast *p, const cJSON *event)
{
	const cJSON *at = cJSON_GetArrayItem(event, 0), *kind = cJSON_GetArrayItem(event, 1);
	const cJSON *data = cJSON_GetArrayItem(event, 2);

	assert_true(cJSON_IsArray(event));
	assert_int_equal(cJSON_GetArraySize(event), 3);
	assert_true(cJSON_IsNumber(at) && cJSON_IsString(kind) && cJSON_IsString(data));
	assert_true(at->valuedouble >= p->at);
	p->at = at->valuedouble;
	if (strcmp(kind->valuestring, "o") == 0) {
		bool whole = strncmp(data->valuestring, CAST_PAINT_ALL, strlen(CAST_PAINT_ALL)) == 0;

		check_sequences(data->valuestring);
		p->pictures++;
		p->whole += whole;
		if (whole)
			p->whole_at = p->at;
		vterm_input_write(p->vt, data->valuestring, strlen(data->valuestring));
	} else if (strcmp(kind->valuestring, "r") == 0) {
		assert_int_equal(sscanf(data->valuestring, "%dx%d", &p->cols, &p->rows), 2);
		vterm_set_size(p->vt, p->rows, p->cols);
		p->sizes++;
	} else if (strcmp(kind->valuestring, "m") == 0) {
		assert_true(p->nmarkers < LIB_CAST_MARKERS);
		p->markers[p->nmarkers].at = p->at;
		snprintf(p->markers[p->nmarkers].label, sizeof(p->markers[0].label), "%s", data->valuestring);
		p->nmarkers++;
	} else {
		fail_msg("an event of kind '%s'", kind->valuestring);
	}
}

void
lib_cast_play(struct lib_cast *p, const char *text, size_t n)
{
	while (n) {
		const char *end = memchr(text, '\n', n);
		size_t k = end ? (size_t)(end - text) : n;
		cJSON *line;

		if (!end)
			fail_msg("the last line is not whole: %.*s", (int)n, text);
		check_bytes(text, k);
		line = cJSON_ParseWithLength(text, k);
		if (!line)
			fail_msg("no JSON: %.*s", (int)k, text);
		if (p->headed)
			play_event(p, line);
		else
			play_head(p, line);
		cJSON_Delete(line);
		p->lines++;
		text += k + 1;
		n -= k + 1;
	}
}

size_t
lib_cast_play_file(struct lib_cast *p, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long n;

	if (!f)
		fail_msg("%s is not there", path);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	n = ftell(f);
	assert_true(n >= 0);
	rewind(f);
	text = malloc((size_t)n + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)n, f), n);
	fclose(f);
	lib_cast_play(p, text, (size_t)n);
	free(text);
	return (size_t)n;
}

/* ---- the screen ------------------------------------------------------------------------------ */

static int
color_index(const VTermColor *color, bool is_default)
{
	return is_default ? COLOR_DEFAULT : color->indexed.idx;
}

static void
check_cell(const struct lib_cast *p, const struct grid *g, const struct theme *theme, enum color_depth depth, int y,
    int x)
{
	struct cell c = grid_at(g, y, x);
	struct look want = theme_look_cell(theme, depth, c.role, c.attrs, c.ground, c.ch);
	VTermScreenCell cell;

	if (c.ch == 0)
		return;
	vterm_screen_get_cell(p->screen, (VTermPos){y, x}, &cell);
	if ((cell.chars[0] ? cell.chars[0] : ' ') != charset_filter(c.ch))
		fail_msg("row %d column %d: U+%04x is shown, U+%04x in the grid", y, x, cell.chars[0], c.ch);
	assert_int_equal(cell.width, charset_width(charset_filter(c.ch)));
	assert_int_equal(cell.attrs.reverse, want.attrs & STYLE_REVERSE ? 1 : 0);
	assert_int_equal(cell.attrs.underline, want.attrs & STYLE_UNDERLINE ? 1 : 0);
	assert_int_equal(color_index(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)), want.bg);
	/* The ink of a blank is not seen. */
	if (c.ch != ' ' || want.attrs) {
		assert_int_equal(cell.attrs.bold, want.attrs & STYLE_BOLD ? 1 : 0);
		assert_int_equal(color_index(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)), want.fg);
	}
}

void
lib_cast_is(const struct lib_cast *p, const struct grid *g, const struct theme *theme, enum color_depth depth)
{
	int y, x;

	assert_int_equal(p->rows, g->rows);
	assert_int_equal(p->cols, g->cols);
	for (y = 0; y < g->rows; y++)
		for (x = 0; x < g->cols; x++)
			check_cell(p, g, theme, depth, y, x);
}

bool
lib_cast_shows(const struct lib_cast *p, const char *text)
{
	char line[8 * GRID_SIDE_MAX];
	int y;

	for (y = 0; y < p->rows; y++) {
		VTermRect r = {y, y + 1, 0, p->cols};
		size_t n = vterm_screen_get_text(p->screen, line, sizeof(line) - 1, r);

		line[n] = '\0';
		if (strstr(line, text))
			return true;
	}
	return false;
}
