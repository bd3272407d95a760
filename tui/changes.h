/*
 * What was changed on the screen and could be in the configuration: roles of inputs and columns of lists, which have
 * commands of their own, and whatever was set (tui/setting.h). `:save` puts it there; nothing else ever writes that
 * file.
 */
#ifndef TUI_CHANGES_H
#define TUI_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "collectors/config_file.h"
#include "core/config.h"
#include "core/err.h"
#include "core/slice.h"

#define CHANGES_ROLES_MAX 64

struct change_role {
	char *model, *feature; /* names, not patterns */
	enum feature_role role;
};

/* An all-zero struct is none. */
struct changes {
	struct change_role roles[CHANGES_ROLES_MAX];
	size_t nroles;
	struct config_table columns[CONFIG_TABLES_MAX]; /* names are static */
	size_t ncolumns;
};

void changes_release(struct changes *c);

/* Also puts it into *config, where what is read from now on is by it. ERR_LIMIT, ERR_NOMEM. */
int changes_add_role(struct changes *c, struct config *config, struct slice model, struct slice feature,
    enum feature_role role, struct err *err);

/* All roles that were changed, into a configuration that was read without them. ERR_LIMIT, ERR_NOMEM. */
int changes_put_roles(const struct changes *c, struct config *config, struct err *err);

/*
 * Writes them, and what was set in config (NULL: nothing), into the file at `path`, which need not be there yet, nor
 * its directory: 0600, whole or not at all, every byte that is not about them as it was. Where that cannot be done
 * (the file is no configuration, or what it says further down would win) the result stands beside it, in PATH.edited,
 * and the file stays. *say: one sentence on what was done, whatever it was; 160 bytes. check_keys: see
 * collectors/config_file.h. Returns whether it was done.
 */
bool changes_save(const struct changes *c, const struct config *config, const char *path,
    const struct config_names *names, char *say);

#endif
