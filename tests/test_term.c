/*
 * The terminal's life, on a pseudo-terminal with an emulator behind it: a toy program draws, answers keys, is
 * suspended, resized, stalled, hung up on and crashed, and each time the terminal must be as it was found.
 */
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_pty.h"
#include "tests/lib_toy.h"
#include "tui/term.h"

/* ncurses keeps the description it was about to read when a type is unknown; once a process, and not ours to
 * free. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:new_prescr\n";
}

/* ---- the rig --------------------------------------------------------------------------------- */

struct rig {
	struct pty pty;
	struct toy toy;
	struct shared *shared;
};

static int
setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	if (!r)
		return 1;
	r->shared = mmap(NULL, sizeof(*r->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	r->toy.shared = r->shared;
	r->pty.master = r->pty.slave = -1;
	*state = r;
	return r->shared == MAP_FAILED;
}

static int
teardown(void **state)
{
	struct rig *r = *state;

	if (r->shared->pid > 0 && r->shared->pid != r->pty.pid && r->pty.pid > 0)
		kill(r->shared->pid, SIGKILL);
	pty_free(&r->pty);
	munmap((void *)r->shared, sizeof(*r->shared));
	free(r);
	return 0;
}

static void
start(struct rig *r, struct pty_options options)
{
	if (!options.rows) {
		options.rows = 24;
		options.cols = 80;
	}
	options.child = options.child ? options.child : toy_main;
	options.ctx = &r->toy;
	pty_start(&r->pty, &options);
}

/* Until *value is at least `least`; what the toy writes stays unread meanwhile. */
static void
wait_shared(const volatile long *value, long least)
{
	int i;

	for (i = 0; *value < least; i++) {
		if (i > PTY_LIMIT_MS)
			fail_msg("the toy got to %ld of %ld", *value, least);
		poll(NULL, 0, 1);
	}
}

static void
check_given_back(struct rig *r)
{
	assert_false(r->pty.altscreen);
	assert_true(r->pty.cursor_visible);
	assert_true(pty_modes_as_found(&r->pty));
	assert_true(pty_logged(&r->pty, "\033[?2004l"));
}

static void
quit_and_check(struct rig *r)
{
	int status;

	pty_send(&r->pty, "q");
	status = pty_wait_exit(&r->pty);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	check_given_back(r);
}

/* The whole screen must be what a fresh toy would paint. */
static void
check_screen(struct rig *r, int rows, int cols)
{
	char want[64];
	int got_rows, got_cols;

	vterm_get_size(r->pty.vt, &got_rows, &got_cols);
	assert_int_equal(got_rows, rows);
	assert_int_equal(got_cols, cols);
	snprintf(want, sizeof(want), "toy %dx%d keys=", rows, cols);
	assert_true(pty_shows(&r->pty, want));
	assert_true(pty_shows(&r->pty, "\nend"));
	assert_true(pty_shows(&r->pty, "\nrow 1 "));
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void
keys_are_answered_by_frames_and_the_terminal_is_given_back(void **state)
{
	struct rig *r = *state;

	start(r, (struct pty_options){0});
	pty_wait(&r->pty, "last=none.");
	check_screen(r, 24, 80);
	assert_true(r->pty.altscreen);
	assert_false(r->pty.cursor_visible);
	pty_send(&r->pty, "j");
	pty_wait(&r->pty, "last=j.");
	pty_send(&r->pty, "\033[A");
	pty_wait(&r->pty, "last=Up.");
	pty_send(&r->pty, "\033");
	pty_wait(&r->pty, "last=Esc.");
	pty_send(&r->pty, "\u00e9");
	pty_wait(&r->pty, "last=\u00e9.");
	assert_int_equal(r->shared->keys, 4);
	assert_true(r->shared->link_ms >= 0);
	assert_true(r->pty.answers >= 4);
	quit_and_check(r);
}

static void
a_terminal_that_never_answers_is_drawn_on_all_the_same(void **state)
{
	struct rig *r = *state;
	uint64_t asked;

	r->toy.options.ack_timeout_ms = 20;
	start(r, (struct pty_options){.deaf = true});
	pty_wait(&r->pty, "last=none.");
	pty_send(&r->pty, "a");
	pty_wait(&r->pty, "last=a.");
	pty_send(&r->pty, "b");
	pty_wait(&r->pty, "last=b.");
	pty_send(&r->pty, "c");
	pty_wait(&r->pty, "last=c.");
	asked = r->pty.answers;
	pty_send(&r->pty, "d");
	pty_wait(&r->pty, "last=d.");
	pty_send(&r->pty, "e");
	pty_wait(&r->pty, "last=e.");
	/* Three frames without an answer are enough: it is asked no more. */
	assert_int_equal(r->pty.answers, asked);
	assert_int_equal(asked, 3);
	assert_int_equal(r->shared->link_ms, -1);
	quit_and_check(r);
}

static void
one_frame_is_in_flight_however_far_away_the_terminal_is(void **state)
{
	struct rig *r = *state;
	long drawn;

	r->toy.tick_ms = 1;
	start(r, (struct pty_options){0});
	pty_wait(&r->pty, "last=none.");
	r->pty.hold = true;
	/* The frame that was in flight has been answered at most once more. */
	wait_shared(&r->shared->ticks, r->shared->ticks + 20);
	while (pty_next_frame(&r->pty, 20))
		;
	/* The toy counts a frame after sending it. */
	wait_shared(&r->shared->ticks, r->shared->ticks + 5);
	drawn = r->shared->draws;
	wait_shared(&r->shared->ticks, r->shared->ticks + 100);
	assert_int_equal(r->shared->draws, drawn);
	pty_release_answers(&r->pty);
	pty_send(&r->pty, "j");
	pty_wait(&r->pty, "last=j.");
	wait_shared(&r->shared->draws, drawn + 1);
	quit_and_check(r);
}

static void
a_stalled_reader_costs_neither_time_nor_memory_and_sees_the_newest_frame(void **state)
{
	struct rig *r = *state;
	long drawn, cpu_ms, ticks;

	r->toy.tick_ms = 2;
	/* Without answers, so that only the queue holds frames back. */
	r->toy.options.ack_timeout_ms = 1;
	start(r, (struct pty_options){.rows = 60, .cols = 200, .deaf = true});
	pty_wait(&r->pty, "last=none.");
	wait_shared(&r->shared->ticks, r->shared->ticks + 100);
	drawn = r->shared->draws;
	cpu_ms = r->shared->cpu_ms;
	ticks = r->shared->ticks;
	wait_shared(&r->shared->ticks, ticks + 250);
	/* 250 ticks are half a second at least; a busy loop would have spent all of it, and drawn each time. */
	assert_in_range(r->shared->draws - drawn, 0, 3);
	assert_in_range(r->shared->cpu_ms - cpu_ms, 0, 200);
	pty_send(&r->pty, "j");
	pty_wait(&r->pty, "last=j.");
	check_screen(r, 60, 200);
	quit_and_check(r);
}

static void
a_storm_of_sizes_ends_in_the_right_picture(void **state)
{
	struct rig *r = *state;
	unsigned seed = 12345, i;

	start(r, (struct pty_options){0});
	pty_wait(&r->pty, "last=none.");
	for (i = 0; i < 300; i++) {
		seed = seed * 1103515245u + 12345u;
		pty_resize(&r->pty, 1 + (int)(seed >> 8) % 200, 1 + (int)(seed >> 20) % 500);
		if (i % 7 == 0)
			pty_send(&r->pty, "x");
		if (i % 3 == 0)
			pty_next_frame(&r->pty, 5);
	}
	pty_resize(&r->pty, 1, 1);
	pty_send(&r->pty, "y");
	pty_resize(&r->pty, 31, 91);
	pty_wait(&r->pty, "toy 31x91 ");
	/* Frames of sizes before the last one were parsed at the last one: a full repaint is what counts. */
	pty_send(&r->pty, "\014z");
	pty_wait(&r->pty, "last=z.");
	check_screen(r, 31, 91);
	quit_and_check(r);
}

static void
suspended_it_gives_the_terminal_back_and_resumed_it_takes_the_new_size(void **state)
{
	struct rig *r = *state;

	start(r, (struct pty_options){.child = toy_under_shell});
	pty_wait(&r->pty, "last=none.");
	pty_send(&r->pty, "j\032");
	while (!r->shared->stopped)
		pty_next_frame(&r->pty, 5);
	pty_next_frame(&r->pty, 0);
	check_given_back(r);
	assert_int_equal(r->shared->hangups, 0);
	pty_resize(&r->pty, 30, 100);
	r->shared->go_on = 1;
	pty_wait(&r->pty, "toy 30x100 ");
	assert_false(pty_shows(&r->pty, "two"));
	assert_true(r->pty.altscreen);
	assert_false(pty_modes_as_found(&r->pty));
	check_screen(r, 30, 100);
	pty_send(&r->pty, "k");
	pty_wait(&r->pty, "last=k.");
	quit_and_check(r);
	/* The shell goes on below what it had written. */
	assert_true(pty_shows(&r->pty, "one\ntwo\n"));
	assert_int_equal(r->pty.cursor.row, 2);
}

static void
stopped_from_outside_it_paints_all_of_the_screen_when_it_goes_on(void **state)
{
	struct rig *r = *state;

	start(r, (struct pty_options){.child = toy_under_shell});
	pty_wait(&r->pty, "last=none.");
	kill(r->shared->pid, SIGSTOP);
	while (!r->shared->stopped)
		pty_next_frame(&r->pty, 5);
	/* The shell scribbles over the screen and sets modes of its own. */
	vterm_input_write(r->pty.vt, "\033[2J\033[Hgarbage", 14);
	tcsetattr(r->pty.slave, TCSANOW, &r->pty.found);
	r->shared->go_on = 1;
	pty_wait(&r->pty, "toy 24x80 ");
	check_screen(r, 24, 80);
	assert_false(pty_shows(&r->pty, "garbage"));
	pty_send(&r->pty, "k");
	pty_wait(&r->pty, "last=k.");
	quit_and_check(r);
}

static void
suspending_where_no_shell_could_continue_it_goes_on_at_once(void **state)
{
	struct rig *r = *state;

	start(r, (struct pty_options){0});
	pty_wait(&r->pty, "last=none.");
	pty_send(&r->pty, "\032");
	wait_shared(&r->shared->resumes, 1);
	pty_send(&r->pty, "k");
	pty_wait(&r->pty, "last=k.");
	check_screen(r, 24, 80);
	quit_and_check(r);
}

static void
signals_that_end_it_are_told_and_the_terminal_is_given_back(void **state)
{
	static const int ends[] = {SIGTERM, SIGINT, SIGHUP};
	struct rig *r = *state;
	size_t i;

	for (i = 0; i < 3; i++) {
		int status;

		start(r, (struct pty_options){0});
		pty_wait(&r->pty, "last=none.");
		kill(r->pty.pid, ends[i]);
		status = pty_wait_exit(&r->pty);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		check_given_back(r);
		pty_free(&r->pty);
	}
	assert_int_equal(r->shared->hangups, 3);
}

static void
a_crash_gives_the_terminal_back_and_keeps_its_signal(void **state)
{
	static const struct {
		const char *key;
		int sig;
	} crashes[] = {{"S", SIGSEGV}, {"A", SIGABRT}, {"O", SIGSEGV}};
	struct rig *r = *state;
	size_t i;

	for (i = 0; i < 3; i++) {
		int status;

		start(r, (struct pty_options){0});
		pty_wait(&r->pty, "last=none.");
		pty_send(&r->pty, crashes[i].key);
		status = pty_wait_exit(&r->pty);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), crashes[i].sig);
		check_given_back(r);
		assert_true(pty_logged(&r->pty, "the terminal has been restored"));
		pty_free(&r->pty);
	}
}

static void
a_terminal_that_goes_away_ends_it(void **state)
{
	struct rig *r = *state;
	int status, i;

	r->toy.tick_ms = 5;
	start(r, (struct pty_options){0});
	pty_wait(&r->pty, "last=none.");
	close(r->pty.slave);
	close(r->pty.master);
	r->pty.slave = r->pty.master = -1;
	for (i = 0; waitpid(r->pty.pid, &status, WNOHANG) == 0; i++) {
		assert_true(i < PTY_LIMIT_MS);
		poll(NULL, 0, 1);
	}
	r->pty.pid = 0;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(r->shared->hangups, 1);
}

static void
an_unknown_type_of_terminal_works_and_a_dumb_one_is_refused(void **state)
{
	static const char *const unknown[] = {"TERM=xterm-ghostty", "TERM=never-heard-of", "TERM=", "TERM"};
	struct rig *r = *state;
	const char *env[] = {NULL, NULL};
	int status;
	size_t i;

	for (i = 0; i < 4; i++) {
		env[0] = unknown[i];
		start(r, (struct pty_options){.env = env});
		pty_wait(&r->pty, "last=none.");
		pty_send(&r->pty, "j");
		pty_wait(&r->pty, "last=j.");
		pty_send(&r->pty, "q");
		status = pty_wait_exit(&r->pty);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		assert_true(pty_modes_as_found(&r->pty));
		pty_free(&r->pty);
	}
	env[0] = "TERM=dumb";
	start(r, (struct pty_options){.env = env, .rows = 24, .cols = 160});
	status = pty_wait_exit(&r->pty);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_true(
	    pty_shows(&r->pty, "drifttop: terminal type 'dumb' cannot move the cursor: use `drifttop report`"));
	assert_true(pty_modes_as_found(&r->pty));
}

static int
toy_into_nothing(void *ctx)
{
	int fd = open("/dev/null", O_WRONLY);

	dup2(fd, 1);
	return toy_main(ctx);
}

static void
standard_output_that_is_no_terminal_is_refused_with_a_way_out(void **state)
{
	struct rig *r = *state;
	int status;

	start(r, (struct pty_options){.child = toy_into_nothing, .rows = 24, .cols = 160});
	status = pty_wait_exit(&r->pty);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_true(pty_shows(&r->pty, "drifttop: standard output is not a terminal: use `drifttop report`"));
	assert_true(pty_shows(&r->pty, "--plain"));
}

/* The colour of "end", painted as ROLE_CRIT in the last row. */
static int
crit_color(struct rig *r)
{
	VTermScreenCell cell;

	vterm_screen_get_cell(r->pty.screen, (VTermPos){23, 0}, &cell);
	return VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) ? -1 : cell.fg.indexed.idx;
}

static void
the_theme_follows_the_terminals_background(void **state)
{
	static const struct {
		const char *answer, *colorfgbg;
		bool deaf;
		const struct theme *theme;
	} rows[] = {
	    {"rgb:ffff/ffff/ffff", NULL, false, &theme_light},
	    {"rgb:1e1e/1e1e/1e1e", "COLORFGBG=0;15", false, &theme_dark},
	    {NULL, NULL, false, &theme_dark},
	    {NULL, "COLORFGBG=0;default;15", false, &theme_light},
	    {NULL, "COLORFGBG=15;0", true, &theme_dark},
	};
	struct rig *r = *state;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *env[] = {rows[i].colorfgbg, NULL};

		r->toy.options.ack_timeout_ms = 50;
		start(r, (struct pty_options){.env = env, .background = rows[i].answer, .deaf = rows[i].deaf});
		/* Keys typed while the question is out are not lost. */
		pty_send(&r->pty, "j");
		pty_wait(&r->pty, "last=j.");
		while (crit_color(r) != rows[i].theme->styles[ROLE_CRIT].fg) {
			if (!pty_next_frame(&r->pty, PTY_LIMIT_MS))
				fail_msg("row %zu: colour %d, theme %s", i, crit_color(r), rows[i].theme->name);
		}
		quit_and_check(r);
		pty_free(&r->pty);
	}
}

static void
a_paste_is_dropped_unless_a_text_field_is_open(void **state)
{
	struct rig *r = *state;

	start(r, (struct pty_options){0});
	pty_wait(&r->pty, "last=none.");
	assert_true(pty_logged(&r->pty, "\033[?2004h"));
	pty_send(&r->pty, "\033[200~qqAS\rx\033[201~j");
	pty_wait(&r->pty, "last=j.");
	assert_int_equal(r->shared->keys, 1);
	pty_send(&r->pty, "P\033[200~a\rbc\033[201~");
	pty_wait(&r->pty, "last=c.");
	assert_int_equal(r->shared->keys, 5);
	quit_and_check(r);
}

/* The answer to the last frame comes late; it must be read by the program and not be left for the shell. */
static void
no_answer_is_left_for_the_shell(void **state)
{
	struct rig *r = *state;
	struct termios raw;
	int status, left = -1;

	start(r, (struct pty_options){0});
	pty_wait(&r->pty, "last=none.");
	r->pty.hold = true;
	pty_send(&r->pty, "jq");
	assert_true(pty_read_until(&r->pty, "\033[?1049l"));
	assert_true(r->pty.held_n > 0);
	pty_release_answers(&r->pty);
	status = pty_wait_exit(&r->pty);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	check_given_back(r);
	/* Half a line is not seen in canonical mode. */
	raw = r->pty.found;
	raw.c_lflag &= ~(tcflag_t)ICANON;
	tcsetattr(r->pty.slave, TCSANOW, &raw);
	assert_int_equal(ioctl(r->pty.slave, FIONREAD, &left), 0);
	assert_int_equal(left, 0);
}

static void
nothing_but_printable_text_and_known_sequences_is_ever_sent(void **state)
{
	struct rig *r = *state;
	size_t i;

	start(r, (struct pty_options){0});
	pty_wait(&r->pty, "last=none.");
	pty_send(&r->pty, "jk\033[B");
	pty_wait(&r->pty, "last=Down.");
	quit_and_check(r);
	for (i = 0; i < r->pty.log_n; i++) {
		unsigned char c = (unsigned char)r->pty.log[i];

		assert_true(c >= 0x20 || c == 27 || c == '\r' || c == '\n' || c == '\b');
		assert_true(c != 0x7f);
	}
	assert_false(pty_logged(&r->pty, "\033]104"));
	assert_false(pty_logged(&r->pty, "\033]0;"));
}

static size_t refuse_at, asked;

static bool
refuse_nth(void *ctx, size_t bytes)
{
	(void)ctx;
	(void)bytes;
	return asked++ != refuse_at;
}

/* Opens the terminal again and again, each time with another allocation refused, until none is left to refuse. */
static int
toy_without_memory(void *ctx)
{
	struct toy *t = ctx;
	const struct term_callbacks callbacks = toy_callbacks(t);

	setlocale(LC_CTYPE, "");
	t->options.codeset = "UTF-8";
	for (refuse_at = 0;; refuse_at++) {
		struct err err = {0};
		int rc;

		uv_loop_init(&t->loop);
		asked = 0;
		mem_set_hook(refuse_nth, NULL);
		rc = term_open(&t->term, &t->loop, &t->options, &callbacks, &err);
		mem_set_hook(NULL, NULL);
		if (rc == 0)
			term_close(t->term, NULL, NULL);
		uv_run(&t->loop, UV_RUN_DEFAULT);
		if (uv_loop_close(&t->loop) != 0 || (rc && rc != ERR_NOMEM))
			return 5;
		if (asked <= refuse_at)
			return refuse_at >= 4 ? 0 : 6;
	}
}

static void
out_of_memory_while_opening_is_an_error_and_leaves_no_trace(void **state)
{
	struct rig *r = *state;
	int status;

	start(r, (struct pty_options){.child = toy_without_memory});
	status = pty_wait_exit(&r->pty);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(pty_modes_as_found(&r->pty));
	assert_false(r->pty.altscreen);
}

#define LIFE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    LIFE(keys_are_answered_by_frames_and_the_terminal_is_given_back),
	    LIFE(a_terminal_that_never_answers_is_drawn_on_all_the_same),
	    LIFE(one_frame_is_in_flight_however_far_away_the_terminal_is),
	    LIFE(a_stalled_reader_costs_neither_time_nor_memory_and_sees_the_newest_frame),
	    LIFE(a_storm_of_sizes_ends_in_the_right_picture),
	    LIFE(suspended_it_gives_the_terminal_back_and_resumed_it_takes_the_new_size),
	    LIFE(stopped_from_outside_it_paints_all_of_the_screen_when_it_goes_on),
	    LIFE(suspending_where_no_shell_could_continue_it_goes_on_at_once),
	    LIFE(signals_that_end_it_are_told_and_the_terminal_is_given_back),
	    LIFE(a_crash_gives_the_terminal_back_and_keeps_its_signal),
	    LIFE(a_terminal_that_goes_away_ends_it),
	    LIFE(an_unknown_type_of_terminal_works_and_a_dumb_one_is_refused),
	    LIFE(standard_output_that_is_no_terminal_is_refused_with_a_way_out),
	    LIFE(the_theme_follows_the_terminals_background),
	    LIFE(a_paste_is_dropped_unless_a_text_field_is_open),
	    LIFE(no_answer_is_left_for_the_shell),
	    LIFE(out_of_memory_while_opening_is_an_error_and_leaves_no_trace),
	    LIFE(nothing_but_printable_text_and_known_sequences_is_ever_sent),
	};

	return cmocka_run_group_tests_name("term", tests, NULL, NULL);
}
