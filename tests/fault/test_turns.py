#!/usr/bin/python3
"""Runs of ffmpeg take turns: no more at once than there are processors, and
two at most (THREATS 3)."""

import contextlib
import fcntl
import os

import pytest

import sites
from test_workers import in_background

TURNS = min(2, len(os.sched_getaffinity(0)))


@contextlib.contextmanager
def taken(site, numbers):
    """These turns are somebody else's."""
    with contextlib.ExitStack() as stack:
        for number in numbers:
            lock = stack.enter_context(
                open(site.media / f"spool/turn-{number}", "a+b"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_who_gets_no_turn_is_told_in_time(hasty, waiter, clip):
    with taken(hasty, range(TURNS)):
        reply = waiter.publish(clip)
        assert (reply.status, reply.error) == (200, "FFMPEG_LATE")
        assert waiter.feed().ok
    sites.wait_for(lambda: waiter.publish(clip).ok, "a turn")


@pytest.mark.parametrize("number", range(TURNS))
def test_one_turn_is_enough(frail, sender, clip, number):
    with taken(frail, set(range(TURNS)) - {number}):
        assert sender.publish(clip).ok


def test_a_turn_that_comes_is_waited_for(frail, sender, clip):
    with contextlib.ExitStack() as stack:
        with taken(frail, range(TURNS)):
            finish = stack.enter_context(
                in_background(lambda: sender.publish(clip)))
            sites.wait_for(lambda: any("/jobs/" in path for path in
                                       frail.spool()), "an upload's job")
        assert finish().ok
