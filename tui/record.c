#include "tui/record.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collectors/config_text.h"
#include "collectors/state_dir.h"
#include "core/mem.h"
#include "tui/settings.h"
#include "tui/ui.h"

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

static size_t
flight_bytes(const struct options *o)
{
	uint64_t mib = o->config ? o->config->flight_mib : CONFIG_FLIGHT_MIB;

	if (o->given[OPTION_FLIGHT])
		mib = (uint64_t)o->number[OPTION_FLIGHT];
	return (size_t)mib << 20;
}

/* Of a configuration that cannot be read any more the recording has none. */
static int
config_text(char **text, size_t *n, const struct options *o, struct err *err)
{
	int rc = config_text_recorded(text, n, o->config ? o->config->path : NULL, err);

	return rc && rc != ERR_NOMEM ? config_text_recorded(text, n, NULL, err) : rc;
}

int
record_new(struct recorder **out, uv_loop_t *loop, const struct options *o, const struct env *env,
    const char *endpoint, int64_t start_ms, const struct sink *sink, struct err *err)
{
	struct recorder_options ro = {.config = o->config, .flight_bytes = flight_bytes(o)};
	struct recording_head *h = &ro.head;
	char host[256] = "", *config = NULL;
	size_t n = 0;
	int rc;

	*out = NULL;
	ro.all_events = o->given[OPTION_EVENTS];
	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	h->program = slice_of(DRIFTTOP_VERSION);
	h->host = slice_of(host);
	h->endpoint = slice_of(endpoint);
	h->zone = slice_of(settings_zone(o, env));
	h->utc_offset_ms = settings_offset_ms(o, env);
	h->started_ms = env->wall_ms;
	h->start_ms = start_ms;
	h->alarms_per_week = o->config ? o->config->budget_per_week : 0;
	rc = config_text(&config, &n, o, err);
	if (rc)
		return rc;
	h->config = slice_make(config, n);
	rc = recorder_new(out, loop, &ro, sink, err);
	mem_free(config);
	return rc;
}

int
record_place(struct record_place *p, const struct options *o, const struct env *env, bool saves, struct err *err)
{
	const char *dir = o->config ? o->config->record_dir : NULL;
	char endpoint[128] = "";
	const char *source = env->redis_url ? env->redis_url : "redis://127.0.0.1:6379";

	memset(p, 0, sizeof(*p));
	if (dir)
		snprintf(p->dir, sizeof(p->dir), "%s", dir);
	else if (env->state_home[0])
		snprintf(p->dir, sizeof(p->dir), "%s/recordings", env->state_home);
	else
		return err_set(err, ERR_NOT_FOUND,
		    "there is no place for recordings: say record.dir in the configuration");
	/* Its server has a name of its own each time, which says nothing to anybody. */
	if (o->command == COMMAND_DEMO)
		snprintf(endpoint, sizeof(endpoint), "demo");
	else
		state_dir_endpoint(o->noperands ? o->operands : &source, o->noperands ? o->noperands : 1, endpoint,
		    sizeof(endpoint));
	snprintf(p->prefix, sizeof(p->prefix), "%s%s", saves ? "flight-" : "", endpoint[0] ? endpoint : "events");
	p->to = (struct record_to){.dir = p->dir, .prefix = p->prefix};
	return 0;
}

void
record_do(struct recorder *r, const struct ui_request *q, const struct options *o, const struct env *env, char *say,
    size_t bytes)
{
	bool saves = q->kind == UI_REQUEST_SAVE;
	struct record_place p;
	struct err err = {0};
	int rc = 0;

	say[0] = '\0';
	if (!r) {
		snprintf(say, bytes, "nothing is recorded here");
		return;
	}
	if (!saves && recorder_writes(r)) {
		rc = recorder_stop(r, &err);
	} else {
		rc = record_place(&p, o, env, saves, &err);
		if (!rc)
			rc = saves ? recorder_save(r, &p.to, &err) : recorder_start(r, &p.to, &err);
	}
	if (rc)
		snprintf(say, bytes, "%s", err.msg);
}

bool
record_news(const struct store *s, uint64_t *saves, char *say, size_t bytes)
{
	const struct fact_recording *f = store_recording(s);

	if (f->saves == *saves)
		return false;
	*saves = f->saves;
	if (f->save_failed.n)
		snprintf(say, bytes, "not saved: %.*s", (int)f->save_failed.n, f->save_failed.p);
	else
		snprintf(say, bytes, "saved %.*s", (int)f->saved.n, f->saved.p);
	return true;
}
