/* Query strings and urlencoded bodies. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "form.h"

static struct arena arena;

static struct text
value_of(const char *encoded, const char *name)
{
	struct form form = { 0 };
	struct text value = { "(absent)", 8 };

	assert_int_equal(form_urlencoded(&form, &arena, text_of(encoded)), OK);
	form_find(&form, name, &value);
	return value;
}

static void
names_and_values_are_decoded(void **state)
{
	static const struct {
		const char *encoded, *name, *value;
	} rows[] = {
		{ "a=1&b=2", "b", "2" },
		{ "a=1&a=2", "a", "1" },
		{ "a=x+y%20z", "a", "x y z" },
		{ "a=%e8%A7%86", "a", "视" },
		{ "%61=1", "a", "1" },
		{ "a=1=2", "a", "1=2" },
		{ "a=", "a", "" },
		{ "a", "a", "" },
		{ "&&a=1&", "a", "1" },
		{ "a=%", "a", "%" },
		{ "a=%4", "a", "%4" },
		{ "a=%zz%41", "a", "%zzA" },
		{ "a=%2B%26%3d", "a", "+&=" },
		{ "b=1", "a", "(absent)" },
		{ "A=1", "a", "(absent)" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		if (!text_is(value_of(rows[i].encoded, rows[i].name),
		    rows[i].value))
			fail_msg("%s: wrong value of %s", rows[i].encoded,
			    rows[i].name);
	assert_int_equal(value_of("a=%00b", "a").length, 2);
	arena_reset(&arena);
}

static void
fields_are_counted(void **state)
{
	struct form form = { 0 };
	char encoded[FORM_FIELDS * 4 + 5];
	size_t i;

	(void)state;
	for (i = 0; i < FORM_FIELDS; i++)
		memcpy(encoded + i * 4, "a=1&", 4);
	assert_int_equal(form_urlencoded(&form, &arena,
	    (struct text){ encoded, FORM_FIELDS * 4 }), OK);
	assert_int_equal(form.count, FORM_FIELDS);
	assert_int_equal(form_urlencoded(&form, &arena, text_of("b=1")),
	    ERR_TOO_MANY_FIELDS);
	arena_reset(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_values_are_decoded),
		cmocka_unit_test(fields_are_counted),
	};
	int failed;

	arena_init(&arena, MIB);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
