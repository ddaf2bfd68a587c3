#include "chat.h"

#include "gate.h"
#include "lookup.h"
#include "redis.h"
#include "store.h"
#include "view.h"

/* Cursors of 12 digits and more are milliseconds (API.md Q5, D21). */
#define MS_FROM INT64_C(100000000000)
/* A bubble that the app sent carries the phone's clock, a little before ours;
 * its own message may come within this time after it (D8). */
#define ECHO_MS 2000
/* A phone's clock may be ahead of ours by this much (D8). */
#define AHEAD_MS 120000

struct conversation
chat_between(int64_t a, int64_t b)
{
	if (a < b)
		return (struct conversation){ a, b };
	return (struct conversation){ b, a };
}

/* What a poll asks for: messages after a time, without those of its caller up
 * to another. */
struct poll {
	int64_t after, hide_own_until;
};

/* A cursor that is no message's time was stamped by the phone. */
static enum err
read_phone_clock(const struct request *r, struct conversation c,
    struct poll *poll)
{
	int64_t id;
	enum err e;

	if ((e = store_first(&id, SQL_MESSAGE_EXISTS, INT(c.low), INT(c.high),
	    INT(poll->after))) || id != 0)
		return e;
	if (poll->after <= r->now_ms) {
		poll->hide_own_until = poll->after + ECHO_MS;
		return OK;
	}
	if (poll->after > r->now_ms + AHEAD_MS)
		return OK;
	poll->hide_own_until = ID_MAX;
	return store_first(&poll->after, SQL_MESSAGE_NEWEST_OF, INT(c.low),
	    INT(c.high), INT(r->viewer));
}

static enum err
read_cursor(const struct request *r, struct conversation c, int64_t cursor,
    struct poll *poll)
{
	bool in_ms = cursor >= MS_FROM;

	*poll = (struct poll){ in_ms ? cursor : cursor * 1000, 0 };
	if (conf->chat_echo == chat_echo_strict)
		poll->hide_own_until = ID_MAX;
	if (conf->chat_echo == chat_echo_auto && in_ms)
		return read_phone_clock(r, c, poll);
	return OK;
}

static void
view_message(struct request *r, struct conversation c, const struct query *q)
{
	int64_t from = store_integer(q, MESSAGE_FROM);
	struct json *json = &r->reply;

	json_open(json, NULL);
	json_put_integer(json, "id", store_integer(q, MESSAGE_ID));
	json_put_integer(json, "to_user_id", from == c.low ? c.high : c.low);
	json_put_integer(json, "from_user_id", from);
	json_put_string(json, "content", store_text(q, MESSAGE_CONTENT));
	json_put_integer(json, "create_time",
	    store_integer(q, MESSAGE_CREATE_MS));
	json_close(json);
}

/* The newest page as the cache has it: for how many it was asked, then the
 * rows, ascending.  Fewer rows are all of the conversation. */
static void
pack_message(struct pack *p, const struct query *q)
{
	pack_integer(p, store_integer(q, MESSAGE_ID));
	pack_integer(p, store_integer(q, MESSAGE_FROM));
	pack_text(p, store_text(q, MESSAGE_CONTENT));
	pack_integer(p, store_integer(q, MESSAGE_CREATE_MS));
}

static void
unpack_message(struct unpack *u, struct value *row)
{
	row[MESSAGE_ID] = INT(unpack_integer(u));
	row[MESSAGE_FROM] = INT(unpack_integer(u));
	row[MESSAGE_CONTENT] = STR(unpack_text(u));
	row[MESSAGE_CREATE_MS] = INT(unpack_integer(u));
}

/* Lists a conversation ascending; of the history, next_before is the time of
 * the first message of a full page.  The rows go into p as well, if it is not
 * NULL. */
static enum err
list(struct request *r, struct conversation c, struct query *q, int64_t limit,
    bool history, struct pack *p)
{
	int64_t count = 0, first = 0;
	enum err e;

	json_open_list(&r->reply, "message_list");
	for (; store_next(q); count++) {
		if (count == 0)
			first = store_integer(q, MESSAGE_CREATE_MS);
		view_message(r, c, q);
		if (p != NULL)
			pack_message(p, q);
	}
	json_close_list(&r->reply);
	if (!(e = store_done(q)))
		json_put_integer(&r->reply, "next_before",
		    history && count == limit ? first : 0);
	return e;
}

/* A guest, where guests may read, is let through to nothing. */
static enum err
check_friends(const struct request *r, int64_t other)
{
	int64_t id;
	bool friends;
	enum err e;

	if (conf->friends_only_chat == friends_only_chat_off ||
	    r->viewer == 0)
		return OK;
	/* Without a statement, but where the token came otherwise than the
	 * other's id. */
	if (!gate_friends(r, other, &friends)) {
		if ((e = store_first(&id, SQL_FRIEND_EXISTS, INT(r->viewer),
		    INT(other))))
			return e;
		friends = id != 0;
	}
	return friends ? OK : ERR_NOT_FRIENDS;
}

/* The time of each side's newest message. */
struct times {
	int64_t own, theirs;
};

/* Whether a poll with this cursor finds nothing, by the times alone: false
 * where they do not tell.  It follows read_cursor() and message_after. */
static bool
nothing_new(const struct request *r, int64_t cursor, struct times times)
{
	int64_t newest = times.own > times.theirs ? times.own : times.theirs;
	int64_t after = cursor >= MS_FROM ? cursor : cursor * 1000;

	if (conf->chat_echo == chat_echo_strict)
		return times.theirs <= after;
	if (newest > after)
		return false;
	/* A phone whose clock is ahead asks for what came after its own. */
	if (conf->chat_echo == chat_echo_auto && cursor >= MS_FROM &&
	    newest != after && after > r->now_ms &&
	    after <= r->now_ms + AHEAD_MS)
		return times.theirs <= times.own;
	return true;
}

static struct text
pack_times(struct arena *arena, int64_t low, int64_t high)
{
	struct pack p;

	pack_start(&p, arena, CACHE_VALUE_MOST);
	pack_integer(&p, low);
	pack_integer(&p, high);
	return pack_done(&p);
}

/* The times that the cache has, the lower user's first. */
static bool
find_times(struct lookup *l, size_t key, int64_t time[2])
{
	struct unpack u;

	if (!lookup_read(l) || !lookup_open(l, key, &u))
		return false;
	time[0] = unpack_integer(&u);
	time[1] = unpack_integer(&u);
	if (unpack_is_good(&u) && !unpack_more(&u))
		return true;
	lookup_spoil(l, key);
	return false;
}

/* The times from the cache, else from the database into the cache. */
static enum err
read_times(struct request *r, struct conversation c, struct times *times)
{
	int64_t time[2] = { 0, 0 };
	bool is_low = r->viewer == c.low;
	struct lookup l;
	struct query q;
	size_t key;
	enum err e = OK;

	lookup_start(&l, gate_space(r));
	key = lookup_add(&l, (struct cache_key){ CACHE_CHAT_TIMES, c.low,
	    c.high });
	if (!find_times(&l, key, time)) {
		store_start(&q, SQL_MESSAGE_TIMES, INT(c.low), INT(c.high));
		if (store_next(&q)) {
			time[0] = store_integer(&q, 0);
			time[1] = store_integer(&q, 1);
		}
		e = store_done(&q);
		lookup_put(&l, key, pack_times(&r->arena, time[0], time[1]));
		if (!e)
			lookup_fill(&l);
	}
	*times = (struct times){ time[!is_low], time[is_low] };
	return e;
}

/* What is new since a cursor. */
static enum err
read_new(struct request *r, struct conversation c, int64_t cursor,
    int64_t limit)
{
	struct times times;
	struct poll poll;
	struct query q;
	enum err e;

	if (redis_is_usable()) {
		if ((e = read_times(r, c, &times)))
			return e;
		if (nothing_new(r, cursor, times))
			return view_no_list(r, "message_list");
	}
	if ((e = read_cursor(r, c, cursor, &poll)))
		return e;
	store_start(&q, SQL_MESSAGE_AFTER, INT(c.low), INT(c.high),
	    INT(poll.after), INT(limit), INT(r->viewer),
	    INT(poll.hide_own_until));
	return list(r, c, &q, limit, false, NULL);
}

/* Writes the last rows, at most limit, as a list; false when it does not hold
 * as many as are asked for. */
static bool
write_cached(struct request *r, struct conversation c, struct unpack u,
    int64_t limit)
{
	int64_t asked = unpack_integer(&u), count = 0, first = 0, skip;
	struct value row[MESSAGE_COLUMNS];
	struct query q = store_of_values(row);
	struct unpack counting = u;

	for (; unpack_more(&counting); count++)
		unpack_message(&counting, row);
	if (!unpack_is_good(&counting) || (count >= asked && count < limit))
		return false;
	for (skip = count - limit; skip > 0; skip--, count--)
		unpack_message(&u, row);
	json_open_list(&r->reply, "message_list");
	while (unpack_more(&u)) {
		unpack_message(&u, row);
		if (first == 0)
			first = row[MESSAGE_CREATE_MS].integer;
		view_message(r, c, &q);
	}
	json_close_list(&r->reply);
	json_put_integer(&r->reply, "next_before", count == limit ? first : 0);
	return true;
}

/* The newest page from the cache, else from the database into the cache. */
static enum err
read_newest(struct request *r, struct conversation c, int64_t limit)
{
	struct lookup l;
	struct unpack u;
	struct query q;
	struct pack p;
	size_t key;
	enum err e;

	lookup_start(&l, gate_space(r));
	key = lookup_add(&l, (struct cache_key){ CACHE_CHAT, c.low, c.high });
	if (lookup_read(&l) && lookup_open(&l, key, &u)) {
		if (write_cached(r, c, u, limit))
			return OK;
		lookup_spoil(&l, key);
	}
	pack_start(&p, &r->arena, CACHE_VALUE_MOST);
	pack_integer(&p, limit);
	store_start(&q, SQL_MESSAGE_NEWEST, INT(c.low), INT(c.high),
	    INT(ID_MAX), INT(limit));
	if (!(e = list(r, c, &q, limit, true, &p))) {
		lookup_put(&l, key, pack_done(&p));
		lookup_fill(&l);
	}
	return e;
}

static enum err
read_history(struct request *r, struct conversation c,
    const struct page *page)
{
	struct query q;

	if (page->before == ID_MAX && redis_is_usable())
		return read_newest(r, c, page->limit);
	store_start(&q, SQL_MESSAGE_NEWEST, INT(c.low), INT(c.high),
	    INT(page->before), INT(page->limit));
	return list(r, c, &q, page->limit, true, NULL);
}

enum err
chat_read(struct request *r, int64_t other, int64_t cursor,
    const struct page *page)
{
	enum err e;

	if ((e = check_friends(r, other)))
		return e;
	/* Nobody writes to themselves, or with a guest. */
	if (r->viewer == 0 || other == r->viewer || gate_no_user(r, other))
		return view_no_list(r, "message_list");
	if (cursor > 0)
		return read_new(r, chat_between(r->viewer, other), cursor,
		    page->limit);
	return read_history(r, chat_between(r->viewer, other), page);
}
