#include "tui/source_detail.h"

#include <math.h>
#include <string.h>

#include "widgets/fmt.h"
#include "widgets/rawview.h"

bool
source_detail_is_server(const struct fact_source *so)
{
	for (size_t i = 0; i + 3 <= so->url.n; i++)
		if (memcmp(so->url.p + i, "://", 3) == 0)
			return true;
	return false;
}

static int
detail_losses(struct grid *g, struct rect r, int row, const struct fact_stream *st)
{
	const struct {
		const char *name;
		uint64_t n;
	} losses[] = {{"trimmed before it was read", st->trimmed}, {"deleted", st->deleted},
	    {"gone with a recreated stream", st->recreated}, {"rolled back by the server", st->rolled_back},
	    {"passed over", st->skipped}};
	int col = 0;

	for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
		if (losses[i].n > 0)
			col += grid_printf(g, r, row, col, i < 4 ? ROLE_WARN : ROLE_MUTED, "%s%s %s", col ? ", " : "",
			    fmt_exact(losses[i].n).s, losses[i].name);
	return col > 0 ? row + 1 : row;
}

void
source_detail_stream(
    struct grid *g, struct rect r, const struct fact_stream *st, struct slice newest, size_t scroll)
{
	int row = 0;

	if (st->sentence.n)
		grid_text(g, r, row++, 0, ROLE_WARN, st->sentence, FIT_ELLIPSIS);
	row = detail_losses(g, r, row, st);
	if (st->layout.n || st->aliases.n) {
		int col = grid_str(g, r, row, 0, ROLE_MUTED, "read as ");

		col += grid_text(g, r, row, col, ROLE_TEXT, st->layout, FIT_ELLIPSIS);
		col += grid_str(g, r, row, col, ROLE_MUTED, st->aliases.n ? ", taking " : "");
		grid_text(g, r, row++, col, ROLE_TEXT, st->aliases, FIT_ELLIPSIS);
	}
	rawview_paint(
	    g, rect_rows(r, row, r.rows - row), st->sample.n ? st->sample : newest, scroll, slice_of(""));
}

/* Only of a server that has answered at least once: before that there is neither a connection nor a clock. */
static void
detail_connection(struct grid *g, struct rect r, const struct fact_source *so)
{
	double skew_s = (double)so->server_skew_ms / 1000;
	int col;

	if (so->reconnects == 0)
		col = grid_str(g, r, 0, 0, ROLE_MUTED, "never lost the connection");
	else
		col = grid_printf(g, r, 0, 0, ROLE_WARN, "connected again %s time%s", fmt_exact(so->reconnects).s,
		    so->reconnects == 1 ? "" : "s");
	if (fabs(skew_s) < 0.05)
		grid_str(g, r, 0, col, ROLE_MUTED, "; the server's clock is ours");
	else
		grid_printf(g, r, 0, col, fabs(skew_s) >= 2 ? ROLE_WARN : ROLE_MUTED,
		    "; the server's clock is %.1f s %s ours", fabs(skew_s), skew_s > 0 ? "ahead of" : "behind");
}

void
source_detail_source(int64_t now_ms, const char *again, struct grid *g, struct rect r, const struct fact_source *so)
{
	int row = 0, used = 0;

	if (so->sentence.n)
		grid_text(
		    g, r, row++, 0, so->state == FEED_LIVE ? ROLE_MUTED : ROLE_WARN, so->sentence, FIT_ELLIPSIS);
	if (so->retry_ms > now_ms)
		grid_printf(g, r, row++, 0, ROLE_TEXT, "next try in %s; %s tries at once",
		    fmt_age(so->retry_ms - now_ms + 999).s, again);
	if (source_detail_is_server(so))
		used = grid_printf(g, r, row, 0, ROLE_MUTED, "%s of %s streams followed, ", fmt_exact(so->streams).s,
		    fmt_exact(so->streams_seen).s);
	grid_printf(g, r, row++, used, ROLE_MUTED, "%s entries, %s", fmt_exact(so->entries).s, fmt_bytes(so->bytes).s);
	if (source_detail_is_server(so) && so->last_byte_ms > 0)
		detail_connection(g, rect_rows(r, row++, 1), so);
	if (so->label.n) {
		int col = grid_str(g, r, row, 0, ROLE_MUTED, "names of models begin with ");

		grid_text(g, r, row, col, ROLE_TEXT, so->label, FIT_ELLIPSIS);
	}
}
