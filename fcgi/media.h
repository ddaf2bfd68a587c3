/* media.h - an uploaded file becomes a playable video and its cover.
 *
 * media_import() reads a part of a file (the request's body), decides whether
 * it is a video that every browser plays, and leaves in a job directory of the
 * spool: the video remuxed with its index first and without metadata, and a
 * JPEG cover, both synced to disk.  Of a video that browsers do not play but
 * that we can convert, it leaves the original and the cover (convert.h).
 * place.h gives them their names; until then nothing is visible, and the job
 * directory goes away with the arena.  Whatever is refused leaves no file.
 *
 * A job directory is locked (flock) by the process that works in it, and so are
 * the two files until the arena's end, also where they are served: the sweepers
 * (spool.h, gc.h) can tell what is abandoned without guessing by age.
 */
#ifndef MEDIA_H
#define MEDIA_H

#include <sys/types.h>

#include "arena.h"
#include "errors.h"

/* Names in a job's directory; for ffmpeg with its protocol before them. */
#define MEDIA_INPUT "in.mp4"
#define MEDIA_VIDEO "out.mp4"
#define MEDIA_COVER "cover.jpg"
#define MEDIA_FILE(name) "file:" name

struct media {
	int directory;			/* the job's; closed by the arena */
	char directory_name[64];
	int64_t duration_ms;		/* 0: the original does not tell */
	bool converts;			/* it is not playable yet */
	/* set by place_new(): below SITE_MEDIA, as in an address */
	char video_path[64], cover_path[64];
};

/* Takes size bytes at start of the file body as an upload.  Refusals:
 * FILE_EMPTY, FILE_TOO_LARGE, NOT_A_VIDEO, CONTAINER, CODEC, NO_VIDEO_TRACK,
 * VIDEO_*, NO_COVER, FFMPEG_*, DISK_FULL; *detail is set where the message has
 * one (it lives in the arena). */
enum err	media_import(struct media *, struct arena *, int body,
	    off_t start, off_t size, const char **detail);

#endif
