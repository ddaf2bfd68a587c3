/* Invariants:
 *  1. Nothing but media_place() makes a name outside of a job's directory.
 *  2. A file is whole and on disk before it gets a served name.
 *  3. What a child has written is judged anew (check_video()), as what a
 *     stranger has sent: the child has seen the stranger's bytes.
 */
#include "media.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec.h"
#include "conf.h"
#include "cover.h"
#include "log.h"
#include "magic.h"
#include "mp4.h"
#include "pause.h"
#include "probe.h"
#include "site.h"
#include "spool.h"
#include "tool.h"

/* Names in a job's directory; for ffmpeg with its protocol before them. */
#define INPUT "in.mp4"
#define VIDEO "out.mp4"
#define COVER "cover.jpg"
#define FILE_OF(name) "file:" name

#define NAME_ATTEMPTS 1000	/* publications of a user in one ms */

struct job {
	struct media *media;
	struct arena *arena;
	const char **detail;
	int input;
	off_t size;
	struct mp4 mp4;
	const struct mp4_track *video, *sound;
};

/* The tracks to keep: the first of pictures, and the first of sound that is
 * taken, else the first to be refused by its name. */
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
		    (codec_refused(job->sound, job->arena) != NULL &&
		    codec_refused(track, job->arena) == NULL)))
			job->sound = track;
	}
}

/* Judges by the index alone, before any program has seen the file. */
static enum err
judge_index(struct job *job, int body, off_t start)
{
	enum err e = mp4_read(&job->mp4, body, start, job->size);

	if (e == ERR_NOT_A_VIDEO &&
	    (*job->detail = magic_name(body, start, job->size)) != NULL)
		return ERR_CONTAINER;
	if (e)
		return e;
	choose_tracks(job);
	if (job->video == NULL)
		return ERR_NO_VIDEO_TRACK;
	if ((*job->detail = codec_refused(job->video, job->arena)) != NULL)
		return ERR_CODEC;
	if (job->sound != NULL &&
	    (*job->detail = codec_refused(job->sound, job->arena)) != NULL)
		return ERR_CODEC;
	if ((e = probe_picture(job->video->width, job->video->height,
	    job->arena, job->detail)))
		return e;
	return probe_duration(job->mp4.duration_ms, job->arena, job->detail);
}

/* A copy of the upload with only the chosen tracks, for the children. */
static enum err
take_in(struct job *job, int body, off_t start)
{
	enum err e;

	if ((e = spool_open(job->arena, &job->media->directory,
	    job->media->directory_name)) ||
	    (e = spool_copy(job->arena, job->media->directory, INPUT, body,
	    start, job->size, &job->input)))
		return e;
	PAUSE("publish_spooled");
	return mp4_hide(job->input, job->size, job->video, job->sound);
}

/* Packs the tracks anew without decoding: the index first, no metadata. */
static enum err
remux(struct job *job)
{
	struct tool tool = {
		.directory = job->media->directory, .program = conf->ffmpeg,
		/* Fragments become an index, and that can be the larger. */
		.file_size = 2 * job->size + (off_t)MIB,
	};
	enum err e;

	tool_start(&tool, job->arena);
	tool_add(&tool, (const char *const[]){ "-i", FILE_OF(INPUT),
	    "-map", "0:v:0", "-map", "0:a:0?", "-dn", "-sn",
	    "-map_metadata", "-1", "-map_chapters", "-1", "-c", "copy",
	    "-fflags", "+bitexact", "-movflags", "+faststart",
	    "-threads", "1", "-f", "mp4", FILE_OF(VIDEO), NULL });
	if ((e = tool_run(&tool, job->arena)))
		return e;
	/* A success to ffmpeg, but the end of the video is missing. */
	return tool_said(&tool, "partial file") ? ERR_VIDEO_CUT_SHORT : OK;
}

/* Whether the child's work is what it should be. */
static enum err
check_video(struct job *job)
{
	struct media *media = job->media;
	off_t size;
	int fd = spool_result(media->directory, VIDEO, &size);
	enum err e;

	if (fd < 0) {
		log_line(LOG_ERROR, "%s wrote no video", conf->ffmpeg);
		return ERR_FFMPEG_FAILED;
	}
	e = mp4_read(&job->mp4, fd, 0, size);
	close(fd);
	if (e == ERR_INTERNAL)
		return e;
	choose_tracks(job);
	if (e || !job->mp4.index_first || job->mp4.fragmented ||
	    job->video == NULL || job->video->samples == 0 ||
	    codec_refused(job->video, job->arena) != NULL)
		return ERR_VIDEO_UNREADABLE;
	media->duration_ms = job->mp4.duration_ms;
	return probe_duration(media->duration_ms, job->arena, job->detail);
}

enum err
media_import(struct media *media, struct arena *arena, int body, off_t start,
    off_t size, const char **detail)
{
	struct job job = { .media = media, .arena = arena, .detail = detail,
	    .size = size };
	struct probe probe;
	enum err e;

	memset(media, 0, sizeof(*media));
	if (size == 0)
		return ERR_FILE_EMPTY;
	if (size > conf->upload_max) {
		*detail = arena_print_size(arena, conf->upload_max);
		return ERR_FILE_TOO_LARGE;
	}
	if ((e = judge_index(&job, body, start)) ||
	    (e = take_in(&job, body, start)) ||
	    (e = probe_file(&probe, arena, media->directory, FILE_OF(INPUT),
	    detail)) ||
	    (e = remux(&job)) ||
	    (e = check_video(&job)))
		return e;
	PAUSE("publish_remuxed");
	if ((e = cover_make(arena, media->directory, FILE_OF(VIDEO),
	    media->duration_ms, COVER)) ||
	    (e = spool_keep(arena, media->directory, VIDEO)) ||
	    (e = spool_keep(arena, media->directory, COVER)))
		return e;
	PAUSE("publish_covered");
	return OK;
}

static bool
sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced;
}

/* How a place below SITE_MEDIA is served. */
#define SERVED(place) (&(place)[sizeof(SITE_MEDIA) - 1])

/* Where a served path ("/videos/…") lies. */
struct place {
	char path[sizeof(SITE_MEDIA) + sizeof((struct media){ 0 }.video_path)];
};

static struct place
place_of(const char *path)
{
	struct place place;

	snprintf(place.path, sizeof(place.path), SITE_MEDIA "%s", path);
	return place;
}

/* Renames both or none; false with errno, EEXIST where a name is taken. */
static bool
place_pair(const struct media *media)
{
	struct place video = place_of(media->video_path);
	struct place cover = place_of(media->cover_path);
	int reason;

	if (renameat2(media->directory, VIDEO, AT_FDCWD, video.path,
	    RENAME_NOREPLACE) != 0)
		return false;
	PAUSE("publish_half_placed");
	if (renameat2(media->directory, COVER, AT_FDCWD, cover.path,
	    RENAME_NOREPLACE) == 0)
		return true;
	reason = errno;
	if (renameat2(AT_FDCWD, video.path, media->directory, VIDEO,
	    RENAME_NOREPLACE) != 0)
		unlink(video.path);
	errno = reason;
	return false;
}

/* Sets the paths; served they are "/videos/7_1700000000123.mp4". */
static void
name_pair(struct media *media, int64_t user_id, int64_t ms)
{
	snprintf(media->video_path, sizeof(media->video_path), "%s/%lld_%lld"
	    ".mp4", SERVED(SITE_VIDEOS), (long long)user_id,
	    (long long)ms);
	snprintf(media->cover_path, sizeof(media->cover_path), "%s/%lld_%lld"
	    ".jpg", SERVED(SITE_COVERS), (long long)user_id,
	    (long long)ms);
}

enum err
media_place(struct media *media, int64_t user_id, int64_t now_ms)
{
	enum err e = OK;
	bool placed;
	int i = 0;

	do
		name_pair(media, user_id, now_ms + i++);
	while (!(placed = place_pair(media)) && errno == EEXIST &&
	    i < NAME_ATTEMPTS);
	if (!placed) {
		e = spool_failure(media->video_path);
	} else if (!sync_directory(SITE_VIDEOS) ||
	    !sync_directory(SITE_COVERS)) {
		e = spool_failure(SITE_MEDIA);
		media_remove(media);
	}
	if (e)
		media->video_path[0] = media->cover_path[0] = '\0';
	return e;
}

static void
remove_served(const char *path)
{
	if (path[0] != '\0' && unlink(place_of(path).path) != 0)
		log_line(LOG_WARNING, "%s: %s", path, strerror(errno));
}

void
media_remove(const struct media *media)
{
	remove_served(media->video_path);
	remove_served(media->cover_path);
}

static bool
erase(struct text served)
{
	struct place place;

	snprintf(place.path, sizeof(place.path), SITE_MEDIA "%.*s",
	    (int)served.length, served.bytes);
	if (unlink(place.path) == 0 || errno == ENOENT)
		return true;
	log_line(LOG_ERROR, "%s: %s", place.path, strerror(errno));
	return false;
}

bool
media_erase(struct text video, struct text cover)
{
	bool erased = erase(video);

	return erase(cover) && erased && sync_directory(SITE_VIDEOS) &&
	    sync_directory(SITE_COVERS);
}

/* A directory, and not a link to one. */
static bool
make_directory(const char *path, mode_t mode)
{
	struct stat status;

	if (mkdir(path, mode) == 0)
		return chmod(path, mode) == 0;	/* whatever the umask */
	if (errno != EEXIST || lstat(path, &status) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(status.st_mode);
}

bool
media_setup(void)
{
	return make_directory(SITE_MEDIA, 0755) &&
	    make_directory(SITE_VIDEOS, 0755) &&
	    make_directory(SITE_COVERS, 0755) &&
	    make_directory(SITE_AVATARS, 0755) &&
	    make_directory(SITE_BACKGROUNDS, 0755) &&
	    make_directory(SITE_SPOOL, 0700) &&
	    make_directory(SITE_BODIES, 0700) &&
	    make_directory(SITE_JOBS, 0700);
}
