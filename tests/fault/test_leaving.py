#!/usr/bin/python3
"""A worker that is told to leave does so in good order."""

import os
import re
import signal

import pytest

import sites
from background import state


def log_of(site):
    return (site.directory / "logs/mini-tiktok.log").read_text()


def has_said(site, pool, pid, word):
    return re.search(rf" INFO {pool}\[{pid}\] - {word}$", log_of(site), re.M)


def waiting(site, pool):
    """A pool's workers, once each of them has begun to wait for a request:
    whom the word reaches before knows nothing of it yet."""
    pids = site.workers(pool)
    sites.wait_for(lambda: all(
        has_said(site, pool, pid, "serving") and state(pid) == "S"
        for pid in pids), f"{pool} to serve")
    return pids


@pytest.mark.parametrize("pool", ("api", "auth", "upload"))
def test_a_worker_told_to_leave_says_so_and_is_replaced(pool, site):
    """Also one that has served nothing yet, as all but a few here."""
    for pid in waiting(site, pool):
        os.kill(pid, signal.SIGUSR1)
        sites.wait_for(lambda: has_said(site, pool, pid, "leaving"),
                       "its last words")
        sites.wait_for(lambda: not sites.is_alive(pid), "its end")
        sites.wait_for(site.whole, "a new worker")
    site.expect_processes()


def test_when_a_site_ends_all_of_its_workers_leave():
    with sites.running() as site:
        pids = {pool: waiting(site, pool) for pool in sites.POOLS}
        log = (site.directory / "logs/mini-tiktok.log").open()
    with log:
        text = log.read()
    for pool, members in pids.items():
        for pid in members:
            assert f" {pool}[{pid}] - leaving\n" in text, (pool, pid)
