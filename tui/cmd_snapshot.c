/* drifttop snapshot: one screen, as it would be after these keys, as text, with colours, or as a
 * picture. */
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/command.h"
#include "tui/export.h"
#include "tui/key.h"
#include "tui/output.h"
#include "tui/replay_file.h"
#include "tui/screen_setup.h"

/* Behind the last key the picture is of a screen at rest: rows have taken their places again. */
#define REST_MS 10000

/* What a screen is of: sources that were read, or a recording. */
struct shot {
	struct app *a;
	struct replay_file past; /* .replay NULL: sources */
};

static const struct store *
shown(const struct shot *shot)
{
	return shot->past.replay ? replay_store(shot->past.replay) : app_store(shot->a);
}

static void
shot_draw(const struct shot *shot, struct ui *ui, struct grid *g, int64_t mono_ms)
{
	const struct store *s = shown(shot);

	ui_draw(ui, s, g, store_now_ms(s), mono_ms);
}

static void
carry_out(const struct shot *shot, struct ui *ui, const struct ui_request *r, int64_t mono_ms)
{
	char say[REPLAY_SAY_BYTES] = "";

	if (shot->a)
		(void)app_request(shot->a, r);
	else if (r->kind == UI_REQUEST_TIME)
		replay_do(shot->past.replay, r, mono_ms, say);
	else if (r->kind == UI_REQUEST_WHATIF && replay_whatif(shot->past.replay, r, say))
		ui_open_whatif(ui);
	if (say[0])
		ui_say(ui, say);
}

static int
press(struct ui *ui, const struct shot *shot, struct grid *g, const char *keys, int64_t *mono_ms,
    struct err *err)
{
	struct slice left = slice_of(keys);
	struct ui_request r;
	uint32_t code;
	int rc;

	/* Keys act on what is on the screen, so there has to be one before the first. */
	shot_draw(shot, ui, g, *mono_ms);
	for (;;) {
		rc = key_parse(&left, &code, err);
		if (rc)
			return err_wrap(err, "--keys '%s'", keys);
		if (code == KEYCODE_NONE)
			return 0;
		r = ui_key(ui, shown(shot), code, *mono_ms);
		if (r.kind == UI_REQUEST_QUIT)
			return 0;
		carry_out(shot, ui, &r, *mono_ms);
		shot_draw(shot, ui, g, *mono_ms);
	}
}

/* Keys are read once before the sources are: a mistyped one need not wait for a million events. */
static int
check_keys(const char *keys, struct err *err)
{
	struct slice left = slice_of(keys);
	uint32_t code = KEYCODE_ESC;
	int rc = 0;

	while (!rc && code != KEYCODE_NONE)
		rc = key_parse(&left, &code, err);
	return rc ? (err_wrap(err, "--keys '%s'", keys), ERR_USAGE) : 0;
}

static int
paint(const struct shot *shot, const struct options *o, const struct env *env, struct grid *g,
    struct err *err)
{
	struct ui_options uo;
	struct ui *ui = NULL;
	int64_t mono_ms = REST_MS;
	int rc;

	if (shot->a)
		screen_setup_ui(o, env, shot->a, &uo);
	else
		replay_file_ui(o, env, &uo);
	rc = ui_new(&ui, &uo, err);
	if (!rc && !shot->a)
		ui_set_past(ui, replay_past(shot->past.replay));
	if (!rc && o->text[OPTION_KEYS])
		rc = press(ui, shot, g, o->text[OPTION_KEYS], &mono_ms, err);
	if (!rc)
		shot_draw(shot, ui, g, mono_ms + REST_MS);
	ui_free(ui);
	return rc;
}

static int
print(const struct grid *g, const struct options *o, const struct env *env,
    const struct theme *theme, FILE *to, struct err *err)
{
	enum color_depth depth =
	    env->no_color || o->given[OPTION_NO_COLOR] ? DEPTH_MONO : DEPTH_256;
	size_t n = 0;
	char *text = NULL;
	int rc;

	rc = export_grid(g, export_format_find(o->text[OPTION_FORMAT]), theme ? theme : themes[0],
	    depth, &text, &n, err);
	if (!rc)
		fwrite(text, 1, n, to);
	mem_free(text);
	return rc;
}

static int
read_all(struct shot *shot, const struct options *o, const struct env *env, struct err *err)
{
	const struct app_setup setup = {.options = o, .env = env, .to_end = true, .state = APP_STATE_READ};
	int rc;

	if (o->noperands == 1 && replay_file_is(o->operands[0]))
		return replay_file_open(&shot->past, o, env, false, err);
	rc = app_open(&shot->a, &setup, err);
	return rc ? rc : app_run_to_end(shot->a, err);
}

int
cmd_snapshot(const struct options *o, const struct env *env, struct err *err)
{
	const struct theme *theme = NULL;
	struct output out = {0};
	struct shot shot = {0};
	struct grid g = {0};
	int rc;

	rc = screen_setup_theme(o, &theme, err);
	if (!rc && o->text[OPTION_KEYS])
		rc = check_keys(o->text[OPTION_KEYS], err);
	if (!rc)
		rc = read_all(&shot, o, env, err);
	if (!rc)
		rc = grid_init(&g, o->rows, o->cols, screen_setup_glyphs(o, GLYPHS_BRAILLE), err);
	if (!rc)
		rc = paint(&shot, o, env, &g, err);
	if (!rc)
		rc = output_open(&out, o->text[OPTION_OUTPUT], err);
	if (!rc) {
		rc = print(&g, o, env, theme, out.to, err);
		rc = output_close(&out, rc, err);
	}
	grid_release(&g);
	replay_file_close(&shot.past);
	app_free(shot.a);
	return rc;
}
