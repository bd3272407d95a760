/*
 * Every limit of the program, in one place; `drifttop --help` prints them. What exceeds one is cut or dropped, counted
 * under its reason and shown: nothing is ever lost in silence.
 */
#ifndef CORE_LIMITS_H
#define CORE_LIMITS_H

#define LIMIT_EVENT_BYTES	 (1 << 20)	/* one event as text */
#define LIMIT_ENTRY_BYTES	 (8 << 20)	/* one stream entry, all fields */
#define LIMIT_BULK_BYTES	 (64 << 20)	/* one string of a server's reply */
#define LIMIT_NESTING		 32		/* JSON depth */
#define LIMIT_FEATURES		 4096		/* a model */
#define LIMIT_MODELS		 1024
#define LIMIT_VERSIONS		 16		/* a model; the least recently seen gives way */
#define LIMIT_NAME_BYTES	 256		/* names and text values; longer ones are cut */
#define LIMIT_RAW_BYTES		 (8 << 20)	/* raw events kept for the Events screen, all models */
#define LIMIT_CLASSES		 64		/* a `proba` object or array */
#define LIMIT_KNOWN_VALUES	 100000		/* hashes of known values of one categorical feature */
#define LIMIT_TOP_VALUES	 50		/* values of a categorical feature counted by name */
#define LIMIT_NEW_VALUES	 16		/* unseen values kept for display, a feature */
#define LIMIT_BASELINE_VALUES	 10000000	/* values sorted exactly for a baseline, all features */
#define LIMIT_LABEL_WAIT_MS	 259200000	/* 72 h of event time: a prediction waits so long for its label */
#define LIMIT_LABEL_BYTES	 (16 << 20)	/* waiting predictions, all models; beyond, a sample of the ids waits */
#define LIMIT_LABEL_BYTES_UNUSED (4 << 20)	/* the same before any label was seen */
#define LIMIT_LEARN_ROWS	 50000		/* rows of a learned baseline */
#define LIMIT_LEARN_ROWS_MIN	 1000
#define LIMIT_LEARN_ROWS_USABLE	 200

#endif
