#!/usr/bin/python3
"""The corpus goes once through a site of its own, whose memory is limited;
the tests look at what came of it."""

import concurrent.futures
import contextlib
import os
import shutil
from dataclasses import dataclass, field

import pytest

import canaries
import memory
import multipart
import poller
import samples
import served
import sites

AT_A_TIME = 2          # as there are workers
DONE_SECONDS = 600     # until the last film is made, on a busy machine
# With other work at hand, conversions are not to wait for its end.
SETTINGS = {"convert_priority": "low", "convert_jobs": 2, "convert_rest": 1,
            "ffmpeg_seconds": 300}

# Lines for the report, whatever the verdict.
told = []


@dataclass
class Fate:
    """What came of a sample."""
    user: object
    reply: object
    listed: list = None         # its author's videos, once all is done
    film: served.Film = None
    cover: served.Cover = None
    fault: str = ""             # why there is no film or cover

    def served(self):
        """The film and the cover."""
        assert self.film and self.cover, self.fault or self.reply
        return self.film, self.cover


@dataclass
class Run:
    """What came of all of them."""
    site: sites.Site
    limit: memory.Limit
    canaries: canaries.Canaries
    poller: poller.Poller
    temporary: str              # the site's place for temporary files
    processes: set              # of the site, before
    fates: dict = field(default_factory=dict)

    def strangers(self):
        """Processes under the limit that have left the site's directory."""
        return self.limit.pids() - set(self.site.processes())


def publish(run, name):
    sample = samples.table()[name]
    data = run.canaries.point_at(samples.data_of(name))
    user = run.site.people.new("sender")
    part = multipart.video(data, file_name=sample.file_name)
    return name, Fate(user, user.publish(part, title=name))


def is_done(fate):
    fate.listed = fate.user.videos()["video_list"]
    return all(video.get("state") != "processing" for video in fate.listed)


def look(run, name, place):
    """Fetches what is served of a sample."""
    fate = run.fates[name]
    if not samples.table()[name].plays or len(fate.listed) != 1:
        return
    get, video = fate.user.fetch, fate.listed[0]
    own = place / str(id(fate))
    own.mkdir()
    try:
        fate.film, fate.cover = served.look(
            get(video["play_url"]).content, get(video["cover_url"]).content,
            own)
    except Exception as fault:  # for the test of this sample to tell
        fate.fault = repr(fault)


def go_through(run, place):
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        run.fates.update(pool.map(
            lambda name: publish(run, name), samples.table()))
        for fate in run.fates.values():
            sites.wait_for(lambda fate=fate: is_done(fate),
                           f"the end of {fate.reply}", DONE_SECONDS)
        for _ in pool.map(lambda name: look(run, name, place), run.fates):
            pass


@contextlib.contextmanager
def limited_site():
    """A site, the limit that it lives under, and its temporary directory."""
    directory = sites.make_directory()
    temporary = directory.parent / "tmp"
    temporary.mkdir(mode=0o1777)
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(temporary)
    try:
        site = sites.Site(directory, SETTINGS)
        with memory.make_limit(memory.LIMIT, site.processes) as limit:
            site.prefix = limit.prefix
            with sites.watched(site):
                yield site, limit, temporary
    finally:
        os.environ.pop("TMPDIR")
        if before is not None:
            os.environ["TMPDIR"] = before
    shutil.rmtree(directory.parent)


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    with limited_site() as (site, limit, temporary), \
            canaries.Canaries() as birds:
        polling = poller.Poller(site.people.guest())
        run = Run(site, limit, birds, polling, temporary,
                  set(site.processes()))
        with polling:
            go_through(run, tmp_path_factory.mktemp("served"))
        told.append(f"corpus: {len(run.fates)} files, memory {limit}, "
                    f"{polling.good} feeds")
        yield run


def pytest_terminal_summary(terminalreporter):
    for line in told:
        terminalreporter.write_line(line)
