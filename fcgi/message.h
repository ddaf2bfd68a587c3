/* message.h - chat: API.md E15, E16. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "args.h"

enum err	message_chat(struct request *,
	    const struct message_chat_args *);
enum err	message_action(struct request *,
	    const struct message_action_args *);

#endif
