-- counter.sql - statements on likes that are not yet in the columns that count
-- them.  README.md says how they are written, db/schema/0005 what they are.

-- @write counter_add
-- $1 video, $2 its author, $3 1 or -1.
INSERT INTO like_delta (video_id, author_id, delta)
VALUES ($1, $2, $3);

-- @inside counter_shown
-- $1 video, $2 its author.  The likes of both as they are shown.
SELECT v.favorite_count, a.total_favorited
FROM video_shown v
JOIN account_shown a ON a.id = $2
WHERE v.id = $1;

-- @inside counter_span
-- The first and the last one; 0 and -1 when there is none.  There are no gaps
-- between them.
SELECT (SELECT coalesce(min(d.id), 0) FROM like_delta d),
	(SELECT coalesce(max(d.id), -1) FROM like_delta d);

-- @read counter_pending
-- How many there are.
SELECT (SELECT coalesce(max(d.id), -1) FROM like_delta d) -
	(SELECT coalesce(min(d.id), 0) FROM like_delta d) + 1;

-- @write counter_fold_videos
-- @scan adds up a batch
-- $1 the last one that is added.
UPDATE video
SET favorite_count = favorite_count + d.change
FROM (SELECT l.video_id, sum(l.delta) AS change
	FROM like_delta l
	WHERE l.id <= $1
	GROUP BY l.video_id) d
WHERE video.id = d.video_id;

-- @write counter_fold_authors
-- @scan adds up a batch
-- $1 the last one that is added.
UPDATE account
SET total_favorited = total_favorited + d.change
FROM (SELECT l.author_id, sum(l.delta) AS change
	FROM like_delta l
	WHERE l.id <= $1
	GROUP BY l.author_id) d
WHERE account.id = d.author_id;

-- @write counter_forget
-- $1 the last one that was added.
DELETE FROM like_delta
WHERE id <= $1;
