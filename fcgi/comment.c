#include "comment.h"

#include "cache.h"
#include "gate.h"
#include "newest.h"
#include "redis.h"
#include "store.h"
#include "view.h"

/* Moves the video's count by one. */
static enum err
count(int64_t video, int64_t step)
{
	cache_touch_video(video);
	cache_touch_comments(video);
	return store_run(SQL_VIDEO_ADD_COMMENT, INT(video), INT(step));
}

static enum err
insert(struct request *r, const struct comment_action_args *args, int64_t *id)
{
	enum err e;

	if ((e = store_begin()))
		return e;
	e = store_first(id, SQL_COMMENT_INSERT, INT(args->video_id),
	    INT(r->viewer), STR(args->comment_text), INT(r->now_ms));
	if (!e && *id == 0)
		e = ERR_VIDEO_UNKNOWN;
	if (!e)
		e = count(args->video_id, 1);
	return store_end(e);
}

/* Answers the comment as it is stored. */
static enum err
post(struct request *r, const struct comment_action_args *args)
{
	struct query q;
	int64_t id;
	enum err e;

	if (args->comment_text.length == 0)
		return request_refuse(r, ERR_PARAM_MISSING, "comment_text");
	if (gate_no_video(r, args->video_id))
		return ERR_VIDEO_UNKNOWN;
	if ((e = insert(r, args, &id)))
		return e;
	store_start(&q, SQL_COMMENT_SHOW, INT(id), INT(r->viewer));
	if (store_next(&q))
		view_comment(r, "comment", &q);
	return store_done(&q);
}

/* Nothing was deleted: somebody else's, or not there (any more). */
static enum err
why_not(const struct comment_action_args *args)
{
	int64_t id;
	enum err e;

	if ((e = store_first(&id, SQL_COMMENT_EXISTS, INT(args->comment_id),
	    INT(args->video_id))))
		return e;
	return id != 0 ? ERR_NOT_YOUR_COMMENT : ERR_COMMENT_UNKNOWN;
}

static enum err
delete(struct request *r, const struct comment_action_args *args)
{
	int64_t deleted;
	enum err e;

	if (args->comment_id == 0)
		return request_refuse(r, ERR_PARAM_MISSING, "comment_id");
	if (gate_no_comment(r, args->comment_id))
		return ERR_COMMENT_UNKNOWN;
	if ((e = store_begin()))
		return e;
	e = store_first(&deleted, SQL_COMMENT_DELETE, INT(args->comment_id),
	    INT(args->video_id), INT(r->viewer), INT(r->now_ms));
	if (!e)
		e = deleted != 0 ? count(args->video_id, -1) : why_not(args);
	return store_end(e);
}

enum err
comment_action(struct request *r, const struct comment_action_args *args)
{
	return args->action_type == 1 ? post(r, args) : delete(r, args);
}

enum err
comment_list(struct request *r, const struct comment_list_args *args)
{
	struct query q;

	if (gate_no_video(r, args->video_id))
		return view_no_list(r, "comment_list");
	if (args->page.before == ID_MAX && redis_is_usable())
		return newest_comments(r, args->video_id, args->page.limit);
	store_start(&q, SQL_COMMENT_BY_VIDEO, INT(args->video_id),
	    INT(args->page.before), INT(args->page.limit), INT(r->viewer));
	return view_list(r, "comment_list", &q, view_comment_row, COMMENT_PAGE,
	    args->page.limit);
}
