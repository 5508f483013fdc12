#!/usr/bin/env python3
"""Fuzzes the socket of a real jobd: many connections say what is right, what is nearly right, and what is wrong.

live_socket.py PROGRAMS [SECONDS [SEED]]: PROGRAMS is the folder with jobd. Calls come whole, byte by byte, in floods
whose answers nobody reads, and cut off anywhere; tokens come again with the same job and with another; jobs wait for
each other, and are cancelled, held, edited, signalled and retried in any order. Each call gets exactly one answer, in
its turn (none if it is oneway); what is wrong gets an error that says what, or the connection's end where the protocol
says so. Meanwhile another client's pings and submits are answered within a bound. Then a crowd of one user takes all
the connections that a user may have, and does nothing good with them. At the end every acknowledged job is there, and
memory and descriptors are what they were. A run that met too little is no proof, and fails as well.
"""

import collections
import os
import pathlib
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Promises"))

from crowd import Crowd  # noqa: E402
from daemon import Daemon  # noqa: E402
from episodes import Client, Known  # noqa: E402
from wire import Connection  # noqa: E402

CLIENTS = 6
# Seconds that another client's ping or submit may take; the machine may be busy with other things.
BOUND = 5
CROWD = 1_100
CONNECTIONS_PER_USER = 1_024
MEMORY_MARGIN = 128 << 20
# What is opened when it is first needed: readers of the store, files of accounts.
DESCRIPTOR_MARGIN = 16
MEMORY_BOUND = 512 << 20
CONFIGURATION = """
[queues.default]
workers = 2
journal = "off"
[queues.other]
workers = 1
journal = "off"
[resources]
gpu = 2
"""
NEEDED = ["answers", "errors", "connections ended by the daemon", "disconnects", "floods", "submits repeated",
          "tokens refused", "oneway calls"]


class Witness(threading.Thread):
    """Another client, who pings and submits all the time, and notes how long that takes."""

    def __init__(self, path):
        super().__init__()
        self.connection = Connection(path)
        self.pings, self.submits, self.ids, self.fault = [], [], [], None
        self.must_stop = threading.Event()

    def run(self):
        try:
            while not self.must_stop.wait(0.02):
                start = time.monotonic()
                self.connection.call("org.varlink.service.GetInfo")
                self.pings.append(time.monotonic() - start)
                job = {"command": ["true"], "hold": True}
                start = time.monotonic()
                answer = self.connection.call("io.jobd.Jobs.Submit", {"jobs": [job]})
                self.submits.append(time.monotonic() - start)
                self.ids.append(answer["parameters"]["jobs"][0]["id"])
        except Exception as error:
            self.fault = f"the other client was not served: {error!r}"
        finally:
            self.connection.close()

    def stop(self, what):
        """Returns what was wrong, in words."""
        self.must_stop.set()
        self.join()
        for name, times in ("pings", self.pings), ("submits", self.submits):
            times.sort()
            if times:
                print(f"{what}: {len(times)} {name}, median {statistics.median(times) * 1000:.1f} ms, "
                      f"longest {times[-1] * 1000:.0f} ms", flush=True)
        if self.fault:
            return [f"{what}: {self.fault}"]
        slowest = max(self.pings[-1:] + self.submits[-1:], default=BOUND + 1)
        return [f"{what}: another client waited for {slowest:.1f} s"] if slowest > BOUND else []


def main(programs, seconds="30", seed=None):
    seed = int(seed) if seed else time.time_ns() % 1_000_000
    print(f"{seconds} s, seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="jobd-live-socket-")
    # The crowd is another user's.
    os.chmod(folder, 0o755)
    daemon = Daemon(str(pathlib.Path(programs, "jobd").resolve()), folder, CONFIGURATION)
    try:
        faults = run(daemon, float(seconds), seed)
    finally:
        if daemon.process:
            daemon.kill()
    for fault in faults[:20]:
        print(fault)
    if faults:
        print(f"{len(faults)} faults; seed {seed}; everything is in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def run(daemon, seconds, seed):
    """Returns what was wrong, in words."""
    daemon.launch()
    daemon.wait_until_ready()
    os.chmod(daemon.socket, 0o666)
    # A manager reads what it is told: jobd would wait for room otherwise.
    threading.Thread(target=listen, args=[daemon.notifications], daemon=True).start()
    known, met = Known(), collections.Counter()
    peak, descriptors = [], resources(daemon)[1]
    # What was once needed is kept by malloc in part: the first round shows how much that is, and the second that it
    # does not grow.
    faults = fuzz(daemon, seconds / 3, f"{seed} first", known, met, peak)
    faults += be_crowded(daemon, known, peak)
    before = resources(daemon)[0]
    faults += fuzz(daemon, seconds * 2 / 3, f"{seed} second", known, met, peak)
    faults += be_crowded(daemon, known, peak)
    faults += settle(daemon, known, (before, descriptors), peak)
    faults += look_at_all(daemon, known)
    if not faults and daemon.stop() != 0:
        faults.append(f"jobd did not stop well: {daemon.errors()}")
    print(f"{len(known.ids)} jobs; " + ", ".join(f"{met[what]} {what}" for what in sorted(met)), flush=True)
    return faults + [f"this run is no proof: it met no {what}" for what in NEEDED if not met[what]]


def listen(notifications):
    while notifications.recv(65536):
        pass


def fuzz(daemon, seconds, seed, known, met, peak):
    witness = Witness(daemon.socket)
    clients = [Client(daemon.socket, random.Random(f"{seed} {number}"), known, met, seconds)
               for number in range(CLIENTS)]
    for thread in [witness, *clients]:
        thread.start()
    while any(client.is_alive() for client in clients):
        peak.append(resources(daemon)[0])
        time.sleep(0.1)
    faults = [fault for client in clients for fault in client.faults]
    faults += witness.stop("fuzzed")
    known.ids.update(witness.ids)
    if not os.path.exists(f"/proc/{daemon.process}/exe"):
        faults.append(f"jobd died: {daemon.errors()}")
    return faults


def be_crowded(daemon, known, peak):
    """A user takes all connections that a user may have; others are served all the same."""
    witness = Witness(daemon.socket)
    crowd = Crowd(daemon.socket, CROWD)
    try:
        witness.start()
        time.sleep(1)
        peak.append(resources(daemon)[0])
    finally:
        faults = witness.stop(f"crowded by {crowd.admitted}")
        crowd.leave()
    known.ids.update(witness.ids)
    if not CONNECTIONS_PER_USER - 2 <= crowd.admitted <= CONNECTIONS_PER_USER:
        faults.append(f"{crowd.admitted} connections of a user were let in")
    return faults


def settle(daemon, known, before, peak):
    """Memory and descriptors go back to what they were, soon."""
    with Connection(daemon.socket) as connection:
        connection.call("io.jobd.Queues.Resume", {"queue": "other"})
        ids = sorted(known.ids)
        for first in range(0, len(ids), 10_000):
            connection.call("io.jobd.Jobs.Cancel", {"ids": ids[first:first + 10_000]})
    deadline = time.monotonic() + 20
    while True:
        memory, descriptors = resources(daemon)
        if descriptors <= before[1] + DESCRIPTOR_MARGIN or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    print(f"memory {before[0] >> 20} MiB, at most {max(peak) >> 20}, {memory >> 20} at the end; "
          f"descriptors {before[1]}, {descriptors} at the end", flush=True)
    faults = []
    if descriptors > before[1] + DESCRIPTOR_MARGIN:
        faults.append(f"{descriptors - before[1]} descriptors are left open")
    if memory > before[0] + MEMORY_MARGIN:
        faults.append(f"{(memory - before[0]) >> 20} MiB of memory are not given back")
    if max(peak) > MEMORY_BOUND:
        faults.append(f"memory went up to {max(peak) >> 20} MiB")
    return faults


def resources(daemon):
    """Resident bytes, and open descriptors."""
    with open(f"/proc/{daemon.process}/statm") as file:
        memory = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return memory, len(os.listdir(f"/proc/{daemon.process}/fd"))


def look_at_all(daemon, known):
    """Every job that was acknowledged is there."""
    ids = sorted(known.ids)
    faults = []
    with Connection(daemon.socket) as connection:
        # Few enough for one answer, however long their histories are.
        for first in range(0, len(ids), 50):
            some = ids[first:first + 50]
            answer = connection.call("io.jobd.Jobs.Get", {"ids": some})
            if [job["id"] for job in answer["parameters"].get("jobs", [])] != some:
                faults.append(f"acknowledged jobs are not there: {str(answer)[:300]}")
        listed, before = set(), None
        while before != 0:
            page = {"limit": 1_000} | ({"before": before} if before else {})
            answer = connection.call("io.jobd.Jobs.List", page)["parameters"]
            listed.update(job["id"] for job in answer["jobs"])
            before = answer.get("next", 0)
        if not listed.issuperset(ids):
            faults.append(f"{len(set(ids) - listed)} acknowledged jobs are in no list")
        for id in ids[:200]:
            answer = connection.call("io.jobd.Jobs.Why", {"id": id})
            if "error" in answer:
                faults.append(f"why {id}: {answer}")
    return faults


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
