/* magic.h - videos that are not MP4, and pictures that are neither JPEG nor PNG
 * nor WebP, by their first bytes.
 *
 * Only for the words of a refusal, and to tell what can be converted some day
 * from what is no video at all (pictures, texts, playlists, sound).
 */
#ifndef MAGIC_H
#define MAGIC_H

#include <sys/types.h>

/* The container's name, NULL when it is not one of a video. */
const char	*magic_name(int fd, off_t start, off_t size);

/* The picture's format, NULL when it is not one of a picture. */
const char	*magic_picture_name(int fd, off_t start, off_t size);

#endif
