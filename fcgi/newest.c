#include "newest.h"

#include "gate.h"
#include "shelf.h"

/* A comment of the page: where it is, and whether its author is followed. */
struct place {
	int64_t comment;
	bool is_follow;
	struct shelf_keys author_keys;
};

struct page {
	struct place *place;
	size_t count, room;
	size_t texts;		/* the number of their key */
	struct lookup lookup;
};

static enum err
find_places(struct request *r, int64_t video, int64_t limit,
    struct page *page)
{
	struct place *at;
	struct query q;

	store_start(&q, SQL_COMMENT_KEYS, INT(video), INT(limit),
	    INT(r->viewer));
	while (page->count < page->room && store_next(&q)) {
		at = &page->place[page->count++];
		at->comment = store_integer(&q, 0);
		at->author_keys = shelf_user_keys(&page->lookup,
		    store_integer(&q, 1));
		at->is_follow = store_integer(&q, 2);
	}
	return store_done(&q);
}

/* Fills in the comments' own columns; false unless the value holds the page's
 * comments, in its order, and perhaps older ones. */
static bool
take_texts(struct page *page, struct value (*rows)[COMMENT_PAGE])
{
	struct unpack u;
	size_t i;
	bool same = true;

	if (!lookup_open(&page->lookup, page->texts, &u))
		return false;
	for (i = 0; i < page->count; i++) {
		rows[i][COMMENT_ID] = INT(unpack_integer(&u));
		rows[i][COMMENT_CONTENT] = STR(unpack_text(&u));
		rows[i][COMMENT_CREATE_MS] = INT(unpack_integer(&u));
		same &= rows[i][COMMENT_ID].integer == page->place[i].comment;
	}
	if (same && unpack_is_good(&u))
		return true;
	lookup_spoil(&page->lookup, page->texts);
	return false;
}

static bool
take_rows(struct page *page, struct value (*rows)[COMMENT_PAGE])
{
	bool all = take_texts(page, rows);
	struct place *at = page->place;
	size_t i;

	for (i = 0; i < page->count; i++, at++) {
		all &= shelf_user(&page->lookup, at->author_keys,
		    &rows[i][COMMENT_USER]);
		rows[i][COMMENT_USER + USER_IS_FOLLOW] = INT(at->is_follow);
	}
	return all;
}

/* Writes the page from the cache, whole or not at all. */
static bool
write_cached(struct request *r, struct page *page, int64_t limit)
{
	struct value (*rows)[COMMENT_PAGE];
	struct query q;
	size_t i;

	if (!lookup_read(&page->lookup))
		return false;
	rows = arena_take(&r->arena, page->count * sizeof(*rows));
	if (rows == NULL || !take_rows(page, rows))
		return false;
	json_open_list(&r->reply, "comment_list");
	for (i = 0; i < page->count; i++) {
		q = store_of_values(rows[i]);
		view_comment_row(r, &q);
	}
	json_close_list(&r->reply);
	json_put_integer(&r->reply, "next_before",
	    (int64_t)page->count == limit ? page->place[i - 1].comment : 0);
	return true;
}

/* Keeps what the lookup has missed of a comment's author. */
static void
keep_author(struct request *r, struct page *page, const struct query *q)
{
	size_t i;

	for (i = 0; i < page->count; i++)
		if (page->place[i].comment == store_integer(q, COMMENT_ID))
			shelf_keep_user(&page->lookup,
			    page->place[i].author_keys, &r->arena, q,
			    COMMENT_USER);
}

static void
pack_comment(struct pack *p, const struct query *q)
{
	pack_integer(p, store_integer(q, COMMENT_ID));
	pack_text(p, store_text(q, COMMENT_CONTENT));
	pack_integer(p, store_integer(q, COMMENT_CREATE_MS));
}

/* Writes the page from the database, as view_list() does, and keeps it. */
static enum err
write_stored(struct request *r, int64_t video, int64_t limit,
    struct page *page)
{
	int64_t count = 0, last = 0;
	struct query q;
	struct pack p;
	bool full = false;
	enum err e;

	pack_start(&p, &r->arena, CACHE_VALUE_MOST);
	json_open_list(&r->reply, "comment_list");
	store_start(&q, SQL_COMMENT_BY_VIDEO, INT(video), INT(ID_MAX),
	    INT(limit), INT(r->viewer));
	while (!full && store_next(&q)) {
		view_comment_row(r, &q);
		pack_comment(&p, &q);
		keep_author(r, page, &q);
		last = store_integer(&q, COMMENT_ID);
		full = ++count == limit || r->reply.length > VIEW_PAGE_BYTES;
	}
	json_close_list(&r->reply);
	if (!(e = store_done(&q)))
		json_put_integer(&r->reply, "next_before", full ? last : 0);
	lookup_put(&page->lookup, page->texts, pack_done(&p));
	return e;
}

enum err
newest_comments(struct request *r, int64_t video, int64_t limit)
{
	struct page page = { .room = (size_t)limit };
	enum err e;

	page.place = arena_take(&r->arena, page.room * sizeof(*page.place));
	if (page.place == NULL)
		return ERR_TOO_BIG;
	lookup_start(&page.lookup, gate_space(r));
	page.texts = lookup_add(&page.lookup,
	    (struct cache_key){ CACHE_COMMENTS, video, 0 });
	if ((e = find_places(r, video, limit, &page)))
		return e;
	if (page.count == 0)
		return view_no_list(r, "comment_list");
	if (write_cached(r, &page, limit))
		return OK;
	if (!(e = write_stored(r, video, limit, &page)))
		lookup_fill(&page.lookup);
	return e;
}
