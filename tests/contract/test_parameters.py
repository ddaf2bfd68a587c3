#!/usr/bin/python3
"""What every parameter accepts and refuses (API.md 1.2).

Generated: for each parameter of the endpoint table what is just inside its
bounds passes, and what is just outside is refused by name.
"""

import pytest

import client
import shapes
import stories
from cases import (
    cheap, each, each_parameter, good, is_needed, passes)

LETTERS = {"ascii": "a", "cjk": "文", "emoji": "😀"}
SECRET_BYTES = 72

# What no text may hold, as bytes.
BAD_UTF8 = {
    "lone continuation": b"\x80",
    "never a byte": b"\xff",
    "overlong slash": b"\xc0\xaf",
    "overlong of three": b"\xe0\x80\xaf",
    "surrogate": b"\xed\xa0\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "cut short": b"\xe4\xb8",
    "cut short inside": b"\xe4\xb8a",
}
CONTROLS = {
    "NUL": b"\0", "SOH": b"\x01", "backspace": b"\b", "CR": b"\r",
    "escape": b"\x1b[31m", "delete": b"\x7f", "C1": b"\xc2\x85",
}
LINE_ENDS = {"LF": b"\n", "tab": b"\t"}
OVERRIDES = {
    "RLO": "\u202e", "LRE": "\u202a", "RLI": "\u2067", "PDI": "\u2069",
}

# Numbers that cannot be read as one (P6, P7).
UNREADABLE = (
    "abc", "1.5", "9e99", str(2 ** 63), str(2 ** 64), "-" + str(2 ** 64),
    "1e", "e1", "1e-1", "--1", "+", "-", ".", "0x10", "1 2", "1,5", "１",
    "1\0", "nan", "inf", "9" * 65, "1e" + "0" * 500, "0" * 5000 + "x",
)
ZEROS = ("0", "-0", "0.0", "0e+00", "+0")
# Numbers that are nobody's.
NOBODY = ("-1", str(2 ** 53 - 1), str(2 ** 53), str(2 ** 63 - 1),
          str(-2 ** 63))


def is_text(parameter):
    return parameter.is_text


def is_number(kind):
    return lambda parameter: parameter.kind == kind


def ask(world, row, parameter, value):
    """Calls a row with one parameter set, all others good."""
    return world.user.ask(row.name, **cheap(row, world, parameter,
                                            **{parameter.name: value}))


def refused_as(reply, error, parameter):
    return (reply.error, reply.detail) == (error, parameter.name)


# -- needed ones --


@each_parameter(lambda row, parameter: is_needed(row, parameter)
                and parameter.kind != "part")
@pytest.mark.parametrize("how", ("query", "form"))
def test_a_needed_one_that_is_missing_is_refused(row, parameter, how, world):
    parameters = good(row, world, parameter)
    del parameters[parameter.name]
    reply = world.user.ask(row.name, how, **parameters)
    assert refused_as(reply, "PARAM_MISSING", parameter), reply


@each_parameter(lambda row, parameter: is_needed(row, parameter)
                and parameter.kind != "part")
@pytest.mark.parametrize("how", ("query", "form"))
def test_a_needed_one_that_is_empty_is_refused(row, parameter, how, world):
    reply = world.user.ask(row.name, how,
                           **good(row, world, parameter,
                                  **{parameter.name: ""}))
    assert refused_as(reply, "PARAM_MISSING", parameter), reply


@each_parameter(lambda row, parameter: not is_needed(row, parameter))
def test_one_that_is_not_needed_may_be_missing_or_empty(row, parameter, world):
    parameters = cheap(row, world, parameter, **{parameter.name: ""})
    assert passes(world.user.ask(row.name, **parameters))
    del parameters[parameter.name]
    assert passes(world.user.ask(row.name, **parameters))


# -- texts --


@each_parameter(is_text)
@each("letter", LETTERS)
def test_a_text_at_its_bounds_passes(row, parameter, letter, world):
    highest = parameter.high
    if parameter.kind == "secret":
        highest = min(highest, SECRET_BYTES // len(letter.encode()))
    for length in {max(parameter.low, 1), highest}:
        reply = ask(world, row, parameter, letter * length)
        assert passes(reply), reply


@each_parameter(is_text)
@each("letter", LETTERS)
def test_a_text_one_longer_is_refused(row, parameter, letter, world):
    reply = ask(world, row, parameter, letter * (parameter.high + 1))
    assert refused_as(reply, "PARAM_TOO_LONG", parameter), reply


@each_parameter(lambda parameter: parameter.is_text and parameter.low >= 1)
def test_a_text_one_shorter_is_refused(row, parameter, world):
    reply = ask(world, row, parameter, "a" * (parameter.low - 1))
    error = "PARAM_MISSING" if parameter.low == 1 else "PARAM_INVALID"
    assert refused_as(reply, error, parameter), reply


@each_parameter(is_number("secret"))
def test_a_secret_has_at_most_72_bytes(row, parameter, world):
    """bcrypt would not read the 73rd: THREATS 10."""
    fits, longer = "文" * 24, "文" * 24 + "a"
    assert len(fits.encode()) == SECRET_BYTES
    assert passes(ask(world, row, parameter, fits))
    reply = ask(world, row, parameter, longer)
    assert refused_as(reply, "PARAM_TOO_LONG", parameter), reply


@each_parameter(is_text)
@each("bad", {**BAD_UTF8, **CONTROLS})
def test_a_text_that_is_no_text_is_refused(row, parameter, bad, world):
    for value in (bad, b"a" + bad, bad + b"a"):
        reply = ask(world, row, parameter, value)
        assert refused_as(reply, "PARAM_TEXT", parameter), (value, reply)


@each_parameter(is_text)
@each("character", LINE_ENDS)
def test_only_texts_of_several_lines_hold_line_ends(row, parameter, character,
                                                    world):
    reply = ask(world, row, parameter, b"a" + character + b"b")
    if parameter.kind == "lines":
        assert passes(reply), reply
    else:
        assert refused_as(reply, "PARAM_TEXT", parameter), reply


@each_parameter(lambda parameter: parameter.kind == "line")
@each("override", OVERRIDES)
def test_a_name_cannot_turn_text_around(row, parameter, override, world):
    reply = ask(world, row, parameter, "a" + override + "b")
    assert refused_as(reply, "PARAM_TEXT", parameter), reply


@each_parameter(is_text)
def test_a_stray_percent_sign_stays_as_it_is(row, parameter, world):
    """As the URL standard says; what comes after it still counts."""
    parameters = cheap(row, world, parameter, token=world.user.token)
    del parameters[parameter.name]
    reply = world.user.send(row, f"{parameter.name}=100%zz%&"
                            f"{client.encode_pairs(parameters)}")
    assert passes(reply), reply


@each_parameter(lambda parameter: parameter.alias)
@pytest.mark.parametrize("how", ("query", "form", "multipart"))
def test_the_alias_works(row, parameter, how, world):
    parameters = cheap(row, world)
    parameters[parameter.alias] = parameters.pop(parameter.name)
    assert passes(world.user.ask(row.name, how, **parameters))


@each_parameter(lambda parameter: parameter.alias)
def test_the_official_name_comes_before_the_alias(row, parameter, world):
    parameters = {parameter.alias: b"\xff", **cheap(row, world)}
    assert passes(world.user.ask(row.name, **parameters))


# -- numbers --


def outcome(reply):
    """A reply without what the clock puts into it, and what it makes."""
    return {key: value for key, value in reply.body.items()
            if key not in ("next_time", "comment")}


def same(reply, other):
    return outcome(reply) == outcome(other)


@each_parameter(is_number("id"))
@pytest.mark.parametrize("value", (*UNREADABLE, *ZEROS))
def test_an_unreadable_id_and_0_are_none(row, parameter, value, world):
    reply = ask(world, row, parameter, value)
    if parameter.need == "loose":
        assert same(reply, ask(world, row, parameter, ""))
    else:
        assert refused_as(reply, "PARAM_INVALID", parameter), reply


@each_parameter(is_number("id"))
@pytest.mark.parametrize("value", NOBODY)
def test_an_id_of_nobody_is_not_taken_for_none(row, parameter, value, world):
    reply = ask(world, row, parameter, value)
    if parameter.need == "loose" or value == str(2 ** 53 - 1):
        # As for any id that does not exist.
        assert same(reply, ask(world, row, parameter, 2 ** 53 - 2))
        assert not same(reply, ask(world, row, parameter, ""))
    else:
        assert refused_as(reply, "PARAM_INVALID", parameter), reply


@each_parameter(is_number("id"))
@pytest.mark.parametrize("form", (
    "{}", "{}.0", "{}.", "{}e+00", "{}E0", "{}.000e0", "+{}", " {}\t",
    "000{}", "{}0e-1", "0.{}e+{digits}"))
def test_an_id_may_be_written_as_a_float(row, parameter, form, world):
    """The official tests send 1e+06 (P6)."""
    plain = world.user.ask(row.name, **good(row, world, parameter))
    parameters = good(row, world, parameter)
    number = parameters[parameter.name]
    parameters[parameter.name] = form.format(number, digits=len(str(number)))
    reply = world.user.ask(row.name, **parameters)
    assert plain.ok
    assert same(reply, plain)


@each_parameter(is_number("time"))
@pytest.mark.parametrize("value", (*UNREADABLE, *ZEROS, "-1", str(-2 ** 63)))
def test_a_time_that_is_none_counts_as_absent(row, parameter, value, world):
    reply = ask(world, row, parameter, value)
    assert reply.ok
    assert same(reply, ask(world, row, parameter, ""))


def integers(value):
    """All numbers of an answer."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for item in value for number in integers(item)]
    return [value] if isinstance(value, int) else []


@each_parameter(is_number("time"))
def test_an_answer_never_goes_beyond_what_javascript_reads(row, parameter,
                                                           world):
    for value in (2 ** 53, 2 ** 63 - 1, 10 ** 15):
        reply = ask(world, row, parameter, value)
        assert reply.ok
        assert max(integers(reply.body)) < shapes.JSON_SAFE


@each_parameter(is_number("action"))
@pytest.mark.parametrize("value", UNREADABLE)
def test_an_unreadable_action_is_refused(row, parameter, value, world):
    reply = ask(world, row, parameter, value)
    assert refused_as(reply, "PARAM_INVALID", parameter), reply


@each_parameter(is_number("action"))
def test_an_action_has_its_bounds(row, parameter, world):
    for value in (0, -1, parameter.high + 1, 2 ** 32 + 1, 2 ** 63 - 1,
                  "0.0"):
        reply = ask(world, row, parameter, value)
        assert refused_as(reply, "PARAM_INVALID", parameter), reply
    for value in ("1", "1.0", "1e+00", " 1 ", "+1", "01"):
        assert ask(world, row, parameter, value).ok


# -- pages (API.md 1.8) --


@each_parameter(is_number("limit"))
@pytest.mark.parametrize("value", (
    *UNREADABLE, "0", "-1", str(-2 ** 63), "highest", "more"))
def test_a_limit_that_is_none_is_the_longest(row, parameter, value, world):
    value = {"highest": parameter.high, "more": parameter.high + 1}.get(
        value, value)
    reply = ask(world, row, parameter, value)
    assert reply.ok
    assert same(reply, ask(world, row, parameter, ""))


@each_parameter(is_number("before"))
@pytest.mark.parametrize("value", (
    *UNREADABLE, "0", "-1", str(-2 ** 63), str(2 ** 53 - 1), str(2 ** 53)))
def test_a_before_that_is_none_is_the_first_page(row, parameter, value,
                                                 world):
    reply = ask(world, row, parameter, value)
    assert reply.ok
    assert same(reply, ask(world, row, parameter, ""))


def listed(row, reply):
    return next(reply[answer.name] for answer in row.answers
                if answer.empty == [])


@each_parameter(is_number("limit"))
def test_a_limit_of_one_gives_one(row, parameter, world):
    """And says how to go on; written as a float, too."""
    user, call = world.user, good(row, world)
    user.ask("favorite_action", video_id=world.video, action_type=1)
    stories.post(user, world.video)
    assert listed(row, user.ask(row.name, **call))
    for value in (1, "1e+00", " 1.0 "):
        reply = user.ask(row.name, **call, limit=value)
        assert len(listed(row, reply)) == 1
        assert reply["next_before"] > 0


@each_parameter(is_number("before"))
def test_before_the_first_there_is_nothing(row, parameter, world):
    for value in (1, "1e+00"):
        reply = ask(world, row, parameter, value)
        assert (listed(row, reply), reply["next_before"]) == ([], 0)
