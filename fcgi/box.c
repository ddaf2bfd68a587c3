#include "box.h"

#include <errno.h>
#include <unistd.h>

#define HEADER 8	/* size and type */
#define LONG_HEADER 16	/* and a size of 64 bits */

unsigned
box_u16(const unsigned char *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

uint32_t
box_u32(const unsigned char *bytes)
{
	return (uint32_t)box_u16(bytes) << 16 | box_u16(bytes + 2);
}

uint64_t
box_u64(const unsigned char *bytes)
{
	return (uint64_t)box_u32(bytes) << 32 | box_u32(bytes + 4);
}

bool
box_fail(struct box_file *file, enum err failure)
{
	if (file->failure == OK)
		file->failure = failure;
	return false;
}

bool
box_read(struct box_file *file, off_t at, off_t end, void *bytes, size_t n)
{
	char *to = bytes;
	ssize_t got;

	if (end > file->size || at < 0 || at > end || n > (size_t)(end - at))
		return box_fail(file, ERR_VIDEO_UNREADABLE);
	while (n > 0) {
		got = pread(file->fd, to, n, file->start + at);
		if (got < 0 && errno == EINTR)
			continue;
		/* The caller knows the size: an early end is a fault too. */
		if (got <= 0)
			return box_fail(file, ERR_INTERNAL);
		to += got;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

/* The size in the header, and the header's own; 0 when it makes no sense. */
static uint64_t
read_size(struct box_file *file, struct box *box, off_t end)
{
	unsigned char header[LONG_HEADER];
	uint64_t size;
	off_t header_size = HEADER;

	if (!box_read(file, box->at, end, header, HEADER))
		return 0;
	box->type = box_u32(header + 4);
	size = box_u32(header);
	if (size == 0)
		size = (uint64_t)(end - box->at);
	if (size == 1) {
		header_size = LONG_HEADER;
		if (end - box->at < LONG_HEADER) {
			box->body = end;
			return LONG_HEADER;
		}
		if (!box_read(file, box->at, end, header, LONG_HEADER))
			return 0;
		size = box_u64(header + HEADER);
	}
	box->body = box->at + header_size;
	return size < (uint64_t)header_size ? 0 : size;
}

bool
box_next(struct box_file *file, off_t *at, off_t end, struct box *box)
{
	uint64_t size;

	/* Fewer bytes than a header: QuickTime ends lists with four. */
	if (file->failure != OK || end - *at < HEADER)
		return false;
	if (++file->boxes > BOX_MAX)
		return box_fail(file, ERR_VIDEO_TOO_COMPLEX);
	box->at = *at;
	if ((size = read_size(file, box, end)) == 0)
		return box_fail(file, ERR_VIDEO_UNREADABLE);
	box->cut = size > (uint64_t)(end - *at);
	box->end = box->cut ? end : *at + (off_t)size;
	*at = box->end;
	return true;
}

bool
box_find(struct box_file *file, const struct box *in, uint32_t type,
    struct box *box)
{
	off_t at = in->body;

	while (box_next(file, &at, in->end, box))
		if (box->type == type)
			return true;
	return false;
}
