/* mp4.h - what an MP4 or QuickTime file says of itself (ISO/IEC 14496-12).
 *
 * mp4_read() looks at the index only: which tracks there are, how they are
 * coded, and whether all bytes that the index speaks of have come.  It decodes
 * nothing and allocates nothing; a file of any size costs a few small reads
 * (and the chunk table, which is read through).
 *
 * mp4_hide() turns boxes of a file into free space, in place, so that programs
 * that read it never see them.
 */
#ifndef MP4_H
#define MP4_H

#include "box.h"

#define MP4_TRACKS 8
#define MP4_INDEX (64 * MIB)	/* of 600 s at 240 frames/s: 2 MiB */
#define MP4_SAMPLES 4000000	/* and 144,000 of these */

#define MP4_VIDEO BOX_TYPE('v', 'i', 'd', 'e')
#define MP4_SOUND BOX_TYPE('s', 'o', 'u', 'n')

struct mp4_track {
	off_t at;		/* its box */
	uint32_t handler;	/* MP4_VIDEO, MP4_SOUND, another */
	uint32_t codec;		/* of its first sample entry, 0: none */
	uint32_t other_codec;	/* of the first entry that differs, or 0 */
	unsigned object_type;	/* of mp4a (14496-1 table 5), 0: not told */
	unsigned audio_type;	/* of AAC (14496-3 table 1.17), or 0 */
	unsigned width, height;	/* as the sample entry tells */
	uint32_t samples;	/* in the index; fragments have their own */
};

struct mp4 {
	bool fragmented;	/* samples lie in moof boxes */
	bool index_first;	/* moov stands before mdat */
	int64_t duration_ms;	/* 0: not told, as fragmented files do */
	size_t count;
	struct mp4_track track[MP4_TRACKS];
};

/* Reads size bytes at start of a file.  Refusals: NOT_A_VIDEO where it is not
 * this container or a still picture, VIDEO_CUT_SHORT, VIDEO_UNREADABLE,
 * VIDEO_TOO_COMPLEX; INTERNAL when the file cannot be read. */
enum err	mp4_read(struct mp4 *, int fd, off_t start, off_t size);

/* Hides in what mp4_read() has read all tracks but these (sound may be NULL)
 * and all metadata: places, names, cover pictures, references of tracks. */
enum err	mp4_hide(int fd, off_t start, off_t size,
	    const struct mp4_track *video, const struct mp4_track *sound);

#endif
