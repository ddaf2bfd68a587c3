#!/usr/bin/python3
"""The stories again with every switch at its other values (API.md 1.8).

Every test of the modules below is told once more on each of two sites; all
expectations follow the settings of the site.  The tests of this file look at
what the stories do not.
"""

import base64
import inspect
import json

import pytest

import client
import sites
import stories
import table
import test_comment
import test_favorite
import test_friend
import test_message
import test_relation
import test_suite
from stories import done, setting

MODULES = (test_favorite, test_comment, test_relation, test_friend,
           test_message, test_suite)

# All switches at another value; where there is a third, it is on the second
# site.  The time zones are those in which most days have another date.
SITES = {
    "flipped": dict(
        user_self_only="off", friends_only_chat="off", anonymous_reads="on",
        chat_echo="literal", friend_msg_key="msg_type", feed_limit=7,
        name_max=32, password_max=72, token_ttl=3600, http_status="strict",
        public_url="https://media.example:8443/some/where",
        time_zone="Pacific/Kiritimati", language="en",
        video_list_max=20, user_list_max=21, comment_list_max=22,
        message_list_max=23, title_max=10, comment_max=60, message_max=2000),
    "other": dict(
        chat_echo="strict", friend_msg_key="both", anonymous_reads="on",
        feed_limit=1, name_max=16, password_max=30, token_ttl=315360000,
        public_url="http://10.0.0.5", time_zone="Pacific/Pago_Pago",
        video_list_max=1000, comment_list_max=40, user_list_max=60,
        message_list_max=1000, comment_max=2000),
}
# What the API says can be switched, and no site above may leave out.
SWITCHES = (
    "user_self_only", "friends_only_chat", "anonymous_reads", "chat_echo",
    "friend_msg_key", "feed_limit", "name_max", "password_max", "token_ttl",
    "public_url", "language", "time_zone", "http_status", "video_list_max",
    "user_list_max", "comment_list_max", "message_list_max", "comment_max",
    "message_max", "title_max")


@pytest.fixture(scope="module", params=SITES)
def site(request):
    with sites.running(**SITES[request.param]) as running:
        yield running


def is_fixture(value):
    return hasattr(value, "_pytestfixturefunction")


def tell_again(module):
    """Makes the tests and fixtures of a module ours; none may hide another."""
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if name.startswith("test_") and inspect.isfunction(value):
            ours = f"{module.__name__}_{name.removeprefix('test_')}"
        elif is_fixture(value):
            ours = name
        else:
            continue
        other = globals().setdefault(ours, value)
        assert other is value, f"two are called {ours}"


for one in MODULES:
    tell_again(one)


def test_every_switch_is_turned():
    for name in SWITCHES:
        values = {stories.default_settings()[name]} | {
            str(settings[name]) for settings in SITES.values()
            if name in settings}
        assert len(values) > 1, name


def test_another_user_is_shown_where_the_setting_lets_it(site):
    viewer, other = stories.new_users(site, 2)
    stories.follow(viewer, other)
    reply = viewer.ask("user_show", user_id=other.id)
    if setting(site, "user_self_only") == "off":
        assert reply["user"] == {**other.me(), "is_follow": True}
        assert viewer.ask("user_show", user_id=stories.NOBODY).error == \
            "USER_UNKNOWN"
    else:
        assert reply.error == "NOT_YOURSELF"


def test_the_feed_has_pages_of_its_length(site):
    author, = stories.new_users(site, 1)
    limit = stories.cap(site, "feed_limit")
    videos = stories.make_videos(site, author.id, 2 * limit)[::-1]
    first = done(author.feed())
    assert stories.ids(first["video_list"]) == videos[:limit]
    second = done(author.feed(latest_time=first["next_time"]))
    assert stories.ids(second["video_list"]) == videos[limit:]


@pytest.mark.parametrize("name, word", (("name_max", "username"),
                                        ("password_max", "password")))
def test_names_and_passwords_have_their_length(site, name, word):
    guest, longest = site.people.guest(), stories.cap(site, name)
    for length, error in ((longest, None), (longest + 1, "PARAM_TOO_LONG")):
        account = {"username": site.people.fresh_name(),
                   "password": "p" * 8}
        account[word] = (account[word] + "x" * 99)[:length]
        reply = guest.ask("user_register", **account)
        assert reply.error == error
        if reply.ok:
            site.people.remember(reply)
            assert guest.ask("user_login", **account).ok


def test_a_token_lives_as_long_as_is_set(site):
    user, = stories.new_users(site, 1)
    payload = user.token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(
        payload + "=" * (-len(payload) % 4)))
    assert claims["exp"] - claims["iat"] == stories.cap(site, "token_ttl")


def test_addresses_begin_as_is_set(site, clip):
    """Whatever the Host of the request."""
    author, = stories.new_users(site, 1)
    done(author.publish(clip))
    video, = author.videos()["video_list"]
    for url in (video["play_url"], video["cover_url"],
                video["author"]["avatar"],
                video["author"]["background_image"]):
        assert url.startswith(setting(site, "public_url") + "/")


def test_the_language_is_the_clients_or_as_is_set(site):
    guest = site.people.guest()
    for header, language in (("en", "en"), ("zh-CN,zh;q=0.9", "zh"),
                             (None, setting(site, "language"))):
        headers = {"Accept-Language": header} if header else {}
        reply = guest.ask("user_show", headers=headers)
        assert reply.message == getattr(table.errors()["TOKEN_MISSING"],
                                        language)


REFUSALS = {
    "PARAM_MISSING": ("favorite_action", {}),
    "PARAM_INVALID": ("favorite_action", {"video_id": "x"}),
    "PARAM_TOO_LONG": ("comment_action", {
        "video_id": 1, "action_type": 1, "comment_text": "x" * 2001}),
    "PARAM_TEXT": ("comment_action", {
        "video_id": 1, "action_type": 1, "comment_text": b"\xff"}),
    "VIDEO_UNKNOWN": ("favorite_action", {"video_id": stories.NOBODY,
                                          "action_type": 1}),
    "USER_UNKNOWN": ("relation_action", {"to_user_id": stories.NOBODY,
                                         "action_type": 1}),
    "TOKEN_MISSING": ("user_show", {"token": ""}),
    "TOKEN_INVALID": ("user_show", {"token": "garbage"}),
    "LOGIN_WRONG": ("user_login", {"username": "nobody",
                                   "password": "password"}),
}


@pytest.mark.parametrize("error", REFUSALS)
def test_a_refusal_has_its_own_status_where_that_is_set(site, error):
    user, = stories.new_users(site, 1)
    name, parameters = REFUSALS[error]
    reply = user.ask(name, **parameters)
    strict = setting(site, "http_status") == "strict"
    assert (reply.error, reply.status) == \
        (error, table.errors()[error].http if strict else 200)


def test_a_default_text_is_in_the_language_of_the_answer(site):
    user, = stories.new_users(site, 1)
    video = stories.make_videos(site, user.id, 1)[0]
    with site.writing() as db:
        db.execute("UPDATE video SET title = '' WHERE id = ?", (video,))
    for language, title in (("zh", "无标题"), ("en", "untitled")):
        reply = client.Client(site, user.token, id=user.id).ask(
            "video_list", user_id=user.id,
            headers={"Accept-Language": language})
        assert reply["video_list"][0]["title"] == title
