/* lookup.h - the reader's part of the cache: a look, and a fill, for a request.
 *
 *   lookup_start(&l, gate_space(r));         the epoch is known: gate.h
 *   i = lookup_add(&l, (struct cache_key){ CACHE_USER, id, 0 });
 *   if (lookup_read(&l) && lookup_open(&l, i, &u))
 *           … unpack, answer …               a hit: done
 *   … read the database, answer …
 *   lookup_put(&l, i, packed);
 *   lookup_fill(&l);
 *
 * At most two round trips, whatever the number of keys:
 *
 *   UNWATCH; WATCH k ...; MGET k ...         lookup_read()
 *   MULTI; SET k v PX life ...; EXEC         lookup_fill()
 *
 * on one connection, which is never made anew between them.  A writer that
 * came by in the meantime has touched a key that it changed, and EXEC does
 * nothing: what was read is served all the same, but not kept (I1).  So has who
 * filled it first: of many that miss a key each reads the database once (I5).
 */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "cache.h"
#include "pack.h"

#define LOOKUP_KEYS 128

struct lookup {
	struct cache_space space;
	uint64_t serial;
	size_t count;
	struct cache_key key[LOOKUP_KEYS];
	char name[LOOKUP_KEYS][CACHE_KEY];
	struct text found[LOOKUP_KEYS];	/* of a miss: empty */
	struct text packed[LOOKUP_KEYS];	/* to fill: not empty */
	bool full;			/* more keys than there is room for */
	bool watching;
};

void	lookup_start(struct lookup *, struct cache_space);

/* Adds a key, once; returns its number. */
size_t	lookup_add(struct lookup *, struct cache_key);

/* The first trip; false when there is nothing to be had: without keys, with too
 * many, or without Redis. */
bool	lookup_read(struct lookup *);

/* Begins to read the value of a key; false for a miss.  It lives until the next
 * trip of any kind. */
bool	lookup_open(struct lookup *, size_t number, struct unpack *);

/* Says that a value did not hold what it should, and is a miss. */
void	lookup_spoil(struct lookup *, size_t number);

/* Whether a key that was looked for is missing and can be filled. */
bool	lookup_wants(const struct lookup *, size_t number);

/* Gives a value to fill; an empty one (too large) is left. */
void	lookup_put(struct lookup *, size_t number, struct text packed);

/* The second trip, if anything was given. */
void	lookup_fill(struct lookup *);

#endif
