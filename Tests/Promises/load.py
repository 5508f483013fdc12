"""The jobs that a kill meets, and the clients that submit them.

Every job first takes a lock on a file of its own, without waiting. All processes that it starts inherit the lock, so an
attempt that begins while any process of an earlier one is alive does not get it, and says so. What happens goes to one
file, line by line: word, token, attempt, seconds since the machine started.

A client that gets no answer asks again, twice at once; both must find the same job.
"""

import concurrent.futures
import random
import threading
import time

from daemon import Gone, Refused
from events import Cancel, Read, Submit
from kinds import KINDS

# $1 is the folder, $2 the token, $3 what the kind does.
SCRIPT = """
note() { read -r now rest </proc/uptime; echo "$1 $token $JOBD_ATTEMPT $now" >>"$folder/history"; }
folder=$1 token=$2
exec 9>"$1/locks/$2"
flock -n 9 || { note overlap; exit 99; }
note start
eval "$3" || exit
note end
"""


class Load:
    """Clients that submit as much as they are told, and note what they asked and what they were told."""

    def __init__(self, daemon, seed, clients=6):
        self.daemon = daemon
        self.random = random.Random(f"{seed} load")
        self.submits, self.cancels, self.reads = [], [], []
        self.kinds = {}  # Of each token.
        self.acknowledged = []  # Ids.
        self.clients = concurrent.futures.ThreadPoolExecutor(clients)
        self.asked = []
        self.lock = threading.Lock()

    def more(self, count):
        """Has the clients submit so many times."""
        for _ in range(count):
            name = self.random.choice(list(KINDS))
            tokens = [f"job-{len(self.kinds) + number}" for number in range(KINDS[name].jobs)]
            self.kinds |= dict.fromkeys(tokens, name)
            chance = random.Random(f"{tokens[0]} {self.random.random()}")
            self.asked.append(self.clients.submit(self.live, KINDS[name], tokens, chance))

    def wait(self):
        """Until everything asked for is done; raises what went wrong."""
        for future in self.asked:
            future.result()

    def give_up(self):
        self.clients.shutdown(wait=False, cancel_futures=True)

    def live(self, kind, tokens, chance):
        """One client, from its submit to the last question."""
        other = chance.choice(self.acknowledged[-40:]) if self.acknowledged else None
        wishes = kind.wishes(chance, other)
        ids = self.insist(lambda times: self.submit(kind, tokens, wishes, times))
        self.acknowledged += ids
        time.sleep(chance.uniform(0, 0.1))
        if kind.is_cancelled:
            self.insist(lambda times: [self.cancel(id) for id in ids])
        elif ids and chance.random() < 0.1:
            self.insist(lambda times: self.submit(kind, tokens, wishes | {"name": "another"}, 1, isOther=True))
        for _ in range(2):
            if self.acknowledged:
                self.insist(lambda times: self.look(chance.choice(self.acknowledged[-20:])))

    def insist(self, ask):
        """Asks until there is an answer; the second time twice at once."""
        times = 1
        while True:
            try:
                return ask(times)
            except Gone:
                times = 2
                time.sleep(0.005)

    # --- Each notes how it went, whatever that is.

    def submit(self, kind, tokens, wishes, times, isOther=False):
        specs = [
            {"command": ["sh", "-c", SCRIPT, "job", self.daemon.folder, token, kind.life], "directory": "/",
             "token": token, "environment": {"KILL_ROUNDS": self.daemon.folder}, "backoffMilliseconds": 10,
             "onInterrupt": "requeue", **wishes}
            for token in tokens
        ]
        invoked, answers, refusal, unknown = time.monotonic_ns(), [], None, False
        try:
            for reply in self.daemon.replies("io.jobd.Jobs.Submit", {"jobs": specs}, times=times):
                answers.append(reply["jobs"])
        except Refused as error:
            refusal = error.error
        except Gone:
            unknown = True
            raise
        finally:
            for jobs in answers:
                self.note(self.submits, Submit(
                    invoked, time.monotonic_ns(), "stored", tokens, wishes, isOther, [job["id"] for job in jobs],
                    wasRepeat=any(job.get("repeated") for job in jobs)))
            if refusal or unknown:
                self.note(self.submits, Submit(
                    invoked, time.monotonic_ns(), "unknown" if unknown else "refused", tokens, wishes, isOther,
                    refusal=refusal))
        return [job["id"] for job in answers[0]] if answers else []

    def cancel(self, id):
        invoked = time.monotonic_ns()
        [answer] = self.daemon.call("io.jobd.Jobs.Cancel", {"ids": [id]})["jobs"]
        self.note(self.cancels, Cancel(invoked, time.monotonic_ns(), id, answer["result"]))

    def look(self, id):
        invoked = time.monotonic_ns()
        try:
            [job] = self.daemon.call("io.jobd.Jobs.Get", {"ids": [id]})["jobs"]
            state = job["state"]
        except Refused as refusal:
            state = refusal.error
        self.note(self.reads, Read(invoked, time.monotonic_ns(), id, state))

    def note(self, events, event):
        with self.lock:
            events.append(event)
