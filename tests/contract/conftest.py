#!/usr/bin/python3
import pytest

from cases import World


@pytest.fixture(scope="session")
def world(site, clip):
    user = site.people.new("contract")
    assert user.publish(clip).ok
    return World(user, clip, site.people)
