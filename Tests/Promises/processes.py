"""Which processes are there, as the kernel knows them."""

import os
import pathlib


def of_jobs(folder):
    """The living processes of jobs: number and start time, by which no later process can be mistaken for it."""
    mark = f"KILL_ROUNDS={folder}".encode()
    found = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if mark in pathlib.Path(f"/proc/{entry}/environ").read_bytes().split(b"\0"):
                    found.add((int(entry), start(entry)))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                pass
    return {process for process in found if is_alive(process)}


def is_alive(process):
    number, started = process
    try:
        return state(number) not in "ZX" and start(number) == started
    except (FileNotFoundError, ProcessLookupError):
        return False


def state(number):
    return fields(number)[0]


def start(number):
    return fields(number)[19]


def fields(number):
    """Those of /proc/N/stat that follow the name, which may hold anything."""
    return pathlib.Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()


def groups(home):
    """The cgroups of attempts in that cgroup: name and number, which no later one of the same name has."""
    try:
        return {(entry.name, entry.inode()) for entry in os.scandir(home or "") if entry.name.startswith("job-")}
    except FileNotFoundError:
        return set()
