/* place.h - where the files of a video lie, and by which names.
 *
 * A video and its cover are served from SITE_VIDEOS and SITE_COVERS by the
 * names <user_id>_<ms>.mp4 and .jpg, never the client's (API.md E5); video and
 * cover stand here for these names as in an address.  What has to be converted
 * lies in SITE_ORIGINALS, which is not served, under the name that the video
 * will have.
 */
#ifndef PLACE_H
#define PLACE_H

#include "errors.h"
#include "media.h"
#include "text.h"

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

/* Makes the directories of a new site; false with errno. */
bool	place_setup(void);

#endif
