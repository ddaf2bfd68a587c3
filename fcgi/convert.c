/* Invariants:
 *  1. The video gets its name while the writer lock is held and the job is
 *     still ours: a deletion comes before and ends the job, or after and finds
 *     the file.
 *  2. The original goes when the transaction is on disk, not before.
 */
#include "convert.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "conf.h"
#include "film.h"
#include "job.h"
#include "log.h"
#include "magic.h"
#include "media.h"
#include "mp4.h"
#include "pause.h"
#include "place.h"
#include "spool.h"
#include "store.h"

#define MEMORY (4 * MIB)

struct convert {
	struct arena arena;
	struct job job;
	char video_path[sizeof((struct media){ 0 }.video_path)];
	int64_t end_ms;		/* of base_clock_ms() */
	int directory;
	const char *detail;
};

/* The row of the try; false when it is not ours (any more). */
static bool
find(struct convert *c)
{
	struct query q;
	struct text path;
	bool found;

	store_start(&q, SQL_JOB_RUNNING, INT(c->job.video), INT(c->job.try));
	if ((found = store_next(&q))) {
		path = store_text(&q, 0);
		snprintf(c->video_path, sizeof(c->video_path), "%.*s",
		    (int)path.length, path.bytes);
		c->job.due_ms = store_integer(&q, 1);
		c->end_ms = base_clock_ms() + job_left_ms(&c->job);
	}
	return store_done(&q) == OK && found;
}

/* Which reader of ffmpeg is the original's, found as media.c has found it: the
 * first box of an MP4 may have a size that is another container's mark. */
static const char *
demuxer_of(int directory)
{
	struct container container = { NULL, NULL };
	struct mp4 mp4;
	struct stat status;
	int fd = openat(directory, MEDIA_INPUT,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) != 0 ||
	    mp4_read(&mp4, fd, 0, status.st_size) != ERR_NOT_A_VIDEO ||
	    !magic_find(&container, fd, 0, status.st_size))
		container.demuxer = "mov";
	close(fd);
	return container.demuxer;
}

/* Makes the video, in a job's directory. */
static enum err
make(struct convert *c)
{
	struct source source = { .name = MEDIA_FILE(MEDIA_INPUT),
	    .foreign = true };
	struct text path = text_of(c->video_path);
	char name[SPOOL_NAME];
	struct probe probe;
	int64_t length_ms;
	enum err e;

	if ((e = spool_open(&c->arena, &c->directory, name)) ||
	    (e = place_take_original(c->directory, path)))
		return e;
	PAUSE("job_started");
	source.directory = c->directory;
	source.demuxer = demuxer_of(c->directory);
	if (source.demuxer == NULL)
		return spool_failure(MEDIA_INPUT);
	if ((e = probe_file(&probe, &c->arena, &source, &c->detail)) ||
	    (e = film_convert(&c->arena, &source, &probe,
	    c->end_ms - base_clock_ms())) ||
	    (e = film_check(&c->arena, c->directory, &length_ms,
	    &c->detail)) ||
	    (e = spool_keep(&c->arena, c->directory, MEDIA_VIDEO)))
		return e;
	PAUSE("job_converted");
	return OK;
}

/* Inside of the transaction; *mine is false when the job is somebody else's. */
static enum err
show(struct convert *c, bool *mine)
{
	int64_t job, shown = 0;
	enum err e;

	*mine = false;
	if ((e = store_first(&job, SQL_JOB_FINISH, INT(c->job.video),
	    INT(c->job.try))) || job == 0)
		return e;
	*mine = true;
	if ((e = place_converted(c->directory, text_of(c->video_path))))
		return e;
	PAUSE("job_placed");
	e = store_first(&shown, SQL_VIDEO_READY, INT(c->job.video),
	    INT(base_now_ms()));
	cache_touch_video(c->job.video);
	ensure(e || shown != 0);
	return e;
}

static enum err
finish(struct convert *c)
{
	struct text path = text_of(c->video_path);
	bool mine = false;
	enum err e;

	if ((e = store_begin()))
		return e;
	e = store_end(show(c, &mine));
	if (e && mine)
		place_remove_video(path);
	if (e || !mine)
		return e;
	PAUSE("job_ready");
	place_remove_original(path);
	return OK;
}

/* One try, and what came of it into the queue and the log. */
static int
run(struct convert *c)
{
	int64_t begin_ms = base_clock_ms();
	enum err e;

	if (!find(c))
		return 1;
	if ((e = make(c)) || (e = finish(c)))
		(void)job_fail(&c->job, e, c->detail);
	log_line(LOG_INFO, "video %lld, try %lld: %s, %lld ms",
	    (long long)c->job.video, (long long)c->job.try,
	    e ? errors_row(e)->name : "OK",
	    (long long)(base_clock_ms() - begin_ms));
	return 0;
}

int
convert_main(int argc, char **argv)
{
	static struct convert convert;
	int status;

	if (argc != 2 ||
	    !text_integer(text_of(argv[0]), &convert.job.video) ||
	    !text_integer(text_of(argv[1]), &convert.job.try)) {
		fputs("usage: mini-tiktok convert VIDEO TRY\n", stderr);
		return 2;
	}
	log_name("convert");
	if (store_open())
		return 1;
	arena_init(&convert.arena, MEMORY);
	status = run(&convert);
	arena_free(&convert.arena);
	store_close();
	return status;
}
