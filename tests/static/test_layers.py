#!/usr/bin/python3
"""Which file may know which: includes go downward only (DESIGN 2, STYLE 13).

A file is known by its stem.  One layer may use itself and those below it, and
nothing may use itself in a circle.
"""

import re

import pytest

import tree

LAYERS = {
    6: "main serve work runner convert describe describe_nginx admin "
       "admin_jobs",
    5: "endpoints",
    4: "view shelf feed newest chat user video favorite comment relation "
       "friend message",
    3: "args gate password token limit counter reconcile job media quota room "
       # a video's way, in the order in which it goes
       "box entry codec mp4 magic spool input turn tool probe cover film "
       # and a picture's
       "image place picture gc removal",
    2: "store store_sqlite store_commit engine writer cache lookup pack "
       "redis dial breaker shared child confine fence filter",
    1: "errors json form multipart request",
    0: "base arena text conf settings log site pause address network",
}
LAYER = {stem: layer for layer, stems in LAYERS.items()
         for stem in stems.split()}

# Vendor headers have one door each: who may include them.
DOORS = {
    r"sqlite3\.h": {"store_sqlite.c"},
    r"hiredis/.*": {"redis.c"},
    r"fcgi.*\.h": {"request.c", "serve.c"},
    r"jwt\.h": {"token.c"},
    r"crypt\.h": {"password.c"},
    r"json-c/.*|json\.h": {"json.c"},
}

SOURCES = tree.matching(r"fcgi/[^/]+\.[ch]")


def stem(path):
    return re.sub(r".*/|\.\w+$", "", path)


def includes(path):
    """The stems of our own headers that a file includes; tables (.def) are
    read by whoever makes something of them."""
    return [stem(name) for name in
            re.findall(r'^#include "([^"]+\.h)"', tree.read(path), re.M)]


@pytest.mark.parametrize("path", SOURCES)
def test_every_file_has_its_layer(path):
    assert stem(path) in LAYER, "say in LAYERS where it belongs"


@pytest.mark.parametrize("path", SOURCES)
def test_includes_go_downward(path):
    wrong = [name for name in includes(path)
             if LAYER[name] > LAYER[stem(path)]]
    assert not wrong, f"{path} looks up at {wrong}"


def test_headers_do_not_include_each_other_in_a_circle():
    left = {stem(path): set(includes(path)) for path in SOURCES
            if path.endswith(".h")}
    while left:
        free = {name for name, needs in left.items() if not needs & set(left)}
        assert free, f"a circle among {sorted(left)}"
        left = {name: needs for name, needs in left.items()
                if name not in free}


@pytest.mark.parametrize("path", SOURCES)
def test_a_vendor_header_has_one_door(path):
    for name in re.findall(r"^#include <([^>]+)>", tree.read(path), re.M):
        for pattern, doors in DOORS.items():
            if re.fullmatch(pattern, name):
                assert path.rpartition("/")[2] in doors, f"{path}: <{name}>"


@pytest.mark.parametrize("path", [path for path in SOURCES
                                  if path.endswith(".c")])
def test_a_source_begins_with_its_own_header(path):
    """So a header that lacks an include of its own does not compile."""
    header = {"store_sqlite": "store", "store_commit": "store", "main": None}.get(
        stem(path), stem(path))
    if header is not None:
        assert includes(path)[0] == header


@pytest.mark.parametrize("path", [path for path in SOURCES
                                  if path.endswith(".h")])
def test_public_names_begin_with_the_files_noun(path):
    noun = {"base": "base|ensure", "store": "store", "pack": "pack|unpack"}.get(
        stem(path), stem(path))
    functions = re.findall(
        r"^(?:[a-z_][a-z0-9_ ]*[ \t*]+)(\w+)\(", tree.code(path), re.M)
    odd = [name for name in functions
           if not re.match(rf"(?:{noun})(_|$)", name)]
    assert not odd, f"{path}: {odd}"
