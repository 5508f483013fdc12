#!/usr/bin/env python3
"""Durable submits a second: jobd against beanstalkd and Redis, in turn on the same machine and disk.

run.py PROGRAMS [ROUNDS [SECONDS]]: PROGRAMS is the folder with the release build of jobd. All three keep their store in
the same folder and answer each submit after it is on disk: beanstalkd syncs every write (-b DIR -f0), Redis its log
before each answer (appendfsync always), jobd commits with synchronous=FULL. One C program drives them, with the same
100 bytes of command; jobd's jobs go to a paused queue, so that only the submit is measured. Each round takes every row
once. Prints the medians with their spread, the ratios, and how often the disk syncs meanwhile; exits 1 where a row
misses a goal.
"""

import contextlib
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from jobd_client import running_daemon

# Title; connections, calls in flight on each, jobs in a call; jobs a second and ratios to the peers at least.
ROWS = [
    ("1 client", (1, 1, 1), {}),
    ("8 clients", (8, 1, 1), {"beanstalkd": 3, "redis": 0.8}),
    ("50 clients", (50, 1, 1), {"beanstalkd": 8, "redis": 0.8}),
    ("1 client, 100 in flight", (1, 100, 1), {"jobs": 60_000}),
    ("1 client, arrays of 1,000", (1, 1, 1000), {"jobs": 150_000}),
]
CONFIGURATION = "[queues.parked]\n"


@contextlib.contextmanager
def peer(command, socket):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if socket.exists():
                break
            time.sleep(0.02)
        else:
            raise SystemExit(f"{command[0]} did not come up")
        yield socket, process.pid
    finally:
        process.terminate()
        process.wait()


def beanstalkd(folder):
    folder.mkdir()
    socket = folder / "socket"
    return peer(["beanstalkd", "-l", f"unix:{socket}", "-b", folder, "-f0"], socket)


def redis(folder):
    folder.mkdir()
    socket = folder / "socket"
    # Without rewriting its log meanwhile, which would cost it.
    return peer(
        ["redis-server", "--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--appendonly", "yes",
         "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"], socket)


@contextlib.contextmanager
def jobd(programs, folder):
    with running_daemon(programs, folder, CONFIGURATION) as (daemon, client):
        client.call("io.jobd.Queues.Pause", {"queue": "parked"})
        yield client.path, daemon.pid


def processor_time(process):
    """Seconds that a process has used of the processors."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sync_rate(folder):
    """How often a second this disk syncs a block that is there already."""
    block, count = bytes(4096), 500
    with open(folder / "sync", "wb", buffering=0) as file:
        os.pwrite(file.fileno(), block, 0)
        os.fsync(file.fileno())
        begin = time.monotonic()
        for _ in range(count):
            os.pwrite(file.fileno(), block, 0)
            os.fdatasync(file.fileno())
        return count / (time.monotonic() - begin)


def measure(load, protocol, server, seconds, shape):
    """Jobs a second; the median and the 99th percentile of a call, and the server's processor time for a job, in µs."""
    socket, process = server
    words = [load, protocol, socket, str(seconds)] + [str(number) for number in shape]
    before = processor_time(process)
    output = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    jobs, rate, middle, slow = map(float, output.split())
    return rate, middle, slow, (processor_time(process) - before) * 1e6 / jobs


def run_rounds(folder, load, servers, rounds, seconds):
    syncs, results = [], {}
    for round in range(rounds + 1):
        if round > 0:
            syncs.append(sync_rate(folder))
        for title, shape, _ in ROWS:
            for protocol, server in servers.items():
                if shape[2] > 1 and protocol != "jobd":
                    continue
                result = measure(load, protocol, server, seconds if round > 0 else 0.2, shape)
                # The first round warms up.
                if round > 0:
                    results.setdefault((title, protocol), []).append(result)
    return syncs, results


def spread(values):
    return f"{statistics.median(values):9,.0f} {min(values):9,.0f}–{max(values):,.0f}"


def report(syncs, results):
    """Prints the table; whether all goals are reached."""
    models = [line for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = models[0].partition(": ")[2] if models else platform.machine()
    print(f"{model}, {os.cpu_count()} processors, Linux {platform.release()}")
    print(f"syncs of a block a second: {spread(syncs)}")
    print("durable jobs a second (medians, min–max), a call's p50 and p99, and processor time a job, in µs")
    is_reached = True
    for title, _, goals in ROWS:
        rates = {}
        for protocol in "beanstalkd", "redis", "jobd":
            if (title, protocol) not in results:
                continue
            jobs, middle, slow, busy = zip(*results[title, protocol])
            rates[protocol] = jobs
            times = f"{statistics.median(middle):7,.0f} {statistics.median(slow):7,.0f} {statistics.median(busy):7,.1f}"
            print(f"  {title:26} {protocol:10} {spread(jobs):30} {times}")
        for name, goal in goals.items():
            if name == "jobs":
                figure, text = statistics.median(rates["jobd"]), f"{goal:,} jobs a second"
            else:
                figure = statistics.median(ours / theirs for ours, theirs in zip(rates["jobd"], rates[name]))
                text = f"{goal} x {name}"
            is_reached = is_reached and figure >= goal
            said = f"{figure:,.2f}" if figure < 1000 else f"{figure:,.0f}"
            print(f"    goal: at least {text}: {said}{'' if figure >= goal else ' MISSED'}")
    return is_reached


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 1
    source = pathlib.Path(__file__).with_name("load.c")
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=source.parent, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory(dir=programs) as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        load = folder / "load"
        subprocess.run(["cc", "-O2", source, "-o", load], check=True)
        servers = {
            "beanstalkd": stack.enter_context(beanstalkd(folder / "beanstalkd")),
            "redis": stack.enter_context(redis(folder / "redis")),
            "jobd": stack.enter_context(jobd(programs, folder / "jobd")),
        }
        syncs, results = run_rounds(folder, load, servers, rounds, seconds)
    print(f"commit {commit}, {rounds} rounds in turn of {seconds:g} s a row; ", end="")
    return 0 if report(syncs, results) else 1


if __name__ == "__main__":
    sys.exit(main())
