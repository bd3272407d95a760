#include "tui/prompt.h"

#include <stdio.h>
#include <string.h>

#include "core/duration.h"
#include "tui/key.h"
#include "widgets/charset.h"

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

static void
cut(struct prompt *p, size_t n)
{
	p->n = n;
	p->text[n] = '\0';
}

static void
erase(struct prompt *p)
{
	size_t n = p->n;

	if (n == 0) {
		p->open = false;
		return;
	}
	while (n > 1 && ((unsigned char)p->text[n - 1] & 0xc0) == 0x80)
		n--;
	cut(p, n - 1);
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

bool
prompt_edit(struct prompt *p, uint32_t key)
{
	p->wrong[0] = '\0';
	if (key == KEYCODE_ENTER)
		return true;
	if (key == KEYCODE_ESC)
		p->open = false;
	else if (key == KEYCODE_BACKSPACE)
		erase(p);
	else if (key == ('u' & 0x1f))
		cut(p, 0);
	else if (key >= ' ' && key < 0x110000 && charset_width(key) > 0 && p->n + CHARSET_UTF8_MAX <= PROMPT_BYTES)
		cut(p, p->n + charset_encode(key, p->text + p->n));
	return false;
}
