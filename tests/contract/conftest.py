#!/usr/bin/python3
import dataclasses

import pytest

import stories
from cases import CASES, World


@pytest.fixture(scope="session")
def shared_world(site, clip):
    user, friend = site.people.new("contract"), site.people.new("friend")
    for one in (user, friend):
        assert one.publish(clip).ok
    stories.befriend(user, friend)
    stories.send(friend, user)
    video = friend.videos()["video_list"][0]["id"]
    return World(user, friend, video, clip, site.people)


@pytest.fixture
def world(shared_world, request):
    """The shared one, with a new user for a row that needs it."""
    row = getattr(request.node, "callspec", None) and \
        request.node.callspec.params.get("row")
    if row and row.name in CASES and CASES[row.name].own_user:
        return dataclasses.replace(shared_world,
                                   user=shared_world.people.new("own"))
    return shared_world
