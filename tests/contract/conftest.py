#!/usr/bin/python3
import pytest

import stories
from cases import World


@pytest.fixture(scope="session")
def world(site, clip):
    user, friend = site.people.new("contract"), site.people.new("friend")
    for one in (user, friend):
        assert one.publish(clip).ok
    stories.befriend(user, friend)
    stories.send(friend, user)
    video = friend.videos()["video_list"][0]["id"]
    return World(user, friend, video, clip, site.people)
