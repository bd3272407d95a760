/*
 * What may not be written into recordings: values of the columns that the configuration names, and of those whose role
 * is `id` or `text`, or may turn out so when more rows are known. What it says of a column by its own entry holds
 * before its list of patterns, and that before the role.
 */
#ifndef CORE_RECORD_MASK_H
#define CORE_RECORD_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/config.h"
#include "core/store.h"

struct record_mask {
	const struct config *config; /* borrowed; NULL: roles alone */
	struct mask_model *models;   /* what the configuration says of each column, looked up once */
	size_t nmodels, cap;
};

void record_mask_init(struct record_mask *m, const struct config *config);
void record_mask_release(struct record_mask *m);

/* For struct snapshot_mask and events_add; ctx: a struct record_mask, of one store. Without memory: masked. */
bool record_mask_is(const void *ctx, const struct store *s, size_t model, size_t fid);

/* Whether the configuration says that of a column, its role included; c NULL: it says nothing. */
bool record_mask_says(const struct config *c, struct slice model, struct slice column);

/* The same in words, for the head of a recording. */
void record_mask_words(const struct config *config, char *buf, size_t bytes);

#endif
