#!/usr/bin/env python3
"""Power cuts of a jobd under load, at every moment of its writes: nothing that was answered may be lost.

power_loss.py PROGRAMS [STATES [SEED [OPENED]]]: PROGRAMS is the folder with jobd and store-probe. A real jobd works
under load while all its writes, syncs and answers are recorded. From the record come states of the disk as a power cut
could leave them (disk.py); each is opened as jobd opens its store, and held against what clients had been told by then.
Some (OPENED, 0 for none) are opened by jobd itself, and recorded once more: the cuts of its recovery are states as well.
In the end the same is done with weaker worlds, in which syncs do nothing or answers come before them: a check that finds
no loss there is no proof.
"""

import collections
import concurrent.futures
import multiprocessing
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

import disk
import recording
import states
from work import CONFIGURATION, Work

DEEDS = 150  # In each of the daemon's lives.
WORKERS = 2
CONTROL_STATES = 200
DAEMON_STATES = 150
NESTED = 16  # Recoveries that are recorded.


def main(programs, count="10000", seed=None, opened=DAEMON_STATES):
    seed = seed or str(time.time_ns() % 1_000_000)
    print(f"{count} states, seed {seed}", flush=True)
    begun = time.monotonic()
    space = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="jobd-power-loss-", dir=space)
    try:
        found = Trial(pathlib.Path(programs).resolve(), folder, seed).run(int(count), int(opened))
    except SystemExit as error:
        raise SystemExit(f"{error}\neverything is in {folder}") from None
    print(f"{time.monotonic() - begun:.0f} s", flush=True)
    if found:
        print(f"everything is in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


class Trial:
    def __init__(self, programs, folder, seed):
        self.program, self.probe = str(programs / "jobd"), str(programs / "store-probe")
        self.folder, self.seed = folder, seed
        self.library = recording.build("recorder", folder)
        self.choice = random.Random(f"{seed} trial")

    def run(self, count, opened):
        """Whether something is wrong."""
        main = self.record()
        told = sum(1 for job in main.work.jobs.values() if job.id is not None)
        print(f"{told} jobs acknowledged, {len(main.work.jobs) - told} not; {len(main.records)} records", flush=True)
        ready, nested = self.open_with_daemon(main, opened) if opened else (0, [])
        share = count // 6 // max(1, len(nested))
        parts = [(each, each.plan(share, self.seed)) for each in nested]
        begun = time.monotonic()
        plain = main.plan(count - share * len(nested), self.seed)
        met, words = explore_all(self, [(main, plain[half::2]) for half in range(2)])
        recovery, more = explore_all(self, parts)
        seconds = time.monotonic() - begun
        words += more
        for line in words[:20]:
            print(line)
        total = met + recovery
        print(f"{(met + recovery)['states'] / seconds:.0f} states a second")
        print(f"{met['states']} states, {recovery['states']} of recoveries, {ready} opened by jobd; "
              f"{told} acknowledged, lost {total['lost']}, corrupt {total['corrupt']}", flush=True)
        return bool(total["lost"] + total["corrupt"]) | self.has_blind_controls(main)

    # Recording

    def record(self):
        """Three lives under load: the first ends as it should, the second by kill -9."""
        folder = f"{self.folder}/recorded"
        os.mkdir(folder)
        daemon = recording.RecordedDaemon(self.program, folder, CONFIGURATION, self.library, f"{self.folder}/log")
        work = Work(daemon, self.seed)
        for end in [daemon.stop, None, daemon.stop]:
            daemon.launch()
            daemon.wait_until_ready()
            if end:
                work.more(DEEDS)
                if code := end():
                    raise SystemExit(f"jobd stopped with {code}: {daemon.errors()}")
            else:
                self.kill_under_load(daemon, work)
        records = recording.read(daemon.log)
        return states.Recording(records, recording.answers(records), work)

    def kill_under_load(self, daemon, work):
        with concurrent.futures.ThreadPoolExecutor(1) as clients:
            load = clients.submit(work.more, DEEDS)
            enough = work.calls + DEEDS
            while work.calls < enough and not load.done():
                time.sleep(0.01)
            daemon.kill()
            load.result()
        daemon.reap()

    # By jobd itself

    def open_with_daemon(self, main, opened):
        """How many states jobd opened, which all must become ready; and the recordings of some that it opened."""
        plan = main.plan(opened + NESTED, f"{self.seed} daemon")
        nested = set(self.choice.sample(plan, NESTED))
        recordings = []
        folder = f"{self.folder}/opened"
        os.mkdir(folder)
        daemon = recording.RecordedDaemon(self.program, folder, CONFIGURATION, self.library, f"{folder}/log")
        plainly = dict(daemon.environment)
        prober = states.Prober(self.probe, folder)
        for cut, files in main.states(plan, lambda name: True):
            shutil.rmtree(prober.state, ignore_errors=True)
            if files is not None:
                disk.write(prober.state, files)
            world = main.world(cut[0])
            # A child that the one before was just starting may still have that one's.
            daemon.socket = f"{folder}/{cut[0]}.sock"
            if cut in nested:
                recordings.append(self.recover(daemon, main, files, world))
                continue
            daemon.environment = {}
            daemon.launch()
            daemon.wait_until_ready()
            daemon.kill()
            daemon.reap()
            daemon.environment = plainly
            world.now = time.monotonic_ns()  # It may have removed since what was cancelled.
            if fault := prober.faults_of_present(world):
                raise SystemExit(f"{cut}, opened by jobd: {fault[0]}: {fault[1][:3]}")
        prober.close()
        return len(plan), recordings

    def recover(self, daemon, main, files, before):
        """A life of the daemon on what a cut left, with a little work in it."""
        work = Work(daemon, f"{self.seed} recovery")
        work.continue_from(main.work)
        daemon.launch()
        daemon.wait_until_ready()
        work.more(3)
        daemon.stop()
        records = recording.read(daemon.log)
        os.unlink(daemon.log)
        present = files and disk.copied(files)
        return states.Recording(records, recording.answers(records), work, present, before)

    # Controls

    def has_blind_controls(self, main):
        """Whether in a world that loses acknowledged jobs not enough of them are missed."""
        blind = False
        for name, weak in [("no sync does anything", self.without_syncs(main)),
                           ("commits are not synced, as with synchronous=NORMAL", self.without_commits(main)),
                           ("answers come before the sync", self.with_early_answers(main))]:
            met, _ = explore_all(self, [(weak, weak.plan(CONTROL_STATES, self.seed))])
            print(f"control: where {name}, {met['lost']} of {met['states']} states lost something, "
                  f"{met['corrupt']} are corrupt", flush=True)
            blind |= not met["lost"]
        if blind:
            print("a control that loses nothing shows that this check is blind")
        return blind

    @staticmethod
    def without_syncs(main):
        weak = states.Recording(main.records, main.answers, main.work)
        weak.ignored = frozenset(place for place, record in enumerate(main.records) if record.kind == "D")
        return weak

    @staticmethod
    def without_commits(main):
        """The log is synced after its header and before the main file is written only."""
        weak = states.Recording(main.records, main.answers, main.work)
        weak.ignored = frozenset(main.commits())
        return weak

    @staticmethod
    def with_early_answers(main):
        """Each answer as if it had been given when the sync before it began."""
        begun, early, last = {}, {}, 0
        by_place = {place: call for call, place in main.answers.items()}
        for place, record in enumerate(main.records):
            if record.kind == "S":
                begun[record.number] = place
            elif record.kind == "D":
                last = begun[record.number]
            elif place in by_place:
                early[by_place[place]] = last - 1
        return states.Recording(main.records, early, main.work)


def explore_all(trial, parts):
    """The parts side by side: in processes of their own, made by fork, so that they share what was recorded."""
    with multiprocessing.get_context("fork").Pool(WORKERS, keep, (trial, parts)) as workers:
        total, words = collections.Counter(), []
        for met, more in workers.imap(explore_part, range(len(parts)), chunksize=1):
            total += met
            words += more
    return total, words


def keep(trial, parts):
    """In a new process: what its parts are about."""
    explore_part.trial, explore_part.parts = trial, parts


def explore_part(number):
    trial, (recorded, plan) = explore_part.trial, explore_part.parts[number]
    return states.explore(recorded, plan, trial.probe, f"{trial.folder}/explored-{os.getpid()}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
