"""What must hold of a store that was opened after a power cut, whatever the cut has taken."""

import sqlite3

from work import RETENTION

HELD, BLOCKED, SCHEDULED, READY, RUNNING, SUCCEEDED, FAILED, CANCELLED = range(-2, 6)
ENDS = {"succeeded": SUCCEEDED, "failed": FAILED, "cancelled": CANCELLED}

JOBS = """
    SELECT spec.token, job.id, job.state, job.priority, job.stopping, spec.payload, spec.name
    FROM job JOIN spec ON spec.job = job.id
"""

# Each must find nothing; what it finds is named in its words.
RULES = {
    "tallies are the counted jobs": """
        SELECT queue, state FROM (
            SELECT queue, state, jobs FROM tally WHERE jobs <> 0
            UNION ALL SELECT queue, state, -count(*) FROM job GROUP BY 1, 2
        ) GROUP BY queue, state HAVING sum(jobs) <> 0
    """,
    "attempts are numbered without gaps, as many as the job says": """
        SELECT job.id FROM job LEFT JOIN attempt ON attempt.job = job.id
        GROUP BY job.id HAVING count(number) <> attempts OR coalesce(max(number), 0) <> attempts
    """,
    "a job runs exactly where its last attempt has no end": """
        SELECT job.id FROM job LEFT JOIN attempt ON attempt.job = job.id
        GROUP BY job.id
        HAVING sum(number IS NOT NULL AND ended IS NULL) <> (state = 2)
            OR max(CASE WHEN number = attempts AND number IS NOT NULL THEN ended IS NULL ELSE 0 END) <> (state = 2)
    """,
    "no id is above the last one": "SELECT id FROM job WHERE id > (SELECT value FROM setting WHERE name = 'last_id')",
    "jobs have a spec, and specs a job": """
        SELECT id FROM job WHERE id NOT IN (SELECT job FROM spec)
        UNION SELECT job FROM spec WHERE job NOT IN (SELECT id FROM job)
    """,
    "what belongs to a job has one": """
        SELECT job FROM (
            SELECT job FROM attempt UNION SELECT job FROM change UNION SELECT job FROM dependency
            UNION SELECT job FROM attachment UNION SELECT job FROM taken UNION SELECT job FROM settle
            UNION SELECT job FROM token UNION SELECT job FROM unique_key
        ) WHERE job NOT IN (SELECT id FROM job)
    """,
    "tokens are those of the specs": """
        SELECT job FROM (
            SELECT job, token FROM spec WHERE token IS NOT NULL UNION ALL SELECT job, token FROM token
        ) GROUP BY job, token HAVING count(*) <> 2
    """,
    "keys are those of jobs that have not ended": """
        SELECT job FROM unique_key JOIN job ON job.id = unique_key.job WHERE state > 2
    """,
    "a job waits for as many as it says": """
        SELECT job.id FROM job LEFT JOIN dependency ON dependency.job = job.id AND dependency.open = 1
        GROUP BY job.id HAVING count(dependency.other) <> job.open
    """,
    "only what runs has taken something": "SELECT job FROM taken JOIN job ON job.id = taken.job WHERE state <> 2",
}


class World:
    """What was asked and told before the cut."""

    def __init__(self, work, is_told, is_asked, now):
        self.work, self.is_told, self.is_asked, self.now = work, is_told, is_asked, now

    def told(self, changes):
        """The place of the last change that was answered; -1 for none."""
        return max((place for place, change in enumerate(changes) if self.is_told(change.call)), default=-1)

    def was_pruned(self, job):
        """Whether the job may have been cancelled, and removed since."""
        return any(self.is_asked(time) and time + RETENTION * 1_000_000_000 <= self.now for time in job.cancels)


def damage(path):
    """What is wrong with a closed store in itself."""
    with opened(path) as store:
        check = [row[0] for row in store.execute("PRAGMA integrity_check")]
        if check != ["ok"]:
            yield f"integrity_check: {check[:3]}"
            return
        for rule, query in RULES.items():
            if found := store.execute(query).fetchmany(3):
                yield f"not so: {rule}: {found}"


def losses(path, world):
    """What differs from what was promised."""
    with opened(path) as store:
        found = {row[0]: row[1:] for row in store.execute(JOBS)}
        settings = dict(store.execute("SELECT name, value FROM queue_setting WHERE queue = 'other'"))
    for token in found.keys() - world.work.jobs.keys():
        yield f"nobody submitted {token}"
    for call, jobs in world.work.submits.items():
        is_told, there = world.is_told(call), 0
        for job in jobs:
            row = found.get(job.token)
            if row is not None:
                there += 1
                yield from differences(job, row, world)
            elif job.cancels and world.was_pruned(job):
                there += 1
            elif is_told and job.id is not None:
                yield f"{job.token} was acknowledged as {job.id} and is lost"
        if there and not world.is_asked(jobs[0].asked):
            yield f"nobody has submitted {jobs[0].token} yet"
        if 0 < there < len(jobs):
            yield f"of the {len(jobs)} jobs of the submit {call} {there} are there"
    told = world.told(world.work.settings)
    if told >= 0 and settings.get("timeout") is None:
        yield "a setting was acknowledged and is lost"


def differences(job, row, world):
    id, state, priority, stopping, payload, name = row
    if job.id is not None and id != job.id:
        yield f"{job.token} was acknowledged as {job.id} and is {id}"
    if name != job.token:
        yield f"{job.token} has the name {name}"
    if priority != job.priority and priority not in values(job, "priority", job.priority, world):
        yield f"{job.token} has the priority {priority}"
    if payload != job.payload and payload not in values(job, "payload", job.payload, world):
        yield f"{job.token} has the command {payload}"
    if job.end and world.is_told(job.end[0]) and state != ENDS[job.end[1]]:
        yield f"{job.token} was told to have {job.end[1]}, and is in state {state}"
    if job.is_held or job.changes:
        yield from standing(job, state, stopping, world)


def standing(job, state, stopping, world):
    """What was told of a job that somebody has held, released or cancelled."""
    told = world.told(job.changes)
    last = job.changes[told] if told >= 0 else None
    if last and last.what == "cancel":
        if last.result == "cancelled" and state != CANCELLED or last.result == "stopping" and not (
                state == CANCELLED or state == RUNNING and stopping):
            yield f"{job.token} was cancelled ({last.result}), and is in state {state}"
    elif last and last.what == "release":
        if last.result == "done" and state == HELD:
            yield f"{job.token} was released, and is held"
    elif job.is_held and state != HELD and not any(
            change.what in ("cancel", "release") and world.is_asked(change.asked) for change in job.changes):
        yield f"{job.token} is held, and is in state {state}"


def values(job, what, first, world):
    """What a field may be: what the last answered change has made of it, or one that was asked for since."""
    changes = [change for change in job.changes if change.what == what]
    told = world.told(changes)
    return [first if told < 0 else changes[told].value] + [
        change.value for change in changes[told + 1 :] if world.is_asked(change.asked)]


def secrets(path):
    with opened(path) as store:
        return store.execute("SELECT count(*) FROM attachment WHERE name LIKE 'secret %'").fetchone()[0]


class opened:
    """A closed store, read past its write-ahead log, of which there is none any more."""

    def __init__(self, path):
        self.store = sqlite3.connect(f"file:{path}?immutable=1", uri=True)

    def __enter__(self):
        return self.store

    def __exit__(self, *_):
        self.store.close()
