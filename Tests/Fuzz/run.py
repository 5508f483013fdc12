#!/usr/bin/env python3
"""Fuzzes every decoder with libFuzzer and the address sanitizer.

run.py [SECONDS [TARGET...]]: builds, sees that a planted defect is found, and runs each target for so long, two at a
time, from the kept corpus. One line a target: executions, executions a second, edges covered, inputs in the corpus. An
input that breaks a target is kept, and the command to repeat it is shown. A target that hardly ran is no proof, and
fails as well.

FUZZ_SEED in the environment, if there, has each target go the same way again: so a change is judged by itself, and not by
what chance finds in what was there before.

run.py --keep SECONDS [TARGET...]: the same, and then the smallest part of what was found that covers as much becomes
the kept corpus.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import build

HERE = pathlib.Path(__file__).resolve().parent
FAILURES = build.OUT / "failures"
AT_ONCE = 2
MEGABYTES = 2048
SECONDS_PER_INPUT = 5
LONGEST_INPUT = 4096
FEWEST_EXECUTIONS = 5_000
# More than it takes to follow the coverage to the planted defect.
CONTROL_EXECUTIONS = 2_000_000
KEPT_INPUTS = 400


def main(arguments):
    keeps = arguments[:1] == ["--keep"]
    arguments = arguments[1:] if keeps else arguments
    seconds = int(arguments[0]) if arguments else 60
    targets = arguments[1:] or sorted(folder.name for folder in (HERE / "corpus").iterdir())
    start = time.monotonic()
    program = build.build()
    print(f"built in {time.monotonic() - start:.0f} s; {seconds} s for each of {len(targets)} targets", flush=True)
    FAILURES.mkdir(exist_ok=True)
    faults = control(program)
    with tempfile.TemporaryDirectory(prefix="jobd-fuzz-") as found, \
            concurrent.futures.ThreadPoolExecutor(AT_ONCE) as runners:
        for fault in runners.map(lambda target: fuzz(program, target, seconds, f"{found}/{target}"), targets):
            faults += fault
        if keeps and not faults:
            for target in targets:
                keep(program, target, f"{found}/{target}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def control(program):
    """A fuzzer that does not find the defect that was planted finds none."""
    start = time.monotonic()
    options = [f"-runs={CONTROL_EXECUTIONS}", "-seed=1", "-max_len=64", f"-dict={HERE}/dictionaries/json.dict"]
    done = run(program, "json", options, FUZZ_PLANTED="1")
    if "BROKEN: the planted defect" not in done.stderr:
        return ["this run is no proof: the planted defect was not found"]
    print(f"the planted defect was found after {time.monotonic() - start:.1f} s", flush=True)
    for line in done.stderr.splitlines():
        if "Test unit written to" in line:
            pathlib.Path(line.split()[-1]).unlink()
    return []


def fuzz(program, target, seconds, found):
    """Returns what was wrong, in words."""
    os.mkdir(found)
    kept = HERE / "corpus" / target
    dictionary = HERE / "dictionaries" / f"{target}.dict"
    options = [f"-max_total_time={seconds}", "-print_final_stats=1", "-reload=0"]
    if seed := os.environ.get("FUZZ_SEED"):
        options.append(f"-seed={seed}")
    if dictionary.exists():
        options.append(f"-dict={dictionary}")
    done = run(program, target, [*options, found, str(kept)])
    executions = number(r"stat::number_of_executed_units: +(\d+)", done.stderr)
    covered = number(r"cov: (\d+)", done.stderr)
    inputs = number(r"corp: (\d+)", done.stderr)
    print(f"{target:14} {executions:10} executions {executions // max(1, seconds):7}/s {covered:6} edges "
          f"{inputs:5} inputs, {len(list(kept.iterdir()))} of them kept", flush=True)
    if done.returncode:
        said = re.findall(r"^(?:BROKEN|Fatal error|.*ERROR|.*Assertion|SUMMARY).*$", done.stderr, re.MULTILINE)
        written = re.findall(r"Test unit written to (\S+)", done.stderr) or ["an input"]
        return [f"{target}: " + "; ".join(said)[:2000],
                f"    FUZZ_TARGET={target} SWIFT_BACKTRACE=enable=no {program} {written[-1]}"]
    if executions < FEWEST_EXECUTIONS:
        return [f"{target}: this run is no proof: only {executions} executions"]
    return []


def keep(program, target, found):
    """The smallest inputs that cover all edges that those found and those kept cover."""
    kept = HERE / "corpus" / target
    merged = pathlib.Path(f"{found}-merged")
    merged.mkdir()
    done = run(program, target, ["-merge=1", "-use_counters=0", str(merged), str(kept), found])
    if done.returncode:
        raise SystemExit(f"{target}: the corpus could not be merged: {done.stderr[-1000:]}")
    inputs = sorted(merged.iterdir(), key=lambda file: (file.stat().st_size, file.name))[:KEPT_INPUTS]
    for file in kept.iterdir():
        if not file.name.startswith("seed-"):
            file.unlink()
    for file in inputs:
        shutil.copy(file, kept / file.name[:16])


def run(program, target, options, **environment):
    limits = [f"-rss_limit_mb={MEGABYTES}", f"-timeout={SECONDS_PER_INPUT}", f"-artifact_prefix={FAILURES}/{target}-"]
    if not any(option.startswith("-max_len") for option in options):
        limits.append(f"-max_len={LONGEST_INPUT}")
    # Swift's own backtraces would take minutes; what is freed need not be kept for long.
    variables = {**os.environ, "FUZZ_TARGET": target, "SWIFT_BACKTRACE": "enable=no",
                 "ASAN_OPTIONS": "quarantine_size_mb=16", **environment}
    return subprocess.run([program, *limits, *options], env=variables, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")


def number(pattern, text):
    """The last one."""
    return int((re.findall(pattern, text) or ["0"])[-1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
