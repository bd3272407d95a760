/* The line: what leads to this view, as a shell reads it. */
#include "tui/reopen.h"

#include <stdio.h>
#include <string.h>

#include "collectors/url.h"
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

struct to_line {
	struct line *line;
	enum command command;
};

/* A part of the view. Where the command is of nothing that stays, as a demo, it takes no moments. */
static void
take_part(void *ctx, enum option_id option, const char *value)
{
	const struct to_line *to = ctx;

	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		if (r->id != option || !(r->commands & COMMAND_BIT(to->command)))
			continue;
		put_option(to->line, r->name, r->type == OPTION_TYPE_FLAG ? NULL : value);
		return;
	}
}

int
reopen_line(char *buf, size_t bytes, const struct reopen_view *v, struct err *err)
{
	const struct options *o = v->options;
	const struct ui_past *past = ui_place_past(v->ui);
	bool recording = past && !past->frozen;
	/* Who prints screens wants to look at this one. */
	enum command command = recording ? COMMAND_REPLAY : o->command == COMMAND_SNAPSHOT ? COMMAND_DASH : o->command;
	struct line l = {.buf = buf, .bytes = bytes};
	struct to_line to = {&l, command};

	put(&l, "drifttop", 8);
	if (command_rows[command].name)
		put_word(&l, command_rows[command].name);
	put_sources(&l, o, v->env);
	put_given(&l, o, command);
	ui_parts_read(v->ui, v->store, take_part, &to);
	if (l.odd)
		return err_set(err, ERR_UNSUPPORTED, "a name here has characters that no command line should hold");
	return l.full ? err_set(err, ERR_LIMIT, "the command line would be longer than %d bytes", REOPEN_BYTES) : 0;
}
