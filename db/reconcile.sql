-- reconcile.sql - statements that compare every count with its rows, and mend
-- it: `admin reconcile`.  README.md says how they are written.

-- Those that find: $1 how many.  Id, what is shown (with the likes that are not
-- yet in the columns), what the rows say.

-- @read reconcile_user_works
-- @scan looks at all of them
SELECT c.id, c.shown, c.counted
FROM (SELECT x.id, x.work_count AS shown,
		(SELECT count(*)
		FROM video v
		WHERE v.user_id = x.id AND v.state < 3) AS counted
	FROM account x) c
WHERE c.shown <> c.counted
ORDER BY c.id
LIMIT $1;

-- @read reconcile_user_likes
-- @scan looks at all of them
SELECT c.id, c.shown, c.counted
FROM (SELECT x.id, x.favorite_count AS shown,
		(SELECT count(*)
		FROM favorite f
		WHERE f.user_id = x.id AND f.status = 1) AS counted
	FROM account x) c
WHERE c.shown <> c.counted
ORDER BY c.id
LIMIT $1;

-- @read reconcile_user_liked
-- @scan looks at all of them
SELECT c.id, c.shown, c.counted
FROM (SELECT x.id, x.total_favorited AS shown,
		(SELECT count(*)
		FROM video v
		JOIN favorite f ON f.video_id = v.id AND f.status = 1
		WHERE v.user_id = x.id AND v.state < 3)
	+ (SELECT count(*)
		FROM video v
		JOIN favorite f ON f.video_id = v.id AND f.status = 1
		WHERE v.user_id = x.id AND v.state = 3) AS counted
	FROM account_shown x) c
WHERE c.shown <> c.counted
ORDER BY c.id
LIMIT $1;

-- @read reconcile_user_follows
-- @scan looks at all of them
SELECT c.id, c.shown, c.counted
FROM (SELECT x.id, x.follow_count AS shown,
		(SELECT count(*)
		FROM relation r
		WHERE r.user_id = x.id AND r.status = 1) AS counted
	FROM account x) c
WHERE c.shown <> c.counted
ORDER BY c.id
LIMIT $1;

-- @read reconcile_user_followers
-- @scan looks at all of them
SELECT c.id, c.shown, c.counted
FROM (SELECT x.id, x.follower_count AS shown,
		(SELECT count(*)
		FROM relation r
		WHERE r.to_user_id = x.id AND r.status = 1) AS counted
	FROM account x) c
WHERE c.shown <> c.counted
ORDER BY c.id
LIMIT $1;

-- @read reconcile_video_likes
-- @scan looks at all of them
SELECT c.id, c.shown, c.counted
FROM (SELECT x.id, x.favorite_count AS shown,
		(SELECT count(*)
		FROM favorite f
		WHERE f.video_id = x.id AND f.status = 1) AS counted
	FROM video_shown x) c
WHERE c.shown <> c.counted
ORDER BY c.id
LIMIT $1;

-- @read reconcile_video_comments
-- @scan looks at all of them
SELECT c.id, c.shown, c.counted
FROM (SELECT x.id, x.comment_count AS shown,
		(SELECT count(*)
		FROM comment c
		WHERE c.video_id = x.id AND c.delete_ms IS NULL) AS counted
	FROM video x) c
WHERE c.shown <> c.counted
ORDER BY c.id
LIMIT $1;

-- Those that mend: $1 whose.  What the rows say, less the likes that are still
-- to be added.

-- @write reconcile_mend_user_works
UPDATE account
SET work_count = (SELECT count(*)
		FROM video v
		WHERE v.user_id = account.id AND v.state < 3)
WHERE id = $1;

-- @write reconcile_mend_user_likes
UPDATE account
SET favorite_count = (SELECT count(*)
		FROM favorite f
		WHERE f.user_id = account.id AND f.status = 1)
WHERE id = $1;

-- @write reconcile_mend_user_liked
-- @scan a few videos are being deleted
UPDATE account
SET total_favorited = (SELECT count(*)
		FROM video v
		JOIN favorite f ON f.video_id = v.id AND f.status = 1
		WHERE v.user_id = account.id AND v.state < 3)
	+ (SELECT count(*)
		FROM video v
		JOIN favorite f ON f.video_id = v.id AND f.status = 1
		WHERE v.user_id = account.id AND v.state = 3)
	- coalesce((SELECT sum(d.delta)
		FROM like_delta d
		WHERE d.author_id = account.id), 0)
WHERE id = $1;

-- @write reconcile_mend_user_follows
UPDATE account
SET follow_count = (SELECT count(*)
		FROM relation r
		WHERE r.user_id = account.id AND r.status = 1)
WHERE id = $1;

-- @write reconcile_mend_user_followers
UPDATE account
SET follower_count = (SELECT count(*)
		FROM relation r
		WHERE r.to_user_id = account.id AND r.status = 1)
WHERE id = $1;

-- @write reconcile_mend_video_likes
UPDATE video
SET favorite_count = (SELECT count(*)
		FROM favorite f
		WHERE f.video_id = video.id AND f.status = 1)
	- coalesce((SELECT sum(d.delta)
		FROM like_delta d
		WHERE d.video_id = video.id), 0)
WHERE id = $1;

-- @write reconcile_mend_video_comments
UPDATE video
SET comment_count = (SELECT count(*)
		FROM comment c
		WHERE c.video_id = video.id AND c.delete_ms IS NULL)
WHERE id = $1;
