#include "tui/keymap.h"

#define PANELS \
	(ON(SCREEN_MODEL) | ON(SCREEN_FEATURE) | ON(SCREEN_EVENTS) | ON(SCREEN_SOURCES) | ON(SCREEN_ALERTS) | \
	    ON(SCREEN_VERSIONS))
#define FIGURES \
	(ON(SCREEN_FLEET) | ON(SCREEN_MODEL) | ON(SCREEN_FEATURE) | ON(SCREEN_VERSIONS) | ON(SCREEN_COMPARE) | \
	    ON(SCREEN_TIMELINE))
#define GRAPHS (ON(SCREEN_MODEL) | ON(SCREEN_FEATURE) | ON(SCREEN_TIMELINE))
#define OF_MODEL (ON(SCREEN_FLEET) | ON(SCREEN_MODEL) | ON(SCREEN_FEATURE))
#define NO_HELP (ON_ALL & ~ON(SCREEN_HELP))
#define CTRL(c) ((c)&0x1f)

/*
 * Rows with a label stand in the key bar in this order, Help last; a bar of 80 columns has room for all of the fleet's
 * but sorting, as nobody should have to guess how to quit. Where two rows share a key their screens are apart.
 */
const struct keymap_row keymap[] = {
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_FLEET), "Going in and out", "open", "open the model"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_MODEL), "Going in and out", "open",
	"open the feature; elsewhere the events"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_FEATURE), "Going in and out", "events",
	"the raw events: of the bin or moment picked"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_VERSIONS), "Going in and out", "open", "open the feature"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_COMPARE), "Going in and out", "open", "open the feature, as B has it"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_EVENTS), "Going in and out", "whole", "the event to full screen"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_CHOOSE), "Going in and out", "take",
	"hold the model against this from now on"},
    {{' '}, ACTION_PICK, ON(SCREEN_SOURCES) | ONLY_LIVE, "This screen", "pick",
	"follow a stream found here, or let it go"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_SOURCES), "Going in and out", "details",
	"details; a source that waits: try at once"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_ALERTS), "Going in and out", "go there",
	"to what it is about, to when it fired"},
    {{KEYCODE_RIGHT, 'l'}, ACTION_RIGHT, ON(SCREEN_ALERTS), "Going in and out", NULL,
	"to what it is about, at this moment"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_WHATIF), "Going in and out", "go there", "to when it fired"},
    {{KEYCODE_ENTER}, ACTION_OPEN, ON(SCREEN_TIMELINE), "Going in and out", "go there",
	"to the moment picked, else to when it fired"},
    {{'A'}, ACTION_ACK, ON(SCREEN_ALERTS), "This screen", "ack", "acknowledge the alert, or take that back"},
    {{'s'}, ACTION_SILENCE, ON(SCREEN_ALERTS), "This screen", "silence",
	"silence it: for how long, why; or end that"},
    {{KEYCODE_ESC, KEYCODE_BACKSPACE}, ACTION_BACK, NO_HELP & ~ON(SCREEN_FLEET), "Going in and out", "back",
	"clear the filter, then back; never quits"},
    {{KEYCODE_ESC, KEYCODE_BACKSPACE}, ACTION_BACK, ON(SCREEN_FLEET), "Going in and out", NULL,
	"clear the filter; never quits"},
    {{KEYCODE_ESC, KEYCODE_BACKSPACE}, ACTION_BACK, ON(SCREEN_HELP), "Going in and out", "back",
	"back to where you were"},
    {{KEYCODE_RIGHT, 'l'}, ACTION_RIGHT, NO_HELP & ~ON(SCREEN_ALERTS), "Going in and out", NULL,
	"open; along the axis of a graph"},
    {{KEYCODE_LEFT, 'h'}, ACTION_LEFT, ON_ALL, "Going in and out", NULL, "back; along the axis of a graph"},
    {{'/'}, ACTION_FILTER, ON_ALL, "Finding", "filter", "rows with these words, !word, drift>0.2"},
    {{'n'}, ACTION_NEXT, ON_ALL, "Finding", NULL, "next match, else the next that is not ok"},
    {{'N'}, ACTION_PREVIOUS, ON_ALL, "Finding", NULL, "the one before"},
    {{' '}, ACTION_FREEZE, (NO_HELP & ~ON(SCREEN_SOURCES)) | ONLY_LIVE, "Time", "freeze",
	"hold these figures; collecting goes on"},
    {{' '}, ACTION_FREEZE, NO_HELP | ONLY_PAST, "Time", "play", "play or pause; frozen: back to now"},
    {{']'}, ACTION_TIME_EVENT_NEXT, NO_HELP | ONLY_PAST, "Time", "next alert",
	"to the next alert, mark or version"},
    {{'['}, ACTION_TIME_EVENT_BACK, NO_HELP | ONLY_PAST, "Time", NULL, "to the alert, mark or version before"},
    {{'T', ','}, ACTION_TIME_BACK, NO_HELP | ONLY_PAST, "Time", "back", "a step back in time"},
    {{'T', ','}, ACTION_TIME_BACK, NO_HELP | ONLY_LIVE, "Time", NULL, "freeze, a step back in time"},
    {{'t', '.'}, ACTION_TIME_NEXT, NO_HELP | ONLY_PAST, "Time", "on", "a step on in time"},
    {{'b'}, ACTION_TIME_JUMP, NO_HELP | ONLY_PAST, "Time", "time", "to a time: 14:05, -15m, yesterday 14:05"},
    {{'b'}, ACTION_TIME_JUMP, NO_HELP | ONLY_LIVE, "Time", NULL, "freeze, and go to a time: 14:05, -15m"},
    {{'p'}, ACTION_TIME_PLAY, NO_HELP | ONLY_PAST, "Time", NULL, "play or pause"},
    {{'}'}, ACTION_TIME_FASTER, NO_HELP | ONLY_PAST, "Time", NULL, "play faster, up to 64 times"},
    {{'{'}, ACTION_TIME_SLOWER, NO_HELP | ONLY_PAST, "Time", NULL, "play slower, down to a quarter"},
    {{'m'}, ACTION_NOTE, NO_HELP, "Time", NULL, "mark this moment with a note"},
    {{'c'}, ACTION_COMPARE, ON(SCREEN_MODEL) | ON(SCREEN_FEATURE), "Time", NULL,
	"pin this moment; again: the difference to it"},
    {{'c'}, ACTION_COMPARE, ON(SCREEN_FLEET), "Finding", NULL, "pin this model; on another: the difference"},
    {{'c'}, ACTION_COMPARE, ON(SCREEN_VERSIONS), "Finding", NULL,
	"pin this version; on another: the difference"},
    {{'c'}, ACTION_COMPARE, ON(SCREEN_COMPARE), "Time", "unpin", "let what is pinned go"},
    {{'%'}, ACTION_WHATIF, NO_HELP | ONLY_PAST, "Time", NULL, "what another rule would have raised"},
    {{KEYCODE_TAB}, ACTION_PANEL_NEXT, PANELS, "Panels", "panel", "next panel"},
    {{KEYCODE_BACKTAB}, ACTION_PANEL_PREVIOUS, PANELS, "Panels", NULL, "previous panel"},
    {{'1', '2', '3', '4', '5', '6', '7', '8', '9'}, ACTION_PANEL, PANELS, "Panels", NULL, "that panel"},
    {{'e'}, ACTION_EXPAND, PANELS, "Panels", "expand", "the panel to full screen and back"},
    {{'0'}, ACTION_FLEET, ON_ALL & ~ON(SCREEN_FLEET), "Going in and out", NULL, "to the fleet, from anywhere"},
    {{'a'}, ACTION_ALERTS, ON_ALL & ~ON(SCREEN_ALERTS), "Other screens", "alerts",
	"what fires: acknowledge, silence, go there"},
    {{'B'}, ACTION_CHOOSE, ON(SCREEN_MODEL) | ON(SCREEN_FEATURE) | ON(SCREEN_VERSIONS), "Other screens", "baseline",
	"another baseline: now, a version, a file"},
    {{'v'}, ACTION_VERSIONS, OF_MODEL | ON(SCREEN_EVENTS), "Other screens", NULL,
	"versions: canary beside stable"},
    {{'E'}, ACTION_EVENTS, OF_MODEL | ON(SCREEN_VERSIONS), "Other screens", NULL,
	"the raw events of this model"},
    {{'z'}, ACTION_TIMELINE, NO_HELP & ~ON(SCREEN_TIMELINE), "Other screens", NULL,
	"what happened when, on one axis of time"},
    {{'S'}, ACTION_SETUP, NO_HELP & ~ON(SCREEN_SETUP), "Other screens", NULL,
	"what is in force, and who said so"},
    {{'i'}, ACTION_SOURCES, NO_HELP & ~ON(SCREEN_SOURCES), "Other screens", "sources",
	"the feed: what was lost or rejected"},
    {{']'}, ACTION_ALERT_NEXT, NO_HELP | ONLY_LIVE, "Finding", NULL, "to what the next alert is about"},
    {{'['}, ACTION_ALERT_PREVIOUS, NO_HELP | ONLY_LIVE, "Finding", NULL, "to what the alert before is about"},
    {{'q'}, ACTION_LEAVE, ON_ALL & ~ON(SCREEN_FLEET), "Going in and out", NULL, "back; at the fleet quit"},
    {{'q'}, ACTION_LEAVE, ON(SCREEN_FLEET), "Going in and out", "quit", "quit"},
    {{'o'}, ACTION_WINDOW, FIGURES, "Time", "window", "next window: auto, 5m, 1h, 24h, all"},
    {{'>'}, ACTION_SORT_RIGHT, NO_HELP, "Finding", NULL, "sort by the next column to the right"},
    {{'<'}, ACTION_SORT_LEFT, NO_HELP, "Finding", "sort", "sort by the next column to the left"},
    {{'r'}, ACTION_REVERSE, NO_HELP, "Finding", NULL, "reverse the order"},
    {{'F'}, ACTION_FOLD, ON(SCREEN_FLEET), "This screen", NULL, "groups of models: folded, open, or none"},
    {{'+', '='}, ACTION_ZOOM_IN, GRAPHS, "Time", NULL, "graphs of less time: an hour, 5 minutes"},
    {{'-'}, ACTION_ZOOM_OUT, GRAPHS, "Time", NULL, "graphs of more time"},
    {{'L'}, ACTION_LIVE, NO_HELP | ONLY_LIVE, "Time", NULL, "skip to live; the rest counts as skipped"},
    {{'L'}, ACTION_LIVE, NO_HELP | ONLY_PAST, "Time", NULL, "to the end; frozen: back to now"},
    {{'U'}, ACTION_UTC, ON_ALL, "Time", NULL, "UTC or local time"},
    {{'w'}, ACTION_SAVE, NO_HELP | ONLY_LIVE, "Time", NULL, "save the flight recorder, and say where"},
    {{'W'}, ACTION_RECORD, NO_HELP | ONLY_LIVE, "Time", NULL, "begin to record, or end that"},
    {{KEYCODE_UP, 'k'}, ACTION_UP, ON_ALL, "Moving", NULL, "up"},
    {{KEYCODE_DOWN, 'j'}, ACTION_DOWN, ON_ALL, "Moving", NULL, "down"},
    {{KEYCODE_PGUP, CTRL('u')}, ACTION_PAGE_UP, ON_ALL, "Moving", NULL, "a page up"},
    {{KEYCODE_PGDN, CTRL('d')}, ACTION_PAGE_DOWN, ON_ALL, "Moving", NULL, "a page down"},
    {{'g', KEYCODE_HOME}, ACTION_HOME, ON_ALL, "Moving", NULL, "to the first"},
    {{'G', KEYCODE_END}, ACTION_END, ON_ALL, "Moving", NULL, "to the last"},
    {{'Q', CTRL('c')}, ACTION_QUIT, ON_ALL, "Going in and out", NULL, "quit at once"},
    {{CTRL('z')}, ACTION_SUSPEND, ON_ALL, "Going in and out", NULL, "suspend; fg comes back"},
    {{':'}, ACTION_COMMAND, ON_ALL, "Other screens", NULL, "a command, such as :goto; Tab completes it"},
    {{'y'}, ACTION_COPY, ON_ALL, "Other screens", NULL, "copy a command line that opens this again"},
    {{CTRL('p')}, ACTION_PRINT, NO_HELP, "Other screens", NULL, "the panel as text, into a new file here"},
    {{'?', KEYCODE_F1}, ACTION_HELP, ON_ALL, "Other screens", "help", "this help"},
};

const char *const action_names[ACTION_COUNT] = {
    [ACTION_NONE] = "",
    [ACTION_UP] = "up",
    [ACTION_DOWN] = "down",
    [ACTION_PAGE_UP] = "page-up",
    [ACTION_PAGE_DOWN] = "page-down",
    [ACTION_HOME] = "first",
    [ACTION_END] = "last",
    [ACTION_LEFT] = "left",
    [ACTION_RIGHT] = "right",
    [ACTION_OPEN] = "open",
    [ACTION_BACK] = "back",
    [ACTION_LEAVE] = "leave",
    [ACTION_QUIT] = "quit",
    [ACTION_FILTER] = "filter",
    [ACTION_NEXT] = "next",
    [ACTION_PREVIOUS] = "previous",
    [ACTION_SORT_LEFT] = "sort-left",
    [ACTION_SORT_RIGHT] = "sort-right",
    [ACTION_REVERSE] = "reverse",
    [ACTION_PANEL_NEXT] = "next-panel",
    [ACTION_PANEL_PREVIOUS] = "previous-panel",
    [ACTION_PANEL] = "panel",
    [ACTION_EXPAND] = "expand",
    [ACTION_FREEZE] = "freeze",
    [ACTION_PICK] = "pick",
    [ACTION_TIME_PLAY] = "play",
    [ACTION_TIME_NEXT] = "step",
    [ACTION_TIME_BACK] = "step-back",
    [ACTION_TIME_JUMP] = "jump",
    [ACTION_TIME_EVENT_NEXT] = "next-mark",
    [ACTION_TIME_EVENT_BACK] = "previous-mark",
    [ACTION_TIME_SLOWER] = "slower",
    [ACTION_TIME_FASTER] = "faster",
    [ACTION_SOURCES] = "sources",
    [ACTION_ALERTS] = "alerts",
    [ACTION_VERSIONS] = "versions",
    [ACTION_TIMELINE] = "timeline",
    [ACTION_SETUP] = "setup",
    [ACTION_NOTE] = "mark",
    [ACTION_WHATIF] = "what-if",
    [ACTION_COMPARE] = "compare",
    [ACTION_ACK] = "acknowledge",
    [ACTION_SILENCE] = "silence",
    [ACTION_ALERT_NEXT] = "next-alert",
    [ACTION_ALERT_PREVIOUS] = "previous-alert",
    [ACTION_HELP] = "help",
    [ACTION_LIVE] = "live",
    [ACTION_UTC] = "utc",
    [ACTION_WINDOW] = "window",
    [ACTION_CHOOSE] = "baseline",
    [ACTION_SAVE] = "save-past",
    [ACTION_RECORD] = "record",
    [ACTION_SUSPEND] = "suspend",
    [ACTION_COMMAND] = "command",
    [ACTION_ZOOM_IN] = "zoom-in",
    [ACTION_ZOOM_OUT] = "zoom-out",
    [ACTION_EVENTS] = "events",
    [ACTION_FLEET] = "fleet",
    [ACTION_FOLD] = "groups",
    [ACTION_COPY] = "copy",
    [ACTION_PRINT] = "print",
};

const size_t keymap_rows = sizeof keymap / sizeof *keymap;

bool
keymap_holds(const struct keymap_row *row, enum screen_id screen, bool past)
{
	return (row->screens & ON(screen)) && !(row->screens & (past ? ONLY_LIVE : ONLY_PAST));
}

const struct keymap_row *
keymap_row_of(enum action action)
{
	for (size_t i = 0; i < keymap_rows; i++)
		if (keymap[i].action == action)
			return &keymap[i];
	return NULL;
}

bool
keymap_works(enum action action, enum screen_id screen)
{
	for (size_t i = 0; i < keymap_rows; i++)
		if (keymap[i].action == action && (keymap[i].screens & ON(screen)))
			return true;
	return false;
}

bool
keymap_meet(const struct keymap_row *a, const struct keymap_row *b)
{
	unsigned times = (a->screens | b->screens) & (ONLY_LIVE | ONLY_PAST);

	return (a->screens & b->screens & ON_ALL) != 0 && times != (ONLY_LIVE | ONLY_PAST);
}

enum action
action_find(struct slice name)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (slice_is(name, action_names[i]))
			return (enum action)i;
	return ACTION_NONE;
}
