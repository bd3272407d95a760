#include "tui/notify.h"

#include "collectors/action.h"
#include "core/alert.h"
#include "core/alert_json.h"
#include "core/mem.h"

struct notify {
	uv_loop_t *loop;
	const struct config *config;
	struct actions *actions; /* NULL: none is run */
	uint64_t seen;		 /* changes */
};

int
notify_new(struct notify **out, uv_loop_t *loop, const struct config *config, bool run, char **env,
    const struct sink *sink, struct err *err)
{
	struct notify *n = mem_calloc(1, sizeof(*n));
	int rc = n ? 0 : err_nomem(err);

	if (rc)
		return rc;
	n->loop = loop;
	n->config = config;
	if (run && config && config->nactions)
		rc = actions_new(&n->actions, loop, config->actions, config->nactions, env, sink, err);
	if (rc)
		mem_free(n);
	else
		*out = n;
	return rc;
}

static bool
matches(const char *pattern, struct slice text)
{
	return !pattern || slice_glob(slice_of(pattern), text);
}

static bool
wants(const struct config_action *c, const struct alert *al, enum alert_change_kind kind)
{
	if (kind == ALERT_CHANGE_CLEARED ? !c->on_clear : al->state != ALERT_FIRING)
		return false;
	/* Whoever was told that it fires is told that it is over. */
	if (!(c->severities & 1u << (kind == ALERT_CHANGE_CLEARED ? al->worst : al->severity)))
		return false;
	return matches(c->rule, al->key.rule) && matches(c->model, al->key.model);
}

static void
run_all(struct notify *n, const struct alert *al, enum alert_change_kind kind, int64_t now_ms)
{
	struct jsonw w;
	size_t bytes, i;
	char *json;

	jsonw_init(&w);
	alert_json(&w, al, alert_change_names[kind]);
	jsonw_newline(&w);
	json = jsonw_take(&w, &bytes, NULL);
	for (i = 0; json && i < n->config->nactions; i++)
		if (wants(&n->config->actions[i], al, kind))
			(void)actions_run(n->actions, i, json, bytes, now_ms, NULL);
	mem_free(json);
}

bool
notify_tick(struct notify *n, const struct store *s, int64_t now_ms)
{
	const struct alerts *all = store_alerts(s);
	bool ring = false;

	if (all->changes - n->seen > ALERT_CHANGES)
		n->seen = all->changes - ALERT_CHANGES;
	for (; n->seen < all->changes; n->seen++) {
		const struct alert_change *c = &all->changed[n->seen % ALERT_CHANGES];
		const struct alert *al = c->history ? NULL : alerts_find(all, c->id);

		if (!al || al->provisional || alert_silenced(al))
			continue;
		ring |= c->kind != ALERT_CHANGE_CLEARED;
		if (n->actions)
			run_all(n, al, c->kind, now_ms);
	}
	return ring && (!n->config || n->config->bell);
}

void
notify_restart(struct notify *n)
{
	if (n)
		n->seen = 0;
}

void
notify_finish(struct notify *n)
{
	while (n && n->actions && actions_busy(n->actions))
		uv_run(n->loop, UV_RUN_ONCE);
}

void
notify_free(struct notify *n)
{
	if (!n)
		return;
	actions_free(n->actions);
	mem_free(n);
}
