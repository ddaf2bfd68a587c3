#!/usr/bin/python3
"""Kills processes of a site at random, hundreds a minute.

Workers die all the time.  Redis dies in bursts: so that in between its memory
fills, and the circuit breaker has closed again, before it is lost anew.
"""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter

# Seconds between two looks at the site, at most.
NAP = .12
# Redis is killed so often in a row, then left alone for so many seconds.
BURST, QUIET = 3, 3.5


class Killer:
    def __init__(self, site, seed):
        self.site = site
        self.dice = random.Random(f"{seed}/killer")
        self.kills = Counter()
        self.left, self.quiet_until = BURST, 0
        self.victims = set()
        self.nap = threading.Event()

    def go_round(self):
        """A worker, the background process and Redis, if they are there."""
        roles = self.site.roles()
        for _ in range(2):
            self.kill_one("worker", [pid for pid, role in roles.items()
                                     if role in ("api", "auth", "upload")])
        if self.dice.random() < .2:
            self.kill_one("work", [pid for pid, role in roles.items()
                                   if role == "work"])
        if time.monotonic() > self.quiet_until:
            self.kill_redis([pid for pid, role in roles.items()
                             if role == "redis"])
        self.nap.wait(self.dice.uniform(0, NAP))

    def kill_redis(self, pids):
        if not self.kill_one("redis", pids):
            return
        self.left -= 1
        if self.left == 0:
            self.left = BURST
            self.quiet_until = time.monotonic() + QUIET

    def kill_one(self, kind, pids):
        """Kills one of them, never the same twice; whether it did."""
        pids = [pid for pid in pids if pid not in self.victims]
        if not pids:
            return False
        victim = self.dice.choice(pids)
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
            self.kills[kind] += 1
            self.victims.add(victim)
            return True
        return False

    def has_killed(self, least):
        return all(self.kills[kind] >= least
                   for kind in ("worker", "work", "redis"))
