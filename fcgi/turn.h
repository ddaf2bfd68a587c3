/* turn.h - runs of ffmpeg and ffprobe take turns.
 *
 * All processes of the site together run at most as many as there are
 * processors, and never more than two: each may take hundreds of megabytes, and
 * the feed wants its share.  A turn is a lock on a file, so it ends with the
 * process that has it.
 *
 * What converts in the background, perhaps for minutes, has the second turn, so
 * that the first is always soon free for those who wait for an answer; where
 * the setting convert_jobs allows several conversions at once, the others are
 * on top of the two.
 *
 * For tool.c only.
 */
#ifndef TURN_H
#define TURN_H

#include "errors.h"

/* Waits for a turn for at most so long; *turn is given back by turn_end().
 * FFMPEG_LATE, INTERNAL. */
enum err	turn_take(bool background, int64_t patience_ms, int *turn);

void	turn_end(int turn);

#endif
