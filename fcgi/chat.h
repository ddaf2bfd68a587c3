/* chat.h - reading a conversation: its newest page, and what is new in it.
 *
 * The app asks every second what is new.  When nothing is, the answer costs the
 * database one statement of point look-ups (gate.h): the cache has the time of
 * each side's newest message, and knows by it that no message can come, without
 * looking at one.  The newest page is kept as well, up to a size.
 */
#ifndef CHAT_H
#define CHAT_H

#include "args.h"
#include "request.h"

/* Its two users, the lower id first. */
struct conversation {
	int64_t low, high;
};

struct conversation	chat_between(int64_t a, int64_t b);

/* Writes what the viewer asks of the conversation with another user: after a
 * cursor (API.md Q5), or without one a page of its history. */
enum err	chat_read(struct request *, int64_t other, int64_t cursor,
	    const struct page *);

#endif
