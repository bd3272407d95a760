#include "tui/history.h"

#include <string.h>

#include "collectors/state_file.h"
#include "core/mem.h"
#include "tui/prompt.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)

void
history_release(struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		mem_free(h->lines[i]);
	memset(h, 0, sizeof *h);
}

static void
forget_oldest(struct history *h)
{
	mem_free(h->lines[0]);
	memmove(h->lines, h->lines + 1, --h->n * sizeof *h->lines);
	h->fresh = h->fresh < h->n ? h->fresh : h->n;
}

static bool
is_kept(struct slice line)
{
	if (!line.n || line.n > PROMPT_BYTES || line.p[0] == ' ')
		return false;
	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)line.p[i] < 0x20 || line.p[i] == 0x7f ||
		    (line.n - i >= 3 && memcmp(line.p + i, "://", 3) == 0))
			return false;
	return true;
}

/* False: not taken. */
static bool
put(struct history *h, struct slice line)
{
	char *copy;

	if (!is_kept(line) || (h->n && slice_is(line, h->lines[h->n - 1])))
		return false;
	copy = mem_dup(line.p, line.n);
	if (!copy)
		return false;
	if (h->n == HISTORY_LINES)
		forget_oldest(h);
	h->lines[h->n++] = copy;
	return true;
}

void
history_add(struct history *h, struct slice line)
{
	if (put(h, line))
		h->fresh += h->fresh < h->n;
}

const char *
history_at(const struct history *h, size_t back)
{
	return back > 0 && back <= h->n ? h->lines[h->n - back] : NULL;
}

/* ---- the file ----------------------------------------------------------------------------------------------------
 */

static int
read_lines(struct history *h, const char *dir, struct err *err)
{
	struct err why = {0};
	char *text = NULL, *p;
	size_t n = 0;
	int rc = state_file_read(dir, HISTORY_FILE, FILE_BYTES_MAX, &text, &n, &why);

	if (rc == ERR_NOT_FOUND)
		return 0;
	if (rc)
		return err_set(err, (enum err_code)rc, "%s/%s: %s", dir, HISTORY_FILE, why.msg);
	for (p = text; p < text + n;) {
		char *end = memchr(p, '\n', (size_t)(text + n - p));
		size_t bytes = end ? (size_t)(end - p) : (size_t)(text + n - p);

		(void)put(h, slice_make(p, bytes));
		p += bytes + 1;
	}
	mem_free(text);
	return 0;
}

static void
take_fresh(struct history *to, const struct history *from)
{
	for (size_t i = from->n - from->fresh; i < from->n; i++)
		history_add(to, slice_of(from->lines[i]));
}

int
history_read(struct history *h, const char *dir, struct err *err)
{
	struct history all = {.n = 0};
	int rc = read_lines(&all, dir, err);

	if (rc) {
		history_release(&all);
		return rc;
	}
	take_fresh(&all, h);
	history_release(h);
	*h = all;
	return 0;
}

int
history_write(const struct history *h, const char *dir, struct err *err)
{
	struct history all = {.n = 0};
	size_t bytes = 0, n = 0;
	char *text = NULL;
	int rc;

	if (!h->fresh)
		return 0;
	rc = state_file_mkdir(dir, err);
	/* What another session has written meanwhile stays; a file that cannot be read begins anew. */
	if (!rc)
		(void)read_lines(&all, dir, NULL);
	take_fresh(&all, h);
	for (size_t i = 0; i < all.n; i++)
		bytes += strlen(all.lines[i]) + 1;
	if (!rc && !(text = mem_alloc(bytes)))
		rc = err_nomem(err);
	for (size_t i = 0; i < all.n && !rc; i++) {
		size_t length = strlen(all.lines[i]);

		memcpy(text + n, all.lines[i], length);
		text[n + length] = '\n';
		n += length + 1;
	}
	if (!rc)
		rc = state_file_write(dir, HISTORY_FILE, text, n, err);
	mem_free(text);
	history_release(&all);
	return rc;
}
