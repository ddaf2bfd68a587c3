#!/usr/bin/python3
"""The most that the spool may hold, as docs/uploads.md reckons it up."""

import concurrent.futures
import contextlib
import os

import pytest

import half
import media_files
import multipart
import pauses
import pictures
import sites
import table

PUBLISH = table.row_of("video_publish")
FILE_BYTES = 1 << 20
LARGEST = FILE_BYTES + 64 * 1024
PLACES, WORKERS = 3, 2
SPOOL_BYTES = (2 * PLACES + WORKERS) * LARGEST
ORIGINALS_BYTES = PLACES * LARGEST


@pytest.fixture(scope="module")
def narrow():
    with sites.running(upload_max=FILE_BYTES, picture_max=FILE_BYTES // 2,
                       spool_max=SPOOL_BYTES, convert_jobs=0) as site:
        yield site


def padded(film):
    """As large as may be."""
    box = pictures.free_box(FILE_BYTES - len(film))
    return (film + box).ljust(FILE_BYTES, b"\0")


def originals(site):
    return list((site.media / "spool/originals").iterdir())


def held_bytes(site):
    """Of files, however many names they have."""
    files = {}
    for path in [*site.spool(), *originals(site)]:
        with contextlib.suppress(FileNotFoundError):
            status = os.stat(path)
            if not os.path.isdir(path):
                files[status.st_ino] = status.st_size
    return sum(files.values())


def bodies(site):
    return os.listdir(site.media / "spool/body")


def fill(site, less=0):
    """Lets as many originals wait as may, or some less."""
    film = padded(media_files.make("mpeg4"))
    author = site.people.new()
    while len(originals(site)) < ORIGINALS_BYTES // FILE_BYTES - less:
        assert author.publish(film).ok
    return film


def test_of_two_at_once_that_fit_alone_one_at_most_is_taken(narrow):
    """Both have their place before either asks how much there is."""
    film = fill(narrow, 1)
    user = narrow.people.new()
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        with pauses.at(narrow, "publish_placed") as pause:
            replies = [pool.submit(user.publish, film)
                       for _ in range(WORKERS)]
            sites.wait_for(lambda: len(pause.held()) == WORKERS, "workers")
        errors = [reply.result().error for reply in replies]
    assert errors.count("SPOOL_FULL") >= 1
    assert set(errors) <= {"SPOOL_FULL", None}
    assert len(originals(narrow)) == PLACES - errors.count("SPOOL_FULL") + 1


def test_with_those_that_have_gone_it_is_full_and_not_more(narrow, clip):
    """As many originals wait as may, each worker has the whole body of a sender
    who has left, and as many more are on their way as nginx lets come."""
    user = narrow.people.new()
    query = f"token={user.token}"
    _, body = multipart.encode([multipart.video(padded(clip))])
    fill(narrow)
    with contextlib.ExitStack() as stack:
        pause = stack.enter_context(pauses.at(narrow, "publish_spooled"))
        with contextlib.ExitStack() as leaving:
            for number in range(WORKERS):
                leaving.enter_context(half.begun(
                    narrow, PUBLISH, body, len(body), query=query))
            sites.wait_for(lambda: len(pause.held()) == WORKERS, "workers")
        sites.wait_for(lambda: not bodies(narrow), "nginx to forget them")
        for number in range(PLACES):
            half.begin(stack, narrow, PUBLISH, body, f"127.0.0.{number + 2}",
                       query=query)
        sites.wait_for(lambda: held_bytes(narrow) >
                       SPOOL_BYTES - LARGEST, "a spool that is full")
        assert user.publish(clip).error == "TOO_MANY"
        assert held_bytes(narrow) <= SPOOL_BYTES
    sites.wait_for(lambda: not narrow.spool(), "an empty spool")
