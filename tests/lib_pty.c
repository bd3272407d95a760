#include "tests/lib_pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "widgets/charset.h"

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

extern char **environ;

/* ---- the child ------------------------------------------------------------------------------- */

static void
set_environment(const char *const *extra)
{
	static const char *const keep[] = {
	    "PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", NULL};
	static char *none[] = {NULL};
	char saved[6][1024];
	int i;

	for (i = 0; keep[i]; i++)
		snprintf(saved[i], sizeof(saved[i]), "%s", getenv(keep[i]) ? getenv(keep[i]) : "");
	environ = none;
	for (i = 0; keep[i]; i++) {
		if (saved[i][0])
			setenv(keep[i], saved[i], 1);
	}
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC0", 1);
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	for (; extra && *extra; extra++) {
		char name[256];
		const char *value = strchr(*extra, '=');

		snprintf(name, sizeof(name), "%.*s", value ? (int)(value - *extra) : 255, *extra);
		if (value)
			setenv(name, value + 1, 1);
		else
			unsetenv(name);
	}
}

static void
run_child(const struct pty_options *o, const char *path)
{
	int fd, sig;
	union {
		const char *const *in;
		char *const *out;
	} argv = {.in = o->argv};

	setsid();
	fd = open(path, O_RDWR);
	if (fd < 0)
		_exit(126);
#ifdef TIOCSCTTY
	ioctl(fd, TIOCSCTTY, 0);
#endif
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	for (fd = 3; fd < 64; fd++)
		close(fd);
	for (sig = 1; sig < 32; sig++)
		signal(sig, SIG_DFL);
	set_environment(o->env);
	if (!o->argv)
		exit(o->child(o->ctx));
	execvp(o->argv[0], argv.out);
	_exit(127);
}

/* ---- the emulator ---------------------------------------------------------------------------- */

static int
on_prop(VTermProp prop, VTermValue *value, void *user)
{
	struct pty *p = user;

	if (prop == VTERM_PROP_ALTSCREEN)
		p->altscreen = value->boolean;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		p->cursor_visible = value->boolean;
	return 1;
}

static int
on_move(VTermPos pos, VTermPos old, int visible, void *user)
{
	struct pty *p = user;

	(void)old;
	(void)visible;
	p->cursor = pos;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_prop, .movecursor = on_move};

void
pty_start(struct pty *p, const struct pty_options *options)
{
	struct winsize size = {
	    .ws_row = (unsigned short)options->rows, .ws_col = (unsigned short)options->cols};
	const char *path;

	memset(p, 0, sizeof(*p));
	p->options = *options;
	p->cursor_visible = true;
	p->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(p->master >= 0 && grantpt(p->master) == 0 && unlockpt(p->master) == 0);
	path = ptsname(p->master);
	assert_non_null(path);
	p->slave = open(path, O_RDWR | O_NOCTTY);
	assert_true(p->slave >= 0);
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	fcntl(p->slave, F_SETFD, FD_CLOEXEC);
	ioctl(p->slave, TIOCSWINSZ, &size);
	tcgetattr(p->slave, &p->found);
	p->vt = vterm_new(options->rows, options->cols);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_set_callbacks(p->screen, &callbacks, p);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	fflush(NULL);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0)
		run_child(options, path);
}

static void
answer(struct pty *p, const char *bytes, size_t n)
{
	if (p->options.deaf)
		return;
	if (p->hold) {
		assert_true(p->held_n + n <= sizeof(p->held));
		memcpy(p->held + p->held_n, bytes, n);
		p->held_n += n;
		return;
	}
	while (n > 0) {
		ssize_t k = write(p->master, bytes, n);

		if (k < 0 && errno != EINTR)
			return;
		if (k > 0) {
			bytes += k;
			n -= (size_t)k;
		}
	}
}

/* One step of looking for `what` in a stream of bytes; true at its last byte. */
static bool
match(size_t *at, const char *what, char c)
{
	if (c != what[*at])
		*at = c == what[0] ? 1 : 0;
	else if (what[++*at] == '\0') {
		*at = 0;
		return true;
	}
	return false;
}

static void
log_byte(struct pty *p, char c)
{
	if (p->log_n == p->log_cap) {
		p->log_cap = p->log_cap ? 2 * p->log_cap : 65536;
		p->log = realloc(p->log, p->log_cap);
		assert_non_null(p->log);
	}
	p->log[p->log_n++] = c;
}

/* Feeds the emulator up to and including the next mark. True at a mark. */
static bool
feed(struct pty *p)
{
	static const char mark[] = "\033]7770;frame=";
	char reply[256];
	bool marked = false;
	size_t n;

	while (p->buf_at < p->buf_n && !marked) {
		char c = p->buf[p->buf_at++];

		log_byte(p, c);
		p->since_mark++;
		if (p->mark_at == sizeof(mark) - 1) {
			size_t k = strlen(p->number);

			if (c >= '0' && c <= '9' && k + 1 < sizeof(p->number)) {
				p->number[k] = c;
				p->number[k + 1] = '\0';
			} else if (c == '\\') {
				p->frame = strtoull(p->number, NULL, 10);
				p->frames_seen++;
				p->number[0] = '\0';
				p->mark_at = 0;
				p->bytes_in_frame = p->since_mark;
				p->since_mark = 0;
				marked = true;
			}
		} else if (c == mark[p->mark_at]) {
			p->mark_at++;
		} else {
			p->mark_at = c == mark[0];
		}
		vterm_input_write(p->vt, &c, 1);
		if (match(&p->osc_at, "\033]11;?", c) && p->options.background) {
			snprintf(reply, sizeof(reply), "\033]11;%s\033\\", p->options.background);
			answer(p, reply, strlen(reply));
		}
		if (match(&p->dsr_at, "\033[5n", c))
			p->answers++;
		n = vterm_output_read(p->vt, reply, sizeof(reply));
		if (n)
			answer(p, reply, n);
	}
	return marked;
}

/* Reads something if there is something within limit_ms. False at the end of the output or the deadline. */
static bool
fill(struct pty *p, int limit_ms)
{
	struct pollfd ready = {.fd = p->master, .events = POLLIN};
	ssize_t n;

	if (p->buf_at < p->buf_n)
		return true;
	if (poll(&ready, 1, limit_ms) <= 0)
		return false;
	n = read(p->master, p->buf, sizeof(p->buf));
	if (n <= 0) {
		p->eof = true;
		return false;
	}
	p->buf_n = (size_t)n;
	p->buf_at = 0;
	return true;
}

/* True once the child is gone; then its status is known. */
static bool
reap(struct pty *p, int flags)
{
	if (p->pid > 0 && waitpid(p->pid, &p->status, WNOHANG | flags) == p->pid) {
		if (!WIFSTOPPED(p->status))
			p->pid = 0;
		return true;
	}
	return p->pid == 0;
}

bool
pty_next_frame(struct pty *p, int limit_ms)
{
	int64_t end = now_ms() + limit_ms;

	for (;;) {
		int64_t left = end - now_ms();

		if (feed(p))
			return true;
		/* A slice at a time: a child that died without a word must not cost the whole deadline. */
		if (!fill(p, left < 100 ? (int)(left > 0 ? left : 0) : 100)) {
			if (p->eof || left <= 0 || (reap(p, 0) && !fill(p, 0)))
				return false;
		}
	}
}

const char *
pty_text(struct pty *p)
{
	static char text[PTY_TEXT_BYTES];
	size_t n = 0;
	int rows, cols, y, x;

	vterm_get_size(p->vt, &rows, &cols);
	for (y = 0; y < rows; y++) {
		size_t end = n;

		for (x = 0; x < cols && n + 32 < sizeof(text); x++) {
			VTermScreenCell cell;

			vterm_screen_get_cell(p->screen, (VTermPos){y, x}, &cell);
			if (cell.chars[0] == UINT32_MAX)
				continue;
			n += charset_encode(cell.chars[0] ? cell.chars[0] : ' ', text + n);
			if (cell.chars[0] && cell.chars[0] != ' ')
				end = n;
		}
		n = end;
		text[n++] = '\n';
	}
	text[n] = '\0';
	return text;
}

bool
pty_shows(struct pty *p, const char *text)
{
	return strstr(pty_text(p), text) != NULL;
}

static void
wait_for(struct pty *p, const char *text, bool shown)
{
	int64_t end = now_ms() + PTY_LIMIT_MS;

	while (p->frames_seen == 0 || pty_shows(p, text) != shown) {
		int64_t left = end - now_ms();

		if (left <= 0 || !pty_next_frame(p, (int)left)) {
			if (p->frames_seen && pty_shows(p, text) == shown)
				return;
			fail_msg("no frame %s \"%s\"; child %s; the screen:\n%s", shown ? "with" : "without",
			    text, reap(p, 0) ? "is gone" : "runs", pty_text(p));
		}
	}
}

void
pty_wait(struct pty *p, const char *text)
{
	wait_for(p, text, true);
}

void
pty_wait_gone(struct pty *p, const char *text)
{
	wait_for(p, text, false);
}

void
pty_send(struct pty *p, const char *bytes)
{
	size_t n = strlen(bytes);
	ssize_t k = write(p->master, bytes, n);

	assert_int_equal(k, n);
}

void
pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	vterm_set_size(p->vt, rows, cols);
	ioctl(p->master, TIOCSWINSZ, &size);
}

static void
wait_child(struct pty *p, int flags)
{
	int64_t end = now_ms() + PTY_LIMIT_MS;

	while (!reap(p, flags)) {
		if (now_ms() > end)
			fail_msg("the child does not end; the screen:\n%s", pty_text(p));
		if (fill(p, 5))
			feed(p);
	}
	while (fill(p, 0))
		feed(p);
}

int
pty_wait_exit(struct pty *p)
{
	wait_child(p, 0);
	return p->status;
}

void
pty_wait_stopped(struct pty *p)
{
	wait_child(p, WUNTRACED);
	assert_true(WIFSTOPPED(p->status));
}

void
pty_release_answers(struct pty *p)
{
	size_t n = p->held_n;

	p->hold = false;
	p->held_n = 0;
	answer(p, p->held, n);
}

bool
pty_read_until(struct pty *p, const char *bytes)
{
	int64_t end = now_ms() + PTY_LIMIT_MS;

	while (!pty_logged(p, bytes)) {
		if (now_ms() > end || p->eof)
			return false;
		if (fill(p, 50))
			feed(p);
	}
	return true;
}

bool
pty_modes_as_found(struct pty *p)
{
	struct termios now;

	return tcgetattr(p->slave, &now) == 0 && now.c_lflag == p->found.c_lflag &&
	       now.c_iflag == p->found.c_iflag && now.c_oflag == p->found.c_oflag;
}

bool
pty_logged(const struct pty *p, const char *bytes)
{
	size_t i, n = strlen(bytes);

	for (i = 0; i + n <= p->log_n; i++) {
		if (memcmp(p->log + i, bytes, n) == 0)
			return true;
	}
	return false;
}

void
pty_free(struct pty *p)
{
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		kill(p->pid, SIGCONT);
		waitpid(p->pid, &p->status, 0);
	}
	if (p->slave >= 0)
		close(p->slave);
	if (p->master >= 0)
		close(p->master);
	if (p->vt)
		vterm_free(p->vt);
	free(p->log);
	memset(p, 0, sizeof(*p));
	p->master = p->slave = -1;
}

void
pty_leave(struct pty *p)
{
	int status;

	pty_send(p, "Q");
	status = pty_wait_exit(p);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(pty_modes_as_found(p));
	assert_false(p->altscreen);
	pty_free(p);
}
