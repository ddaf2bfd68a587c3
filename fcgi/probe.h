/* probe.h - ffprobe's word on what a file holds, and whether that is playable
 * as it is.
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
#include "tool.h"

/* What is not played everywhere: a larger picture, more frames a second. */
#define PROBE_LONG_SIDE 1920
#define PROBE_SHORT_SIDE 1080
#define PROBE_RATE 60

struct probe {
	int64_t width, height, duration_ms;	/* 0: not told */
	bool plays;		/* H.264 4:2:0 of 8 bits, AAC or MP3, no more */
	bool fast;		/* more than PROBE_RATE frames a second */
	bool interlaced;
	bool hdr;		/* PQ or HLG: to be mapped to what all show */
};

/* Judges a file of a job.  CODEC, NO_VIDEO_TRACK, VIDEO_*, FFMPEG_*; *detail as
 * in media.h. */
enum err	probe_file(struct probe *, struct arena *,
	    const struct source *, const char **detail);

/* The rules on size and length, by the settings. */
enum err	probe_picture(int64_t width, int64_t height, struct arena *,
	    const char **detail);
enum err	probe_duration(int64_t ms, struct arena *, const char **detail);

#endif
