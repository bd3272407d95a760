#include "tui/shot.h"

#include <limits.h>
#include <stdio.h>

#include "tui/changes.h"
#include "tui/dash_ask.h"
#include "tui/key.h"
#include "tui/plain.h"
#include "tui/setting.h"

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

/* What needs somebody at a terminal, or goes on when the picture is made. */
static const char *
needs_dashboard(const struct shot *shot, const struct ui_request *r)
{
	const struct config_key *key;

	switch (r->kind) {
	case UI_REQUEST_PICK:
	case UI_REQUEST_LIVE:
	case UI_REQUEST_RETRY:
		return "what is followed";
	case UI_REQUEST_SUSPEND:
		return "to suspend";
	case UI_REQUEST_FILE:
	case UI_REQUEST_ROLE:
		return "to read everything again";
	case UI_REQUEST_NOTE:
		return shot->a ? NULL : "a note";
	case UI_REQUEST_SAVE:
	case UI_REQUEST_RECORD:
		return "to record";
	case UI_REQUEST_CONFIG:
		return "to save what was changed";
	case UI_REQUEST_SET:
		key = setting_key(slice_of(r->by));
		return key && key->live == CONFIG_JUDGED ? "what alerts go by" : NULL;
	default:
		return NULL;
	}
}

static void
complain(const struct shot *shot, const char *what, const char *why)
{
	char text[120];

	snprintf(text, sizeof text, "--keys: %s %s", what, why);
	plain_complain(text, shot->env->utf8);
}

static bool
ask(const struct shot *shot, struct ui *ui, struct grid *g, const struct ui_request *r, int64_t mono_ms)
{
	struct changes changes = {0};
	const struct dash_ask a = {
	    .options = shot->options,
	    .env = shot->env,
	    .ui = ui,
	    .grid = g,
	    .store = shot_store(shot),
	    .now_ms = store_now_ms(shot_store(shot)),
	    .mono_ms = mono_ms,
	    .changes = &changes,
	    .theme = shot->theme,
	    .past = shot->past.replay ? replay_past(shot->past.replay) : NULL,
	};
	bool rebase, done = dash_ask(&a, r, &rebase);

	changes_release(&changes);
	if (done && (r->kind == UI_REQUEST_COPY || r->kind == UI_REQUEST_PRINT || r->kind == UI_REQUEST_EXPORT)) {
		plain_put(stderr, slice_of(ui_said(ui)), INT_MAX / 2, shot->env->utf8);
		fputc('\n', stderr);
	}
	return done;
}

void
shot_do(const struct shot *shot, struct ui *ui, struct grid *g, const struct ui_request *r, int64_t mono_ms)
{
	const char *what = needs_dashboard(shot, r);
	char say[REPLAY_SAY_BYTES] = "";

	if (what)
		complain(shot, what, "needs the dashboard");
	else if (ask(shot, ui, g, r, mono_ms))
		return;
	else if (shot->a)
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
		if (code == KEYCODE_ENTER && ui_fault(ui)[0])
			return err_set(err, ERR_INVALID, "--keys: %s", ui_fault(ui));
		shot_do(shot, ui, g, &r, mono_ms);
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
