/* cache.h - the cache: what it promises, and how writers keep that.
 *
 * Truth is the database; Redis holds copies of what was read from it, under
 * keys that name the epoch (a number in the database) and the server's
 * incarnation (redis.h): either makes all older entries unreachable at once.
 *
 *  I1  With nobody writing and no mark set, an answer is the same as with Redis
 *      switched off; meanwhile it is the value before or after the write that
 *      is not answered yet.  Kept by store_commit.c (mark, commit, invalidate,
 *      unmark, in this order, under the writer lock), this file (what is
 *      invalidated, and how), lookup.c (a fill is void if a writer came by) and
 *      redis.c (an incarnation is one server's unbroken memory).
 *  I2  No count is lost or doubled, whoever is killed: counter.c (durable
 *      deltas in the like's own transaction).
 *  I3  Redis absent, slow, stopped, full, wiped, refusing or holding garbage
 *      changes no answer and costs one time-out a period, not a request:
 *      redis.c, breaker.c, pack.c (what does not parse is a miss).
 *  I4  After a write was answered, nobody reads the old value: store_commit.c
 *      (it answers last; a mark that a dead writer left raises the epoch before
 *      anything else is answered, a refusal too), this file.
 *  I5  A key that expires costs one read a worker at most, an id that cannot
 *      exist none: lookup.c (whoever fills first makes the others' fills void
 *      and their next look a hit), gate.h (the highest ids).
 *  I6  Every key has a life, spread by half of it: this file.
 *
 * A writer says what it touches between store_begin() and store_end(), which
 * does the rest; a rollback forgets it.  Tombstones, not DEL: deleting a key
 * that is absent would not disturb who watches it.  They stand for a second,
 * which is no time limit of the protocol: a reader that comes after one has
 * gone comes after the commit.
 *
 * Points where a test may hold a process (pause.h):
 *
 *   write_marked       the mark is set, BEGIN comes
 *   write_committed    COMMIT is done, the tombstones come
 *   write_invalidated  they are done, the mark is still set
 *   write_unlocked     the next writer may begin, the answer comes
 *   read_epoch         the epoch is known, the first trip comes
 *   read_watched       a key is missing and watched, the database comes
 *   read_loaded        the database has been read, the fill comes
 *   count_folded       deltas are in the columns and gone, COMMIT comes
 *
 * In the builds that have them `admin stats` also prints how often each
 * statement has run: statement_NAME.
 */
#ifndef CACHE_H
#define CACHE_H

#include "text.h"

enum cache_kind {
	CACHE_USER,		/* a: user; all but the likes received */
	CACHE_USER_LIKES,	/* a: user; one integer */
	CACHE_VIDEO,		/* a: video; all but the likes */
	CACHE_VIDEO_LIKES,	/* a: video; one integer */
	CACHE_COMMENTS,		/* a: video; the newest page */
	CACHE_CHAT,		/* a, b: low and high user; the newest page */
	CACHE_CHAT_TIMES,	/* a, b: the same; each side's newest time */
	CACHE_KINDS
};

struct cache_key {
	enum cache_kind kind;
	int64_t a, b;
};

/* ---- for handlers, inside a transaction ---- */

/* The profile of a user or one of the counts in it has changed. */
void	cache_touch_user(int64_t id);
/* The same of a video; also when it appears or goes. */
void	cache_touch_video(int64_t id);
/* The comments of a video have changed. */
void	cache_touch_comments(int64_t video);
/* A conversation has changed; in either order. */
void	cache_touch_chat(int64_t user, int64_t other);
/* One key alone. */
void	cache_touch(struct cache_key);

/* A count has this new value: an entry that is there gets it and keeps its
 * remaining life. */
void	cache_change(struct cache_key, int64_t value);
/* A new object, as pack.h has packed it, is about to be looked at. */
void	cache_put(struct cache_key, struct text packed);

/* ---- for the store ---- */

/* Which keys are the present ones: the site's own number (several sites may use
 * one Redis) and its epoch. */
struct cache_space {
	int64_t site, epoch;
};

void	cache_begin_write(void);
/* Whether anything was touched, and if so, whether only a new epoch will do:
 * Redis is off or resting, or too much was touched. */
bool	cache_is_touched(void);
bool	cache_wants_epoch(void);
/* Invalidates what was touched, in one trip; false: raise the epoch. */
bool	cache_invalidate(struct cache_space);
void	cache_end_write(void);

/* ---- for lookup.c ---- */

#define CACHE_KEY 64
#define CACHE_TOMBSTONE "T"
/* Larger values are not kept. */
#define CACHE_VALUE_MOST (128 * KIB)

/* A key's name in Redis, in buffer: "mt:SPACE:user:7", "mt:SPACE:chat:1-2", in
 * hexadecimal.  Needs an open pipeline (redis.h). */
struct text	cache_name(struct cache_space, struct cache_key,
	    char buffer[static CACHE_KEY]);

/* How long it may live: ms, spread, in buffer. */
struct text	cache_life(enum cache_kind, char buffer[static 24]);

#endif
