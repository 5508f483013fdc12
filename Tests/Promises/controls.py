#!/usr/bin/env python3
"""Shows that the proofs notice broken promises: each weakness of a weakened jobd must be found by the fitting test.

controls.py PROGRAMS WEAKENED [WEAKNESS…]: WEAKENED is the folder with a jobd that was built with -DWEAKENED, PROGRAMS
the one with the programs that ship, which must know nothing of weaknesses. A test that passes all the same, or fails
for another reason than it should, is no proof.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
VARIABLE = "JOBD_WEAKNESS"
PATIENCE = 90  # Seconds for one test.
AT_ONCE = 2

# --- The tests: each takes the folder with jobd after these words, and fails where a promise is broken.

KILLS = ([f"{HERE}/kill_rounds.py"], ["25"])
POWER = ([f"{HERE.parent}/PowerLoss/power_loss.py"], ["600", "1", "0"])
STORAGE = ([f"{HERE}/storage_errors.py"], ["1", "7"])

# What is weakened, the test that is to notice, and a pattern of what it must say.
CONTROLS = [
    ("acknowledge-before-commit", KILLS, r"^I1: .* was acknowledged"),
    ("synchronous-normal", POWER, r"acknowledged, lost [1-9]\d*"),
    ("synchronous-off", POWER, r"acknowledged, lost [1-9]\d*|acknowledged, lost 0, corrupt [1-9]\d*"),
    ("no-fail-stop", STORAGE, r"was asked for .* after the error, and acknowledged"),
    ("claim-after-spawn", KILLS, r"^I4: the attempts of .* began in the order"),
    ("no-sweep", KILLS, r"^I5: attempt .* began while a process of an earlier one was alive"),
    ("token-in-second-transaction", KILLS, r"^I3: .* became the jobs"),
]


def main(programs, weakened, *only):
    faults = [*shipped_is_whole(programs), *weakened_is_weak(weakened)]
    unknown = set(only) - {name for name, *_ in CONTROLS}
    if unknown:
        raise SystemExit(f"there are no controls for {', '.join(sorted(unknown))}")
    chosen = [control for control in CONTROLS if not only or control[0] in only]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for more in pool.map(lambda control: list(found(weakened, *control)), chosen):
            faults += more
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def found(weakened, name, test, expected):
    """Runs a test against a weakness; yields what is wrong with the test."""
    before, after = test
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jobd-controls-") as folder:
        log = pathlib.Path(folder, "log")
        with open(log, "w") as output:
            # What a weakened jobd leaves hanging has not passed either.
            run = subprocess.run(
                ["timeout", "--kill-after=5", str(PATIENCE), *before, weakened, *after],
                env={**os.environ, VARIABLE: name, "TMPDIR": folder}, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT)
        said = log.read_text(errors="replace")
    finding = re.search(expected, said, re.MULTILINE)
    shown = pathlib.Path(before[0]).name
    if run.returncode == 0 or not finding:
        yield f"{shown} did not find {name}; it ended with {run.returncode} and said:\n{said[-3000:]}"
    else:
        print(f"{name}: {shown} finds it in {time.monotonic() - start:.0f} s: {finding.group()}", flush=True)


def shipped_is_whole(programs):
    if VARIABLE.encode() in pathlib.Path(programs, "jobd").read_bytes():
        yield f"the jobd that ships knows {VARIABLE}"


def weakened_is_weak(weakened):
    if VARIABLE.encode() not in pathlib.Path(weakened, "jobd").read_bytes():
        yield f"the weakened jobd does not know {VARIABLE}: it is no weakened build"


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit("usage: controls.py PROGRAMS WEAKENED [WEAKNESS…]")
    sys.exit(main(*sys.argv[1:]))
