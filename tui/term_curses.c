/*
 * The one file that knows ncurses.
 *
 * Whole rows of cells are handed to curses each time, and curses finds the difference. Three habits keep the
 * bytes few: blanks carry no colour that cannot be seen, colours go through a small table of pairs, and nothing
 * is ever cleared.
 *
 * ncurses 6.4 loses track when a wide character is overwritten by half, so a row that holds or held one is
 * painted anew when it changes.
 */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* memfd_create */
#endif
#define NCURSES_WIDECHAR 1

#include "tui/term_curses.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "core/mem.h"
#include "tui/sgr.h"
#include "tui/textbuf.h"

struct term_curses {
	SCREEN *screen;
	FILE *file; /* the memory file */
	int fd;
	enum color_depth depth;
	enum glyphs glyphs;
	const char *as; /* the type used in place of an unknown one; "": none */
	bool modern;
	bool active;  /* the screen is ours, or about to be: not left */
	bool charset; /* the terminal's character set has been set */
	int rows, cols;
	cchar_t *row;       /* cols of them */
	uint64_t *wide_row; /* rows: a hash of a row that holds wide characters, 0 for one without */
	/* What curses was told last: a row that is as it was, as most are, is not told again. */
	struct cell *told;
	size_t told_cap;
	bool knows; /* told holds; rows x cols */
	bool spare, rest;
	int cursor_row; /* of the last frame */
	struct style told_styles[ROLE_COUNT];
	size_t row_cap, wide_cap;
	char *bytes; /* as curses wrote them */
	size_t bytes_cap;
	struct sgr sgr;
	struct textbuf squeezed; /* as they are sent */
	struct {
		int16_t fg, bg;
	} pairs[TERM_CURSES_PAIRS];
	int npairs;
	char palette_reset[32]; /* what curses sends to reset the palette, which is the user's and not ours */
	char restore[160];
};

/* ---- opening --------------------------------------------------------------------------------- */

static int
memory_file(struct err *err)
{
	char path[] = "/tmp/drifttop-screen-XXXXXX";
	int fd = -1;

#ifdef MFD_CLOEXEC
	fd = memfd_create("screen", MFD_CLOEXEC);
#endif
	if (fd < 0) {
		fd = mkstemp(path);
		if (fd >= 0)
			unlink(path);
	}
	if (fd < 0)
		err_set(err, ERR_IO, "no memory file for the screen: %s", strerror(errno));
	return fd;
}

static bool
starts_with(const char *text, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		if (strncmp(text, *prefixes, strlen(*prefixes)) == 0)
			return true;
	}
	return false;
}

/* Types that behave like xterm, by name: terminfo lacks many of them on a small system. */
static bool
sounds_modern(const char *term)
{
	static const char *const prefixes[] = {"xterm", "screen", "tmux", "rxvt", "foot", "alacritty", "kitty",
	    "wezterm", "ghostty", "contour", "rio", "konsole", "gnome", "vte", "putty", "st-", "iterm",
	    "mintty", NULL};

	return starts_with(term, prefixes) || strstr(term, "256color") != NULL;
}

static void
ignore_signal(int sig)
{
	(void)sig;
}

/* Sets a variable and hands back a copy of what it was; "" for none. */
static void
swap_variable(const char *name, const char *value, char *old, size_t bytes)
{
	const char *was = getenv(name);

	if (old)
		snprintf(old, bytes, "%s", was ? was : "");
	if (*value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/*
 * newterm takes the size from the variables LINES and COLUMNS, or else from the description, where that of the
 * Linux console has none; the memory file has no size to ask for. The variables are put back at once.
 */
static SCREEN *
sized_newterm(char *type, FILE *file, int rows, int cols)
{
	char high[16], wide[16], old_lines[32], old_columns[32];
	SCREEN *screen;

	snprintf(high, sizeof(high), "%d", rows);
	snprintf(wide, sizeof(wide), "%d", cols);
	swap_variable("LINES", high, old_lines, sizeof(old_lines));
	swap_variable("COLUMNS", wide, old_columns, sizeof(old_columns));
	use_env(TRUE);
	screen = newterm(type, file, file);
	use_env(FALSE);
	swap_variable("LINES", old_lines, NULL, 0);
	swap_variable("COLUMNS", old_columns, NULL, 0);
	return screen;
}

/*
 * newterm installs handlers of its own for these where the disposition is the default one; theirs end the
 * process without asking us. Something else is in their place while it looks.
 */
static SCREEN *
new_screen(const char *type, const struct term_curses *c)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
	struct sigaction ours, old[4];
	char name[64];
	SCREEN *screen;
	int i;

	if (!type || !*type || strlen(type) >= sizeof(name))
		return NULL;
	snprintf(name, sizeof(name), "%s", type); /* newterm takes no const */
	memset(&ours, 0, sizeof(ours));
	ours.sa_handler = ignore_signal;
	for (i = 0; i < 4; i++)
		sigaction(signals[i], &ours, &old[i]);
	screen = sized_newterm(name, c->file, c->rows, c->cols);
	for (i = 0; i < 4; i++)
		sigaction(signals[i], &old[i], NULL);
	return screen;
}

/* The best entry for this type: what COLORTERM promises first, the type itself, then what it sounds like. */
static SCREEN *
find_screen(const struct term_curses_options *o, struct term_curses *c)
{
	static const char *const others[] = {"xterm-256color", "xterm", "vt100"};
	const char *term = o->term ? o->term : "";
	const char *color = o->colorterm ? o->colorterm : "";
	const char *plain[] = {"xterm", "screen", "tmux", "rxvt", "rxvt-unicode", NULL};
	SCREEN *screen = NULL;
	char more[64];
	int i;

	if (strcmp(color, "truecolor") == 0 || strcmp(color, "24bit") == 0) {
		for (i = 0; plain[i] && !screen; i++) {
			if (strcmp(term, plain[i]) == 0) {
				snprintf(more, sizeof(more), "%s-256color", term);
				screen = new_screen(more, c);
			}
		}
	}
	/* In a -direct entry colours are RGB values and cost a third more bytes; our palette has 256. */
	if (!screen && strstr(term, "-direct") && sounds_modern(term))
		screen = new_screen("xterm-256color", c);
	if (!screen)
		screen = new_screen(term, c);
	for (i = sounds_modern(term) ? 0 : 1; i < 3 && !screen; i++) {
		screen = new_screen(others[i], c);
		c->as = others[i];
	}
	return screen;
}

/* A string capability of the current screen, "" if there is none. terminfo takes names that are not const. */
static const char *
capability(const char *name)
{
	char copy[16];
	const char *s;

	snprintf(copy, sizeof(copy), "%s", name);
	s = tigetstr(copy);
	return s && s != (const char *)-1 ? s : "";
}

/* Padding such as $<5> is for terminals of wire and glass; the crash handler leaves it out. */
static void
restore_add(struct term_curses *c, const char *s)
{
	size_t n = strlen(c->restore);

	while (*s && n + 1 < sizeof(c->restore)) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

		if (end) {
			s = end + 1;
			continue;
		}
		c->restore[n++] = *s++;
	}
	c->restore[n] = '\0';
}

static void
setup_strings(struct term_curses *c)
{
	snprintf(c->palette_reset, sizeof(c->palette_reset), "%s", capability("oc"));
	restore_add(c, "\030"); /* CAN: whatever sequence was cut off in the middle ends here */
	if (c->modern)
		restore_add(c, "\033[?2026l\033[?2004l");
	restore_add(c, capability("sgr0"));
	restore_add(c, capability("cnorm"));
	restore_add(c, capability("rmcup"));
	restore_add(c, "\r\n");
}

static void
setup_colors(struct term_curses *c, bool no_color)
{
	c->depth = DEPTH_MONO;
	if (no_color || !has_colors() || start_color() == ERR)
		return;
	if (use_default_colors() == ERR)
		return; /* without the terminal's own colours we would have to paint the ground */
	if (COLORS >= 8)
		c->depth = COLORS >= 256 ? DEPTH_256 : DEPTH_16;
}

static enum glyphs
find_glyphs(const char *term, bool ascii)
{
	static const char *const plain[] = {"vt", "ansi", "cons25", "dumb", "wy", NULL};

	if (ascii || starts_with(term, plain))
		return GLYPHS_ASCII;
	return strncmp(term, "linux", 5) == 0 ? GLYPHS_CONSOLE : GLYPHS_BLOCKS;
}

static int
grow(struct term_curses *c, int rows, int cols, struct err *err)
{
	cchar_t *row = mem_grow(c->row, &c->row_cap, (size_t)cols, sizeof(*row));
	uint64_t *wide;
	struct cell *told;

	if (!row)
		return err_nomem(err);
	c->row = row;
	told = mem_grow(c->told, &c->told_cap, (size_t)rows * (size_t)cols, sizeof(*told));
	if (!told)
		return err_nomem(err);
	c->told = told;
	wide = mem_grow(c->wide_row, &c->wide_cap, (size_t)rows, sizeof(*wide));
	if (!wide)
		return err_nomem(err);
	c->wide_row = wide;
	memset(wide, 0, c->wide_cap * sizeof(*wide));
	c->rows = rows;
	c->cols = cols;
	c->knows = false;
	return 0;
}

static int
open_screen(struct term_curses *c, const struct term_curses_options *o, struct err *err)
{
	const char *term = o->term ? o->term : "";

	c->screen = find_screen(o, c);
	if (!c->screen)
		return err_set(err, ERR_UNSUPPORTED,
		    "no terminal description is installed, not even vt100: install ncurses-base, or use "
		    "`drifttop report` or `drifttop --plain`");
	set_term(c->screen);
	if (strcmp(term, "dumb") == 0 || !*capability("cup"))
		return err_set(err, ERR_UNSUPPORTED,
		    "terminal type '%.40s' cannot move the cursor: use `drifttop report` or `drifttop "
		    "--plain`, or set TERM",
		    term);
	typeahead(-1);
	curs_set(0);
	leaveok(stdscr, FALSE);
	setup_colors(c, o->no_color);
	setup_strings(c);
	c->active = true;
	return 0;
}

int
term_curses_open(
    struct term_curses **out, const struct term_curses_options *options, int rows, int cols, struct err *err)
{
	struct term_curses *c = mem_calloc(1, sizeof(*c));
	const char *term = options->term ? options->term : "";

	if (!c)
		return err_nomem(err);
	c->glyphs = find_glyphs(term, options->ascii);
	c->modern = sounds_modern(term);
	c->as = "";
	sgr_init(&c->sgr);
	c->fd = memory_file(err);
	if (c->fd < 0)
		goto fail;
	c->file = fdopen(c->fd, "r+");
	if (!c->file) {
		close(c->fd);
		err_set(err, ERR_IO, "no memory file for the screen: %s", strerror(errno));
		goto fail;
	}
	if (grow(c, rows, cols, err) != 0 || open_screen(c, options, err) != 0)
		goto fail;
	*out = c;
	return 0;
fail:
	term_curses_free(c);
	return err ? (int)err->code : ERR_IO;
}

void
term_curses_free(struct term_curses *c)
{
	if (!c)
		return;
	if (c->screen) {
		set_term(c->screen);
		if (c->active)
			endwin(); /* into the memory file: curses wants it before delscreen */
		delscreen(c->screen);
	}
	if (c->file)
		fclose(c->file);
	mem_free(c->row);
	mem_free(c->wide_row);
	mem_free(c->told);
	mem_free(c->bytes);
	textbuf_release(&c->squeezed);
	mem_free(c);
}

enum color_depth
term_curses_depth(const struct term_curses *c)
{
	return c->depth;
}

enum glyphs
term_curses_glyphs(const struct term_curses *c)
{
	return c->glyphs;
}

const char *
term_curses_as(const struct term_curses *c)
{
	return c->as;
}

bool
term_curses_modern(const struct term_curses *c)
{
	return c->modern;
}

struct slice
term_curses_restore(const struct term_curses *c)
{
	return slice_of(c->restore);
}

/* The next frame paints everything, and nothing is known of the terminal's attributes. */
static void
repaint(struct term_curses *c)
{
	clearok(curscr, TRUE);
	sgr_init(&c->sgr);
}

void
term_curses_resize(struct term_curses *c, int rows, int cols)
{
	struct err err;

	set_term(c->screen);
	/* Without memory for a longer row the old size stays: what is outside it is left as the terminal has
	 * it. */
	if (grow(c, rows, cols, &err) == 0)
		resizeterm(rows, cols);
	/* Some terminals keep the old scrolling region, and below it they neither insert nor delete. */
	if (c->charset && *capability("csr") && write(c->fd, "\033[r", 3) < 0)
		clearerr(c->file);
	repaint(c);
}

void
term_curses_invalidate(struct term_curses *c)
{
	set_term(c->screen);
	repaint(c);
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* The pair for two colours; 0, the terminal's own, if the table is full. */
static int
pair_of(struct term_curses *c, int fg, int bg)
{
	int i;

	if (fg == COLOR_DEFAULT && bg == COLOR_DEFAULT)
		return 0;
	for (i = 0; i < c->npairs; i++) {
		if (c->pairs[i].fg == fg && c->pairs[i].bg == bg)
			return i + 1;
	}
	if (c->npairs >= TERM_CURSES_PAIRS - 1 || c->npairs + 1 >= COLOR_PAIRS)
		return 0;
	c->pairs[i].fg = (int16_t)fg;
	c->pairs[i].bg = (int16_t)bg;
	c->npairs++;
	init_pair((short)(i + 1), (short)fg, (short)bg);
	return i + 1;
}

static attr_t
curses_attrs(uint8_t attrs)
{
	return (attrs & STYLE_BOLD ? A_BOLD : 0) | (attrs & STYLE_REVERSE ? A_REVERSE : 0) |
	       (attrs & STYLE_UNDERLINE ? A_UNDERLINE : 0) | (attrs & STYLE_DIM ? A_DIM : 0);
}

static void
make_cell(struct term_curses *c, cchar_t *out, struct cell cell, const struct theme *theme)
{
	/* What is quiet elsewhere is as plain as its row, where a colour more on it is ten bytes. */
	bool plain = c->spare && cell.ground == ROLE_CURSOR && theme_is_quiet(cell.role);
	enum role role = plain ? ROLE_TEXT : (enum role)cell.role;
	struct look look = theme_look_cell(theme, c->depth, role, cell.attrs, cell.ground, cell.ch);
	wchar_t text[2] = {(wchar_t)cell.ch, L'\0'};

	if (c->depth == DEPTH_16 && COLORS < 16 && look.fg >= 8) {
		look.fg = (int16_t)(look.fg - 8);
		look.attrs |= STYLE_BOLD;
	}
	setcchar(out, text, curses_attrs(look.attrs), (short)pair_of(c, look.fg, look.bg), NULL);
}

/* Something that changes with every change of a row that holds wide characters; 0 for rows without any. */
static uint64_t
wide_hash(const struct grid *g, int row)
{
	uint64_t h = 0;
	bool wide = false;
	int x;

	for (x = 0; x < g->cols; x++) {
		struct cell cell = grid_at(g, row, x);

		wide |= cell.ch == 0;
		h = (h ^ cell.ch ^ (uint64_t)cell.role << 24 ^ (uint64_t)cell.attrs << 32 ^
			(uint64_t)cell.ground << 40) *
		    UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return wide ? h | 1 : 0;
}

/* Whether what curses was told last can stand for what it knows: the same size, the same colours. */
static bool
still_knows(struct term_curses *c, const struct grid *g, const struct theme *theme)
{
	bool same = c->knows && memcmp(c->told_styles, theme->styles, sizeof(c->told_styles)) == 0;

	memcpy(c->told_styles, theme->styles, sizeof(c->told_styles));
	c->knows = g->rows == c->rows && g->cols == c->cols;
	return same && c->knows;
}

static bool
is_told(const struct term_curses *c, const struct grid *g, int row)
{
	size_t at = (size_t)row * (size_t)g->cols;

	return memcmp(c->told + at, g->cells + at, (size_t)g->cols * sizeof(*g->cells)) == 0;
}

/* Whether a row is as it was; it is taken for told. */
static bool
was_told(struct term_curses *c, const struct grid *g, int row)
{
	size_t at = (size_t)row * (size_t)g->cols;

	if (is_told(c, g, row))
		return true;
	memcpy(c->told + at, g->cells + at, (size_t)g->cols * sizeof(*g->cells));
	return false;
}

static void
draw_row(struct term_curses *c, const struct grid *g, const struct theme *theme, int row)
{
	uint64_t hash = row < g->rows ? wide_hash(g, row) : 0;
	int n = 0, x;

	for (x = 0; x < c->cols; x++) {
		struct cell cell = grid_at(g, row, x);

		if (cell.ch)
			make_cell(c, &c->row[n++], cell, theme);
	}
	mvadd_wchnstr(row, 0, c->row, n);
	if (hash != c->wide_row[row]) {
		wredrawln(stdscr, row, 1);
		c->wide_row[row] = hash;
	}
}

/* Takes out every occurrence of `what`; returns what is left. */
static size_t
strip(char *bytes, size_t n, const char *what)
{
	size_t k = strlen(what), from = 0, to = 0;

	if (k == 0)
		return n;
	while (from < n) {
		if (n - from >= k && memcmp(bytes + from, what, k) == 0)
			from += k;
		else
			bytes[to++] = bytes[from++];
	}
	return to;
}

/*
 * Writes out what curses asks the terminal to repeat (it does for runs of ASCII in a locale that is not UTF-8):
 * emulators that call themselves xterm do not all know how. Returns the new length, 0 for want of memory.
 */
static size_t
expand_repeats(struct term_curses *c, size_t n)
{
	size_t at = 0;

	while (at < n) {
		char *esc = memchr(c->bytes + at, '\033', n - at), *end, *p;
		size_t before = esc ? (size_t)(esc - c->bytes) : n;
		unsigned long count;

		if (!esc || before + 3 >= n)
			break;
		at = before + 1;
		if (before == 0 || esc[1] != '[' || esc[2] < '0' || esc[2] > '9')
			continue;
		count = strtoul(
		    esc + 2, &end, 10); /* ends: the buffer holds a byte that is no digit behind the last one */
		if (*end != 'b' || count > GRID_SIDE_MAX)
			continue;
		p = mem_grow(c->bytes, &c->bytes_cap, n + count + 1, 1);
		if (!p)
			return 0;
		end = p + (end - c->bytes) + 1;
		esc = p + before;
		c->bytes = p;
		memmove(esc + count, end, n - (size_t)(end - p) + 1);
		memset(esc, esc[-1], count);
		n = n - (size_t)(end - esc) + count;
		at = before + count;
	}
	return n;
}

static int
squeeze(struct term_curses *c, struct slice *bytes, struct err *err)
{
	c->squeezed.n = 0;
	sgr_squeeze(&c->sgr, *bytes, &c->squeezed);
	if (!c->active)
		sgr_settle(&c->sgr, &c->squeezed);
	if (c->squeezed.failed) {
		textbuf_release(&c->squeezed);
		sgr_init(&c->sgr);
		return err_nomem(err);
	}
	*bytes = slice_make(c->squeezed.p, c->squeezed.n);
	return 0;
}

/* Reads back what curses wrote since the last time. */
static int
take(struct term_curses *c, struct slice *bytes, struct err *err)
{
	off_t end;
	size_t k;
	ssize_t n;
	char *p;

	*bytes = slice_make(NULL, 0);
	fflush(c->file);
	end = lseek(c->fd, 0, SEEK_CUR);
	if (end <= 0)
		return 0;
	p = mem_grow(c->bytes, &c->bytes_cap, (size_t)end + 1, 1);
	lseek(c->fd, 0, SEEK_SET);
	if (!p)
		return err_nomem(err);
	c->bytes = p;
	n = pread(c->fd, p, (size_t)end, 0);
	if (n != end)
		return err_set(err, ERR_IO, "cannot read the memory file of the screen");
	k = strip(p, (size_t)n, c->palette_reset);
	/* Half of what xterm's "no attributes" says is the character set, which nothing of ours ever changes.
	 */
	if (c->modern && c->charset)
		k = strip(p, k, "\033(B");
	p[k] = '\0';
	if (k && (k = expand_repeats(c, k)) == 0)
		return err_nomem(err);
	*bytes = slice_make(c->bytes, k);
	return c->modern ? squeeze(c, bytes, err) : 0;
}

int
term_curses_draw(struct term_curses *c, const struct grid *g, const struct theme *theme, struct slice *bytes,
    struct err *err)
{
	bool known = still_knows(c, g, theme), first = known && g->spare && g->same && g->cursor_row != c->cursor_row;
	int row, col, rc;

	set_term(c->screen);
	c->spare = g->spare;
	c->rest = false;
	for (row = 0; row < c->rows; row++) {
		bool told;

		if (first && row != g->cursor_row && row != c->cursor_row) {
			c->rest |= !is_told(c, g, row);
			continue;
		}
		told = c->knows && was_told(c, g, row);
		if (!known || !told)
			draw_row(c, g, theme, row);
	}
	c->cursor_row = g->cursor_row;
	row = g->cursor_row < c->rows && g->cursor_row >= 0 ? g->cursor_row : 0;
	col = g->cursor_col < c->cols && g->cursor_col >= 0 ? g->cursor_col : 0;
	move(row, col);
	wnoutrefresh(stdscr);
	doupdate();
	c->active = true;
	rc = take(c, bytes, err);
	c->charset = rc == 0;
	if (rc)
		repaint(c);
	return rc;
}

bool
term_curses_rest(const struct term_curses *c)
{
	return c->rest;
}

int
term_curses_leave(struct term_curses *c, struct slice *bytes, struct err *err)
{
	int rc;

	*bytes = slice_make(NULL, 0);
	set_term(c->screen);
	if (!c->active)
		return 0;
	endwin();
	c->active = false;
	c->charset = false;
	rc = take(c, bytes, err);
	repaint(c);
	return rc;
}
