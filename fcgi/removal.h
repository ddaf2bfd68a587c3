/* removal.h - a video goes away, with all that hangs on it.
 *
 * removal_begin() is one transaction that makes it invisible to everybody;
 * removal_erase() removes its files; removal_purge() removes likes and
 * comments, some thousand rows a transaction, so that no other writer waits for
 * seconds, each transaction with the counts that it moves.  The video's row
 * stays and says that it is gone.
 *
 * Whoever dies in between leaves a video that nobody sees, whose counts are
 * exact, and with which removal_go_on() goes on: the background process calls
 * it every second.  Two may work on one video at once: each takes what is
 * there.
 */
#ifndef REMOVAL_H
#define REMOVAL_H

#include "errors.h"

/* A user deletes a video.  VIDEO_UNKNOWN, NOT_YOUR_VIDEO. */
enum err	removal_begin(int64_t user, int64_t video);

/* Removes the files; INTERNAL when one will not go. */
enum err	removal_erase(int64_t video);

/* Removes what hangs on the video, in at most REMOVAL_BATCHES transactions; the
 * last one marks it as gone. */
enum err	removal_purge(int64_t video);

/* Goes on with the oldest video that is not gone yet, if there is one.  Those
 * whose files will not go (the log says why) are passed over, and tried anew
 * when none was met for REMOVAL_REST_MS. */
enum err	removal_go_on(void);

#define REMOVAL_REST_MS 60000

/* Likes, and as many comments, of one transaction: 0.13 s for the likes on a
 * busy machine (measured). */
#define REMOVAL_BATCH 10000
#define REMOVAL_BATCHES 10

#endif
