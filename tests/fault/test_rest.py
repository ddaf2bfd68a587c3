#!/usr/bin/python3
"""A worker that cannot start leaves its supervisor in peace."""

import os
import re
import signal

import sites

REFUSAL = r"data/secret must hold 32 bytes"


def who_refused(site):
    """The workers that have said so."""
    text = (site.directory / "logs/mini-tiktok.log").read_text()
    return [int(pid) for pid in re.findall(rf" auth\[(\d+)\] - {REFUSAL}",
                                           text)]


def test_a_worker_that_cannot_start_rests_before_the_next_try():
    with sites.running() as site:
        secret = site.directory / "data/secret"
        aside = secret.rename(secret.with_name("aside"))
        os.kill(site.workers("auth")[0], signal.SIGKILL)
        refused = sites.wait_for(lambda: who_refused(site), "a refusal")
        # It has said why and is still there: it rests.
        assert sites.is_alive(refused[-1])
        aside.rename(secret)
        sites.wait_for(lambda: not sites.is_alive(refused[-1]), "its end")
        sites.wait_for(site.is_complete, "a new worker")
        site.expect_processes()
        assert site.people.new().me()
        site.check([REFUSAL])
