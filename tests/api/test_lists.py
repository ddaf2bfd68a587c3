#!/usr/bin/python3
"""The list of a user's videos (API.md E6)."""

import pytest

import made
from stories import as_others_see

LONGEST = 300
BEGIN_MS = 1_100_000_000_000


@pytest.fixture(scope="module")
def author(site):
    author = site.people.new("author")
    author.made = made.videos(site, author.id, [
        BEGIN_MS + author.id * 10 + i for i in range(3)])
    return author


def ids(reply):
    return [video["id"] for video in reply["video_list"]]


def test_the_newest_comes_first(author, guest):
    assert ids(guest.videos(author.id)) == author.made[::-1]


def test_a_list_holds_its_users_videos_only(author, site, guest):
    other = site.people.new()
    assert guest.videos(other.id)["video_list"] == []
    assert {video["author"]["id"] for video in
            guest.videos(author.id)["video_list"]} == {author.id}


def test_without_an_id_it_is_ones_own(author):
    for user_id in ("", "0", "abc"):
        assert ids(author.ask("video_list", user_id=user_id)) == \
            author.made[::-1]
    assert ids(author.ask("video_list")) == author.made[::-1]


@pytest.mark.parametrize("token", (None, "", "garbage"))
def test_no_token_fails_it(author, guest, token):
    reply = guest.videos(author.id, token=token)
    assert ids(reply) == author.made[::-1]
    assert not any(video["is_favorite"] or video["author"]["is_follow"]
                   for video in reply["video_list"])


@pytest.mark.parametrize("token", (None, "", "garbage"))
def test_a_guest_has_no_list_of_his_own(guest, token):
    assert guest.ask("video_list", token=token)["video_list"] == []


@pytest.mark.parametrize("user_id", (2 ** 53 - 1, -1, 987654321))
def test_the_list_of_an_unknown_user_is_empty(guest, user, user_id):
    for viewer in (guest, user):
        assert viewer.videos(user_id)["video_list"] == []


def test_the_list_of_a_new_user_is_empty(user):
    assert user.videos()["video_list"] == []


def test_a_valid_token_fills_the_flags(author, site, guest):
    fan = site.people.new("fan")
    made.favorite(site, fan.id, author.made[1])
    made.follow(site, fan.id, author.id)
    videos = fan.videos(author.id)["video_list"]
    assert [video["is_favorite"] for video in videos] == [False, True, False]
    assert all(video["author"]["is_follow"] for video in videos)
    assert [as_others_see(video) for video in author.videos()[
        "video_list"]] == guest.videos(author.id)["video_list"]


def test_the_author_comes_with_his_counts(author, guest):
    """The app takes the head of an author's page from here (Q8)."""
    assert guest.videos(author.id)["video_list"][0]["author"] == author.me()


def test_a_list_has_a_longest(site, guest):
    author = site.people.new("busy")
    made_ids = made.videos(site, author.id, [
        BEGIN_MS + 10 ** 9 + i for i in range(LONGEST + 1)])
    assert ids(guest.videos(author.id)) == made_ids[:0:-1]
