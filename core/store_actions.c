/* What became of the commands that were run for alerts: the newest of each. */
#include "core/mem.h"
#include "core/store_impl.h"

int
store_apply_action(struct store *s, const struct fact_action *f, struct err *err)
{
	struct action_record *r;
	struct fact_action copy = *f;
	struct slice *slices[2] = {&copy.name, &copy.sentence};
	int rc;

	if (f->index >= STORE_ACTIONS)
		return err_set(err, ERR_LIMIT, "action number %u is beyond the limit", f->index);
	r = &s->actions[f->index];
	rc = store_copy_strings(r->strings, slices, 2, err);
	if (!rc)
		r->fact = copy;
	if (!rc && f->index >= s->nactions)
		s->nactions = f->index + 1;
	s->generation++;
	return rc;
}

void
store_actions_release(struct store *s)
{
	size_t i;

	for (i = 0; i < STORE_ACTIONS; i++) { /* one that there was no memory for may have a string */
		mem_free(s->actions[i].strings[0]);
		mem_free(s->actions[i].strings[1]);
	}
}

size_t
store_action_count(const struct store *s)
{
	return s->nactions;
}

const struct fact_action *
store_action(const struct store *s, size_t index)
{
	return index < s->nactions ? &s->actions[index].fact : NULL;
}
