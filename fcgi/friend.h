/* friend.h - friends, who follow each other at this moment: API.md E14. */
#ifndef FRIEND_H
#define FRIEND_H

#include "args.h"

enum err	friend_list(struct request *, const struct friend_list_args *);

#endif
