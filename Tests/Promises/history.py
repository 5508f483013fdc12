"""What the jobs themselves wrote down, against what jobd says of them."""

import collections

from load import KINDS


def faults(daemon, load, met, workers):
    """What does not fit, in words; counts what was met on the way."""
    jobs = {job["id"]: job for job in listed(daemon)}
    tokens = {id: token for token, id in load.ids.items()}
    yield from identities(load, jobs)
    starts, ends = collections.defaultdict(list), collections.defaultdict(list)
    for line in open(f"{daemon.folder}/history"):
        word, token, attempt = line.split()
        if word == "overlap":
            yield f"two attempts of {token} were alive at once: {attempt} and one before"
            continue
        if word == "start" and ends[token]:
            met["runs after one whose success a kill hid"] += 1
        (starts if word == "start" else ends)[token].append(int(attempt))
    for token, attempts in starts.items():
        if attempts != sorted(set(attempts)):
            yield f"the attempts of {token} began in the order {attempts}"
    for id in jobs.keys() & tokens.keys():
        yield from ending(jobs[id], load.kinds[tokens[id]], ends[tokens[id]], met)
    if met["runs after one whose success a kill hid"] > (met["kills"] + met["kills while it recovered"]) * workers:
        yield "more jobs ran again after a success than workers can have been killed"


def identities(load, jobs):
    if len(set(load.ids.values())) != len(load.ids):
        yield "two submits got one id"
    for token, id in load.ids.items():
        if id not in jobs:
            yield f"{token} was acknowledged as {id} and is lost"
    for id in jobs.keys() - load.ids.values():
        yield f"nobody submitted job {id}"


def ending(job, kind, ends, met):
    state = job["failure"] if job["state"] == "failed" else job["state"]
    met[f"jobs {state}"] += 1
    met["attempts lost"] += sum(attempt.get("outcome") == "lost" for attempt in job["attempts"])
    # Three lost attempts in a row set a job aside, whatever it is.
    if state not in KINDS[kind][2] | {"poison"}:
        yield f"job {job['id']}, which {kind}, is {state}"
    if state == "succeeded" and job["attemptCount"] not in ends:
        yield f"job {job['id']} succeeded, and its attempt {job['attemptCount']} never came to its end"


def listed(daemon):
    """All jobs, with all their attempts."""
    ids, page = [], {}
    while page is not None:
        answer = daemon.call("io.jobd.Jobs.List", {"limit": 1000, **page})
        ids += [job["id"] for job in answer["jobs"]]
        page = {"before": answer["next"]} if "next" in answer else None
    for first in range(0, len(ids), 500):
        yield from daemon.call("io.jobd.Jobs.Get", {"ids": ids[first : first + 500]})["jobs"]
