#!/usr/bin/python3
"""Files without a row and rows without their files (gc.h): a publisher that is
killed leaves nothing, one that lives loses nothing."""

import contextlib
import os
import signal

import pytest

import pauses
import sites
from background import in_background

YOUNG = "media-root/videos/7_1700000000123.mp4"


@pytest.fixture(scope="module")
def tidy():
    """A site that removes orphans at once."""
    with sites.running(orphan_seconds=0) as site:
        yield site


@pytest.fixture
def author(tidy):
    return tidy.people.new("author")


@contextlib.contextmanager
def held_before_its_row(author, clip):
    """An upload whose files have their names; yields (pause, its end)."""
    with pauses.at(author.site, "publish_placed") as pause:
        with in_background(lambda: author.publish(clip)) as finish:
            try:
                pause.arrival()
                yield pause, finish
            finally:
                pause.release()


def pass_by(site):
    """Waits until the background process has looked once more."""
    orphan = site.directory / YOUNG
    orphan.touch()
    sites.wait_for(lambda: not orphan.exists(), "the orphan's removal")


def test_a_publisher_killed_before_its_row_leaves_nothing(tidy, author, clip):
    before = tidy.stored_files()
    with held_before_its_row(author, clip) as (pause, finish):
        assert len(tidy.stored_files() - before) == 2
        os.kill(pause.arrival(), signal.SIGKILL)
        assert finish().error == "UNAVAILABLE"
        sites.wait_for(lambda: tidy.stored_files() == before,
                       "the orphans' removal")
    tidy.expect_processes()
    assert author.videos()["video_list"] == []
    assert author.publish(clip).ok


def test_a_publication_in_progress_keeps_its_files(tidy, author, clip):
    before = tidy.stored_files()
    with held_before_its_row(author, clip) as (pause, finish):
        placed = tidy.stored_files() - before
        pass_by(tidy)
        assert tidy.admin("gc") == []
        assert tidy.stored_files() - before == placed
        pause.release()
        assert finish().ok
    video, = author.videos()["video_list"]
    pass_by(tidy)
    assert author.fetch(video["play_url"]).ok


@pytest.fixture
def stranger(frail):
    """A served file without a row, where nobody looks for an hour."""
    path = frail.directory / YOUNG
    path.touch()
    yield path
    path.unlink(missing_ok=True)


def test_a_dry_run_removes_nothing(frail, stranger):
    assert frail.admin("gc", "--dry-run", orphan_seconds=0) == \
        [f"orphan {YOUNG}"]
    assert stranger.exists()
    assert frail.admin("gc", orphan_seconds=0) == [f"removed {YOUNG}"]
    assert not stranger.exists()
    assert frail.admin("gc", orphan_seconds=0) == []


def test_what_is_young_is_left_alone(frail, stranger):
    assert frail.admin("gc", "--dry-run") == frail.admin("gc") == []
    assert stranger.exists()


def test_what_has_a_row_or_another_name_is_left_alone(frail, sender, clip):
    assert sender.publish(clip).ok
    folder = frail.media / "videos"
    others = [folder / name for name in (
        "notes.txt", "7_.mp4", "_7.mp4", "a_7.mp4", "7_7")]
    for path in others:
        path.touch()
    (folder / "8_8.mp4").symlink_to("notes.txt")
    (folder / "9_9.mp4").mkdir()
    before = frail.stored_files()
    try:
        assert frail.admin("gc", orphan_seconds=0) == []
        assert frail.stored_files() == before
    finally:
        for path in (*others, folder / "8_8.mp4"):
            path.unlink()
        (folder / "9_9.mp4").rmdir()


def test_what_the_dead_left_in_the_spool_is_told(frail):
    """A body is abandoned when nobody has touched it for an hour."""
    body = frail.media / "spool/body/0000000001"
    body.touch()
    assert frail.admin("gc") == []
    os.utime(body, (0, 0))
    line = "media-root/spool/body/0000000001"
    assert frail.admin("gc", "--dry-run") == [f"abandoned {line}"]
    assert frail.admin("gc") == [f"removed {line}"]
    assert not body.exists()


def missing_lines(site):
    log = (site.directory / "logs/mini-tiktok.log").read_text()
    return [line for line in log.splitlines() if "rows lack a file" in line]


def test_a_row_without_its_file_is_told_once(tidy, author, clip):
    assert author.publish(clip).ok
    video, = author.videos()["video_list"]
    path = tidy.media / video["play_url"].split("/", 3)[3]
    aside = path.with_suffix(".aside")
    path.rename(aside)
    try:
        sites.wait_for(lambda: missing_lines(tidy), "a line in the log")
        assert tidy.admin("gc", "--dry-run") == \
            [f"missing video {video['id']} /videos/{path.name}"]
        pass_by(tidy)
        pass_by(tidy)
        line, = missing_lines(tidy)
        assert " WARNING work" in line and " 1 rows lack" in line
    finally:
        aside.rename(path)
    sites.wait_for(lambda: len(missing_lines(tidy)) == 2, "a line in the log")
    assert " 0 rows lack" in missing_lines(tidy)[1]
