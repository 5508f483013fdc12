"""The jobs that a kill meets, and the clients that submit them.

Every job first takes a lock on a file of its own, without waiting. All processes that it starts inherit the lock, so an
attempt that begins while any process of an earlier one is alive does not get it, and says so. What happens goes to one
file, line by line: word, token, attempt.
"""

import concurrent.futures
import random
import time

from daemon import Gone

# $1 is the folder, $2 the token, $3 what the kind does.
SCRIPT = """
exec 9>"$1/locks/$2"
flock -n 9 || { echo "overlap $2 $JOBD_ATTEMPT" >>"$1/history"; exit 99; }
echo "start $2 $JOBD_ATTEMPT" >>"$1/history"
eval "$3" || exit
echo "end $2 $JOBD_ATTEMPT" >>"$1/history"
"""

# A process with a session of its own and without a parent that would know it, deaf to all that can be ignored.
STRAY = "(setsid sh -c 'trap \"\" TERM INT HUP QUIT; sleep 600 & wait' >/dev/null 2>&1 &)"

# How each kind of job lives, what it asks for besides, and how it may end.
KINDS = {
    "quick": ("true", {}, {"succeeded"}),
    "sleeps": ("sleep 0.1", {}, {"succeeded"}),
    "double-forks": (f"{STRAY}; sleep 0.05", {}, {"succeeded"}),
    "fails at first": ("[ $JOBD_ATTEMPT -gt 2 ]", {"retries": 2}, {"succeeded"}),
    "ignores TERM": (
        f"trap '' TERM; {STRAY}; sleep 600",
        {"timeoutMilliseconds": 100, "killAfterMilliseconds": 50, "retries": 1}, {"timedOut"}),
    "is cancelled": (f"trap '' TERM; {STRAY}; sleep 600", {"killAfterMilliseconds": 50}, {"cancelled"}),
}


class Load:
    """Clients that submit as much as they are told, and remember what was acknowledged."""

    def __init__(self, daemon, seed):
        self.daemon = daemon
        self.random = random.Random(f"{seed} load")
        self.kinds = {}  # Of each token.
        self.ids = {}  # Of each token, as acknowledged.
        self.repeats = 0  # Submits whose answer a kill took away.
        self.clients = concurrent.futures.ThreadPoolExecutor(4)
        self.asked = []

    def more(self, count):
        for _ in range(count):
            token = f"job-{len(self.kinds)}"
            self.kinds[token] = self.random.choice(list(KINDS))
            self.asked.append(self.clients.submit(self.submit, token, self.random.uniform(0, 0.2)))

    def wait(self):
        """Until everything asked for is submitted; raises what went wrong."""
        for future in self.asked:
            future.result()

    def give_up(self):
        self.clients.shutdown(wait=False, cancel_futures=True)

    def submit(self, token, pause):
        life, wishes, _ = KINDS[self.kinds[token]]
        spec = {
            "command": ["sh", "-c", SCRIPT, "job", self.daemon.folder, token, life], "directory": "/", "token": token,
            "environment": {"KILL_ROUNDS": self.daemon.folder}, "backoffMilliseconds": 10, "onInterrupt": "requeue",
        }
        # The token keeps a repeat from making a second job.
        answer = self.insist("io.jobd.Jobs.Submit", {"jobs": [spec | wishes]})
        self.ids[token] = answer["jobs"][0]["id"]
        if self.kinds[token] == "is cancelled":
            time.sleep(pause)
            self.insist("io.jobd.Jobs.Cancel", {"ids": [self.ids[token]]})

    def insist(self, method, parameters):
        """Asks until there is an answer."""
        while True:
            try:
                return self.daemon.call(method, parameters)
            except Gone:
                self.repeats += 1
                time.sleep(0.005)
