#!/usr/bin/python3
"""Likes (API.md E7, E8)."""

import pytest

import client
import counts
from stories import (
    BAD_ACTIONS, BAD_IDS, NOBODY, cap, check_refused, counts_of, done, ids,
    like, make_likes, make_video, make_videos, new_users, now_ms, pages,
    setting, unchanged, unlike, walk)


def likes_of_video(viewer, video, author):
    """A video's count and the viewer's flag, as the list shows them."""
    one = next(one for one in viewer.videos(author.id)["video_list"]
               if one["id"] == video)
    return one["favorite_count"], one["is_favorite"]


def list_of(viewer, user, **more):
    return done(viewer.ask("favorite_list", user_id=user.id,
                           **more))["video_list"]


# -- counts --


def test_liking_twice_counts_once_and_so_does_taking_it_back(site):
    fan, author = new_users(site, 2)
    video = make_video(site, author)
    for action, count in ((like, 1), (like, 1), (unlike, 0), (unlike, 0),
                          (like, 1)):
        action(fan, video)
        assert likes_of_video(fan, video, author) == (count, count == 1)
        assert counts_of(fan) == (count, 0, 0, 0)
        assert counts_of(author) == (0, count, 0, 0)
        counts.check(site)


def test_repeating_changes_no_row(site):
    fan, author = new_users(site, 2)
    video = make_video(site, author)
    for action in (like, unlike):
        action(fan, video)
        with unchanged(site):
            action(fan, video)


def test_taking_back_what_was_never_given_succeeds_without_a_row(site):
    fan, author = new_users(site, 2)
    video = make_video(site, author)
    with unchanged(site):
        unlike(fan, video)


def test_one_may_like_ones_own_video(site):
    author, = new_users(site, 1)
    video = make_video(site, author)
    like(author, video)
    assert counts_of(author) == (1, 1, 0, 0)
    unlike(author, video)
    assert counts_of(author) == (0, 0, 0, 0)


def test_each_fan_counts_once(site):
    author, *fans = new_users(site, 5)
    video = make_video(site, author)
    for number, fan in enumerate(fans, 1):
        like(fan, video)
        assert likes_of_video(author, video, author) == (number, False)
    unlike(fans[0], video)
    assert counts_of(author)[1] == 3
    counts.check(site)


def test_racing_likes_of_one_user_count_once(site):
    fan, author = new_users(site, 2)
    video = make_video(site, author)
    for action, count in ((like, 1), (unlike, 0)):
        client.at_once(*[
            lambda one=client.Client(site, fan.token): action(one, video)
            for _ in range(8)])
        assert (counts_of(fan)[0], counts_of(author)[1]) == (count, count)
    counts.check(site)


def test_racing_likes_of_many_users_all_count(site):
    author, *fans = new_users(site, 9)
    video = make_video(site, author)
    client.at_once(*[lambda fan=fan: like(fan, video) for fan in fans])
    assert counts_of(author)[1] == 8
    counts.check(site)


# -- the list --


def test_the_newest_like_comes_first(site):
    fan, author = new_users(site, 2)
    videos = make_videos(site, author.id, 4)
    order = [videos[i] for i in (2, 0, 3, 1)]
    for video in order:
        like(fan, video)
    assert ids(list_of(fan, fan)) == order[::-1]


def test_a_like_that_is_taken_back_and_given_again_is_new(site):
    fan, author = new_users(site, 2)
    first, second = make_videos(site, author.id, 2)
    like(fan, first)
    like(fan, second)
    unlike(fan, first)
    assert ids(list_of(fan, fan)) == [second]
    like(fan, first)
    assert ids(list_of(fan, fan)) == [first, second]


def test_repeating_a_like_moves_nothing(site):
    fan, author = new_users(site, 2)
    first, second = make_videos(site, author.id, 2)
    for video in (first, second, first):
        like(fan, video)
    assert ids(list_of(fan, fan)) == [second, first]


def test_ones_own_list_is_all_flagged(site):
    fan, author = new_users(site, 2)
    for video in make_videos(site, author.id, 3):
        like(fan, video)
    videos = list_of(fan, fan)
    assert [video["is_favorite"] for video in videos] == [True] * 3
    assert [video["author"]["id"] for video in videos] == [author.id] * 3


def test_flags_of_another_ones_list_are_the_viewers(site):
    fan, viewer, author = new_users(site, 3)
    first, second = make_videos(site, author.id, 2)
    like(fan, first)
    like(fan, second)
    like(viewer, second)
    done(viewer.ask("relation_action", to_user_id=author.id, action_type=1))
    videos = list_of(viewer, fan)
    assert [(video["id"], video["is_favorite"]) for video in videos] == \
        [(second, True), (first, False)]
    assert all(video["author"]["is_follow"] for video in videos)
    assert not any(video["author"]["is_follow"]
                   for video in list_of(fan, fan))


def test_the_list_shows_the_newest_counts(site):
    fan, other, author = new_users(site, 3)
    video = make_video(site, author)
    like(fan, video)
    like(other, video)
    assert list_of(fan, fan)[0]["favorite_count"] == 2
    assert list_of(fan, fan)[0]["author"]["total_favorited"] == 2


def test_the_feed_and_the_authors_list_say_the_same(site):
    fan, author = new_users(site, 2)
    video = make_video(site, author)
    like(fan, video)
    liked = list_of(fan, fan)[0]
    assert fan.feed()["video_list"][0] == liked
    assert fan.videos(author.id)["video_list"][0] == liked


def test_the_list_of_a_new_or_unknown_user_is_empty(site):
    user, = new_users(site, 1)
    for user_id in (user.id, NOBODY, 2 ** 53 - 1):
        reply = done(user.ask("favorite_list", user_id=user_id))
        assert (reply["video_list"], reply["next_before"]) == ([], 0)


def test_without_a_token_the_setting_decides(site):
    fan, author = new_users(site, 2)
    like(fan, make_video(site, author))
    for token in (None, ""):
        reply = site.people.guest().ask("favorite_list", user_id=fan.id,
                                        token=token)
        if setting(site, "anonymous_reads") == "on":
            assert [video["is_favorite"] for video in
                    done(reply)["video_list"]] == [False]
        else:
            assert reply.error == "TOKEN_MISSING"
    assert fan.ask("favorite_list", user_id=fan.id,
                   token="garbage").error == "TOKEN_INVALID"


# -- pages --


@pytest.fixture(scope="module")
def great_fan(site):
    """Likes one video more than a list may hold: (fan, ids, newest first)."""
    fan, author = new_users(site, 2)
    videos = make_videos(site, author.id, cap(site, "video_list_max") + 1)
    make_likes(site, fan.id, videos, now_ms() - len(videos))
    return fan, videos[::-1]


def test_a_list_is_capped_and_says_how_to_go_on(site, great_fan):
    fan, videos = great_fan
    for limit in ({}, {"limit": len(videos)}, {"limit": 0}, {"limit": -1},
                  {"limit": "abc"}, {"limit": 10 ** 9}):
        first, second = pages(fan, "favorite_list", user_id=fan.id, **limit)
        assert ids(first["video_list"]) == videos[:-1]
        assert ids(second["video_list"]) == videos[-1:]


@pytest.mark.parametrize("limit", (7, 100))
def test_pages_walk_through_every_like_once(site, great_fan, limit):
    fan, videos = great_fan
    assert walk(fan, "favorite_list", user_id=fan.id, limit=limit) == videos


def test_likes_in_the_same_millisecond_have_an_order(site):
    """All likes until the newest one's time would share it, were they not
    moved on by 1."""
    fan, author = new_users(site, 2)
    videos = make_videos(site, author.id, 6)
    make_likes(site, fan.id, videos[:1], now_ms() + 60_000)
    for video in videos[1:]:
        like(fan, video)
    assert walk(fan, "favorite_list", user_id=fan.id, limit=1) == videos[::-1]


def test_likes_during_a_walk_disturb_nothing(site):
    fan, author = new_users(site, 2)
    videos = make_videos(site, author.id, 12)
    for video in videos[:6]:
        like(fan, video)
    seen = []
    for new, reply in zip(videos[6:], pages(fan, "favorite_list",
                                            user_id=fan.id, limit=1)):
        seen += ids(reply["video_list"])
        like(fan, new)
    assert seen == videos[5::-1]


# -- refusals --


@pytest.mark.parametrize("value, error", BAD_IDS.values(), ids=BAD_IDS)
def test_a_bad_video_id_is_refused(site, user, value, error):
    check_refused(site, user, "favorite_action", error, "video_id",
                  video_id=value, action_type=1)


@pytest.mark.parametrize("value, error", BAD_ACTIONS.values(),
                         ids=BAD_ACTIONS)
def test_a_bad_action_is_refused(site, user, value, error):
    check_refused(site, user, "favorite_action", error, "action_type",
                  video_id=make_video(site, user), action_type=value)


@pytest.mark.parametrize("action", (1, 2))
@pytest.mark.parametrize("video_id", (NOBODY, 2 ** 53 - 1))
def test_an_unknown_video_is_refused(site, user, action, video_id):
    check_refused(site, user, "favorite_action", "VIDEO_UNKNOWN",
                  video_id=video_id, action_type=action)


@pytest.mark.parametrize("value, error", BAD_IDS.values(), ids=BAD_IDS)
def test_a_list_of_a_bad_user_id_is_refused(site, user, value, error):
    check_refused(site, user, "favorite_list", error, "user_id",
                  user_id=value)


@pytest.mark.parametrize("form", ("{}e+00", "{}.0", " {} ", "+{}"))
def test_a_video_id_may_be_written_as_a_float(site, form):
    fan, author = new_users(site, 2)
    video = make_video(site, author)
    like(fan, form.format(video), "1.0")
    assert ids(list_of(fan, fan)) == [video]
