/* What may be written behind `/`, a row each: Help, --help, the manual page and docs/CONFIG.md are made of it. */
#ifndef TUI_FILTER_GRAMMAR_H
#define TUI_FILTER_GRAMMAR_H

#include <stddef.h>

struct filter_grammar_row {
	const char *form;    /* what it looks like */
	const char *about;   /* what passes it */
	const char *example; /* that the fleet or the inputs of a model can be filtered by */
};

#define FILTER_GRAMMAR_ROWS 10
extern const struct filter_grammar_row filter_grammar[FILTER_GRAMMAR_ROWS];

#endif
