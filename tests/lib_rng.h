/* Random numbers for tests: a fixed seed gives the same ones everywhere. Source: Steele, Lea & Flood, OOPSLA 2014. */
#ifndef TESTS_LIB_RNG_H
#define TESTS_LIB_RNG_H

#include <math.h>
#include <stdint.h>

static inline uint64_t
rng_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* In (0,1): never an end. */
static inline double
rng_uniform(uint64_t *state)
{
	return ((double)(rng_next(state) >> 11) + 0.5) * 0x1p-53;
}

static inline uint64_t
rng_below(uint64_t *state, uint64_t n)
{
	return rng_next(state) % n;
}

static inline double
rng_normal(uint64_t *state)
{
	double radius = sqrt(-2 * log(rng_uniform(state)));

	return radius * cos(6.283185307179586 * rng_uniform(state));
}

#endif
