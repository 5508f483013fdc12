#!/usr/bin/env python3
"""Power cuts of a real ext4: the file system under a jobd that works is shut down, again and again.

ext4_cuts.py PROGRAMS [CUTS [SEED]]: PROGRAMS is the folder with jobd and store-probe. Needs root, e2fsprogs and a loop
device. Each round stops jobd in the midst of its work, lets ext4 forget all that is not on disk (its shutdown ioctl,
without writing back its journal), kills jobd, mounts again and starts it on what is left: each acknowledged job must be
there once, as it was told.

jobd is stopped first because a sync that the shutdown meets halfway succeeds, which no power cut does.
"""

import concurrent.futures
import fcntl
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import checks
import disk
import recording
import states
from promises import Daemon, people, processes
from work import CONFIGURATION, Work

EXT4_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/ext4.h.
WITHOUT_JOURNAL = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH
SIZE = 128 << 20
DEEDS = 60  # At most, in a round.
MEAN_LIFE = 0.15  # Seconds from when jobd is ready to the cut.
CONTROL_CUTS = 3
PATIENCE = 60


class NamedDaemon(Daemon):
    """Nobody records: what the clients have is what was answered."""

    def call_as(self, name, method, parameters):
        return self.call(method, parameters)


class Loop:
    """An ext4 in a file."""

    def __init__(self, folder):
        self.image, self.place = f"{folder}/image", f"{folder}/mount"
        os.mkdir(self.place)

    def make(self):
        """An empty one, mounted."""
        with open(self.image, "wb") as file:
            file.truncate(SIZE)
        run("mkfs.ext4", "-q", "-F", self.image)
        self.mount()

    def mount(self):
        run("mount", "-o", "loop", self.image, self.place)

    def cut(self):
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", WITHOUT_JOURNAL))
        finally:
            os.close(descriptor)

    def unmount(self):
        """Waits for the last process of a job that has a file open there."""
        deadline = time.monotonic() + PATIENCE
        while self.is_mounted():
            if subprocess.run(["umount", self.place], capture_output=True).returncode and time.monotonic() > deadline:
                raise SystemExit(f"{self.place} cannot be unmounted")
            time.sleep(0.01)

    def is_mounted(self):
        """By the kernel's list: a file system that was shut down answers no question."""
        return any(line.split()[4] == self.place for line in open("/proc/self/mountinfo"))


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def main(programs, cuts="40", seed=None):
    if os.geteuid() != 0:
        raise SystemExit("ext4_cuts.py mounts a file system: run it as root")
    # Somebody else's copy of the mount would keep the file system that was cut, and the next mount would find that one.
    people.own_mounts()
    seed = seed or str(time.time_ns() % 1_000_000)
    print(f"{cuts} cuts, seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="jobd-ext4-cuts-")
    trial = Trial(pathlib.Path(programs).resolve(), folder, seed)
    try:
        work, faults = trial.rounds(int(cuts))
        told = sum(1 for job in work.jobs.values() if job.id is not None)
        for fault in faults[:20]:
            print(fault)
        print(f"{cuts} cuts of ext4, {work.unanswered} deeds cut short; "
              f"{told} acknowledged, lost in {len(faults)} cuts", flush=True)
        trial.daemon.environment = {"LD_PRELOAD": recording.build("deaf", folder)}
        _, missed = trial.rounds(CONTROL_CUTS)
    finally:
        trial.close()
        shutil.rmtree(folder)
    print(f"control: where no sync does anything, {len(missed)} of {CONTROL_CUTS} cuts lost something")
    if not missed or not work.unanswered:
        print("this run is no proof: its cuts meet nothing")
        return 1
    return 1 if faults else 0


class Trial:
    def __init__(self, programs, folder, seed):
        self.folder, self.seed = folder, seed
        self.choice = random.Random(f"{seed} cuts")
        self.loop = Loop(folder)
        self.daemon = NamedDaemon(str(programs / "jobd"), folder, CONFIGURATION)
        self.daemon.state = f"{self.loop.place}/state"
        self.prober = states.Prober(str(programs / "store-probe"), f"{folder}/copy")

    def close(self):
        if self.daemon.process:
            self.daemon.kill()
        self.daemon.reap()
        self.loop.unmount()
        self.prober.close()

    def rounds(self, count):
        """A new file system and so many cuts; returns the clients and what was wrong, in words."""
        self.loop.make()
        work, faults = Work(self.daemon, self.seed), []
        self.daemon.launch()
        self.daemon.wait_until_ready()
        for number in range(count):
            now = self.cut_under_load(work)
            world = checks.World(work, lambda call: call in work.answered, lambda time: time <= now, now)
            if fault := self.look(world):
                faults.append(f"cut {number}: {fault[0]}: {'; '.join(fault[1][:3])}")
            self.daemon.launch()
            self.daemon.wait_until_ready()
        if code := self.daemon.stop():
            faults.append(f"jobd stopped with {code}: {self.daemon.errors()}")
        self.loop.unmount()
        return work, faults

    def cut_under_load(self, work):
        """Returns when jobd was stopped."""
        with concurrent.futures.ThreadPoolExecutor(1) as clients:
            load = clients.submit(work.more, DEEDS)
            time.sleep(self.choice.expovariate(1 / MEAN_LIFE))
            self.halt()
            now = time.monotonic_ns()
            self.loop.cut()
            self.daemon.kill()
            load.result()
        self.daemon.reap()
        self.loop.unmount()
        self.loop.mount()
        return now

    def halt(self):
        """Stops jobd, and waits until no thread of it is in a call any more."""
        os.kill(self.daemon.process, signal.SIGSTOP)
        while any(processes.state(f"{self.daemon.process}/task/{thread}") != "T"
                  for thread in os.listdir(f"/proc/{self.daemon.process}/task")):
            time.sleep(0.001)

    def look(self, world):
        """What is wrong with a copy of what the cut has left."""
        files = disk.read(self.daemon.state) if os.path.isdir(self.daemon.state) else {}
        for name in [name for name in files if not states.is_of_the_store(name)]:
            del files[name]
        return self.prober.faults(files, world)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
