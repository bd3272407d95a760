#include "core/frole.h"

#include <math.h>
#include <string.h>

#include "core/mem.h"

#define DAY_MS	       INT64_C(86400000)
#define YEARS20_MS     631152000000.0
#define EPOCH_FIRST_MS 1e11 /* 1973: below that a small number would pass for a time */
#define HASH_SLOTS     2048
#define LONG_BYTES     32
#define CYCLE_VALUES   5

enum { HOUR, WEEKDAY, DAY, MONTH };
static const unsigned cycle_length[FROLE_CYCLES] = {24, 7, 31, 12};

void
frole_init(struct frole *f, int64_t utc_offset_ms)
{
	memset(f, 0, sizeof(*f));
	f->utc_offset_ms = utc_offset_ms;
}

void
frole_release(struct frole *f)
{
	mem_free(f->hashes);
	frole_init(f, f->utc_offset_ms);
}

/*
 * Day and month of a day counted from 1970-01-01, in the Gregorian calendar. Years are taken to begin in March, so that
 * the leap day is the last of its year; from then on months have a regular pattern of 153 days in five.
 */
static void
day_and_month(int64_t days, unsigned *day, unsigned *month)
{
	int64_t from_march = days + 719468; /* since 0000-03-01 */
	int64_t era = (from_march >= 0 ? from_march : from_march - 146096) / 146097;
	int64_t in_era = from_march - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t m = (5 * in_year + 2) / 153;

	*day = (unsigned)(in_year - (153 * m + 2) / 5);
	*month = (unsigned)(m < 10 ? m + 2 : m - 10);
}

/* Each of the four quantities, counted from 0. */
static void
calendar_of(int64_t ms, unsigned *out)
{
	int64_t days = ms / DAY_MS - (ms % DAY_MS < 0);
	int64_t in_day = ms - days * DAY_MS;

	out[HOUR] = (unsigned)(in_day / (DAY_MS / 24));
	out[WEEKDAY] = (unsigned)(((days + 4) % 7 + 7) % 7);
	day_and_month(days, &out[DAY], &out[MONTH]);
}

static void
add_calendar(struct frole *f, unsigned x, int64_t ts_ms)
{
	unsigned at[FROLE_CYCLES];
	unsigned c;

	calendar_of(ts_ms + f->utc_offset_ms, at);
	for (c = 0; c < FROLE_CYCLES; c++) {
		unsigned length = cycle_length[c];

		f->cycle_seen[c] |= UINT32_C(1) << at[c];
		if (x <= length)
			f->offsets[c][(x + length - at[c]) % length]++;
	}
}

static void
add_epochs(struct frole *f, double x, int64_t ts_ms)
{
	static const double per_ms[4] = {1e-3, 1, 1e3, 1e6};
	size_t i;

	for (i = 0; i < 4; i++) {
		double ms = x / per_ms[i];

		f->epochs[i] += ms >= EPOCH_FIRST_MS && fabs(ms - (double)ts_ms) <= YEARS20_MS;
	}
}

static void
add_class(struct frole *f, double x)
{
	size_t i;

	if (f->fractions || f->nclasses > FROLE_PREDICTION_CLASSES)
		return;
	for (i = 0; i < f->nclasses; i++) {
		if (f->classes[i] == x)
			return;
	}
	f->classes[f->nclasses++] = x;
}

static void
add_number(struct frole *f, double x, int64_t ts_ms)
{
	bool whole = x == floor(x);

	if (f->numbers > 0)
		f->rises += x > f->last;
	f->last = x;
	f->numbers++;
	f->fractions += !whole;
	add_epochs(f, x, ts_ms);
	if (!whole)
		return;
	add_class(f, x);
	if (x >= 0 && x <= 31) {
		f->whole_small++;
		add_calendar(f, (unsigned)x, ts_ms);
	}
}

static int
add_distinct(struct frole *f, struct slice text, struct err *err)
{
	uint64_t hash = slice_hash(text);
	size_t at;

	if (f->hashed >= FROLE_ID_ROWS)
		return 0;
	if (!f->hashes) {
		f->hashes = mem_calloc(HASH_SLOTS, sizeof(*f->hashes));
		if (!f->hashes)
			return err_nomem(err);
	}
	hash += hash == 0;
	for (at = hash % HASH_SLOTS; f->hashes[at] && f->hashes[at] != hash; at = (at + 1) % HASH_SLOTS)
		;
	f->distinct += f->hashes[at] == 0;
	f->hashes[at] = hash;
	if (++f->hashed == FROLE_ID_ROWS) {
		mem_free(f->hashes);
		f->hashes = NULL;
	}
	return 0;
}

int
frole_add(struct frole *f, const struct value *v, int64_t ts_ms, struct err *err)
{
	switch (v->kind) {
	case VALUE_NUMBER:
		add_number(f, v->num, ts_ms);
		return 0;
	case VALUE_NONFINITE:
		f->nonfinite++;
		return 0;
	case VALUE_BOOL:
		f->bools++;
		return 0;
	case VALUE_TEXT:
		f->texts++;
		f->long_texts += v->text.n > LONG_BYTES && memchr(v->text.p, ' ', v->text.n) != NULL;
		return add_distinct(f, v->text, err);
	case VALUE_MISSING:
	case VALUE_NOT_SCALAR:
		break;
	}
	return 0;
}

uint64_t
frole_rows(const struct frole *f)
{
	return f->numbers + f->nonfinite + f->texts + f->bools;
}

enum feature_type
frole_type(const struct frole *f)
{
	if (f->numbers == 0 || 100 * (f->numbers + f->nonfinite) < 95 * frole_rows(f))
		return FEATURE_CATEGORICAL;
	return FEATURE_NUMERIC;
}

enum feature_type
frole_prediction_type(const struct frole *f)
{
	if (f->fractions == 0 && f->nclasses <= FROLE_PREDICTION_CLASSES)
		return FEATURE_CATEGORICAL;
	return frole_type(f);
}

static bool
nearly_all(uint64_t part, uint64_t whole)
{
	return 100 * part >= 99 * whole;
}

static bool
is_counter(const struct frole *f)
{
	size_t i;

	for (i = 0; i < 4; i++) {
		if (nearly_all(f->epochs[i], f->numbers))
			return true;
	}
	return nearly_all(f->rises, f->numbers - 1);
}

static unsigned
bits_set(uint32_t bits)
{
	unsigned n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

static bool
is_calendar(const struct frole *f)
{
	size_t c, i;

	for (c = 0; c < FROLE_CYCLES; c++) {
		if (bits_set(f->cycle_seen[c]) < CYCLE_VALUES)
			continue;
		for (i = 0; i < cycle_length[c]; i++) {
			if (nearly_all(f->offsets[c][i], f->numbers))
				return true;
		}
	}
	return false;
}

enum feature_role
frole_role(const struct frole *f)
{
	if (frole_rows(f) < FROLE_ROWS_MIN)
		return FROLE_VALUE;
	if (frole_type(f) == FEATURE_NUMERIC) {
		if (f->numbers < FROLE_ROWS_MIN)
			return FROLE_VALUE;
		return is_counter(f) ? FROLE_COUNTER : is_calendar(f) ? FROLE_CALENDAR : FROLE_VALUE;
	}
	/* A comment is hardly ever written twice: first whether it is prose, then whether it is a name. */
	if (2 * f->long_texts > frole_rows(f))
		return FROLE_TEXT;
	if (f->hashed >= FROLE_ID_ROWS && 10 * f->distinct > 9 * FROLE_ID_ROWS)
		return FROLE_ID;
	return FROLE_VALUE;
}
