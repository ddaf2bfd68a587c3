#!/usr/bin/python3
"""Holding processes of a site at the pause points of the build (pause.h)."""

import contextlib
import os
import signal

import sites


class Pause:
    """One pause point, as long as it holds."""

    def __init__(self, site, name):
        self.file = site.directory / "pauses" / name

    def held(self):
        """The processes that rest there."""
        pids = [int(path.suffix[1:]) for path in
                self.file.parent.glob(f"{self.file.name}.*")]
        return [pid for pid in pids if sites.is_alive(pid)]

    def wait(self):
        """Waits until somebody rests there; who."""
        return sites.wait_for(self.held, f"a process at {self.file.name}")[0]

    def lift(self):
        """Whoever rests there goes on."""
        self.file.unlink(missing_ok=True)
        sites.wait_for(lambda: not self.held(), f"{self.file.name}'s end")

    def kill(self):
        """Kills who rests there; others do not rest there any more."""
        pid = self.wait()
        os.kill(pid, signal.SIGKILL)
        sites.wait_for(lambda: not sites.is_alive(pid), "its end")
        self.lift()
        self.file.with_suffix(f".{pid}").unlink()


@contextlib.contextmanager
def at(site, name):
    """From now on whoever comes to the point rests there."""
    pause = Pause(site, name)
    pause.file.parent.mkdir(exist_ok=True)
    pause.file.touch()
    try:
        yield pause
    finally:
        pause.lift()
