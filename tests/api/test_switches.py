#!/usr/bin/python3
"""Every switch at its other value (API.md 1.8), on one site."""

import pytest

import client
import made
import sites
import table
import tokens

BEGIN_MS = 1_200_000_000_000
SETTINGS = {
    "user_self_only": "off",
    "http_status": "strict",
    "language": "en",
    "feed_limit": 3,
    "video_list_max": 5,
    "title_max": 5,
    "token_ttl": 60,
    "public_url": "https://cdn.example/base/",
    "name_max": 32,
    "password_max": 72,
    "bcrypt_cost": 5,
    "durability": "normal",
}


@pytest.fixture(scope="module")
def other_site():
    with sites.running(**SETTINGS) as site:
        yield site


@pytest.fixture(scope="module")
def author(other_site):
    author = other_site.people.new("author")
    made.videos(other_site, author.id, range(BEGIN_MS, BEGIN_MS + 7))
    return author


@pytest.fixture
def other_guest(other_site):
    return other_site.people.guest()


def test_user_self_only_off_shows_anybody(other_site, author):
    viewer = other_site.people.new()
    made.follow(other_site, viewer.id, author.id)
    shown = viewer.ask("user_show", user_id=author.id)["user"]
    assert (shown["id"], shown["is_follow"]) == (author.id, True)
    assert viewer.me()["id"] == viewer.id
    reply = viewer.ask("user_show", user_id=2 ** 53 - 1)
    assert reply.error == "USER_UNKNOWN"


def test_http_status_strict_gives_each_refusal_its_own(author, other_guest):
    """Reply holds each against the errors' table; here are the classes."""
    asked = {
        400: other_guest.ask("user_login"),
        401: other_guest.ask("user_show"),
        409: other_guest.ask("user_register", username=author.name,
                             password="x"),
        404: author.ask("user_show", user_id=10 ** 9),
        415: author.publish(b"no video"),
    }
    assert {status: reply.status for status, reply in asked.items()} == \
        {status: status for status in asked}
    assert other_guest.feed(token="garbage").status == 401


def test_language_en_speaks_english_unless_asked(other_guest):
    assert other_guest.ask("user_show").message == "please log in first"
    assert other_guest.ask("video_feed", method="POST").message == \
        "wrong method"
    for accepted in ("zh-CN", "fr,zh;q=0.5", "zh,en"):
        headers = {"Accept-Language": accepted}
        assert other_guest.ask("user_show", headers=headers).message == \
            "请先登录"
        assert other_guest.ask("video_feed", method="POST",
                               headers=headers).message == "请求方法不对"


def test_feed_limit_is_the_page(author, other_guest):
    first = other_guest.feed()
    assert len(first["video_list"]) == 3
    second = other_guest.feed(latest_time=first["next_time"])
    third = other_guest.feed(latest_time=second["next_time"])
    assert [len(page["video_list"]) for page in (second, third)] == [3, 1]


def test_video_list_max_is_the_longest_list(author, other_guest):
    assert len(other_guest.videos(author.id)["video_list"]) == 5


def test_token_ttl_is_the_life_of_a_token(author):
    claims = tokens.claims_of(author.token)
    assert claims["exp"] - claims["iat"] == 60


def test_public_url_stands_before_all_media(author, other_guest):
    for host in ("x", "evil.example"):
        for video in other_guest.feed(headers={"Host": host})["video_list"]:
            for url in (video["play_url"], video["cover_url"],
                        video["author"]["avatar"]):
                assert url.startswith("https://cdn.example/base/")
                assert "//" not in url.removeprefix("https://")


def test_the_page_may_show_media_from_public_url(other_guest):
    policy = other_guest.fetch("/").headers["Content-Security-Policy"]
    for kind in ("img-src", "media-src"):
        sources, = [rule for rule in policy.split(";") if kind in rule]
        assert "https://cdn.example" in sources.split()


@pytest.mark.parametrize("letter", ("a", "文"))
def test_name_max_counts_characters(other_guest, letter):
    def register(length):
        return other_guest.ask("user_register", username=letter * length,
                               password="x")

    assert register(32).ok
    assert register(33).error == "PARAM_TOO_LONG"


def test_password_max_goes_up_to_bcrypts_bytes(other_site, other_guest):
    def register(password):
        return other_guest.ask(
            "user_register", username=other_site.people.fresh_name(),
            password=password)

    assert register("a" * 72).ok
    assert register("a" * 73).error == "PARAM_TOO_LONG"
    assert register("文" * 24).ok
    assert register("文" * 25).error == "PARAM_TOO_LONG"


def test_title_max_counts_characters(author, clip):
    assert author.publish(clip, title="文" * 5).ok
    assert author.publish(clip, title="文" * 6).error == "PARAM_TOO_LONG"


def test_bcrypt_cost_is_that_of_new_hashes(other_site, author):
    stored = other_site.value(
        "SELECT password_hash FROM account WHERE id = ?", author.id)
    assert stored.startswith("$2b$05$")


def test_accounts_and_videos_still_answer(author, other_guest, clip):
    assert author.publish(clip, title="x").ok
    replies = client.at_once(
        other_guest.feed, author.feed, author.videos,
        lambda: author.ask("user_show"),
        lambda: author.ask("user_login", username=author.name,
                           password=author.password))
    assert all(reply.ok for reply in replies)
