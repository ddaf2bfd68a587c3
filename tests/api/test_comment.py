#!/usr/bin/python3
"""Comments (API.md E9, E10)."""

import datetime
import zoneinfo

import pytest

import client
import counts
from stories import (
    BAD_ACTIONS, BAD_IDS, BAD_TEXTS, GOOD_TEXTS, NOBODY, cap, check_refused,
    delete, done, follow, ids, make_comments, make_video, make_videos,
    new_users, now_ms, pages, post, setting, texts, walk)

# Minutes around midnights, where time zones show.
MOMENTS = ("2024-02-28T23:59:59", "2024-02-29T00:00:00",
           "2023-12-31T23:59:59", "2024-01-01T00:00:00",
           "2024-07-04T12:00:00", "2024-10-09T10:59:59",
           "2024-10-09T11:00:00")


def list_of(viewer, video, **more):
    return done(viewer.ask("comment_list", video_id=video,
                           **more))["comment_list"]


def count_of(viewer, video, author):
    return next(one["comment_count"] for one in
                viewer.videos(author.id)["video_list"] if one["id"] == video)


@pytest.fixture
def scene(site):
    """(author, a video of theirs, two others)."""
    author, one, other = new_users(site, 3)
    return author, make_video(site, author), one, other


# -- posting --


def test_posting_answers_the_comment_as_it_is_listed(scene):
    _, video, one, other = scene
    comment = post(one, video, "测试评论")
    assert (comment["content"], comment["user"]) == ("测试评论", one.me())
    assert list_of(one, video) == [comment]
    assert list_of(other, video) == [comment]


def test_its_author_comes_with_the_viewers_flag(scene):
    _, video, one, other = scene
    post(one, video)
    follow(other, one)
    assert [comment["user"]["is_follow"] for viewer in (one, other)
            for comment in list_of(viewer, video)] == [False, True]


def test_the_newest_comes_first(scene):
    _, video, one, other = scene
    made = [post(user, video, text)["id"] for user, text in (
        (one, "first"), (other, "second"), (one, "third"))]
    assert ids(list_of(one, video)) == made[::-1]
    assert texts(list_of(one, video)) == ["third", "second", "first"]


def test_a_list_holds_the_comments_of_its_video_only(site, scene):
    author, video, one, _ = scene
    second = make_video(site, author)
    here, there = post(one, video)["id"], post(one, second)["id"]
    assert ids(list_of(one, video)) == [here]
    assert ids(list_of(one, second)) == [there]


def test_each_comment_counts(scene, site):
    author, video, one, other = scene
    for number, user in enumerate((one, other, author, one), 1):
        post(user, video)
        assert count_of(one, video, author) == number
    counts.check(site)


@pytest.mark.parametrize("text", GOOD_TEXTS.values(), ids=GOOD_TEXTS)
def test_a_text_comes_back_as_it_was_given(scene, text):
    _, video, one, _ = scene
    assert post(one, video, text)["content"] == text
    assert texts(list_of(one, video)) == [text]


@pytest.mark.parametrize("letter", "a文😀")
def test_the_longest_text(site, scene, letter):
    _, video, one, _ = scene
    longest = letter * cap(site, "comment_max")
    assert post(one, video, longest)["content"] == longest
    check_refused(site, one, "comment_action", "PARAM_TOO_LONG",
                  "comment_text", video_id=video, action_type=1,
                  comment_text=longest + letter)


def test_many_comment_at_once(site, scene):
    author, video, *_ = scene
    users = new_users(site, 8)
    made = client.at_once(*[
        lambda user=user: post(user, video)["id"] for user in users])
    assert ids(list_of(author, video)) == sorted(made, reverse=True)
    assert count_of(author, video, author) == 8
    counts.check(site)


# -- deleting --


def test_a_deleted_comment_is_gone_and_not_counted(scene, site):
    author, video, one, _ = scene
    first, second = post(one, video), post(one, video)
    reply = done(delete(one, video, first["id"]))
    assert reply.body.keys() == {"status_code", "status_msg"}
    assert ids(list_of(one, video)) == [second["id"]]
    assert count_of(one, video, author) == 1
    counts.check(site)


def test_deleting_is_soft(scene, site):
    _, video, one, _ = scene
    comment = post(one, video, "the text stays")["id"]
    delete(one, video, comment)
    row = site.rows("SELECT content, delete_ms FROM comment WHERE id = ?",
                    comment)[0]
    assert row["content"] == "the text stays"
    assert abs(row["delete_ms"] - now_ms()) < 60_000


def test_the_second_deletion_fails_and_counts_nothing(scene, site):
    author, video, one, _ = scene
    comment = post(one, video)["id"]
    done(delete(one, video, comment))
    check_refused(site, one, "comment_action", "COMMENT_UNKNOWN",
                  video_id=video, action_type=2, comment_id=comment)
    assert count_of(one, video, author) == 0


def test_racing_deletions_have_one_winner(scene, site):
    author, video, one, _ = scene
    comment = post(one, video)["id"]
    post(one, video)
    replies = client.at_once(*[
        lambda who=client.Client(site, one.token): delete(who, video, comment)
        for _ in range(8)])
    assert sorted(reply.error or "" for reply in replies) == \
        [""] + ["COMMENT_UNKNOWN"] * 7
    assert count_of(one, video, author) == 1
    counts.check(site)


def test_only_its_author_may_delete_it(scene, site):
    """Not even the video's author."""
    author, video, one, other = scene
    comment = post(one, video)["id"]
    for user in (other, author):
        check_refused(site, user, "comment_action", "NOT_YOUR_COMMENT",
                      video_id=video, action_type=2, comment_id=comment)
    assert ids(list_of(other, video)) == [comment]


def test_a_comment_is_deleted_at_its_own_video_only(scene, site):
    author, video, one, _ = scene
    comment = post(one, video)["id"]
    second = make_video(site, author)
    check_refused(site, one, "comment_action", "COMMENT_UNKNOWN",
                  video_id=second, action_type=2, comment_id=comment)


@pytest.mark.parametrize("form", ("{}e+00", "{}.0", " {} "))
def test_a_comment_id_may_be_written_as_a_float(scene, form):
    _, video, one, _ = scene
    comment = post(one, video)["id"]
    done(delete(one, video, form.format(comment)))
    assert list_of(one, video) == []


# -- dates --


def expected_date(site, ms):
    name = setting(site, "time_zone")
    zone = zoneinfo.ZoneInfo(name) if name else None
    return datetime.datetime.fromtimestamp(ms / 1000, zone).strftime("%m-%d")


def test_a_date_is_month_and_day_in_the_sites_time_zone(scene, site):
    _, video, one, _ = scene
    times = [int(datetime.datetime.fromisoformat(moment + "+00:00")
                 .timestamp() * 1000) for moment in MOMENTS]
    make_comments(site, one.id, video, times)
    assert [comment["create_date"] for comment in list_of(one, video)] == \
        [expected_date(site, ms) for ms in reversed(times)]


def test_a_new_comment_is_of_today(scene, site):
    _, video, one, _ = scene
    before = now_ms()
    date = post(one, video)["create_date"]
    assert date in (expected_date(site, before), expected_date(site, now_ms()))


# -- the list --


def test_the_list_of_a_new_or_unknown_video_is_empty(site, scene):
    _, video, one, _ = scene
    for video_id in (video, NOBODY, 2 ** 53 - 1):
        reply = done(one.ask("comment_list", video_id=video_id))
        assert (reply["comment_list"], reply["next_before"]) == ([], 0)


def test_without_a_token_the_setting_decides(scene, site):
    _, video, one, _ = scene
    post(one, video)
    for token in (None, ""):
        reply = site.people.guest().ask("comment_list", video_id=video,
                                        token=token)
        if setting(site, "anonymous_reads") == "on":
            assert [comment["user"]["is_follow"] for comment in
                    done(reply)["comment_list"]] == [False]
        else:
            assert reply.error == "TOKEN_MISSING"
    assert one.ask("comment_list", video_id=video,
                   token="garbage").error == "TOKEN_INVALID"


@pytest.fixture(scope="module")
def talked_about(site):
    """A video with one comment more than a list may hold, in one moment:
    (author, video, ids, newest first)."""
    author, = new_users(site, 1)
    video = make_video(site, author)
    made = make_comments(site, author.id, video, [now_ms()] * (
        cap(site, "comment_list_max") + 1))
    return author, video, made[::-1]


def test_a_list_is_capped_and_says_how_to_go_on(talked_about):
    author, video, made = talked_about
    for limit in ({}, {"limit": len(made)}, {"limit": 0}, {"limit": "abc"}):
        first, second = pages(author, "comment_list", video_id=video, **limit)
        assert ids(first["comment_list"]) == made[:-1]
        assert ids(second["comment_list"]) == made[-1:]


@pytest.mark.parametrize("limit", (7, 100))
def test_pages_walk_through_every_comment_once(talked_about, limit):
    """Also where they share a millisecond."""
    author, video, made = talked_about
    assert walk(author, "comment_list", video_id=video, limit=limit) == made


def test_comments_during_a_walk_disturb_nothing(scene):
    _, video, one, other = scene
    made = [post(one, video)["id"] for _ in range(6)]
    seen = []
    for reply in pages(one, "comment_list", video_id=video, limit=1):
        seen += ids(reply["comment_list"])
        post(other, video)
    assert seen == made[::-1]


def test_deletions_during_a_walk_lose_nothing_else(scene):
    _, video, one, _ = scene
    made = [post(one, video)["id"] for _ in range(7)]
    seen = []
    for reply in pages(one, "comment_list", video_id=video, limit=2):
        seen += ids(reply["comment_list"])
        done(delete(one, video, seen[-1]))
    assert seen == made[::-1]


# -- refusals --


@pytest.mark.parametrize("value, error", BAD_IDS.values(), ids=BAD_IDS)
def test_a_bad_video_id_is_refused(site, user, value, error):
    for more in ({"action_type": 1, "comment_text": "nice"},
                 {"action_type": 2, "comment_id": 1}):
        check_refused(site, user, "comment_action", error, "video_id",
                      video_id=value, **more)
    check_refused(site, user, "comment_list", error, "video_id",
                  video_id=value)


@pytest.mark.parametrize("video_id", (NOBODY, 2 ** 53 - 1))
def test_an_unknown_video_is_refused(site, user, video_id):
    check_refused(site, user, "comment_action", "VIDEO_UNKNOWN",
                  video_id=video_id, action_type=1, comment_text="nice")


@pytest.mark.parametrize("value, error", BAD_ACTIONS.values(),
                         ids=BAD_ACTIONS)
def test_a_bad_action_is_refused(scene, site, value, error):
    _, video, one, _ = scene
    comment = post(one, video)["id"]
    check_refused(site, one, "comment_action", error, "action_type",
                  video_id=video, action_type=value, comment_text="nice",
                  comment_id=comment)


@pytest.mark.parametrize("value, error", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_a_bad_text_is_refused(scene, site, value, error):
    _, video, one, _ = scene
    check_refused(site, one, "comment_action", error, "comment_text",
                  video_id=video, action_type=1, comment_text=value)


@pytest.mark.parametrize("value, error", BAD_IDS.values(), ids=BAD_IDS)
def test_a_bad_comment_id_is_refused(scene, site, value, error):
    _, video, one, _ = scene
    post(one, video)
    check_refused(site, one, "comment_action", error, "comment_id",
                  video_id=video, action_type=2, comment_id=value)


@pytest.mark.parametrize("comment_id", (NOBODY, 2 ** 53 - 1))
def test_an_unknown_comment_is_refused(scene, site, comment_id):
    _, video, one, _ = scene
    check_refused(site, one, "comment_action", "COMMENT_UNKNOWN",
                  video_id=video, action_type=2, comment_id=comment_id)


def test_the_seeds_spelling_works(scene):
    """commnet_text (D2); the official one wins."""
    _, video, one, _ = scene
    for spelled, expected in (
            ({"commnet_text": "seed"}, "seed"),
            ({"commnet_text": "seed", "comment_text": "official"},
             "official")):
        reply = done(one.ask("comment_action", video_id=video, action_type=1,
                             **spelled))
        assert reply["comment"]["content"] == expected


def test_videos_of_all_are_commented_alike(site, scene):
    author, _, one, _ = scene
    made = make_videos(site, author.id, 3)
    for video in made:
        post(one, video)
        post(author, video)
    assert [one["comment_count"] for one in
            author.videos()["video_list"][:3]] == [2, 2, 2]
