#!/usr/bin/env python3
"""From the submit to the first instruction of the job, on an idle daemon.

run.py PROGRAMS [JOBS]: PROGRAMS is the folder with the release build of jobd. One job at a time, each submitted when the
one before has ended and the machine had a moment to fall asleep: the time from before the call is written to the start
of a static program, as that program itself sees it on the same clock. Prints the median and the 99th percentile; exits
1 where one misses its goal.
"""

import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from jobd_client import running_daemon

GOALS = {"p50": 1000, "p99": 5000}
PAUSE = 0.005


def start_latency(client, program, starts):
    """Microseconds from the submit to the start of one job."""
    time.sleep(PAUSE)
    begin = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    job = client.call("io.jobd.Jobs.Submit", {"jobs": [{"command": [str(program), starts.getsockname()]}]})["jobs"][0]
    start = struct.unpack("q", starts.recv(8))[0]
    client.call("io.jobd.Jobs.Wait", {"ids": [job["id"]]}, more=True)
    return (start - begin) / 1000


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with tempfile.TemporaryDirectory(dir=programs) as name:
        folder = pathlib.Path(name)
        program = folder / "note_start"
        source = pathlib.Path(__file__).with_name("note_start.c")
        subprocess.run(["cc", "-O2", "-static", source, "-o", program], check=True)
        starts = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        starts.bind(str(folder / "starts"))
        starts.settimeout(60)
        with running_daemon(programs, folder / "jobd", "[queues.default]\n") as (_, client):
            for _ in range(20):
                start_latency(client, program, starts)
            times = sorted(start_latency(client, program, starts) for _ in range(jobs))
    figures = {"p50": times[jobs // 2], "p99": times[jobs * 99 // 100]}
    print(f"submit to process start, idle daemon, {jobs} jobs, in µs: min {times[0]:,.0f}, max {times[-1]:,.0f}")
    for name, goal in GOALS.items():
        print(f"  {name} {figures[name]:,.0f} (goal: below {goal:,})")
    return 0 if all(figures[name] < goal for name, goal in GOALS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
