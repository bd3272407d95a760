/*
 * The configuration as it holds: what a file says and, where it says nothing, the defaults, as JSON. Read again it
 * comes to the same.
 */
#ifndef TUI_CONFIG_PRINT_H
#define TUI_CONFIG_PRINT_H

#include <stdio.h>

#include "core/config.h"
#include "core/err.h"
#include "tui/env.h"

/* The same as a text, the caller's by mem_free; env NULL: where recordings go unless said is left out. ERR_NOMEM. */
int config_print_text(char **text, size_t *n, const struct config *c, const struct env *env, struct err *err);

/* Passwords in addresses that a command of an action has among its words are left out. ERR_NOMEM. */
int config_print(FILE *to, const struct config *c, const struct env *env, struct err *err);

#endif
