#!/usr/bin/env python3
"""Each invariant of history.py flags the violation that is planted for it, and no other flags a good run."""

import copy
import time
import unittest

import history
from events import SECOND, Cancel, History, Kill, Read, Run, Submit

WALL = 1_700_000_000 * SECOND


def stamp(seconds):
    whole, fraction = divmod(WALL + int(seconds * SECOND), SECOND)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{fraction:09}Z"


def at(seconds):
    return int(seconds * SECOND)


def job(id, *attempts, state="succeeded", **more):
    """A job that was submitted at second `id`, with attempts (claimed, ended, outcome)."""
    steps = [{"at": stamp(id), "event": "submitted", "state": "ready"}]
    told = []
    for number, (claimed, ended, outcome) in enumerate(attempts, 1):
        last = number == len(attempts)
        steps.append({"at": stamp(claimed), "event": "started", "attempt": number, "state": "running"})
        steps.append({"at": stamp(ended), "event": "ended", "attempt": number, "state": state if last else "ready"})
        told.append({"number": number, "claimed": stamp(claimed), "ended": stamp(ended), "outcome": outcome}
                    | ({"exitCode": 0} if outcome == "exited" else {}))
    return {
        "id": id, "state": state, "queue": "default", "priority": 0,
        "command": ["sh", "-c", "", "job", "", f"job-{id}"], "submitted": stamp(id), "ended": steps[-1]["at"],
        "attemptCount": len(attempts), "attempts": told, "history": steps, "historyCount": len(steps), **more,
    }


def good():
    """Three jobs and a fourth that was cancelled: one was lost once, and the third waited for the second."""
    jobs = [
        job(1, (1.1, 1.5, "exited"), key="nightly"),
        job(2, (2.1, 2.5, "lost"), (2.6, 2.8, "exited")),
        job(3, (3.1, 3.5, "exited"), due=stamp(3.05), dependencies=[{"id": 2, "condition": "succeeded"}]),
        job(4, (4.1, 4.5, "cancelled"), state="cancelled"),
    ]
    submits = [Submit(at(id), at(id + 0.05), "stored", [f"job-{id}"], {"queue": "default"}, ids=[id])
               for id in range(1, 5)]
    submits.append(Submit(at(3.2), at(3.3), "refused", ["job-3"], {"name": "another"}, isOther=True))
    runs = [
        Run(word, f"job-{id}", attempt, at(second)) for word, id, attempt, second in [
            ("start", 1, 1, 1.2), ("end", 1, 1, 1.4), ("start", 2, 1, 2.2), ("start", 2, 2, 2.7), ("end", 2, 2, 2.75),
            ("start", 3, 1, 3.2), ("end", 3, 1, 3.4), ("start", 4, 1, 4.2),
        ]
    ]
    return History(
        submits, [Cancel(at(4.3), at(4.4), 4, "stopping")],
        [Read(at(1.2), at(1.3), 1, "running"), Read(at(1.6), at(1.7), 1, "succeeded")], runs,
        [Kill(at(2.3), True, False)], [], {each["id"]: each for each in jobs},
        {f"job-{id}": {"cancelled"} if id == 4 else {"succeeded"} for id in range(1, 5)},
        {"default": 1}, {"gpu": 1}, WALL)


class HistoryTest(unittest.TestCase):
    def flagged(self, change):
        """The invariants that a changed run breaks."""
        run = copy.deepcopy(good())
        change(run)
        return {fault.partition(":")[0] for fault in history.faults(run)}

    def assert_flags(self, name, change):
        self.assertIn(name, self.flagged(change))

    def test_a_good_run_is_good(self):
        self.assertEqual(list(history.faults(good())), [])

    def test_every_invariant_is_tested_here(self):
        tested = "".join(name for name in dir(self) if name.startswith("test_I")).replace("test_", " ").split()
        self.assertEqual({name.partition("_")[0] for name in tested}, set(history.INVARIANTS))

    def test_I1_an_acknowledged_job_is_lost(self):
        self.assert_flags("I1", lambda run: run.jobs.pop(1))

    def test_I1_a_read_does_not_know_an_acknowledged_job(self):
        self.assert_flags("I1", lambda run: run.reads.append(Read(at(1.5), at(1.6), 1, "NoSuchJob")))

    def test_I1_a_cancel_does_not_know_an_acknowledged_job(self):
        self.assert_flags("I1", lambda run: run.cancels.append(Cancel(at(1.5), at(1.6), 1, "unknown")))

    def test_I1_an_acknowledged_dependency_is_not_known(self):
        self.assert_flags("I1", lambda run: run.submits.append(
            Submit(at(5), at(5.1), "refused", ["job-5"], {"after": [1]}, refusal="NoSuchDependency")))

    def test_I2_nobody_submitted_a_job(self):
        self.assert_flags("I2", lambda run: run.jobs.update({5: job(5, (5.1, 5.2, "exited"))}))

    def test_I2_a_refused_job_is_there(self):
        def change(run):
            run.submits[0] = Submit(at(1), at(1.05), "refused", ["job-1"], {}, refusal="KeyTaken")
        self.assert_flags("I2", change)

    def test_I3_a_token_became_two_jobs(self):
        def change(run):
            run.jobs[5] = job(5, (5.1, 5.2, "exited"))
            run.jobs[5]["command"][5] = "job-4"
        self.assert_flags("I3", change)

    def test_I3_two_answers_to_one_token(self):
        self.assert_flags("I3", lambda run: run.submits.append(
            Submit(at(4.1), at(4.2), "stored", ["job-4"], {}, ids=[3], wasRepeat=True)))

    def test_I3_other_content_with_the_same_token_is_stored(self):
        self.assert_flags("I3", lambda run: run.submits.append(
            Submit(at(4.1), at(4.2), "stored", ["job-4"], {}, isOther=True, ids=[4])))

    def test_I3_something_else_is_stored_than_was_submitted(self):
        self.assert_flags("I3", lambda run: run.jobs[1].update(queue="other"))

    def test_I4_an_attempt_begins_twice(self):
        self.assert_flags("I4", lambda run: run.runs.append(Run("start", "job-1", 1, at(1.3))))

    def test_I4_an_attempt_is_missing(self):
        self.assert_flags("I4", lambda run: run.jobs[2]["attempts"].pop(0))

    def test_I4_an_attempt_is_not_told(self):
        self.assert_flags("I4", lambda run: run.runs.append(Run("start", "job-1", 2, at(1.45))))

    def test_I4_something_of_an_old_attempt_is_left(self):
        self.assert_flags("I4", lambda run: run.left.append("process 1"))

    def test_I5_two_attempts_are_alive_at_once(self):
        self.assert_flags("I5", lambda run: run.runs.append(Run("overlap", "job-2", 2, at(2.6))))

    def test_I5_two_attempts_are_claimed_at_once(self):
        self.assert_flags("I5", lambda run: run.jobs[2]["attempts"][1].update(claimed=stamp(2.4)))

    def test_I6_a_job_ends_twice(self):
        self.assert_flags("I6", lambda run: run.jobs[1]["history"].append(run.jobs[1]["history"][-1]))

    def test_I6_an_attempt_begins_after_the_end(self):
        self.assert_flags("I6", lambda run: run.runs.append(Run("start", "job-1", 2, at(1.6))))

    def test_I7_a_success_that_never_was(self):
        self.assert_flags("I7", lambda run: run.runs.remove(Run("end", "job-1", 1, at(1.4))))

    def test_I7_a_success_that_is_told_as_something_else(self):
        self.assert_flags("I7", lambda run: run.jobs[1]["attempts"][0].update(outcome="signalled"))

    def test_I7_an_attempt_is_lost_without_a_kill(self):
        self.assert_flags("I7", lambda run: run.kills.clear())

    def test_I7_a_job_ends_as_its_kind_cannot(self):
        self.assert_flags("I7", lambda run: run.jobs[1].update(state="failed", failure="timedOut"))

    def test_I7_a_job_is_set_aside_too_soon(self):
        self.assert_flags("I7", lambda run: run.jobs[2].update(state="failed", failure="poison"))

    def test_I7_more_runs_again_than_kills_can_hide(self):
        def change(run):
            run.runs[3:3] = [Run("end", "job-2", 1, at(2.25))]
            run.runs += [Run("start", "job-1", 2, at(1.45)), Run("start", "job-1", 3, at(1.46))]
        self.assert_flags("I7", change)

    def test_I8_a_job_starts_before_it_is_due(self):
        self.assert_flags("I8", lambda run: run.jobs[3].update(due=stamp(3.2)))

    def test_I8_a_job_starts_before_its_dependency_has_ended(self):
        self.assert_flags("I8", lambda run: run.jobs[2].update(ended=stamp(3.2)))

    def test_I8_a_job_starts_though_its_dependency_failed(self):
        self.assert_flags("I8", lambda run: run.jobs[2].update(state="failed", failure="lost"))

    def test_I9_two_jobs_have_a_key(self):
        def change(run):
            run.jobs[1]["ended"] = stamp(2.5)
            run.jobs[2]["key"] = "nightly"
        self.assert_flags("I9", change)

    def test_I10_more_run_than_there_are_workers(self):
        self.assert_flags("I10", lambda run: run.jobs[2]["attempts"][0].update(claimed=stamp(1.4)))

    def test_I10_more_of_a_resource_is_taken_than_there_is(self):
        self.assert_flags("I10", lambda run: run.jobs[1].update(needs={"gpu": 2}))

    def test_I11_a_higher_priority_is_passed_over(self):
        def change(run):
            run.jobs[2]["priority"] = 5
            run.jobs[2]["history"][1]["at"] = stamp(4.5)
        self.assert_flags("I11", change)

    def test_I11_an_older_job_is_passed_over(self):
        self.assert_flags("I11", lambda run: run.jobs[2]["history"][1].update(at=stamp(4.5)))

    def test_I12_an_attempt_is_started_after_a_cancel(self):
        self.assert_flags("I12", lambda run: run.jobs[4]["attempts"][0].update(claimed=stamp(4.45)))

    def test_I12_a_cancelled_job_runs_on(self):
        self.assert_flags("I12", lambda run: run.jobs[4].update(ended=stamp(60)))

    def test_I13_a_read_goes_back(self):
        self.assert_flags("I13", lambda run: run.reads.append(Read(at(1.8), at(1.9), 1, "running")))

    def test_I13_a_read_sees_what_is_yet_to_come(self):
        self.assert_flags("I13", lambda run: run.reads.append(Read(at(1.05), at(1.08), 1, "succeeded")))

    def test_I13_a_read_sees_what_never_was(self):
        self.assert_flags("I13", lambda run: run.reads.append(Read(at(1.2), at(1.3), 1, "held")))

    def test_I13_a_read_forgets_a_cancel(self):
        def change(run):
            run.cancels = [Cancel(at(4.55), at(4.6), 4, "cancelled")]
            run.reads.append(Read(at(4.7), at(4.8), 4, "running"))
        self.assert_flags("I13", change)

    def test_I14_a_job_never_ends(self):
        self.assert_flags("I14", lambda run: run.jobs[1].update(state="ready"))

    def test_I15_steps_go_back_in_time(self):
        self.assert_flags("I15", lambda run: run.jobs[1]["history"][2].update(at=stamp(1)))

    def test_I15_a_start_is_missing(self):
        self.assert_flags("I15", lambda run: run.jobs[2]["history"][1].update(event="due"))

    def test_I15_steps_are_missing(self):
        self.assert_flags("I15", lambda run: run.jobs[1].update(historyCount=4))

    def test_I15_ids_go_back(self):
        def change(run):
            run.submits[0].ids, run.submits[1].ids = [2], [1]
        self.assert_flags("I15", change)


if __name__ == "__main__":
    unittest.main()
