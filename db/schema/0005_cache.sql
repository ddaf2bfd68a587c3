-- What the cache and the counts that follow later need.

-- One row.  epoch is part of every key of the cache: a time in ms, raised at
-- every start of the site and whenever an entry could not be invalidated.  It
-- is never one that was used before, also after an older copy of the database
-- was put back.  number tells sites apart that use one Redis.
CREATE TABLE site (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	number INTEGER NOT NULL,
	epoch INTEGER NOT NULL
) STRICT;

INSERT INTO site (id, number, epoch)
VALUES (1, abs(random() % 9007199254740991), 1);

-- Likes that are not yet in the columns video.favorite_count and
-- account.total_favorited: written with the like itself, added up and deleted by
-- the background process.  Ids are in the order of the likes and without a gap,
-- so what is folded is always a past state, and no count falls below zero.
CREATE TABLE like_delta (
	id INTEGER PRIMARY KEY,
	video_id INTEGER NOT NULL REFERENCES video (id),
	author_id INTEGER NOT NULL REFERENCES account (id),
	delta INTEGER NOT NULL CHECK (delta IN (-1, 1))
) STRICT;

CREATE INDEX like_delta_by_video ON like_delta (video_id, delta);
CREATE INDEX like_delta_by_author ON like_delta (author_id, delta);

-- What is shown of accounts and videos: the columns and what is still to be
-- added to them.
CREATE VIEW account_shown AS
SELECT a.id, a.name, a.follow_count, a.follower_count, a.avatar, a.background,
	a.signature,
	a.total_favorited + coalesce((SELECT sum(d.delta)
		FROM like_delta d
		WHERE d.author_id = a.id), 0) AS total_favorited,
	a.work_count, a.favorite_count
FROM account a;

CREATE VIEW video_shown AS
SELECT v.id, v.user_id, v.title, v.video_path, v.cover_path,
	v.favorite_count + coalesce((SELECT sum(d.delta)
		FROM like_delta d
		WHERE d.video_id = v.id), 0) AS favorite_count,
	v.comment_count, v.create_ms, v.state, v.reason, v.reason_detail
FROM video v;
