#!/usr/bin/python3
"""What the stories of likes, comments, follows, friends and chat share.

A story is told with the fixture `site` alone, so that it can be told again on
a site with other settings (api/test_stories_again.py); where the outcome depends on
one, the story asks setting().
"""

import contextlib
import functools
import itertools
import re
import time

import counts
import made
import table

LIKE, UNLIKE = 1, 2
POST, DELETE = 1, 2
FOLLOW, UNFOLLOW = 1, 2
SEND = 1

# An id that nobody will ever have.
NOBODY = 987_654_321

# What no id can be, and what is said of it.
BAD_IDS = {
    "text": ("abc", "PARAM_INVALID"), "zero": ("0", "PARAM_INVALID"),
    "negative": ("-1", "PARAM_INVALID"), "fraction": ("1.5", "PARAM_INVALID"),
    "huge": ("9e99", "PARAM_INVALID"), "2^53": (2 ** 53, "PARAM_INVALID"),
    "2^63": (2 ** 63, "PARAM_INVALID"), "2^64+1": (2 ** 64 + 1,
                                                    "PARAM_INVALID"),
    "-2^63": (-2 ** 63, "PARAM_INVALID"), "bytes": (b"\xff", "PARAM_INVALID"),
    "empty": ("", "PARAM_MISSING"), "missing": (None, "PARAM_MISSING"),
}
BAD_ACTIONS = {
    "zero": ("0", "PARAM_INVALID"), "three": ("3", "PARAM_INVALID"),
    "negative": ("-1", "PARAM_INVALID"), "text": ("like", "PARAM_INVALID"),
    "fraction": ("1.5", "PARAM_INVALID"), "huge": ("9e99", "PARAM_INVALID"),
    "empty": ("", "PARAM_MISSING"), "missing": (None, "PARAM_MISSING"),
}
BAD_TEXTS = {
    "not UTF-8": (b"a\xffb", "PARAM_TEXT"), "NUL": (b"a\0b", "PARAM_TEXT"),
    "escape": (b"a\x1b[31m", "PARAM_TEXT"), "CR": (b"a\rb", "PARAM_TEXT"),
    "C1": ("a\x85b", "PARAM_TEXT"), "surrogate": (b"\xed\xa0\x80",
                                                   "PARAM_TEXT"),
    "empty": ("", "PARAM_MISSING"), "missing": (None, "PARAM_MISSING"),
}
# What comes back as it was said.
GOOD_TEXTS = {
    "one letter": "a", "CJK": "测试评论", "emoji": "👍🏽🐻", "lines": "a\n\tb\n",
    "HTML": "<script>alert(1)</script>", "JSON": '","id":0,"x":{"',
    "SQL": "x'); DROP TABLE comment;--", "quotes": "'\"`\\",
    "percent": "100%zz%", "plus": "1+1 & a=b", "format": "%s%n{}",
    "blank": " ", "separator": "a\u2028b", "null": "null", "number": "0",
    "bidi": "a\u202eb",
}


# -- what is set --


@functools.lru_cache(None)
def default_settings():
    return dict(re.findall(r"^#(\w+) = (.*)$",
                           table.describe("settings.conf"), re.M))


def setting(site, name):
    """A setting of a site, as text."""
    return str(site.settings.get(name, default_settings()[name]))


def cap(site, name):
    return int(setting(site, name))


# -- who does what --


def new_users(site, count):
    return [site.people.new() for _ in range(count)]


def done(reply):
    assert reply.ok, reply
    return reply


def like(user, video, action=LIKE):
    return done(user.ask("favorite_action", video_id=video,
                         action_type=action))


def unlike(user, video):
    return like(user, video, UNLIKE)


def post(user, video, text="nice"):
    return done(user.ask("comment_action", video_id=video, action_type=POST,
                         comment_text=text))["comment"]


def delete(user, video, comment):
    return user.ask("comment_action", video_id=video, action_type=DELETE,
                    comment_id=comment)


def follow(user, other, action=FOLLOW):
    return done(user.ask("relation_action", to_user_id=other.id,
                         action_type=action))


def unfollow(user, other):
    return follow(user, other, UNFOLLOW)


def befriend(user, other):
    follow(user, other)
    follow(other, user)


def friends(site):
    """Two new users who follow each other."""
    pair = new_users(site, 2)
    befriend(*pair)
    return pair


def send(user, other, text="hi"):
    return done(user.ask("message_action", to_user_id=other.id,
                         action_type=SEND, content=text))


def chat(user, other, cursor=None, **more):
    """The messages of a poll, or of the history."""
    if cursor is not None:
        more["pre_msg_time"] = cursor
    return done(user.ask("message_chat", to_user_id=other.id,
                         **more))["message_list"]


def texts(messages):
    return [message["content"] for message in messages]


def ids(objects):
    return [one["id"] for one in objects]


def as_others_see(video):
    """A video of one's own list without what only its author is told."""
    return {key: value for key, value in video.items()
            if key not in ("state", "reason")}


def counts_of(user):
    """A user's counts as they are shown: (likes, liked, follows, fans)."""
    me = user.me()
    return (me["favorite_count"], me["total_favorited"], me["follow_count"],
            me["follower_count"])


def now_ms():
    return int(time.time() * 1000)


# -- lists --


def pages(user, name, **parameters):
    """Follows next_before to the end; yields the answers."""
    before = None
    for _ in range(2000):
        if before is not None:
            parameters["before"] = before
        reply = done(user.ask(name, **parameters))
        yield reply
        before = reply["next_before"]
        if before == 0:
            return
    raise AssertionError("the walk does not end")


def members(reply):
    """The list that an answer carries."""
    return next(reply[answer.name] for answer in reply.row.answers
                if isinstance(reply[answer.name], list))


def walk(user, name, **parameters):
    """The ids of all pages, in order."""
    return [one["id"] for reply in pages(user, name, **parameters)
            for one in members(reply)]


# -- refusals --


@contextlib.contextmanager
def unchanged(site):
    """A context in which nothing in the database may change."""
    before = counts.dump(site)
    yield
    assert counts.dump(site) == before


def check_refused(site, user, name, error, detail=None, **parameters):
    """A call is refused with this error and changes nothing.

    Parameters that are None are left out.  That the answer carries the row's
    empty payload is looked at by client.Reply.
    """
    with unchanged(site):
        reply = user.ask(name, **{key: value for key, value
                                  in parameters.items() if value is not None})
        assert (reply.error, reply.detail) == (error, detail), reply


# -- rows that would take too long to make by calls --

numbers = itertools.count(1)


def make_users(site, count):
    """The ids of users who will never log in."""
    with site.writing() as db:
        return [db.execute(
            "INSERT INTO account (name, password_hash, create_ms) "
            "VALUES (?, '*', 1)",
            (f"made {next(numbers)}",)).lastrowid for _ in range(count)]


def make_videos(site, user_id, count):
    """The ids of videos that are newer than all others."""
    newest = site.value("SELECT coalesce(max(create_ms), 0) FROM video")
    start = max(newest, now_ms()) + 1
    return made.videos(site, user_id, range(start, start + count))


def make_video(site, user):
    return make_videos(site, user.id, 1)[0]


def make_likes(site, user_id, videos, ms):
    """A user likes these videos, the first one at ms, each 1 ms later."""
    with site.writing() as db:
        for i, video in enumerate(videos):
            db.execute("INSERT INTO favorite VALUES (?, ?, 1, ?)",
                       (user_id, video, ms + i))
            author = db.execute(
                "UPDATE video SET favorite_count = favorite_count + 1 "
                "WHERE id = ? RETURNING user_id", (video,)).fetchall()[0][0]
            db.execute("UPDATE account SET total_favorited = "
                       "total_favorited + 1 WHERE id = ?", (author,))
        db.execute("UPDATE account SET favorite_count = favorite_count + ? "
                   "WHERE id = ?", (len(videos), user_id))


def make_follows(site, pairs, ms):
    """Each of (who, whom) follows, the first at ms, each 1 ms later."""
    with site.writing() as db:
        for i, (who, whom) in enumerate(pairs):
            db.execute("INSERT INTO relation VALUES (?, ?, 1, ?)",
                       (who, whom, ms + i))
            db.execute("UPDATE account SET follow_count = follow_count + 1 "
                       "WHERE id = ?", (who,))
            db.execute("UPDATE account SET follower_count = "
                       "follower_count + 1 WHERE id = ?", (whom,))


def make_friends(site, user_id, others, ms):
    """A user and each of the others follow each other."""
    make_follows(site, [(user_id, other) for other in others], ms)
    make_follows(site, [(other, user_id) for other in others], ms)
    with site.writing() as db:
        for i, other in enumerate(others):
            for pair in ((user_id, other), (other, user_id)):
                db.execute("INSERT INTO contact (user_id, other_id, friend, "
                           "rank) VALUES (?, ?, 1, ?)", (*pair, ms + i))


def make_comments(site, user_id, video, times):
    """The ids of comments made at these times."""
    with site.writing() as db:
        db.execute("UPDATE video SET comment_count = comment_count + ? "
                   "WHERE id = ?", (len(times), video))
        return [db.execute(
            "INSERT INTO comment (video_id, user_id, content, create_ms) "
            "VALUES (?, ?, 'made', ?)", (video, user_id, ms)).lastrowid
            for ms in times]


def make_messages(site, messages):
    """Messages (sender, receiver, ms, text), in the order of time."""
    with site.writing() as db:
        for sender, receiver, ms, text in messages:
            pair = sorted((sender.id, receiver.id))
            message = db.execute(
                "INSERT INTO message (low_id, high_id, from_user_id, "
                "content, create_ms) VALUES (?, ?, ?, ?, ?)",
                (*pair, sender.id, text, ms)).lastrowid
            for side in (pair, pair[::-1]):
                # Never below another contact's, as the program does it.
                db.execute(
                    "INSERT INTO contact (user_id, other_id, friend, "
                    "message_id, rank) SELECT ?1, ?2, 0, ?3, max(?4, "
                    "coalesce(max(rank) + 1, 0)) FROM contact "
                    "WHERE user_id = ?1 ON CONFLICT DO UPDATE SET "
                    "message_id = excluded.message_id, rank = excluded.rank",
                    (*side, message, ms + 2 ** 52))
