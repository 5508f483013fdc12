"""The kinds of jobs that a kill meets: how each lives, what it asks for, and how it may end."""

import dataclasses
import typing

# A process with a session of its own and without a parent that would know it, deaf to all that can be ignored.
STRAY = "(setsid sh -c 'trap \"\" TERM INT HUP QUIT; sleep 600 & wait' >/dev/null 2>&1 &)"
STUBBORN = f"trap '' TERM; {STRAY}; sleep 600"


@dataclasses.dataclass(frozen=True)
class Kind:
    life: str  # What its shell does.
    ends: set  # How it may end: the state, or of a failed one the reason.
    # What it asks for, by a source of chances and a job that was acknowledged before.
    wishes: typing.Callable = lambda chance, other: {}
    is_cancelled: bool = False
    jobs: int = 1  # In one submit.


KINDS = {
    "quick": Kind("true", {"succeeded"}),
    "array": Kind("true", {"succeeded"}, jobs=5),
    "sleeps": Kind("sleep 0.1", {"succeeded"}),
    "double-forks": Kind(f"{STRAY}; sleep 0.05", {"succeeded"}),
    "fails at first": Kind("[ $JOBD_ATTEMPT -gt 2 ]", {"succeeded"}, lambda chance, other: {"retries": 2}),
    "ignores TERM": Kind(
        STUBBORN, {"timedOut"},
        lambda chance, other: {"timeoutMilliseconds": 100, "killAfterMilliseconds": 50, "retries": 1}),
    "is cancelled": Kind(
        STUBBORN, {"cancelled"}, lambda chance, other: {"killAfterMilliseconds": 50}, is_cancelled=True),
    "is cancelled while it waits": Kind(
        "true", {"cancelled"}, lambda chance, other: {"delayMilliseconds": 3_600_000}, is_cancelled=True),
    "is delayed": Kind(
        "true", {"succeeded"}, lambda chance, other: {"delayMilliseconds": chance.randrange(1, 600)}),
    "follows a success": Kind(
        "true", {"succeeded", "dependency"}, lambda chance, other: {"after": [other]} if other else {}),
    "follows an end": Kind("true", {"succeeded"}, lambda chance, other: {"afterAny": [other]} if other else {}),
    "has a key": Kind(
        "sleep 0.05", {"succeeded"}, lambda chance, other: {"key": f"key-{chance.randrange(3)}",
                                                            "onKeyConflict": "reject"}),
    "takes the place": Kind(
        "true", {"succeeded", "cancelled"},
        lambda chance, other: {"key": f"place-{chance.randrange(2)}", "onKeyConflict": "replace",
                               "delayMilliseconds": 300}),
    "has a priority": Kind(
        "sleep 0.02", {"succeeded"}, lambda chance, other: {"queue": "narrow", "priority": chance.randrange(-3, 4)}),
    "needs much": Kind("sleep 0.05", {"succeeded"}, lambda chance, other: {"needs": {"gpu": chance.randrange(1, 3)}}),
}
