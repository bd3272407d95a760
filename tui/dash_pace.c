#include "tui/dash_pace.h"

static void
say(const struct dash_pace *p, struct ui *ui)
{
	char text[PACE_TEXT_BYTES], brief[PACE_TEXT_BYTES];

	pace_text(&p->pace, text, brief);
	ui_set_link(ui, text, brief);
}

void
dash_pace_open(struct dash_pace *p, struct ui *ui, bool forced, bool fixed)
{
	p->fixed = fixed;
	p->calmed = false;
	pace_init(&p->pace, forced);
	say(p, ui);
}

void
dash_pace_force(struct dash_pace *p, struct ui *ui, bool forced)
{
	dash_pace_open(p, ui, forced, p->fixed);
}

/* Finer lines are other characters in each frame. They come back with the full pace. */
void
dash_pace_calm(struct dash_pace *p, struct grid *g)
{
	bool slow = p->pace.level != PACE_FULL;

	g->spare = slow;
	if (slow && g->glyphs == GLYPHS_BRAILLE) {
		p->calmed = true;
		g->glyphs = GLYPHS_BLOCKS;
	} else if (!slow && p->calmed) {
		p->calmed = false;
		if (g->glyphs == GLYPHS_BLOCKS)
			g->glyphs = GLYPHS_BRAILLE;
	}
}

void
dash_pace_keep(struct dash_pace *p, const struct term *term, struct ui *ui, struct grid *g)
{
	if (p->fixed || !pace_take(&p->pace, term_answered(term)))
		return;
	say(p, ui);
	dash_pace_calm(p, g);
}
