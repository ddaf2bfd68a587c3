/* pack.h - columns of rows as bytes in the cache, and back.
 *
 * A value is a seal of eight bytes and columns: an integer is 'i' and eight
 * bytes, a text 's', four bytes of length and its bytes; numbers begin with
 * their lowest byte, the seal is in the order of the machine that made it.
 * The seal is a checksum of the key's name and the columns, so that a value is
 * only ever taken for what was put under this key (I3, THREATS 25): whatever
 * else stands there, cut short, foreign or random, is a miss.
 *
 *   struct unpack u;
 *   if (unpack_open(&u, name, value))
 *           while (unpack_more(&u)) {
 *                   id = unpack_integer(&u);
 *                   name = unpack_text(&u);
 *           }
 *   return unpack_is_good(&u);
 */
#ifndef PACK_H
#define PACK_H

#include "arena.h"
#include "text.h"

#define PACK_SEAL 8

struct pack {
	struct arena *arena;
	char *bytes;		/* room for the seal, then columns */
	size_t length, size, most;
	bool full;		/* longer than it may be, or no memory */
};

/* Begins a value of at most so many bytes, in the arena. */
void	pack_start(struct pack *, struct arena *, size_t most);
void	pack_integer(struct pack *, int64_t);
void	pack_text(struct pack *, struct text);

/* The value, yet without its seal; empty when it became too long. */
struct text	pack_done(const struct pack *);

/* The seal of a value under a key of this name. */
void	pack_seal(struct text name, struct text value,
	    char seal[static PACK_SEAL]);

/* A value of one integer, sealed. */
#define PACK_COUNT (PACK_SEAL + 9)
void	pack_count(struct text name, int64_t n,
	    char value[static PACK_COUNT]);

/* A checksum that differs where texts do, but once in 2^64. */
uint64_t	pack_sum(struct text);

struct unpack {
	struct text rest;
	bool good;
};

/* Begins to read a value; false when its seal is not that of the key. */
bool	unpack_open(struct unpack *, struct text name, struct text value);
/* The same of a value that was opened before. */
void	unpack_again(struct unpack *, struct text value);
/* Whether there are more columns. */
bool	unpack_more(const struct unpack *);
/* The next column: 0 or empty, and not good, when it is not of this type. */
int64_t	unpack_integer(struct unpack *);
struct text	unpack_text(struct unpack *);
/* Whether all that was read was there. */
bool	unpack_is_good(const struct unpack *);

#endif
