#include "password.h"

#include <stdio.h>
#include <string.h>

#include <crypt.h>

#include "log.h"

/* bcrypt's alphabet is not needed: any salt and any digest of the right form
 * cost the same to compare with.  crypt(3) returns at once for a setting that
 * it cannot parse, so this one is valid but for the cost put in front. */
#define DUMMY_TAIL "abcdefghijklmnopqrstuuM5yqvtK8KQ1Ue6Xx0sY0hG8Jx3Q4nSm"

static bool
hash_with(struct text password, const char *setting, char hash[PASSWORD_HASH])
{
	static struct crypt_data scratch;	/* 32 KiB: not on the stack */
	char phrase[73];
	const char *result;

	ensure(password.length < sizeof(phrase));
	memcpy(phrase, password.bytes, password.length);
	phrase[password.length] = '\0';
	memset(&scratch, 0, sizeof(scratch));
	result = crypt_r(phrase, setting, &scratch);
	explicit_bzero(phrase, sizeof(phrase));
	/* A result that begins with '*' is crypt's way to fail. */
	if (result == NULL || result[0] == '*' ||
	    strlen(result) >= PASSWORD_HASH)
		return false;
	snprintf(hash, PASSWORD_HASH, "%s", result);
	return true;
}

enum err
password_hash(struct text password, char hash[PASSWORD_HASH])
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];

	/* Without random bytes of ours, libxcrypt takes the kernel's. */
	if (crypt_gensalt_rn("$2b$", (unsigned long)conf->bcrypt_cost, NULL, 0,
	    setting, sizeof(setting)) == NULL ||
	    !hash_with(password, setting, hash)) {
		log_line(LOG_ERROR, "bcrypt failed");
		return ERR_INTERNAL;
	}
	return OK;
}

/* Compares all bytes whatever they are. */
static bool
equal_in_constant_time(const char *a, const char *b, size_t n)
{
	unsigned char difference = 0;
	size_t i;

	for (i = 0; i < n; i++)
		difference |= (unsigned char)(a[i] ^ b[i]);
	return difference == 0;
}

bool
password_matches(struct text password, struct text hash)
{
	char known[PASSWORD_HASH], tried[PASSWORD_HASH];
	bool exists = hash.length > 0 && hash.length < PASSWORD_HASH;

	if (exists)
		snprintf(known, sizeof(known), "%.*s", (int)hash.length,
		    hash.bytes);
	else
		snprintf(known, sizeof(known), "$2b$%02d$" DUMMY_TAIL,
		    (int)conf->bcrypt_cost);
	if (!hash_with(password, known, tried)) {
		log_line(LOG_ERROR, "bcrypt cannot read a stored hash");
		return false;
	}
	return exists && strlen(tried) == strlen(known) &&
	    equal_in_constant_time(tried, known, strlen(known));
}
