#include "tui/term_link.h"

/* Two clocks, of which one may be read a little before the other. */
#define AT_ONCE_MS 1

void
term_link_wait(struct term_link *l, uint64_t now_ms)
{
	l->waits_ms = now_ms;
}

void
term_link_ready(struct term_link *l, uint64_t now_ms)
{
	uint64_t since = l->woken_ms > l->asked_ms ? l->woken_ms : l->asked_ms;

	if (now_ms <= l->waits_ms + AT_ONCE_MS && now_ms > since)
		l->own_ms += now_ms - since;
}

void
term_link_woken(struct term_link *l, uint64_t now_ms)
{
	l->woken_ms = now_ms;
}

void
term_link_ask(struct term_link *l, uint64_t now_ms, size_t bytes)
{
	l->asked_ms = now_ms;
	l->own_ms = 0;
	l->bytes = bytes;
}

void
term_link_answer(struct term_link *l, uint64_t now_ms)
{
	uint64_t ms = now_ms > l->asked_ms ? now_ms - l->asked_ms : 0;

	l->last = (struct term_answer){
	    .count = l->last.count + 1,
	    .ms = ms < INT32_MAX ? (int)ms : INT32_MAX,
	    .own_ms = l->own_ms < ms ? (int)l->own_ms : ms < INT32_MAX ? (int)ms : INT32_MAX,
	    .bytes = l->bytes,
	};
}

/* ---- the loop's turns -------------------------------------------------------------------------- */

static void
on_waits(uv_prepare_t *handle)
{
	term_link_wait(handle->data, uv_hrtime() / 1000000);
}

static void
on_woken(uv_check_t *handle)
{
	term_link_woken(handle->data, uv_now(handle->loop));
}

void
term_link_watch(struct term_link *l, uv_loop_t *loop, uv_prepare_t *waits, uv_check_t *woken)
{
	uv_prepare_init(loop, waits);
	uv_check_init(loop, woken);
	waits->data = woken->data = l;
	uv_prepare_start(waits, on_waits);
	uv_check_start(woken, on_woken);
	uv_unref((uv_handle_t *)waits);
	uv_unref((uv_handle_t *)woken);
}
