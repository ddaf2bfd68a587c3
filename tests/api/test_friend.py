#!/usr/bin/python3
"""Friends (API.md E14)."""

import pytest

import client
import counts
from stories import (
    BAD_IDS, NOBODY, befriend, cap, check_refused, done, follow, friends, ids,
    make_friends, make_messages, make_users, new_users, now_ms, pages, send,
    setting, unfollow, walk)


def list_of(viewer, user=None, **more):
    return done(viewer.ask("friend_list", user_id=(user or viewer).id,
                           **more))["user_list"]


def preview(site, friend):
    """(text, direction), under the keys that the setting says."""
    keys = {"msgType": ["msgType"], "msg_type": ["msg_type"],
            "both": ["msgType", "msg_type"]}[setting(site, "friend_msg_key")]
    assert [key for key in ("msgType", "msg_type") if key in friend] == keys
    directions = {friend[key] for key in keys}
    assert len(directions) == 1
    return friend["message"], directions.pop()


def preview_of(site, viewer, friend, user=None):
    """What a viewer sees of a friend in a list."""
    return preview(site, next(one for one in list_of(viewer, user)
                              if one["id"] == friend.id))


# -- who is a friend --


def test_friends_follow_each_other(site):
    one, other = new_users(site, 2)
    follow(one, other)
    assert list_of(one) == list_of(other) == []
    follow(other, one)
    assert ids(list_of(one)) == [other.id]
    assert ids(list_of(other)) == [one.id]


@pytest.mark.parametrize("ender", (0, 1))
def test_either_side_ends_a_friendship_for_both(site, ender):
    pair = friends(site)
    unfollow(pair[ender], pair[1 - ender])
    assert list_of(pair[0]) == list_of(pair[1]) == []
    follow(pair[ender], pair[1 - ender])
    assert [ids(list_of(user)) for user in pair] == \
        [[pair[1].id], [pair[0].id]]
    counts.check(site)


def test_friends_of_friends_are_none(site):
    one, other, third = new_users(site, 3)
    befriend(one, other)
    befriend(other, third)
    assert ids(list_of(one)) == [other.id]
    assert ids(list_of(other)) == [third.id, one.id]


def test_racing_follows_make_one_friendship(site):
    for _ in range(5):
        one, other = new_users(site, 2)
        client.at_once(lambda: follow(one, other), lambda: follow(other, one))
        assert ids(list_of(one)) == [other.id]
        assert ids(list_of(other)) == [one.id]
    counts.check(site)


def test_a_friend_is_the_user_as_shown(site):
    one, other = friends(site)
    friend = list_of(one)[0]
    shown = {key: friend[key] for key in other.me()}
    assert shown == {**other.me(), "is_follow": True}


def test_flags_in_another_ones_list_are_the_viewers(site):
    viewer, user, one, other = new_users(site, 4)
    befriend(user, one)
    befriend(user, other)
    follow(viewer, one)
    assert [(friend["id"], friend["is_follow"])
            for friend in list_of(viewer, user)] == \
        [(other.id, False), (one.id, True)]


# -- the preview --


def test_without_a_message_the_preview_is_empty(site):
    one, other = friends(site)
    assert preview_of(site, one, other) == ("", 0)


def test_the_preview_is_the_newest_message_from_both_sides(site):
    one, other = friends(site)
    for sender, text in ((one, "first"), (other, "second"), (other, "third"),
                         (one, "last")):
        send(sender, one if sender is other else other, text)
        assert preview_of(site, one, other) == (text, int(sender is one))
        assert preview_of(site, other, one) == (text, int(sender is other))


def test_many_messages_in_one_moment_have_a_newest(site):
    one, other = friends(site)
    client.at_once(*[
        lambda a=client.Client(site, who.token), b=whom, text=str(i):
        send(a, b, text)
        for i in range(4) for who, whom in ((one, other), (other, one))])
    newest = site.rows(
        "SELECT content, from_user_id FROM message WHERE low_id = ? "
        "ORDER BY create_ms DESC LIMIT 1", one.id)[0]
    for viewer, friend in ((one, other), (other, one)):
        assert preview_of(site, viewer, friend) == \
            (newest[0], int(newest[1] == viewer.id))
    counts.check(site)


def test_a_preview_is_never_of_somebody_elses_messages(site):
    """Neither in one's own list nor in another's."""
    viewer, user, friend = new_users(site, 3)
    befriend(user, friend)
    befriend(viewer, user)
    befriend(viewer, friend)
    send(user, friend, "a secret")
    send(friend, user, "another secret")
    assert preview_of(site, viewer, user) == ("", 0)
    assert preview_of(site, viewer, friend) == ("", 0)
    assert preview_of(site, viewer, friend, user) == ("", 0)
    assert preview_of(site, viewer, viewer, user) == ("", 0)
    send(viewer, friend, "mine")
    assert preview_of(site, viewer, friend, user) == ("mine", 1)
    assert preview_of(site, user, friend) == ("another secret", 0)


def test_a_stranger_sees_no_preview(site):
    one, other = friends(site)
    send(one, other, "a secret")
    stranger, = new_users(site, 1)
    for user, friend in ((one, other), (other, one)):
        assert preview_of(site, stranger, friend, user) == ("", 0)


def test_a_friendship_that_comes_back_has_its_messages(site):
    one, other = friends(site)
    send(one, other, "before")
    unfollow(one, other)
    follow(one, other)
    assert preview_of(site, one, other) == ("before", 1)
    assert preview_of(site, other, one) == ("before", 0)


# -- the order --


def test_the_newest_message_comes_first_then_the_newest_friendship(site):
    one, *others = new_users(site, 6)
    for other in others:
        befriend(one, other)
    order = [other.id for other in others[::-1]]
    assert ids(list_of(one)) == order
    for sender, receiver in ((one, others[0]), (others[2], one),
                             (one, others[0]), (others[4], one)):
        send(sender, receiver)
        top = receiver.id if sender is one else sender.id
        order.remove(top)
        order.insert(0, top)
        assert ids(list_of(one)) == order


def test_a_new_friendship_stays_below_those_with_messages(site):
    one, first, second = new_users(site, 3)
    befriend(one, first)
    send(first, one)
    befriend(one, second)
    assert ids(list_of(one)) == [first.id, second.id]


def test_a_friendship_that_comes_back_has_the_place_of_its_messages(site):
    one, first, second, third = new_users(site, 4)
    befriend(one, first)
    send(first, one)
    befriend(one, second)
    unfollow(first, one)
    assert ids(list_of(one)) == [second.id]
    follow(first, one)
    befriend(one, third)
    assert ids(list_of(one)) == [first.id, third.id, second.id]


def test_a_message_to_no_friend_counts_once_they_are(site):
    """Where the setting lets strangers chat."""
    one, other, third = new_users(site, 3)
    if setting(site, "friends_only_chat") == "off":
        send(one, other, "early")
        assert list_of(one) == []
    befriend(one, other)
    befriend(one, third)
    if setting(site, "friends_only_chat") == "off":
        assert ids(list_of(one)) == [other.id, third.id]
        assert preview_of(site, other, one) == ("early", 0)
    else:
        assert ids(list_of(one)) == [third.id, other.id]


def test_messages_of_others_move_nothing(site):
    one, first, second = new_users(site, 3)
    for other in (first, second):
        befriend(one, other)
    befriend(first, second)
    send(first, second)
    assert ids(list_of(one)) == [second.id, first.id]


# -- pages --


@pytest.fixture(scope="module")
def much_befriended(site):
    """Has one friend more than a list may hold: (user, ids)."""
    user, = new_users(site, 1)
    others = make_users(site, cap(site, "user_list_max") + 1)
    make_friends(site, user.id, others, now_ms() - len(others))
    return user, others[::-1]


def test_a_list_is_capped_and_says_how_to_go_on(much_befriended):
    user, others = much_befriended
    for limit in ({}, {"limit": len(others)}, {"limit": 0}):
        first, second = pages(user, "friend_list", user_id=user.id, **limit)
        assert ids(first["user_list"]) == others[:-1]
        assert ids(second["user_list"]) == others[-1:]


@pytest.mark.parametrize("limit", (7, 250))
def test_pages_walk_through_every_friend_once(much_befriended, limit):
    user, others = much_befriended
    assert walk(user, "friend_list", user_id=user.id, limit=limit) == others


def test_friends_in_the_same_millisecond_have_an_order(site):
    """All until the newest one's time would share it, were they not moved on
    by 1: friendships first, then messages."""
    one, first, *others = new_users(site, 6)
    make_friends(site, one.id, [first.id], now_ms() + 60_000)
    for other in others:
        befriend(one, other)
    order = [other.id for other in others[::-1]] + [first.id]
    assert walk(one, "friend_list", user_id=one.id, limit=1) == order
    make_messages(site, [(one, others[0], now_ms() + 60_000, "ahead")])
    for other in others[1:]:
        send(other, one)
    assert walk(one, "friend_list", user_id=one.id, limit=1) == order


def test_a_walk_through_both_halves_repeats_nobody(site):
    one, *others = new_users(site, 7)
    for other in others:
        befriend(one, other)
    for other in others[:3]:
        send(one, other)
    order = [other.id for other in (*others[2::-1], *others[:2:-1])]
    for limit in (1, 2, 3, 4, 5):
        assert walk(one, "friend_list", user_id=one.id, limit=limit) == order


def test_friends_during_a_walk_disturb_nothing(site):
    one, *others = new_users(site, 8)
    for other in others[:4]:
        befriend(one, other)
    seen = []
    for new, reply in zip([*others[4:], None], pages(
            one, "friend_list", user_id=one.id, limit=1)):
        seen += ids(reply["user_list"])
        if new:
            befriend(one, new)
    assert seen == [other.id for other in others[3::-1]]


# -- refusals, guests, nobody --


def test_the_list_of_a_new_or_unknown_user_is_empty(site, user):
    for user_id in (user.id, NOBODY, 2 ** 53 - 1):
        reply = done(user.ask("friend_list", user_id=user_id))
        assert (reply["user_list"], reply["next_before"]) == ([], 0)


def test_without_a_token_the_setting_decides(site):
    """A guest has no friends to see (D7)."""
    one, other = friends(site)
    send(one, other)
    for token in (None, ""):
        reply = site.people.guest().ask("friend_list", user_id=one.id,
                                        token=token)
        if setting(site, "anonymous_reads") == "on":
            assert done(reply)["user_list"] == []
        else:
            assert reply.error == "TOKEN_MISSING"
    assert one.ask("friend_list", user_id=one.id,
                   token="garbage").error == "TOKEN_INVALID"


@pytest.mark.parametrize("value, error", BAD_IDS.values(), ids=BAD_IDS)
def test_a_list_of_a_bad_user_id_is_refused(site, user, value, error):
    check_refused(site, user, "friend_list", error, "user_id", user_id=value)
