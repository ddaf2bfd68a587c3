#!/usr/bin/python3
"""Whatever becomes of Redis, the answers are those without it (DESIGN.md 3, I1
and I3).

A story is told to a site with redis = off, and to another whose Redis is absent,
stopped, loading, full, flushed, filled with noise, refusing, hanging or mad: the
records are equal.  How long a call waits for Redis is not measured; how often it
is called is counted.
"""

import contextlib
import pathlib
import random
import re
import secrets
import threading

import pytest

import fake_redis
import media_files
import redis_server
import sites
import table
import tale
from cached import close_breaker, counted, recover

FLUSH_SECONDS = .1
# KiB; some answers promise gigabytes.
MEMORY_MOST = 1 << 20
# What is taken of an answer: twice the most of redis.c.
ANSWER_MOST = 32 << 20


@pytest.fixture(scope="module")
def small_clip():
    return media_files.make_clip(64, 64, sound=False)


@pytest.fixture(scope="module")
def expected(small_clip):
    """What a site without Redis answers."""
    with sites.running(redis="off") as site:
        record = tale.tell(site, small_clip)
        assert site.stats()["round_trips"] == 0
        assert not site.pids("redis-server")
    return record


@pytest.fixture(scope="module")
def server():
    with redis_server.serving() as server:
        yield server


@pytest.fixture(scope="module")
def site(server):
    with sites.running(redis_url=f"unix:{server.socket}",
                       redis_connect_ms=1000, redis_command_ms=1000) as site:
        yield site


@pytest.fixture
def teller(site, server, small_clip, expected):
    """Tells the story and compares; before and after it Redis is well."""
    def tell(*between, **more):
        record = tale.tell(site, small_clip, between, **more)
        tale.check_same(record, expected)
        return record

    if not server.runs:
        server.start()
    server.flush()
    close_breaker(site)
    recover(site)
    return tell


# -- a real server --


def test_with_a_healthy_redis(teller, site):
    with counted(site) as grown:
        teller()
    assert grown["hits"] > grown["misses"] > 0
    assert grown["fills"] and grown["tombstones"] and grown["changes"]


def test_with_a_redis_that_is_absent(teller, server, site):
    server.kill()
    with counted(site) as grown:
        teller()
    assert grown["hits"] == grown["fills"] == 0


def test_with_a_redis_that_is_stopped_and_comes_back(teller, server, site):
    """With its old memory: what was written in the meantime is not there."""
    with counted(site) as grown:
        teller(server.stop, server.go_on)
    assert grown["hits"] and grown["breaker_openings"]


@pytest.mark.parametrize("noticed", (True, False))
def test_with_a_redis_that_dies_and_wakes_with_its_old_memory(
        teller, server, site, noticed):
    """That of before the second act, whose writes it had been told; nobody has
    raised the epoch since.  noticed: whether somebody called in vain."""
    def reborn():
        server.kill()
        if noticed:
            site.people.new().me()
        server.start()
        close_breaker(site)
        recover(site)

    try:
        teller(lambda: server.call("SAVE"), reborn)
    finally:
        (server.directory / "dump.rdb").unlink()


def test_with_a_redis_that_is_full(teller, server, site):
    """What it has it answers; what is new it takes no more."""
    with counted(site) as grown:
        teller(lambda: server.configure(maxmemory=1,
                                        maxmemory_policy="noeviction"),
               lambda: server.configure(maxmemory=0))
    assert grown["hits"] and grown["breaker_openings"]


def test_with_a_redis_that_evicts_everything(teller, server):
    server.configure(maxmemory=1, maxmemory_policy="allkeys-lru")
    try:
        teller()
    finally:
        server.configure(maxmemory=0)


@contextlib.contextmanager
def flushing(server):
    """Flushes all the time."""
    over, times = threading.Event(), []

    def flush():
        while not over.wait(FLUSH_SECONDS):
            server.flush()
            times.append(None)

    thread = threading.Thread(target=flush)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


def test_with_a_redis_that_is_flushed_all_the_time(teller, server, site):
    with flushing(server) as times, counted(site) as grown:
        teller()
    assert times and grown["hits"] and grown["fills"]


def test_with_a_redis_that_is_flushed_before_every_request(teller, server,
                                                           site):
    with counted(site) as grown:
        teller(before_each=server.flush)
    assert grown["fills"]


def test_with_garbage_under_all_keys(teller, server, site):
    """Before each request all that is there is made garbage."""
    rewritten = redis_server.garbage(random.Random(secrets.randbits(32)))
    with counted(site) as grown:
        teller(before_each=lambda: server.rewrite(rewritten))
    assert grown["garbage"]


def test_with_values_under_the_keys_of_others(teller, server, site):
    with counted(site) as grown:
        teller(before_each=lambda: server.rewrite(redis_server.neighbours))
    assert grown["garbage"]


def test_with_keys_of_another_type(teller, server):
    teller(before_each=server.retype)


def test_with_a_redis_that_refuses(teller, server, site):
    """By its ACL, in the middle of the story; what it knows is old then."""
    def refuse(*rules):
        server.call("ACL", "SETUSER", "default", *rules)

    with counted(site) as grown:
        try:
            teller(lambda: refuse("-set"), lambda: refuse("+set"))
        finally:
            refuse("+@all")
    assert grown["hits"] and grown["breaker_openings"]


@pytest.mark.parametrize("rule", ("-watch", "-exec", "-info", "resetkeys"))
def test_with_a_redis_that_refuses_one_thing(teller, server, rule):
    server.call("ACL", "SETUSER", "default", rule)
    try:
        teller()
    finally:
        server.call("ACL", "SETUSER", "default", "+@all", "allkeys")


# -- a fake one --

MANNERS = (
    fake_redis.loading, fake_redis.refusing, fake_redis.hanging,
    fake_redis.closing, fake_redis.cutting,
    fake_redis.babbling, fake_redis.agreeing, fake_redis.inventing,
    fake_redis.swelling, fake_redis.flooding)


def peak_memory(pid):
    """KiB of addresses that a process has had at most; AddressSanitizer takes
    terabytes of its own."""
    if table.SANITIZED:
        return 0
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmPeak:\s+(\d+) kB$", status, re.M)[1])


@pytest.mark.parametrize("manner", MANNERS, ids=lambda way: way.__name__)
def test_with_something_else_in_its_place(teller, server, site, manner):
    """It is asked once in a period of the breaker, not once a request."""
    server.kill()
    with fake_redis.Fake(server.socket, manner) as fake, \
            counted(site) as grown:
        record = teller()
    assert 0 < fake.connections <= grown["breaker_openings"] + 1
    assert fake.connections < len(record) / 10
    assert fake.longest < ANSWER_MOST
    assert grown["hits"] == grown["fills"] == 0
    assert max(map(peak_memory, site.workers("api"))) < MEMORY_MOST


@pytest.mark.parametrize("manner", (
    fake_redis.hanging, fake_redis.cutting, fake_redis.inventing,
    fake_redis.swelling), ids=lambda way: way.__name__)
def test_with_something_else_that_greets_well(teller, server, site, manner):
    """Each process may find out for itself, in every period."""
    server.kill()
    with fake_redis.Fake(server.socket, fake_redis.after_greeting(manner)) \
            as fake, counted(site) as grown:
        teller()
    processes = len(site.pids("mini-tiktok"))
    assert 0 < fake.connections <= \
        (grown["breaker_openings"] + 1) * processes
    assert grown["hits"] == 0
    assert max(map(peak_memory, site.workers("api"))) < MEMORY_MOST
