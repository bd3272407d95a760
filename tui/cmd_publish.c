/* drifttop publish: lines of NDJSON into a stream, as they are, at a pace. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "collectors/lines.h"
#include "collectors/publish.h"
#include "collectors/publish_line.h"
#include "core/mem.h"
#include "tui/command.h"
#include "tui/plain.h"

#define DEFAULT_SERVER "redis://127.0.0.1:6379"

static volatile sig_atomic_t interrupted;

struct publishing {
	const struct options *o;
	const struct env *env;
	struct publish *to;
	struct publish_flat flat;
	char *buf;
	size_t cap;
	uint64_t lines, blank;
	int64_t start_mono_ms;
	int64_t first_ts_ms; /* --speed: INT64_MIN until there was one */
};

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void
sleep_ms(int64_t ms)
{
	struct timespec ts = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000L};

	while (!interrupted && nanosleep(&ts, &ts) != 0 && errno == EINTR)
		;
}

/* When this line is due, in milliseconds behind the start; below 0: at once. */
static double
due_ms(struct publishing *p, const struct publish_time *t)
{
	double rate = p->o->number[OPTION_RATE], speed = p->o->number[OPTION_SPEED];

	if (isfinite(rate))
		return (double)p->lines * 1000.0 / rate;
	if (!isfinite(speed) || t->ms == INT64_MIN)
		return -1.0;
	if (p->first_ts_ms == INT64_MIN)
		p->first_ts_ms = t->ms;
	return (double)(t->ms - p->first_ts_ms) / speed;
}

/* Waits until the line is due; what is queued goes out first. */
static int
keep_pace(struct publishing *p, const struct publish_time *t, struct err *err)
{
	double due = due_ms(p, t);
	int64_t wait = due < 0 ? 0 : (int64_t)due - (env_mono_ms() - p->start_mono_ms);
	int rc;

	if (wait <= 0)
		return 0;
	rc = publish_flush(p->to, err);
	wait = (int64_t)due - (env_mono_ms() - p->start_mono_ms);
	if (!rc && wait > 0)
		sleep_ms(wait);
	return rc;
}

static int
publish_line(struct publishing *p, struct slice line, struct err *err)
{
	const struct slice key = slice_of(p->o->text[OPTION_KEY]);
	struct pair field = {{"event", 5}, line};
	struct publish_time t;
	char *buf;
	int rc;

	rc = publish_line_time(line, &t, err);
	if (!rc)
		rc = keep_pace(p, &t, err);
	if (rc || interrupted)
		return rc;
	if (p->o->given[OPTION_RESTAMP]) {
		buf = mem_grow(p->buf, &p->cap, line.n + PUBLISH_LINE_EXTRA, 1);
		if (!buf)
			return err_nomem(err);
		p->buf = buf;
		field.value = slice_make(buf, publish_line_restamp(line, &t, env_wall_ms(), buf));
	}
	if (!p->o->given[OPTION_FLAT])
		return publish_add(p->to, key, -1, 0, &field, 1, err);
	rc = publish_line_flat(&p->flat, field.value, err);
	if (!rc && !p->flat.count)
		rc = err_set(err, ERR_FORMAT, "nothing in it can be a field");
	return rc ? rc : publish_add(p->to, key, -1, 0, p->flat.fields, p->flat.count, err);
}

static bool
is_blank(struct slice line)
{
	size_t i;

	for (i = 0; i < line.n; i++) {
		if (line.p[i] != ' ' && line.p[i] != '\t')
			return false;
	}
	return true;
}

static int
publish_file(struct publishing *p, const char *path, struct err *err)
{
	struct lines *l = NULL;
	struct slice line;
	bool end = false;
	int rc;

	rc = lines_open(&l, path, err);
	while (!rc && !interrupted) {
		rc = lines_next(l, &line, &end, err);
		if (rc || end)
			break;
		if (is_blank(line)) {
			p->blank++;
			continue;
		}
		rc = publish_line(p, line, err);
		if (rc == ERR_FORMAT)
			err_wrap(err, "'%s': line %" PRIu64, path, p->lines + p->blank + 1);
		p->lines++;
	}
	lines_close(l);
	return rc ? rc : publish_flush(p->to, err);
}

static int
check_stream(struct publishing *p, struct err *err)
{
	const char *key = p->o->text[OPTION_KEY];
	bool exists;
	int rc;

	if (p->o->given[OPTION_APPEND])
		return 0;
	rc = publish_exists(p->to, slice_of(key), &exists, err);
	if (!rc && exists)
		rc = err_set(err, ERR_INVALID,
		    "%s: '%s' is there already: use another name, or --append to write to it",
		    publish_shown(p->to), key);
	return rc;
}

static int
open_server(struct publishing *p, char **password, struct err *err)
{
	const struct options *o = p->o;
	const char *url = o->noperands > 1    ? o->operands[1]
			  : p->env->redis_url ? p->env->redis_url
					      : DEFAULT_SERVER;
	int rc = 0;

	if (o->text[OPTION_PASSWORD_FILE])
		rc = env_password_file(password, o->text[OPTION_PASSWORD_FILE], err);
	if (!rc)
		rc = publish_open(&p->to, url, *password ? *password : p->env->redis_auth,
		    PUBLISH_TIMEOUT_MS, err);
	return rc;
}

int
cmd_publish(const struct options *o, const struct env *env, struct err *err)
{
	struct publishing p = {.o = o, .env = env, .first_ts_ms = INT64_MIN};
	struct sigaction sa = {0};
	char *password = NULL, done[200];
	uint64_t n;
	int rc;

	publish_flat_init(&p.flat);
	/* Ctrl-C ends a paced run; what was read is still sent, and said. */
	sa.sa_handler = on_interrupt;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	rc = open_server(&p, &password, err);
	if (!rc)
		rc = check_stream(&p, err);
	if (!rc) {
		p.start_mono_ms = env_mono_ms();
		rc = publish_file(&p, o->operands[0], err);
		n = publish_confirmed(p.to);
		snprintf(done, sizeof(done), "%" PRIu64 " entr%s written to '%.80s' at %.80s", n,
		    n == 1 ? "y" : "ies", o->text[OPTION_KEY], publish_shown(p.to));
		plain_complain(done, env->utf8);
	}
	publish_close(p.to);
	publish_flat_release(&p.flat);
	mem_free(p.buf);
	mem_free_secret(password);
	return rc;
}
