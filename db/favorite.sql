-- favorite.sql - statements on likes.  README.md says how they are written.

-- @write favorite_add
-- $1 user, $2 video, $3 now.  A row only when the status flips: a repeated like
-- and an unknown video give none.  change_ms grows strictly in a user's list.
INSERT INTO favorite (user_id, video_id, status, change_ms)
SELECT $1, v.id, 1,
	(SELECT CASE WHEN coalesce(max(f.change_ms), 0) < $3 THEN $3
		ELSE max(f.change_ms) + 1 END
	FROM favorite f
	WHERE f.user_id = $1 AND f.status = 1)
FROM video v
WHERE v.id = $2 AND v.state = 0
ON CONFLICT (user_id, video_id) DO UPDATE
SET status = 1, change_ms = excluded.change_ms
WHERE favorite.status = 0
RETURNING video_id;

-- @write favorite_remove
-- $1 user, $2 video, $3 now.  A row only when the status flips.
UPDATE favorite
SET status = 0, change_ms = $3
WHERE user_id = $1 AND video_id = $2 AND status = 1
	AND EXISTS (SELECT 1 FROM video v WHERE v.id = $2 AND v.state = 0)
RETURNING video_id;

-- @read favorite_by_user
-- @shape video
-- $1 whose likes, $2 before this change, $3 how many, $4 viewer (0: a guest).
SELECT v.id, v.title, v.video_path, v.cover_path, v.favorite_count,
	v.comment_count, v.create_ms,
	EXISTS (SELECT 1 FROM favorite g
		WHERE g.user_id = $4 AND g.video_id = v.id AND g.status = 1
	) AS is_favorite,
	a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $4 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow,
	f.change_ms AS page
FROM favorite f
JOIN video_shown v ON v.id = f.video_id
JOIN account_shown a ON a.id = v.user_id
WHERE f.user_id = $1 AND f.status = 1 AND f.change_ms < $2 AND v.state = 0
ORDER BY f.change_ms DESC
LIMIT $3;

-- @write favorite_uncount
-- $1 video, $2 how many.  The likers whose likes favorite_purge takes next have
-- one like less.  A row for each.
UPDATE account
SET favorite_count = favorite_count - 1
WHERE id IN (SELECT f.user_id
	FROM favorite f
	WHERE f.video_id = $1 AND f.status = 1
	ORDER BY f.user_id
	LIMIT $2)
RETURNING id;

-- @write favorite_purge
-- $1 video, $2 how many likes of it are removed.  A row for each.
DELETE FROM favorite
WHERE video_id = $1 AND status = 1 AND user_id IN (SELECT f.user_id
	FROM favorite f
	WHERE f.video_id = $1 AND f.status = 1
	ORDER BY f.user_id
	LIMIT $2)
RETURNING user_id;
