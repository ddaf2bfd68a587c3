/* film.h - the input of a job becomes a video that every browser plays.
 *
 * H.264 (4:2:0, 8 bits) with AAC or MP3 in an MP4 file whose index stands
 * first, without metadata: by copying what plays already, or by converting, at
 * most PROBE_LONG_SIDE x PROBE_SHORT_SIDE and PROBE_RATE frames a second, the
 * light of HDR mapped to what every screen shows, fields made into frames.  A
 * copy keeps the rotation that players heed; what is converted stands upright.
 *
 * Resident meanwhile, of HDR in HEVC, which needs most (measured): 403 MiB for
 * 3840x2160 with six pictures in the decoder, 416 for 4096x2304 with five.  It
 * is the first that the kernel ends where there is not so much.
 *
 * The result is MEDIA_VIDEO in the job's directory.  For media.c and convert.c.
 */
#ifndef FILM_H
#define FILM_H

#include "arena.h"
#include "errors.h"
#include "probe.h"
#include "tool.h"

/* Packs the tracks anew without decoding; size is the input's. */
enum err	film_copy(struct arena *, const struct source *, off_t size);

/* Converts, with what nobody else wants of the machine, in the time given. */
enum err	film_convert(struct arena *, const struct source *,
	    const struct probe *, int64_t deadline_ms);

/* Whether the result is what it should be, and how long it is.  FFMPEG_FAILED,
 * VIDEO_UNREADABLE, VIDEO_TOO_LONG. */
enum err	film_check(struct arena *, int directory, int64_t *duration_ms,
	    const char **detail);

#endif
