#!/usr/bin/python3
"""A deletion that is cut off at any step is finished by the background."""

import os
import signal

import pytest

import counts
import pauses
import sites
import stories
from test_workers import in_background, kill


@pytest.mark.parametrize("step", (
    "delete_hidden", "delete_erased", "delete_purged"))
def test_a_worker_killed_while_it_deletes(frail, clip, step):
    author, fan = stories.new_users(frail, 2)
    assert author.publish(clip).ok
    listed, = author.videos()["video_list"]
    video = listed["id"]
    stories.like(fan, video)
    stories.post(fan, video)
    with pauses.at(frail, step) as pause:
        with in_background(lambda: author.ask(
                "video_delete", video_id=video)) as finish:
            # The background process may have come there, too.
            os.kill(pause.arrival(frail.workers("api")), signal.SIGKILL)
            # From the first step on nobody sees it, and counts are exact.
            assert author.videos()["video_list"] == []
            counts.check(frail)
        reply = finish()
    assert (reply.status, reply.error) == (503, "UNAVAILABLE")
    sites.wait_for(lambda: frail.value(
        "SELECT state FROM video WHERE id = ?", video) == 4,
        "the end of the deletion")
    for url in (listed["play_url"], listed["cover_url"]):
        assert author.fetch(url).status_code == 404
    assert (author.me()["work_count"], author.me()["total_favorited"],
            fan.me()["favorite_count"]) == (0, 0, 0)
    counts.check(frail)
    frail.expect_processes()


@pytest.mark.provokes("ERROR work.*: (Is a directory|Operation not permitted)")
def test_files_that_cannot_be_removed_hold_up_no_other_deletion(frail):
    """A directory lies where the file should: the background process goes past
    it, and takes it when that has become possible."""
    author, = stories.new_users(frail, 1)
    older, newer = stories.make_videos(frail, author.id, 2)
    path = frail.media / frail.value(
        "SELECT video_path FROM video WHERE id = ?", older)[1:]
    path.unlink()
    (path / "full").mkdir(parents=True)
    with frail.writing() as db:
        db.execute("UPDATE video SET state = 3, title = '' "
                   "WHERE id IN (?, ?)", (older, newer))
        db.execute("UPDATE account SET work_count = work_count - 2 "
                   "WHERE id = ?", (author.id,))

    def states():
        return [frail.value("SELECT state FROM video WHERE id = ?", video)
                for video in (older, newer)]

    sites.wait_for(lambda: states() == [3, 4], "the newer one's end")
    (path / "full").rmdir()
    path.rmdir()
    # A new one does not rest first.
    kill(frail.program("work"))
    sites.wait_for(lambda: states() == [4, 4], "the older one's end")
    counts.check(frail)
    frail.expect_processes()


def test_others_write_while_much_is_deleted(frail, clip):
    """Between two batches the writer lock is free."""
    author, fan = stories.new_users(frail, 2)
    video, other = (stories.make_video(frail, author) for _ in range(2))
    with pauses.at(frail, "delete_purged") as pause:
        with in_background(lambda: author.ask(
                "video_delete", video_id=video)) as finish:
            pause.arrival(frail.workers("api"))
            stories.like(fan, other)
            pause.release()
            assert finish().ok


def test_what_is_looked_at_while_it_is_deleted_is_not_kept(frail):
    """It is gone from the lists, and its likes still count."""
    author, fan = stories.new_users(frail, 2)
    video = stories.make_video(frail, author)
    stories.like(fan, video)
    with pauses.at(frail, "delete_erased") as pause:
        with in_background(lambda: author.ask(
                "video_delete", video_id=video)) as finish:
            pause.arrival(frail.workers("api"))
            for _ in range(2):
                assert author.me()["total_favorited"] == 1
                assert fan.me()["favorite_count"] == 1
            pause.release()
            assert finish().ok
    assert author.me()["total_favorited"] == 0
    assert fan.me()["favorite_count"] == 0
