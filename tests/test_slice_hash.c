#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/slice.h"
#include "core/wide.h"
#include "tests/lib_rng.h"

static uint64_t
fold(uint64_t a, uint64_t b)
{
	wide_uint wide = (wide_uint)a * b;

	return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

/* The definition, byte by byte: baselines on disk hold these hashes, so they must never change. */
static uint64_t
hash_by_bytes(const unsigned char *p, size_t n)
{
	uint64_t h = UINT64_C(0x6a09e667f3bcc908) ^ n, word = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		word |= (uint64_t)p[i] << (i % 8 * 8);
		if (i % 8 == 7) {
			h = fold(h ^ word, UINT64_C(0xbb67ae8584caa73b));
			word = 0;
		}
	}
	h = fold(h ^ word, UINT64_C(0x3c6ef372fe94f82b));
	return h ^ h >> 32;
}

static void
the_hash_is_what_its_definition_says_for_every_length_and_alignment(void **state)
{
	uint64_t seed = 6;
	size_t n, at, i;

	(void)state;
	for (n = 0; n <= 70; n++)
		for (at = 0; at < 8; at++) {
			/* Exactly as large as needed: a sanitizer sees one byte read too much. */
			unsigned char *bytes = malloc(at + n + 1);

			assert_non_null(bytes);
			for (i = 0; i < at + n; i++)
				bytes[i] = (unsigned char)rng_next(&seed);
			bytes = realloc(bytes, at + n ? at + n : 1);
			assert_non_null(bytes);
			assert_true(slice_hash(slice_make((char *)bytes + at, n)) == hash_by_bytes(bytes + at, n));
			free(bytes);
		}
	assert_true(slice_hash(slice_make(NULL, 0)) == hash_by_bytes(NULL, 0));
}

static void
texts_with_the_same_bytes_in_another_place_or_number_differ(void **state)
{
	static const char zeros[24];
	size_t n;

	(void)state;
	for (n = 1; n <= 24; n++)
		assert_true(slice_hash(slice_make(zeros, n)) != slice_hash(slice_make(zeros, n - 1)));
	assert_true(slice_hash(slice_of("ab")) != slice_hash(slice_of("ba")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_what_its_definition_says_for_every_length_and_alignment),
		cmocka_unit_test(texts_with_the_same_bytes_in_another_place_or_number_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
