-- relation.sql - statements on follows.  README.md says how they are written.

-- @write relation_add
-- $1 who follows, $2 whom, $3 now.  A row only when the status flips: a repeated
-- follow and an unknown user give none.  change_ms grows strictly in both lists
-- that show it.
INSERT INTO relation (user_id, to_user_id, status, change_ms)
SELECT $1, a.id, 1,
	(SELECT CASE WHEN coalesce(max(x.newest), 0) < $3 THEN $3
		ELSE max(x.newest) + 1 END
	FROM (SELECT max(r.change_ms) AS newest
		FROM relation r
		WHERE r.user_id = $1 AND r.status = 1
		UNION ALL
		SELECT max(r.change_ms)
		FROM relation r
		WHERE r.to_user_id = $2 AND r.status = 1) x)
FROM account a
WHERE a.id = $2
ON CONFLICT (user_id, to_user_id) DO UPDATE
SET status = 1, change_ms = excluded.change_ms
WHERE relation.status = 0
RETURNING to_user_id;

-- @write relation_remove
-- $1 who follows, $2 whom, $3 now.  A row only when the status flips.
UPDATE relation
SET status = 0, change_ms = $3
WHERE user_id = $1 AND to_user_id = $2 AND status = 1
RETURNING to_user_id;

-- @inside relation_exists
-- $1 who follows, $2 whom.  A row if they do now.
SELECT to_user_id
FROM relation
WHERE user_id = $1 AND to_user_id = $2 AND status = 1;

-- @read relation_follows_one
-- $1 who follows, $2 whom.  1 if they do, else 0.
SELECT EXISTS (SELECT 1 FROM relation r
	WHERE r.user_id = $1 AND r.to_user_id = $2 AND r.status = 1);

-- @read relation_follows
-- @shape user
-- $1 who follows, $2 before this change, $3 how many, $4 viewer (0: a guest).
SELECT a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation s
		WHERE s.user_id = $4 AND s.to_user_id = a.id AND s.status = 1
	) AS is_follow,
	r.change_ms AS page
FROM relation r
JOIN account_shown a ON a.id = r.to_user_id
WHERE r.user_id = $1 AND r.status = 1 AND r.change_ms < $2
ORDER BY r.change_ms DESC
LIMIT $3;

-- @read relation_followers
-- @shape user
-- $1 who is followed, $2 before this change, $3 how many, $4 viewer (0: a
-- guest).
SELECT a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation s
		WHERE s.user_id = $4 AND s.to_user_id = a.id AND s.status = 1
	) AS is_follow,
	r.change_ms AS page
FROM relation r
JOIN account_shown a ON a.id = r.user_id
WHERE r.to_user_id = $1 AND r.status = 1 AND r.change_ms < $2
ORDER BY r.change_ms DESC
LIMIT $3;
