#!/usr/bin/python3
"""What no file of a stranger may ever touch: a server and two files."""

import contextlib
import os
import shutil
import socket

import hostile
import media_files
import sites

# The film's colour, which no sample has.
COLOUR = (255, 0, 255)


class Canaries:
    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.directory = sites.public_directory()
        self.word = b"CANARY" + os.urandom(8).hex().encode()
        (self.directory / "words.txt").write_bytes(self.word * 20)
        (self.directory / "film.mp4").write_bytes(media_files.silent(
            draw="color=c=magenta"))
        for path in self.directory.iterdir():
            path.chmod(0o644)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()
        shutil.rmtree(self.directory)

    def point_at(self, data):
        """A sample whose placeholders have become our addresses."""
        here = b"127.0.0.1:%05d" % self.server.getsockname()[1]
        film, words = (bytes(self.directory / name).rjust(64, b"/")
                       for name in ("film.mp4", "words.txt"))
        return data.replace(hostile.SERVER, here).replace(
            b"127.0.0.1:9/", here + b"/").replace(
            hostile.FILM, film).replace(hostile.WORDS, words)

    def was_called(self):
        with contextlib.suppress(BlockingIOError):
            self.server.accept()
            return True
        return False

    def sing_in(self, data):
        """Whether bytes hold the words."""
        return self.word in data
