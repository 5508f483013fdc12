"""What a power cut may leave of the files below a folder.

What was synced is there. Of everything else that was written each sector is there as it was at some moment since, each
on its own; a file has one of the sizes that it had since; and a name is there, renamed or removed as it was at some
moment since the last sync of its folder. A name that was never synced may be gone with all that was synced below it.
"""

import collections
import os
import pathlib

SECTOR = 512


class File:
    """Contents on disk, and what was done since that may or may not be."""

    def __init__(self, content=b""):
        self.content = bytearray(content)
        self.synced = 0  # Operations, of all that there were.
        self.pending = []  # ("W", offset, bytes), ("T", size): cut or extend, ("F", size): extend only.
        self.size = len(content)  # As a program sees it.

    def do(self, operation):
        self.pending.append(operation)
        self.size = grown(self.size, operation)

    @property
    def done(self):
        return self.synced + len(self.pending)

    def sync(self, done):
        """The first `done` of all operations are on disk; another descriptor's sync may have been faster."""
        count = max(0, done - self.synced)
        for operation in self.pending[:count]:
            perform(self.content, operation)
        del self.pending[:count]
        self.synced += count

    def after_cut(self, style, choice):
        """One possible content. Styles: none, all, writes, order, torn."""
        pending = self.pending
        if style == "all":
            content = bytearray(self.content)
            for operation in pending:
                perform(content, operation)
            return content
        if style == "none" or not pending:
            return self.content
        if style == "order":
            # What came first is there, and of one write some sectors.
            last = choice.randrange(len(pending))
            versions = Versions(pending, lambda index: index < last or (index == last and choice.random() < 0.5))
        elif style == "writes":
            kept = {index for index in range(len(pending)) if choice.random() < 0.5}
            versions = Versions(pending, kept.__contains__)
        else:
            share = choice.choice([0.1, 0.5, 0.9])
            versions = Versions(pending, lambda index: choice.random() < share)
        return self.assembled(versions, choice)

    def assembled(self, versions, choice):
        content = bytearray(self.content)
        sizes = [len(content)]
        for operation in self.pending:
            sizes.append(grown(sizes[-1], operation))
        # A cut that is not on disk leaves no room for what was written there after it.
        cuts = [index for index, size in enumerate(sizes[1:]) if size < sizes[index]]
        reached = choice.randint(0, len(self.pending)) if cuts else len(self.pending)
        bound = sizes[reached] if reached < len(self.pending) else None
        for index, operation in enumerate(self.pending):
            if operation[0] == "W":
                for start, piece in sectors(operation):
                    if index < versions.of(start // SECTOR) and (index < reached or start < bound):
                        put(content, start, piece)
            elif operation[0] == "T" and index < reached:
                perform(content, operation)
        size = sizes[reached] if cuts or choice.random() < 0.5 else choice.choice(sizes)
        content.extend(bytes(max(0, size - len(content))))
        del content[size:]
        return content


class Versions:
    """Of each sector the number of operations, from the first on, with which it came to disk last."""

    def __init__(self, pending, is_kept):
        self.last = {}
        for index, operation in enumerate(pending):
            if operation[0] == "W":
                for start, _ in sectors(operation):
                    if is_kept(index):
                        self.last[start // SECTOR] = index + 1

    def of(self, sector):
        return self.last.get(sector, 0)


def sectors(operation):
    """The parts of a write, each within one sector."""
    _, offset, data = operation
    place = 0
    while place < len(data):
        size = min(SECTOR - (offset + place) % SECTOR, len(data) - place)
        yield offset + place, data[place : place + size]
        place += size


def put(content, offset, data):
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


def perform(content, operation):
    kind, number = operation[:2]
    if kind == "W":
        put(content, number, operation[2])
    else:
        content.extend(bytes(max(0, number - len(content))))
        if kind == "T":
            del content[number:]


def grown(size, operation):
    if operation[0] == "T":
        return operation[1]
    return max(size, operation[1] + (len(operation[2]) if operation[0] == "W" else 0))


class Folder:
    """The changes of the names in a folder that may or may not be on disk, in their order."""

    def __init__(self):
        self.synced = 0
        self.pending = []  # ("link", name, node), ("unlink", name), ("rename", from, to).

    @property
    def done(self):
        return self.synced + len(self.pending)

    def sync(self, done, durable):
        count = max(0, done - self.synced)
        for operation in self.pending[:count]:
            change(durable, operation)
        del self.pending[:count]
        self.synced += count

    def after_cut(self, style, choice):
        """Those that are on disk: mostly the first ones, as file systems with a journal do it."""
        if style == "none":
            return []
        if style == "all":
            return self.pending
        if choice.random() < 0.75:
            return self.pending[: choice.randint(0, len(self.pending))]
        return [operation for operation in self.pending if choice.random() < 0.5]


FOLDER = object()


class Disk:
    """The files below a folder, named as in the log: "" is the folder, ".." the one that it is in."""

    def __init__(self, present=None):
        """`present` are files that are there from the beginning: contents by name; without it there is no folder."""
        self.names = {}  # As programs see them: a File or FOLDER.
        self.durable = {}
        self.folders = collections.defaultdict(Folder)
        self.handles = {}
        self.syncs = {}
        if present is not None:
            self.names[""] = FOLDER
            for name, content in present.items():
                for above in folders_above(name):
                    self.names[above] = FOLDER
                self.names[name] = File(content)
            self.durable = dict(self.names)

    def apply(self, record, ignores_syncs=False):
        """Does what a record says."""
        kind, name = record.kind, record.payload.decode() if record.kind in "OdUM" else None
        if kind == "P":
            self.handles, self.syncs = {}, {}
        elif kind == "O":
            if name not in self.names:
                self.enter(("link", name, File()))
            file = self.handles[record.file] = self.names[name]
            if record.number & os.O_TRUNC and file.size > 0:
                file.do(("T", 0))
        elif kind == "d":
            self.handles[record.file] = name
        elif kind == "W":
            self.handles[record.file].do(("W", record.number, record.payload))
        elif kind in "TF":
            file = self.handles[record.file]
            if record.number > file.size or (kind == "T" and record.number < file.size):
                file.do((kind, record.number))
        elif kind == "S":
            node = self.handles[record.file]
            self.syncs[record.number] = (node if isinstance(node, File) else self.folders[node]).done
        elif kind == "D" and not ignores_syncs:
            self.sync(self.handles[record.file], self.syncs.pop(record.number))
        elif kind == "U":
            self.enter(("unlink", name))
        elif kind == "M":
            self.enter(("link", name, FOLDER))
        elif kind == "R":
            text = record.payload
            self.enter(("rename", text[: record.number].decode(), text[record.number :].decode()))

    def enter(self, operation):
        change(self.names, operation)
        self.folders[folder_of(operation[1])].pending.append(operation)

    def sync(self, node, done):
        if isinstance(node, File):
            node.sync(done)
        else:
            self.folders[node].sync(done, self.durable)

    def after_cut(self, style, choice, wanted=lambda name: True):
        """One possible content of the folder: by name, FOLDER or bytes; None where the folder itself is gone."""
        names = dict(self.durable)
        for folder in self.folders.values():
            for operation in folder.after_cut(style, choice):
                change(names, operation)
        if "" not in names:
            return None
        files = {}
        for name, node in sorted(names.items()):
            if name and wanted(name) and all(above in names for above in folders_above(name)):
                files[name] = node if node is FOLDER else node.after_cut(style, choice)
        return files


def change(names, operation):
    kind, name = operation[:2]
    if kind == "link":
        names[name] = operation[2]
    elif kind == "unlink":
        names.pop(name, None)
    elif name in names:
        names[operation[2]] = names.pop(name)


def folder_of(name):
    return ".." if name == "" else name.rpartition("/")[0]


def folders_above(name):
    """Below the folder itself: of "/output/0/1.log" these are "/output" and "/output/0"."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(2, len(parts))]


def write(folder, files, spare=None):
    """Makes a folder with these contents, anew.

    `spare` names a file whose memory is used for the log each time: new memory costs four times as much as the copy.
    """
    os.makedirs(folder, mode=0o700)
    for name, content in files.items():
        if content is FOLDER:
            os.makedirs(folder + name, mode=0o700, exist_ok=True)
            continue
        if spare and name.endswith("-wal"):
            os.link(spare, folder + name)
        descriptor = os.open(folder + name, os.O_WRONLY | os.O_CREAT, 0o600)
        with open(descriptor, "wb", buffering=0) as file:
            file.write(content)
            file.truncate()


def copied(files):
    """The contents as they are now: those of `Disk.after_cut` may be its own, which go on with it."""
    return {name: bytes(content) for name, content in files.items() if content is not FOLDER}


def read(folder):
    """The files below a folder, as `Disk` takes them."""
    base = pathlib.Path(folder)
    return {str(path)[len(folder):]: path.read_bytes() for path in base.rglob("*")
            if path.is_file() and not path.name.endswith("-shm")}
