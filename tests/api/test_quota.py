#!/usr/bin/python3
"""What a user may publish a day (settings quota_videos and quota_bytes)."""

import time

import pytest

import client
import half
import multipart
import sites
import table

PUBLISH = table.row_of("video_publish")
VIDEOS = 3
AT_ONCE = 6


def zone_of_noon():
    """Where no day ends while the tests run."""
    return f"Etc/GMT{time.gmtime().tm_hour - 12:+d}"


@pytest.fixture(scope="module")
def frugal(clip):
    """A site with quotas: three videos, or a little more than three clips."""
    with sites.running(time_zone=zone_of_noon(), quota_videos=VIDEOS,
                       quota_bytes=VIDEOS * len(clip) + 1000) as site:
        yield site


@pytest.fixture
def user(frugal):
    return frugal.people.new()


def day(user):
    """(videos, bytes) of the user's day."""
    rows = user.site.rows("SELECT videos, bytes FROM quota WHERE user_id = ?",
                          user.id)
    return tuple(rows[0]) if rows else (0, 0)


def test_uploads_at_once_never_pass_the_quota(user, clip):
    """Each is charged in the transaction that publishes it."""
    others = [client.Client(user.site, user.token) for _ in range(AT_ONCE)]
    replies = client.at_once(*[lambda one=one: one.publish(clip)
                               for one in others])
    assert sum(reply.ok for reply in replies) == VIDEOS
    refused = [reply for reply in replies if not reply.ok]
    assert {(reply.status, reply.error, reply.detail)
            for reply in refused} == {(200, "QUOTA_VIDEOS", str(VIDEOS))}
    assert len(user.videos()["video_list"]) == user.me()["work_count"] \
        == VIDEOS
    assert day(user) == (VIDEOS, VIDEOS * len(clip))


def test_a_quota_is_its_users_own_and_of_the_day(user, clip):
    for _ in range(VIDEOS):
        assert user.publish(clip).ok
    assert user.publish(clip).error == "QUOTA_VIDEOS"
    assert user.site.people.new().publish(clip).ok
    with user.site.writing() as db:
        db.execute("UPDATE quota SET day = day - 1 WHERE user_id = ?",
                   (user.id,))
    assert user.publish(clip).ok
    assert day(user) == (1, len(clip))


def test_bytes_are_counted_as_uploaded(user, clip):
    """The file's, not the form's around it."""
    larger = clip + b"\0" * 500
    assert user.publish(larger).ok and user.publish(larger).ok
    assert day(user) == (2, 2 * len(larger))
    reply = user.publish(larger)
    assert reply.error == "QUOTA_BYTES"
    assert reply.detail.endswith(" B")
    assert user.publish(clip).ok
    assert day(user) == (3, 3 * len(clip) + 1000)


def test_what_is_refused_costs_nothing(user, clip):
    assert user.publish(b"no video").error == "NOT_A_VIDEO"
    assert user.publish(clip[:len(clip) // 2]).error
    assert day(user) == (0, 0)


def test_a_used_quota_is_told_before_the_body(user, clip):
    for _ in range(VIDEOS):
        assert user.publish(clip).ok
    with client.connect(user.site) as connection:
        connection.sendall(half.head(PUBLISH, 1000, headers=[
            f"Authorization: Bearer {user.token}"]))
        reply = half.answer(connection, PUBLISH)
    assert (reply.status, reply.error) == (200, "QUOTA_VIDEOS")
    sites.wait_for(lambda: not user.site.spool(), "an empty spool")


def test_more_bytes_than_are_left_are_told_before_the_body(user, clip):
    with client.connect(user.site) as connection:
        connection.sendall(half.head(
            PUBLISH, VIDEOS * len(clip) + 1000 + 64 * 1024 + 1,
            query=f"token={user.token}"))
        assert half.answer(connection, PUBLISH).error == "QUOTA_BYTES"


def test_without_quotas_all_is_taken(clip):
    with sites.running(time_zone=zone_of_noon(), quota_videos=0,
                       quota_bytes=0) as site:
        user = site.people.new()
        assert user.publish(clip).ok
        with site.writing() as db:
            db.execute("UPDATE quota SET videos = 1000000, bytes = 1 << 50 "
                       "WHERE user_id = ?", (user.id,))
        assert user.publish(clip).ok
        assert day(user)[0] == 1000001
