#!/usr/bin/python3
"""Programs that stand in for ffmpeg and ffprobe, and fail as they are told."""

import os
import shutil

import sites

HANG = "exec sleep 1000"


class Tool:
    """A program in the place of ffmpeg or ffprobe, whose ways can be changed.

    It is a shell script that reads another: what that says is done.
    """

    def __init__(self, name):
        self.name = name
        self.real = shutil.which(name)
        self.directory = sites.public_directory()
        self.path = self.directory / name
        self.behave()

    def becomes(self, script):
        """From now on the tool does this."""
        self.path.unlink(missing_ok=True)
        ways = self.directory / "ways"
        # Renamed into place: a run reads the old ways or the new.
        (self.directory / "new").write_text(script + "\n")
        os.rename(self.directory / "new", ways)
        ways.chmod(0o644)
        self.path.write_text(f'#!/bin/sh\n. {ways}\n')
        self.path.chmod(0o755)

    def behave(self):
        self.becomes(f'exec {self.real} "$@"')

    def vanish(self):
        self.path.unlink()
