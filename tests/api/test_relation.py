#!/usr/bin/python3
"""Follows (API.md E11, E12, E13)."""

import pytest

import client
import counts
from stories import (
    BAD_ACTIONS, BAD_IDS, NOBODY, befriend, cap, check_refused, counts_of,
    done, follow, ids, make_follows, make_users, new_users, now_ms, pages,
    setting, unchanged, unfollow, walk)

LISTS = ("relation_follow_list", "relation_follower_list")


def follows(viewer, user):
    return done(viewer.ask("relation_follow_list",
                           user_id=user.id))["user_list"]


def followers(viewer, user):
    return done(viewer.ask("relation_follower_list",
                           user_id=user.id))["user_list"]


# -- counts --


def test_following_twice_counts_once_and_so_does_stopping(site):
    fan, star = new_users(site, 2)
    for action, count in ((follow, 1), (follow, 1), (unfollow, 0),
                          (unfollow, 0), (follow, 1)):
        action(fan, star)
        assert counts_of(fan) == (0, 0, count, 0)
        assert counts_of(star) == (0, 0, 0, count)
        assert ids(follows(fan, fan)) == [star.id] * count
        assert ids(followers(star, star)) == [fan.id] * count
        counts.check(site)


def test_repeating_changes_no_row(site):
    fan, star = new_users(site, 2)
    for action in (follow, unfollow):
        action(fan, star)
        with unchanged(site):
            action(fan, star)


def test_stopping_what_never_began_succeeds_without_a_row(site):
    fan, star = new_users(site, 2)
    with unchanged(site):
        unfollow(fan, star)


def test_each_side_follows_for_itself(site):
    one, other = new_users(site, 2)
    befriend(one, other)
    assert counts_of(one) == counts_of(other) == (0, 0, 1, 1)
    unfollow(one, other)
    assert (counts_of(one), counts_of(other)) == ((0, 0, 0, 1), (0, 0, 1, 0))
    counts.check(site)


def test_racing_follows_of_one_user_count_once(site):
    fan, star = new_users(site, 2)
    for action, count in ((follow, 1), (unfollow, 0)):
        client.at_once(*[
            lambda one=client.Client(site, fan.token): action(one, star)
            for _ in range(8)])
        assert (counts_of(fan)[2], counts_of(star)[3]) == (count, count)
    counts.check(site)


def test_racing_follows_of_many_all_count(site):
    star, *fans = new_users(site, 9)
    client.at_once(*[lambda fan=fan: follow(fan, star) for fan in fans])
    assert counts_of(star)[3] == 8
    assert sorted(ids(followers(star, star))) == sorted(
        fan.id for fan in fans)
    counts.check(site)


def test_both_sides_of_many_pairs_at_once(site):
    """Friendships that come and go from both sides at once."""
    one, other = new_users(site, 2)
    client.at_once(*[
        lambda a=client.Client(site, who.token), b=whom, action=action:
        action(a, b)
        for who, whom in ((one, other), (other, one))
        for action in (follow, unfollow, follow)])
    counts.check(site)


# -- lists --


def test_the_newest_follow_comes_first(site):
    fan, *stars = new_users(site, 4)
    for star in stars:
        follow(fan, star)
    assert ids(follows(fan, fan)) == [star.id for star in stars[::-1]]
    star, *fans = new_users(site, 4)
    for fan in fans:
        follow(fan, star)
    assert ids(followers(star, star)) == [fan.id for fan in fans[::-1]]


def test_a_follow_that_was_ended_and_begins_again_is_new(site):
    fan, one, other = new_users(site, 3)
    for action, star in ((follow, one), (follow, other), (unfollow, one),
                         (follow, one)):
        action(fan, star)
    assert ids(follows(fan, fan)) == [one.id, other.id]


def test_repeating_a_follow_moves_nothing(site):
    fan, one, other = new_users(site, 3)
    for star in (one, other, one):
        follow(fan, star)
    assert ids(follows(fan, fan)) == [other.id, one.id]


def test_ones_own_follows_are_all_flagged(site):
    fan, *stars = new_users(site, 4)
    for star in stars:
        follow(fan, star)
    assert all(star["is_follow"] for star in follows(fan, fan))


def test_followers_are_flagged_where_one_follows_back(site):
    star, one, other = new_users(site, 3)
    follow(one, star)
    follow(other, star)
    follow(star, one)
    assert {user["id"]: user["is_follow"] for user in
            followers(star, star)} == {one.id: True, other.id: False}


def test_flags_of_another_ones_lists_are_the_viewers(site):
    viewer, fan, one, other = new_users(site, 4)
    for star in (one, other):
        follow(fan, star)
    follow(viewer, one)
    follow(viewer, fan)
    assert {user["id"]: user["is_follow"] for user in
            follows(viewer, fan)} == {one.id: True, other.id: False}
    assert [user["is_follow"] for user in followers(viewer, other)] == [True]
    assert [user["is_follow"] for user in followers(other, one)] == \
        [False, False]


def test_a_listed_user_is_the_user_as_shown(site):
    fan, star = new_users(site, 2)
    follow(fan, star)
    assert follows(star, fan) == [star.me()]
    assert followers(fan, star) == [fan.me()]


@pytest.mark.parametrize("name", LISTS)
def test_the_list_of_a_new_or_unknown_user_is_empty(site, user, name):
    for user_id in (user.id, NOBODY, 2 ** 53 - 1):
        reply = done(user.ask(name, user_id=user_id))
        assert (reply["user_list"], reply["next_before"]) == ([], 0)


@pytest.mark.parametrize("name", LISTS)
def test_without_a_token_the_setting_decides(site, name):
    one, other = new_users(site, 2)
    befriend(one, other)
    for token in (None, ""):
        reply = site.people.guest().ask(name, user_id=one.id, token=token)
        if setting(site, "anonymous_reads") == "on":
            assert [(user["id"], user["is_follow"]) for user in
                    done(reply)["user_list"]] == [(other.id, False)]
        else:
            assert reply.error == "TOKEN_MISSING"
    assert one.ask(name, user_id=one.id,
                   token="garbage").error == "TOKEN_INVALID"


# -- pages --


@pytest.fixture(scope="module")
def popular(site):
    """Follows, and is followed by, one user more than a list may hold:
    (user, {list: ids, newest first})."""
    user, = new_users(site, 1)
    others = make_users(site, 2 * (cap(site, "user_list_max") + 1))
    half = len(others) // 2
    make_follows(site, [(user.id, other) for other in others[:half]],
                 now_ms() - half)
    make_follows(site, [(other, user.id) for other in others[half:]],
                 now_ms() - half)
    return user, dict(zip(LISTS, (others[:half][::-1], others[half:][::-1])))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_capped_and_says_how_to_go_on(popular, name):
    user, lists = popular
    for limit in ({}, {"limit": len(lists[name])}, {"limit": 0},
                  {"limit": "abc"}):
        first, second = pages(user, name, user_id=user.id, **limit)
        assert ids(first["user_list"]) == lists[name][:-1]
        assert ids(second["user_list"]) == lists[name][-1:]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("limit", (7, 250))
def test_pages_walk_through_everybody_once(popular, name, limit):
    user, lists = popular
    assert walk(user, name, user_id=user.id, limit=limit) == lists[name]


def test_follows_in_the_same_millisecond_have_an_order(site):
    """All until the newest one's time would share it, were they not moved on
    by 1, in the lists of both."""
    fan, first, *stars = new_users(site, 6)
    make_follows(site, [(fan.id, first.id)], now_ms() + 60_000)
    for star in stars:
        follow(fan, star)
    assert walk(fan, LISTS[0], user_id=fan.id, limit=1) == \
        [star.id for star in stars[::-1]] + [first.id]
    star, first, *fans = new_users(site, 6)
    make_follows(site, [(first.id, star.id)], now_ms() + 60_000)
    for fan in fans:
        follow(fan, star)
    assert walk(star, LISTS[1], user_id=star.id, limit=1) == \
        [fan.id for fan in fans[::-1]] + [first.id]


def test_two_lists_that_run_ahead_of_the_clock_meet(site):
    """One row stands in both lists, above all others of both."""
    fan, star, one, other = new_users(site, 4)
    make_follows(site, [(fan.id, one.id)], now_ms() + 60_000)
    make_follows(site, [(other.id, star.id)], now_ms() + 120_000)
    follow(fan, star)
    assert walk(fan, LISTS[0], user_id=fan.id, limit=1) == [star.id, one.id]
    assert walk(star, LISTS[1], user_id=star.id, limit=1) == \
        [fan.id, other.id]


def test_follows_during_a_walk_disturb_nothing(site):
    fan, *stars = new_users(site, 10)
    for star in stars[:5]:
        follow(fan, star)
    seen = []
    for new, reply in zip(stars[5:] + [None], pages(
            fan, LISTS[0], user_id=fan.id, limit=1)):
        seen += ids(reply["user_list"])
        if new:
            follow(fan, new)
    assert seen == [star.id for star in stars[4::-1]]


def test_ends_during_a_walk_lose_nothing_else(site):
    star, *fans = new_users(site, 7)
    for fan in fans:
        follow(fan, star)
    seen = []
    for reply in pages(star, LISTS[1], user_id=star.id, limit=2):
        seen += ids(reply["user_list"])
        unfollow(next(fan for fan in fans if fan.id == seen[-1]), star)
    assert seen == [fan.id for fan in fans[::-1]]


# -- refusals --


@pytest.mark.parametrize("value, error", BAD_IDS.values(), ids=BAD_IDS)
def test_a_bad_user_id_is_refused(site, user, value, error):
    check_refused(site, user, "relation_action", error, "to_user_id",
                  to_user_id=value, action_type=1)
    for name in LISTS:
        check_refused(site, user, name, error, "user_id", user_id=value)


@pytest.mark.parametrize("value, error", BAD_ACTIONS.values(),
                         ids=BAD_ACTIONS)
def test_a_bad_action_is_refused(site, user, value, error):
    other, = new_users(site, 1)
    check_refused(site, user, "relation_action", error, "action_type",
                  to_user_id=other.id, action_type=value)


@pytest.mark.parametrize("action", (1, 2))
@pytest.mark.parametrize("user_id", (NOBODY, 2 ** 53 - 1))
def test_an_unknown_user_is_refused(site, user, action, user_id):
    check_refused(site, user, "relation_action", "USER_UNKNOWN",
                  to_user_id=user_id, action_type=action)


@pytest.mark.parametrize("action", (1, 2))
def test_oneself_is_refused(site, user, action):
    check_refused(site, user, "relation_action", "ONESELF",
                  to_user_id=user.id, action_type=action)


@pytest.mark.parametrize("form", ("{}e+00", "{}.0", " {} ", "+{}"))
def test_a_user_id_may_be_written_as_a_float(site, form):
    fan, star = new_users(site, 2)
    done(fan.ask("relation_action", to_user_id=form.format(star.id),
                 action_type="1e+00"))
    assert ids(follows(fan, fan)) == [star.id]
