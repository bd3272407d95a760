/*
 * Running a program as its user would: with arguments, an environment of the test's choosing, what
 * it said on both outputs, how it ended. Bounded: a program that does not end is killed and fails
 * the test.
 */
#ifndef TESTS_LIB_RUN_H
#define TESTS_LIB_RUN_H

#include <stddef.h>
#include <sys/types.h>

#define LIB_RUN_ARGS 32

struct lib_run {
	int status;      /* exit status; 128 + signal where one ended it */
	char *out, *err; /* NUL-terminated, from malloc */
	size_t nout, nerr;
	double seconds;
};

/* The program under test: the environment's DRIFTTOP, else build/drifttop. */
const char *lib_run_program(void);

/*
 * Runs it with these arguments (NULL at the end; argv[0] is put in front). env: "NAME=value" words
 * in place of the whole environment, NULL-terminated; NULL: as the test's own, without anything
 * that concerns the program. input: bytes for standard input; NULL: nothing. limit_ms: how long it
 * may take.
 */
void lib_run(struct lib_run *r, const char *const *args, const char *const *env, const char *input,
    unsigned limit_ms);

/* The same in two steps, so that something else can run meanwhile; it may say what a pipe holds, 4 kB at least. */
struct lib_run_begun {
	pid_t pid;
	int in, out, err;
	const char *input, *what;
	size_t left;
	unsigned limit_ms;
	double began;
};
void lib_run_begin(struct lib_run_begun *b, const char *const *args, const char *const *env, const char *input,
    unsigned limit_ms);
void lib_run_end(struct lib_run_begun *b, struct lib_run *r);

void lib_run_free(struct lib_run *r);

#endif
