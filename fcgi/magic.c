#include "magic.h"

#include <string.h>
#include <unistd.h>

#include "base.h"

#define ENOUGH 512	/* the last row that looks far: byte 388 */

/* Every row of a name must hold (a row without a name continues the one above);
 * the first name that holds is the answer. */
struct magic {
	const char *name;
	size_t at, length;
	const char *bytes;
};

static const struct magic videos[] = {
	/* Matroska's DocType stands within the first dozen elements; all
	 * writers put it at 24 or 31 when it is WebM. */
	{ "WebM", 0, 4, "\x1a\x45\xdf\xa3" },
	{ NULL, 24, 4, "webm" },
	{ "WebM", 0, 4, "\x1a\x45\xdf\xa3" },
	{ NULL, 31, 4, "webm" },
	{ "Matroska", 0, 4, "\x1a\x45\xdf\xa3" },
	{ "AVI", 0, 4, "RIFF" },
	{ NULL, 8, 3, "AVI" },
	{ "FLV", 0, 4, "FLV\x01" },
	{ "MPEG-TS", 0, 1, "\x47" },
	{ NULL, 188, 1, "\x47" },
	{ NULL, 376, 1, "\x47" },
	{ "MPEG-TS", 4, 1, "\x47" },		/* with time stamps: M2TS */
	{ NULL, 196, 1, "\x47" },
	{ NULL, 388, 1, "\x47" },
	{ "MPEG-PS", 0, 4, "\0\0\1\xba" },
	{ "MPEG", 0, 4, "\0\0\1\xb3" },
	{ "WMV", 0, 8, "\x30\x26\xb2\x75\x8e\x66\xcf\x11" },
	{ "WTV", 0, 8, "\xb7\xd8\x00\x20\x37\x49\xda\x11" },
	{ "Ogg", 0, 4, "OggS" },
	{ "RealMedia", 0, 4, ".RMF" },
	{ "MXF", 0, 4, "\x06\x0e\x2b\x34" },
	{ "IVF", 0, 4, "DKIF" },
	{ "YUV4MPEG", 0, 9, "YUV4MPEG2" },
	{ "H.264", 0, 5, "\0\0\0\1\x67" },	/* a bare stream, SPS first */
	{ "H.264", 0, 5, "\0\0\0\1\x27" },
	{ "HEVC", 0, 6, "\0\0\0\1\x40\1" },	/* VPS first */
};

static const struct magic pictures[] = {
	{ "GIF", 0, 4, "GIF8" },
	{ "AVIF", 4, 8, "ftypavif" },
	{ "AVIF", 4, 8, "ftypavis" },
	{ "HEIC", 4, 8, "ftypheic" },
	{ "HEIC", 4, 8, "ftypheix" },
	{ "HEIC", 4, 8, "ftyphevc" },
	{ "HEIF", 4, 8, "ftypmif1" },
	{ "HEIF", 4, 8, "ftypmsf1" },
	{ "TIFF", 0, 4, "II*\0" },
	{ "TIFF", 0, 4, "MM\0*" },
	{ "BMP", 0, 2, "BM" },
	{ NULL, 6, 4, "\0\0\0\0" },
	{ "JPEG 2000", 0, 12, "\0\0\0\14jP  \r\n\x87\n" },
	{ "JPEG 2000", 0, 4, "\xff\x4f\xff\x51" },
	{ "JPEG XL", 0, 12, "\0\0\0\14JXL \r\n\x87\n" },
	{ "JPEG XL", 0, 2, "\xff\x0a" },
	{ "ICO", 0, 4, "\0\0\1\0" },
	{ "PSD", 0, 4, "8BPS" },
	{ "SVG", 0, 4, "<svg" },
};

/* The name that holds in a table of so many rows. */
static const char *
find(const struct magic *magics, size_t count, int fd, off_t start, off_t size)
{
	unsigned char bytes[ENOUGH] = { 0 };
	const struct magic *magic;
	const char *name = NULL;
	size_t i, n = size < ENOUGH ? (size_t)size : ENOUGH;
	ssize_t got = pread(fd, bytes, n, start);
	bool holds = false;

	for (i = 0; i < count; i++) {
		magic = &magics[i];
		if (magic->name != NULL) {
			if (holds)
				return name;
			name = magic->name;
			holds = true;
		}
		holds = holds && got >= (ssize_t)(magic->at + magic->length) &&
		    memcmp(bytes + magic->at, magic->bytes,
		    magic->length) == 0;
	}
	return holds ? name : NULL;
}

const char *
magic_name(int fd, off_t start, off_t size)
{
	return find(videos, ARRAY_LEN(videos), fd, start, size);
}

const char *
magic_picture_name(int fd, off_t start, off_t size)
{
	return find(pictures, ARRAY_LEN(pictures), fd, start, size);
}
