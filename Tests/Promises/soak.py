#!/usr/bin/env python3
"""Runs all proofs for as long as told, and prints one page: what was met, what was lost, what was doubled.

soak.py PROGRAMS [SECONDS]: PROGRAMS is the folder with the programs, SECONDS an hour if absent. Each proof of STEPS
gets its share of the time. One that takes a time runs once; others are repeated with other seeds until their share is
used up, and run at least once. What a proof says is in a file of its own. Fails when one failed, or met nothing.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
TESTS = HERE.parent

# A proof: its name; the command, with {programs}, {seconds} (its share) and {seed}; its share; and for each figure on
# the page a pattern with one number, which is summed up over all that it says.
STEPS = [
    ("kill -9", [f"{HERE}/kill_rounds.py", "{programs}", "200", "{seed}"], 40, {
        "kills": r"(\d+) kills,", "kills of running jobs": r"(\d+) kills of running jobs",
        "kills during recovery": r"(\d+) kills during recovery", "jobs": r"(\d+) jobs;", "attempts": r"(\d+) attempts,",
        "repeats that found their job": r"(\d+) repeats", "lost": r"; lost (\d+)", "doubled": r", doubled (\d+)"}),
    ("upgrades", [f"{HERE}/upgrade_rounds.py", "{programs}", "100", "{seed}"], 10, {
        "upgrades": r"(\d+) upgrades,", "jobs": r"(\d+) jobs;", "attempts that went on": r"(\d+) attempts that went on",
        "lost": r"(\d+) attempts lost"}),
    ("power", [f"{TESTS}/PowerLoss/power_loss.py", "{programs}", "10000", "{seed}"], 20, {
        "states": r"^(\d+) states, ", "states of recoveries": r"(\d+) of recoveries", "lost": r"acknowledged, lost (\d+)",
        "corrupt": r"acknowledged, lost \d+, corrupt (\d+)"}),
    ("full disk", [f"{HERE}/full_disk.py", "{programs}", "1"], 5, {
        "outcomes recorded on a full disk": r"(\d+) outcomes recorded"}),
    ("storage errors", [f"{HERE}/storage_errors.py", "{programs}", "20", "{seed}"], 5, {
        "ends of jobd": r"(\d+) ends of jobd"}),
    ("fuzzers", [f"{TESTS}/Fuzz/run.py", "60"], 15, {"executions": r"(\d+) executions"}),
    ("socket", [f"{TESTS}/Fuzz/live_socket.py", "{programs}", "60", "{seed}"], 10, {"jobs": r"^(\d+) jobs"}),
    ("simulation", ["{programs}/simulate", "{seconds}", "{seed}"], 30, {
        "schedules": r"^(\d+) schedules"}),
    ("flat", [f"{HERE}/flat.py", "{programs}", "{seconds}"], 30, {
        "jobs": r"^(\d+) jobs", "samples": r"(\d+) samples",
        "resident KiB, first half": r"resident (\d+)", "resident KiB, second half": r"resident \d+ to (\d+)",
        "descriptors, first half": r"descriptors (\d+)", "descriptors, second half": r"descriptors \d+ to (\d+)"}),
]

# What must be more than nothing for the whole to be a proof, and what must be nothing.
NEEDED = ["kills", "kills of running jobs", "kills during recovery", "upgrades", "states", "schedules", "jobs"]
FORBIDDEN = ["lost", "doubled", "corrupt"]


def main(programs, seconds="3600"):
    folder = tempfile.mkdtemp(prefix="jobd-soak-")
    shares = sum(share for _, _, share, _ in STEPS)
    seed = time.time_ns() % 1_000_000
    print(f"{seconds} s, first seed {seed}; what the proofs say is in {folder}", flush=True)
    totals, failed = {}, []
    for name, command, share, figures in STEPS:
        step = Step(name, command, figures, f"{folder}/{name.replace(' ', '-')}.log")
        step.run(programs, int(seconds) * share / shares, seed)
        print("\n".join(step.page()), flush=True)
        for what, number in step.totals.items():
            totals[what] = totals.get(what, 0) + number
        failed += step.failures
    print("\nall: " + ", ".join(f"{what} {totals.get(what, 0)}" for what in NEEDED + FORBIDDEN))
    failed += [f"it met no {what}" for what in NEEDED if not totals.get(what)]
    failed += [f"{totals[what]} {what}" for what in FORBIDDEN if totals.get(what)]
    print("\n".join(f"FAILED: {failure}" for failure in failed) or "all held")
    return 1 if failed else 0


class Step:
    def __init__(self, name, command, figures, log):
        self.name, self.command, self.figures, self.log = name, command, figures, log
        self.totals = dict.fromkeys(figures, 0)
        self.failures = []
        self.runs = 0
        self.seconds = 0

    def run(self, programs, share, seed):
        start = time.monotonic()
        takesTime = "{seconds}" in self.command
        while self.runs == 0 or (self.seconds < share and not takesTime and not self.failures):
            words = {"programs": programs, "seconds": max(1, round(share)), "seed": seed + self.runs}
            command = [word.format(**words) for word in self.command]
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            with open(self.log, "a") as file:
                file.write(f"$ {' '.join(command)}\n{done.stdout}\n")
            if done.returncode != 0:
                self.failures.append(f"{' '.join(command)} ended with {done.returncode}; see {self.log}")
            for what, pattern in self.figures.items():
                self.totals[what] += sum(int(number) for number in re.findall(pattern, done.stdout, re.MULTILINE))
            self.runs += 1
            self.seconds = time.monotonic() - start

    def page(self):
        yield f"\n{self.name}: {self.runs} runs in {self.seconds:.0f} s"
        for what, number in self.totals.items():
            yield f"  {number:>12,}  {what}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
