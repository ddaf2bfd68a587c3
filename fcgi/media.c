/* Invariants:
 *  1. What is left in the job's directory is whole and on disk.
 *  2. What a child has written is judged anew (film_check(), cover.c), as what
 *     a stranger has sent: the child has seen the stranger's bytes.
 */
#include "media.h"

#include <string.h>

#include "codec.h"
#include "conf.h"
#include "cover.h"
#include "film.h"
#include "input.h"
#include "magic.h"
#include "mp4.h"
#include "pause.h"
#include "spool.h"

struct job {
	struct media *media;
	struct arena *arena;
	const char **detail;
	int input;
	off_t at, size;			/* of the upload in the input */
	struct source source;
	struct mp4 mp4;
	const struct mp4_track *video, *sound;	/* of an MP4 */
};

static enum codec_way
way_of(const struct job *job, const struct mp4_track *track)
{
	const char *name;

	return codec_judge(track, &name, job->arena);
}

/* The tracks to keep: the first of pictures, and of sound the first that plays,
 * else that can be converted, else that is refused by its name. */
static void
choose_tracks(struct job *job)
{
	const struct mp4_track *track;
	size_t i;

	job->video = job->sound = NULL;
	for (i = 0; i < job->mp4.count; i++) {
		track = &job->mp4.track[i];
		if (track->handler == MP4_VIDEO && job->video == NULL)
			job->video = track;
		if (track->handler == MP4_SOUND && (job->sound == NULL ||
		    way_of(job, track) < way_of(job, job->sound)))
			job->sound = track;
	}
}

static enum err
judge_track(struct job *job, const struct mp4_track *track)
{
	enum codec_way way = codec_judge(track, job->detail, job->arena);

	job->source.foreign |= way == CODEC_CONVERTS;
	return way == CODEC_REFUSED ? ERR_CODEC : OK;
}

/* Judges an MP4 file by its index alone. */
static enum err
judge_index(struct job *job)
{
	enum err e;

	choose_tracks(job);
	if (job->video == NULL)
		return ERR_NO_VIDEO_TRACK;
	if ((e = judge_track(job, job->video)) ||
	    (job->sound != NULL && (e = judge_track(job, job->sound))) ||
	    (e = probe_picture(job->video->width, job->video->height,
	    job->arena, job->detail)))
		return e;
	return probe_duration(job->mp4.duration_ms, job->arena, job->detail);
}

/* Judges before any program has seen the file. */
static enum err
judge(struct job *job, int body, off_t start)
{
	enum err e = mp4_read(&job->mp4, body, start, job->size);
	struct container container;

	if (!e)
		return judge_index(job);
	if (e != ERR_NOT_A_VIDEO ||
	    !magic_find(&container, body, start, job->size))
		return e;
	*job->detail = container.name;
	job->source.demuxer = container.demuxer;
	job->source.foreign = true;
	return container.demuxer != NULL ? OK : ERR_CONTAINER;
}

/* How ffmpeg is told of the upload in the input. */
static const char *
name_input(const struct job *job)
{
	if (job->at == 0)
		return MEDIA_FILE(MEDIA_INPUT);
	return arena_printf(job->arena, "subfile,,start,%lld,end,%lld,,:"
	    MEDIA_FILE(MEDIA_INPUT), (long long)job->at,
	    (long long)(job->at + job->size));
}

/* Gives the upload to the children; of an MP4 only the chosen tracks. */
static enum err
take_in(struct job *job, int body, off_t start)
{
	enum err e;

	if ((e = spool_open(job->arena, &job->media->directory,
	    job->media->directory_name)) ||
	    (e = input_take(job->arena, job->media->directory, MEDIA_INPUT,
	    body, start, job->size, &job->input, &job->at)))
		return e;
	PAUSE("publish_spooled");
	job->source.directory = job->media->directory;
	if ((job->source.name = name_input(job)) == NULL)
		return ERR_TOO_BIG;
	return job->video == NULL ? OK : mp4_hide(job->input, job->at,
	    job->size, job->video, job->sound);
}

/* What browsers play as it is. */
static enum err
make_playable(struct job *job, const struct probe *probe)
{
	struct media *media = job->media;
	struct source made = job->source;
	struct probe told = *probe;
	enum err e;

	made.name = MEDIA_FILE(MEDIA_VIDEO);
	if ((e = film_copy(job->arena, &job->source, job->size)) ||
	    (e = film_check(job->arena, media->directory,
	    &media->duration_ms, job->detail)))
		return e;
	PAUSE("publish_remuxed");
	told.duration_ms = media->duration_ms;
	/* Who made the cover could have written another film, too. */
	if ((e = cover_make(job->arena, &made, &told, MEDIA_COVER)) ||
	    (e = film_check(job->arena, media->directory,
	    &media->duration_ms, job->detail)))
		return e;
	return spool_keep(job->arena, media->directory, MEDIA_VIDEO);
}

/* What will be converted. */
static enum err
make_promise(struct job *job, const struct probe *probe)
{
	struct media *media = job->media;
	enum err e;

	media->converts = true;
	media->duration_ms = probe->duration_ms;
	if ((e = cover_make(job->arena, &job->source, probe, MEDIA_COVER)) ||
	    (e = input_settle(job->arena, media->directory, MEDIA_INPUT,
	    job->input, job->at, job->size)))
		return e;
	return spool_keep(job->arena, media->directory, MEDIA_INPUT);
}

static enum err
check_size(int64_t size, const char **detail, struct arena *arena)
{
	if (size == 0)
		return ERR_FILE_EMPTY;
	if (size <= conf->upload_max)
		return OK;
	*detail = arena_print_size(arena, conf->upload_max);
	return ERR_FILE_TOO_LARGE;
}

enum err
media_import(struct media *media, struct arena *arena, int body, off_t start,
    off_t size, const char **detail)
{
	struct job job = { .media = media, .arena = arena, .detail = detail,
	    .size = size, .source = { .demuxer = "mov" } };
	struct probe probe;
	enum err e;

	memset(media, 0, sizeof(*media));
	if ((e = check_size(size, detail, arena)) ||
	    (e = judge(&job, body, start)) ||
	    (e = take_in(&job, body, start)) ||
	    (e = probe_file(&probe, arena, &job.source, detail)) ||
	    (e = probe.plays && !job.source.foreign ?
	    make_playable(&job, &probe) : make_promise(&job, &probe)) ||
	    (e = spool_keep(arena, media->directory, MEDIA_COVER)))
		return e;
	PAUSE("publish_covered");
	return OK;
}
