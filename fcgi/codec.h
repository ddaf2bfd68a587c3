/* codec.h - which tracks are taken as they are, and what the others are called.
 *
 * What every browser plays, without converting: H.264 with AAC or MP3.  Every
 * other codec is refused by its name, before any program has looked at it.
 */
#ifndef CODEC_H
#define CODEC_H

#include "arena.h"
#include "mp4.h"

/* NULL when the track is taken, else the name of its codec: a common one, or
 * its four characters with unprintable ones escaped; may be in the arena. */
const char	*codec_refused(const struct mp4_track *, struct arena *);

#endif
