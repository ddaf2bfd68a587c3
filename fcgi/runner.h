/* runner.h - the processes that convert videos, as `work` has them.
 *
 * `work` has other duties every second, and a conversion takes minutes: so each
 * is a process of its own, `mini-tiktok convert`, at most as many at once as
 * the setting convert_jobs says, and no two about the same video.  It is
 * started when a job is due, killed when its time is over or its job is taken
 * away, and dies with `work`, as its ffmpeg dies with it.  While there is
 * nothing to convert there is none.
 *
 * Only the one `work` that holds the lock calls this: so whatever job runs that
 * is none of ours was a predecessor's, or its end could not be noted when it
 * came, as on a full disk; it is tried again.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include "base.h"

/* Looks after those that run, starts what is due. */
void	runner_tick(void);

/* Rests for so long, or until one has ended: true then. */
bool	runner_rest(int64_t ms);

/* Ends all; their tries do not count. */
void	runner_end(void);

#endif
