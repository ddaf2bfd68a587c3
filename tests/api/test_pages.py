#!/usr/bin/python3
"""What all lists have in common: pages (API.md 1.8), and the publish list's,
whose other stories are in test_lists.py."""

import pytest

import made
import stories
import table
from stories import cap, done, ids, pages, walk


@pytest.fixture(scope="module")
def busy(site):
    """Has one video more than a list may hold: (user, ids)."""
    author, = stories.new_users(site, 1)
    return author, stories.make_videos(
        site, author.id, cap(site, "video_list_max") + 1)[::-1]


def test_a_list_is_capped_and_says_how_to_go_on(busy):
    author, videos = busy
    for limit in ({}, {"limit": len(videos)}, {"limit": 0}, {"limit": "x"}):
        first, second = pages(author, "video_list", user_id=author.id,
                              **limit)
        assert ids(first["video_list"]) == videos[:-1]
        assert ids(second["video_list"]) == videos[-1:]


@pytest.mark.parametrize("limit", (7, 100))
def test_pages_walk_through_every_video_once(busy, limit):
    author, videos = busy
    assert walk(author, "video_list", user_id=author.id, limit=limit) == \
        videos


def test_a_guest_walks_as_well(busy, site):
    author, videos = busy
    assert walk(site.people.guest(), "video_list", user_id=author.id,
                limit=50) == videos


def test_publishing_during_a_walk_disturbs_nothing(site):
    author, = stories.new_users(site, 1)
    videos = stories.make_videos(site, author.id, 5)
    seen = []
    for reply in pages(author, "video_list", user_id=author.id, limit=2):
        seen += ids(reply["video_list"])
        stories.make_videos(site, author.id, 1)
    assert seen == videos[::-1]


def test_videos_of_others_in_between_disturb_nothing(site):
    one, other = stories.new_users(site, 2)
    start = 1_300_000_000_000 + one.id * 100
    mine = made.videos(site, one.id, range(start, start + 10, 2))
    made.videos(site, other.id, range(start + 1, start + 10, 2))
    assert walk(one, "video_list", user_id=one.id, limit=2) == mine[::-1]


@pytest.mark.parametrize("size", (0, 1, 2, 3, 4))
def test_a_last_page_is_recognized(site, size):
    """Whether it is full or not: the walk ends, with 0."""
    author, = stories.new_users(site, 1)
    made_ids = stories.make_videos(site, author.id, size)
    replies = list(pages(author, "video_list", user_id=author.id, limit=2))
    assert replies[-1]["next_before"] == 0
    assert len(replies) <= size // 2 + 1
    assert [one for reply in replies for one in ids(reply["video_list"])] \
        == made_ids[::-1]


def test_every_list_has_pages():
    """The feed alone has its own way."""
    for row in table.rows():
        kinds = {parameter.kind for parameter in row.parameters}
        is_list = any(answer.empty == [] for answer in row.answers)
        assert (is_list and row.name != "video_feed") == \
            ({"before", "limit"} <= kinds), row.name


def test_a_new_user_has_empty_lists(site):
    """All of them (API.md 1.7); a chat needs a friend."""
    friend, = stories.new_users(site, 1)
    video = stories.make_video(site, friend)
    for row in table.rows():
        if "limit" not in {parameter.kind for parameter in row.parameters}:
            continue
        reader = stories.new_users(site, 1)[0]
        other = reader.id
        if row.name == "message_chat":
            stories.befriend(reader, friend)
            other = friend.id
        reply = done(reader.ask(row.name, **{
            parameter.name: video if parameter.name == "video_id" else other
            for parameter in row.parameters if parameter.kind == "id"}))
        assert (stories.members(reply), reply["next_before"]) == ([], 0)
