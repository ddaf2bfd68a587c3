-- site.sql - statements on the site as a whole.  README.md says how they are
-- written.

-- @read site_gate
-- $1 user (0: a guest), $2 another user (0: none).  What a request needs to know
-- first, by point look-ups alone: which entries of the cache are the present
-- ones, the highest ids, the user's token version (0: the account is gone), and
-- whether the two are friends now.
SELECT s.number, s.epoch,
	(SELECT coalesce(max(a.id), 0) FROM account a),
	(SELECT coalesce(max(v.id), 0) FROM video v),
	(SELECT coalesce(max(c.id), 0) FROM comment c),
	coalesce((SELECT u.token_version FROM account u WHERE u.id = $1), 0),
	EXISTS (SELECT 1 FROM contact f
		WHERE f.user_id = $1 AND f.other_id = $2 AND f.friend = 1)
FROM site s
WHERE s.id = 1;

-- @inside site_space
-- The site's number and its epoch, for a writer.
SELECT number, epoch
FROM site
WHERE id = 1;

-- @write site_raise
-- $1 now.  A new epoch.
UPDATE site
SET epoch = CASE WHEN epoch < $1 THEN $1 ELSE epoch + 1 END
WHERE id = 1
RETURNING epoch;
