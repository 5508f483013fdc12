#!/usr/bin/env python3
"""kill -9 of jobd under load and a restart, again and again: what was promised must hold all the same.

kill_rounds.py PROGRAMS [ROUNDS [SEED]]: PROGRAMS is the folder with jobd. Each round submits jobs of all kinds (some
fork twice and get a session of their own, some ignore TERM), kills jobd at a random instant, sometimes once more while
it recovers, and starts it again. After each restart no process and no cgroup of the attempts before is left. At the end
each acknowledged job is there under its one id and has ended as its kind must, and no two of its attempts were ever
alive at once. A run that met nothing worth meeting is no proof, and fails as well.
"""

import collections
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

import history
import processes
from daemon import Daemon
from load import Load

WORKERS = 8
CONFIGURATION = f"""
[queues.default]
workers = {WORKERS}
journal = "off"
"""
JOBS_PER_ROUND = 8
MEAN_LIFE = 0.1  # Seconds from when jobd is ready to when it is killed.


def main(programs, rounds="20", seed=None):
    seed = int(seed) if seed else time.time_ns() % 1_000_000
    print(f"{rounds} rounds, seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="jobd-kill-rounds-")
    os.mkdir(f"{folder}/locks")
    daemon = Daemon(str(pathlib.Path(programs, "jobd").resolve()), folder, CONFIGURATION)
    load = Load(daemon, seed)
    try:
        faults = run(daemon, load, int(rounds), random.Random(f"{seed} kills"))
    finally:
        load.give_up()
        if daemon.process:
            daemon.kill()
        for number, _ in processes.of_jobs(folder):
            os.kill(number, signal.SIGKILL)
    for fault in faults[:20]:
        print(fault)
    if faults:
        print(f"{len(faults)} faults; everything is in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def run(daemon, load, rounds, choice):
    """Returns what was wrong, in words."""
    met = collections.Counter()
    faults = []
    daemon.launch()
    daemon.wait_until_ready()
    for number in range(rounds):
        load.more(JOBS_PER_ROUND)
        time.sleep(choice.expovariate(1 / MEAN_LIFE))
        faults += [f"round {number}: {fault}" for fault in kill_once(daemon, choice, met)]
    load.wait()
    daemon.wait_for(sorted(load.ids.values()))
    faults += history.faults(daemon, load, met, WORKERS)
    if daemon.stop() != 0:
        faults.append(f"jobd did not stop well: {daemon.errors()}")
    if processes.of_jobs(daemon.folder):
        faults.append("processes of jobs are left at the end")
    met["submits repeated"] = load.repeats
    print(f"{len(load.ids)} jobs; " + ", ".join(f"{met[what]} {what}" for what in sorted(met)), flush=True)
    needed = ["attempts lost", "kills while it recovered", "processes alive at a kill", "submits repeated"]
    return faults + [f"this run is no proof: it met no {what}" for what in needed if not met[what]]


def kill_once(daemon, choice, met):
    """Kills and restarts; returns what is left of the attempts before."""
    home = daemon.cgroup()
    daemon.kill()
    old = processes.of_jobs(daemon.folder)
    groups = processes.groups(home)
    met["kills"] += 1
    met["processes alive at a kill"] += len(old)
    met["cgroups at a kill"] += len(groups)
    if choice.random() < 0.25:
        daemon.launch()
        time.sleep(choice.uniform(0, 0.05))
        daemon.kill()
        met["kills while it recovered"] += 1
        # It may have become ready and have started more.
        old |= processes.of_jobs(daemon.folder)
        groups |= processes.groups(home)
    daemon.reap()
    daemon.launch()
    daemon.wait_until_ready()
    left = [f"process {process[0]} of an old attempt is alive" for process in old if processes.is_alive(process)]
    return left + [f"cgroup {name} of an old attempt is there" for name, _ in groups & processes.groups(home)]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
