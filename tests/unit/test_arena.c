/* Memory that ends with its request. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"

static void
memory_is_zeroed_aligned_and_ours(void **state)
{
	struct arena arena;
	char *bytes[200];
	size_t i;

	(void)state;
	arena_init(&arena, MIB);
	for (i = 0; i < ARRAY_LEN(bytes); i++) {
		bytes[i] = arena_take(&arena, i * 7);
		assert_non_null(bytes[i]);
		assert_int_equal((uintptr_t)bytes[i] % _Alignof(max_align_t),
		    0);
		if (i > 0)
			assert_int_equal(bytes[i][0] | bytes[i][i * 7 - 1], 0);
		memset(bytes[i], (int)i, i * 7);
	}
	for (i = 1; i < ARRAY_LEN(bytes); i++)
		assert_int_equal((unsigned char)bytes[i][i * 7 - 1], i);
	arena_free(&arena);
}

static void
the_cap_is_an_error_not_growth(void **state)
{
	struct arena arena;
	size_t taken = 0;

	(void)state;
	arena_init(&arena, MIB);
	while (arena_take(&arena, 10000) != NULL)
		taken += 10000;
	assert_true(taken <= MIB && taken > MIB - 20000);
	assert_true(arena_full(&arena));
	assert_null(arena_take(&arena, SIZE_MAX));
	assert_null(arena_take(&arena, SIZE_MAX - 8));
	arena_reset(&arena);
	assert_false(arena_full(&arena));
	assert_non_null(arena_take(&arena, MIB / 2));
	arena_free(&arena);
}

static char order[8];

static void
note(void *what)
{
	strncat(order, what, 1);
}

static void
cleanups_run_once_newest_first(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, MIB);
	arena_defer(&arena, note, "a");
	arena_defer(&arena, note, "b");
	arena_defer(&arena, note, "c");
	arena_reset(&arena);
	assert_string_equal(order, "cba");
	arena_reset(&arena);
	assert_string_equal(order, "cba");
	arena_free(&arena);
}

static void
strings_are_copied_and_formatted(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, MIB);
	assert_string_equal(arena_copy(&arena, "abcdef", 3), "abc");
	assert_string_equal(arena_copy(&arena, "", 0), "");
	assert_string_equal(arena_printf(&arena, "%s-%d", "x", 7), "x-7");
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_ours),
		cmocka_unit_test(the_cap_is_an_error_not_growth),
		cmocka_unit_test(cleanups_run_once_newest_first),
		cmocka_unit_test(strings_are_copied_and_formatted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
