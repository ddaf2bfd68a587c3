/* box.h - the boxes of an MP4 or QuickTime file, ISO/IEC 14496-12 4.2.
 *
 * A box is a size, a four-character type and a body that may hold boxes.  The
 * file is read where it lies, 16 bytes a box: nothing is allocated, no box is
 * followed past the one that holds it, and after BOX_MAX boxes it is enough.
 * The file is a stranger's; no number in it is believed.
 */
#ifndef BOX_H
#define BOX_H

#include <sys/types.h>

#include "errors.h"

/* A clip of 600 s in fragments of 20 ms has 60,000 at its top. */
#define BOX_MAX 100000

#define BOX_TYPE(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | \
	(uint32_t)(c) << 8 | (uint32_t)(d))

/* A file, or a part of one; offsets in it begin at 0. */
struct box_file {
	int fd;
	off_t start, size;
	unsigned boxes;		/* seen so far */
	enum err failure;	/* the first one; OK is none */
};

struct box {
	uint32_t type;
	off_t at, body, end;
	bool cut;		/* it claims more than there is */
};

/* Reads the box at *at, which lies in a box (or file) that ends at end, and
 * moves *at behind it.  False where no further box is, or after a failure:
 * VIDEO_UNREADABLE, VIDEO_TOO_COMPLEX, INTERNAL.  A box that is cut ends at
 * end. */
bool	box_next(struct box_file *, off_t *at, off_t end, struct box *);

/* Finds the first box of a type inside another; false when there is none. */
bool	box_find(struct box_file *, const struct box *in, uint32_t type,
	    struct box *);

/* Reads exactly n bytes at an offset before end; false with a failure. */
bool	box_read(struct box_file *, off_t at, off_t end, void *bytes, size_t n);

/* Records a failure, unless there is one already; returns false. */
bool	box_fail(struct box_file *, enum err);

unsigned	box_u16(const unsigned char *);
uint32_t	box_u32(const unsigned char *);
uint64_t	box_u64(const unsigned char *);

#endif
