#include "tui/term.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "tui/key.h"
#include "tui/keyin.h"
#include "tui/osc52.h"
#include "tui/term_curses.h"
#include "tui/term_light.h"
#include "tui/term_link.h"
#include "tui/term_tty.h"

#define ACK_MS 2000       /* how long a frame's answer is waited for */
#define ACK_FIRST_MS 500  /* the same while the terminal has never answered */
#define ACK_MISSES 3      /* then it is asked no more, until it answers after all */
#define ESCAPE_MS 40      /* an Esc alone is a key after that */
#define BACKGROUND_MS 1500 /* a later answer changes no colours any more */
#define GRACE_MS 100
#define FLUSH_MS 500      /* at the end, for a terminal that takes nothing */
#define ANSWER_MS 200     /* at the end, for the outstanding answer */
#define READS_A_TURN 16
#define CTRL_L 12      /* paints everything again, whatever is on the screen */
#define SYNC_BYTES 1500    /* frames from this size on are shown at once, where the terminal knows how */

enum { SIGNALS = 6 };
static const int signals[SIGNALS] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGINT, SIGHUP};

struct term {
	uv_loop_t *loop;
	struct term_callbacks cb;
	const struct theme *theme;
	unsigned ack_timeout_ms;
	bool frame_marks;
	bool bell; /* to be rung */
	char copy[OSC52_BYTES]; /* to go with the next frame; empty: nothing */
	struct term_tty tty;
	struct term_curses *curses;
	struct keyin keyin;
	int rows, cols;

	uv_poll_t poll;
	uv_signal_t signal[SIGNALS];
	uv_timer_t ack_timer, key_timer, background_timer;
	uv_prepare_t waits;
	uv_check_t woken;
	int handles; /* open ones, for the end */
	bool want_write;

	char *queue; /* [taken, queued) waits for the terminal */
	size_t queued, taken, queue_cap;

	uint64_t frame;
	bool ack_on, ack_wait, ever_acked;
	int misses;
	struct term_link link;
	char about[96];
	char type[48]; /* TERM */
	bool busy; /* ready has to be called when the frame has been taken */

	bool choose_theme;    /* the answer may still change the theme */
	bool background_late; /* its time was over once */
	bool attributes_wait; /* the question for them is out */

	bool gone; /* the terminal hung up */
	bool told; /* hangup has been called */
	bool closing;
	void (*closed)(void *ctx);
	void *closed_ctx;
};

static void on_poll(uv_poll_t *handle, int status, int events);

static uint64_t
now_ms(void)
{
	return uv_hrtime() / 1000000;
}

/* ---- out ------------------------------------------------------------------------------------- */

static void
tell_hangup(struct term *t)
{
	if (t->told || t->closing)
		return;
	t->told = true;
	t->cb.hangup(t->cb.ctx);
}

static void
hang_up(struct term *t)
{
	t->gone = true;
	t->queued = t->taken = 0;
	uv_poll_stop(&t->poll);
	uv_timer_stop(&t->ack_timer);
	uv_timer_stop(&t->key_timer);
	tell_hangup(t);
}

static void
watch(struct term *t, bool write_too)
{
	if (write_too == t->want_write)
		return;
	t->want_write = write_too;
	uv_poll_start(&t->poll, UV_READABLE | (write_too ? UV_WRITABLE : 0), on_poll);
}

static bool
queue_add(struct term *t, struct slice bytes)
{
	char *grown;

	if (t->taken > 0) {
		memmove(t->queue, t->queue + t->taken, t->queued - t->taken);
		t->queued -= t->taken;
		t->taken = 0;
	}
	grown = mem_grow(t->queue, &t->queue_cap, t->queued + bytes.n, 1);
	if (!grown)
		return false;
	t->queue = grown;
	if (bytes.n)
		memcpy(t->queue + t->queued, bytes.p, bytes.n);
	t->queued += bytes.n;
	return true;
}

static bool
queue_str(struct term *t, const char *text)
{
	return queue_add(t, slice_of(text));
}

/* Writes what the terminal takes now. */
static void
pump(struct term *t)
{
	while (t->taken < t->queued && !t->gone) {
		ssize_t n = write(t->tty.fd, t->queue + t->taken, t->queued - t->taken);

		if (n > 0) {
			t->taken += (size_t)n;
		} else if (n == 0 || errno == EAGAIN) {
			watch(t, true);
			return;
		} else if (errno != EINTR) {
			/* Said from the loop: reading will fail as well. */
			t->gone = true;
			t->queued = t->taken = 0;
		}
	}
	watch(t, false);
}

static void
settle(struct term *t)
{
	if (!t->busy || !term_ready(t) || t->closing)
		return;
	t->busy = false;
	t->cb.ready(t->cb.ctx);
}

static void
on_ack_timeout(uv_timer_t *timer)
{
	struct term *t = timer->data;

	/* What is still in our own queue cannot have been answered. */
	if (t->taken < t->queued) {
		uv_timer_start(timer, on_ack_timeout, t->ack_timeout_ms, 0);
		return;
	}
	t->ack_wait = false;
	t->ack_on = ++t->misses < ACK_MISSES;
	settle(t);
}

/*
 * Asks whether the frame has arrived. Where a terminal is known to answer, a large frame has the time that a link of 8
 * kbit/s needs for it: to send more meanwhile would only make what comes later.
 */
static bool
ask(struct term *t, size_t bytes)
{
	unsigned limit = t->ack_timeout_ms + (t->ever_acked ? (unsigned)bytes : 0);

	if (!queue_str(t, "\033[5n"))
		return false;
	if (!t->ever_acked && limit > ACK_FIRST_MS)
		limit = ACK_FIRST_MS;
	t->ack_wait = true;
	term_link_ask(&t->link, now_ms(), bytes);
	uv_timer_start(&t->ack_timer, on_ack_timeout, limit, 0);
	return true;
}

static bool
queue_frame(struct term *t, struct slice bytes)
{
	bool sync = bytes.n >= SYNC_BYTES && term_curses_modern(t->curses);
	char mark[48];
	bool ok = true;

	if (sync)
		ok = queue_str(t, "\033[?2026h");
	ok = ok && queue_add(t, bytes);
	if (sync)
		ok = ok && queue_str(t, "\033[?2026l");
	if (t->bell)
		ok = ok && queue_str(t, "\a");
	t->bell = false;
	ok = ok && queue_str(t, t->copy);
	t->copy[0] = '\0';
	if (bytes.n > 0 && t->ack_on)
		ok = ok && ask(t, bytes.n);
	if (t->frame_marks) {
		snprintf(mark, sizeof(mark), "\033]7770;frame=%llu\033\\", (unsigned long long)++t->frame);
		ok = ok && queue_str(t, mark);
	}
	return ok;
}

bool
term_ready(const struct term *t)
{
	return !t->gone && !t->closing && t->taken == t->queued && !t->ack_wait;
}

bool
term_rest(const struct term *t)
{
	return term_curses_rest(t->curses);
}

void
term_bell(struct term *t)
{
	t->bell = true;
}

bool
term_copy(struct term *t, struct slice text)
{
	return osc52_write(t->copy, getenv("TERM"), text) > 0;
}

void
term_draw(struct term *t, const struct grid *g)
{
	struct slice bytes;
	struct err err;

	if (!term_ready(t))
		return;
	/* Without memory this frame is left out; the next one paints everything. */
	if (term_curses_draw(t->curses, g, t->theme, &bytes, &err) != 0)
		return;
	if (bytes.n == 0 && !t->frame_marks && !t->bell && !t->copy[0])
		return;
	if (!queue_frame(t, bytes)) {
		t->queued = t->taken = 0;
		term_curses_invalidate(t->curses);
		return;
	}
	t->busy = true;
	pump(t);
	if (term_ready(t))
		t->busy = false;
}

/* ---- in -------------------------------------------------------------------------------------- */

static void
take_ack(struct term *t)
{
	t->ever_acked = true;
	t->ack_on = true;
	t->misses = 0;
	if (!t->ack_wait)
		return; /* late: the frame was given up */
	term_link_answer(&t->link, uv_now(t->loop));
	t->ack_wait = false;
	uv_timer_stop(&t->ack_timer);
}

static void
take_background(struct term *t, uint32_t rgb)
{
	const struct theme *theme = term_light_rgb(rgb) ? &theme_light : &theme_dark;

	if (!t->choose_theme)
		return;
	t->choose_theme = false;
	if (theme == t->theme)
		return;
	t->theme = theme;
	t->cb.resumed(t->cb.ctx);
}

static void
on_event(void *ctx, struct keyin_event event)
{
	struct term *t = ctx;

	switch (event.kind) {
	case KEYIN_ACK:
		take_ack(t);
		break;
	case KEYIN_ATTRIBUTES:
		t->ever_acked |= t->attributes_wait; /* it does answer */
		t->attributes_wait = false;
		t->choose_theme = false;
		uv_timer_stop(&t->background_timer);
		break;
	case KEYIN_BACKGROUND:
		if (!t->closing)
			take_background(t, event.code);
		break;
	case KEYIN_PASTED:
		if (!t->closing && t->cb.takes_paste && t->cb.takes_paste(t->cb.ctx))
			t->cb.key(t->cb.ctx, event.code);
		break;
	case KEYIN_KEY:
		if (t->closing || event.code == KEYCODE_NONE)
			break;
		if (event.code == CTRL_L) {
			term_curses_invalidate(t->curses);
			t->cb.resumed(t->cb.ctx);
			break;
		}
		t->cb.key(t->cb.ctx, event.code);
		break;
	}
}

static void
on_key_timeout(uv_timer_t *timer)
{
	struct term *t = timer->data;

	keyin_timeout(&t->keyin, on_event, t);
}

static void
on_background_timeout(uv_timer_t *timer)
{
	struct term *t = timer->data;

	/* A loop that was busy until now has not looked at what has come. */
	if (!t->background_late) {
		t->background_late = true;
		uv_timer_start(timer, on_background_timeout, GRACE_MS, 0);
		return;
	}
	t->choose_theme = false;
}

static void
read_keys(struct term *t)
{
	char bytes[4096];
	unsigned wait_ms;
	int i;

	for (i = 0; i < READS_A_TURN && !t->closing; i++) {
		ssize_t n = read(t->tty.fd, bytes, sizeof(bytes));

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0) {
			hang_up(t);
			return;
		}
		keyin_feed(&t->keyin, bytes, (size_t)n, on_event, t);
		if ((size_t)n < sizeof(bytes))
			break;
	}
	if (t->closing)
		return;
	wait_ms = keyin_wait_ms(&t->keyin, ESCAPE_MS);
	if (wait_ms)
		uv_timer_start(&t->key_timer, on_key_timeout, wait_ms, 0);
	else
		uv_timer_stop(&t->key_timer);
}

static void
on_poll(uv_poll_t *handle, int status, int events)
{
	struct term *t = handle->data;

	if (t->closing)
		return;
	if (status < 0 || t->gone) {
		hang_up(t);
		return;
	}
	term_link_ready(&t->link, uv_now(t->loop));
	if (events & UV_WRITABLE)
		pump(t);
	if (events & UV_READABLE && !t->gone)
		read_keys(t);
	if (!t->closing)
		settle(t);
}

/* ---- taking and giving back ------------------------------------------------------------------ */

static bool
answer_outstanding(const struct term *t)
{
	return t->ack_wait || t->attributes_wait;
}

static void
swallow(void *ctx, struct keyin_event event)
{
	struct term *t = ctx;

	if (event.kind == KEYIN_ACK)
		t->ack_wait = false;
	else if (event.kind == KEYIN_ATTRIBUTES)
		t->attributes_wait = false;
}

/* Waits for answers that are out, and for nothing else; what is typed meanwhile is lost. */
static void
await_answers(struct term *t)
{
	uint64_t end_ms = now_ms() + ANSWER_MS;

	while (answer_outstanding(t)) {
		struct pollfd ready = {.fd = t->tty.fd, .events = POLLIN};
		uint64_t now = now_ms();
		char bytes[512];
		ssize_t n;

		if (now >= end_ms || poll(&ready, 1, (int)(end_ms - now)) <= 0)
			break;
		n = read(t->tty.fd, bytes, sizeof(bytes));
		if (n <= 0)
			break;
		keyin_feed(&t->keyin, bytes, (size_t)n, swallow, t);
	}
	keyin_init(&t->keyin);
}

/* Modes off, screen back, all of it written, keys cooked. */
static void
give_back(struct term *t)
{
	struct slice bytes, rest;
	struct err err;

	uv_timer_stop(&t->ack_timer);
	uv_timer_stop(&t->key_timer);
	if (term_curses_leave(t->curses, &bytes, &err) != 0)
		bytes = term_curses_restore(t->curses);
	if (term_curses_modern(t->curses))
		queue_str(t, "\033[?2004l");
	queue_add(t, bytes);
	if (!t->gone) {
		rest = slice_make(t->queue + t->taken, t->queued - t->taken);
		if (term_tty_write(&t->tty, rest, FLUSH_MS)) {
			await_answers(t);
		} else {
			/* A terminal that takes nothing: throw away what waits for it and leave the least
			 * behind. */
			tcflush(t->tty.fd, TCOFLUSH);
			term_tty_write(&t->tty, term_curses_restore(t->curses), 0);
		}
		tcflush(t->tty.fd, TCIFLUSH);
	}
	t->queued = t->taken = 0;
	t->ack_wait = false;
	term_tty_crash_disarm();
	term_tty_cooked(&t->tty);
}

static void
take_over(struct term *t)
{
	term_tty_raw(&t->tty);
	term_tty_crash_arm(&t->tty, term_curses_restore(t->curses));
	if (term_curses_modern(t->curses))
		queue_str(t, "\033[?2004h");
}

static void
measure(struct term *t)
{
	int rows, cols;

	term_tty_size(&t->tty, &rows, &cols);
	term_curses_resize(t->curses, rows, cols);
	if (rows == t->rows && cols == t->cols)
		return;
	t->rows = rows;
	t->cols = cols;
}

static void
resume(struct term *t)
{
	watch(t, false);
	take_over(t);
	measure(t);
	pump(t);
	t->busy |= !term_ready(t);
	t->cb.resized(t->cb.ctx, t->rows, t->cols);
	t->cb.resumed(t->cb.ctx);
}

static void on_signal(uv_signal_t *handle, int sig);

/*
 * With our handler out of the way the signal has its usual meaning: the process stops here, or, where no shell
 * could continue it (an orphaned group), nothing happens and we carry on.
 */
static void
stop_here(struct term *t)
{
	uv_signal_t *tstp = &t->signal[1];

	give_back(t);
	uv_signal_stop(tstp);
	raise(SIGTSTP);
	uv_signal_start(tstp, on_signal, SIGTSTP);
	resume(t);
}

static void
on_signal(uv_signal_t *handle, int sig)
{
	struct term *t = handle->data;

	if (t->closing)
		return;
	switch (sig) {
	case SIGWINCH:
		if (!t->gone) {
			measure(t);
			t->cb.resized(t->cb.ctx, t->rows, t->cols);
		}
		break;
	case SIGTSTP:
		if (!t->gone)
			stop_here(t);
		break;
	case SIGCONT:
		/* Stopped from outside, the shell has had the terminal meanwhile. */
		if (!t->gone)
			resume(t);
		break;
	default:
		tell_hangup(t);
	}
}

/* ---- opening and closing --------------------------------------------------------------------- */

static void
choose_theme(struct term *t, const struct term_options *o)
{
	t->theme = o->theme;
	if (t->theme)
		return;
	t->theme = term_light_says(getenv("COLORFGBG")) ? &theme_light : &theme_dark;
	if (o->no_color || !term_curses_modern(t->curses) || term_curses_depth(t->curses) == DEPTH_MONO)
		return;
	/* Not every terminal tells its colour, but every one tells what it is: then no other answer will come.
	 */
	if (!queue_str(t, "\033]11;?\033\\\033[c"))
		return;
	t->choose_theme = t->attributes_wait = true;
	uv_timer_start(&t->background_timer, on_background_timeout, BACKGROUND_MS, 0);
}

static void
start_timer(struct term *t, uv_timer_t *timer)
{
	uv_timer_init(t->loop, timer);
	timer->data = t;
	t->handles++;
}

static int
start_handles(struct term *t, struct err *err)
{
	int i, rc = uv_poll_init(t->loop, &t->poll, t->tty.fd);

	if (rc < 0)
		return err_set(err, ERR_UNSUPPORTED, "cannot watch the terminal: %s", uv_strerror(rc));
	t->poll.data = t;
	t->handles++;
	start_timer(t, &t->ack_timer);
	start_timer(t, &t->key_timer);
	start_timer(t, &t->background_timer);
	term_link_watch(&t->link, t->loop, &t->waits, &t->woken);
	t->handles += 2;
	for (i = 0; i < SIGNALS && rc == 0; i++) {
		rc = uv_signal_init(t->loop, &t->signal[i]);
		if (rc < 0)
			break;
		t->signal[i].data = t;
		t->handles++;
		rc = uv_signal_start(&t->signal[i], on_signal, signals[i]);
	}
	if (rc == 0)
		rc = uv_poll_start(&t->poll, UV_READABLE, on_poll);
	return rc < 0 ? err_set(err, ERR_IO, "cannot watch the terminal: %s", uv_strerror(rc)) : 0;
}

static void
term_free(struct term *t)
{
	void (*closed)(void *ctx) = t->closed;
	void *ctx = t->closed_ctx;

	term_curses_free(t->curses);
	term_tty_close(&t->tty);
	mem_free(t->queue);
	mem_free(t);
	if (closed)
		closed(ctx);
}

static void
on_handle_closed(uv_handle_t *handle)
{
	struct term *t = handle->data;

	if (--t->handles == 0)
		term_free(t);
}

/* In the order start_handles counted them: poll, three timers, two of the loop's turns, signals. */
static void
close_handles(struct term *t)
{
	uv_handle_t *all[6 + SIGNALS] = {(uv_handle_t *)&t->poll, (uv_handle_t *)&t->ack_timer,
	    (uv_handle_t *)&t->key_timer, (uv_handle_t *)&t->background_timer, (uv_handle_t *)&t->waits,
	    (uv_handle_t *)&t->woken};
	int i, n = t->handles;

	for (i = 0; i < SIGNALS; i++)
		all[6 + i] = (uv_handle_t *)&t->signal[i];
	if (n == 0)
		term_free(t);
	for (i = 0; i < n; i++) {
		all[i]->data = t;
		uv_close(all[i], on_handle_closed);
	}
}

static void
tell_about(struct term *t, const struct term_options *o, const char *type)
{
	bool ascii = !o->ascii && term_curses_glyphs(t->curses) == GLYPHS_ASCII;
	const char *as = term_curses_as(t->curses);

	if (*as && (!type || !*type))
		snprintf(t->about, sizeof(t->about), "TERM is not set: taken for %.20s", as);
	else if (*as)
		snprintf(t->about, sizeof(t->about), "terminal type '%.20s' is not known here: taken for %.20s",
		    type, as);
	else if (ascii && (!o->codeset || strcmp(o->codeset, "UTF-8") != 0))
		snprintf(t->about, sizeof(t->about), "the locale is not UTF-8 (LANG): drawn in ASCII");
}

int
term_open(struct term **out, uv_loop_t *loop, const struct term_options *options,
    const struct term_callbacks *callbacks, struct err *err)
{
	struct term_curses_options curses = {
	    .term = getenv("TERM"), .colorterm = getenv("COLORTERM"), .no_color = options->no_color};
	struct term *t = mem_calloc(1, sizeof(*t));
	int rc;

	if (!t)
		return err_nomem(err);
	t->loop = loop;
	t->cb = *callbacks;
	t->frame_marks = options->frame_marks;
	t->ack_timeout_ms = options->ack_timeout_ms ? options->ack_timeout_ms : ACK_MS;
	t->ack_on = true;
	snprintf(t->type, sizeof(t->type), "%s", curses.term ? curses.term : "");
	keyin_init(&t->keyin);
	curses.ascii = options->ascii || !options->codeset || strcmp(options->codeset, "UTF-8") != 0;
	rc = term_tty_open(&t->tty, err);
	if (rc)
		goto fail;
	term_tty_size(&t->tty, &t->rows, &t->cols);
	rc = term_curses_open(&t->curses, &curses, t->rows, t->cols, err);
	if (rc)
		goto fail;
	rc = start_handles(t, err);
	if (rc)
		goto fail;
	tell_about(t, options, curses.term);
	take_over(t);
	choose_theme(t, options);
	pump(t);
	t->busy = !term_ready(t);
	*out = t;
	return 0;
fail:
	t->closing = true;
	close_handles(t);
	return rc;
}

void
term_size(const struct term *t, int *rows, int *cols)
{
	*rows = t->rows;
	*cols = t->cols;
}

enum glyphs
term_glyphs(const struct term *t)
{
	return term_curses_glyphs(t->curses);
}

void
term_suspend(struct term *t)
{
	(void)t;
	/* The whole job, as Ctrl-Z does in cooked mode: a parent that only waits for us must stop too, or no
	 * shell wakes. */
	kill(0, SIGTSTP);
}

const struct term_answer *
term_answered(const struct term *t)
{
	return &t->link.last;
}

void
term_facts(const struct term *t, struct term_facts *out)
{
	static const int colors[] = {[DEPTH_MONO] = 0, [DEPTH_16] = 16, [DEPTH_256] = 256};

	*out = (struct term_facts){.colors = colors[term_curses_depth(t->curses)], .answers = t->ever_acked};
	snprintf(out->type, sizeof(out->type), "%s", t->type);
	snprintf(out->as, sizeof(out->as), "%s", term_curses_as(t->curses));
}

const char *
term_about(const struct term *t)
{
	return t->about;
}

const struct theme *
term_theme(const struct term *t)
{
	return t->choose_theme ? NULL : t->theme;
}

void
term_set_theme(struct term *t, const struct theme *theme)
{
	t->theme = theme;
	t->choose_theme = false;
}

void
term_close(struct term *t, void (*closed)(void *ctx), void *ctx)
{
	if (t->closing)
		return;
	t->closing = true;
	t->closed = closed;
	t->closed_ctx = ctx;
	give_back(t);
	close_handles(t);
}
