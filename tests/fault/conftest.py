#!/usr/bin/python3
"""What is made to fail, and the option of the long run."""

import shutil

import pytest

import sites
from tools import Tool

# Longer than any healthy run of ffmpeg here, also of an ASan build.
FFMPEG_SECONDS = 2


def pytest_addoption(parser):
    parser.getgroup("fault").addoption(
        "--lab-seconds", type=float, default=30,
        help="how long the crash lab kills processes")


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
