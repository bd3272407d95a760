/* What commands share: words that are names, and the nearest one where a word is none. */
#include "tui/colon_impl.h"

#include <stdio.h>
#include <string.h>

#include "core/limits.h"
#include "core/nearest.h"

int
colon_fault_word(struct slice word, const char *what, const char *const *names, size_t n, struct err *err)
{
	char list[160] = "";
	struct nearest near;
	const char *best;
	size_t at = 0;

	nearest_init(&near, word);
	for (size_t i = 0; i < n; i++) {
		nearest_offer(&near, names[i]);
		if (at < sizeof list)
			at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", at ? ", " : "", names[i]);
	}
	best = nearest_name(&near);
	if (best)
		return err_set(err, ERR_USAGE, "no %s '%.*s'; did you mean '%s'?", what,
		    (int)(word.n < 40 ? word.n : 40), word.p, best);
	return err_set(err, ERR_USAGE, "no %s '%.*s'; there are %s", what, (int)(word.n < 40 ? word.n : 40), word.p,
	    list);
}

void
colon_offer_all(struct colon_offers *o, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		colon_offer(o, slice_of(names[i]));
}

bool
colon_find_word(struct slice word, const char *const *names, size_t n, size_t *at)
{
	for (*at = 0; *at < n; ++*at)
		if (slice_is(word, names[*at]))
			return true;
	return false;
}

size_t
colon_model_here(const struct ui *ui)
{
	const struct view *v = &ui->views[ui->depth - 1];

	return v->screen->id == SCREEN_HELP ? SIZE_MAX : v->model;
}

size_t
colon_find_model(const struct store *s, struct slice name)
{
	size_t n = store_model_count(s), i = 0;

	while (i < n && !slice_eq(store_model_name(s, i), name))
		i++;
	return i < n ? i : SIZE_MAX;
}

int
colon_fault_model(const struct colon_call *c, struct slice name, struct err *err)
{
	char held[LIMIT_NAME_BYTES + 1], best[LIMIT_NAME_BYTES + 1] = "";
	struct nearest near;
	int n = (int)(name.n < 40 ? name.n : 40);

	if (memchr(name.p, '*', name.n) || memchr(name.p, '?', name.n))
		return err_set(err, ERR_USAGE, "'%.*s' is no model: name one; patterns go into the file", n, name.p);
	nearest_init(&near, name);
	for (size_t i = 0; i < store_model_count(c->store); i++) {
		struct slice one = store_model_name(c->store, i);

		snprintf(held, sizeof held, "%.*s", (int)one.n, one.p);
		nearest_offer(&near, held);
		if (near.best == held) {
			memcpy(best, held, sizeof best);
			near.best = best;
		}
	}
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "no model '%.*s'; did you mean '%s'?", n, name.p, best);
	return err_set(err, ERR_USAGE, "no model '%.*s'; Tab lists them", n, name.p);
}

size_t
colon_find_feature(const struct store *s, size_t model, struct slice name)
{
	size_t feature = figures_feature_find(s, model, name);
	struct model_figures f;

	figures_model_brief(s, model, WINDOW_AUTO, &f);
	return feature < f.inputs + f.outputs ? feature : SIZE_MAX;
}

int
colon_fault_feature(const struct colon_call *c, size_t model, struct slice name, struct err *err)
{
	struct model_figures f;
	struct nearest near;
	char held[320], best[320] = "";

	nearest_init(&near, name);
	figures_model_brief(c->store, model, WINDOW_AUTO, &f);
	for (size_t i = 0; i < f.inputs + f.outputs; i++) {
		struct feature_figures one;

		figures_feature_brief(c->store, model, i, WINDOW_AUTO, &one);
		snprintf(held, sizeof held, "%.*s", (int)one.name.n, one.name.p);
		nearest_offer(&near, held);
		if (near.best == held) {
			memcpy(best, held, sizeof best);
			near.best = best;
		}
	}
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "no input or output '%.*s'; did you mean '%s'?",
		    (int)(name.n < 60 ? name.n : 60), name.p, best);
	return err_set(err, ERR_USAGE, "no input or output '%.*s' of this model; Tab lists them",
	    (int)(name.n < 60 ? name.n : 60), name.p);
}

void
colon_offer_features(const struct store *s, size_t model, struct slice before, struct colon_offers *o)
{
	struct model_figures f;

	figures_model_brief(s, model, WINDOW_AUTO, &f);
	for (size_t i = 0; i < f.inputs + f.outputs; i++) {
		struct feature_figures one;
		char name[2 * LIMIT_NAME_BYTES + 8];

		figures_feature_brief(s, model, i, WINDOW_AUTO, &one);
		snprintf(name, sizeof name, "%.*s%s%.*s", (int)before.n, before.p, before.n ? "/" : "", (int)one.name.n,
		    one.name.p);
		colon_offer(o, slice_of(name));
	}
}
