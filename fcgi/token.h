/* token.h - log-in tokens: JWT (RFC 7519) with HS256 (RFC 7518), by libjwt.
 *
 * Claims, all integers: uid (the user), ver (the account's token version), iat
 * and exp (seconds since 1970).  The secret is 32 random bytes in a file that
 * only its owner may read, made when a site is set up; a shorter or missing one
 * stops the start.  A token says who asks; whether the account still exists and
 * has that version is for the caller to check.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include "arena.h"
#include "errors.h"
#include "text.h"

#define TOKEN_LONGEST 2048
#define TOKEN_SECRET 32

struct token {
	int64_t user_id, version;
};

/* Makes the secret of a new site; an existing one is kept. */
bool	token_setup(void);

/* Reads the secret; false with the reason logged. */
bool	token_start(void);

/* Makes a token that lives for the setting token_ttl; in the arena. */
enum err	token_make(struct arena *, const struct token *,
	    int64_t now_ms, struct text *);

/* Reads and verifies a token: algorithm, signature, the types of all claims,
 * issued not later than now, not expired.  ERR_TOKEN_INVALID. */
enum err	token_read(struct text, int64_t now_ms, struct token *);

#endif
