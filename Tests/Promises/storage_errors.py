#!/usr/bin/env python3
"""Errors of the disk under jobd, one call after the other: after the first nothing is acknowledged, and nothing is lost.

storage_errors.py PROGRAMS [ROUNDS [SEED]]: PROGRAMS is the folder with jobd; needs strace. Each round starts jobd on the
same state, lets strace fail the Nth of one kind of calls on the store's files, once or from then on, and submits jobs
meanwhile. A full disk (ENOSPC, EDQUOT of a write) must refuse submits and go on. Any other error must end jobd with exit
code 74, with the call and the error in its last words, and no submit that was made after it may be acknowledged. After a
restart all that was acknowledged is there once, what was not answered is all there or not at all, and no two attempts
of a job were ever alive at once. A run that met nothing worth meeting is no proof, and fails.
"""

import collections
import errno
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import events
import history
import processes
import telling
from daemon import Daemon, Gone, NoSpace
from load import SCRIPT

WORKERS = 4
CONFIGURATION = f"""
[daemon]
keep_free = "1MiB"
drain_timeout = "5s"

[queues.default]
workers = {WORKERS}
journal = "off"
"""
PATIENCE = 30
STORAGE = 74  # The exit code for a failure of storage.

# The calls that fail, the errors, and after how many calls of a thread: so many as only the ledger makes meet jobd in the
# middle of its work, few meet it while it opens the store.
FAULTS = [
    ("fdatasync", ["EIO", "ENOSPC", "EDQUOT"], (10, 40)),
    ("pwrite64", ["EIO", "EROFS"], (150, 400)),
    ("pwrite64", ["ENOSPC", "EDQUOT"], (80, 200)),
    ("fsync", ["EIO"], (1, 1)),
    ("pwrite64", ["EIO"], (1, 60)),
    ("openat", ["EIO"], (1, 4)),
    ("ftruncate", ["EIO"], (1, 1)),
    ("mmap", ["EIO", "ENOMEM"], (1, 4)),
    ("pread64", ["EIO"], (1, 8)),
    ("unlink", ["EIO"], (1, 2)),
]
FULL = {("pwrite64", "ENOSPC"), ("pwrite64", "EDQUOT")}
# At its end SQLite removes the log that it has emptied; where it cannot, nothing is lost.
HARMLESS = {"unlink"}
NEEDED = [
    "submits acknowledged", "submits not answered", "attempts lost",
    "errors while it ran", "errors at its start", "full disks survived", "submits refused on a full disk",
]


def main(programs, rounds="10", seed=None):
    seed = int(seed) if seed else time.time_ns() % 1_000_000
    print(f"{rounds} rounds, seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="jobd-storage-errors-")
    os.mkdir(f"{folder}/locks")
    daemon = Daemon(str(pathlib.Path(programs, "jobd").resolve()), folder, CONFIGURATION)
    clients = Clients(daemon, random.Random(f"{seed} clients"))
    met = collections.Counter()
    try:
        faults = run(daemon, clients, int(rounds), random.Random(f"{seed} faults"), met)
    finally:
        clients.end()
        if daemon.process:
            daemon.kill()
        for number, _ in processes.of_jobs(folder):
            os.kill(number, signal.SIGKILL)
        daemon.reap()
    print(", ".join(f"{met[what]} {what}" for what in sorted(met)), flush=True)
    faults += [f"this run is no proof: it met no {what}" for what in NEEDED if not met[what]]
    for fault in faults[:20]:
        print(fault)
    if faults:
        print(f"{len(faults)} faults; everything is in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def run(daemon, clients, rounds, choice, met):
    """Returns what was wrong, in words."""
    faults = []
    daemon.launch()
    daemon.wait_until_ready()
    for number in range(rounds):
        call, errors, bounds = FAULTS[number % len(FAULTS)]
        error, first = choice.choice(errors), choice.randint(*bounds)
        # A full disk has room again after a while; any other error happens once, or from then on always. (SQLite tries
        # another way to open a file after the first.)
        when = f"{first}..{first + 40}" if (call, error) in FULL else f"{first}{choice.choice(['', '+'] if call != 'openat' else ['+'])}"
        fault = Fault(daemon, clients, met, call, error, when)
        found = fault.meet()
        words = [f"round {number}, {call} {when} {fault.error}: {each}" for each in found]
        # At once: a jobd that goes on after an error may keep the rest of this waiting.
        for word in words:
            print(word, flush=True)
        faults += words
    faults += clients.repeat(met)
    daemon.wait_for(sorted(clients.ids.values()))
    told = telling.told(daemon, clients, clients.kills, [], clients.ends(), {"default": WORKERS}, {})
    faults += history.faults(told)
    met["attempts lost"] = sum(
        attempt.get("outcome") == "lost" for job in told.jobs.values() for attempt in job["attempts"])
    if daemon.stop() != 0:
        faults.append(f"jobd did not stop well: {daemon.errors()}")
    return faults


class Fault:
    """One kind of call that fails on the files of the store."""

    def __init__(self, daemon, clients, met, call, error, when):
        self.daemon = daemon
        self.clients = clients
        self.met = met
        self.call = call
        self.error = error
        self.when = when
        self.log = f"{daemon.folder}/strace"

    def meet(self):
        """jobd is started anew, works, and stops, and is met somewhere; returns what was wrong."""
        if self.daemon.stop() != 0:
            return [f"jobd did not stop well: {self.daemon.errors()}", *self.restart()]
        self.clients.times = {}
        self.daemon.before = self.tracer()
        self.daemon.launch()
        self.daemon.before = []
        self.clients.begin()
        status = self.wait(2.5)
        self.clients.end()
        first = self.first()
        is_full = (self.call, self.error) in FULL and first is not None
        if is_full and status is None:
            self.clients.submit_until_taken()
            self.met["full disks survived"] += 1
        if status is None:
            # Perhaps it is met at its end. The tracer is not asked: it would let go.
            self.signal_traced(signal.SIGTERM)
            status = self.wait(PATIENCE)
        first = first or self.first()
        where = "while it ran" if any(asked < (first or 0) for asked in self.clients.times.values()) else "at its start"
        self.met[f"errors {where}"] += first is not None
        if first is None or is_full or self.call in HARMLESS:
            found = [] if status == 0 else [f"jobd has ended with {status}: {self.daemon.errors()}"]
        else:
            found = self.judge(status, first)
        return [*found, *self.restart()]

    def judge(self, status, first):
        """What was wrong with how jobd took its first error."""
        self.met["ends of jobd"] += 1
        words = self.daemon.errors()
        self.clients.killed(at=time.monotonic_ns())
        if status != STORAGE:
            yield f"jobd has ended with {status}, not {STORAGE}: {words}"
        elif self.error not in words and os.strerror(getattr(errno, self.error)) not in words:
            yield f"jobd does not name its error: {words}"
        for token, asked in self.clients.times.items():
            if asked > first:
                yield f"{token} was asked for {asked - first:.3f} s after the error, and acknowledged"

    def restart(self):
        if self.daemon.process:
            self.clients.killed(at=time.monotonic_ns())
            # The tracer's end alone would let it go on.
            self.signal_traced(signal.SIGKILL)
            self.daemon.kill()
        self.daemon.reap()
        os.unlink(f"{self.daemon.folder}/stderr")
        self.clients.times = {}
        self.daemon.launch()
        self.daemon.wait_until_ready()
        return []

    def signal_traced(self, number):
        tracer = self.daemon.process
        for child in pathlib.Path(f"/proc/{tracer}/task/{tracer}/children").read_text().split():
            os.kill(int(child), number)

    def wait(self, seconds):
        """How jobd ended; None where it did not in that time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (status := self.daemon.ended()) is not None:
                return status
            time.sleep(0.01)
        return None

    def tracer(self):
        state = f"{self.daemon.folder}/state"
        paths = [state] if self.call == "fsync" else [f"{state}/jobd.db{ending}" for ending in ["", "-wal", "-shm"]]
        return [
            "strace", "-f", "--seccomp-bpf", "-ttt", "-o", self.log, "-e", f"trace={self.call}", "-e", "signal=none", "-e",
            f"inject={self.call}:error={self.error}:when={self.when}", *(f"--trace-path={path}" for path in paths),
        ]

    def first(self):
        """When the first call failed; None where none did."""
        for line in open(self.log):
            if "(INJECTED)" in line:
                return float(line.split()[1])
        return None


class Clients(telling.Submits):
    """Threads that submit two jobs at a time, and remember when they asked and what became of it."""

    def __init__(self, daemon, chance):
        super().__init__(daemon, SCRIPT)
        self.chance = chance
        self.times = {}  # When that was asked for which was acknowledged, by token.
        self.unanswered = []
        self.refused = []
        self.kills = []  # The ends of jobd that nobody asked for.
        self.are_asking = False
        self.lock = threading.Lock()
        self.threads = []

    def killed(self, at):
        self.kills.append(events.Kill(at, hitJobs=True, wasRecovering=False))

    def begin(self):
        self.are_asking = True
        self.threads = [threading.Thread(target=self.run) for _ in range(3)]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.are_asking = False
        for thread in self.threads:
            thread.join()

    def run(self):
        while self.are_asking:
            pair = self.pair()
            asked = time.time()
            try:
                self.ask(pair)
                self.times[pair[0]] = asked
            except Gone:
                self.unanswered.append(pair)
                time.sleep(0.05)
            except NoSpace:
                self.refused.append(pair)
                time.sleep(0.05)
            time.sleep(0.01)

    def pair(self):
        with self.lock:
            return [self.token("true" if self.chance.random() < 0.8 else "sleep 0.1") for _ in range(2)]

    def ask(self, tokens):
        return self.submit(tokens, {"onInterrupt": "requeue"})

    def submit_until_taken(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            pair = self.pair()
            try:
                return self.ask(pair)
            except NoSpace as refusal:
                self.refused.append(pair)
                if time.monotonic() > deadline:
                    raise SystemExit(f"submits are refused although there is room: {refusal}")
                time.sleep(0.1)

    def repeat(self, met):
        """Asks once more for what was not acknowledged; returns what is wrong with the answers."""
        met["submits acknowledged"] = len(self.ids) // 2
        met["submits not answered"] = len(self.unanswered)
        met["submits refused on a full disk"] = len(self.refused)
        for pair in self.unanswered + self.refused:
            answers = self.ask(pair)
            stored = sum("existing" in answer for answer in answers)
            if stored == 1:
                yield f"of {pair} one was stored and the other not"
            if stored and pair in self.refused:
                yield f"{pair} was refused, and is there"
            met["unanswered submits that were stored"] += stored == 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
