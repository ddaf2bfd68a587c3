#!/usr/bin/python3
"""Calls that are under way while a test does something else."""

import contextlib
import os
import pathlib
import signal
import threading

import client
import sites


@contextlib.contextmanager
def in_background(call):
    """Runs a call in a thread; yields a function that waits for its value."""
    values = []
    thread = threading.Thread(target=lambda: values.append(call()))
    thread.start()

    def finish():
        thread.join(client.TIMEOUT)
        assert values, "the call has not come to an end"
        return values[0]

    yield finish
    finish()


def kill(pids, number=signal.SIGKILL):
    for pid in pids:
        os.kill(pid, number)


def state(pid):
    """A letter of proc(5); X when it is gone."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "X"
    return stat.rpartition(")")[2].split()[0]


@contextlib.contextmanager
def stopped(pids):
    """These processes do nothing meanwhile, from before the block on."""
    kill(pids, signal.SIGSTOP)
    try:
        for pid in pids:
            sites.wait_for(lambda: state(pid) in "TZX", f"{pid} to stop")
        yield
    finally:
        for pid in filter(sites.is_alive, pids):
            os.kill(pid, signal.SIGCONT)
