-- comment.sql - statements on comments.  README.md says how they are written.

-- @write comment_insert
-- $1 video, $2 user, $3 text, $4 now.  No row: there is no such video.
INSERT INTO comment (video_id, user_id, content, create_ms)
SELECT v.id, $2, $3, $4
FROM video v
WHERE v.id = $1 AND v.state = 0
RETURNING id;

-- @write comment_delete
-- $1 comment, $2 video, $3 user, $4 now.  A row only when it was theirs and
-- still there.
UPDATE comment
SET delete_ms = $4
WHERE id = $1 AND video_id = $2 AND user_id = $3 AND delete_ms IS NULL
RETURNING id;

-- @read comment_exists
-- $1 comment, $2 video.  A row if it is there, whoever wrote it.
SELECT id
FROM comment
WHERE id = $1 AND video_id = $2 AND delete_ms IS NULL;

-- @read comment_show
-- @shape comment
-- $1 comment, $2 viewer.
SELECT c.id, c.content, c.create_ms,
	a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $2 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow
FROM comment c
JOIN account_shown a ON a.id = c.user_id
WHERE c.id = $1 AND c.delete_ms IS NULL;

-- @read comment_keys
-- $1 video, $2 how many, $3 viewer (0: a guest).  Of its newest comments: which
-- they are, whose, and whether the viewer follows their authors.
SELECT c.id, c.user_id,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $3 AND r.to_user_id = c.user_id
			AND r.status = 1
	) AS is_follow
FROM comment c
WHERE c.video_id = $1 AND c.delete_ms IS NULL
ORDER BY c.id DESC
LIMIT $2;

-- @read comment_by_video
-- @shape comment
-- $1 video, $2 before this id, $3 how many, $4 viewer (0: a guest).
SELECT c.id, c.content, c.create_ms,
	a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $4 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow,
	c.id AS page
FROM comment c
JOIN account_shown a ON a.id = c.user_id
WHERE c.video_id = $1 AND c.delete_ms IS NULL AND c.id < $2
	AND EXISTS (SELECT 1 FROM video v WHERE v.id = $1 AND v.state = 0)
ORDER BY c.id DESC
LIMIT $3;

-- @write comment_purge
-- $1 video, $2 how many comments on it are removed.  A row for each.
DELETE FROM comment
WHERE id IN (SELECT c.id
	FROM comment c
	WHERE c.video_id = $1 AND c.delete_ms IS NULL
	ORDER BY c.id
	LIMIT $2)
RETURNING id;
