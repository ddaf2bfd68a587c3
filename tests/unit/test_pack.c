/* What comes back from the cache is what was put there, or a miss (pack.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pack.h"

#define NAME TEXT("mt:1:2:3:user:7:0")
#define TURNS 20000

static struct arena arena;

/* A sealed value of a few columns, in the arena. */
static struct text
make(struct text name)
{
	struct text value;
	struct pack p;

	pack_start(&p, &arena, 4096);
	pack_integer(&p, INT64_MIN);
	pack_text(&p, TEXT("名字\0 and more"));
	pack_text(&p, TEXT(""));
	pack_integer(&p, 7);
	value = pack_done(&p);
	pack_seal(name, value, p.bytes);
	return value;
}

/* Reads what make() has written; false when it is not just that. */
static bool
read_back(struct text name, struct text value)
{
	static const char text[] = "名字\0 and more";
	struct unpack u;
	struct text found;
	bool same;

	if (!unpack_open(&u, name, value))
		return false;
	same = unpack_integer(&u) == INT64_MIN;
	found = unpack_text(&u);
	same &= found.length == sizeof(text) - 1 &&
	    memcmp(found.bytes, text, found.length) == 0;
	same &= unpack_text(&u).length == 0;
	same &= unpack_integer(&u) == 7;
	return same && !unpack_more(&u) && unpack_is_good(&u);
}

static void
what_was_packed_comes_back(void **state)
{
	(void)state;
	assert_true(read_back(NAME, make(NAME)));
}

static void
nothing_is_a_value_too(void **state)
{
	struct pack p;
	struct text value;
	struct unpack u;

	(void)state;
	pack_start(&p, &arena, PACK_SEAL);
	value = pack_done(&p);
	assert_int_equal(value.length, PACK_SEAL);
	pack_seal(NAME, value, p.bytes);
	assert_true(unpack_open(&u, NAME, value));
	assert_false(unpack_more(&u));
	assert_true(unpack_is_good(&u));
}

static void
a_count_comes_back(void **state)
{
	char bytes[PACK_COUNT];
	struct unpack u;

	(void)state;
	pack_count(NAME, -3, bytes);
	assert_true(unpack_open(&u, NAME,
	    (struct text){ bytes, sizeof(bytes) }));
	assert_int_equal(unpack_integer(&u), -3);
	assert_false(unpack_more(&u));
	assert_true(unpack_is_good(&u));
}

static void
a_value_under_another_key_is_a_miss(void **state)
{
	(void)state;
	assert_false(read_back(TEXT("mt:1:2:3:user:8:0"), make(NAME)));
	assert_false(read_back(TEXT("mt:1:2:4:user:7:0"), make(NAME)));
	assert_false(read_back(TEXT(""), make(NAME)));
}

static void
a_value_that_is_cut_short_or_longer_is_a_miss(void **state)
{
	struct text value = make(NAME), cut = value;
	char longer[512];

	(void)state;
	while (cut.length-- > 0)
		assert_false(read_back(NAME, cut));
	memcpy(longer, value.bytes, value.length);
	for (cut = (struct text){ longer, value.length }; cut.length <
	    value.length + 20; ) {
		longer[cut.length++] = 0;
		assert_false(read_back(NAME, cut));
	}
}

static void
a_value_with_any_bit_changed_is_a_miss(void **state)
{
	struct text value = make(NAME);
	char *bytes = arena_copy(&arena, value.bytes, value.length);
	size_t i;
	int bit;

	(void)state;
	for (i = 0; i < value.length; i++)
		for (bit = 0; bit < 8; bit++) {
			bytes[i] ^= (char)(1 << bit);
			assert_false(read_back(NAME,
			    (struct text){ bytes, value.length }));
			bytes[i] ^= (char)(1 << bit);
		}
}

/* Columns that are sealed but not what they say they are: nothing is read past
 * the end, and it shows.  (Only one who knows the seal can make them.) */
static void
sealed_nonsense_is_never_good(void **state)
{
	char bytes[64];
	struct text value = { bytes, 0 };
	struct unpack u;
	size_t i;
	int turn;

	(void)state;
	for (turn = 0; turn < TURNS; turn++) {
		value.length = PACK_SEAL + base_random() % 24;
		for (i = PACK_SEAL; i < value.length; i++)
			bytes[i] = base_random() % 4 == 0 ?
			    "is\0\1"[base_random() % 4] :
			    (char)base_random();
		pack_seal(NAME, value, bytes);
		assert_true(unpack_open(&u, NAME, value));
		while (unpack_more(&u))
			if (u.rest.bytes[0] == 'i')
				unpack_integer(&u);
			else
				unpack_text(&u);
		if (unpack_is_good(&u))
			assert_int_equal(u.rest.length, 0);
		unpack_integer(&u);
		assert_false(unpack_is_good(&u));
	}
}

static void
random_bytes_are_a_miss(void **state)
{
	char bytes[256];
	struct unpack u;
	size_t i;
	int turn;

	(void)state;
	for (turn = 0; turn < TURNS; turn++) {
		for (i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)base_random();
		assert_false(unpack_open(&u, NAME, (struct text){ bytes,
		    base_random() % sizeof(bytes) }));
		assert_false(unpack_more(&u));
		assert_int_equal(unpack_integer(&u), 0);
		assert_int_equal(unpack_text(&u).length, 0);
		assert_false(unpack_is_good(&u));
	}
}

static void
what_becomes_too_long_is_not_kept(void **state)
{
	char long_text[600];
	struct pack p;

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	pack_start(&p, &arena, PACK_SEAL + 5 + sizeof(long_text));
	pack_text(&p, (struct text){ long_text, sizeof(long_text) });
	assert_int_equal(pack_done(&p).length,
	    PACK_SEAL + 5 + sizeof(long_text));
	pack_integer(&p, 1);
	assert_int_equal(pack_done(&p).length, 0);
	/* And stays so, also for what would still fit. */
	pack_start(&p, &arena, PACK_SEAL + 9);
	pack_text(&p, TEXT("too long for it"));
	pack_integer(&p, 1);
	assert_int_equal(pack_done(&p).length, 0);
}

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4 * MIB);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_packed_comes_back),
		cmocka_unit_test(nothing_is_a_value_too),
		cmocka_unit_test(a_count_comes_back),
		cmocka_unit_test(a_value_under_another_key_is_a_miss),
		cmocka_unit_test(
		    a_value_that_is_cut_short_or_longer_is_a_miss),
		cmocka_unit_test(a_value_with_any_bit_changed_is_a_miss),
		cmocka_unit_test(sealed_nonsense_is_never_good),
		cmocka_unit_test(random_bytes_are_a_miss),
		cmocka_unit_test(what_becomes_too_long_is_not_kept),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
