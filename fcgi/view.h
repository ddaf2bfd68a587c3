/* view.h - a row of the database becomes an object of API.md 1.4.
 *
 * Each shape is written here once.  A statement that is marked with a shape in
 * db has exactly these columns, in this order; view_start() makes sure.
 */
#ifndef VIEW_H
#define VIEW_H

#include "request.h"
#include "store.h"

/* @shape user */
enum {
	USER_ID, USER_NAME, USER_FOLLOW_COUNT, USER_FOLLOWER_COUNT,
	USER_AVATAR, USER_BACKGROUND, USER_SIGNATURE, USER_TOTAL_FAVORITED,
	USER_WORK_COUNT, USER_FAVORITE_COUNT, USER_IS_FOLLOW, USER_COLUMNS
};

/* @shape video: these columns, then the author's as of a user */
enum {
	VIDEO_ID, VIDEO_TITLE, VIDEO_PATH, VIDEO_COVER_PATH,
	VIDEO_FAVORITE_COUNT, VIDEO_COMMENT_COUNT, VIDEO_CREATE_MS,
	VIDEO_IS_FAVORITE, VIDEO_AUTHOR
};

/* Checks the columns of all statements that are marked with a shape. */
void	view_start(void);

/* Writes a user whose columns begin at first. */
void	view_user(struct request *, const char *key, const struct query *,
	    int first);

/* Writes a video with its author into the open list. */
void	view_video(struct request *, const struct query *);

#endif
