/* How raw events lie in their columns: shared by those who write and read them. A number is for ever. */
#ifndef CORE_EVENTS_IMPL_H
#define CORE_EVENTS_IMPL_H

#define EVENTS_FORMAT 1
#define EVENTS_DECIMALS 1e4 /* numbers of up to four decimals are written as whole ones */
#define EVENTS_ORIGINS 4096 /* streams of one model and payload; rows of more do not say where they came from */

enum events_kind {
	IS_MISSING,
	IS_WHOLE,
	IS_DECIMAL,
	IS_REAL,
	IS_NONFINITE,
	IS_TEXT,
	IS_TRUE,
	IS_FALSE,
	IS_NOT_SCALAR,
	IS_MASKED,
	EVENTS_KINDS,
};

enum events_flag { EVENTS_FAILED = 1, EVENTS_CLIENT_ERROR = 2, EVENTS_SPEAKS = 4, EVENTS_FLAG_ALL = 7 };

/* Columns that every event has. */
enum events_column {
	EVENTS_TIME,
	EVENTS_DELAY,
	EVENTS_FLAGS,
	EVENTS_VERSION,
	EVENTS_IDS,
	EVENTS_LATENCY,
	EVENTS_PREDICTION,
	EVENTS_SCORE,
	EVENTS_LABEL,
	EVENTS_ERROR,
	EVENTS_COMMON,
};

#endif
