/* entry.h - sample entries: how a track of an MP4 file is coded.
 *
 * For mp4.c only.  A sample entry names the codec by four characters, a
 * picture's size, and for `mp4a` holds the descriptor that tells AAC from MP3
 * (ISO/IEC 14496-12 8.5.2 and 12, 14496-14 5.6, QuickTime File Format,
 * "Sound Sample Descriptions").
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "mp4.h"

/* Reads the entries of a sample description box into the track. */
void	entry_read_all(struct box_file *, struct mp4_track *,
	    const struct box *description);

#endif
