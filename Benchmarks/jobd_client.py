"""What the benchmarks need to speak with jobd."""

import contextlib
import datetime
import json
import signal
import socket
import subprocess
import time


class Client:
    """A connection that speaks Varlink: JSON objects, each ended by NUL."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.buffer = b""

    def call(self, method, parameters, more=False):
        """The parameters of the first reply."""
        self.send(method, parameters, more)
        return self.receive()["parameters"]

    def send(self, method, parameters, more=False):
        call = {"method": method, "parameters": parameters}
        if more:
            call["more"] = True
        self.socket.sendall(json.dumps(call).encode() + b"\0")

    def receive(self):
        """The next reply, which must be no error."""
        while b"\0" not in self.buffer:
            data = self.socket.recv(1 << 20)
            if not data:
                raise SystemExit("jobd closed the connection")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        reply = json.loads(message)
        if "error" in reply:
            raise SystemExit(f"jobd answered {reply}")
        return reply


def instant(text):
    """Seconds since 1970 of an RFC 3339 time with nanoseconds."""
    whole, fraction = text.rstrip("Z").split(".")
    return datetime.datetime.fromisoformat(whole + "+00:00").timestamp() + float("0." + fraction)


@contextlib.contextmanager
def running_daemon(programs, folder, configuration):
    """A daemon on a folder of its own, with a client: ended with the block."""
    folder.mkdir()
    file = folder / "jobd.toml"
    file.write_text(configuration)
    path = str(folder / "jobd.sock")
    daemon = subprocess.Popen(
        [programs / "jobd", "--config", file, "--state-directory", folder / "state", "--socket", path],
        stderr=subprocess.DEVNULL)
    try:
        yield daemon, connect(path)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()


def connect(path):
    """A client of a daemon that is about to come up."""
    for _ in range(200):
        try:
            return Client(path)
        except OSError:
            time.sleep(0.02)
    raise SystemExit("jobd did not come up")
