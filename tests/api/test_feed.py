#!/usr/bin/python3
"""The feed (API.md E1)."""

import time

import pytest

import client
import made
import sites

PAGE = 30
MANY = 1000
# 2001-09-09: seconds and ms of it are easy to tell.
BEGIN_MS = 1_000_000_000_000
SECOND_MS = BEGIN_MS + 500_000


@pytest.fixture(scope="module")
def full_site():
    """A site of its own, with videos in consecutive milliseconds."""
    with sites.running() as site:
        yield site


@pytest.fixture(scope="module")
def author(full_site):
    author = full_site.people.new("author")
    made.videos(full_site, author.id, range(BEGIN_MS, BEGIN_MS + MANY))
    return author


@pytest.fixture
def reader(full_site, author):
    return full_site.people.guest()


def now_ms():
    return int(time.time() * 1000)


def ids(reply):
    return [video["id"] for video in reply["video_list"]]


def time_of(video):
    """create_ms, which stands in the file's name in what made.py makes."""
    return int(video["play_url"].rpartition("_")[2].removesuffix(".mp4"))


def times(reply):
    return [time_of(video) for video in reply["video_list"]]


def stored_ids(site):
    """All videos as the feed should list them."""
    return [row["id"] for row in
            site.rows("SELECT id FROM video ORDER BY create_ms DESC")]


def walk(reader, latest_time=0):
    """Follows next_time to the empty page; all ids, and that page."""
    seen = []
    while True:
        reply = reader.feed(latest_time=latest_time)
        if not reply["video_list"]:
            return seen, reply
        seen += ids(reply)
        latest_time = reply["next_time"]
        assert len(seen) <= MANY * 2, "the walk does not end"


# -- pages --


def test_a_page_holds_the_newest_first(reader):
    assert times(reader.feed()) == \
        list(range(BEGIN_MS + MANY - 1, BEGIN_MS + MANY - 1 - PAGE, -1))


def test_next_time_is_that_of_the_oldest_of_the_page(reader):
    reply = reader.feed()
    assert reply["next_time"] == times(reply)[-1]


def test_next_time_walks_through_every_video_exactly_once(reader, full_site):
    seen, _ = walk(reader)
    assert seen == stored_ids(full_site)
    assert len(seen) >= MANY


def test_the_walk_ends_with_an_empty_page_that_starts_over(reader):
    before = now_ms()
    _, last = walk(reader)
    assert last["video_list"] == []
    assert before <= last["next_time"] <= now_ms()
    again = reader.feed(latest_time=last["next_time"])
    assert ids(again) == ids(reader.feed())


def test_the_bound_itself_is_left_out(reader):
    reply = reader.feed(latest_time=BEGIN_MS + 100)
    assert times(reply)[0] == BEGIN_MS + 99


def test_a_last_page_may_be_short(reader):
    assert times(reader.feed(latest_time=BEGIN_MS + 3)) == \
        [BEGIN_MS + 2, BEGIN_MS + 1, BEGIN_MS]


# -- units --


def test_small_numbers_are_seconds(reader):
    reply = reader.feed(latest_time=BEGIN_MS // 1000 + 1)
    assert times(reply)[0] == BEGIN_MS + MANY - 1
    assert reader.feed(latest_time=BEGIN_MS // 1000)["video_list"] == []


def test_from_1e11_on_numbers_are_milliseconds(reader):
    in_year_5138 = reader.feed(latest_time=10 ** 11 - 1)
    assert ids(in_year_5138) == ids(reader.feed())
    in_1973 = reader.feed(latest_time=10 ** 11)
    assert in_1973["video_list"] == []


@pytest.mark.parametrize("latest_time", (
    "", "0", "-1", "-1700000000000", "abc", "1.5", "9e99", "9" * 30,
    str(2 ** 63 - 1), "1e+15", "4102444800", "4102444800000"))
def test_no_bound_or_one_in_the_future_is_the_newest_page(reader,
                                                          latest_time):
    assert ids(reader.feed(latest_time=latest_time)) == ids(reader.feed())


def test_a_bound_may_be_written_as_a_float(reader):
    assert ids(reader.feed(latest_time="1.0000000001e+12")) == \
        ids(reader.feed(latest_time=BEGIN_MS + 100))


# -- videos in the same millisecond --


def test_publishing_in_the_same_millisecond_loses_nothing(full_site, author,
                                                         reader, clip):
    """The newest video's time lies ahead: all that is published until then
    would share its millisecond, were they not moved on by 1."""
    newest = now_ms() + 60_000
    made.videos(full_site, author.id, [newest])
    replies = client.at_once(*[lambda: author.publish(clip)
                               for _ in range(4)])
    assert all(reply.ok for reply in replies)
    assert [row[0] for row in full_site.rows(
        "SELECT create_ms FROM video ORDER BY id DESC LIMIT 4")] == \
        [newest + 4, newest + 3, newest + 2, newest + 1]
    assert walk(reader)[0] == stored_ids(full_site)


def test_a_video_from_the_future_is_in_the_feed(full_site, reader, author):
    newest = made.videos(full_site, author.id, [now_ms() + 120_000])
    assert ids(reader.feed())[:1] == newest
    last = reader.feed(latest_time=1)
    assert ids(reader.feed(latest_time=last["next_time"]))[:1] == newest


def test_what_is_published_during_a_walk_repeats_nothing(full_site, author,
                                                         reader):
    first = reader.feed()
    made.videos(full_site, author.id, [
        full_site.value("SELECT max(create_ms) FROM video") + 1])
    second = reader.feed(latest_time=first["next_time"])
    assert not set(ids(first)) & set(ids(second))
    assert ids(first) + ids(second) == stored_ids(full_site)[1:1 + 2 * PAGE]


# -- who looks --


@pytest.fixture(scope="module")
def liked(full_site, author):
    """The id of the newest video, which `fan` likes; fan follows author."""
    fan = full_site.people.new("fan")
    video = full_site.value(
        "SELECT id FROM video ORDER BY create_ms DESC LIMIT 1")
    made.favorite(full_site, fan.id, video)
    made.follow(full_site, fan.id, author.id)
    return fan, video


def flags(reply, video_id):
    video = next(video for video in reply["video_list"]
                 if video["id"] == video_id)
    return video["is_favorite"], video["author"]["is_follow"]


def test_a_viewer_sees_his_flags(liked):
    fan, video = liked
    assert flags(fan.feed(), video) == (True, True)


def test_only_liked_videos_are_flagged(liked):
    fan, video = liked
    assert [one["id"] for one in fan.feed()["video_list"]
            if one["is_favorite"]] == [video]


def test_a_guest_sees_no_flags(liked, reader):
    _, video = liked
    for token in (None, ""):
        assert flags(reader.feed(token=token), video) == (False, False)


def test_flags_are_the_viewers_and_no_one_elses(liked, full_site, author):
    fan, video = liked
    other = full_site.people.new()
    for viewer in (other, fan, other, author, fan):
        expected = viewer is fan
        assert flags(viewer.feed(), video) == (expected, expected)


def test_what_was_undone_is_no_flag(liked, full_site, author):
    _, video = liked
    other = full_site.people.new()
    made.favorite(full_site, other.id, video, status=0)
    made.follow(full_site, other.id, author.id, status=0)
    assert flags(other.feed(), video) == (False, False)


def test_being_followed_is_not_following(liked, full_site, author):
    _, video = liked
    other = full_site.people.new()
    made.follow(full_site, author.id, other.id)
    assert flags(other.feed(), video) == (False, False)


def test_a_bad_token_is_never_silently_a_guest(reader):
    reply = reader.feed(token="garbage")
    assert reply.error == "TOKEN_INVALID"
    assert reply["video_list"] == []
    assert abs(reply["next_time"] - now_ms()) < 60_000


def test_the_app_asks_with_everything_at_once(reader):
    """latest_time and an empty token, in query and body of a GET."""
    reply = reader.ask("video_feed", "both", latest_time=BEGIN_MS + 10,
                       token="")
    assert times(reply)[0] == BEGIN_MS + 9


# -- an empty site is tried in test_run.py --
