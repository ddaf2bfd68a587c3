#!/usr/bin/python3
"""Which paths and methods are answered, and how (API.md T2, T3)."""

import pytest

import client
from cases import each_row, good

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")

# Paths that are nobody's; some look as if they were.
UNKNOWN = (
    "/douyin", "/douyin/", "/douyin/nothing/", "/douyin/feed/more",
    "/douyin/feed/..;/", "/douyin/feed/%2e%2e/",
    "/douyin/feeds/", "/douyin/feed.json", "/douyin/feed.html",
    "/douyin/feed%00/x", "/douyin/user/register/x", "/douyin/publish/",
    "/douyin/relatioin/follow/list/", "/-/400", "/@405", "/nothing",
)


@each_row()
def test_a_good_call_succeeds(row, world):
    assert world.user.ask(row.name, **good(row, world)).ok


@each_row()
def test_the_path_needs_no_final_slash(row, world):
    assert world.user.ask(row.name, path=row.bare_path,
                          **good(row, world)).ok


@each_row(lambda row: not row.is_upload)
@pytest.mark.parametrize("doubled", ("first", "inner", "last", "all"))
def test_slashes_may_be_doubled(row, doubled, world):
    pieces = row.path.strip("/").split("/")
    path = {"first": "/" + row.path,
            "inner": "/" + "//".join(pieces) + "/",
            "last": row.path + "/",
            "all": "//" + "//".join(pieces)}[doubled]
    assert world.user.ask(row.name, path=path, **good(row, world)).ok


@each_row(lambda row: row.method == "GET")
def test_a_path_may_be_percent_encoded(row, world):
    path = row.path.replace("o", "%6F").replace("e", "%65")
    assert world.user.ask(row.name, path=path, **good(row, world)).ok


@each_row()
@pytest.mark.parametrize("method", METHODS)
def test_another_method_is_405(row, method, world):
    if method == row.method:
        method = "TEAPOT"
    reply = world.user.ask(row.name, method=method)
    assert (reply.status, reply.error) == (405, "METHOD")


@each_row()
@pytest.mark.parametrize("method", ("GET", "POST"))
def test_another_method_without_the_slash_is_405(row, method, world):
    if method == row.method:
        method = "DELETE"
    reply = world.user.ask(row.name, method=method, path=row.bare_path)
    assert (reply.status, reply.error) == (405, "METHOD")


@each_row(lambda row: row.method == "GET")
def test_head_is_get_without_a_body(row, world, site):
    full = world.user.ask(row.name, **good(row, world))
    head = world.user.ask(row.name, method="HEAD", **good(row, world))
    assert head.status == 200
    assert head.headers["Content-Length"] == full.headers["Content-Length"]
    raw = client.raw_get(site, row.path, method="HEAD")
    assert raw.body == b""


@each_row(lambda row: row.method == "POST")
def test_head_of_an_action_is_405(row, world):
    assert world.user.ask(row.name, method="HEAD").status == 405


@each_row()
def test_answers_are_not_kept_by_anybody(row, world):
    reply = world.user.ask(row.name, how="query", token=None)
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in reply.headers


@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("method", ("GET", "POST"))
def test_an_unknown_path_is_404(site, path, method):
    raw = client.raw_get(site, path, "Content-Length: 0", method=method)
    reply = raw.json()
    assert (reply.status, reply.error) in (
        (404, "NOT_FOUND"), (400, "BAD_REQUEST") if "%00" in path else ())


@pytest.mark.parametrize("path", ("/douyin/FEED/", "/DOUYIN/feed/"))
def test_paths_have_one_case(site, path):
    assert client.raw_get(site, path).status == 404
