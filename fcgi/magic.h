/* magic.h - videos that are not MP4, and pictures that are neither JPEG nor PNG
 * nor WebP, by their first bytes.
 *
 * Tells what is converted, and by which reader of ffmpeg, from what is not: for
 * the words of a refusal, and to tell both from what is no video at all
 * (pictures, texts, playlists, sound).
 */
#ifndef MAGIC_H
#define MAGIC_H

#include <sys/types.h>

#include "base.h"

struct container {
	const char *name;
	const char *demuxer;	/* ffmpeg's; NULL: it is not converted */
};

/* False when it is not the container of a video. */
bool	magic_find(struct container *, int fd, off_t start, off_t size);

/* The picture's format, NULL when it is not one of a picture. */
const char	*magic_picture_name(int fd, off_t start, off_t size);

#endif
