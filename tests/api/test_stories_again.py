#!/usr/bin/python3
"""The stories again with every switch at its other values (API.md 1.8).

Every test of the modules below is told once more on each of two sites; all
expectations follow the settings of the site.  What a switch does beside is in
test_switches.py.
"""

import inspect

import pytest

import client
import sites
import stories
import test_chat
import test_comment
import test_favorite
import test_friend
import test_message
import test_pages
import test_relation
import test_suite

MODULES = (test_favorite, test_comment, test_relation, test_friend,
           test_message, test_chat, test_pages, test_suite)

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
