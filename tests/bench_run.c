/*
 * Runs a command and prints what it took: "WALL_S CPU_S PEAK_KIB STATUS". Its own output goes where the command's does
 * not: file descriptor 3.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double
mono_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	double began = mono_s();
	struct rusage used;
	int status = 0;
	long peak_kib;
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || getrusage(RUSAGE_CHILDREN, &used) != 0)
		return 1;
	peak_kib = used.ru_maxrss;
#ifdef __APPLE__
	peak_kib /= 1024;
#endif
	dprintf(3, "%.3f %.3f %ld %d\n", mono_s() - began, seconds(used.ru_utime) + seconds(used.ru_stime), peak_kib,
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	return 0;
}
