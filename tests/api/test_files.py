#!/usr/bin/python3
"""Every sample video, good and bad, through a real upload."""

import concurrent.futures
import re
import socket

import pytest

import client
import media_files
import pictures

# What a phone writes beside the picture, and what no viewer may find.
TELLTALES = (b"TELLTALE", b"+48.8577")
# Mean light of a cover that is not black, and of one that is.
BRIGHT = 20


@pytest.fixture(scope="module")
def sender(site):
    return site.people.new("sender")


@pytest.fixture(scope="module")
def replies(site):
    """Uploads all samples but those that have to be converted
    (test_convert.py), each as a user of its own: {name: (user, reply)}.

    Two at a time, as there are workers.
    """
    names = media_files.GOOD + media_files.BAD
    media_files.store()

    def upload(name):
        user = site.people.new(f"{name}-")
        return user, user.publish(media_files.make(name), title=name)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(upload, names)))


def probe(data, tmp_path):
    return pictures.probe(data, tmp_path / "probed.mp4")


@pytest.mark.parametrize("name", media_files.GOOD)
def test_a_video_that_browsers_play_is_taken(replies, name):
    user, reply = replies[name]
    assert reply.ok, reply
    listed, = user.videos()["video_list"]
    served = user.fetch(listed["play_url"]).content
    check_served(served)
    cover = user.fetch(listed["cover_url"]).content
    assert cover.startswith(b"\xff\xd8\xff")
    for telltale in TELLTALES:
        assert telltale not in served and telltale not in cover


@pytest.mark.parametrize("name, degrees", (
    ("rotated_90", 90), ("rotated_180", 180), ("rotated_270", 90)))
def test_the_rotation_is_kept(replies, tmp_path, name, degrees):
    """A phone held upright turns the picture by a matrix."""
    user, _ = replies[name]
    listed, = user.videos()["video_list"]
    served = user.fetch(listed["play_url"]).content
    sent, kept = (
        probe(data, tmp_path)["streams"][0]["side_data_list"][0]["rotation"]
        for data in (media_files.make(name), served))
    assert kept == sent and abs(kept) == degrees
    cover = pictures.probe(user.fetch(listed["cover_url"]).content,
                           tmp_path / "cover.jpg")["streams"][0]
    assert (cover["width"] < cover["height"]) == (degrees == 90)


def check_served(served):
    order = pictures.order(served)
    assert order.index("moov") < order.index("mdat")
    assert sorted(pictures.tracks(served)) in (
        ["avc1"], ["avc1", "mp4a"])


@pytest.mark.parametrize("name", (
    "clip", "one_frame", "fade", "bright_late", "bright_early",
    "bright_moment", "black"))
def test_a_cover_is_black_only_where_the_video_is(replies, name):
    user, _ = replies[name]
    listed, = user.videos()["video_list"]
    cover = user.fetch(listed["cover_url"]).content
    assert (pictures.light(cover) > BRIGHT) == (name != "black")


def test_a_cover_has_the_colours_of_the_video(replies):
    user, _ = replies["red"]
    listed, = user.videos()["video_list"]
    red, green, blue = pictures.run(
        "ffmpeg", "-v", "error", "-i", "-", "-vf", "scale=1:1:flags=area,"
        "format=rgb24", "-f", "rawvideo", "-",
        data=user.fetch(listed["cover_url"]).content)
    assert red > 245 and green < 10 and blue < 10


@pytest.mark.parametrize("name", media_files.BAD)
def test_any_other_file_is_refused_by_its_name(replies, name, site):
    user, reply = replies[name]
    expected = media_files.FILES[name]
    assert (reply.status, reply.error) == (200, expected.error), reply
    if expected.detail:
        assert reply.detail == expected.detail
    assert user.videos()["video_list"] == []
    assert not [path for path in site.stored_files()
                if f"/{user.id}_" in path]


def test_the_codec_is_named_in_the_clients_language(sender):
    for language, words in (("en", "codec not supported: MagicYUV"),
                            ("zh", "暂不支持的编码：MagicYUV")):
        reply = sender.publish(media_files.make("magicyuv"),
                               headers={"Accept-Language": language})
        assert reply.message == words


def test_bad_files_do_not_hold_up_the_feed(sender, guest, nothing_changes):
    """While bombs are refused, guests are served by another pool."""
    bombs = [lambda name=name: sender.publish(media_files.make(name))
             for name in ("bomb", "hidden_bomb", "noise", "hundred_tracks")]
    with nothing_changes(sender.site):
        replies = client.at_once(*bombs, guest.feed, guest.feed)
    assert [reply.ok for reply in replies] == [False] * 4 + [True] * 2


@pytest.mark.parametrize("name", [
    name for name, text in media_files.PLAYLISTS.items()
    if b"127.0.0.1:9" in text])
def test_a_playlist_never_makes_the_site_ask_elsewhere(sender, name):
    """THREATS 1: a canary listens where the playlist points."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        here = b"127.0.0.1:%d" % canary.getsockname()[1]
        reply = sender.publish(
            media_files.make(name).replace(b"127.0.0.1:9", here))
        assert reply.error == "NOT_A_VIDEO"
        with pytest.raises(BlockingIOError):
            canary.accept()


def test_the_sound_is_kept(replies):
    user, _ = replies["long_sound"]
    url = user.videos()["video_list"][0]["play_url"]
    assert sorted(pictures.tracks(user.fetch(url).content)) == \
        ["avc1", "mp4a"]


def test_every_refusal_of_a_file_is_tried_by_some_file():
    """A new refusal of videos needs a file that meets it."""
    from table import errors
    tried = {media_files.FILES[name].error for name in media_files.BAD}
    elsewhere = {
        "FILE_MISSING", "FILE_SEVERAL",        # test_uploads.py
        "FILE_TOO_LARGE",                      # test_limits.py
        "FFMPEG_MISSING", "FFMPEG_FAILED", "FFMPEG_LATE", "DISK_FULL",
        "NO_COVER",                            # fault/
        "QUOTA_VIDEOS", "QUOTA_BYTES",         # test_quota.py
        "SPOOL_FULL",                          # test_preflight.py
        "CANCELLED",                           # fault/test_conversion.py
    }
    about_videos = {name for name, error in errors().items()
                    if re.match("3[013][0-9]{2}$", str(error.code))}
    assert about_videos == tried | elsewhere
