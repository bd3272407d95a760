#include "tui/osc52.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What TERM begins with where the sequence is understood, or is dropped without a trace. */
static const char *const takers[] = {"xterm", "tmux", "screen", "rxvt", "foot", "alacritty", "kitty", "st-", "wezterm",
    "contour", "ghostty", "mintty", "konsole", "vte", "iterm"};

static bool
takes(const char *term)
{
	for (size_t i = 0; term && i < sizeof takers / sizeof *takers; i++)
		if (strncmp(term, takers[i], strlen(takers[i])) == 0)
			return true;
	return false;
}

static size_t
base64(char *out, struct slice text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)text.p;
	size_t n = 0;

	for (size_t i = 0; i < text.n; i += 3) {
		size_t left = text.n - i;
		unsigned long v = (unsigned long)p[i] << 16 | (left > 1 ? (unsigned long)p[i + 1] << 8 : 0) |
				  (left > 2 ? (unsigned long)p[i + 2] : 0);

		out[n++] = digits[v >> 18];
		out[n++] = digits[v >> 12 & 63];
		out[n++] = left > 1 ? digits[v >> 6 & 63] : '=';
		out[n++] = left > 2 ? digits[v & 63] : '=';
	}
	out[n] = '\0';
	return n;
}

size_t
osc52_write(char out[OSC52_BYTES], const char *term, struct slice text)
{
	char coded[(OSC52_TEXT_MAX + 2) / 3 * 4 + 1];
	int n;

	if (!takes(term) || text.n > OSC52_TEXT_MAX)
		return 0;
	base64(coded, text);
	n = snprintf(out, OSC52_BYTES, "\033]52;c;%s\a", coded);
	if (strncmp(term, "tmux", 4) == 0)
		n += snprintf(out + n, OSC52_BYTES - (size_t)n, "\033Ptmux;\033\033]52;c;%s\a\033\\", coded);
	return (size_t)n;
}
