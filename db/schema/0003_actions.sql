-- What users do with videos and with each other.
--
-- change_ms and rank order a user's lists, newest first.  Both grow strictly
-- within each list that shows them, so "before" pages through all of it.

CREATE INDEX favorite_by_user ON favorite (user_id, change_ms)
	WHERE status = 1;
CREATE INDEX favorite_by_video ON favorite (video_id)
	WHERE status = 1;
CREATE INDEX relation_by_user ON relation (user_id, change_ms)
	WHERE status = 1;
CREATE INDEX relation_by_target ON relation (to_user_id, change_ms)
	WHERE status = 1;

-- Deleted softly: delete_ms is set, the text stays.
CREATE TABLE comment (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	video_id INTEGER NOT NULL REFERENCES video (id),
	user_id INTEGER NOT NULL REFERENCES account (id),
	content TEXT NOT NULL CHECK (content <> ''),
	create_ms INTEGER NOT NULL,
	delete_ms INTEGER
) STRICT;

CREATE INDEX comment_by_video ON comment (video_id, id)
	WHERE delete_ms IS NULL;

-- A conversation is a pair of users, the lower id first.  create_ms grows
-- strictly within it, so polling with the last one loses and repeats nothing.
CREATE TABLE message (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	low_id INTEGER NOT NULL REFERENCES account (id),
	high_id INTEGER NOT NULL REFERENCES account (id),
	from_user_id INTEGER NOT NULL,
	content TEXT NOT NULL CHECK (content <> ''),
	create_ms INTEGER NOT NULL,
	UNIQUE (low_id, high_id, create_ms),
	CHECK (low_id < high_id AND from_user_id IN (low_id, high_id))
) STRICT;

CREATE INDEX message_by_sender
	ON message (low_id, high_id, from_user_id, create_ms);

-- Two users who follow each other now (friend = 1) or have written to each
-- other, one row for each side.  A popular user follows thousands: their few
-- friends are found here without looking at the rest.  rank is the time of the
-- newest message plus 2^52, which is above all times, or else the time when the
-- friendship began.
CREATE TABLE contact (
	user_id INTEGER NOT NULL REFERENCES account (id),
	other_id INTEGER NOT NULL REFERENCES account (id),
	friend INTEGER NOT NULL CHECK (friend IN (0, 1)),
	message_id INTEGER REFERENCES message (id),
	rank INTEGER NOT NULL,
	PRIMARY KEY (user_id, other_id),
	CHECK (user_id <> other_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_by_user ON contact (user_id, friend, rank);
