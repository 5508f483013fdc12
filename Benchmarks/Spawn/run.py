#!/usr/bin/env python3
"""1,000 times /bin/true through jobd, against a plain C loop, in turn on the same machine.

run.py PROGRAMS [ROUNDS]: PROGRAMS is the folder with the release build of jobd. Each round runs the C loop
(posix_spawn and waitpid on two threads) and then jobd (one Submit of 1,000 jobs, from the call to the end of the last
job as jobd recorded it, all states durable, output captured, a cgroup for each). Prints the medians with their spread
and the ratio; exits 1 below half.

jobd runs with more workers than there are processors: a worker sleeps while its outcome and its next claim are on their
way to the disk.
"""

import datetime
import json
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

JOBS = 1000
WORKERS = 12
GOAL = 0.5


class Client:
    """A connection that speaks Varlink: JSON objects, each ended by NUL."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.buffer = b""

    def send(self, method, parameters, more=False):
        call = {"method": method, "parameters": parameters}
        if more:
            call["more"] = True
        self.socket.sendall(json.dumps(call).encode() + b"\0")

    def receive(self):
        while b"\0" not in self.buffer:
            data = self.socket.recv(1 << 20)
            if not data:
                raise SystemExit("jobd closed the connection")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        reply = json.loads(message)
        if "error" in reply:
            raise SystemExit(f"jobd answered {reply}")
        return reply


def instant(text):
    """Seconds since 1970 of an RFC 3339 time with nanoseconds."""
    whole, fraction = text.rstrip("Z").split(".")
    return datetime.datetime.fromisoformat(whole + "+00:00").timestamp() + float("0." + fraction)


def run_jobs(path):
    """Jobs a second, from the submit to the last end."""
    client = Client(path)
    begin = time.time()
    client.send("io.jobd.Jobs.Submit", {"jobs": [{"command": ["/bin/true"]}] * JOBS})
    ids = [job["id"] for job in client.receive()["parameters"]["jobs"]]
    # Whoever waits for each of them costs some time of the two processors; the last ones tell when all are through.
    for waited in ids[-WORKERS:], ids:
        client.send("io.jobd.Jobs.Wait", {"ids": waited}, more=True)
        while client.receive().get("continues"):
            pass
    client.send("io.jobd.Jobs.List", {"limit": JOBS, "before": ids[-1] + 1})
    jobs = client.receive()["parameters"]["jobs"]
    if [job["id"] for job in jobs] != ids[::-1] or any(job["state"] != "succeeded" for job in jobs):
        raise SystemExit("not all jobs ended well")
    return JOBS / (max(instant(job["ended"]) for job in jobs) - begin)


def start(programs, folder):
    configuration = folder / "jobd.toml"
    configuration.write_text(f'[queues.default]\nworkers = {WORKERS}\njournal = "off"\n')
    path = str(folder / "jobd.sock")
    daemon = subprocess.Popen(
        [programs / "jobd", "--config", configuration, "--state-directory", folder / "state", "--socket", path],
        stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            Client(path)
            return daemon, path
        except OSError:
            time.sleep(0.02)
    raise SystemExit("jobd did not come up")


def row(name, values):
    print(f"{name:42} {statistics.median(values):9.0f} {min(values):9.0f} {max(values):9.0f}")


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        loop = folder / "spawn_loop"
        source = pathlib.Path(__file__).with_name("spawn_loop.c")
        subprocess.run(["cc", "-O2", "-pthread", source, "-o", loop], check=True)
        daemon, path = start(programs, folder)
        try:
            run_jobs(path)  # a warm-up, not counted
            floor, jobs = [], []
            for _ in range(rounds):
                floor.append(float(subprocess.run([loop, "2", str(JOBS)], check=True, capture_output=True).stdout))
                jobs.append(run_jobs(path))
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
    print(f"{JOBS} x /bin/true, a second ({rounds} rounds in turn)      median       min       max")
    row("C: posix_spawn + waitpid, 2 threads", floor)
    row("jobd: submitted in one call, all durable", jobs)
    ratio = statistics.median(b / a for a, b in zip(floor, jobs))
    print(f"ratio jobd / C: {ratio:.2f} (goal: at least {GOAL})")
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
