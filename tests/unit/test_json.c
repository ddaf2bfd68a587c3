/* Answers are valid JSON whatever is in them, and read back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"

static struct arena arena;

/* The whole of what was written, NUL-terminated. */
static char *
whole(const struct json *json)
{
	const struct json_block *at = NULL;
	char *text = arena_take(&arena, json->length + 1);
	size_t n = 0;
	struct text piece;

	assert_non_null(text);
	while ((piece = json_piece(json, &at)).length > 0) {
		memcpy(text + n, piece.bytes, piece.length);
		n += piece.length;
	}
	assert_int_equal(n, json->length);
	return text;
}

static void
commas_and_nesting_come_by_themselves(void **state)
{
	struct json json;

	(void)state;
	json_start(&json, &arena);
	json_open(&json, NULL);
	json_put_integer(&json, "a", INT64_MIN);
	json_put_boolean(&json, "b", true);
	json_open_list(&json, "c");
	json_close_list(&json);
	json_open_list(&json, "d");
	json_put_integer(&json, NULL, 0);
	json_open(&json, NULL);
	json_close(&json);
	json_put_string(&json, NULL, text_of("x"));
	json_close_list(&json);
	json_put_raw(&json, "e", text_of("{}"));
	json_put_joined(&json, "f", text_of("http://h"), text_of("/p"));
	json_close(&json);
	assert_string_equal(whole(&json), "{\"a\":-9223372036854775808,"
	    "\"b\":true,\"c\":[],\"d\":[0,{},\"x\"],\"e\":{},"
	    "\"f\":\"http://h/p\"}");
	arena_reset(&arena);
}

static void
strings_are_escaped(void **state)
{
	struct json json;

	(void)state;
	json_start(&json, &arena);
	json_put_string(&json, NULL,
	    text_of("\"\\/\n\t\r\x01\x7f\u2028\u2029\u202a视频</script>"));
	assert_string_equal(whole(&json), "\"\\\"\\\\/\\n\\t\\u000d\\u0001"
	    "\\u007f\\u2028\\u2029\u202a视频</script>\"");
	arena_reset(&arena);
}

/* 50,000 bytes cross many blocks; nothing is lost at a border. */
static void
long_answers_read_back_the_same(void **state)
{
	struct json_document *document;
	struct json json;
	struct text found;
	char key[] = "a0", text[5000];
	int i;

	(void)state;
	json_start(&json, &arena);
	json_open(&json, NULL);
	for (i = 0; i < 10; i++) {
		memset(text, 'a' + i, sizeof(text));
		text[i] = '"';
		key[1] = (char)('0' + i);
		json_put_string(&json, key,
		    (struct text){ text, sizeof(text) });
	}
	json_close(&json);
	document = json_parse((struct text){ whole(&json), json.length });
	assert_non_null(document);
	key[1] = '0' + 7;
	assert_true(json_find_string(document, key, &found));
	assert_int_equal(found.length, sizeof(text));
	assert_int_equal(found.bytes[7], '"');
	assert_int_equal(found.bytes[4999], 'h');
	json_free(document);
	arena_reset(&arena);
}

static void
a_full_arena_stops_the_writer(void **state)
{
	struct json json;
	struct arena small;
	int i;

	(void)state;
	arena_init(&small, 64 * KIB);
	json_start(&json, &small);
	for (i = 0; i < 10000; i++)
		json_put_string(&json, NULL, text_of("0123456789"));
	assert_true(arena_full(&small));
	assert_true(json.length <= 64 * KIB);
	arena_free(&small);
}

static void
documents_are_searched_by_path(void **state)
{
	static const char text[] = "{\"streams\":[{\"width\":\"720\"},"
	    "{\"width\":16,\"rate\":\"30/1\",\"x\":1.5}],\"n\":null}";
	struct json_document *document = json_parse(text_of(text));
	struct text found;
	int64_t number;

	(void)state;
	assert_non_null(document);
	assert_int_equal(json_find_count(document, "streams"), 2);
	assert_int_equal(json_find_count(document, "nothing"), 0);
	assert_true(json_find_integer(document, "streams.0.width", &number));
	assert_int_equal(number, 720);
	assert_true(json_find_integer(document, "streams.1.width", &number));
	assert_int_equal(number, 16);
	assert_true(json_find_string(document, "streams.1.rate", &found));
	assert_true(text_is(found, "30/1"));
	assert_false(json_find_integer(document, "streams.1.rate", &number));
	assert_false(json_find_integer(document, "streams.1.x", &number));
	assert_false(json_find_integer(document, "streams.2.width", &number));
	assert_false(json_find_integer(document, "streams.-1.width", &number));
	assert_false(json_find_integer(document, "n.m", &number));
	json_free(document);
}

static void
what_is_not_json_is_not_parsed(void **state)
{
	static const char *const bad[] = {
		"", "{", "{\"a\":}", "[1,2", "}", "nul",
		"[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
	};
	static char large[70 * KIB];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++)
		assert_null(json_parse(text_of(bad[i])));
	memset(large, ' ', sizeof(large));
	large[0] = '1';
	assert_null(json_parse((struct text){ large, sizeof(large) }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_and_nesting_come_by_themselves),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(long_answers_read_back_the_same),
		cmocka_unit_test(a_full_arena_stops_the_writer),
		cmocka_unit_test(documents_are_searched_by_path),
		cmocka_unit_test(what_is_not_json_is_not_parsed),
	};
	int failed;

	arena_init(&arena, 4 * MIB);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
