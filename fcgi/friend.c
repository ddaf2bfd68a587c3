#include "friend.h"

#include "gate.h"
#include "store.h"
#include "view.h"

enum err
friend_list(struct request *r, const struct friend_list_args *args)
{
	/* A guest, where guests may read, has no friends to see (D7). */
	int64_t user = r->viewer == 0 ? 0 : args->user_id;
	struct query q;

	if (gate_no_user(r, user))
		return view_no_list(r, "user_list");
	store_start(&q, SQL_FRIEND_LIST, INT(user), INT(args->page.before),
	    INT(args->page.limit), INT(r->viewer));
	return view_list(r, "user_list", &q, view_friend_row, FRIEND_PAGE,
	    args->page.limit);
}
