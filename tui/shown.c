#include "tui/shown.h"

#include <stdio.h>
#include <string.h>

#include "tui/settings.h"

/* Until somebody has said one, the background of the terminal does. */
static void
by_background(const struct ui *ui, char out[SHOWN_BYTES])
{
	const char *is = ui->terminal.theme;

	if (strcmp(out, SETTING_NOT_SAID) == 0)
		snprintf(out, SHOWN_BYTES, "%s%sby the terminal's background", is ? is : "", is ? ", " : "");
}

static void
as_terminal_has(const struct ui *ui, char out[SHOWN_BYTES])
{
	const char *is = glyphs_names[ui->terminal.glyphs];
	size_t n = strlen(out);

	if (ui->terminal.rows && strcmp(out, is) != 0)
		snprintf(out + n, SHOWN_BYTES - n, "; drawn with %s", is);
}

static void
of_zone(const struct ui *ui, char out[SHOWN_BYTES])
{
	size_t n = strlen(out);

	if (!ui->utc)
		snprintf(out + n, SHOWN_BYTES - n, ": times are %s", ui->options.zone);
}

static void
of_link(const struct ui *ui, char out[SHOWN_BYTES])
{
	size_t n = strlen(out);

	if (ui->link[0][0])
		snprintf(out + n, SHOWN_BYTES - n, "; %s", ui->link[0]);
}

/* What is found out of what was said. */
static const struct found {
	const char *name;
	void (*put)(const struct ui *ui, char out[SHOWN_BYTES]);
} found[] = {{"theme", by_background}, {"glyphs", as_terminal_has}, {"utc", of_zone}, {"slow", of_link}};

int
shown_setting(const struct ui *ui, const struct setting *s, struct slice name, char out[SHOWN_BYTES],
    const char **from, struct err *err)
{
	int rc = settings_value(ui->options.given, s, name, out, err);

	*from = settings_from(ui->options.given, s, name);
	for (size_t i = 0; i < sizeof found / sizeof *found && !rc; i++)
		if (slice_is(name, found[i].name))
			found[i].put(ui, out);
	return rc;
}
