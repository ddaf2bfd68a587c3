#!/usr/bin/python3
"""Many at once, and many for nothing: stampede, penetration and avalanche
(DESIGN.md 3, I5 and I6).

Statements are counted by the build; the background process, which has some of
its own, rests.
"""

import contextlib
import random
import threading

import pytest

import redis_server
import sites
import stories
import tokens
from background import stopped
from cached import PATIENT, counted, keys_of, kind_of, statements
from crowd import Crowd
from fastcgi import Pool

CALLERS = 500
STRANGERS, ASKERS = 100_000, 2


@pytest.fixture(scope="module")
def server():
    with redis_server.serving() as server:
        yield server


@pytest.fixture(scope="module")
def site(server):
    with sites.running(redis_url=f"unix:{server.socket}",
                       **PATIENT) as site:
        with contextlib.ExitStack() as stack:
            with site.writer_lock():    # else it could rest with the lock
                stack.enter_context(stopped(site.program("work")))
            yield site


@pytest.fixture(scope="module")
def people(site):
    """Two friends with a video, a comment and a message."""
    ann, bob = stories.friends(site)
    ann.video = stories.make_video(site, ann)
    stories.post(bob, ann.video)
    stories.send(bob, ann)
    return ann, bob


# -- stampede --

# A call, what expires, and the statement that reads it anew.
HOT = {
    "feed": ("video_feed", "video", "video_newest"),
    "likes": ("video_feed", "video-likes", "video_newest"),
    "author": ("video_feed", "user", "video_newest"),
    "profile": ("user_show", "user", "user_show"),
    "comments": ("comment_list", "comments", "comment_by_video"),
    "chat": ("message_chat", "chat", "message_newest"),
}


def ask_at_once(site, meanwhile, name, **parameters):
    """The same question of many, before any worker can look at it; then
    meanwhile() happens, and the workers go on.  Their answers."""
    answers = []

    def ask():
        with Pool(site) as pool:
            answers.append(pool.ask(name, **parameters))

    callers = [threading.Thread(target=ask) for _ in range(CALLERS)]
    with stopped(site.workers("api")):
        for caller in callers:
            caller.start()
        meanwhile()
    for caller in callers:
        caller.join()
    return answers


@pytest.mark.parametrize("name, kind, statement", HOT.values(), ids=HOT)
def test_a_key_that_expires_is_read_once_a_worker_at_most(
        site, server, people, name, kind, statement):
    ann, bob = people
    parameters = {"token": ann.token}
    if name == "comment_list":
        parameters["video_id"] = ann.video
    if name == "message_chat":
        parameters["to_user_id"] = bob.id
    with Pool(site) as pool:
        for _ in range(3):
            expected = pool.ask(name, **parameters)

    def expire():
        with server.connect() as redis:
            hot = keys_of(redis, kind)
            assert hot
            redis.calls(*[("PEXPIRE", one, 1) for one in hot])
            sites.wait_for(lambda: not set(hot) & set(redis.keys()),
                           "their end")

    with counted(site) as grown:
        answers = ask_at_once(site, expire, name, **parameters)
    assert answers == [expected] * CALLERS
    ran = statements(grown)
    assert 0 < ran[statement] <= len(site.workers("api"))
    assert ran["site_gate"] == CALLERS


# -- penetration --

# The parameter that names what does not exist.
ABSENT = {
    "user_show": "user_id", "video_list": "user_id",
    "favorite_action": "video_id", "favorite_list": "user_id",
    "comment_list": "video_id", "relation_action": "to_user_id",
    "relation_follow_list": "user_id", "relation_follower_list": "user_id",
    "friend_list": "user_id", "message_chat": "to_user_id",
    "message_action": "to_user_id",
}
MORE = {"favorite_action": {"action_type": 1},
        "relation_action": {"action_type": 1},
        "message_action": {"action_type": 1, "content": "hi"}}


def asker(site, token):
    """A process that asks for so many things that cannot exist."""
    def make(number):
        dice = random.Random(number)
        names = [*ABSENT]

        def ask(count):
            with Pool(site) as pool:
                for i in range(count):
                    name = names[i % len(names)]
                    answer = pool.ask(name, token=token, **{
                        **MORE.get(name, {}),
                        ABSENT[name]: dice.randrange(10 ** 9, 2 ** 53)})
                    assert not any(isinstance(value, list) and value
                                   for value in answer.values()), answer
        return ask
    return make


def test_what_cannot_exist_costs_one_statement(site, people):
    """That which reads epoch, highest ids, token version and friendship."""
    token = people[0].token
    with counted(site) as grown, \
            Crowd(ASKERS, asker(site, token)) as crowd:
        crowd.do(STRANGERS // ASKERS)
    assert statements(grown) == {"site_gate": STRANGERS}
    assert grown["round_trips"] == 0


def test_a_poll_without_news_costs_one_statement(site, people):
    """The one that the app makes every second never sees the messages."""
    ann, bob = people
    history = stories.chat(ann, bob)
    for _ in range(3):
        stories.chat(ann, bob, history[-1]["create_time"])
    with counted(site) as grown:
        for _ in range(20):
            assert stories.chat(ann, bob, history[-1]["create_time"]) == []
    assert statements(grown) == {"site_gate": 20}
    assert grown["round_trips"] == 20


# -- avalanche --


def test_lives_are_spread(site, server):
    """What was filled at the same time does not expire at the same time."""
    server.flush()
    users = stories.make_users(site, 300)
    with Pool(site) as pool:
        for user in users:
            token = tokens.make(site.secret, user)
            assert pool.ask("user_show", token=token)["status_code"] == 0
    by_kind = {}
    for name, life in server.lives().items():
        assert life > 0, name
        by_kind.setdefault(kind_of(name), []).append(life)
    assert [len(lives) for lives in by_kind.values()] == [300, 300]
    for lives in by_kind.values():
        assert min(lives) < .7 * max(lives)
