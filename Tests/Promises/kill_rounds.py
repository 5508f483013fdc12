#!/usr/bin/env python3
"""kill -9 of jobd under load and a restart, again and again: what was promised must hold all the same.

kill_rounds.py PROGRAMS [ROUNDS [SEED]]: PROGRAMS is the folder with jobd. Each round has clients submit jobs of all
kinds (kinds.py), kills jobd at a random instant, sometimes once more while it recovers, and starts it again; clients
that got no answer ask again with the same tokens. After each restart no process and no cgroup of the attempts before is
left. At the end history.py judges what clients were told and jobs did, against what jobd tells. A run that met nothing
worth meeting is invalid, and fails as well.
"""

import collections
import dataclasses
import json
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

import events
import history
import processes
import telling
from daemon import Daemon
from kinds import KINDS
from load import Load

WORKERS = {"default": 8, "narrow": 2}
RESOURCES = {"gpu": 2}
CONFIGURATION = "".join(
    f'[queues.{name}]\nworkers = {count}\njournal = "off"\n' for name, count in WORKERS.items()
) + "[resources]\n" + "".join(f"{name} = {amount}\n" for name, amount in RESOURCES.items())
SUBMITS_PER_ROUND = 8
MEAN_LIFE = 0.1  # Seconds from when jobd is ready to when it is killed.
PATIENCE = 20  # Seconds for all that is left to end, after the last kill.
FAULTS_SHOWN = 5  # Of each kind.


def main(programs, rounds="20", seed=None):
    seed = int(seed) if seed else time.time_ns() % 1_000_000
    print(f"{rounds} rounds, seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="jobd-kill-rounds-")
    os.mkdir(f"{folder}/locks")
    return judged(folder, Run(Daemon(str(pathlib.Path(programs, "jobd").resolve()), folder, CONFIGURATION), seed), rounds)


def judged(folder, run, rounds):
    """Has a run go so many rounds, and prints what was wrong; returns the exit code, and leaves no process."""
    try:
        faults = run.whole(int(rounds))
    finally:
        run.load.give_up()
        if run.daemon.process:
            run.daemon.kill()
        for number, _ in processes.of_jobs(folder):
            os.kill(number, signal.SIGKILL)
    shown = collections.Counter()
    for fault in faults:
        kind = fault.partition(":")[0]
        shown[kind] += 1
        if shown[kind] <= FAULTS_SHOWN:
            print(fault)
    if faults:
        print(f"{len(faults)} faults; everything is in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


class Run:
    def __init__(self, daemon, seed):
        self.daemon = daemon
        self.load = Load(daemon, seed)
        self.chance = random.Random(f"{seed} kills")
        self.kills = []
        self.left = []
        self.ended = []  # Words of a jobd that ended without being killed.

    def whole(self, rounds):
        """Returns what was wrong, in words."""
        self.daemon.launch()
        self.daemon.wait_until_ready()
        self.home = self.daemon.cgroup()
        for _ in range(rounds):
            self.load.more(SUBMITS_PER_ROUND)
            time.sleep(self.chance.expovariate(1 / MEAN_LIFE))
            self.kill_once()
        self.load.wait()
        isIdle = self.daemon.is_idle(within=PATIENCE)
        told = self.told()
        pathlib.Path(self.daemon.folder, "told.json").write_text(json.dumps(dataclasses.asdict(told), default=sorted))
        faults = self.ended + list(history.faults(told))
        # One with jobs that run for ever would only wait for them.
        if isIdle and self.daemon.stop() != 0:
            faults.append(f"jobd did not stop well: {self.daemon.errors()}")
        if isIdle and processes.of_jobs(self.daemon.folder):
            faults.append("I4: processes of jobs are left at the end")
        return faults + list(self.report(told, faults))

    def kill_once(self):
        old, groups = self.kill(wasRecovering=False)
        if self.chance.random() < 0.25:
            self.daemon.launch()
            wasReady = self.daemon.is_ready(within=self.chance.uniform(0, 0.03))
            # If it became ready, it has started more.
            more, others = self.kill(wasRecovering=not wasReady)
            old, groups = old | more, groups | others
        self.daemon.reap()
        self.daemon.launch()
        self.daemon.wait_until_ready()
        self.left += [f"process {process[0]} of an old attempt" for process in old if processes.is_alive(process)]
        self.left += [f"cgroup {name} of an old attempt" for name, _ in groups & processes.groups(self.home)]

    def kill(self, wasRecovering):
        """Returns the processes and cgroups of jobs that outlive it."""
        at = time.monotonic_ns()
        if self.daemon.kill() != -signal.SIGKILL:
            self.ended.append(f"jobd ended by itself:\n{self.daemon.errors()}")
        old = processes.of_jobs(self.daemon.folder)
        self.kills.append(events.Kill(at, bool(old), wasRecovering))
        return old, processes.groups(self.home)

    def told(self):
        """All that is known of the run."""
        ends = {token: KINDS[name].ends for token, name in self.load.kinds.items()}
        return telling.told(self.daemon, self.load, self.kills, self.left, ends, WORKERS, RESOURCES)

    def report(self, told, faults):
        """Prints one line of figures; yields what makes the run no proof."""
        met = collections.Counter({
            "kills": len(told.kills),
            "kills of running jobs": sum(kill.hitJobs for kill in told.kills),
            "kills during recovery": sum(kill.wasRecovering for kill in told.kills),
            "answers unknown": sum(submit.outcome == "unknown" for submit in told.submits),
            "repeats that found their job": sum(submit.wasRepeat for submit in told.submits),
            "refused": sum(submit.outcome == "refused" for submit in told.submits),
            "cancels": len(told.cancels), "reads": len(told.reads),
        })
        for job in told.jobs.values():
            met[job["failure"] if job["state"] == "failed" else job["state"]] += 1
            met["attempts"] += len(job["attempts"])
            met["attempts lost"] += sum(attempt.get("outcome") == "lost" for attempt in job["attempts"])
        lost = sum(fault.startswith("I1:") for fault in faults)
        doubled = sum(fault.startswith(("I3:", "I4:", "I5:")) for fault in faults)
        print(f"{len(told.jobs)} jobs; " + ", ".join(f"{count} {what}" for what, count in met.items())
              + f"; lost {lost}, doubled {doubled}", flush=True)
        for what in ["kills of running jobs", "kills during recovery", "answers unknown",
                     "repeats that found their job", "attempts lost"]:
            if not met[what]:
                yield f"this run is invalid: it met no {what}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
