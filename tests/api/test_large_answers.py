#!/usr/bin/python3
"""Lists as long, of texts as long, as the settings allow.

An answer has its largest size; a page that would pass it ends earlier, and
next_before leads on.
"""

import pytest

import sites
import stories
from stories import cap, done, ids, pages

# Three bytes each, and six in JSON.
HEAVY = "\u2028"
THEN = 1_700_000_000_000
FRIENDS = 2000


@pytest.fixture(scope="module")
def site():
    with sites.running(user_list_max=10000, comment_list_max=1000,
                       message_list_max=1000, comment_max=2000,
                       message_max=2000) as site:
        yield site


@pytest.fixture(scope="module")
def pair(site):
    """Two friends, and as many of the longest messages as a list may hold,
    and one more."""
    one, other = stories.friends(site)
    text = HEAVY * cap(site, "message_max")
    stories.make_messages(site, [
        (one if i % 2 else other, other if i % 2 else one, THEN + i, text)
        for i in range(cap(site, "message_list_max") + 1)])
    return one, other


def times(messages):
    return [message["create_time"] for message in messages]


def test_the_longest_history(site, pair):
    messages = stories.chat(*pair)
    assert times(messages) == [
        THEN + 1 + i for i in range(cap(site, "message_list_max"))]
    assert len(messages[0]["content"]) == cap(site, "message_max")


def test_the_longest_poll(site, pair):
    came, cursor = [], THEN
    for _ in range(10):
        messages = stories.chat(*pair, cursor)
        came += times(messages)
        cursor = came[-1]
    assert messages == []
    assert came == [THEN + 1 + i for i in range(cap(site, "message_list_max"))]


def test_the_longest_comments(site):
    author, = stories.new_users(site, 1)
    video = stories.make_video(site, author)
    made = stories.make_comments(site, author.id, video,
                                 [THEN] * cap(site, "comment_list_max"))
    with site.writing() as db:
        db.execute("UPDATE account SET signature = ? WHERE id = ?",
                   (HEAVY * 100, author.id))
        db.execute("UPDATE comment SET content = ? WHERE video_id = ?",
                   (HEAVY * cap(site, "comment_max"), video))
    assert stories.walk(author, "comment_list", video_id=video) == made[::-1]


def test_the_longest_friends(site):
    """Each with the longest message."""
    user, = stories.new_users(site, 1)
    others = stories.make_users(site, FRIENDS)
    stories.make_friends(site, user.id, others, THEN)
    text = HEAVY * cap(site, "message_max")
    with site.writing() as db:
        for i, other in enumerate(others):
            message = db.execute(
                "INSERT INTO message (low_id, high_id, from_user_id, content,"
                " create_ms) VALUES (?, ?, ?, ?, ?)",
                (user.id, other, other, text, THEN)).lastrowid
            for side in ((user.id, other), (other, user.id)):
                db.execute("UPDATE contact SET message_id = ?, rank = ? "
                           "WHERE user_id = ? AND other_id = ?",
                           (message, 2 ** 52 + THEN + i, *side))
    seen = []
    for reply in pages(user, "friend_list", user_id=user.id):
        seen += ids(reply["user_list"])
        assert reply["user_list"][0]["message"] == text
    assert seen == others[::-1]


def test_the_longest_follows_come_at_once(site):
    """Only what is too large is cut."""
    user, = stories.new_users(site, 1)
    others = stories.make_users(site, cap(site, "user_list_max"))
    stories.make_follows(site, [(user.id, other) for other in others], THEN)
    reply = done(user.ask("relation_follow_list", user_id=user.id))
    assert ids(reply["user_list"]) == others[::-1]
