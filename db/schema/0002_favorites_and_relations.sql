-- One row per pair with a status (1 on, 0 off): a repeated action finds its row
-- and changes nothing.

CREATE TABLE favorite (
	user_id INTEGER NOT NULL REFERENCES account (id),
	video_id INTEGER NOT NULL REFERENCES video (id),
	status INTEGER NOT NULL CHECK (status IN (0, 1)),
	change_ms INTEGER NOT NULL,
	PRIMARY KEY (user_id, video_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE relation (
	user_id INTEGER NOT NULL REFERENCES account (id),
	to_user_id INTEGER NOT NULL REFERENCES account (id),
	status INTEGER NOT NULL CHECK (status IN (0, 1)),
	change_ms INTEGER NOT NULL,
	PRIMARY KEY (user_id, to_user_id),
	CHECK (user_id <> to_user_id)
) STRICT, WITHOUT ROWID;
