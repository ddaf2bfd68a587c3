#!/usr/bin/python3
"""How much may wait to be converted (docs/uploads.md)."""

import os
import pathlib
import re

import pytest

import media_files
import pictures
import sites

FILE_BYTES = 256 * 1024
LARGEST = FILE_BYTES + 64 * 1024
# Two places, two workers, and as much as two bodies for the originals.
SPOOL_BYTES = 6 * LARGEST


@pytest.fixture(scope="module")
def film():
    """What has to be converted, as large as may be."""
    film = media_files.make("mpeg4")
    box = pictures.free_box(FILE_BYTES - len(film))
    return (film + box).ljust(FILE_BYTES, b"\0")


@pytest.fixture(scope="module")
def patient():
    """A site that converts nothing."""
    with sites.running(upload_max=FILE_BYTES, picture_max=1024,
                       convert_jobs=0, spool_max=SPOOL_BYTES) as site:
        yield site


@pytest.fixture
def author(patient):
    author = patient.people.new()
    yield author
    for video in own(author):
        assert author.ask("video_delete", video_id=video["id"]).ok
    assert originals(patient) == []


def originals(site):
    return os.listdir(site.media / "spool/originals")


def own(author):
    return author.videos(headers={"Accept-Language": "en"})["video_list"]


def test_what_finds_no_room_among_those_that_wait_is_refused(
        author, film, clip, nothing_changes, one_video_more):
    assert author.publish(film).ok
    assert author.publish(film).ok
    with nothing_changes(author.site):
        assert author.publish(film).error == "SPOOL_FULL"
    assert len(originals(author.site)) == 2
    with one_video_more(author.site):
        assert author.publish(clip).ok
    gone, = {video["id"] for video in own(author)[1:2]}
    assert author.ask("video_delete", video_id=gone).ok
    assert author.publish(film).ok


def let_it_look(site):
    """Waits until the background process has rested some times: it looks at
    the queue between its rests."""
    work, = site.program("work")

    def rests():
        status = pathlib.Path(f"/proc/{work}/status").read_text()
        return int(re.search(r"\nvoluntary_ctxt_switches:\s+(\d+)",
                             status)[1])

    before = rests()
    sites.wait_for(lambda: rests() > before + 3, "the background process")


def test_those_that_are_only_kept_make_room_for_others(author, film):
    """The one that was kept longest goes first, and only if it is wanted."""
    site = author.site

    def publish():
        assert author.publish(film).ok
        return own(author)[0]["id"]

    def cancel(video):
        site.admin("jobs", "cancel", str(video))

    def jobs():
        return {int(line.split()[0]): line.split()[1]
                for line in site.admin("jobs")}

    first = publish()
    cancel(first)
    second = publish()
    sites.wait_for(lambda: jobs() == {second: "waiting"}, "room")
    sites.wait_for(lambda: len(originals(site)) == 1, "its file's end")
    third = publish()
    cancel(second)
    sites.wait_for(lambda: jobs() == {third: "waiting"}, "room")
    assert [video["state"] for video in own(author)] == [
        "processing", "failed", "failed"]
    cancel(third)
    let_it_look(site)
    assert jobs() == {third: "failed"}
    site.admin("jobs", "retry", str(third))
    assert jobs() == {third: "waiting"}
