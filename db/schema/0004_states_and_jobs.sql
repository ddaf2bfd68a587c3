-- What has become of a video's file, and the queue of those that are converted.

-- state: 0 ready, 1 processing, 2 failed, 3 deleted but not all that hangs on
-- it is yet, 4 deleted.  Only a ready one exists for others than its author;
-- a deleted one's row stays, so that nothing ever points to nowhere.
ALTER TABLE video ADD COLUMN state INTEGER NOT NULL DEFAULT 0
	CHECK (state BETWEEN 0 AND 4);
-- Why it failed: a status_code of errors.def and what stands for its {}.
ALTER TABLE video ADD COLUMN reason INTEGER NOT NULL DEFAULT 0;
ALTER TABLE video ADD COLUMN reason_detail TEXT NOT NULL DEFAULT '';

CREATE INDEX video_ready ON video (create_ms) WHERE state = 0;
CREATE INDEX video_ready_by_user ON video (user_id, create_ms)
	WHERE state = 0;
CREATE INDEX video_going ON video (id) WHERE state = 3;
DROP INDEX video_by_user;
CREATE INDEX video_by_user ON video (user_id, create_ms) WHERE state < 3;

-- A conversion.  Waiting: due_ms is when it may begin; running: when it must
-- have ended; failed: until when the original is kept, so that it can be tried
-- again.  tries also tells one try from the next: who has lost the job to
-- another finds another number.
CREATE TABLE job (
	video_id INTEGER PRIMARY KEY REFERENCES video (id),
	state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
	tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
	due_ms INTEGER NOT NULL,
	duration_ms INTEGER NOT NULL,             -- 0: the file does not tell
	create_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX job_by_state ON job (state, due_ms);
