/* probe.h - ffprobe's word on whether a file is playable as it is.
 *
 * What the index claims (mp4.h) and what the samples hold may differ; ffprobe
 * reads the samples.  Never believed: the exit status of a copy, which passes
 * forbidden codecs and pictures of 16000 x 16000 (tried).
 */
#ifndef PROBE_H
#define PROBE_H

#include "arena.h"
#include "errors.h"
#include "text.h"

struct probe {
	int64_t width, height, duration_ms;	/* 0: not told */
};

/* Judges a file of a job.  CODEC, VIDEO_*, FFMPEG_*; *detail as in media.h. */
enum err	probe_file(struct probe *, struct arena *, int directory,
	    const char *name, const char **detail);

/* The rules on size and length, by the settings. */
enum err	probe_picture(int64_t width, int64_t height, struct arena *,
	    const char **detail);
enum err	probe_duration(int64_t ms, struct arena *, const char **detail);

/* "H.264 4:2:2 10-bit" for yuv422p10le; NULL for what every browser plays. */
const char	*probe_format_refused(struct text pixel_format,
	    struct arena *);

#endif
