#!/usr/bin/python3
"""docs/openapi.json is what scripts/openapi makes of this program, is valid in
itself, and real answers are as it says; the site serves it."""

import copy
import difflib
import functools
import json
import subprocess

import jsonschema
import pytest

import sites
import table
from cases import each_row, good

FILE = table.ROOT / "docs/openapi.json"
PATH = "/douyin/openapi.json"


@functools.lru_cache(None)
def document():
    return json.loads(FILE.read_text())


def closed(schema):
    """A copy in which no object has a member that is not named."""
    schema = copy.deepcopy(schema)
    if "properties" in schema:
        schema["additionalProperties"] = False
    return schema


@functools.lru_cache(None)
def components():
    """The objects, closed; the envelope stays open for what it wraps."""
    schemas = document()["components"]["schemas"]
    return {"schemas": {name: schema if name == "Envelope" else closed(schema)
                        for name, schema in schemas.items()}}


def operations():
    return {(method.upper(), path): operation
            for path, methods in document()["paths"].items()
            for method, operation in methods.items()}


def operation_of(row):
    return operations()[row.method, row.path]


def answer_of(operation):
    return operation["responses"]["200"]["content"]["application/json"]


def check_answer(row, body):
    schema = {**answer_of(operation_of(row))["schema"],
              "unevaluatedProperties": False, "components": components()}
    jsonschema.Draft202012Validator(schema).validate(body)


def walk(value):
    yield value
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from walk(item)


# -- the document --


def test_it_is_what_the_program_says(tmp_path, clip):
    """When it is not: `make openapi`, and look at what has changed."""
    file = tmp_path / "clip.mp4"
    file.write_bytes(clip)
    with sites.running() as site:
        made = subprocess.run(
            [table.ROOT / "scripts/openapi", table.BINARY, site.base, file],
            check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout
    difference = list(difflib.unified_diff(
        FILE.read_text().splitlines(), made.splitlines(), "docs/openapi.json",
        "scripts/openapi", lineterm="", n=2))
    assert not difference, "\n".join(difference[:60])


def test_it_has_every_endpoint_and_no_other():
    assert document()["openapi"] == "3.1.0"
    assert set(operations()) == {(row.method, row.path)
                                 for row in table.rows()}
    names = [operation["operationId"] for operation in operations().values()]
    assert sorted(names) == sorted(row.name for row in table.rows())


def test_it_has_every_error():
    words = document()["info"]["description"]
    for error in table.errors().values():
        assert f"| {error.code} |" in words
        assert f"| {error.zh} | {error.en} |" in words


def test_every_reference_leads_somewhere():
    references = {value["$ref"] for value in walk(document())
                  if isinstance(value, dict) and "$ref" in value}
    assert len(references) > 5
    for reference in references:
        place = document()
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]


def test_every_schema_is_one():
    schemas = [value["schema"] for value in walk(document())
               if isinstance(value, dict) and "schema" in value]
    schemas += document()["components"]["schemas"].values()
    assert len(schemas) > 2 * len(table.rows())
    for schema in schemas:
        jsonschema.Draft202012Validator.check_schema(schema)


@each_row()
def test_every_parameter_is_there(row):
    operation = operation_of(row)
    if row.is_upload:
        form = operation["requestBody"]["content"]["multipart/form-data"]
        names = set(form["schema"]["properties"]) - {"token"}
    else:
        assert all(p["in"] == "query" for p in operation["parameters"])
        names = {p["name"] for p in operation["parameters"]}
        assert len(names) == len(operation["parameters"])
    assert names == {p.name for p in row.parameters}


@each_row()
def test_its_examples_are_as_it_says(row):
    examples = answer_of(operation_of(row))["examples"]
    assert "success" in examples
    for example in examples.values():
        check_answer(row, example["value"])
        assert not isinstance(example["value"]["status_code"], bool)
    refusals = [name for name, example in examples.items()
                if example["value"]["status_code"] != 0]
    assert refusals == ([] if row.login == "lenient" else ["refusal"])


# -- real answers --


@each_row()
def test_a_real_success_is_as_it_says(row, world):
    check_answer(row, world.user.ask(row.name, **good(row, world)).body)


@each_row()
def test_a_real_refusal_is_as_it_says(row, world):
    for reply in (world.user.ask(row.name, token="none"),
                  world.user.ask(row.name, method="DELETE")):
        check_answer(row, reply.body)


@each_row(lambda row: row.answers)
def test_the_schema_would_notice(row, world):
    """Or the tests above would prove nothing."""
    body = world.user.ask(row.name, **good(row, world)).body
    for wrong in ({**body, "more": 1}, {**body, "status_code": "0"},
                  {**body, "status_msg": ""},
                  *({**body, answer.name: None} for answer in row.answers)):
        with pytest.raises(jsonschema.ValidationError):
            check_answer(row, wrong)


# -- on the site --


def test_the_site_serves_it(guest):
    answer = guest.fetch(PATH)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.text == FILE.read_text()
    assert guest.fetch(PATH, "POST").status_code == 405
    assert guest.fetch(PATH + "/").status_code == 404
