/* shelf.h - the objects that the cache keeps, and their columns.
 *
 * A user and a video lie there in two pieces, because their like counts change
 * in place while the rest is invalidated: the object, which is the columns of
 * its shape (view.h) but for the count and what depends on who looks, and the
 * count.  Flags of a viewer are never kept, paths are those below the
 * media-root, and what a language decides is decided when it is shown.
 *
 * A row put together from both pieces is read like one of a statement:
 * store_of_values().
 */
#ifndef SHELF_H
#define SHELF_H

#include "lookup.h"
#include "request.h"
#include "view.h"

/* The numbers of the two pieces in a lookup. */
struct shelf_keys {
	size_t object, likes;
};

struct shelf_keys	shelf_user_keys(struct lookup *, int64_t user);
struct shelf_keys	shelf_video_keys(struct lookup *, int64_t video);

/* Fills in the columns of a user, or of a video without its author, but for
 * those that depend on the viewer; false when a piece is missing.  The texts
 * live until the next trip. */
bool	shelf_user(struct lookup *, struct shelf_keys, struct value *row);
bool	shelf_video(struct lookup *, struct shelf_keys, struct value *row);

/* Gives what the lookup misses of them, from a row of the database whose
 * columns of that shape begin at first. */
void	shelf_keep_user(struct lookup *, struct shelf_keys, struct arena *,
	    const struct query *, int first);
void	shelf_keep_video(struct lookup *, struct shelf_keys, struct arena *,
	    const struct query *);

/* A new video goes there in its own transaction. */
void	shelf_put_video(struct arena *, const struct query *);

#endif
