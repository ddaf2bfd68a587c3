#!/usr/bin/python3
"""What several tests of the cache do with a site."""

import contextlib
import struct

import sites


# Settings of a site that takes a Redis on a busy machine never for dead.
PATIENT = {"redis_connect_ms": 10_000, "redis_command_ms": 10_000}


def set_breaker(site, open_until_ms, failures):
    """It is what the shared memory begins with (breaker.h)."""
    with open(site.directory / "data/shared", "r+b") as shared:
        shared.write(struct.pack("<qq", open_until_ms, failures))


def close_breaker(site):
    """As if its rest were over."""
    set_breaker(site, 0, 0)


def open_breaker(site):
    """Nobody calls Redis until it is closed."""
    set_breaker(site, 2 ** 62, 1)


def recover(site):
    """Waits until the cache is in use: what was filled is found."""
    guest = site.people.new()

    def is_used():
        before = site.stats()["hits"]
        guest.me(), guest.me()
        return site.stats()["hits"] > before

    sites.wait_for(is_used, "the cache to be used")


def kind_of(key):
    """What lies under a key: mt:SPACE:KIND:ID."""
    return key.split(b":")[2].decode()


def keys_of(redis, kind):
    return [key for key in redis.keys() if kind_of(key) == kind]


def growth(before, after):
    return {name: after[name] - before[name] for name in after}


@contextlib.contextmanager
def counted(site):
    """A dict that holds afterwards how much each number of the site has grown,
    but for what looking at them costs."""
    grown, first, before = {}, site.stats(), site.stats()
    yield grown
    look = growth(first, before)
    for name, value in growth(before, site.stats()).items():
        grown[name] = value - look[name]


def statements(grown):
    """The statements that have run, by name."""
    return {name.removeprefix("statement_"): count
            for name, count in grown.items()
            if name.startswith("statement_") and count}
