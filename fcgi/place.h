/* place.h - finished files go where they are served, and away again.
 *
 * A file in a job's directory is renamed into a directory below SITE_MEDIA
 * under a name that was never used, and the directory is synced: a file that
 * can be fetched is whole and lasting.  Paths are as in an address
 * ("/avatars/7_123.jpg").
 *
 * A video and its cover are served from SITE_VIDEOS and SITE_COVERS by the
 * names <user_id>_<ms>.mp4 and .jpg, never the client's (API.md E5).  What has
 * to be converted lies in SITE_ORIGINALS, which is not served, under the name
 * that the video will have.
 */
#ifndef PLACE_H
#define PLACE_H

#include "errors.h"
#include "media.h"
#include "text.h"

#define PLACE_PATH 64

/* Moves what media_import() has left to where it lies from now on, and syncs
 * the directories. */
enum err	place_new(struct media *, int64_t user_id, int64_t now_ms);

/* Removes what place_new() put there. */
void	place_take_back(const struct media *);

/* Makes the original the input of a job.  INTERNAL when it is not there. */
enum err	place_take_original(int directory, struct text video);

/* Gives the converted video of a job the name that is kept for it, and makes
 * that last.  DISK_FULL, INTERNAL. */
enum err	place_converted(int directory, struct text video);

/* These remove files; one that is gone already is fine.  False, with a line in
 * the log, when one will not go.  place_erase() removes all, to last. */
bool	place_remove_original(struct text video);
bool	place_remove_video(struct text video);
bool	place_erase(struct text video, struct text cover);

/* Moves a job's file to shelf, one of site.h's, as <user_id>_<number>.jpg with
 * a random number, and says under which path it is served.  DISK_FULL,
 * INTERNAL. */
enum err	place_picture(int directory, const char *name,
	    const char *shelf, int64_t user_id, char path[PLACE_PATH]);

/* Removes what is served under a path; an empty one is nothing. */
void	place_remove(const char *path);

/* Makes the directories of a new site; false with errno. */
bool	place_setup(void);

#endif
