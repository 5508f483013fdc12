#!/usr/bin/env python3
"""Who may do what to whose job, asked by real users of a real jobd: every method, every kind of user.

three_users.py PROGRAMS: PROGRAMS is the folder with jobd. Needs root. The users are there for this process and jobd
only: ada, whose jobs it is about; bob, who has no business with them; mel, who is in a group jobd; adm, who is in
jobd-admin; and root. To bob and mel a job of ada's must look in every answer like one that there never was, and nothing
that they try may change it.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import people
import processes
import rights
from daemon import Daemon

CONFIGURATION = '[queues.default]\nworkers = 32\njournal = "off"\n[queues.other]\nworkers = 1'
USERS = [("ada", 61001), ("bob", 61002), ("mel", 61003), ("adm", 61004)]
GROUPS = [("jobd", 61011, ["mel"]), ("jobd-admin", 61012, ["adm"])]
STRANGERS = ["bob", "mel"]
UNKNOWN = 987_654_321


class World:
    """A jobd with its people, and ada's jobs in whatever state somebody needs one."""

    def __init__(self, programs, folder):
        os.chmod(folder, 0o755)
        people.move_in(folder, USERS, GROUPS)
        self.daemon = Daemon(str(pathlib.Path(programs, "jobd").resolve()), folder, CONFIGURATION)
        self.daemon.launch()
        self.daemon.wait_until_ready()
        names = ["root"] + [name for name, _ in USERS]
        self.people = {name: people.Person(name, self.daemon.socket) for name in names}
        # So that a job's number is no small one, which an answer may hold for other reasons.
        ids = self.submit("root", [{"command": ["true"], "hold": True}] * 1000)
        self.people["root"].call("io.jobd.Jobs.Cancel", {"ids": ids})

    def submit(self, name, jobs):
        [reply] = self.people[name].call("io.jobd.Jobs.Submit", {"jobs": [{"directory": "/", **job} for job in jobs]})
        return [job["id"] for job in reply["parameters"]["jobs"]]

    def job(self, state):
        """A new job of ada's in that state."""
        command = ["sh", "-c", "echo what ada printed; " + ("exec sleep 600" if state == "running" else "")]
        more = {
            "held": {"hold": True}, "scheduled": {"delayMilliseconds": 3_600_000},
            "blocked": {"after": [self.job("held")]} if state == "blocked" else {},
        }.get(state, {})
        [id] = self.submit("ada", [{"command": command, "environment": {"KILL_ROUNDS": self.daemon.folder}, **more}])
        deadline = time.monotonic() + people.PATIENCE
        while self.look(id)["state"] != state or (state == "running" and not self.has_printed(id)):
            if time.monotonic() > deadline:
                raise SystemExit(f"ada's job does not become {state}: {self.look(id)}")
            time.sleep(0.005)
        return id

    def look(self, id):
        """The job as ada sees it."""
        return self.people["ada"].call("io.jobd.Jobs.Get", {"ids": [id]})[0]["parameters"]["jobs"][0]

    def has_printed(self, id):
        return bool(self.people["ada"].call("io.jobd.Jobs.Logs", {"id": id})[0].get("parameters", {}).get("lines"))

    def close(self):
        for person in self.people.values():
            person.leave()
        for number, _ in processes.of_jobs(self.daemon.folder):
            os.kill(number, signal.SIGKILL)
        self.daemon.stop()


def main(programs):
    if os.geteuid() != 0:
        raise SystemExit("three_users.py becomes other users: run it as root")
    folder = tempfile.mkdtemp(prefix="jobd-three-users-")
    world = World(programs, folder)
    try:
        faults = [
            *all_methods(world), *the_table(world), *looks_absent(world), *apart(world), *in_the_kernel(world),
            *by_jobctl(world, programs),
        ]
    finally:
        world.close()
        os.chdir("/")
        shutil.rmtree(folder)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def all_methods(world):
    """The table leaves none out that the daemon serves."""
    told = {method for method, *_ in rights.TABLE}
    for interface in ["io.jobd.Jobs", "io.jobd.Queues", "io.jobd.Daemon"]:
        [reply] = world.people["root"].call("org.varlink.service.GetInterfaceDescription", {"interface": interface})
        for method in re.findall(r"^method (\w+)", reply["parameters"]["description"], re.MULTILINE):
            if f"{interface}.{method}" not in told:
                yield f"the table says nothing of {interface}.{method}"


def the_table(world):
    """Each method by each user, as rights.py says."""
    for method, state, parameters, more, wanted in rights.TABLE:
        for name, expected in wanted.items():
            id = world.job(state) if state else 0
            got = rights.word(method, world.people[name].call(method, parameters(id), more), id)
            if got != expected:
                yield f"{name} calls {method} for a job of ada's that is {state}: {got} instead of {expected}"
            if id:
                world.people["root"].call("io.jobd.Jobs.Cancel", {"ids": [id]})
    cells = sum(len(wanted) for *_, wanted in rights.TABLE)
    print(f"{cells} cells: each method by owner, another, group jobd, group jobd-admin, root")


def looks_absent(world):
    """A stranger gets to the letter the same answer for ada's job as for one that there never was."""
    count = 0
    for state in ["held", "scheduled", "blocked", "running", "succeeded"]:
        id = world.job(state)
        before = world.look(id)
        for method, _, parameters, more, wanted in rights.TABLE:
            if parameters(id) == parameters(UNKNOWN):
                continue  # It is about no job.
            for name in STRANGERS:
                foreign, absent = (
                    without(number, world.people[name].call(method, parameters(number), more))
                    for number in (id, UNKNOWN)
                )
                count += 1
                if foreign != absent:
                    yield f"{name} can tell ada's {state} job from none by {method}:\n  {foreign}\n  {absent}"
        if world.look(id) != before:
            yield f"ada's {state} job was changed by strangers:\n  {before}\n  {world.look(id)}"
    print(f"{count} answers about ada's jobs are to the letter those about jobs that there never were")


def without(id, replies):
    return re.sub(rf"\b{id}\b", "ID", json.dumps(replies))


def apart(world):
    """Tokens, keys and lists are each user's own."""
    [adas] = world.submit("ada", [{"command": ["true"], "hold": True, "token": "t", "key": "k", "name": "secret"}])
    before = world.look(adas)
    bob = world.people["bob"]
    conflicts = [{"key": "k", "onKeyConflict": rule} for rule in ("reject", "existing", "replace")]
    for wishes in [{"token": "t"}, *conflicts]:
        job = {"command": ["true"], "directory": "/", "hold": True, **wishes}
        [reply] = bob.call("io.jobd.Jobs.Submit", {"jobs": [job]})
        own = reply.get("parameters", {}).get("jobs", [{}])[0]
        if own.get("id") in (None, adas) or own.get("existing") or own.get("repeated"):
            yield f"bob's token and key meet ada's: {reply}"
        bob.call("io.jobd.Jobs.Cancel", {"ids": [own.get("id", UNKNOWN)]})
    if world.look(adas) != before:
        yield "ada's job was changed by a submit of bob's"
    [own] = world.submit("bob", [{"command": ["true"]}])
    bob.call("io.jobd.Jobs.Wait", {"ids": [own]})
    for parameters in [{}, {"user": "ada"}, {"name": "secret"}, {"states": ["held"]}, {"queues": ["default"]},
                       {"before": adas + 1}]:
        [reply] = bob.call("io.jobd.Jobs.List", parameters)
        if any(job["user"] != "bob" for job in reply["parameters"]["jobs"]) or (
            not reply["parameters"]["jobs"] and "next" in reply["parameters"]):
            yield f"bob's list with {parameters} tells of others: {reply}"
    print("tokens, keys and lists are each user's own")


def in_the_kernel(world):
    """Past the socket: a job's process, output, surroundings and cgroup."""
    id = world.job("running")
    mark = f"JOBD_ID={id}".encode()
    [process] = [number for number, _ in processes.of_jobs(world.daemon.folder)
                 if mark in pathlib.Path(f"/proc/{number}/environ").read_bytes().split(b"\0")]
    state = f"{world.daemon.folder}/state"
    outputs = [str(path) for path in pathlib.Path(state).rglob("*") if path.is_file()]
    if not any("what ada printed" in pathlib.Path(path).read_text(errors="replace") for path in outputs):
        yield "there is no output file, so that this check proves nothing"
    deeds = [("kill", process, 0), ("kill", process, 9), ("listdir", state), ("open", f"/proc/{process}/environ", 0)]
    deeds += [("open", path, os.O_RDONLY) for path in outputs] + [("open", path, os.O_WRONLY) for path in outputs]
    home = world.daemon.cgroup()
    if home:
        group = [line for line in open(f"/proc/{process}/cgroup") if line.startswith("0::")][0][3:].strip()
        group = f"{home}/{os.path.basename(group)}"
        deeds += [("open", f"{group}/{file}", os.O_WRONLY) for file in ["cgroup.procs", "cgroup.kill", "cgroup.freeze"]]
        deeds += [("mkdir", f"{group}/mine", 0o700), ("rmdir", group)]
    for name in STRANGERS:
        for deed in deeds:
            if (error := world.people[name].attempt(*deed)) not in ("PermissionError",):
                yield f"{name} may {deed}: {error}"
    # What the owner may is that of any process of hers.
    if world.people["ada"].attempt("kill", process, 0) is not None:
        yield "ada may not signal her own process"
    for deed in deeds[2:3] + deeds[4:]:
        if world.people["ada"].attempt(*deed) != "PermissionError":
            yield f"ada may {deed}"
    print(f"{len(deeds)} ways past the socket are closed to strangers")


def by_jobctl(world, programs):
    """The words and the exit status of jobctl, as a stranger and as the owner."""
    # Others need not be able to reach the folder with the programs.
    jobctl = shutil.copy(pathlib.Path(programs, "jobctl"), world.daemon.folder)
    id = world.job("held")
    verbs = [["show"], ["show", "--json"], ["logs"], ["logs", "--follow"], ["wait"], ["why"], ["hold"], ["release"],
             ["retry"], ["edit", "--priority", "5"], ["kill"]]

    def told(name, verb, number):
        account = world.people[name].account
        run = subprocess.run(
            [jobctl, *verb, str(number)], user=account.pw_uid, group=account.pw_gid, extra_groups=[], cwd="/",
            env={"JOBD_SOCKET": world.daemon.socket, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=people.PATIENCE)
        return run.returncode, re.sub(rf"\b{number}\b", "ID", run.stdout + run.stderr)

    for verb in verbs:
        foreign, absent = told("bob", verb, id), told("bob", verb, UNKNOWN)
        if foreign != absent or foreign[0] == 0:
            yield f"bob can tell ada's job from none by jobctl {' '.join(verb)}:\n  {foreign}\n  {absent}"
    for verb in (["show"], ["why"], ["edit", "--priority", "5"], ["kill"]):
        if told("ada", verb, id)[0] != 0:
            yield f"ada cannot use jobctl {' '.join(verb)} for her own job: {told('ada', verb, id)}"
    print(f"{len(verbs)} verbs of jobctl tell a stranger of a foreign job what they tell of none")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
