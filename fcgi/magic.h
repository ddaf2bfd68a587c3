/* magic.h - video files that are not MP4, by their first bytes.
 *
 * Only for the words of a refusal, and to tell what can be converted some day
 * from what is no video at all (pictures, texts, playlists, sound).
 */
#ifndef MAGIC_H
#define MAGIC_H

#include <sys/types.h>

/* The container's name, NULL when it is not one of a video. */
const char	*magic_name(int fd, off_t start, off_t size);

#endif
