/* A key that does nothing here: what it is for, and where. Silence looks as if the link were dead. */
#include <stdio.h>
#include <string.h>

#include "tui/screen.h"

/* More screens than these are no answer. */
#define NAMED_MOST 6
#define REDRAW	   ('l' & 0x1f) /* the terminal's own; a snapshot has none */

/* The row that tells most of a key: of this screen at another time, else of other screens. NULL: none has it. */
static const struct keymap_row *
row_elsewhere(const struct bindings *b, uint32_t key, enum screen_id screen)
{
	const struct keymap_row *other = NULL;

	for (size_t i = 0; i < keymap_rows; i++) {
		if (bindings_place(b, keymap[i].action, key) == KEYMAP_KEYS)
			continue;
		if (keymap[i].screens & ON(screen))
			return &keymap[i];
		if (!other)
			other = &keymap[i];
	}
	return other;
}

/* "model, feature, events"; empty where there are too many to be read. */
static void
name_screens(enum action action, char *out, size_t bytes)
{
	size_t n = 0, named = 0;

	out[0] = '\0';
	for (int i = 0; i < SCREEN_COUNT && n < bytes; i++)
		if (keymap_works(action, (enum screen_id)i)) {
			n += (size_t)snprintf(out + n, bytes - n, "%s%s", named ? ", " : "", screens[i]->name);
			named++;
		}
	if (named > NAMED_MOST)
		out[0] = '\0';
}

void
ui_hint(struct ui *ui, uint32_t key)
{
	const struct screen *screen = ui_view(ui)->screen;
	const struct keymap_row *row = row_elsewhere(&ui->keys, key, screen->id);
	char name[16], where[80], back[48];
	char *out = ui->message;
	size_t bytes = sizeof ui->message;

	if (key == REDRAW)
		return;
	key_name(key, name, sizeof name);
	if (!row) {
		snprintf(out, bytes, "%s is no key of drifttop", name);
	} else if (row->screens & ON(screen->id) && row->screens & ONLY_PAST) {
		snprintf(out, bytes, "%s (%s) is for the past: %s goes back in time", name, action_names[row->action],
		    bindings_names(&ui->keys, ACTION_TIME_BACK, 1, back, sizeof back));
	} else if (row->screens & ON(screen->id)) {
		snprintf(out, bytes, "%s (%s) is for what is live, not for the past", name, action_names[row->action]);
	} else {
		name_screens(row->action, where, sizeof where);
		snprintf(out, bytes, *where ? "%s (%s) is for %s" : "%s (%s) does nothing here", name,
		    action_names[row->action], where);
	}
}
