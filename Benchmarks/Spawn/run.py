#!/usr/bin/env python3
"""1,000 times /bin/true through jobd, against a plain C loop, in turn on the same machine.

run.py PROGRAMS [ROUNDS]: PROGRAMS is the folder with the release build of jobd. Each round runs the C loop
(posix_spawn and waitpid on two threads) and then jobd (one Submit of 1,000 jobs, from the call to the last end, all
states durable, output captured). Prints the medians with their spread and the ratio; exits 1 below half.
"""

import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

JOBS = 1000
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


def run_jobs(path):
    """Jobs a second, from the submit to the last end."""
    client = Client(path)
    begin = time.monotonic()
    client.send("io.jobd.Jobs.Submit", {"jobs": [{"command": ["/bin/true"]}] * JOBS})
    ids = [job["id"] for job in client.receive()["parameters"]["jobs"]]
    client.send("io.jobd.Jobs.Wait", {"ids": ids}, more=True)
    states = []
    while True:
        reply = client.receive()
        states.append(reply["parameters"]["job"]["state"])
        if not reply.get("continues"):
            break
    seconds = time.monotonic() - begin
    if states != ["succeeded"] * JOBS:
        raise SystemExit(f"{len(states)} ends, not all of them good")
    return JOBS / seconds


def start(programs, folder):
    configuration = folder / "jobd.toml"
    configuration.write_text('[queues.default]\nworkers = 4\njournal = "off"\n')
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
