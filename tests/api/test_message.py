#!/usr/bin/python3
"""Messages: sending, the history, who may (API.md E15, E16, D3, D5).

Polling is in test_chat.py.
"""

import pytest

import counts
from stories import (
    BAD_ACTIONS, BAD_IDS, BAD_TEXTS, GOOD_TEXTS, NOBODY, cap, chat,
    check_refused, done, follow, friends, ids, make_messages, new_users,
    now_ms, pages, send, setting, texts, unchanged, unfollow)

# 2023-11-14: a whole second, in ms and in s.
THEN_S = 1_700_000_000
THEN = THEN_S * 1000
MINUTE = 60_000


@pytest.fixture
def pair(site):
    return friends(site)


def talk(site, pair, *messages):
    """Messages of (side, ms): their texts are their places in the order."""
    make_messages(site, [(pair[side], pair[1 - side], ms, str(i))
                         for i, (side, ms) in enumerate(messages)])


def poll(pair, cursor, side=0):
    """What a side's poll brings, as places in the order."""
    return [int(text) for text in
            texts(chat(pair[side], pair[1 - side], cursor))]


# -- sending --


def test_a_message_stands_in_the_history_of_both(pair):
    one, other = pair
    before = now_ms()
    send(one, other, "hello")
    message, = chat(one, other)
    assert chat(other, one) == [message]
    assert (message["from_user_id"], message["to_user_id"],
            message["content"]) == (one.id, other.id, "hello")
    assert before <= message["create_time"] <= now_ms()


def test_an_answer_has_the_sides_changed(pair):
    one, other = pair
    send(one, other, "hello")
    send(other, one, "hi")
    for messages in (chat(one, other), chat(other, one)):
        assert [(message["from_user_id"], message["to_user_id"])
                for message in messages] == \
            [(one.id, other.id), (other.id, one.id)]


def test_the_history_ascends_strictly(pair):
    one, other = pair
    for i in range(10):
        send(*((one, other) if i % 3 else (other, one)), str(i))
    messages = chat(one, other)
    assert texts(messages) == [str(i) for i in range(10)]
    times = [message["create_time"] for message in messages]
    assert times == sorted(set(times))
    assert ids(messages) == sorted(set(ids(messages)))


def test_a_conversation_is_of_two(site, pair):
    one, other = pair
    third, = new_users(site, 1)
    for user in pair:
        follow(user, third)
        follow(third, user)
    send(one, third, "to the third")
    send(third, other, "from the third")
    send(one, other, "ours")
    assert texts(chat(one, other)) == texts(chat(other, one)) == ["ours"]
    assert texts(chat(third, one)) == ["to the third"]


@pytest.mark.parametrize("text", GOOD_TEXTS.values(), ids=GOOD_TEXTS)
def test_a_text_comes_back_as_it_was_given(pair, text):
    one, other = pair
    send(one, other, text)
    assert texts(chat(other, one)) == [text]


@pytest.mark.parametrize("letter", "a文😀")
def test_the_longest_text(site, pair, letter):
    one, other = pair
    longest = letter * cap(site, "message_max")
    parameters = {"to_user_id": other.id, "action_type": 1}
    done(one.ask("message_action", "form", content=longest, **parameters))
    assert texts(chat(other, one)) == [longest]
    with unchanged(site):
        reply = one.ask("message_action", "form", content=longest + letter,
                        **parameters)
        assert (reply.error, reply.detail) == ("PARAM_TOO_LONG", "content")


def test_content_may_come_twice(pair):
    """TestChat sends it so; the first counts (P4)."""
    one, other = pair
    done(one.ask("message_action", to_user_id=other.id, action_type=1,
                 content=["first", "second"]))
    assert texts(chat(one, other)) == ["first"]


def test_messages_in_one_millisecond_are_moved_on(site, pair):
    """The newest one's time lies ahead: all that is sent until then would
    share it, were it not moved on by 1."""
    one, other = pair
    ahead = now_ms() + MINUTE
    talk(site, pair, (0, ahead))
    for sender, receiver in ((one, other), (other, one), (one, other)):
        send(sender, receiver)
    assert [message["create_time"] for message in chat(one, other)] == \
        [ahead, ahead + 1, ahead + 2, ahead + 3]
    counts.check(site)


# -- who may --


@pytest.fixture(params=("strangers", "one follows", "the other follows",
                        "no more"))
def no_friends(request, site):
    one, other = new_users(site, 2)
    if request.param in ("one follows", "no more"):
        follow(one, other)
    if request.param in ("the other follows", "no more"):
        follow(other, one)
    if request.param == "no more":
        send(one, other, "0")
        unfollow(other, one)
    return one, other


def test_only_friends_chat_unless_the_setting_says_so(site, no_friends):
    one, other = no_friends
    if setting(site, "friends_only_chat") == "on":
        check_refused(site, one, "message_chat", "NOT_FRIENDS",
                      to_user_id=other.id)
        check_refused(site, one, "message_action", "NOT_FRIENDS",
                      to_user_id=other.id, action_type=1, content="hi")
    else:
        before = texts(chat(one, other))
        send(one, other, "hi")
        assert texts(chat(other, one)) == [*before, "hi"]


def test_a_friendship_that_comes_back_has_its_history(pair):
    one, other = pair
    send(one, other, "before")
    unfollow(one, other)
    follow(one, other)
    assert texts(chat(other, one)) == ["before"]


def test_without_a_token_the_setting_decides(site, pair):
    """A guest has no messages (D7)."""
    one, other = pair
    send(one, other)
    for token in (None, ""):
        for cursor in (0, 1, THEN, now_ms() + MINUTE):
            reply = site.people.guest().ask(
                "message_chat", to_user_id=other.id, pre_msg_time=cursor,
                token=token)
            if setting(site, "anonymous_reads") == "on":
                assert done(reply)["message_list"] == []
            else:
                assert reply.error == "TOKEN_MISSING"
    for name in ("message_chat", "message_action"):
        assert one.ask(name, to_user_id=other.id,
                       token="garbage").error == "TOKEN_INVALID"
    check_refused(site, site.people.guest(), "message_action",
                  "TOKEN_MISSING", to_user_id=other.id, action_type=1,
                  content="hi")


# -- the history --


def test_a_new_conversation_is_empty(pair):
    for cursor in (None, 0, 1, THEN_S, THEN, now_ms()):
        assert chat(*pair, cursor) == []


@pytest.mark.parametrize("cursor", ("", "0", "-1", "-1700000000000", "abc",
                                    "1.5", "9e99", str(2 ** 64)))
def test_no_cursor_is_the_history(site, pair, cursor):
    talk(site, pair, (0, THEN), (1, THEN + 1))
    assert poll(pair, cursor) == [0, 1]


@pytest.fixture(scope="module")
def long_talk(site):
    """A pair with one message more than a list may hold, 1 ms apart; the
    sides take turns."""
    pair = friends(site)
    count = cap(site, "message_list_max") + 1
    talk(site, pair, *[(i % 2, THEN + i) for i in range(count)])
    return pair, count


def test_the_history_holds_the_newest_up_to_the_cap(long_talk):
    pair, count = long_talk
    for more in ({}, {"limit": count}, {"limit": 0}, {"limit": "x"}):
        assert texts(chat(*pair, 0, **more)) == \
            [str(i) for i in range(1, count)]


def test_the_history_of_a_limit_is_the_newest_ascending(long_talk):
    pair, count = long_talk
    assert texts(chat(*pair, limit=3)) == \
        [str(i) for i in range(count - 3, count)]


def walk_back(pair, limit, meanwhile=lambda: None):
    """The texts of the whole history, page by page from its end."""
    seen = []
    for reply in pages(pair[0], "message_chat", to_user_id=pair[1].id,
                       limit=limit):
        seen = texts(reply["message_list"]) + seen
        meanwhile()
    return seen


@pytest.mark.parametrize("limit", (1, 7, 100))
def test_the_history_is_walked_backwards(site, long_talk, limit):
    pair, count = long_talk
    if limit == 1:
        pair, count = friends(site), 5
        talk(site, pair, *[(i % 2, THEN + i) for i in range(count)])
    assert walk_back(pair, limit) == [str(i) for i in range(count)]


def test_messages_during_a_walk_disturb_nothing(site, pair):
    talk(site, pair, *[(0, THEN + i) for i in range(5)])
    assert walk_back(pair, 2, lambda: send(pair[1], pair[0], "new")) == \
        list("01234")


# -- D3: the seed asks for the history by POST --


@pytest.mark.parametrize("how", ("query", "form", "both"))
def test_an_action_without_action_is_the_history(site, pair, how):
    talk(site, pair, (0, THEN), (1, THEN + 1), (0, THEN + 2))
    one, other = pair
    for more in ({}, {"pre_msg_time": 0}, {"pre_msg_time": THEN + 1},
                 {"action_type": "", "content": ""}):
        with unchanged(site):
            asked = done(one.ask("message_action", how, to_user_id=other.id,
                                 **more))
        polled = done(one.ask("message_chat", to_user_id=other.id, **more))
        assert (asked["message_list"], asked["next_before"]) == \
            (polled["message_list"], polled["next_before"])


def test_the_seeds_history_is_of_friends_too(site, no_friends):
    one, other = no_friends
    reply = one.ask("message_action", to_user_id=other.id)
    if setting(site, "friends_only_chat") == "on":
        assert reply.error == "NOT_FRIENDS"
    else:
        assert done(reply)["message_list"] == chat(one, other)


@pytest.mark.parametrize("more, missing", (
    ({"action_type": 1}, "content"), ({"content": "hi"}, "action_type")))
def test_half_an_action_is_refused(site, pair, more, missing):
    one, other = pair
    check_refused(site, one, "message_action", "PARAM_MISSING", missing,
                  to_user_id=other.id, **more)


# -- refusals --


@pytest.mark.parametrize("value, error", BAD_IDS.values(), ids=BAD_IDS)
def test_a_bad_user_id_is_refused(site, user, value, error):
    check_refused(site, user, "message_action", error, "to_user_id",
                  to_user_id=value, action_type=1, content="hi")
    check_refused(site, user, "message_action", error, "to_user_id",
                  to_user_id=value)
    check_refused(site, user, "message_chat", error, "to_user_id",
                  to_user_id=value)


@pytest.mark.parametrize("value, error", {
    **BAD_ACTIONS, "two": ("2", "PARAM_INVALID")}.values(),
    ids=[*BAD_ACTIONS, "two"])
def test_a_bad_action_is_refused(site, pair, value, error):
    one, other = pair
    check_refused(site, one, "message_action", error, "action_type",
                  to_user_id=other.id, action_type=value, content="hi")


@pytest.mark.parametrize("value, error", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_a_bad_text_is_refused(site, pair, value, error):
    one, other = pair
    check_refused(site, one, "message_action", error, "content",
                  to_user_id=other.id, action_type=1, content=value)


@pytest.mark.parametrize("user_id", (NOBODY, 2 ** 53 - 1))
def test_an_unknown_receiver_is_refused(site, user, user_id):
    check_refused(site, user, "message_action", "USER_UNKNOWN",
                  to_user_id=user_id, action_type=1, content="hi")


@pytest.mark.parametrize("user_id", (NOBODY, 2 ** 53 - 1))
def test_a_chat_with_nobody_is_of_no_friends(site, user, user_id):
    if setting(site, "friends_only_chat") == "on":
        check_refused(site, user, "message_chat", "NOT_FRIENDS",
                      to_user_id=user_id)
    else:
        assert done(user.ask("message_chat",
                             to_user_id=user_id))["message_list"] == []


def test_oneself_is_refused(site, user):
    check_refused(site, user, "message_action", "ONESELF",
                  to_user_id=user.id, action_type=1, content="hi")


def test_a_chat_with_oneself_is_empty(site, user):
    if setting(site, "friends_only_chat") == "on":
        check_refused(site, user, "message_chat", "NOT_FRIENDS",
                      to_user_id=user.id)
    else:
        assert chat(user, user) == []
