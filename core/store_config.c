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

void
store_levels(const struct store *s, struct model *m)
{
	const struct config *c = s->options.config;
	size_t fid;

	for (fid = 0; c && fid < m->nfeatures; fid++) {
		struct config_feature said = config_feature_of(c, m->name, model_feature_name(m, fid));

		m->features[fid].watch = isnan(said.watch) ? 0 : said.watch;
		m->features[fid].drift = isnan(said.drift) ? 0 : said.drift;
	}
}
