#include "tests/lib_toy.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/key.h"

static void
toy_paint(struct toy *t)
{
	struct rect all = grid_rect(&t->grid);
	int y;

	grid_clear(&t->grid);
	grid_printf(&t->grid, all, 0, 0, ROLE_BAR, "toy %dx%d keys=%ld last=%s.", t->grid.rows, t->grid.cols,
	    t->shared->keys, t->last);
	for (y = 1; y < t->grid.rows; y++) {
		grid_printf(&t->grid, all, y, 0, (enum role)(1 + (y + t->shade) % (ROLE_COUNT - 1)),
		    "row %d %ld \u6f22\u5b57 \u2588\u2588 %ld", y, t->shade % 977, t->shade * 31 % 1009);
		grid_printf(&t->grid, all, y, 40, ROLE_GRAPH, "%ld %ld %ld", t->shade % 7919,
		    t->shade * 7 % 7907, t->shade * 13 % 7901);
	}
	grid_str(&t->grid, all, t->grid.rows - 1, 0, ROLE_CRIT, "end");
}

static void
toy_draw(struct toy *t)
{
	if (!t->dirty || !term_ready(t->term))
		return;
	t->dirty = false;
	toy_paint(t);
	term_draw(t->term, &t->grid);
	t->shared->draws++;
	t->shared->link_ms = term_answered(t->term)->count ? term_answered(t->term)->ms : -1;
}

static void
toy_closed(void *ctx)
{
	struct toy *t = ctx;

	uv_close((uv_handle_t *)&t->timer, NULL);
}

/* Until the stack is used up; a compiler may not know that. */
static int
overflow(volatile int *depth)
{
	volatile char waste[4096];

	waste[0] = (char)++*depth;
	return *depth < 0 ? 0 : overflow(depth) + waste[0];
}

static void
toy_key(void *ctx, uint32_t key)
{
	struct toy *t = ctx;
	volatile int depth = 0;

	t->shared->keys++;
	key_name(key, t->last, sizeof(t->last));
	t->dirty = true;
	switch (key) {
	case 'q':
		term_close(t->term, toy_closed, t);
		return;
	case 'S':
		raise(SIGSEGV);
		break;
	case 'A':
		abort();
	case 'O':
		overflow(&depth);
		break;
	case 26:
		term_suspend(t->term);
		return;
	case 'P':
		t->paste = !t->paste;
		break;
	}
	toy_draw(t);
}

static bool
toy_takes_paste(void *ctx)
{
	return ((struct toy *)ctx)->paste;
}

static void
toy_resized(void *ctx, int rows, int cols)
{
	struct toy *t = ctx;
	struct err err;

	if (grid_resize(&t->grid, rows, cols, &err) != 0)
		abort();
	t->dirty = true;
	toy_draw(t);
}

static void
toy_ready(void *ctx)
{
	toy_draw(ctx);
}

static void
toy_resumed(void *ctx)
{
	struct toy *t = ctx;

	t->shared->resumes++;
	t->dirty = true;
	toy_draw(t);
}

static void
toy_hangup(void *ctx)
{
	struct toy *t = ctx;

	t->shared->hangups++;
	term_close(t->term, toy_closed, t);
}

static void
toy_tick(uv_timer_t *timer)
{
	struct toy *t = timer->data;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	t->shared->cpu_ms = usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000 +
			    usage.ru_stime.tv_sec * 1000 + usage.ru_stime.tv_usec / 1000;
	t->shared->ticks++;
	t->shade++;
	t->dirty = true;
	toy_draw(t);
}

struct term_callbacks
toy_callbacks(struct toy *t)
{
	return (struct term_callbacks){.ctx = t,
	    .key = toy_key,
	    .takes_paste = toy_takes_paste,
	    .resized = toy_resized,
	    .ready = toy_ready,
	    .hangup = toy_hangup,
	    .resumed = toy_resumed};
}

int
toy_main(void *ctx)
{
	struct toy *t = ctx;
	const struct term_callbacks callbacks = toy_callbacks(t);
	struct err err = {0};
	int rows, cols;

	setlocale(LC_CTYPE, "");
	t->shared->pid = (int)getpid();
	snprintf(t->last, sizeof(t->last), "none");
	uv_loop_init(&t->loop);
	t->options.frame_marks = true;
	t->options.codeset = "UTF-8";
	if (term_open(&t->term, &t->loop, &t->options, &callbacks, &err) != 0) {
		uv_run(&t->loop, UV_RUN_DEFAULT);
		uv_loop_close(&t->loop);
		fprintf(stderr, "drifttop: %s\n", err.msg);
		return 1;
	}
	term_size(t->term, &rows, &cols);
	if (grid_init(&t->grid, rows, cols, term_glyphs(t->term), &err) != 0)
		return 3;
	uv_timer_init(&t->loop, &t->timer);
	t->timer.data = t;
	if (t->tick_ms)
		uv_timer_start(&t->timer, toy_tick, t->tick_ms, t->tick_ms);
	t->dirty = true;
	toy_draw(t);
	uv_run(&t->loop, UV_RUN_DEFAULT);
	grid_release(&t->grid);
	return uv_loop_close(&t->loop) == 0 ? 0 : 4;
}

/*
 * A shell's part in job control: the toy in a process group of its own in the foreground; when it stops, the
 * terminal is the shell's again, and on the test's word the toy goes on. Without this a group has nobody to
 * continue it, and the kernel ignores SIGTSTP in it.
 */
int
toy_under_shell(void *ctx)
{
	struct toy *t = ctx;
	int status;
	pid_t pid;

	signal(SIGTTOU, SIG_IGN);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		tcsetpgrp(0, getpid());
		signal(SIGTTOU, SIG_DFL);
		exit(toy_main(t));
	}
	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) != pid)
			return 9;
		if (!WIFSTOPPED(status))
			return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
		tcsetpgrp(0, getpgrp());
		if (write(1, "one\ntwo\n", 8) != 8)
			return 8;
		t->shared->stopped++;
		while (!t->shared->go_on)
			poll(NULL, 0, 1);
		t->shared->go_on = 0;
		tcsetpgrp(0, pid);
		kill(-pid, SIGCONT);
	}
}
