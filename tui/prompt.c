#include "tui/prompt.h"

#include <stdio.h>
#include <string.h>

#include "core/duration.h"
#include "tui/key.h"
#include "widgets/charset.h"

#define CTRL(c) ((c) & 0x1f)

void
prompt_open(struct prompt *p, uint64_t alert)
{
	memset(p, 0, sizeof *p);
	p->open = true;
	p->alert = alert;
}

void
prompt_open_kind(struct prompt *p, enum prompt_kind kind)
{
	prompt_open(p, 0);
	p->kind = kind;
}

bool
prompt_put(struct prompt *p, size_t from, size_t to, struct slice bytes)
{
	size_t most = p->kind == PROMPT_COMMAND ? PROMPT_BYTES : PROMPT_TEXT_BYTES;

	if (p->n - (to - from) + bytes.n > most)
		return false;
	memmove(p->text + from + bytes.n, p->text + to, p->n - to);
	if (bytes.n)
		memcpy(p->text + from, bytes.p, bytes.n);
	p->n = p->n - (to - from) + bytes.n;
	p->text[p->n] = '\0';
	p->at = from + bytes.n;
	return true;
}

void
prompt_set(struct prompt *p, const char *text)
{
	(void)prompt_put(p, 0, p->n, slice_of(text));
}

/* The character before a byte begins there; and the one behind that. */
static size_t
before(const struct prompt *p, size_t at)
{
	while (at > 0 && ((unsigned char)p->text[--at] & 0xc0) == 0x80)
		;
	return at;
}

static size_t
behind(const struct prompt *p, size_t at)
{
	while (at < p->n && ((unsigned char)p->text[++at] & 0xc0) == 0x80)
		;
	return at < p->n ? at : p->n;
}

static size_t
word_before(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && p->text[at - 1] == ' ')
		at--;
	while (at > 0 && p->text[at - 1] != ' ')
		at--;
	return at;
}

static bool
answer(struct prompt *p, int64_t now_ms, int64_t utc_offset_ms, int64_t *to_ms, struct slice *reason)
{
	struct err err = {0};

	if (duration_parse(slice_make(p->text, p->n), now_ms, utc_offset_ms, to_ms, reason, &err)) {
		snprintf(p->wrong, sizeof p->wrong, "%.*s", (int)sizeof p->wrong - 1, err.msg);
		return false;
	}
	if (*to_ms == DURATION_UNTIL_CLEAR)
		*to_ms = ALERT_UNTIL_CLEAR;
	p->open = false;
	return true;
}

bool
prompt_key(
    struct prompt *p, uint32_t key, int64_t now_ms, int64_t utc_offset_ms, int64_t *to_ms, struct slice *reason)
{
	return prompt_edit(p, key) && answer(p, now_ms, utc_offset_ms, to_ms, reason);
}

/* Where the cursor goes; SIZE_MAX: the key moves nothing. */
static size_t
moved(const struct prompt *p, uint32_t key)
{
	switch (key) {
	case KEYCODE_LEFT:
	case CTRL('b'):
		return before(p, p->at);
	case KEYCODE_RIGHT:
	case CTRL('f'):
		return behind(p, p->at);
	case KEYCODE_HOME:
	case CTRL('a'):
		return 0;
	case KEYCODE_END:
	case CTRL('e'):
		return p->n;
	default:
		return SIZE_MAX;
	}
}

bool
prompt_edit(struct prompt *p, uint32_t key)
{
	char text[CHARSET_UTF8_MAX];
	size_t to = moved(p, key);

	p->wrong[0] = '\0';
	if (to != SIZE_MAX)
		p->at = to;
	else if (key == KEYCODE_ENTER)
		return true;
	else if (key == KEYCODE_ESC)
		p->open = false;
	else if (key == KEYCODE_BACKSPACE && p->n == 0)
		p->open = false;
	else if (key == KEYCODE_BACKSPACE)
		(void)prompt_put(p, before(p, p->at), p->at, slice_of(""));
	else if (key == KEYCODE_DELETE)
		(void)prompt_put(p, p->at, behind(p, p->at), slice_of(""));
	else if (key == CTRL('u'))
		(void)prompt_put(p, 0, p->at, slice_of(""));
	else if (key == CTRL('k'))
		(void)prompt_put(p, p->at, p->n, slice_of(""));
	else if (key == CTRL('w'))
		(void)prompt_put(p, word_before(p), p->at, slice_of(""));
	else if (key >= ' ' && key < 0x110000 && charset_width(key) > 0)
		(void)prompt_put(p, p->at, p->at, slice_make(text, charset_encode(key, text)));
	return false;
}
