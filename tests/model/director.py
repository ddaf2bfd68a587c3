#!/usr/bin/python3
"""Lets the actors act, in rounds, and puts their models together."""

from actor import Actor
from crowd import Crowd
from model import Model

ACTORS = 8
ROUNDS = 20


def judge(sends, follows, toggled):
    """Whether each message was accepted or refused as it had to be.

    follows: who followed whom when the round began; toggled: by users of
    which other actor a follow changed during the round.  Only then either
    answer may be right.
    """
    for who, whom, follows_it, back, sent in sends:
        if back is None:
            back = (whom, who) in follows
            if (whom, who) in toggled:
                back = sent
        assert sent == (follows_it and back), \
            f"{who} to {whom}: sent is {sent}, follows {follows_it}, " \
            f"followed {back}"


def apply(toggles, follows):
    for who, whom, now in toggles:
        if now:
            follows.add((who, whom))
        else:
            follows.discard((who, whom))


def play(base, seed, actions, clip):
    """Plays so many actions against a site; the model of all of it."""
    follows, news = set(), []
    with Crowd(ACTORS, lambda number: Actor(number, seed, base, clip)) \
            as crowd:
        for number in range(ROUNDS + 1):
            count = (actions * number // ROUNDS -
                     actions * (number - 1) // ROUNDS) // ACTORS
            news = crowd.do((news, count))
            toggled = {toggle[:2] for told in news for toggle in told.toggles}
            for told in news:
                judge(told.sends, follows, toggled)
            for told in news:
                apply(told.toggles, follows)
        whole = Model()
        for part in crowd.do((news, None)):
            whole.merge(part)
    whole.index()
    return whole
