#!/usr/bin/python3
"""Speaking with a redis-server over its unix socket (RESP2)."""

import os
import pathlib
import socket

TIMEOUT = 60


class Refused(Exception):
    """An error that Redis answered: NOPERM, OOM, LOADING …"""


def encode(words):
    """A command as an array of bulk strings."""
    parts = [word if isinstance(word, bytes) else str(word).encode()
             for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(
        b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def decode(stream):
    """The next reply: bytes, a number, None, a list; an error as Refused."""
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise EOFError("Redis has hung up")
    kind, rest = line[:1], line[1:-2]
    if kind == b"+":
        return rest
    if kind == b"-":
        return Refused(rest.decode())
    if kind == b":":
        return int(rest)
    if kind == b"$":
        return None if rest == b"-1" else stream.read(int(rest) + 2)[:-2]
    assert kind == b"*", line
    return None if rest == b"-1" else [
        decode(stream) for _ in range(int(rest))]


def connect(to, path):
    """Connects to a socket, also where its path is longer than the 107 bytes
    that fit into an address."""
    place = os.open(path.parent, os.O_PATH)
    try:
        to.connect(f"/proc/self/fd/{place}/{path.name}")
    finally:
        os.close(place)


class Redis:
    """A connection; use it as a context manager."""

    def __init__(self, path, user=None, password=""):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT)
        connect(self.socket, pathlib.Path(path))
        self.stream = self.socket.makefile("rb")
        if user is not None:
            self.call("AUTH", user, password)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.stream.close()
        self.socket.close()

    def call(self, *words):
        """The reply to a command; raises Refused."""
        return self.calls(words)[0]

    def calls(self, *commands):
        """The replies to several, sent in one piece."""
        self.socket.sendall(b"".join(map(encode, commands)))
        replies = [decode(self.stream) for _ in commands]
        for reply in replies:
            if isinstance(reply, Refused):
                raise reply
        return replies

    def keys(self):
        """All keys, without KEYS, which a user may not be allowed."""
        cursor, found = b"0", []
        while True:
            cursor, page = self.call("SCAN", cursor, "COUNT", 1000)
            found += page
            if cursor == b"0":
                return sorted(set(found))

    def lives(self):
        """How long each key has to live, in ms; -1 is for ever."""
        names = self.keys()
        if not names:
            return {}
        lives = self.calls(*[("PTTL", name) for name in names])
        # -2: it has expired since we have seen it.
        return {name: life for name, life in zip(names, lives) if life != -2}
