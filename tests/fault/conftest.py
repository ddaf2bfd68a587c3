#!/usr/bin/python3
import os
import shutil

import pytest

import sites

HANG = "exec sleep 1000"
# Longer than any healthy run of ffmpeg here, also of an ASan build.
FFMPEG_SECONDS = 2


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


@pytest.fixture(scope="module")
def tools():
    found = {name: Tool(name) for name in ("ffmpeg", "ffprobe")}
    yield found
    for tool in found.values():
        shutil.rmtree(tool.directory)


@pytest.fixture(scope="module")
def frail(tools):
    """A site whose tools can be made to fail."""
    with sites.running(
            ffmpeg=tools["ffmpeg"].path, ffprobe=tools["ffprobe"].path,
            ffmpeg_seconds=FFMPEG_SECONDS) as site:
        yield site


@pytest.fixture(params=("ffmpeg", "ffprobe"))
def tool(request, tools):
    yield tools[request.param]
    tools[request.param].behave()


@pytest.fixture
def ffmpeg(tools):
    yield tools["ffmpeg"]
    tools["ffmpeg"].behave()


@pytest.fixture
def sender(frail):
    return frail.people.new("sender")
