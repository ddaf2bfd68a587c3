#!/usr/bin/python3
"""How each endpoint is called so that it succeeds.

The contract test makes everything else of the endpoint table; a row that is
not here fails it.
"""

import inspect
from dataclasses import dataclass, field

import pytest

import pictures
import stories
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
    # Parameters that the table does not need but this call does.
    needs: set = field(default_factory=set)
    # Other calls, for parameters that the good one has no use for.
    others: dict = field(default_factory=dict)
    # Success changes what the caller is: each test has one of its own.
    own_user: bool = False


@dataclass
class World:
    """Whom and what the cases speak of."""
    user: object
    # Follows the user and is followed.
    friend: object
    # Of the friend.
    video: int
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
    "user_password": Case(
        lambda world: {"old_password": world.user.password,
                       "new_password": world.user.password},
        {"PASSWORD_WRONG"}, own_user=True),
    "user_update": Case(
        lambda world: {"avatar": pictures.png(), "signature": "hi"},
        {"PARAM_MISSING", "NOT_A_PICTURE"},
        lambda world: {"signature": "hi"}),
    "video_show": Case(lambda world: {"video_id": world.video}),
    "user_show": Case(lambda world: {"user_id": world.user.id}),
    "video_publish": Case(
        lambda world: {"data": world.clip, "title": "Bear"},
        {"FILE_MISSING", "NOT_A_VIDEO"},
        lambda world: {"title": "Bear"}),
    "video_delete": Case(lambda world: {
        "video_id": stories.make_video(world.user.site, world.user)}),
    "video_list": Case(lambda world: {"user_id": world.user.id}),
    "favorite_action": Case(
        lambda world: {"video_id": world.video, "action_type": 1}),
    "favorite_list": Case(lambda world: {"user_id": world.user.id}),
    "comment_action": Case(
        lambda world: {"video_id": world.video, "action_type": 1,
                       "comment_text": "nice"},
        needs={"comment_text", "comment_id"},
        others={"comment_id": lambda world: {
            "video_id": world.video, "action_type": 2,
            "comment_id": stories.post(world.user, world.video)["id"]}}),
    "comment_list": Case(lambda world: {"video_id": world.video}),
    "relation_action": Case(
        lambda world: {"to_user_id": world.friend.id, "action_type": 1}),
    "relation_follow_list": Case(lambda world: {"user_id": world.user.id}),
    "relation_follower_list": Case(lambda world: {"user_id": world.user.id}),
    "friend_list": Case(lambda world: {"user_id": world.user.id}),
    "message_chat": Case(lambda world: {"to_user_id": world.friend.id}),
    "message_action": Case(
        lambda world: {"to_user_id": world.friend.id, "action_type": 1,
                       "content": "hi"},
        needs={"action_type", "content"},
        # The seed's history.
        others={"pre_msg_time": lambda world: {
            "to_user_id": world.friend.id}}),
}


def is_needed(row, parameter):
    return parameter.need == "needed" or \
        parameter.name in CASES[row.name].needs


def good(row, world, parameter=None, **changes):
    """Parameters that succeed, some of them changed; where parameter is
    given, such that it matters."""
    assert row.name in CASES, f"contract/cases.py must say how {row.name} " \
        "is called"
    case = CASES[row.name]
    make = case.others.get(parameter and parameter.name, case.good)
    return {**make(world), **changes}


def cheap(row, world, parameter=None, **changes):
    """The same, but without the work where there is much."""
    case = CASES[row.name]
    if case.cheap:
        return {**case.cheap(world), **changes}
    return good(row, world, parameter, **changes)


def passes(reply):
    """Whether the parameters were accepted, whatever came of the call."""
    return reply.ok or reply.error in CASES[reply.row.name].beyond


def each_row(condition=lambda row: True):
    """Parametrizes a test over the rows of the table."""
    return pytest.mark.parametrize(
        "row", [row for row in table.rows() if condition(row)],
        ids=lambda row: row.name)


def each_parameter(condition):
    """Parametrizes a test over (row, parameter); the condition is one of the
    parameter, or of both."""
    if len(inspect.signature(condition).parameters) == 1:
        one, condition = condition, lambda row, parameter: one(parameter)
    pairs = [(row, parameter) for row in table.rows()
             for parameter in row.parameters if condition(row, parameter)]
    return pytest.mark.parametrize(
        "row, parameter", pairs,
        ids=[f"{row.name}-{parameter.name}" for row, parameter in pairs])


def each(name, values):
    """Parametrizes a test over a dict from a case's name to its value."""
    return pytest.mark.parametrize(name, values.values(), ids=values.keys())
