#include "tui/shot.h"

#include "tui/key.h"

const struct store *
shot_store(const struct shot *shot)
{
	return shot->past.replay ? replay_store(shot->past.replay) : app_store(shot->a);
}

void
shot_draw(const struct shot *shot, struct ui *ui, struct grid *g, int64_t mono_ms)
{
	const struct store *s = shot_store(shot);

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

int
shot_press(const struct shot *shot, struct ui *ui, struct grid *g, const char *keys, int64_t mono_ms,
    struct err *err)
{
	struct slice left = slice_of(keys);
	struct ui_request r;
	uint32_t code;
	int rc;

	/* Keys act on what is on the screen, so there has to be one before the first. */
	shot_draw(shot, ui, g, mono_ms);
	for (;;) {
		rc = key_parse(&left, &code, err);
		if (rc)
			return err_wrap(err, "--keys '%s'", keys);
		if (code == KEYCODE_NONE)
			return 0;
		r = ui_key(ui, shot_store(shot), code, mono_ms);
		if (r.kind == UI_REQUEST_QUIT)
			return 0;
		carry_out(shot, ui, &r, mono_ms);
		shot_draw(shot, ui, g, mono_ms);
	}
}

int
shot_check_keys(const char *keys, struct err *err)
{
	struct slice left = slice_of(keys);
	uint32_t code = KEYCODE_ESC;
	int rc = 0;

	while (!rc && code != KEYCODE_NONE)
		rc = key_parse(&left, &code, err);
	return rc ? (err_wrap(err, "--keys '%s'", keys), ERR_USAGE) : 0;
}
