/* Invariants:
 *  1. A video is processing if and only if it has a job that waits or runs; one
 *     that is failed may have a failed job.
 *  2. An original lies there as long as the job does: it is placed before the
 *     row is made, and removed after it.
 */
#include "job.h"

#include <stdio.h>

#include "conf.h"
#include "place.h"
#include "store.h"

#define REST_GROWS 4	/* the second rest is that many times as long */

enum err
job_add(int64_t video, int64_t duration_ms, int64_t now_ms)
{
	return store_run(SQL_JOB_INSERT, INT(video), INT(duration_ms),
	    INT(now_ms));
}

static struct job
job_of(const struct query *q)
{
	return (struct job){ .video = store_integer(q, 0),
	    .try = store_integer(q, 1), .due_ms = store_integer(q, 2) };
}

/* Looks first: an empty queue costs no writer lock, every second. */
enum err
job_claim(struct job *job)
{
	int64_t due, now = base_now_ms();
	struct query q;
	enum err e;

	*job = (struct job){ 0 };
	if ((e = store_first(&due, SQL_JOB_DUE, INT(now))) || due == 0 ||
	    (e = store_begin()))
		return e;
	store_start(&q, SQL_JOB_CLAIM, INT(now),
	    INT(conf->ffmpeg_seconds * 1000), INT(conf->convert_factor),
	    INT(conf->video_seconds_max * 1000));
	if (store_next(&q))
		*job = job_of(&q);
	return store_end(store_done(&q));
}

enum err
job_taken(struct job *jobs, size_t most, size_t *count)
{
	struct query q;

	*count = 0;
	store_start(&q, SQL_JOB_TAKEN, INT((int64_t)most));
	while (*count < most && store_next(&q))
		jobs[(*count)++] = job_of(&q);
	return store_done(&q);
}

int64_t
job_left_ms(const struct job *job)
{
	return job->due_ms - base_now_ms();
}

enum err
job_holds(const struct job *job, bool *holds)
{
	struct query q;

	store_start(&q, SQL_JOB_RUNNING, INT(job->video), INT(job->try));
	*holds = store_next(&q);
	return store_done(&q);
}

/* Whether another try may end otherwise: not if the file is at fault. */
static bool
may_pass(enum err why)
{
	switch (why) {
	case ERR_INTERNAL: case ERR_UNAVAILABLE: case ERR_TOO_BIG:
	case ERR_FFMPEG_MISSING: case ERR_FFMPEG_FAILED: case ERR_FFMPEG_LATE:
	case ERR_DISK_FULL:
		return true;
	default:
		return false;
	}
}

static int64_t
kept_until(void)
{
	return base_now_ms() + conf->convert_keep * 1000;
}

/* The video's side of a job that has failed, if there was one. */
static enum err
fail_video(int64_t job, enum err why, const char *detail)
{
	if (job == 0)
		return OK;
	return store_run(SQL_VIDEO_FAIL, INT(job),
	    INT(errors_row(why)->code),
	    STR(text_of(detail != NULL ? detail : "")));
}

static enum err
rest(const struct job *job, int64_t rest_ms, int64_t taken_back)
{
	int64_t video;

	return store_first(&video, SQL_JOB_REST, INT(job->video),
	    INT(job->try), INT(base_now_ms() + rest_ms), INT(taken_back));
}

enum err
job_fail(const struct job *job, enum err why, const char *detail)
{
	int64_t video, rest_ms = conf->convert_rest * 1000;
	enum err e;

	if ((e = store_begin()))
		return e;
	if (may_pass(why) && job->try < JOB_TRIES)
		return store_end(rest(job, job->try == 1 ? rest_ms :
		    rest_ms * REST_GROWS, 0));
	if (!(e = store_first(&video, SQL_JOB_FAIL, INT(job->video),
	    INT(job->try), INT(kept_until()))))
		e = fail_video(video, why, detail);
	return store_end(e);
}

enum err
job_give_back(const struct job *job)
{
	enum err e = store_begin();

	return e ? e : store_end(rest(job, 0, 1));
}

enum err
job_cancel(int64_t video, bool *done)
{
	int64_t job;
	enum err e;

	if ((e = store_begin()))
		return e;
	if (!(e = store_first(&job, SQL_JOB_CANCEL, INT(video),
	    INT(kept_until()))))
		e = fail_video(job, ERR_CANCELLED, NULL);
	*done = job != 0;
	return store_end(e);
}

enum err
job_retry(int64_t video, bool *done)
{
	int64_t job;
	enum err e;

	if ((e = store_begin()))
		return e;
	if (!(e = store_first(&job, SQL_JOB_RETRY, INT(video),
	    INT(base_now_ms()))) && job != 0)
		e = store_run(SQL_VIDEO_PROCESS, INT(video));
	*done = job != 0;
	return store_end(e);
}

/* One that expires by then, and where its video would be; 0 without one. */
static enum err
find_expired(int64_t then_ms, int64_t *video, char *path, size_t size)
{
	struct query q;
	struct text text;

	*video = 0;
	store_start(&q, SQL_JOB_EXPIRED, INT(then_ms));
	if (store_next(&q)) {
		*video = store_integer(&q, 0);
		text = store_text(&q, 1);
		snprintf(path, size, "%.*s", (int)text.length, text.bytes);
	}
	return store_done(&q);
}

/* The row first: a retry must not find it without its original.  What a crash
 * leaves in between is an orphan (gc.h). */
enum err
job_expire(bool early)
{
	int64_t then_ms = early ? INT64_MAX : base_now_ms();
	char path[sizeof((struct media){ 0 }.video_path)];
	int64_t video, forgotten;
	enum err e;

	if ((e = find_expired(then_ms, &video, path, sizeof(path))) ||
	    video == 0 ||
	    (e = store_begin()) ||
	    (e = store_end(store_first(&forgotten, SQL_JOB_FORGET,
	    INT(video)))) || forgotten == 0)
		return e;
	return place_remove_original(text_of(path)) ? OK : ERR_INTERNAL;
}
