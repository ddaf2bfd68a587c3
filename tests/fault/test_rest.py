#!/usr/bin/python3
"""A worker that cannot start leaves its supervisor in peace."""

import datetime
import os
import re
import signal

import sites

REFUSAL = r"data/secret must hold 32 bytes"
REST = datetime.timedelta(seconds=1)


def refusals(site):
    """When workers have said so, and which: [(time, process id)]."""
    text = (site.directory / "logs/mini-tiktok.log").read_text()
    return [(datetime.datetime.fromisoformat(moment), int(pid))
            for moment, pid in re.findall(
                rf"^(\S+)Z \w+ auth\[(\d+)\] - {REFUSAL}", text, re.M)]


def test_a_worker_that_cannot_start_rests_before_the_next_try():
    with sites.running() as site:
        secret = site.directory / "data/secret"
        aside = secret.rename(secret.with_name("aside"))
        os.kill(site.workers("auth")[0], signal.SIGKILL)
        sites.wait_for(lambda: len(refusals(site)) > 1, "two refusals")
        aside.rename(secret)
        sites.wait_for(lambda: not any(
            sites.is_alive(pid) for _, pid in refusals(site)), "their end")
        site.expect_processes()
        assert site.people.new().me()
        site.check([REFUSAL])
        times = [time for time, _ in refusals(site)]
        assert all(later - one >= REST for one, later in
                   zip(times, times[1:]))
