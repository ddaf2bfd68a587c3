#!/usr/bin/python3
"""A guest who asks for the feed all the time."""

import threading

PAUSE_SECONDS = 0.05


class Poller:
    """Use it as a context manager; bad holds every answer but good ones."""

    def __init__(self, guest):
        self.guest = guest
        self.good = 0
        self.bad = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.poll)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def poll(self):
        while not self.ended.wait(PAUSE_SECONDS):
            try:
                reply = self.guest.feed()
                if reply.ok:
                    self.good += 1
                else:
                    self.bad.append(reply)
            except Exception as error:  # whatever it was, it was no answer
                self.bad.append(error)
