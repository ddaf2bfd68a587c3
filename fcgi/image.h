/* image.h - what a JPEG, PNG or WebP file says of itself.
 *
 * Read by ourselves, before any program sees the file: its kind, its size, how
 * it is to be turned (Exif) and whether it reaches its end.  The file is a
 * stranger's; no number in it is believed, nothing is allocated, and the time
 * is that of reading it once.
 *
 * JPEG: ISO/IEC 10918-1 annex B; PNG: its specification, 5; WebP: RFC 9649;
 * Exif: CIPA DC-008 4.6.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <sys/types.h>

#include "errors.h"

enum image_kind { IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP };

struct image {
	enum image_kind kind;
	int64_t width, height;	/* as stored, not as turned */
	unsigned orientation;	/* 1 (upright) … 8, as Exif counts */
	bool exif;		/* there is such a thing */
};

/* Reads a part of a file.  NOT_A_PICTURE, PICTURE_FORMAT (*name is the other
 * format's, or of what is special in this one), PICTURE_CUT_SHORT,
 * PICTURE_UNREADABLE, INTERNAL. */
enum err	image_read(struct image *, int fd, off_t start, off_t size,
	    const char **name);

#endif
