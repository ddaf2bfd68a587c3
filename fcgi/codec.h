/* codec.h - which tracks are taken, as they are or to be converted, and what
 * the others are called.
 *
 * What every browser plays: H.264 with AAC or MP3.  What can be converted is in
 * a table, by name; every other codec is refused by its name, before any
 * program has looked at it.
 */
#ifndef CODEC_H
#define CODEC_H

#include "arena.h"
#include "mp4.h"

enum codec_way {
	CODEC_PLAYS,		/* as it is */
	CODEC_CONVERTS,
	CODEC_REFUSED
};

/* The way of a track; *name is that of a refused codec: a common one, or its
 * four characters with unprintable ones escaped; may be in the arena. */
enum codec_way	codec_judge(const struct mp4_track *, const char **name,
	    struct arena *);

#endif
