/* relation.h - who follows whom: API.md E11 to E13. */
#ifndef RELATION_H
#define RELATION_H

#include "args.h"

enum err	relation_action(struct request *,
	    const struct relation_action_args *);
enum err	relation_follow_list(struct request *,
	    const struct relation_follow_list_args *);
enum err	relation_follower_list(struct request *,
	    const struct relation_follower_list_args *);

#endif
