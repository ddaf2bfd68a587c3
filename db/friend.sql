-- friend.sql - statements on contacts: friends, and who wrote to whom.
-- README.md says how they are written, the schema what a contact is.

-- @write friend_add
-- $1 user, $2 friend, $3 now.  They follow each other from now on.  With a
-- message between them the rank stays that of the message.
INSERT INTO contact (user_id, other_id, friend, rank)
VALUES ($1, $2, 1,
	(SELECT CASE WHEN coalesce(max(x.newest), 0) < $3 THEN $3
		ELSE max(x.newest) + 1 END
	FROM (SELECT max(c.rank) AS newest
		FROM contact c
		WHERE c.user_id = $1 AND c.friend = 0
			AND c.rank < 4503599627370496
		UNION ALL
		SELECT max(c.rank)
		FROM contact c
		WHERE c.user_id = $1 AND c.friend = 1
			AND c.rank < 4503599627370496) x))
ON CONFLICT (user_id, other_id) DO UPDATE
SET friend = 1, rank = CASE WHEN contact.message_id IS NULL
	THEN excluded.rank ELSE contact.rank END;

-- @write friend_remove
-- $1 user, $2 former friend.
UPDATE contact
SET friend = 0
WHERE user_id = $1 AND other_id = $2;

-- @write friend_note_message
-- $1 user, $2 the other, $3 message, $4 its time plus 2^52.
INSERT INTO contact (user_id, other_id, friend, message_id, rank)
VALUES ($1, $2, 0, $3,
	(SELECT CASE WHEN coalesce(max(x.newest), 0) < $4 THEN $4
		ELSE max(x.newest) + 1 END
	FROM (SELECT max(c.rank) AS newest
		FROM contact c
		WHERE c.user_id = $1 AND c.friend = 0
		UNION ALL
		SELECT max(c.rank)
		FROM contact c
		WHERE c.user_id = $1 AND c.friend = 1) x))
ON CONFLICT (user_id, other_id) DO UPDATE
SET message_id = excluded.message_id, rank = excluded.rank;

-- @read friend_exists
-- $1 user, $2 the other.  A row if they follow each other now.
SELECT other_id
FROM contact
WHERE user_id = $1 AND other_id = $2 AND friend = 1;

-- @inside friend_exists_now
-- The same inside a transaction.
SELECT other_id
FROM contact
WHERE user_id = $1 AND other_id = $2 AND friend = 1;

-- @read friend_list
-- @shape friend
-- $1 whose friends, $2 before this rank, $3 how many, $4 viewer.  The message is
-- the viewer's own newest one with that friend, never somebody else's.
SELECT a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $4 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow,
	m.content, m.from_user_id, c.rank AS page
FROM contact c
JOIN account_shown a ON a.id = c.other_id
LEFT JOIN contact mine ON mine.user_id = $4 AND mine.other_id = a.id
LEFT JOIN message m ON m.id = mine.message_id
WHERE c.user_id = $1 AND c.friend = 1 AND c.rank < $2
ORDER BY c.rank DESC
LIMIT $3;
