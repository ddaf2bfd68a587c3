#!/usr/bin/python3
"""Where parameters may stand: query, form, both, header (API.md 1.2)."""

import pytest

import client
import multipart
import table
from cases import cheap, each_parameter, each_row, good, passes

FIELDS = 64
PARTS = 8
FORM_BYTES = 64 * 1024


def is_small(row):
    return not row.is_upload


@each_row(is_small)
@pytest.mark.parametrize("how", ("query", "form", "both", "multipart",
                                 "bearer"))
def test_every_way_works(row, how, world):
    """Also with a body on a GET, as the official tests send it (T6)."""
    assert world.user.ask(row.name, how, **good(row, world)).ok


def split_call(world, row, in_query, in_form):
    """Calls a row with some pairs in the query and others in a form."""
    return world.user.send(
        row, client.encode_pairs(in_query), client.encode_pairs(in_form),
        {"Content-Type": "application/x-www-form-urlencoded"})


def with_token(world, row, parameters):
    return {**parameters, "token": world.user.token}


@each_row(is_small)
def test_the_query_wins_over_the_form(row, world):
    parameters = with_token(world, row, good(row, world))
    spoiled = {name: b"\xff" for name in parameters}
    assert split_call(world, row, parameters, spoiled).ok


@each_row(is_small)
def test_an_empty_one_in_the_query_leaves_it_to_the_form(row, world):
    parameters = with_token(world, row, good(row, world))
    emptied = {name: "" for name in parameters}
    assert split_call(world, row, emptied, parameters).ok


@each_row(is_small)
def test_of_equal_names_the_first_counts(row, world):
    parameters = {name: [value, b"\xff"] for name, value in
                  with_token(world, row, good(row, world)).items()}
    assert split_call(world, row, parameters, {}).ok


@each_row(is_small)
@pytest.mark.parametrize("kind, body", (
    ("application/json", b'{"username":"x"}'), ("text/plain", b"\xff\0"),
    ("", b"username=x"), ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=" + "b" * 71, b"boundary too long"),
))
def test_a_body_that_is_no_form_is_left_alone(row, kind, body, world):
    query = client.encode_pairs(with_token(world, row, good(row, world)))
    assert world.user.send(row, query, body, {"Content-Type": kind}).ok


@each_row(is_small)
def test_a_multipart_form_that_is_cut_short_is_refused(row, world):
    content_type, body = multipart.encode([multipart.text("username", "x")],
                                          final=False)
    query = client.encode_pairs(with_token(world, row, good(row, world)))
    reply = world.user.send(row, query, body, {"Content-Type": content_type})
    assert reply.error == "FORM_BROKEN", reply


@each_row(is_small)
def test_a_body_may_come_in_chunks(row, world, site):
    body = client.encode_pairs(with_token(world, row, good(row, world)))
    half = len(body) // 2
    chunks = "".join(f"{len(piece):x}\r\n{piece}\r\n"
                     for piece in (body[:half], body[half:], ""))
    raw = client.raw(site, (
        f"{row.method} {row.path} HTTP/1.1\r\nHost: x\r\n"
        "Connection: close\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        + chunks).encode())
    assert raw.json(row).ok


# -- how much --


def filled_up(parameters, count):
    """The parameters and as many others as make count fields."""
    others = {f"other{i}": i for i in range(count - len(parameters))}
    return {**parameters, **others}


@each_row(is_small)
@pytest.mark.parametrize("how", ("query", "form"))
def test_64_fields_are_read(row, how, world):
    fields = filled_up(with_token(world, row, good(row, world)), FIELDS)
    assert world.user.ask(row.name, how, **fields).ok


@each_row()
@pytest.mark.parametrize("how", ("query", "form"))
@pytest.mark.parametrize("count", (FIELDS + 1, 400))
def test_more_fields_are_refused(row, how, count, world):
    fields = filled_up(with_token(world, row, cheap(row, world)), count)
    reply = world.user.ask(row.name, how, **fields)
    assert reply.error == "TOO_MANY_FIELDS", reply


@each_row()
def test_8_parts_are_read_and_9_refused(row, world):
    fields = with_token(world, row, cheap(row, world))
    reply = world.user.ask(row.name, "multipart", **filled_up(fields, PARTS))
    assert passes(reply), reply
    reply = world.user.ask(row.name, "multipart",
                           **filled_up(fields, PARTS + 1))
    assert reply.error == "TOO_MANY_FIELDS", reply


@each_row(is_small)
def test_a_form_of_64_kib_is_read(row, world):
    fields = with_token(world, row, good(row, world))
    fields["other"] = ""
    fields["other"] = "x" * (FORM_BYTES - len(client.encode_pairs(fields)))
    assert world.user.ask(row.name, "form", **fields).ok


@each_row(is_small)
def test_a_larger_form_is_413(row, world):
    fields = with_token(world, row, good(row, world))
    fields["other"] = "x" * FORM_BYTES
    reply = world.user.ask(row.name, "form", **fields)
    assert (reply.status, reply.error) == (413, "BODY_TOO_LARGE")


@each_row(lambda row: row.is_upload)
def test_a_large_form_is_no_upload(row, world):
    """An urlencoded body stays small where a file may be large."""
    reply = world.user.ask(row.name, "form", title="x" * FORM_BYTES)
    assert reply.error == "BODY_TOO_LARGE", reply


@each_parameter(lambda parameter: parameter.is_text)
def test_a_field_of_a_multipart_form_has_its_limit(row, parameter, world):
    parameters = cheap(row, world, **{parameter.name: "x" * 16385})
    reply = world.user.ask(row.name, "multipart", **parameters)
    assert reply.error == "PARAM_TOO_LONG", reply


def test_the_table_and_the_cases_name_the_same_endpoints():
    from cases import CASES
    assert set(CASES) == {row.name for row in table.rows()}
