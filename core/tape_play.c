#include "core/delta_bytes.h"
#include "core/fact_bytes.h"
#include "core/rule_bytes.h"
#include "core/snapshot.h"
#include "core/store_impl.h"
#include "core/tape.h"
#include "core/tape_impl.h"

static int
damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "a step is not one");
}

static int
play_delta(struct store *s, struct bytes_reader *r, struct err *err)
{
	int rc = delta_read(&s->delta, s, r, err);

	if (!rc)
		rc = store_merge(s, &s->delta, err);
	delta_clear(&s->delta);
	return rc;
}

static int
play_fact(struct store *s, struct bytes_reader *r, struct err *err)
{
	struct fact f;
	int rc = fact_read(&f, r, err);

	/* What it is about may be in a part that was lost: then the store says no, and goes on. */
	if (!rc)
		(void)store_apply(s, &f, NULL);
	return rc;
}

static int
play_rules(struct store *s, struct bytes_reader *r, struct err *err)
{
	struct rules rules;
	const struct fact f = {.kind = FACT_RULES, .u.rules = {.rules = &rules, .told = true}};
	int rc = rules_read(&rules, r, err);

	if (!rc)
		rc = store_apply(s, &f, err);
	rules_release(&rules);
	return rc;
}

static int
play_new_model(struct store *s, struct bytes_reader *r, struct err *err)
{
	struct slice name = bytes_get_text(r, LIMIT_NAME_BYTES);
	bool learns = bytes_get_bool(r);
	struct model *m;
	int rc = r->failed ? damaged(err) : store_model_get(s, name, &m, err);

	/* It says how many rows it has, which are elsewhere. */
	if (rc || m->learning == learns)
		return rc;
	s->learning += learns;
	s->learning -= m->learning;
	m->learning = learns;
	return 0;
}

static int
add_name(struct model *m, enum tape_item item, struct slice name, struct err *err)
{
	size_t at;

	if (item == TAPE_INPUTS)
		return model_input(m, name, &at, err);
	return names_add(item == TAPE_CLASSES ? &m->classes.names : &m->label_versions, name, &at, err);
}

static int
play_names(struct store *s, struct bytes_reader *r, enum tape_item item, struct err *err)
{
	size_t index = (size_t)bytes_get_uint(r, LIMIT_MODELS), n, i;
	struct model *m = index < s->nmodels && !r->failed ? s->models[index] : NULL;
	int rc = 0;

	n = bytes_get_count(r, LIMIT_FEATURES);
	for (i = 0; i < n && !rc; i++) {
		struct slice name = bytes_get_text(r, LIMIT_NAME_BYTES);

		if (!m || r->failed)
			return damaged(err);
		rc = add_name(m, item, name, err);
	}
	if (!rc && m && item == TAPE_LABELLED)
		m->label_versions_ms = bytes_get_int(r);
	return rc;
}

static int
play_item(struct store *s, struct bytes_reader *r, struct err *err)
{
	enum tape_item item = (enum tape_item)bytes_get_uint(r, UINT32_MAX);

	switch (item) {
	case TAPE_TICK:
		return store_tick(s, bytes_get_int(r), err);
	case TAPE_DELTA:
		return play_delta(s, r, err);
	case TAPE_FACT:
		return play_fact(s, r, err);
	case TAPE_MODEL:
		return snapshot_read_model(s, r, err);
	case TAPE_FLEET:
		return snapshot_read_fleet(s, r, err);
	case TAPE_RULES:
		return play_rules(s, r, err);
	case TAPE_NEW_MODEL:
		return play_new_model(s, r, err);
	case TAPE_INPUTS:
	case TAPE_CLASSES:
	case TAPE_LABELLED:
		return play_names(s, r, item, err);
	}
	return damaged(err);
}

int
tape_play_step(struct store *s, struct slice payload, struct err *err)
{
	struct bytes_reader r;
	int rc = 0;

	bytes_read(&r, payload);
	while (!rc && !bytes_at_end(&r)) {
		rc = play_item(s, &r, err);
		if (!rc && r.failed)
			rc = damaged(err);
	}
	return rc;
}

static int
read_budget(struct store *s, struct bytes_reader *r, struct err *err)
{
	struct fact f = {.kind = FACT_BUDGET};

	f.u.budget = bytes_get_double(r);
	/* 0: none was told, and something follows that was. */
	return r->failed ? damaged(err) : f.u.budget > 0 || bytes_at_end(r) ? store_apply(s, &f, err) : 0;
}

/* An empty list before something else stands for those of the head. */
static bool
are_told(struct bytes_reader *r)
{
	struct bytes_reader none = *r;

	if (bytes_get_uint(&none, RULE_MAX) || none.failed || bytes_at_end(&none))
		return true;
	*r = none;
	return false;
}

/* What was told up to there, each part as far as it or something behind it was. */
static int
read_told(struct store *s, struct bytes_reader *r, struct err *err)
{
	int rc = bytes_at_end(r) ? 0 : read_budget(s, r, err);

	if (!rc && !bytes_at_end(r) && are_told(r))
		rc = play_rules(s, r, err);
	levels_release(&s->levels);
	/* No facts: models have theirs in their own states, which have been judged by them. */
	if (!rc && !bytes_at_end(r))
		rc = levels_read(&s->levels, r, err);
	return rc;
}

int
tape_read_key(struct store *s, struct slice payload, size_t *models, struct err *err)
{
	struct bytes_reader r;
	int rc;

	bytes_read(&r, payload);
	*models = (size_t)bytes_get_uint(&r, LIMIT_MODELS);
	rc = r.failed ? damaged(err) : snapshot_read_fleet(s, &r, err);
	if (!rc)
		rc = read_told(s, &r, err);
	return rc || bytes_at_end(&r) ? rc : damaged(err);
}

int
tape_read_key_model(struct store *s, struct slice payload, struct err *err)
{
	struct bytes_reader r;
	int rc;

	bytes_read(&r, payload);
	rc = snapshot_read_model(s, &r, err);
	return rc || bytes_at_end(&r) ? rc : damaged(err);
}
