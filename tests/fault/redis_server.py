#!/usr/bin/python3
"""A redis-server of the tests' own, which can be made to fail.

A site is given its socket by the setting redis_url; so the tests may do with it
what the site's own forbids everybody: look at all keys, spoil them, run out of
memory, forget.
"""

import contextlib
import pathlib
import shutil
import signal
import subprocess
import tempfile

import resp
import sites


class Server:
    """One redis-server, or none, at `socket`; its data below `directory`."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(
            prefix="mini-tiktok-redis-"))
        self.socket = self.directory / "redis.sock"
        self.process = None

    # -- life and death --

    def start(self, *options):
        """Starts it; what a SAVE has left is loaded."""
        assert self.process is None
        self.socket.unlink(missing_ok=True)
        with open(self.directory / "redis.log", "a") as log:
            self.process = subprocess.Popen(
                ["redis-server", "--port", "0", "--unixsocket", self.socket,
                 "--save", "", "--appendonly", "no", *options],
                cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        sites.wait_for(self.answers, "an own redis-server")
        return self

    def answers(self):
        with contextlib.suppress(OSError, EOFError, resp.Refused), \
                self.connect() as redis:
            return redis.call("PING") == b"PONG"

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None
        self.socket.unlink(missing_ok=True)

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    @property
    def runs(self):
        return self.process is not None

    def remove(self):
        self.kill()
        shutil.rmtree(self.directory)

    # -- what it does --

    def connect(self):
        return resp.Redis(self.socket)

    def call(self, *words):
        with self.connect() as redis:
            return redis.call(*words)

    def flush(self):
        self.call("FLUSHALL")

    def keys(self):
        with self.connect() as redis:
            return redis.keys()

    def lives(self):
        with self.connect() as redis:
            return redis.lives()

    def rewrite(self, rewritten):
        """Puts others in the place of all values; the keys keep their lives.
        Returns how many there were."""
        with self.connect() as redis:
            names = redis.keys()
            values = redis.call("MGET", *names) if names else []
            redis.calls(*[
                ("SET", name, value, "XX", "KEEPTTL") for name, value in
                zip(names, rewritten(values)) if value is not None])
            return len(names)

    def retype(self):
        """Makes lists of all values."""
        with self.connect() as redis:
            for name in redis.keys():
                redis.calls(("DEL", name), ("RPUSH", name, "a"),
                            ("EXPIRE", name, 60))

    def configure(self, **settings):
        for name, value in settings.items():
            self.call("CONFIG", "SET", name.replace("_", "-"), value)


# -- what is put in the place of values --


def garbage(dice):
    """Noise, halves, and values of which one bit is another."""
    def noise(value):
        return dice.randbytes(dice.randrange(2 * len(value) + 8))

    def cut(value):
        return value[:dice.randrange(len(value) or 1)]

    def longer(value):
        return value[:1000] + dice.randbytes(1)

    def flipped(value):
        bits = bytearray(value or b"x")
        bits[dice.randrange(len(bits))] ^= 1 << dice.randrange(8)
        return bytes(bits)

    return lambda values: [
        value if value is None else
        dice.choice((noise, cut, longer, flipped))(value) for value in values]


def neighbours(values):
    """Each key has the value of the one beside it: whole, and not its own."""
    return values[1:] + values[:1]


@contextlib.contextmanager
def serving(*options):
    """A server that runs, and is gone afterwards."""
    server = Server()
    try:
        yield server.start(*map(str, options))
    finally:
        server.remove()
