#!/usr/bin/env python3
"""Floods of output through jobd, against the same commands into a file, in turn on the same machine.

run.py PROGRAMS [ROUNDS]: PROGRAMS is the folder with the release build of jobd. Each round runs every command first
with its output in a file on the same disk and then as a job, from the submit to the end as jobd recorded it. The jobs
keep what a job keeps by default (64 MiB); "kept whole" runs in a queue whose bound its output fits into. Prints the medians in
MB/s of what the command printed, their ratios, and the peak memory of jobd; exits 1 where a ratio is below half.
"""

import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from jobd_client import Client, instant

SIZE = 1_000_000_000
KEPT = 200_000_000
GOAL = 0.5
FLOODS = [
    ("1 GB in lines of 80", SIZE, f"head -c {SIZE} /dev/zero | tr '\\0' x | fold", "default"),
    ("1 GB of yes", SIZE, f"yes | head -c {SIZE}", "default"),
    ("one line of 1 GB", SIZE, f"head -c {SIZE} /dev/zero | tr '\\0' x", "default"),
    ("1 GB of NUL", SIZE, f"head -c {SIZE} /dev/zero", "default"),
    ("200 MB in lines of 80, kept whole", KEPT, f"yes {'x' * 79} | head -c {KEPT}", "whole"),
]


def run_job(client, script, queue):
    """Seconds from the submit to the end of the job."""
    job = {"command": ["/bin/sh", "-c", script], "queue": queue}
    begin = time.time()
    number = client.call("io.jobd.Jobs.Submit", {"jobs": [job]})["jobs"][0]["id"]
    ended = client.call("io.jobd.Jobs.Wait", {"ids": [number]}, more=True)["job"]
    if ended["state"] != "succeeded":
        raise SystemExit(f"the job ended as {ended}")
    return instant(ended["ended"]) - begin


def run_plainly(script, path):
    """Seconds of the same command with its output in a file."""
    begin = time.time()
    with open(path, "wb") as file:
        subprocess.run(["/bin/sh", "-c", script], stdout=file, check=True)
    seconds = time.time() - begin
    path.unlink()
    return seconds


def start(programs, folder):
    configuration = folder / "jobd.toml"
    configuration.write_text('[queues.default]\n[queues.whole]\noutput_limit = "1GiB"\n')
    path = str(folder / "jobd.sock")
    daemon = subprocess.Popen(
        [programs / "jobd", "--config", configuration, "--state-directory", folder / "state", "--socket", path],
        stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            return daemon, Client(path)
        except OSError:
            time.sleep(0.02)
    raise SystemExit("jobd did not come up")


def peak_memory(process):
    """MiB that the process had at most."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("no VmHWM")


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        daemon, client = start(programs, folder)
        try:
            before = peak_memory(daemon)
            plain = [[] for _ in FLOODS]
            jobs = [[] for _ in FLOODS]
            for _ in range(rounds):
                for place, (_, size, script, queue) in enumerate(FLOODS):
                    plain[place].append(size / 1e6 / run_plainly(script, folder / "plain"))
                    jobs[place].append(size / 1e6 / run_job(client, script, queue))
            after = peak_memory(daemon)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
    print(f"MB/s, medians of {rounds} rounds in turn      into a file     job   ratio (goal: at least {GOAL})")
    is_fast = True
    for place, (title, *_) in enumerate(FLOODS):
        ratio = statistics.median(b / a for a, b in zip(plain[place], jobs[place]))
        is_fast = is_fast and ratio >= GOAL
        print(
            f"{title:40} {statistics.median(plain[place]):10.0f} {statistics.median(jobs[place]):7.0f} {ratio:7.2f}")
    print(f"peak memory of jobd: {before:.0f} MiB before, {after:.0f} MiB after")
    return 0 if is_fast else 1


if __name__ == "__main__":
    sys.exit(main())
