-- quota.sql - what users publish a day.  README.md says how statements are
-- written.

-- @read quota_used
-- $1 user, $2 day.  No row: nothing yet on that day.
SELECT videos, bytes
FROM quota
WHERE user_id = $1 AND day = $2;

-- @write quota_charge
-- $1 user, $2 day, $3 videos, $4 bytes.  What the day has with them.
INSERT INTO quota (user_id, day, videos, bytes)
VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id) DO UPDATE
SET videos = excluded.videos + CASE WHEN quota.day = excluded.day
		THEN quota.videos ELSE 0 END,
	bytes = excluded.bytes + CASE WHEN quota.day = excluded.day
		THEN quota.bytes ELSE 0 END,
	day = excluded.day
RETURNING videos, bytes;
