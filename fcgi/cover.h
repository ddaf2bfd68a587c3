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
#include "probe.h"

#define COVER_WIDTH 720
#define COVER_HEIGHT 1280
#define COVER_BYTES 100000

/* Makes a cover of a video of a job, beside it; probe tells of the video.
 * NO_COVER where no frame can be decoded; DISK_FULL, FFMPEG_*. */
enum err	cover_make(struct arena *, const struct source *,
	    const struct probe *, const char *cover);

/* The part of a chain of filters that maps the light and the colours of PQ and
 * HLG to those that every screen shows (BT.709); it begins with a comma, and
 * wants pictures of their final size. */
extern const char cover_tone[];

#endif
