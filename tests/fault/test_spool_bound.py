#!/usr/bin/python3
"""The most that the spool may hold, as docs/uploads.md reckons it up."""

import contextlib
import os

import pytest

import half
import multipart
import pauses
import pictures
import sites
import table

PUBLISH = table.row_of("video_publish")
FILE_BYTES = 1 << 20
LARGEST = FILE_BYTES + 64 * 1024
PLACES, WORKERS = 3, 2
SPOOL_BYTES = (PLACES + WORKERS) * LARGEST


@pytest.fixture(scope="module")
def narrow():
    with sites.running(upload_max=FILE_BYTES, picture_max=FILE_BYTES // 2,
                       spool_max=SPOOL_BYTES, convert_jobs=0) as site:
        yield site


def held_bytes(site):
    """Of files, however many names they have."""
    files = {}
    for path in site.spool():
        with contextlib.suppress(FileNotFoundError):
            status = os.stat(path)
            if not os.path.isdir(path):
                files[status.st_ino] = status.st_size
    return sum(files.values())


def bodies(site):
    return os.listdir(site.media / "spool/body")


def test_with_those_that_have_gone_it_is_full_and_not_more(narrow, clip):
    """Each worker has the whole body of a sender who has left, and as many
    more are on their way as nginx lets come."""
    user = narrow.people.new()
    query = f"token={user.token}"
    film = clip + pictures.free_box(FILE_BYTES - len(clip))
    _, body = multipart.encode([multipart.video(
        film.ljust(FILE_BYTES, b"\0"))])
    with contextlib.ExitStack() as stack:
        pause = stack.enter_context(pauses.at(narrow, "publish_spooled"))
        with contextlib.ExitStack() as leaving:
            for number in range(WORKERS):
                leaving.enter_context(half.begun(
                    narrow, PUBLISH, body, len(body), query=query))
            sites.wait_for(lambda: len(pause.held()) == WORKERS, "workers")
        sites.wait_for(lambda: not bodies(narrow), "nginx to forget them")
        for number in range(PLACES):
            stack.enter_context(half.begun(
                narrow, PUBLISH, body, len(body) - 1, f"127.0.0.{number + 2}",
                query=query))
        sites.wait_for(lambda: held_bytes(narrow) >
                       SPOOL_BYTES - LARGEST, "a spool that is full")
        assert user.publish(clip).error == "TOO_MANY"
        assert held_bytes(narrow) <= SPOOL_BYTES
    sites.wait_for(lambda: not narrow.spool(), "an empty spool")
