"""People on a machine of their own names: each calls jobd from a process with nothing but that person's rights."""

import ctypes
import json
import os
import pwd
import signal
import socket

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000

PATIENCE = 10


def own_mounts():
    """From here on what this process mounts is seen, and held, by it and its children alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0 or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        raise SystemExit(f"no mounts of my own: {os.strerror(ctypes.get_errno())}")


def move_in(folder, users, groups):
    """Gives this process, and all that it starts, its own view of /etc/passwd and /etc/group.

    users: name and number; groups: name, number and members. The accounts that there are stay.
    """
    own_mounts()
    libc = ctypes.CDLL(None, use_errno=True)
    lines = {
        "/etc/passwd": [f"{name}:x:{number}:{number}::{folder}:/bin/sh" for name, number in users],
        "/etc/group": [f"{name}:x:{number}:" for name, number in users]
        + [f"{name}:x:{number}:{','.join(members)}" for name, number, members in groups],
    }
    for path, added in lines.items():
        own = f"{folder}/{os.path.basename(path)}"
        with open(path) as old, open(own, "w") as new:
            new.write(old.read() + "\n".join(added) + "\n")
        os.chmod(own, 0o644)
        if libc.mount(own.encode(), path.encode(), None, MS_BIND, None) != 0:
            raise SystemExit(f"cannot put {own} over {path}: {os.strerror(ctypes.get_errno())}")


class Person:
    """A process that has become that user, with the groups of a login, and does what it is told."""

    def __init__(self, name, socket_path):
        self.name = name
        self.account = pwd.getpwnam(name)
        own, theirs = socket.socketpair()
        self.process = os.fork()
        if self.process == 0:
            own.close()
            os.setgroups(os.getgrouplist(name, self.account.pw_gid))
            os.setgid(self.account.pw_gid)
            os.setuid(self.account.pw_uid)
            serve(theirs, socket_path)
            os._exit(0)
        theirs.close()
        self.pipe = own.makefile("rw")

    def call(self, method, parameters, more=False):
        """All replies to a call of jobd's, as they came."""
        return self.ask({"call": {"method": method, "parameters": parameters} | ({"more": True} if more else {})})

    def attempt(self, deed, *arguments):
        """Calls a function of os; the name of the error, or None where it succeeded."""
        return self.ask({"deed": deed, "arguments": arguments})

    def ask(self, message):
        print(json.dumps(message), file=self.pipe, flush=True)
        return json.loads(self.pipe.readline())

    def leave(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def serve(pipe, socket_path):
    """The life of a person's process."""
    with pipe.makefile("rw") as stream:
        for line in stream:
            message = json.loads(line)
            answer = replies(socket_path, message["call"]) if "call" in message else do(**message)
            print(json.dumps(answer), file=stream, flush=True)


def replies(socket_path, call):
    """What comes back: nothing more where it takes too long."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(socket_path)
        connection.sendall(json.dumps(call).encode() + b"\0")
        found, buffer = [], b""
        while not found or found[-1].get("continues"):
            while b"\0" not in buffer:
                try:
                    data = connection.recv(1 << 20)
                except TimeoutError:
                    data = b""
                if not data:
                    return found
                buffer += data
            text, buffer = buffer.split(b"\0", 1)
            found.append(json.loads(text))
        return found


def do(deed, arguments):
    try:
        getattr(os, deed)(*arguments)
    except OSError as error:
        return type(error).__name__
    return None
