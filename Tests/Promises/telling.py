"""What a run has left behind: the words of the jobs, and all that jobd says at the end."""

import dataclasses
import pathlib
import time

import events
from daemon import NoSpace


def told(daemon, load, kills, left, ends, workers, resources):
    """All that is known of a run.

    `load` has what clients were told, `kills` when jobd ended before its time, `left` words for what was left of old
    attempts, `ends` how the job of each token may end.
    """
    return events.History(
        load.submits, load.cancels, load.reads, list(runs(daemon)), kills, left,
        {job["id"]: job for job in jobs(daemon)}, ends, workers, resources, events.clock_difference())


def runs(daemon):
    """What jobs wrote; none where none ever began."""
    path = pathlib.Path(daemon.folder, "history")
    for line in path.read_text().splitlines() if path.exists() else []:
        word, token, attempt, seconds = line.split()
        yield events.Run(word, token, int(attempt), int(float(seconds) * events.SECOND))


def jobs(daemon):
    """All, with all their attempts and steps."""
    ids, page = [], {}
    while page is not None:
        answer = daemon.call("io.jobd.Jobs.List", {"limit": 1000, **page})
        ids += [job["id"] for job in answer["jobs"]]
        page = {"before": answer["next"]} if "next" in answer else None
    for first in range(0, len(ids), 500):
        yield from daemon.call("io.jobd.Jobs.Get", {"ids": ids[first : first + 500]})["jobs"]


@dataclasses.dataclass
class Submits:
    """A client that submits jobs by tokens of its own, and notes what it was told."""

    daemon: object
    script: str
    submits: list = dataclasses.field(default_factory=list)
    cancels: list = dataclasses.field(default_factory=list)
    reads: list = dataclasses.field(default_factory=list)
    lives: dict = dataclasses.field(default_factory=dict)  # What the job of each token does.
    ids: dict = dataclasses.field(default_factory=dict)  # Of each token that was acknowledged.

    def token(self, life):
        """One more job that does this."""
        token = f"job-{len(self.lives)}"
        self.lives[token] = life
        return token

    def submit(self, tokens, wishes):
        """One call; returns the answers, or raises Gone or NoSpace."""
        items = [
            {
                "command": ["sh", "-c", self.script, "job", self.daemon.folder, token, self.lives[token]],
                "directory": "/", "token": token, "environment": {"KILL_ROUNDS": self.daemon.folder}, **wishes,
            }
            for token in tokens
        ]
        event = events.Submit(time.monotonic_ns(), 0, "unknown", list(tokens), wishes)
        try:
            answers = self.daemon.call("io.jobd.Jobs.Submit", {"jobs": items})["jobs"]
            event.outcome, event.ids = "stored", [answer["id"] for answer in answers]
            event.wasRepeat = any("existing" in answer for answer in answers)
            self.ids |= zip(tokens, event.ids)
            return answers
        except NoSpace:
            event.outcome, event.refusal = "refused", "NoSpace"
            raise
        finally:
            event.answered = time.monotonic_ns()
            self.submits.append(event)

    def ends(self):
        """How the job of each token may end: all of these end well."""
        return dict.fromkeys(self.lives, {"succeeded"})
