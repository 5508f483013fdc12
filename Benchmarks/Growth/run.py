#!/usr/bin/env python3
"""What jobd costs with nothing, ten thousand, a million or ten million jobs waiting, on one store that grows.

run.py PROGRAMS [SIZE...]: PROGRAMS is the folder with the release builds of jobd and jobctl, which also holds the store
meanwhile; about 500 bytes a job. Each job has 100 bytes of command, and a token as jobctl makes them. At each size:
resident memory; one submit to the queue that waits; the start of a job in another queue, as jobd measures it; `jobctl
status`, the whole process; the time to READY after a clean stop and after a kill -9 with submits just before; the bytes
on disk. Prints medians with their spread, and exits 1 where one misses its goal.
"""

import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Benchmarks"), str(ROOT / "Tests/Promises")]

from daemon import PATIENCE, Daemon, is_readable
from jobd_client import Client

SIZES = [0, 10_000, 1_000_000]
CONFIGURATION = '[queues.default]\nworkers = 1\njournal = "off"\n[queues.crowded]\nworkers = 1\n'
ROUNDS = {"submit": 301, "start": 101, "status": 11, "restart": 3, "sync": 300}
MEMORY, GROWTH, RESTART, RESTART_AFTER_KILL, STATUS = 64, 1.3, 2, 5, 50


def token():
    """As jobctl makes them: the time in milliseconds, and 80 random bits."""
    return f"{time.time_ns() // 1_000_000:012x}" + os.urandom(10).hex()


def waiting_job():
    return {"command": ["/bin/echo", "x" * 90], "queue": "crowded", "token": token()}


def fill(client, count):
    """Jobs a second."""
    begin = time.monotonic()
    calls = [min(1000, count - first) for first in range(0, count, 1000)]
    for place, jobs in enumerate(calls):
        client.send("io.jobd.Jobs.Submit", {"jobs": [waiting_job() for _ in range(jobs)]})
        # One call is carried out while the next one is made.
        if place > 0:
            client.receive()
    if calls:
        client.receive()
    return count / (time.monotonic() - begin)


def submit(client):
    """Milliseconds of one submit."""
    job = waiting_job()
    begin = time.monotonic()
    client.call("io.jobd.Jobs.Submit", {"jobs": [job]})
    return 1e3 * (time.monotonic() - begin)


def start(client):
    """Milliseconds from when a job could start until its program was started."""
    job = client.call("io.jobd.Jobs.Submit", {"jobs": [{"command": ["/bin/true"], "token": token()}]})["jobs"][0]["id"]
    client.call("io.jobd.Jobs.Wait", {"ids": [job]}, more=True)
    found = client.call("io.jobd.Jobs.Get", {"ids": [job]})["jobs"][0]
    return found["attempts"][0]["startLatencyMicroseconds"] / 1e3


def status(programs, daemon):
    """Milliseconds of the whole command."""
    begin = time.monotonic()
    subprocess.run([programs / "jobctl", "--socket", daemon.socket, "status"], check=True, capture_output=True)
    return 1e3 * (time.monotonic() - begin)


def restart(daemon, end):
    """Seconds from the start of the process to READY."""
    # jobd tells its status meanwhile, and waits where nobody reads it.
    while is_readable(daemon.notifications, 0.1):
        daemon.notifications.recv(65536)
    end()
    begin = time.monotonic()
    daemon.launch()
    daemon.wait_until_ready()
    return time.monotonic() - begin


def kill_under_load(daemon):
    client = Client(daemon.socket)
    fill(client, 1000)
    client.send("io.jobd.Jobs.Submit", {"jobs": [waiting_job() for _ in range(1000)]})
    daemon.kill()


def resident(daemon):
    """MiB."""
    for line in pathlib.Path(f"/proc/{daemon.process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("no VmRSS")


def stored(daemon):
    """Bytes of the store with all its files."""
    return sum(path.stat().st_blocks * 512 for path in pathlib.Path(daemon.folder, "state").glob("*.db*"))


def sync_rate(folder):
    """How often the disk syncs 4 KiB that are there already, in a second."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        block = bytes(4096)
        os.pwrite(file.fileno(), block, 0)
        os.fdatasync(file.fileno())
        begin = time.monotonic()
        for _ in range(ROUNDS["sync"]):
            os.pwrite(file.fileno(), block, 0)
            os.fdatasync(file.fileno())
        return ROUNDS["sync"] / (time.monotonic() - begin)


def measure(programs, daemon, size):
    """What there is to say of this size: numbers, or lists of them."""
    client = Client(daemon.socket)
    client.socket.settimeout(PATIENCE)
    waiting = sum(queue["ready"] for queue in client.call("io.jobd.Queues.List", {})["queues"])
    figures = {"sync": sync_rate(daemon.folder), "fill": fill(client, max(0, size - waiting))}
    for _ in range(20):
        submit(client), start(client)
    figures["submit"] = [submit(client) for _ in range(ROUNDS["submit"])]
    figures["start"] = [start(client) for _ in range(ROUNDS["start"])]
    figures["status"] = [status(programs, daemon) for _ in range(ROUNDS["status"])]
    figures["memory"] = resident(daemon)
    figures["stop"] = [restart(daemon, daemon.stop) for _ in range(ROUNDS["restart"])]
    status(programs, daemon)
    figures["memory again"] = resident(daemon)
    figures["bytes"] = stored(daemon)
    figures["kill"] = [restart(daemon, lambda: kill_under_load(daemon)) for _ in range(ROUNDS["restart"])]
    return figures


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def table(sizes, all_figures):
    print(f"{'':34}" + "".join(f"{size:>26,}" for size in sizes))
    empty = all_figures[0]["bytes"]
    rows = [
        ("syncs of 4 KiB a second", lambda f, _: f"{f['sync']:,.0f}"),
        ("filled with, jobs a second", lambda f, _: f"{f['fill']:,.0f}"),
        ("resident memory, MiB", lambda f, _: f"{f['memory']:.1f}"),
        ("the same after a restart, MiB", lambda f, _: f"{f['memory again']:.1f}"),
        ("one submit, ms", lambda f, _: spread(f["submit"], 2)),
        ("ready to started elsewhere, ms", lambda f, _: spread(f["start"], 2)),
        ("jobctl status, ms", lambda f, _: spread(f["status"], 1)),
        ("to READY after a stop, s", lambda f, _: spread(f["stop"], 2)),
        ("to READY after kill -9, s", lambda f, _: spread(f["kill"], 2)),
        ("disk, bytes a job", lambda f, size: f"{(f['bytes'] - empty) / size:.0f}" if size > 1 else "-"),
    ]
    for title, text in rows:
        print(f"{title:34}" + "".join(f"{text(figures, size):>26}" for size, figures in zip(sizes, all_figures)))


def missed(size, figures, first):
    """The goals that were not reached."""
    median = {name: statistics.median(figures[name]) for name in ("submit", "start", "status", "stop", "kill")}
    goals = [
        ("memory", figures["memory"], min(MEMORY, GROWTH * first["memory"])),
        ("submit", median["submit"], GROWTH * statistics.median(first["submit"])),
        ("start", median["start"], GROWTH * statistics.median(first["start"])),
        ("status", median["status"], STATUS),
        ("restart after a stop", median["stop"], RESTART),
        ("restart after kill -9", median["kill"], RESTART_AFTER_KILL),
    ]
    return [f"{size:,} waiting: {name} {value:.2f}, goal {goal:.2f}" for name, value, goal in goals if value > goal]


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    sizes = sorted(int(size) for size in sys.argv[2:]) or SIZES
    commit = subprocess.run(
        ["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory(dir=programs) as folder:
        daemon = Daemon(programs / "jobd", folder, CONFIGURATION)
        daemon.launch()
        daemon.wait_until_ready()
        daemon.call("io.jobd.Queues.Pause", {"queue": "crowded"})
        try:
            all_figures = [measure(programs, daemon, size) for size in sizes]
        finally:
            daemon.stop()
    print(f"commit {commit}, {platform.platform()}, {os.cpu_count()} processors; median (min-max); jobs that wait:")
    table(sizes, all_figures)
    problems = [problem for size, f in zip(sizes, all_figures) for problem in missed(size, f, all_figures[0])]
    print("\n".join(problems) or "all goals reached")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
