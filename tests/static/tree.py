#!/usr/bin/python3
"""The tree as text: which files there are, and what stands in them."""

import functools
import re
import subprocess

from table import ROOT

COMMENT_OR_STRING = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


@functools.lru_cache(None)
def files():
    """What belongs to the tree, by path: all but what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], cwd=ROOT, check=True, timeout=120,
        stdout=subprocess.PIPE, text=True).stdout
    return sorted(path for path in listed.split("\0")
                  if path and (ROOT / path).is_file())


def matching(pattern):
    return [path for path in files() if re.fullmatch(pattern, path)]


@functools.lru_cache(None)
def read(path):
    return (ROOT / path).read_text(errors="replace")


def blank(found):
    """As many lines of nothing."""
    return re.sub(r"[^\n]", " ", found[0])


@functools.lru_cache(None)
def code(path):
    """C without its comments and strings, line for line."""
    return COMMENT_OR_STRING.sub(blank, read(path))


@functools.lru_cache(None)
def strings(path):
    """The string literals of a C file, neighbours joined."""
    text = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S)
    joined = re.findall(r'(?:"(?:\\.|[^"\\\n])*"\s*)+', text)
    return ["".join(re.findall(r'"((?:\\.|[^"\\\n])*)"', one))
            for one in joined]


def lines_with(path, pattern, text=None):
    """Where a pattern stands: ["file:line: text", ...]."""
    return [f"{path}:{number}: {line.strip()}"
            for number, line in enumerate(
                (read(path) if text is None else text).splitlines(), 1)
            if re.search(pattern, line)]
