/*
 * Keys and sizes at random, into the real program: live over a file and over a recording. Nothing it is asked may end
 * it, and at the end the screen is whole. STORM=full: 20,000 keys and 300 sizes each, in place of a share of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib_pty.h"
#include "tests/lib_rng.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

#define RECORDING "tests/fixtures/recording-1.dtr"
#define BURST 20 /* keys without looking */
#define LIMIT_MS 60000

struct storm {
	int keys, sizes;
};

static struct storm
how_much(void)
{
	const char *full = getenv("STORM");

	return full && strcmp(full, "full") == 0 ? (struct storm){20000, 300} : (struct storm){1000, 40};
}

/*
 * All but what ends or stops the program (q, Q, Ctrl-C, Ctrl-Z), writes files (w, W) or takes long over a whole
 * recording (%).
 */
static const char *const keys[] = {"\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F",
    "\r", "\r", "\r", "\x1b", "\x1b", "\x7f", "\t", "\x1bOP", "\x0c", "\x15", "\xc3\xa4", "\xe6\xbc\xa2", "\x1b[Z",
    "\x1b[200~Q\rq\x1b[201~", "\x1b[999;999~", "\xff", " ", "!", "\"", "#", "$", "&", "'", "(", ")", "*", "+", ",", "-",
    ".", "/", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ":", ";", "<", "=", ">", "?", "@", "A", "B", "C", "D",
    "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "R", "S", "T", "U", "V", "X", "Y", "Z", "[", "]", "^",
    "_", "`", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "v",
    "x", "y", "z", "{", "|", "}", "~"};

#define NKEYS (sizeof(keys) / sizeof(keys[0]))

static int
size_of(uint64_t *rng, int most)
{
	/* Small ones are where it is narrow. */
	return 1 + (int)(rng_below(rng, 3) == 0 ? rng_below(rng, 8) : rng_below(rng, (unsigned)most));
}

static void
settle(struct pty *p, const char *what)
{
	if (!pty_next_frame(p, LIMIT_MS))
		fail_msg("no frame after %s; the screen:\n%s", what, pty_text(p));
	while (pty_next_frame(p, 0))
		;
}

static void
storm(const char *const *argv, uint64_t seed)
{
	static const char *const env[] = {"DRIFTTOP_FRAME_MARKS=1", "XDG_STATE_HOME=/dev/null/none", NULL};
	static char before[PTY_TEXT_BYTES];
	struct storm much = how_much();
	uint64_t rng = seed;
	char burst[BURST * 16];
	struct pty p;
	int i, k;

	pty_start(&p, &(struct pty_options){.rows = 24, .cols = 80, .argv = argv, .env = env});
	pty_wait(&p, "fleet");
	for (i = 0; i < much.keys; i += BURST) {
		burst[0] = '\0';
		for (k = 0; k < BURST; k++)
			strcat(burst, keys[rng_below(&rng, NKEYS)]);
		/* Sizes come between keys, some of them without a look. */
		for (k = i * much.sizes / much.keys; k < (i + BURST) * much.sizes / much.keys; k++)
			pty_resize(&p, size_of(&rng, 100), size_of(&rng, 300));
		pty_send(&p, burst);
		if (rng_below(&rng, 2))
			settle(&p, burst);
	}
	pty_resize(&p, 1, 1);
	settle(&p, "1x1");
	pty_resize(&p, 24, 80);
	/* An Esc is a key of its own after 40 ms. */
	for (i = 0; i < 20; i++) {
		pty_send(&p, "\x1b");
		settle(&p, "Esc");
	}
	pty_wait(&p, "fleet");
	/* What is on the screen is what painting all of it anew gives. */
	snprintf(before, sizeof(before), "%s", pty_text(&p));
	pty_send(&p, "\x0c");
	settle(&p, "Ctrl-L");
	if (strcmp(strchr(before, '\n'), strchr(pty_text(&p), '\n')) != 0)
		fail_msg("it was:\n%s\nand is:\n%s", before, pty_text(&p));
	pty_send(&p, "Q");
	i = pty_wait_exit(&p);
	assert_true(WIFEXITED(i));
	assert_int_equal(WEXITSTATUS(i), 0);
	assert_true(pty_modes_as_found(&p));
	/* A sanitizer's report would have come on the terminal. */
	assert_false(pty_logged(&p, "Sanitizer"));
	assert_false(pty_logged(&p, "runtime error"));
	pty_free(&p);
}

static void
keys_and_sizes_at_random_end_nothing_live(void **state)
{
	const char *argv[] = {lib_run_program(), "--utc", "docs/examples/storms.events.ndjson.gz", NULL};

	(void)state;
	storm(argv, 20260501);
}

static void
keys_and_sizes_at_random_end_nothing_over_a_recording(void **state)
{
	char copy[400], notes[420], command[1000];
	const char *argv[] = {lib_run_program(), "replay", "--utc", copy, NULL};

	(void)state;
	lib_tmp_file(copy, sizeof(copy), "storm");
	snprintf(command, sizeof(command), "cp '%s' '%s'", RECORDING, copy);
	assert_int_equal(system(command), 0);
	storm(argv, 20260502);
	snprintf(notes, sizeof(notes), "%s.notes", copy);
	unlink(notes);
	lib_tmp_remove(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_and_sizes_at_random_end_nothing_live),
	    cmocka_unit_test(keys_and_sizes_at_random_end_nothing_over_a_recording),
	};

	return cmocka_run_group_tests_name("storm", tests, NULL, NULL);
}
