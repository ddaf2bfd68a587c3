#!/usr/bin/python3
"""Holding processes of a site still at a step (fcgi/pause.h); BUILD=test."""

import contextlib

import sites


@contextlib.contextmanager
def held(site, name):
    """Whoever comes to the pause point rests there until the context ends;
    yields a function that waits for one (of these processes, where it is told
    which) and returns its process id."""
    directory = site.directory / "pauses"
    directory.mkdir(exist_ok=True)
    point = directory / name
    point.touch()

    def arrived(among=None):
        return sites.wait_for(
            lambda: [pid for pid in (int(path.name.rpartition(".")[2])
                                     for path in directory.glob(f"{name}.*"))
                     if among is None or pid in among],
            f"somebody at {name}", 60)[0]

    try:
        yield arrived
    finally:
        point.unlink(missing_ok=True)
        for path in directory.glob(f"{name}.*"):
            # of one that was killed there
            if not sites.is_alive(int(path.name.rpartition(".")[2])):
                path.unlink(missing_ok=True)
