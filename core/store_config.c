/* What a person has said of models and features, where the store needs it. */
#include <math.h>

#include "core/config.h"
#include "core/mem.h"
#include "core/store_impl.h"

int
store_configure(const struct store *s, const struct model *m, struct baseline *b, struct err *err)
{
	const struct config *c = s->options.config;
	const char *positive = config_model_of(c, m->name).positive;
	size_t i;

	for (i = 0; c && i < b->nfeatures; i++) {
		struct config_feature said = config_feature_of(c, m->name, slice_of(b->features[i].name));

		if (said.has_role)
			b->features[i].role = said.role;
	}
	if (!positive)
		return 0;
	mem_free(b->positive);
	b->positive = mem_dup(positive, strlen(positive));
	if (!b->positive)
		return err_nomem(err);
	b->score_is_confidence = false;
	return 0;
}

/* What was told stands over what the configuration says. */
static void
set_levels(const struct store *s, struct model *m, size_t fid)
{
	struct slice name = model_feature_name(m, fid);
	const struct fact_levels *told = levels_find(&s->levels, m->name, name);
	struct config_feature said = config_feature_of(s->options.config, m->name, name);

	m->features[fid].watch = told ? told->watch : isnan(said.watch) ? 0 : said.watch;
	m->features[fid].drift = told ? told->drift : isnan(said.drift) ? 0 : said.drift;
}

void
store_levels(const struct store *s, struct model *m)
{
	size_t fid;

	for (fid = 0; (s->options.config || s->levels.n) && fid < m->nfeatures; fid++)
		set_levels(s, m, fid);
}

/* Of that one alone: what others go by may be from a state that was recorded by another configuration. */
int
store_apply_levels(struct store *s, const struct fact_levels *f, struct err *err)
{
	int rc = levels_put(&s->levels, f, err);
	size_t index = rc ? NAMES_NONE : names_find(&s->model_names, f->model), fid;
	struct model *m = index == NAMES_NONE ? NULL : s->models[index];

	for (fid = 0; m && fid < m->nfeatures; fid++)
		if (slice_eq(model_feature_name(m, fid), f->feature))
			set_levels(s, m, fid);
	if (m)
		m->judged_otherwise = true;
	s->generation += !rc;
	return rc;
}
