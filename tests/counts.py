#!/usr/bin/python3
"""Every count, flag and order that is stored equals what the rows say."""

# Each count column with what counts the rows, by id; all at once, so that a
# hundred thousand users take no longer than one look at each row.
COUNTS = (
    ("account", "work_count",
     "SELECT user_id AS id, count(*) AS n FROM video WHERE state < 3 "
     "GROUP BY user_id"),
    ("account", "favorite_count",
     "SELECT user_id AS id, count(*) AS n FROM favorite WHERE status = 1 "
     "GROUP BY user_id"),
    # With the likes that are not yet in the columns.
    ("account_shown", "total_favorited",
     "SELECT v.user_id AS id, count(*) AS n FROM favorite r "
     "JOIN video v ON v.id = r.video_id WHERE r.status = 1 "
     "GROUP BY v.user_id"),
    ("account", "follow_count",
     "SELECT user_id AS id, count(*) AS n FROM relation WHERE status = 1 "
     "GROUP BY user_id"),
    ("account", "follower_count",
     "SELECT to_user_id AS id, count(*) AS n FROM relation WHERE status = 1 "
     "GROUP BY to_user_id"),
    ("video_shown", "favorite_count",
     "SELECT video_id AS id, count(*) AS n FROM favorite WHERE status = 1 "
     "GROUP BY video_id"),
    ("video", "comment_count",
     "SELECT video_id AS id, count(*) AS n FROM comment "
     "WHERE delete_ms IS NULL GROUP BY video_id"),
)

# Rows that must not be, each with what is wrong with it.
WRONG = {
    "something hangs on a video that is gone":
        "SELECT v.id, favorite_count, comment_count FROM video v "
        "WHERE v.state = 4 AND (favorite_count OR comment_count OR title <> '')",
    "a conversion of a video that is not converted":
        "SELECT v.id, v.state, j.state FROM video v "
        "JOIN job j ON j.video_id = v.id "
        "WHERE (v.state, j.state = 2) NOT IN ((1, 0), (2, 1))",
    "a video waits for a conversion that is not there":
        "SELECT v.id FROM video v "
        "LEFT JOIN job j ON j.video_id = v.id "
        "WHERE v.state = 1 AND j.video_id IS NULL",
    "a contact is a friend without following, or follows and is none":
        "SELECT * FROM contact c WHERE c.friend <> ("
        "EXISTS (SELECT 1 FROM relation r WHERE r.user_id = c.user_id "
        "AND r.to_user_id = c.other_id AND r.status = 1) AND "
        "EXISTS (SELECT 1 FROM relation r WHERE r.user_id = c.other_id "
        "AND r.to_user_id = c.user_id AND r.status = 1))",
    "users follow each other and are no contacts":
        "SELECT r.user_id, r.to_user_id FROM relation r "
        "JOIN relation s ON s.user_id = r.to_user_id "
        "AND s.to_user_id = r.user_id AND s.status "
        "LEFT JOIN contact c ON c.user_id = r.user_id "
        "AND c.other_id = r.to_user_id "
        "WHERE r.status AND c.user_id IS NULL",
    "a contact does not hold the newest message":
        "SELECT * FROM contact c WHERE c.message_id IS NOT ("
        "SELECT m.id FROM message m WHERE m.low_id = min(c.user_id, "
        "c.other_id) AND m.high_id = max(c.user_id, c.other_id) "
        "ORDER BY m.create_ms DESC LIMIT 1)",
    "a conversation without both contacts":
        "SELECT x.* FROM (SELECT DISTINCT low_id, high_id FROM message) x "
        "LEFT JOIN contact c ON c.user_id = low_id AND c.other_id = high_id "
        "LEFT JOIN contact d ON d.user_id = high_id AND d.other_id = low_id "
        "WHERE c.user_id IS NULL OR d.user_id IS NULL",
    "two places in one list of likes":
        "SELECT user_id FROM favorite WHERE status "
        "GROUP BY user_id, change_ms HAVING count(*) > 1",
    "two places in one list of follows":
        "SELECT user_id FROM relation WHERE status "
        "GROUP BY user_id, change_ms HAVING count(*) > 1",
    "two places in one list of followers":
        "SELECT to_user_id FROM relation WHERE status "
        "GROUP BY to_user_id, change_ms HAVING count(*) > 1",
    "two places in one list of friends":
        "SELECT user_id FROM contact "
        "GROUP BY user_id, rank HAVING count(*) > 1",
    "ids and times of a conversation in different orders":
        "SELECT * FROM (SELECT id, lag(id) OVER (PARTITION BY low_id, "
        "high_id ORDER BY create_ms) AS before FROM message) "
        "WHERE before > id",
}


def complaints(site):
    """Yields what does not agree in a site's database."""
    for table, column, query in COUNTS:
        for row in site.rows(
                f"SELECT x.id, x.{column}, coalesce(c.n, 0) FROM {table} x "
                f"LEFT JOIN ({query}) c ON c.id = x.id "
                f"WHERE x.{column} <> coalesce(c.n, 0)"):
            yield f"{column} of {table} {row[0]} is {row[1]}, " \
                f"the rows say {row[2]}"
    for what, query in WRONG.items():
        for row in site.rows(query)[:3]:
            yield f"{what}: {tuple(row)}"


def check(site):
    wrong = list(complaints(site))
    assert not wrong, "\n".join(wrong)


# Likes move from the one into the others some time after they were answered;
# the epoch is the cache's own.
PENDING = {
    ("account", "total_favorited"):
        "SELECT author_id, sum(delta) FROM like_delta GROUP BY author_id",
    ("video", "favorite_count"):
        "SELECT video_id, sum(delta) FROM like_delta GROUP BY video_id",
}
ELSEWHERE = ("like_delta", "site")


def dump(site):
    """All rows of all tables, with the counts that are shown."""
    with site.database() as db:
        db.execute("BEGIN")
        tables = [row[0] for row in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'")
            if row[0] not in ELSEWHERE]
        found = {table: [dict(row) for row in db.execute(
            f'SELECT * FROM "{table}"')] for table in sorted(tables)}
        for (table, column), query in PENDING.items():
            pending = dict(map(tuple, db.execute(query)))
            for row in found[table]:
                row[column] += pending.get(row["id"], 0)
    return {table: [tuple(row.values()) for row in rows]
            for table, rows in found.items()}
