/* picture.h - an uploaded picture becomes an avatar or a background.
 *
 * picture_import() reads a part of a file (the request's body), decides whether
 * it is a picture that we take, and has it drawn anew: a JPEG, upright, with
 * nothing of the file but what is to be seen, in a job directory of the spool.
 * An avatar is the middle square, at most 400 pixels a side and about 100 kB; a
 * background at most 1280 a side and about 200 kB.  picture_place() moves it to
 * where it is served.  Until then nothing is visible; the job directory goes
 * away with the arena, and picture_remove() takes back what was placed.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <sys/types.h>

#include "arena.h"
#include "errors.h"
#include "place.h"

enum picture_use { PICTURE_AVATAR, PICTURE_BACKGROUND };

/* One that is all zero stands for none. */
struct picture {
	enum picture_use use;
	const char *file;		/* in the directory; NULL: none */
	int directory;			/* the job's; closed by the arena */
	char path[PLACE_PATH];		/* once placed, as in an address */
};

/* Takes size bytes at start of the file body as a picture.  PICTURE_*,
 * NOT_A_PICTURE, FFMPEG_*, DISK_FULL; *detail is set where the message has one
 * (it lives in the arena). */
enum err	picture_import(struct picture *, enum picture_use,
	    struct arena *, int body, off_t start, off_t size,
	    const char **detail);

/* Moves a picture, if there is one, to where it is served. */
enum err	picture_place(struct picture *, int64_t user_id);

/* Removes a picture that was placed, by its path; not a default one. */
void	picture_remove(const char *path);

#endif
