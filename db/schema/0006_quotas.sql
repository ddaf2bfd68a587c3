-- What each user has published on a day.  One row a user, of the last day on
-- which they published: the table never grows beyond the accounts.

CREATE TABLE quota (
	user_id INTEGER PRIMARY KEY REFERENCES account (id),
	day INTEGER NOT NULL,                     -- yyyymmdd in the site's zone
	videos INTEGER NOT NULL CHECK (videos >= 0),
	bytes INTEGER NOT NULL CHECK (bytes >= 0) -- of the files as uploaded
) STRICT;
