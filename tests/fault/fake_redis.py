#!/usr/bin/python3
"""What listens in Redis' place and answers as no Redis would.

A Fake takes connections at a socket and gives each command to its manner: a
function from the words of a command to the bytes of an answer.  What it returns
is sent; NOTHING keeps the caller waiting, HANG_UP ends the connection, and bytes
with HANG_UP after them end it in mid-answer.
"""

import contextlib
import itertools
import random
import socket
import threading

import resp

NOTHING, HANG_UP = object(), object()

dice = random.Random(7)


def loading(words):
    return (b"-LOADING Redis is loading the dataset in memory\r\n",)


def refusing(words):
    return (b"-NOPERM this user has no permissions to run the '%s' command"
            b"\r\n" % words[0].lower(),)


def hanging(words):
    return (NOTHING,)


def closing(words):
    return (HANG_UP,)


def cutting(words):
    """An answer's first half."""
    return (b"$100\r\nnot all of it", HANG_UP)


def babbling(words):
    return (dice.randbytes(dice.randrange(1, 400)),)


def agreeing(words):
    """+OK to everything, also to what has another kind of answer."""
    return (b"+OK\r\n",)


def inventing(words):
    """Well-formed, and of the wrong kind and number."""
    return (dice.choice((
        b":1\r\n", b"*-1\r\n", b"*0\r\n", b"$0\r\n\r\n", b"*2\r\n+a\r\n:2\r\n",
        b"*1\r\n*1\r\n*1\r\n$-1\r\n", b"$3\r\nabc\r\n")),)


def swelling(words):
    """The beginning of an answer larger than anybody's memory."""
    return (b"*1000000000\r\n$536870911\r\n", NOTHING)


def flooding(words):
    """An answer that goes on for as long as somebody takes it."""
    yield b"$536870911\r\n"
    yield from itertools.repeat(bytes(1 << 20), 511)


def after_greeting(manner):
    """It greets as a Redis does, and then has its manner."""
    def answer(words):
        if words[0] == b"PING":
            return (b"+PONG\r\n",)
        if words[0] == b"INFO":
            return (b"$10\r\nrun_id:abc\r\n",)
        return manner(words)
    return answer


class Fake:
    """Use it as a context manager."""

    def __init__(self, path, manner):
        self.path, self.manner = path, manner
        self.connections = self.commands = 0
        self.longest = 0        # bytes of an answer that were taken
        self.open = set()
        self.lock = threading.Lock()

    def __enter__(self):
        self.path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(128)
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        # shutdown() wakes accept(), close() alone would not.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        self.path.unlink(missing_ok=True)
        with self.lock:
            for connection in self.open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with self.lock:
                    self.connections += 1
                    self.open.add(connection)
                threading.Thread(target=self.serve, args=(connection,),
                                 daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            with contextlib.suppress(OSError, EOFError, ValueError):
                while self.answer(connection, resp.decode(stream)):
                    pass
        with self.lock:
            self.open.discard(connection)

    def answer(self, connection, words):
        """Answers a command; whether the connection goes on."""
        sent = 0
        with self.lock:
            self.commands += 1
        for piece in self.manner(words):
            if piece is HANG_UP:
                return False
            if piece is not NOTHING:
                connection.sendall(piece)
                sent += len(piece)
                with self.lock:
                    self.longest = max(self.longest, sent)
        return True
