-- user.sql - statements on accounts.  README.md says how they are written.

-- @write user_insert
-- $1 name, $2 password hash, $3 now.  No row: the name is taken.
INSERT INTO account (name, password_hash, create_ms)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO NOTHING
RETURNING id, token_version;

-- @read user_login
-- $1 name.  What a log-in compares and what its token carries.
SELECT id, password_hash, token_version
FROM account
WHERE name = $1;

-- @read user_password
-- $1 user.  What a change of the password compares.
SELECT password_hash, token_version
FROM account
WHERE id = $1;

-- @write user_set_password
-- $1 user, $2 new hash, $3 the version that was compared with the old hash.
-- All tokens of that version end.  No row: another change was quicker.
UPDATE account
SET password_hash = $2, token_version = token_version + 1
WHERE id = $1 AND token_version = $3
RETURNING token_version;

-- @read user_show
-- @shape user
-- $1 user, $2 viewer (0: a guest).
SELECT a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature, a.total_favorited, a.work_count, a.favorite_count,
	EXISTS (SELECT 1 FROM relation r
		WHERE r.user_id = $2 AND r.to_user_id = a.id AND r.status = 1
	) AS is_follow
FROM account_shown a
WHERE a.id = $1;

-- @inside user_pictures
-- $1 user.
SELECT avatar, background
FROM account
WHERE id = $1;

-- @write user_update
-- $1 user, $2 avatar, $3 background (each empty: as it is), $4 signature,
-- $5 whether there is one: 1, or 0 for as it is.
UPDATE account
SET avatar = CASE WHEN $2 = '' THEN avatar ELSE $2 END,
	background = CASE WHEN $3 = '' THEN background ELSE $3 END,
	signature = CASE WHEN $5 = 1 THEN $4 ELSE signature END
WHERE id = $1;

-- @read user_has_picture
-- $1 path of an avatar or a background, as served, $2 the user in its name.
-- The user whose picture it is.
SELECT id
FROM account
WHERE id = $2 AND (avatar = $1 OR background = $1);

-- @read user_files
-- $1 after this id, $2 how many.  What the media-root must hold.
SELECT a.id, a.avatar, a.background
FROM account a
WHERE a.id > $1
ORDER BY a.id
LIMIT $2;

-- @inside user_exists
-- $1 user.  A row if there is such a user.
SELECT id
FROM account
WHERE id = $1;

-- @write user_add_work
-- $1 user, $2 how many, 1 or -1.
UPDATE account
SET work_count = work_count + $2
WHERE id = $1;

-- @write user_add_favorite
-- $1 who likes, $2 how many, 1 or -1.
UPDATE account
SET favorite_count = favorite_count + $2
WHERE id = $1;

-- @write user_add_favorited
-- $1 whose video is liked, $2 how many, 1 or -1.
UPDATE account
SET total_favorited = total_favorited + $2
WHERE id = $1;

-- @write user_add_follow
-- $1 who follows, $2 how many, 1 or -1.
UPDATE account
SET follow_count = follow_count + $2
WHERE id = $1;

-- @write user_add_follower
-- $1 who is followed, $2 how many, 1 or -1.
UPDATE account
SET follower_count = follower_count + $2
WHERE id = $1;

-- @read user_newest_id
-- The newest account's id, 0 when there is none.
SELECT coalesce(max(a.id), 0)
FROM account a;
