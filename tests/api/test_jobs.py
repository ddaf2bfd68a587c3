#!/usr/bin/python3
"""Conversions that fail for good, and `admin jobs` (API.md E5)."""

import subprocess

import pytest

import counts
import media_files
import sites
import stories
import table
from stories import check_refused, ids

PATIENCE = 240
LONGEST = 1


@pytest.fixture(scope="module")
def strict():
    """A site on which a video is soon too long."""
    with sites.running(convert_priority="low",
                       video_seconds_max=LONGEST) as site:
        yield site


@pytest.fixture(scope="module")
def idle():
    """A site on which nothing has happened."""
    with sites.running() as site:
        yield site


def own(author, language="en"):
    video, = author.videos(headers={"Accept-Language": language})["video_list"]
    return video


@pytest.fixture(scope="module")
def failed(strict):
    """(author, a video whose length came out when it was converted)."""
    author = strict.people.new("author")
    assert author.publish(media_files.endless(3)).ok
    sites.wait_for(lambda: own(author)["state"] == "failed",
                   "the failure", PATIENCE)
    return author, own(author)


def admin(site, *arguments, noun="jobs"):
    return subprocess.run(
        [table.BINARY, "-C", site.directory, "admin", noun,
         *map(str, arguments)], env=sites.environment(site.settings),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=sites.STOP_SECONDS, check=False)


def test_its_author_is_told_why_in_their_language(failed):
    author, _ = failed
    error = table.errors()["VIDEO_TOO_LONG"]
    for language in ("en", "zh"):
        assert own(author, language)["reason"] == getattr(
            error, language).replace("{}", str(LONGEST))


def test_a_file_that_is_at_fault_is_not_tried_again(failed, strict):
    _, video = failed
    assert strict.value("SELECT tries FROM job WHERE video_id = ?",
                        video["id"]) == 1


def test_it_exists_for_nobody_else(failed, strict):
    author, video = failed
    other = strict.people.new()
    for reply in (other.feed(), other.videos(author.id)):
        assert video["id"] not in ids(reply["video_list"])
    check_refused(strict, other, "favorite_action", "VIDEO_UNKNOWN",
                  video_id=video["id"], action_type=stories.LIKE)
    assert author.me()["work_count"] == 1


def test_the_one_who_runs_the_site_sees_it(failed, strict):
    author, video = failed
    done = admin(strict)
    line, = done.stdout.splitlines()
    assert done.stderr == ""
    assert line == admin(strict, "list").stdout.strip()
    assert line.startswith(f"{video['id']} failed tries=1 user={author.id} ")
    assert line.endswith(f'reason="{video["reason"]}"')


@pytest.mark.parametrize("arguments", (
    ("retry",), ("cancel",), ("retry", "x"), ("list", "1"), ("nonsense",),
    ("drop", "1")), ids=" ".join)
def test_what_is_no_order_is_explained(strict, arguments):
    done = admin(strict, *arguments)
    assert done.returncode == 2 and "usage" in done.stderr


@pytest.mark.parametrize("order", ("retry", "cancel"))
def test_what_is_not_there_cannot_be_ordered(strict, order):
    done = admin(strict, order, stories.NOBODY)
    assert done.returncode == 1 and str(stories.NOBODY) in done.stderr


def test_a_retry_comes_to_the_same_end(failed, strict):
    author, video = failed
    assert admin(strict, "retry", video["id"]).returncode == 0
    sites.wait_for(lambda: own(author)["state"] == "failed",
                   "the failure", PATIENCE)
    assert own(author)["id"] == video["id"]


def test_a_failed_video_can_be_deleted(failed, strict):
    author, video = failed
    assert author.ask("video_delete", video_id=video["id"]).ok
    assert author.videos()["video_list"] == []
    assert author.fetch(video["cover_url"]).status_code == 404
    assert list((strict.media / "spool/originals").iterdir()) == []
    counts.check(strict)


@pytest.mark.parametrize("command, words", (
    (("jobs",), "no video is to be converted"),
    (("gc", "--dry-run"), "every file belongs to somebody"),
    (("gc",), "every file belongs to somebody")))
def test_that_there_is_nothing_is_said_beside_an_empty_list(
        idle, command, words):
    noun, *arguments = command
    done = admin(idle, *arguments, noun=noun)
    assert (done.returncode, done.stdout) == (0, "")
    assert words in done.stderr and done.stderr.count("\n") == 1
