/*
 * Themes of the user's as a fuzz target. Beside not crashing: what is taken is a theme that can be drawn and measured,
 * taken again in the same way, and the same with a comment behind it; what is refused is so for a reason with its line.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "themes/theme_measure.h"
#include "themes/theme_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void
check_theme(const struct theme_own *own)
{
	const struct theme *t = &own->theme;
	struct theme_finding worst = {.role = ROLE_COUNT};
	int i, depth;

	must(t->name == own->name && t->about == own->about, "names of its own");
	must(strlen(t->about) < THEME_ABOUT_BYTES, "a description");
	must(t->ground >= 0 && t->ground <= 255 && t->ink >= 0 && t->ink <= 255, "ground and ink");
	for (i = 0; i < ROLE_COUNT; i++) {
		const struct style *s = &t->styles[i];

		must(s->fg >= -1 && s->fg <= 255 && s->bg >= -1 && s->bg <= 255, "colours");
		must(s->fg16 >= -1 && s->fg16 <= 15 && s->bg16 >= -1 && s->bg16 <= 7, "sixteen colours");
		must(s->attrs < 16 && s->attrs_mono < 16, "attributes");
		for (depth = DEPTH_MONO; depth <= DEPTH_256; depth++)
			(void)theme_look(t, (enum color_depth)depth, (enum role)i, 0, ROLE_CURSOR);
	}
	must(memcmp(&t->styles[ROLE_TEXT], &themes[0]->styles[ROLE_TEXT], sizeof t->styles[0]) == 0, "text");
	if (!theme_measure_holds(t, &worst))
		must(worst.role < ROLE_COUNT && worst.what && worst.got < worst.least, "what falls short");
}

static int
same(const struct theme_own *a, const struct theme_own *b)
{
	return memcmp(a->theme.styles, b->theme.styles, sizeof a->theme.styles) == 0 &&
	       strcmp(a->about, b->about) == 0 && a->theme.ground == b->theme.ground && a->theme.ink == b->theme.ink;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char *more = malloc(size + 3);
	struct theme_own own, again, copy;
	struct theme_fault fault;

	if (!more)
		abort();
	if (theme_parse(&own, "fuzz", text, size, &fault)) {
		check_theme(&own);
		if (size)
			memcpy(more, data, size);
		memcpy(more + size, "\n#", 3);
		must(size + 2 > THEME_TEXT_BYTES_MAX ||
			 (theme_parse(&again, "fuzz", more, size + 2, &fault) && same(&own, &again)),
		    "a comment behind it");
		theme_own_copy(&copy, &own);
		check_theme(&copy);
	} else {
		must(fault.kind > THEME_FAULT_NONE && fault.kind < THEME_FAULT_COUNT, "a reason");
		must(fault.kind == THEME_FAULT_SIZE ? fault.line == 0 : fault.line > 0, "a line");
		must(strlen(fault.name) < sizeof fault.name && strlen(fault.word) < sizeof fault.word, "words");
	}
	free(more);
	return 0;
}
