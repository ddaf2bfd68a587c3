/* newest.h - the first page of a video's comments, and the cache.
 *
 * Which comments are on it, and whom of their authors the viewer follows,
 * always comes from the database; their texts and their authors from the cache,
 * if it has all of them, else from the database as well, and then the cache
 * gets what it lacked.  A page of very many authors is not looked for at all.
 */
#ifndef NEWEST_H
#define NEWEST_H

#include "request.h"

/* Writes the newest comments of a video, at most limit, as a list. */
enum err	newest_comments(struct request *, int64_t video, int64_t limit);

#endif
