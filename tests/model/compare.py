#!/usr/bin/python3
"""Whether a site answers, and its rows say, what the model says.

Order is compared too where it does not depend on who was faster: all of what
one actor did has an order, comments and videos have that of their ids, which
were answered, and messages that of each side.
"""

import random
from collections import defaultdict

from crowd import Crowd
from wire import Wire

READERS = 8
# Every list is walked in pages, shorter than its cap.
PAGE = 40
POLL = 7


def picked(got, expected):
    """The members of an answered object that the model speaks of."""
    return {key: picked(got[key], value) if isinstance(value, dict)
            else got[key] for key, value in expected.items()}


def same(got, expected, what):
    assert len(got) == len(expected), \
        f"{what}: {len(got)} of {len(expected)}"
    for one, other in zip(got, expected):
        assert picked(one, other) == other, (what, one, other)


class Reader:
    """Asks for everything that belongs to a share of the users and videos."""

    def __init__(self, number, base, model):
        self.model = model
        self.wire = Wire(base)
        self.number = number
        self.dice = random.Random(number)
        self.ids = sorted(model.users)

    def share(self, things):
        return things[self.number::READERS]

    def __call__(self, _task):
        for user in self.share(self.ids):
            self.check_profile(user)
            self.check_lists(user, self.dice.choice(self.ids))
            self.check_friends(user, user)
            self.check_friends(user, self.dice.choice(self.ids))
        for video in self.share(sorted(self.model.videos)):
            self.check_comments(video, self.dice.choice(self.ids))
        for pair in self.share(self.model.pairs):
            if pair[0] in self.model.friends(pair[1]):
                self.check_chat(*self.dice.sample(pair, 2))
        self.check_feed(self.dice.choice(self.ids))
        self.wire.close()

    # -- asking --

    def ask(self, name, viewer, **parameters):
        answer = self.wire.ask(name, token=self.model.users[viewer].token,
                               **parameters)
        assert answer["status_code"] == 0, (name, parameters, answer)
        return answer

    def walk(self, name, member, viewer, **parameters):
        """All of a list, page by page."""
        before, found = 0, []
        while True:
            answer = self.ask(name, viewer, limit=PAGE, before=before,
                              **parameters)
            page = answer[member]
            found = page + found if name == "message_chat" else found + page
            before = answer["next_before"]
            if before == 0:
                return found
            assert len(page) == PAGE, (name, parameters, len(page))

    # -- a user --

    def check_profile(self, user):
        got = self.ask("user_show", user)["user"]
        same([got], [self.model.show_user(user, user)], "user")

    def check_lists(self, user, viewer):
        m = self.model
        same(self.walk("video_list", "video_list", viewer, user_id=user),
             [m.show_video(video, viewer)
              for video in sorted(m.works[user], reverse=True)], "works")
        same(self.walk("favorite_list", "video_list", viewer, user_id=user),
             [m.show_video(video, viewer)
              for video in reversed(m.likes[user])], "likes")
        same(self.walk("relation_follow_list", "user_list", viewer,
                       user_id=user),
             [m.show_user(other, viewer)
              for other in reversed(m.follows[user])], "follows")
        self.check_followers(user, viewer)

    def check_followers(self, user, viewer):
        m = self.model
        got = self.walk("relation_follower_list", "user_list", viewer,
                        user_id=user)
        same(sorted(got, key=lambda one: one["id"]),
             [m.show_user(other, viewer)
              for other in sorted(m.followed_by.get(user, ()))], "followers")
        of_actor = defaultdict(list)
        for one in reversed(got):
            actor, serial = m.began[one["id"], user]
            of_actor[actor].append(serial)
        for serials in of_actor.values():
            assert serials == sorted(serials), (user, got)

    # -- friends and chat --

    def check_friends(self, user, viewer):
        m = self.model
        got = self.walk("friend_list", "user_list", viewer, user_id=user)
        same(sorted(got, key=lambda one: one["id"]),
             [m.show_user(friend, viewer)
              for friend in sorted(m.friends(user))], "friends")
        silent = False
        for one in got:
            sent = m.messages.get((viewer, one["id"]), [])
            received = m.messages.get((one["id"], viewer), [])
            newest = (sent if one["msgType"] == 1 else received)[-1:]
            assert [one["message"]] == (newest or [""]), (user, viewer, one)
            assert newest or not (sent or received), (user, viewer, one)
            if user == viewer:
                # Those with a message come first.
                assert not (silent and newest), (user, got)
                silent = silent or not newest

    def check_chat(self, viewer, other):
        got = self.walk("message_chat", "message_list", viewer,
                        to_user_id=other)
        self.check_conversation(got, viewer, other)
        self.check_poll(got, viewer, other)

    def check_conversation(self, got, viewer, other):
        for one, its_next in zip(got, got[1:]):
            assert one["create_time"] < its_next["create_time"], (one,
                                                                  its_next)
            assert one["id"] < its_next["id"], (one, its_next)
        for pair in ((viewer, other), (other, viewer)):
            texts = [one["content"] for one in got
                     if (one["from_user_id"], one["to_user_id"]) == pair]
            assert texts == self.model.messages.get(pair, []), pair
        assert len(got) == sum(
            len(self.model.messages.get(pair, ()))
            for pair in ((viewer, other), (other, viewer)))

    def check_poll(self, history, viewer, other):
        """Polling from the first message brings every other one once."""
        found = history[:1]
        while True:
            page = self.ask("message_chat", viewer, to_user_id=other,
                            pre_msg_time=found[-1]["create_time"],
                            limit=POLL)["message_list"]
            if not page:
                break
            found += page
        assert found == history, (viewer, other)

    # -- videos --

    def check_comments(self, video, viewer):
        m = self.model
        same(self.walk("comment_list", "comment_list", viewer,
                       video_id=video),
             [m.show_comment(comment, viewer)
              for comment in sorted(m.comments_on[video], reverse=True)],
             "comments")

    def check_feed(self, viewer):
        m, found, latest = self.model, [], 0
        while True:
            answer = self.ask("video_feed", viewer, latest_time=latest)
            if not answer["video_list"]:
                break
            found += answer["video_list"]
            latest = answer["next_time"]
        same(found, [m.show_video(video, viewer)
                     for video in sorted(m.videos, reverse=True)], "feed")


def check_answers(base, model):
    with Crowd(READERS, lambda number: Reader(number, base, model)) \
            as crowd:
        crowd.do(0)


def check_rows(site, model):
    """The rows themselves; that counts equal them is for counts.py."""
    m = model

    def rows(sql):
        return sorted(tuple(row) for row in site.rows(sql))

    assert rows("SELECT id, name FROM account") == sorted(
        (user.id, user.name) for user in m.users.values())
    assert rows("SELECT id, user_id, title FROM video") == sorted(
        (video.id, video.author, video.title) for video in m.videos.values())
    assert rows("SELECT user_id, video_id FROM favorite WHERE status = 1") \
        == sorted((user, video) for user in m.likes
                  for video in m.likes[user])
    assert rows("SELECT user_id, to_user_id FROM relation "
                "WHERE status = 1") == sorted(
        (user, other) for user in m.follows for other in m.follows[user])
    assert rows("SELECT id, video_id, user_id, content FROM comment "
                "WHERE delete_ms IS NULL") == sorted(
        (one.id, one.video, one.user, one.text)
        for one in m.comments.values())
    assert rows(
        "SELECT from_user_id, low_id + high_id - from_user_id, content "
        "FROM message") == sorted(
            (*pair, text) for pair, texts in m.messages.items()
            for text in texts)
    assert rows("SELECT user_id, other_id FROM contact WHERE friend = 1") \
        == sorted((user, friend) for user in m.users
                  for friend in m.friends(user))
