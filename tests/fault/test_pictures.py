#!/usr/bin/python3
"""Changing a picture, interrupted at each step: the user has the old picture
or the new one, whole, and nothing is left over."""

import contextlib
import os
import signal

import pytest

import pauses
import picture_files
import sites
from test_workers import in_background

PNG = picture_files.make("PNG")


@pytest.fixture(scope="module")
def tidy():
    """A site that removes orphans at once."""
    with sites.running(orphan_seconds=0) as site:
        yield site


@pytest.fixture
def owner(tidy):
    """Somebody who has a picture already."""
    user = tidy.people.new("owner")
    assert user.update(avatar=PNG).ok
    return user


def avatar(user):
    return user.me()["avatar"].removeprefix(user.site.base)


@contextlib.contextmanager
def held(user, where):
    """An update at one of its steps; yields (pause, its end)."""
    with pauses.at(user.site, where) as pause:
        with in_background(lambda: user.update(avatar=PNG)) as finish:
            try:
                pause.arrival()
                yield pause, finish
            finally:
                pause.release()


@pytest.mark.parametrize("where, changes", (
    ("update_placed", False), ("update_written", True)))
def test_one_that_is_killed_leaves_the_old_or_the_new(tidy, owner, where,
                                                      changes):
    before, files = avatar(owner), tidy.stored_files()
    with held(owner, where) as (pause, finish):
        assert len(tidy.stored_files() - files) == 1
        os.kill(pause.arrival(), signal.SIGKILL)
        assert finish().error == "UNAVAILABLE"
    tidy.expect_processes()
    now = avatar(owner)
    assert (now != before) == changes
    sites.wait_for(
        lambda: tidy.stored_files() == files - {before} | {now},
        "the orphan's removal")
    assert owner.fetch(now).status_code == 200
    assert owner.update(avatar=PNG).ok


def test_one_in_progress_keeps_its_file(tidy, owner):
    """Also when the background process passes by."""
    with held(owner, "update_placed") as (pause, finish):
        files = tidy.stored_files()
        assert tidy.admin("gc") == []
        assert tidy.stored_files() == files
        pause.release()
        assert finish().ok
    assert owner.fetch(avatar(owner)).status_code == 200


def test_a_picture_that_is_missing_is_told(tidy, owner):
    path = tidy.media / avatar(owner)[1:]
    aside = path.with_suffix(".aside")
    path.rename(aside)
    try:
        assert tidy.admin("gc", "--dry-run") == [
            f"missing user {owner.id} {avatar(owner)}"]
    finally:
        aside.rename(path)


# -- tools that fail --


def check_refused(sender, error):
    files = sender.site.stored_files()
    workers = sender.site.workers("upload")
    reply = sender.update(avatar=PNG, background_image=PNG, signature="new")
    assert (reply.status, reply.error) == (200, error), reply
    assert sender.site.stored_files() == files
    assert avatar(sender).startswith("/default/")
    assert sender.me()["signature"] != "new"
    assert sender.site.workers("upload") == workers


@pytest.mark.provokes("ERROR upload.* FFMPEG_MISSING")
def test_without_ffmpeg_nothing_changes(sender, ffmpeg):
    ffmpeg.vanish()
    check_refused(sender, "FFMPEG_MISSING")


@pytest.mark.provokes("ERROR upload.* FFMPEG_FAILED")
def test_an_ffmpeg_that_crashes(sender, ffmpeg):
    ffmpeg.becomes("kill -SEGV $$")
    check_refused(sender, "FFMPEG_FAILED")


@pytest.mark.parametrize("script", (
    "exit 0", "ln -s ../../../../data/secret 0.jpg", "mkfifo 0.jpg",
    "echo nonsense >0.jpg", "cp picture 0.jpg", "head -c 999 /dev/zero >0.jpg",
    "echo '<svg>' >0.jpg"))
def test_what_ffmpeg_writes_is_judged_anew(sender, ffmpeg, script):
    """The child has seen a stranger's bytes: it is not believed."""
    ffmpeg.becomes(script)
    check_refused(sender, "PICTURE_UNREADABLE")


def test_a_second_picture_that_fails_takes_the_first_along(sender, ffmpeg):
    """Both are drawn before either has a name."""
    good = ffmpeg.directory / "good.jpg"
    good.write_bytes(picture_files.make("JPEG"))
    good.chmod(0o644)
    ffmpeg.becomes(f'case "$*" in *crop*) cat {good} >0.jpg;;\n'
                   '*) echo nonsense >0.jpg;; esac')
    check_refused(sender, "PICTURE_UNREADABLE")
