/* media.h - an uploaded file becomes a playable video and its cover.
 *
 * media_import() reads a part of a file (the request's body), decides whether
 * it is a video that every browser plays, and leaves in a job directory of the
 * spool: the video remuxed with its index first and without metadata, and a
 * JPEG cover, both synced to disk.  media_place() moves the pair to the served
 * directories under a name that was never used.  Until then nothing is visible;
 * the job directory goes away with the arena, and media_remove() takes back
 * what was placed.  Whatever is refused leaves no file.
 *
 * Names are <user_id>_<ms>.mp4 and .jpg, never the client's (API.md E5).
 * Paths are those of site.h.
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
#include "text.h"

struct media {
	int directory;			/* the job's; closed by the arena */
	char directory_name[64];
	int64_t duration_ms;
	/* set by media_place(): below SITE_MEDIA, as in an address */
	char video_path[64], cover_path[64];
};

/* Takes size bytes at start of the file body as an upload.  Refusals:
 * FILE_EMPTY, FILE_TOO_LARGE, NOT_A_VIDEO, CONTAINER, CODEC, NO_VIDEO_TRACK,
 * VIDEO_*, NO_COVER, FFMPEG_*, DISK_FULL; *detail is set where the message has
 * one (it lives in the arena). */
enum err	media_import(struct media *, struct arena *, int body,
	    off_t start, off_t size, const char **detail);

/* Moves both files to where they are served and syncs the directories. */
enum err	media_place(struct media *, int64_t user_id, int64_t now_ms);

/* Removes what media_place() put there. */
void	media_remove(const struct media *);

/* Removes the files of a video that is being deleted, as served, and makes that
 * last; one that is gone already is fine.  False when one will not go. */
bool	media_erase(struct text video, struct text cover);

/* Makes the directories of a new site; false with errno. */
bool	media_setup(void);

#endif
