#!/usr/bin/python3
"""False alarms of the reference implementation where nothing changes, for `make bench-alarms` to print beside.

    /usr/bin/python3 tests/reference/make_quiet.py > tests/fixtures/quiet_reference.h

Numbers of rows as arguments: only these.

A month: a baseline (learn), then 30 days of 288 windows (run), C = 10,000 x 2016. 240 months a row by the rule as it
was published, the first 24 of them by the rule with `own`, too (see drift_rule.py). An alarm is one that has had none
in the hour before it. Laws as in make_delays.py; "nearly constant": 32 bins of which one has all rows but three in
100,000, and a baseline of 200 windows of 50 rows. numpy's PCG64 with seed 19480702 and the row's number. A quarter of
an hour of processor. Made with numpy 1.24.2 and scipy 1.10.1.
"""
import os
import sys
import time

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from drift_rule import learn, run
from make_delays import LOG_C, POSITIONS, REGIMES, windows

SEED, MONTHS, OWN_MONTHS, DAYS = 19480702, 240, 24, 30
NO_CHANGE = (0, 1, 0)
CONSTANT = "nearly constant, baseline of 10,000 rows, then 1,000 a window"
ROWS = ["days wander by 0.1 sd, 100 rows", "days wander by 0.1 sd, 1,000 rows", "AR(0.9) of 0.05 sd, 100,000 rows",
        CONSTANT]


def constant_windows(rng):
    shares = np.zeros(32)
    shares[16], shares[14], shares[15], shares[17] = 1 - 3e-5, 1e-5, 1e-5, 1e-5
    return rng.multinomial(50, shares, 200), rng.multinomial(1000, shares, DAYS * 288)


def month(rng, name):
    """Baseline, 30 days, and the lengths of blocks that the baseline has."""
    if name == CONSTANT:
        return *constant_windows(rng), (1, 4, 16)
    regime = REGIMES[name]
    wave = rng.normal(0, regime[2]) if regime[3] else 0
    base, wave = windows(rng, regime, 14, NO_CHANGE, wave)
    return base, windows(rng, regime, DAYS, NO_CHANGE, wave)[0], (1, 4, 16, 64, 288)


def alarms(states):
    at = np.flatnonzero(states)
    return int(len(at) > 0) + int((np.diff(at) > 12).sum())


def main():
    print("/* Made by tests/reference/make_quiet.py with seed %d; not to be edited. */" % SEED)
    print("#ifndef TESTS_FIXTURES_QUIET_REFERENCE_H\n#define TESTS_FIXTURES_QUIET_REFERENCE_H\n")
    print("/* plain: alarms in so many months of the rule without `own`, which fell into bad of them; own: with it. */")
    print("static const struct {\n\tconst char *regime;\n\tunsigned months, plain, bad, own_months, own;\n"
          "} ref_quiet[] = {")
    for i, name in enumerate(ROWS):
        if len(sys.argv) > 1 and str(i) not in sys.argv[1:]:
            continue
        rng = np.random.default_rng([SEED, i])
        began = time.time()
        plain, own = [], []
        for m in range(MONTHS):
            base, after, blocks = month(rng, name)
            plain.append(alarms(run(learn(base, POSITIONS, blocks), after, LOG_C)[0]))
            if m < OWN_MONTHS:
                own.append(alarms(run(learn(base, POSITIONS, blocks, own=True), after, LOG_C)[0]))
        print('\t{"%s", %d, %d, %d, %d, %d},' % (name, MONTHS, sum(plain), sum(x > 0 for x in plain), OWN_MONTHS,
                                                sum(own)), flush=True)
        print("%s: %.0f s" % (name, time.time() - began), file=sys.stderr)
    print("};\n\n#endif")


if __name__ == "__main__":
    main()
