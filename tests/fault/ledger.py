#!/usr/bin/python3
"""What writers have been promised, in memory that others see at once.

Each writer has a world of its own, in which nobody else writes, and a page of
the ledger.  It opens the page before a write and closes it, with what must be
shown from now on, when the write has been answered.  A reader who finds a page
closed, asks the site, and finds it still the same, must have been shown exactly
what stands there: the old value is never served after an answered write (I4).
"""

import contextlib
import multiprocessing

# What a page says of its writer's world.
FACTS = ("likes", "comments", "newest_comment", "follows", "fans",
         "own_likes", "messages")


class Ledger:
    def __init__(self, pages):
        # Of each page: how many writes have begun, how many are answered,
        # and the facts.
        self.width = 2 + len(FACTS)
        self.words = multiprocessing.RawArray("q", pages * self.width)

    @contextlib.contextmanager
    def turn(self, page, facts):
        """A write; facts() is asked when it is over."""
        at = page * self.width
        self.words[at] += 1
        yield
        self.words[at + 2:at + self.width] = [facts()[name]
                                              for name in FACTS]
        self.words[at + 1] = self.words[at]

    def read(self, page):
        """The facts with the number of writes; None while one is open, and
        before the first."""
        at = page * self.width
        begun, answered, *facts = self.words[at:at + self.width]
        if not begun or begun != answered or begun != self.words[at]:
            return None
        return {"writes": begun, **dict(zip(FACTS, facts))}
