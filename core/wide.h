/* 128-bit integers for sums that outgrow 64 bits: one place that says so to a pedantic compiler. */
#ifndef CORE_WIDE_H
#define CORE_WIDE_H

__extension__ typedef __int128 wide_int;
__extension__ typedef unsigned __int128 wide_uint;

#endif
