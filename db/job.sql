-- job.sql - statements on conversions.  README.md says how they are written.
-- States: 0 waiting, 1 running, 2 failed.  Who runs one names the try, too.

-- @write job_insert
-- $1 video, $2 its length in ms, $3 now.
INSERT INTO job (video_id, state, due_ms, duration_ms, create_ms)
VALUES ($1, 0, $3, $2, $3);

-- @read job_due
-- $1 now.  A row if a conversion may begin.
SELECT j.video_id
FROM job j
WHERE j.state = 0 AND j.due_ms <= $1
ORDER BY j.due_ms
LIMIT 1;

-- @write job_claim
-- $1 now; it has to end $2 ms from now, and $3 ms later for each ms of the
-- video, which has $4 where that is not known.  No row: none may begin.
UPDATE job
SET state = 1, tries = tries + 1, due_ms = $1 + $2 + $3 *
	CASE WHEN duration_ms > 0 THEN duration_ms ELSE $4 END
WHERE video_id = (SELECT j.video_id
	FROM job j
	WHERE j.state = 0 AND j.due_ms <= $1
	ORDER BY j.due_ms
	LIMIT 1)
RETURNING video_id, tries, due_ms;

-- @read job_running
-- $1 video, $2 try.  A row if this try still runs: the path of the video, and
-- when it has to end.
SELECT v.video_path, j.due_ms
FROM job j
JOIN video v ON v.id = j.video_id
WHERE j.video_id = $1 AND j.state = 1 AND j.tries = $2;

-- @read job_taken
-- $1 how many.  Conversions that run, or whose end nobody has noted.
SELECT j.video_id, j.tries, j.due_ms
FROM job j
WHERE j.state = 1
ORDER BY j.due_ms
LIMIT $1;

-- @write job_finish
-- $1 video, $2 try.  No row: it is not ours any more.
DELETE FROM job
WHERE video_id = $1 AND state = 1 AND tries = $2
RETURNING video_id;

-- @write job_rest
-- $1 video, $2 try, $3 when the next try may begin, $4 how many tries are taken
-- back.  No row: it is not ours any more.
UPDATE job
SET state = 0, due_ms = $3, tries = tries - $4
WHERE video_id = $1 AND state = 1 AND tries = $2
RETURNING video_id;

-- @write job_fail
-- $1 video, $2 try, $3 until when the original is kept.  No row: it is not ours
-- any more.
UPDATE job
SET state = 2, due_ms = $3
WHERE video_id = $1 AND state = 1 AND tries = $2
RETURNING video_id;

-- @write job_cancel
-- $1 video, $2 until when the original is kept.  No row: nothing to cancel.
UPDATE job
SET state = 2, due_ms = $2
WHERE video_id = $1 AND state < 2
RETURNING video_id;

-- @write job_retry
-- $1 video, $2 now.  No row: nothing to try again.
UPDATE job
SET state = 0, tries = 0, due_ms = $2
WHERE video_id = $1 AND state = 2
RETURNING video_id;

-- @write job_forget
-- $1 video.  No row: it has been tried again.
DELETE FROM job
WHERE video_id = $1 AND state = 2
RETURNING video_id;

-- @write job_delete
-- $1 video.  Whatever its state.
DELETE FROM job
WHERE video_id = $1;

-- @read job_expired
-- $1 now.  One whose original was kept long enough.
SELECT j.video_id, v.video_path
FROM job j
JOIN video v ON v.id = j.video_id
WHERE j.state = 2 AND j.due_ms <= $1
ORDER BY j.due_ms
LIMIT 1;

-- @read job_has_original
-- $1 path of an original below the media-root.  The video whose it is.
SELECT j.video_id
FROM job j
JOIN video v ON v.id = j.video_id
WHERE v.video_path = replace($1, '/spool/originals/', '/videos/');

-- @read job_list
-- @scan the one who runs a site asks, now and then
-- All conversions.
SELECT j.video_id, j.state, j.tries, j.due_ms, j.duration_ms, v.user_id,
	v.reason, v.reason_detail
FROM job j
JOIN video v ON v.id = j.video_id;
