/* Counts and friendships change only when a status flips, in the flip's own
 * transaction. */

#include "relation.h"

#include "cache.h"
#include "gate.h"
#include "store.h"
#include "view.h"

static enum err
count(int64_t user, int64_t other, int64_t step)
{
	enum err e;

	cache_touch_user(user);
	cache_touch_user(other);
	if ((e = store_run(SQL_USER_ADD_FOLLOW, INT(user), INT(step))))
		return e;
	return store_run(SQL_USER_ADD_FOLLOWER, INT(other), INT(step));
}

/* A new follow makes two users friends if the other one follows back. */
static enum err
befriend(int64_t user, int64_t other, int64_t now_ms)
{
	int64_t back;
	enum err e;

	if ((e = store_first(&back, SQL_RELATION_EXISTS, INT(other),
	    INT(user))) || back == 0 ||
	    (e = store_run(SQL_FRIEND_ADD, INT(user), INT(other),
	    INT(now_ms))))
		return e;
	return store_run(SQL_FRIEND_ADD, INT(other), INT(user), INT(now_ms));
}

static enum err
unfriend(int64_t user, int64_t other)
{
	enum err e;

	if ((e = store_run(SQL_FRIEND_REMOVE, INT(user), INT(other))))
		return e;
	return store_run(SQL_FRIEND_REMOVE, INT(other), INT(user));
}

static enum err
check_user(int64_t user)
{
	int64_t id;
	enum err e;

	if ((e = store_first(&id, SQL_USER_EXISTS, INT(user))))
		return e;
	return id != 0 ? OK : ERR_USER_UNKNOWN;
}

/* The flip and what follows from it, inside a transaction. */
static enum err
change(struct request *r, int64_t other, bool follow)
{
	int64_t flipped;
	enum err e;

	if ((e = store_first(&flipped, follow ? SQL_RELATION_ADD :
	    SQL_RELATION_REMOVE, INT(r->viewer), INT(other), INT(r->now_ms))))
		return e;
	if (flipped == 0)
		return check_user(other);
	if ((e = count(r->viewer, other, follow ? 1 : -1)))
		return e;
	return follow ? befriend(r->viewer, other, r->now_ms) :
	    unfriend(r->viewer, other);
}

enum err
relation_action(struct request *r, const struct relation_action_args *args)
{
	enum err e;

	if (args->to_user_id == r->viewer)
		return ERR_ONESELF;
	if (gate_no_user(r, args->to_user_id))
		return ERR_USER_UNKNOWN;
	if ((e = store_begin()))
		return e;
	return store_end(change(r, args->to_user_id, args->action_type == 1));
}

static enum err
list(struct request *r, enum statement statement, int64_t user,
    const struct page *page)
{
	struct query q;

	if (gate_no_user(r, user))
		return view_no_list(r, "user_list");
	store_start(&q, statement, INT(user), INT(page->before),
	    INT(page->limit), INT(r->viewer));
	return view_list(r, "user_list", &q, view_user_row, USER_COLUMNS,
	    page->limit);
}

enum err
relation_follow_list(struct request *r,
    const struct relation_follow_list_args *args)
{
	return list(r, SQL_RELATION_FOLLOWS, args->user_id, &args->page);
}

enum err
relation_follower_list(struct request *r,
    const struct relation_follower_list_args *args)
{
	return list(r, SQL_RELATION_FOLLOWERS, args->user_id, &args->page);
}
