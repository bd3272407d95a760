/*
 * Loops over bins on processors with wider registers: a function marked LANES is compiled again for those that add four
 * doubles at once, and for those that also turn integers into doubles so, and the program takes the best that the
 * machine can run when it is loaded. All do the same operations in the same order, so they give the same bits (no
 * contraction: see the Makefile). Where the compiler or the C library cannot choose so, and under the sanitizers, there
 * is one of each.
 */
#ifndef CORE_LANES_H
#define CORE_LANES_H

#include <stddef.h> /* says which C library this is */

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LANES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define LANES
#endif

#endif
