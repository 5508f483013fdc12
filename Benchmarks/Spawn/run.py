#!/usr/bin/env python3
"""1,000 times /bin/true through jobd, against a plain C loop, in turn on the same machine.

run.py PROGRAMS [ROUNDS]: PROGRAMS is the folder with the release build of jobd. Each round runs the C loop
(posix_spawn and waitpid on two threads) and then two daemons in turn (one Submit of 1,000 jobs, from the call to the
end of the last job as jobd recorded it, all states durable, output captured): one with a cgroup for each attempt, one
that finds no cgroups and keeps attempts together by their sessions. The second needs root, for a mount namespace
without the cgroup hierarchy. Prints the medians with their spread and the ratios; exits 1 where one is below its goal.

jobd runs with more workers than there are processors: a worker sleeps while its outcome and its next claim are on their
way to the disk.
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

JOBS = 1000
WORKERS = 12
GOALS = {"cgroup": 0.6, "session": 0.8}


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


# The hierarchy of version 2 is where `mount` says so; a lazy unmount of it holds in the new namespace only.
WITHOUT_CGROUPS = """
for folder in $(awk '$3 == "cgroup2" { print $2 }' /proc/mounts); do umount -l "$folder"; done
exec "$@"
"""


def start(programs, folder, keeping):
    folder.mkdir()
    configuration = folder / "jobd.toml"
    configuration.write_text(f'[queues.default]\nworkers = {WORKERS}\njournal = "off"\n')
    path = str(folder / "jobd.sock")
    command = [programs / "jobd", "--config", configuration, "--state-directory", folder / "state", "--socket", path]
    if keeping == "session":
        command = ["unshare", "--mount", "sh", "-c", WITHOUT_CGROUPS, "sh"] + command
    daemon = subprocess.Popen(command, stderr=subprocess.DEVNULL)
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
        daemons = {keeping: start(programs, folder / keeping, keeping) for keeping in GOALS}
        try:
            floor, jobs = [], {keeping: [] for keeping in GOALS}
            for _, path in daemons.values():
                run_jobs(path)  # a warm-up, not counted
            for _ in range(rounds):
                floor.append(float(subprocess.run([loop, "2", str(JOBS)], check=True, capture_output=True).stdout))
                for keeping, (_, path) in daemons.items():
                    jobs[keeping].append(run_jobs(path))
        finally:
            for daemon, _ in daemons.values():
                daemon.send_signal(signal.SIGTERM)
                daemon.wait()
    print(f"{JOBS} x /bin/true, a second ({rounds} rounds in turn)      median       min       max")
    row("C: posix_spawn + waitpid, 2 threads", floor)
    reached = True
    for keeping, goal in GOALS.items():
        row(f"jobd, {keeping} for each, all durable", jobs[keeping])
        ratio = statistics.median(b / a for a, b in zip(floor, jobs[keeping]))
        print(f"ratio jobd / C, {keeping}: {ratio:.2f} (goal: at least {goal})")
        reached = reached and ratio >= goal
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
