#!/usr/bin/python3
"""What is generated and checked in is what the tables give now; and what
nginx is told keeps to a few rules."""

import re
import subprocess

import pytest

import table
import tree

CONFIGURATIONS = tree.matching(r"nginx/[^/]+\.conf")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """The generated files, made anew."""
    place = tmp_path_factory.mktemp("generated")
    subprocess.run([table.ROOT / "scripts/generate", table.BINARY, place],
                   check=True, timeout=120)
    return place


def test_nothing_generated_is_out_of_date(fresh):
    made = sorted(path.relative_to(fresh) for path in fresh.rglob("*")
                  if path.is_file())
    assert made
    stale = [str(path) for path in made
             if (fresh / path).read_text() !=
             (table.ROOT / path).read_text()]
    assert not stale, f"run scripts/generate build/.../mini-tiktok: {stale}"


def test_nginx_has_two_locations_for_every_endpoint():
    text = tree.read("nginx/endpoints.conf")
    for row in table.rows():
        for path in (row.path, row.bare_path):
            assert len(re.findall(rf"^location = {re.escape(path)} \{{$",
                                  text, re.M)) == 1


def test_the_readme_tells_every_setting():
    documented = set(re.findall(r"^\| `(\w+)` \|", tree.read("README.md"),
                                re.M))
    described = set(re.findall(r"^\| `(\w+)` \|", table.describe("settings"),
                               re.M))
    assert described and described <= documented


@pytest.mark.parametrize("path", CONFIGURATIONS)
def test_nginx_is_told_nothing_that_has_hurt_others(path):
    """THREATS 6 and 18: aliases, the mp4 module, listings."""
    text = re.sub(r"#.*", "", tree.read(path))
    assert not re.search(
        r"^\s*(alias\s|mp4;|autoindex\s+on|dav_)", text, re.M)


@pytest.mark.parametrize("path", CONFIGURATIONS)
def test_nginx_logs_no_query(path):
    """THREATS 8: a token may stand in it."""
    formats = re.findall(r"log_format\s[^;]*;", tree.read(path))
    assert not [one for one in formats if re.search(
        r"\$(args|query_string|request|request_uri|http_\w+|arg_\w+)\b", one)]
