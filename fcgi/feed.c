#include "feed.h"

#include "gate.h"
#include "redis.h"
#include "shelf.h"

#define PAGE_MOST 30

/* A video of the page: where it is, and what the viewer has to do with it. */
struct place {
	int64_t video, author, create_ms;
	bool is_favorite, is_follow;
	struct shelf_keys video_keys, author_keys;
};

struct page {
	struct place place[PAGE_MOST];
	size_t count;
	struct lookup lookup;
};

static enum err
find_places(struct request *r, int64_t before, struct page *page)
{
	struct place *at;
	struct query q;

	page->count = 0;
	lookup_start(&page->lookup, gate_space(r));
	store_start(&q, SQL_VIDEO_NEWEST_KEYS, INT(before),
	    INT(conf->feed_limit), INT(r->viewer));
	while (page->count < PAGE_MOST && store_next(&q)) {
		at = &page->place[page->count++];
		at->video = store_integer(&q, 0);
		at->author = store_integer(&q, 1);
		at->create_ms = store_integer(&q, 2);
		at->is_favorite = store_integer(&q, 3);
		at->is_follow = store_integer(&q, 4);
		at->video_keys = shelf_video_keys(&page->lookup, at->video);
		at->author_keys = shelf_user_keys(&page->lookup, at->author);
	}
	return store_done(&q);
}

/* Puts the page's rows together; false when anything is missing. */
static bool
take_rows(struct page *page, struct value (*rows)[VIDEO_PAGE])
{
	struct place *at = page->place;
	size_t i;
	bool all = rows != NULL;

	/* All are tried, so that what does not parse is filled again. */
	for (i = 0; rows != NULL && i < page->count; i++, at++) {
		all &= shelf_video(&page->lookup, at->video_keys, rows[i]);
		all &= shelf_user(&page->lookup, at->author_keys,
		    &rows[i][VIDEO_AUTHOR]);
		rows[i][VIDEO_IS_FAVORITE] = INT(at->is_favorite);
		rows[i][VIDEO_AUTHOR + USER_IS_FOLLOW] = INT(at->is_follow);
	}
	return all;
}

/* Writes the page from the cache, whole or not at all. */
static bool
write_cached(struct request *r, struct page *page, int64_t *last)
{
	struct value (*rows)[VIDEO_PAGE];
	struct query q;
	size_t i;

	if (!lookup_read(&page->lookup))
		return false;
	rows = arena_take(&r->arena, page->count * sizeof(*rows));
	if (!take_rows(page, rows))
		return false;
	for (i = 0; i < page->count; i++) {
		q = store_of_values(rows[i]);
		view_video_row(r, &q);
		*last = page->place[i].create_ms;
	}
	return true;
}

/* Keeps what the lookup has missed of a row of the database. */
static void
keep(struct request *r, struct page *page, const struct query *q)
{
	size_t i;

	for (i = 0; i < page->count; i++)
		if (page->place[i].video == store_integer(q, VIDEO_ID)) {
			shelf_keep_video(&page->lookup,
			    page->place[i].video_keys, &r->arena, q);
			shelf_keep_user(&page->lookup,
			    page->place[i].author_keys, &r->arena, q,
			    VIDEO_AUTHOR);
		}
}

/* Writes the page from the database; page is NULL without a cache. */
static enum err
write_stored(struct request *r, int64_t before, struct page *page,
    int64_t *last)
{
	struct query q;

	store_start(&q, SQL_VIDEO_NEWEST, INT(before), INT(conf->feed_limit),
	    INT(r->viewer));
	while (store_next(&q)) {
		view_video_row(r, &q);
		*last = store_integer(&q, VIDEO_CREATE_MS);
		if (page != NULL)
			keep(r, page, &q);
	}
	return store_done(&q);
}

enum err
feed_page(struct request *r, int64_t before, int64_t *last)
{
	struct page page;
	enum err e;

	*last = 0;
	if (!redis_is_usable())
		return write_stored(r, before, NULL, last);
	if ((e = find_places(r, before, &page)) || page.count == 0 ||
	    write_cached(r, &page, last))
		return e;
	if (!(e = write_stored(r, before, &page, last)))
		lookup_fill(&page.lookup);
	return e;
}
