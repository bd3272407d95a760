/* :baseline, what a model is held against: by a name in place of the list that the key opens. */
#include "tui/colon_impl.h"

#include <stdio.h>
#include <string.h>

#include "core/choice.h"

#define NAMES_MAX 40
#define FIRST_FILE WORDS

static const struct {
	const char *name;
	enum choice_kind kind;
	size_t nth; /* of those of this kind that there are to choose */
} words[] = {
    {"now", CHOICE_NOW, 0},
    {"hour-before", CHOICE_SLICE, 0},
    {"yesterday", CHOICE_SLICE, 1},
    {"previous", CHOICE_VERSION, 0},
    {"learned", CHOICE_LEARNED, 0},
};
#define WORDS (sizeof words / sizeof *words)

static const char *const now_windows[] = {"5m", "1h", "24h"};

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static size_t
names_of(const struct ui *ui, const char *names[NAMES_MAX])
{
	size_t n = 0;

	for (; n < WORDS; n++)
		names[n] = words[n].name;
	for (size_t i = 0; i < ui->options.nbaselines && n < NAMES_MAX; i++)
		names[n++] = base_name(ui->options.baselines[i]);
	return n;
}

/* The window named, else of all that have the rows the shortest. */
static const struct choice *
choice_of(const struct choice *choices, size_t n, size_t word, enum window w)
{
	const struct choice *last = NULL;
	size_t nth = words[word].nth;

	for (size_t i = 0; i < n; i++) {
		const struct choice *one = &choices[i];

		if (one->kind != words[word].kind)
			continue;
		if (one->kind != CHOICE_NOW && nth-- == 0)
			return one;
		if (one->kind == CHOICE_NOW && one->window == w)
			return one;
		if (one->kind == CHOICE_NOW && w == WINDOW_AUTO && (!last || last->rows < CHOICE_ROWS_MIN))
			last = one;
	}
	return last;
}

static int
choose(struct colon_call *c, size_t model, size_t word, enum window w, struct err *err)
{
	struct choice choices[CHOICE_MAX];
	size_t n = store_choices(c->store, model, choices);
	const struct choice *one = choice_of(choices, n, word, w);
	char say[CHOICE_NAME_BYTES + 20];
	struct model_figures f;

	if (n == 0) {
		figures_model_brief(c->store, model, c->ui->window, &f);
		return err_set(err, ERR_USAGE, "%s", f.baseline.kind == BASELINE_NONE
			? "still learning the first baseline: nothing to choose from yet"
			: "the first baseline is still growing: until it is whole there is no other");
	}
	if (!one)
		return err_set(err, ERR_USAGE, "%s", words[word].kind == CHOICE_VERSION
							    ? "there is no version before this one"
							    : "nothing is learned yet beside what holds");
	if (one->rows < CHOICE_ROWS_MIN)
		return err_set(err, ERR_USAGE, "a baseline needs %d rows, that has %llu", CHOICE_ROWS_MIN,
		    (unsigned long long)one->rows);
	ui_choose_request(model, one, c->request);
	snprintf(say, sizeof say, "held against: %s", one->name);
	ui_say(c->ui, say);
	return 0;
}

static int
take_file(struct colon_call *c, size_t file)
{
	char say[200];

	*c->request = (struct ui_request){.kind = UI_REQUEST_FILE, .file = file};
	snprintf(say, sizeof say, "held against: %.120s", c->ui->options.baselines[file]);
	ui_say(c->ui, say);
	return 0;
}

int
colon_run_baseline(struct colon_call *c, struct err *err)
{
	const struct colon_line *l = c->line;
	size_t model = colon_model_here(c->ui), at, w;
	const char *names[NAMES_MAX];
	size_t n = names_of(c->ui, names);

	if (l->n == 1 || model == SIZE_MAX) {
		c->at = 0;
		return colon_go_of_model(c, &screen_choose, "baseline", err);
	}
	for (size_t i = 0; l->n == 2 && i < c->ui->options.nbaselines; i++)
		if (slice_is(l->word[1], c->ui->options.baselines[i]))
			return take_file(c, i);
	if (!colon_find_word(l->word[1], names, n, &at)) {
		if (memchr(l->word[1].p, '/', l->word[1].n) || memchr(l->word[1].p, '.', l->word[1].n))
			return err_set(err, ERR_USAGE,
			    "files are read at the start: --baseline %.80s", l->word[1].p);
		return colon_fault_word(l->word[1], "baseline", names, n, err);
	}
	if (l->n == 2)
		return at < FIRST_FILE ? choose(c, model, at, WINDOW_AUTO, err) : take_file(c, at - FIRST_FILE);
	c->at = l->from[2];
	if (at >= FIRST_FILE || words[at].kind != CHOICE_NOW)
		return err_set(err, ERR_USAGE, "too much: only 'now' has a window");
	if (!colon_find_word(l->word[2], now_windows, 3, &w))
		return colon_fault_word(l->word[2], "window", now_windows, 3, err);
	return choose(c, model, at, window_find(l->word[2]), err);
}

void
colon_complete_baseline(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	const char *names[NAMES_MAX];
	size_t n = names_of(ui, names);

	(void)s;
	if (i == 1)
		colon_offer_all(o, names, n);
	else if (i == 2 && slice_is(l->word[1], "now"))
		colon_offer_all(o, now_windows, 3);
}
