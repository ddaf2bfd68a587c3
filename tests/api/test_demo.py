#!/usr/bin/python3
"""The demo content: what its users do with each other.

The clips are not drawn here, that takes 2 s of processor each; the rest of
scripts/demo is the real one, from a copy that has another demo-clip.
"""

import shutil
import subprocess

import pytest

import client
import counts
import sites
import table

NAMES = {"douyinTestUserA", "douyinTestUserB", "Luna", "Kai", "晓雨"}
CLIPS = 12


@pytest.fixture(scope="module")
def demo(clip, tmp_path_factory):
    """From a site to a call that fills it."""
    place = tmp_path_factory.mktemp("demo")
    for name in ("demo", "demo-face", "demo-talk.sh"):
        shutil.copy(table.ROOT / "scripts" / name, place)
    (place / "clip.mp4").write_bytes(clip)
    draw = place / "demo-clip"
    draw.write_text(f"#!/bin/sh\ncp '{place}/clip.mp4' \"$3\"\n")
    draw.chmod(0o755)

    def fill(site):
        return subprocess.run([place / "demo", site.base, site.directory],
                              check=True, stdout=subprocess.PIPE, text=True,
                              timeout=sites.START_SECONDS).stdout
    return fill


@pytest.fixture(scope="module")
def filled(demo):
    with sites.running() as site:
        demo(site)
        yield site


def log_in(site, name, password):
    reply = site.people.remember(site.people.guest().ask(
        "user_login", username=name, password=password))
    return client.Client(site, reply["token"], id=reply["user_id"], name=name)


@pytest.fixture
def official(filled):
    """The two users of the official tests: A and B."""
    return [log_in(filled, name, name)
            for name in ("douyinTestUserA", "douyinTestUserB")]


def test_everybody_likes_follows_and_is_heard(filled, official):
    feed = official[0].feed()["video_list"]
    assert len(feed) == CLIPS
    assert {video["author"]["name"] for video in feed} == NAMES
    for video in feed:
        assert video["favorite_count"] > 0, video
        assert video["comment_count"] > 0, video
    for video in feed:
        author = video["author"]
        assert min(author["follow_count"], author["follower_count"],
                   author["total_favorited"], author["favorite_count"]) > 0


def test_the_official_users_are_friends_and_have_chatted(official):
    a, b = official
    for one, other, sent in ((a, b, 0), (b, a, 1)):
        friends = one.ask("friend_list", user_id=one.id)["user_list"]
        friend = next(f for f in friends if f["id"] == other.id)
        assert friend["is_follow"] and friend["msgType"] == sent
    chat = a.ask("message_chat", to_user_id=b.id)["message_list"]
    assert {m["from_user_id"] for m in chat} == {a.id, b.id}
    assert chat[-1]["content"] == friend["message"]


def test_everybody_has_a_face_and_a_signature(filled, official):
    authors = {video["author"]["name"]: video["author"]
               for video in official[0].feed()["video_list"]}
    default = official[0].site.people.new().me()["signature"]
    for key in ("avatar", "background_image"):
        pictures = {official[0].fetch(author[key]).content
                    for author in authors.values()}
        assert len(pictures) == len(NAMES)
        assert all(picture[:2] == b"\xff\xd8" for picture in pictures)
    words = {author["signature"] for author in authors.values()}
    assert len(words) == len(NAMES) and default not in words


def test_a_second_run_adds_nothing(filled, demo):
    before = counts.dump(filled)
    assert "0 clips published" in demo(filled)
    assert counts.dump(filled) == before
