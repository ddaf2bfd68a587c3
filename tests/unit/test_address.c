/* The setting redis_url, taken apart (address.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "address.h"

static const struct {
	const char *url;
	struct address is;
} good[] = {
	{ "redis://h", { .host = "h", .port = "6379" } },
	{ "redis://h/", { .host = "h", .port = "6379" } },
	{ "redis://h/3", { .host = "h", .port = "6379", .database = 3 } },
	{ "redis://h:7", { .host = "h", .port = "7" } },
	{ "redis://h:65535/65535", { .host = "h", .port = "65535",
	    .database = 65535 } },
	{ "redis://10.0.0.9:6380/1", { .host = "10.0.0.9", .port = "6380",
	    .database = 1 } },
	{ "redis://[::1]", { .host = "::1", .port = "6379" } },
	{ "redis://[fe80::1]:7/2", { .host = "fe80::1", .port = "7",
	    .database = 2 } },
	{ "redis://:pw@h", { .host = "h", .port = "6379",
	    .password = "pw" } },
	{ "redis://me:pw@h:7/2", { .host = "h", .port = "7", .user = "me",
	    .password = "pw", .database = 2 } },
	{ "redis://me:p%40%3a%2F%25@h", { .host = "h", .port = "6379",
	    .user = "me", .password = "p@:/%" } },
	{ "redis://me:a:b@h", { .host = "h", .port = "6379", .user = "me",
	    .password = "a:b" } },
	{ "unix:///run/redis.sock", { .is_unix = true,
	    .path = "/run/redis.sock" } },
	{ "unix:///run/redis.sock?db=4", { .is_unix = true,
	    .path = "/run/redis.sock", .database = 4 } },
	{ "unix://me:pw@/r.sock?db=0", { .is_unix = true, .path = "/r.sock",
	    .user = "me", .password = "pw" } },
	{ "unix:sockets/other.sock", { .is_unix = true,
	    .path = "sockets/other.sock" } },
	{ "unix:/r%20s?db=9", { .is_unix = true, .path = "/r s",
	    .database = 9 } },
};

static const char *const bad[] = {
	"", "h", "h:6379", "/run/redis.sock", "http://h", "redis:", "redis:/",
	"redis:h", "redis://", "redis://:7", "redis:///1", "rediss://h",
	"REDIS://h", "redis://h:", "redis://h:0", "redis://h:65536",
	"redis://h:7x", "redis://h:-7", "redis://h: 7", "redis://h:7/x",
	"redis://h/65536", "redis://h/1/2", "redis://h/-1", "redis://h/+1",
	"redis://[::1", "redis://[]", "redis://[::1]x", "redis://pw@h",
	"redis://me:@h", "redis://me:%4@h", "redis://me:%zz@h",
	"redis://me:%00@h", "redis://h%2e", "redis://h:99999999999999999999",
	"unix:", "unix://", "unix://h/r.sock", "unix://relative",
	"unix:/r?db", "unix:/r?db=", "unix:/r?db=x",
	"unix:/r?db=1&db=2", "unix:/r?password=x", "unix:/r%00",
	"unix:/r%2", "unix:?db=1",
};

static void
what_can_be_written_is_read(void **state)
{
	struct address is;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(good); i++) {
		if (!address_parse(text_of(good[i].url), &is))
			fail_msg("refused: %s", good[i].url);
		if (memcmp(&is, &good[i].is, sizeof(is)) != 0)
			fail_msg("misread: %s", good[i].url);
	}
}

static void
what_is_odd_is_refused(void **state)
{
	struct address unused;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++)
		if (address_parse(text_of(bad[i]), &unused))
			fail_msg("accepted: %s", bad[i]);
}

/* A text is not a string: what stands after its end is not looked at. */
static void
what_stands_behind_the_text_is_not_read(void **state)
{
	struct address is;

	(void)state;
	assert_true(address_parse((struct text){ "unix:/r?db=1", 7 }, &is));
	assert_string_equal(is.path, "/r");
	assert_int_equal(is.database, 0);
	assert_true(address_parse((struct text){ "redis://h:7/2", 11 }, &is));
	assert_string_equal(is.port, "7");
	assert_int_equal(is.database, 0);
}

/* "unix:" and so many letters. */
static bool
parse_path(size_t length, struct address *is)
{
	char url[512];

	memset(url, 'p', sizeof(url));
	memcpy(url, "unix:", 5);
	return address_parse((struct text){ url, 5 + length }, is);
}

static void
a_path_fits_into_a_socket_or_is_refused(void **state)
{
	struct address is;

	(void)state;
	assert_true(parse_path(ADDRESS_PATH - 1, &is));
	assert_int_equal(strlen(is.path), ADDRESS_PATH - 1);
	assert_false(parse_path(ADDRESS_PATH, &is));
}

static void
a_long_host_or_name_is_refused(void **state)
{
	char url[1024];
	struct address is;

	(void)state;
	memset(url, 'h', sizeof(url));
	memcpy(url, "redis://", 8);
	assert_true(address_parse((struct text){ url, 8 + ADDRESS_HOST - 1 },
	    &is));
	assert_false(address_parse((struct text){ url, 8 + ADDRESS_HOST },
	    &is));
	memcpy(url + 8 + ADDRESS_NAME - 1, ":p@h", 4);
	assert_true(address_parse((struct text){ url, 8 + ADDRESS_NAME + 3 },
	    &is));
	memcpy(url + 8 + ADDRESS_NAME - 1, "h:p@h", 5);
	assert_false(address_parse((struct text){ url, 8 + ADDRESS_NAME + 4 },
	    &is));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_written_is_read),
		cmocka_unit_test(what_is_odd_is_refused),
		cmocka_unit_test(what_stands_behind_the_text_is_not_read),
		cmocka_unit_test(a_path_fits_into_a_socket_or_is_refused),
		cmocka_unit_test(a_long_host_or_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
