#!/usr/bin/python3
"""Every named statement, on the schema as it is (DESIGN 2, db/README.md)."""

import json
import re
import sqlite3

import pytest

import table
import tree

DESCRIBED = json.loads(table.describe("statements"))
STATEMENTS = DESCRIBED["statements"]
READS = [one for one in STATEMENTS if one["mode"] in ("read", "inside")]
WRITES = [one for one in STATEMENTS if one["mode"] == "write"]

# What SQLite 3.40 or PostgreSQL 15 does not take, or takes otherwise.
DIALECT = {
    "INSERT OR ...": r"\bINSERT\s+OR\b",
    "REPLACE": r"\bREPLACE\s+INTO\b",
    "last_insert_rowid()": r"\blast_insert_rowid\b",
    "two-argument max or min": r"\b(max|min)\s*\([^()]*,",
    "json_each": r"\bjson_each\b",
    "ANY": r"=\s*ANY\b",
    "DELETE ... USING": r"\bUSING\b",
    "a bare parameter before IS": r"\$\d+\s+IS\b",
    "IS between values": r"\bIS\s+(NOT\s+)?(?!NULL\b|NOT\b|DISTINCT\b|TRUE\b"
                         r"|FALSE\b)",
    "positions": r"\?",
    "names of values": r"[:@][a-z]",
    "ifnull": r"\bifnull\b",
    "iif": r"\biif\b",
    "GLOB": r"\bGLOB\b",
    "rowid": r"\b(rowid|oid)\b",
    "INDEXED BY": r"\bINDEXED\b",
    "LIMIT a, b": r"\bLIMIT\s+\S+\s*,",
    "quotes of MySQL": r"`",
    "quotes of SQL Server": r"\[",
    "double-quoted text": r'"',
    "==": r"==",
    "times": r"\b(datetime|strftime|julianday|unixepoch|now)\s*\(",
    "COLLATE": r"\bCOLLATE\b",
}


def each(statements):
    return pytest.mark.parametrize(
        "statement", statements, ids=[one["name"] for one in statements])


@pytest.fixture(scope="module")
def db():
    """An empty database with the schema, applied step by step."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    for step in DESCRIBED["schema"]:
        db.executescript(f"BEGIN; {step['sql']} COMMIT;")
    db.execute("PRAGMA trusted_schema = OFF")
    return db


def values(statement):
    """1 for every parameter."""
    return {number: 1 for number in
            re.findall(r"\$(\d+)", statement["sql"])}


def plan(db, statement):
    # An INSERT looks for children of the new row only where a deferred key
    # is violated, which none of ours is; the plan shows it all the same.
    inserts = re.match(r"\s*INSERT\b", statement["sql"])
    db.execute(f"PRAGMA foreign_keys = {'OFF' if inserts else 'ON'}")
    rows = db.execute("EXPLAIN QUERY PLAN " + statement["sql"],
                      values(statement))
    return [row[3] for row in rows]


def costly(db, statement):
    """What grows with a table: scans of tables and temporary sorts."""
    return [line for line in plan(db, statement)
            if re.match(r"SCAN (?!CONSTANT ROW|\()|USE TEMP B-TREE", line)]


@each(STATEMENTS)
def test_a_plan_scans_only_where_it_is_declared(db, statement):
    assert not costly(db, statement) or statement["scan"], \
        costly(db, statement)


@each(STATEMENTS)
def test_a_scan_is_not_declared_in_vain(db, statement):
    assert costly(db, statement) or not statement["scan"]


def test_a_scan_would_be_seen(db):
    """Or the tests above would prove nothing."""
    for sql in ("SELECT id FROM account WHERE signature = $1",
                "SELECT id FROM account ORDER BY create_ms"):
        assert costly(db, {"sql": sql})
    assert not costly(db, {"sql": "SELECT id FROM account WHERE id = $1"})


@each(READS)
def test_a_read_does_not_write(db, statement):
    db.execute("PRAGMA query_only = ON")
    try:
        db.execute(statement["sql"], values(statement)).fetchall()
    finally:
        db.execute("PRAGMA query_only = OFF")


@each(WRITES)
def test_what_is_called_a_write_does_write(db, statement):
    db.execute("PRAGMA query_only = ON")
    try:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute(statement["sql"], values(statement)).fetchall()
    finally:
        db.execute("PRAGMA query_only = OFF")


@each(STATEMENTS)
def test_parameters_are_numbered_without_a_gap(statement):
    numbers = sorted(int(number) for number in values(statement))
    assert numbers == list(range(1, len(numbers) + 1))


@each(STATEMENTS)
@pytest.mark.parametrize("what", DIALECT)
def test_a_statement_keeps_to_the_dialect(statement, what):
    without_texts = re.sub(r"'[^']*'", "''", statement["sql"])
    assert not re.search(DIALECT[what], without_texts, re.I)


@each(STATEMENTS)
def test_every_statement_is_used(statement):
    name = f"SQL_{statement['name'].upper()}"
    assert any(re.search(rf"\b{name}\b", tree.code(path))
               for path in tree.matching(r"fcgi/\w+\.c"))


@pytest.mark.parametrize("path", tree.matching(r"db/\w+\.sql"))
def test_a_statement_stands_in_the_file_of_its_noun(path):
    noun = path.removeprefix("db/").removesuffix(".sql")
    names = re.findall(r"^-- @(?:read|write) (\w+)", tree.read(path), re.M)
    assert names
    assert not [name for name in names if not name.startswith(f"{noun}_")]


def test_schema_steps_are_numbered_without_a_gap():
    numbers = [step["number"] for step in DESCRIBED["schema"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(tree.matching(r"db/schema/\d{4}_\w+\.sql")) == len(numbers)


def test_every_table_is_strict(db):
    loose = [row[0] for row in db.execute(
        "SELECT name FROM pragma_table_list WHERE type = 'table' "
        "AND strict = 0 AND name NOT LIKE 'sqlite_%'")]
    assert not loose
