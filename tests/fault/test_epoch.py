#!/usr/bin/python3
"""A site that starts believes nothing of what Redis has kept for it: the epoch
is raised at every start (cache.h)."""

import shutil

import redis_server
import sites
from cached import recover


def test_what_was_changed_while_the_site_was_down_shows():
    """As after a restored backup: nobody has told Redis, which lived on."""
    directory = sites.make_directory()
    with redis_server.serving() as server:
        settings = {"redis_url": f"unix:{server.socket}"}
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
