/* Counts move only when a status flips, in the flip's own transaction: the
 * liker's favorite_count, the author's total_favorited, the video's
 * favorite_count. */

#include "favorite.h"

#include "cache.h"
#include "counter.h"
#include "gate.h"
#include "store.h"
#include "view.h"

/* Moves the three counts by one. */
static enum err
count(int64_t liker, int64_t video, int64_t author, int64_t step)
{
	enum err e = counter_like(video, author, step);

	if (e)
		return e;
	cache_touch((struct cache_key){ CACHE_USER, liker, 0 });
	return store_run(SQL_USER_ADD_FAVORITE, INT(liker), INT(step));
}

/* The flip and what follows from it, inside a transaction.  No flip: the status
 * was so already. */
static enum err
change(struct request *r, int64_t video, bool like)
{
	int64_t author, flipped;
	enum err e;

	if ((e = store_first(&author, SQL_VIDEO_AUTHOR, INT(video))))
		return e;
	if (author == 0)
		return ERR_VIDEO_UNKNOWN;
	if ((e = store_first(&flipped, like ? SQL_FAVORITE_ADD :
	    SQL_FAVORITE_REMOVE, INT(r->viewer), INT(video),
	    INT(r->now_ms))) || flipped == 0)
		return e;
	return count(r->viewer, video, author, like ? 1 : -1);
}

enum err
favorite_action(struct request *r, const struct favorite_action_args *args)
{
	enum err e;

	if (gate_no_video(r, args->video_id))
		return ERR_VIDEO_UNKNOWN;
	if ((e = store_begin()))
		return e;
	return store_end(change(r, args->video_id, args->action_type == 1));
}

enum err
favorite_list(struct request *r, const struct favorite_list_args *args)
{
	struct query q;

	if (gate_no_user(r, args->user_id))
		return view_no_list(r, "video_list");
	store_start(&q, SQL_FAVORITE_BY_USER, INT(args->user_id),
	    INT(args->page.before), INT(args->page.limit), INT(r->viewer));
	return view_list(r, "video_list", &q, view_video_row, VIDEO_PAGE,
	    args->page.limit);
}
