/*
 * How often a thing is tried. The normal build tries it `n` times: that is what its assertions say something by. Under
 * sanitizers the same test runs a second time, five times as slow, to see the same code touch memory: there `fewer` do,
 * where the rest would only be more of the same values on the same path. Never for what damages bytes or refuses
 * allocations at random, which is made for sanitizers; and each assertion holds for both numbers.
 */
#ifndef TESTS_LIB_OFTEN_H
#define TESTS_LIB_OFTEN_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OFTEN_SANITIZED
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define OFTEN_SANITIZED
#endif

#ifdef OFTEN_SANITIZED
#define OFTEN(n, fewer) (fewer)
#else
#define OFTEN(n, fewer) (n)
#endif

#endif
