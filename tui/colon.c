/* The line itself: words, completion, what was typed before. What commands do is colon_run.c's. */
#include "tui/colon.h"

#include <stdio.h>
#include <string.h>

#include "core/nearest.h"
#include "tui/screen.h"

/* ---- words -------------------------------------------------------------------------------------------------------
 */

static size_t
split_word(struct colon_line *l, struct slice text, size_t i, char **to)
{
	bool quoted = text.p[i] == '"';

	l->word[l->n].p = *to;
	l->from[l->n] = i;
	i += quoted;
	while (i < text.n && (quoted ? text.p[i] != '"' : text.p[i] != ' ')) {
		i += quoted && text.p[i] == '\\' && i + 1 < text.n;
		*(*to)++ = text.p[i++];
	}
	l->open = quoted && i == text.n;
	l->word[l->n].n = (size_t)(*to - l->word[l->n].p);
	*(*to)++ = '\0';
	l->n++;
	return i + (quoted && i < text.n);
}

void
colon_split(struct colon_line *l, struct slice text)
{
	char *to = l->bytes;
	size_t i = 0;

	l->n = 0;
	l->open = false;
	l->text = text.p;
	text.n = text.n < PROMPT_BYTES ? text.n : PROMPT_BYTES;
	for (;;) {
		while (i < text.n && text.p[i] == ' ')
			i++;
		if (i == text.n || l->n == COLON_WORDS_MAX)
			break;
		i = split_word(l, text, i, &to);
	}
	l->from[l->n] = text.n;
}

struct slice
colon_rest(const struct colon_line *l, size_t word)
{
	size_t from = l->from[word < l->n ? word : l->n], to = l->from[l->n];

	while (to > from && l->text[to - 1] == ' ')
		to--;
	return slice_make(l->text + from, to - from);
}

/* ---- which command -----------------------------------------------------------------------------------------------
 */

static int
fault_command(struct slice name, size_t n, struct err *err)
{
	char several[160] = "";
	struct nearest near;
	const char *best;
	size_t at = 0;

	nearest_init(&near, name);
	for (size_t i = 0; i < colon_row_count; i++) {
		const char *row = colon_rows[i].name;

		nearest_offer(&near, row);
		if (n > 1 && strncmp(row, name.p, name.n) == 0 && at < sizeof several)
			at += (size_t)snprintf(several + at, sizeof several - at, "%s%s", at ? ", " : "", row);
	}
	best = nearest_name(&near);
	if (n > 1)
		return err_set(err, ERR_USAGE, "'%.*s' could be %s", (int)name.n, name.p, several);
	if (best)
		return err_set(err, ERR_USAGE, "no command '%.*s'; did you mean '%s'?",
		    (int)(name.n < 40 ? name.n : 40), name.p, best);
	return err_set(err, ERR_USAGE, "no command '%.*s'; Tab lists them", (int)(name.n < 40 ? name.n : 40), name.p);
}

const struct colon_row *
colon_find(struct slice name, struct err *err)
{
	const struct colon_row *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < colon_row_count; i++) {
		if (slice_is(name, colon_rows[i].name))
			return &colon_rows[i];
		if (name.n && strncmp(colon_rows[i].name, name.p, name.n) == 0) {
			found = &colon_rows[i];
			n++;
		}
	}
	if (n == 1)
		return found;
	fault_command(name, n, err);
	return NULL;
}

/* ---- completion --------------------------------------------------------------------------------------------------
 */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
begins(struct slice name, struct slice prefix)
{
	for (size_t i = 0; i < prefix.n; i++)
		if (i >= name.n || lower(name.p[i]) != lower(prefix.p[i]))
			return false;
	return true;
}

/* Control characters never get into the prompt. */
static bool
is_typable(struct slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return false;
	return name.n > 0 && name.n <= PROMPT_BYTES;
}

void
colon_offer(struct colon_offers *o, struct slice name)
{
	size_t at = strlen(o->list), known = o->known < name.n ? o->known : 0, i = 0;

	if (!begins(name, o->prefix) || !is_typable(name))
		return;
	if (!o->n) {
		memcpy(o->common, name.p, name.n);
		o->ncommon = name.n;
	}
	while (i < o->ncommon && i < name.n && o->common[i] == name.p[i])
		i++;
	/* Never half a character. */
	while (i > 0 && i < o->ncommon && ((unsigned char)o->common[i] & 0xc0) == 0x80)
		i--;
	o->ncommon = i;
	o->common[i] = '\0';
	o->n++;
	if (at + name.n + 3 < sizeof o->list)
		snprintf(o->list + at, sizeof o->list - at, "%s%.*s", at ? "  " : "", (int)(name.n - known),
		    name.p + known);
	else
		o->cut = true;
}

void
colon_offer_beginning(struct colon_offers *o, struct slice beginning)
{
	size_t n = o->n;

	colon_offer(o, beginning);
	o->goes_on |= o->n > n;
}

/* As it has to be typed, so that it is one word. Returns the bytes; 0: there is no room. */
static size_t
quote(struct slice name, bool whole, char *out, size_t bytes)
{
	bool needs = name.n && (memchr(name.p, ' ', name.n) || name.p[0] == '"');
	size_t n = 0;

	if (name.n * 2 + 4 > bytes)
		return 0;
	if (needs)
		out[n++] = '"';
	for (size_t i = 0; i < name.n; i++) {
		if (needs && (name.p[i] == '"' || name.p[i] == '\\'))
			out[n++] = '\\';
		out[n++] = name.p[i];
	}
	if (needs && whole)
		out[n++] = '"';
	if (whole)
		out[n++] = ' ';
	return n;
}

static void
offer_commands(struct colon_offers *o)
{
	for (size_t i = 0; i < colon_row_count; i++)
		colon_offer(o, slice_of(colon_rows[i].name));
}

static void
complete(struct ui *ui, const struct store *s)
{
	struct prompt *p = &ui->prompt;
	struct colon_offers *o = &ui->colon.offers;
	const struct colon_row *row;
	struct colon_line l;
	char typed[PROMPT_BYTES * 2 + 8];
	size_t word, from, n;

	colon_split(&l, slice_make(p->text, p->at));
	/* Behind a blank a new word begins. */
	word = l.n && (l.open || p->text[p->at - 1] != ' ') ? l.n - 1 : l.n;
	if (word >= COLON_WORDS_MAX)
		return;
	from = word < l.n ? l.from[word] : p->at;
	*o = (struct colon_offers){.prefix = word < l.n ? l.word[word] : slice_of("")};
	if (word == 0)
		offer_commands(o);
	else if ((row = colon_find(l.word[0], NULL)) && row->complete)
		row->complete(ui, s, &l, word, o);
	if (!o->n) {
		snprintf(p->wrong, sizeof p->wrong, "nothing is known that could stand here");
		ui->colon.at = from;
	}
	n = o->n ? quote(slice_make(o->common, o->ncommon), o->n == 1 && !o->goes_on, typed, sizeof typed) : 0;
	if (n)
		(void)prompt_put(p, from, p->at, slice_make(typed, n));
	if (o->n == 1)
		*o = (struct colon_offers){.n = 0};
}

/* ---- keys --------------------------------------------------------------------------------------------------------
 */

void
colon_open(struct ui *ui)
{
	prompt_open_kind(&ui->prompt, PROMPT_COMMAND);
	ui->colon.back = 0;
	ui->colon.offers = (struct colon_offers){.n = 0};
}

/* Up and down through what was typed before; the line begun is kept at the lower end. */
static void
look_back(struct ui *ui, bool older)
{
	struct colon *c = &ui->colon;
	size_t back = older ? c->back + 1 : c->back - (c->back > 0);
	const char *line = history_at(&c->history, back);

	if (back == c->back || (back > 0 && !line))
		return;
	if (c->back == 0)
		memcpy(c->draft, ui->prompt.text, ui->prompt.n + 1);
	c->back = back;
	prompt_set(&ui->prompt, back > 0 ? line : c->draft);
}

static int
run(struct colon_call *c, struct err *err)
{
	const struct colon_line *l = c->line;
	const struct colon_row *row;

	c->at = l->from[0];
	if (l->open)
		return c->at = l->from[l->n - 1], err_set(err, ERR_USAGE, "a quote that is not closed");
	row = colon_find(l->word[0], err);
	if (!row)
		return ERR_USAGE;
	c->at = l->from[l->n > 1 ? 1 : l->n];
	if (l->n - 1 < row->least)
		return c->at = l->from[l->n], err_set(err, ERR_USAGE, "%s %s", row->name, row->args);
	if (l->n - 1 > row->most)
		return c->at = l->from[1 + row->most],
		       err_set(err, ERR_USAGE, "too much: it is %s %s", row->name, row->args);
	return row->run(c, err);
}

static void
enter(struct ui *ui, const struct store *s, struct ui_request *request)
{
	struct prompt *p = &ui->prompt;
	struct colon_line l;
	struct colon_call call = {ui, s, &l, request, false, 0};
	struct err err = {0};
	char text[PROMPT_BYTES + 1];

	/* What is run may open another prompt. */
	memcpy(text, p->text, p->n + 1);
	colon_split(&l, slice_make(text, p->n));
	p->open = false;
	if (!l.n)
		return;
	history_add(&ui->colon.history, text[0] == ' ' ? slice_of("") : colon_rest(&l, 0));
	if (!run(&call, &err))
		return;
	prompt_open_kind(p, PROMPT_COMMAND);
	prompt_set(p, text);
	snprintf(p->wrong, sizeof p->wrong, "%.*s", (int)sizeof p->wrong - 1, err.msg);
	ui->colon.at = call.at;
	ui->colon.back = 0;
	ui->message[0] = '\0';
	*request = (struct ui_request){.kind = UI_REQUEST_NONE};
}

void
colon_key(struct ui *ui, const struct store *s, uint32_t key, struct ui_request *request)
{
	struct prompt *p = &ui->prompt;
	bool offered = ui->colon.offers.n > 0;

	if (key != KEYCODE_TAB)
		ui->colon.offers = (struct colon_offers){.n = 0};
	if (key == KEYCODE_ESC && offered)
		return; /* one thing at a time: the list first */
	if (key == KEYCODE_TAB) {
		p->wrong[0] = '\0';
		complete(ui, s);
	} else if (key == KEYCODE_UP || key == KEYCODE_DOWN) {
		p->wrong[0] = '\0';
		look_back(ui, key == KEYCODE_UP);
	} else if (prompt_edit(p, key)) {
		enter(ui, s, request);
	}
}
