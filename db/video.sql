-- video.sql - statements on videos.  README.md says how they are written.

-- @write video_insert
-- $1 user, $2 title, $3 path of the video, $4 path of the cover, $5 now,
-- $6 state.  create_ms is the time or, if that is not later, the last one plus
-- 1; the writer lock makes the two steps one.
INSERT INTO video (user_id, title, video_path, cover_path, create_ms, state)
VALUES ($1, $2, $3, $4,
	(SELECT CASE WHEN coalesce(max(v.create_ms), 0) < $5 THEN $5
		ELSE max(v.create_ms) + 1 END
	FROM video v), $6)
RETURNING id, create_ms;

-- @inside video_new
-- @shape video
-- $1 video.  What has just been inserted, as a guest sees it.
SELECT v.id, v.title, v.video_path, v.cover_path, v.favorite_count,
	v.comment_count, v.create_ms, 0 AS is_favorite,
	a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	0 AS is_follow
FROM video_shown v
JOIN account_shown a ON a.id = v.user_id
WHERE v.id = $1;

-- @read video_newest
-- @shape video
-- $1 before this time, $2 how many, $3 viewer (0: a guest).
SELECT v.id, v.title, v.video_path, v.cover_path, v.favorite_count,
	v.comment_count, v.create_ms,
	EXISTS (SELECT 1 FROM favorite f
		WHERE f.user_id = $3 AND f.video_id = v.id AND f.status = 1
	) AS is_favorite,
	a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $3 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow
FROM video_shown v
JOIN account_shown a ON a.id = v.user_id
WHERE v.state = 0 AND v.create_ms < $1
ORDER BY v.create_ms DESC
LIMIT $2;

-- @read video_newest_keys
-- $1 before this time, $2 how many, $3 viewer (0: a guest).  The same page, but
-- only which videos they are and what the viewer has to do with them.
SELECT v.id, v.user_id, v.create_ms,
	EXISTS (SELECT 1 FROM favorite f
		WHERE f.user_id = $3 AND f.video_id = v.id AND f.status = 1
	) AS is_favorite,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $3 AND r.to_user_id = v.user_id
			AND r.status = 1
	) AS is_follow
FROM video v
WHERE v.state = 0 AND v.create_ms < $1
ORDER BY v.create_ms DESC
LIMIT $2;

-- @read video_newest_ms
-- The newest time, 0 when there is no video.
SELECT coalesce(max(v.create_ms), 0)
FROM video v;

-- @read video_by_user
-- @shape video
-- $1 user, $2 before this time, $3 how many, $4 viewer (0: a guest).  What all
-- may see.
SELECT v.id, v.title, v.video_path, v.cover_path, v.favorite_count,
	v.comment_count, v.create_ms,
	EXISTS (SELECT 1 FROM favorite f
		WHERE f.user_id = $4 AND f.video_id = v.id AND f.status = 1
	) AS is_favorite,
	a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $4 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow,
	v.create_ms AS page
FROM video_shown v
JOIN account_shown a ON a.id = v.user_id
WHERE v.user_id = $1 AND v.state = 0 AND v.create_ms < $2
ORDER BY v.create_ms DESC
LIMIT $3;

-- @read video_own
-- @shape video
-- $1 user, $2 before this time, $3 how many, $4 viewer, who is the user.  What
-- only its author sees is there too.
SELECT v.id, v.title, v.video_path, v.cover_path, v.favorite_count,
	v.comment_count, v.create_ms,
	EXISTS (SELECT 1 FROM favorite f
		WHERE f.user_id = $4 AND f.video_id = v.id AND f.status = 1
	) AS is_favorite,
	a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $4 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow,
	v.create_ms AS page, v.state, v.reason, v.reason_detail
FROM video_shown v
JOIN account_shown a ON a.id = v.user_id
WHERE v.user_id = $1 AND v.state < 3 AND v.create_ms < $2
ORDER BY v.create_ms DESC
LIMIT $3;

-- @read video_show
-- @shape video
-- $1 video, $2 viewer (0: a guest).  One that is not ready is only its
-- author's.
SELECT v.id, v.title, v.video_path, v.cover_path, v.favorite_count,
	v.comment_count, v.create_ms,
	EXISTS (SELECT 1 FROM favorite f
		WHERE f.user_id = $2 AND f.video_id = v.id AND f.status = 1
	) AS is_favorite,
	a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $2 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow,
	v.create_ms AS page, v.state, v.reason, v.reason_detail
FROM video_shown v
JOIN account_shown a ON a.id = v.user_id
WHERE v.id = $1 AND (v.state = 0 OR (v.state < 3 AND v.user_id = $2));

-- @inside video_author
-- $1 video.  Who published it, no row if nobody did or nobody can see it.
SELECT user_id
FROM video
WHERE id = $1 AND state = 0;

-- @write video_add_comment
-- $1 video, $2 how many, 1 or -1.
UPDATE video
SET comment_count = comment_count + $2
WHERE id = $1;

-- @write video_hide
-- $1 video, $2 its author.  From now on it exists for nobody; no row if there
-- was no such video of theirs.
UPDATE video
SET state = 3, title = '', reason = 0, reason_detail = ''
WHERE id = $1 AND user_id = $2 AND state < 3
RETURNING user_id;

-- @read video_going
-- @scan there are few of them
-- $1 after this id.  The oldest video that is being deleted.  The plus keeps to
-- the index of those: by its id a search would meet all younger videos.
SELECT v.id
FROM video v
WHERE v.state = 3 AND +v.id > $1
ORDER BY v.id
LIMIT 1;

-- @read video_paths
-- $1 video.  Where its files lie, whatever its state.
SELECT video_path, cover_path
FROM video
WHERE id = $1;

-- @write video_forget
-- $1 video, $2 likes and $3 comments less than before.  Returns the author.
UPDATE video
SET favorite_count = favorite_count - $2, comment_count = comment_count - $3
WHERE id = $1
RETURNING user_id;

-- @write video_gone
-- $1 video, of which nothing is left but this row.
UPDATE video
SET state = 4
WHERE id = $1 AND state = 3;

-- @read video_has_file
-- $1 path of a video or a cover, as served.  The video whose file it is, or
-- will be when it has been converted.
SELECT id
FROM video
WHERE (video_path = $1 OR cover_path = $1) AND state < 3;

-- @read video_files
-- $1 after this id, $2 how many.  What the media-root must hold.
SELECT v.id, CASE WHEN v.state = 0 THEN v.video_path ELSE '' END,
	v.cover_path
FROM video v
WHERE v.id > $1 AND v.state < 3
ORDER BY v.id
LIMIT $2;

-- @write video_ready
-- $1 video, which has been converted, $2 now.  It comes to the top of the feed.
UPDATE video
SET state = 0, reason = 0, reason_detail = '', create_ms =
	(SELECT CASE WHEN coalesce(max(v.create_ms), 0) < $2 THEN $2
		ELSE max(v.create_ms) + 1 END
	FROM video v)
WHERE id = $1 AND state = 1
RETURNING create_ms;

-- @write video_fail
-- $1 video that is being converted, $2 why: a status_code, $3 its detail.
UPDATE video
SET state = 2, reason = $2, reason_detail = $3
WHERE id = $1 AND state = 1;

-- @write video_process
-- $1 video whose conversion failed and is tried again.
UPDATE video
SET state = 1, reason = 0, reason_detail = ''
WHERE id = $1 AND state = 2;
