#!/usr/bin/python3
"""What is made to fail, and the option of the long run."""

import shutil

import pytest

import sites
from tools import Tool

# For tools that hang: so long it takes until they are given up.
SOON = 2


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


def using(tools, **settings):
    """A site whose tools can be made to fail."""
    return sites.running(ffmpeg=tools["ffmpeg"].path,
                         ffprobe=tools["ffprobe"].path, **settings)


@pytest.fixture(scope="module")
def frail(tools):
    """It waits for its tools for as long as they take on a busy machine."""
    with using(tools) as site:
        yield site


@pytest.fixture(scope="module")
def hasty(tools):
    """It does not; what is to succeed here is tried until it does."""
    with using(tools, ffmpeg_seconds=SOON) as site:
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


@pytest.fixture
def waiter(hasty):
    return hasty.people.new("waiter")
