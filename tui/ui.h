/*
 * The user interface without a terminal: keys and time in, a grid of cells out. The dashboard, `snapshot` and the
 * golden tests all drive this same object; it knows no curses, no loop and no clock.
 */
#ifndef TUI_UI_H
#define TUI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/figures.h"
#include "core/store.h"
#include "widgets/grid.h"

#define UI_HOLD_MS 3000 /* rows keep their order for so long after a key */

struct ui;

struct ui_options {
	enum window window;
	bool utc;
	int64_t utc_offset_ms; /* of local time, at the start; what times on the screen are shifted by unless utc */
	const char *zone;      /* its name for the screen: "UTC", "CET" */
	const char *endpoint;  /* what line 1 calls the sources, without secrets */
	bool files_only;       /* nothing live will come: END instead of LIVE */
	bool own_patterns;     /* the streams read are those that -s names */
	const char *version;
	const char *const *baselines; /* files to choose from, borrowed for the life of the ui; may be NULL */
	size_t nbaselines;
	const char *user;      /* who acknowledges and silences; may be NULL */
};

/* What the program must do after a key; the ui itself only ever changes what is on the screen. */
enum ui_request_kind {
	UI_REQUEST_NONE = 0,
	UI_REQUEST_QUIT,
	UI_REQUEST_PICK,  /* follow or stop following (source, stream) */
	UI_REQUEST_LIVE,  /* skip to live on all sources */
	UI_REQUEST_RETRY, /* try to connect again at once */
	UI_REQUEST_SUSPEND,
	UI_REQUEST_ACK,     /* alert, by (empty: taken back) */
	UI_REQUEST_CHOOSE,  /* choice: another reference for a model */
	UI_REQUEST_FILE,    /* file: everything anew against that baseline file */
	UI_REQUEST_SILENCE, /* alert, to_ms (0: no longer), by, reason */
};

struct ui_request {
	enum ui_request_kind kind;
	unsigned source, stream;
	bool follow;
	uint64_t alert;
	int64_t to_ms; /* arrival clock */
	char by[64], reason[128];
	struct fact_choice choice;
	size_t file; /* of ui_options.baselines */
};

/* What the store is to be told for that; false: nothing. Texts are borrowed from the request. */
bool ui_request_fact(const struct ui_request *r, int64_t now_ms, struct fact *out);

int ui_new(struct ui **out, const struct ui_options *options, struct err *err);
void ui_free(struct ui *ui);

/* Back to the fleet, for a store that is another one: indices of models may mean others. */
void ui_home(struct ui *ui);

/* One key. mono_ms: a monotonic clock (rows keep their order for three seconds after a key). */
struct ui_request ui_key(struct ui *ui, const struct store *s, uint32_t key, int64_t mono_ms);

/* True while a text is being typed (the filter): what is pasted is meant for it. */
bool ui_takes_text(const struct ui *ui);

/*
 * Lays out and paints the visible screen at the grid's size; any size from 1x1. now_ms is "now" for screens:
 * the arrival clock when live, the end of the file otherwise. Never fails: what memory cannot hold is left out.
 */
void ui_draw(struct ui *ui, const struct store *s, struct grid *g, int64_t now_ms, int64_t mono_ms);

/* True if the last keys or the store's generation call for a new frame. */
bool ui_dirty(const struct ui *ui, const struct store *s);

#endif
