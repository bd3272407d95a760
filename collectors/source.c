#include "collectors/source.h"

#include "collectors/source_impl.h"
#include "collectors/url.h"

static const struct source_ops *const ops_of_kind[] = {
    [URL_TCP] = &redis_source_ops,
    [URL_UNIX] = &redis_source_ops,
    [URL_FILE] = &ndjson_source_ops,
    [URL_STDIN] = &ndjson_source_ops,
};

void
source_timing_default(struct source_timing *t)
{
	*t = (struct source_timing){
	    .connect_ms = 3000,
	    .command_ms = 3000,
	    .stall_ms = 3000,
	    .reply_ms = 10000,
	    .block_ms = 1000,
	    .block_grace_ms = 3000,
	    .backoff_min_ms = 100,
	    .backoff_max_ms = 3000,
	    .backoff_auth_ms = 30000,
	    .backoff_reset_ms = 5000,
	    .pace_ms = 25,
	    .audit_ms = 2000,
	    .scan_ms = 30000,
	    .scan_step_ms = 50,
	    .recheck_ms = 10000,
	    .follow_ms = 250,
	};
}

int
source_open(struct source **out, uv_loop_t *loop, unsigned index, const char *text,
    const struct source_options *options, const struct sink *sink, struct err *err)
{
	struct source_params params = {.loop = loop, .index = index, .options = options, .sink = sink};
	struct url url;
	int rc = url_parse(&url, text, err);

	if (rc)
		return err_wrap(err, "source %u", index + 1);
	params.url = &url;
	rc = ops_of_kind[url.kind]->open(out, &params, err);
	url_release(&url);
	return rc;
}

void
source_close(struct source *s, void (*closed)(void *ctx), void *ctx)
{
	s->ops->close(s, closed, ctx);
}

void
source_tick(struct source *s, int64_t now_ms)
{
	if (s->ops->tick)
		s->ops->tick(s, now_ms);
}

void
source_hold(struct source *s, bool hold)
{
	if (s->ops->hold)
		s->ops->hold(s, hold);
}

int
source_pick(struct source *s, unsigned stream, bool follow, struct err *err)
{
	if (!s->ops->pick)
		return err_set(err, ERR_UNSUPPORTED, "this source has no streams to pick from");
	return s->ops->pick(s, stream, follow, err);
}

void
source_skip_to_live(struct source *s)
{
	if (s->ops->skip_to_live)
		s->ops->skip_to_live(s);
}

void
source_retry(struct source *s)
{
	if (s->ops->retry)
		s->ops->retry(s);
}

int64_t
source_oldest_ms(const struct source *s)
{
	return s->ops->oldest_ms ? s->ops->oldest_ms(s) : 0;
}

int64_t
source_clock_ms(const struct source *s, int64_t now_ms)
{
	return s->ops->clock_ms ? s->ops->clock_ms(s, now_ms) : now_ms;
}
