/* arena.h - memory that lives exactly as long as one request.
 *
 * Nothing taken from an arena is freed alone; arena_reset() forgets it all
 * and runs the deferred clean-ups, newest first.  An arena never grows past
 * its cap: arena_take() then returns NULL, arena_full() says so from there
 * on, and the request ends with ERR_TOO_BIG.  Untaken bytes are
 * poisoned under ASan, so a stale pointer still traps.
 */
#ifndef ARENA_H
#define ARENA_H

#include "base.h"

#define ARENA_CLEANUPS 32	/* descriptors, job directories: a handful */

struct arena_block;

struct arena {
	struct arena_block *block;	/* the newest; the oldest is kept */
	size_t cap, taken;
	bool full;
	size_t cleanups;
	struct {
		void (*run)(void *);
		void *what;
	} cleanup[ARENA_CLEANUPS];
};

/* Makes an empty arena that lends at most cap bytes between two resets. */
void	arena_init(struct arena *, size_t cap);

/* Returns size zeroed bytes aligned for any type, or NULL past the cap. */
void	*arena_take(struct arena *, size_t size);

/* Returns a NUL-terminated copy of n bytes, or NULL past the cap. */
char	*arena_copy(struct arena *, const char *bytes, size_t n);

/* Returns a formatted string, or NULL past the cap. */
char	*arena_printf(struct arena *, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Returns a number of bytes as "256 MiB", or as "1000 B" where it is not round;
 * NULL past the cap. */
char	*arena_print_size(struct arena *, int64_t bytes);

/* Has run(what) called by the next arena_reset(); more than ARENA_CLEANUPS
 * of them break an invariant. */
void	arena_defer(struct arena *, void (*run)(void *), void *what);

/* Has the descriptor closed by the next arena_reset(). */
void	arena_defer_close(struct arena *, int fd);

bool	arena_full(const struct arena *);

/* Runs the clean-ups and takes all memory back. */
void	arena_reset(struct arena *);

/* Gives the memory itself back; for tests and the end of a process. */
void	arena_free(struct arena *);

#endif
