/* A row for each kind of value that the table of keys speaks of, in the table's words. */
#include "tui/config_schema.h"

#include <string.h>

#include "tui/columns.h"
#include "tui/keymap.h"

#define TEXT "\"type\": \"string\", \"minLength\": 1"
#define REF(name) "\"$ref\": \"#/$defs/" name "\""

static const struct shape {
	const char *value; /* as in struct config_key */
	const char *schema; /* what stands between the braces */
	const char *key; /* only of the key of this name; NULL: of all */
} shapes[] = {
    {"text", TEXT, NULL},
    {"pattern", TEXT, NULL},
    {"name, or full path", TEXT, NULL},
    {"path", TEXT, NULL},
    {"text, or array of texts", "\"anyOf\": [{" TEXT "}, {\"type\": \"array\", \"items\": {" TEXT "}}]", NULL},
    {"array of texts", "\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"string\"}", NULL},
    {"text or whole number", "\"anyOf\": [{" TEXT "}, {\"type\": \"integer\", \"minimum\": 0}]", NULL},
    {"true or false", "\"type\": \"boolean\"", NULL},
    {"number", "\"type\": \"number\", \"minimum\": 0", NULL},
    {"whole number", "\"type\": \"integer\", \"minimum\": 0", NULL},
    {"time", "\"anyOf\": [{\"type\": \"string\", \"pattern\": \"^[0-9]\"}, {\"const\": 0}]", NULL},
    {"expression, or null", "\"type\": [\"string\", \"null\"]", NULL},
    {"object", REF("drift"), "drift"},
    {"object", REF("record"), "record"},
    {"array of rules", "\"type\": \"array\", \"items\": {" REF("rule") ", \"required\": [\"name\"]}", NULL},
    {"array of actions", "\"type\": \"array\", \"items\": {" REF("action") ", \"required\": [\"command\"]}", NULL},
    {"object: pattern of model names to model", "\"type\": \"object\", \"additionalProperties\": {" REF("model") "}",
	NULL},
    {"object: pattern of names to feature",
	"\"type\": \"object\", \"additionalProperties\": {" REF("feature") "}", NULL},
    {"object: name to rule, or `off`",
	"\"type\": \"object\", \"additionalProperties\": {\"anyOf\": [{" REF("rule") "}, {\"const\": \"off\"}]}", NULL},
    {"object: name of an action to key, array of keys, or null", REF("keys"), NULL},
    {"object: name of a screen to array of columns", REF("columns"), NULL},
    {"object: pattern of model names to name of a group",
	"\"type\": \"object\", \"additionalProperties\": {" TEXT "}", NULL},
};

#define SHAPES (sizeof shapes / sizeof *shapes)

static const char *const objects[CONFIG_OBJECTS] = {
    [CONFIG_TOP] = NULL,
    [CONFIG_DRIFT] = "drift",
    [CONFIG_MODEL] = "model",
    [CONFIG_FEATURE] = "feature",
    [CONFIG_RULE] = "rule",
    [CONFIG_ACTION] = "action",
    [CONFIG_RECORD] = "record",
};

static const struct shape *
find_shape(const struct config_key *k)
{
	for (size_t i = 0; i < SHAPES; i++)
		if (strcmp(shapes[i].value, k->value) == 0 && (!shapes[i].key || strcmp(shapes[i].key, k->key) == 0))
			return &shapes[i];
	return NULL;
}

/* "`a` `b`": nothing but words between back quotes. */
static bool
is_words(const char *value)
{
	if (*value != '`')
		return false;
	while (*value == '`') {
		value += 1 + strcspn(value + 1, "`");
		value += *value == '`';
		value += *value == ' ';
	}
	return !*value;
}

static const char *
words_of(const struct config_key *k, bool *array)
{
	*array = strncmp(k->value, "array of `", 10) == 0;
	return *array ? k->value + 9 : k->value;
}

bool
config_schema_has(const struct config_key *k)
{
	bool array;

	return find_shape(k) || is_words(words_of(k, &array));
}

static void
put_words(FILE *to, const char *value)
{
	fputs("\"enum\": [", to);
	for (size_t n = 0; *value == '`'; n++) {
		size_t bytes = strcspn(value + 1, "`");

		fprintf(to, "%s\"%.*s\"", n ? ", " : "", (int)bytes, value + 1);
		value += 2 + bytes;
		value += *value == ' ';
	}
	fputc(']', to);
}

/* The back quotes are for people who read the table elsewhere. */
static void
put_about(FILE *to, const char *about)
{
	fputs("\"description\": \"", to);
	for (; *about; about++) {
		if (*about == '"' || *about == '\\')
			fputc('\\', to);
		if (*about != '`')
			fputc(*about, to);
	}
	fputc('"', to);
}

static void
put_property(FILE *to, const struct config_key *k, const char *indent)
{
	const struct shape *shape = find_shape(k);
	bool array;
	const char *words = words_of(k, &array);

	fprintf(to, "%s\"%s\": {", indent, k->key);
	put_about(to, k->about);
	fputs(", ", to);
	if (shape) {
		fputs(shape->schema, to);
	} else if (array) {
		fputs("\"type\": \"array\", \"items\": {", to);
		put_words(to, words);
		fputc('}', to);
	} else {
		put_words(to, words);
	}
	fputc('}', to);
}

static void
put_object(FILE *to, enum config_object object, const char *indent)
{
	size_t n = 0;
	char inner[16];

	snprintf(inner, sizeof inner, "%s  ", indent);
	fprintf(to, "%s\"type\": \"object\",\n%s\"additionalProperties\": false,\n%s\"properties\": {\n", indent,
	    indent, indent);
	for (size_t i = 0; i < config_key_count; i++) {
		if (config_keys[i].object != object)
			continue;
		fputs(n++ ? ",\n" : "", to);
		put_property(to, &config_keys[i], inner);
	}
	fprintf(to, "\n%s}", indent);
}

static void
put_keys(FILE *to)
{
	fputs("    \"keys\": {\n      \"type\": \"object\",\n      \"propertyNames\": {\"enum\": [", to);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		fprintf(to, "%s\"%s\"", i == ACTION_NONE + 1 ? "" : i % 6 ? ", " : ",\n        ", action_names[i]);
	fputs("]},\n      \"additionalProperties\": {\"anyOf\": [{" TEXT "}, {\"type\": \"array\", \"items\": {" TEXT
	      "}}, {\"type\": \"null\"}]}\n    }", to);
}

static void
put_columns(FILE *to)
{
	struct columns_tables all;

	columns_tables(&all);
	fputs("    \"columns\": {\n      \"type\": \"object\",\n      \"additionalProperties\": false,\n"
	      "      \"properties\": {", to);
	for (size_t i = 0; i < all.n; i++) {
		const struct config_table *t = &all.list[i];

		fprintf(to, "%s\n        \"%s\": {\"type\": \"array\", \"minItems\": 1, \"uniqueItems\": true, "
			    "\"items\": {\"enum\": [", i ? "," : "", t->screen);
		for (size_t k = 0; k < t->ncolumns; k++)
			fprintf(to, "%s\"%s\"", k ? ", " : "", t->columns[k]);
		fputs("]}}", to);
	}
	fputs("\n      }\n    }", to);
}

void
config_schema_write(FILE *to)
{
	fputs("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
	      "  \"title\": \"Configuration of drifttop\",\n", to);
	put_object(to, CONFIG_TOP, "  ");
	fputs(",\n  \"$defs\": {\n", to);
	for (int o = 0; o < CONFIG_OBJECTS; o++) {
		if (!objects[o])
			continue;
		fprintf(to, "    \"%s\": {\n", objects[o]);
		put_object(to, (enum config_object)o, "      ");
		fputs("\n    },\n", to);
	}
	put_keys(to);
	fputs(",\n", to);
	put_columns(to);
	fputs("\n  }\n}\n", to);
}
