"""Judges a run by what everybody saw: one function for each invariant that one host can break.

Each takes an `events.History` and yields what does not fit, in words. The numbers are those of the list of invariants
that reports name; what only several hosts can break has none here.
"""

import collections

from events import SECOND

# Jobs' own times are cut to hundredths of a second.
COARSE = 20_000_000
# How much later than at once a step may come on a busy machine, where no rule says when.
LATE = 10 * SECOND
# How long a job may be passed over by one behind it: the length of a transaction on a slow disk.
INVERSION = SECOND // 4
FINAL = {"succeeded", "failed", "cancelled"}


def faults(history):
    """All that does not fit, each with the name of its invariant."""
    for name, invariant in INVARIANTS.items():
        for fault in invariant(history):
            yield f"{name}: {fault}"


def nothing_is_lost(history):
    for submit in stored(history):
        for token, id in zip(submit.tokens, submit.ids):
            if id not in history.jobs:
                yield f"{token} was acknowledged as job {id} and is lost"
    known = {id: min(s.answered for s in group) for id, group in acknowledgements(history).items()}
    for read in history.reads:
        if read.state == "NoSuchJob" and known.get(read.id, read.invoked) < read.invoked:
            yield f"job {read.id} was acknowledged, and then there was no such job"
    for cancel in history.cancels:
        if cancel.result == "unknown":
            yield f"job {cancel.id} was acknowledged, and could not be cancelled because it was not known"
    for submit in history.submits:
        if submit.refusal == "NoSuchDependency":
            yield f"{submit.tokens} may not wait for an acknowledged job, as if that were not there: {submit.wishes}"


def nothing_is_invented(history):
    invoked = {token for submit in history.submits for token in submit.tokens}
    refused = {token for submit in history.submits if submit.refusal == "KeyTaken" for token in submit.tokens}
    refused -= {token for submit in stored(history) for token in submit.tokens}
    for id, job in history.jobs.items():
        if history.token(job) not in invoked:
            yield f"nobody submitted job {id}"
        if history.token(job) in refused:
            yield f"job {id} is there, although its submit was refused"


def a_token_is_one_job(history):
    jobs = collections.defaultdict(set)
    for submit in history.submits:
        if submit.isOther:
            if submit.outcome == "stored":
                yield f"{submit.tokens} stood for two different jobs"
            continue
        for token, id in zip(submit.tokens, submit.ids):
            jobs[token].add(id)
            if id in history.jobs:
                yield from altered(history.jobs[id], submit.wishes)
    for id, job in history.jobs.items():
        jobs[history.token(job)].add(id)
    for token, ids in jobs.items():
        if len(ids) > 1:
            yield f"{token} became the jobs {sorted(ids)}"
    for id, group in acknowledgements(history).items():
        tokens = {token for submit in group for token, other in zip(submit.tokens, submit.ids) if other == id}
        if len(tokens) > 1:
            yield f"job {id} was given to {sorted(tokens)}"


def altered(job, wishes):
    """What is stored otherwise than it was submitted."""
    for field, wish in wishes.items():
        if field in job and job[field] != wish:
            yield f"job {job['id']} was submitted with {field} {wish} and has {job[field]}"


def attempts_are_counted(history):
    starts = collections.defaultdict(list)
    for run in history.runs:
        if run.word == "start":
            starts[run.token].append(run.attempt)
    for token, numbers in starts.items():
        if numbers != sorted(set(numbers)):
            yield f"the attempts of {token} began in the order {numbers}"
    for id, job in history.jobs.items():
        numbers = [attempt["number"] for attempt in job["attempts"]]
        if numbers != list(range(1, job["attemptCount"] + 1)):
            yield f"job {id} has {job['attemptCount']} attempts, and these: {numbers}"
        if max(starts[history.token(job)], default=0) > job["attemptCount"]:
            yield f"job {id} began attempts {starts[history.token(job)]}, and {job['attemptCount']} are told"
    for what in history.left:
        yield f"{what} is there beside its successor"


def attempts_do_not_overlap(history):
    for run in history.runs:
        if run.word == "overlap":
            yield f"attempt {run.attempt} of {run.token} began while a process of an earlier one was alive"
    for id, job in history.jobs.items():
        before = 0
        for number, claimed, ended in history.attempts(job):
            if claimed < before:
                yield f"attempt {number} of job {id} was claimed before the one before it had ended"
            before = ended or before


def there_is_one_end(history):
    starts = collections.defaultdict(int)
    for run in history.runs:
        if run.word == "start":
            starts[run.token] = run.at
    for id, job in history.jobs.items():
        ended = False
        for step in job["history"]:
            if ended and step["event"] != "retried":
                yield f"job {id} had ended, and then was {step['event']}"
            ended = step["state"] in FINAL
        if ended and starts[history.token(job)] > history.instant(job["ended"]) + COARSE:
            yield f"an attempt of job {id} began after the job had ended"


def success_is_what_happened(history):
    ends = collections.defaultdict(set)
    again = 0
    for run in history.runs:
        again += run.word == "start" and bool(ends[run.token])
        if run.word == "end":
            ends[run.token].add(run.attempt)
    for id, job in history.jobs.items():
        token = history.token(job)
        if job["state"] == "succeeded" and job["attemptCount"] not in ends[token]:
            yield f"job {id} succeeded, and its attempt {job['attemptCount']} never came to its end"
        yield from told_rightly(history, job, ends[token])
        yield from ended_rightly(job, history.ends.get(token, set()))
    workers = sum(history.workers.values())
    if again > len(history.kills) * workers:
        yield f"{again} jobs ran again after a success: more than {len(history.kills)} kills of {workers} workers hide"


def told_rightly(history, job, ends):
    """An attempt is lost only by a kill; one that came to its end is a success otherwise."""
    for attempt, (number, claimed, ended) in zip(job["attempts"], history.attempts(job)):
        if attempt.get("outcome") == "lost":
            if not any(claimed - COARSE <= kill.at <= ended for kill in history.kills):
                yield f"attempt {number} of job {job['id']} is lost, and nothing was killed while it ran"
        elif number in ends and (attempt.get("outcome"), attempt.get("exitCode")) != ("exited", 0):
            yield f"attempt {number} of job {job['id']} came to its end, and is {attempt.get('outcome')}"


def ended_rightly(job, ends):
    """Each kind of job ends as it must; three lost attempts in a row set any aside."""
    state = job["failure"] if job["state"] == "failed" else job["state"]
    if state == "poison":
        if [attempt.get("outcome") for attempt in job["attempts"][-3:]] != ["lost"] * 3:
            yield f"job {job['id']} was set aside without three lost attempts in a row"
    elif state not in ends and state not in {"blocked", "scheduled", "ready", "held", "running"}:
        yield f"job {job['id']} is {state}, and may only be {', '.join(sorted(ends))}"


def nothing_is_early(history):
    for id, job in history.jobs.items():
        claims = [claimed for _, claimed, _ in history.attempts(job)]
        if not claims:
            continue
        if "due" in job and claims[0] < history.instant(job["due"]):
            yield f"job {id} was started before it was due"
        for dependency in job.get("dependencies", []):
            other = history.jobs.get(dependency["id"])
            if not other or other["state"] not in FINAL or history.instant(other["ended"]) > claims[0]:
                yield f"job {id} was started before job {dependency['id']} had ended"
            elif dependency["condition"] == "succeeded" and other["state"] != "succeeded":
                yield f"job {id} was started, although job {dependency['id']} is {other['state']}"


def a_key_is_one_job(history):
    alive = collections.defaultdict(list)
    for id, job in history.jobs.items():
        if "key" in job:
            ended = history.instant(job.get("ended"))
            alive[job["key"]].append((history.instant(job["submitted"]), ended or float("inf"), id))
    for key, spans in alive.items():
        spans.sort()
        for (_, ended, first), (begun, _, second) in zip(spans, spans[1:]):
            if begun < ended:
                yield f"jobs {first} and {second} had the key {key} at once"


def no_more_run_than_may(history):
    taken = collections.defaultdict(list)  # Of each queue and resource: when, how much more.
    for job in history.jobs.values():
        amounts = {("queue", job["queue"]): job.get("slots", 1)}
        amounts |= {("resource", name): amount for name, amount in job.get("needs", {}).items()}
        for _, claimed, ended in history.attempts(job):
            for what, amount in amounts.items():
                taken[what] += [(claimed, amount)] + ([(ended, -amount)] if ended else [])
    bounds = {("queue", name): bound for name, bound in history.workers.items()}
    bounds |= {("resource", name): bound for name, bound in history.resources.items()}
    for what, changes in taken.items():
        amount = most = 0
        for _, change in sorted(changes):  # At one instant what ends comes first.
            amount += change
            most = max(most, amount)
        if most > bounds.get(what, 0):
            yield f"{most} of {what[0]} {what[1]} were taken at once, and there are {bounds.get(what, 0)}"


def order_is_kept(history):
    waits, claims = collections.defaultdict(list), collections.defaultdict(list)
    for id, job in history.jobs.items():
        if job.get("needs"):
            continue  # It gives way while it lacks something.
        ready = None
        for step in job["history"]:
            at = history.instant(step["at"])
            if step["event"] == "started" and ready is not None:
                since = min(ready, history.instant(job["due"])) if "due" in job and step["attempt"] == 1 else ready
                waits[job["queue"]].append((ready, at, -job["priority"], since, id))
                claims[job["queue"]].append((at, -job["priority"], since, id))
            ready = at if step["state"] == "ready" else None
    for queue, started in claims.items():
        for at, rank, since, id in started:
            for ready, claimed, other_rank, other_since, other in waits[queue]:
                if ready + INVERSION < at < claimed and (other_rank, other_since + INVERSION) < (rank, since):
                    yield f"job {id} was started while job {other}, which comes before it, was ready"


def cancelled_is_cancelled(history):
    for cancel in history.cancels:
        job = history.jobs.get(cancel.id)
        if not job or cancel.result not in {"cancelled", "stopping"}:
            continue
        for number, claimed, _ in history.attempts(job):
            if claimed > cancel.answered:
                yield f"attempt {number} of job {cancel.id} was started after its cancel had been acknowledged"
        if job["state"] in FINAL and history.instant(job["ended"]) > cancel.answered + LATE:
            yield f"job {cancel.id} ended long after its cancel had been acknowledged"


def reads_never_go_back(history):
    """Each look at a job is one at its steps in their order, no earlier than what was known when it was asked."""
    looks = collections.defaultdict(list)
    for read in history.reads:
        looks[read.id].append((read.invoked, read.answered, read.state))
    for cancel in history.cancels:
        if cancel.result == "cancelled":
            looks[cancel.id].append((cancel.invoked, cancel.answered, "cancelled"))
    for id, group in looks.items():
        if id not in history.jobs:
            continue
        steps = [(history.instant(step["at"]), step["state"]) for step in history.jobs[id]["history"]]
        done = []  # When each look was answered, and the step that it saw.
        for invoked, answered, state in sorted(group):
            least = max((seen for at, seen in done if at < invoked), default=0)
            fitting = [index for index, (at, name) in enumerate(steps)
                       if index >= least and name == state and at <= answered]
            if not fitting:
                yield f"a look at job {id} gave {state}, which it no longer, or never, or not yet was"
                continue
            done.append((answered, fitting[0]))


def everything_ends(history):
    for id, job in history.jobs.items():
        if job["state"] not in FINAL:
            yield f"job {id} is {job['state']} for ever"


def numbers_never_go_back(history):
    for id, job in history.jobs.items():
        times = [step["at"] for step in job["history"]]
        if times != sorted(times):
            yield f"the steps of job {id} go back in time"
        started = [step["attempt"] for step in job["history"] if step["event"] == "started"]
        if started != list(range(1, len(started) + 1)):
            yield f"job {id} tells of the starts {started}"
        if job["historyCount"] != len(job["history"]):
            yield f"job {id} has {job['historyCount']} steps and tells {len(job['history'])}"
    first = sorted((submit.answered, submit.ids) for submit in stored(history) if not submit.wasRepeat)
    later = sorted((submit.invoked, submit.ids) for submit in stored(history) if not submit.wasRepeat)
    highest = index = 0
    for invoked, ids in later:
        while index < len(first) and first[index][0] < invoked:
            highest = max(highest, *first[index][1])
            index += 1
        if min(ids) <= highest:
            yield f"job {min(ids)} was submitted after job {highest} had been acknowledged"


INVARIANTS = {
    "I1": nothing_is_lost, "I2": nothing_is_invented, "I3": a_token_is_one_job, "I4": attempts_are_counted,
    "I5": attempts_do_not_overlap, "I6": there_is_one_end, "I7": success_is_what_happened, "I8": nothing_is_early,
    "I9": a_key_is_one_job, "I10": no_more_run_than_may, "I11": order_is_kept, "I12": cancelled_is_cancelled,
    "I13": reads_never_go_back, "I14": everything_ends, "I15": numbers_never_go_back,
}


def stored(history):
    return [submit for submit in history.submits if submit.outcome == "stored" and not submit.isOther]


def acknowledgements(history):
    """The submits that were answered with each id."""
    found = collections.defaultdict(list)
    for submit in stored(history):
        for id in submit.ids:
            found[id].append(submit)
    return found
