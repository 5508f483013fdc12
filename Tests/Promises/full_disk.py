#!/usr/bin/env python3
"""A full disk under jobd: nothing is lost, nothing runs twice, and it goes on by itself when there is room again.

full_disk.py PROGRAMS [ROUNDS]: PROGRAMS is the folder with jobd; needs root, for the small file systems that it fills: a
tmpfs and an ext4. Each round fills the disk while jobs run: once beside jobd, once as fast as jobd gives room up, once by
what a job prints. Submits are refused meanwhile and work again without a restart, every job that was acknowledged runs
exactly once, and output never takes the state's share. A run that met nothing worth meeting is no proof, and fails.
"""

import collections
import errno
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import history
import processes
import telling
from daemon import Daemon, NoSpace
from load import SCRIPT

WORKERS = 6
KEEP_FREE = 2 << 20
CONFIGURATION = f"""
[daemon]
keep_free = "{KEEP_FREE >> 20}MiB"

[queues.default]
workers = {WORKERS}
journal = "off"
"""
PATIENCE = 30
NEEDED = [
    "submits refused", "submits after there was room", "outcomes recorded on a full disk",
    "reserves given up", "outputs cut", "starts on a full disk",
]


def main(programs, rounds="3"):
    met = collections.Counter()
    faults = []
    for kind in [Tmpfs, Ext4]:
        folder = tempfile.mkdtemp(prefix="jobd-full-disk-")
        os.mkdir(f"{folder}/locks")
        with kind(folder) as disk:
            round = Round(programs, folder, disk, met)
            try:
                found = round.run(int(rounds))
            finally:
                round.end()
        faults += [f"{disk.name}: {fault}" for fault in found]
        if not found:
            shutil.rmtree(folder)
    print(", ".join(f"{met[what]} {what}" for what in sorted(met)), flush=True)
    faults += [f"this run is no proof: it met no {what}" for what in NEEDED if not met[what]]
    for fault in faults[:20]:
        print(fault)
    return 1 if faults else 0


class Round:
    def __init__(self, programs, folder, disk, met):
        self.disk = disk
        self.met = met
        self.daemon = Daemon(str(pathlib.Path(programs, "jobd").resolve()), folder, CONFIGURATION)
        self.load = telling.Submits(self.daemon, SCRIPT)
        self.faults = []

    def run(self, rounds):
        self.daemon.launch()
        self.daemon.wait_until_ready()
        started = self.daemon.process
        for _ in range(rounds):
            self.fill_beside()
            self.fill_greedily()
            self.fill_by_output()
        if os.waitpid(started, os.WNOHANG) != (0, 0):
            return ["jobd has ended: " + self.daemon.errors()]
        self.start_on_full_disk()
        self.daemon.wait_for(sorted(self.load.ids.values()))
        # No daemon was killed: so each job has run exactly once.
        told = telling.told(self.daemon, self.load, [], [], self.load.ends(), {"default": WORKERS}, {})
        self.faults += history.faults(told)
        for id, job in told.jobs.items():
            if job["attemptCount"] != 1:
                self.faults.append(f"job {id} ran {job['attemptCount']} times")
        if self.daemon.stop() != 0:
            self.faults.append(f"jobd did not stop well: {self.daemon.errors()}")
        return self.faults

    def end(self):
        if self.daemon.process:
            self.daemon.kill()
        for number, _ in processes.of_jobs(self.daemon.folder):
            os.kill(number, 9)
        self.daemon.reap()

    def fill_beside(self):
        """All that is free is taken while jobs run: their outcomes find room in the reserve."""
        ids = self.submit(WORKERS, "sleep 0.5")
        self.wait_for_state(ids, {"running"})
        self.disk.fill()
        self.expect_refusal()
        self.met["outcomes recorded on a full disk"] += len(self.wait_for_state(ids, {"succeeded"}))
        self.make_room()

    def fill_greedily(self):
        """The reserve is taken as well: outcomes find room in the log or wait, and other jobs run when there is room."""
        ids = self.submit(2 * WORKERS, "sleep 0.7")
        self.wait_for_state(ids[:WORKERS], {"running"})
        with self.disk.greed():
            self.expect_refusal()
            self.wait_for_ends(ids[:WORKERS])
            time.sleep(1.2)
            waiting = [job for job in self.jobs(ids[:WORKERS]) if job["state"] == "running"]
            self.met["outcomes that waited for room"] += len(waiting)
        self.met["reserves given up"] += not os.path.exists(f"{self.disk.path}/reserve")
        self.make_room()
        self.wait_for_state(ids, {"succeeded"})

    def fill_by_output(self):
        """Jobs print more than there is room for: they end as they should, and new ones are still taken."""
        size = 2 * self.disk.free()
        ids = self.submit(2, f"yes 0123456789 | head -c {size}")
        self.wait_for_state(ids, {"succeeded"})
        left = self.disk.free()
        if left < KEEP_FREE:
            self.faults.append(f"output has left {left} bytes")
        ids += self.submit(1, "true")
        self.wait_for_state(ids, {"succeeded"})
        for file in pathlib.Path(self.disk.path, "output").rglob("*.log"):
            if b"[jobd: the disk is nearly full" in file.read_bytes():
                self.met["outputs cut"] += 1
            file.unlink()

    def start_on_full_disk(self):
        if self.daemon.stop() != 0:
            self.faults.append(f"jobd did not stop well: {self.daemon.errors()}")
        self.disk.fill()
        self.daemon.launch()
        self.daemon.wait_until_ready()
        self.met["starts on a full disk"] += 1
        self.expect_refusal()
        self.make_room()

    def make_room(self):
        """Frees the disk; jobs are taken again by themselves."""
        self.disk.empty()
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.submit(1, "true")
                self.met["submits after there was room"] += 1
                return
            except NoSpace as refusal:
                if time.monotonic() > deadline:
                    raise SystemExit(f"submits are refused although {self.disk.free()} bytes are free: {refusal}")
                time.sleep(0.05)

    def submit(self, count, life):
        return [self.load.submit([self.load.token(life)], {})[0]["id"] for _ in range(count)]

    def expect_refusal(self):
        try:
            self.submit(1, "true")
            self.faults.append(f"a submit was taken with {self.disk.free()} bytes free")
        except NoSpace:
            self.met["submits refused"] += 1

    def jobs(self, ids):
        return self.daemon.call("io.jobd.Jobs.Get", {"ids": ids})["jobs"]

    def wait_for_state(self, ids, states):
        deadline = time.monotonic() + PATIENCE
        while True:
            jobs = self.jobs(ids)
            if all(job["state"] in states for job in jobs):
                return jobs
            if time.monotonic() > deadline:
                raise SystemExit(f"jobs do not become {states}: {jobs}\n{self.daemon.errors()}")
            time.sleep(0.02)

    def wait_for_ends(self, ids):
        tokens = {token for token, id in self.load.ids.items() if id in ids}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if tokens <= {run.token for run in telling.runs(self.daemon) if run.word == "end"}:
                return
            time.sleep(0.02)
        raise SystemExit(f"jobs {ids} do not come to their end\n{self.daemon.errors()}")


class Disk:
    """A small file system at the state directory of a folder."""

    size = 16 << 20

    def __init__(self, folder):
        self.folder = folder
        self.path = f"{folder}/state"
        self.filler = f"{self.path}/filler"

    def __enter__(self):
        os.mkdir(self.path)
        self.mount()
        os.chmod(self.path, 0o700)
        return self

    def __exit__(self, *error):
        subprocess.run(["umount", "--lazy", self.path], check=True)

    def free(self):
        room = os.statvfs(self.path)
        return room.f_bavail * room.f_frsize

    def fill(self):
        """Takes all that is free."""
        with open(self.filler, "ab", buffering=0) as file:
            size = 1 << 20
            while size >= 512:
                try:
                    # A short write is followed by one that says why.
                    file.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size //= 2

    def greed(self):
        return Greed(self)

    def empty(self):
        os.unlink(self.filler)


class Greed:
    """Takes all that becomes free, as soon as it does."""

    def __init__(self, disk):
        self.disk = disk
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ended.is_set():
            self.disk.fill()

    def __enter__(self):
        self.disk.fill()
        self.thread.start()

    def __exit__(self, *error):
        self.ended.set()
        self.thread.join()


class Tmpfs(Disk):
    name = "tmpfs"

    def mount(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.size}", "tmpfs", self.path], check=True)


class Ext4(Disk):
    name = "ext4"
    size = 24 << 20

    def mount(self):
        image = f"{self.folder}/image"
        with open(image, "wb") as file:
            file.truncate(self.size)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", image], check=True)
        subprocess.run(["mount", "-o", "loop", image, self.path], check=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
