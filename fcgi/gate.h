/* gate.h - what a request needs to know first, in one statement (site_gate).
 *
 * Point look-ups alone, a few microseconds: which entries of the cache are the
 * present ones, the highest ids (I5: what is above them cannot exist, and costs
 * no read), and of the token's user the token's version and whether they are a
 * friend of `to_user_id`.  Read after the request has come and before anything
 * else, so that whatever was answered before is known.
 */
#ifndef GATE_H
#define GATE_H

#include "cache.h"
#include "request.h"

/* Reads it for a token's user; the version is 0 when the account is gone. */
enum err	gate_pass(struct request *, int64_t user, int64_t *version);

/* Reads it for a request without a token, if that has not been done. */
enum err	gate_need(struct request *);

/* Which entries of the cache are the present ones; after one of the above. */
struct cache_space	gate_space(const struct request *);

/* Whether there has never been such a user, video or comment. */
bool	gate_no_user(const struct request *, int64_t id);
bool	gate_no_video(const struct request *, int64_t id);
bool	gate_no_comment(const struct request *, int64_t id);

/* Whether it says if the viewer and this user are friends; then *friends. */
bool	gate_friends(const struct request *, int64_t other, bool *friends);

#endif
