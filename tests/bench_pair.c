/*
 * Two commands side by side on the same machine at the same time, and the processor time that each takes, in all of its
 * threads, over the same seconds: whatever else the machine does slows both. How a program falls in with the pace of
 * its server differs from run to run, so there are several of each.
 *
 *	bench_pair COPIES SETTLE_S SECONDS PROGRAM ARGUMENT... -- PROGRAM ARGUMENT...
 *
 * Prints "first_s", "second_s", of one copy, and "ratio", the second's over the first's. All are told to end by SIGINT.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST	   4 /* argument of the first command */
#define COPIES_MAX 8

static pid_t
start(char **argv)
{
	pid_t pid = fork();
	int null;

	if (pid != 0)
		return pid;
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(127);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* Below 0 where nobody tells. */
static double
cpu_s(pid_t pid)
{
#ifdef __APPLE__
	(void)pid;
	return -1;
#else
	struct timespec t;
	clockid_t clock;

	if (pid <= 0 || clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return -1;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
#endif
}

static double
sum_s(const pid_t *pids, int n)
{
	double sum = 0, one;
	int i;

	for (i = 0; i < n; i++) {
		one = cpu_s(pids[i]);
		if (one < 0)
			return -1;
		sum += one;
	}
	return sum;
}

int
main(int argc, char **argv)
{
	int copies = argc > 1 ? atoi(argv[1]) : 0, between = FIRST, i, k;
	double began[2], took[2];
	pid_t pids[2][COPIES_MAX];

	while (between < argc && strcmp(argv[between], "--") != 0)
		between++;
	if (copies < 1 || copies > COPIES_MAX || between <= FIRST || between + 1 >= argc)
		return 2;
	argv[between] = NULL;
	for (k = 0; k < copies; k++)
		for (i = 0; i < 2; i++)
			pids[i][k] = start(argv + (i ? between + 1 : FIRST));
	sleep((unsigned)atoi(argv[2]));
	for (i = 0; i < 2; i++)
		began[i] = sum_s(pids[i], copies);
	sleep((unsigned)atoi(argv[3]));
	for (i = 0; i < 2; i++)
		took[i] = (sum_s(pids[i], copies) - began[i]) / copies;
	for (k = 0; k < copies; k++)
		for (i = 0; i < 2; i++)
			if (pids[i][k] > 0) {
				kill(pids[i][k], SIGINT);
				waitpid(pids[i][k], NULL, 0);
			}
	if (began[0] < 0 || began[1] < 0 || took[0] <= 0 || took[1] <= 0)
		return 1;
	printf("first_s %.4f\nsecond_s %.4f\nratio %.4f\n", took[0], took[1], took[1] / took[0]);
	return 0;
}
