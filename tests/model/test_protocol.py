#!/usr/bin/python3
"""No order of events makes the cache tell the past, and no part of its protocol
could be left out."""

import pytest

import protocol
from protocol import World

# What may happen, a little of everything in turn: all of it at once would take
# hours and show no more.
WORLDS = {
    "writers die": World(deaths=1, losses=1),
    "writers die and are refused": World(deaths=1, refusals=1),
    "tombstones fail": World(failures=1, losses=1),
    "Redis comes back with old memory": World(writers=1, restarts=1),
    "Redis comes back, a writer dies": World(writers=1, deaths=1, restarts=1),
    "the address leads elsewhere": World(newcomers=2, switches=1),
    "the address leads elsewhere and back": World(
        writers=1, readers=3, newcomers=1, switches=2),
}

# A part that is left out, and the world in which that is seen.
NEEDED = {
    "mark": "writers die and are refused",
    "refusal": "writers die and are refused",
    "tombstone": "writers die",
    "watch": "tombstones fail",
    "raise": "tombstones fail",
    "incarnation": "Redis comes back with old memory",
    "number": "the address leads elsewhere and back",
    "check": "the address leads elsewhere",
}


@pytest.mark.parametrize("name", WORLDS)
def test_no_order_of_events_breaks_it(name):
    way, states = protocol.explore(WORLDS[name])
    assert way is None, "\n".join(way)
    print(f"\n{name}: {states} states")


@pytest.mark.parametrize("part", NEEDED)
def test_each_part_is_needed(part):
    way, _ = protocol.explore(
        WORLDS[NEEDED[part]]._replace(without=part))
    assert way is not None, f"without {part} nothing breaks"
