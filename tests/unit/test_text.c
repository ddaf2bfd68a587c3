/* Numbers as the official tests and the app send them, and what is text. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

static void
integers_are_read_in_every_accepted_form(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {
		{ "0", 0 }, { "7", 7 }, { " 7\t", 7 }, { "+7", 7 },
		{ "-7", -7 }, { "007", 7 }, { "7.", 7 }, { "7.0", 7 },
		{ "1e+06", 1000000 }, { "1e6", 1000000 }, { "1E6", 1000000 },
		{ "1.234567e+06", 1234567 }, { "1e+00", 1 },
		{ "1200e-2", 12 }, { "0.5e1", 5 }, { "0e99", 0 },
		{ "-0", 0 }, { "0.000", 0 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
		{ "00000000000000000000000000000012", 12 },
	};
	int64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(text_integer(text_of(good[i].text), &value));
		assert_int_equal(value, good[i].value);
	}
}

static void
everything_else_is_no_integer(void **state)
{
	static const char *const bad[] = {
		"", " ", "+", "-", ".", "e5", "1.5", "12e-1", "abc", "1a",
		"1 2", "--1", "+-1", "1e", "1e+", "1e5.0", "1e1000", "9e99",
		"9223372036854775808", "-9223372036854775809", "0x10",
		"1e19", "1..0", "1,0", "１", "Infinity", "nan",
		("0.0000000000000000000000000000000000000000000000000000000000"
		"00000000000001"),
	};
	int64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++)
		if (text_integer(text_of(bad[i]), &value))
			fail_msg("\"%s\" was read as %lld", bad[i],
			    (long long)value);
	assert_false(text_integer((struct text){ "1\0", 2 }, &value));
}

static void
utf8_is_counted_in_code_points(void **state)
{
	size_t points;

	(void)state;
	assert_true(text_check(text_of("a"), TEXT_LINE, &points));
	assert_int_equal(points, 1);
	assert_true(text_check(text_of("视频😀é"), TEXT_LINE, &points));
	assert_int_equal(points, 4);
	assert_true(text_check(text_of(""), TEXT_LINE, &points));
	assert_int_equal(points, 0);
}

static void
broken_utf8_and_controls_are_refused(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
		"\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xff", "a\xe4\xb8", "\xe4\xb8", "\x01", "a\x1f", "\x7f",
		"\xc2\x80", "\r",
	};
	size_t i, points;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(text_check(text_of(bad[i]), TEXT_LINE, &points));
		assert_false(text_check(text_of(bad[i]), TEXT_LINES, &points));
	}
	assert_false(text_check((struct text){ "a\0b", 3 }, TEXT_LINES,
	    &points));
}

static void
only_lines_may_break_or_turn_direction(void **state)
{
	static const char *const texts[] = { "a\nb", "a\tb", "a\u202eb" };
	size_t i, points;

	(void)state;
	for (i = 0; i < ARRAY_LEN(texts); i++) {
		assert_false(text_check(text_of(texts[i]), TEXT_LINE, &points));
		assert_true(text_check(text_of(texts[i]), TEXT_LINES, &points));
	}
}

static void
splitting_keeps_empty_pieces(void **state)
{
	struct text rest = text_of("a,,b"), piece;

	(void)state;
	assert_true(text_split(&rest, ',', &piece) && text_is(piece, "a"));
	assert_true(text_split(&rest, ',', &piece) && text_is(piece, ""));
	assert_true(text_split(&rest, ',', &piece) && text_is(piece, "b"));
	assert_false(text_split(&rest, ',', &piece));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_read_in_every_accepted_form),
		cmocka_unit_test(everything_else_is_no_integer),
		cmocka_unit_test(utf8_is_counted_in_code_points),
		cmocka_unit_test(broken_utf8_and_controls_are_refused),
		cmocka_unit_test(only_lines_may_break_or_turn_direction),
		cmocka_unit_test(splitting_keeps_empty_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
