#include "core/config.h"

#include <math.h>
#include <string.h>

#include "core/mem.h"

int
config_init(struct config *c, struct err *err)
{
	memset(c, 0, sizeof(*c));
	c->budget_per_week = CONFIG_BUDGET_PER_WEEK;
	c->drift_rule = rule_drift_presets[0].name;
	c->bell = true;
	c->clipboard = true;
	c->flight_mib = CONFIG_FLIGHT_MIB;
	return rules_init(&c->rules, err);
}

void
config_action_release(struct config_action *a)
{
	size_t i;

	for (i = 0; i < a->argc; i++)
		mem_free(a->argv[i]);
	mem_free(a->argv);
	mem_free(a->rule);
	mem_free(a->model);
	memset(a, 0, sizeof(*a));
}

void
config_bind_release(struct config_bind *b)
{
	size_t i;

	for (i = 0; i < b->nkeys; i++)
		mem_free(b->keys[i]);
	mem_free(b->action);
	memset(b, 0, sizeof(*b));
}

void
config_columns_release(struct config_columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		mem_free(c->names[i]);
	mem_free(c->screen);
	memset(c, 0, sizeof(*c));
}

void
config_group_release(struct config_group *g)
{
	mem_free(g->model);
	mem_free(g->name);
	memset(g, 0, sizeof(*g));
}

void
config_sets_saved(struct config *c)
{
	for (size_t i = 0; i < c->nsets; i++)
		c->sets[i].saved = true;
}

void
config_release(struct config *c)
{
	size_t i;

	for (i = 0; i < c->nmodels; i++) {
		mem_free(c->models[i].model);
		mem_free(c->models[i].positive);
	}
	for (i = 0; i < c->nfeatures; i++) {
		mem_free(c->features[i].model);
		mem_free(c->features[i].feature);
	}
	for (i = 0; i < c->nactions; i++)
		config_action_release(&c->actions[i]);
	for (i = 0; i < c->nstreams; i++)
		mem_free(c->streams[i]);
	for (i = 0; i < c->nbinds; i++)
		config_bind_release(&c->binds[i]);
	for (i = 0; i < c->ncolumns; i++)
		config_columns_release(&c->columns[i]);
	for (i = 0; i < c->ngroups; i++)
		config_group_release(&c->groups[i]);
	for (i = 0; i < c->nmasks; i++)
		mem_free(c->masks[i]);
	mem_free(c->models);
	mem_free(c->features);
	mem_free(c->actions);
	mem_free(c->streams);
	mem_free(c->masks);
	mem_free(c->binds);
	mem_free(c->columns);
	mem_free(c->groups);
	mem_free(c->record_dir);
	mem_free(c->theme);
	mem_free(c->path);
	mem_free(c->text);
	for (i = 0; i < c->nsets; i++) {
		mem_free(c->sets[i].name);
		mem_free(c->sets[i].json);
	}
	mem_free(c->sets);
	rules_release(&c->rules);
	memset(c, 0, sizeof(*c));
}

/* What means something in patterns has a backslash before it. */
char *
config_pattern_of(struct slice name)
{
	char *out = mem_alloc(2 * name.n + 1);
	size_t n = 0;

	for (size_t i = 0; out && i < name.n; i++) {
		if (strchr("*?[]\\", name.p[i]))
			out[n++] = '\\';
		/* A pattern has no alternatives, and so no bar. */
		out[n++] = name.p[i] == '|' ? '?' : name.p[i];
	}
	if (out)
		out[n] = '\0';
	return out;
}

static bool
matches(const char *pattern, struct slice text)
{
	return !pattern || slice_glob(slice_of(pattern), text);
}

struct config_model
config_model_of(const struct config *c, struct slice model)
{
	struct config_model out = {NULL, NULL};
	size_t i;

	for (i = 0; c && i < c->nmodels; i++)
		if (c->models[i].positive && matches(c->models[i].model, model))
			out.positive = c->models[i].positive;
	return out;
}

struct config_feature
config_feature_of(const struct config *c, struct slice model, struct slice feature)
{
	struct config_feature out = {.watch = NAN, .drift = NAN};
	size_t i;

	for (i = 0; c && i < c->nfeatures; i++) {
		const struct config_feature *f = &c->features[i];

		if (!matches(f->model, model) || !matches(f->feature, feature))
			continue;
		if (f->has_role) {
			out.has_role = true;
			out.role = f->role;
		}
		if (f->has_mask) {
			out.has_mask = true;
			out.mask = f->mask;
		}
		if (!isnan(f->watch))
			out.watch = f->watch;
		if (!isnan(f->drift))
			out.drift = f->drift;
	}
	return out;
}

const char *
config_group_of(const struct config_group *groups, size_t n, struct slice model)
{
	for (size_t i = 0; i < n; i++)
		if (matches(groups[i].model, model))
			return groups[i].name;
	return NULL;
}
