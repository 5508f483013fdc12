"""The clients whose calls are recorded, and what they were told.

Each call has a name of its own, by which the log knows the moment of its answer. A job's own number in this load is its
token and its name, and stands in its command, so that whatever is found in a store can be held against what was asked.
"""

import base64
import concurrent.futures
import random
import threading
import time

from promises import Gone

RETENTION = 1  # Seconds for which cancelled jobs are kept; all others stay for days.
CONFIGURATION = f"""
[queues.default]
workers = 4
journal = "off"
[queues.other]
workers = 1
journal = "off"
[retention]
cancelled = "{RETENTION}s"
"""
CLIENTS = 6
LATER = {"delayMilliseconds": 3_600_000}


class Change:
    """A call that changes something, and what was answered."""

    def __init__(self, call, asked, what, value):
        self.call, self.asked, self.what, self.value = call, asked, what, value
        self.result = None


class Job:
    """A job that was asked for, and what was asked and told about it since."""

    def __init__(self, token, spec, call, asked):
        self.token, self.spec, self.call, self.asked = token, spec, call, asked
        self.payload = stored(spec["command"])
        self.priority = spec.get("priority", 0)
        self.is_held = spec.get("hold", False)
        self.id = None
        self.changes = []  # In their order: each was made after the answer to the one before.
        self.end = None  # (call, state) as told by Wait.
        self.cancels = []  # When somebody asked to cancel it, or to take its place.


def stored(command):
    """How a command stands in the store."""
    return b"".join(word.encode() + b"\0" for word in command)


class Work:
    def __init__(self, daemon, seed):
        self.daemon = daemon
        self.random = random.Random(f"{seed} work")
        self.lock = threading.Lock()
        self.jobs = {}  # By token.
        self.submits = {}  # The jobs of each call.
        self.replacing = {}  # The key for each call that has no answer yet and takes the place of who has it.
        self.calls = 0
        self.answered = set()  # The calls whose answer was read.
        self.settings = []  # Changes; several may be under way.
        self.unanswered = 0

    def continue_from(self, earlier):
        """What follows comes after what was asked and told there."""
        self.jobs, self.submits = dict(earlier.jobs), dict(earlier.submits)
        self.calls, self.settings = earlier.calls, list(earlier.settings)

    def more(self, count):
        """Does so many things, several at once, and returns when all are done or the daemon is gone."""
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
            for future in [clients.submit(self.act, self.random.random()) for _ in range(count)]:
                future.result()

    def act(self, seed):
        choice = random.Random(seed)
        deeds = [self.plain, self.plain, self.plain, self.array, self.held, self.held, self.later, self.chain,
                 self.keyed, self.rich, self.failing, self.setting]
        try:
            choice.choice(deeds)(choice)
        except Gone:
            self.unanswered += 1

    # Calls

    def begin(self):
        """A name for a call, and the time before which nobody can know of it."""
        with self.lock:
            self.calls += 1
            return f"{self.calls}", time.monotonic_ns()

    def ask(self, name, method, parameters):
        answer = self.daemon.call_as(name, method, parameters)
        self.answered.add(name)
        return answer

    def submit(self, specs, partial=False):
        """Returns the jobs that were made."""
        name, asked = self.begin()
        with self.lock:
            jobs = self.submits[name] = [self.described(spec, name, asked) for spec in specs]
        wishes = {"partial": True} if partial else {}
        try:
            answer = self.ask(name, "io.jobd.Jobs.Submit", {"jobs": [job.spec for job in jobs], **wishes})
        finally:
            self.replacing.pop(name, None)
        made = []
        for job, told in zip(jobs, answer["jobs"]):
            if "id" in told and not told.get("existing"):
                job.id = told["id"]
                made.append(job)
        return made

    def described(self, wishes, name, asked):
        token = f"job-{len(self.jobs)}"
        script = wishes.pop("script", "true")
        command = ["sh", "-c", f": {token}; {script}"]
        spec = {"command": command, "name": token, "token": token, "directory": "/", **wishes}
        job = Job(token, spec, name, asked)
        if wishes.get("key") in self.replacing.values():
            # That call may come after this one.
            job.cancels.append(asked)
        if wishes.get("onKeyConflict") == "replace":
            self.replacing[name] = wishes["key"]
            for other in self.jobs.values():
                if other.spec.get("key") == wishes["key"]:
                    other.cancels.append(asked)
        self.jobs[token] = job
        return job

    def change(self, job, method, what, value, **parameters):
        name, asked = self.begin()
        change = Change(name, asked, what, value)
        job.changes.append(change)
        if what == "cancel":
            job.cancels.append(asked)
        answer = self.ask(name, f"io.jobd.Jobs.{method}", {"ids": [job.id], **parameters})
        change.result = answer["jobs"][0]["result"]

    def wait(self, job):
        name, _ = self.begin()
        answer = self.ask(name, "io.jobd.Jobs.Wait", {"ids": [job.id]})
        job.end = (name, answer["job"]["state"])

    # Deeds

    def plain(self, choice):
        padding = {"PAD": "x" * choice.randint(0, 3000)}
        [job] = self.submit([{"priority": choice.randint(-5, 5), "environment": padding}])
        if choice.random() < 0.3:
            self.wait(job)

    def array(self, choice):
        self.submit([dict(choice.choice([{}, LATER, {"hold": True}])) for _ in range(choice.randint(2, 15))])

    def held(self, choice):
        [job] = self.submit([{"hold": True}])
        if choice.random() < 0.7:
            priority = choice.randint(-9, 9)
            self.change(job, "Edit", "priority", priority, priority=priority)
        if choice.random() < 0.5:
            command = [*job.spec["command"][:2], f": {job.token}; : edited {choice.random()}"]
            self.change(job, "Edit", "payload", stored(command), command=command)
        if choice.random() < 0.5:
            self.change(job, "Cancel", "cancel", None)
        else:
            self.change(job, "Release", "release", None)

    def later(self, choice):
        [job] = self.submit([{"delayMilliseconds": choice.randint(50, 300)}])
        if choice.random() < 0.3:
            self.change(job, "Cancel", "cancel", None)

    def chain(self, choice):
        [first] = self.submit([{"script": choice.choice(["true", "false"])}])
        self.submit([{choice.choice(["after", "afterAny", "afterFail"]): [first.id]} for _ in range(3)])

    def keyed(self, choice):
        conflict = choice.choice(["existing", "replace", "reject"])
        self.submit([{"key": f"key-{choice.randint(0, 3)}", "onKeyConflict": conflict, **LATER}], partial=True)

    def rich(self, choice):
        """With secrets and input, of which some jobs leave free pages behind."""
        secret = base64.b64encode(choice.randbytes(choice.randint(1, 3000))).decode()
        content = base64.b64encode(choice.randbytes(choice.randint(1, 20_000))).decode()
        [job] = self.submit([{"secrets": {"word": secret}, "inputBase64": content, "hold": True}])
        if choice.random() < 0.6:
            self.change(job, "Cancel", "cancel", None)

    def failing(self, choice):
        [job] = self.submit([{"script": "exit 3", "retries": 2, "backoffMilliseconds": 20}])
        if choice.random() < 0.5:
            self.wait(job)

    def setting(self, choice):
        value = f"{choice.randint(100, 999)}s"
        name, asked = self.begin()
        self.settings.append(Change(name, asked, "timeout", value))
        self.ask(name, "io.jobd.Queues.Set", {"queue": "other", "settings": {"timeout": value}})
