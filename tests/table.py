#!/usr/bin/python3
"""The tables of the binary, as `mini-tiktok describe` prints them.

The tests know the API from here: an endpoint, a parameter or an error that is
added to the program's tables is tested without a line being written.
"""

import functools
import json
import os
import pathlib
import subprocess
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = os.environ.get("BUILD", "release")
BINARY = ROOT / "build" / BUILD / "mini-tiktok"
SANITIZED = BUILD == "asan"


def describe(view):
    """What the binary says of itself; it needs no site for that."""
    return subprocess.run(
        [BINARY, "describe", view], check=True, timeout=120,
        stdout=subprocess.PIPE, text=True).stdout


@dataclass(frozen=True)
class Parameter:
    name: str
    alias: str
    kind: str
    need: str
    low: int
    high: int
    words: str = ""
    # Of a part: what it may be.
    types: str = ""

    @property
    def is_text(self):
        return self.kind in ("line", "lines", "secret")


@dataclass(frozen=True)
class Answer:
    name: str
    shape: str
    # What a refusal carries instead; None where it carries nothing.
    empty: object = field(default=None, hash=False)


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    path: str
    pool: str
    login: str
    answers: tuple = field(hash=False)
    parameters: tuple = field(hash=False)
    words: str = ""

    @property
    def bare_path(self):
        """The path without the final slash."""
        return self.path.rstrip("/")

    @property
    def is_upload(self):
        return self.pool == "upload"

    @property
    def parts(self):
        """The names of the parameters that are files."""
        return [parameter.name for parameter in self.parameters
                if parameter.kind == "part"]

    @property
    def most_bytes(self):
        """What its files may have together."""
        return sum(parameter.high for parameter in self.parameters
                   if parameter.kind == "part")

    def failure_members(self, now_ms=0):
        """What a refusal carries beside the envelope."""
        return {answer.name: now_ms if answer.shape == "time" else answer.empty
                for answer in self.answers
                if answer.shape == "time" or answer.empty is not None}


@dataclass(frozen=True)
class Error:
    name: str
    code: int
    http: int
    rule: bool
    zh: str
    en: str


def pick(kind, members):
    """An object of a class from the members of JSON that it knows."""
    known = kind.__dataclass_fields__
    return kind(**{key: members[key] for key in known if key in members})


@functools.lru_cache(None)
def described_endpoints():
    return json.loads(describe("endpoints"))


@functools.lru_cache(None)
def rows():
    """The endpoints, in the table's order."""
    return [
        pick(Row, {**row, "answers": tuple(
            pick(Answer, answer) for answer in row["answers"]),
            "parameters": tuple(pick(Parameter, parameter)
                                for parameter in row["parameters"])})
        for row in described_endpoints()["endpoints"]]


@functools.lru_cache(None)
def errors():
    """The errors by name."""
    return {error["name"]: pick(Error, error)
            for error in described_endpoints()["errors"]}


@functools.lru_cache(None)
def error_names():
    """The names by status_code."""
    return {error.code: name for name, error in errors().items()}


def row_of(name):
    return next(row for row in rows() if row.name == name)
