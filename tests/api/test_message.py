#!/usr/bin/python3
"""Chat (API.md E15, E16, D3, D5, D8)."""

import itertools
import threading

import pytest

import client
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


@pytest.fixture
def echo(site):
    """The setting chat_echo: auto, literal or strict."""
    return setting(site, "chat_echo")


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


# -- the cursor: literal where it is a stored time, or in seconds --


def test_a_stored_time_gives_what_came_after_it(site, pair, echo):
    talk(site, pair, (0, THEN), (1, THEN + 1), (0, THEN + 2), (1, THEN + 3))
    own = [] if echo == "strict" else [2]
    assert poll(pair, THEN) == sorted([1, *own, 3])
    assert poll(pair, THEN + 1) == sorted([*own, 3])
    assert poll(pair, THEN + 2) == [3]
    assert poll(pair, THEN + 3) == []


def test_seconds_are_literal(site, pair, echo):
    """Own messages close behind it come too (D8)."""
    talk(site, pair, (0, THEN - 1), (1, THEN), (0, THEN + 1), (1, THEN + 2))
    own = [] if echo == "strict" else [2]
    assert poll(pair, THEN_S) == sorted([*own, 3])
    assert poll(pair, THEN_S - 1) == sorted(
        [*([] if echo == "strict" else [0]), 1, *own, 3])
    assert poll(pair, THEN_S + 1) == []


def test_from_1e11_on_numbers_are_milliseconds(site, pair):
    talk(site, pair, (1, THEN))
    assert poll(pair, 10 ** 11 - 1) == []
    assert poll(pair, 10 ** 11) == [0]


def test_a_cursor_may_be_written_as_a_float(site, pair):
    talk(site, pair, (1, THEN), (1, THEN + 1))
    for cursor in ("1.7e+12", "1.7e+09", "1700000000000.0", "1700000000"):
        assert poll(pair, cursor) == [1]


@pytest.mark.parametrize("cursor", (10 ** 15, 2 ** 53, 2 ** 63 - 1))
def test_a_cursor_beyond_all_times_is_past_everything(site, pair, cursor):
    talk(site, pair, (0, THEN), (1, THEN + 1))
    assert poll(pair, cursor) == []


# -- the cursor: a phone's clock --


@pytest.mark.parametrize("behind", (1, 30, 1500, 1999))
def test_a_clock_a_little_behind_brings_no_own_message_back(site, pair, echo,
                                                            behind):
    """The bubble was stamped before the message was stored."""
    talk(site, pair, (1, THEN - 5000), (0, THEN), (1, THEN + 1))
    literal = [1] if echo == "literal" else []
    assert poll(pair, THEN - behind) == [*literal, 2]


def test_a_clock_behind_hides_own_messages_of_two_seconds(site, pair, echo):
    talk(site, pair, (0, THEN + 2000), (0, THEN + 2001), (1, THEN + 2002))
    assert poll(pair, THEN) == {
        "auto": [1, 2], "literal": [0, 1, 2], "strict": [2]}[echo]


@pytest.mark.parametrize("behind", (1, 1999, 2001, 10 * MINUTE))
def test_a_clock_behind_loses_no_message_of_the_peer(site, pair, behind):
    talk(site, pair, (0, THEN), *[(1, THEN + i) for i in range(1, 6)])
    assert [place for place in poll(pair, THEN - behind) if place > 0] == \
        [1, 2, 3, 4, 5]


def test_the_peers_messages_close_to_the_cursor_come(site, pair):
    """The 2 s are for one's own alone."""
    talk(site, pair, (1, THEN), (0, THEN + 10), (1, THEN + 20),
         (1, THEN + 1999))
    assert [place for place in poll(pair, THEN + 5) if place != 1] == [2, 3]


def test_a_clock_ahead_still_brings_what_the_peer_answers(site, pair, echo):
    """All messages of the peer since one's own newest (D8)."""
    start = now_ms() - 30_000
    talk(site, pair, (1, start), (0, start + 1), (0, start + 10),
         (1, start + 20), (1, start + 30))
    expected = [3, 4] if echo == "auto" else []
    for ahead in (MINUTE, 2 * MINUTE - 5000):
        assert poll(pair, now_ms() + ahead) == expected


def test_a_clock_far_ahead_is_literal(site, pair):
    start = now_ms() - 30_000
    talk(site, pair, (0, start), (1, start + 1))
    assert poll(pair, now_ms() + 3 * MINUTE) == []


def test_a_clock_ahead_brings_no_own_message(site, pair):
    start = now_ms() - 30_000
    talk(site, pair, (1, start), (0, start + 1))
    assert poll(pair, now_ms() + MINUTE) == []


def test_ones_clock_says_nothing_of_the_others(site, pair, echo):
    """The peer polls with a stored time meanwhile."""
    talk(site, pair, (0, THEN), (1, THEN + 1), (0, THEN + 2))
    poll(pair, THEN + 1500)
    assert poll(pair, THEN, side=1) == ([2] if echo == "strict" else [1, 2])


def test_a_time_of_another_conversation_is_no_stored_time(site, pair, echo):
    third = friends(site)
    talk(site, third, (0, THEN))
    talk(site, pair, (0, THEN + 1), (1, THEN + 2))
    literal = [0] if echo == "literal" else []
    assert poll(pair, THEN) == [*literal, 1]


# -- polling --


def catch_up(user, other, cursor, **more):
    """Polls until there is nothing new; what came, and the last cursor."""
    came = []
    for _ in range(5000):
        messages = chat(user, other, cursor, **more)
        if not messages:
            return came, cursor
        assert len(messages) <= more.get("limit", 10 ** 6)
        came += messages
        cursor = messages[-1]["create_time"]
    raise AssertionError("the polls do not end")


@pytest.mark.parametrize("limit", ({}, {"limit": 1}, {"limit": 7}))
def test_polling_catches_up_and_loses_none(site, limit):
    """With a cursor the oldest ones after it come, up to the cap."""
    pair = friends(site)
    count = 20 if limit else 2 * cap(site, "message_list_max") + 3
    talk(site, pair, (0, THEN), *[(1, THEN + i) for i in range(1, count)])
    came, _ = catch_up(*pair, THEN, **limit)
    assert texts(came) == [str(i) for i in range(1, count)]


def test_polling_with_the_last_time_brings_nothing(pair):
    one, other = pair
    for user, peer in ((one, other), (other, one), (one, other)):
        send(user, peer)
    last = chat(one, other)[-1]["create_time"]
    for user, peer in ((one, other), (other, one)):
        assert chat(user, peer, last) == []


class Poller(threading.Thread):
    """Polls as the app does, until it is told that all has been sent."""

    def __init__(self, site, user, other):
        super().__init__()
        self.user, self.other = client.Client(site, user.token), other
        self.came = []
        self.all_sent = threading.Event()
        self.failure = None

    def run(self):
        cursor = 0
        try:
            while True:
                is_last = self.all_sent.is_set()
                came, cursor = catch_up(self.user, self.other, cursor)
                self.came += came
                if is_last:
                    return
        except BaseException as failure:
            self.failure = failure


def test_nothing_is_lost_or_repeated_while_both_sides_send(site, pair, echo):
    """Several phones of each side send at once, both sides poll."""
    pollers = [Poller(site, pair[side], pair[1 - side]) for side in (0, 1)]
    for poller in pollers:
        poller.start()
    try:
        client.at_once(*[
            lambda side=side, phone=phone: [
                send(client.Client(site, pair[side].token), pair[1 - side],
                     f"{side}.{phone}.{i}") for i in range(15)]
            for side, phone in itertools.product((0, 1), range(3))])
    finally:
        for poller in pollers:
            poller.all_sent.set()
            poller.join(client.TIMEOUT)
    stored = site.rows(
        "SELECT content, from_user_id, create_ms FROM message "
        "WHERE low_id = ? AND high_id = ? ORDER BY create_ms",
        *sorted(user.id for user in pair))
    assert len(stored) == 2 * 3 * 15
    for side, poller in enumerate(pollers):
        assert poller.failure is None
        expected = [row["content"] for row in stored
                    if echo != "strict" or row["from_user_id"]
                    != pair[side].id]
        came = texts(poller.came)
        if echo == "strict":
            # The first poll, the history, holds one's own.
            came = [text for text in came if not text.startswith(f"{side}.")]
        assert came == expected
    counts.check(site)


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
