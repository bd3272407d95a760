#include "widgets/keybar.h"

static int
keybar_width(const struct keybar_item *item)
{
	return grid_text_width(slice_of(item->key)) + 1 + grid_text_width(slice_of(item->label));
}

/*
 * The last item (help) is there before all others: its place is kept, they fill what is left in order. None is cut:
 * half a hint names a key that does not exist.
 */
void
keybar_paint(struct grid *g, struct rect r, const struct keybar_item *items, size_t n)
{
	int gap = r.cols >= 60 ? 2 : 1;
	int kept = n > 0 ? keybar_width(&items[n - 1]) : 0;
	int col = 0;

	if (r.rows < 1 || r.cols < 1)
		return;
	for (size_t i = 0; i < n; i++) {
		bool last = i + 1 == n;
		int width = keybar_width(&items[i]);

		if (col + width + (last ? 0 : gap + kept) > r.cols)
			continue;
		col += grid_str(g, r, 0, col, ROLE_KEY, items[i].key);
		col += grid_str(g, r, 0, col, ROLE_KEYTEXT, " ");
		col += grid_str(g, r, 0, col, ROLE_KEYTEXT, items[i].label);
		col += gap;
	}
}

static void
keybar_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	static const struct keybar_item items[] = {{"Enter", "open"}, {"/", "filter"}, {"<>", "sort"},
	    {"Space", "freeze"}, {"o", "window"}, {"i", "sources"}, {"q", "quit"}, {"?", "help"}};

	keybar_paint(g, r, items, kind == SPECIMEN_EMPTY ? 0 : sizeof items / sizeof *items);
}

const struct widget keybar_widget = {"keybar", "the keys that work here", keybar_specimen};
