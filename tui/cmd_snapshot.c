/* drifttop snapshot: one screen, as it would be after these keys, as text, with colours, or as a
 * picture. */
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "tui/command.h"
#include "tui/export.h"
#include "tui/output.h"
#include "tui/plain.h"
#include "tui/reopen.h"
#include "tui/screen_setup.h"
#include "tui/settings.h"
#include "tui/shot.h"

/* Where the command line says to begin. */
static int
begin(const struct shot *shot, struct ui *ui, struct grid *g, int64_t mono_ms, struct err *err)
{
	struct reopen reopen = {.options = shot->options, .env = shot->env};
	struct ui_request r;
	int rc;

	do {
		rc = reopen_step(&reopen, ui, shot_store(shot), mono_ms, true, &r, err);
		if (!rc && r.kind != UI_REQUEST_NONE)
			shot_do(shot, ui, g, &r, mono_ms);
	} while (!rc && r.kind != UI_REQUEST_NONE);
	if (!rc && reopen_rows(&reopen)) {
		shot_draw(shot, ui, g, mono_ms);
		rc = reopen_step(&reopen, ui, shot_store(shot), mono_ms, true, &r, err);
	}
	return rc;
}

static int
paint(const struct shot *shot, const struct options *o, const struct env *env, struct grid *g,
    struct err *err)
{
	struct ui_options uo;
	struct ui *ui = NULL;
	int64_t mono_ms = SHOT_REST_MS;
	int rc;

	if (shot->a)
		screen_setup_ui(o, env, shot->a, &uo);
	else
		replay_file_ui(o, env, &uo);
	rc = ui_new(&ui, &uo, err);
	if (!rc && !shot->a)
		ui_set_past(ui, replay_past(shot->past.replay));
	if (!rc)
		rc = begin(shot, ui, g, mono_ms, err);
	if (!rc && o->text[OPTION_KEYS])
		rc = shot_press(shot, ui, g, o->text[OPTION_KEYS], mono_ms, err);
	if (!rc)
		shot_draw(shot, ui, g, mono_ms + SHOT_REST_MS);
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
	struct theme_choice theme;
	struct output out = {0};
	struct shot shot = {.options = o, .env = env, .theme = &theme};
	struct grid g = {0};
	int rc;

	rc = screen_setup_theme(o, env, &theme, err);
	if (!rc && theme.warning[0])
		plain_complain(theme.warning, env->utf8);
	if (!rc && o->text[OPTION_KEYS])
		rc = shot_check_keys(o->text[OPTION_KEYS], err);
	if (!rc)
		rc = read_all(&shot, o, env, err);
	if (!rc)
		rc = grid_init(&g, o->rows, o->cols, settings_glyphs(o, GLYPHS_BRAILLE), err);
	if (!rc)
		rc = paint(&shot, o, env, &g, err);
	if (!rc)
		rc = output_open(&out, o->text[OPTION_OUTPUT], err);
	if (!rc) {
		rc = print(&g, o, env, theme.theme, out.to, err);
		rc = output_close(&out, rc, err);
	}
	grid_release(&g);
	replay_file_close(&shot.past);
	app_free(shot.a);
	return rc;
}
