/* Invariants:
 *  1. A video in state 3 or 4 is in no list, and no action finds it.
 *  2. Its files are gone before it is marked as gone.
 *  3. A like or comment is removed in the transaction that counts it out.
 */
#include "removal.h"

#include "cache.h"
#include "counter.h"
#include "pause.h"
#include "place.h"
#include "store.h"

/* Nothing was hidden: somebody else's, which they must be able to see, or not
 * there (any more). */
static enum err
why_not(int64_t video)
{
	int64_t author;
	enum err e = store_first(&author, SQL_VIDEO_AUTHOR, INT(video));

	if (e)
		return e;
	return author != 0 ? ERR_NOT_YOUR_VIDEO : ERR_VIDEO_UNKNOWN;
}

enum err
removal_begin(int64_t user, int64_t video)
{
	int64_t hidden;
	enum err e;

	if ((e = store_begin()))
		return e;
	e = store_first(&hidden, SQL_VIDEO_HIDE, INT(video), INT(user));
	cache_touch_user(user);
	cache_touch_video(video);
	cache_touch_comments(video);
	if (!e && hidden == 0)
		e = why_not(video);
	if (!e && !(e = store_run(SQL_USER_ADD_WORK, INT(user), INT(-1))))
		e = store_run(SQL_JOB_DELETE, INT(video));
	e = store_end(e);
	PAUSE("delete_hidden");
	return e;
}

enum err
removal_erase(int64_t video)
{
	struct query q;
	bool erased = true;
	enum err e;

	store_start(&q, SQL_VIDEO_PATHS, INT(video));
	if (store_next(&q))
		erased = place_erase(store_text(&q, 0), store_text(&q, 1));
	e = store_done(&q);
	PAUSE("delete_erased");
	return !e && !erased ? ERR_INTERNAL : e;
}

/* Runs a statement that returns a row for each row that it removes. */
static enum err
purge_rows(enum statement statement, int64_t video, int64_t *count)
{
	struct query q;

	store_start(&q, statement, INT(video), INT(REMOVAL_BATCH));
	for (*count = 0; store_next(&q); ++*count)
		continue;
	return store_done(&q);
}

/* The likers of one batch have one like less. */
static enum err
uncount(int64_t video)
{
	struct query q;

	store_start(&q, SQL_FAVORITE_UNCOUNT, INT(video), INT(REMOVAL_BATCH));
	while (store_next(&q))
		cache_touch_user(store_integer(&q, 0));
	return store_done(&q);
}

/* Likes and comments of one batch, and their counts. */
static enum err
purge_batch(int64_t video, bool *left)
{
	int64_t likes, comments, author;
	enum err e;

	if ((e = counter_settle()) ||
	    (e = uncount(video)) ||
	    (e = purge_rows(SQL_FAVORITE_PURGE, video, &likes)) ||
	    (e = purge_rows(SQL_COMMENT_PURGE, video, &comments)) ||
	    (e = store_first(&author, SQL_VIDEO_FORGET, INT(video),
	    INT(likes), INT(comments))) ||
	    (e = store_run(SQL_USER_ADD_FAVORITED, INT(author), INT(-likes))))
		return e;
	cache_touch_user(author);
	cache_touch_video(video);
	cache_touch_comments(video);
	*left = likes == REMOVAL_BATCH || comments == REMOVAL_BATCH;
	return *left ? OK : store_run(SQL_VIDEO_GONE, INT(video));
}

enum err
removal_purge(int64_t video)
{
	bool left = true;
	enum err e = OK;
	int i;

	for (i = 0; !e && left && i < REMOVAL_BATCHES; i++) {
		if ((e = store_begin()))
			return e;
		e = store_end(purge_batch(video, &left));
		PAUSE("delete_purged");
	}
	return e;
}

enum err
removal_go_on(void)
{
	static int64_t stuck, again_ms;
	int64_t video;
	enum err e;

	if (base_clock_ms() >= again_ms)
		stuck = 0;
	if ((e = store_first(&video, SQL_VIDEO_GOING, INT(stuck))) ||
	    video == 0)
		return e;
	if ((e = removal_erase(video))) {
		stuck = video;
		again_ms = base_clock_ms() + REMOVAL_REST_MS;
		return e;
	}
	return removal_purge(video);
}
