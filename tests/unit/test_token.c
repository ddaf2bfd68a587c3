/* Tokens and passwords, in a fresh directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jwt.h>

#include "password.h"
#include "site.h"
#include "token.h"

#define NOW_MS INT64_C(1700000000123)
#define NOW_S INT64_C(1700000000)

static struct arena arena;
static char directory[] = "/tmp/mini-tiktok-token-XXXXXX";

static struct text
make(int64_t now_ms)
{
	static const struct token token = { 7, 3 };
	struct text text;

	assert_int_equal(token_make(&arena, &token, now_ms, &text), OK);
	return text;
}

static void
a_token_says_who_and_which_version(void **state)
{
	struct token token;

	(void)state;
	assert_int_equal(token_read(make(NOW_MS), NOW_MS, &token), OK);
	assert_int_equal(token.user_id, 7);
	assert_int_equal(token.version, 3);
}

static void
a_token_ends_to_the_second(void **state)
{
	int64_t life_ms = conf->token_ttl * 1000;
	struct text text = make(NOW_MS);
	struct token token;

	(void)state;
	assert_int_equal(token_read(text, NOW_S * 1000 + life_ms - 1, &token),
	    OK);
	assert_int_equal(token_read(text, NOW_S * 1000 + life_ms, &token),
	    ERR_TOKEN_INVALID);
	assert_int_equal(token_read(text, NOW_S * 1000 - 1, &token),
	    ERR_TOKEN_INVALID);
}

static void
every_changed_character_is_noticed(void **state)
{
	struct text text = make(NOW_MS);
	char *changed = arena_copy(&arena, text.bytes, text.length);
	struct token token;
	size_t i, accepted = 0;

	(void)state;
	for (i = 0; i < text.length; i++) {
		changed[i] = text.bytes[i] == 'A' ? 'B' : 'A';
		if (token_read(text_of(changed), NOW_MS, &token) == OK)
			accepted++;
		changed[i] = text.bytes[i];
	}
	/* The last character of 32 bytes in base64 has two bits to spare, so
	 * one other spelling of the same signature may exist. */
	assert_true(accepted <= 1);
	for (i = 0; i < text.length; i++)
		assert_int_equal(token_read((struct text){ changed, i }, NOW_MS,
		    &token), ERR_TOKEN_INVALID);
}

/* Claims and an algorithm of our choice, signed with the secret. */
static struct text
forge(jwt_alg_t algorithm, const char *claims)
{
	unsigned char secret[TOKEN_SECRET];
	FILE *file = fopen(SITE_SECRET, "r");
	struct text text;
	char *encoded;
	jwt_t *jwt;

	assert_non_null(file);
	assert_int_equal(fread(secret, 1, sizeof(secret), file), TOKEN_SECRET);
	fclose(file);
	assert_int_equal(jwt_new(&jwt), 0);
	assert_int_equal(jwt_add_grants_json(jwt, claims), 0);
	assert_int_equal(jwt_set_alg(jwt, algorithm,
	    algorithm == JWT_ALG_NONE ? NULL : secret,
	    algorithm == JWT_ALG_NONE ? 0 : TOKEN_SECRET), 0);
	encoded = jwt_encode_str(jwt);
	assert_non_null(encoded);
	text = text_of(arena_copy(&arena, encoded, strlen(encoded)));
	free(encoded);
	jwt_free(jwt);
	return text;
}

#define CLAIMS(uid, ver, iat, exp) \
	"{\"uid\":" uid ",\"ver\":" ver ",\"iat\":" iat ",\"exp\":" exp "}"
#define GOOD CLAIMS("7", "1", "1700000000", "1700000001")

static void
only_hs256_with_whole_claims_is_accepted(void **state)
{
	static const struct {
		jwt_alg_t algorithm;
		const char *claims;
		enum err e;
	} rows[] = {
		{ JWT_ALG_HS256, GOOD, OK },
		{ JWT_ALG_NONE, GOOD, ERR_TOKEN_INVALID },
		{ JWT_ALG_HS384, GOOD, ERR_TOKEN_INVALID },
		{ JWT_ALG_HS512, GOOD, ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, "{}", ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("\"7\"", "1", "1700000000",
		    "1700000001"), ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("0", "1", "1700000000", "1700000001"),
		    ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("-7", "1", "1700000000", "1700000001"),
		    ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("9007199254740992", "1", "1700000000",
		    "1700000001"), ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("7", "1.0", "1700000000",
		    "1700000001"), ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("7", "1", "1700000001", "1700000009"),
		    ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("7", "1", "1700000000", "1700000000"),
		    ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("7", "1", "1700000000",
		    "\"1700000001\""), ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, CLAIMS("7", "1", "1700000000", "1e30"),
		    ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, "{\"uid\":7,\"ver\":1,\"iat\":1700000000}",
		    ERR_TOKEN_INVALID },
		{ JWT_ALG_HS256, "{\"uid\":7,\"ver\":1,\"exp\":1700000001}",
		    ERR_TOKEN_INVALID },
	};
	struct token token;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		if (token_read(forge(rows[i].algorithm, rows[i].claims), NOW_MS,
		    &token) != rows[i].e)
			fail_msg("row %zu: %s", i, rows[i].claims);
}

static void
the_secret_is_private_whole_and_kept(void **state)
{
	struct stat before, after;

	(void)state;
	assert_int_equal(stat(SITE_SECRET, &before), 0);
	assert_int_equal(before.st_mode & 0777, 0600);
	assert_int_equal(before.st_size, TOKEN_SECRET);
	assert_true(token_setup());
	assert_int_equal(stat(SITE_SECRET, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(chmod(SITE_SECRET, 0644), 0);
	assert_false(token_start());
	assert_int_equal(chmod(SITE_SECRET, 0600), 0);
	assert_int_equal(truncate(SITE_SECRET, TOKEN_SECRET - 1), 0);
	assert_false(token_start());
	assert_int_equal(unlink(SITE_SECRET), 0);
	assert_false(token_start());
	assert_true(token_setup() && token_start());
}

static void
a_password_matches_its_hash_alone(void **state)
{
	char hash[PASSWORD_HASH], again[PASSWORD_HASH];
	char longest[73], other[73];

	(void)state;
	memset(longest, 'x', 72);
	longest[72] = '\0';
	memcpy(other, longest, sizeof(other));
	other[71] = 'y';
	assert_int_equal(password_hash(text_of(longest), hash), OK);
	assert_int_equal(password_hash(text_of(longest), again), OK);
	assert_memory_equal(hash, "$2b$04$", 7);
	assert_string_not_equal(hash, again);
	assert_true(password_matches(text_of(longest), text_of(hash)));
	assert_false(password_matches(text_of(other), text_of(hash)));
	assert_false(password_matches(text_of("x"), text_of(hash)));
	assert_false(password_matches(text_of("x"), text_of("")));
	assert_false(password_matches(text_of("x"), text_of("*0")));
}

static int
enter(void **state)
{
	(void)state;
	arena_init(&arena, 4 * MIB);
	return mkdtemp(directory) == NULL || chdir(directory) != 0 ||
	    mkdir(SITE_DATA, 0700) != 0 ||
	    setenv("MT_BCRYPT_COST", "4", 1) != 0 ||
	    !conf_load(SITE_SETTINGS) || !token_setup() || !token_start();
}

static int
leave(void **state)
{
	(void)state;
	arena_free(&arena);
	return unlink(SITE_SECRET) != 0 || rmdir(SITE_DATA) != 0 ||
	    rmdir(directory) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_says_who_and_which_version),
		cmocka_unit_test(a_token_ends_to_the_second),
		cmocka_unit_test(every_changed_character_is_noticed),
		cmocka_unit_test(only_hs256_with_whole_claims_is_accepted),
		cmocka_unit_test(the_secret_is_private_whole_and_kept),
		cmocka_unit_test(a_password_matches_its_hash_alone),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
