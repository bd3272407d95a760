/* Inside of commands (tui/colon.h): what the files that carry them out share; nobody else includes it. */
#ifndef TUI_COLON_IMPL_H
#define TUI_COLON_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/slice.h"
#include "core/store.h"
#include "tui/colon.h"
#include "tui/screen.h"

/* ---- colon_words.c: words that are names ------------------------------------------------------------------------- */

/* ERR_USAGE for a word that is none of the names that there are: with the nearest of those, else with all of them. */
int colon_fault_word(struct slice word, const char *what, const char *const *names, size_t n, struct err *err);
bool colon_find_word(struct slice word, const char *const *names, size_t n, size_t *at);
void colon_offer_all(struct colon_offers *o, const char *const *names, size_t n);

/* The model that the screen is about; SIZE_MAX: none. Of Help it is a screen. */
size_t colon_model_here(const struct ui *ui);
size_t colon_find_model(const struct store *s, struct slice name);

/* There is no such model; which one was meant. */
int colon_fault_model(const struct colon_call *c, struct slice name, struct err *err);

/* SIZE_MAX: the model has no such input or output; then what is meant instead. */
size_t colon_find_feature(const struct store *s, size_t model, struct slice name);
int colon_fault_feature(const struct colon_call *c, size_t model, struct slice name, struct err *err);
/* As "NAME", or as "BEFORE/NAME". */
void colon_offer_features(const struct store *s, size_t model, struct slice before, struct colon_offers *o);

/* ---- what rows of the table run and complete --------------------------------------------------------------------- */

typedef int colon_run_fn(struct colon_call *c, struct err *err);
typedef void colon_complete_fn(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o);

/* colon_go.c */
colon_run_fn colon_run_goto;
colon_complete_fn colon_complete_goto;
/* Opens a screen that is of one model, the one that is looked at. */
int colon_go_of_model(struct colon_call *c, const struct screen *screen, const char *title, struct err *err);

/* colon_baseline.c */
colon_run_fn colon_run_baseline;
colon_complete_fn colon_complete_baseline;

/* colon_set.c */
colon_run_fn colon_run_set, colon_run_theme, colon_run_window;
colon_complete_fn colon_complete_set, colon_complete_theme, colon_complete_window;

/* colon_columns.c */
colon_run_fn colon_run_columns;
colon_complete_fn colon_complete_columns;

#endif
