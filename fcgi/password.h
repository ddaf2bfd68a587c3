/* password.h - bcrypt hashes, by libxcrypt (crypt(5), prefix $2b$).
 *
 * The cost is the setting bcrypt_cost.  A password is at most 72 bytes and has
 * no NUL: bcrypt reads no more, and args.h lets no other through.  Both calls
 * take about 60 ms at cost 10: only the pool auth makes them.
 */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "errors.h"
#include "text.h"

#define PASSWORD_HASH 64	/* 60 characters and a NUL */

/* Hashes a password with a fresh salt. */
enum err	password_hash(struct text password, char hash[PASSWORD_HASH]);

/* Whether the password has this hash.  An empty hash stands for a user who
 * does not exist: the work is the same, the answer false, so that the time
 * does not tell who exists. */
bool	password_matches(struct text password, struct text hash);

#endif
