#include "message.h"

#include "cache.h"
#include "chat.h"
#include "gate.h"
#include "store.h"

/* A contact's rank with a message lies above all times: 2^52. */
#define RANK_MESSAGE (INT64_C(1) << 52)

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

enum err
message_chat(struct request *r, const struct message_chat_args *args)
{
	return chat_read(r, args->to_user_id, args->pre_msg_time,
	    &args->page);
}

/* The message and both sides' contacts, inside a transaction. */
static enum err
insert(struct request *r, int64_t other, struct text content)
{
	struct conversation c = chat_between(r->viewer, other);
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
	if (gate_no_user(r, other))
		return ERR_USER_UNKNOWN;
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
		return chat_read(r, args->to_user_id, args->pre_msg_time,
		    &page);
	if (args->action_type == 0)
		return request_refuse(r, ERR_PARAM_MISSING, "action_type");
	if (args->content.length == 0)
		return request_refuse(r, ERR_PARAM_MISSING, "content");
	return send(r, args->to_user_id, args->content);
}
