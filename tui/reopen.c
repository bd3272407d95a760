/* The line: what leads to this view, as a shell reads it. */
#include "tui/reopen.h"

#include <stdio.h>
#include <string.h>

#include "collectors/url.h"
#include "core/mem.h"
#include "tui/again.h"
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

/* In quotes where the shell would read it as something else. */
static void
put_word(struct line *l, const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";

	l->odd |= !ui_part_is_plain(word);
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

const enum reopen_use reopen_uses[OPTION_COUNT] = {
    [OPTION_STREAM] = REOPEN_SAID,
    [OPTION_BASELINE] = REOPEN_SAID,
    [OPTION_MODEL] = REOPEN_SAID,
    [OPTION_STATE] = REOPEN_SAID,
    [OPTION_SINCE] = REOPEN_SAID,
    [OPTION_FROM] = REOPEN_SAID,
    [OPTION_TO] = REOPEN_SAID,
    [OPTION_CONFIG] = REOPEN_SAID,
    [OPTION_PASSWORD_FILE] = REOPEN_SAID,
    [OPTION_FULL_SPEED] = REOPEN_SAID,
    [OPTION_AT] = REOPEN_VIEW,
    [OPTION_GOTO] = REOPEN_VIEW,
    [OPTION_FILTER] = REOPEN_VIEW,
    [OPTION_PANEL] = REOPEN_VIEW,
    [OPTION_SORT] = REOPEN_VIEW,
    [OPTION_SELECT] = REOPEN_VIEW,
    [OPTION_PICK] = REOPEN_VIEW,
    [OPTION_SCROLL] = REOPEN_VIEW,
    [OPTION_COLUMNS] = REOPEN_VIEW,
    [OPTION_PIN] = REOPEN_VIEW,
    [OPTION_PIN_AT] = REOPEN_VIEW,
    [OPTION_ZOOM] = REOPEN_VIEW,
    [OPTION_EXPAND] = REOPEN_VIEW,
    [OPTION_UNFOLD] = REOPEN_VIEW,
    [OPTION_FOLD] = REOPEN_VIEW,
    [OPTION_WINDOW] = REOPEN_VIEW,
    [OPTION_UTC] = REOPEN_VIEW,
    [OPTION_NO_UTC] = REOPEN_VIEW,
    [OPTION_THEME] = REOPEN_LOOKS,
    [OPTION_NO_COLOR] = REOPEN_LOOKS,
    [OPTION_ASCII] = REOPEN_LOOKS,
    [OPTION_GLYPHS] = REOPEN_LOOKS,
    [OPTION_PLAIN] = REOPEN_LOOKS,
    [OPTION_SLOW] = REOPEN_LOOKS,
    [OPTION_ACTIONS] = REOPEN_DEEDS,
    [OPTION_CAST] = REOPEN_DEEDS,
    [OPTION_EVENTS] = REOPEN_DEEDS,
    [OPTION_FLIGHT] = REOPEN_DEEDS,
    [OPTION_SPEED] = REOPEN_DEEDS,
    [OPTION_HELP] = REOPEN_DEEDS,
    [OPTION_VERSION] = REOPEN_DEEDS,
};

static const struct option_row *
row_of(enum option_id id, enum command command)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (option_rows[i].id == id && option_rows[i].commands & COMMAND_BIT(command))
			return &option_rows[i];
	return NULL;
}

static void
put_given(struct line *l, const struct options *o, enum command command)
{
	for (size_t i = 0; i < o->nwords; i++) {
		const struct option_row *r = row_of(o->words[i].id, command);

		if (r && reopen_uses[r->id] == REOPEN_SAID)
			put_option(l, r->name, r->type == OPTION_TYPE_FLAG ? NULL : o->words[i].value);
	}
}

/*
 * Streams that somebody has picked beside those that are asked for. Patterns that are named take the place of the usual
 * ones.
 */
static void
put_picked(struct line *l, const struct reopen_view *v)
{
	const char *const *patterns = v->options->streams, *const *usual = again_usual;
	size_t n = v->options->nstreams;
	bool first = n == 0;
	char *pattern;

	for (size_t i = 0; i < store_source_count(v->store); i++)
		for (size_t k = 0; k < store_stream_count(v->store, i); k++) {
			const struct fact_stream *st = store_stream(v->store, i, k);

			if (!again_is_picked(st, n ? patterns : usual, n ? n : AGAIN_USUAL))
				continue;
			for (size_t u = 0; first && u < AGAIN_USUAL; u++)
				put_option(l, "stream", usual[u]);
			first = false;
			pattern = again_pattern(st->key);
			if (pattern)
				put_option(l, "stream", pattern);
			l->odd |= !pattern;
			mem_free(pattern);
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

	const struct option_row *r = row_of(option, to->command);

	if (r)
		put_option(to->line, r->name, r->type == OPTION_TYPE_FLAG ? NULL : value);
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
	if (row_of(OPTION_STREAM, command))
		put_picked(&l, v);
	ui_parts_read(v->ui, v->store, take_part, &to);
	if (l.odd)
		return err_set(err, ERR_UNSUPPORTED, "a name here has characters that no command line should hold");
	return l.full ? err_set(err, ERR_LIMIT, "the command line would be longer than %d bytes", REOPEN_BYTES) : 0;
}
