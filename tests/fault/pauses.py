#!/usr/bin/python3
"""Holding processes still at the pause points of the program (pause.h)."""

import contextlib
import os
import signal

import sites


class Pause:
    """Whoever comes to this point rests there until it is released."""

    def __init__(self, site, name):
        self.name = name
        self.places = site.directory / "pauses"
        self.places.mkdir(exist_ok=True)
        (self.places / name).touch()

    def marks(self):
        return list(self.places.glob(f"{self.name}.*"))

    def arrival(self, among=None, seconds=sites.PATIENCE):
        """Waits until one is there, of some processes where it is told which;
        its process id."""
        def arrived():
            pids = [int(mark.suffix[1:]) for mark in self.marks()]
            return [pid for pid in pids if among is None or pid in among]

        return sites.wait_for(arrived, f"a process at {self.name}",
                              seconds)[0]

    def held(self):
        """Who rests there, of those that live."""
        return [pid for pid in (int(mark.suffix[1:]) for mark in self.marks())
                if sites.is_alive(pid)]

    def release(self):
        """Whoever rests there goes on, before we do."""
        (self.places / self.name).unlink(missing_ok=True)
        sites.wait_for(lambda: not self.held(), f"{self.name} to be left")

    def kill(self):
        """Kills who rests there; nobody else will rest there."""
        pid = self.arrival()
        os.kill(pid, signal.SIGKILL)
        sites.wait_for(lambda: not sites.is_alive(pid), "its end")
        self.release()


@contextlib.contextmanager
def at(site, name):
    """A pause that ends with the block, if it is not released before."""
    pause = Pause(site, name)
    try:
        yield pause
    finally:
        pause.release()
        # One that was killed there has left its mark.
        for mark in pause.marks():
            mark.unlink(missing_ok=True)
