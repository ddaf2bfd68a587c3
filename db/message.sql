-- message.sql - statements on messages.  README.md says how they are written.
-- A conversation is $1, $2: its two users, the lower id first.

-- @write message_insert
-- $3 sender, $4 text, $5 now.  create_ms is the time or, if that is not later,
-- the last one of the conversation plus 1.
INSERT INTO message (low_id, high_id, from_user_id, content, create_ms)
VALUES ($1, $2, $3, $4,
	(SELECT CASE WHEN coalesce(max(m.create_ms), 0) < $5 THEN $5
		ELSE max(m.create_ms) + 1 END
	FROM message m
	WHERE m.low_id = $1 AND m.high_id = $2))
RETURNING id, create_ms;

-- @read message_exists
-- $3 time.  A row if a message of the conversation has exactly this time.
SELECT id
FROM message
WHERE low_id = $1 AND high_id = $2 AND create_ms = $3;

-- @read message_newest_of
-- $3 sender.  The time of the newest message that this side wrote.
SELECT create_ms
FROM message
WHERE low_id = $1 AND high_id = $2 AND from_user_id = $3
ORDER BY create_ms DESC
LIMIT 1;

-- @read message_times
-- The time of each side's newest message, 0 without one: the lower user's, then
-- the higher one's.
SELECT
	(SELECT coalesce(max(m.create_ms), 0)
	FROM message m
	WHERE m.low_id = $1 AND m.high_id = $2 AND m.from_user_id = $1),
	(SELECT coalesce(max(m.create_ms), 0)
	FROM message m
	WHERE m.low_id = $1 AND m.high_id = $2 AND m.from_user_id = $2);

-- @read message_newest
-- @shape message
-- @scan sorts the page, which is at most as long as its LIMIT
-- $3 before this time, $4 how many.  The newest ones, sent ascending.
SELECT x.id, x.from_user_id, x.content, x.create_ms
FROM (SELECT m.id, m.from_user_id, m.content, m.create_ms
	FROM message m
	WHERE m.low_id = $1 AND m.high_id = $2 AND m.create_ms < $3
	ORDER BY m.create_ms DESC
	LIMIT $4) x
ORDER BY x.create_ms;

-- @read message_after
-- @shape message
-- $3 after this time, $4 how many, $5 whose messages are left out up to the
-- time $6.  The oldest ones, so that polling catches up.
SELECT m.id, m.from_user_id, m.content, m.create_ms
FROM message m
WHERE m.low_id = $1 AND m.high_id = $2 AND m.create_ms > $3
	AND NOT (m.from_user_id = $5 AND m.create_ms <= $6)
ORDER BY m.create_ms
LIMIT $4;
