#include "tui/row_name.h"

#include <stdio.h>
#include <string.h>

#include "tui/timearg.h"
#include "tui/ui_place.h"

#define TIME_CHARS 24 /* as ui_place_time writes them */

bool
row_name_row(const struct list *l, size_t place, size_t *row)
{
	if (place >= l->n)
		return false;
	*row = l->order[place];
	return true;
}

void
row_name_put(char *buf, struct slice name)
{
	snprintf(buf, ROW_NAME_BYTES, "%.*s", (int)(name.n < LIMIT_NAME_BYTES ? name.n : LIMIT_NAME_BYTES), name.p);
}

static size_t
add_word(char *buf, size_t n, struct slice word)
{
	if (!word.n)
		return n;
	return n + (size_t)snprintf(buf + n, ROW_NAME_BYTES - n, "%.*s ",
		       (int)(word.n < LIMIT_NAME_BYTES ? word.n : LIMIT_NAME_BYTES), word.p);
}

void
row_name_alert(char *buf, const struct alert_key *key, int64_t from_ms)
{
	char time[32];
	size_t n = add_word(buf, 0, key->rule);

	n = add_word(buf, n, key->model);
	n = add_word(buf, n, key->version);
	n = add_word(buf, n, key->feature);
	n = add_word(buf, n, key->source);
	snprintf(buf + n, ROW_NAME_BYTES - n, "%s", ui_place_time(from_ms, time));
}

/* ---- of a list ------------------------------------------------------------------------------------------------- */

/* "KEY TIME": how long the first is, and the other; false: it ends with none. */
static bool
take_time(const char *text, size_t *stem, int64_t *ms)
{
	const struct timearg_place place = {0};
	size_t n = strlen(text);

	if (n <= TIME_CHARS || text[n - TIME_CHARS - 1] != ' ' || text[n - 1] != 'Z')
		return false;
	*stem = n - TIME_CHARS;
	return timearg_parse_shown(ms, text + *stem, &place, NULL) == 0;
}

static bool
find_nearest(const struct ui *ui, const struct view *v, unsigned panel, const char *text, size_t *place)
{
	int64_t ms, at_ms, least = ROW_NAME_NEAR_MS + 1;
	char name[ROW_NAME_BYTES];
	size_t stem, n;

	if (!take_time(text, &stem, &ms))
		return false;
	for (size_t i = 0; v->screen->row_name(ui, v, panel, i, name); i++) {
		int64_t far;

		if (!take_time(name, &n, &at_ms) || n != stem || memcmp(name, text, n) != 0)
			continue;
		far = at_ms > ms ? at_ms - ms : ms - at_ms;
		if (far < least) {
			least = far;
			*place = i;
		}
	}
	return least <= ROW_NAME_NEAR_MS;
}

bool
row_name_find(const struct ui *ui, const struct view *v, unsigned panel, const char *text, size_t *place)
{
	char name[ROW_NAME_BYTES];

	if (!v->screen->row_name || !*text)
		return false;
	for (*place = 0; v->screen->row_name(ui, v, panel, *place, name); ++*place)
		if (strcmp(name, text) == 0)
			return true;
	return find_nearest(ui, v, panel, text, place);
}

bool
row_name_is(const char **text)
{
	if (**text == '=') {
		++*text;
		return true;
	}
	return (*text)[strspn(*text, "0123456789")] != '\0';
}

bool
row_name_read(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	char name[ROW_NAME_BYTES];
	const char *text = name;
	size_t found;

	if (!v->screen->row_name || !v->screen->row_name(ui, v, panel, place, name) || !ui_part_is_plain(name) ||
	    !row_name_find(ui, v, panel, name, &found) || found != place)
		return false;
	if (*name == '=' || !row_name_is(&text) || (panel == 0 && *name >= '1' && *name <= '9' && name[1] == ':'))
		return snprintf(buf, ROW_NAME_BYTES, "=%s", name) < ROW_NAME_BYTES;
	snprintf(buf, ROW_NAME_BYTES, "%s", name);
	return true;
}
