#!/usr/bin/python3
"""One video by its number: `/douyin/video/`."""

import pytest

import made
import stories
import tokens


@pytest.fixture(scope="module")
def author(site):
    return site.people.new("author")


@pytest.fixture(scope="module")
def video(site, author):
    return stories.make_video(site, author)


def show(user, video, **more):
    return user.ask("video_show", video_id=video, **more)


def test_anybody_sees_it(video, author, user, guest):
    for viewer in (author, user, guest):
        reply = show(viewer, video)
        assert reply.ok, reply
        assert reply["video"]["id"] == video
        assert reply["video"]["author"]["id"] == author.id


def test_it_is_as_in_the_lists(video, author, user):
    """For whoever asks: with the counts and flags of now."""
    stories.like(user, video)
    stories.follow(user, author)
    stories.post(user, video)
    for viewer in (user, author, user.site.people.guest()):
        listed = next(one for one in viewer.videos(author.id)["video_list"]
                      if one["id"] == video)
        assert show(viewer, video)["video"] == listed
    seen = show(user, video)["video"]
    assert seen["is_favorite"] and seen["author"]["is_follow"]
    assert not show(author, video)["video"]["is_favorite"]
    stories.unlike(user, video)
    assert not show(user, video)["video"]["is_favorite"]


def test_a_guest_has_no_flags(site, author, guest):
    video = stories.make_video(site, author)
    fan = site.people.new()
    stories.like(fan, video)
    seen = show(guest, video)["video"]
    assert (seen["favorite_count"], seen["is_favorite"],
            seen["author"]["is_follow"]) == (1, False, False)


def test_every_video_of_many_is_found_by_its_number(site, author, guest):
    for one in stories.make_videos(site, author.id, 5):
        assert show(guest, one)["video"]["id"] == one


@pytest.mark.parametrize("title", (
    "<b>&amp;</b>", '","id":0,"x":{"', "文" * 100, "a\nb"))
def test_its_title_is_as_it_was_given(site, author, guest, title):
    newest = stories.make_video(site, author)
    ms = site.value("SELECT create_ms FROM video WHERE id = ?", newest)
    [one] = made.videos(site, author.id, [ms + 1], title)
    assert show(guest, one)["video"]["title"] == title


def test_its_addresses_lead_to_its_files(site, clip, user, guest):
    assert user.publish(clip).ok
    one = user.videos()["video_list"][0]
    seen = show(guest, one["id"])["video"]
    for key in ("play_url", "cover_url"):
        assert seen[key] == one[key]
        assert guest.fetch(seen[key]).status_code == 200


# Of a video (db/schema/0004): it is being converted, that failed.
@pytest.mark.parametrize("state, name", ((1, "processing"), (2, "failed")))
def test_one_that_is_not_ready_is_only_its_authors(site, user, guest, state,
                                                   name):
    video = stories.make_video(site, user)
    other = site.people.new()
    set_state(site, video, state)
    try:
        for viewer in (other, guest):
            assert show(viewer, video).error == "VIDEO_UNKNOWN"
        seen = show(user, video)["video"]
        assert seen["state"] == name
        assert [seen] == user.videos()["video_list"]
    finally:
        set_state(site, video, 0)


def set_state(site, video, state):
    with site.writing() as db:
        db.execute("UPDATE video SET state = ? WHERE id = ?", (state, video))


def test_one_that_was_deleted_is_nobodys(site, user, guest):
    video = stories.make_video(site, user)
    assert user.ask("video_delete", video_id=video).ok
    for viewer in (user, guest):
        assert show(viewer, video).error == "VIDEO_UNKNOWN"


def test_only_its_author_is_told_its_state(video, author, user, guest):
    assert show(author, video)["video"]["state"] == "ready"
    for viewer in (user, guest):
        assert "state" not in show(viewer, video)["video"]


def test_one_that_is_not_there_is_refused(user, guest):
    for viewer in (user, guest):
        reply = show(viewer, stories.NOBODY)
        assert (reply.status, reply.error) == (200, "VIDEO_UNKNOWN")
        assert reply["video"] == {}


@pytest.mark.parametrize("case", stories.BAD_IDS)
def test_what_is_no_number_is_refused(site, guest, case):
    value, error = stories.BAD_IDS[case]
    stories.check_refused(site, guest, "video_show", error, "video_id",
                          video_id=value)


def test_a_bad_token_is_no_guests(video, user, site):
    """As in the feed: one that ended is told so, not shown as to a guest."""
    expired = tokens.make(site.secret, user.id, exp=1)
    for token in ("garbage", expired):
        assert show(user, video, token=token).error == "TOKEN_INVALID"
    for token in (None, ""):
        assert show(user, video, token=token).ok
