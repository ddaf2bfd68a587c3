#include "reconcile.h"

#include "cache.h"
#include "store.h"

static const struct count {
	const char *table, *column;
	enum statement find, mend;
	void (*touch)(int64_t id);
} counts[] = {
	{ "account", "work_count", SQL_RECONCILE_USER_WORKS,
	    SQL_RECONCILE_MEND_USER_WORKS, cache_touch_user },
	{ "account", "favorite_count", SQL_RECONCILE_USER_LIKES,
	    SQL_RECONCILE_MEND_USER_LIKES, cache_touch_user },
	{ "account", "total_favorited", SQL_RECONCILE_USER_LIKED,
	    SQL_RECONCILE_MEND_USER_LIKED, cache_touch_user },
	{ "account", "follow_count", SQL_RECONCILE_USER_FOLLOWS,
	    SQL_RECONCILE_MEND_USER_FOLLOWS, cache_touch_user },
	{ "account", "follower_count", SQL_RECONCILE_USER_FOLLOWERS,
	    SQL_RECONCILE_MEND_USER_FOLLOWERS, cache_touch_user },
	{ "video", "favorite_count", SQL_RECONCILE_VIDEO_LIKES,
	    SQL_RECONCILE_MEND_VIDEO_LIKES, cache_touch_video },
	{ "video", "comment_count", SQL_RECONCILE_VIDEO_COMMENTS,
	    SQL_RECONCILE_MEND_VIDEO_COMMENTS, cache_touch_video },
};

/* What is wrong. */
static struct {
	size_t count;
	struct {
		const struct count *of;
		int64_t id;
	} one[RECONCILE_MOST];
} wrong;

/* Each comparison is one statement, so it sees one state of the database. */
static enum err
find(FILE *out, const struct count *of)
{
	struct query q;
	int64_t id;

	store_start(&q, of->find,
	    INT((int64_t)(RECONCILE_MOST - wrong.count)));
	while (wrong.count < RECONCILE_MOST && store_next(&q)) {
		id = store_integer(&q, 0);
		fprintf(out, "%s %lld: %s is %lld, the rows say %lld\n",
		    of->table, (long long)id, of->column,
		    (long long)store_integer(&q, 1),
		    (long long)store_integer(&q, 2));
		wrong.one[wrong.count].of = of;
		wrong.one[wrong.count++].id = id;
	}
	return store_done(&q);
}

/* Counts the rows anew: what has changed since they were compared is in. */
static enum err
mend(void)
{
	enum err e;
	size_t i;

	/* More keys than the cache takes note of: then all is read anew. */
	if ((e = store_begin()))
		return e;
	for (i = 0; !e && i < wrong.count; i++) {
		e = store_run(wrong.one[i].of->mend, INT(wrong.one[i].id));
		wrong.one[i].of->touch(wrong.one[i].id);
	}
	return store_end(e);
}

enum err
reconcile_run(FILE *out, bool mending, size_t *left, bool *more)
{
	enum err e = OK;
	size_t i;

	wrong.count = 0;
	for (i = 0; !e && i < ARRAY_LEN(counts); i++)
		e = find(out, &counts[i]);
	if (!e && mending && wrong.count > 0)
		e = mend();
	if (e)
		return e;
	*left = mending ? 0 : wrong.count;
	*more = wrong.count == RECONCILE_MOST;
	fprintf(out, "wrong counts: %zu, mended: %zu%s\n", wrong.count,
	    wrong.count - *left,
	    *more ? "; there may be more, run it again" : "");
	return OK;
}
