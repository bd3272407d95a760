/*
 * A run is a process and three pipes. It has ended when the process has and its output is at its end or has had its
 * time: a child that it left behind may hold the pipes open for ever. Memory goes back when all handles are closed.
 */
#include "collectors/action.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

#define SAID_BYTES 160 /* of what it wrote to standard error, for the sentence */
#define READ_BYTES 65536

struct run {
	struct actions *a;
	struct run *next; /* of the running, or of those that wait */
	size_t index;
	char *json;
	size_t bytes;
	int64_t now_ms;
	uv_process_t process;
	uv_pipe_t in, out, err;
	uv_timer_t timer;
	uv_write_t write;
	uv_shutdown_t shutdown;
	unsigned handles; /* open */
	unsigned ends;	  /* of out and err, reached */
	bool spawned, exited, timed_out, finished;
	int64_t status;
	int signal;
	size_t wrote; /* bytes of output */
	size_t nsaid;
	char said[SAID_BYTES];
};

struct actions {
	uv_loop_t *loop;
	const struct config_action *list;
	size_t n;
	char **env;
	struct sink sink;
	struct run *running, *waiting, **waiting_end;
	size_t nrunning, nwaiting;
	struct fact_action told[CONFIG_ACTIONS_MAX]; /* counters */
	bool closing;
	char buf[READ_BYTES]; /* what is read and dropped */
};

/* ---- telling --------------------------------------------------------------------------------- */

static void
tell(struct actions *a, size_t index, enum action_state state, const char *sentence, int64_t now_ms)
{
	struct fact fact = {.kind = FACT_ACTION};

	a->told[index].index = (unsigned)index;
	a->told[index].name = slice_of(a->list[index].argv[0]);
	a->told[index].state = state;
	a->told[index].at_ms = now_ms;
	fact.u.action = a->told[index];
	fact.u.action.sentence = slice_of(sentence);
	if (a->sink.fact && !a->closing)
		a->sink.fact(a->sink.ctx, &fact);
}

/* The first line that it wrote to standard error, behind what is said of it. */
static void
add_said(const struct run *r, char *sentence, size_t bytes)
{
	size_t n = strlen(sentence), i = 0;

	while (i < r->nsaid && r->said[i] != '\n' && r->said[i] != '\r')
		i++;
	if (i)
		snprintf(sentence + n, bytes - n, ": %.*s", (int)i, r->said);
}

static void
tell_end(struct run *r)
{
	const struct config_action *c = &r->a->list[r->index];
	enum action_state state = ACTION_OK;
	char sentence[320] = "";
	size_t n;

	if (r->timed_out) {
		state = ACTION_TIMED_OUT;
		snprintf(sentence, sizeof(sentence), "killed after %.3g s: it had not ended",
		    (double)c->timeout_ms / 1000);
	} else if (r->signal) {
		state = ACTION_FAILED;
		snprintf(sentence, sizeof(sentence), "ended by signal %d", r->signal);
	} else if (r->status) {
		state = ACTION_FAILED;
		snprintf(sentence, sizeof(sentence), "ended with status %lld", (long long)r->status);
		add_said(r, sentence, sizeof(sentence));
	}
	n = strlen(sentence);
	if (r->wrote > c->output_bytes) {
		state = state == ACTION_OK ? ACTION_FLOODED : state;
		snprintf(sentence + n, sizeof(sentence) - n, "%swrote %zu bytes, of which %zu were to be read",
		    n ? "; " : "", r->wrote, c->output_bytes);
	}
	r->a->told[r->index].failures += state != ACTION_OK && state != ACTION_FLOODED;
	tell(r->a, r->index, state, sentence, r->now_ms);
}

/* ---- the end of a run ------------------------------------------------------------------------ */

static void start_waiting(struct actions *a);

static void
run_free(struct run *r)
{
	mem_free(r->json);
	mem_free(r);
}

static void
on_closed(uv_handle_t *h)
{
	struct run *r = h->data;
	struct actions *a = r->a;
	struct run **at = &a->running;

	if (--r->handles)
		return;
	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	a->nrunning--;
	run_free(r);
	start_waiting(a);
}

static void
close_one(void *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

static void
finish(struct run *r)
{
	if (r->finished)
		return;
	r->finished = true;
	if (r->spawned)
		tell_end(r);
	close_one(&r->in);
	close_one(&r->out);
	close_one(&r->err);
	close_one(&r->timer);
	close_one(&r->process);
}

/* All that it started goes with it; it leads a group of its own. */
static void
kill_group(const struct run *r)
{
	if (r->spawned && !r->exited && r->process.pid > 0)
		(void)uv_kill(-r->process.pid, SIGKILL);
}

static void
on_time(uv_timer_t *h)
{
	struct run *r = h->data;

	if (r->exited) { /* its output has had its time */
		finish(r);
		return;
	}
	r->timed_out = true;
	kill_group(r);
}

static void
on_exit(uv_process_t *p, int64_t status, int term_signal)
{
	struct run *r = p->data;

	r->exited = true;
	r->status = status;
	r->signal = term_signal;
	if (r->ends == 2 || r->timed_out || r->a->closing)
		finish(r);
	else
		uv_timer_start(&r->timer, on_time, ACTION_DRAIN_MS, 0);
}

/* ---- its input and output -------------------------------------------------------------------- */

static void
on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct run *r = h->data;

	(void)suggested;
	*buf = uv_buf_init(r->a->buf, sizeof(r->a->buf));
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct run *r = stream->data;
	size_t take;

	if (n < 0) {
		uv_read_stop(stream);
		if (++r->ends == 2 && r->exited)
			finish(r);
		return;
	}
	r->wrote += (size_t)n;
	take = sizeof(r->said) - r->nsaid < (size_t)n ? sizeof(r->said) - r->nsaid : (size_t)n;
	if (stream != (uv_stream_t *)&r->err || !take)
		return;
	memcpy(r->said + r->nsaid, buf->base, take);
	r->nsaid += take;
}

/* A command that does not read its input is nobody's concern. */
static void
on_shutdown(uv_shutdown_t *req, int status)
{
	(void)status;
	close_one(req->handle);
}

static void
on_written(uv_write_t *req, int status)
{
	struct run *r = req->handle->data;

	if (uv_is_closing((uv_handle_t *)&r->in))
		return;
	if (status || uv_shutdown(&r->shutdown, req->handle, on_shutdown))
		close_one(&r->in);
}

/* ---- the start of a run ---------------------------------------------------------------------- */

static int
spawn(struct run *r)
{
	const struct config_action *c = &r->a->list[r->index];
	uv_stdio_container_t io[3];
	uv_process_options_t o = {0};
	uv_pipe_t *pipes[3] = {&r->in, &r->out, &r->err};
	size_t i;

	for (i = 0; i < 3; i++) {
		io[i].flags = (uv_stdio_flags)(UV_CREATE_PIPE | (i ? UV_WRITABLE_PIPE : UV_READABLE_PIPE));
		io[i].data.stream = (uv_stream_t *)pipes[i];
	}
	o.file = c->argv[0];
	o.args = c->argv;
	o.env = r->a->env;
	o.flags = UV_PROCESS_DETACHED; /* a session and group of its own */
	o.stdio = io;
	o.stdio_count = 3;
	o.exit_cb = on_exit;
	return uv_spawn(r->a->loop, &r->process, &o);
}

static void
init_handles(struct run *r)
{
	uv_loop_t *loop = r->a->loop;

	uv_pipe_init(loop, &r->in, 0);
	uv_pipe_init(loop, &r->out, 0);
	uv_pipe_init(loop, &r->err, 0);
	uv_timer_init(loop, &r->timer);
	r->in.data = r->out.data = r->err.data = r->timer.data = r->process.data = r;
	r->handles = 5;
}

static void
start(struct run *r)
{
	const struct config_action *c = &r->a->list[r->index];
	uv_buf_t buf = uv_buf_init(r->json, (unsigned)r->bytes);
	char sentence[320];
	int rc;

	init_handles(r);
	r->a->told[r->index].runs++;
	rc = spawn(r);
	if (rc) {
		snprintf(sentence, sizeof(sentence), "cannot be run: %s", uv_strerror(rc));
		r->a->told[r->index].failures++;
		tell(r->a, r->index, ACTION_MISSING, sentence, r->now_ms);
		finish(r);
		return;
	}
	r->spawned = true;
	tell(r->a, r->index, ACTION_RUNNING, "", r->now_ms);
	uv_timer_start(&r->timer, on_time, (uint64_t)c->timeout_ms, 0);
	uv_read_start((uv_stream_t *)&r->out, on_alloc, on_read);
	uv_read_start((uv_stream_t *)&r->err, on_alloc, on_read);
	if (uv_write(&r->write, (uv_stream_t *)&r->in, &buf, 1, on_written))
		close_one(&r->in);
}

static void
start_waiting(struct actions *a)
{
	while (!a->closing && a->waiting && a->nrunning < ACTION_RUNNING_MAX) {
		struct run *r = a->waiting;

		a->waiting = r->next;
		if (!a->waiting)
			a->waiting_end = &a->waiting;
		a->nwaiting--;
		r->next = a->running;
		a->running = r;
		a->nrunning++;
		start(r);
	}
}

int
actions_run(struct actions *a, size_t index, const char *json, size_t bytes, int64_t now_ms, struct err *err)
{
	struct run *r;

	if (a->nwaiting >= ACTION_QUEUE_MAX) {
		a->told[index].dropped++;
		return err_set(err, ERR_LIMIT, "more than %d actions wait", ACTION_QUEUE_MAX);
	}
	r = mem_calloc(1, sizeof(*r));
	if (r)
		r->json = mem_dup(json, bytes);
	if (!r || !r->json) {
		mem_free(r);
		return err_nomem(err);
	}
	r->a = a;
	r->index = index;
	r->bytes = bytes;
	r->now_ms = now_ms;
	*a->waiting_end = r;
	a->waiting_end = &r->next;
	a->nwaiting++;
	start_waiting(a);
	return 0;
}

bool
actions_busy(const struct actions *a)
{
	return a->running || a->waiting;
}

int
actions_new(struct actions **out, uv_loop_t *loop, const struct config_action *list, size_t n, char **env,
    const struct sink *sink, struct err *err)
{
	struct actions *a = mem_calloc(1, sizeof(*a));

	if (!a)
		return err_nomem(err);
	a->loop = loop;
	a->list = list;
	a->n = n < CONFIG_ACTIONS_MAX ? n : CONFIG_ACTIONS_MAX;
	a->env = env;
	if (sink)
		a->sink = *sink;
	a->waiting_end = &a->waiting;
	*out = a;
	return 0;
}

void
actions_free(struct actions *a)
{
	struct run *r, *next;

	if (!a)
		return;
	a->closing = true;
	for (r = a->waiting; r; r = next) {
		next = r->next;
		run_free(r);
	}
	for (r = a->running; r; r = r->next) {
		if (r->spawned && !r->exited)
			kill_group(r); /* its end finishes it */
		else
			finish(r);
	}
	while (a->running)
		uv_run(a->loop, UV_RUN_ONCE);
	mem_free(a);
}
