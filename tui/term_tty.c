#include "tui/term_tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "widgets/grid.h"

/* ---- the device ------------------------------------------------------------------------------ */

static int
open_device(void)
{
	const int flags = O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = -1;

#ifdef __APPLE__
	/* kqueue watches /dev/ttysNNN but not /dev/tty. */
	if (ttyname(STDOUT_FILENO))
		fd = open(ttyname(STDOUT_FILENO), flags);
	if (fd >= 0)
		return fd;
#endif
	fd = open("/dev/tty", flags);
	return fd;
}

int
term_tty_open(struct term_tty *tty, struct err *err)
{
	memset(tty, 0, sizeof(*tty));
	tty->fd = -1;
	if (!isatty(STDOUT_FILENO))
		return err_set(err, ERR_UNSUPPORTED,
		    "standard output is not a terminal: use `drifttop report` or `drifttop --plain` there");
	tty->fd = open_device();
	if (tty->fd < 0 || tcgetattr(tty->fd, &tty->found) < 0) {
		err_set(err, ERR_UNSUPPORTED,
		    "no terminal to read keys from (%s): use `drifttop report` or `drifttop --plain`",
		    strerror(errno));
		term_tty_close(tty);
		return ERR_UNSUPPORTED;
	}
	tty->raw = tty->found;
	tty->raw.c_iflag &=
	    ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXOFF);
	tty->raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	tty->raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	tty->raw.c_cflag |= CS8;
	tty->raw.c_oflag |= OPOST | ONLCR; /* so that what a library might print by itself stays readable */
	tty->raw.c_cc[VMIN] = 1;
	tty->raw.c_cc[VTIME] = 0;
	return 0;
}

void
term_tty_close(struct term_tty *tty)
{
	if (tty->fd >= 0)
		close(tty->fd);
	tty->fd = -1;
}

/* TCSANOW: waiting for the output to drain could wait for ever on a terminal that takes nothing. */
void
term_tty_raw(struct term_tty *tty)
{
	tcsetattr(tty->fd, TCSANOW, &tty->raw);
	tty->is_raw = true;
}

void
term_tty_cooked(struct term_tty *tty)
{
	if (tty->is_raw)
		tcsetattr(tty->fd, TCSANOW, &tty->found);
	tty->is_raw = false;
}

static int
clamp_side(int n, int fallback)
{
	return n < 1 ? fallback : n > GRID_SIDE_MAX ? GRID_SIDE_MAX : n;
}

void
term_tty_size(const struct term_tty *tty, int *rows, int *cols)
{
	struct winsize size = {0};

	if (ioctl(tty->fd, TIOCGWINSZ, &size) < 0)
		size.ws_row = size.ws_col = 0;
	*rows = clamp_side(size.ws_row, 24);
	*cols = clamp_side(size.ws_col, 80);
}

bool
term_tty_write(const struct term_tty *tty, struct slice bytes, int limit_ms)
{
	while (bytes.n > 0) {
		ssize_t n = write(tty->fd, bytes.p, bytes.n);
		struct pollfd ready = {.fd = tty->fd, .events = POLLOUT};

		if (n > 0) {
			bytes.p += n;
			bytes.n -= (size_t)n;
		} else if (n < 0 && errno == EINTR) {
			continue;
		} else if (n == 0 || errno != EAGAIN || poll(&ready, 1, limit_ms) <= 0) {
			return false;
		}
	}
	return true;
}

/* ---- crashes --------------------------------------------------------------------------------- */

static const int crash_signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

/* What the handler needs, in one place, prepared: there it may call nothing but a handful of system calls. */
static struct {
	struct term_tty tty;
	char restore[192];
	size_t restore_bytes;
	volatile sig_atomic_t armed;
} crash;

static char crash_stack[65536]; /* a stack overflow must find another stack */

static void
crash_handler(int sig)
{
	static const char words[] = "drifttop: crashed; the terminal has been restored\n";
	struct sigaction plain;

	if (crash.armed) {
		crash.armed = 0;
		term_tty_write(&crash.tty, slice_make(crash.restore, crash.restore_bytes), 200);
		tcsetattr(crash.tty.fd, TCSANOW, &crash.tty.found);
		if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0) {
			/* There is nobody left to tell. */
		}
	}
	memset(&plain, 0, sizeof(plain));
	plain.sa_handler = SIG_DFL;
	sigaction(sig, &plain, NULL);
	raise(sig);
}

void
term_tty_crash_arm(const struct term_tty *tty, struct slice restore)
{
	stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof(crash_stack)};
	struct sigaction action;
	size_t i;

	crash.armed = 0;
	crash.tty = *tty;
	crash.restore_bytes = restore.n < sizeof(crash.restore) ? restore.n : sizeof(crash.restore);
	memcpy(crash.restore, restore.p, crash.restore_bytes);
	sigaltstack(&stack, NULL);
	memset(&action, 0, sizeof(action));
	action.sa_handler = crash_handler;
	action.sa_flags = SA_ONSTACK | (int)SA_RESETHAND;
	for (i = 0; i < sizeof(crash_signals) / sizeof(crash_signals[0]); i++)
		sigaction(crash_signals[i], &action, NULL);
	crash.armed = 1;
}

void
term_tty_crash_disarm(void)
{
	struct sigaction plain;
	size_t i;

	if (!crash.armed)
		return;
	crash.armed = 0;
	memset(&plain, 0, sizeof(plain));
	plain.sa_handler = SIG_DFL;
	for (i = 0; i < sizeof(crash_signals) / sizeof(crash_signals[0]); i++)
		sigaction(crash_signals[i], &plain, NULL);
}
