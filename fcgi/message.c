#include "message.h"

#include "cache.h"
#include "gate.h"
#include "store.h"
#include "view.h"

/* Cursors of 12 digits and more are milliseconds (API.md Q5, D21). */
#define MS_FROM INT64_C(100000000000)
/* A bubble that the app sent carries the phone's clock, a little before ours;
 * its own message may come within this time after it (D8). */
#define ECHO_MS 2000
/* A phone's clock may be ahead of ours by this much (D8). */
#define AHEAD_MS 120000
/* A contact's rank with a message lies above all times: 2^52. */
#define RANK_MESSAGE (INT64_C(1) << 52)

struct conversation {
	int64_t low, high;
};

static struct conversation
between(int64_t a, int64_t b)
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

/* Lists a conversation ascending; of the history, next_before is the time of
 * the first message of a full page. */
static enum err
list(struct request *r, struct conversation c, struct query *q, int64_t limit,
    bool history)
{
	int64_t count = 0, first = 0;
	enum err e;

	json_open_list(&r->reply, "message_list");
	for (; store_next(q); count++) {
		if (count == 0)
			first = store_integer(q, MESSAGE_CREATE_MS);
		view_message(r, c, q);
	}
	json_close_list(&r->reply);
	if (!(e = store_done(q)))
		json_put_integer(&r->reply, "next_before",
		    history && count == limit ? first : 0);
	return e;
}

/* Inside a transaction. */
static enum err
check_friends_now(int64_t user, int64_t other)
{
	int64_t id;
	enum err e;

	if (conf->friends_only_chat == friends_only_chat_off)
		return OK;
	if ((e = store_first(&id, SQL_FRIEND_EXISTS_NOW, INT(user),
	    INT(other))))
		return e;
	return id != 0 ? OK : ERR_NOT_FRIENDS;
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

static enum err
answer_chat(struct request *r, int64_t other, int64_t cursor,
    const struct page *page)
{
	struct conversation c = between(r->viewer, other);
	struct poll poll;
	struct query q;
	enum err e;

	if ((e = check_friends(r, other)))
		return e;
	if (cursor <= 0) {
		store_start(&q, SQL_MESSAGE_NEWEST, INT(c.low), INT(c.high),
		    INT(page->before), INT(page->limit));
		return list(r, c, &q, page->limit, true);
	}
	if ((e = read_cursor(r, c, cursor, &poll)))
		return e;
	store_start(&q, SQL_MESSAGE_AFTER, INT(c.low), INT(c.high),
	    INT(poll.after), INT(page->limit), INT(r->viewer),
	    INT(poll.hide_own_until));
	return list(r, c, &q, page->limit, false);
}

enum err
message_chat(struct request *r, const struct message_chat_args *args)
{
	return answer_chat(r, args->to_user_id, args->pre_msg_time,
	    &args->page);
}

/* The message and both sides' contacts, inside a transaction. */
static enum err
insert(struct request *r, int64_t other, struct text content)
{
	struct conversation c = between(r->viewer, other);
	struct query q;
	int64_t id = 0, rank = 0;
	enum err e;

	cache_touch_chat(r->viewer, other);
	store_start(&q, SQL_MESSAGE_INSERT, INT(c.low), INT(c.high),
	    INT(r->viewer), STR(content), INT(r->now_ms));
	if (store_next(&q)) {
		id = store_integer(&q, 0);
		rank = store_integer(&q, 1) + RANK_MESSAGE;
	}
	if ((e = store_done(&q)) ||
	    (e = store_run(SQL_FRIEND_NOTE_MESSAGE, INT(r->viewer),
	    INT(other), INT(id), INT(rank))))
		return e;
	return store_run(SQL_FRIEND_NOTE_MESSAGE, INT(other), INT(r->viewer),
	    INT(id), INT(rank));
}

static enum err
send(struct request *r, int64_t other, struct text content)
{
	int64_t id;
	enum err e;

	if (other == r->viewer)
		return ERR_ONESELF;
	if ((e = store_begin()))
		return e;
	e = store_first(&id, SQL_USER_EXISTS, INT(other));
	if (!e && id == 0)
		e = ERR_USER_UNKNOWN;
	if (!e)
		e = check_friends_now(r->viewer, other);
	if (!e)
		e = insert(r, other, content);
	return store_end(e);
}

enum err
message_action(struct request *r, const struct message_action_args *args)
{
	struct page page = { ID_MAX, conf->message_list_max };

	/* The seed asks for the history so (API.md D3). */
	if (args->action_type == 0 && args->content.length == 0)
		return answer_chat(r, args->to_user_id, args->pre_msg_time,
		    &page);
	if (args->action_type == 0)
		return request_refuse(r, ERR_PARAM_MISSING, "action_type");
	if (args->content.length == 0)
		return request_refuse(r, ERR_PARAM_MISSING, "content");
	return send(r, args->to_user_id, args->content);
}
