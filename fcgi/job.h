/* job.h - the states of a video, and the queue of those to be converted.
 *
 * A job is a row: waiting until it is due, running until its time is over, or
 * failed.  Whoever claims a waiting one has that much time, and a number for
 * the try; every later statement of theirs names it and finds nothing once the
 * job is somebody else's, cancelled, or deleted with its video.  A try that
 * fails for a reason that may pass is followed by another, after a rest, three
 * in all; then, or where the file is at fault, the video is failed and its
 * author is told why.
 *
 * The times of a row are the wall clock's, as they outlive the processes.  Who
 * runs a try asks once how much is left to it and then goes by a clock that
 * nobody sets: a change of the time ends none.
 *
 * A failed job keeps its original for the setting convert_keep, so that `admin
 * jobs retry` can begin anew; then, or sooner where others need the room, job
 * and original go, and the video stays failed until its author deletes it.
 */
#ifndef JOB_H
#define JOB_H

#include "errors.h"

/* The column state of a video (db/schema). */
enum state {
	STATE_READY, STATE_PROCESSING, STATE_FAILED, STATE_GOING, STATE_GONE
};

#define JOB_TRIES 3

struct job {
	int64_t video;		/* 0: none */
	int64_t try;
	int64_t due_ms;		/* when it must have ended */
};

/* A video waits to be converted; inside of the transaction that makes it. */
enum err	job_add(int64_t video, int64_t duration_ms, int64_t now_ms);

/* Takes the job that has waited longest; none where none is due. */
enum err	job_claim(struct job *);

/* Lists those that run, or whose end nobody has noted, at most so many. */
enum err	job_taken(struct job *, size_t most, size_t *count);

/* The time left to a try, from now on. */
int64_t	job_left_ms(const struct job *);

/* Whether a try still is what it was. */
enum err	job_holds(const struct job *, bool *holds);

/* A try has failed, or was lost with its process. */
enum err	job_fail(const struct job *, enum err why, const char *detail);

/* A try was interrupted for no fault of its own: it does not count. */
enum err	job_give_back(const struct job *);

/* Of the one who runs the site.  *done tells whether there was such a job. */
enum err	job_cancel(int64_t video, bool *done);
enum err	job_retry(int64_t video, bool *done);

/* Forgets a failed job whose original was kept long enough; or early the one
 * that was kept longest, however long that is. */
enum err	job_expire(bool early);

#endif
