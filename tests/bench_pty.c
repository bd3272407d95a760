/*
 * A program on a terminal of our own, measured: bytes it sends, how soon it shows something, how soon a key is
 * answered.
 *
 *	bench_pty ROWS COLS STEP... -- PROGRAM ARGUMENT...
 *
 * Steps, in order; each prints "NAME VALUE" rows:
 *	text WORDS     waits for a whole frame that shows WORDS: text_ms since the start
 *	settle S       lets S seconds pass
 *	steady S       bytes_per_s over S seconds, and cpu_pct of the program where /proc tells
 *	cursor N       N cursor keys one after the other: cursor_bytes, the median frame that answers one
 *	keys N MS      N cursor keys MS milliseconds apart: key_p50_ms, key_p99_ms, key_max_ms
 *	level S        until the program has used less than a tenth of a core over half a second, at most S seconds:
 *	               level_s since the start, level_cpu_s used by then
 *	quit           sends Q: exit status in quit_status
 *
 * A frame ends with the terminal being asked for its status (ESC[5n), which is answered here as a terminal does. The
 * cursor parks on the selected row, so a cursor key is answered by the first frame that leaves it on another row.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

#define DEADLINE_S 120.0

struct tty {
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols, fd;
	pid_t pid;
	char in[65536];
	size_t have, used; /* of in: read, and given to the terminal */
	size_t matched;	   /* bytes of the frame's end seen so far */
	unsigned long frames, bytes;
	unsigned long frame_bytes, frame_from; /* of the last frame, and where it began */
	int cursor_row;			       /* at the last frame's end */
	int top_row;			       /* the cursor's on a list's first row */
	double began;
	bool over;
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const struct tty *t, const char *what)
{
	int row, col;

	fprintf(stderr, "bench_pty: %s; the screen was:\n", what);
	for (row = 0; row < t->rows; row++) {
		for (col = 0; col < t->cols; col++) {
			VTermScreenCell cell;

			vterm_screen_get_cell(t->screen, (VTermPos){row, col}, &cell);
			fputc(cell.chars[0] >= 32 && cell.chars[0] < 127 ? (int)cell.chars[0] : ' ', stderr);
		}
		fputc('\n', stderr);
	}
	kill(t->pid, SIGKILL);
	exit(1);
}

static void
start(struct tty *t, char **argv)
{
	struct winsize size = {.ws_row = (unsigned short)t->rows, .ws_col = (unsigned short)t->cols};
	int slave;

	t->vt = vterm_new(t->rows, t->cols);
	vterm_set_utf8(t->vt, 1);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	t->fd = posix_openpt(O_RDWR | O_NOCTTY);
	if (t->fd < 0 || grantpt(t->fd) || unlockpt(t->fd)) {
		perror("pty");
		exit(1);
	}
	slave = open(ptsname(t->fd), O_RDWR | O_NOCTTY);
	ioctl(slave, TIOCSWINSZ, &size);
	t->began = now_s();
	t->pid = fork();
	if (t->pid != 0) {
		close(slave);
		return;
	}
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	dup2(slave, 0);
	dup2(slave, 1);
	dup2(slave, 2);
	close(slave);
	close(t->fd);
	execvp(argv[0], argv);
	_exit(127);
}

/* How many bytes from the unread ones up to and with the end of a frame; all of them if there is none (*end false). */
static size_t
frame_end(struct tty *t, bool *end)
{
	static const char mark[] = "\033[5n";
	size_t i;

	*end = false;
	for (i = t->used; i < t->have && !*end; i++) {
		if (t->in[i] == mark[t->matched])
			t->matched++;
		else
			t->matched = t->in[i] == mark[0];
		if (t->matched == sizeof(mark) - 1) {
			t->matched = 0;
			*end = true;
		}
	}
	return i - t->used;
}

static void
answer(struct tty *t)
{
	char out[256];
	size_t n;

	while ((n = vterm_output_read(t->vt, out, sizeof(out))) > 0)
		if (write(t->fd, out, n) < 0)
			return;
}

/* Takes what has come, at most up to one frame's end; true if that was reached. Waits for at most ms. */
static bool
pump(struct tty *t, int ms)
{
	VTermPos at;
	bool end;
	size_t n;

	if (t->used == t->have) {
		struct pollfd p = {.fd = t->fd, .events = POLLIN};
		ssize_t k;

		t->used = t->have = 0;
		if (t->over || poll(&p, 1, ms) <= 0)
			return false;
		k = read(t->fd, t->in, sizeof(t->in));
		if (k <= 0) {
			t->over = true;
			return false;
		}
		t->have = (size_t)k;
	}
	n = frame_end(t, &end);
	vterm_input_write(t->vt, t->in + t->used, n);
	t->used += n;
	t->bytes += n;
	answer(t);
	if (end) {
		vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &at);
		t->cursor_row = at.row;
		t->frames++;
		t->frame_bytes = t->bytes - t->frame_from;
		t->frame_from = t->bytes;
	}
	return end;
}

static bool
shows(const struct tty *t, const char *words)
{
	char line[1024];
	int row, col;

	for (row = 0; row < t->rows; row++) {
		int n = 0;

		for (col = 0; col < t->cols && n < (int)sizeof(line) - 1; col++) {
			VTermScreenCell cell;

			vterm_screen_get_cell(t->screen, (VTermPos){row, col}, &cell);
			line[n++] = cell.chars[0] >= 32 && cell.chars[0] < 127 ? (char)cell.chars[0] : ' ';
		}
		line[n] = '\0';
		if (strstr(line, words))
			return true;
	}
	return false;
}

static void
step_text(struct tty *t, const char *words)
{
	while (!pump(t, 20) || !shows(t, words)) {
		if (now_s() - t->began > DEADLINE_S)
			die(t, words);
		if (t->over)
			die(t, "the program has ended");
	}
	printf("text_ms %.1f\n", (now_s() - t->began) * 1e3);
}

static void
settle(struct tty *t, double seconds)
{
	double until = now_s() + seconds;

	while (now_s() < until && !t->over)
		pump(t, 20);
}

/* Processor time used so far; negative where /proc does not tell. */
static double
cpu_s(pid_t pid)
{
	unsigned long user, sys;
	char path[64];
	FILE *f;
	int got;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "r");
	if (!f)
		return -1;
	got = fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys);
	fclose(f);
	return got == 2 ? (double)(user + sys) / (double)sysconf(_SC_CLK_TCK) : -1;
}

static void
step_steady(struct tty *t, double seconds)
{
	unsigned long before = t->bytes;
	double began = now_s(), cpu = cpu_s(t->pid), took;

	settle(t, seconds);
	took = now_s() - began;
	printf("bytes_per_s %.0f\n", (double)(t->bytes - before) / took);
	if (cpu >= 0)
		printf("cpu_pct %.2f\n", (cpu_s(t->pid) - cpu) / took * 100);
}

/* A backlog is read when the program falls quiet. */
static void
step_level(struct tty *t, double at_most_s)
{
	double until = now_s() + at_most_s, before = cpu_s(t->pid), cpu = before, at;

	do {
		before = cpu;
		at = now_s();
		settle(t, 0.5);
		cpu = cpu_s(t->pid);
	} while ((cpu - before > 0.05 || cpu < 0.1) && now_s() < until && !t->over);
	if (cpu >= 0)
		printf("level_s %.1f\nlevel_cpu_s %.2f\n", at - t->began, before);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Keys go down from a list's first row. Rows may change places meanwhile: the cursor goes with its own. */
static void
to_the_top(struct tty *t)
{
	if (write(t->fd, "g", 1) != 1)
		die(t, "the program takes no key");
	settle(t, 0.05);
	t->top_row = t->cursor_row;
}

/* One cursor key; returns the seconds until a frame shows the cursor on another row, *bytes those of that frame. */
static double
press(struct tty *t, double *bytes)
{
	double sent = now_s();
	int row = t->cursor_row;
	const char *key = row > t->top_row ? "k" : "j";

	if (write(t->fd, key, 1) != 1)
		die(t, "the program takes no key");
	while (!pump(t, 20) || t->cursor_row == row) {
		if (now_s() - sent > 10)
			die(t, "a cursor key was not answered in 10 s");
		if (t->over)
			die(t, "the program has ended");
	}
	*bytes = (double)t->frame_bytes;
	return now_s() - sent;
}

static void
step_cursor(struct tty *t, int n)
{
	double *bytes = calloc((size_t)n, sizeof(*bytes));
	int i;

	to_the_top(t);
	for (i = 0; i < n; i++)
		press(t, &bytes[i]);
	qsort(bytes, (size_t)n, sizeof(*bytes), by_value);
	printf("cursor_bytes %.0f\n", bytes[n / 2]);
	free(bytes);
}

static void
step_keys(struct tty *t, int n, double every_ms)
{
	double *took = calloc((size_t)n, sizeof(*took)), bytes;
	int i;

	to_the_top(t);
	for (i = 0; i < n; i++) {
		took[i] = press(t, &bytes);
		settle(t, every_ms / 1e3);
	}
	qsort(took, (size_t)n, sizeof(*took), by_value);
	printf("key_p50_ms %.1f\nkey_p99_ms %.1f\nkey_max_ms %.1f\n", took[n / 2] * 1e3,
	    took[(n * 99 + 99) / 100 - 1] * 1e3, took[n - 1] * 1e3);
	free(took);
}

static void
step_quit(struct tty *t)
{
	double sent = now_s();
	int status = 0;

	if (write(t->fd, "Q", 1) != 1)
		die(t, "the program takes no key");
	while (!t->over && now_s() - sent < 10)
		pump(t, 20);
	if (!t->over)
		die(t, "Q did not end it in 10 s");
	waitpid(t->pid, &status, 0);
	printf("quit_status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Returns how many arguments the step took; 0 if it is none. */
static int
run_step(struct tty *t, char **a, int left)
{
	if (left >= 2 && strcmp(a[0], "text") == 0)
		return step_text(t, a[1]), 2;
	if (left >= 2 && strcmp(a[0], "settle") == 0)
		return settle(t, strtod(a[1], NULL)), 2;
	if (left >= 2 && strcmp(a[0], "steady") == 0)
		return step_steady(t, strtod(a[1], NULL)), 2;
	if (left >= 2 && strcmp(a[0], "cursor") == 0)
		return step_cursor(t, (int)strtol(a[1], NULL, 10)), 2;
	if (left >= 2 && strcmp(a[0], "level") == 0)
		return step_level(t, strtod(a[1], NULL)), 2;
	if (left >= 3 && strcmp(a[0], "keys") == 0)
		return step_keys(t, (int)strtol(a[1], NULL, 10), strtod(a[2], NULL)), 3;
	if (left >= 1 && strcmp(a[0], "quit") == 0)
		return step_quit(t), 1;
	return 0;
}

int
main(int argc, char **argv)
{
	static struct tty t;
	int from = 3, stop = 3;

	while (stop < argc && strcmp(argv[stop], "--") != 0)
		stop++;
	if (stop + 1 >= argc) {
		fprintf(stderr, "usage: bench_pty ROWS COLS STEP... -- PROGRAM ARGUMENT...\n");
		return 2;
	}
	t.rows = (int)strtol(argv[1], NULL, 10);
	t.cols = (int)strtol(argv[2], NULL, 10);
	start(&t, argv + stop + 1);
	while (from < stop) {
		int took = run_step(&t, argv + from, stop - from);

		if (took == 0) {
			fprintf(stderr, "bench_pty: unknown step '%s'\n", argv[from]);
			kill(t.pid, SIGKILL);
			return 2;
		}
		from += took;
		fflush(stdout);
	}
	if (!t.over) {
		kill(t.pid, SIGKILL);
		waitpid(t.pid, NULL, 0);
	}
	vterm_free(t.vt);
	return 0;
}
