"""What a client of the fuzzer does, one connection after the other."""

import json
import select
import string
import threading
import time

from wire import Closed, Connection, message

JOBS = "io.jobd.Jobs."
SERVICE = "org.varlink.service."
LARGEST_MESSAGE = 16 << 20
CHANGES = ["Cancel", "Hold", "Release", "Retry", "Pause", "Resume"]
ODD = [None, True, -1, 0, 1.5, 2**31, 2**63 - 1, 2**63, -(2**63), 2**64, 1e300, "", "x" * 70_000, "\u0000", "\u0301",
       "'; --", [], {}, [[]], [None], {"": {}}, [[[[[[]]]]]]]


class Known:
    """What all clients together know of the daemon."""

    def __init__(self):
        self.ids = set()  # Acknowledged.
        self.tokens = {}  # What was asked for by each token, and the id where that is known.
        self.lock = threading.Lock()

    def some(self, choice, count):
        """Ids of jobs, and of some that are nobody's."""
        with self.lock:
            newest = max(self.ids, default=1)
        return [choice.choice([choice.randint(1, newest), choice.randint(1, newest), choice.randint(1, 10**12)])
                for _ in range(count)]


class Client(threading.Thread):
    def __init__(self, path, choice, known, met, seconds):
        super().__init__()
        self.path, self.choice, self.known, self.met = path, choice, known, met
        self.end = time.monotonic() + seconds
        self.faults = []

    def run(self):
        episodes = [self.converse] * 6 + [self.break_off] * 3 + [self.repeat_token] * 2 + [
            self.break_protocol, self.flood, self.depend, self.send_too_much]
        while time.monotonic() < self.end and not self.faults:
            episode = self.choice.choice(episodes)
            # More than 16 MiB take their time.
            if episode == self.send_too_much and self.choice.random() < 0.8:
                continue
            try:
                episode()
            except Exception as error:
                self.faults.append(f"{episode.__name__}: {error!r}")

    def expect(self, condition, fault):
        if not condition:
            self.faults.append(fault[:1000])

    # MARK: Episodes

    def converse(self):
        """Calls of all kinds, in pieces of any size: one answer each, in their turn."""
        calls = [self.call() for _ in range(self.choice.choice([1, 2, 5, 20, 100]))]
        data, expected = bytearray(), []
        for number, (method, parameters, must_fail) in enumerate(calls):
            if self.choice.random() < 0.1:
                data += message(method, parameters, oneway=True)
                self.met["oneway calls"] += 1
            else:
                flags = {"more": True} if self.choice.random() < 0.1 else {}
                data += message(method, parameters, **flags)
                expected.append((method, parameters, must_fail))
            # Its answer names it, so that the order shows.
            data += message(SERVICE + "GetInterfaceDescription", {"interface": f"mark.{number}"})
            expected.append((f"mark.{number}", None, True))
        piece = 1 if len(data) < 2_000 and self.choice.random() < 0.3 else self.choice.choice([7, 100, 1 << 16])
        with Connection(self.path) as connection:
            replies = connection.exchange(data, len(expected), piece)
        self.expect(len(replies) == len(expected), f"{len(replies)} answers to {len(expected)} calls: {calls}")
        for reply, (method, parameters, must_fail) in zip(replies, expected):
            self.check(reply, method, parameters, must_fail)

    def break_off(self):
        """Goes away: in the middle of a call, before the answer, or after."""
        data = b"".join(self.framed() for _ in range(self.choice.choice([1, 3, 30])))
        data = data[:self.choice.choice([len(data), self.choice.randint(1, len(data))])]
        with Connection(self.path) as connection:
            connection.send(data)
            if self.choice.random() < 0.3:
                select.select([connection.socket], [], [], 0.1)
            if self.choice.random() < 0.2:
                connection.socket.shutdown(1)
        self.met["disconnects"] += 1

    def break_protocol(self):
        """A broken message: what came before is answered, and nothing after."""
        good = self.choice.randint(0, 5)
        data = message(SERVICE + "GetInfo", {}) * good + self.broken() + message(SERVICE + "GetInfo", {})
        with Connection(self.path) as connection:
            replies = connection.exchange(data, good)
            self.expect(len(replies) == good, f"{len(replies)} answers to {good} calls before {data[:300]}")
            self.expect(connection.is_ended(), f"the connection goes on after {data[:300]}")
        self.met["connections ended by the daemon"] += 1

    def flood(self):
        """Many calls whose answers are not read for a while, or never."""
        count = self.choice.choice([500, 5_000])
        data = message(SERVICE + "GetInterfaceDescription", {"interface": "io.jobd.Jobs"}) * count
        with Connection(self.path) as connection:
            connection.socket.settimeout(0.2)
            sent = 0
            try:
                while sent < len(data):
                    sent += connection.socket.send(data[sent:sent + (1 << 16)])
            except TimeoutError:
                pass
            if self.choice.random() < 0.5:
                replies = connection.exchange(data[sent:], count)
                self.expect(len(replies) == count, f"{len(replies)} answers to a flood of {count}")
        self.met["floods"] += 1

    def send_too_much(self):
        with Connection(self.path) as connection:
            try:
                for _ in range(LARGEST_MESSAGE // (1 << 20) + 1):
                    connection.send(b" " * (1 << 20))
            except Closed:
                pass
            self.expect(connection.is_ended(), "a message may have more than 16 MiB")
        self.met["connections ended by the daemon"] += 1

    def repeat_token(self):
        """A token comes again, from this client or another, maybe before the first answer."""
        token = f"token-{self.choice.randint(0, 300)}"
        with self.known.lock:
            job, id = self.known.tokens.setdefault(token, (self.job(), None))
        with Connection(self.path) as connection:
            if self.choice.random() < 0.2:
                connection.send(message(JOBS + "Submit", {"jobs": [job | {"token": token}]}))
                return
            reply = connection.call(JOBS + "Submit", {"jobs": [job | {"token": token}]})
            if "error" in reply:
                self.expect(False, f"a submit with a token fails: {reply}")
                return
            given = reply["parameters"]["jobs"][0]["id"]
            with self.known.lock:
                self.known.ids.add(given)
                id = self.known.tokens[token][1]
                self.known.tokens[token] = (job, given)
            self.met["submits repeated"] += id is not None
            self.expect(id in (None, given), f"{token} was job {id}, and is {given}")
            other = job | {"command": ["false", token], "token": token}
            reply = connection.call(JOBS + "Submit", {"jobs": [other]})
            self.expect(reply.get("error") == JOBS + "TokenTaken" or reply["parameters"]["jobs"][0]["id"] == given,
                        f"{token} is taken, and a submit gets {reply}")
            self.met["tokens refused"] += "error" in reply

    def depend(self):
        """Jobs that wait for others, which end or do not."""
        with Connection(self.path) as connection:
            reply = connection.call(JOBS + "Submit", {"jobs": [self.job() for _ in range(20)]})
            ids = self.remember(reply)
            jobs = [self.job() | {self.choice.choice(["after", "afterAny", "afterFail"]):
                                  self.choice.sample(ids, self.choice.randint(1, 5))} for _ in range(20)]
            later = self.remember(connection.call(JOBS + "Submit", {"jobs": jobs}))
            self.expect(len(later) == 20, "20 jobs that wait are stored")
            for verb in self.choice.sample(CHANGES, 3):
                some = self.choice.sample(ids + later, 10)
                self.check(connection.call(JOBS + verb, {"ids": some}), JOBS + verb, {"ids": some}, False)

    # MARK: Calls

    def job(self):
        job = {"command": self.choice.choice([["true"], ["false"], ["sleep", "0.02"]]), "directory": "/"}
        wishes = [{"hold": True}, {"hold": True}, {"delayMilliseconds": self.choice.randint(0, 10**6)},
                  {"priority": self.choice.randint(-1000, 1000)}, {"queue": "other"}, {"needs": {"gpu": 1}},
                  {"limits": {"api": 2}}, {"retries": 1, "backoffMilliseconds": 1}, {"name": "n\u0301 \u202e"},
                  {"environment": {"A": "b"}}, {"expiresMilliseconds": 10}, {"timeoutMilliseconds": 5}]
        for wish in self.choice.sample(wishes, 3):
            job |= wish
        return job

    def call(self):
        """A method, its parameters, and whether it must fail."""
        if self.choice.random() < 0.4:
            return self.nearly_right()
        ids = self.known.some(self.choice, self.choice.choice([1, 3, 50]))
        return self.choice.choice([
            (SERVICE + "GetInfo", {}, False),
            ("io.jobd.Daemon.Status", {}, False),
            ("io.jobd.Queues.List", {}, False),
            (JOBS + "List", {"limit": 20, "states": ["ready", "held"]}, False),
            (JOBS + "Submit", {"jobs": [self.job() for _ in range(self.choice.choice([1, 1, 30]))]}, False),
            (JOBS + self.choice.choice(CHANGES), {"ids": ids}, False),
            (JOBS + "Edit", {"ids": ids, "priority": self.choice.randint(-9, 9)}, False),
            (JOBS + "Signal", {"ids": ids, "signal": self.choice.choice(["TERM", "USR1", "CONT", "RTMIN+1"])}, False),
            (JOBS + "Get", {"ids": ids}, None),
            (JOBS + "Why", {"id": ids[0]}, None),
            (JOBS + "Logs", {"id": ids[0], "offset": self.choice.choice([0, -1, 2**63 - 1, -(2**63), 77])}, None),
            ("io.jobd.Queues.Pause", {"queue": "other", "mode": self.choice.choice(["drain", "freeze"])}, False),
            ("io.jobd.Queues.Resume", {"queue": "other"}, False),
            ("io.jobd.Queues.Set", {"queue": "other", "settings": {"rate": "100/s", "retries": None}}, False),
        ])

    def nearly_right(self):
        """A call with one thing wrong: something unknown or missing, or another value in a place of its own."""
        job = self.job()
        kind = self.choice.randrange(8)
        if kind == 0:
            return ("".join(self.choice.choices(string.ascii_letters + ".", k=20)), {}, True)
        if kind == 1:
            return (JOBS + self.choice.choice(CHANGES + ["Get", "Signal", "Edit"]), {}, True)
        if kind == 2:
            return (JOBS + "Submit", {"jobs": [job], "colour": "red"}, True)
        if kind == 3:
            return (JOBS + "Submit", {"jobs": [job | {"after": [10**12]}]}, True)
        if kind == 4:
            return (JOBS + "Submit", {"jobs": [job, job | {"command": self.choice.choice([[], "x", [""], [1], None])}],
                                      "partial": False}, True)
        if kind == 5:
            field = self.choice.choice(["queue", "priority", "environment", "token", "at", "needs", "limits", "umask",
                                        "processLimits", "properties", "inputBase64", "secrets", "key", "slots"])
            return (JOBS + "Submit", {"jobs": [job | {field: self.choice.choice(ODD)}]}, None)
        if kind == 6:
            return (JOBS + self.choice.choice(CHANGES), {"ids": self.choice.choice(ODD)}, None)
        return (JOBS + "Edit", {"ids": [1], "queue": "nowhere", "priority": self.choice.choice(ODD)}, None)

    def framed(self):
        method, parameters, _ = self.call()
        flags = self.choice.choice([{}, {}, {"more": True}, {"oneway": True}, {"upgrade": True}])
        if self.choice.random() < 0.1:
            # Answered when they end, which is after the client has gone.
            method, parameters, flags = JOBS + "Wait", {"ids": self.known.some(self.choice, 5)}, {"more": True}
        return message(method, parameters, **flags)

    def broken(self):
        choice = self.choice
        return choice.choice([
            b"\0", b"x\0", b"{}\0", b"[]\0", b"null\0", b'{"method":1}\0', b'{"method":"a.B","more":1}\0',
            b'{"method":"a.B","more":true,"oneway":true}\0', b'{"method":"a.B","method":"a.B"}\0',
            b'{"method":"a.B","parameters":[]}\0', b'{"method":"a.B","colour":1}\0', b'{"method":"\xff"}\0',
            b'{"method":"\\ud800"}\0', b"[" * 100_000 + b"\0", b'{"method":"a.B","parameters":{"x":1e999}}\0',
            bytes(choice.randrange(1, 256) for _ in range(50)) + b"\0",
        ])

    # MARK: Answers

    def check(self, reply, method, parameters, must_fail):
        error = reply.get("error")
        self.met["errors" if error else "answers"] += 1
        if method.startswith("mark."):
            self.expect(reply.get("parameters", {}).get("interface") == method, f"not in its turn: {method}: {reply}")
        elif error:
            self.expect(must_fail is not False, f"{method} {json.dumps(parameters)[:500]}: {reply}")
            self.expect("." in error and reply.get("parameters") != {}, f"an error that says nothing: {reply}")
            self.expect(not error.endswith("InternalError"), f"{method} {json.dumps(parameters)[:500]}: {reply}")
        else:
            self.expect(not must_fail, f"{method} {json.dumps(parameters)[:500]} is taken: {reply}")
            self.check_answer(reply["parameters"], method, parameters)

    def check_answer(self, answer, method, parameters):
        if method == JOBS + "Submit":
            ids = self.remember({"parameters": answer})
            self.expect(len(ids) == len(parameters["jobs"]), f"{len(parameters['jobs'])} jobs: {answer}")
        elif method in {JOBS + verb for verb in [*CHANGES, "Edit", "Signal"]}:
            self.expect([job["id"] for job in answer["jobs"]] == parameters["ids"], f"{parameters}: {answer}")

    def remember(self, reply):
        ids = [job["id"] for job in reply["parameters"]["jobs"] if "id" in job]
        with self.known.lock:
            self.known.ids.update(ids)
        return ids
