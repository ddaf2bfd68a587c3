/* comment.h - comments: API.md E9, E10. */
#ifndef COMMENT_H
#define COMMENT_H

#include "args.h"

enum err	comment_action(struct request *,
	    const struct comment_action_args *);
enum err	comment_list(struct request *,
	    const struct comment_list_args *);

#endif
