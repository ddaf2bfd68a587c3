-- Accounts and videos.  Times are ms since 1970 UTC; ids and times stay below
-- 2^53.  Ids are never used twice, so an old token never means a new account.

CREATE TABLE account (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE CHECK (name <> ''),
	password_hash TEXT NOT NULL,
	token_version INTEGER NOT NULL DEFAULT 1, -- raised: older tokens end
	avatar TEXT NOT NULL DEFAULT '/default/avatar.jpg',
	background TEXT NOT NULL DEFAULT '/default/background.jpg',
	signature TEXT NOT NULL DEFAULT '',       -- empty: a default is shown
	follow_count INTEGER NOT NULL DEFAULT 0 CHECK (follow_count >= 0),
	follower_count INTEGER NOT NULL DEFAULT 0 CHECK (follower_count >= 0),
	total_favorited INTEGER NOT NULL DEFAULT 0 CHECK (total_favorited >= 0),
	work_count INTEGER NOT NULL DEFAULT 0 CHECK (work_count >= 0),
	favorite_count INTEGER NOT NULL DEFAULT 0 CHECK (favorite_count >= 0),
	create_ms INTEGER NOT NULL
) STRICT;

-- create_ms is unique and grows strictly, also within one millisecond, so that
-- "older than" pages through every video exactly once.
CREATE TABLE video (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL REFERENCES account (id),
	title TEXT NOT NULL DEFAULT '',           -- empty: a default is shown
	video_path TEXT NOT NULL UNIQUE,          -- below the media-root
	cover_path TEXT NOT NULL UNIQUE,
	favorite_count INTEGER NOT NULL DEFAULT 0 CHECK (favorite_count >= 0),
	comment_count INTEGER NOT NULL DEFAULT 0 CHECK (comment_count >= 0),
	create_ms INTEGER NOT NULL UNIQUE
) STRICT;

CREATE INDEX video_by_user ON video (user_id, create_ms);
