#include "token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jwt.h>

#include "log.h"
#include "site.h"

static unsigned char secret[TOKEN_SECRET];

/* Written under another name first: a secret is whole or not there. */
bool
token_setup(void)
{
	static const char path[] = SITE_SECRET ".new";
	unsigned char bytes[TOKEN_SECRET];
	bool good;
	int fd;

	if (access(SITE_SECRET, F_OK) == 0)
		return true;
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	good = getrandom(bytes, sizeof(bytes), 0) == TOKEN_SECRET &&
	    write(fd, bytes, sizeof(bytes)) == TOKEN_SECRET &&
	    fsync(fd) == 0;
	close(fd);
	/* link() keeps a secret that another process was quicker to make. */
	good = good && (link(path, SITE_SECRET) == 0 || errno == EEXIST);
	unlink(path);
	explicit_bzero(bytes, sizeof(bytes));
	return good;
}

bool
token_start(void)
{
	struct stat status;
	ssize_t n = -1;
	int fd = open(SITE_SECRET, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 && fstat(fd, &status) == 0 && (status.st_mode & 077) == 0)
		n = read(fd, secret, sizeof(secret));
	if (fd >= 0)
		close(fd);
	if (n == TOKEN_SECRET)
		return true;
	log_line(LOG_ERROR, SITE_SECRET " must hold %d bytes and be readable "
	    "by its owner alone", TOKEN_SECRET);
	return false;
}

static bool
add_claims(jwt_t *jwt, const struct token *token, int64_t now_s)
{
	return jwt_set_alg(jwt, JWT_ALG_HS256, secret, TOKEN_SECRET) == 0 &&
	    jwt_add_grant_int(jwt, "uid", (long)token->user_id) == 0 &&
	    jwt_add_grant_int(jwt, "ver", (long)token->version) == 0 &&
	    jwt_add_grant_int(jwt, "iat", (long)now_s) == 0 &&
	    jwt_add_grant_int(jwt, "exp", (long)(now_s + conf->token_ttl)) == 0;
}

enum err
token_make(struct arena *arena, const struct token *token, int64_t now_ms,
    struct text *text)
{
	char *encoded = NULL, *copy = NULL;
	jwt_t *jwt;

	ensure(jwt_new(&jwt) == 0);
	if (add_claims(jwt, token, now_ms / 1000))
		encoded = jwt_encode_str(jwt);
	jwt_free(jwt);
	if (encoded == NULL) {
		log_line(LOG_ERROR, "cannot sign a token");
		return ERR_INTERNAL;
	}
	copy = arena_copy(arena, encoded, strlen(encoded));
	free(encoded);
	if (copy == NULL)
		return ERR_TOO_BIG;
	*text = text_of(copy);
	return OK;
}

/* Takes a claim that must be there and be an integer: of a missing one, a
 * string or a fraction libjwt makes 0, which no claim of ours is. */
static bool
read_claim(jwt_t *jwt, const char *name, int64_t *value)
{
	*value = jwt_get_grant_int(jwt, name);
	return *value > 0 && *value <= ID_MAX;
}

/* libjwt verifies the signature with whatever algorithm the token names, and
 * neither iat nor exp: that is left to us. */
static bool
check_claims(jwt_t *jwt, int64_t now_s, struct token *token)
{
	int64_t issued, expires;

	return jwt_get_alg(jwt) == JWT_ALG_HS256 &&
	    read_claim(jwt, "uid", &token->user_id) &&
	    read_claim(jwt, "ver", &token->version) &&
	    read_claim(jwt, "iat", &issued) && issued <= now_s &&
	    read_claim(jwt, "exp", &expires) && expires > now_s;
}

enum err
token_read(struct text text, int64_t now_ms, struct token *token)
{
	char encoded[TOKEN_LONGEST + 1];
	jwt_t *jwt = NULL;
	bool good;

	if (text.length == 0 || text.length > TOKEN_LONGEST ||
	    memchr(text.bytes, '\0', text.length) != NULL)
		return ERR_TOKEN_INVALID;
	memcpy(encoded, text.bytes, text.length);
	encoded[text.length] = '\0';
	if (jwt_decode(&jwt, encoded, secret, TOKEN_SECRET) != 0)
		return ERR_TOKEN_INVALID;
	good = check_claims(jwt, now_ms / 1000, token);
	jwt_free(jwt);
	return good ? OK : ERR_TOKEN_INVALID;
}
