"""What everybody saw, on the clock that never jumps: the words that history.py judges.

Instants are nanoseconds of CLOCK_MONOTONIC, and jobs' own of CLOCK_BOOTTIME, which is the same where the machine does
not sleep. Those that jobd gives are of the wall clock; `History.instant` turns them.
"""

import calendar
import dataclasses
import time

SECOND = 1_000_000_000


@dataclasses.dataclass
class Submit:
    """One answer to a submit, or that there was none: stored, refused or unknown."""

    invoked: int
    answered: int
    outcome: str
    tokens: list
    wishes: dict
    isOther: bool = False  # With tokens that stand for other content.
    ids: list = dataclasses.field(default_factory=list)
    wasRepeat: bool = False
    refusal: str = None


@dataclasses.dataclass
class Cancel:
    """An answered cancel."""

    invoked: int
    answered: int
    id: int
    result: str


@dataclasses.dataclass
class Read:
    """An answered look at a job."""

    invoked: int
    answered: int
    id: int
    state: str


@dataclasses.dataclass
class Run:
    """A line that a job wrote: start, end, or overlap where another attempt's process had its lock."""

    word: str
    token: str
    attempt: int
    at: int


@dataclasses.dataclass
class Kill:
    at: int
    hitJobs: bool  # A process of a job was alive.
    wasRecovering: bool


@dataclasses.dataclass
class History:
    """A whole run."""

    submits: list
    cancels: list
    reads: list
    runs: list
    kills: list
    left: list  # Words for what was left of old attempts after restarts.
    jobs: dict  # By id, as jobd lists them at the end.
    ends: dict  # How the job of each token may end.
    workers: dict  # Of each queue.
    resources: dict
    wall: int  # Wall clock minus monotonic clock.

    def instant(self, text):
        """A time that jobd gave, on the monotonic clock; None for none."""
        return None if text is None else wall_clock(text) - self.wall

    def token(self, job):
        """By which its client knows it."""
        return job["command"][5]

    def attempts(self, job):
        """Number, claimed and ended of each; one that runs on has not ended."""
        for attempt in job["attempts"]:
            yield attempt["number"], self.instant(attempt["claimed"]), self.instant(attempt.get("ended"))


def wall_clock(text):
    """RFC 3339 in UTC as nanoseconds since 1970."""
    seconds, _, fraction = text.rstrip("Z").partition(".")
    whole = calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S"))
    return whole * SECOND + int(fraction.ljust(9, "0")[:9] or 0)


def clock_difference():
    """Wall clock minus monotonic clock, now."""
    return time.time_ns() - time.monotonic_ns()
