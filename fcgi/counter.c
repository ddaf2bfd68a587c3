#include "counter.h"

#include "cache.h"
#include "pause.h"
#include "shared.h"
#include "store.h"

/* The ids of the deltas, without a gap. */
struct span {
	int64_t first, last;
};

static enum err
read_span(struct span *span)
{
	struct query q;

	*span = (struct span){ 0, -1 };
	store_start_values(&q, SQL_COUNTER_SPAN, NULL, 0);
	if (store_next(&q)) {
		span->first = store_integer(&q, 0);
		span->last = store_integer(&q, 1);
	}
	return store_done(&q);
}

static int64_t
length(struct span span)
{
	return span.last - span.first + 1;
}

/* Adds up the first ones, at most limit.  What is folded is always a past state
 * of the counts, so none falls below zero. */
static enum err
fold(struct span span, int64_t limit)
{
	int64_t last = span.last;
	enum err e;

	if (length(span) == 0)
		return OK;
	if (length(span) > limit)
		last = span.first + limit - 1;
	if ((e = store_run(SQL_COUNTER_FOLD_VIDEOS, INT(last))) ||
	    (e = store_run(SQL_COUNTER_FOLD_AUTHORS, INT(last))) ||
	    (e = store_run(SQL_COUNTER_FORGET, INT(last))))
		return e;
	shared_add(SHARED_deltas_folded, (size_t)(last - span.first + 1));
	PAUSE("count_folded");
	return OK;
}

/* Gives the cache both counts as they are shown from now on. */
static enum err
change_shown(int64_t video, int64_t author)
{
	struct query q;

	store_start(&q, SQL_COUNTER_SHOWN, INT(video), INT(author));
	if (store_next(&q)) {
		cache_change((struct cache_key){ CACHE_VIDEO_LIKES, video, 0 },
		    store_integer(&q, 0));
		cache_change((struct cache_key){ CACHE_USER_LIKES, author,
		    0 }, store_integer(&q, 1));
	}
	return store_done(&q);
}

enum err
counter_like(int64_t video, int64_t author, int64_t step)
{
	struct span span;
	enum err e;

	if ((e = store_run(SQL_COUNTER_ADD, INT(video), INT(author),
	    INT(step))) ||
	    (e = change_shown(video, author)) || (e = read_span(&span)))
		return e;
	return length(span) > COUNTER_PENDING_MOST ?
	    fold(span, COUNTER_BATCH) : OK;
}

enum err
counter_settle(void)
{
	struct span span;
	enum err e = read_span(&span);

	return e ? e : fold(span, length(span));
}

/* A batch in its own transaction; whether more are left. */
static enum err
fold_batch(bool *more)
{
	struct span span;
	enum err e;

	if ((e = store_begin()))
		return e;
	if (!(e = read_span(&span))) {
		*more = length(span) > COUNTER_BATCH;
		e = fold(span, COUNTER_BATCH);
	}
	return store_end(e);
}

enum err
counter_fold(void)
{
	int64_t pending;
	bool more = true;
	enum err e = store_first_values(&pending, SQL_COUNTER_PENDING, NULL, 0);

	/* Nothing to do is the usual case, and costs no transaction. */
	if (e || pending == 0)
		return e;
	while (!e && more)
		e = fold_batch(&more);
	return e;
}
