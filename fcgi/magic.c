#include "magic.h"

#include <string.h>
#include <unistd.h>

#define ENOUGH 512	/* the last row that looks far: byte 388 */

/* Every row of a name must hold (a row without a name continues the one above);
 * the first name that holds is the answer. */
struct magic {
	const char *name, *demuxer;
	size_t at, length;
	const char *bytes;
};

static const struct magic videos[] = {
	/* Matroska's DocType stands within the first dozen elements; all
	 * writers put it at 24 or 31 when it is WebM. */
	{ "WebM", "matroska", 0, 4, "\x1a\x45\xdf\xa3" },
	{ NULL, NULL, 24, 4, "webm" },
	{ "WebM", "matroska", 0, 4, "\x1a\x45\xdf\xa3" },
	{ NULL, NULL, 31, 4, "webm" },
	{ "Matroska", "matroska", 0, 4, "\x1a\x45\xdf\xa3" },
	{ "AVI", "avi", 0, 4, "RIFF" },
	{ NULL, NULL, 8, 3, "AVI" },
	{ "FLV", "flv", 0, 4, "FLV\x01" },
	{ "MPEG-TS", "mpegts", 0, 1, "\x47" },
	{ NULL, NULL, 188, 1, "\x47" },
	{ NULL, NULL, 376, 1, "\x47" },
	{ "MPEG-TS", "mpegts", 4, 1, "\x47" },	/* with time stamps: M2TS */
	{ NULL, NULL, 196, 1, "\x47" },
	{ NULL, NULL, 388, 1, "\x47" },
	{ "MPEG-PS", "mpeg", 0, 4, "\0\0\1\xba" },
	{ "MPEG", NULL, 0, 4, "\0\0\1\xb3" },
	{ "WMV", "asf", 0, 8, "\x30\x26\xb2\x75\x8e\x66\xcf\x11" },
	{ "WTV", NULL, 0, 8, "\xb7\xd8\x00\x20\x37\x49\xda\x11" },
	{ "Ogg", NULL, 0, 4, "OggS" },
	{ "RealMedia", NULL, 0, 4, ".RMF" },
	{ "MXF", NULL, 0, 4, "\x06\x0e\x2b\x34" },
	{ "IVF", NULL, 0, 4, "DKIF" },
	{ "YUV4MPEG", NULL, 0, 9, "YUV4MPEG2" },
	{ "H.264", NULL, 0, 5, "\0\0\0\1\x67" },	/* bare, SPS first */
	{ "H.264", NULL, 0, 5, "\0\0\0\1\x27" },
	{ "HEVC", NULL, 0, 6, "\0\0\0\1\x40\1" },	/* VPS first */
};

static const struct magic pictures[] = {
	{ "GIF", NULL, 0, 4, "GIF8" },
	{ "AVIF", NULL, 4, 8, "ftypavif" },
	{ "AVIF", NULL, 4, 8, "ftypavis" },
	{ "HEIC", NULL, 4, 8, "ftypheic" },
	{ "HEIC", NULL, 4, 8, "ftypheix" },
	{ "HEIC", NULL, 4, 8, "ftyphevc" },
	{ "HEIF", NULL, 4, 8, "ftypmif1" },
	{ "HEIF", NULL, 4, 8, "ftypmsf1" },
	{ "TIFF", NULL, 0, 4, "II*\0" },
	{ "TIFF", NULL, 0, 4, "MM\0*" },
	{ "BMP", NULL, 0, 2, "BM" },
	{ NULL, NULL, 6, 4, "\0\0\0\0" },
	{ "JPEG 2000", NULL, 0, 12, "\0\0\0\14jP  \r\n\x87\n" },
	{ "JPEG 2000", NULL, 0, 4, "\xff\x4f\xff\x51" },
	{ "JPEG XL", NULL, 0, 12, "\0\0\0\14JXL \r\n\x87\n" },
	{ "JPEG XL", NULL, 0, 2, "\xff\x0a" },
	{ "ICO", NULL, 0, 4, "\0\0\1\0" },
	{ "PSD", NULL, 0, 4, "8BPS" },
	{ "SVG", NULL, 0, 4, "<svg" },
};

/* The first row of a table of so many that holds. */
static bool
find(struct container *found, const struct magic *magics, size_t count, int fd,
    off_t start, off_t size)
{
	unsigned char bytes[ENOUGH] = { 0 };
	const struct magic *magic;
	size_t i, n = size < ENOUGH ? (size_t)size : ENOUGH;
	ssize_t got = pread(fd, bytes, n, start);
	bool holds = false;

	for (i = 0; i < count; i++) {
		magic = &magics[i];
		if (magic->name != NULL) {
			if (holds)
				return true;
			*found = (struct container){ magic->name,
			    magic->demuxer };
			holds = true;
		}
		holds = holds && got >= (ssize_t)(magic->at + magic->length) &&
		    memcmp(bytes + magic->at, magic->bytes,
		    magic->length) == 0;
	}
	return holds;
}

bool
magic_find(struct container *found, int fd, off_t start, off_t size)
{
	return find(found, videos, ARRAY_LEN(videos), fd, start, size);
}

const char *
magic_picture_name(int fd, off_t start, off_t size)
{
	struct container found;

	return find(&found, pictures, ARRAY_LEN(pictures), fd, start, size) ?
	    found.name : NULL;
}
