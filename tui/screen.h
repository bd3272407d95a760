/*
 * The inside of the user interface, shared by ui.c, chrome.c and the screens; nobody else includes it.
 *
 * A screen is one file and one const row; what is open is a stack of views, each a screen with its own state. For
 * every frame the visible view is collected (figures are copied out of the store), unless it is frozen, then arranged
 * (order and selection), then painted. Frozen therefore needs no code in a screen: it is collecting that stops.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "tui/arena.h"
#include "tui/filter.h"
#include "core/alert.h"
#include "tui/bindings.h"
#include "tui/colon.h"
#include "tui/keymap.h"
#include "tui/list.h"
#include "tui/held.h"
#include "tui/pin.h"
#include "tui/prompt.h"
#include "tui/ui.h"
#include "widgets/grid.h"
#include "widgets/panel.h"
#include "widgets/table.h"

#define UI_DEPTH_MAX 8
#define UI_PICKED_MAX 64
#define VIEW_TITLE_BYTES 128
#define UI_TIME_ROWS 12  /* from so many on the past has a time bar */
#define UI_REST_MS 200  /* what is shown of the selected item follows a cursor that has come to rest */

enum view_return { VIEW_STAYS = 0, VIEW_TO_NOW, VIEW_TO_MOMENT };

struct view {
	const struct screen *screen;
	void *state; /* screen->state_bytes, zeroed at first */
	struct arena arena;
	struct filter filter;
	size_t model, feature;        /* SIZE_MAX: none */
	char title[VIEW_TITLE_BYTES]; /* in the crumbs; raw bytes */
	unsigned panel;               /* the one keys go to, from 0 */
	bool expanded;                /* it has the whole screen */
	bool alone;                   /* there is no room beside it, expanded or not; as last drawn */
	bool frozen;
	int64_t frozen_ms; /* what now was then */
	enum view_return returns; /* the key that opened it went to another moment: back from it is back from there */
	int64_t returns_ms;
	bool collected;    /* it has figures: a screen is not frozen before it has any */
	bool stale;        /* collect although the store has not changed */
	bool reorder;      /* a sort or filter key: order anew at once */
	size_t sorted;     /* which of screen->sorts, where the screen has no sort of its own; 0: its own order */
	bool reversed;
	struct {
		struct filter filter;
		size_t sorted;
		bool reversed;
	} aside; /* those of the list that keys do not go to, of a screen with two */
	struct list *list; /* that the filter is of, in its state; NULL before it is there */
	uint64_t generation;
	/* What the alert line says, as collected. */
	enum severity severity;
	struct slice subject, sentence;
	size_t counts[SEVERITY_COUNT];
};

/* What the rows of a list can be sorted by, as people call it. */
struct screen_sort {
	const char *name; /* NULL: the end */
	size_t column;
};

/* A second list of a screen, in a panel of its own: with a filter and an order while keys go there. */
struct screen_list {
	unsigned panel;
	const struct filter_own *own;
	const struct screen_sort *sorts;
};

/* Where one is in a panel. */
struct position {
	size_t row;  /* places below the first, or lines scrolled */
	size_t pick; /* of bins or moments, as the panel counts them from 1; 0: none */
	size_t top;  /* the first row shown, from 1; 0: it follows from where the cursor is */
	bool moved;  /* the cursor was put there, be it on the first row */
};

#define ROW_NAME_BYTES (4 * LIMIT_NAME_BYTES)

struct screen {
	enum screen_id id;
	const char *name; /* in the crumbs */
	unsigned panels;  /* 0: keys have nowhere else to go */
	unsigned rows;    /* enum metric_scope: what a row of its list is, for filters; 0: nothing with metrics */
	size_t state_bytes;
	void (*collect)(struct ui *ui, struct view *v, const struct store *s); /* the arena is empty */
	void (*arrange)(struct ui *ui, struct view *v, const struct store *s); /* order, selection; may be NULL */
	void (*draw)(struct ui *ui, struct view *v, struct grid *g, struct rect r);
	bool (*act)(
	    struct ui *ui, struct view *v, enum action action, struct ui_request *request); /* false: not mine */
	void (*release)(struct view *v); /* what the state owns; may be NULL */
	const struct table_column *columns; /* of its list, where they can be chosen; NULL: they cannot */
	size_t ncolumns;
	const struct screen_sort *sorts; /* NULL: nothing is sorted; those of columns have the columns' ids */
	void (*sort)(struct view *v, size_t column, bool reverse); /* NULL: view.sorted says it */
	uint64_t (*alert)(const struct view *v); /* the one under the cursor, 0: none; may be NULL */
	/* Reads where one is in a panel, or (put) goes there, as far as there is. NULL: it is the list's, panel 0. */
	void (*position)(struct view *v, unsigned panel, struct position *p, bool put);
	/*
	 * What the row at that place of a panel's list is called, into buf of ROW_NAME_BYTES; empty: nothing. False:
	 * the list ends before. NULL: rows have numbers alone. See tui/row_name.h.
	 */
	bool (*row_name)(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf);
	/* Makes a row of that name appear, which may be folded into another one; may be NULL. */
	void (*reveal)(struct ui *ui, struct view *v, struct slice name);
	unsigned (*scope)(const struct view *v); /* in place of rows, where that depends; may be NULL */
	const struct filter_own *own;		 /* in place of metrics: what its rows have; may be NULL */
	const struct screen_list *second;	 /* NULL: it has one list */
};

extern const struct screen *const screens[SCREEN_COUNT];
extern const struct screen screen_fleet, screen_model, screen_feature, screen_events, screen_sources, screen_alerts,
    screen_choose, screen_versions, screen_whatif, screen_compare, screen_timeline,
    screen_inforce, screen_help;

/* What line 1 says of the feed: over all sources, the worst of each. Ages and times by the arrival clock. */
struct feed {
	size_t sources, live, waiting, catching, ended;
	uint64_t lost, behind, entries;
	int64_t last_byte_ms; /* newest over sources; 0: never any */
	int64_t retry_ms;     /* soonest; 0: none pending */
	int64_t lag_ms;       /* greatest */
	bool nothing_matches, uncertain, trusted;
	char trouble[ERR_MSG_BYTES]; /* one sentence on the worst source; empty: nothing to say */
	char untrusted[160];
	enum state_keeping state; /* of what outlives the run */
	enum recording_state recording;
	char recording_why[340]; /* it has failed; empty: it has not */
	char state_why[240];	  /* what is wrong with it; empty: nothing */
};

struct ui {
	struct ui_options options; /* its strings are the ui's own */
	char *strings[4];
	struct bindings keys;
	enum window window;
	bool utc;
	struct table_order orders[SCREEN_COUNT]; /* of the screens' lists */
	unsigned reordered; /* 1 << a screen: changed here */
	struct view views[UI_DEPTH_MAX];
	size_t depth;
	struct {
		size_t sorted;
		bool reversed;
	} sorting[SCREEN_COUNT][2]; /* of the lists of each, as last chosen: for views to come */
	struct arena arena; /* of models */
	struct model_row *models;
	size_t nmodels;
	bool want_trend;
	bool quality; /* models have that, too: the filter of the visible view asks for it */
	struct feed feed;
	uint64_t generation; /* of models and feed */
	int64_t now_ms, mono_ms, key_mono_ms;
	int64_t drawn_s;  /* second of the clock in the last frame */
	const struct screen *drawn; /* in the last frame */
	size_t drawn_depth;
	bool drawn_expanded;
	bool dirty_again; /* painting has found out that more is to be collected: paint once more */
	bool key_seen, dirty, hold, offered;
	bool rested;          /* no key for UI_REST_MS */
	bool unrest;          /* something on the screen waits for that */
	bool calm;            /* some list kept its order: the next frame looks at it again */
	bool typing;          /* into the filter of the visible view */
	struct prompt prompt; /* or the answer to a question, or a command */
	struct colon colon;   /* beside the latter */
	enum window zoom;     /* the time that graphs show; WINDOW_AUTO: that of the figures */
	const struct ui_past *past; /* what is shown is not the present; NULL: it is */
	uint64_t place;	      /* of the last frame */
	size_t alerts[2];     /* that fire: not silenced, silenced */
	size_t incidents;     /* that those which are not silenced are of */
	enum severity alerts_worst;
	const struct store *store; /* while a key is acted on, or what is shown is read or put back; else NULL */
	struct pin pin;	      /* to compare with */
	uint64_t alert_at;    /* the one that [ and ] went to last; 0: none */
	struct filter before; /* what it was before typing */
	struct {
		unsigned source, stream;
	} picked[UI_PICKED_MAX]; /* streams that this person has picked, who may let them go again */
	size_t npicked;
	const struct ui_rows *rows; /* NULL: none */
	struct ui_rows_want want;   /* what the Events screen wants, */
	bool wants;		    /* if anything; as it was last collected */
	char link[2][48];  /* what line 1 says of a slow terminal, and in brief; empty: it is not slow */
	struct ui_terminal terminal; /* rows 0: there is none */
	char message[1024]; /* for the last line, until the next key */
};

/* The visible view. */
struct view *ui_view(struct ui *ui);

/* Figures for it, and the order of its lists. */
void ui_collect(struct ui *ui, const struct store *s);

/* Opens a screen on top of the visible one; false when out of memory or too deep. */
bool ui_push(struct ui *ui, const struct screen *screen, size_t model, size_t feature, struct slice title);

/* Opens Help for the visible screen, or closes it. */
void ui_open_help(struct ui *ui);


/* The time that graphs of figures over w show; and keys that change it, from the one that a screen shows. */
enum window ui_axis(const struct ui *ui, enum window w);
/*
 * Left and right along a time axis of so many points. *point is that which is picked out, the newest is 1; 0: none.
 * Says where there is no further one.
 */
bool ui_axis_act(struct ui *ui, int *point, int points, enum action action);
bool ui_zoom(struct ui *ui, struct view *v, enum window axis, enum action action);

/* Closes the visible screen; all but the fleet. */
void ui_close(struct ui *ui);
void ui_to_fleet(struct ui *ui);

/*
 * Whether an order made at *ordered_ms, by a monotonic clock, is to stand; else *ordered_ms becomes now. Ages and
 * small changes would else make rows dance once a second.
 */
bool ui_calm(struct ui *ui, int64_t *ordered_ms);

/* The first key of an action, for sentences that name one. buf: 48 bytes. */
const char *ui_key_name(const struct ui *ui, enum action action, char *buf);

/* A sentence in the last line, with the first key of an action where its one %s is. */
void ui_say_key(struct ui *ui, const char *around, enum action action);

/* Local or UTC, as chosen. */
int64_t ui_offset_ms(const struct ui *ui);

/* Opens what an alert is about on top of the visible screen; a message where it is nothing that has a screen. */
void ui_open_alert(struct ui *ui, const struct alert *al);
/* The same as it was when the alert fired, as far as moments are kept. */
void ui_go_to_alert(struct ui *ui, const struct alert *al, struct ui_request *request);

/* screen_choose.c: that this model is to be held against that. */
struct choice;
void ui_choose_request(size_t model, const struct choice *choice, struct ui_request *request);

/* Asks for how long that alert is to be silent; the answer comes as a request of the key that completes it. */
void ui_ask_silence(struct ui *ui, uint64_t alert);

/* list_update of the list that the filter of the view is of: held for a moment after a key. */
void ui_list_update(struct ui *ui, struct view *v, struct list *l, const struct list_rows *rows);

/* The same of the other list of a screen with two. */
void ui_list_update_aside(struct ui *ui, struct view *v, struct list *l, const struct list_rows *rows);

/* Whether keys go to the second list; what rows of the one they go to have, and can be sorted by. NULL: none. */
bool ui_is_second(const struct view *v);
const struct filter_own *ui_own(const struct view *v);
const struct screen_sort *ui_sorts(const struct view *v);

/* Keys go to that panel from now on, and to the filter and the order of the list in it. */
void ui_set_panel(struct view *v, unsigned panel);

/* list_seek, as n and N do it: says when it has gone around, or that there is nothing to go to. */
bool ui_list_seek(
    struct ui *ui, struct list *l, bool forward, bool (*hit)(const void *ctx, size_t row), const void *ctx);

/* The column that view.sorted says, SIZE_MAX: none; and whether the order is the list's own. */
size_t ui_sort_column(const struct view *v);
bool ui_sort_is_own(const struct view *v);

/* The columns chosen for the screen of that view, for its table. */
const struct table_order *ui_order(const struct ui *ui, const struct view *v);

/* Sorts by a row of screen->sorts, this view and those of the screen to come; and by the next one, as a key says. */
void ui_sort(struct ui *ui, struct view *v, size_t at, bool reverse);
void ui_sort_act(struct ui *ui, struct view *v, enum action action);

/* "3 of 48": what passes the filter; empty where there is none. buf: 48 bytes. */
const char *ui_list_passed(const struct list *l, char *buf, size_t bytes);

/* A screen's position, where it is a list's. */
void ui_list_position(struct list *l, struct position *p, bool put);

/* Moves the cursor of a list as the action says; false if it is none of those. Marks the view. */
bool ui_list_act(struct ui *ui, struct view *v, struct list *l, enum action action);

/* The state of a list as the head of its panel shows it: "3-12 of 48", and what passes the filter. buf: 80 bytes. */
const char *ui_list_range(const struct list *l, char *buf, size_t bytes);

/* "5m window, 5,940 rows". buf: 48 bytes. */
const char *ui_window_text(enum window w, uint64_t rows, char *buf, size_t bytes);

/* The left end of a time axis for that window: "-5m". */
const char *ui_axis_left(enum window w);

/* ui_filter.c: what the rows of the view are, the text that they pass, and a key while that is typed. */
unsigned ui_filter_scope(const struct view *v);
void ui_filter_set(struct view *v, struct slice text);
void ui_filter_start(struct ui *ui);
void ui_filter_key(struct ui *ui, const struct store *s, uint32_t key);

/* screen_events.c: the events of a model, those of [from_ms, to_ms) where these are not 0, that pass the filter. */
bool ui_open_events(
    struct ui *ui, size_t model, size_t feature, struct slice filter, int64_t from_ms, int64_t to_ms);

/* Of which time alone the events are; 0: they are as they come. */
void ui_events_range(const struct view *v, int64_t *from_ms, int64_t *to_ms);

/*
 * The event that is shown although the list does not have it: "KEY ID" of its entry, or which of the newest of the
 * model and the time it is; empty where there is none, or it is kept nowhere any more. Returns buf.
 */
const char *ui_events_held(const struct view *v, const struct store *s, char *buf, size_t bytes);
/* Shows that one; in the list if it is there. ERR_USAGE: it is not kept. */
int ui_events_hold(const struct ui *ui, struct view *v, const struct store *s, const char *text, struct err *err);

/* screen_fleet.c: groups as last arranged; whether that one is open, or folded, alone among others that are not. */
size_t ui_fleet_groups(const struct view *v);
bool ui_fleet_group_is(const struct view *v, size_t i, bool open, struct slice *name);
/* False: there is none of that name. */
bool ui_fleet_group_set(struct view *v, struct slice name, bool open);

/* ui_alert.c: opens what the next alert that fires is about, or the one before; a key while a silence is typed. */
void ui_alert_step(struct ui *ui, const struct store *s, bool forward);
void ui_silence_key(struct ui *ui, uint32_t key, struct ui_request *request);

/* ui_hint.c: says what a key that does nothing here is for. */
void ui_hint(struct ui *ui, uint32_t key);

/* ui_note.c */
void ui_note_ask(struct ui *ui);
/* A key while a note is typed. */
void ui_note_key(struct ui *ui, uint32_t key, struct ui_request *request);

/*
 * screen_compare.c: pins the subject (moment: as it is now), or opens the difference between what is pinned and it, or,
 * where it is what is pinned and no moment, lets it go.
 */
void ui_compare(struct ui *ui, struct view *v, const struct store *s, const struct pin_subject *of, bool moment);
/* The model of the view at this moment. */
void ui_compare_moment(struct ui *ui, struct view *v, const struct store *s);
/* Opens the difference between what is pinned and that; ERR_USAGE where nothing is, or that is not there. */
int ui_compare_open(struct ui *ui, const struct store *s, const struct pin_subject *with, struct err *err);
/* What a Compare view holds beside what is pinned; borrowed. */
const struct pin_subject *ui_compare_with(const struct view *v);

/* screen_whatif.c: a key while a change is typed. */
void ui_whatif_key(struct ui *ui, uint32_t key, struct ui_request *request);

/* ui_time.c */
/* A key that changes the moment shown, or that only the present can be asked for; false: another one. */
bool ui_time_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request);
/* A moment as typed, by the moment shown; shown: to be seen, and so to the end of its second. ERR_USAGE. */
int ui_time_parse(const struct ui *ui, const char *text, bool shown, int64_t *to_ms, struct err *err);
/* Before a view is left: what brings back the moment that it was opened at, where its key has changed that. */
void ui_time_return(const struct ui *ui, const struct view *v, struct ui_request *request);
/* A key while a time is typed. */
void ui_time_key(struct ui *ui, uint32_t key, struct ui_request *request);
/* What the past cannot do becomes a sentence. */
void ui_time_refuse(struct ui *ui, struct ui_request *request);
/* Whether the subject of a view is in that store: a model may come later. */
bool ui_time_has(const struct ui *ui, const struct view *v);
void ui_time_lacks(const struct ui *ui, struct grid *g, struct rect r);
void ui_time_bar(const struct ui *ui, struct grid *g, struct rect r);

/* chrome.c */
void chrome_feed(struct feed *feed, const struct store *s);
void chrome_bar(const struct ui *ui, const struct view *v, struct grid *g, struct rect r);
void chrome_alert(const struct ui *ui, const struct view *v, struct grid *g, struct rect r);
/* Where a list would show one row, that is of the worst model of the fleet, on whatever screen. */
bool chrome_is_tiny(struct rect r);
void chrome_tiny(const struct ui *ui, const struct view *v, struct grid *g, struct rect r);
void chrome_keys(const struct ui *ui, const struct view *v, struct grid *g, struct rect r);

/* chrome_prompt.c: what is typed, in the last line; and above it what that could become, or where it is wrong. */
void chrome_prompt(const struct ui *ui, const struct view *v, struct grid *g, struct rect r);
void chrome_above_prompt(const struct ui *ui, struct grid *g, struct rect r);
/* A sentence that is longer than the last line, over the last few. */
void chrome_long_message(const struct ui *ui, struct grid *g);

#endif
