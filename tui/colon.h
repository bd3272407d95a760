/*
 * Commands that are typed behind a colon: one table feeds what runs them, what completes them, Help and the manual.
 *
 * A line is words with blanks between them; one with a blank in it stands in double quotes, where \" and \\ are a quote
 * and a backslash. A command may be shortened as long as only one begins so. What cannot be done stays in the prompt,
 * with a mark over the place and a sentence that names what was probably meant.
 */
#ifndef TUI_COLON_H
#define TUI_COLON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/slice.h"
#include "core/store.h"
#include "tui/history.h"
#include "tui/prompt.h"

#define COLON_WORDS_MAX 8

struct ui;
struct ui_request;

/* A line taken apart. Words are without their quotes and have a NUL behind them. */
struct colon_line {
	char bytes[PROMPT_BYTES + COLON_WORDS_MAX + 1];
	struct slice word[COLON_WORDS_MAX];
	size_t from[COLON_WORDS_MAX + 1]; /* byte of the line; from[n]: its end */
	size_t n;			  /* words; those behind COLON_WORDS_MAX are left out */
	bool open;			  /* the last one's quote is not closed */
	const char *text;		  /* the line itself, borrowed */
};

void colon_split(struct colon_line *l, struct slice text);

/* From that word on, as typed, without blanks at the end. */
struct slice colon_rest(const struct colon_line *l, size_t word);

/* What a word could be: one after the other is offered. */
struct colon_offers {
	struct slice prefix;
	size_t n;
	char common[PROMPT_BYTES + 1]; /* that all of them begin with */
	size_t ncommon;
	char list[512]; /* their names, as far as they fit */
	bool cut;
	size_t known; /* bytes that names begin with and that need not be in the list */
	bool goes_on; /* the only one is the beginning of a name */
};

/* `name` only counts where it begins with the prefix, in any case of ASCII letters. */
void colon_offer(struct colon_offers *o, struct slice name);
/* The same of the beginning of names, which Tab then goes on with. */
void colon_offer_beginning(struct colon_offers *o, struct slice beginning);

/* What a command is run with: what it changes, what it asks the program for. */
struct colon_call {
	struct ui *ui;
	const struct store *store;
	const struct colon_line *line;
	struct ui_request *request;
	bool deeper; /* on top of what is open, whatever it is */
	size_t at; /* where the line is wrong, if it is: the word behind the command unless said */
};

struct colon_row {
	const char *name;
	const char *args;  /* for people: "PLACE" */
	const char *about; /* one sentence, without a full stop */
	size_t least, most; /* words behind the name; text at the end counts as the last one */
	int (*run)(struct colon_call *c, struct err *err); /* ERR_USAGE; the prompt is closed already */
	/* Offers what word i (1: the first behind the name) could be; NULL: there is nothing to offer. */
	void (*complete)(const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i,
	    struct colon_offers *o);
};

extern const struct colon_row colon_rows[];
extern const size_t colon_row_count;

/* The command that this is, or the beginning of; NULL with a sentence: none, or several. */
const struct colon_row *colon_find(struct slice name, struct err *err);

/*
 * :goto without a line, and on top of what is open: a screen, a model, MODEL/INPUT, events FROM TO, compare MODEL, or
 * what-if CHANGE, which becomes a request. ERR_USAGE.
 */
int colon_goto(struct ui *ui, const struct store *s, struct slice place, struct ui_request *request, struct err *err);

/* What stands above the prompt, and which of what was typed before is looked at. */
struct colon {
	struct history history;
	size_t back;			/* 0: what is typed now */
	char draft[PROMPT_BYTES + 1];	/* that, while something else is looked at */
	struct colon_offers offers;	/* n 0: none are shown */
	size_t at;			/* of the prompt's `wrong`: the byte that it is about */
};

/* Opens the prompt; a key of it; and what the screen does with a request that cannot be carried out by it. */
void colon_open(struct ui *ui);
void colon_key(struct ui *ui, const struct store *s, uint32_t key, struct ui_request *request);

#endif
