#!/usr/bin/python3
"""The walks of the seven official tests, and those of the app (API.md Q21).

The requests have the form of theirs: every parameter in the query and in the
form at once, bodies on GET, `content` twice, and ids from float64, so that a
million is 1e+06.  All walks run three times on the same database, once of them
with ids of seven digits.
"""

import itertools
from urllib.parse import urlencode

import pytest

import client
import counts
import multipart
import stories
import table
from stories import done, ids, setting, texts

USER_A, USER_B = "douyinTestUserA", "douyinTestUserB"
RUNS = ("once", "again", "ids of seven digits")
MILLION = 1_000_000

numbers = itertools.count(1)


def as_go_prints(number):
    """A float64 as Go's fmt.Sprint writes it."""
    digits = str(int(number))
    if len(digits) <= 6:
        return digits
    fraction = digits[1:].rstrip("0")
    return f"{digits[0]}{'.' if fraction else ''}{fraction}" \
        f"e+{len(digits) - 1:02}"


@pytest.mark.parametrize("number, text", (
    (1, "1"), (999_999, "999999"), (1_000_000, "1e+06"),
    (1_000_001, "1.000001e+06"), (1_234_560, "1.23456e+06"),
    (12_000_000, "1.2e+07")))
def test_a_float_as_go_prints_it(number, text):
    assert as_go_prints(number) == text


def expect(site, path, query=(), form=(), status=200, **parts):
    """One request as the official tests make it; the JSON object.

    query and form are lists of pairs; pairs of `both` stand in either.
    """
    row = next(row for row in table.rows() if row.path == path)
    headers, body = {}, None
    if parts:
        headers["Content-Type"], body = multipart.encode([
            multipart.Part("data", parts["data"], "bear.mp4",
                           "application/octet-stream"),
            *(multipart.text(*pair) for pair in form)])
    elif form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(sorted(form))
    reply = site.people.guest().send(
        row, urlencode(sorted(query)), body, headers)
    assert reply.status == status, reply
    return reply


def both(site, path, *pairs):
    """All parameters in the query and in the form; a success."""
    return done(expect(site, path, pairs, pairs))


def pair_of(name):
    return [("username", name), ("password", name)]


def log_in(site, name):
    """Registers; who exists already has an empty token and logs in."""
    strict = setting(site, "http_status") == "strict"
    exists = site.rows("SELECT 1 FROM account WHERE name = ?", name)
    reply = expect(site, "/douyin/user/register/", pair_of(name),
                   pair_of(name), 409 if strict and exists else 200)
    assert isinstance(reply["token"], str)
    if not reply["token"]:
        reply = both(site, "/douyin/user/login/", *pair_of(name))
    site.people.remember(reply)
    return reply["user_id"], reply["token"]


@pytest.fixture(scope="module", params=RUNS)
def run(request, site, clip):
    """What must hold before: both users are there, B follows A, and the feed
    is not empty."""
    (a, _), (_, token_b) = log_in(site, USER_A), log_in(site, USER_B)
    both(site, "/douyin/relation/action/", ("token", token_b),
         ("to_user_id", a), ("action_type", 1))
    if request.param == RUNS[-1]:
        with site.writing() as db:
            for name in ("video", "comment"):
                newest = db.execute("DELETE FROM sqlite_sequence WHERE "
                                    "name = ? RETURNING seq",
                                    (name,)).fetchall() or [(0,)]
                db.execute("INSERT INTO sqlite_sequence (name, seq) "
                           "VALUES (?, ?)",
                           (name, max(MILLION - 1, newest[0][0])))
    author = site.people.new("author")
    done(author.publish(clip))
    return request.param


def check_video(video):
    assert video["id"] > 0
    assert video["author"]["id"] > 0
    assert video["play_url"] and video["cover_url"]


def first_video(site, run):
    """Its id, as a float64 is printed."""
    number = done(expect(site, "/douyin/feed/"))["video_list"][0]["id"]
    if run == RUNS[-1]:
        assert number >= MILLION
    return as_go_prints(number)


# -- the seven --


def test_feed(site, run):
    reply = done(expect(site, "/douyin/feed/"))
    assert reply["video_list"]
    for video in reply["video_list"]:
        check_video(video)


def test_user_action(site, run):
    name = f"douyin{next(numbers)}"
    registered = both(site, "/douyin/user/register/", *pair_of(name))
    logged_in = both(site, "/douyin/user/login/", *pair_of(name))
    for reply in (registered, logged_in):
        site.people.remember(reply)
        assert reply["user_id"] > 0 and reply["token"]
    reply = done(expect(site, "/douyin/user/",
                        [("token", logged_in["token"])]))
    assert (reply["user"]["id"], reply["user"]["name"]) == \
        (registered["user_id"], name)


def test_publish(site, run, clip):
    user, token = log_in(site, USER_A)
    done(expect(site, "/douyin/publish/action/", data=clip,
                form=[("token", token), ("title", "Bear")]))
    reply = done(expect(site, "/douyin/publish/list/",
                        [("user_id", user), ("token", token)]))
    assert reply["video_list"][0]["title"] == "Bear"
    for video in reply["video_list"]:
        check_video(video)


def test_favorite(site, run):
    """Run again on the same database it likes what it likes already."""
    video = first_video(site, run)
    user, token = log_in(site, USER_A)
    for _ in range(2):
        both(site, "/douyin/favorite/action/", ("token", token),
             ("video_id", video), ("action_type", 1))
    reply = both(site, "/douyin/favorite/list/", ("token", token),
                 ("user_id", user))
    assert float(video) in ids(reply["video_list"])
    for one in reply["video_list"]:
        check_video(one)
        assert one["is_favorite"]


def test_comment(site, run):
    video = first_video(site, run)
    _, token = log_in(site, USER_A)
    comment = both(site, "/douyin/comment/action/", ("token", token),
                   ("video_id", video), ("action_type", 1),
                   ("comment_text", "测试评论"))["comment"]
    assert comment["id"] >= (MILLION if run == RUNS[-1] else 1)
    where = ("token", token), ("video_id", video)
    listed = both(site, "/douyin/comment/list/", *where)["comment_list"]
    assert comment in listed
    for one in listed:
        assert one["id"] and one["user"] and one["content"]
        assert one["create_date"]
    both(site, "/douyin/comment/action/", *where, ("action_type", 2),
         ("comment_id", as_go_prints(comment["id"])))
    listed = both(site, "/douyin/comment/list/", *where)["comment_list"]
    assert comment["id"] not in ids(listed)


def test_relation(site, run):
    (a, token_a), (b, token_b) = log_in(site, USER_A), log_in(site, USER_B)
    for _ in range(2):
        both(site, "/douyin/relation/action/", ("token", token_a),
             ("to_user_id", b), ("action_type", 1))
    follows = both(site, "/douyin/relation/follow/list/", ("token", token_a),
                   ("user_id", a))
    assert b in ids(follows["user_list"])
    followers = both(site, "/douyin/relation/follower/list/",
                     ("token", token_b), ("user_id", b))
    assert a in ids(followers["user_list"])


def test_chat(site, run):
    """`content` stands twice in the query and not in the form."""
    (a, token_a), (b, token_b) = log_in(site, USER_A), log_in(site, USER_B)
    before = site.value("SELECT count(*) FROM message")
    for token, other, text in ((token_a, b, "Send to UserB"),
                               (token_b, a, "Send to UserA")):
        pairs = [("token", token), ("to_user_id", other), ("action_type", 1)]
        done(expect(site, "/douyin/message/action/",
                    pairs + [("content", text)] * 2, pairs))
    assert site.value("SELECT count(*) FROM message") == before + 2
    for token, other in ((token_a, b), (token_b, a)):
        messages = both(site, "/douyin/message/chat/", ("token", token),
                        ("to_user_id", other))["message_list"]
        assert texts(messages)[-2:] == ["Send to UserB", "Send to UserA"]


def test_the_walks_leave_every_count_right(site, run):
    counts.check(site)


# -- the app --


@pytest.fixture
def phone(site, clip):
    """Somebody with a friend who has published, and a stranger who has."""
    user, friend, stranger = stories.new_users(site, 3)
    stories.befriend(user, friend)
    for author in (friend, stranger):
        done(author.publish(clip))
    user.friend, user.stranger = friend, stranger
    return user


def fetch(site, url):
    """Gets a URL of an answer here, wherever public_url says it lies."""
    prefix = setting(site, "public_url") or site.base
    assert url.startswith(prefix + "/")
    return site.people.guest().fetch(url[len(prefix):], Range="bytes=0-9")


def test_before_log_in_the_app_sees_the_feed_and_no_lists(site, phone):
    """Logged out it still calls everything, with `token=` (Q14)."""
    guest = site.people.guest()
    reply = done(guest.ask("video_feed", latest_time=0, token=""))
    for video in reply["video_list"][:2]:
        assert not video["is_favorite"] and not video["author"]["is_follow"]
        for url in (video["play_url"], video["cover_url"],
                    video["author"]["avatar"],
                    video["author"]["background_image"]):
            assert fetch(site, url).status_code == 206
    for row in table.rows():
        if row.login != "reader":
            continue
        reply = guest.ask(row.name, token="", **{
            parameter.name: phone.id if "user" in parameter.name
            else video["id"] for parameter in row.parameters
            if parameter.need == "needed"})
        if setting(site, "anonymous_reads") == "off":
            assert reply.error == "TOKEN_MISSING"
            assert stories.members(reply) == []
        else:
            done(reply)


def test_after_log_in_the_app_asks_who_it_is_and_the_feed_goes_on(phone):
    """Old builds send user_id 0 (Q8)."""
    assert phone.ask("user_show", user_id=0).body == \
        phone.ask("user_show", user_id=phone.id).body
    first = done(phone.feed(latest_time=0))
    more = done(phone.feed(latest_time=first["next_time"]))
    assert not set(ids(first["video_list"])) & set(ids(more["video_list"]))
    head = next(video["author"] for reply in (first, more)
                for video in reply["video_list"]
                if video["author"]["id"] == phone.friend.id)
    assert head == {**phone.friend.me(), "is_follow": True}


def test_the_profile(phone, clip):
    done(phone.publish(clip, title="mine"))
    mine, = phone.videos()["video_list"]
    stories.like(phone, mine["id"])
    liked, = done(phone.ask("favorite_list", user_id=phone.id))["video_list"]
    assert liked["id"] == mine["id"] and liked["is_favorite"]
    assert liked == stories.as_others_see(phone.videos()["video_list"][0])
    me = phone.me()
    assert (me["work_count"], me["favorite_count"],
            me["total_favorited"]) == (1, 1, 1)


def test_the_comment_sheet(phone):
    video = phone.friend.videos()["video_list"][0]["id"]

    def sheet():
        return done(phone.ask("comment_list",
                              video_id=video))["comment_list"]

    assert sheet() == []
    comment = stories.post(phone, video, "好看！")
    assert sheet() == [comment]
    assert phone.friend.videos()["video_list"][0]["comment_count"] == 1
    done(stories.delete(phone, video, comment["id"]))
    assert sheet() == []
    assert phone.friend.videos()["video_list"][0]["comment_count"] == 0


def test_a_tap_on_an_avatar(phone):
    stranger = phone.stranger
    theirs, = phone.videos(stranger.id)["video_list"]
    assert not theirs["author"]["is_follow"]
    assert done(phone.ask("favorite_list",
                          user_id=stranger.id))["video_list"] == []
    # The app repeats what already holds (Q13).
    for _ in range(2):
        stories.follow(phone, stranger)
        stories.like(phone, theirs["id"])
    theirs, = phone.videos(stranger.id)["video_list"]
    assert theirs["author"]["is_follow"] and theirs["is_favorite"]
    assert theirs["favorite_count"] == theirs["author"]["follower_count"] == 1


def test_the_message_tab(site, phone):
    stories.send(phone.friend, phone, "看到我的视频了吗")
    friend, = done(phone.ask("friend_list",
                             user_id=phone.id))["user_list"]
    assert (friend["id"], friend["message"]) == \
        (phone.friend.id, "看到我的视频了吗")
    message, = stories.chat(phone, phone.friend)
    assert message["from_user_id"] == phone.friend.id


class Screen:
    """The chat page: bubbles; the last one's time is the next cursor."""

    def __init__(self, user, other):
        self.user, self.other = user, other
        self.bubbles, self.cursor = [], 0

    def poll(self):
        for message in stories.chat(self.user, self.other, self.cursor):
            self.bubbles.append(message["content"])
            self.cursor = message["create_time"]

    def stamp(self, text, ms):
        """What the phone sends is stamped by the phone."""
        self.bubbles.append(text)
        self.cursor = ms


@pytest.mark.parametrize("behind", (1999, 500, 1))
def test_a_clock_behind_shows_every_message_once(site, phone, behind):
    """Turns of 10 s; the phone's stamp is a little earlier than ours (Q5)."""
    screen = Screen(phone, phone.friend)
    clock = itertools.count(1_700_000_000_000, 10_000)
    told = []
    for turn in range(4):
        stories.make_messages(site, [(phone.friend, phone, next(clock),
                                      f"theirs {turn}")])
        screen.poll()
        screen.poll()
        ms = next(clock)
        stories.make_messages(site, [(phone, phone.friend, ms,
                                      f"mine {turn}")])
        screen.stamp(f"mine {turn}", ms - behind)
        screen.poll()
        screen.poll()
        again = setting(site, "chat_echo") == "literal"
        told += [f"theirs {turn}"] + [f"mine {turn}"] * (1 + again)
    assert screen.bubbles == told


@pytest.mark.parametrize("ahead", (10_000, 60_000, 110_000))
def test_a_clock_ahead_shows_every_message_once(site, phone, ahead):
    """Only `auto` helps it: for the others nothing new has come yet."""
    screen = Screen(phone, phone.friend)
    told = []
    for turn in range(4):
        stories.send(phone.friend, phone, f"theirs {turn}")
        screen.poll()
        screen.poll()
        screen.stamp(f"mine {turn}", stories.now_ms() + ahead)
        stories.send(phone, phone.friend, f"mine {turn}")
        screen.poll()
        screen.poll()
        if turn == 0 or setting(site, "chat_echo") == "auto":
            told.append(f"theirs {turn}")
        told.append(f"mine {turn}")
    assert screen.bubbles == told
