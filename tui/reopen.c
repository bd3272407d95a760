/* The line: what leads to this view, as a shell reads it. */
#include "tui/reopen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "collectors/url.h"
#include "core/config.h"
#include "tui/settings.h"
#include "tui/ui_place.h"

struct line {
	char *buf;
	size_t bytes, n;
	bool full, odd;
};

static void
put(struct line *l, const char *text, size_t n)
{
	if (l->n + n + 1 > l->bytes) {
		l->full = true;
		return;
	}
	memcpy(l->buf + l->n, text, n);
	l->n += n;
	l->buf[l->n] = '\0';
}

/* Text that can be shown and pasted: whoever made the name did not make it to be run. */
static bool
is_plain(const char *word)
{
	const unsigned char *p = (const unsigned char *)word;

	while (*p) {
		unsigned more = *p < 0x80 ? 0 : *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : 1;

		if (*p < 0x20 || *p == 0x7f || (*p >= 0x80 && *p < 0xc3 && !(*p == 0xc2 && p[1] >= 0xa0)) || *p > 0xf4)
			return false;
		/* Marks that turn the direction of writing, or that nobody sees. */
		if (*p == 0xe2 && (p[1] == 0x80 || p[1] == 0x81) && (p[1] == 0x81 || p[2] < 0x90 || p[2] > 0xa7))
			return false;
		for (p++; more; more--, p++)
			if ((*p & 0xc0) != 0x80)
				return false;
	}
	return true;
}

/* In quotes where the shell would read it as something else. */
static void
put_word(struct line *l, const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";

	l->odd |= !is_plain(word);
	put(l, " ", 1);
	if (*word && strspn(word, safe) == strlen(word)) {
		put(l, word, strlen(word));
		return;
	}
	put(l, "'", 1);
	for (; *word; word++) {
		if (*word == '\'')
			put(l, "'\\''", 4);
		else
			put(l, word, 1);
	}
	put(l, "'", 1);
}

static void
put_option(struct line *l, const char *name, const char *value)
{
	put(l, " --", 3);
	put(l, name, strlen(name));
	if (value)
		put_word(l, value);
}

/* Given options that say what is read, and held against what; what the screen has changed since is said behind. */
static void
put_given(struct line *l, const struct options *o, enum command command)
{
	static const enum option_id ids[] = {OPTION_MODEL, OPTION_STATE, OPTION_SINCE, OPTION_FROM, OPTION_TO,
	    OPTION_CONFIG, OPTION_PASSWORD_FILE, OPTION_FULL_SPEED};

	for (size_t i = 0; i < o->nstreams && options_find("stream", command); i++)
		put_option(l, "stream", o->streams[i]);
	for (size_t i = 0; i < o->nbaselines && options_find("baseline", command); i++)
		put_option(l, "baseline", o->baselines[i]);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		for (size_t k = 0; k < option_row_count && o->given[ids[i]]; k++) {
			const struct option_row *r = &option_rows[k];

			if (r->id == ids[i] && r->commands & COMMAND_BIT(command))
				put_option(l, r->name, r->type == OPTION_TYPE_FLAG ? NULL : o->text[ids[i]]);
		}
	}
}

/* A source as it may be shown. */
static void
put_source(struct line *l, const char *source)
{
	char text[700];
	struct url u;

	if (url_parse(&u, source, NULL)) {
		l->odd = true;
		return;
	}
	if (u.kind == URL_TCP || u.kind == URL_UNIX) {
		snprintf(text, sizeof text, "%s%s%s", u.label, *u.label ? "=" : "", u.shown);
		source = text;
	}
	put_word(l, source);
	url_release(&u);
}

static void
put_sources(struct line *l, const struct options *o, const struct env *env)
{
	for (size_t i = 0; i < o->noperands; i++)
		put_source(l, o->operands[i]);
	if (o->command == COMMAND_DASH && !o->noperands && env->redis_url)
		put_source(l, env->redis_url);
}

static void
put_time(struct line *l, const char *option, int64_t ms)
{
	time_t s = (time_t)(ms / 1000 - (ms % 1000 < 0));
	char text[64];
	struct tm tm;

	if (!gmtime_r(&s, &tm))
		return;
	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(ms - (int64_t)s * 1000));
	put_option(l, option, text);
}

/* What was chosen here; what the configuration has it brings along. */
static void
put_columns(struct line *l, const struct ui *ui)
{
	struct config_table tables[CONFIG_TABLES_MAX];
	size_t n = ui_columns_chosen(ui, tables);

	for (size_t i = 0; i < n; i++) {
		const struct config_table *t = &tables[i];
		char text[CONFIG_COLUMNS_MAX * 24 + 24];
		size_t at = (size_t)snprintf(text, sizeof text, "%s", t->screen);

		for (size_t k = 0; k < t->ncolumns && at < sizeof text; k++)
			at += (size_t)snprintf(text + at, sizeof text - at, "%c%s", k ? ',' : ' ', t->columns[k]);
		put_option(l, "columns", text);
	}
}

/* Where on the screen: what a row is called, or its number. */
static void
put_place(struct line *l, const struct ui_place *p)
{
	char panel[16];

	if (p->pin[0])
		put_option(l, "pin", p->pin);
	if (p->pin[0] && p->pin_moment)
		put_time(l, "pin-at", p->pin_ms);
	for (size_t i = 0; i < p->n; i++)
		put_option(l, "goto", p->places[i]);
	if (p->sort[0])
		put_option(l, "sort", p->sort);
	if (p->filter[0])
		put_option(l, "filter", p->filter);
	snprintf(panel, sizeof panel, "%u", p->panel);
	if (p->panel)
		put_option(l, "panel", panel);
	if (p->expanded)
		put_option(l, "expand", NULL);
	if (p->zoom != WINDOW_AUTO)
		put_option(l, "zoom", window_names[p->zoom]);
	for (size_t i = 0; i < UI_CURSORS_MAX; i++) {
		if (p->at[i].pick[0])
			put_option(l, "pick", p->at[i].pick);
		if (p->at[i].select[0])
			put_option(l, "select", p->at[i].select);
		if (p->at[i].scroll[0])
			put_option(l, "scroll", p->at[i].scroll);
	}
}

int
reopen_line(char *buf, size_t bytes, const struct reopen_view *v, struct err *err)
{
	const struct options *o = v->options;
	bool recording = v->past && !v->past->frozen;
	/* Who prints screens wants to look at this one. */
	enum command command = recording ? COMMAND_REPLAY : o->command == COMMAND_SNAPSHOT ? COMMAND_DASH : o->command;
	struct line l = {.buf = buf, .bytes = bytes};
	struct ui_place place;

	ui_place_read(v->ui, v->store, &place);
	put(&l, "drifttop", 8);
	if (command_rows[command].name)
		put_word(&l, command_rows[command].name);
	put_sources(&l, o, v->env);
	put_given(&l, o, command);
	if (place.utc)
		put_option(&l, "utc", NULL);
	if (ui_window(v->ui) != WINDOW_AUTO)
		put_option(&l, "window", window_names[ui_window(v->ui)]);
	if (v->past)
		put_time(&l, "at", v->past->at_ms);
	put_columns(&l, v->ui);
	put_place(&l, &place);
	if (l.odd)
		return err_set(err, ERR_UNSUPPORTED, "a name here has characters that no command line should hold");
	return l.full ? err_set(err, ERR_LIMIT, "the command line would be longer than %d bytes", REOPEN_BYTES) : 0;
}
