/* counter.h - likes are counted behind the writer's back, and never wrong (I2).
 *
 * A like moves a video's count and its author's.  Both are shown in many places
 * and change often, so a like only writes a delta, durable in its own
 * transaction; the background process adds deltas up into the columns
 * video.favorite_count and account.total_favorited and deletes them, again in
 * one transaction.  What is shown is always column plus deltas (video_shown and
 * account_shown in db/schema), so it changes at once and folding changes
 * nothing of it.  Whoever is killed in between leaves either the delta or its
 * sum.
 *
 * In the cache both counts are changed in place: the keys keep their lives.
 *
 * Whoever changes one of the two columns by other means, or deletes what deltas
 * point to, calls counter_settle() first, in the same transaction.
 */
#ifndef COUNTER_H
#define COUNTER_H

#include "errors.h"

#define COUNTER_BATCH 500
/* More than these, and the writer folds a batch itself: they stay bounded when
 * the background process is dead. */
#define COUNTER_PENDING_MOST 5000

/* A video of this author has one like more (1) or less (-1). */
enum err	counter_like(int64_t video, int64_t author, int64_t step);

/* Adds up all deltas now, inside a transaction. */
enum err	counter_settle(void);

/* Adds up all deltas, a transaction a batch; every second (`work`). */
enum err	counter_fold(void);

#endif
