/* shared.h - the few words that all processes of a site share.
 *
 * A small file (SITE_SHARED), mapped by each process; every member is atomic
 * and holds nothing that may not be lost.  A process that cannot have it gets
 * memory of its own in which the breaker is open for ever: it goes without
 * Redis, as it could not tell which keys the others use.  For the same reason
 * an older program whose file looks otherwise must have left before a newer one
 * is set up.
 *
 * What is counted: shared_counts names it, `admin stats` prints it.
 */
#ifndef SHARED_H
#define SHARED_H

#include <stdatomic.h>

#include "base.h"
#include "breaker.h"

#define SHARED_COUNTS(X) \
	X(hits)			/* keys that the cache had */ \
	X(misses)		/* keys that it had not */ \
	X(garbage)		/* misses: values that do not parse */ \
	X(fills)		/* keys that were filled */ \
	X(drops)		/* keys whose fill a writer made void */ \
	X(tombstones)		/* keys that a writer has invalidated */ \
	X(changes)		/* keys that a writer has given a new value */ \
	X(epoch_raises)		/* what invalidates all keys at once */ \
	X(round_trips)		/* pipelines sent; greetings not counted */ \
	X(connections)		/* greetings: connect, AUTH, INFO ... */ \
	X(breaker_openings)	/* periods without Redis that began */ \
	X(deltas_folded)

enum shared_count {
#define X(name) SHARED_##name,
	SHARED_COUNTS(X)
#undef X
	SHARED_COUNT
};

/* Statements are counted in builds with pause points only. */
#define SHARED_STATEMENTS 256

struct shared {
	struct breaker breaker;
	/* Which server's memory keys are about: cache.h, I1. */
	_Atomic uint64_t incarnation;
	_Atomic uint64_t count[SHARED_COUNT];
	_Atomic uint64_t statement[SHARED_STATEMENTS];
};

extern struct shared *shared;

/* Makes the file of a site that starts, or begins it anew: the breaker is
 * closed and nothing is counted yet.  False with errno. */
bool	shared_setup(void);

/* Maps it, once a process and before anything else of here is used. */
void	shared_open(void);

/* Makes this run of a Redis (not 0) the site's present one; returns its
 * incarnation.  Another run than before gets a new number, so that no key of
 * the old one is ever read again, even if the old one comes back. */
uint64_t	shared_adopt(uint32_t run);

/* Counts n more. */
void	shared_add(enum shared_count, size_t n);

#endif
