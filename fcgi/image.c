#include "image.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "magic.h"

#define WINDOW (64 * KIB)

struct file {
	int fd;
	off_t start, size;
	off_t at;		/* of the window */
	size_t have;
	bool failed;
};

/* A process reads one picture at a time. */
static unsigned char window[WINDOW];

static void
move_window(struct file *file, off_t at)
{
	off_t left = file->size - at;
	ssize_t n;

	do
		n = pread(file->fd, window, left < (off_t)WINDOW ?
		    (size_t)left : WINDOW, file->start + at);
	while (n < 0 && errno == EINTR);
	file->at = at;
	file->have = n > 0 ? (size_t)n : 0;
	if (n <= 0)
		file->failed = true;	/* shorter than we were told */
}

/* A byte; 0 outside of the file. */
static unsigned
byte(struct file *file, off_t at)
{
	if (at < 0 || at >= file->size || file->failed)
		return 0;
	if (at < file->at || at >= file->at + (off_t)file->have)
		move_window(file, at);
	return file->failed ? 0 : window[at - file->at];
}

/* An integer of n bytes, the highest or the lowest first. */
static uint32_t
integer(struct file *file, off_t at, int n, bool little)
{
	uint32_t value = 0;
	int i;

	for (i = 0; i < n; i++)
		value |= (uint32_t)byte(file, at + i) <<
		    8 * (little ? i : n - 1 - i);
	return value;
}

#define BIG_AT(at, n) integer(file, at, n, false)
#define LITTLE_AT(at, n) integer(file, at, n, true)

static bool
is(struct file *file, off_t at, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (byte(file, at + (off_t)i) != (unsigned char)bytes[i])
			return false;
	return at + (off_t)n <= file->size;
}

/* Looks for the tag "Orientation" in what is a little TIFF file. */
static void
read_exif(struct image *image, struct file *file, off_t at, off_t end)
{
	bool little = is(file, at, "II*\0", 4);
	uint32_t count, i, value;
	off_t entry;

	/* The first counts: a file full of them takes no longer. */
	if (image->exif)
		return;
	image->exif = true;
	if (!little && !is(file, at, "MM\0*", 4))
		return;
	entry = at + (off_t)integer(file, at + 4, 4, little);
	count = integer(file, entry, 2, little);
	entry += 2;
	for (i = 0; i < count && entry + 12 <= end; i++, entry += 12) {
		if (integer(file, entry, 2, little) != 0x0112)
			continue;
		value = integer(file, entry + 8, 2, little);
		if (integer(file, entry + 2, 2, little) == 3 &&
		    value >= 1 && value <= 8)
			image->orientation = value;
		return;
	}
}

/* Moves behind the next marker and returns it, -1 at the end of the file.  In
 * coded data FF is followed by 00, or by D0 to D7, which have no segment. */
static int
next_marker(struct file *file, off_t *at)
{
	unsigned marker;

	for (; *at + 1 < file->size; ++*at) {
		if (byte(file, *at) != 0xff)
			continue;
		marker = byte(file, *at + 1);
		if (marker == 0 || marker == 0xff ||
		    (marker >= 0xd0 && marker <= 0xd7))
			continue;
		*at += 2;
		return (int)marker;
	}
	return -1;
}

/* Whether it begins a frame (SOF). */
static bool
is_frame(int marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	    marker != 0xc8 && marker != 0xcc;
}

/* Baseline, extended and progressive ones: not lossless, not arithmetic, and
 * no second one, which could be of another size. */
static enum err
read_frame(struct image *image, struct file *file, int marker, off_t at)
{
	if (marker > 0xc2 || image->width != 0)
		return ERR_PICTURE_UNREADABLE;
	image->height = BIG_AT(at + 3, 2);
	image->width = BIG_AT(at + 5, 2);
	return OK;
}

static enum err
read_jpeg(struct image *image, struct file *file)
{
	off_t at = 2, end;
	bool scanned = false;
	int marker;

	image->kind = IMAGE_JPEG;
	while ((marker = next_marker(file, &at)) != 0xd9) {
		if (marker < 0)
			return ERR_PICTURE_CUT_SHORT;
		if (marker == 0xd8 || marker == 0x01)
			continue;
		if ((end = at + (off_t)BIG_AT(at, 2)) < at + 2 ||
		    (is_frame(marker) && read_frame(image, file, marker, at)))
			return ERR_PICTURE_UNREADABLE;
		if (marker == 0xe1 && is(file, at + 2, "Exif\0\0", 6))
			read_exif(image, file, at + 8, end);
		scanned = scanned || marker == 0xda;
		at = end;
	}
	return scanned ? OK : ERR_PICTURE_UNREADABLE;
}

/* Of one that moves this is the still for those who cannot. */
static enum err
read_png(struct image *image, struct file *file)
{
	off_t at = 8, end;
	bool first = true;

	image->kind = IMAGE_PNG;
	for (;; at = end, first = false) {
		/* length, type, data, checksum */
		end = at + 12 + (off_t)BIG_AT(at, 4);
		if (at + 12 > file->size || end > file->size)
			return ERR_PICTURE_CUT_SHORT;
		if (first != is(file, at + 4, "IHDR", 4))
			return ERR_PICTURE_UNREADABLE;
		if (first) {
			image->width = BIG_AT(at + 8, 4);
			image->height = BIG_AT(at + 12, 4);
		}
		if (is(file, at + 4, "eXIf", 4))
			read_exif(image, file, at + 8, end - 4);
		if (is(file, at + 4, "IEND", 4))
			return OK;
	}
}

/* A frame's own size, which counts where it is not the canvas's. */
static void
read_webp_frame(struct image *image, struct file *file, off_t at)
{
	uint32_t bits;

	if (is(file, at, "VP8 ", 4) && is(file, at + 11, "\x9d\x01\x2a", 3)) {
		image->width = LITTLE_AT(at + 14, 2) & 0x3fff;
		image->height = LITTLE_AT(at + 16, 2) & 0x3fff;
	} else if (is(file, at, "VP8L", 4) && is(file, at + 8, "\x2f", 1)) {
		bits = LITTLE_AT(at + 9, 4);
		image->width = (bits & 0x3fff) + 1;
		image->height = (bits >> 14 & 0x3fff) + 1;
	}
}

static enum err
read_webp(struct image *image, struct file *file, const char **name)
{
	off_t at, next, end = 8 + (off_t)LITTLE_AT(4, 4);

	image->kind = IMAGE_WEBP;
	if (end > file->size)
		return ERR_PICTURE_CUT_SHORT;
	for (at = 12; at + 8 <= end; at = next + (next & 1)) {
		next = at + 8 + (off_t)LITTLE_AT(at + 4, 4);
		if (next > end)
			return ERR_PICTURE_CUT_SHORT;
		if (is(file, at, "ANIM", 4)) {
			*name = "animated WebP";
			return ERR_PICTURE_FORMAT;
		}
		read_webp_frame(image, file, at);
		/* Some write the beginning of JPEG's segment before it. */
		if (is(file, at, "EXIF", 4))
			read_exif(image, file, at + 8 +
			    (is(file, at + 8, "Exif\0\0", 6) ? 6 : 0), next);
	}
	return OK;
}

static enum err
read_any(struct image *image, struct file *file, const char **name)
{
	if (is(file, 0, "\xff\xd8\xff", 3))
		return read_jpeg(image, file);
	if (is(file, 0, "\x89PNG\r\n\x1a\n", 8))
		return read_png(image, file);
	if (is(file, 0, "RIFF", 4) && is(file, 8, "WEBP", 4))
		return read_webp(image, file, name);
	*name = magic_picture_name(file->fd, file->start, file->size);
	return *name != NULL ? ERR_PICTURE_FORMAT : ERR_NOT_A_PICTURE;
}

enum err
image_read(struct image *image, int fd, off_t start, off_t size,
    const char **name)
{
	struct file file = { .fd = fd, .start = start, .size = size };
	enum err e;

	*image = (struct image){ .orientation = 1 };
	e = read_any(image, &file, name);
	if (file.failed) {
		log_line(LOG_ERROR, "cannot read a picture: %s",
		    strerror(errno));
		return ERR_INTERNAL;
	}
	if (!e && (image->width == 0 || image->height == 0))
		return ERR_PICTURE_UNREADABLE;
	return e;
}
