#!/usr/bin/python3
"""What Redis keeps for another site, or has kept for an earlier run, is not
believed: keys name the site and its epoch, which every start raises (cache.h)."""

import os
import re
import shutil

import redis_server
import sites
from cached import PATIENT, recover


def test_what_was_changed_while_the_site_was_down_shows():
    """As after a restored backup: nobody has told Redis, which lived on."""
    directory = sites.make_directory()
    with redis_server.serving() as server:
        settings = {"redis_url": f"unix:{server.socket}", **PATIENT}
        with sites.Site(directory, settings) as site:
            recover(site)
            ann = site.people.new()
            for _ in range(3):
                assert ann.me()["signature"] != "new"
        with site.database() as db:
            db.execute("PRAGMA query_only = OFF")
            db.execute("UPDATE account SET signature = 'new'")
        with site:
            assert server.keys()
            assert ann.me()["signature"] == "new"
    shutil.rmtree(directory.parent)


def test_two_sites_with_one_redis_do_not_see_each_other():
    """Also if they are in the same epoch; their first users have the same
    number and different names."""
    with redis_server.serving() as server:
        url = f"unix:{server.socket}"
        with sites.running(redis_url=url, **PATIENT) as one, \
                sites.running(redis_url=url, **PATIENT) as other:
            people = [site.people.new(f"{name}-")
                      for site, name in ((one, "ann"), (other, "bob"))]
            assert people[0].id == people[1].id
            for site in (one, other):
                with site.writing() as db:
                    db.execute("UPDATE site SET epoch = ?", (2 ** 52,))
            for _ in range(3):
                for who in people:
                    assert who.me()["name"] == who.name
            assert one.stats()["hits"] and other.stats()["hits"]


def test_once_one_has_met_another_server_nobody_speaks_with_the_old_one():
    """Both live, as when the address has been given to another."""
    with redis_server.serving() as old, redis_server.serving() as new, \
            sites.running(redis_url=f"unix:{old.socket}",
                          **PATIENT) as site, \
            old.connect() as line:
        ann = site.people.new()
        recover(site)
        os.rename(new.socket, old.socket)
        # The pool that logs in has not called before.
        assert ann.ask("user_login", username=ann.name,
                       password=ann.password).ok
        before = commands(line)
        for _ in range(20):
            assert ann.me()["name"] == ann.name
        assert commands(line) == before + 1


def commands(line):
    """How many commands a server has run; this is one more."""
    return int(re.search(rb"total_commands_processed:(\d+)",
                         line.call("INFO", "stats"))[1])
