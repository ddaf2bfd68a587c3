/* convert.h - `mini-tiktok convert VIDEO TRY`: one try of a job.
 *
 * Makes the original of a video playable, puts it in its place, and then, in
 * one transaction, ends the job and shows the video to all, at the top of the
 * feed.  A failure is noted in the queue (job.h).  It is a process of its own,
 * which `work` starts (runner.h): one that is killed, or that a broken
 * invariant ends, takes nothing along, and what it left is found by its locks.
 */
#ifndef CONVERT_H
#define CONVERT_H

/* Returns the exit status: 0 when the outcome is in the queue. */
int	convert_main(int argc, char **argv);

#endif
