/* Multipart bodies: whole, odd, and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "multipart.h"

static struct arena arena;
static struct form form;
static struct upload uploads[MULTIPART_FILES];
#define upload uploads[0]

static enum err
read_bytes(const char *bytes, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	enum err e;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	memset(&form, 0, sizeof(form));
	memset(uploads, 0, sizeof(uploads));
	uploads[0].name = "data";
	uploads[1].name = "more";
	e = multipart_read(fd, text_of("B"), &arena, &form, uploads);
	close(fd);
	return e;
}

static enum err
read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void
assert_field(const char *name, const char *value)
{
	struct text found;

	assert_true(form_find(&form, name, &found));
	assert_true(text_is(found, value));
}

#define FIELD(name, value) "--B\r\nContent-Disposition: form-data; " \
	"name=\"" name "\"\r\n\r\n" value "\r\n"
#define PART(name, file, value) "--B\r\ncontent-disposition:form-data;" \
	"filename=\"" file "\";name=" name "\r\nContent-Type: " \
	"application/octet-stream\r\n\r\n" value "\r\n"

static void
fields_and_the_file_come_in_any_order(void **state)
{
	static const char first[] = PART("data", "x.mp4", "12345")
	    FIELD("token", "t") FIELD("title", "a\r\nb") "--B--\r\n";
	static const char last[] = FIELD("token", "t") FIELD("title", "a\r\nb")
	    PART("data", "x.mp4", "12345") "--B--";

	(void)state;
	assert_int_equal(read_text(first), OK);
	assert_field("token", "t");
	assert_field("title", "a\r\nb");
	assert_int_equal(upload.count, 1);
	assert_true(upload.named);
	assert_int_equal(upload.size, 5);
	assert_memory_equal(first + upload.start, "12345", 5);
	assert_int_equal(read_text(last), OK);
	assert_field("token", "t");
	assert_memory_equal(last + upload.start, "12345", 5);
}

static void
what_looks_like_a_delimiter_is_data(void **state)
{
	static const char body[] = "preamble\r\n" PART("data", "x",
	    "--B\r\n\r\n--BB\r\n\r\n--B-\r\n\r\n--Bx--") "--B  \r\n"
	    "Content-Disposition: form-data; name=a\r\n\r\n\r\n--B--epilogue";

	(void)state;
	/* "\r\n--B" with blanks and a line end after it is a delimiter; "--B"
	 * at the very start of a part's data is not. */
	assert_int_equal(read_text(body), OK);
	assert_int_equal(upload.size,
	    strlen("--B\r\n\r\n--BB\r\n\r\n--B-\r\n\r\n--Bx--"));
	assert_field("a", "");
}

static void
file_parts_are_counted_and_named(void **state)
{
	(void)state;
	assert_int_equal(read_text("--B--\r\n"), OK);
	assert_int_equal(upload.count, 0);
	assert_int_equal(read_text(PART("data", "", "") "--B--"), OK);
	assert_int_equal(upload.count, 1);
	assert_false(upload.named);
	assert_int_equal(read_text(PART("data", "a", "") "--B--"), OK);
	assert_true(upload.named);
	assert_int_equal(upload.size, 0);
	assert_int_equal(read_text(FIELD("data", "12") "--B--"), OK);
	assert_true(upload.named);
	assert_int_equal(upload.size, 2);
	assert_int_equal(read_text(PART("data", "a", "1") PART("data", "b", "2")
	    "--B--"), OK);
	assert_int_equal(upload.count, 2);
	assert_int_equal(read_text(PART("other", "a", "1") "--B--"), OK);
	assert_int_equal(upload.count, 1);
	assert_false(upload.named);
}

static void
two_files_are_told_apart(void **state)
{
	static const char body[] = PART("more", "b", "22") FIELD("a", "1")
	    PART("data", "a", "1") "--B--";

	(void)state;
	assert_int_equal(read_text(body), OK);
	assert_int_equal(uploads[0].count, 1);
	assert_int_equal(uploads[1].count, 1);
	assert_memory_equal(body + uploads[0].start, "1", 1);
	assert_memory_equal(body + uploads[1].start, "22", 2);
	assert_int_equal(uploads[1].size, 2);
	/* A stranger could be meant for either. */
	assert_int_equal(read_text(PART("other", "a", "1")
	    PART("more", "b", "22") "--B--"), OK);
	assert_int_equal(uploads[0].count, 1);
	assert_false(uploads[0].named);
	assert_int_equal(uploads[1].count, 2);
	assert_true(uploads[1].named);
	assert_int_equal(read_text(PART("more", "a", "1")
	    PART("more", "b", "22") "--B--"), OK);
	assert_int_equal(uploads[0].count, 0);
	assert_int_equal(uploads[1].count, 2);
	assert_int_equal(uploads[1].size, 1);
}

static void
quoted_names_are_unescaped(void **state)
{
	(void)state;
	assert_int_equal(read_text("--B\r\nContent-Disposition: form-data; "
	    "name=\"a\\\"b\\\\c\\d\"\r\n\r\n1\r\n--B--"), OK);
	assert_field("a\"b\\c\\d", "1");
}

static void
broken_bodies_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "hello", "--B", "--B\r\n", "--B\r\n\r\n",
		"--B\r\n\r\nx\r\n--B--",
		"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--",
		"--B\r\nContent-Disposition: file; name=a\r\n\r\nx\r\n--B--",
		"--B\r\nContent-Disposition: form-data; name=a\r\nx\r\n--B--",
		"--B\nContent-Disposition: form-data; name=a\n\nx\n--B--",
		FIELD("a", "1"), FIELD("a", "1") "--B",
		PART("data", "x", "no end"),
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++)
		if (read_text(bad[i]) != ERR_FORM_BROKEN)
			fail_msg("row %zu was not refused", i);
}

static void
caps_hold(void **state)
{
	static char body[MULTIPART_FIELD + 200];
	size_t n, i;

	(void)state;
	for (n = i = 0; i <= MULTIPART_PARTS; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n,
		    FIELD("a", "1"));
	snprintf(body + n, sizeof(body) - n, "--B--");
	assert_int_equal(read_text(body), ERR_TOO_MANY_FIELDS);

	n = (size_t)snprintf(body, sizeof(body), "--B\r\nX: ");
	memset(body + n, 'x', MULTIPART_HEADER);
	snprintf(body + n + MULTIPART_HEADER, 100, "\r\n"
	    "Content-Disposition: form-data; name=a\r\n\r\nx\r\n--B--");
	assert_int_equal(read_text(body), ERR_FORM_BROKEN);

	n = (size_t)snprintf(body, sizeof(body), "--B\r\n"
	    "Content-Disposition: form-data; name=a\r\n\r\n");
	memset(body + n, 'x', MULTIPART_FIELD + 1);
	snprintf(body + n + MULTIPART_FIELD + 1, 100, "\r\n--B--");
	assert_int_equal(read_text(body), ERR_PARAM_TOO_LONG);
}

/* A delimiter at every place around the window's border is found. */
static void
a_delimiter_across_the_window_is_found(void **state)
{
	static char body[MULTIPART_WINDOW * 2];
	static const char head[] = "--B\r\nContent-Disposition: form-data; "
	    "name=data; filename=x\r\n\r\n";
	size_t size, shift;

	(void)state;
	for (shift = 0; shift < 12; shift++) {
		size = MULTIPART_WINDOW - 8 + shift;
		memcpy(body, head, strlen(head));
		memset(body + strlen(head), '\r', size);
		memcpy(body + strlen(head) + size, "\r\n--B--", 7);
		assert_int_equal(read_bytes(body, strlen(head) + size + 7),
		    OK);
		assert_int_equal(upload.start, strlen(head));
		assert_int_equal(upload.size, size);
		arena_reset(&arena);
	}
}

/* How often this process has read from a file (proc(5)). */
static long
reads_so_far(void)
{
	char line[64];
	long count = -1;
	FILE *file = fopen("/proc/self/io", "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "syscr: %ld", &count) == 1)
			break;
	fclose(file);
	assert_true(count >= 0);
	return count;
}

/* A body full of what begins like a delimiter is read once all the same: two
 * such uploads of 20 MB once kept two workers busy for 12 s. */
static void
false_delimiters_cost_no_further_reading(void **state)
{
	static char body[16 * MULTIPART_WINDOW];
	static const char head[] = "--B\r\nContent-Disposition: form-data; "
	    "name=data; filename=x\r\n\r\n", end[] = "\r\n--B--";
	size_t n = strlen(head);
	long before, reads;

	(void)state;
	memcpy(body, head, n);
	for (; n + 6 + strlen(end) < sizeof(body); n += 6)
		memcpy(body + n, "\r\n--B_", 6);
	memcpy(body + n, end, strlen(end));
	before = reads_so_far();
	assert_int_equal(read_bytes(body, n + strlen(end)), OK);
	reads = reads_so_far() - before;
	assert_int_equal(upload.size, n - strlen(head));
	assert_true(reads < 40);
}

/* Once the memory of a whole request went into one line of 8 kB. */
static void
a_header_of_many_parameters_costs_little_memory(void **state)
{
	static char body[MULTIPART_HEADER + 100];
	size_t n;

	(void)state;
	n = (size_t)snprintf(body, sizeof(body), "--B\r\n"
	    "Content-Disposition: form-data; name=\"a\"");
	while (n < MULTIPART_HEADER - 100) {
		memcpy(body + n, "; =", 3);
		n += 3;
	}
	snprintf(body + n, sizeof(body) - n, "\r\n\r\n1\r\n--B--");
	assert_int_equal(read_text(body), OK);
	assert_field("a", "1");
	assert_true(arena.taken < 128 * KIB);
}

static void
the_boundary_is_found_in_the_content_type(void **state)
{
	static const struct {
		const char *type, *boundary;
	} rows[] = {
		{ "multipart/form-data; boundary=abc", "abc" },
		{ "Multipart/Form-Data;boundary=\"a b\"; charset=x", "a b" },
		{ "multipart/form-data; charset=utf-8; BOUNDARY=x", "x" },
		{ "multipart/form-data", NULL },
		{ "multipart/form-data; boundary=", NULL },
		{ "multipart/mixed; boundary=abc", NULL },
		{ "", NULL },
		{ "multipart/form-data; boundary=0123456789012345678901234567"
		    "890123456789012345678901234567890123456789012", NULL },
	};
	struct text boundary;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		bool found = multipart_boundary(&arena, text_of(rows[i].type),
		    &boundary);

		assert_int_equal(found, rows[i].boundary != NULL);
		if (found)
			assert_true(text_is(boundary, rows[i].boundary));
	}
}

static int
forget(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    fields_and_the_file_come_in_any_order, forget),
		cmocka_unit_test_teardown(
		    what_looks_like_a_delimiter_is_data, forget),
		cmocka_unit_test_teardown(
		    file_parts_are_counted_and_named, forget),
		cmocka_unit_test_teardown(two_files_are_told_apart, forget),
		cmocka_unit_test_teardown(quoted_names_are_unescaped, forget),
		cmocka_unit_test_teardown(broken_bodies_are_refused, forget),
		cmocka_unit_test_teardown(caps_hold, forget),
		cmocka_unit_test_teardown(
		    a_delimiter_across_the_window_is_found, forget),
		cmocka_unit_test_teardown(
		    false_delimiters_cost_no_further_reading, forget),
		cmocka_unit_test_teardown(
		    a_header_of_many_parameters_costs_little_memory, forget),
		cmocka_unit_test_teardown(
		    the_boundary_is_found_in_the_content_type, forget),
	};
	int failed;

	arena_init(&arena, 4 * MIB);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
