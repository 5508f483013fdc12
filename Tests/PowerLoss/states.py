"""Opens what power cuts leave of one recording, and holds it against what was promised by then."""

import collections
import os
import random
import shutil
import sqlite3
import subprocess

import checks
import disk

STYLES = ["none", "all", "order", "writes", "torn"]
NEVER = float("inf")


class Recording:
    """Records, what was there before them, and what clients asked and were told meanwhile."""

    def __init__(self, records, answers, work, present=None, before=None):
        """`before` is the world in which it began; without it nothing was there."""
        self.records, self.answers, self.work, self.present, self.before = records, answers, work, present, before
        self.ignored = frozenset()  # Syncs that do nothing: places of their end.

    def world(self, place):
        now, start, before = self.records[place - 1].time if place else 0, self.records[0].time, self.before

        def is_told(call):
            return self.answers.get(call, NEVER) < place or bool(before and before.is_told(call))

        def is_asked(time):
            return before.is_asked(time) or start <= time <= now if before else time <= now

        return checks.World(self.work, is_told, is_asked, now)

    def changes(self):
        """(place, record, name of its file) of all that a cut can lie before."""
        names = {}
        for place, record in enumerate(self.records):
            if record.kind in "Od":
                names[record.file] = record.payload.decode()
            elif record.kind in "WTFDURM":
                name = names[record.file] if record.file else record.payload.decode()
                if is_of_the_store(name):
                    yield place, record, name

    def plan(self, count, seed):
        """So many cuts, by place: (place, style, number), each just before a record."""
        choice = random.Random(f"{seed} plan")
        rare, quiet, writes, syncs = [], [], [], []
        synced = True
        for place, record, name in self.changes():
            if record.kind == "D":
                syncs.append(place)
                synced = True
            elif record.kind == "W" and name.endswith("-wal"):
                (quiet if synced else writes).append(place)
                synced = False
            else:
                rare.append(place)
        # What happens seldom, in all styles; where all is synced that was answered; and most where a sync has not come
        # to its end, because that is where most can go.
        plan = {(place, style, 0) for place in rare for style in STYLES}
        plan = set(choice.sample(sorted(plan), min(len(plan), count // 4)))
        plan |= {(place, "none", 0) for place in choice.sample(quiet, min(len(quiet), count // 4))}
        number = 0
        while len(plan) < count:
            for place in choice.sample(syncs, len(syncs)) + choice.sample(writes, min(len(writes), len(syncs))):
                plan.add((place, choice.choice(STYLES[2:]), number))
                if len(plan) >= count:
                    break
            number += 1
        return sorted(plan)

    def commits(self):
        """The places of those syncs of the log that follow a commit, and do not come before a checkpoint's writes."""
        found, synced, offset = [], None, 0
        for place, record, name in self.changes():
            is_log = name.endswith("-wal")
            if record.kind == "W":
                if is_log and synced is not None:
                    found.append(synced)
                synced, offset = None, record.number if is_log else 0
            elif record.kind == "D" and is_log and offset > 0:
                synced = place
        return found

    def states(self, plan, wanted):
        """(cut, files) for each of the plan."""
        present = disk.Disk(self.present)
        cuts = iter(plan)
        cut = next(cuts, None)
        for place, record in enumerate(self.records):
            while cut and cut[0] == place:
                yield cut, present.after_cut(cut[1], random.Random(f"{cut}"), wanted)
                cut = next(cuts, None)
            present.apply(record, ignores_syncs=place in self.ignored)
            if not cut:
                return


def is_of_the_store(name):
    return not name.startswith("/output") and name != "/lock"


class Prober:
    """A store-probe that opens one state after the other in a folder of its own."""

    def __init__(self, program, folder):
        self.folder = folder
        self.state = f"{folder}/state"
        os.makedirs(folder, exist_ok=True)
        self.spare = f"{folder}/spare"
        os.close(os.open(self.spare, os.O_CREAT, 0o600))
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def faults(self, files, world):
        """How a state is faulty, and in which words; nothing for one that is well."""
        shutil.rmtree(self.state, ignore_errors=True)
        disk.write(self.state, files or {}, self.spare)
        return self.faults_of_present(world)

    def faults_of_present(self, world):
        path = f"{self.state}/jobd.db"
        self.process.stdin.write(path + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer.startswith("ok"):
            return "corrupt", [answer or "store-probe has died"]
        try:
            return self.faults_in(path, world)
        except sqlite3.DatabaseError as error:
            return "corrupt", [str(error)]

    def faults_in(self, path, world):
        if found := list(checks.damage(path)):
            return "corrupt", found
        key = f"{self.state}/key"
        if (os.path.getsize(key) if os.path.exists(key) else 0) != 32 and checks.secrets(path):
            return "corrupt", ["there are secrets, and no key"]
        if found := list(checks.losses(path, world)):
            return "lost", found
        return None


def explore(recording, plan, program, folder):
    """Counts of what was found, and the first faults in words."""
    prober = Prober(program, folder)
    met, words = collections.Counter(), []
    try:
        for cut, files in recording.states(plan, is_of_the_store):
            choice = random.Random(f"{cut} memory")
            if files and choice.random() < 0.1:
                # It is a file as well, and nobody syncs it.
                files["/jobd.db-shm"] = choice.randbytes(32_768)
            met["states"] += 1
            if fault := prober.faults(files, recording.world(cut[0])):
                met[fault[0]] += 1
                words.append(f"{cut}: {fault[0]}: {'; '.join(fault[1][:3])}")
    finally:
        prober.close()
    return met, words[:20]
