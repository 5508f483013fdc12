#!/usr/bin/env python3
"""jobd becomes another jobd under load, again and again: nobody may notice.

upgrade_rounds.py PROGRAMS [ROUNDS [SEED]]: PROGRAMS is the folder with jobd. Each round has clients submit jobs of all
kinds (kinds.py) and upgrades jobd in place at a random instant, by turns between two copies of the program. The process
must stay the same, no attempt may be lost or begin anew, and what a job prints and how it ends must be as if nothing
had happened. At the end history.py judges what clients were told and jobs did, against what jobd tells. A run that met
nothing worth meeting is invalid, and fails as well.
"""

import collections
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import history
import processes
import telling
from daemon import Daemon, Gone
from kill_rounds import CONFIGURATION, PATIENCE, RESOURCES, WORKERS, judged
from kinds import KINDS
from load import Load

SUBMITS_PER_ROUND = 8
MEAN_LIFE = 0.1  # Seconds from one upgrade to the next.
LINES = 400  # What a witness prints, over many upgrades.
WITNESSES = 2
# Prints numbers in the middle of lines, too, and ends with a code of its own.
WITNESS = f'i=0; while [ $i -lt {LINES} ]; do i=$((i+1)); printf "$i"; echo " of $1"; echo $i >&2; sleep 0.02; done; exit 7'


def main(programs, rounds="20", seed=None):
    seed = int(seed) if seed else time.time_ns() % 1_000_000
    print(f"{rounds} rounds, seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="jobd-upgrade-rounds-")
    os.mkdir(f"{folder}/locks")
    program = str(pathlib.Path(programs, "jobd").resolve())
    jobctl = str(pathlib.Path(programs, "jobctl").resolve())
    return judged(folder, Run(Daemon(f"{folder}/jobd", folder, CONFIGURATION), program, jobctl, seed), rounds)


class Run:
    def __init__(self, daemon, program, jobctl, seed):
        self.daemon = daemon
        self.program = program
        self.jobctl = jobctl
        self.load = Load(daemon, seed)
        self.chance = random.Random(f"{seed} upgrades")
        self.faults = []
        self.running = 0  # Attempts that went on, over all upgrades.
        self.durations = []
        self.installed = 0

    def install(self):
        """Puts a new file into the place of the program, as a package does."""
        self.installed += 1
        new = f"{self.daemon.folder}/new"
        shutil.copyfile(self.program, new)
        os.chmod(new, 0o755)
        os.rename(new, self.daemon.program)

    def whole(self, rounds):
        """Returns what was wrong, in words."""
        self.install()
        self.daemon.launch()
        self.daemon.wait_until_ready()
        process = self.daemon.process
        witnesses = self.witnesses()
        onlookers = [self.onlooker(words, id) for id in witnesses for words in (["wait"], ["logs", "--follow"])]
        for number in range(rounds):
            self.load.more(SUBMITS_PER_ROUND)
            time.sleep(self.chance.expovariate(1 / MEAN_LIFE))
            if number % 10 == 0:
                self.install()
            self.upgrade()
        self.load.wait()
        self.judge(witnesses)
        self.judge_onlookers(onlookers)
        isIdle = self.daemon.is_idle(within=PATIENCE)
        ends = {token: KINDS[name].ends for token, name in self.load.kinds.items()}
        told = telling.told(self.daemon, self.load, [], [], ends, WORKERS, RESOURCES)
        for id in witnesses:
            told.jobs.pop(id, None)
        faults = self.faults + list(history.faults(told))
        if self.daemon.process != process:
            faults.append("the process is another one")
        if isIdle and self.daemon.stop() != 0:
            faults.append(f"jobd did not stop well: {self.daemon.errors()}")
        if isIdle and processes.of_jobs(self.daemon.folder):
            faults.append("I4: processes of jobs are left at the end")
        return faults + list(self.report(told))

    def upgrade(self):
        self.daemon.forget_notifications()
        start = time.monotonic()
        answer = self.daemon.call("io.jobd.Daemon.Reexec", {})
        self.durations.append(time.monotonic() - start)
        self.running += answer["running"]
        if self.daemon.ended() is not None:
            raise SystemExit(f"jobd has ended; it said:\n{self.daemon.errors()}")

    def witnesses(self):
        """Jobs that go on over many upgrades; their ids."""
        specs = [{"command": ["sh", "-c", WITNESS, "witness", f"witness {number}"], "directory": "/",
                  "environment": {"KILL_ROUNDS": self.daemon.folder}} for number in range(WITNESSES)]
        return [job["id"] for job in self.daemon.call("io.jobd.Jobs.Submit", {"jobs": specs})["jobs"]]

    def judge(self, witnesses):
        """They printed everything once, and ended once."""
        self.wait_for(witnesses)
        for number, id in enumerate(witnesses):
            [job] = self.daemon.call("io.jobd.Jobs.Get", {"ids": [id]})["jobs"]
            ends = [(attempt.get("outcome"), attempt.get("exitCode")) for attempt in job["attempts"]]
            if ends != [("exited", 7)]:
                self.faults.append(f"I10: witness {number} ended as {ends}")
            text = {"stdout": "", "stderr": ""}
            for line in pathlib.Path(self.daemon.state, "output", "0", f"{id}.1.log").read_text().splitlines():
                _, stream, tag, words = line.split(" ", 3)
                text[stream] += words + ("\n" if tag == "F" else "")
            if text["stdout"] != "".join(f"{i} of witness {number}\n" for i in range(1, LINES + 1)):
                self.faults.append(f"I10: witness {number} did not print what it printed: {text['stdout'][-200:]}")
            if text["stderr"] != "".join(f"{i}\n" for i in range(1, LINES + 1)):
                self.faults.append(f"I10: witness {number} has other errors: {text['stderr'][-200:]}")

    def onlooker(self, words, id):
        """Somebody who waits for a job, or reads along, for as long as it runs."""
        path = f"{self.daemon.folder}/{words[0]}-{id}"
        environment = {**os.environ, "JOBD_SOCKET": self.daemon.socket}
        with open(path, "w") as output, open(f"{path}.errors", "w") as errors:
            return words[0], path, subprocess.Popen(
                [self.jobctl, *words, str(id)], stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                env=environment)

    def judge_onlookers(self, onlookers):
        """They have noticed nothing."""
        for number, (verb, path, process) in enumerate(onlookers):
            try:
                status = process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                status = process.wait()
            errors = pathlib.Path(f"{path}.errors").read_text()
            if verb == "wait" and status != 7:
                self.faults.append(f"I10: jobctl wait ended with {status}: {errors}")
            if verb == "logs":
                lines = pathlib.Path(path).read_text().splitlines()
                expected = [f"{i} of witness {number // 2}" for i in range(1, LINES + 1)]
                if status != 0 or [line for line in lines if " of " in line] != expected:
                    self.faults.append(f"I10: jobctl logs --follow ended with {status} after {len(lines)}: {errors}")

    def wait_for(self, ids):
        while True:
            try:
                return self.daemon.wait_for(ids)
            except Gone:
                time.sleep(0.01)

    def report(self, told):
        """Prints one line of figures; yields what makes the run no proof."""
        met = collections.Counter({
            "upgrades": len(self.durations), "attempts that went on": self.running,
            "answers unknown": sum(submit.outcome == "unknown" for submit in told.submits),
            "repeats that found their job": sum(submit.wasRepeat for submit in told.submits),
            "refused": sum(submit.outcome == "refused" for submit in told.submits),
            "cancels": len(told.cancels), "reads": len(told.reads),
        })
        for job in told.jobs.values():
            met[job["failure"] if job["state"] == "failed" else job["state"]] += 1
            met["attempts"] += len(job["attempts"])
            met["attempts lost"] += sum(attempt.get("outcome") == "lost" for attempt in job["attempts"])
        middle = sorted(self.durations)[len(self.durations) // 2]
        print(f"{len(told.jobs)} jobs; " + ", ".join(f"{count} {what}" for what, count in met.items())
              + f"; one upgrade {middle * 1000:.0f} ms, {max(self.durations) * 1000:.0f} at most", flush=True)
        if met["attempts lost"]:
            yield f"I5: {met['attempts lost']} attempts were lost"
        for what in ["upgrades", "attempts that went on", "cancels", "succeeded"]:
            if not met[what]:
                yield f"this run is invalid: it met no {what}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
