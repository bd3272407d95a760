#include "tui/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mem.h"

/* How long the keeper gets to start (reading data, publishing history), and to clean up. */
#define START_MS 20000
#define STOP_MS 6000

struct demo {
	char directory[64];
	char url[96];
	pid_t keeper;
	int life_fd;
};

/* The server's program, by the names it has had, in PATH and where systems keep daemons. */
static bool
find_server(const char *path, char *buf, size_t bytes)
{
	static const char *const names[] = {"redis-server", "valkey-server"};
	static const char more[] =
	    ":/usr/sbin:/usr/local/sbin:/opt/homebrew/bin";
	const char *lists[2] = {path, more};
	size_t i, k;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (k = 0; k < 2; k++) {
			const char *p = lists[k];

			while (*p) {
				size_t n = strcspn(p, ":");
				int len = snprintf(buf, bytes, "%.*s/%s", (int)n, p, names[i]);

				if (n && len > 0 && (size_t)len < bytes && access(buf, X_OK) == 0)
					return true;
				p += n + (p[n] == ':');
			}
		}
	}
	return false;
}

static bool
make_pipe(int fds[2])
{
	if (pipe(fds) != 0)
		return false;
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	return true;
}

/* A unix socket's path is short: where TMPDIR is too long, /tmp will do. */
static bool
make_directory(struct demo *d, const char *tmpdir)
{
	int n = snprintf(d->directory, sizeof(d->directory), "%s/drifttop-demo.XXXXXX", tmpdir);

	if (n < 0 || (size_t)n >= sizeof(d->directory))
		snprintf(d->directory, sizeof(d->directory), "/tmp/drifttop-demo.XXXXXX");
	if (!mkdtemp(d->directory))
		return false;
	snprintf(d->url, sizeof(d->url), "unix://%s/redis.sock", d->directory);
	return true;
}

/* The keeper's one line, or its end. */
static int
wait_ready(int fd, struct err *err)
{
	char line[400];
	size_t n = 0;
	ssize_t got;

	for (;;) {
		struct pollfd pfd = {fd, POLLIN, 0};

		if (poll(&pfd, 1, START_MS) <= 0)
			return err_set(err, ERR_IO,
			    "demo: the private server did not come up in %d s", START_MS / 1000);
		got = read(fd, line + n, sizeof(line) - 1 - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
		if (line[n - 1] == '\n' || n == sizeof(line) - 1)
			break;
	}
	while (n && line[n - 1] == '\n')
		n--;
	line[n] = '\0';
	if (strcmp(line, "ready") == 0)
		return 0;
	return err_set(err, ERR_IO, "demo: %s", n ? line : "the private server ended at once");
}

static int
start_keeper(
    struct demo *d, const char *server, const char *examples, int *status_fd, struct err *err)
{
	int life[2], status[2];

	if (!make_pipe(life))
		return err_set(err, ERR_IO, "demo: %s", strerror(errno));
	if (!make_pipe(status)) {
		close(life[0]);
		close(life[1]);
		return err_set(err, ERR_IO, "demo: %s", strerror(errno));
	}
	d->keeper = fork();
	if (d->keeper == 0) {
		const struct demo_keeper k = {server, d->directory, examples, life[0], status[1]};

		close(life[1]);
		close(status[0]);
		demo_keeper_run(&k);
	}
	close(life[0]);
	close(status[1]);
	d->life_fd = life[1];
	*status_fd = status[0];
	return d->keeper < 0 ? err_set(err, ERR_IO, "demo: %s", strerror(errno)) : 0;
}

int
demo_start(struct demo **out, const struct env *env, struct err *err)
{
	struct demo *d;
	char server[512];
	int status_fd = -1, rc;

	if (!find_server(env->path, server, sizeof(server)))
		return err_set(err, ERR_NOT_FOUND,
		    "demo: needs redis-server or valkey-server in PATH: install the package "
		    "redis-server");
	if (!env->examples[0])
		return err_set(err, ERR_NOT_FOUND,
		    "demo: the example data is not there: it belongs in share/drifttop/examples "
		    "beside the program's bin");
	d = mem_calloc(1, sizeof(*d));
	if (!d)
		return err_nomem(err);
	d->life_fd = -1;
	d->keeper = -1;
	if (!make_directory(d, env->tmpdir)) {
		rc = err_set(err, ERR_IO, "demo: no temporary directory: %s", strerror(errno));
		mem_free(d);
		return rc;
	}
	rc = start_keeper(d, server, env->examples, &status_fd, err);
	if (!rc)
		rc = wait_ready(status_fd, err);
	if (status_fd >= 0)
		close(status_fd);
	if (rc) {
		demo_stop(d);
		return rc;
	}
	*out = d;
	return 0;
}

/* Waits for the keeper's own end; behind the deadline it is made to. */
static void
await_keeper(pid_t keeper)
{
	int left_ms = STOP_MS;
	const int step_ms = 10;

	while (waitpid(keeper, NULL, WNOHANG) == 0) {
		if (left_ms <= 0) {
			kill(keeper, SIGKILL);
			while (waitpid(keeper, NULL, 0) < 0 && errno == EINTR)
				;
			return;
		}
		poll(NULL, 0, step_ms);
		left_ms -= step_ms;
	}
}

void
demo_stop(struct demo *d)
{
	if (!d)
		return;
	if (d->life_fd >= 0)
		close(d->life_fd);
	if (d->keeper > 0)
		await_keeper(d->keeper);
	/* Only where the keeper was killed is there anything left to do. */
	(void)demo_directory_remove(d->directory);
	mem_free(d);
}

const char *
demo_url(const struct demo *d)
{
	return d->url;
}

const char *
demo_directory(const struct demo *d)
{
	return d->directory;
}

pid_t
demo_keeper(const struct demo *d)
{
	return d->keeper;
}
