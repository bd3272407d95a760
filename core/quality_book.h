/*
 * The quality of rows that are read for a baseline: joined and counted like those of a live model, in one sum.
 */
#ifndef CORE_QUALITY_BOOK_H
#define CORE_QUALITY_BOOK_H

#include "core/quality.h"

struct quality_book {
	struct classes classes;
	struct quality sums;
	uint64_t cover[COVER_COUNT];
	struct labels_pool pool;
	struct labels labels;
};

int quality_book_new(struct quality_book **out, struct err *err);
void quality_book_free(struct quality_book *b);

/* What the event says of a prediction or a label; nothing where it says neither. */
int quality_book_add(struct quality_book *b, const struct event *ev, struct err *err);

/*
 * Its integers in one order, for whoever writes and reads them: those of the sums, with the classes' cells last, and
 * the coverage. A book that is read has its classes added first and gets its width by quality_fit; set is false for an
 * index that there is no place for.
 */
size_t quality_book_words(const struct quality_book *b);
uint64_t quality_book_word(const struct quality_book *b, size_t i);
bool quality_book_set(struct quality_book *b, size_t i, uint64_t word);

/* A book of sums that were counted elsewhere, with those classes. */
int quality_book_of(struct quality_book **out, const struct classes *classes, const struct quality *sums,
    const uint64_t cover[COVER_COUNT], struct err *err);

/* Nothing more will come: gives back what waits for a label. */
void quality_book_close(struct quality_book *b);

/*
 * Adds the book's sums to those of a model, whose classes get the book's names. What has no place among them counts
 * with all other classes.
 */
int quality_book_give(const struct quality_book *b, struct classes *classes, struct quality *to, struct err *err);

#endif
