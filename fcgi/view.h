/* view.h - a row of the database becomes an object of API.md 1.4.
 *
 * Lists are written by view_list(): as many rows as the statement gives, then
 * where the next page begins.
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
	VIDEO_IS_FAVORITE, VIDEO_AUTHOR,
	VIDEO_PAGE = VIDEO_AUTHOR + USER_COLUMNS,
	/* and of one's own */
	VIDEO_STATE, VIDEO_REASON, VIDEO_REASON_DETAIL
};

/* @shape comment: these columns, then its author's */
enum {
	COMMENT_ID, COMMENT_CONTENT, COMMENT_CREATE_MS, COMMENT_USER,
	COMMENT_PAGE = COMMENT_USER + USER_COLUMNS
};

/* @shape friend: a user's columns, then these */
enum { FRIEND_CONTENT = USER_COLUMNS, FRIEND_FROM, FRIEND_PAGE };

/* @shape message */
enum {
	MESSAGE_ID, MESSAGE_FROM, MESSAGE_CONTENT, MESSAGE_CREATE_MS,
	MESSAGE_COLUMNS
};

/* Checks the columns of all statements that are marked with a shape. */
void	view_start(void);

/* Writes a user whose columns begin at first. */
void	view_user(struct request *, const char *key, const struct query *,
	    int first);

/* Write an object under a key. */
void	view_video(struct request *, const char *key, const struct query *);
void	view_own_video(struct request *, const char *key,
	    const struct query *);
void	view_comment(struct request *, const char *key, const struct query *);

/* Rows of lists. */
void	view_user_row(struct request *, const struct query *);
void	view_video_row(struct request *, const struct query *);
void	view_own_video_row(struct request *, const struct query *);
void	view_comment_row(struct request *, const struct query *);
void	view_friend_row(struct request *, const struct query *);

/* A page ends with the row that passes this, so that the arena holds it. */
#define VIEW_PAGE_BYTES (12 * MIB)

/* A list of which is known that nothing is in it. */
enum err	view_no_list(struct request *, const char *key);

/* Runs the statement that was started, of at most limit rows, as a list; then
 * next_before: the last row's column page, 0 after the last page. */
enum err	view_list(struct request *, const char *key, struct query *,
	    void (*row)(struct request *, const struct query *), int page,
	    int64_t limit);

#endif
