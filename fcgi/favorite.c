/* Counts move only when a status flips, in the flip's own transaction: the
 * liker's favorite_count, the author's total_favorited, the video's
 * favorite_count. */

#include "favorite.h"

#include "cache.h"
#include "gate.h"
#include "store.h"
#include "view.h"

/* Moves the three counts by one; the statement tells the author. */
static enum err
count(int64_t liker, int64_t video, int64_t step)
{
	int64_t author;
	enum err e;

	if ((e = store_first(&author, SQL_VIDEO_ADD_FAVORITE, INT(video),
	    INT(step))) ||
	    (e = store_run(SQL_USER_ADD_FAVORITED, INT(author), INT(step))))
		return e;
	cache_touch_video(video);
	cache_touch_user(author);
	cache_touch_user(liker);
	return store_run(SQL_USER_ADD_FAVORITE, INT(liker), INT(step));
}

/* No flip: the status was so already, or there is no such video. */
static enum err
check_video(int64_t video)
{
	int64_t author;
	enum err e;

	if ((e = store_first(&author, SQL_VIDEO_AUTHOR, INT(video))))
		return e;
	return author != 0 ? OK : ERR_VIDEO_UNKNOWN;
}

enum err
favorite_action(struct request *r, const struct favorite_action_args *args)
{
	bool like = args->action_type == 1;
	int64_t flipped;
	enum err e;

	if (gate_no_video(r, args->video_id))
		return ERR_VIDEO_UNKNOWN;
	if ((e = store_begin()))
		return e;
	e = store_first(&flipped, like ? SQL_FAVORITE_ADD :
	    SQL_FAVORITE_REMOVE, INT(r->viewer), INT(args->video_id),
	    INT(r->now_ms));
	if (!e)
		e = flipped != 0 ?
		    count(r->viewer, args->video_id, like ? 1 : -1) :
		    check_video(args->video_id);
	return store_end(e);
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
