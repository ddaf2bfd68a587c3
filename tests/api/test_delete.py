#!/usr/bin/python3
"""Deleting one's own video: everything that hangs on it goes, exactly."""

import pytest

import counts
import sites
import stories
from stories import (
    check_refused, ids, like, make_comments, make_users, make_video,
    make_videos, new_users, post, unlike)

# More than go in one transaction (removal.h), the last of which has more users
# than the cache notes by name (cache.c), and more than go in one call.
BATCH = 10_000
SEVERAL = 2 * BATCH + 100
MANY = 10 * BATCH + 1


@pytest.fixture(scope="module")
def published(site, clip):
    """An author and a fan; the author's video has a like and a comment."""
    author, fan = new_users(site, 2)
    assert author.publish(clip).ok
    listed, = author.videos()["video_list"]
    like(fan, listed["id"])
    post(fan, listed["id"])
    # All of it is in the cache from now on.
    for user in (author, fan):
        assert user.me() and user.feed() and \
            user.ask("comment_list", video_id=listed["id"])
    return author, fan, listed


@pytest.fixture(scope="module")
def deleted(published):
    """The same, when the author has deleted it."""
    author, _, listed = published
    assert author.ask("video_delete", video_id=listed["id"]).ok
    return published


def test_the_files_are_gone_at_once(deleted, site, guest):
    author, _, listed = deleted
    for url in (listed["play_url"], listed["cover_url"]):
        assert guest.fetch(url).status_code == 404
        assert url.removeprefix(site.base) not in site.stored_files()


def test_it_is_in_no_list(deleted, guest):
    author, fan, listed = deleted
    for reply in (author.videos(), guest.videos(author.id),
                  fan.ask("favorite_list", user_id=fan.id), guest.feed(),
                  author.feed()):
        assert listed["id"] not in ids(reply["video_list"])
    assert fan.ask("comment_list", video_id=listed["id"])[
        "comment_list"] == []


def test_all_counts_follow(deleted, site):
    author, fan, _ = deleted
    assert author.me()["work_count"] == 0
    assert author.me()["total_favorited"] == 0
    assert fan.me()["favorite_count"] == 0
    counts.check(site)


def test_nobody_can_do_anything_with_it(deleted, site):
    author, fan, listed = deleted
    video = listed["id"]
    for user in (author, fan):
        for action in (stories.LIKE, stories.UNLIKE):
            check_refused(site, user, "favorite_action", "VIDEO_UNKNOWN",
                          video_id=video, action_type=action)
        check_refused(site, user, "comment_action", "VIDEO_UNKNOWN",
                      video_id=video, action_type=stories.POST,
                      comment_text="nice")
        for name in ("video_delete", "video_show"):
            check_refused(site, user, name, "VIDEO_UNKNOWN", video_id=video)


def test_nothing_of_it_is_left(deleted, site):
    """But a row without words, to which nothing points."""
    _, _, listed = deleted
    video = listed["id"]
    assert [tuple(row) for row in site.rows(
        "SELECT state, title FROM video WHERE id = ?", video)] == [(4, "")]
    for table in ("favorite", "comment"):
        assert site.value(f"SELECT count(*) FROM {table} "
                          "WHERE video_id = ?", video) == 0


def test_what_is_not_there_cannot_be_deleted(site, user):
    check_refused(site, user, "video_delete", "VIDEO_UNKNOWN",
                  video_id=stories.NOBODY)


def test_nobody_deletes_anothers(site):
    author, other = new_users(site, 2)
    video = make_video(site, author)
    check_refused(site, other, "video_delete", "NOT_YOUR_VIDEO",
                  video_id=video)
    assert ids(author.videos()["video_list"]) == [video]


@pytest.mark.parametrize("case", stories.BAD_IDS)
def test_an_id_that_is_none_is_refused(site, user, case):
    value, error = stories.BAD_IDS[case]
    check_refused(site, user, "video_delete", error, "video_id",
                  video_id=value)


def test_only_that_video_is_deleted(site):
    author, fan = new_users(site, 2)
    videos = make_videos(site, author.id, 3)
    for video in videos:
        like(fan, video)
        post(fan, video)
    assert author.ask("video_delete", video_id=videos[1]).ok
    kept = [videos[2], videos[0]]
    assert ids(author.videos()["video_list"]) == kept
    assert stories.walk(fan, "favorite_list", user_id=fan.id) == kept
    assert (author.me()["work_count"], author.me()["total_favorited"],
            fan.me()["favorite_count"]) == (2, 2, 2)
    for video in kept:
        assert len(fan.ask("comment_list", video_id=video)[
            "comment_list"]) == 1


def test_taken_back_likes_and_deleted_comments_do_not_count_twice(site):
    author, fan = new_users(site, 2)
    video = make_video(site, author)
    like(fan, video)
    unlike(fan, video)
    assert stories.delete(fan, video, post(fan, video)["id"]).ok
    assert author.ask("video_delete", video_id=video).ok
    assert fan.me()["favorite_count"] == 0
    counts.check(site)


def popular(site, likes, comments):
    """An author's video with so many likes and comments of others."""
    author, = new_users(site, 1)
    video = make_video(site, author)
    make_comments(site, author.id, video, range(comments))
    fans = make_users(site, likes)
    with site.writing() as db:
        db.executemany("INSERT INTO favorite VALUES (?, ?, 1, 1)",
                       [(fan, video) for fan in fans])
        db.execute("UPDATE account SET favorite_count = 1 WHERE id BETWEEN "
                   "? AND ?", (fans[0], fans[-1]))
        db.execute("UPDATE account SET total_favorited = ? WHERE id = ?",
                   (likes, author.id))
        db.execute("UPDATE video SET favorite_count = ? WHERE id = ?",
                   (likes, video))
    return author, video


@pytest.fixture(scope="module")
def crowded():
    """A site of its own: with a hundred thousand users more, all who compare
    the common site's database before and after would take seconds."""
    with sites.running() as site:
        yield site


def test_a_deletion_of_several_batches_is_whole_when_answered(crowded):
    author, video = popular(crowded, SEVERAL, SEVERAL)
    fan = crowded.people.new()      # the last of all who like it
    like(fan, video)
    assert fan.me()["favorite_count"] == 1
    assert author.ask("video_delete", video_id=video).ok
    assert fan.me()["favorite_count"] == 0
    assert state_of(crowded, video) == 4
    counts.check(crowded)


def test_the_background_process_goes_on_with_what_is_too_much(crowded):
    site, guest = crowded, crowded.people.guest()
    author, video = popular(site, MANY, 0)
    assert author.ask("video_delete", video_id=video).ok
    assert author.me()["work_count"] == 0
    assert video not in ids(guest.feed()["video_list"])
    sites.wait_for(lambda: state_of(site, video) == 4,
                     "the end of the deletion", 60)
    assert author.me()["total_favorited"] == 0
    counts.check(site)


def state_of(site, video):
    return site.value("SELECT state FROM video WHERE id = ?", video)
