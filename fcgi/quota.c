#include "quota.h"

#include <time.h>

#include "conf.h"
#include "store.h"

/* yyyymmdd in the site's zone. */
static int64_t
day_of(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm local;

	localtime_r(&seconds, &local);
	return ((int64_t)local.tm_year + 1900) * 10000 +
	    ((int64_t)local.tm_mon + 1) * 100 + local.tm_mday;
}

/* What a day that has so much says; a limit of 0 is none. */
static enum err
judge(struct arena *arena, int64_t videos, int64_t bytes, const char **detail)
{
	if (conf->quota_videos != 0 && videos > conf->quota_videos) {
		*detail = arena_printf(arena, "%lld",
		    (long long)conf->quota_videos);
		return ERR_QUOTA_VIDEOS;
	}
	if (conf->quota_bytes != 0 && bytes > conf->quota_bytes) {
		*detail = arena_print_size(arena, conf->quota_bytes);
		return ERR_QUOTA_BYTES;
	}
	return OK;
}

/* Runs a statement that gives the videos and bytes of a day. */
static enum err
read_day(struct query *q, int64_t *videos, int64_t *bytes)
{
	*videos = *bytes = 0;
	if (store_next(q)) {
		*videos = store_integer(q, 0);
		*bytes = store_integer(q, 1);
	}
	return store_done(q);
}

enum err
quota_check(struct arena *arena, int64_t user_id, int64_t now_ms,
    int64_t bytes, const char **detail)
{
	struct query q;
	int64_t videos, used;
	enum err e;

	store_start(&q, SQL_QUOTA_USED, INT(user_id), INT(day_of(now_ms)));
	if ((e = read_day(&q, &videos, &used)))
		return e;
	return judge(arena, videos + 1, used + bytes, detail);
}

enum err
quota_charge(struct arena *arena, int64_t user_id, int64_t now_ms,
    int64_t bytes, const char **detail)
{
	struct query q;
	int64_t videos, used;
	enum err e;

	store_start(&q, SQL_QUOTA_CHARGE, INT(user_id), INT(day_of(now_ms)),
	    INT(1), INT(bytes));
	if ((e = read_day(&q, &videos, &used)))
		return e;
	return judge(arena, videos, used, detail);
}
