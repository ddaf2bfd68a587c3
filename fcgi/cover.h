/* cover.h - a JPEG from a video: upright, not black where the video is not.
 *
 * At most COVER_WIDTH x COVER_HEIGHT, keeping the shape, and about COVER_BYTES.
 * Taken at one second, or at a third of a video shorter than three.  Where the
 * picture is dark there, the first bright one after it, else any bright one of
 * the video, else the dark one.
 */
#ifndef COVER_H
#define COVER_H

#include "arena.h"
#include "errors.h"

#define COVER_WIDTH 720
#define COVER_HEIGHT 1280
#define COVER_BYTES 100000

/* Makes a cover of a video of a job.  NO_COVER where no frame can be decoded;
 * DISK_FULL, FFMPEG_*. */
enum err	cover_make(struct arena *, int directory, const char *video,
	    int64_t duration_ms, const char *cover);

#endif
