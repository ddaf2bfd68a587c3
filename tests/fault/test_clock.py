#!/usr/bin/python3
"""The time is set while the site works: nothing ends for that."""

import os
import pathlib
import shutil
import signal
import subprocess

import pytest

import media_files
import sites
import stories
from tools import HANG, Tool

HERE = pathlib.Path(__file__).parent
PATIENCE = 240
# Far more than a conversion of a second may take, and not yet a day.
STEP = 12 * 3600


@pytest.fixture(scope="module")
def place():
    directory = sites.public_directory()
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def encoder():
    tool = Tool("ffmpeg")
    tool.becomes(f'case "$*" in *libx264*) {HANG};; '
                 f'*) exec {tool.real} "$@";; esac')
    yield tool
    shutil.rmtree(tool.directory)


@pytest.fixture(scope="module")
def site(place, encoder):
    """Its processes see a wall clock that the test sets."""
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o",
                    place / "stepped.so", HERE / "stepped.c"], check=True)
    directory = sites.make_directory()
    with sites.watched(sites.Site(directory, {
            "ffmpeg": encoder.path, "convert_priority": "low",
            "convert_rest": 0}, prefix=(
                "env", f"LD_PRELOAD={place}/stepped.so",
                f"STEPPED={place}/seconds",
                "ASAN_OPTIONS=detect_leaks=1:verify_asan_link_order=0")
            )) as running:
        yield running
    shutil.rmtree(directory.parent)


def wait_for_a_round(site):
    """One that `work` began after this call."""
    fan, = stories.new_users(site, 1)
    for _ in range(2):
        stories.like(fan, stories.make_video(site, fan))
        sites.wait_for(lambda: not site.value("SELECT count(*) FROM "
                                              "like_delta"),
                       "a round of `work`", PATIENCE)


def test_a_clock_set_forward_ends_no_conversion(site, place, encoder):
    author = site.people.new("author")
    assert author.publish(media_files.make("hevc")).ok
    pid = sites.wait_for(lambda: site.pids("^sleep 1000"), "a conversion",
                         PATIENCE)[0]
    due = site.value("SELECT due_ms FROM job")
    (place / "seconds").write_text(str(STEP))
    wait_for_a_round(site)
    # The site does see it as over.
    assert site.value("SELECT max(change_ms) FROM favorite") > due
    assert sites.is_alive(pid)
    assert site.value("SELECT count(*) FROM job WHERE state = 1 "
                      "AND tries = 1") == 1
    encoder.behave()
    os.kill(pid, signal.SIGKILL)
    sites.wait_for(lambda: not site.rows("SELECT 1 FROM job"),
                   "the next try", PATIENCE)
