#!/usr/bin/python3
"""Rows made directly in a site's database, where making them through the API
would take too long or is not possible yet."""


def videos(site, user_id, times, title="made"):
    """A video of a user at each of these times (ms), oldest first.

    They have (empty) files, and are counted.  Returns their ids.
    """
    ids = []
    with site.writing() as db:
        for ms in times:
            video = f"/videos/{user_id}_{ms}.mp4"
            cover = f"/video_covers/{user_id}_{ms}.jpg"
            (site.media / video[1:]).touch()
            (site.media / cover[1:]).touch()
            ids.append(db.execute(
                "INSERT INTO video (user_id, title, video_path, cover_path, "
                "create_ms) VALUES (?, ?, ?, ?, ?)",
                (user_id, title, video, cover, ms)).lastrowid)
        db.execute("UPDATE account SET work_count = work_count + ? "
                   "WHERE id = ?", (len(ids), user_id))
    return ids


def favorite(site, user_id, video_id, status=1):
    with site.writing() as db:
        db.execute("INSERT INTO favorite (user_id, video_id, status, "
                   "change_ms) VALUES (?, ?, ?, 1)",
                   (user_id, video_id, status))
        db.execute("UPDATE account SET favorite_count = favorite_count + ? "
                   "WHERE id = ?", (status, user_id))
        db.execute("UPDATE video SET favorite_count = favorite_count + ? "
                   "WHERE id = ?", (status, video_id))
        db.execute("UPDATE account SET total_favorited = total_favorited + ? "
                   "WHERE id = (SELECT user_id FROM video WHERE id = ?)",
                   (status, video_id))


def follow(site, user_id, to_user_id, status=1):
    with site.writing() as db:
        db.execute("INSERT INTO relation (user_id, to_user_id, status, "
                   "change_ms) VALUES (?, ?, ?, 1)",
                   (user_id, to_user_id, status))
        db.execute("UPDATE account SET follow_count = follow_count + ? "
                   "WHERE id = ?", (status, user_id))
        db.execute("UPDATE account SET follower_count = follower_count + ? "
                   "WHERE id = ?", (status, to_user_id))
