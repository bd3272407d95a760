/*
 * Files that people write as a fuzz target: as a configuration, and before that as JSON with comments. Beside not
 * crashing: every value has a path and a line within the text, and what is wrong is said in one sentence that names
 * the file.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collectors/config_edit.h"
#include "collectors/config_file.h"
#include "collectors/json_doc.h"
#include "core/mem.h"
#include "tui/bindings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

/* Where the values are costs the text's length each: of large ones a few will do. */
static void
check_places(const struct json_doc *d, const struct json_node *v, size_t lines, unsigned depth, size_t *left)
{
	char path[24];

	for (; v && *left; v = json_doc_next(v)) {
		size_t line = json_doc_line(d, v);

		--*left;
		must(line >= 1 && line <= lines, "a line of the text");
		must(json_doc_path(d, v, path, sizeof(path)) == path && strlen(path) < sizeof(path), "a path");
		if (depth < 40)
			check_places(d, json_doc_first(v), lines, depth + 1, left);
	}
}

static void
run_json(const uint8_t *data, size_t size)
{
	char *text = mem_dup(data, size);
	struct json_doc *d = NULL;
	struct err err = {0};
	size_t lines = 1, i, left = 200;

	if (!text)
		return;
	if (json_doc_parse_commented(&d, text, size, &err)) {
		must(strncmp(err.msg, "not JSON at line ", 17) == 0, "why it is no JSON");
	} else {
		for (i = 0; i < size; i++)
			lines += text[i] == '\n';
		check_places(d, json_doc_root(d), lines, 0, &left);
	}
	json_doc_free(d);
	mem_free(text);
}

static void
run_config(const uint8_t *data, size_t size)
{
	static const char *const themes[] = {"dark", "light"};
	static const struct config_names names = {.themes = themes, .nthemes = 2, .check_keys = bindings_check};
	char *text = mem_dup(data, size);
	struct config c;
	struct err err = {0};

	if (!text || config_init(&c, &err)) {
		mem_free(text);
		return;
	}
	if (config_file_parse(&c, "f.json", text, size, &names, &err)) {
		must(err.code == ERR_USAGE && strncmp(err.msg, "config 'f.json'", 15) == 0, "a sentence with the file");
	} else {
		size_t i;

		must(c.rules.n >= rule_default_count && c.rules.n <= RULE_MAX, "rules");
		for (i = 0; i < c.rules.chains; i++)
			(void)rules_pick(&c.rules, i, slice_of("fraud"), slice_of("2"), slice_of("amount"));
		(void)config_feature_of(&c, slice_of("fraud"), slice_of("amount"));
		(void)config_model_of(&c, slice_of("fraud"));
		for (i = 0; i < c.nactions; i++)
			must(c.actions[i].argc && !c.actions[i].argv[c.actions[i].argc], "a command");
	}
	config_release(&c);
	mem_free(text);
}

/* A value is put in or the text refused; nothing beyond the text is read. */
static void
run_edit(const uint8_t *data, size_t size)
{
	const struct slice path[] = {slice_of("models"), slice_of("m"), slice_of("role")};
	char *text = mem_dup(data, size), *out = NULL;
	struct err err = {0};
	size_t n = 0;

	if (!text)
		return;
	if (config_edit_set(slice_make(text, size), path, 3, "\"id\"", &out, &n, &err))
		must(err.code == ERR_FORMAT && err.msg[0], "a reason");
	else
		must(n > size || (out && n), "a text");
	mem_free(out);
	mem_free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	run_json(data, size);
	run_config(data, size);
	run_edit(data, size);
	return 0;
}
