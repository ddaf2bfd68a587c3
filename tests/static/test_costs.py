#!/usr/bin/python3
"""No list costs more as the table behind it grows.

The statements run on a database in memory, once with a few hundred rows behind
each list and once with twenty times as many; the steps of SQLite's machine are
counted.  A page must take as many as before, but for the depth of the trees,
which no step shows.
"""

import json
import sqlite3

import pytest

import table

FEW, MANY = 300, 6000
PAGE = 20
# Steps that may differ: a branch more or less in one row.
SLACK = 10
ID_MAX = 2 ** 53 - 1
RANK_MESSAGE = 2 ** 52
BEGIN = 1_700_000_000_000

# The user and the video that everything is about; a quiet user beside them.
BUSY, VIDEO, QUIET = 1, 1, 2

# What each statement is asked; {"n"} stands for the number of rows.
CALLS = {
    "video_newest": (ID_MAX, PAGE, BUSY),
    "video_newest_keys": (ID_MAX, PAGE, BUSY),
    "video_newest_ms": (),
    "video_by_user": (BUSY, ID_MAX, PAGE, BUSY),
    "video_own": (BUSY, ID_MAX, PAGE, BUSY),
    "video_going": (0,),
    "video_ready": (VIDEO, BEGIN),
    "job_due": (BEGIN,),
    "job_claim": (BEGIN, 1, 1, 1),
    "job_taken": (PAGE,),
    "job_expired": (BEGIN,),
    "favorite_uncount": (VIDEO, PAGE),
    "favorite_purge": (VIDEO, PAGE),
    "comment_purge": (VIDEO, PAGE),
    "video_files": (0, PAGE),
    "favorite_by_user": (BUSY, ID_MAX, PAGE, BUSY),
    "comment_keys": (VIDEO, PAGE, BUSY),
    "comment_by_video": (VIDEO, ID_MAX, PAGE, BUSY),
    "relation_follows": (BUSY, ID_MAX, PAGE, BUSY),
    "relation_followers": (BUSY, ID_MAX, PAGE, BUSY),
    "friend_list": (BUSY, ID_MAX, PAGE, BUSY),
    "message_newest": (BUSY, QUIET, ID_MAX, PAGE),
    "message_after": (BUSY, QUIET, BEGIN + 100, PAGE, BUSY, 0),
    "message_times": (BUSY, QUIET),
    "message_newest_of": (BUSY, QUIET, BUSY),
    "message_exists": (BUSY, QUIET, BEGIN + 100),
    "counter_span": (),
    "counter_pending": (),
    "user_newest_id": (),
    "user_files": (0, PAGE),
    "site_gate": (BUSY, 10),
    "friend_exists": (BUSY, 10),
    # What an action looks up to find its place in the lists.
    "favorite_add": (BUSY, "n", BEGIN),
    "favorite_remove": (BUSY, 10, BEGIN),
    "relation_add": (BUSY, "n", BEGIN),
    "relation_remove": (BUSY, 10, BEGIN),
    "friend_add": (BUSY, "n", BEGIN),
    "friend_remove": (BUSY, 10),
    "friend_note_message": (BUSY, 10, 1, BEGIN + RANK_MESSAGE),
    "message_insert": (BUSY, QUIET, BUSY, "hi", BEGIN),
    "comment_insert": (VIDEO, BUSY, "nice", BEGIN),
    "comment_delete": (50, VIDEO, BUSY, BEGIN),
    "video_insert": (BUSY, "title", "/v", "/c", BEGIN, 0),
}


def described():
    return json.loads(table.describe("statements"))


def fill(db, count):
    """BUSY has `count` of everything, all but the last: videos, likes,
    comments, follows, followers, friends (the odd ones), messages; and before
    the videos that all see as many that only BUSY does."""
    numbers = range(1, count + 1)
    db.executemany("INSERT INTO account (id, name, password_hash, create_ms) "
                   "VALUES (?, 'user' || ?1, '*', 1)", zip(numbers))
    db.executemany("INSERT INTO video (id, user_id, video_path, cover_path, "
                   f"create_ms) VALUES (?, {BUSY}, '/v' || ?1, '/c' || ?1, "
                   "?1)", zip(numbers))
    db.executemany("INSERT INTO video (user_id, video_path, cover_path, "
                   f"create_ms, state) VALUES ({BUSY}, '/w' || ?1, '/d' || "
                   f"?1, {BEGIN} / 2 + ?1, 2)", zip(numbers))
    db.execute("UPDATE account SET favorite_count = 9999999")
    db.executemany("INSERT INTO job (video_id, state, due_ms, duration_ms, "
                   "create_ms) VALUES (?1, ?1 % 3, ?1, 1, 1)", zip(numbers))
    db.executemany(f"INSERT INTO favorite VALUES ({BUSY}, ?1, 1, ?1)",
                   zip(numbers[:-1]))
    db.executemany(f"INSERT INTO favorite VALUES (?1, {VIDEO}, 1, 1)",
                   zip(numbers[1:-1]))
    db.executemany("INSERT INTO comment (id, video_id, user_id, content, "
                   f"create_ms) VALUES (?1, {VIDEO}, {BUSY}, 'nice', 1)",
                   zip(numbers))
    others = numbers[1:-1]
    for pair in ("?1, 1", "1, ?1"):
        db.executemany(f"INSERT INTO relation VALUES ({pair}, 1, ?1)",
                       zip(others))
        db.executemany("INSERT INTO contact (user_id, other_id, friend, "
                       f"rank) VALUES ({pair}, ?1 % 2, ?1)", zip(others))
    db.executemany("INSERT INTO message (id, low_id, high_id, from_user_id, "
                   f"content, create_ms) VALUES (?1, {BUSY}, {QUIET}, "
                   f"1 + ?1 % 2, 'hi', {BEGIN} + ?1)", zip(numbers))


@pytest.fixture(scope="module")
def bases():
    """From a number of rows to a database that has so many."""
    made = {}
    for count in (FEW, MANY):
        made[count] = db = sqlite3.connect(":memory:", isolation_level=None)
        for step in described()["schema"]:
            db.executescript(step["sql"])
        db.execute("BEGIN")
        fill(db, count)
        db.execute("COMMIT")
    yield made
    for db in made.values():
        db.close()


def steps(db, statement, values):
    """How many steps of SQLite's machine a statement takes."""
    taken = 0

    def count():
        nonlocal taken
        taken += 1

    arguments = {str(number): value
                 for number, value in enumerate(values, 1)}
    db.execute("BEGIN")
    db.set_progress_handler(count, 1)
    try:
        rows = db.execute(statement["sql"], arguments).fetchall()
    finally:
        db.set_progress_handler(None, 0)
        db.execute("ROLLBACK")
    return taken, len(rows)


def asked(values, count):
    return [count if value == "n" else value for value in values]


@pytest.mark.parametrize("name", CALLS)
def test_a_statement_takes_as_many_steps_in_a_large_table(bases, name):
    statement = next(one for one in described()["statements"]
                     if one["name"] == name)
    few, many = (steps(bases[count], statement, asked(CALLS[name], count))
                 for count in (FEW, MANY))
    assert few[1] == many[1]
    if "LIMIT $" in statement["sql"]:
        assert many[1] == PAGE
    assert abs(many[0] - few[0]) <= SLACK, (few, many)


def test_every_list_and_every_write_that_looks_around_is_tried():
    """A statement that could grow has a LIMIT, an order, or an aggregate."""
    growing = {one["name"] for one in described()["statements"]
               if any(word in one["sql"] for word in ("LIMIT", "ORDER BY",
                                                      "max(", "count("))}
    # Who runs a site may have all counts compared: fcgi/reconcile.c.
    growing -= {name for name in growing if name.startswith("reconcile_")}
    assert growing <= set(CALLS)


def test_steps_do_show_a_scan(bases):
    """The measure itself: a query without an index grows."""
    scan = {"sql": "SELECT id FROM comment WHERE content = 'x'"}
    few, many = (steps(bases[count], scan, ())[0] for count in (FEW, MANY))
    assert many > few * (MANY // FEW) / 2
