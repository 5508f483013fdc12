#!/usr/bin/env python3
"""One jobd under load for minutes: its memory and its descriptors must stay as they are.

flat.py PROGRAMS [SECONDS]: PROGRAMS is the folder with jobd. Each cycle submits jobs from several connections, some
wait for others, some are cancelled, all print; when all have ended it looks at jobd. Old jobs are removed meanwhile, so
that the store stays as it is, too. The most of the second half is held against the most of the first.
"""

import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile
import time

from daemon import Daemon

CONFIGURATION = """
[queues.default]
workers = 8
journal = "off"
[retention]
succeeded = "2s"
cancelled = "2s"
keep = 500
"""
CLIENTS = 8
SUBMITS = 10  # Of each client in a cycle.
WARM_UP = 3  # Cycles until what is made once is there.
# What allocators and caches may add; a leak of a few bytes a job is more than that within an hour.
MAY_GROW = 1.1
MAY_GROW_KIB = 4096
# Connections that are about to be closed, and one more reader of the store.
MAY_OPEN = 4


def main(programs, seconds="60"):
    folder = tempfile.mkdtemp(prefix="jobd-flat-")
    daemon = Daemon(str(pathlib.Path(programs, "jobd").resolve()), folder, CONFIGURATION)
    daemon.launch()
    daemon.wait_until_ready()
    try:
        jobs, samples = load(daemon, time.monotonic() + int(seconds))
    finally:
        status = daemon.stop()
    shutil.rmtree(folder)
    half = (len(samples) - WARM_UP) // 2
    (first, opened), (last, still_open) = most(samples[WARM_UP:][:half]), most(samples[-half:])
    print(f"{jobs} jobs, {len(samples)} samples: resident {first} to {last} KiB, "
          f"descriptors {opened} to {still_open}")
    faults = [f"jobd ended with {status}"] if status != 0 else []
    if last > first * MAY_GROW + MAY_GROW_KIB:
        faults.append(f"memory grows: {[resident for resident, _ in samples]} KiB")
    if still_open > opened + MAY_OPEN:
        faults.append(f"descriptors leak: {[count for _, count in samples]}")
    print("\n".join(faults) or "flat")
    return 1 if faults else 0


def most(samples):
    """The most memory and the most descriptors of these."""
    return max(resident for resident, _ in samples), max(count for _, count in samples)


def load(daemon, end):
    """Returns how many jobs there were, and what was seen after each cycle."""
    jobs, samples = 0, []
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
        while len(samples) < WARM_UP + 2 or time.monotonic() < end:
            jobs += sum(clients.map(submit, [daemon] * CLIENTS * SUBMITS))
            if not daemon.is_idle(within=120):
                raise SystemExit("jobs do not end")
            samples.append(look(daemon.process))
    return jobs, samples


def submit(daemon):
    """One client: an array, a job that waits for it, and one that is cancelled; returns how many."""
    specs = [{"command": ["echo", "x" * 200], "directory": "/"}] * 10
    ids = [job["id"] for job in daemon.call("io.jobd.Jobs.Submit", {"jobs": specs})["jobs"]]
    more = [{"command": ["true"], "directory": "/", "afterAny": ids[:1]},
            {"command": ["true"], "directory": "/", "hold": True}]
    others = [job["id"] for job in daemon.call("io.jobd.Jobs.Submit", {"jobs": more})["jobs"]]
    daemon.call("io.jobd.Jobs.Cancel", {"ids": others[1:]})
    daemon.call("io.jobd.Jobs.List", {"limit": 100})
    return len(ids) + len(others)


def look(process):
    """Resident anonymous memory in KiB, and open descriptors."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    [resident] = [int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")]
    return resident, len(os.listdir(f"/proc/{process}/fd"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
