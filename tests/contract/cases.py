#!/usr/bin/python3
"""How each endpoint is called so that it succeeds.

The contract test makes everything else of the endpoint table; a row that is
not here fails it.
"""

from dataclasses import dataclass, field

import pytest

import table


@dataclass
class Case:
    # From a World to parameters that succeed.
    good: callable
    # Refusals which prove that every parameter was accepted.
    beyond: set = field(default_factory=set)
    # Publishing costs a run of ffmpeg: where the outcome does not matter,
    # these parameters get just as far.
    cheap: callable = None


@dataclass
class World:
    """Whom and what the cases speak of."""
    user: object
    clip: bytes
    people: object


CASES = {
    "video_feed": Case(lambda world: {}),
    "user_register": Case(
        lambda world: {"username": world.people.fresh_name("case"),
                       "password": world.people.fresh_password()},
        {"NAME_TAKEN"}),
    "user_login": Case(
        lambda world: {"username": world.user.name,
                       "password": world.user.password},
        {"LOGIN_WRONG"}),
    "user_show": Case(lambda world: {"user_id": world.user.id}),
    "video_publish": Case(
        lambda world: {"data": world.clip, "title": "Bear"},
        {"FILE_MISSING", "NOT_A_VIDEO"},
        lambda world: {"title": "Bear"}),
    "video_list": Case(lambda world: {"user_id": world.user.id}),
}


def good(row, world, **changes):
    """Parameters that succeed, some of them changed."""
    assert row.name in CASES, f"contract/cases.py must say how {row.name} " \
        "is called"
    return {**CASES[row.name].good(world), **changes}


def cheap(row, world, **changes):
    """The same, but without the work where there is much."""
    case = CASES[row.name]
    return {**(case.cheap or case.good)(world), **changes}


def passes(reply):
    """Whether the parameters were accepted, whatever came of the call."""
    return reply.ok or reply.error in CASES[reply.row.name].beyond


def each_row(condition=lambda row: True):
    """Parametrizes a test over the rows of the table."""
    return pytest.mark.parametrize(
        "row", [row for row in table.rows() if condition(row)],
        ids=lambda row: row.name)


def each_parameter(condition):
    """Parametrizes a test over (row, parameter)."""
    pairs = [(row, parameter) for row in table.rows()
             for parameter in row.parameters if condition(parameter)]
    return pytest.mark.parametrize(
        "row, parameter", pairs,
        ids=[f"{row.name}-{parameter.name}" for row, parameter in pairs])


def each(name, values):
    """Parametrizes a test over a dict from a case's name to its value."""
    return pytest.mark.parametrize(name, values.values(), ids=values.keys())
