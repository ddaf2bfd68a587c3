#include "video.h"

#include "cache.h"
#include "feed.h"
#include "gate.h"
#include "job.h"
#include "media.h"
#include "place.h"
#include "pause.h"
#include "quota.h"
#include "removal.h"
#include "room.h"
#include "shelf.h"
#include "store.h"
#include "view.h"

/* The document says seconds, the app sends milliseconds: a number of 12 digits
 * or more is milliseconds (API.md Q1). */
#define MS_FROM INT64_C(100000000000)

/* The time before which videos are asked for; without one, the end of time. */
static int64_t
read_before(int64_t latest_time)
{
	if (latest_time <= 0 || latest_time > ID_MAX)
		return ID_MAX;
	return latest_time < MS_FROM ? latest_time * 1000 : latest_time;
}

/* Where an empty page sends the client: past the newest video, so that its
 * next call starts over (API.md E1, 4). */
static enum err
after_newest(struct request *r, int64_t *next_time)
{
	struct query q;
	int64_t newest = 0;

	store_start_values(&q, SQL_VIDEO_NEWEST_MS, NULL, 0);
	if (store_next(&q))
		newest = store_integer(&q, 0);
	*next_time = r->now_ms > newest ? r->now_ms : newest + 1;
	return store_done(&q);
}

enum err
video_feed(struct request *r, const struct video_feed_args *args)
{
	int64_t next_time;
	enum err e;

	json_open_list(&r->reply, "video_list");
	e = feed_page(r, read_before(args->latest_time), &next_time);
	json_close_list(&r->reply);
	if (e || (next_time == 0 && (e = after_newest(r, &next_time))))
		return e;
	json_put_integer(&r->reply, "next_time", next_time);
	return OK;
}

enum err
video_show(struct request *r, const struct video_show_args *args)
{
	struct query q;
	bool found;
	enum err e;

	if (gate_no_video(r, args->video_id))
		return ERR_VIDEO_UNKNOWN;
	store_start(&q, SQL_VIDEO_SHOW, INT(args->video_id), INT(r->viewer));
	if ((found = store_next(&q))) {
		if (store_integer(&q, VIDEO_AUTHOR + USER_ID) == r->viewer)
			view_own_video(r, "video", &q);
		else
			view_video(r, "video", &q);
	}
	if ((e = store_done(&q)))
		return e;
	return found ? OK : ERR_VIDEO_UNKNOWN;
}

/* The new video is looked at next. */
static enum err
put_in_cache(struct request *r, int64_t id)
{
	struct query q;

	store_start(&q, SQL_VIDEO_NEW, INT(id));
	if (store_next(&q))
		shelf_put_video(&r->arena, &q);
	return store_done(&q);
}

/* The row, its author's count and their day's, in one transaction. */
static enum err
insert(struct request *r, const struct video_publish_args *args,
    const struct media *media)
{
	enum state state = media->converts ? STATE_PROCESSING : STATE_READY;
	int64_t id;
	enum err e;

	if ((e = store_begin()))
		return e;
	e = quota_charge(&r->arena, r->viewer, r->now_ms, args->data.size,
	    &r->detail);
	if (!e)
		e = store_first(&id, SQL_VIDEO_INSERT, INT(r->viewer),
		    STR(args->title), STR(text_of(media->video_path)),
		    STR(text_of(media->cover_path)), INT(r->now_ms),
		    INT(state));
	if (!e)
		e = store_run(SQL_USER_ADD_WORK, INT(r->viewer), INT(1));
	cache_touch_user(r->viewer);
	if (!e)
		e = media->converts ? job_add(id, media->duration_ms,
		    r->now_ms) : put_in_cache(r, id);
	return store_end(e);
}

enum err
video_publish(struct request *r, const struct video_publish_args *args)
{
	struct media media;
	enum err e;

	if (args->data.count > 1)
		return ERR_FILE_SEVERAL;
	if (!args->data.named)
		return ERR_FILE_MISSING;
	if ((e = media_import(&media, &r->arena, r->body, args->data.start,
	    args->data.size, &r->detail)) ||
	    (e = place_new(&media, r->viewer, r->now_ms)))
		return e;
	PAUSE("publish_placed");
	if ((media.converts && (e = room_for_originals())) ||
	    (e = insert(r, args, &media)))
		place_take_back(&media);
	PAUSE("publish_committed");
	return e;
}

enum err
video_list(struct request *r, const struct video_list_args *args)
{
	int64_t owner = args->user_id == 0 ? r->viewer : args->user_id;
	bool own = owner != 0 && owner == r->viewer;
	struct query q;

	if (gate_no_user(r, owner))
		return view_no_list(r, "video_list");
	store_start(&q, own ? SQL_VIDEO_OWN : SQL_VIDEO_BY_USER, INT(owner),
	    INT(args->page.before), INT(args->page.limit), INT(r->viewer));
	return view_list(r, "video_list", &q,
	    own ? view_own_video_row : view_video_row, VIDEO_PAGE,
	    args->page.limit);
}

/* The files are gone when this is answered, and with few likes and comments
 * they are, too; what is left then is the background process's. */
enum err
video_delete(struct request *r, const struct video_delete_args *args)
{
	enum err e;

	if (gate_no_video(r, args->video_id))
		return ERR_VIDEO_UNKNOWN;
	if ((e = removal_begin(r->viewer, args->video_id)) ||
	    (e = removal_erase(args->video_id)))
		return e;
	(void)removal_purge(args->video_id);
	return OK;
}
