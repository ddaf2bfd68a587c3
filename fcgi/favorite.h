/* favorite.h - likes: API.md E7, E8. */
#ifndef FAVORITE_H
#define FAVORITE_H

#include "args.h"

enum err	favorite_action(struct request *,
	    const struct favorite_action_args *);
enum err	favorite_list(struct request *,
	    const struct favorite_list_args *);

#endif
