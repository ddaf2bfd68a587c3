#include "gate.h"

#include "args.h"
#include "store.h"

/* The other user of a chat, 0 where the request names none.  Its arguments are
 * not decoded yet: what is wrong with them is found later. */
static int64_t
find_other(const struct request *r)
{
	struct text text;
	int64_t id;

	return args_find(r, "to_user_id", NULL, &text) &&
	    text_integer(text, &id) ? id : 0;
}

enum err
gate_pass(struct request *r, int64_t user, int64_t *version)
{
	struct gate *gate = &r->gate;
	struct query q;

	*gate = (struct gate){ .user = user, .other = find_other(r) };
	*version = 0;
	store_start(&q, SQL_SITE_GATE, INT(user), INT(gate->other));
	if ((gate->known = store_next(&q))) {
		gate->site = store_integer(&q, 0);
		gate->epoch = store_integer(&q, 1);
		gate->highest_user = store_integer(&q, 2);
		gate->highest_video = store_integer(&q, 3);
		gate->highest_comment = store_integer(&q, 4);
		*version = store_integer(&q, 5);
		gate->friends = store_integer(&q, 6);
	}
	return store_done(&q);
}

enum err
gate_need(struct request *r)
{
	int64_t unused;

	return r->gate.known ? OK : gate_pass(r, 0, &unused);
}

struct cache_space
gate_space(const struct request *r)
{
	ensure(r->gate.known);
	return (struct cache_space){ r->gate.site, r->gate.epoch };
}

bool
gate_no_user(const struct request *r, int64_t id)
{
	return r->gate.known && id > r->gate.highest_user;
}

bool
gate_no_video(const struct request *r, int64_t id)
{
	return r->gate.known && id > r->gate.highest_video;
}

bool
gate_no_comment(const struct request *r, int64_t id)
{
	return r->gate.known && id > r->gate.highest_comment;
}

bool
gate_friends(const struct request *r, int64_t other, bool *friends)
{
	*friends = r->gate.friends;
	return r->gate.known && r->gate.user == r->viewer &&
	    r->gate.other == other;
}
