/* A user interface without a terminal. */
#include "tests/lib_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_recording.h"
#include "tests/lib_tmp.h"
#include "tui/key.h"
#include "tui/screen.h"

static const struct store *
shown(const struct desk *d)
{
	return d->r ? replay_store(d->r) : d->s;
}

void
desk_draw(struct desk *d)
{
	ui_draw(d->ui, shown(d), &d->g, d->r ? replay_time_ms(d->r) : d->now_ms, d->mono_ms);
}

struct ui_request
desk_key(struct desk *d, uint32_t key)
{
	d->last = ui_key(d->ui, shown(d), key, d->mono_ms);
	return d->last;
}

void
desk_press(struct desk *d, const char *script)
{
	struct slice rest = slice_of(script);
	struct fact f;
	uint32_t key;

	while (rest.n > 0) {
		assert_int_equal(key_parse(&rest, &key, NULL), 0);
		desk_key(d, key);
		if (d->own && ui_request_fact(&d->last, d->now_ms, &f))
			assert_int_equal(store_apply(d->s, &f, NULL), 0);
		desk_draw(d);
	}
}

void
desk_filter(struct desk *d, const char *text)
{
	char keys[300];

	snprintf(keys, sizeof keys, "/<C-u>%s<Enter>", text);
	desk_press(d, keys);
	if (d->ui->typing)
		fail_msg("%s: '%s' is wrong: %s", ui_view(d->ui)->screen->name, text, ui_view(d->ui)->filter.why);
}

void
desk_seek(struct desk *d, int64_t minute)
{
	assert_int_equal(replay_seek(d->r, LIB_RECORDING_BEGIN + minute * 60000, NULL), 0);
	ui_set_past(d->ui, replay_past(d->r));
	d->mono_ms += minute * 60000;
	desk_draw(d);
}

void
desk_size(struct desk *d, int rows, int cols, enum glyphs glyphs)
{
	grid_release(&d->g);
	assert_int_equal(grid_init(&d->g, rows, cols, glyphs, NULL), 0);
	desk_draw(d);
}

int
desk_init(struct desk *d, struct store *s, int64_t now_ms, const struct ui_options *options, struct err *err)
{
	int rc;

	memset(d, 0, sizeof *d);
	d->s = s;
	d->now_ms = now_ms;
	d->mono_ms = DESK_MONO_MS;
	rc = ui_new(&d->ui, options, err);
	if (!rc)
		desk_size(d, 24, 80, GLYPHS_ASCII);
	return rc;
}

void
desk_init_replay(struct desk *d, struct recording *rec, const struct ui_options *options)
{
	const struct replay_options ro = {.name = "a.dtr"};

	memset(d, 0, sizeof *d);
	d->mono_ms = DESK_MONO_MS;
	assert_int_equal(replay_open(&d->r, rec, &ro, NULL), 0);
	assert_int_equal(ui_new(&d->ui, options, NULL), 0);
	ui_set_past(d->ui, replay_past(d->r));
	desk_size(d, 24, 80, GLYPHS_ASCII);
}

void
desk_release(struct desk *d)
{
	ui_free(d->ui);
	grid_release(&d->g);
	replay_close(d->r);
	if (d->own)
		store_free(d->s);
	memset(d, 0, sizeof *d);
}

struct desk *
desk_open(enum fleet_scene scene, const struct ui_options *options)
{
	struct desk *d = mem_calloc(1, sizeof *d);
	struct store *s;
	int64_t now_ms;

	assert_non_null(d);
	s = fleet_make(scene, &now_ms);
	assert_int_equal(desk_init(d, s, now_ms, options, NULL), 0);
	d->own = true;
	return d;
}

void
desk_close(struct desk *d)
{
	desk_release(d);
	mem_free(d);
}

/* ---- what is seen ------------------------------------------------------------------------------------------------ */

const char *
desk_row(const struct desk *d, int row)
{
	static char line[512];
	int n = 0;

	for (int col = 0; col < d->g.cols && n < (int)sizeof line - 1; col++) {
		uint32_t ch = d->g.cells[row * d->g.cols + col].ch;

		line[n++] = ch >= ' ' && ch < 0x7f ? (char)ch : '?';
	}
	line[n] = '\0';
	return line;
}

bool
desk_row_shows(const struct desk *d, int row, const char *text)
{
	return strstr(desk_row(d, row), text) != NULL;
}

int
desk_find(const struct desk *d, const char *text)
{
	for (int row = 0; row < d->g.rows; row++)
		if (desk_row_shows(d, row, text))
			return row;
	return -1;
}

bool
desk_shows(const struct desk *d, const char *text)
{
	return desk_find(d, text) >= 0;
}

/* ---- commands ---------------------------------------------------------------------------------------------------- */

void
desk_command(struct desk *d, const char *line)
{
	desk_press(d, ":");
	for (; *line; line++)
		desk_key(d, (unsigned char)*line);
	desk_press(d, "<Enter>");
}

void
desk_check_row(const struct desk *d, int at, const char *text)
{
	if (!strstr(desk_row(d, at), text))
		fail_msg("'%s' is not in '%s'", text, desk_row(d, at));
}

void
desk_check_wrong(struct desk *d, const char *line, const char *sentence, int place)
{
	desk_command(d, line);
	assert_true(ui_takes_text(d->ui));
	/* A long one has a row of its own above the mark. */
	desk_check_row(d, desk_row_shows(d, 21, sentence) ? 21 : 22, sentence);
	if (place >= 0) {
		char seen = desk_row(d, 22)[2 + place];

		if (seen != 'v')
			fail_msg("'%s': the mark is not at %d: '%s'", line, place, desk_row(d, 22));
	}
	assert_int_equal(d->last.kind, UI_REQUEST_NONE);
	desk_press(d, "<Esc>");
	assert_false(ui_takes_text(d->ui));
}

/* ---- a recording ------------------------------------------------------------------------------------------------- */

void
desk_film_open(struct desk_film *f, const char *name, int minutes)
{
	lib_tmp_file(f->path, sizeof f->path, name);
	lib_recording_save_fleet(f->path, minutes);
	assert_int_equal(recording_open(&f->rec, f->path, NULL), 0);
}

void
desk_film_close(struct desk_film *f)
{
	recording_close(f->rec);
	lib_tmp_remove(f->path);
}

void
desk_shelf_open(struct desk_shelf *f, const char *name, int minutes)
{
	lib_tmp_make(f->root, sizeof f->root, name);
	snprintf(f->film, sizeof f->film, "%s/a.dtr", f->root);
	lib_recording_save_fleet(f->film, minutes);
}

void
desk_shelf_close(struct desk_shelf *f)
{
	lib_tmp_remove(f->root);
}
