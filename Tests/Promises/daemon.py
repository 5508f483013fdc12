"""A jobd in a folder of its own: started, asked, and killed as no program should be."""

import ctypes
import json
import os
import select
import signal
import socket
import time

PATIENCE = 60
PR_SET_CHILD_SUBREAPER = 36


class Gone(Exception):
    """The daemon went away before it answered."""


class Refused(SystemExit):
    """The daemon answered with an error; ends the program where nobody expects one."""

    def __init__(self, method, reply):
        super().__init__(f"{method}: {reply}")
        self.error = reply["error"].rpartition(".")[2]
        self.parameters = reply.get("parameters", {})


class NoSpace(Refused):
    """The daemon has stored nothing for want of room."""


class Daemon:
    def __init__(self, program, folder, configuration):
        self.program = program
        self.folder = folder
        self.state = f"{folder}/state"
        self.socket = f"{folder}/jobd.sock"
        self.process = 0
        self.environment = {}  # Beside that of this process.
        self.before = []  # What runs it, such as a tracer with its options.
        with open(f"{folder}/jobd.toml", "w") as file:
            file.write(configuration)
        self.notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notifications.bind(f"{folder}/notify")
        # What a dead daemon leaves comes to this process, which waits for it: elsewhere zombies may stay for long.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def launch(self):
        """Starts it without waiting for anything."""
        self.forget_notifications()
        environment = {**os.environ, "NOTIFY_SOCKET": f"{self.folder}/notify", "SWIFT_BACKTRACE": "enable=no",
                       **self.environment}
        errors = (os.POSIX_SPAWN_OPEN, 2, f"{self.folder}/stderr", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        arguments = [*self.before, self.program, "--config", f"{self.folder}/jobd.toml", "--state-directory", self.state,
                     "--socket", self.socket]
        self.process = os.posix_spawnp(arguments[0], arguments, environment, file_actions=[errors])

    def wait_until_ready(self):
        if not self.is_ready(within=PATIENCE):
            raise SystemExit(f"jobd does not become ready; it said:\n{self.errors()}")

    def is_ready(self, within):
        """Whether it says so within these seconds from now."""
        deadline = time.monotonic() + within
        while is_readable(self.notifications, deadline - time.monotonic()):
            if b"READY=1" in self.notifications.recv(65536).split(b"\n"):
                return True
        return False

    def kill(self):
        """Returns its exit status, which is -9 unless it had ended by itself."""
        return self.end(signal.SIGKILL)

    def stop(self):
        """Lets it drain; returns its exit status."""
        return self.end(signal.SIGTERM)

    def end(self, number):
        os.kill(self.process, number)
        while (status := self.ended()) is None:
            is_readable(self.notifications, 0.002)
        return status

    def ended(self):
        """The exit status; None while it lives. Reads what it tells its manager, or it would wait for that."""
        self.forget_notifications()
        number, status = os.waitpid(self.process, os.WNOHANG)
        if not number:
            return None
        self.process = 0
        return os.waitstatus_to_exitcode(status)

    def forget_notifications(self):
        while is_readable(self.notifications, 0):
            self.notifications.recv(65536)

    @staticmethod
    def reap():
        """Waits for what has ended and was left to this process; no daemon may be running."""
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            pass

    def errors(self):
        with open(f"{self.folder}/stderr") as file:
            return "".join(file.readlines()[-20:])

    def cgroup(self):
        """The folder with the cgroups of attempts; None where there are none."""
        containment = self.call("io.jobd.Daemon.Status", {})["containment"]
        return containment.rpartition(" below ")[2] if "cgroup" in containment else None

    def wait_for(self, ids):
        """Until these jobs have ended."""
        for first in range(0, len(ids), 10_000):
            for _ in self.replies("io.jobd.Jobs.Wait", {"ids": ids[first : first + 10_000]}, more=True):
                pass

    def is_idle(self, within):
        """Whether no job is unfinished within these seconds from now."""
        deadline = time.monotonic() + within
        unfinished = {"limit": 1, "states": ["blocked", "scheduled", "ready", "held", "running"]}
        while self.call("io.jobd.Jobs.List", unfinished)["jobs"]:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def prepare(self, connection):
        """What is done to a new connection's socket first."""

    def call(self, method, parameters):
        return next(self.replies(method, parameters))

    def replies(self, method, parameters, more=False, times=1):
        """The answers to a call, or to so many of the same at once; raises Gone where the daemon ends before."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            try:
                self.prepare(connection)
                connection.connect(self.socket)
                message = {"method": method, "parameters": parameters} | ({"more": True} if more else {})
                connection.sendall((json.dumps(message).encode() + b"\0") * times)
                buffer = b""
                while True:
                    while b"\0" not in buffer:
                        data = connection.recv(1 << 20)
                        if not data:
                            raise Gone
                        buffer += data
                    text, buffer = buffer.split(b"\0", 1)
                    reply = json.loads(text)
                    if "error" in reply:
                        if reply["error"].endswith((".ShuttingDown", ".OutcomeUnknown")):
                            raise Gone
                        raise (NoSpace if reply["error"].endswith(".NoSpace") else Refused)(method, reply)
                    yield reply["parameters"]
                    times -= 0 if reply.get("continues") else 1
                    if times == 0:
                        return
            except (ConnectionError, FileNotFoundError):
                raise Gone from None


def is_readable(source, seconds):
    return bool(select.select([source], [], [], max(0, seconds))[0])
