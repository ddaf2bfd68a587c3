/* What picture files say of themselves: read right, and no byte believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "image.h"

#define BYTES(s) (s), sizeof(s) - 1

static struct image image;
static const char *name;

/* Reads bytes that lie behind others in a file, before others. */
static enum err
read_image(const char *bytes, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	enum err e;

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "before", 6, 0), 6);
	assert_int_equal(pwrite(fd, bytes, n, 6), n);
	assert_int_equal(pwrite(fd, "\xff\xd9", 2, 6 + (off_t)n), 2);
	name = NULL;
	e = image_read(&image, fd, 6, (off_t)n, &name);
	close(fd);
	return e;
}

#define SOI "\xff\xd8"
#define EOI "\xff\xd9"
#define SOF(number) "\xff" number "\0\x0b\x08\x01\x02\x03\x04\1\1\x11\0"
#define SOS "\xff\xda\0\x08\1\1\0\0\x3f\0"
#define EXIF(order, rest) "\xff\xe1\0\x22" "Exif\0\0" order rest
#define INTEL EXIF("II*\0", "\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0" \
	"\0\0\0\0")
#define MOTOROLA EXIF("MM\0*", "\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\x08\0\0" \
	"\0\0\0\0")

static const char jpeg[] = SOI INTEL SOF("\xc0") SOS
    "coded \xff\0 data \xff\xd0 more" EOI;
static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\1\2\0\0\3\4"
    "\x08\2\0\0\0crc!\0\0\0\x1a" "eXIfII*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0"
    "\3\0\0\0\0\0\0\0crc!\0\0\0\0IENDcrc!";
static const char webp[] = "RIFF\x1e\0\0\0WEBPVP8 \x0a\0\0\0\x10\0\0\x9d\1\x2a"
    "\2\1\4\3EXIF\0\0\0\0";
static const char lossless[] = "RIFF\x12\0\0\0WEBPVP8L\5\0\0\0\x2f\1\xc1\xc0\0"
    "\0";

static void
each_kind_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_image(BYTES(jpeg)), OK);
	assert_int_equal(image.kind, IMAGE_JPEG);
	assert_int_equal(image.height, 0x102);
	assert_int_equal(image.width, 0x304);
	assert_int_equal(image.orientation, 6);
	assert_int_equal(read_image(BYTES(png)), OK);
	assert_int_equal(image.kind, IMAGE_PNG);
	assert_int_equal(image.width, 0x102);
	assert_int_equal(image.height, 0x304);
	assert_int_equal(image.orientation, 3);
	assert_int_equal(read_image(BYTES(webp)), OK);
	assert_int_equal(image.kind, IMAGE_WEBP);
	assert_int_equal(image.width, 0x102);
	assert_int_equal(image.height, 0x304);
	assert_int_equal(image.orientation, 1);
	assert_int_equal(read_image(BYTES(lossless)), OK);
	assert_int_equal(image.width, 0x102);
	assert_int_equal(image.height, 0x304);
}

static void
both_orders_of_exif_are_read_and_the_first_counts(void **state)
{
	(void)state;
	assert_int_equal(read_image(BYTES(SOI MOTOROLA INTEL SOF("\xc2") SOS
	    EOI)), OK);
	assert_int_equal(image.orientation, 8);
	assert_true(image.exif);
	assert_int_equal(read_image(BYTES(SOI SOF("\xc1") SOS EOI)), OK);
	assert_int_equal(image.orientation, 1);
	assert_false(image.exif);
}

static void
what_is_not_one_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum err e;
		const char *name;
	} rows[] = {
		{ BYTES(""), ERR_NOT_A_PICTURE, NULL },
		{ BYTES("\xff\xd8"), ERR_NOT_A_PICTURE, NULL },
		{ BYTES("GIF89a"), ERR_PICTURE_FORMAT, "GIF" },
		{ BYTES("BM\1\2\3\4\0\0\0\0"), ERR_PICTURE_FORMAT, "BMP" },
		{ BYTES("BMW"), ERR_NOT_A_PICTURE, NULL },
		{ BYTES("RIFF\x0c\0\0\0WEBPANIM\0\0\0\0"), ERR_PICTURE_FORMAT,
		    "animated WebP" },
		{ BYTES(SOI SOF("\xc0") EOI), ERR_PICTURE_UNREADABLE, NULL },
		{ BYTES(SOI SOF("\xc3") SOS EOI), ERR_PICTURE_UNREADABLE,
		    NULL },
		{ BYTES(SOI SOF("\xc0") SOF("\xc0") SOS EOI),
		    ERR_PICTURE_UNREADABLE, NULL },
		{ BYTES(SOI SOS EOI), ERR_PICTURE_UNREADABLE, NULL },
		{ BYTES(SOI "\xff\xe0\0\1" EOI), ERR_PICTURE_UNREADABLE,
		    NULL },
		{ BYTES(SOI SOF("\xc0") SOS "\xff\0"), ERR_PICTURE_CUT_SHORT,
		    NULL },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\0IENDcrc!"),
		    ERR_PICTURE_UNREADABLE, NULL },
		{ BYTES("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDRcrc!"),
		    ERR_PICTURE_CUT_SHORT, NULL },
		{ BYTES("RIFF\xff\xff\xff\xffWEBP"), ERR_PICTURE_CUT_SHORT,
		    NULL },
		{ BYTES("RIFF\4\0\0\0WEBP"), ERR_PICTURE_UNREADABLE, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(read_image(rows[i].bytes, rows[i].n),
		    rows[i].e);
		if (rows[i].name != NULL)
			assert_string_equal(name, rows[i].name);
	}
}

static const struct {
	const char *bytes;
	size_t n;
} whole[] = {
	{ BYTES(jpeg) }, { BYTES(png) }, { BYTES(webp) }, { BYTES(lossless) },
};

static void
no_beginning_is_taken_for_the_whole(void **state)
{
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_LEN(whole); i++)
		for (n = 0; n < whole[i].n; n++)
			assert_int_not_equal(read_image(whole[i].bytes, n),
			    OK);
}

/* Each byte in turn is each of some values, read under the sanitizers. */
static void
no_byte_is_believed(void **state)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff };
	char bytes[sizeof(jpeg) + sizeof(png)];
	size_t i, at, v;

	(void)state;
	for (i = 0; i < ARRAY_LEN(whole); i++)
		for (at = 0; at < whole[i].n; at++)
			for (v = 0; v < ARRAY_LEN(values); v++) {
				memcpy(bytes, whole[i].bytes, whole[i].n);
				bytes[at] = (char)values[v];
				(void)read_image(bytes, whole[i].n);
				assert_in_range(image.orientation, 1, 8);
			}
}

/* A tag that stands past the end, and a table without an end. */
static void
exif_may_lie(void **state)
{
	static const char far[] = SOI EXIF("II*\0", "\xff\xff\xff\xff"
	    "\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0") SOF("\xc0") SOS EOI;
	static const char many[] = SOI EXIF("II*\0", "\x08\0\0\0\xff\xff"
	    "\x13\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0") SOF("\xc0") SOS EOI;

	(void)state;
	assert_int_equal(read_image(BYTES(far)), OK);
	assert_int_equal(image.orientation, 1);
	assert_int_equal(read_image(BYTES(many)), OK);
	assert_int_equal(image.orientation, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_read),
		cmocka_unit_test(
		    both_orders_of_exif_are_read_and_the_first_counts),
		cmocka_unit_test(what_is_not_one_is_refused),
		cmocka_unit_test(no_beginning_is_taken_for_the_whole),
		cmocka_unit_test(no_byte_is_believed),
		cmocka_unit_test(exif_may_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
