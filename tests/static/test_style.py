#!/usr/bin/python3
"""The hand in which the tree is written (STYLE.md)."""

import os
import re

import pytest

import tree
from table import ROOT

LONGEST_FUNCTION = 60
LONGEST_FILE = 450
COLUMNS = 80
TAB = 8

# Each has a better neighbour: snprintf, memcpy with a length, text_integer,
# openat with O_EXCL, child_run.
BANNED = ("system popen strcpy strcat sprintf vsprintf gets atoi atol atoll "
          "atof tmpnam tempnam mktemp strtok rand srand alloca setjmp longjmp "
          "signal vfork execlp execvp pthread_create usleep gmtime localtime "
          "asctime ctime scanf sscanf").split()

SOURCES = tree.matching(r"fcgi/[^/]+\.[ch]")
ALL_C = SOURCES + tree.matching(r"fcgi/[^/]+\.def|tests/unit/[^/]+\.[ch]")
# Handlers: what runs between a request's arguments and its answer.
HANDLERS = tree.matching(
    r"fcgi/(view|user|video|favorite|comment|relation|message)\.c")


def functions(path):
    """The functions of a file: [(name, lines), ...].

    A definition's name stands at the beginning of a line and its braces stand
    alone: that is the style, and what this relies on.
    """
    found, name, start = [], None, None
    for number, line in enumerate(tree.code(path).splitlines(), 1):
        head = re.match(r"(\w+)\(", line)
        if head and start is None:
            name = head[1]
        elif line == "{" and name:
            start = number
        elif line == "}" and start:
            found.append((name, number - start - 1))
            name = start = None
    return found


@pytest.mark.parametrize("path", SOURCES)
def test_functions_are_short(path):
    too_long = [(name, lines) for name, lines in functions(path)
                if lines > LONGEST_FUNCTION]
    assert not too_long


def test_functions_are_found_at_all():
    """Or the test above would prove nothing."""
    found = [one for path in SOURCES for one in functions(path)]
    assert len(found) > 100
    assert "main" in [name for name, _ in functions("fcgi/main.c")]


@pytest.mark.parametrize("path", SOURCES)
def test_files_are_short(path):
    assert len(tree.read(path).splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", ALL_C)
def test_lines_fit_into_80_columns(path):
    wide = [f"{path}:{number}" for number, line in
            enumerate(tree.read(path).splitlines(), 1)
            if len(line.expandtabs(TAB)) > COLUMNS]
    assert not wide


@pytest.mark.parametrize("path", ALL_C)
def test_indents_are_tabs(path):
    """Four blanks continue a line; eight would be a tab."""
    assert not tree.lines_with(path, r"^\t* {8}|^ +\t|[ \t]$")


@pytest.mark.parametrize("path", SOURCES)
def test_nothing_banned_is_called(path):
    calls = rf"(?<![\w.>])({'|'.join(BANNED)})\s*\("
    assert not tree.lines_with(path, calls, tree.code(path))


@pytest.mark.parametrize("path", SOURCES)
def test_no_struct_or_enum_hides_behind_a_typedef(path):
    assert not tree.lines_with(path, r"\btypedef\s+(struct|enum|union)\b",
                               tree.code(path))


@pytest.mark.parametrize("path", SOURCES)
def test_goto_goes_to_done_only(path):
    assert not tree.lines_with(path, r"\bgoto\s+(?!done\b)", tree.code(path))


@pytest.mark.parametrize("path", HANDLERS)
def test_handlers_free_nothing(path):
    """Memory in a request comes from its arena (STYLE 20)."""
    assert not tree.lines_with(path, r"\b(m|c|re)alloc\(|\bfree\(",
                               tree.code(path))


@pytest.mark.parametrize("path", SOURCES)
def test_there_is_no_sql_in_c(path):
    """Statements stand in db/ (STYLE 30); PRAGMA and BEGIN are the store's."""
    sql = re.compile(
        r"\b(SELECT\b.*\bFROM|INSERT\s+INTO|UPDATE\b.*\bSET|DELETE\s+FROM|"
        r"(CREATE|ALTER|DROP)\s+(TABLE|INDEX|TRIGGER|VIEW))\b", re.S)
    assert not [one for one in tree.strings(path) if sql.search(one)]
    if path != "fcgi/store_sqlite.c":
        assert not [one for one in tree.strings(path)
                    if re.match(r"(PRAGMA|BEGIN|COMMIT|ROLLBACK)\b", one)]


@pytest.mark.parametrize("path", [path for path in SOURCES
                                  if path.endswith(".h")])
def test_a_header_says_what_it_promises(path):
    """It begins with its name and a comment (STYLE 40)."""
    name = path.rpartition("/")[2]
    assert re.match(rf"/\* {re.escape(name)} - \S", tree.read(path))


# -- other files --


@pytest.mark.parametrize("path", tree.matching(r"tests/unit/test_\w+\.c"))
def test_every_unit_test_tests_something(path):
    assert re.search(r"\bcmocka_unit_test(_\w+)?\(\s*\w", tree.code(path))


SCRIPTS = tree.matching(r"scripts/[^/]+|\.ci/run")
SHEBANGS = ("#!/usr/bin/env bash", "#!/bin/sh", "#!/usr/bin/python3")


@pytest.mark.parametrize("path", SCRIPTS)
def test_what_is_run_is_executable(path):
    """And what is only sourced is not."""
    first = tree.read(path).split("\n", 1)[0]
    assert first in SHEBANGS or not first.startswith("#!")
    assert os.access(ROOT / path, os.X_OK) == first.startswith("#!")


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_shell_script_stops_at_its_first_failure(path):
    text = tree.read(path)
    if text.startswith("#!/usr/bin/env bash"):
        assert re.search(r"^set -euo pipefail$", text, re.M)
    elif text.startswith("#!/bin/sh"):
        assert re.search(r"^set -eu$", text, re.M)


TESTS = tree.matching(r"tests/(?!static/).*\.py")


@pytest.mark.parametrize("path", TESTS)
def test_tests_wait_for_conditions_not_for_time(path):
    """One loop, in sites.wait_for(), naps; the rest waits for something."""
    naps = tree.lines_with(path, r"\bsleep\(")
    assert len(naps) == (path == "tests/sites.py"), naps


@pytest.mark.parametrize("path", TESTS)
def test_no_test_is_passed_over(path):
    assert not tree.lines_with(path, r"\bpytest\.(skip|xfail|mark\.(skip|xfail))")


@pytest.mark.parametrize("path", tree.files())
def test_the_tree_knows_no_machine(path):
    """No path of somebody's home or workplace, nothing left to do."""
    places = "|".join(("work", "root", "home", "Users", "mnt"))
    assert not tree.lines_with(
        path, rf"(?<![\w.~*])/(?:{places})/(?!\.)\w")
    assert not tree.lines_with(path, r"\b(TO" r"DO|FIX" r"ME)\b")
