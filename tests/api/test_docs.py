#!/usr/bin/python3
"""What the API's page, /docs/, is made of."""

import json

import pytest

import table

FOLDER = table.ROOT / "docs/page"
TYPES = {"html": "text/html; charset=utf-8",
         "css": "text/css; charset=utf-8",
         "js": "text/javascript; charset=utf-8", "json": "application/json"}
WORDS = json.loads((FOLDER / "words.json").read_text())


@pytest.mark.parametrize("path", sorted(
    one.name for one in FOLDER.iterdir()))
def test_it_is_served_with_its_type(guest, path):
    answer = guest.fetch(f"/docs/{path}")
    assert answer.status_code == 200
    assert answer.text == (FOLDER / path).read_text()
    assert answer.headers["Content-Type"] == TYPES[path.rpartition(".")[2]]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_it_may_run_and_reach_nothing_but_its_own(guest):
    """THREATS 22 and 8."""
    answer = guest.fetch("/docs/")
    assert answer.text == (FOLDER / "index.html").read_text()
    policy = dict(one.strip().split(" ", 1) for one in
                  answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == \
        policy["connect-src"] == "'self'"


def test_without_its_slash_one_is_led_there(guest):
    answer = guest.fetch("/docs")
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/docs/")
    assert guest.fetch("/docs/nothing").status_code == 404


def test_every_endpoint_and_parameter_has_chinese_words():
    assert set(WORDS["operations"]) == {row.name for row in table.rows()}
    assert set(WORDS["parameters"]) == {"token"} | {
        parameter.name for row in table.rows()
        for parameter in row.parameters}
    groups = {row.name.split("_")[0] for row in table.rows()}
    assert groups <= set(WORDS["page"])


def descriptions(value):
    """What is said of the members of objects."""
    if isinstance(value, dict):
        for member in value.get("properties", {}).values():
            if "description" in member:
                yield member["description"]
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from descriptions(item)


def test_every_member_of_an_answer_has_chinese_words():
    document = json.loads((table.ROOT / "docs/openapi.json").read_text())
    said = set(descriptions(document["components"]["schemas"]))
    for methods in document["paths"].values():
        for operation in methods.values():
            said |= set(descriptions(operation["responses"]))
    assert set(WORDS["members"]) == said


def test_every_word_of_the_page_is_there_in_both_languages():
    assert all(len(pair) == 2 and all(pair)
               for pair in WORDS["page"].values())
    document = json.loads((table.ROOT / "docs/openapi.json").read_text())
    points = document["info"]["description"].split("\n\n")[1].split("\n- ")
    assert len(points) == len(WORDS["about"])
