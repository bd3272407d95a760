#include "collectors/json_file.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collectors/json_doc.h"
#include "collectors/json_frozen.h"
#include "core/mem.h"

#define HEAD_BYTES 4096
#define EACH(m, array) for (m = json_doc_first(array); m; m = json_doc_next(m))

/* ---- values by their key ----------------------------------------------------------------------
 */

static int
bad(struct err *err, const char *key, const char *what)
{
	return err_set(err, ERR_FORMAT, "'%s' %s", key, what);
}

static int
count_read(const struct json_node *o, const char *key, uint64_t *out, struct err *err)
{
	const struct json_node *m = json_doc_member(o, key);

	if (!m)
		return bad(err, key, "is missing");
	if (!json_doc_is_whole(m))
		return bad(err, key, "is not a whole number from 0 to 2^53");
	*out = (uint64_t)json_doc_number(m);
	return 0;
}

static int
double_read(const struct json_node *o, const char *key, double *out, struct err *err)
{
	const struct json_node *m = json_doc_member(o, key);

	if (!m || json_doc_kind(m) != JSON_DOC_NUMBER || !isfinite(json_doc_number(m)))
		return bad(err, key, m ? "is not a finite number" : "is missing");
	*out = json_doc_number(m);
	return 0;
}

static int
time_read(const struct json_node *o, const char *key, int64_t *out, struct err *err)
{
	double v = 0;
	int rc = double_read(o, key, &v, err);

	if (!rc && !(fabs(v) <= JSON_DOC_WHOLE_MAX && v == floor(v)))
		rc = bad(err, key, "is not a time in milliseconds");
	if (!rc)
		*out = (int64_t)v;
	return rc;
}

static int
bool_read(const struct json_node *o, const char *key, bool *out, struct err *err)
{
	const struct json_node *m = json_doc_member(o, key);

	if (m && json_doc_kind(m) != JSON_DOC_BOOL)
		return bad(err, key, "is neither true nor false");
	*out = json_doc_bool(m);
	return 0;
}

/* *out is the caller's to free. Absent is NULL, an error if `needed`. */
static int
text_read(const struct json_node *o, const char *key, bool needed, char **out, struct err *err)
{
	const struct json_node *m = json_doc_member(o, key);

	if (!m)
		return needed ? bad(err, key, "is missing") : 0;
	if (!json_doc_text(m))
		return bad(err, key, "is not a text");
	if (strlen(json_doc_text(m)) > LIMIT_NAME_BYTES)
		return bad(err, key, "is longer than 256 bytes");
	*out = mem_dup(json_doc_text(m), strlen(json_doc_text(m)));
	return *out ? 0 : err_nomem(err);
}

/* One of `names`. */
static int
word_read(const struct json_node *o, const char *key, const char *const *names, size_t n, unsigned *out,
    struct err *err)
{
	const struct json_node *m = json_doc_member(o, key);
	size_t i;

	for (i = 0; m && json_doc_text(m) && i < n; i++)
		if (strcmp(json_doc_text(m), names[i]) == 0) {
			*out = (unsigned)i;
			return 0;
		}
	return bad(err, key, m ? "is none of the words it can be" : "is missing");
}

/* An array of min to max elements. */
static int
array_find(const struct json_node *o, const char *key, size_t min, size_t max, const struct json_node **out, size_t *n,
    struct err *err)
{
	const struct json_node *m = json_doc_member(o, key);

	if (!m || json_doc_kind(m) != JSON_DOC_ARRAY)
		return bad(err, key, m ? "is not an array" : "is missing");
	*n = json_doc_count(m);
	if (*n < min || *n > max)
		return err_set(err, ERR_FORMAT, "'%s' has %zu elements, must have %zu to %zu", key,
		    *n, min, max);
	*out = m;
	return 0;
}

/* Exactly n numbers; null is NaN where `nullable`. */
static int
doubles_read(const struct json_node *o, const char *key, double *out, size_t n, bool nullable, struct err *err)
{
	const struct json_node *array, *m;
	size_t i = 0;
	int rc = array_find(o, key, n, n, &array, &n, err);

	if (rc)
		return rc;
	EACH(m, array) {
		if (json_doc_kind(m) != JSON_DOC_NUMBER && !(nullable && json_doc_kind(m) == JSON_DOC_NULL))
			return bad(err, key, "holds something that is no number");
		out[i++] = json_doc_kind(m) == JSON_DOC_NULL ? NAN : json_doc_number(m);
	}
	return 0;
}

/* [[bucket, count], ...], each given to `put`. */
static int
pairs_read(const struct json_node *o, const char *key, size_t buckets,
    int (*put)(void *ctx, int bucket, uint64_t count, struct err *err), void *ctx, struct err *err)
{
	const struct json_node *array, *m;
	size_t n;
	int rc = array_find(o, key, 0, buckets, &array, &n, err);

	if (rc)
		return rc;
	EACH(m, array) {
		const struct json_node *bucket = json_doc_first(m);
		const struct json_node *count = bucket ? json_doc_next(bucket) : NULL;

		if (!bucket || !count || !json_doc_is_whole(bucket) || !json_doc_is_whole(count) ||
		    json_doc_number(bucket) >= (double)buckets)
			return bad(err, key, "holds something that is no bucket with its count");
		rc = put(ctx, (int)json_doc_number(bucket), (uint64_t)json_doc_number(count), err);
		if (rc)
			return rc;
	}
	return 0;
}

/* ---- features ---------------------------------------------------------------------------------
 */

static int
counts_read(const struct json_node *o, struct baseline_feature *f, struct err *err)
{
	const struct json_node *array, *m;
	size_t max = NUMBINS_MAX > TOPVALS_CELLS ? NUMBINS_MAX : TOPVALS_CELLS, i = 0;
	int rc = array_find(o, "counts", 1, max, &array, &f->ncells, err);

	if (rc)
		return rc;
	f->counts = mem_calloc(f->ncells, sizeof(*f->counts));
	if (!f->counts)
		return err_nomem(err);
	EACH(m, array) {
		if (!json_doc_is_whole(m))
			return bad(err, "counts", "holds something that is no count");
		f->counts[i++] = (uint64_t)json_doc_number(m);
	}
	return 0;
}

static int
histogram_put(void *ctx, int bucket, uint64_t count, struct err *err)
{
	return loghist_put(ctx, bucket, count, err);
}

static int
edges_read(const struct json_node *o, struct numbins *b, struct err *err)
{
	const struct json_node *array, *m;
	size_t n, i = 0;
	int rc = array_find(o, "edges", 1, NUMBINS_EDGES_MAX, &array, &n, err);

	if (!rc)
		rc = doubles_read(o, "edges", b->edges, n, false, err);
	if (rc)
		return rc;
	b->nedges = (uint8_t)n;
	rc = array_find(o, "psi_of", n + 1, n + 1, &array, &n, err);
	if (rc)
		return rc;
	EACH(m, array) {
		if (!json_doc_is_whole(m) || json_doc_number(m) >= NUMBINS_PSI_MAX)
			return bad(err, "psi_of", "holds something that is no bin of PSI");
		b->psi_of[i++] = (uint8_t)json_doc_number(m);
	}
	b->npsi = (uint8_t)(b->psi_of[n - 1] + 1);
	return 0;
}

static int
numeric_read(const struct json_node *o, struct baseline_feature *f, struct err *err)
{
	struct numbins *b = &f->bins;
	struct err why = {0};
	int rc;

	f->means = mem_calloc(f->ncells, sizeof(*f->means));
	if (!f->means)
		return err_nomem(err);
	loghist_init(&f->hist, 0, 1);
	if (!f->count)
		return 0;
	if ((rc = double_read(o, "min", &b->min, err)) ||
	    (rc = double_read(o, "max", &b->max, err)) ||
	    (rc = double_read(o, "mean", &b->mean, err)) ||
	    (rc = double_read(o, "median", &b->median, err)) ||
	    (rc = double_read(o, "sd", &b->sd, err)) ||
	    (rc = bool_read(o, "single", &b->single, err)) || (rc = edges_read(o, b, err)) ||
	    (rc = doubles_read(o, "means", f->means, f->ncells, true, err)))
		return rc;
	/* The histogram needs the scale, which the check derives. */
	if (numbins_check(b, &why))
		return err_set(err, ERR_FORMAT, "%s", why.msg);
	loghist_init(&f->hist, b->median, b->scale);
	rc = pairs_read(o, "histogram", LOGHIST_BUCKETS, histogram_put, &f->hist, err);
	if (!rc && f->hist.n != f->count)
		rc = bad(err, "histogram", "does not hold as many values as 'count' says");
	return rc;
}

/* 16 hexadecimal digits. */
static bool
hash_parse(const struct json_node *m, uint64_t *out)
{
	const char *p;
	uint64_t v = 0;

	if (!json_doc_text(m) || strlen(json_doc_text(m)) != 16)
		return false;
	for (p = json_doc_text(m); *p; p++) {
		const char *digit = strchr("0123456789abcdef", *p);

		if (!digit)
			return false;
		v = v << 4 | (uint64_t)(digit - "0123456789abcdef");
	}
	*out = v;
	return true;
}

static int
known_read(const struct json_node *o, struct topvals_parts *parts, uint64_t **out, struct err *err)
{
	const struct json_node *array, *m;
	size_t n, i = 0;
	int rc = array_find(o, "known", 0, LIMIT_KNOWN_VALUES, &array, &n, err);

	if (rc)
		return rc;
	*out = mem_calloc(n, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	EACH(m, array) {
		if (!hash_parse(m, &(*out)[i++]))
			return bad(err, "known", "holds something that is no hash");
	}
	parts->known = *out;
	parts->nknown = n;
	return 0;
}

static int
categorical_read(const struct json_node *o, struct baseline_feature *f, struct err *err)
{
	struct topvals_parts parts = {
	    .distinct = f->distinct, .once = f->singles, .rows = f->count, .counts = f->counts};
	struct slice values[LIMIT_TOP_VALUES];
	uint64_t *known = NULL;
	const struct json_node *array, *m;
	struct err why = {0};
	size_t i = 0;
	int rc;

	if ((rc = array_find(o, "values", 0, LIMIT_TOP_VALUES, &array, &parts.k, err)) ||
	    (rc = bool_read(o, "open", &parts.open, err)))
		return rc;
	if (f->ncells != parts.k + 2)
		return bad(err, "counts", "must have one a value, then other and unseen");
	EACH(m, array) {
		if (!json_doc_text(m))
			return bad(err, "values", "holds something that is no text");
		values[i++] = slice_of(json_doc_text(m));
	}
	parts.values = values;
	rc = known_read(o, &parts, &known, err);
	if (!rc && topvals_init(&f->values, &parts, &why))
		rc = err_set(err, why.code == ERR_NOMEM ? ERR_NOMEM : ERR_FORMAT, "%s", why.msg);
	mem_free(known);
	return rc;
}

static int
feature_fill(const struct json_node *o, struct baseline_feature *f, struct err *err)
{
	unsigned type = 0, role = 0;
	size_t i;
	int rc;

	for (i = 0; i < BASELINE_WINDOWS; i++)
		f->window_psi[i] = NAN;
	if (json_doc_kind(o) != JSON_DOC_OBJECT)
		return err_set(err, ERR_FORMAT, "is not an object");
	if ((rc = text_read(o, "name", true, &f->name, err)) ||
	    (rc = word_read(o, "type", feature_type_names, 2, &type, err)) ||
	    (rc = word_read(o, "role", feature_role_names, FROLE_COUNT, &role, err)) ||
	    (rc = count_read(o, "rows", &f->rows, err)) ||
	    (rc = count_read(o, "count", &f->count, err)) ||
	    (rc = count_read(o, "nonfinite", &f->nonfinite, err)) ||
	    (rc = count_read(o, "distinct", &f->distinct, err)) ||
	    (rc = count_read(o, "singles", &f->singles, err)) || (rc = counts_read(o, f, err)))
		return rc;
	if (json_doc_member(o, "window_psi") &&
	    (rc = doubles_read(o, "window_psi", f->window_psi, BASELINE_WINDOWS, true, err)))
		return rc;
	f->type = (enum feature_type)type;
	f->role = (enum feature_role)role;
	rc = f->type == FEATURE_NUMERIC ? numeric_read(o, f, err) : categorical_read(o, f, err);
	if (!rc)
		rc = json_frozen_read(o, f, err);
	if (rc || !json_doc_member(o, "score_means"))
		return rc;
	f->score_means = mem_calloc(f->ncells, sizeof(*f->score_means));
	if (!f->score_means)
		return err_nomem(err);
	return doubles_read(o, "score_means", f->score_means, f->ncells, true, err);
}

static int
features_read(const struct json_node *o, const char *key, bool output, struct baseline *b, struct err *err)
{
	const struct json_node *array, *m;
	size_t n, first = b->nfeatures;
	int rc = array_find(o, key, 0, LIMIT_FEATURES, &array, &n, err);
	struct baseline_feature *grown;

	if (rc)
		return rc;
	grown = mem_realloc_array(b->features, first + n, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	b->features = grown;
	memset(grown + first, 0, n * sizeof(*grown));
	EACH(m, array) {
		struct baseline_feature *f = &b->features[b->nfeatures];

		/* Counted before it is filled: what it holds by then is freed with the baseline. */
		b->nfeatures++;
		f->output = output;
		rc = feature_fill(m, f, err);
		if (rc == ERR_NOMEM)
			return rc;
		if (rc)
			return err_wrap(err, "%s[%zu] '%s'", key, b->nfeatures - 1 - first,
			    f->name ? f->name : "");
	}
	return 0;
}

/* ---- models -----------------------------------------------------------------------------------
 */

static int
latency_put(void *ctx, int bucket, uint64_t count, struct err *err)
{
	struct baseline *b = ctx;

	(void)err;
	b->latency[bucket] += count;
	b->latencies += count;
	return 0;
}

static int
word_put(struct quality_book *b, const struct json_node *pair, struct err *err)
{
	const struct json_node *index = json_doc_first(pair), *word = index ? json_doc_next(index) : NULL;
	const char *hex = json_doc_text(word);

	if (json_doc_is_whole(index) && hex && strlen(hex) <= 16 && strspn(hex, "0123456789abcdef") == strlen(hex) &&
	    *hex && quality_book_set(b, (size_t)json_doc_number(index), strtoull(hex, NULL, 16)))
		return 0;
	return bad(err, "quality.words", "holds something that is no index with a word");
}

static int
quality_fill(const struct json_node *o, struct quality_book *b, struct err *err)
{
	const struct json_node *classes, *words, *m;
	uint64_t width = 0;
	size_t n;
	int rc;

	if ((rc = array_find(o, "classes", 0, LIMIT_CLASSES, &classes, &n, err)) ||
	    (rc = count_read(o, "width", &width, err)) ||
	    (rc = array_find(o, "words", 0, SIZE_MAX, &words, &n, err)))
		return rc;
	if (!width || width > LIMIT_CLASSES)
		return bad(err, "width", "is not from 1 to 64");
	EACH(m, classes) {
		if (!json_doc_text(m))
			return bad(err, "classes", "holds something that is no text");
		if (names_add(&b->classes.names, slice_of(json_doc_text(m)), &n, err))
			return ERR_NOMEM;
	}
	rc = quality_fit(&b->sums, (unsigned)width, err);
	for (m = json_doc_first(words); m && !rc; m = json_doc_next(m))
		rc = word_put(b, m, err);
	if (!rc && b->sums.classes != width)
		rc = bad(err, "width", "is none that a baseline has");
	return rc;
}

/* Files of before there were labels have none. */
static int
quality_read(const struct json_node *o, struct quality_book **out, struct err *err)
{
	const struct json_node *m = json_doc_member(o, "quality");
	int rc;

	if (!m)
		return 0;
	if (json_doc_kind(m) != JSON_DOC_OBJECT)
		return bad(err, "quality", "is not an object");
	rc = quality_book_new(out, err);
	return rc ? rc : quality_fill(m, *out, err);
}

static int
model_fill(const struct json_node *o, struct baseline *b, struct err *err)
{
	int rc;

	if (json_doc_kind(o) != JSON_DOC_OBJECT)
		return err_set(err, ERR_FORMAT, "is not an object");
	b->kind = BASELINE_FILE;
	b->latency = mem_calloc(LATENCY_BUCKETS, sizeof(*b->latency));
	if (!b->latency)
		return err_nomem(err);
	if ((rc = text_read(o, "model", true, &b->model, err)) ||
	    (rc = text_read(o, "name", true, &b->name, err)) ||
	    (rc = text_read(o, "positive", false, &b->positive, err)) ||
	    (rc = count_read(o, "events", &b->events, err)) ||
	    (rc = count_read(o, "errors", &b->errors, err)) ||
	    (rc = count_read(o, "client_errors", &b->client_errors, err)) ||
	    (rc = time_read(o, "from_ms", &b->from_ms, err)) ||
	    (rc = time_read(o, "to_ms", &b->to_ms, err)) ||
	    (rc = bool_read(o, "score_is_confidence", &b->score_is_confidence, err)) ||
	    (rc = pairs_read(o, "latency", LATENCY_BUCKETS, latency_put, b, err)) ||
	    (rc = quality_read(o, &b->quality, err)) ||
	    (rc = features_read(o, "inputs", false, b, err)) ||
	    (rc = features_read(o, "outputs", true, b, err)))
		return rc;
	if (b->to_ms < b->from_ms)
		return bad(err, "to_ms", "is before 'from_ms'");
	return baseline_finish(b, err);
}

static int
model_read(const struct json_node *o, size_t index, struct baseline **out, struct err *err)
{
	struct baseline *b = mem_calloc(1, sizeof(*b));
	int rc;

	if (!b)
		return err_nomem(err);
	rc = model_fill(o, b, err);
	if (rc && rc != ERR_NOMEM)
		err_wrap(err, "models[%zu] '%s'", index, b->model ? b->model : "");
	if (rc)
		baseline_free(b);
	else
		*out = b;
	return rc;
}

static int
format_check(const struct json_node *root, struct err *err)
{
	const struct json_node *head = json_doc_member(root, "drifttop_baseline");
	uint64_t format = 0;
	int rc;

	if (!head)
		return err_set(err, ERR_FORMAT,
		    "this is no baseline: 'drifttop_baseline' is missing; "
		    "'drifttop baseline SOURCE -o FILE' makes one");
	rc = count_read(head, "format", &format, err);
	if (rc)
		return err_set(err, ERR_FORMAT, "'drifttop_baseline' has no 'format' that is a whole number; "
						"make the file anew with 'drifttop baseline SOURCE -o FILE'");
	if (format != BASELINE_FORMAT)
		rc = err_set(err, ERR_UNSUPPORTED,
		    "format %llu, this program reads format %d: %s; make it anew with 'drifttop baseline'",
		    (unsigned long long)format, BASELINE_FORMAT,
		    format > BASELINE_FORMAT ? "a newer drifttop wrote it" : "there is no such format");
	return rc;
}

static int
models_read(const struct json_node *root, struct baseline ***out, size_t *n, struct err *err)
{
	const struct json_node *array, *m;
	struct baseline **list;
	size_t count, i = 0;
	int rc = format_check(root, err);

	if (!rc)
		rc = array_find(root, "models", 1, LIMIT_MODELS, &array, &count, err);
	if (rc)
		return rc;
	list = mem_calloc(count, sizeof(struct baseline *));
	if (!list)
		return err_nomem(err);
	EACH(m, array) {
		rc = model_read(m, i, &list[i], err);
		if (rc)
			break;
		i++;
	}
	*out = list;
	*n = i;
	return rc;
}

int
json_file_baselines(struct slice text, json_file_take_fn *take, void *ctx, struct err *err)
{
	struct baseline **list = NULL;
	struct json_doc *doc = NULL;
	size_t n = 0, i;
	int rc = json_doc_parse(&doc, text, err);

	if (!rc)
		rc = models_read(json_doc_root(doc), &list, &n, err);
	json_doc_free(doc);
	for (i = 0; i < n; i++) {
		if (!rc)
			rc = take(ctx, list[i], err);
		else
			baseline_free(list[i]);
	}
	mem_free(list);
	return rc;
}

/* ---- files ------------------------------------------------------------------------------------
 */

static struct slice
blanks_skip(struct slice s, const char *blanks)
{
	while (s.n && *s.p && strchr(blanks, *s.p))
		s = slice_make(s.p + 1, s.n - 1);
	return s;
}

/* Whether the text begins with these pieces, whatever white space is between them. */
static bool
pieces_begin(struct slice s, const char *const *pieces)
{
	for (; *pieces; pieces++) {
		size_t n = strlen(*pieces);

		s = blanks_skip(s, " \t\r\n");
		if (s.n < n || memcmp(s.p, *pieces, n) != 0)
			return false;
		s = slice_make(s.p + n, s.n - n);
	}
	return true;
}

/* Where the string that begins here ends: at its closing quote, or at the end of the text. */
static size_t
string_end(struct slice s, size_t at)
{
	for (at++; at < s.n && s.p[at] != '"'; at++)
		if (s.p[at] == '\\')
			at++;
	return at;
}

/* The members of the outermost object only: an event may say anything in its values. */
bool
json_file_is_baseline(struct slice head)
{
	static const char *const mark[] = {"\"drifttop_baseline\"", ":", NULL};
	static const char *const models[] = {"\"models\"", ":", "[", "{", "\"model\"", ":", NULL};
	size_t depth = 0, i;

	head = blanks_skip(head, " \t\r\n\xef\xbb\xbf");
	if (!head.n || *head.p != '{')
		return false;
	for (i = 0; i < head.n && i < HEAD_BYTES; i++) {
		struct slice rest = slice_make(head.p + i, head.n - i);

		if (*rest.p == '{' || *rest.p == '[')
			depth++;
		else if ((*rest.p == '}' || *rest.p == ']') && --depth == 0)
			return false;
		if (*rest.p != '"')
			continue;
		if (depth == 1 && (pieces_begin(rest, mark) || pieces_begin(rest, models)))
			return true;
		i = string_end(head, i);
	}
	return false;
}

/* The rest of the file behind the n bytes that *text holds; it grows. */
static int
rest_read(FILE *f, char **text, size_t *n, size_t *cap, struct err *err)
{
	size_t got;

	do {
		char *grown = mem_grow(*text, cap, *n + HEAD_BYTES, 1);

		if (!grown)
			return err_nomem(err);
		*text = grown;
		got = fread(*text + *n, 1, *cap - *n, f);
		*n += got;
		if (*n > JSON_FILE_BYTES_MAX)
			return err_set(
			    err, ERR_LIMIT, "is larger than %zu MiB", JSON_FILE_BYTES_MAX >> 20);
	} while (got > 0);
	return ferror(f) ? err_set(err, ERR_IO, "cannot be read: %s", strerror(errno)) : 0;
}

int
json_file_read_baselines(
    const char *path, bool *is, json_file_take_fn *take, void *ctx, struct err *err)
{
	struct stat st;
	char *text = NULL;
	size_t n = 0, cap = 0;
	FILE *f;
	int rc = 0;

	*is = false;
	/* Of a pipe nothing is to be read before it is known who reads it. */
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	f = fopen(path, "rb");
	if (!f)
		return 0;
	text = mem_grow(NULL, &cap, HEAD_BYTES, 1);
	if (text)
		n = fread(text, 1, HEAD_BYTES, f);
	else
		rc = err_nomem(err);
	*is = text && json_file_is_baseline(slice_make(text, n));
	if (*is) {
		rc = rest_read(f, &text, &n, &cap, err);
		if (!rc)
			rc = json_file_baselines(slice_make(text, n), take, ctx, err);
	}
	fclose(f);
	mem_free(text);
	return rc;
}
