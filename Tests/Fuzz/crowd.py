"""A crowd of clients of one user that are of no use: idle, half-open, slow, and never reading."""

import os
import resource
import signal
import socket
import time

CALL = b'{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"io.jobd.Jobs"}}\0'
NOBODY = 65534


class Crowd:
    """So many connections of a process of its own, by another user where that can be."""

    def __init__(self, path, count):
        read, write = os.pipe()
        # No program of that user's: what runs here need not be readable for them.
        self.process = os.fork()
        if self.process == 0:
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                if os.getuid() == 0:
                    os.setgroups([])
                    os.setgid(NOBODY)
                    os.setuid(NOBODY)
                clients = come(path, count)
                os.write(write, b"%d\n" % count_open(clients))
                signal.pause()
            finally:
                os._exit(1)
        os.close(write)
        with os.fdopen(read) as answer:
            # How many were let in.
            self.admitted = int(answer.readline() or 0)

    def leave(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def come(path, count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    clients = []
    for number in range(count):
        client = socket.socket(socket.AF_UNIX)
        clients.append(client)
        try:
            client.connect(path)
            client.setblocking(False)
            if number % 4 == 1:
                client.send(CALL[:-2])
            elif number % 4 == 2:
                client.send(CALL[:1])
            elif number % 4 == 3:
                client.send(CALL * 200)
        except (BlockingIOError, ConnectionError):
            pass
    return clients


def count_open(clients):
    """How many are open when the daemon has seen all: those that it has not yet accepted look open, too."""
    deadline = time.monotonic() + 10
    unchanged, before = 0, None
    while unchanged < 10 and time.monotonic() < deadline:
        time.sleep(0.1)
        count = sum(is_open(client) for client in clients)
        unchanged = unchanged + 1 if count == before and count < len(clients) else 0
        before = count
    return before


def is_open(client):
    try:
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
