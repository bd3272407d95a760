/* A user interface over a fleet, without a terminal. */
#include "tests/lib_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tui/key.h"

void
desk_draw(struct desk *d)
{
	ui_draw(d->ui, d->s, &d->g, d->now_ms, 1000);
}

void
desk_press(struct desk *d, const char *script)
{
	struct slice rest = slice_of(script);
	struct fact f;
	uint32_t key;

	while (rest.n > 0) {
		assert_int_equal(key_parse(&rest, &key, NULL), 0);
		d->last = ui_key(d->ui, d->s, key, 1000);
		if (ui_request_fact(&d->last, d->now_ms, &f))
			assert_int_equal(store_apply(d->s, &f, NULL), 0);
		desk_draw(d);
	}
}

struct desk *
desk_open(enum fleet_scene scene, const struct ui_options *options)
{
	struct desk *d = mem_calloc(1, sizeof *d);

	assert_non_null(d);
	d->s = fleet_make(scene, &d->now_ms);
	assert_int_equal(ui_new(&d->ui, options, NULL), 0);
	assert_int_equal(grid_init(&d->g, 24, 80, GLYPHS_ASCII, NULL), 0);
	desk_draw(d);
	return d;
}

void
desk_close(struct desk *d)
{
	ui_free(d->ui);
	grid_release(&d->g);
	store_free(d->s);
	mem_free(d);
}

bool
desk_row_shows(const struct desk *d, int row, const char *text)
{
	char line[512];
	size_t n = 0;

	for (int col = 0; col < d->g.cols; col++) {
		uint32_t ch = d->g.cells[row * d->g.cols + col].ch;

		line[n++] = (char)(ch < 127 ? ch : '?');
	}
	line[n] = '\0';
	return strstr(line, text) != NULL;
}

bool
desk_shows(const struct desk *d, const char *text)
{
	for (int row = 0; row < d->g.rows; row++)
		if (desk_row_shows(d, row, text))
			return true;
	return false;
}
