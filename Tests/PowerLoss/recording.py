"""A jobd whose writes, syncs and answers are noted in the order in which they happen, and the notes."""

import os
import pathlib
import struct
import subprocess
import threading

from promises import Daemon

RECORD = struct.Struct("<IIQQQ")


class RecordedDaemon(Daemon):
    """Notes go to `log`, which several lives of the daemon share."""

    def __init__(self, program, folder, configuration, library, log):
        super().__init__(program, folder, configuration)
        self.log = log
        self.environment = {"LD_PRELOAD": library, "RECORDER_FOLDER": f"{folder}/state", "RECORDER_LOG": log}
        self.caller = threading.local()

    def prepare(self, connection):
        """Gives a call's socket the name by which the log knows it."""
        if name := getattr(self.caller, "name", None):
            connection.bind(f"\0power-{os.getpid()}-{name}")

    def call_as(self, name, method, parameters):
        self.caller.name = name
        try:
            return self.call(method, parameters)
        finally:
            self.caller.name = None


class Record:
    """One line of the log: see recorder.c for the kinds."""

    __slots__ = ("kind", "file", "time", "number", "payload")

    def __init__(self, kind, file, time, number, payload):
        self.kind, self.file, self.time, self.number, self.payload = kind, file, time, number, payload


def read(log):
    """All records; ends the run where something happened that the recorder does not follow."""
    data = pathlib.Path(log).read_bytes()
    records, place = [], 0
    while place + RECORD.size <= len(data):
        kind, file, time, number, length = RECORD.unpack_from(data, place)
        place += RECORD.size
        records.append(Record(chr(kind), file, time, number, data[place : place + length]))
        place += length
        if chr(kind) == "X":
            raise SystemExit(f"the recording does not tell all: {records[-1].payload.decode()}")
    return records


def answers(records):
    """By the name of a call: the place in the log behind which its client has the whole answer."""
    places = {}
    for place, record in enumerate(records):
        if record.kind == "A":
            name = record.payload[: record.number].decode().split("-", 2)[2]
            places[name] = place
    return places


def build(name, folder):
    """Compiles a library for LD_PRELOAD; returns its path."""
    library = f"{folder}/{name}.so"
    source = pathlib.Path(__file__).resolve().with_name(f"{name}.c")
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, source], check=True)
    return library
