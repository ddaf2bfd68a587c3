#!/usr/bin/python3
"""Publishing a video (API.md E5): what a success means.

What is taken and what is served of it: test_files.py; the form: test_uploads.
"""

import re

import pytest

import client


@pytest.fixture(scope="module")
def published(site, clip):
    """A user with one video: (user, the video as listed)."""
    user = site.people.new("publisher")
    assert user.publish(clip).ok
    return user, user.videos()["video_list"][0]


# -- what a success means --


def test_once_answered_it_is_first_in_list_and_feed(site, clip, guest):
    user = site.people.new()
    assert user.publish(clip, title="a title of mine").ok
    in_list = guest.videos(user.id)["video_list"]
    assert [video["title"] for video in in_list] == ["a title of mine"]
    newest = site.value("SELECT id FROM video ORDER BY create_ms DESC LIMIT 1")
    assert guest.feed()["video_list"][0] == in_list[0]
    assert in_list[0]["id"] == newest


def test_once_answered_cover_and_video_can_be_fetched(published):
    user, video = published
    cover = user.fetch(video["cover_url"])
    assert (cover.status_code, cover.headers["Content-Type"]) == \
        (200, "image/jpeg")
    assert cover.content.startswith(b"\xff\xd8\xff")
    play = user.fetch(video["play_url"])
    assert (play.status_code, play.headers["Content-Type"]) == \
        (200, "video/mp4")
    assert play.content[4:8] == b"ftyp"


def test_names_are_the_users_id_and_the_time(published, site):
    """The seed's rule; never the client's name."""
    user, video = published
    stem = re.fullmatch(
        re.escape(site.base) + rf"/videos/({user.id}_\d{{13}})\.mp4",
        video["play_url"])[1]
    assert video["cover_url"] == f"{site.base}/video_covers/{stem}.jpg"


def test_the_work_is_counted(site, clip, guest):
    user = site.people.new()
    for count in (1, 2):
        assert user.publish(clip).ok
        assert user.me()["work_count"] == count
        assert guest.videos(user.id)["video_list"][0]["author"][
            "work_count"] == count


def test_a_new_video_has_no_likes_and_no_comments(published):
    _, video = published
    assert (video["favorite_count"], video["comment_count"],
            video["is_favorite"]) == (0, 0, False)


@pytest.mark.parametrize("title", (
    "一段视频 🎬", "two\nlines\tand a tab", "标" * 100,
    "'; DROP TABLE video;--<script>alert(\"1\\/\")</script>"))
def test_a_title_comes_back_as_it_was_given(site, clip, title):
    user = site.people.new()
    assert user.publish(clip, title=title).ok
    assert user.videos()["video_list"][0]["title"] == title


def test_a_title_is_never_empty(site, clip):
    user = site.people.new()
    assert user.publish(clip, title="").ok
    assert user.ask("video_publish", data=clip).ok
    for video in user.videos()["video_list"]:
        assert video["title"]


def test_many_publish_at_once(site, clip):
    users = [site.people.new() for _ in range(3)]
    replies = client.at_once(*[lambda user=user: user.publish(clip)
                               for user in users * 2])
    assert all(reply.ok for reply in replies), replies
    for user in users:
        videos = user.videos()["video_list"]
        assert len({video["play_url"] for video in videos}) == 2
        assert user.me()["work_count"] == 2
