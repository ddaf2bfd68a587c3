/* feed.h - a page of the newest videos.
 *
 * Which videos, and what their viewer likes and follows, always comes from the
 * database; what they look like from the cache, if that has all of them, else
 * from the database as well, and then the cache gets what it lacked.
 */
#ifndef FEED_H
#define FEED_H

#include "request.h"

/* Writes the videos before a time into the open list; sets *last to the time
 * of the last one, 0 when there is none. */
enum err	feed_page(struct request *, int64_t before, int64_t *last);

#endif
