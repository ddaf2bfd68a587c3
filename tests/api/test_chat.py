#!/usr/bin/python3
"""Polling a chat with the time of the last bubble (API.md E15, D8)."""

import itertools
import threading

import pytest

import client
import counts
from stories import cap, chat, friends, now_ms, send, setting, texts
from test_message import MINUTE, THEN, THEN_S, pair, poll, talk

__all__ = ["pair"]


@pytest.fixture
def echo(site):
    """The setting chat_echo: auto, literal or strict."""
    return setting(site, "chat_echo")


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
