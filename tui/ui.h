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
#include "core/limits.h"
#include "core/store.h"
#include "widgets/grid.h"
#include "widgets/timebar.h"

#define UI_CALM_MS 5000 /* lists of features are ordered anew no more often */
#define UI_HOLD_MS 3000 /* rows keep their order for so long after a key */

struct config_bind;
struct config_columns;
struct config_group;
struct config_table;
struct rawring;
struct env;
struct history;
struct options;
struct ui;
struct whatif;

struct ui_options {
	enum window window;
	bool utc;
	bool config_utc; /* the configuration says so, whatever holds */
	int64_t utc_offset_ms; /* of local time, at the start; what times on the screen are shifted by unless utc */
	const char *zone;      /* its name for the screen: "UTC", "CET" */
	const char *endpoint;  /* what line 1 calls the sources, without secrets */
	bool files_only;       /* nothing live will come: END instead of LIVE */
	bool own_patterns;     /* the streams read are those that -s names */
	const char *version;
	const char *const *baselines; /* files to choose from, borrowed for the life of the ui; may be NULL */
	size_t nbaselines;
	const struct options *given; /* for Setup, borrowed for the life of the ui; NULL: nothing was said */
	bool reread;	       /* streams can be read again: the program answers ui_rows_wanted */
	bool flight;           /* what was can be gone back to: the program carries out requests for a time */
	const struct config_bind *binds; /* keys in place of the default ones; read by ui_new alone */
	size_t nbinds;
	const struct config_columns *columns; /* of lists, chosen; read by ui_new alone */
	size_t ncolumns;
	const struct config_group *groups; /* of models, borrowed for the life of the ui */
	size_t ngroups;
	const char *user;      /* who acknowledges and silences; may be NULL */
	const struct env *env; /* where the user's own themes are; NULL: there are none */
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
	UI_REQUEST_NOTE,    /* to_ms, model (SIZE_MAX: none), reason: a note of that moment */
	UI_REQUEST_WHATIF,  /* reason: the change; then ui_open_whatif */
	UI_REQUEST_SAVE,    /* the flight recorder's memory into a file */
	UI_REQUEST_RECORD,  /* begin to record, or end that */
	UI_REQUEST_SET,	    /* by: name of a setting; reason: its value in JSON (tui/setting.h); follow: say nothing */
	UI_REQUEST_BUDGET,  /* number: false alarms a week */
	UI_REQUEST_EXPORT,  /* reason: the file; follow: the panel alone (ui_draw_panel) */
	UI_REQUEST_ROLE,    /* model, reason: the input; file: enum feature_role */
	UI_REQUEST_COPY,    /* a command line that opens this view again */
	UI_REQUEST_PRINT,   /* the panel, as plain text, into a new file */
	UI_REQUEST_CONFIG,  /* what was changed goes into the configuration file */
	UI_REQUEST_TIME,    /* time: another moment is to be shown (tui/replay.h) */
};

enum ui_time {
	UI_TIME_FREEZE = 0, /* the present, held */
	UI_TIME_LIVE,	    /* back to the present; in a recording: to its end */
	UI_TIME_PLAY,	    /* or pause */
	UI_TIME_NEXT,	    /* a step */
	UI_TIME_BACK,
	UI_TIME_JUMP, /* to to_ms */
	UI_TIME_ALERT, /* to when the alert fired, to_ms by its model's clock; where that is not kept it stays */
	UI_TIME_EVENT_NEXT,
	UI_TIME_EVENT_BACK,
	UI_TIME_SLOWER,
	UI_TIME_FASTER,
};

#define UI_BY_BYTES	(2 * LIMIT_NAME_BYTES + 48) /* a setting's name */
#define UI_REASON_BYTES 656			    /* all that is typed, in quotes */

struct ui_request {
	enum ui_request_kind kind;
	unsigned source, stream;
	bool follow;
	uint64_t alert;
	int64_t to_ms; /* arrival clock */
	char by[UI_BY_BYTES], reason[UI_REASON_BYTES];
	size_t model;
	struct fact_choice choice;
	double number; /* as the kind says */
	size_t file; /* of ui_options.baselines, or as the kind says */
	enum ui_time time;
	int64_t utc_offset_ms; /* of the zone shown: what is said of times is by it */
};

/* A note of somebody's, in the recording or beside it. */
struct ui_note {
	int64_t at_ms;
	size_t model; /* SIZE_MAX: of none in particular */
	char text[160]; /* raw bytes, cut */
};

/* That what is shown is not the present, and which moment it is. */
struct ui_past {
	bool frozen;	  /* of this live session; else of a recording */
	bool again;	  /* frozen: older than what was kept, and read again from the streams */
	const char *name; /* of the recording */
	bool playing, grows; /* grows: it is still being written */
	double speed;
	int64_t at_ms, from_ms, to_ms;
	int64_t live_ms; /* frozen: what now is */
	uint64_t place; /* another one after each move: figures are then read anew */
	const struct timebar_item *items;
	size_t nitems;
	const struct ui_note *notes; /* by rising time */
	size_t nnotes;
	size_t missing; /* steps of the recording that this moment rests on and that are damaged or gone */
	const struct whatif *whatif; /* what was asked last; NULL: nothing */
	const char *change;	     /* and that */
};

/* Raw events of a time, which are in the streams and may not be in the store any more. */
struct ui_rows_want {
	char model[LIMIT_NAME_BYTES];
	size_t model_n;
	int64_t from_ms, to_ms; /* event time */
};

enum ui_rows_state { UI_ROWS_READING = 0, UI_ROWS_READ, UI_ROWS_FAILED };

struct ui_rows {
	struct ui_rows_want of;
	enum ui_rows_state state;
	const char *why;	    /* it failed */
	const struct rawring *ring; /* the newest of them; NULL: none */
	uint64_t found, looked;	    /* of that model and time; entries read in all */
	bool cut;		    /* there are more entries than are looked at */
	uint64_t place;		    /* another one when there is more */
};

/* Whether the visible screen wants such events; the program reads them and gives them to ui_set_rows. */
bool ui_rows_wanted(const struct ui *ui, struct ui_rows_want *out);
/* Borrowed until the next call; NULL: none. What is not wanted any more is not shown. */
void ui_set_rows(struct ui *ui, const struct ui_rows *rows);

/* What the store is to be told for that; false: nothing. Texts are borrowed from the request. */
bool ui_request_fact(const struct ui_request *r, int64_t now_ms, struct fact *out);

int ui_new(struct ui **out, const struct ui_options *options, struct err *err);
void ui_free(struct ui *ui);

/* Back to the fleet, for a store that is another one: indices of models may mean others. */
void ui_home(struct ui *ui);

/*
 * From now on the stores given are of this moment; NULL: of the present. Borrowed until the next call. Where the last
 * one was of another session (indices of models mean others), ui_home is to be called, too.
 */
void ui_set_past(struct ui *ui, const struct ui_past *past);

/* What is known of the terminal, for Setup. */
struct ui_terminal {
	char type[48], as[32]; /* TERM; the description used in its place, empty: its own */
	int colors;	       /* 0: none */
	bool utf8, answers;    /* answers: it is asked, and says something */
	enum glyphs glyphs;    /* drawn with */
	const char *theme;     /* in force; NULL: not yet known */
	int rows, cols;
};
void ui_set_terminal(struct ui *ui, const struct ui_terminal *terminal);

/* The visible figures stay as they are: for Space, where nothing is kept that could be shown instead. */
void ui_hold(struct ui *ui);

/* The list of what a change would have raised, which the past now has. */
void ui_open_whatif(struct ui *ui);

/*
 * One sentence in the last line, until the next key. Whoever does not know the keys that hold writes UI_KEY("freeze")
 * where that of an action is to stand.
 */
#define UI_KEY(action) "\001" action "\001"
void ui_say(struct ui *ui, const char *sentence);
/* What the last line says beside keys; "": nothing. Borrowed until the next key or sentence. */
const char *ui_said(const struct ui *ui);

/* What line 1 is to say of the link to the terminal, and where there is little room; empty: nothing. Cut. */
void ui_set_link(struct ui *ui, const char *text, const char *brief);

/* One key. mono_ms: a monotonic clock (rows keep their order for three seconds after a key). */
struct ui_request ui_key(struct ui *ui, const struct store *s, uint32_t key, int64_t mono_ms);

/* Why the command behind the colon cannot be carried out, which is there to be put right; "": nothing is wrong. */
const char *ui_fault(const struct ui *ui);

/* True while a text is being typed (the filter): what is pasted is meant for it. */
bool ui_takes_text(const struct ui *ui);

/*
 * Lays out and paints the visible screen at the grid's size; any size from 1x1. now_ms is "now" for screens:
 * the arrival clock when live, the end of the file otherwise. Never fails: what memory cannot hold is left out.
 */
void ui_draw(struct ui *ui, const struct store *s, struct grid *g, int64_t now_ms, int64_t mono_ms);

/* The same with the panel that keys go to alone, as far as a screen has panels; what is on the screen stays. */
void ui_draw_panel(struct ui *ui, const struct store *s, struct grid *g, int64_t now_ms, int64_t mono_ms);

/* Commands that were typed, and those of earlier sessions once somebody has read them. */
struct history *ui_history(struct ui *ui);

/* Columns of lists that were chosen here: at most CONFIG_TABLES_MAX, names are static. Returns how many lists. */
size_t ui_columns_chosen(const struct ui *ui, struct config_table *out);

/* The window of the drift figures; and what is shown from now on. */
enum window ui_window(const struct ui *ui);
/* Other keys from now on, those of a configuration that was found right. ERR_USAGE: then they are as they were. */
int ui_set_keys(struct ui *ui, const struct config_bind *binds, size_t n, struct err *err);
void ui_set_shown(struct ui *ui, enum window window, bool utc);

/* True if the last keys or the store's generation call for a new frame. */
bool ui_dirty(const struct ui *ui, const struct store *s);

#endif
