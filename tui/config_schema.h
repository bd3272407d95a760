/*
 * The configuration's schema, JSON Schema 2020-12, for editors that complete and check what is typed: from the table of
 * its keys (collectors/config_file.h). It takes what JSON can say; comments and a last comma are the file's own. What a
 * text must be beyond being one, an expression or a pattern, the program alone knows: `drifttop config check`.
 */
#ifndef TUI_CONFIG_SCHEMA_H
#define TUI_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stdio.h>

#include "collectors/config_file.h"

/* Errors of writing are the stream's. */
void config_schema_write(FILE *to);

/* Whether there is a schema for what a key takes: for a test of the table. */
bool config_schema_has(const struct config_key *key);

#endif
