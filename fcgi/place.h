/* place.h - finished files go where they are served, and away again.
 *
 * A file in a job's directory is renamed into a directory below SITE_MEDIA
 * under a name that was never used, and the directory is synced: a file that
 * can be fetched is whole and lasting.  Paths are as in an address
 * ("/avatars/7_123.jpg").
 */
#ifndef PLACE_H
#define PLACE_H

#include "errors.h"

#define PLACE_PATH 64

/* Moves a job's file to shelf, one of site.h's, as <user_id>_<number>.jpg with
 * a random number, and says under which path it is served.  DISK_FULL,
 * INTERNAL. */
enum err	place_picture(int directory, const char *name,
	    const char *shelf, int64_t user_id, char path[PLACE_PATH]);

/* Removes what is served under a path; an empty one is nothing. */
void	place_remove(const char *path);

#endif
