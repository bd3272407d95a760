#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "collectors/publish.h"
#include "tui/demo.h"
#include "tui/demo_fraud.h"
#include "tui/demo_play.h"
#include "tui/env.h"

#define CONNECT_MS 5000 /* for the server to listen */
#define TERM_MS 2000    /* between asking it to go and making it */
#define PUBLISH_WAIT_MS 3000

/* Set by SIGTERM, read between two steps. */
static volatile sig_atomic_t asked_to_stop;

static void
on_term(int sig)
{
	(void)sig;
	asked_to_stop = 1;
}

/* Nothing of the caller's terminal is kept, so that neither a key nor its end reaches the keeper.
 */
static void
detach(const struct demo_keeper *k)
{
	struct sigaction sa;
	int null = open("/dev/null", O_RDWR), fd;

	setsid();
	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGQUIT, &sa, NULL);
	sigaction(SIGPIPE, &sa, NULL);
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
	for (fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
	/* A descriptor that the caller happens to have open (a log, a pipe of its shell) must end
	 * when the caller does. */
	for (fd = 3; fd < 256; fd++) {
		if (fd != k->life_fd && fd != k->status_fd)
			close(fd);
	}
}

static void
say(int fd, const char *line)
{
	size_t n = strlen(line);

	if (write(fd, line, n) != (ssize_t)n || write(fd, "\n", 1) != 1)
		asked_to_stop = 1;
}

/* ---- the server ------------------------------------------------------------------------------ */

_Noreturn static void
exec_server(const struct demo_keeper *k, pid_t keeper)
{
	char socket_path[128], log_path[128];
	struct sigaction sa;

#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	/* The keeper may have gone before that was set. */
	if (getppid() != keeper)
		_exit(1);
	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_DFL;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGQUIT, &sa, NULL);
	sigaction(SIGPIPE, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	snprintf(socket_path, sizeof(socket_path), "%s/redis.sock", k->directory);
	snprintf(log_path, sizeof(log_path), "%s/redis.log", k->directory);
	execl(k->server, k->server, "--port", "0", "--unixsocket", socket_path, "--unixsocketperm",
	    "700", "--save", "", "--appendonly", "no", "--maxmemory", "512mb", "--maxmemory-policy",
	    "noeviction", "--dir", k->directory, "--logfile", log_path, "--daemonize", "no",
	    (char *)NULL);
	_exit(127);
}

static pid_t
start_server(const struct demo_keeper *k)
{
	pid_t keeper = getpid(), pid = fork();

	if (pid == 0)
		exec_server(k, keeper);
	return pid;
}

static bool
server_runs(pid_t *server)
{
	if (*server > 0 && waitpid(*server, NULL, WNOHANG) == *server)
		*server = -1;
	return *server > 0;
}

static void
stop_server(pid_t server)
{
	int left_ms;

	if (server <= 0)
		return;
	kill(server, SIGTERM);
	for (left_ms = TERM_MS; left_ms > 0; left_ms -= 10) {
		if (waitpid(server, NULL, WNOHANG) != 0)
			return;
		poll(NULL, 0, 10);
	}
	kill(server, SIGKILL);
	while (waitpid(server, NULL, 0) < 0 && errno == EINTR)
		;
}

bool
demo_directory_remove(const char *directory)
{
	static const char *const names[] = {"redis.sock", "redis.log", "dump.rdb"};
	char path[160];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	return rmdir(directory) == 0 || errno == ENOENT;
}

/* The last line of the server's log: why it did not start. */
static void
server_words(const struct demo_keeper *k, char *buf, size_t bytes)
{
	char path[160], line[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/redis.log", k->directory);
	snprintf(buf, bytes, "%s ended at once", k->server);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			snprintf(buf, bytes, "%s: %s", k->server, line);
	}
	if (f)
		fclose(f);
}

/* ---- the work -------------------------------------------------------------------------------- */

/* True when the caller has gone or a signal asks to stop; waits at most so long for that. */
static bool
caller_gone(const struct demo_keeper *k, int64_t wait_ms)
{
	struct pollfd pfd = {k->life_fd, POLLIN, 0};

	if (asked_to_stop)
		return true;
	return poll(&pfd, 1, (int)wait_ms) > 0 || asked_to_stop;
}

static int
connect_server(const struct demo_keeper *k, pid_t *server, struct publish **out, struct err *err)
{
	int64_t deadline = env_mono_ms() + CONNECT_MS;
	char url[160], words[400];

	snprintf(url, sizeof(url), "unix://%s/redis.sock", k->directory);
	for (;;) {
		if (publish_open(out, url, NULL, PUBLISH_WAIT_MS, err) == 0)
			return 0;
		if (!server_runs(server)) {
			server_words(k, words, sizeof(words));
			return err_set(err, ERR_IO, "%s", words);
		}
		if (env_mono_ms() > deadline || caller_gone(k, 5))
			return ERR_IO;
	}
}

static int
run(const struct demo_keeper *k, pid_t *server, struct err *err)
{
	struct demo_play *play = NULL;
	struct publish *to = NULL;
	struct demo_sink sink;
	int64_t wait_ms = 0;
	int rc;

	*server = start_server(k);
	if (*server < 0)
		return err_set(err, ERR_IO, "no process for the server: %s", strerror(errno));
	rc = demo_play_new(&play, k->examples, DEMO_FRAUD_SEED, err);
	if (!rc)
		rc = connect_server(k, server, &to, err);
	sink = demo_sink_server(to);
	if (!rc)
		rc = demo_play_history(play, &sink, env_wall_ms(), err);
	if (!rc)
		rc = publish_flush(to, err);
	if (!rc)
		say(k->status_fd, "ready");
	while (!rc && !caller_gone(k, wait_ms) && server_runs(server)) {
		struct err lost = {0};

		if (demo_play_due(play, &sink, env_wall_ms(), &wait_ms, &lost) == 0 && publish_flush(to, &lost) == 0)
			continue;
		/* On a busy machine an answer may take too long. That is no end of the demo: what was on the way is
		 * lost, and all four models would be silent from then on. */
		publish_close(to);
		to = NULL;
		rc = connect_server(k, server, &to, err);
		sink = demo_sink_server(to);
	}
	publish_close(to);
	demo_play_free(play);
	return rc;
}

void
demo_keeper_run(const struct demo_keeper *k)
{
	struct err err = {0};
	pid_t server = -1;
	int rc;

	detach(k);
	rc = run(k, &server, &err);
	if (rc && err.msg[0])
		say(k->status_fd, err.msg);
	/* Should publishing fail in the middle, the dashboard keeps the server it has until it
	 * goes. */
	while (rc && server > 0 && !caller_gone(k, 1000))
		;
	stop_server(server);
	(void)demo_directory_remove(k->directory);
	_exit(rc ? 1 : 0);
}
