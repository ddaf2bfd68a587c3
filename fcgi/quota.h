/* quota.h - how much a user may publish on one day: the settings quota_videos
 * and quota_bytes, a day of the site's time zone.
 *
 * quota_charge() decides, inside of the transaction that publishes, so however
 * many uploads come at once the day never has more than it may.  quota_check()
 * asks the same before the work is done, for one that is sure to be refused.
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
