/* The setting trusted_proxies, taken apart (network.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "network.h"

static const struct {
	const char *list, *printed;
} good[] = {
	{ "", "" },
	{ " ,\t, ", "" },
	{ "127.0.0.1", "127.0.0.1/32 " },
	{ "::1", "::1/128 " },
	{ "10.0.0.0/8", "10.0.0.0/8 " },
	{ "10.1.2.3/8", "10.0.0.0/8 " },
	{ "255.255.255.255/1", "128.0.0.0/1 " },
	{ "192.0.2.255/31", "192.0.2.254/31 " },
	{ "192.0.2.255/32", "192.0.2.255/32 " },
	{ "2001:DB8::/32", "2001:db8::/32 " },
	{ "2001:db8:ffff:ffff::9/47", "2001:db8:fffe::/47 " },
	{ "ffff::1/1", "8000::/1 " },
	{ "2001:db8::1/128", "2001:db8::1/128 " },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.1/128 " },
	{ "0.0.0.0", "0.0.0.0/32 " },
	{ "10.0.0.0/8,fd00::/8 192.0.2.1\t,  192.0.2.2,",
	    "10.0.0.0/8 fd00::/8 192.0.2.1/32 192.0.2.2/32 " },
};

static const char *const bad[] = {
	"x", "/", "/8", "10", "10.0.0", "10.0.0.0.0", "10.0.0.256",
	"010.0.0.1", "0x7f.1", "10.0.0.0/", "10.0.0.0/0", "::/0",
	"10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0.0/+8",
	"10.0.0.0/-8", "10.0.0.0/8x", "10.0.0.0/255.0.0.0",
	"10.0.0.0/99999999999999999999", "::1/129", "::1/1280", "[::1]",
	"::1%lo", "fe80::1%eth0/64", ":::", "1::2::3", "unix:", "localhost",
	"10.0.0.1;", "10.0.0.1/8;}", "10.0.0.1\n", "\"10.0.0.1\"",
	"10.0.0.1#", "$remote_addr", "10.0.0.1 ;", "10.0.0.1, evil{",
	"10.0.0.1:80", "10.0.0.1-10.0.0.9", "*", "all",
	"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
};

/* What a list is when it is printed; NULL of one that is bad. */
static char *
print(struct text list)
{
	struct network network;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool is_good;

	assert_non_null(out);
	while (network_next(&list, &network, &is_good)) {
		network_print(out, &network);
		fputc(' ', out);
	}
	fclose(out);
	if (is_good)
		return text;
	free(text);
	return NULL;
}

static void
takes_what_is_good(void **state)
{
	char *printed;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(good); i++) {
		printed = print(text_of(good[i].list));
		assert_non_null(printed);
		assert_string_equal(printed, good[i].printed);
		free(printed);
	}
}

static void
refuses_what_is_not(void **state)
{
	char list[128];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		assert_null(print(text_of(bad[i])));
		snprintf(list, sizeof(list), "10.0.0.0/8, %s", bad[i]);
		assert_null(print(text_of(list)));
	}
	assert_null(print((struct text){ "10.0.0.1\0.1", 11 }));
	assert_null(print((struct text){ "::1\0", 4 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_good),
		cmocka_unit_test(refuses_what_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
