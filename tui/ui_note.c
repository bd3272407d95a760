/* A note of the moment that is shown: asked for in the last line, carried out by the program. */
#include <stdio.h>

#include "tui/screen.h"

void
ui_note_ask(struct ui *ui)
{
	prompt_open_kind(&ui->prompt, PROMPT_NOTE);
}

/* Whose it is stands in front: a note is read by others, in files that are sent around. */
void
ui_note_key(struct ui *ui, uint32_t key, struct ui_request *request)
{
	struct prompt *p = &ui->prompt;

	if (!prompt_edit(p, key))
		return;
	p->open = false;
	if (!p->n)
		return;
	*request = (struct ui_request){.kind = UI_REQUEST_NOTE, .to_ms = ui->now_ms, .model = ui_view(ui)->model};
	/* Of some screens the "model" is something else. */
	if (ui_view(ui)->screen->id == SCREEN_HELP || ui_view(ui)->model >= ui->nmodels)
		request->model = SIZE_MAX;
	snprintf(request->by, sizeof request->by, "%s", ui->options.user);
	snprintf(request->reason, sizeof request->reason, "%s%s%s", ui->options.user, *ui->options.user ? ": " : "",
	    p->text);
	ui_say(ui, "noted");
}
