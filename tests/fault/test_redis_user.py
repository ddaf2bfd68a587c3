#!/usr/bin/python3
"""THREATS 24: Redis lies on a socket that only the site's owner can reach, and
the program's user may run what the program uses, on its own keys."""

import os
import re

import pytest

import redis_server
import resp
import sites
from cached import PATIENT, recover

OURS = "mt:a-key"

FORBIDDEN = (
    "EVAL x 0", "EVALSHA x 0", "SCRIPT LOAD x", "FUNCTION LIST",
    "FCALL x 0", "CONFIG GET *", "CONFIG SET dir .", "KEYS *", "SCAN 0",
    "FLUSHALL", "FLUSHDB", "SHUTDOWN", "SAVE", "BGSAVE", "MONITOR", "REPLICAOF 127.0.0.1 1", "MODULE LIST", "CLIENT LIST",
    "ACL LIST", "ACL SETUSER x", "SLOWLOG GET", "SWAPDB 0 1", "SELECT 1",
    "MIGRATE 127.0.0.1 1 x 0 1", "DUMP mt:a", "RESTORE mt:a 0 x",
    "SUBSCRIBE x", "PUBLISH x y", "DEL mt:a", "GET mt:a", "EXPIRE mt:a 1",
    "PERSIST mt:a", "SORT mt:a", "OBJECT HELP", "SET other x PX 1000",
    "MGET other", "WATCH other", "MGET mt:a other")


def check_refused(redis, *words):
    with pytest.raises(resp.Refused, match="^NO(PERM|AUTH) "):
        redis.call(*words)


@pytest.mark.parametrize("command", FORBIDDEN)
def test_the_program_s_user_may_not(site, command):
    with site.redis() as redis:
        check_refused(redis, *command.split())


def test_what_it_may_do_it_can_do(site):
    with site.redis() as redis:
        for words in (("PING",), ("INFO", "server"), ("WATCH", OURS),
                      ("MGET", OURS), ("UNWATCH",), ("MULTI",),
                      ("SET", OURS, "x", "PX", 1000), ("EXEC",)):
            redis.call(*words)


def test_nobody_else_may_anything(site):
    with resp.Redis(site.directory / "sockets/redis.sock") as redis:
        for command in ("PING", "INFO", "MGET mt:a", "CONFIG GET *"):
            check_refused(redis, *command.split())


def test_a_key_that_would_live_for_ever_is_seen(site):
    """By what is looked at when a site ends (I6)."""
    assert site.immortal_keys() == 0
    with site.redis() as redis:
        redis.call("SET", OURS, "x")
        assert site.immortal_keys() == 1
        redis.call("SET", OURS, "x", "PX", 1)
    assert site.immortal_keys() == 0


def listens(table):
    """The sockets that listen, by inode, of a table of the kernel's."""
    with open(f"/proc/net/{table}") as lines:
        fields = [line.split() for line in lines][1:]
    return {one[9] for one in fields if one[3] == "0A"}


def test_it_has_no_port(site):
    pid, = [pid for pid, role in site.roles().items() if role == "redis"]
    held = {match[1] for entry in os.scandir(f"/proc/{pid}/fd")
            if (match := re.match(r"socket:\[(\d+)\]",
                                  os.readlink(entry.path)))}
    assert held and not held & (listens("tcp") | listens("tcp6"))


def test_only_the_owner_enters_where_its_socket_is(site):
    mode = (site.directory / "sockets").stat().st_mode
    assert mode & 0o077 == 0


# -- an existing one --

RULES = ("on", ">a secret", "~mt:*", "resetchannels", "-@all", "+auth",
         "+ping", "+info", "+watch", "+unwatch", "+multi", "+exec", "+mget",
         "+set", "+select")


@pytest.mark.parametrize("way", ("unix", "tcp"))
def test_an_existing_redis_with_user_password_and_database(way):
    port = sites.free_port()
    with redis_server.serving("--port", port, "--bind", "127.0.0.1") as server:
        server.call("ACL", "SETUSER", "somebody", *RULES)
        who = "somebody:a%20secret@"
        url = f"redis://{who}127.0.0.1:{port}/3" if way == "tcp" else \
            f"unix://{who}{server.socket}?db=3"
        with sites.running(redis_url=url, **PATIENT) as site:
            assert not site.pids("redis-server")
            recover(site)
            with server.connect() as redis:
                assert redis.call("DBSIZE") == 0
                redis.call("SELECT", 3)
                assert redis.call("DBSIZE") > 0
