#!/usr/bin/python3
"""Publishing a video (API.md E5)."""

import re

import pytest

import client
import media_files
import pictures


@pytest.fixture(scope="module")
def published(site, clip):
    """A user with one video: (user, the video as listed)."""
    user = site.people.new("publisher")
    assert user.publish(clip).ok
    return user, user.videos()["video_list"][0]


def publish_and_fetch(site, data):
    """Publishes as a new user; what is served of it: (video, cover)."""
    user = site.people.new("publisher")
    reply = user.publish(data)
    assert reply.ok, reply
    video = user.videos()["video_list"][0]
    return (user.fetch(video["play_url"]).content,
            user.fetch(video["cover_url"]).content)


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
    "x", "一段视频 🎬", "two\nlines\tand a tab", "标" * 100,
    "'; DROP TABLE video;--", "<script>alert(1)</script>", '"\\/'))
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


# -- what is served --


def test_the_index_stands_first_in_what_is_served(site, tmp_path):
    """A phone's clip has it at the end; a browser wants it before."""
    data = pictures.draw(tmp_path / "clip.mp4")
    order = pictures.order(data)
    assert order.index("mdat") < order.index("moov")
    order = pictures.order(publish_and_fetch(site, data)[0])
    assert order.index("moov") < order.index("mdat")


@pytest.mark.parametrize("name, degrees", (
    ("rotated_90", 90), ("rotated_180", 180), ("rotated_270", 90)))
def test_the_rotation_is_kept(site, tmp_path, name, degrees):
    """A phone held upright turns the picture by a matrix."""
    data = media_files.make(name)
    served, cover = publish_and_fetch(site, data)
    sent, kept = (
        pictures.probe(one, tmp_path / "probed.mp4")["streams"][0][
            "side_data_list"][0]["rotation"] for one in (data, served))
    assert kept == sent and abs(kept) == degrees
    stream = pictures.probe(cover, tmp_path / "cover.jpg")["streams"][0]
    assert (stream["width"] < stream["height"]) == (degrees == 90)


def test_metadata_is_gone(site, tmp_path):
    """A phone writes where the video was taken."""
    data = pictures.draw(
        tmp_path / "clip.mp4", "-movflags", "use_metadata_tags",
        "-metadata", "title=SECRET-TITLE", "-metadata",
        "location=+48.8577+002.295/", "-metadata", "comment=SECRET-COMMENT",
        "-metadata:s:v:0", "handler_name=SECRET-HANDLER")
    assert b"+48.8577" in data and b"SECRET-HANDLER" in data
    for served in publish_and_fetch(site, data):
        assert b"SECRET" not in served and b"+48.8577" not in served


def test_a_cover_is_not_black_where_the_video_is_not(site, tmp_path):
    data = pictures.draw(
        tmp_path / "clip.mp4", "-vf", "fade=in:0:60",
        source="testsrc=size=192x108:rate=30:duration=4")
    _, cover = publish_and_fetch(site, data)
    assert pictures.light(cover) > 20


def test_a_video_that_is_black_has_a_black_cover(site, tmp_path):
    data = pictures.draw(tmp_path / "clip.mp4",
                         source="color=black:size=192x108:duration=1")
    _, cover = publish_and_fetch(site, data)
    assert pictures.light(cover) < 20


def test_a_clip_of_one_frame_has_a_cover(site, tmp_path):
    """Seeking to second 1 would find none."""
    data = pictures.draw(
        tmp_path / "clip.mp4", "-frames:v", "1",
        source="testsrc=size=192x108:rate=10:duration=1")
    _, cover = publish_and_fetch(site, data)
    assert pictures.light(cover) > 20
