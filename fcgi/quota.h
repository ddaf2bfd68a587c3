/* quota.h - how much a user may publish on one day: the settings quota_videos
 * and quota_bytes, a day of the site's time zone.
 *
 * quota_charge() decides, inside of the transaction that publishes, so however
 * many uploads come at once the day never has more than it may.  quota_check()
 * asks the same before the work is done, for one that is sure to be refused.
 *
 * The bytes are those of the file that was sent.  A conversion may store more,
 * up to 1 MB for each second (film.c).  How much it is comes out when the day's
 * other uploads have long been let in, and to charge the most beforehand would
 * refuse honest ones; so what bounds it is the disk's reserve, into which no
 * upload and no conversion begins (room.h).
 */
#ifndef QUOTA_H
#define QUOTA_H

#include "arena.h"
#include "errors.h"

/* One more video of so many bytes: QUOTA_VIDEOS, QUOTA_BYTES with the limit in
 * *detail, OK, or why it cannot be told. */
enum err	quota_check(struct arena *, int64_t user_id, int64_t now_ms,
	    int64_t bytes, const char **detail);

/* The same, and it is counted; between store_begin() and store_end(), which
 * must roll back what is refused here. */
enum err	quota_charge(struct arena *, int64_t user_id, int64_t now_ms,
	    int64_t bytes, const char **detail);

#endif
