"""One connection to jobd that is not polite: it sends any bytes in any pieces, and reads when it likes."""

import json
import select
import socket

PATIENCE = 30


class Closed(Exception):
    """The daemon closed the connection."""


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.buffer = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        """Sends what goes without waiting for room that may never come; raises Closed."""
        try:
            self.socket.sendall(data)
        except OSError:
            raise Closed from None

    def exchange(self, data, count, piece=1 << 16):
        """Sends all in pieces, reading meanwhile; gives so many last replies, or as many as come before the end."""
        replies = []
        data = memoryview(data)
        while len(replies) < count or data:
            readable, writable, _ = select.select([self.socket], [self.socket] if data else [], [], PATIENCE)
            if not readable and not writable:
                raise AssertionError(f"{len(replies)} of {count} answers, and then none for {PATIENCE} s")
            try:
                if writable:
                    data = data[self.socket.send(data[:piece]):]
                if readable:
                    self.receive()
            except (Closed, OSError):
                replies += self.whole()
                return replies
            replies += self.whole()
        return replies

    def receive(self):
        data = self.socket.recv(1 << 20)
        if not data:
            raise Closed
        self.buffer += data

    def whole(self):
        """The last replies among what has come; those that others follow are looked at and dropped."""
        replies = []
        while (end := self.buffer.find(0)) >= 0:
            reply = json.loads(self.buffer[:end])
            del self.buffer[:end + 1]
            if not reply.get("continues"):
                replies.append(reply)
        return replies

    def is_ended(self):
        """Whether the daemon closes the connection, saying nothing more."""
        try:
            self.receive()
        except (Closed, ConnectionError):
            return True
        except TimeoutError:
            return False
        return False

    def call(self, method, parameters=None):
        replies = self.exchange(message(method, parameters or {}), 1)
        if not replies:
            raise Closed
        return replies[0]


def message(method, parameters, **flags):
    return json.dumps({"method": method, "parameters": parameters, **flags}).encode() + b"\0"
