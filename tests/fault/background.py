#!/usr/bin/python3
"""Calls that are under way while a test does something else."""

import contextlib
import os
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


@contextlib.contextmanager
def stopped(pids):
    """These processes do nothing meanwhile."""
    kill(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in filter(sites.is_alive, pids):
            os.kill(pid, signal.SIGCONT)
